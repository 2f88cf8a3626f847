"""The review queue: rows whose text led to no one place wait for a person, one open entry a row."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy.orm import Session

from layers.db import raw
from layers.geocode.answer import Location
from layers.imports import copy_rows
from layers.queries import load

__all__ = ["REGISTERS", "SURE", "needs_review", "queue"]

REGISTERS = ("building", "house", "facility", "organisation", "incident", "place")
"""The registers whose rows can wait."""
SURE = 0.9
"""From this confidence on a place counts as known."""

_GOOD = ("house", "building")
_DOUBTS = frozenset({"ambiguous", "outside_stated"})
_COLUMNS = ("id", "register", "row_id", "text", "grid_no", "level", "reasons", "candidates", "import_id")


def needs_review(location: Location, register: str) -> bool:
    """Whether a place that was found by text must wait for a person.

    It must when it is ambiguous, outside its stated region, not sure enough, or known less exactly than its house.
    What is no dwelling (a facility, an incident …) is found at its building as well as at its house.
    """
    good = _GOOD[:1] if register == "house" else _GOOD
    doubted = _DOUBTS.intersection(reason.kind for reason in location.reasons)
    return bool(doubted) or location.level not in good or location.confidence < SURE


def queue(
    session: Session,
    register: str,
    rows: Iterable[tuple[uuid.UUID, str, int, Location]],
    import_id: uuid.UUID | None = None,
) -> int:
    """How many of these rows must wait, now that each is in the queue with one open entry.

    `rows` are (id of the row, the text that was located, its grid number, what was found). Whichever of them need no
    review (`needs_review`) lose the open entry that they may have had. One call a batch: two statements and one COPY.

    Raises:
        Forbidden: when a row lies outside the scope of the session.
    """
    batch = list(rows)
    waiting = [_entry(register, row, import_id) for row in batch if needs_review(row[3], register)]
    raw(session).execute(load("review.sql")["forget_open"], {"register": register, "rows": [row[0] for row in batch]})
    return copy_rows(session, "review", _COLUMNS, waiting) if waiting else 0


def _entry(register: str, row: tuple[uuid.UUID, str, int, Location], import_id: uuid.UUID | None) -> tuple[object, ...]:
    row_id, text, number, location = row
    found = (location.reasons, location.candidates)
    documents = (json.dumps([asdict(one) for one in part], ensure_ascii=False) for part in found)
    return uuid.uuid4(), register, row_id, text, number, location.level, *documents, import_id
