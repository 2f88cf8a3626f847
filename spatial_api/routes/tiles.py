"""Vector tiles, with a strong ETag, gzip where it is taken, and 304 where the browser has the tile already."""

from __future__ import annotations

import gzip
import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from layers import tiles
from layers.catalog import CATALOG
from layers.errors import Forbidden, NotFound
from spatial_api.access import AnyCaller, OpenDoors
from spatial_api.openapi import problems
from spatial_api.parameters import CatalogName, NoQuery
from spatial_api.routes.layers import may_draw

__all__ = ["MEDIA_TYPE", "router"]

router = APIRouter(prefix="/tiles", tags=["layers"])
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
# What a tile shows depends on who asks, and it may change at any moment: kept by one browser, asked for anew each time.
_CACHING = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Cookie"}
_GZIP_LEVEL = 5
_SMALL_BYTES = 200
_DRAWN: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "the tile (MVT 2)",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    },
    204: {"description": "nothing lies in this tile"},
    304: {"description": "the browser's copy is still right"},
}
Number = Annotated[int, Path(ge=0, lt=2**30)]


@router.get(
    "/{layer}/{z}/{x}/{y}.mvt", response_class=Response, responses={**_DRAWN, **problems(401, 403, 404, 422, 503)}
)
async def draw(
    layer: CatalogName,
    z: Annotated[int, Path(ge=0, le=30)],
    x: Number,
    y: Number,
    request: Request,
    caller: AnyCaller,
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> Response:
    """One tile of a layer of the catalog: z, x, y as web maps count them, y from the north."""
    spec = CATALOG.get(layer)
    if spec is None:
        raise NotFound(f"There is no layer {layer!r}.")
    if not may_draw(caller, spec):
        raise Forbidden(f"The role {caller.role} may not see the layer {layer!r}.")
    return _answer(request, await tiles.tile(opened.pool, caller.scope, layer, z, x, y))


def _answer(request: Request, tile: bytes) -> Response:
    if not tile:
        return Response(status_code=204, headers=_CACHING)
    squeezed = len(tile) > _SMALL_BYTES and _takes_gzip(request.headers.get("accept-encoding", ""))
    # Two encodings are two representations: a strong tag must tell them apart.
    tag = f'"{hashlib.sha256(tile).hexdigest()[:32]}{"-gzip" if squeezed else ""}"'
    headers = {**_CACHING, "ETag": tag}
    if _knows(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    if squeezed:
        tile = gzip.compress(tile, _GZIP_LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(tile, headers=headers, media_type=MEDIA_TYPE)


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _knows(if_none_match: str, tag: str) -> bool:
    known = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return tag in known or "*" in known
