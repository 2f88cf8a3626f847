"""Vertices put into, taken out of and moved in the rings of polygons, each at its place on the lattice."""

from collections.abc import Callable

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridding.lattice import Floats, lattice_keys
from gridding.segments import undirected_keys

__all__ = ["Edge", "Key", "key_of", "keys_of", "moved", "threaded", "unthreaded"]

Key = tuple[int, int]
Edge = tuple[int, int, int, int]


def key_of(point: Floats) -> Key:
    """Give the lattice key of one point (x, y)."""
    x, y = lattice_keys(np.asarray(point, dtype=np.float64)).tolist()
    return x, y


def keys_of(points: Floats) -> set[Key]:
    """Give the lattice keys of points (n x 2)."""
    return {(x, y) for x, y in lattice_keys(points).tolist()}


def moved(shape: BaseGeometry, at: Key, to: Floats) -> BaseGeometry:
    """Give the shape with the vertex at a place moved to a point, wherever its rings pass there."""

    def put(coordinates: Floats) -> Floats:
        result = coordinates.copy()
        result[(lattice_keys(coordinates) == at).all(axis=1)] = to
        return result

    return shapely.transform(shape, put)


def threaded(shape: BaseGeometry, beads: dict[Edge, Floats]) -> BaseGeometry:
    """Give the shape with points (n x 2, in the order of the undirected edge) put into its edges."""

    def thread(ring: Floats) -> Floats:
        edges = np.hstack([ring[:-1], ring[1:]])
        before, after = lattice_keys(edges), undirected_keys(edges)
        rows: list[Floats] = []
        for start, way, key in zip(ring[:-1], before.tolist(), map(tuple, after.tolist()), strict=True):
            rows.append(start[None])
            if key in beads:
                rows.append(beads[key] if way == list(key) else beads[key][::-1])
        return np.vstack([*rows, ring[-1:]])

    return _each_ring(shape, thread)


def unthreaded(shape: BaseGeometry, keys: set[Key]) -> BaseGeometry:
    """Give the shape without the vertices at these places; a ring that would be left without area stays."""

    def thin(ring: Floats) -> Floats:
        kept = np.array([tuple(key) not in keys for key in lattice_keys(ring[:-1]).tolist()], dtype=bool)
        open_ring = ring[:-1][kept]
        return np.vstack([open_ring, open_ring[:1]]) if len(open_ring) > 2 else ring

    return _each_ring(shape, thin)


def _each_ring(shape: BaseGeometry, change: Callable[[Floats], Floats]) -> BaseGeometry:
    if isinstance(shape, MultiPolygon):
        return MultiPolygon(
            [part for polygon in shape.geoms if isinstance(part := _each_ring(polygon, change), Polygon)]
        )
    shell, *holes = (change(shapely.get_coordinates(ring)) for ring in shapely.get_rings(shape))
    return Polygon(shell, holes)
