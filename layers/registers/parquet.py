"""A Parquet or GeoParquet file as a table: its points as longitude and latitude, their datum from the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from pyproj.exceptions import CRSError

from layers.registers.table import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Table, check_size, refused, text_of

__all__ = ["read_parquet"]

_MOST_UNPACKED = 2 * 1024 * 1024 * 1024
_BATCH = 5000
_SHAPES = ("geometry", "geom", "wkb_geometry")
_DEGREES = ("OGC:CRS84", "EPSG:4326", "EPSG:4979")


@dataclass(frozen=True)
class _Shape:
    """The column of shapes, whether they are points, and the datum that the file states."""

    name: str
    points: bool
    crs: str | None


def read_parquet(path: Path) -> Table:
    """The table of a Parquet file; a column of points becomes `lon` and `lat`, one of other shapes WKT.

    The datum is that of the GeoParquet metadata; where it says none, whoever imports must.

    Raises:
        Invalid: when it is damaged, too big, or its metadata states a CRS that is not in the EPSG register.
    Cost: linear in its cells; 5,000 rows are in memory at a time.
    """
    check_size(path)
    try:
        file = pq.ParquetFile(path)
        shape = _shape(path, file)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise refused(path.name, "it is a damaged Parquet file") from error
    _check_bounds(path, file)
    names = tuple(file.schema_arrow.names)
    header = tuple(one for name in names for one in _headers(name, shape))
    return Table(
        "parquet", header, _rows(path, file, names, shape), path.name, crs=None if shape is None else shape.crs
    )


def _check_bounds(path: Path, file: Any) -> None:
    facts = file.metadata
    unpacked = sum(facts.row_group(at).total_byte_size for at in range(facts.num_row_groups))
    if facts.num_rows > MOST_ROWS:
        raise refused(path.name, f"it has more than {MOST_ROWS:,} rows; divide it")
    if unpacked > _MOST_UNPACKED:
        raise refused(path.name, f"it unpacks to {unpacked:,} bytes, more than {_MOST_UNPACKED:,}; divide it")
    if len(file.schema_arrow.names) > MOST_COLUMNS:
        raise refused(path.name, f"{len(file.schema_arrow.names)} columns are more than {MOST_COLUMNS}")


def _shape(path: Path, file: Any) -> _Shape | None:
    stated = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"null"))
    if isinstance(stated, dict):
        column = stated.get("columns", {}).get(stated.get("primary_column"), {})
        kinds = {str(kind).split(" ")[0] for kind in column.get("geometry_types", ())}
        points = kinds == {"Point"} or (not kinds and _is_point(file, stated["primary_column"]))
        return _Shape(str(stated["primary_column"]), points, _crs(path, column))
    name = next((name for name in file.schema_arrow.names if name.lower() in _SHAPES), None)
    if name is None or not pa.types.is_binary(file.schema_arrow.field(name).type):
        return None
    return _Shape(name, _is_point(file, name), None)


def _is_point(file: Any, name: str) -> bool:
    for batch in file.iter_batches(_BATCH, columns=[name]):
        for value in batch.column(0).to_pylist():
            if value is not None:
                return bool(_geometry(value).geom_type == "Point")
    return True


def _crs(path: Path, column: dict[str, Any]) -> str | None:
    # A writer that leaves the key out means longitude and latitude on WGS 84, one that writes null does not know.
    if "crs" not in column:
        return "wgs84"
    if column["crs"] is None:
        return None
    try:
        crs = pyproj.CRS.from_user_input(column["crs"])
    except CRSError as error:
        raise refused(path.name, "its metadata states a CRS that nobody knows") from error
    authority = crs.to_authority()
    name = None if authority is None else ":".join(authority)
    if name in _DEGREES:
        return "wgs84"
    if name is None or not name.startswith("EPSG:"):
        raise refused(path.name, "the CRS that its metadata states is not in the EPSG register")
    return name


def _headers(name: str, shape: _Shape | None) -> tuple[str, ...]:
    return ("lon", "lat") if shape is not None and shape.points and name == shape.name else (name,)


def _rows(path: Path, file: Any, names: tuple[str, ...], shape: _Shape | None) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for batch in file.iter_batches(_BATCH):
            columns: list[list[str]] = []
            for name, column in zip(names, batch.columns, strict=True):
                columns += _texts(column.to_pylist(), shape if shape is not None and name == shape.name else None)
            for cells in map(list, zip(*columns, strict=True)):
                number += 1
                if max(map(len, cells), default=0) > LONGEST_CELL:
                    raise refused(f"{path.name} row {number}", f"a cell has more than {LONGEST_CELL:,} characters")
                if any(cells):
                    yield number, cells
    except (pa.ArrowException, OSError) as error:
        raise refused(f"{path.name} row {number}", "it is a damaged Parquet file") from error


def _texts(values: list[Any], shape: _Shape | None) -> list[list[str]]:
    if shape is None:
        return [[text_of(value) for value in values]]
    found = [None if value is None else _geometry(value) for value in values]
    if not shape.points:
        return [["" if one is None or one.is_empty else one.wkt for one in found]]
    # A shape among points is no number: its kind in the place of the coordinate becomes a fault of that row.
    pairs = [("", "") if one is None or one.is_empty else _pair(one) for one in found]
    return [[x for x, _ in pairs], [y for _, y in pairs]]


def _pair(one: Any) -> tuple[str, str]:
    return (repr(one.x), repr(one.y)) if one.geom_type == "Point" else (one.geom_type, one.geom_type)


def _geometry(value: Any) -> Any:
    """The shape of a cell: WKB, or the pair of numbers that GeoArrow keeps for a point."""
    try:
        return shapely.Point(value["x"], value["y"]) if isinstance(value, dict) else shapely.from_wkb(value)
    except (shapely.errors.GEOSException, TypeError, KeyError) as error:
        raise pa.ArrowInvalid from error
