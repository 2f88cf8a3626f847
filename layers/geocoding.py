"""Texts to places and points to places, in the registers that a session sees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from layers.answered import Answered, Question
from layers.assign import place_of
from layers.codes import LEVELS, code_of, level_of, village_of
from layers.datum import to_wgs84
from layers.db import raw, scope_of
from layers.errors import Fault, Invalid, NotFound
from layers.gazetteer import StoredGazetteer
from layers.geocode.answer import Location
from layers.geocode.locate import locate_many
from layers.queries import load
from layers.scope import Scope, home_of

__all__ = ["FARTHEST_M", "Here", "NearHouse", "RegionName", "geocode_many", "reverse"]

FARTHEST_M = 5000.0
"""No house farther away than this is told as the nearest one."""
_BATCH = 4000
_STEPS_M = (100.0, 500.0, FARTHEST_M)
_Near = tuple[float, float] | Sequence[tuple[float, float] | None] | None
_DEGREE_M = 110_574.0
"""A degree of latitude is nowhere shorter than this."""


@dataclass(frozen=True)
class RegionName:
    """A region by its code, level (1 province … 5 village) and name."""

    code: str
    level: int
    name: str


@dataclass(frozen=True)
class NearHouse:
    """A house and how far it is from the point that was asked; point is lon, lat (EPSG:4326)."""

    id: str
    address: str
    grid_no: str
    point: tuple[float, float]
    distance_m: float


@dataclass(frozen=True)
class Here:
    """What is at a point (lon, lat, EPSG:4326): its regions from the province down, its grid, and the nearest house.

    `grid_no` is None where no grid in force holds the point. `nearest` is None when no house of the caller's scope is
    known to house or building level within 5 km.
    """

    point: tuple[float, float]
    regions: tuple[RegionName, ...]
    grid_no: str | None
    nearest: NearHouse | None


def geocode_many(
    session: Session,
    texts: Sequence[str],
    within: str | Sequence[str | None] | None = None,
    near: _Near = None,
) -> list[Location]:
    """Where each text is, in order; one look-up in the registers serves some thousands of them.

    `within`: the code of the region that all texts, or each text, lie in for certain; where it is None the deepest
    region that holds the session's scope. `near`: a point (lon, lat, EPSG:4326) for all or for each that decides
    between equals. Cost: linear in the texts that were not answered since anything changed; memory that of their
    answers and of their counties' names.

    Raises:
        Invalid: when a code is none of a region.
        ValueError: when there are not as many codes or points as texts.
    """
    home = home_of(scope_of(session))
    codes = [within] * len(texts) if within is None or isinstance(within, str) else within
    for code in {code for code in codes if code is not None}:
        level_of(code)
    points = _points(near, len(texts))
    asked = [(text, code or home, point) for text, code, point in zip(texts, codes, points, strict=True)]
    answered = Answered(session)
    gazetteer = StoredGazetteer(session, answered.snapshot)
    known = answered.known()
    new = list(dict.fromkeys(one for one in asked if one not in known))
    given: dict[Question, Location] = {}
    for first in range(0, len(new), _BATCH):
        batch = new[first : first + _BATCH]
        some_texts, some_codes, some_points = zip(*batch, strict=True)
        found = locate_many(some_texts, gazetteer, some_codes, some_points)
        given.update(zip(batch, found, strict=True))
    answered.keep(given)
    return [given[one] if one in given else known[one] for one in asked]


def _points(near: _Near, count: int) -> Sequence[tuple[float, float] | None]:
    if near is None or (len(near) == 2 and all(isinstance(value, int | float) for value in near)):
        return [cast(tuple[float, float] | None, near)] * count
    return cast(Sequence[tuple[float, float] | None], near)


def reverse(session: Session, lon: float, lat: float, crs: str = "wgs84") -> Here:
    """The regions, the grid and the nearest house of a point stated in the datum `crs`.

    Cost: a few look-ups by index, and one distance for each house in the grids around.

    Raises:
        Invalid: when the datum is unknown or the point is none in it.
        NotFound: when the point lies outside every region, or outside the villages of the session's scope.
    """
    point = _on_wgs84(lon, lat, crs)
    number = place_of(session, *point)
    scope = scope_of(session)
    # In the same words: who asks shall not learn what lies where they may not look.
    if number is None or not _within_reach(scope, number):
        raise NotFound("The place lies outside your region.")
    values = {"codes": [code_of(number)[:length] for length in LEVELS]}
    regions = tuple(RegionName(**row) for row in _rows(session, "regions_of", values))
    return Here(point, regions, code_of(number) if number % 1000 else None, _nearest(session, scope, point))


def _on_wgs84(lon: float, lat: float, crs: str) -> tuple[float, float]:
    x, y = (float(value) for value in to_wgs84(lon, lat, crs))
    if not (math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90):
        raise Invalid("The point has faults.", [Fault("point", f"is no place in {crs}")])
    return x, y


def _within_reach(scope: Scope, number: int) -> bool:
    """Inside the scope, or in a village of one of its grids: a field worker may stand beside their own grid."""
    if scope.grids is None:
        return scope.covers(number, number)
    return village_of(number) in {village_of(own) for own in scope.grids}


def _nearest(session: Session, scope: Scope, point: tuple[float, float]) -> NearHouse | None:
    """A box that grows until it holds a house nearer than its edge."""
    lon, lat = point
    for reach_m in _STEPS_M:
        north = reach_m / _DEGREE_M
        east = min(north / max(math.cos(math.radians(min(abs(lat) + north, 90))), 1e-6), 180)
        box = {"west": lon - east, "south": lat - north, "east": lon + east, "north": lat + north}
        found = _rows(session, "nearest_house", {**box, **scope.params(), "lon": lon, "lat": lat, "reach_m": reach_m})
        if found:
            row = found[0]
            spot = (row["lon"], row["lat"])
            return NearHouse(row["id"], row["address"], code_of(row["grid_no"]), spot, row["distance_m"])
    return None


def _rows(session: Session, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with raw(session).cursor(row_factory=dict_row) as cursor:
        return cursor.execute(load("reverse.sql")[query], values).fetchall()
