"""OGC API – Features: the layers that a caller may list, as collections of GeoJSON features.

The routes are told by a document of their own (OpenAPI 3.0, `/ogc/api`), not in /openapi.json: OGC API wants 3.0 and
answers 400 where the rest of this API answers 422.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter
from isal import igzip
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from layers.accounts import Caller
from layers.catalog import CATALOG
from layers.db import read
from layers.errors import Forbidden, NotFound
from layers.items import FeaturePage, Prepared, extent, feature, features, prepare
from layers.listing import LISTS, ListSpec
from spatial_api.access import AnyCaller, Doors, OpenDoors, held
from spatial_api.encodings import takes_gzip
from spatial_api.ogc import describe
from spatial_api.ogc.document import document
from spatial_api.ogc.links import GEOJSON, JSON, OPENAPI, QUERYABLES, SCHEMA, Link, header, link, root_of
from spatial_api.ogc.parameters import crs_of, features_of, once
from spatial_api.problems import prefers_english
from spatial_api.routes.items import NEEDS
from spatial_api.routes.layers import may_draw

__all__ = ["collection_of", "has_tiles", "router"]

router = APIRouter(prefix="/ogc", include_in_schema=False)
answers = partial(router.api_route, methods=["GET", "HEAD"])
_SMALL_BYTES = 1400
"""What fits into one packet is sent as it is."""


def collection_of(caller: Caller, name: str) -> ListSpec:
    """The layer as a collection of this caller.

    Raises:
        NotFound: when no layer of that name is a collection.
        Forbidden: when the caller may not list it.
    """
    spec = LISTS.get(name)
    if spec is None or spec.queryables is None:
        raise NotFound(f"There is no layer {name[:80]!r}.")
    if not _may_list(caller, spec):
        raise Forbidden(f"The role {caller.role} may not list the layer {name!r}.")
    return spec


def has_tiles(caller: Caller, spec: ListSpec) -> bool:
    """Whether a layer has tiles that this caller may see."""
    return spec.name in CATALOG and may_draw(caller, CATALOG[spec.name])


def _may_list(caller: Caller, spec: ListSpec) -> bool:
    return spec.queryables is not None and bool(NEEDS.get(spec.name, frozenset()) & held(caller))


@answers("")
@answers("/")
async def landing(request: Request) -> Response:
    """The landing page; anyone may see it."""
    once(request.query_params, ("f",))
    told = describe.landing(root_of(request))
    return _json(told, links=told["links"])


@answers("/conformance")
async def conformance(request: Request) -> Response:
    """The classes that are met."""
    once(request.query_params, ("f",))
    return _json({"conformsTo": describe.CONFORMS_TO})


@answers("/api")
async def api(request: Request) -> Response:
    """Features and Tiles as an OpenAPI 3.0 document; it says what anyone may know."""
    once(request.query_params, ("f",))
    return _json(document(root_of(request)), OPENAPI)


@answers("/collections")
async def collections(request: Request, caller: AnyCaller, opened: OpenDoors) -> Response:
    """The collections that the caller may list."""
    once(request.query_params, ("f",))
    root = root_of(request)
    async with read(opened.pool, caller.scope) as connection:
        box = await extent(connection, caller.scope)
    told = [
        describe.collection(root, spec, box, english=prefers_english(request.scope), drawn=has_tiles(caller, spec))
        for spec in LISTS.values()
        if _may_list(caller, spec)
    ]
    return _json({"collections": told, "links": [link("self", f"{root}/collections")]})


@answers("/collections/{collection_id}")
async def collection(collection_id: str, request: Request, caller: AnyCaller, opened: OpenDoors) -> Response:
    """One collection."""
    spec = collection_of(caller, collection_id)
    once(request.query_params, ("f",))
    async with read(opened.pool, caller.scope) as connection:
        box = await extent(connection, caller.scope)
    told = describe.collection(
        root_of(request), spec, box, english=prefers_english(request.scope), drawn=has_tiles(caller, spec)
    )
    return _json(told, links=told["links"])


@answers("/collections/{collection_id}/queryables")
async def queryables(collection_id: str, request: Request, caller: AnyCaller) -> Response:
    """What a filter may name, as JSON Schema."""
    spec = collection_of(caller, collection_id)
    once(request.query_params, ("f",))
    return _json(describe.queryables(root_of(request), spec, english=prefers_english(request.scope)), SCHEMA)


@answers("/collections/{collection_id}/schema")
async def schema(collection_id: str, request: Request, caller: AnyCaller) -> Response:
    """What a feature holds, as JSON Schema."""
    spec = collection_of(caller, collection_id)
    once(request.query_params, ("f",))
    return _json(describe.schema(root_of(request), spec, english=prefers_english(request.scope)), SCHEMA)


@answers("/collections/{collection_id}/items")
async def items(collection_id: str, request: Request, caller: AnyCaller, opened: OpenDoors) -> Response:
    """A page of features that lie in the caller's scope; `next` leads on."""
    spec = collection_of(caller, collection_id)
    asked = features_of(spec, request.query_params)
    prepared = prepare(spec.name, asked)
    page = await _page(opened, caller, prepared)
    links = _page_links(root_of(request), spec, request.query_params, page)
    head = orjson.dumps(
        {
            "type": "FeatureCollection",
            "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "numberReturned": page.count,
            "links": links,
        }
    )
    body = b"".join((head[:-1], b',"features":[', page.features, b"]}"))
    headers = {"Content-Crs": f"<{asked.crs.uri}>", "Link": header(links), "Vary": "Accept-Encoding"}
    if len(body) > _SMALL_BYTES and takes_gzip(request.headers.get("accept-encoding", "")):
        body = await asyncio.to_thread(igzip.compress, body, 1)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=GEOJSON, headers=headers)


async def _page(opened: Doors, caller: Caller, prepared: Prepared) -> FeaturePage:
    async with read(opened.pool, caller.scope) as connection:
        return await features(connection, caller.scope, prepared)


@answers("/collections/{collection_id}/items/{feature_id}")
async def item(collection_id: str, feature_id: str, request: Request, caller: AnyCaller, opened: OpenDoors) -> Response:
    """One feature."""
    spec = collection_of(caller, collection_id)
    given = once(request.query_params, ("crs", "f"))
    crs = crs_of(given.get("crs"))
    async with read(opened.pool, caller.scope) as connection:
        found = await feature(connection, caller.scope, spec.name, feature_id, crs)
    own = f"{root_of(request)}/collections/{spec.name}"
    links = [link("self", f"{own}/items/{feature_id}", GEOJSON), link("collection", own)]
    body = b"".join((found[:-1], b',"links":', orjson.dumps(links), b"}"))
    headers = {"Content-Crs": f"<{crs.uri}>", "Link": header(links)}
    return Response(body, media_type=GEOJSON, headers=headers)


def _page_links(root: str, spec: ListSpec, query: QueryParams, page: FeaturePage) -> list[Link]:
    own = f"{root}/collections/{spec.name}"
    here = f"{own}/items?{query}" if query else f"{own}/items"
    links = [link("self", here, GEOJSON), link("collection", own), link(QUERYABLES, f"{own}/queryables", SCHEMA)]
    if page.next is None:
        return links
    onward = QueryParams(
        [*((name, value) for name, value in query.multi_items() if name != "after"), ("after", page.next)]
    )
    return [*links, link("next", f"{own}/items?{onward}", GEOJSON)]


def _json(told: dict[str, Any], media_type: str = JSON, links: list[Link] | None = None) -> Response:
    headers = {} if links is None else {"Link": header(links)}
    return Response(orjson.dumps(told), media_type=media_type, headers=headers)
