"""Local search: atoms at borders change sides, for a while also where that makes the plan a little worse."""

import numpy as np

from gridding.compiled import compiled
from gridding.lattice import Ints
from gridding.partition import Land, Limits, Partition, can_leave, change, move

__all__ = ["anneal", "descend"]

# A step must gain more than rounding errors, or the search might go round in circles.
LEAST_GAIN = 1e-9


@compiled
def anneal(
    land: Land, part: Partition, limits: Limits, atoms: Ints, sweeps: int, heat: tuple[float, float], seed: int
) -> None:
    """Improve the partition in place by `sweeps` rounds over the atoms, each offered to the grid of one neighbour.

    A rise of the price is taken with the chance exp(-rise / heat); heat falls from its first to its second value.
    The same seed gives the same plan.

    Source: Kirkpatrick, Gelatt and Vecchi, Optimization by simulated annealing, Science 220, 1983; the dice are the
    xorshift of Marsaglia, Journal of Statistical Software 8(14), 2003. Cost: sweeps times atoms.
    """
    dice = np.uint64(88172645463325252 + seed)
    ratio = (heat[1] / heat[0]) ** (1.0 / max(1, sweeps - 1))
    warmth = heat[0]
    for _ in range(sweeps):
        for atom in atoms:
            dice ^= dice << np.uint64(13)
            dice ^= dice >> np.uint64(7)
            dice ^= dice << np.uint64(17)
            to = _offer(land, part, atom, np.int64(dice >> np.uint64(33)))
            if to >= 0:
                # 22 other bits of the dice than those that chose the neighbour.
                chance = np.float64(dice & np.uint64(0x3FFFFF)) / 0x400000
                if change(land, part, limits, atom, to) < -warmth * np.log(chance + 1e-12) and can_leave(
                    land, part, atom
                ):
                    move(land, part, atom, to)
        warmth *= ratio


@compiled
def _offer(land: Land, part: Partition, atom: int, dice: np.int64) -> int:
    """Give the grid of one neighbour of the atom, or -1 where that is its own; `dice` has 31 bits."""
    ways = land.start[atom + 1] - land.start[atom]
    if ways == 0:
        return -1
    to = part.label[land.other[land.start[atom] + ((dice * ways) >> 31)]]
    return -1 if to == part.label[atom] else to


@compiled
def descend(land: Land, part: Partition, limits: Limits, passes: int) -> None:
    """Move single atoms in place while that lowers the price, at most `passes` rounds."""
    for _ in range(passes):
        moved = False
        for atom in range(len(part.label)):
            to = _best_grid(land, part, limits, atom)
            if to >= 0 and can_leave(land, part, atom):
                move(land, part, atom, to)
                moved = True
        if not moved:
            return


@compiled
def _best_grid(land: Land, part: Partition, limits: Limits, atom: int) -> int:
    """Give the neighbouring grid whose price falls most by the atom, or -1."""
    least, best = -LEAST_GAIN, -1
    for way in range(land.start[atom], land.start[atom + 1]):
        to = part.label[land.other[way]]
        if to not in (part.label[atom], best):
            rise = change(land, part, limits, atom, to)
            if rise < least:
                least, best = rise, to
    return best
