"""The names that lead to many regions at once: province, prefecture, county, township, village."""

from __future__ import annotations

from collections.abc import Collection

from psycopg.rows import class_row
from sqlalchemy.orm import Session

from layers.codes import LEVELS
from layers.db import raw
from layers.lists import RegionName
from layers.queries import load

__all__ = ["read_names", "read_paths"]


def read_paths(session: Session, codes: Collection[str]) -> dict[str, tuple[RegionName, ...]]:
    """By code: the region and those above it, the highest first; regions that are not known are left out.

    Names of regions are no secret: they are told whatever the session's scope. Cost: one query.
    """
    above = {code: [code[:length] for length in sorted(LEVELS) if length <= len(code)] for code in codes}
    wanted = sorted({step for steps in above.values() for step in steps})
    with raw(session).cursor(row_factory=class_row(RegionName)) as cursor:
        known = {row.code: row for row in cursor.execute(load("regions.sql")["path"], {"codes": wanted}).fetchall()}
    return {code: tuple(known[step] for step in steps if step in known) for code, steps in above.items()}


def read_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """By code: the names from the province down to the region, one after the other."""
    return {code: "".join(step.name for step in steps) for code, steps in read_paths(session, codes).items()}
