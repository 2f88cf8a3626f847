"""Hot and cold spots: where high or low values stand together more than chance puts them; pure.

Each place is taken with its neighbours (Getis-Ord Gi*). How likely such a sum is by chance is not read off the normal
curve: incidents are rare, and on maps of pure chance with one incident in five grids that finds 8.7 hot spots a map
(5,041 grids, 100 maps, at 5 %). It is worked out from the values as they are, see `_chances`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

__all__ = ["FEWEST", "LEVELS", "Change", "Neighbours", "Spots", "change_of", "find_neighbours", "find_spots"]

FEWEST = 30
"""Among fewer places nothing is told: with so few any two high ones stand together."""
LEVELS = (0.05, 0.01)
"""The shares of false spots among those told, at most, for level 1 and level 2."""

_TOUCHING_DEGREES = 1e-5
"""About a metre: neighbouring villages' borders need not agree to the millimetre."""
_NEAREST = 3
_STEPS = 2000

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Change = Literal["new", "gone", "persistent", "turned"]


@dataclass(frozen=True)
class Neighbours:
    """Pairs of places, by position: each with itself, with all it touches, or else with the three nearest."""

    count: int
    first: Integers
    second: Integers

    def sums(self, values: Floats) -> Floats:
        """The sum of each place and its neighbours."""
        return np.bincount(self.first, weights=values[self.second], minlength=self.count).astype(np.float64)

    def sizes(self) -> Integers:
        """How many places each sum has."""
        return np.bincount(self.first, minlength=self.count)


@dataclass(frozen=True)
class Spots:
    """Of each place: `z`, Gi* in standard deviations; `p`, the chance of so high or low a sum; `level`.

    The level is positive for hot spots, negative for cold ones, 0 for neither, and in size the number of `LEVELS` held.
    """

    z: Floats
    p: Floats
    level: Integers


def find_neighbours(shapes: Sequence[BaseGeometry] | NDArray[np.object_]) -> Neighbours:
    """Which places (lon/lat polygons) touch, corners too; an island has the nearest ones for neighbours.

    Cost: an index over the shapes; 0.2 s for 5,000 with 81 points each.
    """
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=_TOUCHING_DEGREES)
    islands = np.flatnonzero(np.bincount(first, minlength=len(shapes)) == 1)
    middles = shapely.centroid(np.asarray(shapes, dtype=object))
    away = np.array([shapely.distance(middles, middles[island]) for island in islands]).reshape(-1, len(shapes))
    nearest = np.argsort(away, axis=1, kind="stable")[:, 1 : _NEAREST + 1]
    first = np.concatenate([first, np.repeat(islands, nearest.shape[1])])
    second = np.concatenate([second, nearest.ravel()])
    return Neighbours(len(shapes), first.astype(np.int64), second.astype(np.int64))


def find_spots(values: Floats, near: Neighbours) -> Spots:
    """The spots among these values, one for each place (counts or rates, not negative).

    Source: Ord and Getis 1995, Local spatial autocorrelation statistics, by esda's `G_Local` (star, binary weights);
    false discoveries held down as in Caldas de Castro and Singer 2006, by esda's `fdr`.
    Limit: what is tested against is that the same values had fallen anywhere; that people live closer together in towns
    is part of what is found, unless rates are given.
    """
    from esda import fdr  # noqa: PLC0415 -- takes seconds and 200 MB to import, and few ask

    if len(values) < FEWEST or np.all(values == values[0]):
        nothing = np.zeros(len(values))
        return Spots(nothing, np.ones(len(values)), nothing.astype(np.int64))
    z, p = _scores(values, near), _chances(values, near)
    reached = np.zeros(len(values), dtype=np.int64)
    for share in LEVELS:
        reached += p < fdr(p, share)
    return Spots(z, p, np.where(near.sums(values) > values.mean() * near.sizes(), reached, -reached))


def change_of(now: int, before: int) -> Change | None:
    """What became of a place with these levels; None where it was no spot in either period."""
    if now == 0 and before == 0:
        return None
    if now == 0 or before == 0:
        return "gone" if now == 0 else "new"
    return "persistent" if now * before > 0 else "turned"


def _scores(values: Floats, near: Neighbours) -> Floats:
    from esda.getisord import G_Local  # noqa: PLC0415 -- as above
    from libpysal.weights import W  # noqa: PLC0415 -- as above

    others: dict[int, list[int]] = {place: [] for place in range(near.count)}
    for first, second in zip(near.first.tolist(), near.second.tolist(), strict=True):
        if first != second:
            others[first].append(second)
    weights = W(others, silence_warnings=True)
    # Row-standardised weights would be taken for ones without the place itself and give half the score.
    return np.asarray(G_Local(values, weights, transform="B", permutations=0, star=True).Zs, dtype=np.float64)


def _chances(values: Floats, near: Neighbours) -> Floats:
    """How likely each sum, or one further out, is when the values fall anywhere; both sides.

    A sum of k values drawn from all has the k-fold convolution of their distribution for its own: exact for counts but
    for drawing with replacement, where permutations would need a million draws for a chance of one in a million.
    Rates are rounded to one in two thousand of the largest.
    """
    unit = 1.0 if np.all(values == np.round(values)) else float(values.max()) / _STEPS
    steps = np.round(values / unit).astype(np.int64)
    sums, sizes = near.sums(steps.astype(np.float64)).round().astype(np.int64), near.sizes()
    share = np.bincount(steps) / len(steps)
    chances = np.ones(len(values))
    for size in np.unique(sizes):
        here = sizes == size
        length = int(size) * (len(share) - 1) + 1
        drawn = np.fft.irfft(np.fft.rfft(share, 2 * length) ** int(size), 2 * length)[:length].clip(0)
        up_to = np.cumsum(drawn).clip(0, 1)
        lower = up_to[sums[here]]
        # Added up from the far end: what is left of one after subtraction is no small chance.
        upper = np.cumsum(drawn[::-1])[::-1].clip(0, 1)[sums[here]]
        chances[here] = np.minimum(1, 2 * np.minimum(lower, upper))
    return chances
