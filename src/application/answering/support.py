"""Which words of a passage support a claim that a model marked with its number.

A model that writes `[2]` says so; nothing makes it true. The claim's words must be found again in one to three
neighbouring sentences of the passage, its numbers must stand there, and one must not deny what the other says.
Where that fails there is no quote, and the marker goes.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from application.answering.sentences import sentence_ranges
from application.answering.wording import NEGATION, NO_SPACES, Wording, share_found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ENOUGH = 0.55  # of the claim's weight must be found again
_GAIN = 0.2  # what a further sentence must add
_MOST_SENTENCES = 3
_CONTENT_LENGTH = 4  # shorter words say little, unless they are names
_LONGEST_LOOK_BACK = 2000
_LONGEST_PASSAGE = 20_000

_MARKERS = re.compile(r"\s*\[\d+\]")
_MARKUP = re.compile(r"[*_`#>|~]+|^\s*(?:[-+]|\d{1,3}[.)])\s+|\]\([^)\s]*\)", re.MULTILINE)


def last_claim(text: str) -> str:
    """What the text's last marker would be about: the last sentence, without marks and markers; only its part since
    an earlier marker if that says something by itself, and the sentence before it too if it says next to nothing."""
    recent = text[-_LONGEST_LOOK_BACK:].rstrip()
    while stripped := re.search(r"\s*\[\d+\]\Z", recent):
        recent = recent[: stripped.start()]
    line = recent.rpartition("\n")[2]
    sentences = [line[start:end] for start, end in sentence_ranges(line)]
    if not sentences:
        return ""
    part = _plain(_MARKERS.split(sentences[-1])[-1])
    if _says_something(part):
        return part
    claim = _plain(sentences[-1])
    return claim if _says_something(claim) else " ".join(map(_plain, sentences[-2:]))


def supporting_quote(claim: str, passage_text: str, passage_start: int) -> tuple[str, int, int] | None:
    """The words of the passage that support the claim, with their place in the source's text (`passage_start` is the
    passage's); None where it has none. Rather too strict than too trusting."""
    passage = passage_text[:_LONGEST_PASSAGE]
    spans = sentence_ranges(passage)
    sentences = [Wording(passage[start:end]) for start, end in spans]
    said = Wording(_plain(claim))
    weights = _weights(said, sentences)
    if not weights:
        return None
    found = _best_window(said, sentences, weights)
    if found is None:
        return None
    start, end = spans[found[0]][0], spans[found[1] - 1][1]
    return passage[start:end], passage_start + start, passage_start + end


def _best_window(said: Wording, sentences: Sequence[Wording], weights: Mapping[str, float]) -> tuple[int, int] | None:
    """The range of sentences that supports the claim best, no longer than it must be."""
    best: tuple[float, int, int] | None = None
    for size in range(1, _MOST_SENTENCES + 1):
        for first in range(len(sentences) - size + 1):
            window = sentences[first : first + size]
            share = share_found({word for sentence in window for word in sentence.words}, weights)
            needed = best[0] + (_GAIN if size > best[2] - best[1] else 0) if best else 0
            if share >= _ENOUGH and share > needed and _agree(said, window, weights):
                best = (share, first, first + size)
    return best and (best[1], best[2])


def _agree(said: Wording, window: Sequence[Wording], weights: Mapping[str, float]) -> bool:
    """Whether the numbers of the claim all stand there, and neither denies what the other says."""
    if not said.numbers <= frozenset[str]().union(*(sentence.numbers for sentence in window)):
        return False
    closest = max(window, key=lambda sentence: share_found(sentence.words, weights))
    return closest.denies(weights) == said.denies(weights)


def _weights(said: Wording, sentences: Sequence[Wording]) -> Mapping[str, float]:
    """What each of the claim's words counts: more for names and numbers, less for what the passage says all along."""
    spread = Counter(word for sentence in sentences for word in set(sentence.words))
    return {
        word: (2.0 if word[0].isdigit() or word in said.names else 1.0) / (1 + spread[word] / (1 + len(sentences)))
        for word in said.words
        if (len(word) >= _CONTENT_LENGTH or word[0].isdigit() or word in said.names or NO_SPACES.match(word))
        and word not in NEGATION
    }


def _plain(text: str) -> str:
    return _MARKUP.sub(" ", _MARKERS.sub("", text)).strip()


def _says_something(claim: str) -> bool:
    return len(claim.split()) > 2 or bool(NO_SPACES.search(claim))  # noqa: PLR2004
