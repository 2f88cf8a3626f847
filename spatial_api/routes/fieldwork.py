"""The field worker's day: own grids, a house's card, visits and reports."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from layers.accounts import Caller
from layers.db import read
from layers.fieldwork import own_grids, read_house
from layers.reports import Report, report_incident
from layers.visits import VisitEntry, add_visit
from spatial_api.access import OpenDoors, require
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery
from spatial_api.schemas import fieldwork as schemas

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["fieldwork"])
Responses = dict[int | str, dict[str, Any]]
_OK, _CREATED = 200, 201
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_REPEATED: Responses = {_OK: {"description": "the same was stored before", "model": schemas.StoredVisit}}
_REPORTED: Responses = {_OK: {"description": "the same was stored before", "model": schemas.ReportedIncident}}


@router.get("/me/grids", responses=problems(401, 403, 422, 503))
async def list_own_grids(
    caller: Annotated[Caller, Depends(require("visit:write"))],
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> schemas.OwnGridList:
    """The grids of the caller's duties, with their borders and what is to do in them."""
    async with read(opened.pool, caller.scope) as connection:
        found = await own_grids(connection, caller.scope)
    return schemas.OwnGridList.model_validate({"items": found})


@router.get("/houses/{house_id}", responses=problems(401, 403, 404, 422, 503))
def show_house(
    house_id: UUID,
    caller: Annotated[Caller, Depends(require("house:read"))],
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> schemas.HouseCard:
    """A house with its people, masked, and its visits; that it was read is audited."""
    today = datetime.now(_SHANGHAI).date()
    with opened.database.write(caller.scope, caller.account_id) as session:
        return schemas.HouseCard.model_validate(read_house(session, house_id, today))


@router.post("/visits", status_code=_CREATED, responses=_REPEATED | problems(400, 401, 403, 404, 409, 413, 422, 503))
def record_visit(
    body: schemas.VisitBody,
    caller: Annotated[Caller, Depends(require("visit:write"))],
    opened: OpenDoors,
    answer: Response,
    _: Annotated[NoQuery, Query()],
) -> schemas.StoredVisit:
    """Record a visit; sent again it is found, with 200, and not stored again."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        stored = add_visit(session, VisitEntry(**body.model_dump()), datetime.now(UTC))
    answer.status_code = _CREATED if stored.is_new else _OK
    # Told alike whether it is new or was stored before, whatever offset the phone said it with.
    told = asdict(stored.entry) | {"visited_at": stored.entry.visited_at.astimezone(_SHANGHAI)}
    return schemas.StoredVisit.model_validate(told | {"grid_no": stored.grid_no, "house": stored.house})


@router.post("/incidents", status_code=_CREATED, responses=_REPORTED | problems(400, 401, 403, 404, 409, 413, 422, 503))
def report(
    body: schemas.IncidentBody,
    caller: Annotated[Caller, Depends(require("incident:report"))],
    opened: OpenDoors,
    answer: Response,
    _: Annotated[NoQuery, Query()],
) -> schemas.ReportedIncident:
    """Report an incident: it is in its grid at once. Sent again it is found, with 200, and not stored again."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        stored = report_incident(session, Report(**body.model_dump()), datetime.now(UTC))
    answer.status_code = _CREATED if stored.is_new else _OK
    return schemas.ReportedIncident.model_validate(stored)
