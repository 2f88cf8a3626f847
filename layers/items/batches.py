"""A whole list in batches, as it is at one moment."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from psycopg import sql

from layers.db import ReadConnection
from layers.items.filters import Filters
from layers.items.read import MAX_LIMIT, item_of, list_sql, whole_values
from layers.listing import LISTS
from layers.scope import Scope

__all__ = ["batches", "estimate"]


async def batches(
    connection: ReadConnection,
    scope: Scope,
    layer: str,
    filters: Filters,
    *,
    size: int = MAX_LIMIT,
    shapes: bool = False,
) -> AsyncGenerator[tuple[dict[str, Any], ...]]:
    """All rows of a list, at least one batch, which may be empty; rows and order as `items` gives them.

    All are of the moment at which the first is read. The connection's transaction stays open until the last is taken.
    Memory: one batch here; PostgreSQL keeps what does not fit into its own in temporary files.

    Raises:
        NotFound, Invalid: as `items`, before the first batch.
    """
    spec = LISTS[layer]
    values = await whole_values(connection, scope, spec, filters, shapes=shapes)
    async with connection.cursor("list") as cursor:
        await cursor.execute(list_sql(spec, filters), values)
        rows = await cursor.fetchmany(size)
        while True:
            yield tuple(item_of(spec, row, shapes=shapes) for row in rows)
            rows = await cursor.fetchmany(size)
            if not rows:
                return


async def estimate(connection: ReadConnection, scope: Scope, layer: str, filters: Filters) -> int:
    """About how many rows a list has, as PostgreSQL expects: good for a bar, not for a figure."""
    spec = LISTS[layer]
    values = await whole_values(connection, scope, spec, filters, shapes=False)
    query = sql.SQL("explain (format json) {}").format(sql.SQL(list_sql(spec, filters)))
    cursor = await connection.execute(query, values, prepare=False)
    [row] = await cursor.fetchall()
    return int(row["QUERY PLAN"][0]["Plan"]["Plan Rows"])
