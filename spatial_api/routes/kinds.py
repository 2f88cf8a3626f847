"""The kinds that a form offers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from layers.db import reading
from layers.kinds import kinds
from spatial_api.access import AnyCaller, OpenDoors
from spatial_api.answers import KindList
from spatial_api.openapi import problems
from spatial_api.parameters import KindQuery

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["layers"])


@router.get("/kinds", responses=problems(401, 422, 503))
async def list_kinds(
    caller: AnyCaller,  # noqa: ARG001 -- whoever is logged in
    opened: OpenDoors,
    asked: Annotated[KindQuery, Query()],
) -> KindList:
    """The kinds of incidents, facilities, organisations or services, in the order of a form."""
    async with reading(opened.pool) as connection:
        return KindList.model_validate({"items": await kinds(connection, asked.of)})
