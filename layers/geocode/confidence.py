"""How often an answer like this one is right."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable

from layers.geocode.answer import Reason
from layers.geocode.calibration import TABLE

__all__ = ["of_house", "of_level", "score"]

_OF_LEVEL = {
    "house": 0.9,
    "building": 0.85,
    "street": 0.6,
    "hamlet": 0.6,
    "village": 0.5,
    "township": 0.4,
    "county": 0.3,
    "unplaced": 0.0,
}
_MOST_MARGIN = 3.0
_SCORES = [at for at, _ in TABLE]


def score(cost: float, margin: float) -> float:
    """From 0 to 1 by how unlikely the best reading is and how far the runner-up is behind it."""
    return math.exp(-0.35 * cost) * (1 - math.exp(-1.6 * min(margin, _MOST_MARGIN) - 0.3))


def of_house(cost: float, margin: float) -> float:
    """The share of answers with this score that were right when the table was fitted, straight between its rows.

    Source: isotonic regression by pool adjacent violators; `tests/bench/geocoding_fit.py` writes the table.
    """
    value = score(cost, margin)
    at = bisect_right(_SCORES, value)
    if at == len(TABLE):
        return TABLE[-1][1]
    (low, worse), (high, better) = TABLE[at - 1 : at + 1]
    return round(worse + (better - worse) * (value - low) / (high - low), 4)


def of_level(level: str, reasons: Iterable[Reason]) -> float:
    """For a place that is no house: what its level is worth, less the penalty of each reason."""
    value = _OF_LEVEL[level]
    for reason in reasons:
        value *= 1 - reason.penalty
    return round(value, 3)
