"""What a phone takes along of one grid. Points are lon, lat (EPSG:4326), shapes GeoJSON in the same."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from spatial_api.schemas import Answer
from spatial_api.schemas.fieldwork import Outcome, VisitState
from spatial_api.schemas.here import HolderAnswer

__all__ = ["PackAnswer"]


class _Placed(Answer):
    id: UUID
    level: str
    radius_m: float | None
    point: tuple[float, float] | None


class PackHouse(_Placed):
    """A house with its address, how many households live there, and what the last visit makes of it."""

    rev: int
    address: str
    building_id: UUID | None
    building_no: str | None
    unit: str | None
    floor: str | None
    room: str | None
    households: int
    visit_state: VisitState
    last_visit_at: AwareDatetime | None
    last_outcome: Outcome | None
    next_due_on: date | None


class PackIncident(_Placed):
    """An incident of the last 90 days."""

    rev: int
    kind: str
    text: str
    occurred_at: AwareDatetime


class PackThing(_Placed):
    """A facility, an organisation or a place."""

    kind: str
    name: str | None


class PackLine(Answer):
    """A barrier or a link that touches the grid; `hard` of barriers alone."""

    id: UUID
    kind: str
    hard: bool | None = None
    name: str | None
    geometry: dict[str, Any]


class PackNeighbour(Answer):
    """A grid that touches this one."""

    grid_no: str
    kind: str
    name: str | None
    boundary: dict[str, Any]


class PackAnswer(Answer):
    """All of one grid, as of one moment."""

    grid_no: str
    kind: str
    name: str | None
    village: str
    village_name: str
    load: int
    bbox: tuple[float, float, float, float]
    boundary: dict[str, Any]
    households: int
    holders: list[HolderAnswer]
    houses: list[PackHouse]
    incidents: list[PackIncident]
    facilities: list[PackThing]
    organisations: list[PackThing]
    places: list[PackThing]
    barriers: list[PackLine]
    links: list[PackLine]
    neighbours: list[PackNeighbour]
