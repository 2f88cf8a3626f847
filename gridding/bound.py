"""A deviation that no plan can beat: the certificate behind a grid out of tolerance."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from gridding.lattice import Ints

__all__ = ["least_deviation"]


def least_deviation(load: Ints, component: Ints, k: int) -> float:
    """Give a lower bound of the largest deviation from total/k over all plans of k connected, non-empty grids.

    `load` and `component` are per atom. Three facts hold for each way to share k grids out among the components: a grid
    is at least as heavy as its heaviest atom; its load is a sum of atom loads of one component; and of the m grids
    of a component one is no lighter, and one no heavier, than the component's mean.

    Cost: distinct loads times total / 64 for the sums, k^2 per component.
    Limit: the bound is valid, not tight; contiguity inside a component is not used.
    """
    total = int(load.sum())
    if total == 0 or k < 1:
        return 0.0
    mean = total / k
    least = [0.0] + [math.inf] * k
    for part in range(int(component.max()) + 1):
        loads = load[component == part].tolist()
        sums = _reachable(loads)
        alone = [math.inf, *(_component_bound(loads, sums, grids, mean) for grids in range(1, k + 1))]
        least = [_best_share(least, alone, grids) for grids in range(k + 1)]
    return 0.0 if math.isinf(least[k]) else least[k]


def _best_share(least: Sequence[float], alone: Sequence[float], grids: int) -> float:
    return min(max(least[grids - here], alone[here]) for here in range(grids + 1))


def _reachable(loads: Sequence[int]) -> Ints:
    """Give in rising order every load that some of the atoms have together.

    Source: subset sums as the bits of one long integer (Bellman 1957, word-parallel).
    """
    bits = 1
    for load, count in sorted(Counter(loads).items()):
        for times in _summands(count):
            bits |= bits << load * times
    digits = np.frombuffer(bits.to_bytes(bits.bit_length() // 8 + 1, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(digits, bitorder="little")).astype(np.int64)


def _summands(count: int) -> list[int]:
    """Give the fewest numbers whose sums are 0..count: 1, 2, 4, ... and what is left."""
    powers = [1 << place for place in range((count + 1).bit_length() - 1)]
    rest = count - sum(powers)
    return [*powers, rest] if rest else powers


def _component_bound(loads: Sequence[int], sums: Ints, grids: int, mean: float) -> float:
    """Give the bound for one component divided into `grids` grids."""
    own_mean = sum(loads) / grids
    # The heaviest grid is the first sum at or above the component's mean, or more; the lightest likewise below.
    heaviest = int(sums[np.searchsorted(sums, own_mean, side="left")])
    lightest = int(sums[np.searchsorted(sums, own_mean, side="right") - 1])
    nearest = float(np.abs(sums - mean).min())
    return max(heaviest - mean, mean - lightest, max(loads) - mean, nearest, 0.0) / mean
