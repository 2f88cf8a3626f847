"""Is it running, and is it ready."""

from __future__ import annotations

from typing import Annotated

import anyio
from fastapi import APIRouter, Query

from layers.db import reading
from layers.errors import Unavailable
from spatial_api.access import OpenDoors
from spatial_api.answers import Status
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery

__all__ = ["router"]

router = APIRouter(tags=["health"])
READY_WITHIN_S = 2


@router.get("/health", responses=problems(422))
async def health(_: Annotated[NoQuery, Query()]) -> Status:
    """That the server runs; the database is not asked."""
    return Status()


@router.get("/ready", responses=problems(422, 503))
async def ready(opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> Status:
    """That the database answers within two seconds.

    Limit: the schema is looked at when the server starts, not here.
    """
    try:
        with anyio.fail_after(READY_WITHIN_S):
            async with reading(opened.pool):
                return Status()
    except TimeoutError as error:
        raise Unavailable from error
