"""Rows of fixed widths as PostgreSQL's binary COPY takes them, packed by numpy: a million rows in a second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

__all__ = ["copy", "copy_pieces", "ewkb_points", "times"]

# Signature, no flags, no header extension; see "Binary Format" of COPY in the manual of PostgreSQL.
_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TAIL = b"\xff\xff"
_POINT_WITH_SRID = 0x20000001
_EPOCH_US = np.datetime64("2000-01-01", "us").astype(np.int64)


def ewkb_points(lon_lat: NDArray[np.float64]) -> NDArray[np.void]:
    """Points (n, 2) in lon/lat as EWKB with SRID 4326, little-endian."""
    layout = np.dtype([("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
    found = np.empty(len(lon_lat), dtype=layout)
    found["order"], found["type"], found["srid"] = 1, _POINT_WITH_SRID, 4326
    found["x"], found["y"] = lon_lat.T
    return found.view(f"V{layout.itemsize}")


def times(since_1970_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """Microseconds since 1970 as a timestamptz counts them."""
    return since_1970_us - _EPOCH_US


def copy(
    connection: psycopg.Connection[tuple[object, ...]], table: str, count: int, columns: Mapping[str, object]
) -> None:
    """Copy `count` rows into a table.

    Each column is one text for all rows, or an array: int64, float64, bytes of one length (`S`, `V`), ids (n, 16) u1.
    """
    copy_pieces(connection, table, [(count, columns)])


def copy_pieces(
    connection: psycopg.Connection[tuple[object, ...]], table: str, pieces: Iterable[tuple[int, Mapping[str, object]]]
) -> None:
    """Copy the rows of several pieces as `copy`, in one statement; they have the same columns."""
    packed = [(columns, _packed(count, list(columns.values()))) for count, columns in pieces]
    names = sql.SQL(", ").join(map(sql.Identifier, packed[0][0]))
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(sql.Identifier(*table.split(".")), names)
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        stream.write(_HEAD)
        for _, rows in packed:
            stream.write(rows)
        stream.write(_TAIL)


def _packed(count: int, columns: list[object]) -> bytes:
    fields = [_field(column) for column in columns]
    layout: list[tuple[str, str]] = [("columns", ">i2")]
    for at, (kind, _) in enumerate(fields):
        layout += [(f"length{at}", ">i4"), (f"value{at}", kind)]
    rows = np.empty(count, dtype=layout)
    rows["columns"] = len(fields)
    for at, (kind, value) in enumerate(fields):
        rows[f"length{at}"] = np.dtype(kind).itemsize
        rows[f"value{at}"] = value
    return rows.tobytes()


def _field(column: object) -> tuple[str, object]:
    """How a column lies in a row, and its values."""
    if isinstance(column, str):
        text = column.encode()
        return f"S{len(text)}", text
    array = np.asarray(column)
    if array.dtype == np.uint8:
        return "V16", np.ascontiguousarray(array).view("V16").ravel()
    if array.dtype.kind in "if":
        return f">{array.dtype.kind}8", array
    return array.dtype.str, array
