"""The spatial functions of CQL2, and the box that a filter leaves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import shapely
from psycopg import sql
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from layers.cql.types import Node, Queryable
from layers.crs import CRS84, Crs
from layers.errors import Invalid

__all__ = ["OPERATORS", "Shape", "ewkb_of", "literal", "predicate", "window_of"]

_FUNCTIONS: Mapping[str, sql.SQL] = {
    "s_intersects": sql.SQL("st_intersects({}, {})"),
    "s_disjoint": sql.SQL("st_disjoint({}, {})"),
    "s_equals": sql.SQL("st_equals({}, {})"),
    "s_touches": sql.SQL("st_touches({}, {})"),
    "s_within": sql.SQL("st_within({}, {})"),
    "s_contains": sql.SQL("st_contains({}, {})"),
    "s_overlaps": sql.SQL("st_overlaps({}, {})"),
    "s_crosses": sql.SQL("st_crosses({}, {})"),
}
OPERATORS = frozenset(_FUNCTIONS)
_BOX_SIDES = (4, 6)


@dataclass(frozen=True)
class Shape:
    """A shape in SQL; a stored one is in lon/lat, one of the filter in `crs`."""

    expression: sql.Composable
    crs: Crs = CRS84
    stored: bool = True


def predicate(op: str, one: Shape, other: Shape) -> sql.Composable:
    """Whether two shapes stand so to each other, in the plane of the one that the filter brings."""
    srid = next((shape.crs.srid for shape in (one, other) if not shape.stored), CRS84.srid)
    return _FUNCTIONS[op].format(*(_in_plane(shape, srid) for shape in (one, other)))


def _in_plane(shape: Shape, srid: int) -> sql.Composable:
    if not shape.stored or srid == CRS84.srid:
        return shape.expression
    return sql.SQL("st_transform({}, {})").format(shape.expression, sql.Literal(srid))


def literal(node: Node, crs: Crs) -> BaseGeometry:
    """A GeoJSON geometry, or `{"bbox": [w, s, e, n]}`, that stands in a filter, with x first.

    Raises:
        Invalid: when it is none, lies outside the globe, or is not simple.
    """
    if isinstance(node, dict) and set(node) == {"bbox"}:
        return _box(node["bbox"], crs)
    try:
        found = shape_of(node)
    except Exception as error:
        # Shapely raises whatever it meets on the way: AttributeError, KeyError, TypeError, its own.
        raise Invalid("a shape in it is no GeoJSON geometry") from error
    return _checked(found, crs)


def _box(sides: Node, crs: Crs) -> BaseGeometry:
    numbers = [float(side) for side in sides if isinstance(side, int | float)] if isinstance(sides, list) else []
    if len(numbers) not in _BOX_SIDES or len(numbers) != len(sides):
        raise Invalid("BBOX takes 4 or 6 numbers")
    half = len(numbers) // 2
    low, high = numbers[:2], numbers[half : half + 2]
    if not all(map(math.isfinite, numbers)) or low[0] > high[0] or low[1] > high[1]:
        raise Invalid("BBOX takes the smaller numbers first")
    if low[0] == high[0] or low[1] == high[1]:
        raise Invalid("BBOX takes a box that has an area")
    return _checked(shapely.box(low[0], low[1], high[0], high[1]), crs)


def _checked(found: BaseGeometry, crs: Crs) -> BaseGeometry:
    if crs.swaps:
        found = shapely.transform(found, lambda places: places[:, ::-1])
    found = shapely.force_2d(found)
    if found.is_empty or not all(map(math.isfinite, found.bounds)):
        raise Invalid("a shape in it is empty")
    if not shapely.is_valid(found):
        raise Invalid(f"a shape in it is not simple: {shapely.is_valid_reason(found)}")
    if not crs.holds(found.bounds):
        raise Invalid("a shape in it lies outside the globe, or where its coordinates mean nothing")
    return found


def ewkb_of(found: BaseGeometry, crs: Crs) -> str:
    """The hexadecimal EWKB of a shape."""
    return shapely.to_wkb(shapely.set_srid(found, crs.srid), hex=True, include_srid=True)


def window_of(tree: Node, queryables: Mapping[str, Queryable], crs: Crs) -> tuple[float, float, float, float] | None:
    """A box in degrees outside which nothing can fit: that of the shapes that every row must meet."""
    found = None
    for box in _boxes(tree, queryables, crs):
        found = box if found is None else shapely.box(*found).intersection(shapely.box(*box)).bounds
        if any(map(math.isnan, found)):
            # They do not meet: nothing fits, which the condition says by itself inside any of the boxes.
            return box
    return found


def _boxes(tree: Node, queryables: Mapping[str, Queryable], crs: Crs) -> Iterator[tuple[float, float, float, float]]:
    if not isinstance(tree, dict):
        return
    if tree.get("op") == "and":
        for part in tree["args"]:
            yield from _boxes(part, queryables, crs)
    elif tree.get("op") in OPERATORS - {"s_disjoint"}:
        for node in tree["args"]:
            if "property" not in node:
                yield crs.box_in_degrees(literal(node, crs).bounds)
