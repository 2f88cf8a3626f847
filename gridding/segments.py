"""The edges of polygons as arrays, and which of them two polygons share."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridding.lattice import ON_LINE_M, Bools, Complexes, Floats, Ints, Shapes, lattice_keys

__all__ = [
    "LEAST_BORDER_M",
    "SharedEdges",
    "crossed_borders",
    "distance_at_most",
    "edges_of",
    "lines_of",
    "pieces_of",
    "place_keys",
    "rings_of",
    "shared_edges",
    "straight_through",
    "sum_by_pair",
    "undirected_keys",
    "whole_border_m",
]


# Two pieces of land that touch along less than this are not neighbours: nobody can walk through a crack.
LEAST_BORDER_M = 0.01


@dataclass(frozen=True)
class SharedEdges:
    """Straight edges that lie on the border of exactly two polygons.

    `first` < `second` are the rows of the polygons, `length_m` and `middle` (n x 2, metres) those of each edge.
    """

    first: Ints
    second: Ints
    length_m: Floats
    middle: Floats

    def where(self, chosen: Bools) -> "SharedEdges":
        """Give the chosen edges only."""
        return SharedEdges(self.first[chosen], self.second[chosen], self.length_m[chosen], self.middle[chosen])

    def relabelled(self, label: Ints) -> "SharedEdges":
        """Give the edges between groups of polygons: `label` is the group of each polygon, negative for none."""
        first, second = label[self.first], label[self.second]
        low, high = np.minimum(first, second), np.maximum(first, second)
        between = SharedEdges(low, high, self.length_m, self.middle)
        return between.where((low != high) & (low >= 0))


def rings_of(polygons: Shapes) -> tuple[Shapes, Ints]:
    """Give all rings of polygons and multipolygons, and the row of the one each belongs to."""
    parts, row = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    return np.asarray(rings, dtype=object), row[part].astype(np.int64)


def edges_of(polygons: Shapes) -> tuple[Floats, Ints]:
    """Give the straight edges of all rings (n x 4: x, y, x, y) and the row of the polygon each belongs to."""
    rings, polygon = rings_of(polygons)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return np.hstack([coordinates[:-1], coordinates[1:]])[same], polygon[ring[1:][same]]


def pieces_of(lines: Shapes) -> Floats:
    """Give the straight edges (n x 4: x, y, x, y) of lines, one line after the other."""
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    return np.asarray(np.hstack([coordinates[:-1], coordinates[1:]])[line[1:] == line[:-1]])


def lines_of(edges: Floats) -> Shapes:
    """Give edges (n x 4: x, y, x, y) as lines."""
    return np.asarray(shapely.linestrings(edges.reshape(-1, 2, 2)), dtype=object)


def undirected_keys(edges: Floats) -> Ints:
    """Give lattice keys (n x 4) that are equal for the same edge, whichever way it runs."""
    keys = lattice_keys(edges)
    turned = (keys[:, 0] > keys[:, 2]) | ((keys[:, 0] == keys[:, 2]) & (keys[:, 1] > keys[:, 3]))
    keys[turned] = keys[turned][:, [2, 3, 0, 1]]
    return keys


def place_keys(coordinates: Floats) -> Complexes:
    """Give one number for each place (rows of two in an array of any shape): equal numbers mean the same place.

    Complex numbers sort by x, then y, in one pass; whole lattice steps are exact in them.
    """
    return np.ascontiguousarray(lattice_keys(coordinates), dtype=np.float64).view(np.complex128).ravel()


def shared_edges(polygons: Shapes) -> SharedEdges:
    """Give the edges that two of the polygons have in common, vertex for vertex.

    Limit: borders that run together without the same vertices are not found; node them first.
    """
    edges, owner = edges_of(polygons)
    edge = np.unique(place_keys(edges), return_inverse=True)[1].reshape(-1, 2)
    edge = _distinct_pairs(edge.min(axis=1), edge.max(axis=1))[1]
    order = np.lexsort((owner, edge))
    edge, edges, owner = edge[order], edges[order], owner[order]
    pair = np.flatnonzero((edge[1:] == edge[:-1]) & (owner[1:] != owner[:-1]))
    ends = edges[pair]
    return SharedEdges(
        first=owner[pair],
        second=owner[pair + 1],
        length_m=np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]),
        middle=(ends[:, :2] + ends[:, 2:]) / 2,
    )


def distance_at_most(lines: Shapes, points: Floats, distance_m: float = ON_LINE_M) -> Ints:
    """Give for each point (n x 2) the row of the first line within the distance, or -1."""
    nearest = np.full(len(points), -1, dtype=np.int64)
    if not len(lines) or not len(points):
        return nearest
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    same = line[1:] == line[:-1]
    pieces = shapely.linestrings(np.stack([coordinates[:-1], coordinates[1:]], axis=1)[same])
    point, piece = shapely.STRtree(pieces).query(shapely.points(points), predicate="dwithin", distance=distance_m)
    found = line[1:][same][piece]
    # Writing the highest row first leaves the lowest, whatever order the tree answers in.
    order = np.lexsort((-found, point))
    nearest[point[order]] = found[order]
    return nearest


def crossed_borders(shapes: Shapes, boundary: BaseGeometry) -> Shapes:
    """Give for each shape the lines on which another one breaks the coverage of the boundary's land; empty for none.

    Limit: GEOS takes the shore of a lake for wrong where shapes meet in its corner, so that what breaks the coverage
    on the boundary itself is not told.
    """
    edges = shapely.coverage_invalid_edges(shapes)
    wrong = ~shapely.is_empty(edges)
    if wrong.any():
        edges[wrong] = shapely.difference(edges[wrong], boundary.boundary.buffer(ON_LINE_M))
    return np.asarray(edges, dtype=object)


def sum_by_pair(first: Ints, second: Ints, *weights: Floats) -> tuple[Ints, list[Floats]]:
    """Give the distinct pairs (n x 2, low before high, in rising order) and the sum of each weight over them."""
    pairs, row = _distinct_pairs(np.minimum(first, second), np.maximum(first, second))
    sums = [np.bincount(row, weights=weight, minlength=len(pairs)) for weight in weights]
    return pairs, [np.asarray(total, dtype=np.float64) for total in sums]


def _distinct_pairs(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Give the distinct pairs (n x 2) in rising order, and the row of each pair given."""
    # One number sorts faster than two; rows of polygons are far too few to overflow it.
    base = int(high.max(initial=0)) + 1
    distinct, row = np.unique(low * base + high, return_inverse=True)
    return np.column_stack(np.divmod(distinct, base)), row.ravel()


def whole_border_m(edges: SharedEdges) -> Floats:
    """Give for each edge the length in metres of the whole border between its two polygons."""
    _, row = _distinct_pairs(edges.first, edges.second)
    return np.asarray(np.bincount(row, weights=edges.length_m), dtype=np.float64)[row]


def straight_through(ends: Floats) -> Bools:
    """Give for each end of an edge (n x 4: the end, the other end) whether two edges run straight through there."""
    _, place, uses = np.unique(lattice_keys(ends[:, :2]), axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(place.ravel(), kind="stable")
    first = np.concatenate([[0], np.cumsum(uses)[:-1]])[uses == 2]
    here, one, other = (ends[order[first], :2], ends[order[first], 2:], ends[order[first + 1], 2:])
    along, ahead = other - one, other - here
    behind = one - here
    length_m = np.hypot(along[:, 0], along[:, 1])
    beside = np.abs(along[:, 0] * ahead[:, 1] - along[:, 1] * ahead[:, 0]) <= ON_LINE_M * length_m
    onward = (behind * ahead).sum(axis=1) < 0
    idle_place = np.zeros(len(uses), dtype=bool)
    idle_place[np.flatnonzero(uses == 2)] = beside & onward
    return np.asarray(idle_place[place.ravel()])
