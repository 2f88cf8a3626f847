"""Regular lattices clipped to a village: squares, hexagons, H3, to show and to count on, never to manage by."""

import math

import h3  # type: ignore[import-untyped]
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from gridding.lattice import Ints, Shapes, snap
from gridding.linework import NOT_FOUND, faces_of, first_covering, node
from gridding.plane import Plane, densify
from gridding.segments import rings_of

__all__ = ["count_by_cell", "h3_lattice", "hexagon_lattice", "square_lattice"]

# The corners of a hexagon around its centre, in half sides eastward and half heights northward.
HEXAGON = np.array([(2, 0), (1, 1), (-1, 1), (-2, 0), (-1, -1), (1, -1)])
FINEST_H3 = 15


def square_lattice(boundary: BaseGeometry, size_m: float) -> GeoDataFrame:
    """Give the squares of side `size_m` clipped to the boundary: id, share, geometry, in the order of id.

    Cells are counted from the origin of the plane, so that every boundary in one plane gets the same ids, and
    neighbouring villages matching cells: `s250:3:-2` is the fourth column east and the second row south of the origin.
    `share` is the share of the cell inside. The cells cover the boundary exactly and share their vertices; a cell may
    be a MultiPolygon.

    Raises: ValueError for a size that is not positive. Cost: about 0.2 ms per cell that the border cuts.
    Limit: villages in different planes do not match; use the plane of their county, or H3.
    """
    west, south, east, north = _cells_along(boundary, size_m, size_m)
    column, row = (side.ravel() for side in np.meshgrid(np.arange(west, east), np.arange(south, north)))
    cells = snap(shapely.box(column * size_m, row * size_m, (column + 1) * size_m, (row + 1) * size_m))
    return _clipped(_ids("s", size_m, column, row), np.asarray(cells), boundary)


def hexagon_lattice(boundary: BaseGeometry, size_m: float) -> GeoDataFrame:
    """Give the hexagons of side `size_m` clipped to the boundary: id, share, geometry, as `square_lattice` does.

    Two sides of each run from west to east; odd columns stand half a cell further north. `h100:0:0` is centred on the
    origin of the plane.

    Raises: ValueError for a size that is not positive.
    """
    half_m, rise_m = size_m / 2, size_m * math.sqrt(3) / 2
    west, south, east, north = _cells_along(boundary, 3 * half_m, 2 * rise_m)
    columns, rows = np.arange(west - 1, east + 1), np.arange(south - 1, north + 1)
    column, row = (side.ravel() for side in np.meshgrid(columns, rows))
    # Corners are whole numbers of halves, so that neighbours have them bit for bit.
    centre = np.column_stack([3 * column, 2 * row + column % 2])
    corners = (centre[:, None, :] + HEXAGON) * np.array([half_m, rise_m])
    return _clipped(_ids("h", size_m, column, row), np.asarray(snap(shapely.polygons(corners))), boundary)


def h3_lattice(boundary_lonlat: BaseGeometry, resolution: int) -> GeoDataFrame:
    """Give the H3 cells of a resolution (0-15) clipped to a boundary in degrees: id, share, geometry in EPSG:4326.

    The ids are H3's own, the same all over the world. `share` is by true area. Vertices of the boundary and corners of
    cells are kept bit for bit; edges are densified to 200 m.

    Raises: ValueError for a resolution that H3 does not have. Source: Uber H3, version 4.
    Limit: not for land at the poles or across the 180th meridian. Where a cell's side meets a straight edge of the
    boundary the new vertex may lie a millimetre beside that edge, which is straight in degrees.
    """
    if not 0 <= resolution <= FINEST_H3:
        raise ValueError(f"resolution {resolution} must lie in 0-{FINEST_H3}")
    plane = Plane.around(boundary_lonlat.bounds)
    boundary = plane.to_plane(boundary_lonlat)
    ids = sorted(h3.h3shape_to_cells_experimental(h3.geo_to_h3shape(boundary_lonlat), resolution, "bbox_overlap"))
    cells = GeoSeries([densify(_h3_cell(identity)) for identity in ids])
    clipped = _clipped(ids, plane.to_plane(cells).to_numpy(), boundary)
    return clipped.set_geometry(plane.to_lonlat(clipped.geometry.set_crs(plane.crs)))


def count_by_cell(cells: GeoDataFrame, points: GeoSeries, weight: "pd.Series[int] | None" = None) -> "pd.Series[int]":
    """Give id -> how many of the points, or how much of their `weight` (in the same order), each cell holds.

    A point on a shared border counts for the lowest id; one in no cell counts nowhere.
    """
    ordered = cells.sort_values("id", ignore_index=True)
    cell = first_covering(ordered.geometry.to_numpy(), points.to_numpy())
    amount = np.ones(len(points), dtype=np.int64) if weight is None else weight.to_numpy()
    inside = cell != NOT_FOUND
    sums = pd.Series(amount[inside]).groupby(cell[inside]).sum().reindex(range(len(ordered)), fill_value=0)
    return pd.Series(sums.to_numpy(), index=pd.Index(ordered["id"], name="id"), name="count")


def _cells_along(boundary: BaseGeometry, width_m: float, height_m: float) -> tuple[int, int, int, int]:
    """Give the first column and row of cells that the bounds touch, and those after the last."""
    if not (math.isfinite(width_m) and width_m > 0):
        raise ValueError(f"a size must be positive, not {width_m:g} m")
    if boundary.is_empty:
        raise ValueError("the boundary is empty")
    west, south, east, north = boundary.bounds
    low = math.floor(west / width_m), math.floor(south / height_m)
    return *low, math.floor(east / width_m) + 1, math.floor(north / height_m) + 1


def _ids(shape: str, size_m: float, column: Ints, row: Ints) -> list[str]:
    return [f"{shape}{size_m:g}:{east}:{north}" for east, north in zip(column.tolist(), row.tolist(), strict=True)]


def _h3_cell(identity: str) -> Polygon:
    return Polygon([(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(identity)])


def _clipped(ids: list[str], cells: Shapes, boundary: BaseGeometry) -> GeoDataFrame:
    """Give the cells (on the lattice, sharing their edges) as far as they lie in the boundary, vertices shared."""
    boundary = snap(boundary)
    shapely.prepare(boundary)
    order = np.argsort(np.array(ids, dtype=object), kind="stable")
    order = order[shapely.intersects(boundary, cells[order])]
    cells = cells[order]
    whole = np.asarray(shapely.contains_properly(boundary, cells), dtype=bool)
    faces = faces_of(node(rings_of(np.array([boundary], dtype=object))[0], rings_of(cells[~whole])[0]))
    inner = shapely.point_on_surface(faces)
    inside = shapely.intersects(boundary, inner)
    faces, held = faces[inside], _nearest(cells, inner[inside])
    clipped = cells.copy()
    for row in np.flatnonzero(~whole).tolist():
        clipped[row] = shapely.coverage_union_all(faces[held == row])
    held_some = shapely.area(clipped) > 0
    table = {
        "id": [ids[row] for row in order[held_some].tolist()],
        "share": (shapely.area(clipped) / shapely.area(cells))[held_some],
    }
    return GeoDataFrame(table, geometry=shapely.normalize(clipped[held_some]))


def _nearest(cells: Shapes, points: Shapes) -> Ints:
    """Give the row of the cell that covers each point; a speck of rounding between two belongs to the nearest."""
    found = first_covering(cells, points)
    lost = np.flatnonzero(found == NOT_FOUND)
    if len(lost):
        found[lost] = shapely.STRtree(cells).nearest(points[lost])
    return found
