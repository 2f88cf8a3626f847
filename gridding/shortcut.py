"""Vertices taken out of borders where nothing that must keep its side stands in the way."""

import numpy as np

from gridding.compiled import compiled
from gridding.lattice import Bools, Floats, Ints

__all__ = ["shortcut"]

# Vertices go in rounds, those that bend a border least first; each round allows this many times the area of the last.
GROWTH = 2.0
ROUNDS = 12


@compiled
def _blocked(corners: Floats, point: Floats, clear_m: float) -> bool:
    """Give whether a point lies in the triangle a, b, c or nearer than `clear_m` to the inside of its side a-c."""
    ax, ay, bx, by, cx, cy = corners[0], corners[1], corners[2], corners[3], corners[4], corners[5]
    x, y = point[0], point[1]
    along_x, along_y = cx - ax, cy - ay
    length_m = np.hypot(along_x, along_y)
    beside = along_x * (y - ay) - along_y * (x - ax)
    onward = along_x * (x - ax) + along_y * (y - ay)
    if 0.0 < onward < length_m * length_m and abs(beside) < clear_m * length_m:
        return True
    first = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    second = (cx - bx) * (y - by) - (cy - by) * (x - bx)
    # The three signs agree inside; beside is that of c-a turned round.
    return bool((first >= 0 and second >= 0 and beside <= 0) or (first <= 0 and second <= 0 and beside >= 0))


@compiled
def _in_the_way(
    places: Floats, alive: Bools, buckets: tuple[Ints, Ints, Floats], ends: tuple[int, int, int], clear_m: float
) -> bool:
    """Give whether anything alive, but the three vertices themselves, blocks the shortcut."""
    starts, rows, frame = buckets
    left, low, size_m, wide, high = frame[0], frame[1], frame[2], int(frame[3]), int(frame[4])
    corners = np.empty(6)
    for corner in range(3):
        corners[2 * corner] = places[ends[corner], 0]
        corners[2 * corner + 1] = places[ends[corner], 1]
    from_x = max(0, int((corners[0::2].min() - clear_m - left) / size_m))
    to_x = min(wide - 1, int((corners[0::2].max() + clear_m - left) / size_m))
    from_y = max(0, int((corners[1::2].min() - clear_m - low) / size_m))
    to_y = min(high - 1, int((corners[1::2].max() + clear_m - low) / size_m))
    for column in range(from_x, to_x + 1):
        for cell in range(column * high + from_y, column * high + to_y + 1):
            for slot in range(starts[cell], starts[cell + 1]):
                row = rows[slot]
                if not alive[row] or row == ends[0] or row == ends[1] or row == ends[2]:
                    continue
                if _blocked(corners, places[row], clear_m):
                    return True
    return False


@compiled
def _doubled(beside: Ints, direct: Ints, count: int, first: int, second: int) -> bool:
    """Give whether two vertices are joined by an edge already."""
    if beside[first, 0] >= 0:
        return bool(beside[first, 0] == second or beside[first, 1] == second)
    if beside[second, 0] >= 0:
        return bool(beside[second, 0] == first or beside[second, 1] == first)
    for row in range(count):
        if (direct[row, 0] == first and direct[row, 1] == second) or (
            direct[row, 0] == second and direct[row, 1] == first
        ):
            return True
    return False


@compiled
def _bend_m2(places: Floats, first: int, vertex: int, second: int) -> float:
    """Give the area of the triangle that a vertex makes with its neighbours."""
    along_x, along_y = places[second, 0] - places[first, 0], places[second, 1] - places[first, 1]
    to_x, to_y = places[vertex, 0] - places[first, 0], places[vertex, 1] - places[first, 1]
    return float(abs(along_x * to_y - along_y * to_x) / 2)


@compiled
def _rejoin(beside: Ints, vertex: int) -> bool:
    """Make the neighbours of a vertex each other's, and give whether both are ones that stay."""
    first, second = beside[vertex, 0], beside[vertex, 1]
    for end, other in ((first, second), (second, first)):
        if beside[end, 0] == vertex:
            beside[end, 0] = other
        elif beside[end, 1] == vertex:
            beside[end, 1] = other
    return bool(beside[first, 0] < 0 and beside[second, 0] < 0)


@compiled
def shortcut(
    places: Floats,
    beside: Ints,
    direct: Ints,
    buckets: tuple[Ints, Ints, Floats],
    limits: tuple[float, float, float],
) -> Bools:
    """Give which places are left when vertices are taken out of borders, those that bend them least first.

    `places` (n x 2) are vertices and whatever must keep its side of every border; `beside` (n x 2) the two neighbours
    of each vertex that may go, -1 for the rest; `direct` (m x 2) the edges between two that may not. `buckets` find the
    places near a point. `limits` are the largest area of a triangle taken, the clearance and the longest edge.

    Source: Visvalingam and Whyatt, Line generalisation by repeated elimination of points, Cartographic Journal 30,
    1993, with the test of de Berg, van Kreveld and Schirra, Topologically correct subdivision simplification, 1998: a
    triangle without a place in it is crossed by no border.
    """
    area_m2, clear_m, longest_m = limits
    beside = beside.copy()
    alive = np.ones(len(places), dtype=np.bool_)
    joined = np.empty((len(direct) + len(places), 2), dtype=np.int64)
    joined[: len(direct)] = direct
    count = len(direct)
    movable = np.flatnonzero(beside[:, 0] >= 0)
    for step in range(ROUNDS):
        most_m2 = area_m2 / GROWTH ** (ROUNDS - 1 - step)
        for vertex in movable[alive[movable]]:
            first, second = beside[vertex, 0], beside[vertex, 1]
            across = places[second] - places[first]
            small = _bend_m2(places, first, vertex, second) <= most_m2 and np.hypot(across[0], across[1]) <= longest_m
            if not small or first == second or _doubled(beside, joined, count, first, second):
                continue
            if _in_the_way(places, alive, buckets, (first, vertex, second), clear_m):
                continue
            alive[vertex] = False
            if _rejoin(beside, vertex):
                joined[count, 0], joined[count, 1] = first, second
                count += 1
    return alive
