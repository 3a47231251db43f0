"""The words by which a source is looked up while somebody types: letter case and accents aside, in any script."""

from __future__ import annotations

import re
import unicodedata
import urllib.parse

# Letters that carry their stroke or ligature in themselves, so that no decomposition takes it off.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe"})
# Thai to Myanmar, Khmer, Kana, Han: written without spaces, so a word may begin at any letter.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_LONGEST_UNSPACED = 32


def lookup_words(title: str, url: str) -> frozenset[str]:
    """The words that a source is known by: those of its title and of its URL, as a person reads that."""
    runs = [*_runs(title), *_runs(urllib.parse.unquote(url))]
    return frozenset(word for run in runs for word in _words_of_run(run))


def typed_words(search: str) -> frozenset[str]:
    """The words of a search; a source matches when each of them is a prefix of one of its `lookup_words`."""
    return frozenset(run[:_LONGEST_UNSPACED] if _IS_UNSPACED.match(run) else run for run in _runs(search))


def _runs(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(character for character in decomposed if unicodedata.category(character) != "Mn")
    return _RUN.findall(bare.translate(_PLAIN))


def _words_of_run(run: str) -> list[str]:
    if not _IS_UNSPACED.match(run):
        return [run]
    return [run[start : start + _LONGEST_UNSPACED] for start in range(len(run))]
