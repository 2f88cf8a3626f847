"""The shapes of OGC API's answers, in the JSON Schema of OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

__all__ = ["SCHEMAS", "ref"]

_Json = dict[str, Any]
_TEXT: _Json = {"type": "string"}
_NUMBER: _Json = {"type": "number"}


def ref(name: str) -> _Json:
    """A reference to one of the shapes."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str, **members: _Json) -> _Json:
    return {"type": "object", "required": required.split(), "properties": members}


def _list(of: _Json, **more: int) -> _Json:
    return {"type": "array", "items": of, **more}


_LINKS = _list(ref("Link"))
SCHEMAS: _Json = {
    "Link": _object("href rel type", href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT),
    "Problem": _object(
        "type title status detail faults",
        type=_TEXT,
        title=_TEXT,
        status={"type": "integer"},
        detail=_TEXT,
        faults=_list(_object("where message", where=_TEXT, message=_TEXT)),
    ),
    "Landing": _object("title links", title=_TEXT, description=_TEXT, links=_LINKS),
    "Conformance": _object("conformsTo", conformsTo=_list(_TEXT)),
    "Document": _object("openapi info paths", openapi=_TEXT, info={"type": "object"}, paths={"type": "object"}),
    "Collections": _object("collections links", collections=_list(ref("Collection")), links=_LINKS),
    "Collection": _object(
        "id title itemType links",
        id=_TEXT,
        title=_TEXT,
        itemType={"type": "string", "enum": ["feature"]},
        links=_LINKS,
        crs=_list(_TEXT),
        storageCrs=_TEXT,
        extent=_object(
            "",
            spatial=_object("bbox crs", bbox=_list(_list(_NUMBER, minItems=4, maxItems=4)), crs=_TEXT),
            temporal=_object("interval trs", interval=_list(_list({"type": "string", "nullable": True})), trs=_TEXT),
        ),
    ),
    "JsonSchema": _object("$schema $id type properties", type=_TEXT, title=_TEXT, properties={"type": "object"}),
    "FeatureCollection": _object(
        "type features links timeStamp numberReturned",
        type={"type": "string", "enum": ["FeatureCollection"]},
        features=_list(ref("Feature")),
        links=_LINKS,
        timeStamp={"type": "string", "format": "date-time"},
        numberReturned={"type": "integer", "minimum": 0},
    ),
    "Feature": _object(
        "type id geometry properties",
        type={"type": "string", "enum": ["Feature"]},
        id=_TEXT,
        geometry={"type": "object", "nullable": True, "required": ["type"], "properties": {"type": _TEXT}},
        properties={"type": "object"},
        links=_LINKS,
    ),
    "TileMatrixSets": _object(
        "tileMatrixSets",
        tileMatrixSets=_list(_object("id title uri links", id=_TEXT, title=_TEXT, uri=_TEXT, links=_LINKS)),
    ),
    "TileMatrixSet": _object(
        "id crs tileMatrices", id=_TEXT, title=_TEXT, uri=_TEXT, crs=_TEXT, tileMatrices=_list({"type": "object"})
    ),
    "TileSets": _object("tilesets links", tilesets=_list(ref("TileSet")), links=_LINKS),
    "TileSet": _object(
        "title dataType crs tileMatrixSetURI links", title=_TEXT, dataType=_TEXT, crs=_TEXT, links=_LINKS
    ),
}
for _shape in SCHEMAS.values():
    # OpenAPI 3.0 forbids an empty list of what is required.
    for _part in (_shape, *_shape.get("properties", {}).values()):
        if _part.get("required") == []:
            del _part["required"]
