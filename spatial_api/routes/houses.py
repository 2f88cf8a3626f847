"""Houses: located by address, and added."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from layers.accounts import Caller
from layers.codes import region_range
from layers.errors import NotFound
from layers.gazetteer import StoredGazetteer
from layers.geocode.locate import locate
from layers.houses import add_house, home_of
from spatial_api import answers
from spatial_api.access import OpenDoors, require
from spatial_api.openapi import problems
from spatial_api.parameters import AddressQuery, HouseBody, NoQuery

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["houses"])


@router.get("/geocode", responses=problems(401, 403, 404, 422, 503))
def locate_address(
    caller: Annotated[Caller, Depends(require("house:read"))],
    opened: OpenDoors,
    asked: Annotated[AddressQuery, Query()],
) -> answers.Located:
    """The best known place of an address, and how well it is known; houses outside the caller's scope are not found."""
    if asked.within is not None and not caller.scope.overlaps(*region_range(asked.within)):
        raise NotFound(f"There is no region {asked.within} here.")
    # The writing door: the gazetteer is asked several times, and what it sees must not change in between.
    with opened.database.write(caller.scope, caller.account_id) as session:
        found = locate(asked.text, StoredGazetteer(session), asked.within or home_of(caller.scope))
    return answers.Located.model_validate(found)


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
