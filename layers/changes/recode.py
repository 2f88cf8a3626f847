"""Regions that go on under another name or code, with all that is below them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import sql

from layers.assign import FOLLOWED, PLACED, TRAILING
from layers.changes.reading import Change
from layers.codes import parent_of, region_range
from layers.db import raw
from layers.imports import Import
from layers.queries import load

__all__ = ["HOLDERS", "NUMBERED", "recode", "rename"]

NUMBERED = tuple(dict.fromkeys((*PLACED, *FOLLOWED, *TRAILING)))
"""Tables whose rows carry a number for place."""
HOLDERS = ("account", "access_token", "import_log", "job")
"""Tables whose rows are bound to a region by its code."""


@dataclass(frozen=True)
class _Values:
    """What every statement of one recoding takes."""

    log: Import
    row: Change
    at: datetime

    def bound(self) -> dict[str, Any]:
        lo, hi = region_range(self.row.old_code)
        shift = region_range(self.row.new_code)[0] - lo
        names = {"old": self.row.old_code, "new": self.row.new_code, "name": self.row.new_name}
        own = {"parent": parent_of(self.row.new_code), "import_id": self.log.id, "at": self.at}
        return {"lo": lo, "hi": hi, "shift": shift, **names, **own}


def rename(log: Import, row: Change, at: datetime) -> None:
    """Let a region in force go on under another name from `at` on; the old one becomes another name of it."""
    connection, queries, values = raw(log.session), load("changes.sql"), _Values(log, row, at).bound()
    log.count("region", connection.execute(queries["rename_region"], values).rowcount)
    connection.execute(queries["old_name"], values)


def recode(log: Import, row: Change, at: datetime) -> dict[str, int]:
    """Let a region and all below it go on under another code from `at` on; how many rows moved, by table.

    Regions and grids end and begin again with their shapes; numbers keep the digits below the code. Plans, other names,
    accounts, tokens, import logs and jobs are those of the new code; duties end and go on. `handled_grid_no` stays, and
    so do grids that had ended before.
    """
    connection, queries, values = raw(log.session), load("changes.sql"), _Values(log, row, at).bound()
    regions = connection.execute(queries["recode_regions"], values).rowcount
    log.count("region", regions)
    for query in ("recode_aliases", "recode_name_aliases", "old_name", "recode_plans"):
        connection.execute(queries[query], values)
    moved = {"grid": connection.execute(queries["recode_grids"], values).rowcount}
    moved["duty"] = connection.execute(queries["recode_duties"], values).rowcount
    for table in (*HOLDERS, "address_alias"):
        connection.execute(sql.SQL(queries["recode_holders"]).format(table=sql.Identifier(table)), values)
    for table in NUMBERED:
        renumber = sql.SQL(queries["renumber"]).format(table=sql.Identifier(table))
        moved[table] = connection.execute(renumber, values).rowcount
    return moved
