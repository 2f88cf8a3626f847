"""Visits: a field worker was at a house. They are only ever added, and adding one twice adds one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import shapely
from geoalchemy2.shape import to_shape
from psycopg.rows import dict_row
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from layers.audit import record
from layers.codes import code_of, village_of
from layers.db import actor, raw, scope_of
from layers.errors import Conflict, Fault, Invalid, NotFound
from layers.locks import lock_village_shared
from layers.models import House, Visit
from layers.queries import load

__all__ = [
    "OUTCOMES",
    "HouseState",
    "VisitEntry",
    "VisitRow",
    "add_visit",
    "find_house",
    "happened_faults",
    "point_of",
    "state_of",
]

OUTCOMES = ("met", "absent", "refused", "moved_out", "vacant")
CLOCK_MAY_DIFFER = timedelta(minutes=5)
"""How far ahead of ours a phone's clock may be."""
LONGEST_AGO = timedelta(days=30)
LATEST_DUE = timedelta(days=731)

_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class VisitEntry:
    """A visit as the phone tells it; `id` is made there, so that sending it again does no harm."""

    id: uuid.UUID
    house_id: uuid.UUID
    visited_at: datetime
    outcome: str
    note: str | None = None
    next_due_on: date | None = None


@dataclass(frozen=True)
class HouseState:
    """What a house's last visit makes of it: `never`, `overdue`, `due` (within a week, or 90 days ago) or `done`."""

    visit_state: str
    last_visit_at: datetime | None
    last_outcome: str | None
    next_due_on: date | None


@dataclass(frozen=True)
class VisitRow:
    """A visit as it is stored, with the state of its house; `is_new` is false when it was stored before."""

    entry: VisitEntry
    grid_no: str
    house: HouseState
    is_new: bool


def add_visit(session: Session, entry: VisitEntry, now: datetime) -> VisitRow:
    """Store a visit under the number of its house; the same visit sent again is found, not stored again.

    `now` and `visited_at` have an offset. The village is locked against a publish until the transaction ends.

    Raises:
        NotFound: when the house is outside the session's scope.
        Invalid: when it lies in the future or too far back, or is due before it was made.
        Conflict: when another visit has this id.
    """
    house = find_house(session, entry.house_id)
    lock_village_shared(session, village_of(house.grid_no))
    # Only now nobody moves the house: a publish may have ended while we waited for the lock.
    house = find_house(session, entry.house_id)
    known = _find(session, entry.id)
    if known is None:
        if faults := _faults(entry, now):
            raise Invalid("The visit has faults.", faults)
        known = _insert(session, entry, house.grid_no)
    stored, is_new = known
    if stored != entry:
        raise Conflict(f"Another visit has the id {entry.id}.")
    return VisitRow(stored, code_of(house.grid_no), state_of(session, entry.house_id), is_new)


def state_of(session: Session, house_id: uuid.UUID) -> HouseState:
    """What the visits of a house make of it today."""
    with raw(session).cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(load("fieldwork.sql")["state"], {"house_id": house_id}).fetchone()
    assert row is not None  # noqa: S101 -- told to mypy; the query always has one row
    return HouseState(**row)


def find_house(session: Session, house_id: uuid.UUID) -> House:
    """A house inside the session's scope, kept from being deleted until the transaction ends.

    Raises:
        NotFound: when there is none.
    """
    statement = select(House).where(House.id == house_id).with_for_update(read=True, key_share=True)
    house = session.scalar(statement.execution_options(populate_existing=True))
    if house is None or not scope_of(session).covers(house.grid_no, house.grid_no):
        raise NotFound(f"There is no house {house_id} here.")
    return house


def point_of(house: House) -> tuple[float, float] | None:
    """Longitude and latitude of a house (EPSG:4326), None where only its region is known."""
    if house.point is None:
        return None
    [(lon, lat)] = shapely.get_coordinates(to_shape(house.point)).tolist()
    return lon, lat


def happened_faults(where: str, at: datetime, now: datetime) -> list[Fault]:
    """What is wrong with the moment at which something is said to have happened."""
    if at > now + CLOCK_MAY_DIFFER:
        return [Fault(where, "lies in the future; look at the clock of the phone")]
    if at < now - LONGEST_AGO:
        return [Fault(where, f"lies more than {LONGEST_AGO.days} days back")]
    return []


def _faults(entry: VisitEntry, now: datetime) -> list[Fault]:
    faults = happened_faults("visited_at", entry.visited_at, now)
    if entry.outcome not in OUTCOMES:
        faults.append(Fault("outcome", f"must be one of {', '.join(OUTCOMES)}"))
    # Of a moment that cannot be, there may be no day in Shanghai.
    if faults or entry.next_due_on is None:
        return faults
    day = entry.visited_at.astimezone(_SHANGHAI).date()
    if not day < entry.next_due_on <= day + LATEST_DUE:
        faults.append(Fault("next_due_on", f"must be after the visit, at most {LATEST_DUE.days} days"))
    return faults


def _find(session: Session, visit_id: uuid.UUID) -> tuple[VisitEntry, bool] | None:
    row = session.get(Visit, visit_id)
    if row is None:
        return None
    # A visit of someone else is not taken for one's own, even when it says the same.
    if row.created_by != actor(session):
        raise Conflict(f"Another visit has the id {visit_id}.")
    return VisitEntry(row.id, row.house_id, row.visited_at, row.outcome, row.note, row.next_due_on), False


def _insert(session: Session, entry: VisitEntry, number: int) -> tuple[VisitEntry, bool]:
    values = {
        "id": entry.id,
        "house_id": entry.house_id,
        "grid_no": number,
        "visited_at": entry.visited_at,
        "outcome": entry.outcome,
        "note": entry.note,
        "next_due_on": entry.next_due_on,
        "created_by": actor(session),
        "updated_by": actor(session),
    }
    # A twin sent at the same moment is waited for here; behind the row-level policy another's row stays unseen.
    stored = session.scalar(insert(Visit).values(values).on_conflict_do_nothing().returning(Visit.id))
    if stored is None:
        found = _find(session, entry.id)
        if found is None:
            raise Conflict(f"Another visit has the id {entry.id}.")
        return found
    record(session, "add", "visit", str(entry.id), grid_no=number, detail={"house": str(entry.house_id)})
    return entry, True
