"""TileJSON and styles, made from the catalog."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layers.catalog import LayerSpec
from spatial_api.schemas.tiles import Box, Style, TileJson, VectorLayer, VectorSource

__all__ = ["style", "tilejson"]

_ATTRIBUTION = "wangge 网格"
_TYPES = {"text": "String", "integer": "Number", "number": "Number", "boolean": "Boolean"}
# What lies under: areas with a colour of their own, then lines, then points.
_RANK = {"polygon": 0, "line": 1, "point": 2}


def tilejson(spec: LayerSpec, root: str, bounds: Box, version: str | None) -> TileJson:
    """A layer as TileJSON; `root` is this server's address, `version` that of the published data."""
    layers = [_vector_layer(spec, spec.name, spec.title_zh, {field.name: _TYPES[field.type] for field in spec.fields})]
    if spec.labels:
        key = spec.fields[0].name
        layers.append(
            _vector_layer(spec, f"{spec.name}_label", f"{spec.title_zh}名称", {key: "String", "name": "String"})
        )
    return TileJson(
        name=spec.name,
        description=f"{spec.title_zh} · {spec.title_en}",
        attribution=_ATTRIBUTION,
        tiles=[_address(root, spec.name)],
        minzoom=spec.min_zoom,
        maxzoom=spec.max_zoom,
        bounds=bounds,
        vector_layers=layers,
        data_version=version,
        immutable_tiles=None if version is None else [_address(root, f"{version}/{spec.name}")],
    )


def style(specs: Iterable[LayerSpec], root: str, bounds: Box) -> Style:
    """A style that draws these layers from this server's tiles alone."""
    shown = list(specs)
    layers: list[dict[str, Any]] = [
        {"id": "background", "type": "background", "paint": {"background-color": "#eef0ee"}}
    ]
    for spec in sorted(shown, key=lambda spec: _RANK[spec.geometry]):
        layers.extend(_drawn(spec))
    return Style(name="wangge 网格", sources={spec.name: _source(spec, root, bounds) for spec in shown}, layers=layers)


def _address(root: str, path: str) -> str:
    return f"{root}/tiles/{path}/{{z}}/{{x}}/{{y}}.mvt"


def _vector_layer(spec: LayerSpec, name: str, title: str, fields: dict[str, str]) -> VectorLayer:
    return VectorLayer(id=name, description=title, minzoom=spec.min_zoom, maxzoom=spec.max_zoom, fields=fields)


def _source(spec: LayerSpec, root: str, bounds: Box) -> VectorSource:
    return VectorSource(
        tiles=[_address(root, spec.name)],
        minzoom=spec.min_zoom,
        maxzoom=spec.max_zoom,
        bounds=bounds,
        attribution=_ATTRIBUTION,
    )


def _drawn(spec: LayerSpec) -> list[dict[str, Any]]:
    """What draws one layer: areas are filled thinly and outlined, cells are dots that grow with the count."""
    colour = _colour(spec)
    if spec.geometry == "line":
        return [_layer(spec, "line", {"line-color": colour, "line-width": 1.5})]
    dots = {"circle-color": colour, "circle-radius": 3.5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1}
    if spec.cells_to is None:
        if spec.geometry == "point":
            return [_layer(spec, "circle", dots)]
        return _areas(spec, colour)
    radius = ["interpolate", ["linear"], ["get", "count"], 1, 1.5, 100, 5]
    cells = _layer(spec, "circle", {"circle-color": colour, "circle-radius": radius}, "cells")
    rows = [_layer(spec, "circle", dots)] if spec.geometry == "point" else _areas(spec, colour)
    for layer in rows:
        layer["minzoom"] = spec.cells_to + 1
    return [cells | {"maxzoom": spec.cells_to + 1}, *rows]


def _areas(spec: LayerSpec, colour: object) -> list[dict[str, Any]]:
    fill = _layer(spec, "fill", {"fill-color": colour, "fill-opacity": 0.12})
    return [fill, _layer(spec, "line", {"line-color": colour, "line-width": 1}, "outline")]


def _layer(spec: LayerSpec, kind: str, paint: dict[str, Any], part: str = "") -> dict[str, Any]:
    name = f"{spec.name}-{part}" if part else spec.name
    title = {"title_zh": spec.title_zh, "title_en": spec.title_en}
    return {
        "id": name,
        "type": kind,
        "source": spec.name,
        "source-layer": spec.name,
        "minzoom": spec.min_zoom,
        "metadata": title,
        "paint": paint,
    }


def _colour(spec: LayerSpec) -> object:
    if not spec.legend:
        return spec.colour
    classes = [word for entry in spec.legend for word in (entry.value, entry.colour)]
    return ["match", ["get", "kind"], *classes, spec.colour]
