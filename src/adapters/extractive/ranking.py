"""Which sentences answer a question best, by meaning and by words, and whether any does."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from adapters.extractive.words import fragments, rarity, share
from application.ports.embedder import Embedder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.extractive.candidates import Candidate
    from application.ports.embedder import Embedding, SparseVector
    from domain.source import Hit

_MEANING, _TERMS, _WORDS, _PASSAGE = 1.0, 0.5, 1.0, 0.5

# No sentence answers any of the questions.
_QUESTIONS = (
    "When does the library open on Saturday?",
    "Who painted the ceiling of the chapel?",
    "Wie viele Einwohner hat die Stadt?",
    "How do I reset the password of my account?",
    "What causes volcanoes to erupt?",
    "¿Cuánto cuesta un billete de tren?",
)
_ELSEWHERE = (
    "The bread has to rest for two hours before it goes into the oven.",
    "Interest is paid at the end of each quarter.",
    "Der Motor wurde nach dem Unfall vollständig ausgetauscht.",
    "Penguins feed their young with krill and small fish.",
    "The treaty was signed by both parties in the spring.",
    "La clase termina con un examen escrito.",
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with how well it answers, compared to the others (`score`), and on its own (`evidence`)."""

    candidate: Candidate
    score: float
    evidence: float
    vector: Sequence[float]

    def similarity(self, other: Scored) -> float:
        """How close two sentences are in meaning, 1 for the same."""
        return _dot(self.vector, other.vector)


class SentenceRanking:
    """Compares sentences with a question. At most `most_embedded` are embedded: those with most of its words."""

    def __init__(self, embedder: Embedder, *, most_embedded: int = 12) -> None:
        self._embedder = embedder
        self._most_embedded = most_embedded
        self._unrelated: float | None = None

    async def rank(self, question: str, candidates: Sequence[Candidate], hits: Sequence[Hit]) -> Sequence[Scored]:
        """Best first."""
        wordings = [fragments(candidate.meaning) for candidate in candidates]
        weights = rarity(fragments(question), wordings)
        shares = [share(wording, weights) for wording in wordings]
        chosen = sorted(sorted(range(len(candidates)), key=lambda i: -shares[i])[: self._most_embedded])
        query = await self._embedder.embed_query(question)
        embeddings = await self._embedder.embed_passages([self._readable(candidates[i].meaning) for i in chosen])
        meanings = [_dot(query.dense, embedding.dense) for embedding in embeddings]
        totals = _weighted_sum(
            (_MEANING, meanings),
            (_TERMS, _term_scores(query.sparse, embeddings)),
            (_WORDS, [shares[i] for i in chosen]),
            (_PASSAGE, [hits[candidates[i].hit].score for i in chosen]),
        )
        unrelated = await self._unrelated_similarity()
        scored = [
            Scored(candidates[i], total, (meaning - unrelated) / (1 - unrelated) + shares[i] / 2, embedding.dense)
            for i, total, meaning, embedding in zip(chosen, totals, meanings, embeddings, strict=True)
        ]
        return sorted(scored, key=lambda one: -one.score)

    async def _unrelated_similarity(self) -> float:
        """What this model says of texts that have nothing to do with each other: near 0 for some, 0.7 for others."""
        if self._unrelated is None:
            queries = await asyncio.gather(*map(self._embedder.embed_query, _QUESTIONS))
            others = await self._embedder.embed_passages(_ELSEWHERE)
            self._unrelated = median(_dot(query.dense, other.dense) for query in queries for other in others)
        return min(self._unrelated, 0.95)

    def _readable(self, text: str) -> str:
        """As much of the text as the model reads."""
        room = self._embedder.model.max_tokens - 8
        offsets = self._embedder.token_offsets(text)
        return text if len(offsets) <= room else text[: offsets[room][0]]


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


def _term_scores(query: SparseVector, embeddings: Sequence[Embedding]) -> list[float]:
    asked = dict(zip(query.indices, query.values, strict=True))
    found = [{t: w for t, w in zip(e.sparse.indices, e.sparse.values, strict=True) if t in asked} for e in embeddings]
    count = len(found)
    weights: Mapping[int, float] = {
        term: weight * math.log(1 + (count - spread + 0.5) / (spread + 0.5))
        for term, weight in asked.items()
        for spread in (sum(term in each for each in found),)
    }
    return [math.fsum(weights[term] * weight for term, weight in each.items()) for each in found]


def _weighted_sum(*lists: tuple[float, Sequence[float]]) -> list[float]:
    """The lists added up, each in units of its own deviation."""
    columns = [[weight * value for value in _standardised(values)] for weight, values in lists]
    return [math.fsum(row) for row in zip(*columns, strict=True)]


def _standardised(values: Sequence[float]) -> list[float]:
    mean = math.fsum(values) / max(1, len(values))
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / max(1, len(values)))
    return [(value - mean) / deviation if deviation > 1e-9 else 0.0 for value in values]  # noqa: PLR2004
