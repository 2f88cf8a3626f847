"""Exclusive grids drawn out of basic ones."""

from collections.abc import Iterable

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridding.cells import LONGEST_EDGE_M
from gridding.edit.accept import accept, refuse, whole
from gridding.edit.grids import basic_grids, next_seq
from gridding.edit.land import Redrawn, cut, redraw, settled
from gridding.lattice import array_of, snap
from gridding.segments import rings_of
from gridding.types import Plan
from gridding.village import Village

__all__ = ["set_apart"]

# Strips between the polygon and a border it runs along are no land of their own.
LEAST_WIDTH_M = 0.5


def set_apart(plan: Plan, village: Village, seqs: Iterable[int], polygon: BaseGeometry, name: str) -> Plan:
    """Give the plan with an exclusive grid: what the polygon covers of the basic grids named.

    It gets the next free seq. A grid that it covers wholly ends. What is left of a grid must be connected; strips
    narrower than 0.5 m go with the land they lie along. Its outline may run through buildings, as those
    of all exclusive grids may. `check` the result with `with_exclusive(village, plan)`.

    Raises: EditError: name_taken, not_covered (nothing, or every basic grid), and as `accept`.
    """
    plan = whole(plan, village)
    shapes = basic_grids(plan, seqs)
    if not name or name in plan.grids["name"].tolist():
        raise refuse("name_taken", f"an exclusive grid needs a name of its own, and {name!r} is none", polygon)
    drawn = snap(polygon)
    if not drawn.is_valid:
        raise refuse("invalid", f"the polygon drawn crosses itself: {shapely.is_valid_reason(drawn)}", polygon)
    outline = shapely.segmentize(rings_of(array_of([drawn]))[0], LONGEST_EDGE_M)
    land = cut(shapes, snap(outline))
    shapely.prepare(drawn)
    covered = shapely.intersects(drawn, shapely.point_on_surface(land.faces))
    seq = next_seq(plan)
    home = settled(land, np.where(covered, seq, land.seq), LEAST_WIDTH_M)
    gone = frozenset(shapes) - set(np.unique(home).tolist())
    basic = set(plan.grids.loc[plan.grids["kind"] == "basic", "seq"].tolist())
    if not covered.any() or gone == basic:
        what = "nothing of the grids named" if not covered.any() else "every basic grid"
        raise refuse("not_covered", f"the polygon covers {what}", polygon)
    redrawn = redraw(plan, land, home, array_of([drawn]), village.boundary)
    return accept(plan, village, Redrawn(redrawn, gone, {seq: name}))
