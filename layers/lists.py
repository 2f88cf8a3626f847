"""Regions, grids and facilities as lists, in pages that go on after a key.

Every function takes a connection of the reading door whose transaction has the same scope set (`db.read`): people are
counted behind row-level security. Boxes are (west, south, east, north) in degrees, EPSG:4326.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from layers.codes import WIDTH, code_of, level_of, region_range, village_of
from layers.db import ReadConnection
from layers.errors import Fault, Invalid, NotFound
from layers.queries import load
from layers.scope import Scope

__all__ = [
    "PAGE",
    "Box",
    "FacilityRow",
    "GridRow",
    "Page",
    "RegionName",
    "RegionRow",
    "facilities",
    "grids",
    "holds_synthetic",
    "most_out_of_balance",
    "region_path",
    "regions",
]

PAGE = 200
"""The longest page."""

PREFECTURE_WIDTH = 4
"""The digits of a prefecture's code: in what is wider nobody is counted only to be ordered by."""

Box = tuple[float, float, float, float]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page; `next` is the key to go on after, None at the end."""

    items: tuple[Item, ...]
    next: str | None


@dataclass(frozen=True)
class RegionName:
    """A region's code, level and name."""

    code: str
    level: int
    name: str


@dataclass(frozen=True)
class RegionRow:
    """A region with what is registered inside the scope; of another moment than now that is not known.

    `assumed_households` are those of buildings in which no household is registered, in addition to `households`.
    `plan_status` is that of a village's newest plan that is not retired. `imbalance` and `off_band` are told by
    `most_out_of_balance` alone.
    """

    code: str
    level: int
    name: str
    parent_code: str | None
    parent_name: str | None
    synthetic: bool
    source: str
    bbox: Box | None
    households: int | None
    persons: int | None
    assumed_households: int | None
    grids: int
    plan_status: str | None
    imbalance: float | None = None
    off_band: int | None = None


@dataclass(frozen=True)
class GridRow:
    """A grid during [begins_at, ends_at); `households` and `persons` are None for grids no longer in force.

    `deviation` is load / mean load of the village's basic grids - 1, None for exclusive grids; `geometry` the GeoJSON
    MultiPolygon when shapes were asked for.
    """

    grid_no: str
    village: str
    kind: str
    name: str | None
    load: int
    households: int | None
    persons: int | None
    area_m2: float
    begins_at: datetime
    ends_at: datetime | None
    deviation: float | None
    bbox: Box
    geometry: dict[str, Any] | None = None


@dataclass(frozen=True)
class FacilityRow:
    """A facility with its point (lon, lat; None when unknown) and how exactly that is known."""

    id: uuid.UUID
    kind: str
    name: str | None
    grid_no: str
    level: str
    point: tuple[float, float] | None


