"""CSV and GeoJSON: written batch by batch, nothing kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
import shapely

from layers.export.cells import defused, local
from layers.export.table import Table, heads

__all__ = ["csv_pieces", "geojson_pieces"]

_BOM = "\ufeff"


def csv_pieces(table: Table) -> Iterator[bytes]:
    """UTF-8 with a byte-order mark, so that Excel reads Chinese; text that looks like a formula is defused.

    Lines and areas have the coordinates of a point on them. Moments are Beijing time, without an offset.
    """
    yield _BOM.encode() + _csv([[defused(head) for head in heads(table)]])
    for rows in table.batches:
        lines = [[_cell(value) for value in table.values(row)] for row in rows]
        if table.spec.geometry is not None:
            lines = [[*line, *place] for line, place in zip(lines, table.target.points(rows), strict=True)]
        yield _csv(lines)


def geojson_pieces(table: Table) -> Iterator[bytes]:
    """A FeatureCollection (RFC 7946); in another CRS than EPSG:4326 with the member `crs` of GeoJSON 2008."""
    yield b'{"type":"FeatureCollection",' + _crs_member(table) + b'"features":['
    before = b"\n"
    for rows in table.batches:
        shapes = shapely.orient_polygons(table.target.shapes(rows))
        drawn = shapely.to_geojson(shapes)
        for row, geometry in zip(rows, drawn, strict=True):
            yield before + _feature(table, row, geometry)
            before = b",\n"
    yield b"\n]}\n"


def _csv(lines: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, str):
        return defused(value)
    if isinstance(value, datetime):
        return local(value).isoformat(sep=" ", timespec="seconds")
    return str(value).lower() if isinstance(value, bool) else value


def _crs_member(table: Table) -> bytes:
    if table.target.epsg in (None, "EPSG:4326"):
        return b""
    name = f"urn:ogc:def:crs:EPSG::{table.target.crs.to_epsg()}"
    return b'"crs":' + orjson.dumps({"type": "name", "properties": {"name": name}}) + b","


def _feature(table: Table, row: dict[str, Any], geometry: str | None) -> bytes:
    properties = {column.name: row[column.name] for column in table.spec.columns}
    feature = {
        "type": "Feature",
        "id": row[table.spec.key],
        "geometry": None if geometry is None else orjson.Fragment(geometry),
        "properties": properties,
    }
    return orjson.dumps(feature)
