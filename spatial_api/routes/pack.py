"""All of one grid in one answer, for a phone that will be without signal."""

from __future__ import annotations

import gzip
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from layers.accounts import Caller
from layers.db import read
from layers.pack import Asked, Kept, Pack, read_pack
from spatial_api.access import Doors, OpenDoors, held, require
from spatial_api.openapi import problems
from spatial_api.parameters import GridCode, NoQuery
from spatial_api.routes.here import holder_answer
from spatial_api.schemas.pack import PackAnswer

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["fieldwork"])

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "the phone has it already"}}


@router.get(
    "/pack/{grid_no}",
    responses={**_NOT_MODIFIED, **problems(401, 403, 404, 422, 503)},
    response_model=PackAnswer,
)
async def show_pack(
    grid_no: GridCode,
    request: Request,
    caller: Annotated[Caller, Depends(require("house:read"))],
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> Response:
    """A grid with its border and all that is in it and beside it; 304 where the phone has that already."""
    today = datetime.now(_SHANGHAI).date()
    asked = Asked(caller.account_id, held(caller), caller.scope, int(grid_no), today)
    kept = opened.packs.find(asked) if opened.follower.healthy else None
    kept = kept or await _made(opened, caller, asked)
    headers = {
        "ETag": kept.etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding, Cookie, Authorization",
    }
    if kept.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(kept.body, headers=headers, media_type="application/json")
    return Response(gzip.decompress(kept.body), headers=headers, media_type="application/json")


async def _made(opened: Doors, caller: Caller, asked: Asked) -> Kept:
    turn = opened.packs.turn
    with_cases = "case:open" in asked.may
    async with read(opened.pool, caller.scope) as connection:
        pack = await read_pack(connection, caller.scope, asked.grid_no, with_cases=with_cases)
    body = _answer(pack, caller).model_dump_json().encode()
    return opened.packs.keep(asked, body, pack.box_m, turn)


def _answer(pack: Pack, caller: Caller) -> PackAnswer:
    told = asdict(pack)
    holders = [holder_answer(one, caller) for one in pack.holders]
    return PackAnswer.model_validate(told | told["parts"] | {"holders": holders})
