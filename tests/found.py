"""What geocoding answers, as far as the review queue looks at it: for tests that need no gazetteer."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Candidate", "Found", "Reason", "because"]


@dataclass(frozen=True)
class Reason:
    """Why a place is doubted."""

    kind: str
    penalty: float
    text: str


@dataclass(frozen=True)
class Candidate:
    """A place that the text may mean."""

    address: str
    point: tuple[float, float] | None
    level: str
    grid_no: int
    house_id: str | None = None
    confidence: float = 0.5


@dataclass(frozen=True)
class Found:
    """The place that was found."""

    level: str = "house"
    confidence: float = 1.0
    reasons: tuple[Reason, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def because(*kinds, **values):
    """A place doubted for these reasons."""
    return Found(reasons=tuple(Reason(kind, 0.1, "") for kind in kinds), **values)
