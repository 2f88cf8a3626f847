"""What was changed, told as it happens to whoever watches: each change once, also across a lost line or a restart.

Whoever watches holds a cursor and nothing else, and reads from there: a slow one is waited for by nobody, and takes no
memory. Those at the same cursor share one reading.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from layers.codes import code_of
from layers.db import ReadPool, reading
from layers.errors import TooMany, Unavailable
from layers.outbox import Change, Changes, moment, read_changes
from layers.scope import Scope

__all__ = ["MOST_IDS", "MOST_OF_ONE", "MOST_WATCHERS", "Live", "Seen", "seen"]

MOST_OF_ONE = 8
"""So many times one account may watch at once: a page in as many windows."""
MOST_WATCHERS = 500
MOST_IDS = 50
"""Of more rows than this only the count is told."""

# The ids that the outbox has of these are those of other things.
_WITHOUT_IDS = frozenset({"duty", "review"})


@dataclass(frozen=True)
class Seen:
    """What of a table was changed in one village, or across villages (None), as far as a scope goes.

    `first` and `last` are grid codes of 15 digits. `count` and `ids` are None and empty where the change reaches beyond
    the scope, `ids` also where more than `MOST_IDS` rows were changed. `moved` of the `count` rows were changed with
    the grids: they belong to other grids than before, and nothing else is new about them.
    """

    table: str
    village: str | None
    first: str
    last: str
    count: int | None
    moved: int | None
    ids: tuple[UUID, ...]


class Live:
    """Wakes those who watch when anything was committed, and reads for them; a subscriber of the `Follower`."""

    def __init__(self, pool: ReadPool) -> None:
        self._pool = pool
        self._woken = asyncio.Event()
        self._reads: dict[str, asyncio.Task[Changes]] = {}
        self._watching: Counter[UUID] = Counter()
        self.turn = 0
        self.closed = False

    def changed(self, told: Changes) -> None:  # noqa: ARG002 -- each reads from where they are
        """Wake those who watch."""
        self._wake()

    def reset(self) -> None:
        """Wake those who watch: what was missed they read from where they are."""
        self._wake()

    def close(self) -> None:
        """End all watching: the server stops."""
        self.closed = True
        self._wake()

    @contextmanager
    def watching(self, account_id: UUID) -> Iterator[None]:
        """One who watches, as long as it lasts.

        Raises:
            TooMany: when the account, or everybody together, watches as often as may be.
        """
        if self._watching[account_id] >= MOST_OF_ONE:
            raise TooMany(f"This account already watches in {MOST_OF_ONE} windows.")
        if self._watching.total() >= MOST_WATCHERS:
            raise TooMany("Too many windows watch at this moment.")
        self._watching[account_id] += 1
        try:
            yield
        finally:
            self._watching[account_id] -= 1
            if not self._watching[account_id]:
                del self._watching[account_id]

    async def next_turn(self, turn: int, timeout_s: float) -> bool:
        """Whether something happened after `turn`, waiting for it no longer than that."""
        try:
            async with asyncio.timeout(timeout_s):
                while self.turn == turn:
                    await self._woken.wait()
        except TimeoutError:
            return False
        return True

    async def now(self) -> str:
        """The cursor of this moment.

        Raises:
            Unavailable: when the database does not answer.
        """
        try:
            async with reading(self._pool) as connection:
                return await moment(connection)
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Unavailable from error

    async def since(self, cursor: str) -> Changes:
        """What was committed since a cursor; those who ask for the same at the same time share one reading.

        Raises:
            CursorTooOldError: as `read_changes`.
            Unavailable: when the database does not answer.
        """
        # Only of this turn: a reading that began before the last commit was told may lack it.
        key = f"{self.turn} {cursor}"
        task = self._reads.get(key)
        if task is None:
            task = self._reads[key] = asyncio.create_task(self._read(cursor))
            task.add_done_callback(lambda _done: self._reads.pop(key, None))
        # Whoever goes away must not take the reading from the others.
        return await asyncio.shield(task)

    async def _read(self, cursor: str) -> Changes:
        try:
            async with reading(self._pool) as connection:
                return await read_changes(connection, cursor)
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Unavailable from error

    def _wake(self) -> None:
        self.turn += 1
        self._woken.set()
        self._woken = asyncio.Event()


def seen(changes: Sequence[Change], scope: Scope, tables: Set[str]) -> list[Seen]:
    """What of changes in these tables is told inside a scope, one entry a table and village."""
    found: dict[tuple[str, int | None], list[Change]] = {}
    for change in changes:
        if change.table in tables and scope.overlaps(change.lo, change.hi):
            found.setdefault((change.table, change.village), []).append(change)
    return [
        _seen(table, village, some, scope)
        for (table, village), some in sorted(found.items(), key=lambda pair: (pair[0][0], pair[0][1] or 0))
    ]


def _seen(table: str, village: int | None, changes: Sequence[Change], scope: Scope) -> Seen:
    lo, hi = _within(scope, min(one.lo for one in changes), max(one.hi for one in changes))
    whole = all(scope.covers(one.lo, one.hi) for one in changes)
    # The old places of an update count no rows; the rows are those of the new places.
    count = sum(one.rows for one in changes)
    moved = sum(one.rows for one in changes if one.with_grids and table != "grid")
    ids = dict.fromkeys(row_id for one in changes for row_id in one.ids)
    are_few = len(ids) <= MOST_IDS and all(one.ids or not one.rows for one in changes)
    return Seen(
        table=table,
        village=None if village is None else f"{village:012d}",
        first=code_of(lo),
        last=code_of(hi),
        count=count if whole else None,
        moved=moved if whole else None,
        ids=tuple(ids) if whole and are_few and table not in _WITHOUT_IDS else (),
    )


def _within(scope: Scope, lo: int, hi: int) -> tuple[int, int]:
    """The part of a range that lies in a scope; they overlap."""
    if scope.grids is None:
        return max(lo, scope.lo), min(hi, scope.hi)
    own = [number for number in scope.grids if lo <= number <= hi]
    return own[0], own[-1]