async def regions(  # noqa: PLR0913 -- each is a condition of its own
    connection: ReadConnection,
    scope: Scope,
    *,
    parent: str | None = None,
    code: str | None = None,
    text: str | None = None,
    level: int | None = None,
    as_of: datetime | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page[RegionRow]:
    """Regions that overlap the scope, in order of code; every condition given must hold.

    With `as_of` they are those of that moment, without people and plans; none before the first was there.

    Cost: linear in the grids of the page's regions, which are counted in roll-ups.

    Raises:
        Invalid: when `parent` or `code` is no region code, or the limit is not 1 to `PAGE`.
    """
    for stated in (parent, code):
        if stated is not None:
            level_of(stated)
    codes = None if code is None else [code]
    asked = {"parent": parent, "codes": codes, "text": _plain(text), "level": level, "after": _plain(after)}
    values = scope.params() | asked | {"as_of": as_of, "limit": _limit(limit) + 1}
    rows = await _rows(connection, load("regions.sql")["page"], values)
    return _page([_region(row) for row in rows], limit, lambda region: region.code)


async def most_out_of_balance(
    connection: ReadConnection, scope: Scope, region: str, *, limit: int = PAGE, after: str | None = None
) -> Page[RegionRow]:
    """The villages of a region by need of a planner, after the village `after`.

    First those with a published plan, by `imbalance`: how far the worst basic grid is from the village's mean load, or
    outside the plan's band, as a ratio; `off_band` counts the grids outside it. Then those without, by households.

    Cost: linear in the grids and villages of the region.
    Limit: in a region wider than a prefecture villages without a plan come by code.

    Raises:
        Invalid: when `region` is no region code, or the limit is not 1 to `PAGE`.
    """
    first, last = region_range(region)
    is_narrow = len(region) >= PREFECTURE_WIDTH
    values = {"first": first, "last": last, "counts": is_narrow, "after": after, "limit": _limit(limit) + 1}
    ranked = await _rows(connection, load("regions.sql")["unbalanced"], scope.params() | values)
    codes = [row["code"] for row in ranked]
    asked = {"parent": None, "codes": codes, "text": None, "level": None, "after": None, "limit": len(codes)}
    asked["as_of"] = None
    known = {row["code"]: row for row in await _rows(connection, load("regions.sql")["page"], scope.params() | asked)}
    rows = [_region(known[row["code"]] | row) for row in ranked]
    return _page(rows, limit, lambda village: village.code)


async def region_path(connection: ReadConnection, code: str) -> list[RegionName]:
    """A region with all above it, the province first; empty when the database knows none of them.

    Raises:
        Invalid: when it is no region code.
    """
    level_of(code)
    codes = [code[:length] for length in (2, 4, 6, 9, 12) if length <= len(code)]
    return [RegionName(**row) for row in await _rows(connection, load("regions.sql")["path"], {"codes": codes})]


async def holds_synthetic(connection: ReadConnection, region: str) -> bool:
    """Whether the borders of a region, or of any region in it, are made for demonstration.

    Raises:
        Invalid: when it is no region code.
    """
    first, last = region_range(region)
    [row] = await _rows(connection, load("regions.sql")["any_synthetic"], {"first": first, "last": last})
    found: bool = row["synthetic"]
    return found


async def grids(
    connection: ReadConnection,
    scope: Scope,
    *,
    region: str | None = None,
    at: tuple[float, float] | None = None,
    as_of: datetime | None = None,
    shapes: bool = False,
) -> list[GridRow]:
    """The grids of a region, or the one around a point (lon, lat), in force now or at the moment `as_of`.

    With `shapes` they come with their geometry.

    Raises:
        Invalid: when not exactly one of `region` and `at` is given, or `region` is no region code.
        NotFound: when the region is unknown or outside the scope.
    """
    if (region is None) == (at is None):
        raise Invalid("Ask for the grids of a region or around a point.", [Fault("village", "or at, one of both")])
    if region is not None:
        first, last = await _seen_range(connection, scope, region, as_of)
    else:
        first = last = await _around(connection, at, as_of) or 0
    values = {"first": first, "last": last, "as_of": as_of, "shapes": shapes} | scope.params()
    return [_grid(row) for row in await _rows(connection, load("grids.sql")["grids"], values)]


async def facilities(
    connection: ReadConnection, scope: Scope, place: str, *, limit: int = PAGE, after: str | None = None
) -> Page[FacilityRow]:
    """The facilities of a region (its code) or of one grid (15 digits), in order of id.

    Raises:
        Invalid: when the place is no code, `after` no id, or the limit not 1 to `PAGE`.
        NotFound: when the region is unknown or outside the scope.
    """
    first, last = await _place_range(connection, scope, place)
    values = {"first": first, "last": last, "after": _id(after), "limit": _limit(limit) + 1} | scope.params()
    rows = await _rows(connection, load("grids.sql")["facilities"], values)
    return _page([_facility(row) for row in rows], limit, lambda facility: str(facility.id))


async def _rows(connection: ReadConnection, query: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    cursor = await connection.execute(query, values)
    return await cursor.fetchall()


async def _seen_range(
    connection: ReadConnection, scope: Scope, code: str, as_of: datetime | None = None
) -> tuple[int, int]:
    first, last = region_range(code)
    asked = {"code": code, "as_of": as_of}
    known = scope.overlaps(first, last) and await _rows(connection, load("regions.sql")["known"], asked)
    if not known:
        raise NotFound(f"There is no region {code!r} here.")
    return first, last


async def _place_range(connection: ReadConnection, scope: Scope, place: str) -> tuple[int, int]:
    if not (len(place) == WIDTH and place.isascii() and place.isdigit()):
        return await _seen_range(connection, scope, place)
    number = int(place)
    if not scope.covers(number, number):
        raise NotFound(f"There is no grid {place} here.")
    return number, number


async def _around(connection: ReadConnection, at: tuple[float, float] | None, as_of: datetime | None) -> int | None:
    if at is None:
        return None
    query = load("grids.sql")["around" if as_of is None else "around_then"]
    [row] = await _rows(connection, query, {"lon": at[0], "lat": at[1], "as_of": as_of})
    number: int | None = row["grid_no"]
    return number


def _page(items: Sequence[Item], limit: int, key: Callable[[Item], str]) -> Page[Item]:
    # One row more than asked for was read: it tells whether there is a next page.
    shown = tuple(items[:limit])
    return Page(shown, key(shown[-1]) if len(items) > limit else None)


def _limit(limit: int) -> int:
    if not 1 <= limit <= PAGE:
        raise Invalid("The page is too long.", [Fault("limit", f"must be 1 to {PAGE}")])
    return limit


def _plain(text: str | None) -> str | None:
    if text is not None and "\0" in text:
        raise Invalid("The text has faults.", [Fault("q", "holds a zero byte")])
    return text or None


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return None if text is None else uuid.UUID(text)
    except ValueError as error:
        raise Invalid("The page has no such start.", [Fault("after", f"{text!r} is not an id")]) from error


def _region(row: dict[str, Any]) -> RegionRow:
    box = _box(row)
    return RegionRow(bbox=box, **row)


def _grid(row: dict[str, Any]) -> GridRow:
    number = row.pop("grid_no")
    box = _box(row)
    assert box is not None  # noqa: S101 -- told to mypy; a grid always has a shape
    return GridRow(grid_no=code_of(number), village=village_of(number), bbox=box, **row)


def _facility(row: dict[str, Any]) -> FacilityRow:
    lon, lat = row.pop("lon"), row.pop("lat")
    row["grid_no"] = code_of(row["grid_no"])
    return FacilityRow(point=None if lon is None else (lon, lat), **row)


def _box(row: dict[str, Any]) -> Box | None:
    """The row's box, taken out of it."""
    west, south, east, north = (row.pop(side) for side in ("west", "south", "east", "north"))
    return None if west is None else (west, south, east, north)
