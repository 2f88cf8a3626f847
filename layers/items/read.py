"""A list's rows: one query a layer, with its scope, filters and key, behind row-level security."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from psycopg import sql

from layers.db import ReadConnection
from layers.errors import Fault, Invalid, NotFound
from layers.items.filters import Filters
from layers.items.keys import After, Order, key_of, read_key
from layers.items.queryables import alias_of
from layers.items.strips import goes_by_strips, strips_of
from layers.listing import LISTS, ListSpec
from layers.lists import Page
from layers.queries import load, read_sql
from layers.scope import Scope

__all__ = [
    "MAX_LIMIT",
    "find_list",
    "item_of",
    "items",
    "list_sql",
    "order_of",
    "refuse_unseen",
    "values_of",
    "whole_values",
]

MAX_LIMIT = 1000
"""The longest page."""
_ROWS, _ROWS_END = "/* rows */", "/* rows end */"


def find_list(name: str) -> ListSpec:
    """The layer of that name.

    Raises:
        NotFound: when there is none that can be listed.
    """
    if name not in LISTS:
        raise NotFound(f"There is no layer {name!r}.")
    return LISTS[name]


async def items(
    connection: ReadConnection,
    scope: Scope,
    layer: str,
    filters: Filters,
    *,
    limit: int = 100,
    after: str | None = None,
    shapes: bool = False,
) -> Page[dict[str, Any]]:
    """One page of a layer: its columns by name, and `lon`, `lat` (null without a place).

    In the order that `order_of` tells; with `near` the distance is told as `distance_m`. `lon`, `lat` of a line or an
    area are a point on it; `shapes` adds `shape`, its WKB in lon/lat. The connection's transaction has the scope set.
    Cost: with `near` linear in the rows of the grids that the circle touches, with `q` in the rows looked through.

    Raises:
        NotFound: when there is no such layer, or region or grid are unknown or outside the scope.
        Invalid: when the layer cannot be filtered so, `after` is no key of it, or the limit not 1 to `MAX_LIMIT`.
    Limit: a row whose number is that of a grid elsewhere than its point is not found by box or circle.
    """
    spec = find_list(layer)
    filters.check(spec)
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid("The page is too long.", [Fault("limit", f"must be 1 to {MAX_LIMIT}")])
    start = read_key(spec, after, order_of(spec, filters))
    values = await values_of(connection, scope, spec, filters)
    # One row more than asked for: it tells whether there is a next page.
    asked = values | start.values() | {"limit": limit + 1, "skip": 0, "shapes": shapes}
    rows = await _rows(connection, list_sql(spec, filters), asked)
    shown = tuple(item_of(spec, row, shapes=shapes) for row in rows[:limit])
    return Page(shown, key_of(spec, rows[limit - 1]) if len(rows) > limit else None)


async def whole_values(
    connection: ReadConnection, scope: Scope, spec: ListSpec, filters: Filters, *, shapes: bool
) -> dict[str, object]:
    """The values that the query of a layer takes for all its rows.

    Raises:
        NotFound, Invalid: as `items`.
    """
    filters.check(spec)
    values = await values_of(connection, scope, spec, filters)
    return values | After().values() | {"limit": None, "skip": 0, "shapes": shapes}


async def values_of(connection: ReadConnection, scope: Scope, spec: ListSpec, filters: Filters) -> dict[str, object]:
    """The values that a list's query takes, but for those of its page.

    Raises:
        NotFound: when region or grid are unknown or outside the scope.
    """
    await refuse_unseen(connection, scope, filters)
    values = {"layer": spec.name, "numbers": None} | filters.values() | scope.params()
    if goes_by_strips(spec, filters):
        return {**values, **await strips_of(connection, scope, filters)}
    if spec.personal and values["window"] is not None:
        cursor = await connection.execute(load("items.sql")["numbers"], values)
        [row] = await cursor.fetchall()
        values["numbers"] = row["numbers"]
    return values


async def refuse_unseen(connection: ReadConnection, scope: Scope, filters: Filters) -> None:
    """Return when the region and the grid that are asked for are in the scope.

    Raises:
        NotFound: when they are not, or are unknown.
    """
    if filters.grid is not None and not scope.covers(int(filters.grid), int(filters.grid)):
        raise NotFound(f"There is no grid {filters.grid} here.")
    if filters.region is None:
        return
    first, last = Filters(region=filters.region).number_range()
    asked = {"region": filters.region, "as_of": filters.as_of}
    if scope.overlaps(first, last):
        cursor = await connection.execute(load("items.sql")["known"], asked)
        if await cursor.fetchone() is not None:
            return
    raise NotFound(f"There is no region {filters.region!r} here.")


async def _rows(connection: ReadConnection, query: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    # Not prepared: planned with the values at hand, PostgreSQL leaves out every filter that is not given.
    cursor = await connection.execute(query, values, prepare=False)
    return await cursor.fetchall()


def order_of(spec: ListSpec, filters: Filters) -> Order:
    """What a list goes by: with `near` distance; in a window, where the table knows its strips, these; else the key."""
    if filters.near is not None:
        return "distance"
    return "strip" if goes_by_strips(spec, filters) else "key"


def list_sql(spec: ListSpec, filters: Filters) -> str:
    """The query of a layer that finds its rows in the way that fits the filters."""
    return _strips_sql(spec) if goes_by_strips(spec, filters) else _text(spec)


@cache
def _text(spec: ListSpec) -> str:
    return read_sql(f"items/{spec.sql}")


@cache
def _strips_sql(spec: ListSpec) -> str:
    before, _, rest = _text(spec).partition(_ROWS)
    _, _, after = rest.partition(_ROWS_END)
    # From files of this package: psycopg takes only what its type says is a literal.
    strips: Any = load("items.sql")["strips"]
    rows = sql.SQL(strips).format(table=sql.Identifier(spec.name), alias=sql.Identifier(alias_of(spec)))
    return f"{before}{rows.as_string()}{after}"


def item_of(spec: ListSpec, row: Mapping[str, Any], *, shapes: bool) -> dict[str, Any]:
    """What of a row is told: the columns of the catalog and nothing else, then its place."""
    item = {column.name: row[column.name] for column in spec.columns}
    item |= {"lon": row["lon"], "lat": row["lat"]}
    if row["distance_m"] is not None:
        item["distance_m"] = round(row["distance_m"], 2)
    if shapes:
        item["shape"] = row["shape"]
    return item
