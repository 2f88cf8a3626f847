"""Windows as strips: where a page of a layer behind row-level security begins, without reading all that its box holds.

The strips are those of the column `strip` (layers/models/base.py): columns from west to east, each from south to north.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from layers.codes import LEVELS, code_of
from layers.crs import Box
from layers.db import ReadConnection
from layers.items.filters import Filters
from layers.listing import ListSpec
from layers.queries import load
from layers.scope import Scope

__all__ = ["extent", "goes_by_strips", "strips_of"]

_COLUMNS = 2**19
_HEIGHTS = 10_000_000
# A window that follows from a filter in another reference system may be a metre too narrow (layers/crs.py).
_MARGIN = 1e-4
_FEW_COLUMNS = 256
"""So many are looked through at once; of more those without the scope are left out first."""


def goes_by_strips(spec: ListSpec, filters: Filters) -> bool:
    """Whether the list goes in order of place: in a window, unless by distance.

    With a period it goes by its key: the index of numbers and days leaves fewer rows than a window does.
    """
    has_period = filters.since is not None or filters.until is not None
    return spec.by_strips and filters.near is None and not has_period and filters.window() is not None


async def strips_of(connection: ReadConnection, scope: Scope, filters: Filters) -> Mapping[str, object]:
    """The values that name the strips of the filters' window: columns `west` to `east`, heights `south` to `north`.

    Limit: of a wide window only what lies in the box around region and scope is looked at.
    """
    window = filters.window()
    assert window is not None  # noqa: S101 -- goes_by_strips
    if _column(window[2]) - _column(window[0]) > _FEW_COLUMNS:
        first, last = filters.number_range()
        around = await extent(connection, Scope(max(scope.lo, first), min(scope.hi, last)))
        window = window if around is None else _common(window, around)
    west, south, east, north = window
    return {
        "west": _column(west - _MARGIN),
        "east": _column(east + _MARGIN),
        "south": math.floor((south - _MARGIN + 90) * _HEIGHTS),
        "north": math.floor((north + _MARGIN + 90) * _HEIGHTS),
    }


async def extent(connection: ReadConnection, scope: Scope) -> Box | None:
    """The box in degrees of the deepest region with a shape that holds the scope, else that around its villages."""
    first, last = code_of(max(scope.lo, 0)), code_of(max(scope.hi, 0))
    codes = [first[:length] for length in LEVELS if first[:length] == last[:length]]
    cursor = await connection.execute(load("features.sql")["extent"], scope.params() | {"codes": codes})
    row = await cursor.fetchone()
    return None if row is None else (row["west"], row["south"], row["east"], row["north"])


def _column(lon: float) -> int:
    return math.floor((lon / 360 + 0.5) * _COLUMNS)


def _common(one: Box, other: Box) -> Box:
    """What both boxes hold; where they do not meet, west lies east of east, or south north of north."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
