"""What a boundary file says beside what is stored: parents, neighbours, datum. Faults by row, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoSeries
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from gridding import Plane, check_neighbours
from layers.boundaries.model import WARNING, Boundaries, rows_of
from layers.codes import region_range
from layers.datum import DATUMS, from_wgs84, likely_datum
from layers.db import raw, scope_of
from layers.errors import Fault
from layers.queries import load
from layers.shapes import area_m2, place_of_shape

__all__ = ["Stored", "check_datum", "check_names_and_parents", "check_neighbourhood", "check_nesting", "find_stored"]

_VILLAGE = 5
_TOUCH = 1e-6
"""Degrees, some 10 cm: how far a vertex may stand off the border that it lies on."""
_ABOUT = 1e-4
"""Degrees, some 10 m: how far off a border counts as on it when a shift of hundreds of metres is looked for."""
_WIDEST_OUTSIDE_M = 1.0
_MOST_OUTSIDE = 0.5
_MOST_VERTICES_TRIED = 200_000
_BESIDE = 1e-5
_CODES = re.compile(r"\d+(?: and \d+)*")
_STOPS = ("village_overlap", "village_invalid")


@dataclass(frozen=True)
class Stored:
    """A region in force: its name, its shape (lon/lat) if it has one, and whether that was made up."""

    name: str
    shape: MultiPolygon | None
    synthetic: bool


def find_stored(session: Session, codes: Sequence[str]) -> dict[str, Stored]:
    """Those of the regions that are in force, by code."""
    rows = raw(session).execute(load("boundaries.sql")["regions_in_force"], {"codes": list(codes)}).fetchall()
    typed = cast(list[tuple[str, str, bytes | None, bool]], rows)
    return {code: Stored(name, _shape(geom), synthetic) for code, name, geom, synthetic in typed}


def check_names_and_parents(session: Session, frame: pd.DataFrame, stored: Mapping[str, Stored]) -> Iterator[Fault]:
    """Rows outside the session's scope, without a name and new, or whose parent is neither in the file nor stored."""
    scope = scope_of(session)
    there = {*frame["code"], *stored}
    for row in rows_of(frame):
        where = row.label
        if not scope.covers(*region_range(row.code)):
            yield Fault(where, "it lies outside your region", row.place)
        if row.name is None and row.code not in stored:
            yield Fault(where, "it is new and has no name (say which field: --field name=FIELD)", row.place)
        if row.parent_code is not None and row.parent_code not in there:
            message = f"its parent {row.parent_code} is neither in the file nor in the database"
            yield Fault(where, message, row.place)


