"""Periods of incidents in queries: counted, compared, as hot spots, as a table, as heat.

Days are days in Asia/Shanghai and ranges [from, to).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from spatial_api.parameters import BoxText, GridCode, KindsText, RegionCode
from spatial_api.schemas import Strict

__all__ = [
    "ChangeQuery",
    "CountsQuery",
    "CubeQuery",
    "DaysQuery",
    "HeatPictureQuery",
    "HeatPointsQuery",
    "HeatQuery",
    "HeatTileQuery",
    "HotspotsQuery",
    "KindCountsQuery",
]

LONGEST_PERIOD_DAYS = 3660
BandwidthM = Annotated[int, Field(ge=50, le=100_000, description="metres; a standard deviation of the Gaussian")]


class _Period(Strict):
    from_: Annotated[date, Field(alias="from", description="the first day")]
    to: Annotated[date, Field(description="the day after the last")]
    kind: Annotated[KindsText | None, Field(description="one kind, or several with commas between them")] = None

    @property
    def kinds(self) -> list[str] | None:
        """The kinds asked for; None: all."""
        return None if self.kind is None else self.kind.split(",")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        days = (self.to - self.from_).days
        if not 0 < days <= LONGEST_PERIOD_DAYS:
            raise ValueError(f"from must lie before to, at most {LONGEST_PERIOD_DAYS} days")
        return self


def _check_than(than_from: date | None, than_to: date | None) -> None:
    if (than_from is None) != (than_to is None):
        raise ValueError("than_from and than_to go together")
    if than_from is not None and than_to is not None and not 0 < (than_to - than_from).days <= LONGEST_PERIOD_DAYS:
        raise ValueError(f"than_from must lie before than_to, at most {LONGEST_PERIOD_DAYS} days")


class CountsQuery(_Period):
    """Incidents of a period, of some kinds or all, counted by level in a region (the caller's own when left out)."""

    by: Literal["grid", "village", "township", "county", "prefecture", "province"]
    region: RegionCode | None = None


class ChangeQuery(CountsQuery):
    """Incidents of a period beside those of another one, of the days in [than_from, than_to)."""

    than_from: Annotated[date, Field(description="the first day of the period that is compared with")]
    than_to: Annotated[date, Field(description="the day after its last")]

    @model_validator(mode="after")
    def _than_forward(self) -> Self:
        _check_than(self.than_from, self.than_to)
        return self


class HotspotsQuery(_Period):
    """Hot and cold spots of a period among the grids of a region; with another period, what became of its spots."""

    region: RegionCode | None = None
    measure: Literal["count", "rate"] = "count"
    than_from: Annotated[date | None, Field(description="the first day of the period that is compared with")] = None
    than_to: Annotated[date | None, Field(description="the day after its last")] = None

    @model_validator(mode="after")
    def _than_forward(self) -> Self:
        _check_than(self.than_from, self.than_to)
        return self


class DaysQuery(_Period):
    """Incidents of a period step by step, in a region (the caller's own when left out) or one grid."""

    region: RegionCode | None = None
    grid: GridCode | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.region is not None and self.grid is not None:
            raise ValueError("give a region or a grid, not both")
        return self


class KindCountsQuery(DaysQuery):
    """Incidents of a period by kind, in a region (the caller's own when left out) or one grid."""

    kind: None = None


class CubeQuery(DaysQuery):
    """Incidents of a period by grid, day and kind, in a region (the caller's own when left out) or one grid."""

    f: Literal["json", "csv"] = "json"


class HeatQuery(_Period):
    """Incidents of a period as cells of about `cell` metres inside a box, or the box of a region: then of it alone.

    With a bandwidth (metres) each cell is told the density at its middle too.
    """

    bbox: BoxText | None = None
    region: RegionCode | None = None
    cell: Annotated[int, Field(ge=1, le=1_000_000, description="metres")] = 250
    bandwidth: BandwidthM | None = None
    f: Annotated[Literal["json", "columns"], Field(description="columns: binary, see docs/heat.md")] = "json"

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.bbox is None and self.region is None:
            raise ValueError("give bbox or region")
        if self.bandwidth is not None and self.f == "columns":
            raise ValueError("a bandwidth is for f=json")
        return self


class HeatPointsQuery(_Period):
    """Incidents of a period one by one inside a box, or the box of a region: then of it alone."""

    bbox: BoxText | None = None
    region: RegionCode | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.bbox is None and self.region is None:
            raise ValueError("give bbox or region")
        return self


class HeatTileQuery(_Period):
    """The density of incidents of a period, in a region or all that the caller sees; bandwidth in metres."""

    region: RegionCode | None = None
    bandwidth: BandwidthM | None = None


class HeatPictureQuery(HeatTileQuery):
    """The same as a picture of a region (the caller's own when left out), with words in a language."""

    lang: Literal["zh", "en"] = "zh"
