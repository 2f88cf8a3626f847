"""Make the roll-ups anew from what they count; the doctor's check `counts_differ` says when that is needed."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from layers.audit import record
from layers.db import Database, raw
from layers.scope import Scope

__all__ = ["merge_parts", "recount"]


def recount(session: Session) -> int:
    """How many counts were wrong; all of them are exact afterwards, and their parts are one again.

    Writers of registers and incidents wait until the transaction ends. Cost: linear in all rows that are counted.
    """
    row = raw(session).execute("select recount_counts()").fetchone()
    wrong = int(str(row[0])) if row else 0
    record(session, "counts.recount", "counts", "all", detail={"wrong": wrong})
    return wrong


def merge_parts(database: Database, is_over: Callable[[], bool]) -> int:
    """How many rows were spared where large imports put counts beside those that were there; they are one again.

    A slice at a time, each in its transaction, until `is_over`. Nobody waits for it: what somebody changes meanwhile
    stays apart until the next time. Cost: linear in the counts by day and by cell, and nothing where no transaction of
    the last three hours wrote a thousand rows.
    """
    with database.write(Scope.nothing()) as session:
        slices = raw(session).execute("select * from slices_to_merge()").fetchall()
    spared = 0
    for one in slices:
        if is_over():
            break
        with database.write(Scope.nothing()) as session:
            row = raw(session).execute("select merge_slice(%s, %s, %s)", one).fetchone()
            spared += int(str(row[0])) if row else 0
    return spared
