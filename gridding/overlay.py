"""The faces that grids in force and a corrected boundary make together, each with the grid it lay in."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.barriers import Barriers
from gridding.lattice import LATTICE_M, Bools, Floats, Ints, Shapes, among, array_of, lattice_keys, snap
from gridding.linework import NOT_FOUND, faces_of, first_covering, node
from gridding.segments import (
    LEAST_BORDER_M,
    SharedEdges,
    crossed_borders,
    edges_of,
    rings_of,
    shared_edges,
    whole_border_m,
)
from gridding.village import Village

__all__ = ["ON_BORDER_M", "Overlay", "cut_lines", "narrow", "overlay", "through"]

# A vertex this near to a line lies on it: it was noded into that line, in this plane or in one around another centre.
ON_BORDER_M = 1e-5


@dataclass(frozen=True)
class Overlay:
    """Faces that tile the village vertex for vertex.

    For each: the row of the grid that it lay in and of the footprint it lies in (only of footprints that reach from
    grids into added land), NOT_FOUND for none. `hard` tells of each of the `edges` whether a hard barrier lies on it.
    `changed` is whether the boundary adds land to the grids or takes some from them, or their borders are not shared.
    """

    faces: Shapes
    grid: Ints
    footprint: Ints
    edges: SharedEdges
    hard: Bools
    changed: bool

    @property
    def passable(self) -> Bools:
        """The edges that can be walked across: on no hard barrier, and part of a border that is more than a crack."""
        return np.asarray(~self.hard & (whole_border_m(self.edges) >= LEAST_BORDER_M))


def overlay(shapes: Shapes, village: Village) -> Overlay:
    """Give the faces of the grids' shapes (a coverage, on the lattice) inside the village and of the land around them.

    Two coverages side by side do as well: where vertices of the one lie on a border of the other, both get them.
    Added land is cut where borders between grids reach it, straight on to the new boundary, unless the cut would run
    through a building: so that a strip along several grids goes to each of them. Hard barriers cut it as well, and
    the outlines of buildings that stand on both sides of the old boundary.

    Cost: n log n in the vertices of the grids, the boundary and the barriers.
    """
    border = through(rings_of(np.array([village.boundary], dtype=object))[0], shapely.get_coordinates(shapes))
    vertices = np.vstack([shapely.get_coordinates(shapes), shapely.get_coordinates(village.boundary)])
    rings = through(rings_of(shapes)[0], vertices)
    faces, grid, lost = _faces(node(border, rings), shapes, village)
    added = grid == NOT_FOUND
    fits = not (added & ~narrow(faces)).any() and narrow(lost).all()
    if fits and shapely.is_empty(crossed_borders(shapes, village.boundary)).all():
        return _finished(faces, grid, village, np.array([], dtype=object), changed=False)
    straddling = _straddling(faces, added, village)
    lines = cut_lines(faces, grid, village)
    outlines = np.asarray(shapely.get_rings(straddling), dtype=object)
    faces, grid, _ = _faces(node(border, rings, village.hard, outlines, lines), shapes, village)
    return _finished(faces, grid, village, straddling, changed=True)


def narrow(shapes: Shapes, width_m: float = ON_BORDER_M) -> Bools:
    """Give whether each polygon is narrower than a width throughout: rounding, not land."""
    # Half the outline of a narrow shape is its length.
    return np.asarray(shapely.area(shapes) <= shapely.length(shapes) / 2 * width_m)


def _finished(faces: Shapes, grid: Ints, village: Village, straddling: Shapes, *, changed: bool) -> Overlay:
    footprint = first_covering(straddling, shapely.point_on_surface(faces))
    edges = shared_edges(faces)
    return Overlay(faces, grid, footprint, edges, Barriers.along(edges, village).hard, changed)


def _faces(noded: Shapes, shapes: Shapes, village: Village) -> tuple[Shapes, Ints, Shapes]:
    """Give the faces inside the village with the row of the shape each lies in, and the faces of shapes outside."""
    faces = faces_of(noded)
    inner = shapely.point_on_surface(faces)
    shapely.prepare(village.boundary)
    inside = shapely.intersects(village.boundary, inner)
    grid = first_covering(shapes, inner)
    return faces[inside], grid[inside], faces[~inside & (grid != NOT_FOUND)]


def through(rings: Shapes, points: Floats) -> Shapes:
    """Give the rings with those of the points (n x 2) among their vertices that lie on them, but for rounding."""
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    edges = shapely.linestrings(np.stack([coordinates[:-1], coordinates[1:]], axis=1)[same])
    start = np.flatnonzero(same)
    points = points[~among(lattice_keys(points), lattice_keys(coordinates))]
    points = np.unique(points, axis=0)
    point, edge = shapely.STRtree(edges).query_nearest(
        shapely.points(points), max_distance=ON_BORDER_M, all_matches=False
    )
    along_m = shapely.line_locate_point(edges[edge], shapely.points(points[point]))
    order = np.lexsort((along_m, start[edge]))
    at = start[edge][order] + 1
    together = np.insert(coordinates, at, points[point][order], axis=0)
    return np.asarray(shapely.linearrings(together, indices=np.insert(ring, at, ring[at - 1])), dtype=object)


def _straddling(faces: Shapes, added: Bools, village: Village) -> Shapes:
    """Give the footprints that stand on land of grids and on added land."""
    footprints = village.houses.geometry.to_numpy()
    footprints = footprints[shapely.get_dimensions(footprints) == 2]
    outside, inside = (shapely.STRtree(faces[side]).query(footprints, "intersects")[0] for side in (added, ~added))
    both = np.flatnonzero(np.isin(np.arange(len(footprints)), outside) & np.isin(np.arange(len(footprints)), inside))
    return np.asarray(footprints[both])


def cut_lines(faces: Shapes, grid: Ints, village: Village) -> Shapes:
    """Give the shortest lines across added land from where borders between grids reach it to the new boundary."""
    edges, face = edges_of(faces)
    middle = shapely.points((edges[:, :2] + edges[:, 2:]) / 2)
    border = village.boundary.boundary
    shapely.prepare(border)
    outer = np.asarray(shapely.dwithin(border, middle, ON_BORDER_M))
    at_junction = among(lattice_keys(edges[:, :2]), lattice_keys(_junctions(faces, grid)))
    tree = shapely.STRtree(village.houses.geometry.to_numpy())
    cuts: list[shapely.LineString] = []
    for row in np.flatnonzero(grid == NOT_FOUND).tolist():
        # Edges come in the order of their faces.
        own = slice(*np.searchsorted(face, [row, row + 1]).tolist())
        starts = edges[own][at_junction[own], :2]
        rim = shapely.MultiLineString(list(edges[own][outer[own]].reshape(-1, 2, 2)))
        if not len(starts) or rim.is_empty:
            continue
        lines = np.asarray(snap(shapely.shortest_line(shapely.points(starts), rim)), dtype=object)
        lines = lines[shapely.length(lines) > LATTICE_M]
        middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
        lines = lines[shapely.intersects(faces[row], middle) & shapely.covers(faces[row].buffer(ON_BORDER_M), lines)]
        crossing = np.unique(tree.query(lines, "intersects")[0])
        cuts += np.delete(lines, crossing).tolist()
    return array_of(cuts)


def _junctions(faces: Shapes, grid: Ints) -> Floats:
    """Give the vertices (n x 2) that faces of two or more grids share."""
    rows = np.flatnonzero(grid != NOT_FOUND)
    coordinates, face = shapely.get_coordinates(faces[rows], return_index=True)
    keys = lattice_keys(coordinates)
    once = np.unique(np.column_stack([keys, grid[rows][face]]), axis=0)
    places, uses = np.unique(once[:, :2], axis=0, return_counts=True)
    return np.asarray(places[uses > 1] * LATTICE_M, dtype=np.float64)
