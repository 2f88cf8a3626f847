"""Grids as plain rows on their way between gridding's frames and the tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridding import Plane

__all__ = ["LONLAT", "GridRow", "frame_of", "multi", "planar_frame", "rows_of"]

LONLAT = "EPSG:4326"


@dataclass(frozen=True)
class GridRow:
    """One grid in lon/lat: `number` is its seq in a plan, or its three-digit number when in force."""

    number: int
    kind: str
    name: str | None
    load: int
    geom: MultiPolygon

    def same_as(self, other: GridRow) -> bool:
        """Whether both are one grid: kind and name alike, and the same points along the border."""
        alike = (self.kind, self.name) == (other.kind, other.name)
        return alike and bool(shapely.equals_identical(self.geom.normalize(), other.geom.normalize()))


def rows_of(grids: GeoDataFrame) -> list[GridRow]:
    """The rows of gridding's frame (seq, kind, name, load, geometry), geometry in lon/lat."""
    columns: list[Iterable[Any]] = [grids[name].to_list() for name in ("seq", "kind", "name", "load")]
    return [
        GridRow(int(seq), str(kind), None if pd.isna(name) else str(name), int(load), multi(geometry))
        for seq, kind, name, load, geometry in zip(*columns, grids.geometry.to_list(), strict=True)
    ]


def frame_of(rows: Sequence[GridRow], number_column: str) -> GeoDataFrame:
    """The rows as a frame in lon/lat: `number_column` ("seq" or "number"), kind, name, load, geometry."""
    data = {
        number_column: [row.number for row in rows],
        "kind": [row.kind for row in rows],
        "name": [row.name for row in rows],
        "load": [row.load for row in rows],
    }
    return GeoDataFrame(data, geometry=GeoSeries([row.geom for row in rows], crs=LONLAT), crs=LONLAT)


def planar_frame(rows: Sequence[GridRow], number_column: str, plane: Plane) -> GeoDataFrame:
    """The rows as `frame_of` gives them, in metres of a plane."""
    frame = frame_of(rows, number_column)
    return frame.set_geometry(plane.to_plane(GeoSeries(frame.geometry)))


def multi(geometry: BaseGeometry) -> MultiPolygon:
    """The polygon as the MultiPolygon that the tables hold."""
    if isinstance(geometry, MultiPolygon):
        return geometry
    if isinstance(geometry, Polygon):
        return MultiPolygon([geometry])
    raise ValueError(f"a grid is a polygon, not a {geometry.geom_type}")
