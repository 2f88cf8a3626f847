"""What a filter may name of a layer: its allowed columns, each as the expression of the query that reads the layer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from psycopg import sql

from layers.cql import Queryable
from layers.listing import Column, ListSpec

__all__ = ["GEOMETRY", "GRIDS", "IDS", "alias_of", "geometry_of", "queryables_of"]

GEOMETRY = "geometry"
"""The name under which a filter knows a layer's shape."""

_ALIAS: Mapping[str, str] = {
    "region.sql": "r",
    "grid.sql": "g",
    "barrier.sql": "b",
    "link.sql": "l",
    "building.sql": "b",
    "facility.sql": "f",
    "organisation.sql": "o",
    "place.sql": "f",
    "house.sql": "h",
    "incident.sql": "i",
    "visit.sql": "v",
    "duty.sql": "d",
}
_SHAPE: Mapping[str, tuple[str, str]] = {
    "region.sql": ("r", "geom"),
    "grid.sql": ("g", "geom"),
    "barrier.sql": ("b", "geom"),
    "link.sql": ("l", "geom"),
    "building.sql": ("placed", "geom"),
}
"""Where a layer's shape stands in its query; every other layer has `known.point`."""
IDS = frozenset({"id", "building_id", "house_id"})
GRIDS = frozenset({"grid_no", "handled_grid_no"})
"""Columns that hold ids and grid numbers: nothing in them that JSON would have to escape."""


def alias_of(spec: ListSpec) -> str:
    """The name that a layer's table has in its query."""
    return _ALIAS[spec.sql]


@cache
def queryables_of(spec: ListSpec) -> Mapping[str, Queryable]:
    """The queryables of a layer by name, its shape among them; empty when it is no collection."""
    if spec.queryables is None:
        return {}
    columns = {column.name: column for column in spec.columns}
    found = {name: _queryable(spec, columns[name]) for name in spec.queryables}
    if spec.geometry is not None:
        found[GEOMETRY] = Queryable("geometry", geometry_of(spec))
    return found


def geometry_of(spec: ListSpec) -> sql.Composable:
    """A layer's shape in its query, in lon/lat."""
    return sql.Identifier(*_SHAPE.get(spec.sql, ("known", "point")))


def _queryable(spec: ListSpec, column: Column) -> Queryable:
    alias = alias_of(spec)
    if column.name in ("begins_at", "ends_at"):
        end = sql.SQL("lower" if column.name == "begins_at" else "upper")
        return Queryable("moment", sql.SQL("{}({})").format(end, sql.Identifier(alias, "validity")))
    return Queryable(_type(column), sql.Identifier(alias, column.name))


def _type(column: Column) -> Literal["id", "grid", "text", "number", "moment", "day", "boolean"]:
    if column.name in IDS:
        return "id"
    if column.name in GRIDS:
        return "grid"
    return "number" if column.type == "integer" else column.type
