"""A first plan: connected atoms halved again and again along the best of several sweeps."""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

from gridding.graph import Graph

__all__ = ["halve", "partition", "parts_of"]

ANGLES = 8
# A half may miss its share by this part of the tolerance; the rest is left for the halves below it.
SLACK = 0.5
ATTEMPTS = 3


@dataclass(frozen=True)
class _Halves:
    first: list[int]
    second: list[int]
    excess: float
    cut: float


def partition(
    graph: Graph, weight: Sequence[int], atoms: list[int], k: int, tolerance: float, turn: float = 0.0
) -> list[list[int]]:
    """Give k connected, non-empty groups of connected atoms, their weights nearly equal.

    `weight` is indexed by atom; at least k of the atoms must weigh something, and each group holds one of these.
    `turn` turns all sweeps by a part of the angle between two of them: another start for the same search.

    Cost: n log n per sweep, level and direction.
    """
    if k == 1:
        return [atoms]
    allowed = SLACK * tolerance * sum(weight[atom] for atom in atoms) / k
    halves = halve(graph, weight, atoms, (k // 2, k - k // 2), allowed, turn)
    if halves is None:
        return _grow(graph, weight, atoms, k)
    first, second = halves
    return [
        *partition(graph, weight, first, k // 2, tolerance, turn),
        *partition(graph, weight, second, k - k // 2, tolerance, turn),
    ]


def halve(
    graph: Graph, weight: Sequence[int], atoms: list[int], shares: tuple[int, int], allowed: float, turn: float = 0.0
) -> tuple[list[int], list[int]] | None:
    """Give two connected groups with weights in proportion to the shares, or None if no sweep finds any.

    Of all sweeps the one that misses the proportion by no more than `allowed` per share with the shortest cut.
    """
    best = None
    for keys in _sweep_keys(graph, atoms, turn):
        halves = _sweep(graph, weight, atoms, keys, shares, allowed)
        if halves and (best is None or (halves.excess, halves.cut) < (best.excess, best.cut)):
            best = halves
    return (best.first, best.second) if best else None


def _sweep_keys(graph: Graph, atoms: list[int], turn: float) -> list[dict[int, float]]:
    place = {atom: graph.place[atom].tolist() for atom in atoms}
    sweeps = []
    for step in range(ANGLES):
        angle = math.tau * (step + turn) / ANGLES
        east, north = math.cos(angle), math.sin(angle)
        sweeps.append({atom: east * x + north * y for atom, (x, y) in place.items()})
    for along in sweeps[: ANGLES // 2]:
        start = min(atoms, key=lambda atom, along=along: (along[atom], atom))  # type: ignore[misc]
        sweeps.append(_distances(graph, place, start))
    return sweeps


def _distances(graph: Graph, place: dict[int, list[float]], start: int) -> dict[int, float]:
    """Give the shortest way in metres from the start to each atom, stepping from place to place."""
    distance: dict[int, float] = {}
    queue = [(0.0, start)]
    while queue:
        way, atom = heapq.heappop(queue)
        if atom in distance:
            continue
        distance[atom] = way
        for other, _ in graph.borders[atom]:
            if other in place and other not in distance:
                heapq.heappush(queue, (way + math.dist(place[atom], place[other]), other))
    return distance


def _grow_order(graph: Graph, keys: dict[int, float]) -> tuple[list[int], list[float]]:
    """Give the atoms in an order whose every beginning is connected, lowest key first, and the cut after each."""
    start = min(keys, key=lambda atom: (keys[atom], atom))
    queue, seen, taken = [(keys[start], start)], {start}, set[int]()
    order, cuts, cut = [], [], 0.0
    while queue:
        _, atom = heapq.heappop(queue)
        taken.add(atom)
        for other, cost in graph.borders[atom]:
            if other not in keys:
                continue
            cut += -cost if other in taken else cost
            if other not in seen:
                seen.add(other)
                heapq.heappush(queue, (keys[other], other))
        order.append(atom)
        cuts.append(cut)
    return order, cuts


def _sweep(
    graph: Graph,
    weight: Sequence[int],
    atoms: list[int],
    keys: dict[int, float],
    shares: tuple[int, int],
    allowed: float,
) -> _Halves | None:
    order, cuts = _grow_order(graph, keys)
    total = sum(weight[atom] for atom in atoms)
    goal = total * shares[0] / sum(shares)
    best, aim = None, goal
    for _ in range(ATTEMPTS):
        end = _best_end(order, cuts, weight, aim, allowed * min(shares))
        strays = _strays(graph, weight, order[end:])
        first, second = [*order[:end], *strays], sorted(set(order[end:]) - set(strays))
        halves = _measured(graph, weight, first, second, goal, shares, allowed)
        if halves and (best is None or (halves.excess, halves.cut) < (best.excess, best.cut)):
            best = halves
        if not strays:
            break
        aim = goal - sum(weight[atom] for atom in strays)
    return best


def _best_end(order: list[int], cuts: list[float], weight: Sequence[int], aim: float, allowed: float) -> int:
    """Give how many atoms to take: the shortest cut among those near the aim, else the nearest."""
    ends, taken = [], 0
    for end, atom in enumerate(order[:-1], start=1):
        taken += weight[atom]
        ends.append((max(0.0, abs(taken - aim) - allowed), cuts[end - 1], end))
    return min(ends)[2]


def parts_of(graph: Graph, atoms: Sequence[int]) -> list[list[int]]:
    """Give the connected parts of the atoms, each in rising order, by their first atoms."""
    left, parts = set(atoms), []
    for start in sorted(atoms):
        if start not in left:
            continue
        left.discard(start)
        part, queue = [start], [start]
        while queue:
            for other, _ in graph.borders[queue.pop()]:
                if other in left:
                    left.discard(other)
                    part.append(other)
                    queue.append(other)
        parts.append(sorted(part))
    return parts


def _strays(graph: Graph, weight: Sequence[int], atoms: list[int]) -> list[int]:
    parts = parts_of(graph, atoms)
    main = max(parts, key=lambda part: (sum(weight[atom] for atom in part), len(part), -part[0]))
    return [atom for part in parts if part is not main for atom in part]


def _measured(
    graph: Graph,
    weight: Sequence[int],
    first: list[int],
    second: list[int],
    goal: float,
    shares: tuple[int, int],
    allowed: float,
) -> _Halves | None:
    """Give the halves with their faults, or None when one has too few atoms to be shared out further."""
    if any(sum(weight[atom] > 0 for atom in half) < share for half, share in zip((first, second), shares, strict=True)):
        return None
    miss = abs(sum(weight[atom] for atom in first) - goal) - allowed * min(shares)
    inside = set(first)
    cut = sum(cost for atom in first for other, cost in graph.borders[atom] if other not in inside)
    return _Halves(sorted(first), second, max(0.0, miss), cut)


def _grow(graph: Graph, weight: Sequence[int], atoms: list[int], k: int) -> list[list[int]]:
    """Give k connected groups grown from the k heaviest atoms, the lightest group first.

    It always succeeds where sweeps do not: at stars and chains of few atoms.
    """
    seeds = sorted(atoms, key=lambda atom: (-weight[atom], atom))[:k]
    return grow_from(graph, weight, atoms, [[seed] for seed in seeds])


def grow_from(
    graph: Graph, weight: Sequence[int], atoms: Sequence[int], groups: Sequence[Sequence[int]]
) -> list[list[int]]:
    """Give the groups grown over all connected atoms: again and again the lightest takes its lowest neighbour."""
    grown = [list(group) for group in groups]
    free = set(atoms).difference(*grown)
    queue = [(sum(weight[atom] for atom in group), place) for place, group in enumerate(grown)]
    heapq.heapify(queue)
    while queue:
        load, place = heapq.heappop(queue)
        frontier = [other for atom in grown[place] for other, _ in graph.borders[atom] if other in free]
        if frontier:
            atom = min(frontier)
            free.discard(atom)
            grown[place].append(atom)
            heapq.heappush(queue, (load + weight[atom], place))
    return [sorted(group) for group in grown]
