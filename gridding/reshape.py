"""The grids that must begin or end so that loads come into their ranges with least moved."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gridding.exhaust import exhaust
from gridding.flow import least_flow
from gridding.graph import Graph
from gridding.lattice import Ints
from gridding.shift import Ranges, Shift, repair
from gridding.solve import solve

__all__ = ["reshape"]

# Of grids that might be split, and of those that might end, so many are tried in each round.
MOST_TRIED = 3

Score = tuple[bool, int, int, float]


@dataclass(frozen=True)
class _Attempt:
    """A start (grids in force, some split, some to end) and where moving atoms from there leads."""

    start: Shift
    ranges: Ranges
    end: Shift

    @property
    def score(self) -> Score:
        """First whether fixed atoms lost their grid, then load outside the ranges, load moved, length of borders."""
        return not self.end.held, self.ranges.miss(self.end.load), self.end.moved, self.end.cut_m


def reshape(start: Shift, ranges: Ranges, new: tuple[int, int], tolerance: float) -> tuple[Shift, Ranges]:
    """Give the shift with every open grid in its range, or as near as was found, with least load moved.

    A grid may be split into two, or end and leave its land to its neighbours, where that leaves less load outside the
    ranges, or moves less. `new` is the range of grids that begin; halves of a split differ by `tolerance` at first.

    Limit: villages of a dozen atoms are searched whole, larger ones step by step. Splits and ends are tried one after
    another, those of the grids farthest out of range first.
    """
    best = _attempt(start, ranges)
    while True:
        offers = [_attempt(*variant) for variant in _variants(best, new, tolerance)]
        better = min(offers, key=lambda offer: offer.score, default=best)
        if better.score >= best.score:
            return best.end, best.ranges
        best = better


def _attempt(start: Shift, ranges: Ranges) -> _Attempt:
    """Give the best of all plans where they are few, else the better of two orders in which atoms are chosen.

    One order is enough where it moves no more than the flow between the grids.
    """
    label = exhaust(start, ranges)
    if label is not None:
        return _Attempt(start, ranges, start.relabelled(label, len(start.members)))
    ways, cost = start.ways(ranges)
    flow = start.moved + int(least_flow(start.load, ranges.low, ranges.high, ways, cost).sum())
    found = []
    for heavy_first in (False, True):
        end = start.relabelled(np.array(start.label), len(start.members))
        repair(end, ranges, heavy_first=heavy_first)
        found.append(_Attempt(start, ranges, end))
        if found[-1].score[:3] <= (False, 0, flow):
            break
    return min(found, key=lambda attempt: attempt.score)


def _variants(best: _Attempt, new: tuple[int, int], tolerance: float) -> Iterator[tuple[Shift, Ranges]]:
    start, ranges = best.start, best.ranges
    _, miss, moved, _ = best.score
    low, high = np.minimum(start.load, best.end.load), np.maximum(start.load, best.end.load)
    # A grid that begins takes its lowest load from others, one that ends gives all: no less is moved then.
    if miss > 0 or moved > new[0]:
        for grid in _farthest(high - ranges.high, ranges):
            label = _split(start, grid, tolerance)
            if label is not None:
                yield start.relabelled(label, len(start.members) + 1), ranges.with_range(len(start.members), *new)
    for grid in _farthest(ranges.low - low, ranges):
        ends = not any(start.fixed[atom] for atom in start.members[grid])
        if ends and (miss > 0 or moved > start.load[grid]):
            yield start, ranges.with_range(grid, 0, 0)


def _farthest(outside: Ints, ranges: Ranges) -> list[int]:
    order = np.lexsort((np.arange(len(outside)), -outside))
    return [grid for grid in order.tolist() if outside[grid] > 0 and ranges.open[grid]][:MOST_TRIED]


def _split(start: Shift, grid: int, tolerance: float) -> Ints | None:
    """Give the labels with a grid in two halves, the lighter one new; None where that cannot be."""
    atoms = np.array(sorted(start.members[grid]), dtype=np.int64)
    part = _part(start.graph, atoms)
    if (part.load > 0).sum() < 2 or part.component.max() > 1:
        return None
    half = solve(part, part.load, 2, tolerance)
    fixed = np.array(start.fixed)[atoms]
    free = [side for side in (0, 1) if not fixed[half == side].any()]
    if not free:
        return None
    lighter = min(free, key=lambda side: (part.load[half == side].sum(), side))
    label = np.array(start.label, dtype=np.int64)
    label[atoms[half == lighter]] = len(start.members)
    return label


def _part(graph: Graph, atoms: Ints) -> Graph:
    """Give the graph of these atoms alone; borders to others are outlines."""
    place = np.full(len(graph.load), -1, dtype=np.int64)
    place[atoms] = np.arange(len(atoms))
    one, other = place[graph.atom], place[graph.other]
    inside = (one >= 0) & (one < other)
    lost = (one >= 0) & (other < 0)
    outer_m = graph.outer_m[atoms] + np.bincount(one[lost], weights=graph.length_m[lost], minlength=len(atoms))
    return Graph.of_pairs(
        graph.load[atoms],
        graph.place[atoms],
        (graph.area_m2[atoms], outer_m),
        np.column_stack([one, other])[inside],
        (graph.length_m[inside], graph.cost[inside]),
    )
