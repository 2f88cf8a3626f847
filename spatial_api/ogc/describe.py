"""The documents of OGC API that come from the catalog alone: landing page, conformance, collections, queryables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layers.crs import CRS84, KNOWN, Box
from layers.items import GEOMETRY, queryables_of
from layers.listing import Column, ListSpec
from spatial_api.ogc.links import GEOJSON, JSON, OPENAPI, QUERYABLES, SCHEMA, TILESETS_VECTOR, Link, link

__all__ = ["CONFORMS_TO", "collection", "landing", "queryables", "schema"]

_FEATURES = "http://www.opengis.net/spec/ogcapi-features-"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
CONFORMS_TO = [
    *(f"{_FEATURES}1/1.0/conf/{one}" for one in ("core", "oas30", "geojson")),
    f"{_FEATURES}2/1.0/conf/crs",
    *(
        f"{_FEATURES}3/1.0/conf/{one}"
        for one in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"{_CQL2}{one}"
        for one in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "property-property",
        )
    ),
    *(f"{_TILES}{one}" for one in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")),
]
_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_GEOMETRY_FORMATS: Mapping[str | None, str] = {
    "point": "geometry-point",
    "polygon": "geometry-multipolygon",
    "line": "geometry-any",
    "mixed": "geometry-any",
}
_TYPES: Mapping[str, dict[str, object]] = {
    "id": {"type": "string", "format": "uuid"},
    "grid": {"type": "string", "pattern": "^[0-9]{15}$"},
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "moment": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "boolean": {"type": "boolean"},
}


def landing(root: str) -> dict[str, Any]:
    """The landing page."""
    return {
        "title": "wangge 网格",
        "description": "网格、区划、房屋、设施、事件 · grids, regions, houses, facilities and incidents",
        "links": [
            link("self", f"{root}/"),
            link("service-desc", f"{root}/api", OPENAPI),
            link("conformance", f"{root}/conformance"),
            link("data", f"{root}/collections"),
            link("http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", f"{root}/tileMatrixSets"),
        ],
    }


def collection(root: str, spec: ListSpec, box: Box | None, *, english: bool, drawn: bool) -> dict[str, Any]:
    """A layer as a collection; `box` is that of what the caller may see, `drawn` whether it has tiles for them."""
    told: dict[str, Any] = {
        "id": spec.name,
        "title": spec.title_en if english else spec.title_zh,
        "itemType": "feature",
        "links": collection_links(root, spec, drawn=drawn),
    }
    extent: dict[str, Any] = {}
    if spec.geometry is not None:
        told |= {"crs": list(KNOWN), "storageCrs": CRS84.uri}
        if box is not None:
            extent["spatial"] = {"bbox": [list(box)], "crs": CRS84.uri}
    if spec.moment is not None:
        extent["temporal"] = {"interval": [[None, None]], "trs": _GREGORIAN}
    return told | ({"extent": extent} if extent else {})


def collection_links(root: str, spec: ListSpec, *, drawn: bool) -> list[Link]:
    """What a collection leads to."""
    own = f"{root}/collections/{spec.name}"
    links = [
        link("self", own),
        link("items", f"{own}/items", GEOJSON),
        link(QUERYABLES, f"{own}/queryables", SCHEMA),
        link("http://www.opengis.net/def/rel/ogc/1.0/schema", f"{own}/schema", SCHEMA),
    ]
    return [*links, link(TILESETS_VECTOR, f"{own}/tiles", JSON)] if drawn else links


def queryables(root: str, spec: ListSpec, *, english: bool) -> dict[str, Any]:
    """What a filter may name of a layer, as JSON Schema."""
    types = {name: one.type for name, one in queryables_of(spec).items()}
    columns = [column for column in spec.columns if column.name in types]
    members = {column.name: _member(column, types[column.name], english=english) for column in columns}
    if GEOMETRY in types:
        members[GEOMETRY] = _geometry(spec)
    return _schema(f"{root}/collections/{spec.name}/queryables", spec, members, english=english)


def schema(root: str, spec: ListSpec, *, english: bool) -> dict[str, Any]:
    """What a layer's features hold, as JSON Schema."""
    types = {name: one.type for name, one in queryables_of(spec).items()}
    members: dict[str, Any] = {}
    for column in spec.columns:
        members[column.name] = _member(column, types.get(column.name, column.type), english=english)
        if column.name == spec.key:
            members[column.name]["x-ogc-role"] = "id"
    if spec.geometry is not None:
        members[GEOMETRY] = _geometry(spec)
    return _schema(f"{root}/collections/{spec.name}/schema", spec, members, english=english)


def _schema(href: str, spec: ListSpec, members: dict[str, Any], *, english: bool) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": href,
        "title": spec.title_en if english else spec.title_zh,
        "type": "object",
        "properties": members,
        "additionalProperties": False,
    }


def _member(column: Column, type_: str, *, english: bool) -> dict[str, Any]:
    whole = column.type == "integer"
    return {"title": column.title_en if english else column.title_zh, **_TYPES["integer" if whole else type_]}


def _geometry(spec: ListSpec) -> dict[str, Any]:
    return {"format": _GEOMETRY_FORMATS[spec.geometry], "x-ogc-role": "primary-geometry"}
