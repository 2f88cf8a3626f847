"""How many grids: for the village, and for each component of it."""

import math

import numpy as np

from gridding.lattice import Floats, Ints
from gridding.types import Reason, Target

__all__ = ["allocate", "choose_k", "share_out"]


def choose_k(loads: Ints, target: Target) -> tuple[int, tuple[Reason, ...]]:
    """Give the number of grids for the loads of atoms, and the reasons when no number fits the band.

    Each atom above the band has a grid of its own. For the rest it is the number whose mean load comes nearest to the
    target inside the band; without one, the number whose mean misses the band by the smallest share. A rest below half
    a target gets no grid of its own beside such atoms.
    """
    if target.k is not None:
        return target.k, ()
    highest = target.band[1]
    heavy = loads > highest
    alone, total = int(heavy.sum()), int(loads[~heavy].sum())
    message = f"atoms with more load than the {highest} of a grid: {alone}; each has a grid of its own"
    towers = (Reason("heavy_atom", message, None, 0.0),) if alone else ()
    if alone and total < target.load / 2:
        return alone, towers
    k, reason = share_out(total, target)
    return alone + k, (*towers, reason) if reason else towers


def share_out(total: int, target: Target) -> tuple[int, Reason | None]:
    """Give the number of grids for a load that can be cut anywhere, and the reason when no number fits the band."""
    lowest, highest = target.band
    around = {max(1, math.floor(total / target.load)), math.ceil(total / target.load), total // lowest or 1, 1}
    around |= {max(1, math.ceil(total / highest))}

    def miss(k: int) -> tuple[float, float, int]:
        mean = total / k
        outside = max(lowest - mean, mean - highest, 0.0) / target.load
        return outside, abs(mean - target.load), k

    k = min(sorted(around - {0}), key=miss)
    if miss(k)[0] == 0 or total == 0:
        return k, None
    message = (
        f"a load of {total} cannot be shared out in grids of {lowest}-{highest}; {k} of {total / k:.0f} come nearest"
    )
    return k, Reason("band", message, None, 0.0)


def allocate(loads: Floats, most: Ints, k: int) -> Ints:
    """Give the number of grids of each component: at least one, at most `most`, by largest remainder.

    `loads` are those of the components; the sum is k wherever `most` allows it and there are no more than k components.

    Source: Hamilton's method (largest remainder), Balinski and Young, Fair Representation, 1982.
    """
    shares = loads / loads.sum() * k if loads.sum() > 0 else np.full(len(loads), k / len(loads))
    counts = np.clip(np.floor(shares).astype(np.int64), 1, most)
    while counts.sum() < min(k, most.sum()):
        counts[np.argmax(np.where(counts < most, shares - counts, -np.inf))] += 1
    while counts.sum() > max(k, len(counts)):
        counts[np.argmin(np.where(counts > 1, shares - counts, np.inf))] -= 1
    return np.asarray(counts, dtype=np.int64)
