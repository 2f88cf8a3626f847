"""OGC API – Tiles: the vector tiles of /tiles under OGC's addresses, and what describes them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from layers.accounts import Caller
from layers.catalog import CATALOG, LayerSpec
from layers.crs import Box
from layers.db import read
from layers.errors import NotFound
from layers.items import extent
from spatial_api.access import AnyCaller, Doors, OpenDoors
from spatial_api.ogc import tile_sets
from spatial_api.ogc.links import JSON, root_of
from spatial_api.ogc.parameters import once
from spatial_api.ogc.tile_sets import QUAD
from spatial_api.parameters import NoQuery
from spatial_api.problems import prefers_english
from spatial_api.routes import tiles
from spatial_api.routes.ogc import collection_of, has_tiles

__all__ = ["router"]

router = APIRouter(prefix="/ogc", include_in_schema=False)
answers = partial(router.api_route, methods=["GET", "HEAD"])
_Row = Annotated[int, Path(ge=0, lt=2**30)]


@answers("/tileMatrixSets")
async def matrix_sets(request: Request) -> Response:
    """The tilings that are served; anyone may see them."""
    once(request.query_params, ("f",))
    return _json(tile_sets.matrix_sets(root_of(request)))


@answers(f"/tileMatrixSets/{QUAD}")
async def matrix_set(request: Request) -> Response:
    """The tiling of web maps."""
    once(request.query_params, ("f",))
    return _json(tile_sets.matrix_set())


@answers("/collections/{collection_id}/tiles")
async def tilesets(collection_id: str, request: Request, caller: AnyCaller, opened: OpenDoors) -> Response:
    """A layer's tile sets."""
    spec = _drawn(caller, collection_id)
    once(request.query_params, ("f",))
    box = await _box(opened, caller)
    return _json(tile_sets.tile_sets(root_of(request), spec, box, english=prefers_english(request.scope)))


@answers(f"/collections/{{collection_id}}/tiles/{QUAD}")
async def tileset(collection_id: str, request: Request, caller: AnyCaller, opened: OpenDoors) -> Response:
    """A layer's tiles in the tiling of web maps."""
    spec = _drawn(caller, collection_id)
    once(request.query_params, ("f",))
    box = await _box(opened, caller)
    return _json(tile_sets.tile_set(root_of(request), spec, box, english=prefers_english(request.scope)))


@answers(f"/collections/{{collection_id}}/tiles/{QUAD}/{{zoom}}/{{row}}/{{column}}")
async def tile(
    collection_id: str,
    zoom: Annotated[int, Path(ge=0, le=30)],
    row: _Row,
    column: _Row,
    request: Request,
    caller: AnyCaller,
    opened: OpenDoors,
) -> Response:
    """One tile, as /tiles gives it; OGC names the row before the column."""
    spec = _drawn(caller, collection_id)
    once(request.query_params, ())
    return await tiles.draw(spec.name, zoom, column, row, request, caller, opened, NoQuery())


def _drawn(caller: Caller, name: str) -> LayerSpec:
    spec = collection_of(caller, name)
    if not has_tiles(caller, spec):
        raise NotFound(f"There is no layer {name!r}.")
    return CATALOG[spec.name]


async def _box(opened: Doors, caller: Caller) -> Box | None:
    async with read(opened.pool, caller.scope) as connection:
        return await extent(connection, caller.scope)


def _json(told: dict[str, Any]) -> Response:
    return Response(orjson.dumps(told), media_type=JSON)
