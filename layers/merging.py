"""Two rows made one: what hung on the one that goes hangs on the one kept; and taken apart again."""

from __future__ import annotations

import json
import uuid
from typing import Any

from psycopg import sql
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from layers.assign import follow
from layers.audit import record
from layers.codes import village_of
from layers.db import actor, raw, scope_of
from layers.duplicates import find_offer
from layers.errors import Conflict, Fault, Invalid, NotFound
from layers.locks import lock_village_shared
from layers.models import Base, Duplicate, House, Household, Person
from layers.queries import load

__all__ = ["merge", "undo_decision"]

_COLUMNS = {
    "household": "house_id",
    "occupancy": "house_id",
    "visit": "house_id",
    "address_alias": "house_id",
    "review": "row_id",
    "enrolment": "person_id",
}
"""By table, the column that names the house or the person."""


def merge(session: Session, offer_id: uuid.UUID, keep: uuid.UUID, rev: int) -> int:
    """The new revision of the row kept: the other one's children are its own, its empty fields are filled.

    `keep` is the id of one of the two, `rev` its revision. Of a person's stays those go over that ended before the
    last one of the person kept began. Days of moving and the place of a house with a point are never taken over.

    Raises:
        NotFound: when the offer, or one of the two, is outside the session's scope.
        Conflict: when it was decided already, or the row kept was changed meanwhile.
        Invalid: when `keep` is none of the two.
    """
    offer = find_offer(session, offer_id)
    if keep not in (offer.kept_id, offer.other_id):
        raise Invalid("The decision has faults.", [Fault("keep", "is none of the two")])
    if offer.status != "open":
        raise Conflict(f"This was decided already: {offer.status}.")
    offer.kept_id, offer.other_id = keep, offer.other_id if keep == offer.kept_id else offer.kept_id
    kept, other = _two(session, offer)
    if kept.rev != rev:
        raise Conflict(
            f"The record was changed meanwhile: it is at revision {kept.rev}, you have {rev}; load it again."
        )
    before = _before(session, offer)
    _hand_over(session, before["children"], other.id, kept.id)
    if offer.register == "person":
        _run(session, "take_stays", kept_id=kept.id, other_id=other.id)
    _run(session, f"fill_{offer.register}", kept_id=kept.id, other_id=other.id, by=actor(session))
    _run(session, "drop_offers", duplicate_id=offer.id, id=other.id)
    _run(session, "delete_row", offer.register, id=other.id)
    return _decided(session, offer, "merged", before)


def undo_decision(session: Session, offer_id: uuid.UUID) -> None:
    """Offer a decided pair again: of a merge both rows are there as they were, and what hung on each hangs on it.

    Raises:
        NotFound: when the offer is outside the session's scope.
        Conflict: when nothing was decided, the row kept was edited since the merge, or the household of the person
            that comes back is not there any more.
    """
    offer = find_offer(session, offer_id)
    if offer.status == "open":
        raise Conflict("Nothing was decided about this yet.")
    if offer.status == "merged":
        _take_apart(session, offer)
    _decided(session, offer, "open", None)


def _two(session: Session, offer: Duplicate) -> tuple[House | Person, House | Person]:
    """Both rows, taken in order of id so that no two callers wait for each other, behind their villages' locks."""
    ids = sorted((offer.kept_id, offer.other_id))
    model = House if offer.register == "house" else Person
    places = session.scalars(select(model.grid_no).where(model.id.in_(ids)))
    for code in sorted({village_of(number) for number in places}):
        lock_village_shared(session, code)
    rows = {row_id: _seen(session, offer, row_id) for row_id in ids}
    return rows[offer.kept_id], rows[offer.other_id]


def _row(session: Session, register: str, row_id: uuid.UUID) -> House | Person | None:
    """The row as it is now, kept from being changed by others until the transaction ends."""
    if register == "house":
        return session.get(House, row_id, populate_existing=True, with_for_update=True)
    return session.get(Person, row_id, populate_existing=True, with_for_update=True)


