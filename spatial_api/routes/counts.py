"""Incidents counted by place, day and kind; whoever may not open the cases gets protected figures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from layers.accounts import Caller
from layers.breakdown import incident_days, incident_kinds
from layers.counts import incident_counts
from layers.db import read
from spatial_api import answers
from spatial_api.access import OpenDoors, held, require
from spatial_api.openapi import problems
from spatial_api.parameters import CountsQuery, DaysQuery, KindCountsQuery
from spatial_api.schemas.incidents import DaysAnswer, KindCounts

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["counts"])
Reader = Annotated[Caller, Depends(require("counts:read"))]


@router.get("/counts", responses=problems(401, 403, 404, 422, 503), response_model=answers.Counts)
async def count_incidents(caller: Reader, opened: OpenDoors, asked: Annotated[CountsQuery, Query()]) -> object:
    """Incidents of a period by grid, village, township or county of a region."""
    async with read(opened.pool, caller.scope) as connection:
        return await incident_counts(
            connection,
            caller.scope,
            by=asked.by,
            since=asked.from_,
            until=asked.to,
            region=asked.region or caller.region_code,
            kinds=asked.kinds,
            exact=_exact(caller),
        )


@router.get("/counts/days", responses=problems(401, 403, 404, 422, 503))
async def count_days(caller: Reader, opened: OpenDoors, asked: Annotated[DaysQuery, Query()]) -> DaysAnswer:
    """Incidents of a period by day, week or month, whichever its length calls for, in a region or grid."""
    async with read(opened.pool, caller.scope) as connection:
        found = await incident_days(
            connection,
            caller.scope,
            since=asked.from_,
            until=asked.to,
            place=asked.grid or asked.region or caller.region_code,
            kinds=asked.kinds,
            exact=_exact(caller),
        )
    return DaysAnswer.model_validate(found)


@router.get("/counts/kinds", responses=problems(401, 403, 404, 422, 503))
async def count_kinds(caller: Reader, opened: OpenDoors, asked: Annotated[KindCountsQuery, Query()]) -> KindCounts:
    """Incidents of a period by kind, in a region or grid."""
    async with read(opened.pool, caller.scope) as connection:
        items, protected = await incident_kinds(
            connection,
            caller.scope,
            since=asked.from_,
            until=asked.to,
            place=asked.grid or asked.region or caller.region_code,
            exact=_exact(caller),
        )
    return KindCounts.model_validate({"items": items, "protected": protected})


def _exact(caller: Caller) -> bool:
    return "case:open" in held(caller)
