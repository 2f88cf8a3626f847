"""Neighbouring grids made one."""

from collections.abc import Iterable

import numpy as np
import shapely

from gridding.edit.accept import accept, refuse, whole
from gridding.edit.grids import basic_grids
from gridding.edit.land import Land, Redrawn, redraw
from gridding.lattice import Shapes, array_of
from gridding.types import Plan
from gridding.village import Village

__all__ = ["merge"]


def merge(plan: Plan, village: Village, seqs: Iterable[int]) -> Plan:
    """Give the plan with basic grids made one, which has the lowest of their seqs.

    They must be connected through each other: by borders on no hard barrier, or by links of the village or the plan.

    Raises: EditError: merge_one for fewer than two grids, disconnected with the part that has no way to the rest.
    """
    plan = whole(plan, village)
    shapes = basic_grids(plan, seqs)
    if len(shapes) < 2:
        raise refuse("merge_one", "merging takes two grids or more", shapely.union_all(list(shapes.values())))
    land = Land(array_of(list(shapes.values())), np.array(list(shapes), dtype=np.int64))
    home = np.full(len(shapes), min(shapes), dtype=np.int64)
    none: Shapes = np.array([], dtype=object)
    redrawn = redraw(plan, land, home, none, village.boundary)
    return accept(plan, village, Redrawn(redrawn, gone=frozenset(shapes) - {min(shapes)}))
