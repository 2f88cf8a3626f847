"""The land nearest to each building of one enclosure: Voronoi ridges between buildings."""

import numpy as np
import shapely
from scipy.spatial import Voronoi

from gridding.lattice import ON_LINE_M, Floats, Ints, Shapes, snap
from gridding.linework import node

__all__ = ["inner_ridges", "sample_points"]

# A sample lies this far inside its wall, so that two buildings sharing a wall have no sample in common.
WALL_DEPTH_M = 0.2
SAMPLE_STEP_M = 8.0
# Straight lines in the plane and in degrees agree to a millimetre on edges no longer than this.
LONGEST_EDGE_M = 200.0
FAR_POINTS = 8
FAR_SPANS = 20.0


def sample_points(shapes: Shapes, places: Shapes) -> tuple[Floats, Ints]:
    """Give points (n x 2, metres) that stand for buildings in the Voronoi diagram, and the row of each one's building.

    A point building is its own sample; a footprint has samples along its walls and the place inside it. Of equal
    samples the lowest row stays.
    """
    walls = shapely.segmentize(shapely.buffer(shapes, -WALL_DEPTH_M, join_style="mitre"), SAMPLE_STEP_M)
    wall_points, wall_row = shapely.get_coordinates(walls, return_index=True)
    points = snap_points(np.vstack([shapely.get_coordinates(places), wall_points]))
    row = np.concatenate([np.arange(len(places), dtype=np.int64), wall_row.astype(np.int64)])
    order = np.lexsort((row, points[:, 1], points[:, 0]))
    points, row = points[order], row[order]
    new = np.ones(len(points), dtype=bool)
    new[1:] = (points[1:] != points[:-1]).any(axis=1)
    return points[new], row[new]


def snap_points(points: Floats) -> Floats:
    """Give points (n x 2) on the lattice."""
    return shapely.get_coordinates(snap(shapely.points(points)))


def inner_ridges(points: Floats, owner: Ints, enclosure: shapely.Polygon) -> Shapes:
    """Give the lines inside the enclosure between the cells of points of different owners.

    Lines that reach the enclosure's border end on a lattice point that noding will also put into that border.
    """
    if len(np.unique(owner)) < 2:
        return np.array([], dtype=object)
    ridges = _ridges(points, owner, enclosure)
    shapely.prepare(enclosure)
    whole = shapely.contains_properly(enclosure, ridges)
    across = ridges[~whole & shapely.intersects(enclosure, ridges)]
    return np.concatenate([ridges[whole], _clip(across, enclosure)])


def _ridges(points: Floats, owner: Ints, enclosure: shapely.Polygon) -> Shapes:
    # Far points all around make every cell that reaches the enclosure finite.
    centre = np.array(shapely.get_coordinates(enclosure.centroid)[0])
    reach = np.abs(np.vstack([points, shapely.get_coordinates(enclosure)]) - centre).max()
    angle = np.linspace(0.0, 2 * np.pi, FAR_POINTS, endpoint=False)
    far = FAR_SPANS * reach * np.column_stack([np.cos(angle), np.sin(angle)])
    diagram = Voronoi(np.vstack([points - centre, far]))
    pairs = np.asarray(diagram.ridge_points)
    real = (pairs < len(points)).all(axis=1)
    between = np.flatnonzero(real)[owner[pairs[real, 0]] != owner[pairs[real, 1]]]
    ends = np.array([diagram.ridge_vertices[ridge] for ridge in between], dtype=np.int64).reshape(-1, 2)
    lines = snap(shapely.linestrings(np.asarray(diagram.vertices)[ends] + centre))
    return snap(shapely.segmentize(lines[shapely.length(lines) > 0], LONGEST_EDGE_M))


def _clip(across: Shapes, enclosure: shapely.Polygon) -> Shapes:
    # An intersection would end beside the border; noding both together makes the end a point of both.
    if not len(across):
        return across
    border = shapely.get_rings(enclosure)
    pieces = node(across, border)
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    inside = shapely.intersects(enclosure, middle) & ~shapely.dwithin(enclosure.boundary, middle, ON_LINE_M)
    return pieces[inside]
