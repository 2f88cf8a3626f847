"""The faces between noded straight edges, and which face lies on either side of each edge."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse
import shapely
from scipy.sparse.csgraph import connected_components

from gridding.lattice import Floats, Ints, Shapes
from gridding.segments import SharedEdges, place_keys
from gridding.trace import trace

__all__ = ["Subdivision", "subdivide"]

OUTSIDE = -1


@dataclass(frozen=True)
class Subdivision:
    """Polygons that edges enclose, and the edges (m x 4: x, y, x, y) with the rows of the faces beside each.

    `left` and `right` are OUTSIDE (-1) where no face lies. `sound` is false where edges cross or fold over, so that
    the faces cannot be trusted.
    """

    faces: Shapes
    edges: Floats
    left: Ints
    right: Ints
    sound: bool

    @property
    def shared(self) -> SharedEdges:
        """The edges between two faces."""
        inner = (self.left >= 0) & (self.right >= 0)
        first, second, edges = self.left[inner], self.right[inner], self.edges[inner]
        return SharedEdges(
            first=np.minimum(first, second),
            second=np.maximum(first, second),
            length_m=np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]),
            middle=(edges[:, :2] + edges[:, 2:]) / 2,
        )


@dataclass(frozen=True)
class _Walks:
    """Half-edges (m forward, then m backward) walked round the faces to their left.

    `walk` and `turn` (radians to the left at its end) are per half-edge; the half-edges of ring r are
    `order[starts[r]:starts[r + 1]]`.
    """

    walk: Ints
    turn: Floats
    order: Ints
    starts: Ints


def subdivide(edges: Floats) -> Subdivision:
    """Give the faces between edges (n x 4, on the lattice) that meet at their ends only.

    Edges given twice count once; edges that enclose nothing are left out. Faces are in no particular order.

    Source: the doubly connected edge list of de Berg et al., Computational Geometry, 2008, chapter 2.
    Cost: n log n. Limit: pieces that are not connected are not compared: one that crosses another may be called sound.
    """
    places, ends = _distinct(edges)
    walks = _walk(places, ends)
    forward, backward = walks.walk[: len(ends)], walks.walk[len(ends) :]
    dangling = forward == backward
    if not dangling.any():
        return _faces(places, ends, walks)
    # The same face on both sides: the edge dangles, or joins what else would be apart; or edges cross.
    rest = ends[~dangling]
    pieces = [int(_piece(some, len(places)).max()) + 1 for some in (rest, ends)]
    parted = pieces[0] - pieces[1] == dangling.sum()
    found = _faces(places, rest, _walk(places, rest))
    return replace(found, sound=found.sound and parted)


def _piece(ends: Ints, places: int) -> Ints:
    """Give the connected piece of each place that the edges make, counted from 0."""
    joined = scipy.sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(places, places))
    return connected_components(joined, directed=False)[1].astype(np.int64)


def _distinct(edges: Floats) -> tuple[Floats, Ints]:
    """Give the places (n x 2) and the distinct edges between two of them (m x 2)."""
    points = edges.reshape(-1, 2)
    _, first, place = np.unique(place_keys(points), return_index=True, return_inverse=True)
    ends = np.sort(place.reshape(-1, 2), axis=1)
    ends = ends[ends[:, 0] != ends[:, 1]]
    distinct = np.unique(ends[:, 0] * len(first) + ends[:, 1])
    return points[first], np.column_stack(np.divmod(distinct, max(1, len(first))))


def _walk(places: Floats, ends: Ints) -> _Walks:
    origin, goal = np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]])
    along = places[goal] - places[origin]
    angle = np.arctan2(along[:, 1], along[:, 0])
    by_angle = np.lexsort((angle, origin))
    rank = np.empty(len(origin), dtype=np.int64)
    rank[by_angle] = np.arange(len(origin))
    uses = np.bincount(origin, minlength=len(places))
    start = np.cumsum(uses) - uses
    # Round the face on the left, the next edge is the first one clockwise from the way back.
    back = np.roll(rank, len(ends))
    clockwise = np.where(back == start[goal], start[goal] + uses[goal], back) - 1
    follow = by_angle[clockwise]
    turn = angle[follow] - angle
    turn -= 2 * np.pi * np.ceil((turn - np.pi) / (2 * np.pi))
    walk, order, starts = trace(follow, origin, len(places))
    return _Walks(walk, turn, order, starts)


def _faces(places: Floats, ends: Ints, walks: _Walks) -> Subdivision:
    origin = np.concatenate([ends[:, 0], ends[:, 1]])[walks.order]
    ring = np.repeat(np.arange(len(walks.starts) - 1), np.diff(walks.starts))
    ring_walk = walks.walk[walks.order[walks.starts[:-1]]]
    area_m2 = _signed_areas(places[origin], walks.starts)
    shells = np.flatnonzero(area_m2 > 0)
    count = int(walks.walk.max(initial=-1)) + 1
    face = np.full(count, OUTSIDE, dtype=np.int64)
    face[ring_walk[shells]] = np.arange(len(shells))
    rings = shapely.linearrings(places[origin], indices=ring)
    shapes = np.asarray(shapely.polygons(rings[shells]), dtype=object)
    outlines = np.flatnonzero(face[ring_walk] == OUTSIDE)
    sound = _is_sound(walks, face, ends, len(places)) and len(np.unique(ring_walk[shells])) == len(shells)
    # Walked round once with left turns only, a face is convex; those with right turns must be looked at.
    bent = face[np.unique(walks.walk[walks.turn < 0])]
    if len(np.unique(ring_walk[outlines])) > 1:
        face[ring_walk[outlines]] = _around(shapes, area_m2[shells], places[origin], walks.starts, outlines)
    _cut_holes(shapes, rings, face[ring_walk], area_m2)
    sound = sound and bool(shapely.is_valid(shapes[bent[bent >= 0]]).all())
    left, right = face[walks.walk[: len(ends)]], face[walks.walk[len(ends) :]]
    return Subdivision(shapes, places[ends].reshape(-1, 4), left, right, sound)


def _signed_areas(corners: Floats, starts: Ints) -> Floats:
    """Give the area of each ring of corners, negative for those that run clockwise."""
    if not len(corners):
        return np.array([], dtype=np.float64)
    length = np.diff(starts)
    local = corners - np.repeat(corners[starts[:-1]], length, axis=0)
    ahead = np.arange(1, len(corners) + 1)
    ahead[starts[1:] - 1] = starts[:-1]
    cross = local[:, 0] * local[ahead, 1] - local[ahead, 0] * local[:, 1]
    return np.asarray(np.add.reduceat(cross, starts[:-1]) / 2, dtype=np.float64)


def _is_sound(walks: _Walks, face: Ints, ends: Ints, places: int) -> bool:
    """Give whether each walk turns once round its face, and each connected piece has one outline.

    Both hold together only for edges drawn without crossings: angles at places add up to full turns (Euler).
    """
    turns = np.rint(np.bincount(walks.walk, weights=walks.turn, minlength=len(face)) / (2 * np.pi))
    outlines = int((face == OUTSIDE).sum())
    once = bool((turns == np.where(face == OUTSIDE, -1, 1)).all())
    if not once or outlines <= 1:
        return once
    return outlines == len(np.unique(_piece(ends, places)[ends[:, 0]]))


def _around(shapes: Shapes, area_m2: Floats, corners: Floats, starts: Ints, outlines: Ints) -> Ints:
    """Give for each outline of a connected piece the smallest face that it lies in, or OUTSIDE."""
    leftmost = [
        corners[a:b][np.lexsort((corners[a:b, 1], corners[a:b, 0]))[0]]
        for a, b in zip(starts[outlines].tolist(), starts[outlines + 1].tolist(), strict=True)
    ]
    outline, face = shapely.STRtree(shapes).query(shapely.points(leftmost), predicate="within")
    around = np.full(len(outlines), OUTSIDE, dtype=np.int64)
    order = np.argsort(-area_m2[face], kind="stable")
    around[outline[order]] = face[order]
    return around


def _cut_holes(shapes: Shapes, rings: Shapes, face: Ints, area_m2: Floats) -> None:
    """Cut the rings that run clockwise out of the faces that they belong to."""
    holes = np.flatnonzero((area_m2 < 0) & (face >= 0))
    for row in np.unique(face[holes]).tolist():
        mine = holes[face[holes] == row]
        shapes[row] = shapely.Polygon(shapely.get_exterior_ring(shapes[row]), rings[mine].tolist())
