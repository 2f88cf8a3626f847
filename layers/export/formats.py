"""The formats that a list can be written in; a new one is one entry here and one writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from layers.export.sheet import write_sheet
from layers.export.spatial import write_flatgeobuf, write_geopackage, write_geoparquet
from layers.export.table import Table, through_file
from layers.export.text import csv_pieces, geojson_pieces

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True)
class Format:
    """One format; `spatial` ones need a place and state their CRS, so that they cannot hold a shifted datum."""

    suffix: str
    media_type: str
    pieces: Callable[[Table], Iterator[bytes]]
    spatial: bool = True


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = (
    Format("geojson", "application/geo+json", geojson_pieces),
    Format("csv", "text/csv; charset=utf-8", csv_pieces, spatial=False),
    Format("xlsx", _SHEET, through_file(write_sheet, "list.xlsx"), spatial=False),
    Format("gpkg", "application/geopackage+sqlite3", through_file(write_geopackage, "list.gpkg")),
    Format("fgb", "application/flatgeobuf", through_file(write_flatgeobuf, "list.fgb")),
    Format("parquet", "application/vnd.apache.parquet", through_file(write_geoparquet, "list.parquet")),
)

FORMATS: Mapping[str, Format] = {format_.suffix: format_ for format_ in _FORMATS}
