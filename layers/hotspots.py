"""Hot and cold spots of incidents by grid, and what became of those of an earlier period.

For those who may open the cases alone: a score tells a small count almost as well as the count does.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import shapely

from layers.codes import code_of, region_range
from layers.counting import Question, incident_rows, place_range, rows
from layers.db import ReadConnection
from layers.errors import Fault, Invalid
from layers.scope import Scope, home_of
from layers.spots import FEWEST, Change, Neighbours, Spots, change_of, find_neighbours, find_spots

__all__ = ["HotspotRow", "Hotspots", "Measure", "hotspots"]

Measure = Literal["count", "rate"]

MOST = 20_000
"""So many grids at most: those of two large prefectures."""
_COUNTY_WIDTH = 6
_GRID_WIDTH = 15
_KEPT = 8
_known: OrderedDict[tuple[object, ...], Neighbours] = OrderedDict()
"""Neighbours of the last few sets of grids, by the versions of the grids."""


@dataclass(frozen=True)
class HotspotRow:
    """A grid with its incidents `n` and what it and its neighbours have together.

    `z` is Gi*; `level` 2 or 1 for a hot spot, -2 or -1 for a cold one, 0 for neither;
    `before` is the level in the earlier period, `change` what became of it.
    """

    code: str
    name: str | None
    n: int
    z: float
    level: int
    before: int | None
    change: Change | None


@dataclass(frozen=True)
class Hotspots:
    """The grids of a region in order of number, and the region among whose `compared` grids they are spots.

    That is no larger than what the caller may see: a scope that ends inside a county compares its own grids.

    With rates the grids where nobody is registered are left out.
    `mean` is what a grid of that region has on average, in the measure.
    """

    items: tuple[HotspotRow, ...]
    within: str
    compared: int
    mean: float


@dataclass(frozen=True)
class _Map:
    """The grids that are compared, by position: numbers, names, and the people of each."""

    numbers: tuple[int, ...]
    names: tuple[str | None, ...]
    persons: tuple[int, ...]
    near: Neighbours


async def hotspots(
    connection: ReadConnection,
    scope: Scope,
    *,
    since: date,
    until: date,
    region: str,
    kinds: Sequence[str] | None = None,
    measure: Measure = "count",
    before: tuple[date, date] | None = None,
) -> Hotspots:
    """The hot and cold spots among the grids of a region for days in [since, until) (Asia/Shanghai).

    A region smaller than a county is compared with the grids of its county that the scope holds. With `before`, another
    period, the spots of that one are told too.

    Raises:
        Invalid: when the region is no code, a period is empty, or there are too few or too many grids to compare.
        NotFound: when the region is outside the scope.
    Limit: see `spots.find_spots`. Cost: 0.1 s for 5,000 grids, and 0.4 s more when their neighbours are not known yet;
    the first call in a process takes some seconds more.
    """
    first, last = place_range(scope, region)
    within = region[:_COUNTY_WIDTH]
    question = Question(*region_range(within), since, until, None if kinds is None else tuple(kinds), scope)
    earlier = None if before is None else replace(question, since=before[0], until=before[1])
    if faults := [*question.period_faults(), *(earlier.period_faults() if earlier else ())]:
        raise Invalid("The question has faults.", faults)
    there = await _read_map(connection, question, measure)
    counts = await _counts(connection, question, there)
    now, mean = await asyncio.to_thread(_spots, there, counts, measure)
    then = None
    if earlier is not None:
        old = await _counts(connection, earlier, there)
        then, _ = await asyncio.to_thread(_spots, there, old, measure)
    shown = [place for place, number in enumerate(there.numbers) if first <= number <= last]
    items = tuple(_row(there, counts, now, then, place) for place in shown)
    return Hotspots(items, _compared_in(within, scope), len(there.numbers), mean)


def _compared_in(region: str, scope: Scope) -> str:
    """The region whose grids are compared: of one that the scope does not hold whole, the part that it holds."""
    home = home_of(scope) or ""
    return home if home.startswith(region) else region


async def _read_map(connection: ReadConnection, question: Question, measure: Measure) -> _Map:
    grids = await rows(connection, "versions", question.values())
    persons = {row["grid_no"]: row["n"] for row in await rows(connection, "persons", question.values())}
    if measure == "rate":
        grids = [row for row in grids if persons.get(row["grid_no"], 0) > 0]
    if not FEWEST <= len(grids) <= MOST:
        message = f"there are {len(grids)} grids to compare; spots can be told among {FEWEST} to {MOST}"
        raise Invalid("The question has faults.", [Fault("region", message)])
    numbers = tuple(row["grid_no"] for row in grids)
    near = await _neighbours(connection, question, numbers, tuple(row["id"] for row in grids))
    return _Map(numbers, tuple(row["name"] for row in grids), tuple(persons.get(one, 0) for one in numbers), near)


async def _neighbours(
    connection: ReadConnection, question: Question, numbers: tuple[int, ...], versions: tuple[object, ...]
) -> Neighbours:
    if versions not in _known:
        shapes = await rows(connection, "shapes", question.values() | {"numbers": list(numbers)})
        near = await asyncio.to_thread(lambda: find_neighbours(shapely.from_wkb([row["shape"] for row in shapes])))
        _known[versions] = near
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return _known[versions]


async def _counts(connection: ReadConnection, question: Question, there: _Map) -> tuple[int, ...]:
    found: Mapping[int, int] = {
        row["grid_no"]: row["n"] for row in await incident_rows(connection, "incidents", question, _GRID_WIDTH)
    }
    return tuple(found.get(number, 0) for number in there.numbers)


def _spots(there: _Map, counts: Sequence[int], measure: Measure) -> tuple[Spots, float]:
    values = np.array(counts, dtype=np.float64)
    if measure == "rate":
        values = 1000 * values / np.array(there.persons, dtype=np.float64)
    return find_spots(values, there.near), round(float(values.mean()), 3)


def _row(there: _Map, counts: Sequence[int], now: Spots, then: Spots | None, place: int) -> HotspotRow:
    level = int(now.level[place])
    before = None if then is None else int(then.level[place])
    return HotspotRow(
        code=code_of(there.numbers[place]),
        name=there.names[place],
        n=counts[place],
        z=round(float(now.z[place]), 2),
        level=level,
        before=before,
        change=None if before is None else change_of(level, before),
    )
