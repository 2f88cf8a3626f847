"""OGC API – Features and Tiles as an OpenAPI 3.0.3 document: FastAPI writes 3.1, and OGC API asks for 3.0.

It is made from the catalog of lists alone, so it is the same for everyone; what a caller may not see is 403 or 404.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

from layers.catalog import CATALOG
from layers.crs import CRS84, KNOWN
from layers.items import GEOMETRY, MAX_FEATURES, queryables_of
from layers.listing import LISTS, ListSpec
from spatial_api.ogc.links import GEOJSON, JSON, OPENAPI, SCHEMA
from spatial_api.ogc.schemas import SCHEMAS, ref
from spatial_api.problems import MEDIA_TYPE as PROBLEM
from spatial_api.routes.tiles import MEDIA_TYPE as MVT

__all__ = ["document"]

_Json = dict[str, Any]
_MEANINGS = {
    400: "a parameter is unknown, or its value has faults; all are listed",
    401: "nobody is logged in",
    403: "the caller may not list this layer",
    404: "no such thing, or outside the caller's scope",
    421: "this server is not known under that name",
    500: "something went wrong here",
    503: "the database cannot serve now",
}
_OPEN, _GUARDED = (400, 421, 500), (400, 401, 403, 404, 421, 500, 503)
_COLLECTIONS = [spec for spec in LISTS.values() if spec.queryables is not None]
_DRAWN = [spec.name for spec in _COLLECTIONS if spec.name in CATALOG]
_QUERY_TYPES: dict[str, _Json] = {
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "id": {"type": "string", "format": "uuid"},
    "grid": {"type": "string", "pattern": "^[0-9]{15}$"},
    "moment": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
}


def document(root: str) -> _Json:
    """The document of the API under this address."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "wangge 网格: OGC API – Features, OGC API – Tiles",
            "version": version("wangge"),
            "license": {"name": "Apache-2.0"},
        },
        "servers": [{"url": root}],
        "tags": [{"name": "features"}, {"name": "tiles"}],
        "paths": dict(_paths()),
        "components": {
            "schemas": SCHEMAS,
            "parameters": _PARAMETERS,
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic", "description": "login and token"},
                "bearer": {"type": "http", "scheme": "bearer", "description": "a token"},
                "session": {"type": "apiKey", "in": "cookie", "name": "wangge_session"},
            },
        },
    }


def _parameter(name: str, schema: _Json, description: str = "", **more: object) -> _Json:
    told: _Json = {"name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": False}
    return told | ({"description": description} if description else {}) | more


