"""Borders drawn twice, nearly alike: vertices and edges a little apart are brought together."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.lattice import ON_LINE_M, Bools, Floats, Ints, Shapes, lattice_keys, snap
from gridding.overlay import ON_BORDER_M
from gridding.segments import rings_of, undirected_keys
from gridding.village import Village

__all__ = ["close_near_misses"]


@dataclass(frozen=True)
class _Drawing:
    """The rings of drawn grids: `xy` (n x 2) with the `ring` of each vertex, and the grid (`row`) of each ring."""

    xy: Floats
    ring: Ints
    row: Ints

    @property
    def start(self) -> Ints:
        """The vertex at which each edge starts; it ends at the next one."""
        return np.flatnonzero(self.ring[1:] == self.ring[:-1])

    @property
    def edges(self) -> Floats:
        """The edges, n x 4."""
        return np.hstack([self.xy[self.start], self.xy[self.start + 1]])

    @property
    def owner(self) -> Ints:
        """The grid of each vertex."""
        return self.row[self.ring]


@dataclass(frozen=True)
class _Places:
    """The distinct places of vertices (n x 2): the row of each `vertex`, its `owners`, whether it is `loose`.

    An edge is loose that two grids do not share and that lies on no line that stands; a vertex is when there is one at
    it, and none that two grids share.
    """

    xy: Floats
    vertex: Ints
    owners: list[frozenset[int]]
    loose: Bools


def close_near_misses(shapes: Shapes, village: Village, near_m: float) -> tuple[Shapes, Ints]:
    """Give the rings of drawn grids with near misses closed, and the row of the grid each ring belongs to.

    The village border and its exclusive grids stand; so do vertices at edges that two grids share. A loose vertex moves
    to the nearest standing vertex within `near_m`, else onto the standing line, else to a loose vertex of another grid.
    Then edges are bent through the vertices of others within `near_m` of them. No vertex moves further than `near_m`.

    Limit: rings may cross themselves afterwards; what they enclose counts by the even-odd rule.
    """
    lines = shapely.get_rings([village.boundary, *village.exclusive])
    rings, row = rings_of(shapes)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    drawing = _Drawing(xy, ring.astype(np.int64), row)
    places = _places(drawing, lines)
    drawing = _Drawing(_goals(places, lines, near_m)[places.vertex], drawing.ring, row)
    drawing = _bent(drawing, lines, near_m)
    closed = np.asarray(shapely.linearrings(drawing.xy, indices=drawing.ring), dtype=object)
    wide = shapely.length(closed) > 0
    return closed[wide], row[wide]


def _places(drawing: _Drawing, lines: Shapes) -> _Places:
    keys, first, vertex = np.unique(lattice_keys(drawing.xy), axis=0, return_index=True, return_inverse=True)
    vertex = vertex.ravel()
    shared = _shared_edges(drawing)
    alone = ~shared & ~_on_lines(drawing, lines)
    loose = np.zeros(len(keys), dtype=bool)
    for edges, there in ((alone, True), (shared, False)):
        for end in (drawing.start[edges], drawing.start[edges] + 1):
            loose[vertex[end]] = there
    owners: list[set[int]] = [set() for _ in keys]
    for place, owner in zip(vertex.tolist(), drawing.owner.tolist(), strict=True):
        owners[place].add(owner)
    return _Places(drawing.xy[first], vertex, [frozenset(some) for some in owners], loose)


def _shared_edges(drawing: _Drawing) -> Bools:
    """Give the edges that two grids share."""
    _, edge = np.unique(undirected_keys(drawing.edges), axis=0, return_inverse=True)
    owner = drawing.owner[drawing.start]
    pairs = np.unique(np.column_stack([edge.ravel(), owner]), axis=0)
    return np.asarray((np.bincount(pairs[:, 0]) > 1)[edge.ravel()])


def _on_lines(drawing: _Drawing, lines: Shapes) -> Bools:
    """Give the edges that lie on a line that stands."""
    edges = drawing.edges
    network = shapely.multilinestrings(lines)
    shapely.prepare(network)
    on_line = np.ones(len(edges), dtype=bool)
    for points in (edges[:, :2], edges[:, 2:], (edges[:, :2] + edges[:, 2:]) / 2):
        on_line &= shapely.dwithin(network, shapely.points(points), ON_LINE_M)
    return on_line


def _goals(places: _Places, lines: Shapes, near_m: float) -> Floats:
    """Give where each place goes (n x 2): loose ones to what stands near them, else to each other."""
    goals = places.xy.copy()
    loose = np.flatnonzero(places.loose)
    corners = np.unique(shapely.get_coordinates(lines), axis=0)
    fixed = np.flatnonzero(~places.loose)
    targets = np.vstack([corners, places.xy[fixed]])
    nobody: frozenset[int] = frozenset()
    owners = [nobody] * len(corners) + [places.owners[row] for row in fixed.tolist()]
    best: dict[int, int] = {}
    for place, corner in _near(places.xy, corners, ON_BORDER_M):
        goals[place] = corners[corner]
    for one, target in _near(places.xy[loose], targets, near_m):
        if one not in best and not places.owners[loose[one]] & owners[target]:
            best[one] = target
    for one, target in best.items():
        goals[loose[one]] = targets[target]
    rest = np.delete(loose, list(best))
    laid = _laid(goals, rest, lines, near_m)
    _gather(goals, rest, laid, places, near_m)
    return goals


def _near(points: Floats, targets: Floats, near_m: float) -> list[tuple[int, int]]:
    """Give (point, target) of all pairs within `near_m`, the nearest first."""
    ends = np.asarray(shapely.points(points))
    goals = np.asarray(shapely.points(targets))
    one, other = shapely.STRtree(goals).query(ends, predicate="dwithin", distance=near_m)
    apart_m = shapely.distance(ends[one], goals[other])
    order = np.lexsort((other, one, apart_m))
    return list(zip(one[order].tolist(), other[order].tolist(), strict=True))


def _laid(goals: Floats, rest: Ints, lines: Shapes, near_m: float) -> Bools:
    """Lay the places that are near a standing line onto it, and give which these are."""
    network = shapely.multilinestrings(lines)
    shapely.prepare(network)
    points = np.asarray(shapely.points(goals[rest]))
    near = np.asarray(shapely.dwithin(network, points, near_m), dtype=bool)
    onto = shapely.get_coordinates(snap(shapely.shortest_line(network, points[near])))[::2]
    goals[rest[near]] = onto.reshape(-1, 2)
    return near


def _gather(goals: Floats, rest: Ints, laid: Bools, places: _Places, near_m: float) -> None:
    """Bring loose places of different grids together, the nearest first; those `laid` onto a line stay on it."""
    home = {int(place): int(place) for place in rest}
    members = {place: places.owners[place] for place in home}
    pairs = [pair for pair in _near(goals[rest], goals[rest], near_m) if laid[pair[0]] or not laid[pair[1]]]
    for one, other in sorted(pairs, key=lambda pair: not laid[pair[0]]):
        host, guest = home[int(rest[one])], int(rest[other])
        alone = home[guest] == guest and members[guest] == places.owners[guest]
        near = np.hypot(*(goals[host] - places.xy[guest])) <= near_m
        if alone and near and not members[host] & places.owners[guest]:
            home[guest] = host
            members[host] |= places.owners[guest]
    goals[list(home)] = goals[list(home.values())]


def _bent(drawing: _Drawing, lines: Shapes, near_m: float) -> _Drawing:
    """Give the drawing with its loose edges led through the vertices of other grids, and of lines that stand."""
    places = _places(drawing, lines)
    points, owners = _with_corners(places, lines)
    loose = np.flatnonzero(~_shared_edges(drawing) & ~_on_lines(drawing, lines))
    edges = np.asarray(shapely.linestrings(drawing.edges[loose].reshape(-1, 2, 2)))
    owner = drawing.owner[drawing.start][loose]
    ends = np.asarray(shapely.points(points))
    point, edge = shapely.STRtree(edges).query(ends, predicate="dwithin", distance=near_m)
    along_m = shapely.line_locate_point(edges[edge], ends[point])
    inside = (along_m > 0) & (along_m < shapely.length(edges[edge]))
    inside &= np.array([owner[e] not in owners[p] for p, e in zip(point.tolist(), edge.tolist(), strict=True)], bool)
    point, edge, along_m = point[inside], edge[inside], along_m[inside]
    nearest = _nearest_edge(point, owner[edge], shapely.distance(edges[edge], ends[point]))
    point, edge, along_m = point[nearest], edge[nearest], along_m[nearest]
    order = np.lexsort((along_m, edge))
    at = drawing.start[loose][edge][order] + 1
    xy = np.insert(drawing.xy, at, points[point][order], axis=0)
    return _Drawing(xy, np.insert(drawing.ring, at, drawing.ring[at - 1]), drawing.row)


def _with_corners(places: _Places, lines: Shapes) -> tuple[Floats, list[frozenset[int]]]:
    """Give the places and their owners, and after them the vertices of the lines at which no grid has one."""
    corners = np.unique(shapely.get_coordinates(lines), axis=0)
    known = set(map(tuple, lattice_keys(places.xy).tolist()))
    bare = [tuple(key) not in known for key in lattice_keys(corners).tolist()]
    nobody: frozenset[int] = frozenset()
    return np.vstack([places.xy, corners[bare]]), [*places.owners, *[nobody] * sum(bare)]


def _nearest_edge(point: Ints, owner: Ints, apart_m: Floats) -> Ints:
    """Give the rows of the nearest edge for each point and grid."""
    order = np.lexsort((apart_m, owner, point))
    pairs = np.column_stack([point, owner])[order]
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return np.asarray(order[first], dtype=np.int64)
