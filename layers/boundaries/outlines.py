"""The shapes of a boundary file: looked at one by one, brought to WGS 84, repaired where that changes little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridding import densify
from layers.boundaries.crs import Floats, Frame
from layers.boundaries.model import WARNING, refusal
from layers.boundaries.source import Objects, Source
from layers.errors import Fault
from layers.shapes import area_m2, as_multipolygon, place_of_shape, repair

__all__ = ["Outlines", "parse_shapes", "to_outlines", "vertices"]

_MOST_VERTICES = 2_000_000
_MOST_IN_ONE = 250_000
_LONGEST_M = 200.0
_METRES_PER_DEGREE = 111_700.0


@dataclass(frozen=True)
class Outlines:
    """By row: a valid MultiPolygon in lon/lat, or None where a fault says why there is none."""

    shapes: list[MultiPolygon | None]
    faults: list[Fault]


def parse_shapes(source: Source) -> Objects:
    """The shapes of the rows in the file's own coordinates, without heights; None where one cannot be read.

    Raises:
        Invalid: when the file has more than 2,000,000 vertices, or one shape more than 250,000.
    """
    with np.errstate(invalid="ignore"):  # a vertex that is no number is told of by its row
        shapes = shapely.force_2d(shapely.from_wkb(source.wkb, on_invalid="ignore"))
    counts = shapely.get_num_coordinates(shapes)
    messages = [
        f"row {row + 1} has {count:,} vertices; {_MOST_IN_ONE:,} are the most for one shape"
        for row, count in enumerate(counts.tolist())
        if count > _MOST_IN_ONE
    ]
    if counts.sum() > _MOST_VERTICES:
        messages.append(f"it has {counts.sum():,} vertices; {_MOST_VERTICES:,} are the most")
    if messages:
        raise refusal(source.path, *messages)
    return np.asarray(shapes, dtype=object)


def vertices(shapes: Objects) -> Floats:
    """The vertices (n, 2) of all shapes, in order."""
    return np.asarray(shapely.get_coordinates(shapes), dtype=np.float64)


def to_outlines(source: Source, shapes: Objects, frame: Frame, labels: Sequence[str], repair_limit: float) -> Outlines:
    """The shapes on WGS 84, with a fault for each that is none, no area, not finite, or crooked.

    A crooked ring is repaired, with the change of area told, unless that changes the area by more than the share
    `repair_limit`. Edges are densified to 200 m.
    """
    found: list[MultiPolygon | None] = [None] * len(shapes)
    messages = [_unfit(wkb, shape) for wkb, shape in zip(source.wkb, shapes, strict=True)]
    faults = [Fault(labels[number], message) for number, message in enumerate(messages) if message is not None]
    fit = [number for number, message in enumerate(messages) if message is None]
    for number, shape in zip(fit, shapely.transform(shapes[fit], frame.to_lonlat), strict=True):
        found[number], told = _outline(shape, labels[number], repair_limit)
        faults += told
    return Outlines(found, faults)


def _unfit(wkb: object, shape: BaseGeometry | None) -> str | None:
    if shape is None:
        return "it has no shape" if wkb is None else "its shape is damaged: a ring of fewer than four vertices, or none"
    if shape.is_empty:
        return "its shape is empty"
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return f"its shape is a {shape.geom_type}, not a polygon"
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return "its shape has a vertex that is no number"
    return None


def _outline(shape: BaseGeometry, label: str, repair_limit: float) -> tuple[MultiPolygon | None, list[Fault]]:
    whole, fault = repair(shape, label)
    if whole.is_empty:
        return None, [Fault(label, "its shape has no area", place_of_shape(shape))]
    if fault is not None:
        before, after = area_m2(shape), area_m2(whole)
        share = abs(after - before) / max(after, before)
        if share > repair_limit:
            reason = fault.message.removeprefix(WARNING).split(";")[0]
            message = (
                f"{reason}; a repair would change its area from {before:,.0f} to {after:,.0f} m², by {share:.1%}:"
                f" more than {repair_limit:.1%} (--repair-limit)"
            )
            return None, [Fault(label, message, fault.place)]
    return as_multipolygon(_dense(whole)), [] if fault is None else [fault]


def _dense(shape: BaseGeometry) -> BaseGeometry:
    """The shape with edges of at most 200 m; most surveyed ones have them already."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    steps = np.hypot(*(points[1:] - points[:-1]).T)[ring[1:] == ring[:-1]]
    return shape if steps.max(initial=0.0) * _METRES_PER_DEGREE <= _LONGEST_M else densify(shape, _LONGEST_M)
