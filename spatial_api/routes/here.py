"""Questions about one point: what is here, and what is near."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from layers.accounts import Caller
from layers.db import read, reading
from layers.here import Holder, here, near
from spatial_api.access import AnyCaller, OpenDoors, held, require
from spatial_api.openapi import problems
from spatial_api.routes.items import NEEDS, refuse_unlisted
from spatial_api.schemas.here import HereAnswer, HereQuery, HolderAnswer, NearAnswer, NearList, NearQuery

__all__ = ["holder_answer", "router"]

router = APIRouter(prefix="/api", tags=["grids"])


@router.get("/here", responses=problems(401, 403, 422, 503))
async def tell_here(
    caller: Annotated[Caller, Depends(require("grid:read"))],
    opened: OpenDoors,
    asked: Annotated[HereQuery, Query()],
) -> HereAnswer:
    """The regions, the grid and the duty holders of a place, now or at a moment; nothing where the scope ends."""
    async with reading(opened.pool) as connection:
        found = await here(connection, caller.scope, asked.lon, asked.lat, asked.as_of)
    return HereAnswer(
        regions=[asdict(region) for region in found.regions],  # type: ignore[misc]  # pydantic reads them
        grid_no=found.grid_no,
        grid_kind=found.grid_kind,
        grid_name=found.grid_name,
        holders=[holder_answer(one, caller) for one in found.holders],
    )


@router.get("/near", responses=problems(401, 403, 422, 503))
async def tell_near(caller: AnyCaller, opened: OpenDoors, asked: Annotated[NearQuery, Query()]) -> NearList:
    """The nearest houses, facilities, organisations or places in the caller's scope, with their distances."""
    refuse_unlisted(asked.what, caller)
    async with read(opened.pool, caller.scope) as connection:
        found = await near(connection, caller.scope, asked.what, asked.lon, asked.lat, asked.k, asked.radius_m)
    return NearList(items=[NearAnswer(**asdict(one) | {"id": str(one.id)}) for one in found])


def holder_answer(holder: Holder, caller: Caller) -> HolderAnswer:
    """A holder of a duty as the caller may know them: the name for those who may list duties, and for oneself."""
    own = holder.account_id == caller.account_id
    return HolderAnswer(name=holder.name if own or NEEDS["duty"] & held(caller) else None, own=own)
