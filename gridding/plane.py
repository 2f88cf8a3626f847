"""An equal-area plane in metres for one region, and the exact way back to longitude and latitude."""

import itertools
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
import pyproj
import shapely
from geopandas import GeoSeries
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridding.lattice import Floats, lattice_keys, snap

__all__ = ["Plane", "densify"]

LONLAT = "EPSG:4326"
# The longest degree on the ellipsoid, that of a meridian at the poles.
METRES_PER_DEGREE = 111_700.0
# Each round gains some nine digits; two leave nothing above the noise of a double.
INVERSE_ROUNDS = 2

Geometry = TypeVar("Geometry", BaseGeometry, GeoSeries)


@dataclass(frozen=True, eq=False)
class Plane:
    """A Lambert azimuthal equal-area plane on WGS 84, metres east and north of its centre.

    A plane remembers the longitude and latitude of every line and polygon vertex it projected, so that the same vertex,
    found again at the same lattice place, comes back bit for bit: a legal border never moves by a round trip.

    Source: Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395, 1987, chapter 24.
    Limit: two vertices closer than one micrometre are one vertex. Shapes stay true within some 300 km of the centre.
    """

    longitude: float
    latitude: float
    _known: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict, repr=False)

    @classmethod
    def around(cls, bounds_lonlat: tuple[float, float, float, float]) -> "Plane":
        """Give the plane centred on bounds west, south, east, north in degrees."""
        west, south, east, north = bounds_lonlat
        return cls(longitude=(west + east) / 2, latitude=(south + north) / 2)

    @cached_property
    def _projection(self) -> pyproj.Proj:
        # A Transformer from EPSG:4326 gives the same bits and takes thirty times as long to make.
        return pyproj.Proj(self.crs)

    @cached_property
    def crs(self) -> pyproj.CRS:
        """The coordinate reference system of the plane."""
        return pyproj.CRS.from_dict(
            {"proj": "laea", "lat_0": self.latitude, "lon_0": self.longitude, "datum": "WGS84", "units": "m"}
        )

    def to_plane(self, geometry: Geometry) -> Geometry:
        """Give the geometry or series in metres, vertices on the lattice, from longitude and latitude in degrees."""
        if isinstance(geometry, GeoSeries):
            shapes = self._project(geometry.to_numpy())
            return GeoSeries(shapes, index=geometry.index, crs=self.crs, name=geometry.name)
        return cast(Geometry, self._project(np.array([geometry], dtype=object))[0])

    def to_lonlat(self, geometry: Geometry) -> Geometry:
        """Give the geometry or series in degrees; a vertex that this plane projected comes back exactly."""
        if isinstance(geometry, GeoSeries):
            shapes = shapely.transform(geometry.to_numpy(), self._unproject)
            return GeoSeries(shapes, index=geometry.index, crs=LONLAT, name=geometry.name)
        return shapely.transform(geometry, self._unproject)

    def _project(self, shapes: np.ndarray) -> np.ndarray:
        flat = shapely.force_2d(shapes)
        projected = snap(shapely.transform(flat, self._forth))
        outlines = shapely.get_dimensions(flat) > 0
        degrees = shapely.get_coordinates(flat[outlines])
        keys = lattice_keys(shapely.get_coordinates(projected[outlines]))
        for key, lonlat in zip(keys.tolist(), degrees.tolist(), strict=True):
            self._known.setdefault((key[0], key[1]), (lonlat[0], lonlat[1]))
        return np.asarray(projected, dtype=object)

    def _unproject(self, metres: Floats) -> Floats:
        degrees = self._inverse(metres)
        for row, key in enumerate(lattice_keys(metres).tolist()):
            known = self._known.get((key[0], key[1]))
            if known is not None:
                degrees[row] = known
        return degrees

    def _inverse(self, metres: Floats) -> Floats:
        # PROJ's inverse ends its series early and misses by 1.5 mm: what the way forth still lacks is put in again.
        aim = metres
        for _ in range(INVERSE_ROUNDS):
            aim = aim + metres - self._forth(self._back(aim))
        return self._back(aim)

    def _forth(self, degrees: Floats) -> Floats:
        return np.column_stack(self._projection(degrees[:, 0], degrees[:, 1]))

    def _back(self, metres: Floats) -> Floats:
        return np.column_stack(self._projection(metres[:, 0], metres[:, 1], inverse=True))


def densify(geometry_lonlat: BaseGeometry, longest_m: float = 200.0) -> BaseGeometry:
    """Give the polygon or line in degrees with no edge longer than `longest_m`, all its own vertices kept.

    A straight edge in the plane and one in degrees part by some L^2 / 50,000 km: under a millimetre at 200 m. Two
    regions that share an edge, each in its own direction, get the same new vertices bit for bit.

    Limit: a degree of longitude is taken as long as on the equator, so that edges may end up shorter than needed.
    """
    if isinstance(geometry_lonlat, Polygon):
        shell, *holes = (_densify_line(ring, longest_m) for ring in _rings(geometry_lonlat))
        return Polygon(shell, holes)
    if isinstance(geometry_lonlat, MultiPolygon | MultiLineString):
        parts = np.array([densify(part, longest_m) for part in geometry_lonlat.geoms], dtype=object)
        many = shapely.multipolygons if isinstance(geometry_lonlat, MultiPolygon) else shapely.multilinestrings
        return cast(BaseGeometry, many(parts))
    if isinstance(geometry_lonlat, LineString):
        return LineString(_densify_line(shapely.get_coordinates(geometry_lonlat), longest_m))
    return geometry_lonlat


def _rings(polygon: Polygon) -> list[Floats]:
    return [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]


def _densify_line(vertices: Floats, longest_m: float) -> list[tuple[float, float]]:
    dense: list[tuple[float, float]] = []
    pairs = itertools.pairwise(map(tuple, vertices.tolist()))
    for start, end in pairs:
        pieces = max(1, math.ceil(math.dist(start, end) * METRES_PER_DEGREE / longest_m))
        # Interpolating from the lesser end makes the result independent of the direction.
        low, high = np.array(min(start, end)), np.array(max(start, end))
        inner = [tuple((low + (high - low) * (step / pieces)).tolist()) for step in range(1, pieces)]
        dense += [start, *(inner if start <= end else reversed(inner))]
    return [*dense, tuple(vertices[-1].tolist())]
