"""Plans: divide a village, look at the draft, hand it in, put it into force."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from gridding import Target
from layers import plans
from layers.accounts import Caller
from layers.comparison import compare
from layers.models import Plan as PlanRow
from layers.publish import publish
from spatial_api import answers
from spatial_api.access import OpenDoors, require
from spatial_api.openapi import problems
from spatial_api.parameters import DivideBody, NoQuery, PlanQuery, RevBody
from spatial_api.schemas.plans import ComparedGrid, ComparedPlan, EffectAnswer, RevQuery

__all__ = ["router"]

router = APIRouter(prefix="/api/plans", tags=["plans"])
Reader = Annotated[Caller, Depends(require("plan:read"))]


@router.get("", responses=problems(401, 403, 404, 422, 503))
def list_plans(caller: Reader, opened: OpenDoors, asked: Annotated[PlanQuery, Query()]) -> answers.PlanList:
    """The plans of a village, newest first, without their grids."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        found = plans.of_village(session, asked.village)
        return answers.PlanList(items=[answers.PlanSummary.model_validate(plan) for plan in found])


@router.post("", status_code=201, responses=problems(400, 401, 403, 404, 413, 422, 503))
def divide(
    body: DivideBody,
    caller: Annotated[Caller, Depends(require("plan:divide"))],
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> ComparedPlan:
    """Divide a village and keep the result as a draft; the report says what could not be had."""
    target = Target(load=body.load, band=body.band, tolerance=body.tolerance, k=body.k)
    with opened.database.write(caller.scope, caller.account_id) as session:
        return _with_grids(session, plans.divide_village(session, body.village, target))


@router.get("/{plan_id}", responses=problems(401, 403, 404, 422, 503))
def show(plan_id: UUID, caller: Reader, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> ComparedPlan:
    """A plan with its grids, who lives in them today, and what publishing it would change."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return _with_grids(session, plans.find(session, plan_id))


@router.delete("/{plan_id}", status_code=204, responses=problems(401, 403, 404, 409, 422, 503))
def discard(
    plan_id: UUID,
    caller: Annotated[Caller, Depends(require("plan:divide"))],
    opened: OpenDoors,
    asked: Annotated[RevQuery, Query()],
) -> None:
    """Throw away a plan that was never in force."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        plans.discard(session, plan_id, asked.rev)


@router.post("/{plan_id}/submit", responses=problems(400, 401, 403, 404, 409, 413, 422, 503))
def submit(
    plan_id: UUID,
    body: RevBody,
    caller: Annotated[Caller, Depends(require("plan:submit"))],
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> answers.PlanSummary:
    """Hand a draft in for review."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return answers.PlanSummary.model_validate(plans.submit(session, plan_id, body.rev))


@router.post("/{plan_id}/publish", responses=problems(400, 401, 403, 404, 409, 413, 422, 503))
def put_into_force(
    plan_id: UUID,
    body: RevBody,
    caller: Annotated[Caller, Depends(require("plan:publish"))],
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> answers.Published:
    """Put a plan into force in one transaction: old grids end, new ones begin, everything is re-homed."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return answers.Published.model_validate(publish(session, plan_id, body.rev))


def _with_grids(session: Session, plan: PlanRow) -> ComparedPlan:
    rows = plans.grids_of(session, plan.id)
    compared = compare(session, plan, rows)
    grids = [
        ComparedGrid(
            seq=row.number,
            kind=row.kind,
            name=row.name,
            load=row.load,
            geometry=row.geom.__geo_interface__,
            **asdict(compared.grids[row.number]),
        )
        for row in rows
    ]
    summary = answers.PlanSummary.model_validate(plan).model_dump()
    effect = None if compared.effect is None else EffectAnswer.model_validate(compared.effect)
    return ComparedPlan(**summary, grids=grids, effect=effect)
