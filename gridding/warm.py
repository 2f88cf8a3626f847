"""Machine code made before it is needed."""

import numpy as np
from geopandas import GeoDataFrame, GeoSeries
from shapely import box, points

from gridding.divide import divide
from gridding.plane import Plane
from gridding.types import Target
from gridding.village import Village

__all__ = ["warm_up"]

SIDE = 12
SPACING_M = 50.0


def warm_up() -> None:
    """Divide a small village, so that what `divide` compiles is in memory, and in the cache on disk where there is one.

    Processes that start afterwards read that cache; without it each of them would compile the same at the same time.

    Cost: seconds where nothing was compiled before, else a few hundredths of one.
    """
    divide(_small_village(), Target(load=30, band=(20, 40), tolerance=0.02))


def _small_village() -> Village:
    """Give a square village of 144 buildings with one or two households each, one of them too large for a grid."""
    column, row = np.divmod(np.arange(SIDE * SIDE), SIDE)
    load = 1 + (column * row) % 2
    load[0] = 50
    places = points((column + 0.5) * SPACING_M, (row + 0.5) * SPACING_M)
    crs = Plane(100.0, 25.0).crs
    houses = GeoDataFrame({"id": [f"{n:03d}" for n in range(SIDE * SIDE)], "load": load}, geometry=places, crs=crs)
    side_m = SIDE * SPACING_M
    return Village(box(0, 0, side_m, side_m), houses, hard=GeoSeries([box(0, 0, side_m / 3, side_m / 3).boundary]))
