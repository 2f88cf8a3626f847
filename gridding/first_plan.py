"""Where the search starts: each component has its grids, heavy atoms stand alone, the rest is halved."""

import numpy as np

from gridding.allocate import allocate
from gridding.lattice import Floats, Ints
from gridding.partition import Land
from gridding.sweep import bisect, fill, parts_of

__all__ = ["first_plan"]


def first_plan(land: Land, component: Ints, k: int, tolerance: float) -> tuple[Ints, Floats]:
    """Give a connected grid 0..k-1 for each atom, and the load that each grid should have.

    `component` is that of each atom. At least k atoms weigh something and there are at most k components. The load
    aimed at is that of a heavy atom for the grid made for it, and the mean of what is left for the others of its
    component.
    """
    label = np.full(len(component), -1, dtype=np.int64)
    members = np.split(np.argsort(component, kind="stable"), np.cumsum(np.bincount(component))[:-1])
    weights = [land.weight[atoms] for atoms in members]
    loads = np.array([weight.sum() for weight in weights], dtype=np.float64)
    # A component without weight still needs its grid.
    most = np.array([max(1, np.count_nonzero(weight)) for weight in weights], dtype=np.int64)
    aims: list[float] = []
    for atoms, share in zip(members, allocate(loads, most, k).tolist(), strict=True):
        aims += _divide_component(land, atoms, (len(aims), share), tolerance, label)
    return label, np.array(aims)


def _divide_component(land: Land, atoms: Ints, grids: tuple[int, int], tolerance: float, label: Ints) -> list[float]:
    """Write the label of the atoms; give the load that each of their grids (the first, how many) should have."""
    first, share = grids
    heavy = _heavy(land, atoms, share, tolerance)
    left = share - len(heavy)
    rest = np.setdiff1d(atoms, heavy)
    aim = float(land.weight[rest].sum() / left)
    parts, shares = _parts_worth_grids(land, rest, left, aim)
    if sum(shares) < left:
        bisect(land, atoms, first, share, tolerance, label)
        return [float(land.weight[atoms].sum() / share)] * share
    label[heavy] = first + np.arange(len(heavy))
    grid = first + len(heavy)
    for part, here in zip(parts, shares, strict=True):
        bisect(land, part, grid, here, tolerance, label)
        grid += here
    fill(land, atoms, first, share, label)
    return [*land.weight[heavy].astype(np.float64).tolist(), *[aim] * left]


def _heavy(land: Land, atoms: Ints, share: int, tolerance: float) -> Ints:
    """Give the atoms heavier than a grid may be, the mean of the rest being what it is without them; not all grids."""
    weight = land.weight[atoms]
    order = np.argsort(-weight, kind="stable")[: share - 1]
    total, taken = int(weight.sum()), 0
    for alone, row in enumerate(order.tolist()):
        if weight[row] <= (total - taken) / (share - alone) * (1 + tolerance):
            return np.sort(atoms[order[:alone]])
        taken += int(weight[row])
    return np.sort(atoms[order])


def _parts_worth_grids(land: Land, rest: Ints, grids: int, aim: float) -> tuple[list[Ints], list[int]]:
    """Give the connected parts of the rest that get grids of their own, and how many each."""
    number = parts_of(land, rest)
    parts = [rest[number == part] for part in range(number.max(initial=-1) + 1)]
    load = np.array([land.weight[part].sum() for part in parts], dtype=np.float64)
    order = np.argsort(-load, kind="stable")
    worth = order[: max(1, min(grids, int((load >= aim / 2).sum())))].tolist()
    most = np.array([np.count_nonzero(land.weight[parts[part]]) for part in worth], dtype=np.int64)
    return [parts[part] for part in worth], allocate(load[worth], most, grids).tolist()
