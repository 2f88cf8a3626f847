"""A village whose boundary is corrected under a published plan: the plan becomes stale, a refitted draft is made."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from gridding import Plan as Coverage
from gridding import Plane, Report, VillageError, refit
from layers import audit
from layers.assign import assign
from layers.codes import region_range
from layers.errors import Fault
from layers.grid_rows import planar_frame
from layers.models import Plan
from layers.plans import draft_of, faults_in_lonlat, grids_of, links_of, of_village, save, target_of
from layers.villages import build, plane_of, read_inputs

__all__ = ["Correction", "coverage_of", "mark_changed"]


@dataclass(frozen=True)
class Correction:
    """What a corrected boundary did to the plans of one village.

    `stale` are the plans that no longer fit; `draft_id` the refitted draft, None where there is none, for the reason
    that `faults` give. All faults begin with "warning: ": none of them stops an import.
    """

    village_code: str
    stale: tuple[uuid.UUID, ...]
    draft_id: uuid.UUID | None
    faults: tuple[Fault, ...]


def mark_changed(session: Session, codes: Sequence[str]) -> tuple[Correction, ...]:
    """What the new boundaries of these villages do to their plans, by code; villages without any are left out.

    To be called in the transaction that stored the boundaries, with those villages whose shape was stored. A published
    plan that no longer fits becomes stale, with all drafts of its village, and a draft refitted from it is saved, whose
    report names it as `refit_of`. What is in a grid stays in it until that draft is published. What is in no grid
    follows the boundary at once, by the one rule.

    Raises:
        NotFound: a village is not in force, or outside the session's scope.
        Invalid: a village has no shape.
    """
    ordered = sorted(set(codes))
    found = [_correct(session, code, of_village(session, code)) for code in ordered]
    if ordered:
        assign(session, ordered)
    return tuple(correction for correction in found if correction.stale or correction.faults)


def coverage_of(session: Session, plan: Plan, plane: Plane) -> Coverage:
    """The grids of a stored plan, with its links, in a plane."""
    planar = planar_frame(grids_of(session, plan.id), "seq", plane)
    return Coverage(grids=planar, report=Report(links=links_of(plan, plane)))


def _correct(session: Session, code: str, plans: Sequence[Plan]) -> Correction:
    published = next((plan for plan in plans if plan.status == "published"), None)
    waiting = [plan for plan in plans if plan.status in ("draft", "in_review")]
    if published is None:
        return Correction(code, _make_stale(session, waiting), None, ())
    inputs = read_inputs(session, code)
    plane = plane_of(inputs)
    before = coverage_of(session, published, plane)
    try:
        fitted = refit(before, build(inputs, plane))
    except VillageError as error:
        stale = _make_stale(session, [published, *waiting])
        reasons = faults_in_lonlat(error.faults, plane)
        return Correction(code, stale, None, tuple(_untold(code, reason) for reason in reasons))
    if fitted.grids.geometry.to_wkb().tolist() == before.grids.geometry.to_wkb().tolist():
        return _fits(code, published, waiting, session)
    stale = _make_stale(session, [published, *waiting])
    made = draft_of(code, target_of(published), fitted, plane)
    made = replace(made, report={**made.report, "refit_of": str(published.id)})
    draft = save(session, made, "plan.refit")
    faults = [Fault(code, f"warning: its published plan is stale now; draft {draft.id} is fitted to the new boundary")]
    changes = zip(faults_in_lonlat(fitted.report.faults, plane), fitted.report.faults, strict=True)
    faults += [
        Fault(code, f"warning: refitted draft: {told.message}", told.place)
        for told, source in changes
        if source.severity == "fault" or source.kind in ("grid_gone", "land_added", "part_moved")
    ]
    return Correction(code, stale, draft.id, tuple(faults))


def _fits(code: str, published: Plan, waiting: Sequence[Plan], session: Session) -> Correction:
    """Nothing, but where the boundary is again what the plan was made for: then drafts fitted to another are stale."""
    if not published.stale:
        return Correction(code, (), None, ())
    published.stale, published.rev = False, published.rev + 1
    fault = Fault(code, "warning: its published plan fits the boundary again")
    return Correction(code, _make_stale(session, waiting), None, (fault,))


def _make_stale(session: Session, plans: Sequence[Plan]) -> tuple[uuid.UUID, ...]:
    fresh = [plan for plan in plans if not plan.stale]
    for plan in fresh:
        plan.stale, plan.rev = True, plan.rev + 1
        number = region_range(plan.village_code)[0]
        audit.record(session, "plan.stale", "plan", str(plan.id), grid_no=number)
    session.flush()
    return tuple(plan.id for plan in plans)


def _untold(code: str, reason: Fault) -> Fault:
    message = (
        f"warning: its published plan is stale now, and no draft could be fitted: {reason.message}; divide it again"
    )
    return Fault(code, message, reason.place)
