"""How good a division of atoms into grids is: one scorer for everybody, on the raw borders of the cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
import shapely
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import connected_components

__all__ = ["Board", "Score", "compactness", "moved_share", "parts_of_grids", "score"]

GOOD = 0.05


@dataclass(frozen=True)
class Board:
    """What everybody divides: atoms with their load, borders in compressed rows, and land.

    Row `a` of the borders is `other[start[a]:start[a + 1]]` with the common border's `length_m`; a border that may not
    be crossed is not among them. `place` is n x 2 and `land` polygons, both in metres.
    """

    load: np.ndarray
    place: np.ndarray
    start: np.ndarray
    other: np.ndarray
    length_m: np.ndarray
    land: np.ndarray
    k: int

    def save(self, path: str) -> None:
        """Write the board as a file that peers read."""
        land = np.frombuffer(b"".join(parts := shapely.to_wkb(self.land).tolist()), dtype=np.uint8)
        ends = np.cumsum([len(part) for part in parts])
        plain = {"load": self.load, "place": self.place, "start": self.start, "other": self.other, "k": self.k}
        np.savez(path, length_m=self.length_m, land=land, land_end=ends, **plain)


@dataclass(frozen=True)
class Score:
    """Deviations are shares of total/k, an empty grid counting as one of load 0; `broken` grids have several parts."""

    deviation: float
    deviation_p95: float
    within: float
    broken: int
    empty: int
    compactness: float


def score(board: Board, label: np.ndarray) -> Score:
    """Give the score of a grid 0..k-1 for each atom."""
    if len(label) != len(board.load) or label.min() < 0 or label.max() >= board.k:
        raise ValueError(f"labels must be 0..{board.k - 1} for each of {len(board.load)} atoms")
    mean = board.load.sum() / board.k
    off = np.abs(np.bincount(label, weights=board.load, minlength=board.k) / mean - 1)
    held = np.unique(label)
    return Score(
        deviation=float(off.max()),
        deviation_p95=float(np.quantile(off, 0.95)),
        within=float((off <= GOOD + 1e-9).mean()),
        broken=int((parts_of_grids(board, label)[held] > 1).sum()),
        empty=board.k - len(held),
        compactness=float(np.median(compactness(board.land, label))),
    )


def parts_of_grids(board: Board, label: np.ndarray) -> np.ndarray:
    """Give the number of connected parts of each grid."""
    count = len(label)
    one = np.repeat(np.arange(count), np.diff(board.start))
    same = label[one] == label[board.other]
    ways = scipy.sparse.coo_array((np.ones(same.sum()), (one[same], board.other[same])), shape=(count, count))
    part = connected_components(ways, directed=False)[1]
    return np.bincount(label[np.unique(part, return_index=True)[1]], minlength=board.k)


def compactness(land: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Give the Polsby-Popper of each grid that has an atom: 4 pi area / perimeter^2, 1 for a circle."""
    grids = [shapely.coverage_union_all(land[label == grid]) for grid in np.unique(label)]
    return 4 * np.pi * shapely.area(grids) / shapely.length(grids) ** 2


def moved_share(before: np.ndarray, after: np.ndarray, load: np.ndarray) -> float:
    """Give the share of the load whose grid changes, grids matched so that least of it does.

    Source: Kuhn's assignment on the table of common loads.
    """
    table = np.zeros((before.max() + 1, after.max() + 1))
    np.add.at(table, (before, after), load)
    return float(1 - table[linear_sum_assignment(table, maximize=True)].sum() / load.sum())
