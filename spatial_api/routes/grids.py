"""Grids in force, now or at another moment, and the facilities of a village."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from layers import lists
from layers.accounts import Caller
from layers.db import read
from spatial_api.access import OpenDoors, require
from spatial_api.answers import FacilityPage, GridPage
from spatial_api.openapi import problems
from spatial_api.parameters import FacilityQuery, GridQuery, lon_lat_of

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["grids"])
Reader = Annotated[Caller, Depends(require("grid:read"))]


@router.get("/grids", responses=problems(401, 403, 404, 422, 503))
async def list_grids(caller: Reader, opened: OpenDoors, asked: Annotated[GridQuery, Query()]) -> GridPage:
    """The grids of a village, or the one that holds a place (none: an empty list)."""
    at = None if asked.at is None else lon_lat_of(asked.at)
    async with read(opened.pool, caller.scope) as connection:
        found = await lists.grids(
            connection, caller.scope, region=asked.village, at=at, as_of=asked.as_of, shapes=asked.shapes
        )
    return GridPage.model_validate({"items": found})


@router.get("/facilities", responses=problems(401, 403, 404, 422, 503), response_model=FacilityPage)
async def list_facilities(caller: Reader, opened: OpenDoors, asked: Annotated[FacilityQuery, Query()]) -> object:
    """The facilities of a village, in pages."""
    after = None if asked.after is None else str(asked.after)
    async with read(opened.pool, caller.scope) as connection:
        return await lists.facilities(connection, caller.scope, asked.village, after=after)
