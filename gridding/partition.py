"""The state of the search: a grid for each atom with what each grid weighs and how long its outline is."""

from typing import NamedTuple

import numpy as np

from gridding.compiled import compiled
from gridding.graph import Graph
from gridding.lattice import Floats, Ints

__all__ = ["Land", "Limits", "Partition", "can_leave", "change", "excess", "labelled", "land_of", "move", "price"]

FOUR_PI = 4.0 * np.pi


class Land(NamedTuple):
    """What never changes during a search: the graph, `weight` instead of its load, as plain arrays.

    `outline_m` is that of an atom alone, `soft_m` by how much less than its length a border costs.
    """

    weight: Ints
    place: Floats
    area_m2: Floats
    outline_m: Floats
    start: Ints
    other: Ints
    length_m: Floats
    cost: Floats
    soft_m: Floats


class Limits(NamedTuple):
    """What a search aims at.

    `low` and `high` are the loads within which each grid lies well, `mean` the load by which what is outside is
    measured; `excess_price` is that of a whole mean outside, `soft_price` what is won by a metre of `soft_m` between
    two grids. The outline of a grid costs the inverse of its Polsby-Popper.
    """

    low: Floats
    high: Floats
    mean: float
    excess_price: float
    soft_price: float


class Partition(NamedTuple):
    """A grid 0..k-1 for each atom and, per grid, load, area, outline in metres and number of atoms.

    `seen` and `queue` are room for searches, one place per atom; the last of `seen` counts the searches.
    """

    label: Ints
    load: Ints
    area_m2: Floats
    outline_m: Floats
    atoms: Ints
    seen: Ints
    queue: Ints


def land_of(graph: Graph, weight: Ints) -> Land:
    """Give the arrays of the graph."""
    outline_m = graph.outer_m + np.bincount(graph.atom, weights=graph.length_m, minlength=len(weight))
    ways = (graph.start, graph.other, graph.length_m, graph.cost, graph.length_m - graph.cost)
    return Land(weight, graph.place, graph.area_m2, outline_m, *ways)


@compiled
def labelled(land: Land, label: Ints, k: int) -> Partition:
    """Give the partition with this grid for each atom; the label is taken over, not copied."""
    load, atoms = np.zeros(k, dtype=np.int64), np.zeros(k, dtype=np.int64)
    area_m2, outline_m = np.zeros(k), np.zeros(k)
    for atom in range(len(label)):
        grid = label[atom]
        load[grid] += land.weight[atom]
        atoms[grid] += 1
        area_m2[grid] += land.area_m2[atom]
        outline_m[grid] += land.outline_m[atom]
        for way in range(land.start[atom], land.start[atom + 1]):
            if label[land.other[way]] == grid:
                outline_m[grid] -= land.length_m[way]
    seen = np.zeros(len(label) + 1, dtype=np.int64)
    return Partition(label, load, area_m2, outline_m, atoms, seen, np.empty(len(label), dtype=np.int64))


@compiled
def excess(load: int, grid: int, limits: Limits) -> float:
    """Give by what share of the mean this load of a grid lies outside its limits."""
    outside: float = max(limits.low[grid] - load, load - limits.high[grid], 0.0)
    return outside / limits.mean


@compiled
def _penalty(load: int, grid: int, limits: Limits) -> float:
    # The square makes two grids a little outside better than one far outside.
    outside = excess(load, grid, limits)
    return limits.excess_price * outside * (1.0 + outside)


@compiled
def _spread(outline_m: float, area_m2: float) -> float:
    return outline_m * outline_m / (FOUR_PI * area_m2)


@compiled
def price(land: Land, part: Partition, limits: Limits) -> tuple[float, float]:
    """Give by how much all grids lie outside their limits, and what their outlines and borders cost."""
    outside = rest = 0.0
    for grid in range(len(part.load)):
        outside += excess(part.load[grid], grid, limits)
        rest += _spread(part.outline_m[grid], part.area_m2[grid])
    for atom in range(len(part.label)):
        for way in range(land.start[atom], land.start[atom + 1]):
            if part.label[land.other[way]] != part.label[atom]:
                rest -= limits.soft_price * land.soft_m[way] / 2.0
    return outside, rest


