"""The reference systems in which shapes are given out and taken: their axes, digits, and the zones that are needed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import pyproj

__all__ = ["CRS84", "KNOWN", "Box", "Crs"]

Box = tuple[float, float, float, float]
_DEGREE_DIGITS, _METRE_DIGITS = 8, 3
"""Both are about a millimetre on the ground."""
_EDGE_POINTS = 21
_FARTHEST_M = 20_037_509.0


@dataclass(frozen=True)
class Crs:
    """A reference system; `swaps` says that its first axis runs north, so that coordinates are y, x."""

    uri: str
    srid: int
    swaps: bool = False

    @cached_property
    def _projection(self) -> pyproj.CRS:
        return pyproj.CRS.from_epsg(self.srid)

    @property
    def is_degrees(self) -> bool:
        """Whether its coordinates are longitude and latitude, those of the stored shapes."""
        return bool(self._projection.is_geographic)

    @property
    def digits(self) -> int:
        """The decimals that are told."""
        return _DEGREE_DIGITS if self.is_degrees else _METRE_DIGITS

    def holds(self, box: Box) -> bool:
        """Whether a box (x first) lies where its coordinates mean a place."""
        if self.is_degrees:
            west, south, east, north = box
            return -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        # Beyond the earth's own size a projection wraps around, or fails.
        return all(abs(side) <= _FARTHEST_M for side in box) and all(map(math.isfinite, self.box_in_degrees(box)))

    def box_in_degrees(self, box: Box) -> Box:
        """A box in degrees that holds all of this one; infinite where a side means no place.

        Limit: the edges are looked at in 21 places each; a box of a tenth of a degree bends less than a metre between.
        """
        if self.is_degrees:
            return box
        west, south, east, north = _to_degrees(self.srid).transform_bounds(*box, densify_pts=_EDGE_POINTS)
        return west, south, east, north


@cache
def _to_degrees(srid: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(srid, 4326, always_xy=True)


def _epsg(srid: int, *, swaps: bool = False) -> Crs:
    return Crs(f"http://www.opengis.net/def/crs/EPSG/0/{srid}", srid, swaps)


CRS84 = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326)
"""Longitude, latitude: what is meant when nothing is said, and how shapes are stored."""

_KNOWN = (
    CRS84,
    _epsg(4326, swaps=True),
    _epsg(4490, swaps=True),
    _epsg(3857),
    # UTM and Gauss-Kruger (3 degrees wide, CGCS2000) for 96 to 108 degrees east, Yunnan with a margin.
    _epsg(32647),
    _epsg(32648),
    _epsg(4542, swaps=True),
    _epsg(4543, swaps=True),
    _epsg(4544, swaps=True),
)
KNOWN: Mapping[str, Crs] = {crs.uri: crs for crs in _KNOWN}
"""Every system that can be asked for, by its URI."""
