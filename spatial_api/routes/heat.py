"""Incidents as heat: cells, points for those who may open the cases, tiles and a picture.

Whoever may not open the cases gets protected cells, and what is drawn of them.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query
from isal import igzip
from starlette.requests import Request
from starlette.responses import Response

from layers.accounts import Caller
from layers.counting import place_range
from layers.heat.answer import Heat, asked, densities, heat
from layers.heat.columns import cell_columns, point_columns
from layers.heat.drawing import Order
from layers.heat.lattice import Box
from layers.heat.picture import picture
from spatial_api import answers
from spatial_api.access import Doors, OpenDoors, held, require
from spatial_api.encodings import takes_gzip
from spatial_api.openapi import problems
from spatial_api.parameters import box_of
from spatial_api.schemas.counts import HeatPictureQuery, HeatPointsQuery, HeatQuery, HeatTileQuery

__all__ = ["COLUMNS_TYPE", "router"]

router = APIRouter(prefix="/api/heat", tags=["counts"])
COLUMNS_TYPE = "application/vnd.wangge.columns"
# Who asks decides what is shown, and an incident may come at any moment: one browser keeps it, and asks anew.
_CACHING = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Authorization, Cookie"}
_SMALL_BYTES = 500
_COARSE_M = 8000
Reader = Annotated[Caller, Depends(require("counts:read"))]
Number = Annotated[int, Path(ge=0, lt=2**22)]


def _binary(*media_types: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types}
    return {
        200: {"description": "what was asked for", "content": content},
        304: {"description": "the browser's copy is still right"},
    }


_EITHER: dict[int | str, dict[str, Any]] = {
    200: {"content": {COLUMNS_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "the browser's copy is still right"},
}


@router.get(
    "",
    responses={**_EITHER, **problems(401, 403, 404, 422, 503)},
    response_model=answers.Heat,
)
async def draw_heat(
    request: Request, caller: Reader, opened: OpenDoors, query: Annotated[HeatQuery, Query()]
) -> Response:
    """Incidents of a period inside a box, as cells of a lattice that does not move with the view."""
    await opened.kinds.check("incident", query.kinds)
    box = await _box(caller, opened, query.bbox, query.region)
    question = asked(
        caller.scope,
        since=query.from_,
        until=query.to,
        bbox=box,
        cell_m=query.cell,
        kinds=query.kinds,
        region=query.region,
        exact=_exact(caller),
    )
    found = await heat(opened.heat, question)
    if query.f == "columns":
        return await _answer(request, cell_columns(found), COLUMNS_TYPE)
    values = None
    if query.bandwidth is not None:
        values = await densities(opened.heat, question, found, query.bandwidth)
    # Tens of thousands of cells: written as they are, not checked one by one against the model.
    body = await asyncio.to_thread(orjson.dumps, _told(found) | {"bandwidth_m": query.bandwidth, "densities": values})
    return await _answer(request, body, "application/json")


@router.get("/points", response_class=Response, responses=_binary(COLUMNS_TYPE) | problems(401, 403, 404, 422, 503))
async def list_points(
    request: Request,
    caller: Annotated[Caller, Depends(require("case:open"))],
    opened: OpenDoors,
    query: Annotated[HeatPointsQuery, Query()],
) -> Response:
    """The located incidents of a period in order of day, as binary columns (docs/heat.md)."""
    await opened.kinds.check("incident", query.kinds)
    question = asked(
        caller.scope,
        since=query.from_,
        until=query.to,
        bbox=await _box(caller, opened, query.bbox, query.region),
        cell_m=_COARSE_M,
        kinds=query.kinds,
        region=query.region,
        exact=True,
    )
    return await _answer(request, point_columns(await opened.heat.points(question), question), COLUMNS_TYPE)


@router.get(
    "/tiles/{z}/{x}/{y}.png",
    response_class=Response,
    responses=_binary("image/png") | problems(401, 403, 404, 422, 503),
)
async def draw_tile(
    z: Annotated[int, Path(ge=0, le=22)],
    x: Number,
    y: Number,
    request: Request,
    caller: Reader,
    opened: OpenDoors,
    query: Annotated[HeatTileQuery, Query()],
) -> Response:
    """One tile of density; z, x, y as web maps count them, y from the north."""
    await opened.kinds.check("incident", query.kinds)
    tile = await opened.heat_tiles.tile(_order(caller, query, query.region), z, x, y, query.bandwidth)
    return await _answer(request, tile, "image/png")


@router.get("/picture.png", response_class=Response, responses=_binary("image/png") | problems(401, 403, 404, 422, 503))
async def draw_picture(
    request: Request, caller: Reader, opened: OpenDoors, query: Annotated[HeatPictureQuery, Query()]
) -> Response:
    """The density over a region as a picture for a report, with borders, legend, scale and period."""
    await opened.kinds.check("incident", query.kinds)
    region = query.region or caller.region_code
    place_range(caller.scope, region)
    order = _order(caller, query, region if _exact(caller) else None)
    drawn = await picture(opened.heat, opened.pool, order, region, query.bandwidth, query.lang)
    return await _answer(request, drawn, "image/png")


def _told(found: Heat) -> dict[str, object]:
    names = ("cells", "cell_m", "days", "protected", "unlocated", "withheld")
    return {name: getattr(found, name) for name in names}


def _order(caller: Caller, query: HeatTileQuery, region: str | None) -> Order:
    kinds = None if query.kinds is None else tuple(query.kinds)
    return Order(caller.scope, query.from_, query.to, kinds, region, _exact(caller))


async def _box(caller: Caller, opened: Doors, bbox: str | None, region: str | None) -> Box:
    """The box asked for, or that of the region, which is in the caller's scope."""
    if region is not None:
        place_range(caller.scope, region)
        if bbox is None:
            return await opened.heat.box(region)
    return box_of(bbox or "")


async def _answer(request: Request, body: bytes, media_type: str) -> Response:
    """The body with a strong tag, squeezed where that is taken and worth it, or 304 where the browser has it."""
    is_worth_it = len(body) > _SMALL_BYTES and media_type != "image/png"
    is_squeezed = is_worth_it and takes_gzip(request.headers.get("accept-encoding", ""))
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}{"-gzip" if is_squeezed else ""}"'
    headers = {**_CACHING, "ETag": tag}
    if tag in {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    if is_squeezed:
        body = await asyncio.to_thread(igzip.compress, body, 1)
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=media_type)


def _exact(caller: Caller) -> bool:
    return "case:open" in held(caller)
