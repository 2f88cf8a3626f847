"""Where a region came from, and what became of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from sqlalchemy.orm import Session

from layers.codes import region_range
from layers.db import raw, scope_of
from layers.errors import NotFound
from layers.queries import load

__all__ = ["Step", "lineage"]


@dataclass(frozen=True)
class Step:
    """One region that went over into another; a name is None where the region is not known (any more)."""

    old_code: str
    old_name: str | None
    new_code: str
    new_name: str | None
    kind: str
    at: datetime
    import_id: uuid.UUID


def lineage(session: Session, code: str) -> list[Step]:
    """The steps that led to a region and those that led on from it, oldest first; none for one that never changed.

    Raises:
        Invalid: the code is not a region's.
        NotFound: it lies outside the session's scope.
    """
    if not scope_of(session).overlaps(*region_range(code)):
        raise NotFound(f"There is no region {code} here.")
    with raw(session).cursor(row_factory=class_row(Step)) as cursor:
        return cursor.execute(load("changes.sql")["lineage_of"], {"code": code}).fetchall()
