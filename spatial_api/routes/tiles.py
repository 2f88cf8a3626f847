"""Vector tiles with strong ETags, and the documents that tell clients of them: TileJSON and a style.

`spatial_api.hot_tiles` answers well-formed requests for tiles before FastAPI looks at them; what is odd in any way is
left to the routes here, which are what /openapi.json tells of.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from layers import lists
from layers.accounts import Caller
from layers.catalog import CATALOG, LayerSpec
from layers.db import read
from layers.errors import Forbidden, NotFound
from layers.scope import Scope
from layers.tile_cache import Tile
from layers.tiles import find_layer
from spatial_api.access import AnyCaller, Doors, OpenDoors
from spatial_api.openapi import problems
from spatial_api.parameters import CatalogName, NoQuery
from spatial_api.routes.layers import may_draw
from spatial_api.schemas.tiles import Box, Style, TileJson
from spatial_api.tile_documents import style, tilejson

__all__ = ["MEDIA_TYPE", "answer_tile", "first_headers", "router"]

router = APIRouter(prefix="/tiles", tags=["layers"])
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
# What a tile shows depends on who asks: kept by one browser alone. It may change at any moment: asked for anew each
# time, unless its address names the version of what it shows.
_VARY = (b"vary", b"Accept-Encoding, Authorization, Cookie")
_CACHING = ((b"cache-control", b"private, no-cache"), _VARY)
_FOR_EVER = ((b"cache-control", b"private, max-age=31536000, immutable"), _VARY)
_MOVING = {"Cache-Control": "no-store", "Vary": "Accept-Encoding, Authorization, Cookie"}
_TYPE = (b"content-type", MEDIA_TYPE.encode())
_GZIP = (b"content-encoding", b"gzip")
_WORLD: Box = (-180.0, -85.051129, 180.0, 85.051129)
_TILE: dict[str, Any] = {
    "description": "the tile (MVT 2)",
    "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
}
_DRAWN: dict[int | str, dict[str, Any]] = {
    200: _TILE,
    204: {"description": "nothing lies in this tile"},
    304: {"description": "the browser's copy is still right"},
}
_MOVED: dict[int | str, dict[str, Any]] = {307: {"description": "another version is in force; the tile as it is now"}}
Zoom = Annotated[int, Path(ge=0, le=30)]
Number = Annotated[int, Path(ge=0, lt=2**30)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


@router.get("/style.json", responses=problems(401, 422, 503), response_model_exclude_none=True)
async def show_style(request: Request, caller: AnyCaller, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> Style:
    """All layers that the caller may draw as a MapLibre style (version 8); every address in it is this server's."""
    shown = [spec for spec in CATALOG.values() if may_draw(caller, spec)]
    return style(shown, _root(request), await _bounds(opened, caller))


@router.get("/{layer}.json", responses=problems(401, 403, 404, 422, 503), response_model_exclude_none=True)
async def describe(
    layer: CatalogName, request: Request, caller: AnyCaller, opened: OpenDoors, _: Annotated[NoQuery, Query()]
) -> TileJson:
    """A layer's tiles as TileJSON 3.0: addresses, zooms, the box of the caller's region, and the fields."""
    spec = _visible(caller, layer)
    version = await opened.versions.of(caller.scope, spec) if spec.is_published else None
    return tilejson(spec, _root(request), await _bounds(opened, caller), version)


