"""What the list of a layer takes and answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from layers.items import MAX_LIMIT, MAX_RADIUS_M, Filters
from spatial_api.parameters import (
    BoxText,
    GridCode,
    KindsText,
    LonLatText,
    Moment,
    RegionCode,
    Text,
    box_of,
    lon_lat_of,
)
from spatial_api.schemas import Answer, Strict

__all__ = ["CrsText", "FileFormat", "ItemFilters", "ItemPage", "ItemQuery"]

FileFormat = Literal["geojson", "csv", "xlsx", "gpkg", "fgb", "parquet"]
CrsText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:]{3,16}$")]


class ItemFilters(Strict):
    """What of a layer: every filter given must hold; one that the layer does not know is refused."""

    region: RegionCode | None = None
    grid: GridCode | None = None
    near: LonLatText | None = None
    radius_m: Annotated[float, Field(gt=0, le=MAX_RADIUS_M, description="metres around `near`")] | None = None
    bbox: BoxText | None = None
    kind: KindsText | None = None
    from_: Annotated[date | None, Field(alias="from", description="the first day")] = None
    to: Annotated[date | None, Field(description="the day after the last")] = None
    as_of: Moment | None = None
    q: Text | None = None

    def filters(self) -> Filters:
        """The filters as `layers` takes them."""
        return Filters(
            region=self.region,
            grid=self.grid,
            near=None if self.near is None else lon_lat_of(self.near),
            radius_m=self.radius_m,
            bbox=None if self.bbox is None else box_of(self.bbox),
            kind=self.kind,
            since=self.from_,
            until=self.to,
            as_of=self.as_of,
            q=self.q,
        )


class ItemQuery(ItemFilters):
    """A page of a layer, or with `f` all of it as a file."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None = None
    after: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    f: Literal["json"] | FileFormat = "json"
    crs: CrsText | None = None

    @model_validator(mode="after")
    def _page_or_file(self) -> Self:
        if self.f == "json" and self.crs is not None:
            raise ValueError("crs goes with a file: json is in EPSG:4326")
        if self.f != "json" and (self.limit is not None or self.after is not None):
            raise ValueError("limit and after go with json: a file has all rows")
        return self


class ItemPage(Answer):
    """One page of a layer's rows: its columns by name, `lon` and `lat` or null, with `near` also `distance_m`."""

    layer: str
    items: list[dict[str, Any]]
    next: str | None
