"""Houses, added one by one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from layers.accounts import Caller
from layers.houses import add_house
from spatial_api import answers
from spatial_api.access import OpenDoors, require
from spatial_api.openapi import problems
from spatial_api.parameters import HouseBody, NoQuery

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["houses"])


@router.post("/houses", status_code=201, responses=problems(400, 401, 403, 404, 409, 413, 422, 503))
def add(
    body: HouseBody,
    caller: Annotated[Caller, Depends(require("house:write"))],
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> answers.House:
    """Add a house: it is in its grid at once, located by its address where no place is given."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        stored = add_house(
            session,
            body.address,
            point=body.point,
            crs=body.crs,
            building_id=body.building_id,
            village=body.village,
        )
    return answers.House.model_validate(stored)
