"""A whole list in batches, each read in a transaction of its own: a slow reader holds no connection meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from layers.db import ReadPool, read
from layers.items.filters import Filters
from layers.items.read import MAX_LIMIT, items
from layers.scope import Scope

__all__ = ["batches"]


async def batches(
    pool: ReadPool, scope: Scope, layer: str, filters: Filters, *, size: int = MAX_LIMIT, shapes: bool = False
) -> AsyncIterator[tuple[dict[str, Any], ...]]:
    """All rows of a list, at least one batch, which may be empty; rows as `items` gives them.

    Memory: one batch. Every row that is there from beginning to end comes once; what is added or taken away meanwhile
    may or may not come.

    Raises:
        NotFound, Invalid: as `items`, before the first batch.
    """
    after: str | None = None
    while True:
        async with read(pool, scope) as connection:
            page = await items(connection, scope, layer, filters, limit=size, after=after, shapes=shapes)
        yield page.items
        after = page.next
        if after is None:
            return
