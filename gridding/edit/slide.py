"""The end of a border slid along the line it ends on: the village border or the outline of an exclusive grid."""

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from gridding.edit.accept import refuse
from gridding.edit.land import Land, cut, redraw, unique_edges
from gridding.edit.rings import Edge, key_of
from gridding.edit.vertex import SAME_M, VertexAt
from gridding.lattice import LATTICE_M, Floats, Ints, array_of, lattice_keys, snap
from gridding.linework import first_covering
from gridding.segments import rings_of, undirected_keys
from gridding.types import Plan
from gridding.village import Village

__all__ = ["slid_land", "slide"]

ON_M = 1e-5


def slide(plan: Plan, village: Village, vertex: VertexAt, to: Point) -> dict[int, BaseGeometry]:
    """Give the new shapes of the grids that change when a border's end slides towards a place.

    Raises: EditError as `slid_land`.
    """
    land, home = slid_land(plan, vertex, to)
    return redraw(plan, land, home, array_of([]), village.boundary)


def slid_land(plan: Plan, vertex: VertexAt, to: Point) -> tuple[Land, Ints]:
    """Give the faces of the two grids at a border whose end slides towards a place, and the grid of each then.

    The land between the old and the new border goes from the one of the two grids to the other.

    Raises: EditError: vertex_there when it is there already, border_crossed when the new border would leave the grid
    it slides into.
    """
    two = {seq: vertex.shapes[seq] for seq in vertex.basic}
    ways = {seq: _way(plan, shape, vertex) for seq, shape in two.items()}
    seq = min(ways, key=lambda seq: (shapely.distance(LineString(ways[seq]), to), seq))
    chain = _until(ways[seq], to)
    if len(chain) < 2:
        raise refuse("vertex_there", "the border ends there already", vertex.point)
    (inner,) = (end for end, fixed in vertex.ends.items() if not fixed)
    start = np.array(inner) * LATTICE_M
    border = LineString([start, chain[-1]])
    swept = Polygon(np.vstack([start[None], chain]))
    if not swept.is_valid or not two[seq].buffer(ON_M).covers(border):
        raise refuse("border_crossed", f"grid {seq} and a neighbour would lie over each other", border)
    land = cut(two, array_of([border]))
    inside = first_covering(array_of([swept]), shapely.point_on_surface(land.faces)) == 0
    (other,) = (goal for goal in two if goal != seq)
    home = np.where(inside, other, land.seq)
    if seq not in home:
        raise refuse("border_crossed", f"nothing would be left of grid {seq}", border)
    return land, home


def _way(plan: Plan, shape: BaseGeometry, vertex: VertexAt) -> Floats:
    """Give the vertices (n x 2) of the fixed line from the vertex on, as far as this grid lies along it."""
    ring = next(ring for ring in rings_of(array_of([shape]))[0] if _passes(ring, vertex))
    points = shapely.get_coordinates(ring)[:-1]
    (at,) = np.flatnonzero((lattice_keys(points) == vertex.key).all(axis=1))
    onward = np.roll(points, -int(at), axis=0)
    if not vertex.ends[key_of(onward[1])]:
        onward = np.vstack([onward[:1], onward[:0:-1]])
    loop = np.vstack([onward, onward[:1]])
    shared = _between_basic(plan, shape)
    keys = map(tuple, undirected_keys(np.hstack([loop[:-1], loop[1:]])).tolist())
    last = next(row for row, key in enumerate(keys) if key in shared)
    return np.asarray(loop[: last + 1])


def _passes(ring: BaseGeometry, vertex: VertexAt) -> bool:
    """Whether the ring runs along the border that ends at the vertex."""
    edges = np.hstack([shapely.get_coordinates(ring)[:-1], shapely.get_coordinates(ring)[1:]])
    keys = lattice_keys(edges)
    here = (keys[:, :2] == vertex.key).all(axis=1)
    return any(not vertex.ends[key_of(end)] for end in edges[here, 2:]) or any(
        not vertex.ends[key_of(start)] for start in edges[(keys[:, 2:] == vertex.key).all(axis=1), :2]
    )


def _between_basic(plan: Plan, shape: BaseGeometry) -> set[Edge]:
    basic = plan.grids.geometry.to_numpy()[(plan.grids["kind"] == "basic").to_numpy()]
    _, keys, uses = unique_edges(basic[shapely.intersects(shapely.envelope(basic), shapely.envelope(shape))])
    return {(a, b, c, d) for a, b, c, d in keys[uses > 1].tolist()}


def _until(way: Floats, to: Point) -> Floats:
    """Give the part of the way up to its nearest point to a place, on the lattice."""
    line = LineString(way)
    along_m = float(shapely.line_locate_point(line, to))
    passed_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))])
    nearest = int(np.argmin(np.abs(passed_m - along_m)))
    if abs(passed_m[nearest] - along_m) <= SAME_M:
        return way[: nearest + 1]
    end = shapely.get_coordinates(snap(shapely.line_interpolate_point(line, along_m)))
    return np.vstack([way[passed_m < along_m], end])
