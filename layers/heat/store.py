"""The incidents in memory, read in the background and kept right by the outbox; while they are not, SQL answers."""

from __future__ import annotations

import asyncio
import logging
import threading
from uuid import UUID

import psycopg

from layers.db import Database, background, moment
from layers.heat.feed import Connection, places_again, read_state, reviewed_spans, spans_again
from layers.heat.question import Counted, Points, Question
from layers.heat.rows import NotHeld
from layers.heat.span import EPOCH, FIRST_DAY, LAST_DAY, Span
from layers.heat.state import State
from layers.outbox import Change, Changes

__all__ = ["HeatStore"]

_TOGETHER_S = 0.02
_AGAIN_AFTER_S = 2.0
_MOST_BEHIND = 5_000
_WAITS_S = 0.25
_log = logging.getLogger(__name__)


class _Pending:
    """What was told and is not yet read: of incidents, of reviewed rows, of places; or everything."""

    def __init__(self, *, everything: bool = False) -> None:
        self.everything = everything
        self.spans: set[Span] = set()
        self.reviewed: set[UUID] = set()
        self.places: set[tuple[int, int]] = set()
        self.rows = 0

    def add(self, change: Change) -> None:
        """Take in one change."""
        if change.table in ("grid", "region"):
            self.places.add((change.lo, change.hi))
        elif change.table == "review" and change.ids:
            self.reviewed.update(change.ids)
        elif change.table in ("incident", "review"):
            self.spans.add(Span(change.lo, change.hi, *_days(change)))
            self.rows += change.rows


class HeatStore:
    """A subscriber of the outbox that answers questions of heat; `current` says whether it may.

    Memory: 13 bytes an incident, and as much again of the largest cell that is being changed; while it is read, up to
    30 bytes an incident and some 100 MB.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._state: State | None = None
        self._pending = _Pending()
        self._lock = threading.Lock()
        self._told = threading.Event()
        self._closing = threading.Event()
        self._behind = 0
        self._version = 0
        # How many times something was told, and up to which of them it is read.
        self._tellings = self._read_up_to = 0
        self._news = threading.Condition(self._lock)
        self._thread = threading.Thread(target=self._run, name="heat-store", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def close(self) -> None:
        """End, after what is being read."""
        self._closing.set()
        self._told.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def current(self) -> bool:
        """Whether it holds all incidents but for the changes of a moment ago."""
        return self._state is not None and self._behind <= _MOST_BEHIND

    @property
    def version(self) -> int:
        """A number that is higher after every change."""
        return self._version

    def changed(self, told: Changes) -> None:
        """Read anew, soon, what these changes concern."""
        with self._lock:
            for change in told.changes:
                self._pending.add(change)
            self._behind = self._pending.rows
            if self._pending.spans or self._pending.reviewed or self._pending.places:
                self._tellings += 1
                self._told.set()

    def reset(self) -> None:
        """Read everything anew, soon."""
        with self._lock:
            self._state, self._pending = None, _Pending(everything=True)
            self._told.set()

    async def cells(self, question: Question) -> Counted | None:
        """The incidents by cell, with all told before unless that takes long to read; None: everything is read anew."""
        state = await asyncio.to_thread(self._fresh)
        return None if state is None else await asyncio.to_thread(state.cells, question)

    async def points(self, question: Question) -> Points | None:
        """The incidents one by one, as `cells`."""
        state = await asyncio.to_thread(self._fresh)
        return None if state is None else await asyncio.to_thread(state.points, question)

    def _fresh(self) -> State | None:
        with self._news:
            wanted = self._tellings
            self._news.wait_for(lambda: self._read_up_to >= wanted, _WAITS_S)
            return self._state

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with background(self._database) as connection:
                    self._follow(connection)
            except psycopg.Error as error:
                _log.warning("heat store lost: %s", error)
                self.reset()
                self._closing.wait(_AGAIN_AFTER_S)

    def _follow(self, connection: Connection) -> None:
        while not self._closing.is_set():
            self._told.wait()
            # What comes in quick succession is read together.
            if self._closing.wait(_TOGETHER_S):
                return
            pending, telling = self._take()
            try:
                with moment(connection):
                    state = self._read(connection, pending)
            except NotHeld as reason:
                _log.warning("heat is answered by SQL: %s", reason)
                state = None
            with self._lock:
                # A reset that came meanwhile asks for a later moment than this one.
                self._state = None if self._pending.everything else state
                self._version += 1
                self._behind = self._pending.rows
                self._read_up_to = telling
                self._news.notify_all()

    def _take(self) -> tuple[_Pending, int]:
        with self._lock:
            pending, self._pending = self._pending, _Pending()
            self._told.clear()
            return pending, self._tellings

    def _read(self, connection: Connection, pending: _Pending) -> State | None:
        """The state in which what is pending was read; None stays None until everything is read."""
        if pending.everything:
            return read_state(connection)
        state = self._state
        if state is None:
            return None
        for lo, hi in pending.places:
            state = places_again(connection, state, lo, hi)
        spans = pending.spans.union(reviewed_spans(connection, sorted(pending.reviewed)))
        return spans_again(connection, state, list(spans)) if spans else state


def _days(change: Change) -> tuple[int, int]:
    if change.first_day is None or change.last_day is None:
        return FIRST_DAY, LAST_DAY
    first, last = (change.first_day - EPOCH).days, (change.last_day - EPOCH).days
    return max(first, FIRST_DAY), min(last, LAST_DAY)
