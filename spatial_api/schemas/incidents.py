"""What routes answer about incidents: broken down by day and kind, and one by one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from spatial_api.answers import LonLat
from spatial_api.schemas import Answer

__all__ = ["DaysAnswer", "DaysRow", "IncidentCard", "KindCount", "KindCounts", "PathRegion", "SourceImport"]


class DaysRow(Answer):
    """The incidents on days in [from, to); `n` is null where the figure is protected, which may be zero too."""

    begins_on: Annotated[date, Field(serialization_alias="from")]
    ends_on: Annotated[date, Field(serialization_alias="to")]
    n: int | None


class DaysAnswer(Answer):
    """A period in steps without gaps; the first and the last are cut to it. Protected figures are of whole months."""

    step: Literal["day", "week", "month"]
    items: list[DaysRow]
    protected: bool


class KindCount(Answer):
    """The incidents of one kind; `n` is null where the figure is protected."""

    kind: str
    n: int | None


class KindCounts(Answer):
    """Incidents by kind, in the order in which a form shows them."""

    items: list[KindCount]
    protected: bool


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