_UNIQUE_CRS: _Json = {"type": "string", "format": "uri", "enum": list(KNOWN), "default": CRS84.uri}
_PARAMETERS: _Json = {
    "bbox": _parameter(
        "bbox",
        {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
        "lower corner, upper corner, in the order of bbox-crs",
    ),
    "bbox-crs": _parameter("bbox-crs", _UNIQUE_CRS),
    "crs": _parameter("crs", _UNIQUE_CRS, "in which shapes are told, in its order of axes"),
    "datetime": _parameter("datetime", {"type": "string"}, "a moment, or two with / between, .. for open"),
    "limit": _parameter(
        "limit", {"type": "integer", "minimum": 1, "default": 100}, f"more than {MAX_FEATURES} count as {MAX_FEATURES}"
    ),
    "after": _parameter("after", {"type": "string"}, "where the page before ended; the link `next` has it"),
    "filter": _parameter("filter", {"type": "string"}, "CQL2"),
    "filter-lang": _parameter(
        "filter-lang", {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"}
    ),
    "filter-crs": _parameter("filter-crs", _UNIQUE_CRS),
    "f": _parameter("f", {"type": "string", "enum": ["json", "geojson"]}),
    "collectionId": _parameter("collectionId", {"type": "string", "enum": [spec.name for spec in _COLLECTIONS]})
    | {"in": "path", "required": True, "style": "simple"},
    "drawnId": _parameter("collectionId", {"type": "string", "enum": _DRAWN})
    | {"in": "path", "required": True, "style": "simple"},
    "featureId": _parameter("featureId", {"type": "string"}) | {"in": "path", "required": True, "style": "simple"},
    **{
        name: _parameter(name, {"type": "integer", "minimum": 0, "maximum": top})
        | {"in": "path", "required": True, "style": "simple"}
        for name, top in (("tileMatrix", 30), ("tileRow", 2**30 - 1), ("tileCol", 2**30 - 1))
    },
}


def _get(
    name: str,
    summary: str,
    answer: _Json,
    parameters: Sequence[_Json | str] = (),
    *,
    statuses: Sequence[int] = _GUARDED,
    tag: str = "features",
) -> _Json:
    problem = {PROBLEM: {"schema": ref("Problem")}}
    refused = {str(status): {"description": _MEANINGS[status], "content": problem} for status in statuses}
    asked = [{"$ref": f"#/components/parameters/{one}"} if isinstance(one, str) else one for one in parameters]
    told: _Json = {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": asked,
        "responses": answer | refused,
    }
    return {"get": told if statuses is _OPEN else told | {"security": [{"basic": []}, {"bearer": []}, {"session": []}]}}


def _answer(shape: str, media_type: str = JSON, description: str = "the document") -> _Json:
    return {"200": {"description": description, "content": {media_type: {"schema": ref(shape)}}}}


def _paths() -> Iterator[tuple[str, _Json]]:
    yield "/", _get("landing", "the landing page", _answer("Landing"), ["f"], statuses=_OPEN)
    yield "/conformance", _get("conformance", "what is met", _answer("Conformance"), ["f"], statuses=_OPEN)
    yield "/api", _get("api", "this document", _answer("Document", OPENAPI), ["f"], statuses=_OPEN)
    yield "/collections", _get("collections", "what the caller may list", _answer("Collections"), ["f"])
    one = ["collectionId", "f"]
    yield "/collections/{collectionId}", _get("collection", "one of them", _answer("Collection"), one)
    for name, what in (("queryables", "what a filter may name"), ("schema", "what a feature holds")):
        yield f"/collections/{{collectionId}}/{name}", _get(name, what, _answer("JsonSchema", SCHEMA), one)
    for spec in _COLLECTIONS:
        yield from _feature_paths(spec)
    yield from _tile_paths()


def _feature_paths(spec: ListSpec) -> Iterator[tuple[str, _Json]]:
    own = f"/collections/{spec.name}/items"
    equal = [
        _parameter(name, _QUERY_TYPES.get(one.type, {"type": "string"}), "features of just this value")
        for name, one in queryables_of(spec).items()
        if name != GEOMETRY
    ]
    asked = ["bbox", "bbox-crs", "crs", "datetime", "limit", "after", "filter", "filter-lang", "filter-crs", "f"]
    found = _answer("FeatureCollection", GEOJSON, "a page")
    yield own, _get(f"items_{spec.name}", spec.title_en, found, [*asked, *equal])
    single = _answer("Feature", GEOJSON, "the feature")
    yield f"{own}/{{featureId}}", _get(f"item_{spec.name}", spec.title_en, single, ["featureId", "crs", "f"])


def _tile_paths() -> Iterator[tuple[str, _Json]]:
    schemes = "/tileMatrixSets"
    yield schemes, _get("tileMatrixSets", "tilings", _answer("TileMatrixSets"), ["f"], statuses=_OPEN, tag="tiles")
    quad = _answer("TileMatrixSet")
    yield f"{schemes}/WebMercatorQuad", _get("quad", "a tiling", quad, ["f"], statuses=_OPEN, tag="tiles")
    tiles = "/collections/{collectionId}/tiles"
    yield tiles, _get("tilesets", "a layer's tile sets", _answer("TileSets"), ["drawnId", "f"], tag="tiles")
    own = f"{tiles}/WebMercatorQuad"
    yield own, _get("tileset", "a layer's tile set", _answer("TileSet"), ["drawnId", "f"], tag="tiles")
    binary = {"schema": {"type": "string", "format": "binary"}}
    drawn = {
        "200": {"description": "the tile", "content": {MVT: binary}},
        "204": {"description": "nothing lies in this tile"},
        "304": {"description": "the client's copy is still right"},
    }
    place = ["drawnId", "tileMatrix", "tileRow", "tileCol"]
    yield f"{own}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", _get("tile", "a vector tile", drawn, place, tag="tiles")
