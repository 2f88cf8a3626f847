"""Rings round the faces of a plane graph, walked half-edge by half-edge."""

import numpy as np

from gridding.compiled import compiled
from gridding.lattice import Ints

__all__ = ["trace"]


@compiled
def trace(follow: Ints, origin: Ints, places: int) -> tuple[Ints, Ints, Ints]:
    """Give the walk of each half-edge, the half-edges ring by ring, and where each ring starts among them.

    `follow` is the next half-edge round the face on the left, `origin` the place 0..places-1 where each begins. A walk
    goes once round a face; where it meets a place again, the loop between is a ring of its own, so that no ring
    touches itself.
    """
    count = len(follow)
    walk = np.full(count, -1, dtype=np.int64)
    at = np.full(places, -1, dtype=np.int64)
    stack, order = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    starts = np.empty(count + 1, dtype=np.int64)
    filled, rings, walks = 0, 0, 0
    for first in range(count):
        if walk[first] >= 0:
            continue
        edge, depth = first, 0
        while True:
            loop = at[origin[edge]]
            if loop >= 0:
                starts[rings] = filled
                rings += 1
                for step in range(loop, depth):
                    order[filled] = stack[step]
                    filled += 1
                    at[origin[stack[step]]] = -1
                depth = loop
            if walk[edge] >= 0:
                break
            walk[edge] = walks
            stack[depth] = edge
            at[origin[edge]] = depth
            depth += 1
            edge = follow[edge]
        walks += 1
    starts[rings] = filled
    return walk, order, starts[: rings + 1]
