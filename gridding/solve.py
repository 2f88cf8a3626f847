"""From the graph of atoms to a grid for each atom."""

from collections.abc import Sequence

import numpy as np

from gridding.allocate import allocate
from gridding.graph import Graph, components
from gridding.lattice import Ints
from gridding.refine import Partition, refine
from gridding.sweep import grow_from, partition, parts_of

__all__ = ["solve"]

# A search that ends outside the tolerance starts again with its sweeps turned; most villages need the first only.
TURNS = (0.0, 0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875)


def solve(graph: Graph, weight: Ints, k: int, tolerance: float) -> Ints:
    """Give a grid 0..k-1 for each atom: connected, with weight in each, as balanced and compact as the search finds.

    `weight` is per atom; at least k atoms weigh something and the graph has at most k components.
    """
    weights = weight.tolist()
    starts = [_search(graph, weight, weights, k, tolerance, TURNS[0])]
    while starts[-1].penalties > 0 and len(starts) < len(TURNS):
        starts.append(_search(graph, weight, weights, k, tolerance, TURNS[len(starts)]))
    best = min(starts, key=lambda found: (found.penalties, found.cut_m))
    return np.array(best.label, dtype=np.int64)


def _search(graph: Graph, weight: Ints, weights: list[int], k: int, tolerance: float, turn: float) -> Partition:
    """Give a first plan of sweeps turned by `turn`, with its borders moved until no step makes it better."""
    label = components(graph)
    members = [np.flatnonzero(label == part).tolist() for part in range(label.max(initial=-1) + 1)]
    loads = np.array([weight[atoms].sum() for atoms in members], dtype=np.float64)
    # A component without weight still needs its grid.
    most = np.array([max(1, (weight[atoms] > 0).sum()) for atoms in members], dtype=np.int64)
    groups: list[list[int]] = []
    for atoms, share in zip(members, allocate(loads, most, k).tolist(), strict=True):
        groups += _divide_component(graph, weights, atoms, share, tolerance, turn)
    found = np.empty(len(weights), dtype=np.int64)
    for grid, group in enumerate(groups):
        found[group] = grid
    improved = Partition(graph, weights, found.tolist(), len(groups), tolerance, weight.sum() / k)
    refine(improved)
    return improved


def _divide_component(
    graph: Graph, weight: Sequence[int], atoms: list[int], k: int, tolerance: float, turn: float
) -> list[list[int]]:
    """Give k groups: atoms heavier than a grid may be each alone first, the rest halved."""
    mean = sum(weight[atom] for atom in atoms) / k
    too_heavy = [atom for atom in atoms if weight[atom] > mean * (1 + tolerance)]
    heavy = sorted(too_heavy, key=lambda atom: (-weight[atom], atom))[: k - 1]
    if not heavy:
        return partition(graph, weight, atoms, k, tolerance, turn)
    rest = parts_of(graph, sorted(set(atoms) - set(heavy)))
    lived_in = [part for part in rest if any(weight[atom] for atom in part)]
    worth = sorted(lived_in, key=lambda part: (-sum(weight[atom] for atom in part), part))[: k - len(heavy)]
    loads = np.array([sum(weight[atom] for atom in part) for part in worth], dtype=np.float64)
    most = np.array([sum(weight[atom] > 0 for atom in part) for part in worth], dtype=np.int64)
    left = k - len(heavy)
    groups = [[atom] for atom in heavy]
    for part, share in zip(worth, allocate(loads, most, left).tolist(), strict=True):
        groups += partition(graph, weight, part, share, tolerance, turn)
    if len(groups) < k:
        return partition(graph, weight, atoms, k, tolerance, turn)
    return grow_from(graph, weight, atoms, groups)