@compiled
def change(land: Land, part: Partition, limits: Limits, atom: int, to: int) -> float:
    """Give by how much the price of the plan rises when the atom goes to the grid `to`; the last one cannot go."""
    home, weight, area_m2 = part.label[atom], land.weight[atom], land.area_m2[atom]
    if part.atoms[home] == 1:
        return np.inf
    home_m = to_m = soft_m = 0.0
    for way in range(land.start[atom], land.start[atom + 1]):
        grid = part.label[land.other[way]]
        if grid == home:
            home_m += land.length_m[way]
            soft_m += land.soft_m[way]
        elif grid == to:
            to_m += land.length_m[way]
            soft_m -= land.soft_m[way]
    around_m = land.outline_m[atom]
    return (
        _penalty(part.load[home] - weight, home, limits)
        - _penalty(part.load[home], home, limits)
        + _penalty(part.load[to] + weight, to, limits)
        - _penalty(part.load[to], to, limits)
        + _spread(part.outline_m[home] - around_m + 2.0 * home_m, part.area_m2[home] - area_m2)
        - _spread(part.outline_m[home], part.area_m2[home])
        + _spread(part.outline_m[to] + around_m - 2.0 * to_m, part.area_m2[to] + area_m2)
        - _spread(part.outline_m[to], part.area_m2[to])
        - limits.soft_price * soft_m
    )


@compiled
def move(land: Land, part: Partition, atom: int, to: int) -> None:
    """Give the atom to the grid `to`."""
    home, weight, area_m2 = part.label[atom], land.weight[atom], land.area_m2[atom]
    home_m = to_m = 0.0
    for way in range(land.start[atom], land.start[atom + 1]):
        grid = part.label[land.other[way]]
        if grid == home:
            home_m += land.length_m[way]
        elif grid == to:
            to_m += land.length_m[way]
    part.outline_m[home] += 2.0 * home_m - land.outline_m[atom]
    part.outline_m[to] += land.outline_m[atom] - 2.0 * to_m
    part.load[home] -= weight
    part.load[to] += weight
    part.area_m2[home] -= area_m2
    part.area_m2[to] += area_m2
    part.atoms[home] -= 1
    part.atoms[to] += 1
    part.label[atom] = to


@compiled
def can_leave(land: Land, part: Partition, atom: int) -> bool:
    """Whether the atom's grid stays connected, and keeps some weight, without it.

    Cost: the ways of the neighbours where these are connected among themselves, else a search through the grid.
    """
    home = part.label[atom]
    if part.load[home] == land.weight[atom] or part.atoms[home] == 1:
        return False
    wanted = part.seen[-1] + 2
    reached = wanted + 1
    part.seen[-1] = wanted
    left = 0
    for way in range(land.start[atom], land.start[atom + 1]):
        near = land.other[way]
        if part.label[near] == home:
            part.seen[near] = wanted
            part.queue[0] = near
            left += 1
    if left <= 1:
        return True
    part.seen[atom] = part.seen[part.queue[0]] = reached
    left, found = _reach(land, part, home, left - 1, 1, True)
    if left:
        left, found = _reach(land, part, home, left, found, False)
    return left == 0


@compiled
def _reach(land: Land, part: Partition, home: int, left: int, found: int, ring: bool) -> tuple[int, int]:
    """Give how many wanted atoms are left, and how many are found, after a search from the queue.

    With `ring` the search steps on wanted atoms only.
    """
    wanted, reached = part.seen[-1], part.seen[-1] + 1
    head = 0
    while left and head < found:
        atom = part.queue[head]
        head += 1
        for way in range(land.start[atom], land.start[atom + 1]):
            near = land.other[way]
            if part.seen[near] == reached or part.label[near] != home or (ring and part.seen[near] != wanted):
                continue
            if part.seen[near] == wanted:
                left -= 1
            part.seen[near] = reached
            part.queue[found] = near
            found += 1
    return left, found
