"""A vertex of the borders: which grids have it, and which borders meet there."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from gridding.edit.accept import refuse
from gridding.edit.rings import Key, key_of
from gridding.lattice import LATTICE_M, Ints, array_of, lattice_keys
from gridding.segments import edges_of
from gridding.types import Plan

__all__ = ["SAME_M", "VertexAt", "find_vertex"]

# A vertex is taken for the one pointed at when it is no farther away than this.
REACH_M = 0.5
# Two vertices nearer than this are one place.
SAME_M = 0.01


@dataclass(frozen=True)
class VertexAt:
    """A vertex with the grids (seq -> shape) that have it.

    `ends` gives for the other end of each edge at the vertex whether the edge is fixed: on the village border or on
    the outline of an exclusive grid.
    """

    key: Key
    shapes: dict[int, BaseGeometry]
    ends: dict[Key, bool]
    basic: tuple[int, ...]

    @property
    def point(self) -> Point:
        """The place of the vertex."""
        return Point(self.key[0] * LATTICE_M, self.key[1] * LATTICE_M)

    @property
    def free(self) -> bool:
        """Whether no fixed line runs through the vertex."""
        return not any(self.ends.values())

    @property
    def slides(self) -> bool:
        """Whether one border between two basic grids ends here on a fixed line."""
        fixed = sum(self.ends.values())
        return fixed == 2 and len(self.ends) == 3 and len(self.basic) == 2


def find_vertex(plan: Plan, at: Point) -> VertexAt:
    """Give the vertex of the grids' borders nearest to a place.

    Raises: EditError: no_vertex when there is none within half a metre.
    """
    shapes = plan.grids.geometry.to_numpy()
    coordinates, row = shapely.get_coordinates(shapes, return_index=True)
    distance_m = np.hypot(coordinates[:, 0] - at.x, coordinates[:, 1] - at.y)
    nearest = int(distance_m.argmin())
    if not distance_m[nearest] <= REACH_M:
        raise refuse("no_vertex", "no border has a vertex within half a metre of the place", at)
    key = key_of(coordinates[nearest])
    rows = np.unique(row[(lattice_keys(coordinates) == key).all(axis=1)])
    exclusive = (plan.grids["kind"] == "exclusive").to_numpy()
    seqs = plan.grids["seq"].to_numpy()
    return VertexAt(
        key,
        {int(seqs[owner]): shapes[owner] for owner in rows.tolist()},
        _ends(key, array_of(shapes[rows].tolist()), exclusive[rows].nonzero()[0]),
        tuple(seqs[rows[~exclusive[rows]]].tolist()),
    )


def _ends(key: Key, shapes: "np.ndarray", exclusive: Ints) -> dict[Key, bool]:
    edges, owner = edges_of(shapes)
    keys = lattice_keys(edges)
    owners: dict[Key, list[int]] = {}
    for here, there in ((slice(0, 2), slice(2, 4)), (slice(2, 4), slice(0, 2))):
        for row in np.flatnonzero((keys[:, here] == key).all(axis=1)).tolist():
            owners.setdefault(tuple(keys[row, there].tolist()), []).append(int(owner[row]))
    return {end: len(rows) == 1 or not set(rows).isdisjoint(exclusive.tolist()) for end, rows in sorted(owners.items())}
