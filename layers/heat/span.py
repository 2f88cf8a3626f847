"""What part of the incidents is read anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

__all__ = ["EPOCH", "FIRST_DAY", "LAST_DAY", "Span", "merged"]

EPOCH = date(2000, 1, 1)
"""The day that the store counts days from."""
FIRST_DAY, LAST_DAY = -36_500, 36_500
"""More than the store's 16 bits hold."""


@dataclass(frozen=True, order=True)
class Span:
    """Incidents filed under a range of numbers, on days (from EPOCH), all ends included."""

    lo: int
    hi: int
    first_day: int = FIRST_DAY
    last_day: int = LAST_DAY


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that hold all these, and of which no two share a number."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.lo <= result[-1].hi:
            last = result.pop()
            days = min(last.first_day, span.first_day), max(last.last_day, span.last_day)
            result.append(Span(last.lo, max(last.hi, span.hi), *days))
        else:
            result.append(span)
    return result
