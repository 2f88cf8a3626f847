"""What was changed since a moment: each committed change once, however the transactions overlapped.

Triggers write a row into the outbox in the transaction that changes something (`sql/functions/070_outbox.sql`). Numbers
from a sequence would not do to read them by: a transaction may commit after another one with a higher number was read.
So a moment is a snapshot, the set of transactions that were over by then; what is new is what a later snapshot sees and
the earlier one does not.
Source: PostgreSQL documentation, "Transaction ID and Snapshot Information Functions".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from layers.db import ReadConnection, raw
from layers.errors import Unavailable
from layers.queries import load

__all__ = ["MOST_CHANGES", "Change", "Changes", "CursorTooOldError", "forget_changes", "moment", "read_changes"]

MOST_CHANGES = 20_000
"""The most changes that are told one by one; who missed more had better look anew."""

RESTORED = "The database was restored from another one's backup: wangge db migrate."
_CURSOR = re.compile(r"(\d{1,20})\.(\d{1,18}:\d{1,18}:(?:\d{1,18}(?:,\d{1,18})*)?)")


class CursorTooOldError(Exception):
    """What was changed since then is no longer known."""


@dataclass(frozen=True)
class Change:
    """What one statement changed in one table and village, or in one of its rows when it changed few.

    `lo` to `hi` are the grid numbers concerned, `village` their 12-digit number when they lie in one. `box` holds the
    shapes concerned: west, south, east, north in EPSG:3857, None when they have none. `first_day` and `last_day` are
    days of incidents. An update tells the old places with `rows` 0, then the new ones. `ids` are those of the rows when
    the statement changed at most 50: of sessions, tokens and duties their account's, of reviews their row's, of plan
    grids their plan's. `with_grids`: grids were changed in the same transaction.
    """

    table: str
    village: int | None
    lo: int
    hi: int
    box: tuple[float, float, float, float] | None
    first_day: date | None
    last_day: date | None
    rows: int
    ids: tuple[UUID, ...]
    with_grids: bool = False


@dataclass(frozen=True)
class Changes:
    """Changes in the order in which they were made, and the cursor to go on from."""

    changes: tuple[Change, ...]
    cursor: str


async def moment(connection: ReadConnection) -> str:
    """The cursor of this moment: `read_changes` then tells what is committed after it.

    Raises:
        Unavailable: when the database was restored from another one's backup and not migrated since.
    """
    cursor = await connection.execute(load("outbox.sql")["now"])
    row = await cursor.fetchone()
    if row is None:
        raise Unavailable(RESTORED)
    return _cursor(row)


async def read_changes(connection: ReadConnection, since: str) -> Changes:
    """What was committed since a cursor was given out, nothing lost and nothing told twice.

    Cost: linear in what was changed since, and in the transactions that ran then.

    Raises:
        CursorTooOldError: when that is no longer known: two days have passed, there were more than `MOST_CHANGES`,
            it is another database, or it is no cursor at all.
        Unavailable: when the database was restored from another one's backup and not migrated since.
    """
    given = _CURSOR.fullmatch(since)
    if given is None or not _in_order(given[2]):
        raise CursorTooOldError
    values = {"snapshot": given[2], "limit": MOST_CHANGES + 1}
    rows = await (await connection.execute(load("outbox.sql")["changes"], values)).fetchall()
    if not rows:
        raise Unavailable(RESTORED)
    if rows[0]["epoch"] != given[1] or rows[0]["forgotten"] or len(rows) > MOST_CHANGES:
        raise CursorTooOldError
    return Changes(tuple(_change(row) for row in rows if row["table_name"] is not None), _cursor(rows[0]))


def forget_changes(session: Session) -> int:
    """How many old changes were forgotten: those of more than two days ago."""
    row = raw(session).execute(load("outbox.sql")["forget"]).fetchone()
    return int(str(row[0])) if row is not None else 0


def _cursor(row: Mapping[str, Any]) -> str:
    return f"{row['epoch']}.{row['snapshot']}"


def _in_order(snapshot: str) -> bool:
    """Whether PostgreSQL takes this for a snapshot: its oldest running transaction, its next, and those running."""
    first, end, running = snapshot.split(":")
    between = [int(number) for number in running.split(",") if number]
    ordered = all(one < other for one, other in pairwise(between))
    return 0 < int(first) <= int(end) and ordered and all(int(first) <= number < int(end) for number in between)


def _change(row: Mapping[str, Any]) -> Change:
    sides = (row["west"], row["south"], row["east"], row["north"])
    return Change(
        table=row["table_name"],
        village=row["village"],
        lo=row["lo"],
        hi=row["hi"],
        box=None if row["west"] is None else sides,
        first_day=row["first_day"],
        last_day=row["last_day"],
        rows=row["rows"],
        ids=tuple(row["ids"]),
        with_grids=row["with_grids"],
    )
