"""Reading incidents out of the tables into the store in memory."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray

from layers.codes import WIDTH
from layers.heat.places import Places
from layers.heat.rows import RAW
from layers.heat.span import FIRST_DAY, LAST_DAY, Span, merged
from layers.heat.state import State, built
from layers.queries import load

__all__ = ["places_again", "read_state", "reviewed_spans", "spans_again"]

Connection = psycopg.Connection[tuple[Any, ...]]

_HEAD_BYTES = 19
_BATCH_BYTES = 500_000 * RAW.itemsize
_LAST = 10**WIDTH - 1


def read_state(connection: Connection) -> State:
    """All incidents. The connection's transaction sees all of one moment.

    Raises:
        NotHeld: when they do not fit the store.
    Cost: linear; 54 bytes an incident over the connection.
    """
    codes = _codes(connection, ())
    places = _places(connection, Places.none(), 0, _LAST)
    # Closed at once when it is not read to its end: an unfinished COPY would keep the transaction from ending.
    with closing(_batches(connection, "stored", {"codes": list(codes)})) as batches:
        return built(places, codes, batches)


def spans_again(connection: Connection, state: State, spans: Sequence[Span]) -> State:
    """The state in which what lies in these spans is as the table has it now.

    Raises: as `read_state`.
    """
    spans = merged(spans)
    codes = _codes(connection, state.codes)
    values = {
        "codes": list(codes),
        "los": [span.lo for span in spans],
        "his": [span.hi for span in spans],
        "first_days": [span.first_day for span in spans],
        "last_days": [span.last_day for span in spans],
    }
    with closing(_batches(connection, "stored_again", values)) as batches:
        raw = list(batches)
    return state.replaced(spans, np.concatenate(raw) if raw else np.empty(0, RAW), codes)


def places_again(connection: Connection, state: State, lo: int, hi: int) -> State:
    """The state in which the boxes of the places numbered `lo` to `hi` are as the tables have them now."""
    return state.with_places(_places(connection, state.places, lo, hi))


def reviewed_spans(connection: Connection, ids: Sequence[UUID]) -> list[Span]:
    """Where those of these ids lie that are incidents."""
    rows = connection.execute(load("heat.sql")["reviewed"], {"ids": list(ids)}).fetchall()
    return [Span(number, number, max(day, FIRST_DAY), min(day, LAST_DAY)) for number, day in rows]


def _codes(connection: Connection, known: Sequence[str]) -> tuple[str, ...]:
    """The kinds there are, those known before in their old order."""
    found = [code for (code,) in connection.execute(load("heat.sql")["kind_codes"])]
    return *known, *(code for code in found if code not in known)


def _places(connection: Connection, places: Places, lo: int, hi: int) -> Places:
    rows = connection.execute(load("heat.sql")["place_boxes"], {"lo": lo, "hi": hi}).fetchall()
    numbers = np.array([row[0] for row in rows], np.int64)
    return places.with_boxes(lo, hi, numbers, np.array([row[1:] for row in rows], np.float64).reshape(-1, 4))


def _batches(connection: Connection, query: str, values: dict[str, Any]) -> Generator[NDArray[np.void]]:
    """What a COPY gives, some hundred thousand records at a time."""
    with connection.cursor().copy(load("heat.sql")[query], values) as copy:
        pending, skipped = bytearray(), _HEAD_BYTES
        for piece in copy:
            pending += piece
            if len(pending) >= _BATCH_BYTES:
                yield _records(pending, skipped)
                del pending[: skipped + (len(pending) - skipped) // RAW.itemsize * RAW.itemsize]
                skipped = 0
        yield _records(pending, skipped)


def _records(pending: bytearray, skipped: int) -> NDArray[np.void]:
    """The whole records after so many bytes; the two bytes that end a COPY are none."""
    number = (len(pending) - skipped) // RAW.itemsize
    return np.frombuffer(bytes(pending), RAW, number, skipped)
