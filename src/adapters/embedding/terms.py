"""Text to the terms that BM25 counts, in any language."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

from py_rust_stemmers import SnowballStemmer

from adapters.embedding.languages import FUNCTION_WORDS, language_of, likely_languages

# Written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han. Korean has spaces, but its particles
# cling to the words, so that pairs of syllables find more there, too.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003134f"
)
_MARKS = "".join(character for character in map(chr, range(0x300, 0xABF0)) if unicodedata.category(character)[0] == "M")
_WORD = re.compile(
    rf"(?P<unspaced>[{_UNSPACED}{_MARKS}]+)|\d+(?:[.,]\d+)+|(?P<word>[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]|[{_MARKS}])*)"
)
_CLITIC = re.compile(r"(?<=\w)['’](?:s|t|d|m|ll|re|ve)\b")
_MOST_QUERY_TERMS = 1024
_LEAST_FOLDED = 10  # marks of a higher combining class are accents, points and tones, not vowels of their own


def words_of(text: str) -> list[str]:
    """The words in lower case; of scripts without spaces, all pairs of neighbours."""
    normal = _CLITIC.sub("", unicodedata.normalize("NFKC", text).lower())
    words: list[str] = []
    for match in _WORD.finditer(normal):
        run = match["unspaced"]
        if run is None or len(run) == 1:
            words.append(match[0])
        else:
            words.extend(first + second for first, second in pairwise(run))
    return words


def passage_terms(text: str) -> list[str]:
    """The terms of a text to be found, as often as they occur: stems where its language is known, else the words."""
    words = words_of(text)
    language = language_of(words)
    return [_term(word, language) for word in words]


def query_terms(text: str) -> list[str]:
    """The terms to search for, without repeats.

    A question is short, so that its language is often uncertain: then its words are looked for as every language would
    have them. In a passage only the one of its own language occurs. The words as they stand are looked for as well.
    """
    words = words_of(text)
    language = language_of(words)
    ignored = frozenset[str]().union(*(FUNCTION_WORDS[likely] for likely in likely_languages(words)))
    telling = [word for word in words if word not in ignored] or words
    languages = (language, None) if language else (*FUNCTION_WORDS, None)
    terms = dict.fromkeys(_term(word, each) for word in telling for each in languages)
    return list(terms)[:_MOST_QUERY_TERMS]


@lru_cache(maxsize=65536)
def _term(word: str, language: str | None) -> str:
    if language is None or word in FUNCTION_WORDS[language]:
        return _folded(word)
    return _folded(_stemmer(language).stem_word(word)) or _folded(word)


@cache
def _stemmer(language: str) -> SnowballStemmer:
    return SnowballStemmer(language)


def _folded(word: str) -> str:
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in letters if unicodedata.combining(c) < _LEAST_FOLDED))