@router.get(
    "/{layer}/{z}/{x}/{y}.mvt", response_class=Response, responses={**_DRAWN, **problems(401, 403, 404, 422, 503)}
)
async def draw(
    layer: CatalogName,
    z: Zoom,
    x: Number,
    y: Number,
    request: Request,
    caller: AnyCaller,
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> Response:
    """One tile of a layer of the catalog: z, x, y as web maps count them, y from the north."""
    return await answer_tile(opened, caller, first_headers(request), (layer, z, x, y))


@router.get(
    "/{version}/{layer}/{z}/{x}/{y}.mvt",
    response_class=Response,
    responses={**_DRAWN, **_MOVED, **problems(401, 403, 404, 422, 503)},
)
async def draw_version(
    version: Version,
    layer: CatalogName,
    z: Zoom,
    x: Number,
    y: Number,
    request: Request,
    caller: AnyCaller,
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> Response:
    """One tile of a published layer in the version in force, which TileJSON names; it may be kept for ever."""
    return await answer_tile(opened, caller, first_headers(request), (layer, z, x, y), version)


async def answer_tile(
    opened: Doors,
    caller: Caller,
    headers: Mapping[bytes, bytes],
    wanted: tuple[str, int, int, int],
    version: str | None = None,
) -> Response:
    """The tile of a layer at z, x, y as this caller may see it, or that the browser has it already.

    `headers` are the request's, as `first_headers` gives them.

    Raises:
        NotFound: when there is no such layer, it is not drawn at this zoom, or it has no versions.
        Forbidden: when the caller may not see the layer.
        Invalid: when there is no such tile.
    """
    _visible(caller, wanted[0])
    spec, address = find_layer(*wanted)
    if version is None:
        return _answer(headers, await opened.tiles.get(caller.scope, spec, address), _CACHING)
    if not spec.is_published:
        raise NotFound(f"The layer {spec.name!r} has no versions.")
    if version != await opened.versions.of(caller.scope, spec):
        now = f"/tiles/{spec.name}/{address.z}/{address.x}/{address.y}.mvt"
        return RedirectResponse(now, 307, headers=_MOVING)
    return _answer(headers, await opened.tiles.get(caller.scope, spec, address, version), _FOR_EVER)


def _visible(caller: Caller, layer: str) -> LayerSpec:
    spec = CATALOG.get(layer)
    if spec is None:
        raise NotFound(f"There is no layer {layer!r}.")
    if not may_draw(caller, spec):
        raise Forbidden(f"The role {caller.role} may not see the layer {layer!r}.")
    return spec


def first_headers(request: Request) -> Mapping[bytes, bytes]:
    """The headers of a request by their names in small letters; of several with one name the first."""
    return dict(reversed(request.scope["headers"]))


class _TileAnswer(Response):
    """An answer whose headers are bytes already: to write and encode them cost as much as to find the tile."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
        self.status_code, self.raw_headers, self.body, self.background = status, headers, body, None


def _answer(headers: Mapping[bytes, bytes], tile: Tile, caching: tuple[tuple[bytes, bytes], ...]) -> Response:
    if not tile.body:
        return _TileAnswer(204, [*caching])
    squeezed = tile.is_gzip and _takes_gzip(headers.get(b"accept-encoding", b""))
    # Two encodings are two representations: a strong tag must tell them apart.
    tag = (f'"{tile.tag}-gzip"' if squeezed else f'"{tile.tag}"').encode()
    told = [*caching, (b"etag", tag)]
    known = headers.get(b"if-none-match")
    if known is not None and _knows(known, tag):
        return _TileAnswer(304, told)
    if squeezed:
        told.append(_GZIP)
    body = tile.body if squeezed else tile.plain()
    return _TileAnswer(200, [*told, (b"content-length", b"%d" % len(body)), _TYPE], body)


@lru_cache(256)
def _takes_gzip(accepted: bytes) -> bool:
    for part in accepted.lower().split(b","):
        coding, _, weight = part.strip().partition(b";")
        if coding.strip() in (b"gzip", b"*"):
            return weight.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False


def _knows(if_none_match: bytes, tag: bytes) -> bool:
    known = {part.strip().removeprefix(b"W/") for part in if_none_match.split(b",")}
    return tag in known or b"*" in known


def _root(request: Request) -> str:
    """The address of this server, as the client named it."""
    settings = request.app.state.settings
    scheme = "https" if settings.cookie_secure else request.url.scheme
    return f"{scheme}://{request.headers['host']}"


async def _bounds(opened: Doors, caller: Caller) -> Box:
    """The box of the caller's region; of the world when its shape is not known."""
    home = Scope.of_region(caller.region_code)
    async with read(opened.pool, caller.scope) as connection:
        page = await lists.regions(connection, home, code=caller.region_code, limit=1)
    box = page.items[0].bbox if page.items else None
    return _WORLD if box is None else (box[0], box[1], box[2], box[3])
