"""What the field worker's routes take and answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from spatial_api.schemas import Answer, Strict

__all__ = [
    "HouseCard",
    "IncidentBody",
    "OwnGrid",
    "OwnGridList",
    "ReportedIncident",
    "StoredVisit",
    "VisitBody",
]

LonLat = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]


def _check_lines(text: str) -> str:
    # Several lines, and the ideographic space of everyday Chinese typing.
    if not text.replace("\u3000", " ").replace("\n", " ").isprintable():
        raise ValueError("holds control characters")
    return text


Lines = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True), AfterValidator(_check_lines)
]
Outcome = Literal["met", "absent", "refused", "moved_out", "vacant"]
VisitState = Literal["never", "overdue", "due", "done"]


class VisitBody(Strict):
    """A visit; `id` is made by the phone, so that sending it once more does no harm."""

    id: UUID
    house_id: UUID
    visited_at: AwareDatetime
    outcome: Outcome
    note: Lines | None = None
    next_due_on: date | None = None


class IncidentBody(Strict):
    """An incident; its place is one of `point` with its `crs`, `house_id` and `address`."""

    id: UUID
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,64}$")]
    text: Lines
    occurred_at: AwareDatetime
    point: LonLat | None = None
    crs: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:-]{3,16}$")] | None = None
    accuracy_m: (
        Annotated[
            float,
            Field(ge=0, le=100_000, allow_inf_nan=False, description="metres around the point; 150 when left out"),
        ]
        | None
    ) = None
    house_id: UUID | None = None
    address: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(place is not None for place in (self.point, self.house_id, self.address)) != 1:
            raise ValueError("give one of point, house_id and address")
        if (self.point is None) != (self.crs is None):
            raise ValueError("a point needs its crs (wgs84, cgcs2000, gcj02, bd09, EPSG:n), and a crs its point")
        if self.accuracy_m is not None and self.point is None:
            raise ValueError("accuracy_m belongs to a point")
        if self.address is not None:
            _check_lines(self.address)
        return self


class OwnGrid(Answer):
    """A grid of the caller: its border as GeoJSON, and how many of its houses are due or were never visited."""

    grid_no: str
    kind: str
    name: str | None
    village: str
    village_name: str
    bbox: tuple[float, float, float, float]
    boundary: dict[str, Any]
    households: int
    houses: int
    due: int


class OwnGridList(Answer):
    """The grids of the caller in order of number."""

    items: list[OwnGrid]


class HouseState(Answer):
    """What the last visit makes of a house: next due passed, due within a week (or 90 days ago), done, or never."""

    visit_state: VisitState
    last_visit_at: AwareDatetime | None
    last_outcome: Outcome | None
    next_due_on: date | None


class PersonCard(Answer):
    """A person, masked; of a phone only that it is known."""

    name: str
    sex: str | None
    age_band: str | None
    residence: str
    phone_known: bool


class HouseholdCard(Answer):
    """Who lives together now."""

    id: UUID
    moved_in_on: date | None
    phone_known: bool
    persons: list[PersonCard]


class VisitCard(Answer):
    """A visit of the past, and the name of who made it."""

    id: UUID
    visited_at: AwareDatetime
    outcome: Outcome
    note: str | None
    next_due_on: date | None
    by: str | None


class HouseCard(Answer):
    """A house with its people, masked, and its last visits, the newest first."""

    id: UUID
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
    households: list[HouseholdCard]
    visits: list[VisitCard]


class StoredVisit(Answer):
    """A visit as it is stored under the grid of its house, and what it makes of the house."""

    id: UUID
    house_id: UUID
    grid_no: str
    visited_at: AwareDatetime
    outcome: Outcome
    note: str | None
    next_due_on: date | None
    house: HouseState


class ReportedIncident(Answer):
    """An incident as it is stored; `visible` is false where it lies in a neighbour's grid, who now has it."""

    id: UUID
    kind: str
    occurred_at: AwareDatetime
    grid_no: str
    level: str
    radius_m: float | None
    visible: bool
