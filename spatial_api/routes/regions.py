"""Regions: the caller's own, those below one, or those of a name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from layers import lists
from layers.accounts import Caller
from layers.db import read
from spatial_api.access import OpenDoors, require
from spatial_api.answers import RegionPage
from spatial_api.openapi import problems
from spatial_api.parameters import RegionQuery

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["regions"])


@router.get("/regions", responses=problems(401, 403, 422, 503), response_model=RegionPage)
async def list_regions(
    caller: Annotated[Caller, Depends(require("region:read"))],
    opened: OpenDoors,
    asked: Annotated[RegionQuery, Query()],
) -> object:
    """Regions that overlap the caller's scope; a region outside it is not in the list, whatever asks for it."""
    nothing_asked = asked.parent is None and asked.code is None and asked.q is None
    async with read(opened.pool, caller.scope) as connection:
        if asked.order == "imbalance":
            region = asked.code or caller.region_code
            return await lists.most_out_of_balance(
                connection, caller.scope, region, limit=asked.limit, after=asked.after
            )
        return await lists.regions(
            connection,
            caller.scope,
            parent=asked.parent,
            code=caller.region_code if nothing_asked else asked.code,
            text=asked.q,
            level=asked.level,
            as_of=asked.as_of,
            limit=asked.limit,
            after=asked.after,
        )
