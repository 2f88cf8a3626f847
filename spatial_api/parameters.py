"""What routes take in their queries and bodies, checked before anything is asked of the data.

Coordinates are lon, lat in degrees (EPSG:4326); boxes are west, south, east, north; days are days in Asia/Shanghai and
ranges [from, to). A parameter that a route does not know is refused: a misspelt filter must not pass for
no filter.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from layers.kinds import Register
from layers.lists import PAGE
from spatial_api.schemas import Strict

__all__ = [
    "BoxText",
    "CatalogName",
    "DivideBody",
    "FacilityQuery",
    "GridCode",
    "GridQuery",
    "HouseBody",
    "KindQuery",
    "KindsText",
    "LoginBody",
    "LonLatText",
    "Moment",
    "NoQuery",
    "PageQuery",
    "PlanQuery",
    "RegionCode",
    "RegionQuery",
    "RevBody",
    "Text",
    "VillageCode",
    "box_of",
    "lon_lat_of",
]

_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)


def _finite_numbers(text: str, count: int) -> tuple[float, ...]:
    # Python would also take 1_0, and figures of other scripts.
    parts = text.split(",")
    numbers = tuple(float(part) for part in parts) if all(map(_NUMBER.fullmatch, parts)) else ()
    if len(numbers) != count or not all(math.isfinite(number) for number in numbers):
        raise ValueError(f"needs {count} numbers with commas between them")
    return numbers


def lon_lat_of(text: str) -> tuple[float, float]:
    """Longitude and latitude from `lon,lat`.

    Raises:
        ValueError: when they are not two numbers on the globe.
    """
    lon, lat = _finite_numbers(text, 2)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError("needs a longitude of -180 to 180 and a latitude of -90 to 90")
    return lon, lat


def box_of(text: str) -> tuple[float, float, float, float]:
    """West, south, east, north from `w,s,e,n`.

    Raises:
        ValueError: when they are not four numbers on the globe in that order.
    """
    west, south, east, north = _finite_numbers(text, 4)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError("needs west < east in -180 to 180 and south < north in -90 to 90")
    return west, south, east, north


def _check_lon_lat(text: str) -> str:
    lon_lat_of(text)
    return text


def _check_box(text: str) -> str:
    box_of(text)
    return text


def _check_offset(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("needs an offset, such as +08:00")
    return moment


def _check_text(text: str) -> str:
    # The ideographic space is everyday Chinese typing, though Python does not count it as printable.
    if not text.replace("\u3000", " ").isprintable():
        raise ValueError("holds control characters")
    return text


RegionCode = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")]
VillageCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
GridCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{15}$")]
KindsText = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,64}(,[a-z0-9_.-]{1,64}){0,63}$")]
CatalogName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]
BoxText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_check_box)]
LonLatText = Annotated[str, StringConstraints(max_length=100), AfterValidator(_check_lon_lat)]
Moment = Annotated[datetime, AfterValidator(_check_offset)]
"""A moment that says its offset: without one nobody knows which it is."""
Text = Annotated[
    str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), AfterValidator(_check_text)
]


class NoQuery(Strict):
    """A route that takes no parameters."""


class PageQuery(Strict):
    """The language a page is drawn in until the browser's own choice is known."""

    lang: Literal["zh", "en"] = "zh"


class RegionQuery(Strict):
    """Which regions: below `parent`, that of `code`, or those whose name holds `q`; by default the caller's own.

    With `order` imbalance: the villages in the region `code`, those that most need a planner first. `as_of` is a
    moment, now when it is left out.
    """

    parent: RegionCode | None = None
    code: RegionCode | None = None
    q: Text | None = None
    level: Annotated[int, Field(ge=1, le=5)] | None = None
    order: Literal["code", "imbalance"] = "code"
    as_of: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=PAGE)] = 100
    after: RegionCode | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.parent, self.code, self.q)) > 1:
            raise ValueError("give one of parent, code and q")
        if self.order == "imbalance" and not (self.parent is None and self.q is None and self.level in (None, 5)):
            raise ValueError("order imbalance is for the villages (level 5) of one code")
        if self.order == "imbalance" and self.as_of is not None:
            raise ValueError("order imbalance is of now, not as_of another moment")
        return self


class KindQuery(Strict):
    """The register whose kinds are asked for."""

    of: Register


class PlanQuery(Strict):
    """The plans of one village."""

    village: VillageCode


class GridQuery(Strict):
    """The grids of a village, or the one at a place; `as_of` a moment, now when it is left out.

    With `shapes` they come with their geometry.
    """

    village: VillageCode | None = None
    at: LonLatText | None = None
    as_of: Moment | None = None
    shapes: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.village is None) == (self.at is None):
            raise ValueError("give either village or at")
        return self


class FacilityQuery(Strict):
    """The facilities of a village, `after` the last id of the page before."""

    village: VillageCode
    after: UUID | None = None


class LoginBody(Strict):
    """Who wants to come in."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class DivideBody(Strict):
    """How a village is to be divided: the load aimed at, the band it must lie in, and how far grids may differ."""

    village: VillageCode
    load: Annotated[int, Field(ge=1, le=100_000)] = 400
    band: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(le=1_000_000)]] = (300, 500)
    tolerance: Annotated[float, Field(ge=0, lt=1)] = 0.05
    k: Annotated[int, Field(ge=1, le=899)] | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if not self.band[0] <= self.load <= self.band[1]:
            raise ValueError("load must lie in the band")
        return self


class RevBody(Strict):
    """The revision of a plan that the caller has seen; another one in force is a conflict."""

    rev: Annotated[int, Field(ge=1)]


class HouseBody(Strict):
    """A new house: its address, and where it stands if known: in a building, or at a point in a stated datum."""

    address: Text
    building_id: UUID | None = None
    point: tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]] | None = None
    crs: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:]{3,16}$")] | None = None
    village: VillageCode | None = None

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.point is None) != (self.crs is None):
            raise ValueError("a point needs its crs (wgs84, cgcs2000, gcj02, bd09, EPSG:n), and a crs its point")
        if self.point is not None and self.building_id is not None:
            raise ValueError("give a building or a point, not both")
        return self
