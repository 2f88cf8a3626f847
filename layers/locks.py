"""Who waits for whom: an import keeps out every other writer; publish and insert keep each other out of one village.

All locks are advisory, belong to the transaction and are taken in one order, the bulk lock before a village's, so that
no two transactions wait for each other. Whoever locks several villages locks them in order of code.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from layers.codes import grid_no
from layers.db import raw
from layers.queries import load

__all__ = ["BULK", "lock_address", "lock_bulk", "lock_village", "lock_village_shared"]

BULK = 0x62756C6B
"""The key of the bulk lock ("bulk"); smaller than any village's key, which is its code as a number."""


def lock_bulk(session: Session) -> None:
    """Wait until no import, publish or insert runs, and keep them out until this transaction ends.

    Limit: must come before any village lock of the same transaction; two that turn their shared lock into this one
    would wait for each other, and PostgreSQL would end one of them.
    """
    raw(session).execute(load("locks.sql")["bulk"], {"bulk": BULK})


def lock_village_shared(session: Session, code: str) -> None:
    """Wait until the village with this 12-digit code is not being published and no import runs; for single inserts.

    Raises:
        Invalid: when the code is not a village's.
    """
    raw(session).execute(load("locks.sql")["village_shared"], {"bulk": BULK, "village": _key(code)})


def lock_address(session: Session, code: str, address: str) -> None:
    """Wait until nobody else registers the same address in the village with this 12-digit code."""
    raw(session).execute(load("locks.sql")["address"], {"address": address, "village": _key(code)})


def lock_village(session: Session, code: str) -> None:
    """Wait until nobody writes into the village with this 12-digit code and no import runs; for publish.

    Raises:
        Invalid: when the code is not a village's.
    """
    raw(session).execute(load("locks.sql")["village"], {"bulk": BULK, "village": _key(code)})


def _key(code: str) -> int:
    return grid_no(code, 0) // 1000
