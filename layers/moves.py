"""Moving in, out and to another home; the register follows at once, and who lived where stays known.

Days are days in Asia/Shanghai: on the day of a move somebody lives in the new home already. The stays themselves
(`occupancy`, `residence`) are kept by triggers, see `sql/functions/060_residence.sql`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from layers.audit import record
from layers.codes import code_of, village_of
from layers.crypto import Vault
from layers.db import actor, raw, scope_of
from layers.errors import Fault, NotFound
from layers.locks import lock_village_shared
from layers.models import House, Household, Person
from layers.move_checks import (
    NewPerson,
    day_faults,
    home_faults,
    last_faults,
    latest_day,
    person_faults,
    refuse,
    refuse_changed,
    refuse_gone,
    seal_numbers,
)
from layers.queries import load

__all__ = [
    "Moved",
    "NewPerson",
    "move_household",
    "move_in_household",
    "move_in_person",
    "move_out_household",
    "move_out_person",
    "move_person",
]


_Row = TypeVar("_Row", House, Household, Person)
_Mover = Household | Person
_Model = type[House] | type[Household] | type[Person]


@dataclass(frozen=True)
class Moved:
    """A household or person after a move: where it is now, and how many persons went along or out."""

    id: uuid.UUID
    rev: int
    grid_no: str
    moved_in_on: date | None
    moved_out_on: date | None
    persons: int


def move_in_household(
    session: Session, vault: Vault, house_id: uuid.UUID, on: date, today: date, phone: str | None = None
) -> Moved:
    """A new household, without persons yet, in a house from a day on.

    Raises:
        NotFound: when the house is outside the session's scope.
        Invalid: when the day lies in the future, or the phone is none.
    """
    _lock_villages(session, (House, house_id))
    house = _take(session, House, house_id)
    sealed, faults = seal_numbers(vault, "household", {"phone": phone})
    refuse([*day_faults(on, today, None), *faults])
    household = Household(
        id=uuid.uuid4(), house_id=house.id, grid_no=house.grid_no, rev=1, moved_in_on=on, **sealed, **_made_by(session)
    )
    session.add(household)
    session.flush()
    return _done(session, "move_in", household, 0, {"house": str(house.id)})


def move_in_person(
    session: Session, vault: Vault, household_id: uuid.UUID, person: NewPerson, on: date, today: date
) -> Moved:
    """A new person in a household from a day on.

    Raises:
        NotFound: when the household is outside the session's scope.
        Conflict: when the household has moved out.
        Invalid: naming every fault of the person; the day in the future or before the household came.
    """
    _lock_villages(session, (Household, household_id))
    household = _take(session, Household, household_id)
    numbers = {"phone": person.phone, "id_no": person.id_no}
    sealed, faults = seal_numbers(vault, "person", numbers)
    refuse([*home_faults(household, on, today), *person_faults(person, today), *faults])
    row = Person(
        id=uuid.uuid4(),
        household_id=household.id,
        grid_no=household.grid_no,
        rev=1,
        name=person.name.strip(),
        sex=person.sex,
        birth_year=person.birth_year,
        residence=person.residence,
        moved_in_on=on,
        **sealed,
        **_made_by(session),
    )
    session.add(row)
    session.flush()
    return _done(session, "move_in", row, 1, {"household": str(household.id)})


def move_out_household(session: Session, household_id: uuid.UUID, rev: int, on: date, today: date) -> Moved:
    """A household lives in its house no more from a day on, nor do the persons who live in it.

    Raises:
        NotFound: when it is outside the session's scope.
        Conflict: when it was changed meanwhile (`rev`), or has moved out already.
        Invalid: when the day lies in the future, or not after the day on which it, or one of its persons, came.
    """
    _lock_villages(session, (Household, household_id))
    household = _take(session, Household, household_id)
    refuse_changed(household, rev)
    refuse_gone(household)
    persons = _living(session, household)
    refuse(day_faults(on, today, latest_day([household, *persons])))
    _change(session, household, moved_out_on=on)
    for person in persons:
        _change(session, person, moved_out_on=on)
    return _done(session, "move_out", household, len(persons), {"house": str(household.house_id)})


def move_out_person(session: Session, person_id: uuid.UUID, rev: int, on: date, today: date) -> Moved:
    """A person belongs to the household no more from a day on.

    Raises:
        NotFound, Conflict, Invalid: as `move_out_household`.
    """
    _lock_villages(session, (Person, person_id))
    person = _take(session, Person, person_id)
    refuse_changed(person, rev)
    refuse_gone(person)
    refuse(day_faults(on, today, person.moved_in_on))
    _change(session, person, moved_out_on=on)
    return _done(session, "move_out", person, 1, {"household": str(person.household_id)})


def move_household(
    session: Session, household_id: uuid.UUID, rev: int, house_id: uuid.UUID, on: date, today: date
) -> Moved:
    """A household lives in another house from a day on, with its persons; all of them are in its grid at once.

    One that had moved out comes back with those who left with it.

    Raises:
        NotFound: when household or house are outside the session's scope.
        Conflict: when the household was changed meanwhile.
        Invalid: when it lives in that house already, or the day lies in the future or not after its last move.
    """
    _lock_villages(session, (Household, household_id), (House, house_id))
    household, house = _take(session, Household, household_id), _take(session, House, house_id)
    refuse_changed(household, rev)
    here = household.house_id == house.id and household.moved_out_on is None
    faults = [Fault("house_id", "the household lives there already")] if here else []
    refuse([*faults, *last_faults(household, on, today)])
    back = _left_together(session, household)
    former = household.house_id
    _change(session, household, house_id=house.id, grid_no=house.grid_no, moved_in_on=on, moved_out_on=None)
    for person in back:
        _change(session, person, moved_in_on=on, moved_out_on=None)
    for query in ("persons_follow", "enrolments_follow", "residences_follow", "duplicates_follow"):
        raw(session).execute(load("residence.sql")[query], {"household_id": household.id})
    session.expire_all()
    household = _take(session, Household, household_id)
    count = len(_living(session, household))
    return _done(session, "move", household, count, {"from": str(former), "to": str(house.id)})


def move_person(
    session: Session, person_id: uuid.UUID, rev: int, household_id: uuid.UUID, on: date, today: date
) -> Moved:
    """A person belongs to another household from a day on, and is in its grid at once.

    Raises:
        NotFound: when person or household are outside the session's scope.
        Conflict: when the person was changed meanwhile, or the household has moved out.
        Invalid: when the person belongs to it already, or the day lies in the future, not after the last move, or
            before the household came.
    """
    _lock_villages(session, (Person, person_id), (Household, household_id))
    person, household = _take(session, Person, person_id), _take(session, Household, household_id)
    refuse_changed(person, rev)
    here = person.household_id == household.id and person.moved_out_on is None
    faults = [Fault("household_id", "the person belongs to it already")] if here else []
    refuse([*faults, *(last_faults(person, on, today) or home_faults(household, on, today))])
    former = person.household_id
    _change(session, person, household_id=household.id, grid_no=household.grid_no, moved_in_on=on, moved_out_on=None)
    for query in ("enrolments_follow", "duplicates_follow"):
        raw(session).execute(load("residence.sql")[query], {"household_id": household.id})
    return _done(session, "move", person, 1, {"from": str(former), "to": str(household.id)})


def _take(session: Session, model: type[_Row], row_id: uuid.UUID) -> _Row:
    found = session.get(model, row_id, populate_existing=True, with_for_update=True)
    if found is None:
        raise _nowhere(model.__tablename__, row_id)
    return found


def _lock_villages(session: Session, *rows: tuple[_Model, uuid.UUID]) -> None:
    """Keep publishes and imports away from the villages of these rows; they are to be read anew after it."""
    codes = set()
    for model, row_id in rows:
        number = session.scalar(select(model.grid_no).where(model.id == row_id))
        # A row outside the scope answers like one that does not exist.
        if number is None or not scope_of(session).covers(number, number):
            raise _nowhere(model.__tablename__, row_id)
        codes.add(village_of(number))
    for code in sorted(codes):
        lock_village_shared(session, code)


def _nowhere(what: str, row_id: uuid.UUID) -> NotFound:
    return NotFound(f"There is no {what} {row_id} here.")


def _living(session: Session, household: Household) -> Sequence[Person]:
    statement = select(Person).where(Person.household_id == household.id, Person.moved_out_on.is_(None))
    return session.scalars(statement.order_by(Person.id).with_for_update()).all()


def _left_together(session: Session, household: Household) -> Sequence[Person]:
    if household.moved_out_on is None:
        return ()
    statement = select(Person).where(Person.household_id == household.id, Person.moved_out_on == household.moved_out_on)
    return session.scalars(statement.order_by(Person.id).with_for_update()).all()


def _made_by(session: Session) -> dict[str, Any]:
    return {"created_by": actor(session), "updated_by": actor(session)}


def _change(session: Session, row: _Mover, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.rev += 1
    row.updated_at, row.updated_by = func.now(), actor(session)
    session.flush()


def _done(session: Session, act: str, row: _Mover, persons: int, detail: dict[str, str]) -> Moved:
    record(session, act, row.__tablename__, str(row.id), grid_no=row.grid_no, detail=detail)
    return Moved(row.id, row.rev, code_of(row.grid_no), row.moved_in_on, row.moved_out_on, persons)
