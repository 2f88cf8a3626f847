"""Incidents counted by place, and as heat; whoever may not open the cases gets protected figures."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from layers.accounts import Caller
from layers.counts import incident_counts
from layers.db import read
from layers.heat import heat
from spatial_api import answers
from spatial_api.access import OpenDoors, may, require
from spatial_api.openapi import problems
from spatial_api.parameters import CountsQuery, HeatQuery, box_of

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
            kind=asked.kind,
            exact=_exact(caller),
        )


@router.get("/heat", responses=problems(401, 403, 422, 503), response_model=answers.Heat)
async def draw_heat(caller: Reader, opened: OpenDoors, asked: Annotated[HeatQuery, Query()]) -> Response:
    """Incidents of a period inside a box, as cells of a lattice that does not move with the view."""
    async with read(opened.pool, caller.scope) as connection:
        found = await heat(
            connection,
            caller.scope,
            since=asked.from_,
            until=asked.to,
            bbox=box_of(asked.bbox),
            cell_m=asked.cell,
            kind=asked.kind,
            exact=_exact(caller),
        )
    # Tens of thousands of cells: written as they are, not checked one by one against the model.
    return Response(orjson.dumps(found), media_type="application/json")


def _exact(caller: Caller) -> bool:
    return "case:open" in may(caller.role)
