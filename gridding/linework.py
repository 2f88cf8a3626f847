"""Lines noded on the lattice and the faces between them."""

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridding.lattice import LATTICE_M, Floats, Ints, Shapes, on_lattice
from gridding.segments import lines_of, rings_of
from gridding.village import Village

__all__ = [
    "NOT_FOUND",
    "cut_at",
    "cut_at_crossings",
    "enclosures",
    "faces_of",
    "first_covering",
    "fixed_lines",
    "node",
    "onto",
]

NOT_FOUND = -1


def node(*lines: Shapes) -> Shapes:
    """Give all lines cut at their crossings, ends meeting bit for bit, in a fixed order.

    Source: Hobby, Practical segment intersection with finite precision output, Computational Geometry 13, 1999
    (snap rounding, as GEOS does it). Cost: n log n in the number of edges, about 30 microseconds each.
    """
    together = np.concatenate([np.asarray(part, dtype=object) for part in lines])
    if not len(together):
        return together
    noded = shapely.union_all(together, grid_size=LATTICE_M)
    return np.asarray(shapely.get_parts(noded), dtype=object)


def cut_at_crossings(edges: Floats, others: Floats) -> tuple[Floats, Floats] | None:
    """Give edges and others (each n x 4) cut where one of the first meets one of the second, on lattice points of both.

    None where two of them run along each other: then they must be noded.

    Limit: a cut moves an edge by less than a lattice step, which may make it cross another; faces found between the
    pieces must be asked whether they are sound.
    """
    first, second = lines_of(edges), lines_of(others)
    edge, other = shapely.STRtree(second).query(first, predicate="intersects")
    common = shapely.intersection(first[edge], second[other])
    if (shapely.get_dimensions(common) != 0).any():
        return None
    at = on_lattice(shapely.get_coordinates(common))
    return cut_at(edges, edge, at), cut_at(others, other, at)


def cut_at(edges: Floats, row: Ints, at: Floats) -> Floats:
    """Give edges cut at points, each of the row of the edge that it lies on."""
    along = edges[:, 2:] - edges[:, :2]
    share = ((at - edges[row, :2]) * along[row]).sum(axis=1) / (along[row] ** 2).sum(axis=1)
    every = np.arange(len(edges))
    rows = np.concatenate([every, row, every])
    points = np.vstack([edges[:, :2], at, edges[:, 2:]])
    order = np.lexsort((np.concatenate([every * 0.0, share.clip(0, 1), every * 0.0 + 1]), rows))
    rows, points = rows[order], points[order]
    pieces = np.hstack([points[:-1], points[1:]])[rows[1:] == rows[:-1]]
    return np.asarray(pieces[(pieces[:, :2] != pieces[:, 2:]).any(axis=1)])


def onto(known: Floats, coordinates: Floats, distance_m: float) -> Floats:
    """Give coordinates (n x 2), those within a distance of a known place (m x 2) laid onto the nearest one."""
    off_m, nearest = cKDTree(known).query(coordinates, distance_upper_bound=distance_m)
    near = np.isfinite(np.asarray(off_m))
    laid = coordinates.copy()
    laid[near] = known[np.asarray(nearest)[near]]
    return laid


def faces_of(noded: Shapes) -> Shapes:
    """Give the polygons enclosed by noded lines, ordered by place; lines that dangle enclose nothing."""
    faces = np.asarray(shapely.get_parts(shapely.polygonize(noded)), dtype=object)
    inner = shapely.point_on_surface(faces)
    return faces[np.lexsort((shapely.get_y(inner), shapely.get_x(inner)))]


def first_covering(polygons: Shapes, points: Shapes) -> Ints:
    """Give for each point the lowest row of a polygon that covers it, or NOT_FOUND."""
    found = np.full(len(points), NOT_FOUND, dtype=np.int64)
    # Asked this way round, each polygon is prepared once for all points near it.
    polygon, point = shapely.STRtree(points).query(polygons, predicate="intersects")
    order = np.lexsort((-polygon, point))
    found[point[order]] = polygon[order]
    return found


def fixed_lines(village: Village) -> Shapes:
    """Give the noded lines that stand before any building is looked at.

    These are the boundary, exclusive grids, and hard barriers or, where atoms are given, the outlines of these.
    """
    border, _ = rings_of(np.array([village.boundary], dtype=object))
    exclusive, _ = rings_of(village.exclusive)
    barriers = rings_of(village.atoms)[0] if len(village.atoms) else village.hard
    return node(border, exclusive, barriers)


def enclosures(village: Village, fixed: Shapes) -> tuple[Shapes, Ints]:
    """Give the faces of the fixed lines inside the village and the row of the exclusive grid each lies in."""
    faces = faces_of(fixed)
    inner = shapely.point_on_surface(faces)
    shapely.prepare(village.boundary)
    inside = shapely.intersects(village.boundary, inner)
    return faces[inside], first_covering(village.exclusive, inner[inside])
