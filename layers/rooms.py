"""A building as its units, floors and rooms, with how many live in each."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from layers.codes import code_of
from layers.db import raw, scope_of
from layers.errors import NotFound
from layers.models import Building
from layers.queries import load

__all__ = ["BuildingCard", "Floor", "Room", "Unit", "natural_key", "read_building"]

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Room:
    """One dwelling: `room` as the register has it, and how many households and persons live there now."""

    house_id: uuid.UUID
    room: str | None
    address: str
    households: int
    persons: int


@dataclass(frozen=True)
class Floor:
    """The rooms of a floor; `floor` None where the register does not say."""

    floor: str | None
    rooms: tuple[Room, ...]


@dataclass(frozen=True)
class Unit:
    """The floors of a unit (staircase), the lowest first; `unit` None where there is none."""

    unit: str | None
    floors: tuple[Floor, ...]


@dataclass(frozen=True)
class BuildingCard:
    """A building with its dwellings inside the caller's scope; counts are of who lives there now."""

    id: uuid.UUID
    rev: int
    name: str | None
    use: str | None
    address: str | None
    grid_no: str
    assumed_households: int
    households: int
    persons: int
    units: tuple[Unit, ...]


def read_building(session: Session, building_id: uuid.UUID) -> BuildingCard:
    """A building by units, floors and rooms, each in natural order: 2 before 10.

    Raises:
        NotFound: when it is outside the session's scope.
    """
    building = session.get(Building, building_id)
    if building is None or not scope_of(session).covers(building.grid_no, building.grid_no):
        raise NotFound(f"There is no building {building_id} here.")
    with raw(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(load("houses.sql")["rooms"], {"building_id": building_id}).fetchall()
    rows.sort(key=lambda row: tuple(natural_key(row[part]) for part in ("unit", "floor", "room", "address")))
    return BuildingCard(
        id=building.id,
        rev=building.rev,
        name=building.name,
        use=building.use,
        address=building.address,
        grid_no=code_of(building.grid_no),
        assumed_households=building.assumed_households,
        households=sum(row["households"] for row in rows),
        persons=sum(row["persons"] for row in rows),
        units=tuple(Unit(unit, _floors(of_unit)) for unit, of_unit in groupby(rows, lambda row: row["unit"])),
    )


def natural_key(text: str | None) -> tuple[tuple[int, int, str], ...]:
    """What sorts texts with numbers in them by these: 2 before 10, what is not known last."""
    if text is None:
        return ((2, 0, ""),)
    pieces = [piece for piece in _DIGITS.split(text) if piece]
    return tuple((0, int(piece), piece) if piece.isdecimal() else (1, 0, piece) for piece in pieces)


def _floors(rows: Iterable[dict[str, Any]]) -> tuple[Floor, ...]:
    return tuple(Floor(floor, _rooms(of_floor)) for floor, of_floor in groupby(rows, lambda row: row["floor"]))


def _rooms(rows: Iterable[dict[str, Any]]) -> tuple[Room, ...]:
    return tuple(Room(row["house_id"], row["room"], row["address"], row["households"], row["persons"]) for row in rows)
