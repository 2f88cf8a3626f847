"""GeoPackage, FlatGeobuf and GeoParquet: written from a stream of Arrow batches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from layers.export.table import Table
from layers.queries import read_sql

__all__ = ["write_flatgeobuf", "write_geopackage", "write_geoparquet"]

_GEOMETRY = "geometry"
_TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "moment": pa.timestamp("ms", tz="Asia/Shanghai"),
    "day": pa.date32(),
    "boolean": pa.bool_(),
}
_OGR = {"point": "Point", "line": "LineString", "polygon": "MultiPolygon", "mixed": "Unknown"}


class _Stream:
    """The batches as Arrow; what went wrong in them is kept, since the C stream passes on no more than its words."""

    def __init__(self, table: Table) -> None:
        self.table = table
        fields = [(column.name, _TYPES[column.type]) for column in table.spec.columns]
        self.schema = pa.schema([*fields, (_GEOMETRY, pa.binary())])
        self.error: Exception | None = None

    def batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for rows in self.table.batches:
                columns = [
                    pa.array([row[column.name] for row in rows], _TYPES[column.type])
                    for column in self.table.spec.columns
                ]
                shapes = pa.array(shapely.to_wkb(self.table.target.shapes(rows)).tolist(), pa.binary())
                yield pa.RecordBatch.from_arrays([*columns, shapes], schema=self.schema)
        except Exception as error:
            self.error = error
            raise


def write_geopackage(path: Path, table: Table) -> None:
    """Write a GeoPackage with one layer; its columns bear their Chinese titles as aliases.

    Memory: one batch.
    """
    _write(path, table, "GPKG", {"GEOMETRY_NAME": "geom", "IDENTIFIER": table.spec.title_zh})
    named = [(table.spec.name, column.name, column.title_zh) for column in table.spec.columns]
    statements = read_sql("export/geopackage_aliases.sql")
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(statements)
        file.executemany(read_sql("export/geopackage_alias.sql"), named)


def write_flatgeobuf(path: Path, table: Table) -> None:
    """Write a FlatGeobuf without its index, which has no room for rows without a place.

    Memory: one batch.
    """
    _write(path, table, "FlatGeobuf", {"SPATIAL_INDEX": "NO", "TITLE": table.spec.title_zh})


def write_geoparquet(path: Path, table: Table) -> None:
    """Write a GeoParquet 1.1 file, geometry as WKB, one row group a batch.

    Memory: one batch.
    """
    stream = _Stream(table)
    types = {"point": ["Point"], "line": ["LineString"], "polygon": ["MultiPolygon"]}.get(table.spec.geometry or "", [])
    column = {"encoding": "WKB", "geometry_types": types, "crs": table.target.crs.to_json_dict()}
    geo = {"version": "1.1.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}
    schema = stream.schema.with_metadata({"geo": json.dumps(geo)})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in stream.batches():
            writer.write_batch(batch)


def _write(path: Path, table: Table, driver: str, options: dict[str, str]) -> None:
    stream = _Stream(table)
    reader = pa.RecordBatchReader.from_batches(stream.schema, stream.batches())
    try:
        pyogrio.write_arrow(
            reader,
            path,
            layer=table.spec.name,
            driver=driver,
            geometry_name=_GEOMETRY,
            geometry_type=_OGR[table.spec.geometry or "mixed"],
            crs=table.target.epsg,
            layer_options=options,
        )
    except Exception:
        if stream.error is not None:
            raise stream.error from None
        raise
