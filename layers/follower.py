"""One connection that follows the outbox, and tells whoever keeps a copy of what it was made of."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import psycopg
from psycopg_pool import PoolTimeout

from layers.db import Database, ReadConnection, ReadPool, reading
from layers.errors import Unavailable
from layers.outbox import Changes, CursorTooOldError, moment, read_changes
from layers.queries import load

__all__ = ["Follower", "Subscriber"]

_LOOK_EVERY_S = 1.0
_STALE_AFTER_S = 3.0
_AGAIN_AFTER_S = 0.5
_SETTLED_AFTER_S = 1.0
_log = logging.getLogger(__name__)


class Subscriber(Protocol):
    """Who keeps a copy: both calls are quick and raise nothing, long work is put off."""

    def changed(self, told: Changes) -> None:
        """These changes were committed; they come in order and once, between two calls of `reset`."""

    def reset(self) -> None:
        """Anything may have changed: keep nothing."""


class Follower:
    """Follows the outbox while `run` runs, in the event loop of the copies.

    PostgreSQL wakes it at each commit; it looks once a second by itself, so that a dead connection is noticed. A copy
    may be answered from only while `healthy`.
    """

    def __init__(self, database: Database, subscribers: Sequence[Subscriber]) -> None:
        self._database = database
        self._subscribers = list(subscribers)
        self._looked_at: float | None = None
        self._look = asyncio.Condition()
        self._looks = 0
        self._is_looking = False
        self.cursor: str | None = None

    @property
    def healthy(self) -> bool:
        """Whether the copies were told of everything up to a moment ago."""
        return self._looked_at is not None and time.monotonic() - self._looked_at < _STALE_AFTER_S

    async def run(self) -> None:
        """Follow until cancelled; after a lost connection begin anew, with `reset`."""
        while True:
            try:
                await self._follow()
            except (psycopg.Error, CursorTooOldError, Unavailable, OSError) as error:
                _log.warning("outbox lost: %s", error)
            finally:
                self._looked_at = self.cursor = None
                for subscriber in self._subscribers:
                    subscriber.reset()
            await asyncio.sleep(_AGAIN_AFTER_S)

    async def caught_up(self) -> None:
        """Return when the copies were told of all that was committed before this call.

        Raises:
            TimeoutError: when the connection is lost for longer than it may be.
        """
        # The look that is under way may have begun too early.
        wanted = self._looks + (2 if self._is_looking else 1)
        async with self._look, asyncio.timeout(_STALE_AFTER_S + 2 * _LOOK_EVERY_S):
            await self._look.wait_for(lambda: self._looks >= wanted)

    async def settle(self, pool: ReadPool) -> None:
        """Return when the copies were told of all that was committed before this call; it is made to look at once.

        When that cannot be done in a moment, the copies keep nothing.
        """
        if not self.healthy:
            return
        try:
            async with asyncio.timeout(_SETTLED_AFTER_S):
                async with reading(pool) as connection:
                    await connection.execute(load("outbox.sql")["wake"])
                await self.caught_up()
        except (TimeoutError, psycopg.Error, PoolTimeout):
            for subscriber in self._subscribers:
                subscriber.reset()

    async def _follow(self) -> None:
        connection = await self._connect()
        try:
            await connection.execute(load("outbox.sql")["listen"])
            self.cursor = await moment(connection)
            # What was kept before this moment was kept without hearing of changes.
            for subscriber in self._subscribers:
                subscriber.reset()
            while True:
                while await self._tell(connection):
                    pass
                async for _ in connection.notifies(timeout=_LOOK_EVERY_S, stop_after=1):
                    pass
        finally:
            await connection.close()

    async def _connect(self) -> ReadConnection:
        """A connection; one that is still being opened when we are cancelled is closed, not left."""
        opening = asyncio.ensure_future(self._database.listening())
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with suppress(psycopg.Error, OSError):
                await (await opening).close()
            raise

    async def _tell(self, connection: ReadConnection) -> bool:
        """Whether there was anything new."""
        assert self.cursor is not None  # noqa: S101 -- told to mypy
        began = time.monotonic()
        self._is_looking = True
        try:
            told = await read_changes(connection, self.cursor)
        finally:
            self._is_looking = False
        if told.changes:
            for subscriber in self._subscribers:
                subscriber.changed(told)
        self.cursor, self._looked_at = told.cursor, began
        async with self._look:
            self._looks += 1
            self._look.notify_all()
        return bool(told.changes)
