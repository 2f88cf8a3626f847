"""Incidents counted by place, day and kind, and compared; those who may not open cases get protected figures."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from layers.accounts import Caller
from layers.breakdown import incident_days, incident_kinds
from layers.counts import incident_counts
from layers.cube import cube_csv, incident_cube
from layers.db import read
from layers.hotspots import hotspots
from layers.period_change import period_change
from spatial_api import answers
from spatial_api.access import OpenDoors, held, require
from spatial_api.download import attachment
from spatial_api.openapi import problems
from spatial_api.schemas.counts import ChangeQuery, CountsQuery, CubeQuery, DaysQuery, HotspotsQuery, KindCountsQuery
from spatial_api.schemas.incidents import ChangeAnswer, CubeAnswer, DaysAnswer, HotspotsAnswer, KindCounts

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["counts"])
Reader = Annotated[Caller, Depends(require("counts:read"))]
CaseReader = Annotated[Caller, Depends(require("case:open"))]
_AS_CSV: dict[int | str, dict[str, Any]] = {
    200: {"description": "the table, as JSON or as a CSV file", "content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/counts", responses=problems(401, 403, 404, 422, 503), response_model=answers.Counts)
async def count_incidents(caller: Reader, opened: OpenDoors, asked: Annotated[CountsQuery, Query()]) -> object:
    """Incidents of a period by the places of one level in a region."""
    await opened.kinds.check("incident", asked.kinds)
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
    await opened.kinds.check("incident", asked.kinds)
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


@router.get("/counts/change", responses=problems(401, 403, 404, 422, 503))
async def compare_periods(caller: Reader, opened: OpenDoors, asked: Annotated[ChangeQuery, Query()]) -> ChangeAnswer:
    """Incidents of two periods side by side, by place: the difference, the ratio and how sure that is."""
    await opened.kinds.check("incident", asked.kinds)
    async with read(opened.pool, caller.scope) as connection:
        found = await period_change(
            connection,
            caller.scope,
            by=asked.by,
            period=(asked.from_, asked.to),
            before=(asked.than_from, asked.than_to),
            region=asked.region or caller.region_code,
            kinds=asked.kinds,
            exact=_exact(caller),
        )
    return ChangeAnswer.model_validate(found)


@router.get("/counts/table", responses={**problems(401, 403, 404, 422, 503), **_AS_CSV}, response_model=CubeAnswer)
async def tabulate_incidents(
    caller: CaseReader, opened: OpenDoors, asked: Annotated[CubeQuery, Query()]
) -> CubeAnswer | Response:
    """Incidents of a period by grid, day and kind, as JSON or CSV: at most 100,000 rows."""
    await opened.kinds.check("incident", asked.kinds)
    async with read(opened.pool, caller.scope) as connection:
        found = await incident_cube(
            connection,
            caller.scope,
            since=asked.from_,
            until=asked.to,
            place=asked.grid or asked.region or caller.region_code,
            kinds=asked.kinds,
        )
    if asked.f == "csv":
        name = {"content-disposition": attachment("incidents.csv", "事件表.csv")}
        return Response(cube_csv(found), headers=name, media_type="text/csv")
    return CubeAnswer.model_validate({"items": found})


@router.get("/hotspots", responses=problems(401, 403, 404, 422, 503))
async def find_hotspots(
    caller: CaseReader, opened: OpenDoors, asked: Annotated[HotspotsQuery, Query()]
) -> HotspotsAnswer:
    """Grids that with their neighbours have more incidents, or fewer, than chance puts together."""
    await opened.kinds.check("incident", asked.kinds)
    before = None if asked.than_from is None or asked.than_to is None else (asked.than_from, asked.than_to)
    async with read(opened.pool, caller.scope) as connection:
        found = await hotspots(
            connection,
            caller.scope,
            since=asked.from_,
            until=asked.to,
            region=asked.region or caller.region_code,
            kinds=asked.kinds,
            measure=asked.measure,
            before=before,
        )
    return HotspotsAnswer.model_validate(found)


def _exact(caller: Caller) -> bool:
    return "case:open" in held(caller)
