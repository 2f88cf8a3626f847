"""How much load must cross which border, so that every grid comes into its range and least is moved."""

import numpy as np
import scipy.optimize

from gridding.lattice import Floats, Ints

__all__ = ["least_flow"]


def least_flow(load: Ints, low: Ints, high: Ints, ways: Ints, cost: Floats) -> Ints:
    """Give the load that goes each way, so that the loads after it lie between `low` and `high`, or as near as can be.

    `load`, `low` and `high` are per grid, `ways` (m x 2: from, to) the borders that load may cross, `cost` what a unit
    costs there, at most 2. Load outside the ranges is avoided first, whatever the way; then the cost is least.

    Source: minimum-cost flow as a linear program; its matrix is totally unimodular, so that whole loads give whole
    flows (Hoffman and Kruskal 1956). Cost: one linear program with two rows for each grid.
    """
    grids = len(load)
    if not len(ways):
        return np.zeros(0, dtype=np.int64)
    number, same = np.arange(len(ways)), np.eye(grids)
    gained = np.zeros((grids, len(ways)))
    gained[ways[:, 1], number] += 1.0
    gained[ways[:, 0], number] -= 1.0
    # Columns: the flows, then what each grid is left above and below its range.
    above = np.hstack([gained, -same, 0.0 * same])
    below = np.hstack([-gained, 0.0 * same, -same])
    # No way is longer than once through every grid.
    outside = np.full(2 * grids, 2.0 * (grids + 1))
    found = scipy.optimize.linprog(
        np.concatenate([cost, outside]),
        A_ub=np.vstack([above, below]),
        b_ub=np.concatenate([high - load, load - low]).astype(np.float64),
        method="highs-ds",
    )
    return np.asarray(np.rint(np.asarray(found.x, dtype=np.float64)[: len(ways)]), dtype=np.int64)
