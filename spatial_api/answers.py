"""What routes answer, as models: they stand in /openapi.json, and nothing that is not in them leaves the server.

Coordinates are lon, lat in degrees (EPSG:4326), boxes west, south, east, north; codes are text.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from layers.catalog import LayerSpec

__all__ = [
    "CountRow",
    "Counts",
    "Facility",
    "FacilityPage",
    "FaultAnswer",
    "Grid",
    "GridPage",
    "Heat",
    "House",
    "Kind",
    "KindList",
    "LayerAnswer",
    "Me",
    "PlanGrid",
    "PlanList",
    "PlanSummary",
    "Problem",
    "Published",
    "Region",
    "RegionPage",
    "Status",
]

LonLat = tuple[float, float]
Box = tuple[float, float, float, float]


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True, populate_by_name=True)


class Status(_Answer):
    """That the server, or the server with its database, is there."""

    status: Literal["ok"] = "ok"


class FaultAnswer(_Answer):
    """One thing that is wrong, where in the input, and its place on the map if it has one."""

    where: str
    message: str
    place: LonLat | None = None


class Problem(_Answer):
    """What went wrong (RFC 9457); `type` is the address of an explanation."""

    type: str
    title: str
    status: int
    detail: str
    faults: list[FaultAnswer]


class HomeRegion(_Answer):
    """The region that bounds an account; `bbox` is null while it has no shape.

    `synthetic`: its borders, or those of a region in it, are made for demonstration.
    """

    code: str
    name: str
    bbox: Box | None
    synthetic: bool


class ScopeAnswer(_Answer):
    """What an account may see: 15-digit grid numbers from `lo` to `hi`, of these only `grids` when not null."""

    lo: str
    hi: str
    grids: list[str] | None


class Me(_Answer):
    """Who is logged in; `csrf` belongs into the X-CSRF-Token header of every change."""

    login: str
    name: str
    role: str
    region: HomeRegion
    csrf: str
    may: list[str]
    scope: ScopeAnswer


class Kind(_Answer):
    """One kind of a register, with its names."""

    code: str
    name_zh: str
    name_en: str


class KindList(_Answer):
    """The kinds of a register, in the order in which a form shows them."""

    items: list[Kind]


class LayerAnswer(LayerSpec):
    """One layer that the caller may draw."""

    reads: Annotated[tuple[str, ...], Field(exclude=True)]
    sql: Annotated[str, Field(exclude=True)]


class Region(_Answer):
    """A region with what is registered in it inside the caller's scope.

    Of another moment than now only its grids are counted. `assumed_households` are those of buildings in which nobody
    is registered; `plan_status` is a village's, that of the
    newest plan that is not retired. `imbalance` and `off_band` are told when that order was asked for: the worst grid's
    distance from the mean load or the band, as a ratio, and the number of grids outside the band.
    """

    code: str
    level: int
    name: str
    parent_code: str | None
    parent_name: str | None
    synthetic: bool
    source: str
    bbox: Box | None
    households: int | None
    persons: int | None
    assumed_households: int | None
    grids: int
    plan_status: str | None
    imbalance: float | None
    off_band: int | None


class RegionPage(_Answer):
    """Regions in order of code; `next` goes into `after` for the page that follows, null at the end."""

    items: list[Region]
    next: str | None


class Grid(_Answer):
    """A grid in force during [from, to); `deviation` is load / mean load of the village's basic grids - 1.

    `geometry` is a GeoJSON MultiPolygon in lon, lat where shapes were asked for.
    """

    grid_no: str
    village: str
    kind: str
    name: str | None
    load: int
    households: int | None
    persons: int | None
    area_m2: float
    begins_at: Annotated[datetime, Field(serialization_alias="from")]
    ends_at: Annotated[datetime | None, Field(serialization_alias="to")]
    deviation: float | None
    bbox: Box
    geometry: dict[str, Any] | None


class GridPage(_Answer):
    """Grids in order of number; a village's always fit on one page, so that `next` is null."""

    items: list[Grid]
    next: None = None


class Facility(_Answer):
    """A facility, and how exactly its point is known."""

    id: UUID
    kind: str
    name: str | None
    grid_no: str
    level: str
    point: LonLat | None


class FacilityPage(_Answer):
    """Facilities in order of id; `next` goes into `after`."""

    items: list[Facility]
    next: str | None


class PlanSummary(_Answer):
    """A plan without its grids; `report` says how good it is and what is wrong with it."""

    id: UUID
    village: Annotated[str, Field(validation_alias="village_code")]
    status: str
    stale: bool
    rev: int
    target_load: int
    band_low: int
    band_high: int
    tolerance: float
    k: int | None
    report: dict[str, Any]
    created_at: datetime
    submitted_at: datetime | None
    published_at: datetime | None


class PlanList(_Answer):
    """The plans of a village, newest first."""

    items: list[PlanSummary]


class PlanGrid(_Answer):
    """One grid of a plan; `geometry` is a GeoJSON MultiPolygon in lon, lat."""

    seq: int
    kind: str
    name: str | None
    load: int
    geometry: dict[str, Any]


class Published(_Answer):
    """What a publish did: `kept` grids went on untouched, `changed` keep their number with another shape.

    `begun` have a new number, `ended` numbers are never given again; `moved` counts the rows that moved by table.
    """

    plan_id: UUID
    village_code: str
    grids: int
    kept: int
    changed: int
    begun: int
    ended: int
    moved: dict[str, int]
    proposals: int
    unplaced: int


class CountRow(_Answer):
    """The incidents of one place; `n` is null where the figure is protected, which may be zero too.

    `per_1000` is the shown number per 1,000 people registered there now, null when there is none or it is protected.
    """

    code: str
    name: str | None
    n: int | None
    protected: bool
    persons: int
    per_1000: float | None


class Counts(_Answer):
    """Incidents by place; `unlocated` are known only to a coarser place than asked for.

    When `protected`, `total` is null where it must be hidden, and `unlocated` always is. `persons` and `per_1000` are
    those of the whole region. Counted were the days in [begins_on, ends_on): when `protected`, the calendar month,
    quarter or year for what was asked.
    """

    items: list[CountRow]
    total: int | None
    unlocated: int | None
    protected: bool
    persons: int
    per_1000: float | None
    begins_on: date
    ends_on: date


class Heat(_Answer):
    """Incidents by cell: the cell's middle (lon, lat) and their number; `days` is the length of the period.

    `unlocated` are not known to their street, `withheld` lie in cells too small to be shown. With a bandwidth
    `densities` has a value for each cell, in incidents per km² per day.
    """

    cells: list[tuple[float, float, int]]
    cell_m: int
    days: int
    protected: bool
    unlocated: int
    withheld: int
    bandwidth_m: int | None
    densities: list[float] | None


class House(_Answer):
    """A house as it was stored: its grid, and how well its point is known."""

    id: UUID
    rev: int
    grid_no: str
    address: str
    point: LonLat | None
    level: str
    radius_m: float | None
    confidence: float | None
    source: str
    building_id: UUID | None
    reasons: list[str]
