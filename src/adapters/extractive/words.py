"""How much of a question's wording a sentence has, in any language and without knowing it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LETTERS = 5
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def fragments(text: str) -> frozenset[str]:
    """The runs of five letters within words (shorter words whole), so that "Verteidigung" and "verteidigten" have most
    of theirs in common, and compounds the ones of their parts; pairs where a script has no spaces."""
    found: set[str] = set()
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        size = 2 if _UNSPACED.search(word) else _LETTERS
        bounded = word if size < _LETTERS else f"^{word}$"
        found.update(bounded[at : at + size] for at in range(max(1, len(bounded) - size + 1)))
    return frozenset(found)


def rarity(asked: frozenset[str], sentences: Sequence[frozenset[str]]) -> Mapping[str, float]:
    """What each fragment of the question counts: the more, the fewer of these sentences have it."""
    spread = Counter(fragment for sentence in sentences for fragment in sentence & asked)
    count = len(sentences)
    return {f: math.log(1 + (count - spread[f] + 0.5) / (spread[f] + 0.5)) for f in asked}


def share(sentence: frozenset[str], weights: Mapping[str, float]) -> float:
    """How much of the question's weight the sentence has, from 0 to 1."""
    total = math.fsum(weights.values())
    return math.fsum(weight for fragment, weight in weights.items() if fragment in sentence) / total if total else 0.0
