"""Which words a text is found by: letter case and accents aside, in any script. What every store searches with.

Scripts written without spaces (Chinese, Japanese, Thai …), Hangul and symbols such as emoji have no words to cut at:
of them every pair of neighbouring characters is a word, so that any part of such a text can be searched for.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_WORD = 64
MOST_WORDS = 16
# Letters that carry their stroke or ligature in themselves, so that no decomposition takes it off.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)
# Thai to Tibetan, Myanmar, Khmer, Kana to Han, Hangul.
_UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u31a0-\u31ff\u3400-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
_PAIRED = "\x01"
_RUNS = re.compile(f"(?:{_PAIRED}.)+|[^ {_PAIRED}]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Term:
    """A word that a text must have, or with `prefix` the beginning of one."""

    word: str
    prefix: bool = False

    def is_in(self, words: frozenset[str]) -> bool:
        """Whether a text of these words has it."""
        return any(word.startswith(self.word) for word in words) if self.prefix else self.word in words


# No word holds white space.
NOTHING = Term(" ")


def words_of(text: str) -> frozenset[str]:
    """The words that a text is found by; none is empty, longer than 64 characters, or holds white space."""
    words = set[str]()
    for run in _runs(text):
        if run.startswith(_PAIRED):
            letters = run.replace(_PAIRED, "")
            words.update(letters[at : at + 2] for at in range(len(letters)))
        else:
            words.add(run[:LONGEST_WORD])
    return frozenset(words)


def words_searched(search: str) -> tuple[tuple[Term, ...], ...]:
    """For each word of a search (the last one as a prefix) the terms that one text must have together. A blank search
    asks for nothing; one without any word in it (`?!`) asks for what no text has."""
    runs = _runs(search)
    words = [_terms_of_run(run, is_last=at == len(runs) - 1) for at, run in enumerate(runs)]
    if not words and search.strip():
        return ((NOTHING,),)
    return tuple(dict.fromkeys(words))[-MOST_WORDS:]


def folded(text: str) -> str:
    """The text without letter case, accents and vowel points; vowel signs that make the letters of a script stay."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).translate(_ACCENTS).casefold())
    return unicodedata.normalize("NFC", bare.translate(_ACCENTS).translate(_PLAIN))


def _runs(text: str) -> list[str]:
    return _RUNS.findall(folded(text).translate(_KINDS))


def _terms_of_run(run: str, *, is_last: bool) -> tuple[Term, ...]:
    if not run.startswith(_PAIRED):
        return (Term(run[:LONGEST_WORD], prefix=is_last),)
    letters = run.replace(_PAIRED, "")
    if len(letters) == 1:
        return (Term(letters, prefix=True),)
    return tuple(dict.fromkeys(Term(letters[at : at + 2]) for at in range(min(len(letters), LONGEST_WORD) - 1)))


class _Accents(dict[int, str | None]):
    """Marks to leave out, learnt as they are met: accents (combining class 200 and up), and the points of Hebrew,
    Arabic and Syriac (10 to 36). Others, such as the vowel signs of Hindi and the voicing of Kana, make letters."""

    def __missing__(self, code: int) -> str | None:
        combining = unicodedata.combining(chr(code))
        self[code] = None if combining >= 200 or 10 <= combining <= 36 else chr(code)  # noqa: PLR2004
        return self[code]


class _Kinds(dict[int, str]):
    """What becomes of each character, learnt as they are met: part of a word, one of a pair, or a gap."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if _UNSPACED.match(character) or category == "So":
            self[code] = _PAIRED + character
        else:
            self[code] = character if category[0] in "LNM" and category != "Me" and code not in _VARIANTS else " "
        return self[code]


# Variation selectors say how a character is drawn.
_VARIANTS = range(0xFE00, 0xFE10)
_ACCENTS = _Accents()
_KINDS = _Kinds()
