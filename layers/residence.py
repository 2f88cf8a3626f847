"""Who lived where and when, masked; every look at it is audited."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Literal

from psycopg.rows import dict_row
from sqlalchemy import select
from sqlalchemy.orm import Session

from layers.audit import record
from layers.db import raw, scope_of
from layers.errors import NotFound
from layers.models import House, Household, Person
from layers.queries import load

__all__ = ["Stay", "Subject", "lived_at", "stays_of"]

Subject = Literal["person", "household", "house"]

_MODELS: dict[Subject, type[Person] | type[Household] | type[House]] = {
    "person": Person,
    "household": Household,
    "house": House,
}
_QUERIES: dict[Subject, str] = {
    "person": "stays_of_person",
    "household": "stays_of_household",
    "house": "stays_in_house",
}


@dataclass(frozen=True)
class Stay:
    """A household, or one person of it, lived in a house during [begins_on, ends_on); None where a day is not known.

    `name` is masked, it, `sex` and `birth_year` are None where the person has left the caller's region; without
    `person_id` it is the household's stay.
    The revisions are those of now, which a move asks for; None of what has left the caller's region.
    """

    household_id: uuid.UUID
    household_rev: int | None
    house_id: uuid.UUID | None
    address: str | None
    person_id: uuid.UUID | None
    person_rev: int | None
    name: str | None
    sex: str | None
    birth_year: int | None
    begins_on: date | None
    ends_on: date | None


def stays_of(session: Session, subject: Subject, row_id: uuid.UUID) -> tuple[Stay, ...]:
    """Where a person or a household lived, or who lived in a house, the newest first.

    Stays outside the session's scope are not told.

    Raises:
        NotFound: when person, household or house are outside the session's scope.
    """
    return _stays(session, subject, row_id, None)


def lived_at(session: Session, house_id: uuid.UUID, on: date) -> tuple[Stay, ...]:
    """Who lived in a house on a day (Asia/Shanghai); on the day of a move the new ones do.

    Raises:
        NotFound: when the house is outside the session's scope.
    """
    return _stays(session, "house", house_id, on)


def _stays(session: Session, subject: Subject, row_id: uuid.UUID, on: date | None) -> tuple[Stay, ...]:
    model = _MODELS[subject]
    number = session.scalar(select(model.grid_no).where(model.id == row_id))
    if number is None or not scope_of(session).covers(number, number):
        raise NotFound(f"There is no {subject} {row_id} here.")
    record(session, "read_history", subject, str(row_id), grid_no=number)
    with raw(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(load("residence.sql")[_QUERIES[subject]], {"id": row_id, "on": on}).fetchall()
    return tuple(Stay(**row) for row in rows)
