"""Carry changes of regions out: one transaction, with everything that stands in the regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby

from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from layers import audit
from layers.changes.checks import faults_of
from layers.changes.reading import Change, Changes
from layers.changes.recode import recode, rename
from layers.changes.turn import division, merger
from layers.changes.villages import merge, split
from layers.codes import region_range
from layers.db import scope_of
from layers.errors import Invalid
from layers.houses import home_of
from layers.imports import Import, ImportResult, begin, refuse_again
from layers.scope import Scope

__all__ = ["store"]

_ACTS = {"renamed": "region.rename", "recoded": "region.recode", "merged": "region.merge", "split": "region.split"}


def store(
    session: Session,
    changes: Changes,
    source_name: str,
    sha256: str,
    shapes: Mapping[str, BaseGeometry] | None = None,
) -> ImportResult:
    """What the changes did, in the caller's transaction: the changes by kind, and the rows that moved by table.

    `shapes` are the boundaries (lon/lat) of the villages that splits make, by code. Keeps out every other writer.

    Raises:
        Conflict: the same file was imported before.
        Invalid: naming everything that forbids the changes; nothing is changed then.
    Limit: must be the first to write in its transaction, as every import.
    """
    refuse_again(session, "changes", source_name, sha256)
    faults = faults_of(session, changes, shapes or {})
    if faults:
        raise Invalid(f"The changes of regions have {len(faults)} faults.", faults)
    moved: dict[str, int] = {}
    with begin(session, "changes", source_name, sha256=sha256, region_code=_home(session, changes)) as log:
        log.fault(*changes.faults)
        for counts in _carried_out(log, changes, shapes or {}):
            for table, rows in counts.items():
                moved[table] = moved.get(table, 0) + rows
        for row in changes.rows:
            number = region_range(row.new_code)[0]
            audit.record(session, _ACTS[row.kind], "region", row.old_code, grid_no=number)
    kinds = {kind: len(changes.of(kind)) for kind in _ACTS}
    return ImportResult(log.id, kinds | moved, tuple(log.faults))


def _carried_out(log: Import, changes: Changes, shapes: Mapping[str, BaseGeometry]) -> Iterator[dict[str, int]]:
    for row in changes.of("renamed"):
        rename(log, row, _now(log))
    for row in changes.of("recoded"):
        yield recode(log, row, _now(log))
    for code, rows in groupby(sorted(changes.of("merged"), key=_new_code), key=_new_code):
        yield merge(log, merger(log.session, code, list(rows)), _now(log))
    for code, rows in groupby(sorted(changes.of("split"), key=_old_code), key=_old_code):
        yield split(log, division(log.session, code, list(rows), shapes), _now(log))


def _home(session: Session, changes: Changes) -> str | None:
    """The deepest region that holds all codes, old and new; of no changes that of the scope."""
    ranges = [region_range(code) for row in changes.rows for code in (row.old_code, row.new_code)]
    return home_of(Scope(min(lo for lo, _ in ranges), max(hi for _, hi in ranges)) if ranges else scope_of(session))


def _old_code(row: Change) -> str:
    return row.old_code


def _new_code(row: Change) -> str:
    return row.new_code


def _now(log: Import) -> datetime:
    # The clock after the lock, not the start of the transaction: as in publish.
    at: datetime = log.session.execute(select(func.clock_timestamp())).scalar_one()
    return at
