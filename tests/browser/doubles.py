"""Houses and persons that are registered twice, for the pages that offer them."""

from __future__ import annotations

import uuid

from browser.desk import Site
from sqlalchemy import select

from layers.codes import region_range
from layers.models import House, Household, Person
from layers.scope import Scope

__all__ = ["add_doubles"]

_OWN = frozenset({"id", "created_at", "import_id", "building_id"})


def add_doubles(site: Site, region: str) -> None:
    """Two houses and three persons of a region a second time, one with another name, one with another phone."""
    first, last = region_range(region)
    with site.database.write(Scope.everything()) as session:
        houses = select(House).where(House.grid_no.between(first, last), House.point.is_not(None)).order_by(House.id)
        session.add_all([_twin(house) for house in session.scalars(houses.limit(2))])
        statement = select(Person).where(Person.grid_no.between(first, last), Person.id_no_index.is_not(None))
        persons = list(session.scalars(statement.order_by(Person.id).limit(3)))
        there = select(Household).where(Household.grid_no == persons[0].grid_no).order_by(Household.id.desc())
        elsewhere = session.scalars(there.limit(1)).one()
        changes = ({"household_id": elsewhere.id, "phone_index": b"other"}, {"sex": None, "name": "欧阳丙"}, {})
        session.add_all([_twin(person, **change) for person, change in zip(persons, changes, strict=True)])


def _twin(row: House | Person, **values: object) -> House | Person:
    columns = (column.name for column in row.__table__.columns if column.computed is None)
    said = {name: getattr(row, name) for name in columns if name not in _OWN}
    return type(row)(**said | {"id": uuid.uuid4()} | values)
