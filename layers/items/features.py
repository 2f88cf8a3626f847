"""A layer's rows as GeoJSON features, filtered by CQL2, in any of the known reference systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import shapely
from psycopg import sql

from layers.cql import Filter, Node, compile_filter
from layers.crs import CRS84, Box, Crs
from layers.db import ReadConnection
from layers.errors import Fault, Invalid, NotFound
from layers.items.filters import Filters
from layers.items.keys import BETWEEN, read_key
from layers.items.queryables import GRIDS, IDS, queryables_of
from layers.items.read import find_list, list_sql, order_of, values_of
from layers.listing import Column, ListSpec
from layers.queries import load
from layers.scope import Scope

__all__ = [
    "MAX_FEATURES",
    "Condition",
    "FeaturePage",
    "Features",
    "Prepared",
    "feature",
    "features",
    "prepare",
]

MAX_FEATURES = 10_000
"""The longest page; whoever asks for more gets this many."""
_HOOK = "/* and what else is asked */"
_POINT = sql.SQL("""'{{"type":"Point","coordinates":[' || {} || ',' || {} || ']}}'""")
_BEFORE_KEY = sql.SQL("concat_ws({}, listed.strip, listed.id)")
_DEGREES = sql.SQL("round({0} * 10 ^ %(digits)s::int) / 10 ^ %(digits)s::int")


@dataclass(frozen=True)
class Condition:
    """A CQL2 tree; `crs` is that of the shapes in it, `where` the parameter that it came in."""

    tree: Node
    crs: Crs = CRS84
    where: str = "filter"


@dataclass(frozen=True)
class Features:
    """What is asked for: every filter and condition must hold; shapes are told in `crs`, in its order of axes."""

    filters: Filters = field(default_factory=Filters)
    conditions: Sequence[Condition] = ()
    crs: Crs = CRS84
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True)
class FeaturePage:
    """Features as a JSON list in UTF-8 without its brackets, their number, and the key to go on after."""

    features: bytes
    count: int
    next: str | None


@dataclass(frozen=True)
class Prepared:
    """A checked question, with the query that answers it and the values bound in that."""

    spec: ListSpec
    filters: Filters
    query: sql.Composed
    values: dict[str, object]


def prepare(layer: str, asked: Features) -> Prepared:
    """The question, checked and made a query; nothing is asked of the database.

    Raises:
        NotFound: when no such layer can be listed as features.
        Invalid: naming all that is wrong with the filters, the conditions and the page.
    """
    spec = find_list(layer)
    if spec.queryables is None:
        raise NotFound(f"There is no layer {layer!r}.")
    compiled, faults = _compiled(spec, asked)
    filters = replace(asked.filters, within=_common([one.window for one in compiled]))
    faults += _faults(spec, asked, filters)
    if faults:
        raise Invalid("The filters have faults.", faults)
    start = read_key(spec, asked.after, order_of(spec, filters))
    limit = min(asked.limit, MAX_FEATURES) + 1
    shapes = not _is_told_by_numbers(spec, asked.crs)
    values = start.values() | {"limit": limit, "skip": 0, "shapes": shapes, "digits": asked.crs.digits}
    for one in compiled:
        values |= one.values
    return Prepared(spec, filters, _query(spec, filters, [one.condition for one in compiled], asked.crs), values)


async def features(connection: ReadConnection, scope: Scope, prepared: Prepared) -> FeaturePage:
    """One page, in the order that `order_of` tells; the connection's transaction has the scope set.

    Cost: linear in the page where the layer's key or its strips find it; a filter also in what it leaves.

    Raises:
        NotFound: when region or grid are unknown or outside the scope.
    """
    values = await values_of(connection, scope, prepared.spec, prepared.filters)
    # Not prepared: planned with the values at hand, PostgreSQL leaves out every filter that is not given.
    cursor = await connection.execute(prepared.query, values | prepared.values, prepare=False, binary=True)
    [row] = await cursor.fetchall()
    told, beyond = row["features"], row["beyond_bytes"]
    if beyond is None:
        return FeaturePage(told, row["count"], None)
    comma = 1
    return FeaturePage(told[: -beyond - comma], row["count"], row["last_key"])


async def feature(connection: ReadConnection, scope: Scope, layer: str, key: str, crs: Crs = CRS84) -> bytes:
    """One feature by its key, as JSON in UTF-8.

    Raises:
        NotFound: when there is no such layer or feature, or it lies outside the scope.
    """
    spec = find_list(layer)
    same = Condition({"op": "=", "args": [{"property": spec.key}, key]})
    try:
        prepared = prepare(layer, Features(conditions=[same], crs=crs, limit=1))
    except Invalid:
        raise NotFound(f"There is no feature {key[:80]!r} here.") from None
    page = await features(connection, scope, prepared)
    if page.count == 0:
        raise NotFound(f"There is no feature {key[:80]!r} here.")
    return page.features


def _compiled(spec: ListSpec, asked: Features) -> tuple[list[Filter], list[Fault]]:
    compiled: list[Filter] = []
    faults: list[Fault] = []
    for number, one in enumerate(asked.conditions):
        try:
            compiled.append(
                compile_filter(one.tree, queryables_of(spec), crs=one.crs, where=one.where, prefix=f"f{number}_")
            )
        except Invalid as error:
            faults += error.faults
    return compiled, faults


def _faults(spec: ListSpec, asked: Features, filters: Filters) -> list[Fault]:
    faults = [] if asked.limit >= 1 else [Fault("limit", "must be 1 or more")]
    try:
        filters.check(spec)
        read_key(spec, asked.after, order_of(spec, filters))
    except Invalid as error:
        faults += error.faults
    return faults


def _common(windows: Sequence[Box | None]) -> Box | None:
    """The box that all windows leave; the first where they do not meet."""
    known = [shapely.box(*window) for window in windows if window is not None]
    if not known:
        return None
    common = shapely.intersection_all(known)
    bounds: Box = (known[0] if common.is_empty else common).bounds
    return bounds


def _query(spec: ListSpec, filters: Filters, conditions: Sequence[sql.Composable], crs: Crs) -> sql.Composed:
    before, after = _around_hook(list_sql(spec, filters))
    asked = [part for condition in conditions for part in (sql.SQL(" and "), condition)]
    listed = sql.Composed([before, *asked, sql.SQL("\n"), after])
    return _page().format(
        key=sql.Identifier(spec.key),
        next=_BEFORE_KEY.format(sql.Literal(BETWEEN)) if spec.by_strips else sql.Identifier("listed", spec.key),
        geometry=_geometry(spec, crs),
        properties=sql.SQL(", ',', ").join(_property(column) for column in spec.columns),
        listed=listed,
    )


def _property(column: Column) -> sql.Composable:
    """A column as a member of a JSON object, in parts that `concat` joins: a sixth less time than `row_to_json`."""
    value = sql.Identifier("listed", column.name)
    if column.type == "integer":
        text = sql.SQL("{}::text").format(value)
    elif column.name in IDS | GRIDS:
        text = sql.SQL("""'"' || {} || '"'""").format(value)
    else:
        text = sql.SQL("to_json({})::text").format(value)
    return sql.SQL("{}, coalesce({}, 'null')").format(sql.Literal(f'"{column.name}":'), text)


def _is_told_by_numbers(spec: ListSpec, crs: Crs) -> bool:
    return spec.geometry == "point" and crs.is_degrees


def _geometry(spec: ListSpec, crs: Crs) -> sql.Composable:
    """The GeoJSON of a row's shape. A point in degrees is put together from its numbers, without WKB."""
    if _is_told_by_numbers(spec, crs):
        names = ("lat", "lon") if crs.swaps else ("lon", "lat")
        return _POINT.format(*(_DEGREES.format(sql.Identifier("listed", name)) for name in names))
    shape: sql.Composable = sql.SQL("st_geomfromwkb(listed.shape, 4326)")
    if not crs.is_degrees:
        shape = sql.SQL("st_transform({}, {})").format(shape, sql.Literal(crs.srid))
    if crs.swaps:
        shape = sql.SQL("st_flipcoordinates({})").format(shape)
    return sql.SQL("st_asgeojson({}, %(digits)s::int, 0)").format(shape)


@cache
def _page() -> sql.SQL:
    return _constant(load("features.sql")["page"])


@cache
def _around_hook(listed: str) -> tuple[sql.SQL, sql.SQL]:
    before, hook, after = listed.partition(_HOOK)
    assert hook, "a list's query has no place for a filter"  # noqa: S101 -- a file of this package
    return _constant(before), _constant(after)


def _constant(text: Any) -> sql.SQL:
    """SQL from a file of this package: psycopg takes only what its type says is a literal."""
    return sql.SQL(text)
