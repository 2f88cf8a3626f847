"""What the questions about one point take and answer. Points are lon, lat (EPSG:4326)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from layers.here import MOST_NEAR
from layers.items import MAX_RADIUS_M
from spatial_api.parameters import Moment
from spatial_api.schemas import Answer, Strict
from spatial_api.schemas.geocode import PathStep

__all__ = ["HereAnswer", "HereQuery", "HolderAnswer", "NearAnswer", "NearList", "NearQuery"]

_Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[102.71])]
_Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[25.04])]


class HereQuery(Strict):
    """A place on the globe, now or at the moment `as_of`."""

    lon: _Lon
    lat: _Lat
    as_of: Moment | None = Field(None, description="a moment with its offset, now when left out")


class NearQuery(Strict):
    """The `k` nearest of a layer around a place, none farther than `radius_m`."""

    lon: _Lon
    lat: _Lat
    what: Literal["house", "facility", "organisation", "place"]
    k: Annotated[int, Field(ge=1, le=MOST_NEAR)] = 10
    radius_m: Annotated[float, Field(gt=0, le=MAX_RADIUS_M, allow_inf_nan=False)] = 1000


class HolderAnswer(Answer):
    """Somebody whose duty the grid is; the name for oneself, and for those who may list duties."""

    name: str | None
    own: bool


class HereAnswer(Answer):
    """What is at a place, as far as the caller's scope goes: its regions, its grid, and whose duty that is."""

    regions: list[PathStep]
    grid_no: str | None
    grid_kind: str | None
    grid_name: str | None
    holders: list[HolderAnswer]


class NearAnswer(Answer):
    """Something near; `name` of a house is its address."""

    id: str
    kind: str | None
    name: str | None
    grid_no: str
    level: str
    radius_m: float | None
    point: tuple[float, float]
    distance_m: float


class NearList(Answer):
    """The nearest first; distances are metres along the ground."""

    items: list[NearAnswer]
