"""Heat asked of the tables: the fallback of the store in memory, and the check on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from layers.db import ReadPool, read
from layers.heat.question import Counted, Points, Question
from layers.heat.rows import rounded
from layers.queries import load

__all__ = ["SqlCounter"]


class SqlCounter:
    """Answers from the reading door. Cost: all incidents of the grids in the window, in the period."""

    def __init__(self, pool: ReadPool) -> None:
        self._pool = pool

    async def cells(self, question: Question) -> Counted:
        """The incidents by cell."""
        found = await self._asked("cells", question)
        unlocated = sum(row["n"] for row in found if row["row"] is None)
        cells = [(row["row"], row["col"], row["n"]) for row in found if row["row"] is not None]
        rows, columns, counts = np.array(cells, np.int64).reshape(-1, 3).T
        inside = question.window.holds(rows, columns)
        return Counted(rows[inside], columns[inside], counts[inside], unlocated)

    async def points(self, question: Question) -> Points:
        """The incidents one by one."""
        found = await self._asked("points", question)
        codes = sorted({row["kind"] for row in found})
        located = [
            (row["lon"], row["lat"], row["day"], codes.index(row["kind"]) + 1) for row in found if row["is_located"]
        ]
        lon, lat, day, kind = np.array(located, np.int64).reshape(-1, 4).T
        return Points.of(
            np.stack([*rounded(lon, lat), day, kind]), tuple(codes), len(found) - len(located), question.window.box
        )

    async def _asked(self, query: str, question: Question) -> list[dict[str, Any]]:
        values = question.params()
        async with read(self._pool, question.scope) as connection:
            cursor = await connection.execute(load("heat.sql")["places"], values)
            numbers = [row["grid_no"] for row in await cursor.fetchall()]
            cursor = await connection.execute(load("heat.sql")[query], values | {"numbers": numbers})
            return await cursor.fetchall()
