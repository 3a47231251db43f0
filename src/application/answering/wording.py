"""The words and sentences of a text, so that two wordings of one thing can be compared, in any language."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

_STEM = 5
_CLAUSE = re.compile(
    r"[,;:–—()、，；]|\b(?:but|and|while|whereas|unless|except|aber|und|sondern|außer|mais|et|pero|y)\b"
)
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
NEGATION = frozenset(
    re.findall(
        r"\w+",
        """no not never none nobody nothing neither nor without cannot
        nicht nie niemals kein keine keinen keinem keiner keines nichts niemand weder ohne
        ne pas jamais aucun aucune rien sans  nunca ningún ninguna nada sin  non mai nessun nessuno niente senza
        geen niet nooit zonder  não nenhum nenhuma sem  inte ingen aldrig utan""",
    )
)
_NUMBER_WORDS = {
    word: str(number)
    for number, words in enumerate(
        (
            ("zero",),
            ("one",),
            ("two", "zwei"),
            ("three", "drei"),
            ("four", "vier"),
            ("five", "fünf"),
            ("six", "sechs"),
            ("seven", "sieben"),
            ("eight", "acht"),
            ("nine", "neun"),
            ("ten", "zehn"),
            ("eleven", "elf"),
            ("twelve", "zwölf"),
        )
    )
    for word in words
}


@dataclass(frozen=True)
class Wording:
    """A stretch of text as words that can be compared."""

    text: str

    @cached_property
    def words(self) -> Sequence[str]:
        return tuple(_words(self.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """The words with a capital that is not the sentence's first."""
        found = [match[0] for match in _WORD.finditer(self.text)]
        return frozenset(word.casefold() for word in found[1:] if word[0].isupper())

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(word for word in self.words if word[0].isdigit())

    @cached_property
    def clauses(self) -> Sequence[Collection[str]]:
        return [frozenset(_words(clause)) for clause in _CLAUSE.split(self.text) if clause]

    def denies(self, weights: Mapping[str, float]) -> bool:
        """Whether the clause that says most about these words has a negation."""
        shares = [(share_found(clause, weights), clause) for clause in self.clauses]
        _, clause = max(shares, key=lambda share: share[0], default=(0.0, frozenset[str]()))
        return any(word in NEGATION or word.endswith(("n't", "n’t")) for word in clause)


def share_found(found: Collection[str], weights: Mapping[str, float]) -> float:
    """How much of the weight lies on words that were found, in this form or another."""
    total = sum(weights.values())
    stems = {_stem(word) for word in found}
    return sum(weight for word, weight in weights.items() if word in found or _stem(word) in stems) / total


def _stem(word: str) -> str:
    """Enough of a word to know it in another form: a stem for every language, and so for none."""
    return word if word[0].isdigit() else word[: max(_STEM, len(word) - 3)]


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text)):
        word = match[0].casefold()
        if word[0].isdigit():
            yield re.sub(r"[.,](?=\d{3}(?:\D|\Z))", "", word)
        elif NO_SPACES.search(word):
            yield from (a + b for a, b in pairwise(word)) if len(word) > 1 else (word,)
        else:
            yield _NUMBER_WORDS.get(word, word)