def _seen(session: Session, offer: Duplicate, row_id: uuid.UUID) -> House | Person:
    row = _row(session, offer.register, row_id)
    if row is None or not scope_of(session).covers(row.grid_no, row.grid_no):
        raise NotFound(f"There is no record {row_id} here.")
    return row


def _before(session: Session, offer: Duplicate) -> dict[str, Any]:
    """All that a merge changes, as it is: what its undo brings back."""
    table, other = offer.register, offer.other_id
    found = {
        "kept": _ask(session, "row_of", table, id=offer.kept_id),
        "other": _ask(session, "row_of", table, id=other),
        "children": _ask(session, f"children_of_{table}", id=other),
        "offers": _ask(session, "other_offers", duplicate_id=offer.id, id=other),
    }
    return found | ({"stays": _ask(session, "stays_of", id=other)} if table == "person" else {})


def _take_apart(session: Session, offer: Duplicate) -> None:
    before = offer.before or {}
    table, row = offer.register, before["other"]
    kept = _seen(session, offer, offer.kept_id)
    if kept.rev != before["kept"]["rev"] + 1:
        raise Conflict("The record that was kept was edited since; it cannot be taken apart.")
    if table == "person" and session.get(Household, uuid.UUID(row["household_id"])) is None:
        raise Conflict("The household of the person that comes back is not there any more.")
    _run(session, "return_row", table, row=json.dumps(row))
    _run(session, f"empty_{table}", row=json.dumps(before["kept"]), by=actor(session))
    _run(session, f"rehome_{table}", ids=[offer.kept_id, offer.other_id])
    _hand_over(session, before["children"], offer.kept_id, offer.other_id)
    if table == "person":
        _run(session, "drop_stays", id=offer.other_id, stays=json.dumps(before["stays"]))
        _run(session, "return_stays", stays=json.dumps(before["stays"]))
    _run(session, "return_offers", offers=json.dumps(before["offers"]))


def _hand_over(session: Session, children: dict[str, list[str]], giver: uuid.UUID, taker: uuid.UUID) -> None:
    query = sql.SQL(load("duplicates.sql")["hand_over"])
    for table in sorted(children):
        names = {"table": sql.Identifier(table), "column": sql.Identifier(_COLUMNS[table])}
        raw(session).execute(query.format(**names), {"from": giver, "to": taker, "ids": children[table]})


def _decided(session: Session, offer: Duplicate, status: str, before: dict[str, Any] | None) -> int:
    """Note the decision, and bring what hangs on the rows to their place; the revision of the row kept."""
    offer.status, offer.before = status, before
    offer.decided_at = None if status == "open" else func.now()
    offer.decided_by = None if status == "open" else actor(session)
    session.flush()
    session.expire_all()
    rows = [_row(session, offer.register, row_id) for row_id in (offer.kept_id, offer.other_id)]
    follow(session, sorted({row.grid_no for row in rows if row is not None}))
    session.refresh(offer)
    detail = {"kept": str(offer.kept_id), "other": str(offer.other_id), "offer": str(offer.id)}
    act = {"merged": "merge", "open": "undo_decision"}[status]
    record(session, act, offer.register, str(offer.kept_id), grid_no=offer.grid_no, detail=detail)
    return rows[0].rev if rows[0] is not None else 0


def _run(session: Session, query: str, table: str | None = None, **values: object) -> None:
    raw(session).execute(_text(query, table), values)


def _ask(session: Session, query: str, table: str | None = None, **values: object) -> Any:
    row = raw(session).execute(_text(query, table), values).fetchone()
    return None if row is None else row[0]


def _text(query: str, table: str | None) -> sql.Composed:
    text = sql.SQL(load("duplicates.sql")[query])
    if table is None:
        return text.format()
    stored = [sql.Identifier(column.name) for column in Base.metadata.tables[table].columns if column.computed is None]
    return text.format(table=sql.Identifier(table), columns=sql.SQL(", ").join(stored))
