"""Who answers a question of heat: the store in memory while it agrees with the tables, otherwise SQL."""

from __future__ import annotations

from layers.codes import region_range
from layers.db import ReadPool, reading
from layers.errors import Fault, Invalid
from layers.follower import Follower
from layers.heat.by_sql import SqlCounter
from layers.heat.lattice import Box
from layers.heat.question import Counted, Points, Question
from layers.heat.store import HeatStore
from layers.queries import load

__all__ = ["HeatSource"]


class HeatSource:
    """Asks the store or SQL; `store` is None where it is switched off."""

    def __init__(self, pool: ReadPool, follower: Follower, store: HeatStore | None) -> None:
        self._sql = SqlCounter(pool)
        self._pool = pool
        self._follower = follower
        self._store = store

    @property
    def in_memory(self) -> bool:
        """Whether the store answers now."""
        return self._store is not None and self._store.current and self._follower.healthy

    @property
    def version(self) -> int | None:
        """A number that changes with every change of the incidents in memory; None while they are not asked."""
        return self._store.version if self._store is not None and self.in_memory else None

    async def cells(self, question: Question) -> Counted:
        """The incidents by cell."""
        if self._store is not None and self.in_memory and (found := await self._store.cells(question)) is not None:
            return found
        return await self._sql.cells(question)

    async def points(self, question: Question) -> Points:
        """The incidents one by one."""
        if self._store is not None and self.in_memory and (found := await self._store.points(question)) is not None:
            return found
        return await self._sql.points(question)

    async def box(self, region: str) -> Box:
        """The box of a region: west, south, east, north in degrees.

        Raises:
            Invalid: when neither it nor any region in it has a shape.
        """
        async with reading(self._pool) as connection:
            first, last = region_range(region)
            cursor = await connection.execute(load("heat.sql")["region_box"], {"first": first, "last": last})
            row = await cursor.fetchone()
        if row is None or row["west"] is None:
            raise Invalid(
                "The question has faults.", [Fault("region", "has no shape, nor has any region in it: give bbox")]
            )
        return row["west"], row["south"], row["east"], row["north"]
