"""What imports ask of lon/lat shapes: geodesic area, repair, one geometry type."""

from __future__ import annotations

import shapely
from pyproj import Geod
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from layers.errors import Fault

__all__ = ["area_m2", "as_multipolygon", "place_of_shape", "repair"]

_GEOD = Geod(ellps="WGS84")


def area_m2(shape: BaseGeometry) -> float:
    """The geodesic area in m² of a lon/lat polygon on the WGS 84 ellipsoid.

    Source: C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87, 2013, as implemented by PROJ.
    """
    area, _ = _GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))
    return abs(float(area))


def as_multipolygon(shape: BaseGeometry) -> MultiPolygon:
    """The polygons of a geometry as one MultiPolygon; its lines and points are left out."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, Polygon)]
    return MultiPolygon([part for part in parts if not part.is_empty])


def repair(shape: BaseGeometry, where: str) -> tuple[BaseGeometry, Fault | None]:
    """A valid polygon from a lon/lat one, and what was done to it, None where it was valid.

    One polygon stays a Polygon, several become a MultiPolygon; an outline without area becomes an empty one.
    """
    if shape.is_valid:
        return shape, None
    reason = shapely.is_valid_reason(shape).split("[")[0]
    whole = as_multipolygon(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    message = f"warning: {reason}; repaired, the area changed by {area_m2(whole) - area_m2(shape):+.1f} m²"
    sound: BaseGeometry = whole.geoms[0] if len(whole.geoms) == 1 else whole
    return sound, Fault(where, message, place_of_shape(shape))


def place_of_shape(shape: BaseGeometry) -> tuple[float, float]:
    """A point (lon, lat) on a shape, rounded to the centimetre: where to look for a fault."""
    if not shape.is_valid:
        lon, lat = shapely.get_coordinates(shape)[0].tolist()
    else:
        point = shapely.point_on_surface(shape)
        lon, lat = point.x, point.y
    return round(lon, 7), round(lat, 7)
