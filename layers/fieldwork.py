"""What a field worker works with: the own grids with what is to do in them, and a house with its people, masked."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from layers.audit import record
from layers.codes import code_of, village_of
from layers.db import ReadConnection
from layers.lists import Box
from layers.models import Account, House, Household, Person, Region, Visit
from layers.queries import load
from layers.scope import Scope
from layers.visits import HouseState, find_house, point_of, state_of

__all__ = [
    "AGE_BANDS",
    "HouseCard",
    "HouseholdCard",
    "OwnGrid",
    "PersonCard",
    "VisitCard",
    "age_band",
    "mask_name",
    "own_grids",
    "read_house",
]

SHOWN_VISITS = 20
"""The most visits that a card shows, the newest."""
AGE_BANDS = ((6, "0-5"), (18, "6-17"), (60, "18-59"), (80, "60-79"))
"""The age at which each band has ended; the last one is open."""
_OLDEST = "80+"


@dataclass(frozen=True)
class OwnGrid:
    """A grid in force, its border as GeoJSON (lon/lat), and how many houses are `due`, overdue or never visited."""

    grid_no: str
    kind: str
    name: str | None
    village: str
    village_name: str
    bbox: Box
    boundary: dict[str, Any]
    households: int
    houses: int
    due: int


@dataclass(frozen=True)
class PersonCard:
    """A person as whoever visits may know them: no full name, no year of birth, no number.

    Of a phone only that it is known: the sealed value is not opened for a look, so that the key is at work only where
    somebody states a purpose.
    """

    name: str
    sex: str | None
    age_band: str | None
    residence: str
    phone_known: bool


@dataclass(frozen=True)
class HouseholdCard:
    """Who lives together; `phone_known` is the household's own number."""

    id: uuid.UUID
    moved_in_on: date | None
    phone_known: bool
    persons: tuple[PersonCard, ...]


@dataclass(frozen=True)
class VisitCard:
    """A visit of the past, and the name of who made it."""

    id: uuid.UUID
    visited_at: datetime
    outcome: str
    note: str | None
    next_due_on: date | None
    by: str | None


@dataclass(frozen=True)
class HouseCard:
    """A house with its people and visits; point is lon, lat (EPSG:4326), None where only the region is known."""

    id: uuid.UUID
    rev: int
    address: str
    building_no: str | None
    unit: str | None
    floor: str | None
    room: str | None
    grid_no: str
    village_name: str
    point: tuple[float, float] | None
    level: str
    radius_m: float | None
    state: HouseState
    households: tuple[HouseholdCard, ...]
    visits: tuple[VisitCard, ...]


async def own_grids(connection: ReadConnection, scope: Scope) -> list[OwnGrid]:
    """The grids in force of a scope in order of number, on a connection whose transaction has that scope set.

    Cost: linear in the houses of the grids.
    """
    cursor = await connection.execute(load("fieldwork.sql")["grids"], scope.params())
    return [_own_grid(row) for row in await cursor.fetchall()]


def read_house(session: Session, house_id: uuid.UUID, today: date) -> HouseCard:
    """A house with those who live there now, masked, and its last visits; the reading is audited.

    Raises:
        NotFound: when there is none in the session's scope.
    """
    house = find_house(session, house_id)
    record(session, "read", "house", str(house.id), grid_no=house.grid_no)
    return HouseCard(
        id=house.id,
        rev=house.rev,
        address=house.address,
        building_no=house.building_no,
        unit=house.unit,
        floor=house.floor,
        room=house.room,
        grid_no=code_of(house.grid_no),
        village_name=_village_name(session, house),
        point=point_of(house),
        level=house.level,
        radius_m=house.radius_m,
        state=state_of(session, house.id),
        households=_households(session, house, today),
        visits=_visits(session, house),
    )


def mask_name(name: str) -> str:
    """The first character and two asterisks: how long the name is stays untold."""
    return f"{name[:1]}**"


def age_band(birth_year: int | None, today: date) -> str | None:
    """The band of the age reached this year, None when the year of birth is not known."""
    if birth_year is None:
        return None
    age = today.year - birth_year
    return next((band for end, band in AGE_BANDS if age < end), _OLDEST)


def _own_grid(row: dict[str, Any]) -> OwnGrid:
    number = row["grid_no"]
    return OwnGrid(
        grid_no=code_of(number),
        kind=row["kind"],
        name=row["name"],
        village=village_of(number),
        village_name=row["village_name"] or village_of(number),
        bbox=(row["west"], row["south"], row["east"], row["north"]),
        boundary=json.loads(row["boundary"]),
        households=row["households"],
        houses=row["houses"],
        due=row["due"],
    )


def _village_name(session: Session, house: House) -> str:
    code = village_of(house.grid_no)
    name = session.scalar(select(Region.name).where(Region.code == code, func.upper_inf(Region.validity)))
    return name or code


def _households(session: Session, house: House, today: date) -> tuple[HouseholdCard, ...]:
    statement = select(Household).where(Household.house_id == house.id, Household.moved_out_on.is_(None))
    homes = session.scalars(statement.order_by(Household.moved_in_on, Household.id)).all()
    return tuple(
        HouseholdCard(home.id, home.moved_in_on, home.phone_cipher is not None, _persons(session, home.id, today))
        for home in homes
    )


def _persons(session: Session, household_id: uuid.UUID, today: date) -> tuple[PersonCard, ...]:
    statement = select(Person).where(Person.household_id == household_id, Person.moved_out_on.is_(None))
    people: Sequence[Person] = session.scalars(statement.order_by(Person.birth_year, Person.id)).all()
    return tuple(
        PersonCard(
            name=mask_name(one.name),
            sex=one.sex,
            age_band=age_band(one.birth_year, today),
            residence=one.residence,
            phone_known=one.phone_cipher is not None,
        )
        for one in people
    )


def _visits(session: Session, house: House) -> tuple[VisitCard, ...]:
    statement = (
        select(Visit, Account.name)
        .outerjoin(Account, Account.id == Visit.created_by)
        .where(Visit.house_id == house.id)
        .order_by(Visit.visited_at.desc(), Visit.id.desc())
        .limit(SHOWN_VISITS)
    )
    return tuple(
        VisitCard(visit.id, visit.visited_at, visit.outcome, visit.note, visit.next_due_on, name)
        for visit, name in session.execute(statement)
    )
