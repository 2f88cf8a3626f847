"""A village as gridding needs it: read from the database, in its own equal-area plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from geopandas import GeoDataFrame, GeoSeries
from psycopg.rows import dict_row
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from gridding import Plane, Village
from layers.codes import level_of, region_range
from layers.db import raw, scope_of
from layers.errors import Fault, Invalid, NotFound
from layers.grid_rows import LONLAT, GridRow, frame_of, multi
from layers.queries import load

__all__ = ["VillageInputs", "build", "in_force", "plane_of", "read_inputs"]

# Land narrower than two of these throughout is no grid; gridding.growth leaves it out by the same width.
_HAIR_M = 5e-4


@dataclass(frozen=True)
class VillageInputs:
    """What dividing a village takes, in lon/lat (EPSG:4326): plain values that another process can be handed.

    `buildings`: id, load, geometry; `barriers`: hard, cost, geometry; `in_force`: the published grids.
    """

    code: str
    name: str
    boundary: BaseGeometry
    buildings: GeoDataFrame
    barriers: GeoDataFrame
    links: GeoSeries
    in_force: list[GridRow]


def read_inputs(session: Session, code: str) -> VillageInputs:
    """What dividing the village takes, as of now, inside the session's scope.

    Raises:
        NotFound: when there is no such village in the scope.
        Invalid: when it has no shape yet.
    """
    level_of(code)
    village = _rows(session, "village", {"code": code, **scope_of(session).params()})
    if not village:
        raise NotFound(f"There is no village {code} here.")
    if village[0]["geom"] is None:
        raise Invalid("The village cannot be divided.", [Fault(code, "it has no boundary yet: import one")])
    lo, hi = region_range(code)
    values = {"code": code, "lo": lo, "hi": hi}
    houses = _rows(session, "buildings", values) + _rows(session, "loose_houses", values)
    return VillageInputs(
        code=code,
        name=str(village[0]["name"]),
        boundary=shapely.from_wkb(village[0]["geom"]),
        buildings=_frame(houses, ["id", "load"]),
        barriers=_frame(_rows(session, "barriers", values), ["hard", "cost"]),
        links=_frame(_rows(session, "links", values), []).geometry,
        in_force=in_force(session, code),
    )


def in_force(session: Session, code: str) -> list[GridRow]:
    """The published grids of a village, by number (1-999)."""
    lo, hi = region_range(code)
    rows = _rows(session, "in_force", {"lo": lo, "hi": hi})
    return [
        GridRow(row["grid_no"] % 1000, row["kind"], row["name"], row["load"], multi(shapely.from_wkb(row["geom"])))
        for row in rows
    ]


def plane_of(inputs: VillageInputs) -> Plane:
    """The equal-area plane around a village."""
    return Plane.around(inputs.boundary.bounds)


def build(inputs: VillageInputs, plane: Plane) -> Village:
    """The village in its plane; exclusive grids in force stay as they are, but for what lies outside its boundary.

    Raises:
        gridding.VillageError: when the boundary or a row cannot be divided, with every fault and its place.
    """
    hard = inputs.barriers["hard"].astype(bool)
    boundary = plane.to_plane(inputs.boundary)
    exclusive = frame_of([row for row in inputs.in_force if row.kind == "exclusive"], "number")[["name", "geometry"]]
    exclusive = _planar(exclusive, plane)
    # A corrected boundary may leave an exclusive grid outside, or a hair of it inside.
    exclusive = exclusive[exclusive.intersection(boundary).buffer(-_HAIR_M).area > 0]
    return Village(
        boundary,
        _planar(inputs.buildings, plane),
        hard=plane.to_plane(GeoSeries(inputs.barriers.geometry[hard])),
        soft=_planar(inputs.barriers.loc[~hard, ["cost", "geometry"]], plane),
        links=plane.to_plane(inputs.links),
        exclusive=exclusive if len(exclusive) else None,
    )


def _planar(frame: GeoDataFrame, plane: Plane) -> GeoDataFrame:
    return frame.set_geometry(plane.to_plane(frame.geometry))


def _rows(session: Session, query: str, values: dict[str, object]) -> list[dict[str, Any]]:
    with raw(session).cursor(row_factory=dict_row) as cursor:
        return cursor.execute(load("plans.sql")[query], values).fetchall()


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> GeoDataFrame:
    geometry = GeoSeries(shapely.from_wkb([row["geom"] for row in rows]), crs=LONLAT)
    data = {column: [row[column] for row in rows] for column in columns}
    return GeoDataFrame(data, geometry=geometry, crs=LONLAT)