def check_datum(boundaries: Boundaries, stored: Mapping[str, Stored]) -> list[Fault]:
    """One fault when another datum brings the shapes to where they, or their parents, are known to lie.

    Shapes that were made up say nothing.
    """
    own = {row.code: row.geom for row in rows_of(boundaries.frame) if row.geom is not None}
    known = _targets(list(own), stored)
    if not known:
        return []
    targets = np.array(list(known.values()), dtype=object)
    shapely.prepare(targets)
    points, number = shapely.get_coordinates([own[code] for code in known], return_index=True)
    step = max(1, len(points) // _MOST_VERTICES_TRIED)
    points, number = points[::step], number[::step]

    def inside(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        return np.asarray(shapely.intersects_xy(targets[number], lon, lat))

    stated = boundaries.crs if boundaries.crs in DATUMS else "wgs84"
    raw_lon, raw_lat = from_wgs84(points[:, 0], points[:, 1], stated)
    likely = likely_datum(raw_lon, raw_lat, inside, stated)
    if likely is None:
        return []
    outside = np.flatnonzero(~inside(points[:, 0], points[:, 1]))
    share, first = len(outside) / len(points), points[outside[0]].round(7).tolist()
    message = (
        f"{share:.0%} of its vertices lie outside the regions that they belong to; read as {likely} instead of"
        f" {boundaries.crs} they lie inside: state the right datum (--crs)"
    )
    return [Fault(boundaries.source_name, message, (first[0], first[1]))]


def check_nesting(frame: pd.DataFrame, stored: Mapping[str, Stored]) -> Iterator[Fault]:
    """Children that reach out of their parents: a warning when by more than a metre in width, a fault when by half."""
    shapes = {code: each.shape for code, each in stored.items()} | {row.code: row.geom for row in rows_of(frame)}
    wanted = sorted({row.parent_code for row in rows_of(frame) if row.parent_code is not None})
    parents = {code: shape for code in wanted if (shape := shapes.get(code)) is not None}
    # Rounding leaves most children that share a border with their parent some nanometres outside.
    wide = {code: shapely.buffer(shape, _TOUCH) for code, shape in parents.items()}
    shapely.prepare(list(wide.values()))
    for row in rows_of(frame):
        parent = row.parent_code or ""
        if row.geom is None or parent not in parents or shapely.covers(wide[parent], row.geom):
            continue
        outside = shapely.difference(row.geom, _near(parents[parent], row.geom))
        area, share = area_m2(outside), outside.area / row.geom.area
        message = f"{area:,.0f} m² of it ({share:.1%}) lie outside its parent {parent}"
        if share > _MOST_OUTSIDE:
            yield Fault(row.label, message, place_of_shape(outside))
        elif area > _width_allowed_m2(outside):
            yield Fault(row.label, WARNING + message, place_of_shape(outside))


def _near(parent: MultiPolygon, child: MultiPolygon) -> BaseGeometry:
    """That part of the parent which can hold the child: a child costs what is around it, not the whole parent."""
    west, south, east, north = child.bounds
    part = shapely.clip_by_rect(parent, west - _TOUCH, south - _TOUCH, east + _TOUCH, north + _TOUCH)
    return part if part.is_valid else shapely.make_valid(part)


def check_neighbourhood(session: Session, frame: pd.DataFrame) -> Iterator[Fault]:
    """Gaps, overlaps and slivers between the regions of one level, and with the villages beside them that are stored.

    Only villages that overlap by more than their common border times a millimetre are a fault; all else is a warning.
    """
    every = [row for row in rows_of(frame) if row.geom is not None]
    for level in sorted({row.level for row in every}):
        rows = [row for row in every if row.level == level]
        outlines = np.array([row.geom for row in rows], dtype=object)
        shapes = GeoSeries(outlines, index=[row.code for row in rows], crs="EPSG:4326")
        labels = {row.code: row.label for row in rows}
        if level == _VILLAGE:
            beside, names = _villages_beside(session, shapes)
            shapes = GeoSeries(pd.concat([shapes, beside]), crs="EPSG:4326")
            labels |= names
        yield from _between(shapes, labels, {row.code for row in rows}, stops=level == _VILLAGE)


def _between(shapes: GeoSeries, labels: Mapping[str, str], own: set[str], *, stops: bool) -> Iterator[Fault]:
    """The faults of shapes, by code, with each other; those between two that are not the file's own are left out."""
    west, south, east, north = shapes.total_bounds.tolist()
    plane = Plane.around((west, south, east, north))
    for fault in check_neighbours(plane.to_plane(shapes), every=True):
        codes, message = _split(fault.message)
        if own.isdisjoint(codes):
            continue
        warning = "" if stops and fault.kind in _STOPS else WARNING
        place = place_of_shape(plane.to_lonlat(fault.where))
        yield Fault(" and ".join(labels[code] for code in codes), warning + message, place)


def _split(message: str) -> tuple[list[str], str]:
    """The codes with which gridding begins its message, and the rest of it."""
    found = _CODES.match(message)
    codes = found[0] if found else ""
    return codes.split(" and ") if codes else [], message[len(codes) :].strip(" :").replace(" m2", " m²")


def _villages_beside(session: Session, shapes: GeoSeries) -> tuple[GeoSeries, dict[str, str]]:
    """The shapes and labels, by code, of the stored villages that touch or overlap these."""
    west, south, east, north = shapes.total_bounds.tolist()
    box = {"west": west - _BESIDE, "south": south - _BESIDE, "east": east + _BESIDE, "north": north + _BESIDE}
    values = {"codes": shapes.index.tolist(), **box}
    rows = raw(session).execute(load("boundaries.sql")["villages_beside"], values).fetchall()
    typed = cast(list[tuple[str, str, bytes]], rows)
    found = np.array([_shape(geom) for _, _, geom in typed], dtype=object)
    near = shapely.STRtree(found).query(shapes.to_numpy(), predicate="dwithin", distance=_BESIDE)[1]
    kept = sorted(set(near.tolist()))
    codes = [typed[number][0] for number in kept]
    labels = {typed[number][0]: f"{typed[number][0]} {typed[number][1]} (stored)" for number in kept}
    return GeoSeries(found[kept], index=codes, crs="EPSG:4326"), labels


def _shape(wkb: bytes | None) -> MultiPolygon | None:
    return None if wkb is None else cast(MultiPolygon, shapely.from_wkb(bytes(wkb)))


def _targets(codes: Sequence[str], stored: Mapping[str, Stored]) -> dict[str, BaseGeometry]:
    """By code, where a shape should lie: in the region's own stored shape, else in that of the nearest region above."""
    known = {code: each.shape for code, each in stored.items() if each.shape is not None and not each.synthetic}
    wide: dict[str, BaseGeometry] = {}
    found: dict[str, BaseGeometry] = {}
    for code in codes:
        nearest = next((code[:length] for length in (12, 9, 6, 4, 2) if code[:length] in known), None)
        if nearest is not None:
            if nearest not in wide:
                wide[nearest] = shapely.buffer(known[nearest], _ABOUT)
            found[code] = wide[nearest]
    return found


def _width_allowed_m2(outside: BaseGeometry) -> float:
    west, south, east, north = outside.bounds
    plane = Plane.around((west, south, east, north))
    return float(plane.to_plane(outside).length / 2 * _WIDEST_OUTSIDE_M)
