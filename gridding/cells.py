"""The land nearest to each building of one enclosure: Voronoi ridges between buildings."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Delaunay

from gridding.lattice import ON_LINE_M, Floats, Ints, Shapes, on_lattice, snap
from gridding.linework import cut_at_crossings, node
from gridding.segments import lines_of, pieces_of

__all__ = ["Ridges", "inner_ridges", "sample_points"]

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
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    walls = shapely.segmentize(shapely.buffer(shapes[areal], -WALL_DEPTH_M, join_style="mitre"), SAMPLE_STEP_M)
    wall_points, wall = shapely.get_coordinates(walls, return_index=True)
    points = on_lattice(np.vstack([shapely.get_coordinates(places), wall_points]))
    row = np.concatenate([np.arange(len(places), dtype=np.int64), areal[wall]])
    order = np.lexsort((row, points[:, 1], points[:, 0]))
    points, row = points[order], row[order]
    new = np.ones(len(points), dtype=bool)
    new[1:] = (points[1:] != points[:-1]).any(axis=1)
    return points[new], row[new]


@dataclass(frozen=True)
class Ridges:
    """The lines between cells inside one enclosure.

    `whole` (n x 4: x, y, x, y) lie inside it and touch no border; `clipped` are lines that reach the border, `rim` are
    the border's own lines, these two noded with each other.
    """

    whole: Floats
    clipped: Shapes
    rim: Shapes


def inner_ridges(points: Floats, owner: Ints, enclosure: shapely.Polygon) -> Ridges:
    """Give the lines inside the enclosure between the cells of points of different owners.

    Lines that reach the enclosure's border end on a lattice point that is put into that border too.
    """
    rim = np.asarray(shapely.get_rings(enclosure), dtype=object)
    if len(np.unique(owner)) < 2:
        return Ridges(np.empty((0, 4)), np.array([], dtype=object), rim)
    ridges = _ridges(points, owner, enclosure)
    lines = lines_of(ridges)
    shapely.prepare(enclosure)
    whole = shapely.contains_properly(enclosure, lines)
    across = lines[~whole]
    clipped, rim = _clip(across[shapely.intersects(enclosure, across)], rim, enclosure)
    return Ridges(ridges[whole], clipped, rim)


def _ridges(points: Floats, owner: Ints, enclosure: shapely.Polygon) -> Floats:
    # Far points all around make every cell that reaches the enclosure finite.
    centre = np.array(shapely.get_coordinates(enclosure.centroid)[0])
    reach = np.abs(np.vstack([points, shapely.get_coordinates(enclosure)]) - centre).max()
    angle = np.linspace(0.0, 2 * np.pi, FAR_POINTS, endpoint=False)
    far = FAR_SPANS * reach * np.column_stack([np.cos(angle), np.sin(angle)])
    sites = np.vstack([points - centre, far])
    triangles = Delaunay(sites)
    simplices, neighbours = triangles.simplices.astype(np.int64), triangles.neighbors.astype(np.int64)
    # Across the side that faces corner c of a triangle lies its neighbour c; each pair is met twice.
    triangle, corner = np.nonzero(neighbours > np.arange(len(simplices))[:, None])
    one, other = (simplices[triangle, (corner + step) % 3] for step in (1, 2))
    known = np.append(owner, np.full(FAR_POINTS, -1))
    between = (known[one] != known[other]) & (np.maximum(one, other) < len(points))
    centres = _circumcentres(sites[simplices]) + centre
    triangle, across = triangle[between], neighbours[triangle, corner][between]
    ridges = on_lattice(np.hstack([centres[triangle], centres[across]]))
    return _shortened(ridges[(ridges[:, :2] != ridges[:, 2:]).any(axis=1)])


def _circumcentres(corners: Floats) -> Floats:
    """Give the centres of the circles through the corners of triangles (n x 3 x 2)."""
    along, beside = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    along_m2, beside_m2 = (along**2).sum(axis=1), (beside**2).sum(axis=1)
    cross = 2 * (along[:, 0] * beside[:, 1] - along[:, 1] * beside[:, 0])
    x = (beside[:, 1] * along_m2 - along[:, 1] * beside_m2) / cross
    y = (along[:, 0] * beside_m2 - beside[:, 0] * along_m2) / cross
    return np.asarray(corners[:, 0] + np.column_stack([x, y]), dtype=np.float64)


def _shortened(ridges: Floats) -> Floats:
    """Give the ridges with the long ones cut up."""
    long = np.hypot(ridges[:, 2] - ridges[:, 0], ridges[:, 3] - ridges[:, 1]) > LONGEST_EDGE_M
    if not long.any():
        return ridges
    return np.vstack([ridges[~long], pieces_of(snap(shapely.segmentize(lines_of(ridges[long]), LONGEST_EDGE_M)))])


def _clip(across: Shapes, rim: Shapes, enclosure: shapely.Polygon) -> tuple[Shapes, Shapes]:
    """Give the parts of lines inside the enclosure, and its border with their ends put into it."""
    if not len(across):
        return across, rim
    cut = cut_at_crossings(pieces_of(across), pieces_of(rim))
    if cut is None:
        return _clip_noded(across, rim, enclosure)
    pieces = lines_of(cut[0])
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    return pieces[shapely.intersects(enclosure, middle)], lines_of(cut[1])


def _clip_noded(across: Shapes, rim: Shapes, enclosure: shapely.Polygon) -> tuple[Shapes, Shapes]:
    # An intersection would end beside the border; noding both together makes the end a point of both.
    pieces = node(across, rim)
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    border = enclosure.boundary
    shapely.prepare(border)
    on_border = shapely.dwithin(border, middle, ON_LINE_M)
    return pieces[~on_border & shapely.intersects(enclosure, middle)], pieces[on_border]
