"""What routes answer about incidents: broken down by day and kind, and one by one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from spatial_api.answers import LonLat
from spatial_api.schemas import Answer

__all__ = [
    "ChangeAnswer",
    "ChangeRow",
    "CubeAnswer",
    "CubeRow",
    "DaysAnswer",
    "DaysRow",
    "HotspotRow",
    "HotspotsAnswer",
    "IncidentCard",
    "KindCount",
    "KindCounts",
    "PathRegion",
    "SourceImport",
]


class DaysRow(Answer):
    """The incidents on days in [from, to); `n` is null where the figure is protected, which may be zero too."""

    begins_on: Annotated[date, Field(serialization_alias="from")]
    ends_on: Annotated[date, Field(serialization_alias="to")]
    n: int | None


class DaysAnswer(Answer):
    """A period in steps without gaps; the first and the last are cut to it. Protected figures are of whole months.

    `last_on` is the last day before the period's end, of two years, on which an incident of any kind is registered
    anywhere in the caller's scope: later days may lack their data. Null where there is none, and when `protected`.
    """

    step: Literal["day", "week", "month"]
    items: list[DaysRow]
    protected: bool
    last_on: date | None


class KindCount(Answer):
    """The incidents of one kind; `n` is null where the figure is protected."""

    kind: str
    n: int | None


class KindCounts(Answer):
    """Incidents by kind, in the order in which a form shows them."""

    items: list[KindCount]
    protected: bool


class ChangeRow(Answer):
    """The incidents of one place in a period, `n`, and in the one it is compared with, `before`.

    `ratio` is how many times as many a day, between `low` and `high` with 95 % confidence; null where there was nothing
    before. `differs`: more than chance alone explains. All are null where a count is protected, and of protected counts
    the last three always are.
    """

    code: str
    name: str | None
    n: int | None
    before: int | None
    difference: int | None
    ratio: float | None
    low: float | None
    high: float | None
    differs: bool | None
    protected: bool


class ChangeAnswer(Answer):
    """Two periods compared by place; `total` is the region itself. Counted were the days in [begins_on, ends_on)."""

    items: list[ChangeRow]
    total: ChangeRow
    protected: bool
    begins_on: date
    ends_on: date
    before_begins_on: date
    before_ends_on: date


class HotspotRow(Answer):
    """A grid with its incidents `n`, and whether it is a spot together with its neighbours.

    `level` is 2 or 1 for a hot spot, -2 or -1 for a cold one, 0 for neither: of those with 2 at most 1 % are so by
    chance, of all at most 5 %. `z` is Getis-Ord Gi*. `before` is the level in the period compared with, `change` what
    became of it.
    """

    code: str
    name: str | None
    n: int
    z: float
    level: int
    before: int | None
    change: Literal["new", "gone", "persistent", "turned"] | None


class HotspotsAnswer(Answer):
    """The grids of a region; they were compared with all `compared` grids of `within`, which have `mean` on average.

    With the measure `rate` grids where nobody is registered are left out.
    """

    items: list[HotspotRow]
    within: str
    compared: int
    mean: float


class CubeRow(Answer):
    """The incidents of one grid, day and kind."""

    grid_no: str
    day: date
    kind: str
    n: int


class CubeAnswer(Answer):
    """Incidents by grid, day and kind; what is zero is left out."""

    items: list[CubeRow]


class PathRegion(Answer):
    """A region on the way from the province to the village."""

    code: str
    level: int
    name: str


class SourceImport(Answer):
    """The file that a row came with."""

    id: UUID
    source_name: str
    at: datetime


class IncidentCard(Answer):
    """One incident: what, when, where, how exactly that is known, and where the report came from.

    `grid_no` is the grid it lies in now (ending in 000: none), `handled_grid_no` the one that handled it. `point` is
    null below street level: the middle of a village is not where it happened.
    """

    id: UUID
    rev: int
    ref: str | None
    kind: str
    kind_name_zh: str
    kind_name_en: str
    text: str
    occurred_at: datetime
    path: list[PathRegion]
    grid_no: str
    grid_name: str | None
    handled_grid_no: str
    handled_grid_name: str | None
    level: str
    radius_m: float | None
    point: LonLat | None
    source: str
    source_import: SourceImport | None
    reported_at: datetime
