"""What geocoding answers: a place, how well it is known, and why no better."""

from __future__ import annotations

from dataclasses import dataclass

from layers.geocode.parts import Parts

__all__ = ["LEVELS", "PENALTIES", "Candidate", "Location", "Reason"]

LEVELS = ("house", "building", "street", "hamlet", "village", "township", "county", "unplaced")
"""How exactly a place is known, the most exact first."""

PENALTIES = {
    "alias": 0.01,
    "ambiguous": 0.5,
    "county_missing": 0.3,
    "estate_unknown": 0.2,
    "hamlet_unknown": 0.2,
    "not_understood": 0.05,
    "number_unknown": 0.3,
    "old_name": 0.01,
    "outside_stated": 0.4,
    "region_unlike": 0.3,
    "region_without_shape": 0.0,
    "remembered": 0.0,
    "room_unknown": 0.1,
    "street_unknown": 0.2,
    "typo": 0.05,
    "unit_unclear": 0.05,
    "went_up": 0.1,
}
"""Every kind of reason, and the share of the confidence that one of it takes from a place that is no house."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an answer is less than sure: its kind (a key of `PENALTIES`), what it costs (0 to 1), and where."""

    kind: str
    penalty: float
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that the text may mean: point (lon, lat), level, number for place and how likely it is."""

    address: str
    point: tuple[float, float] | None
    level: str
    grid_no: int
    house_id: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Location:
    """The best known place of a text, and how well it is known.

    `point` is lon, lat (EPSG:4326) and the truth lies within `radius_m` of it; below street level it is the middle of
    an area and must not be drawn as if it were a house. `level` is one of `LEVELS`; unplaced has no point.
    `confidence`, 0 to 1, is how often such an answer is right. `candidates` are the places that it may be, best first,
    five at most. `region_code` is the deepest region known; `grid_no` that of a registered house, else the region's
    with grid 000; `house_id` and `building_id` are those of the house.
    """

    point: tuple[float, float] | None
    level: str
    radius_m: float | None
    confidence: float
    reasons: tuple[Reason, ...]
    candidates: tuple[Candidate, ...]
    parts: Parts
    region_code: str
    grid_no: int | None
    house_id: str | None = None
    building_id: str | None = None
