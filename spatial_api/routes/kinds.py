"""The kinds that a form offers, and that a county adds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from layers.accounts import Caller
from layers.db import reading
from layers.kinds import Extendable, KindRow, add_kind, change_kind, kinds, remove_kind
from spatial_api.access import AnyCaller, OpenDoors, require
from spatial_api.answers import Kind, KindList
from spatial_api.openapi import problems
from spatial_api.parameters import KindQuery, NoQuery
from spatial_api.schemas.people import KindBody, KindText, NewKindBody

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["layers"])
Manager = Annotated[Caller, Depends(require("kind:manage"))]


@router.get("/kinds", responses=problems(401, 422, 503))
async def list_kinds(
    caller: AnyCaller,  # noqa: ARG001 -- whoever is logged in
    opened: OpenDoors,
    asked: Annotated[KindQuery, Query()],
) -> KindList:
    """The kinds of incidents, facilities, organisations, places or services, in the order of a form."""
    async with reading(opened.pool) as connection:
        return KindList.model_validate({"items": await kinds(connection, asked.of)})


@router.post("/kinds/{of}", status_code=201, responses=problems(400, 401, 403, 409, 413, 422, 503))
def add(of: Extendable, body: NewKindBody, caller: Manager, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> Kind:
    """A new kind, in every form and list at once."""
    kind = KindRow(body.code, body.name_zh, body.name_en)
    with opened.database.write(caller.scope, caller.account_id) as session:
        add_kind(session, of, kind, body.sort)
    return Kind.model_validate(kind)


@router.put("/kinds/{of}/{code}", responses=problems(400, 401, 403, 404, 413, 422, 503))
def change(
    of: Extendable, code: KindText, body: KindBody, caller: Manager, opened: OpenDoors, _: Annotated[NoQuery, Query()]
) -> Kind:
    """Other names for a kind."""
    kind = KindRow(code, body.name_zh, body.name_en)
    with opened.database.write(caller.scope, caller.account_id) as session:
        change_kind(session, of, kind, body.sort)
    return Kind.model_validate(kind)


@router.delete("/kinds/{of}/{code}", status_code=204, responses=problems(401, 403, 404, 409, 422, 503))
def remove(of: Extendable, code: KindText, caller: Manager, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> None:
    """A kind that no row has is gone; 409 when one has it."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        remove_kind(session, of, code)
