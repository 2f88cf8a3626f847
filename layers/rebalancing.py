"""The grids in force of a village brought back into their band, as a draft beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from gridding import Diff, GriddingError, Plane, RebalanceError, Report, Target, VillageError, narrowed, rebalance
from gridding import Plan as Coverage
from layers.errors import Conflict, Fault, Invalid
from layers.grid_rows import planar_frame
from layers.models import Plan
from layers.plans import draft_of, faults_in_lonlat, links_of, of_village, save, target_of
from layers.villages import VillageInputs, build, plane_of, read_inputs

__all__ = ["Rebalanced", "Wish", "rebalance_in_force"]


@dataclass(frozen=True)
class Wish:
    """What a planner asks for: None where the plan in force says it.

    With a `tolerance` grids are brought within that share of the mean load, not only into the band. `locked` are the
    grids that neither give nor take, by number (3 digits) or code (15).
    """

    load: int | None = None
    band: tuple[int, int] | None = None
    tolerance: float | None = None
    locked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rebalanced:
    """The draft, None where nothing was to be done, and what changes; seqs in `diff` are numbers of grids in force."""

    plan: Plan | None
    diff: Diff
    reasons: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """What moves, as plain values: from which grid to which, grids that begin and end, and what cannot be done."""
        return {
            "moved": self.diff.moved_load,
            "moved_share": round(self.diff.moved_share, 4),
            "moves": [
                f"{row.origin:03d} -> {row.goal:03d}: {row.load} ({row.houses} buildings)"
                for row in self.diff.flows.itertuples()
            ],
            "begun": [f"{seq:03d}" for seq in self.diff.begun],
            "ended": [f"{seq:03d}" for seq in self.diff.ended],
            "unchanged": len(self.diff.unchanged),
            "reasons": list(self.reasons),
        }


def rebalance_in_force(session: Session, code: str, wish: Wish) -> Rebalanced:
    """Rebalance the grids in force of a village and store the result as a draft, unless nothing is to be done.

    The draft's seqs are the numbers of the grids that go on; publishing gives new grids numbers never used.

    Raises:
        NotFound: no such village in the scope.
        Conflict: no plan is in force, or its village has changed since.
        Invalid: the target contradicts itself, a locked grid is unknown, or the village has faults.
    """
    published = next((plan for plan in of_village(session, code) if plan.status == "published"), None)
    if published is None:
        raise Conflict(f"No plan of village {code} is in force; divide it first.")
    if published.stale:
        raise Conflict("The village has changed since this plan was made; take the refitted draft, or divide it again.")
    inputs = read_inputs(session, code)
    plane = plane_of(inputs)
    target = _target(target_of(published), wish)
    before = _coverage(inputs, published, plane)
    after, diff = _rebalanced(before, inputs, plane, target, wish)
    reasons = tuple(reason.message for reason in after.report.reasons)
    if diff.empty:
        return Rebalanced(None, diff, reasons)
    made = draft_of(code, target, after, plane)
    made = replace(made, report={**made.report, "rebalance_of": str(published.id), "moved_load": diff.moved_load})
    return Rebalanced(save(session, made, "plan.rebalance"), diff, reasons)


def _target(known: Target, wish: Wish) -> Target:
    band = wish.band or known.band
    load = known.load if wish.load is None else wish.load
    if wish.load is None and wish.band is not None:
        load = min(max(load, band[0]), band[1])
    try:
        return Target(load, band, known.tolerance if wish.tolerance is None else wish.tolerance)
    except ValueError as error:
        raise Invalid("The target contradicts itself.", [Fault("target", str(error))]) from None


def _coverage(inputs: VillageInputs, published: Plan, plane: Plane) -> Coverage:
    return Coverage(grids=planar_frame(inputs.in_force, "seq", plane), report=Report(links=links_of(published, plane)))


def _rebalanced(
    before: Coverage, inputs: VillageInputs, plane: Plane, target: Target, wish: Wish
) -> tuple[Coverage, Diff]:
    try:
        village = build(inputs, plane)
        acted_on = target if wish.tolerance is None else narrowed(before, village, target)
        return rebalance(before, village, acted_on, [_number(inputs.code, grid) for grid in wish.locked])
    except (VillageError, RebalanceError) as error:
        raise _invalid(inputs.code, error, plane) from error


def _number(code: str, grid: str) -> int:
    number = grid.removeprefix(code)
    if not number.isdecimal() or len(number) > 3:
        raise Invalid(f"Village {code} cannot be rebalanced.", [Fault("locked", f"{grid} is no grid of the village")])
    return int(number)


def _invalid(code: str, error: GriddingError, plane: Plane) -> Invalid:
    return Invalid(f"Village {code} cannot be rebalanced.", faults_in_lonlat(error.faults, plane))
