"""The grids that an edit names: there, and basic."""

from collections.abc import Iterable

from shapely.geometry.base import BaseGeometry

from gridding.edit.land import shapes_by_seq
from gridding.errors import EditError, Fault
from gridding.types import Plan

__all__ = ["basic_grids", "next_seq"]


def basic_grids(plan: Plan, seqs: Iterable[int]) -> dict[int, BaseGeometry]:
    """Give the shapes of basic grids by seq, in rising order.

    Raises: EditError naming each seq that is no grid of the plan, or an exclusive grid, which no edit changes.
    """
    shapes = shapes_by_seq(plan)
    kinds = dict(zip(plan.grids["seq"].tolist(), plan.grids["kind"], strict=True))
    wanted = sorted(set(seqs))
    faults = [Fault("grid_unknown", f"the plan has no grid {seq}") for seq in wanted if seq not in shapes]
    faults += [
        Fault("grid_exclusive", f"grid {seq} is an exclusive grid, which is never edited", shapes[seq])
        for seq in wanted
        if kinds.get(seq) == "exclusive"
    ]
    if faults:
        raise EditError(faults)
    return {seq: shapes[seq] for seq in wanted}


def next_seq(plan: Plan) -> int:
    """Give the lowest seq above all of the plan's."""
    return int(plan.grids["seq"].max()) + 1
