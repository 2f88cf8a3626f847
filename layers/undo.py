"""Taking an import back: its rows go, what it ended goes on, and its log row stays and says so."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import cast

from psycopg import sql
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from layers import audit
from layers.assign import assign
from layers.codes import region_range
from layers.db import actor, raw
from layers.errors import Conflict, Fault
from layers.import_log import find_import
from layers.locks import lock_bulk
from layers.models import ImportLog
from layers.queries import load

__all__ = ["UNDOABLE", "UndoResult", "undo"]

_LISTS = ("person", "household", "house", "building", "facility", "organisation", "place", "incident", "duty")
_REGIONS = ("regions", "divisions", "county", "osm")
UNDOABLE = (*_LISTS, *_REGIONS, "aliases")
"""The kinds of import that can be taken back."""

_REVISED = ("person", "household", "house", "building", "facility", "organisation", "place", "incident")
_DELETED = (*_LISTS, "link", "barrier", "region_alias")
"""In this order: whoever hangs on another goes first."""
_HANGING = (
    "hanging_on_building",
    "hanging_on_house",
    "hanging_visits",
    "hanging_on_household",
    "hanging_on_person",
    "hanging_occupancy",
    "hanging_residence",
    "ended_duties",
)
_REGION_REASONS = ("regions_changed_again", "regions_below", "plans_published", "accounts_of_regions")


@dataclass(frozen=True)
class UndoResult:
    """What taking an import back did: the rows deleted by table, and the regions whose former version goes on."""

    import_id: uuid.UUID
    kind: str
    source_name: str
    counts: dict[str, int]
    reopened: int


def undo(session: Session, import_id: uuid.UUID) -> UndoResult:
    """Take an import back, in the caller's transaction; other writers wait. The same file can be imported again.

    Rows of lists are deleted. Of regions the versions that the import made are deleted and the former ones go on; plans
    made for these fit again, and plans made for the others are stale.

    Raises:
        NotFound: when there is no such import, or the session does not see it (`find_import`).
        Conflict: when it was undone already, is of a kind that cannot be undone, rows of it were edited since, or
            other things hang on them: the number of each kind of reason, and its first 20 rows.
    Limit: kinds of facility and organisation that a file brought stay; they do no harm.
    """
    lock_bulk(session)
    log = _find(session, import_id)
    with_regions = log.kind in _REGIONS
    connection, queries, values = raw(session), load("undo.sql"), {"import_id": import_id}
    if with_regions:
        # A caller may have tried before in this transaction, and been refused.
        connection.execute(queries["forget_undone_region"])
        connection.execute(queries["make_undone_region"], values)
    _refuse(session, log)
    connection.execute(queries["forget_duplicates"], values)
    counts = {table: _delete(session, table, import_id) for table in _DELETED}
    reopened = 0
    if with_regions:
        connection.execute(queries["weigh_plans"])
        connection.execute(queries["forget_aliases"])
        counts["region"] = connection.execute(queries["delete_regions"]).rowcount
        reopened = connection.execute(queries["reopen_regions"]).rowcount
        villages = [str(row[0]) for row in connection.execute(queries["reshaped_villages"])]
        connection.execute(queries["forget_undone_region"])
        if villages:
            assign(session, villages)
    counts = {table: count for table, count in counts.items() if count}
    _note(session, log, counts)
    return UndoResult(import_id, log.kind, log.source_name, counts, reopened)


def _find(session: Session, import_id: uuid.UUID) -> ImportLog:
    find_import(session, import_id)
    log = session.scalars(select(ImportLog).where(ImportLog.id == import_id).with_for_update()).one()
    if log.undone_at is not None:
        raise Conflict(f"This import was undone already, on {log.undone_at:%Y-%m-%d %H:%M}.")
    if log.kind == "changes":
        raise Conflict(
            "Changes of regions are not undone, since no code is used twice: restore a backup, or change on."
        )
    if log.kind not in UNDOABLE:
        raise Conflict(f"An import of kind {log.kind} cannot be undone; that can be: {', '.join(UNDOABLE)}.")
    return log


def _refuse(session: Session, log: ImportLog) -> None:
    """Return when nothing stands against taking the import back."""
    reasons: list[tuple[int, list[Fault]]] = []
    tables = [table for table in _LISTS if log.counts.get(table)]
    for table in tables:
        if table in _REVISED:
            reasons.append(_reason(session, "edited", log.id, table))
        gone = int(log.counts[table]) - _left(session, table, log.id)
        if gone:
            message = "of this import were deleted since, or lie outside your region"
            reasons.append((gone, [Fault(f"{gone} rows of {table}", message)]))
    reasons += [_reason(session, query, log.id) for query in _HANGING]
    if log.kind in _REGIONS:
        reasons.append(_reason(session, "regions_changed_in_place", log.id))
        reasons += [_reason(session, query, log.id) for query in _REGION_REASONS]
        reasons += [_reason(session, "registered_in_regions", log.id, table) for table in _REVISED]
    total = sum(count for count, _ in reasons)
    if total:
        detail = f"Import {log.id} ({log.kind} {log.source_name}) cannot be undone: {total} things stand against it."
        raise Conflict(detail, [fault for _, faults in reasons for fault in faults])


def _reason(session: Session, query: str, import_id: uuid.UUID, table: str | None = None) -> tuple[int, list[Fault]]:
    """How many rows stand against it for one reason, and the first 20 of them."""
    text = sql.SQL(load("undo.sql")[query])
    names = {} if table is None else {"table": sql.Identifier(table), "table_name": sql.Literal(table)}
    statement = text if table is None else text.format(**names)
    rows = cast(list[tuple[str, str, int]], raw(session).execute(statement, {"import_id": import_id}).fetchall())
    faults = [Fault(where, message) for where, message, _ in rows]
    total = rows[0][2] if rows else 0
    if total > len(faults):
        faults.append(Fault("…", f"{total - len(faults)} more like {faults[-1].where}"))
    return total, faults


def _left(session: Session, table: str, import_id: uuid.UUID) -> int:
    statement = sql.SQL(load("undo.sql")["left"]).format(table=sql.Identifier(table))
    row = raw(session).execute(statement, {"import_id": import_id}).fetchone()
    return int(str(row[0])) if row else 0


def _delete(session: Session, table: str, import_id: uuid.UUID) -> int:
    statement = sql.SQL(load("undo.sql")["delete_rows"]).format(table=sql.Identifier(table))
    return raw(session).execute(statement, {"import_id": import_id}).rowcount


def _note(session: Session, log: ImportLog, counts: dict[str, int]) -> None:
    log.undone_at, log.undone_by = func.now(), actor(session)
    place = None if log.region_code is None else region_range(log.region_code)[0]
    detail = {"kind": log.kind, "counts": counts}
    audit.record(session, "import.undo", "import_log", str(log.id), grid_no=place, detail=detail)
    session.flush()
