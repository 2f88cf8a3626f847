"""Under which numbers incidents can be filed, and in which boxes those places lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layers.heat.lattice import UNIT, Ints
from layers.heat.question import Question
from layers.heat.scan import Bools
from layers.heat.span import Span

__all__ = ["Places"]


@dataclass(frozen=True)
class Places:
    """`numbers` are known by their index, which never changes. `own` and `boxes` are the places in force:

    their number's index, and west, south, east, north in degrees, one row each; a number may have several.
    """

    numbers: Ints
    own: NDArray[np.int32]
    boxes: NDArray[np.float64]

    @classmethod
    def none(cls) -> Places:
        """No place, no number."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int32), np.empty((0, 4)))

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(self.numbers)

    def with_numbers(self, numbers: Ints) -> tuple[Places, NDArray[np.int32]]:
        """These places, knowing some more numbers, and the index of each of them."""
        distinct, at = np.unique(numbers, return_inverse=True)
        at_most = np.searchsorted(self.numbers, distinct, sorter=self._order)
        last = len(self.numbers) - 1
        is_known = self.numbers[self._order[np.minimum(at_most, last)]] == distinct if last >= 0 else distinct < 0
        new = distinct[~is_known]
        known = self if len(new) == 0 else replace(self, numbers=np.concatenate([self.numbers, new]))
        where = np.searchsorted(known.numbers, distinct, sorter=known._order)
        return known, known._order[where][at].astype(np.int32)

    def with_boxes(self, lo: int, hi: int, numbers: Ints, boxes: NDArray[np.float64]) -> Places:
        """The places of which those numbered `lo` to `hi` are these."""
        known, indexes = self.with_numbers(numbers)
        own = self.numbers[self.own]
        stays = (own < lo) | (own > hi)
        return replace(
            known, own=np.concatenate([self.own[stays], indexes]), boxes=np.concatenate([self.boxes[stays], boxes])
        )

    def asked(self, question: Question) -> Bools:
        """By index, whether the number is asked for: in scope and region, and of a place whose box the window meets."""
        west, south, east, north = (edge * UNIT for edge in question.window.bounds)
        meets = (self.boxes[:, 0] <= east) & (self.boxes[:, 2] >= west)
        meets &= (self.boxes[:, 1] <= north) & (self.boxes[:, 3] >= south)
        asked = np.zeros(len(self.numbers), np.bool_)
        asked[self.own[meets]] = True
        scope = question.scope
        asked &= (self.numbers >= max(scope.lo, question.first)) & (self.numbers <= min(scope.hi, question.last))
        if scope.grids is not None:
            asked &= np.isin(self.numbers, np.array(scope.grids, np.int64))
        return asked

    def days_of(self, spans: Sequence[Span]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """By index, the first and last day of the spans that hold the number; the first after the last where none."""
        first_days = np.full(len(self.numbers), np.iinfo(np.int32).max, np.int32)
        last_days = np.full(len(self.numbers), np.iinfo(np.int32).min, np.int32)
        ordered = self.numbers[self._order]
        for span in spans:
            inside = self._order[np.searchsorted(ordered, span.lo) : np.searchsorted(ordered, span.hi, "right")]
            first_days[inside] = np.minimum(first_days[inside], span.first_day)
            last_days[inside] = np.maximum(last_days[inside], span.last_day)
        return first_days, last_days
