"""OGC API – Tiles: the one tiling that is served, and a layer's tiles in it.

Source: OGC 17-083r4, Two Dimensional Tile Matrix Set, annex D.1 (WebMercatorQuad).
"""

from __future__ import annotations

import math
from typing import Any

from layers.catalog import LayerSpec
from layers.crs import CRS84, Box
from spatial_api.ogc.links import JSON, link
from spatial_api.routes.tiles import MEDIA_TYPE

__all__ = ["QUAD", "matrix_set", "matrix_sets", "tile_set", "tile_sets"]

QUAD = "WebMercatorQuad"
_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{QUAD}"
_CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
_TITLE = "Google Maps Compatible for the World"
_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
_HALF_M = 20_037_508.342789244
_FIRST_SCALE, _FIRST_CELL_M = 559_082_264.028717, 156_543.033928041
_DEEPEST = 24
_DIMENSION = {"polygon": 2, "line": 1, "point": 0}


def matrix_sets(root: str) -> dict[str, Any]:
    """The list of tilings."""
    links = [link("self", f"{root}/tileMatrixSets/{QUAD}")]
    return {"tileMatrixSets": [{"id": QUAD, "title": _TITLE, "uri": _URI, "crs": _CRS, "links": links}]}


def matrix_set() -> dict[str, Any]:
    """The tiling, matrix by matrix."""
    return {
        "id": QUAD,
        "title": _TITLE,
        "uri": _URI,
        "crs": _CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(_DEEPEST + 1)],
    }


def _matrix(zoom: int) -> dict[str, Any]:
    return {
        "id": str(zoom),
        "scaleDenominator": _FIRST_SCALE / 2**zoom,
        "cellSize": _FIRST_CELL_M / 2**zoom,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-_HALF_M, _HALF_M],
        "tileWidth": 256,
        "tileHeight": 256,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }


def tile_sets(root: str, spec: LayerSpec, box: Box | None, *, english: bool) -> dict[str, Any]:
    """The list of a layer's tile sets."""
    told = tile_set(root, spec, box, english=english)
    return {"tilesets": [told], "links": [link("self", f"{root}/collections/{spec.name}/tiles")]}


def tile_set(root: str, spec: LayerSpec, box: Box | None, *, english: bool) -> dict[str, Any]:
    """A layer's tile set; `box` bounds what the caller may see."""
    own = f"{root}/collections/{spec.name}/tiles/{QUAD}"
    title = spec.title_en if english else spec.title_zh
    told: dict[str, Any] = {
        "title": title,
        "dataType": "vector",
        "crs": _CRS,
        "tileMatrixSetURI": _URI,
        "links": [
            link("self", own),
            link(_SCHEME, f"{root}/tileMatrixSets/{QUAD}"),
            link("item", f"{own}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", MEDIA_TYPE) | {"templated": True},
            link("describedby", f"{root.removesuffix('/ogc')}/tiles/{spec.name}.json", JSON, "TileJSON"),
        ],
        "layers": [
            {"id": spec.name, "title": title, "dataType": "vector", "geometryDimension": _DIMENSION[spec.geometry]}
        ],
    }
    if box is not None:
        west, south, east, north = box
        told["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84.uri}
    zooms = range(spec.min_zoom, spec.max_zoom + 1)
    return told | {"tileMatrixSetLimits": [_limits(zoom, box or (-180, -85, 180, 85)) for zoom in zooms]}


def _limits(zoom: int, box: Box) -> dict[str, Any]:
    west, south, east, north = box
    return {
        "tileMatrix": str(zoom),
        "minTileRow": _row(north, zoom),
        "maxTileRow": _row(south, zoom),
        "minTileCol": _column(west, zoom),
        "maxTileCol": _column(east, zoom),
    }


def _column(lon: float, zoom: int) -> int:
    return int(min(max(int((lon + 180) / 360 * 2**zoom), 0), 2**zoom - 1))


def _row(lat: float, zoom: int) -> int:
    place = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int(min(max(int(place * 2**zoom), 0), 2**zoom - 1))
