"""What the routes of moves, stays, duplicates, kinds and rooms take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from layers.lists import PAGE
from spatial_api.parameters import RegionCode, Text
from spatial_api.schemas import Answer, Strict

__all__ = [
    "BuildingCard",
    "DuplicateCounts",
    "DuplicateCountsQuery",
    "DuplicateFound",
    "DuplicatePage",
    "DuplicateQuery",
    "FindBody",
    "KeptRecord",
    "KindBody",
    "KindText",
    "MergeBody",
    "MoveHouseholdBody",
    "MoveOutBody",
    "MovePersonBody",
    "Moved",
    "NewHouseholdBody",
    "NewKindBody",
    "NewPersonBody",
    "StayList",
    "StayQuery",
]

Revision = Annotated[int, Field(ge=1)]
Numbers = Annotated[str, StringConstraints(min_length=1, max_length=40)]
KindText = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}$")]


class NewHouseholdBody(Strict):
    """A household that comes on a day (Asia/Shanghai), without persons yet."""

    on: date
    phone: Numbers | None = None


class NewPersonBody(Strict):
    """A person who comes to a household on a day; phone and id number are sealed when stored."""

    on: date
    name: Text
    residence: Literal["registered", "mobile", "left_behind", "abroad"]
    sex: Literal["m", "f"] | None = None
    birth_year: Annotated[int, Field(ge=1880, le=2200)] | None = None
    phone: Numbers | None = None
    id_no: Numbers | None = None


class MoveOutBody(Strict):
    """The last day is the one before `on`; `rev` is the revision that the caller has seen."""

    rev: Revision
    on: date


class MoveHouseholdBody(MoveOutBody):
    """The house that the household lives in from `on`."""

    house_id: UUID


class MovePersonBody(MoveOutBody):
    """The household that the person belongs to from `on`."""

    household_id: UUID


class Moved(Answer):
    """Where a household or person is after a move, and how many persons went along or out."""

    id: UUID
    rev: int
    grid_no: str
    moved_in_on: date | None
    moved_out_on: date | None
    persons: int


class StayQuery(Strict):
    """The day as of which is asked: who lived here then."""

    on: date | None = None


class Stay(Answer):
    """A household, or one person of it (name masked), lived in a house during [begins_on, ends_on).

    The revisions are those of now, which a move asks for; null of what has left the caller's region.
    """

    household_id: UUID
    household_rev: int | None
    house_id: UUID | None
    address: str | None
    person_id: UUID | None
    person_rev: int | None
    name: str | None
    sex: str | None
    birth_year: int | None
    begins_on: date | None
    ends_on: date | None


class StayList(Answer):
    """Stays, the newest first."""

    items: list[Stay]


class DuplicateCountsQuery(Strict):
    """Which offers: open ones unless `status` says otherwise, of a register or both, in a region."""

    region: RegionCode | None = None
    status: Literal["open", "merged", "distinct"] = "open"
    register_: Annotated[Literal["house", "person"] | None, Field(alias="register")] = None


class DuplicateQuery(DuplicateCountsQuery):
    """A page of them, by place; `after` is the key `next` of the page before."""

    limit: Annotated[int, Field(ge=1, le=PAGE)] = 50
    after: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}_[0-9a-f-]{36}$")] | None = None


class FindBody(Strict):
    """The region in which to look, the caller's own when left out."""

    region: RegionCode | None = None


class DuplicateFound(Answer):
    """How many pairs were found that had not been offered before."""

    house: int
    person: int


class Side(Answer):
    """One of two rows, its name masked; `members` are the households of a house, `level` how exactly it is known."""

    id: UUID
    rev: int
    ref: str | None
    grid_no: str
    address: str
    level: str | None
    name: str | None
    sex: str | None
    birth_year: int | None
    residence: str | None
    moved_in_on: date | None
    moved_out_on: date | None
    members: int
    created_at: datetime


class Same(Answer):
    """Whether what is masked or sealed of two persons agrees; null where one of them has none."""

    name: bool | None
    phone: bool | None
    id_no: bool | None


class Duplicate(Answer):
    """Two rows that may be one, and what agrees; `other` is null once it is merged, `same` for houses too."""

    id: UUID
    register_: Annotated[str, Field(validation_alias="register", serialization_alias="register")]
    why: list[str]
    status: str
    grid_no: str
    found_at: datetime
    decided_at: datetime | None
    kept: Side
    other: Side | None
    same: Same | None


class DuplicatePage(Answer):
    """Offers by place; `next` goes into `after`."""

    items: list[Duplicate]
    next: str | None


class DuplicateCount(Answer):
    """How many pairs there are in a village; what is known only to a region above it stands under that one."""

    code: str
    name: str | None
    n: int


class DuplicateCounts(Answer):
    """How many pairs there are, by village and altogether."""

    items: list[DuplicateCount]
    total: int


class MergeBody(Strict):
    """The id of the one that is kept, and its revision."""

    keep: UUID
    rev: Revision


class KeptRecord(Answer):
    """The row that was kept, at its new revision."""

    id: UUID
    rev: int


class KindBody(Strict):
    """The names of a kind, and its place in the order where that is to change."""

    name_zh: Text
    name_en: Text
    sort: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class NewKindBody(KindBody):
    """A new kind; its code stays for ever."""

    code: KindText


class Room(Answer):
    """One dwelling, and how many households and persons live there now."""

    house_id: UUID
    room: str | None
    address: str
    households: int
    persons: int


class Floor(Answer):
    """The rooms of a floor."""

    floor: str | None
    rooms: list[Room]


class Unit(Answer):
    """The floors of a unit (staircase)."""

    unit: str | None
    floors: list[Floor]


class BuildingCard(Answer):
    """A building by units, floors and rooms, each in natural order."""

    id: UUID
    rev: int
    name: str | None
    use: str | None
    address: str | None
    grid_no: str
    assumed_households: int
    households: int
    persons: int
    units: list[Unit]
