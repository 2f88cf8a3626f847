"""Vertices of shared borders moved, put in and taken out, in all grids at that place at once."""

import numpy as np
import shapely
from shapely import LineString, Point

from gridding.edit.accept import accept, refuse, whole
from gridding.edit.land import Redrawn
from gridding.edit.rings import Edge, keys_of, moved, threaded, unthreaded
from gridding.edit.slide import slide
from gridding.edit.vertex import SAME_M, VertexAt, find_vertex
from gridding.lattice import Floats, array_of, lattice_keys, snap
from gridding.segments import edges_of, lines_of, undirected_keys
from gridding.types import Plan
from gridding.village import Village

__all__ = ["insert", "move", "remove"]

# A vertex is put into a border that runs no farther than this from the place pointed at.
REACH_M = 1.0


def move(plan: Plan, village: Village, at: Point, to: Point) -> Plan:
    """Give the plan with the border vertex at one place moved to another, in every grid that has it.

    The vertex is the nearest one within half a metre of `at`. Where a single border between two basic grids ends on
    the village border or on an exclusive grid, its end slides: `to` is taken to the nearest point of that line, as far
    as the same two grids lie along it. Other vertices of the village border and of exclusive grids never move. A
    vertex on a hard barrier may be moved away from it, if no grid then lies on both sides.

    Raises: EditError: no_vertex, vertex_fixed, vertex_there (another one within a centimetre), and as `accept`.
    """
    plan = whole(plan, village)
    vertex, goal = find_vertex(plan, at), snap(to)
    if vertex.slides:
        return accept(plan, village, Redrawn(slide(plan, village, vertex, goal)))
    return accept(plan, village, moved_vertex(vertex, goal))


def moved_vertex(vertex: VertexAt, to: Point) -> Redrawn:
    """Give the grids with a free vertex moved to a point on the lattice.

    Raises: EditError: vertex_fixed, vertex_there.
    """
    if not vertex.free:
        message = "the vertex lies on the village border or an exclusive grid, which never move"
        raise refuse("vertex_fixed", message, vertex.point)
    others = shapely.get_coordinates(array_of(list(vertex.shapes.values())))
    others = others[(lattice_keys(others) != vertex.key).any(axis=1)]
    if (np.hypot(others[:, 0] - to.x, others[:, 1] - to.y) <= SAME_M).any():
        raise refuse("vertex_there", "another vertex of the border is there", to)
    goal = shapely.get_coordinates(to)[0]
    return Redrawn({seq: shapely.normalize(moved(shape, vertex.key, goal)) for seq, shape in vertex.shapes.items()})


def insert(plan: Plan, village: Village, at: Point) -> Plan:
    """Give the plan with a vertex more on the border between two basic grids, at its nearest point within a metre.

    Raises: EditError: no_border, vertex_there (one within a centimetre), and as `accept`.
    """
    plan = whole(plan, village)
    basic = plan.grids[plan.grids["kind"] == "basic"]
    near = basic[shapely.dwithin(basic.geometry.to_numpy(), at, REACH_M)]
    edges, row = edges_of(near.geometry.to_numpy())
    edge = _nearest_shared(edges, at)
    if edge is None:
        raise refuse("no_border", "no border between two basic grids runs within a metre of the place", at)
    line = LineString(edge.reshape(2, 2))
    bead = snap(shapely.line_interpolate_point(line, shapely.line_locate_point(line, at)))
    if shapely.dwithin(line.boundary, bead, SAME_M):
        raise refuse("vertex_there", "another vertex of the border is there", bead)
    key: Edge = tuple(undirected_keys(edge[None])[0].tolist())
    owners = near.iloc[sorted(set(row[(undirected_keys(edges) == key).all(axis=1)].tolist()))]
    beads = {key: shapely.get_coordinates(bead)}
    shapes = {
        int(seq): shapely.normalize(threaded(shape, beads))
        for seq, shape in zip(owners["seq"], owners.geometry, strict=True)
    }
    return accept(plan, village, Redrawn(shapes))


def _nearest_shared(edges: Floats, at: Point) -> Floats | None:
    """Give the edge (4) nearest to the place of those that two rings run along, if it is within reach."""
    keys = [tuple(key) for key in undirected_keys(edges).tolist()]
    once: set[tuple[int, ...]] = set()
    twice = [row for row, key in enumerate(keys) if key in once or once.add(key)]  # type: ignore[func-returns-value]
    if not twice:
        return None
    distance_m = np.asarray(shapely.distance(lines_of(edges[twice]), at))
    nearest = int(distance_m.argmin())
    return edges[twice[nearest]] if distance_m[nearest] <= REACH_M else None


def remove(plan: Plan, village: Village, at: Point) -> Plan:
    """Give the plan without the border vertex within half a metre of a place: its two edges become one.

    Where three or more borders meet, at a corner of a triangle, and on the village border and exclusive grids, a vertex
    cannot be removed.

    Raises: EditError: no_vertex, vertex_fixed, vertex_needed, and as `accept`.
    """
    plan = whole(plan, village)
    vertex = find_vertex(plan, at)
    if not vertex.free:
        message = "the vertex lies on the village border or an exclusive grid, which never move"
        raise refuse("vertex_fixed", message, vertex.point)
    if len(vertex.ends) > 2:
        raise refuse("vertex_needed", "more than two borders meet at the vertex", vertex.point)
    shapes = {seq: shapely.normalize(unthreaded(shape, {vertex.key})) for seq, shape in vertex.shapes.items()}
    if vertex.key in keys_of(shapely.get_coordinates(array_of(list(shapes.values())))):
        raise refuse("vertex_needed", "a grid would be left without land", vertex.point)
    return accept(plan, village, Redrawn(shapes))
