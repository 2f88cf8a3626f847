"""Make the roll-ups anew from what they count; the doctor's check `counts_differ` says when that is needed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from layers.audit import record
from layers.db import raw

__all__ = ["merge_parts", "recount"]


def recount(session: Session) -> int:
    """How many counts were wrong; all of them are exact afterwards, and their parts are one again.

    Writers of registers and incidents wait until the transaction ends. Cost: linear in all rows that are counted.
    """
    row = raw(session).execute("select recount_counts()").fetchone()
    wrong = int(str(row[0])) if row else 0
    record(session, "counts.recount", "counts", "all", detail={"wrong": wrong})
    return wrong


def merge_parts(session: Session) -> int:
    """How many rows were spared where large imports put counts beside those that were there; they are one again.

    Nobody waits for it: what somebody changes meanwhile stays apart until the next time. Cost: linear in the counts by
    day and by cell, and nothing where no transaction of the last three hours wrote a thousand rows.
    """
    row = raw(session).execute("select merge_counts()").fetchone()
    return int(str(row[0])) if row else 0
