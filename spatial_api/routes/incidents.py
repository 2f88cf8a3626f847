"""Incidents one by one."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from layers.accounts import Caller
from layers.incidents import read_incident
from spatial_api.access import OpenDoors, require
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery
from spatial_api.schemas.incidents import IncidentCard

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["counts"])


@router.get("/incidents/{incident_id}", responses=problems(401, 403, 404, 422, 503))
def open_incident(
    incident_id: UUID,
    caller: Annotated[Caller, Depends(require("case:open"))],
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> IncidentCard:
    """The card of one incident; every reading is audited."""
    # The writing door: what is read and the row that says so are one transaction.
    with opened.database.write(caller.scope, caller.account_id) as session:
        return IncidentCard.model_validate(read_incident(session, incident_id))
