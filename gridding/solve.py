"""From the graph of atoms to a grid for each atom."""

import numpy as np

from gridding.anneal import anneal, descend
from gridding.first_plan import first_plan
from gridding.graph import Graph
from gridding.lattice import Floats, Ints
from gridding.partition import Land, Limits, Partition, labelled, land_of, price

__all__ = ["solve"]

# Rounds of the search, fewer where that would be more than so many looks at atoms.
SWEEPS, LOOKS = 250, 7_000_000
# Heat at first and at last, times the width of an atom as a share of that of a grid: what one step is worth.
HEAT = (2.0, 0.15)
# A search that ends outside the limits goes on around these grids, from other dice.
TRIES = 12
# Where atoms are this few, one more round costs next to nothing, and single atoms decide.
FEW_ATOMS, FEW_ATOMS_TRIES = 40, 60
PASSES = 50
# While annealing, the mean load outside its limits costs as much as ten well-shaped grids; afterwards it decides.
ANNEAL_PRICE, FINAL_PRICE = 10.0, 1e4
# What is won where a border as long as a grid is wide costs nothing.
SOFT_PRICE = 1.0
# While annealing, limits are drawn a little tighter, so that few grids end just outside.
INNER = 0.9
# How near to the mean the load aimed at must be for the whole tolerance to be spent on shape, and what is spent else.
NEAR, NARROW = 0.8, 0.3


def solve(graph: Graph, weight: Ints, k: int, tolerance: float) -> Ints:
    """Give a grid 0..k-1 for each atom: connected, with weight in each, as balanced and compact as the search finds.

    `weight` is per atom; at least k atoms weigh something and the graph has at most k components.

    Cost: up to 250 looks at each atom, whatever k, 7 million together; more where a plan ends out of tolerance.
    """
    if k == 1:
        return np.zeros(len(weight), dtype=np.int64)
    land = land_of(graph, weight)
    label, aims = first_plan(land, graph.component, k, tolerance)
    limits = (_limits(land, aims, INNER * tolerance, ANNEAL_PRICE), _limits(land, aims, tolerance, FINAL_PRICE))
    best = _searched(land, label, limits, np.arange(len(label)), 0)
    for seed in range(1, FEW_ATOMS_TRIES if len(weight) <= FEW_ATOMS else TRIES):
        outside = _outside(best, limits[1])
        if not len(outside):
            break
        atoms = _around(graph, best.label, outside, 1 + seed // 2)
        trial = _searched(land, best.label, limits, atoms, seed)
        best = min(best, trial, key=lambda part: price(land, part, limits[1]))
    return best.label


def _limits(land: Land, aims: Floats, tolerance: float, excess_price: float) -> Limits:
    """Give limits around the mean, or closely around the load aimed at where that lies too far from the mean."""
    mean = float(land.weight.sum()) / len(aims)
    near = np.abs(aims - mean) <= NEAR * tolerance * mean
    low = np.where(near, mean * (1 - tolerance), aims - NARROW * tolerance * mean)
    high = np.where(near, mean * (1 + tolerance), aims + NARROW * tolerance * mean)
    side_m = float(np.sqrt(land.area_m2.sum() / len(aims)))
    return Limits(low, high, mean, excess_price, SOFT_PRICE / side_m)


def _searched(land: Land, label: Ints, limits: tuple[Limits, Limits], atoms: Ints, seed: int) -> Partition:
    part = labelled(land, label.copy(), len(limits[0].low))
    grain = float(np.sqrt(len(part.load) / len(label)))
    heat = (HEAT[0] * grain, HEAT[1] * grain)
    anneal(land, part, limits[0], atoms, min(SWEEPS, 1 + LOOKS // len(atoms)), heat, seed)
    descend(land, part, limits[1], PASSES)
    return part


def _outside(part: Partition, limits: Limits) -> Ints:
    return np.flatnonzero((part.load < limits.low) | (part.load > limits.high))


def _around(graph: Graph, label: Ints, grids: Ints, steps: int) -> Ints:
    """Give the atoms of these grids and of those at most `steps` grids away."""
    near = np.isin(label, grids)
    first, second = label[graph.atom], label[graph.other]
    for _ in range(steps):
        touched = np.unique(second[np.isin(first, np.unique(label[near]))])
        near |= np.isin(label, touched)
    return np.flatnonzero(near)
