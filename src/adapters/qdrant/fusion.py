"""Several rankings of the same passages made one."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_Id = TypeVar("_Id")
_RRF_K = 60
_ROUNDING = 1e-12


class Fusion(StrEnum):
    """How scores of different scales become comparable: as a share of the best in their list (`relative`), by how
    unusual they are in it (`zscore`), by where they lie within three deviations of its mean (`dbsf`), or not at all,
    by their ranks (`rrf`)."""

    RELATIVE = "relative"
    ZSCORE = "zscore"
    DBSF = "dbsf"
    RRF = "rrf"


def fuse(
    lists: Sequence[Mapping[_Id, float]],
    weights: Sequence[float],
    *,
    fusion: Fusion = Fusion.RELATIVE,
    floors: Sequence[float] | None = None,
    zeros: Sequence[float] | None = None,
) -> list[tuple[_Id, float]]:
    """Ids with their weighted sums of normalised scores, best first; equals in the order of their ids' text.

    `floors` are what an id scores in a list that lacks it: by default the list's lowest score. For a list that holds
    all that match, 0 is the truth (a text that shares no word scores nothing for words).
    """
    lowest = floors if floors is not None else [min(scores.values(), default=0.0) for scores in lists]
    if zeros is not None:
        lists = [
            {one: score - zero for one, score in scores.items()} for scores, zero in zip(lists, zeros, strict=True)
        ]
        lowest = [floor - zero for floor, zero in zip(lowest, zeros, strict=True)]
    normalised = [_NORMALISE[fusion](scores, floor) for scores, floor in zip(lists, lowest, strict=True)]
    totals = {
        candidate: sum(weight * score(candidate) for weight, score in zip(weights, normalised, strict=True))
        for candidate in {candidate for scores in lists for candidate in scores}
    }
    return sorted(totals.items(), key=lambda item: (-item[1], str(item[0])))


def _relative(scores: Mapping[_Id, float], floor: float) -> Callable[[_Id], float]:
    best = max(scores.values(), default=0.0)
    if best <= 0:
        return lambda _: 0.0
    return lambda candidate: scores.get(candidate, floor) / best


def _zscore(scores: Mapping[_Id, float], floor: float) -> Callable[[_Id], float]:
    mean, deviation = _mean_and_deviation(scores, floor)
    if deviation == 0:
        return lambda _: 0.0
    return lambda candidate: (scores.get(candidate, floor) - mean) / deviation


def _dbsf(scores: Mapping[_Id, float], floor: float) -> Callable[[_Id], float]:
    mean, deviation = _mean_and_deviation(scores, floor)
    if deviation == 0:
        return lambda candidate: 0.5 if candidate in scores else 0.0
    lowest = mean - 3 * deviation
    return lambda candidate: (scores[candidate] - lowest) / (6 * deviation) if candidate in scores else 0.0


def _rrf(scores: Mapping[_Id, float], _floor: float) -> Callable[[_Id], float]:
    ranked = sorted(scores, key=lambda candidate: (-scores[candidate], str(candidate)))
    shares = {candidate: 1 / (_RRF_K + rank) for rank, candidate in enumerate(ranked, start=1)}
    return lambda candidate: shares.get(candidate, 0.0)


def _mean_and_deviation(scores: Mapping[_Id, float], floor: float) -> tuple[float, float]:
    """Of the scores; a floor below them all counts as one more, so that even a single hit differs from none."""
    observed = list(scores.values())
    if not observed:
        return 0.0, 0.0
    if floor < min(observed):
        observed.append(floor)
    mean = math.fsum(observed) / len(observed)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in observed) / len(observed))
    return mean, deviation if deviation > _ROUNDING * max(1.0, abs(mean)) else 0.0


_NORMALISE = {
    Fusion.RELATIVE: _relative,
    Fusion.ZSCORE: _zscore,
    Fusion.DBSF: _dbsf,
    Fusion.RRF: _rrf,
}
