"""What was brought in: the import log as lists and single entries, inside the scope of who asks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from layers.codes import WIDTH
from layers.db import actor, raw, scope_of
from layers.errors import Fault, Invalid, NotFound
from layers.lists import PAGE, Page
from layers.queries import load
from layers.scope import Scope

__all__ = ["ImportDetail", "ImportEntry", "find_import", "list_imports", "sees_import"]


@dataclass(frozen=True)
class ImportEntry:
    """One import: what came in by table, how many faults it noted, by whose login (None: the command line).

    `crs` is the datum that the source stated; `region_code` the region in which its rows lie, None where that is the
    whole database. `undone_at` is when it was taken back, None while it stands.
    """

    id: uuid.UUID
    kind: str
    source_name: str
    crs: str | None
    rows: int
    counts: dict[str, int]
    fault_count: int
    at: datetime
    by: str | None
    region_code: str | None
    undone_at: datetime | None
    undone_by: str | None


@dataclass(frozen=True)
class ImportDetail:
    """One import with every fault that did not stop it."""

    entry: ImportEntry
    faults: tuple[Fault, ...]


def list_imports(session: Session, limit: int = 50, after: str | None = None) -> Page[ImportEntry]:
    """The imports of regions inside the session's scope and those its account made itself, newest first.

    `after` is the id that the last page ended with.

    Raises:
        Invalid: when the limit is not 1 to `PAGE`, or `after` is no id.
    """
    if not 1 <= limit <= PAGE:
        raise Invalid("The page is too long.", [Fault("limit", f"must be 1 to {PAGE}")])
    values = {"after": _id(after), "limit": limit + 1} | _seen(session)
    with raw(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(load("undo.sql")["list_imports"], values).fetchall()
    entries = [_entry(row) for row in rows]
    return Page(tuple(entries[:limit]), str(entries[limit - 1].id) if len(entries) > limit else None)


def find_import(session: Session, import_id: uuid.UUID) -> ImportDetail:
    """One import with its faults.

    Raises:
        NotFound: when there is none, or its rows lie outside the session's scope and its account did not make it.
    """
    with raw(session).cursor(row_factory=dict_row) as cursor:
        values = {"import_id": import_id} | _seen(session)
        row = cursor.execute(load("undo.sql")["find_import"], values).fetchone()
    if row is None:
        raise NotFound(f"There is no import {import_id} here.")
    faults = cast(list[dict[str, Any]], row.pop("faults"))
    return ImportDetail(_entry(row), tuple(_fault(fault) for fault in faults))


def sees_import(scope: Scope, region_code: str | None) -> bool:
    """Whether a scope holds all of the region that an import brought rows into; None is the whole database."""
    everything = Scope.everything()
    if region_code is None:
        return scope.covers(everything.lo, everything.hi)
    return scope.covers(int(region_code.ljust(WIDTH, "0")), int(region_code.ljust(WIDTH, "9")))


def _seen(session: Session) -> dict[str, object]:
    scope = scope_of(session)
    # A list of grids is never a whole region: who has one sees no import.
    bounds: dict[str, object] = {"lo": scope.lo, "hi": -1 if scope.grids is not None else scope.hi}
    # A token that is narrowed to a region does not show what its owner brought in elsewhere.
    home = raw(session).execute(load("undo.sql")["reaches_home"], bounds | {"account_id": actor(session)}).fetchone()
    own = actor(session) if home is not None and home[0] else None
    return bounds | {"all": sees_import(scope, None), "own": own}


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return None if text is None else uuid.UUID(text)
    except ValueError as error:
        raise Invalid("The page has no such start.", [Fault("after", f"{text!r} is not an id")]) from error


def _entry(row: dict[str, Any]) -> ImportEntry:
    return ImportEntry(**row)


def _fault(stored: dict[str, Any]) -> Fault:
    place = stored.get("place")
    return Fault(stored["where"], stored["message"], None if place is None else (place[0], place[1]))
