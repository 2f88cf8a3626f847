"""What was answered while nothing in the database changed: the same text in one list is often there twice."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from layers.db import raw, scope_of
from layers.geocode.answer import Location
from layers.queries import load
from layers.scope import Scope

__all__ = ["Answered", "Question"]

Question = tuple[str, str | None, tuple[float, float] | None]
"""A text, the region that it lies in for certain, and a point (lon, lat; EPSG:4326) that decides between equals."""

_MOST_KEPT = 40_000
_State = tuple[str, Scope]
_kept: WeakKeyDictionary[Engine, tuple[_State, dict[Question, Location]]] = WeakKeyDictionary()
_lock = Lock()


class Answered:
    """Answers of this process, of use while the session sees the very same rows as when they were given.

    Two sessions see the same rows when their snapshots name the same transactions, their scopes are equal, and neither
    has written anything. Any commit in the cluster makes another snapshot, so what is known is dropped sooner than
    need be, and never later: answers that were found while something changed are kept for a snapshot that no session
    sees again (those that hold on to theirs are given nothing). Memory: 40,000 answers a process, some 60 MB.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._engine = session.connection().engine
        self._state = self._look()

    @property
    def snapshot(self) -> str | None:
        """Which transactions the session sees; None in one that has written."""
        return self._state[0] if self._state else None

    def known(self) -> Mapping[Question, Location]:
        """What was answered in this state."""
        with _lock:
            kept = _kept.get(self._engine)
            return kept[1] if kept is not None and self._state is not None and kept[0] == self._state else {}

    def keep(self, given: Mapping[Question, Location]) -> None:
        """Keep these answers for who sees the same as this object's session did when it was made."""
        if self._state is None:
            return
        with _lock:
            kept = _kept.get(self._engine)
            if kept is None or kept[0] != self._state or len(kept[1]) + len(given) > _MOST_KEPT:
                kept = _kept[self._engine] = (self._state, {})
            kept[1].update(given)

    def _look(self) -> _State | None:
        row = raw(self._session).execute(load("geocode.sql")["state"]).fetchone()
        snapshot = None if row is None else row[0]
        return None if snapshot is None else (str(snapshot), scope_of(self._session))
