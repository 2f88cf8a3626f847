"""The fewest moves where atoms are so few that every plan can be looked at."""

import numpy as np

from gridding.lattice import Ints
from gridding.shift import Ranges, Shift

__all__ = ["exhaust"]

# Ways to share the atoms out that are looked at, all of them or none.
MOST_PLANS = 60_000
MOST_ATOMS = 64

Score = tuple[int, int]


def exhaust(shift: Shift, ranges: Ranges) -> Ints | None:
    """Give the best label of each atom over all connected plans of the same grids, or None where they are too many.

    Best is least load outside the ranges, then least moved from home, then the first by the numbers of the grids.

    Cost: exponential in the atoms that may move, and therefore bounded.
    """
    free = [atom for atom, grid in enumerate(shift.label) if ranges.open[grid] and not shift.fixed[atom]]
    count = int(ranges.open.sum())
    if not free or len(shift.label) > MOST_ATOMS or count ** len(free) > MOST_PLANS:
        return None
    return _Search(shift, ranges, free).best()


class _Search:
    """A depth-first search over the grids of the free atoms; sets of atoms are the bits of whole numbers."""

    def __init__(self, shift: Shift, ranges: Ranges, free: list[int]) -> None:
        self.shift, self.ranges = shift, ranges
        self.free = sorted(free, key=lambda atom: (-shift.weight[atom], atom))
        self.open: list[int] = np.flatnonzero(ranges.open).tolist()
        self.near = [sum(1 << other for other, _ in row) for row in shift.rows]
        self.label = list(shift.label)
        self.score: Score | None = None
        self.found: Ints | None = None

    def best(self) -> Ints | None:
        """Give the best labels, None if no plan is connected."""
        self._choose(0, 0)
        return self.found

    def _choose(self, place: int, moved: int) -> None:
        if self.score is not None and (0, moved) >= self.score:
            return
        if place == len(self.free):
            self._weigh(moved)
            return
        atom = self.free[place]
        home = self.shift.home[atom]
        for grid in sorted(self.open, key=lambda grid: (grid != home, grid)):
            self.label[atom] = grid
            self._choose(place + 1, moved + (self.shift.weight[atom] if grid != home else 0))

    def _weigh(self, moved: int) -> None:
        load = np.bincount(self.label, weights=self.shift.weight, minlength=len(self.ranges.open)).astype(np.int64)
        score = (self.ranges.miss(load), moved)
        if (self.score is None or score < self.score) and all(map(self._connected, self.open)):
            found = np.array(self.label, dtype=np.int64)
            if self.shift.relabelled(found, len(self.shift.members)).held:
                self.score, self.found = score, found

    def _connected(self, grid: int) -> bool:
        atoms = sum(1 << atom for atom, label in enumerate(self.label) if label == grid)
        if not atoms:
            return bool(self.ranges.high[grid] == 0)
        reached, grown = 0, atoms & -atoms
        while grown:
            reached |= grown
            around = 0
            while grown:
                lowest = grown & -grown
                around |= self.near[lowest.bit_length() - 1]
                grown ^= lowest
            grown = around & atoms & ~reached
        return reached == atoms
