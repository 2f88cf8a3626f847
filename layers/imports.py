"""One import: its log row, and rows brought in by COPY in the caller's transaction.

    with database.write(Scope.everything()) as session, begin(session, "osm", "town.osm.pbf", crs="EPSG:4326") as log:
        log.copy("building", frame)

The log row exists exactly when its rows do, since both are one transaction; a file is never half imported.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import psycopg
import shapely
from geoalchemy2 import Geometry
from psycopg import sql
from psycopg.adapt import Dumper
from psycopg.types.json import JsonbDumper
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Integer, Table
from sqlalchemy.orm import Session

from layers.db import actor, raw
from layers.errors import Conflict, Fault, Forbidden, Invalid
from layers.locks import lock_bulk
from layers.models import Base, ImportLog
from layers.new_ids import new_ids
from layers.queries import load

__all__ = [
    "Import",
    "ImportResult",
    "PastImport",
    "already",
    "begin",
    "copy_frame",
    "copy_rows",
    "digest",
    "ewkb",
    "refuse_again",
]

SRID = 4326
_COPY_LINE = re.compile(r"COPY \w+, line (\d+)")


@dataclass(frozen=True)
class PastImport:
    """An import that was done: its id, the name of its source and when."""

    id: uuid.UUID
    source_name: str
    at: datetime


@dataclass(frozen=True)
class ImportResult:
    """What an import did: its id, the rows it brought in by table, and the faults that did not stop it."""

    import_id: uuid.UUID
    counts: dict[str, int]
    faults: tuple[Fault, ...]


@dataclass
class Import:
    """An import on its way: what it brings in and every fault found, written to the log when it ends."""

    session: Session
    id: uuid.UUID
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def count(self, table: str, rows: int) -> None:
        """Add to the rows brought into a table."""
        self.counts[table] = self.counts.get(table, 0) + rows

    def fault(self, *faults: Fault) -> None:
        """Keep faults that do not stop the import; the log lists them all."""
        self.faults.extend(faults)

    def copy(self, table: str, frame: pd.DataFrame) -> int:
        """The number of rows of `frame` copied into `table`, marked as this import's; see `copy_frame`."""
        who = actor(self.session)
        marks = {"import_id": str(self.id)}
        if who is not None and "created_by" in _table(table).columns:
            marks |= {"created_by": str(who), "updated_by": str(who)}
        rows = copy_frame(self.session, table, frame.assign(**marks))
        self.count(table, rows)
        return rows


@contextmanager
def begin(
    session: Session,
    kind: str,
    source_name: str,
    *,
    crs: str | None = None,
    sha256: str | None = None,
    region_code: str | None = None,
) -> Iterator[Import]:
    """An import inside the caller's transaction; publish and inserts wait until it ends.

    `crs` is what the source states its coordinates to be in, None where it has none; `sha256` its digest;
    `region_code` the region inside which it brings rows, None for the whole database: who may see the log.
    An error inside leaves with the caller's transaction rolled back, and so no log row.
    """
    lock_bulk(session)
    row = ImportLog(id=uuid.uuid4(), kind=kind, source_name=source_name, sha256=sha256, crs=crs, by=actor(session))
    row.region_code = region_code
    session.add(row)
    session.flush()
    log = Import(session, row.id)
    yield log
    raw(session).execute(load("imports.sql")["analyze"])
    row.rows = sum(log.counts.values())
    row.counts = dict(sorted(log.counts.items()))
    row.faults = [
        {"where": fault.where, "message": fault.message, "place": list(fault.place) if fault.place else None}
        for fault in log.faults
    ]
    session.flush()


def already(session: Session, kind: str, source_name: str, sha256: str | None) -> PastImport | None:
    """The newest import of this kind with the same content under any name, or, without `sha256`, of the same name."""
    parameters = {"kind": kind, "source_name": source_name, "sha256": sha256}
    row = raw(session).execute(load("imports.sql")["past_import"], parameters).fetchone()
    return PastImport(*cast(tuple[uuid.UUID, str, datetime], row)) if row else None


def refuse_again(session: Session, kind: str, source_name: str, sha256: str) -> None:
    """Return when this content was not imported before; other imports wait from here on. To be called before `begin`.

    Raises:
        Conflict: with the id, the name and the date of the import that brought it.
    """
    lock_bulk(session)
    past = already(session, kind, source_name, sha256)
    if past is not None:
        detail = f"This file was imported before: {past.source_name} on {past.at:%Y-%m-%d %H:%M} as import {past.id}."
        raise Conflict(detail)


def digest(path: Path) -> str:
    """The SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def ewkb(geometry: BaseGeometry) -> str:
    """The hexadecimal EWKB of a lon/lat geometry, with SRID 4326: what a geometry column takes in COPY."""
    return shapely.to_wkb(shapely.set_srid(geometry, SRID), hex=True, include_srid=True)


def copy_frame(session: Session, table: str, frame: pd.DataFrame) -> int:
    """The number of rows of `frame` copied into `table`.

    Its columns are the table's by name, geometries lon/lat; a missing `id` is made, NaN, NaT and None become null.

    Raises:
        ValueError: when a column is not one of the table's, or one that the table computes itself.
        Invalid: see `copy_rows`.
    """
    if "id" not in frame.columns and "id" in _table(table).columns:
        frame = frame.assign(id=list(map(str, new_ids(len(frame)))))
    columns = [str(column) for column in frame.columns]
    values = [_values(_table(table), column, frame[column]) for column in _known(_table(table), columns)]
    return copy_rows(session, table, columns, zip(*values, strict=True))


def copy_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """The number of rows copied into `table`, in the session's transaction.

    Each row has one value a column: Python and numpy scalars, UUID, shapely geometries in lon/lat (or `ewkb` text),
    dict for jsonb, a literal such as "[2026-01-01,)" for ranges, None for null. Rows are streamed, never all in memory;
    where row-level security holds the role they pass a temporary table, for COPY FROM is refused under it, and go on in
    order of their grids: what is near in the indexes is then written together.

    Raises:
        ValueError: when table or column is not one of ours, or the table computes the column itself.
        Invalid: when a row does not fit; `faults` name the rows, counted from 1. The transaction is then lost.
        Forbidden: when a row lies outside the scope of the session.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, _known(_table(table), columns)))
    into = sql.Identifier(table)
    session.flush()
    connection = raw(session)
    try:
        if not _row_security(connection, table):
            return _stream(connection, table, into, names, rows)
        staging = sql.Identifier(f"staging_{table}")
        order = sql.SQL(" order by grid_no" if "grid_no" in columns else "")
        parts = {"staging": staging, "names": names, "into": into, "order": order}
        connection.execute(
            sql.SQL("create temp table {staging} on commit drop as select {names} from {into} with no data").format(
                **parts
            )
        )
        count = _stream(connection, table, staging, names, rows)
        connection.execute(sql.SQL("insert into {into} ({names}) select {names} from {staging}{order}").format(**parts))
        connection.execute(sql.SQL("drop table {staging}").format(**parts))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Forbidden(f"Rows of {table} lie outside your region.") from error
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise Invalid(f"Rows of {table} do not fit.", [_refusal(table, error)]) from error
    return count


class _GeometryDumper(Dumper):
    """Geometries as hexadecimal EWKB."""

    def dump(self, obj: BaseGeometry) -> bytes:
        return ewkb(obj).encode()


def _stream(
    connection: psycopg.Connection[tuple[object, ...]],
    table: str,
    target: sql.Identifier,
    names: sql.Composed,
    rows: Iterable[Sequence[object]],
) -> int:
    faults: list[Fault] = []
    number = 0
    with connection.cursor() as cursor:
        cursor.adapters.register_dumper(BaseGeometry, _GeometryDumper)
        cursor.adapters.register_dumper(dict, JsonbDumper)
        with cursor.copy(sql.SQL("copy {} ({}) from stdin").format(target, names)) as copy:
            for number, row in enumerate(rows, start=1):
                try:
                    copy.write_row(row)
                except psycopg.DataError as error:
                    # What psycopg cannot write, a zero byte above all, PostgreSQL cannot store: find all such rows.
                    faults.append(Fault(f"{table} row {number}", str(error)))
            if faults:
                raise Invalid(f"{len(faults)} rows of {table} cannot be stored.", faults)
    return number


def _row_security(connection: psycopg.Connection[tuple[object, ...]], table: str) -> bool:
    row = connection.execute(load("imports.sql")["row_security_active"], {"table": table}).fetchone()
    return row is not None and bool(row[0])


def _refusal(table: str, error: psycopg.Error) -> Fault:
    line = _COPY_LINE.search(error.diag.context or "")
    where = f"{table} row {line.group(1)}" if line else table
    return Fault(where, error.diag.message_primary or str(error))


def _table(name: str) -> Table:
    if name not in Base.metadata.tables:
        raise ValueError(f"{name!r} is not a table of ours")
    return Base.metadata.tables[name]


def _known(table: Table, columns: Sequence[str]) -> Sequence[str]:
    writable = {column.name for column in table.columns if column.computed is None}
    unknown = [column for column in columns if column not in writable]
    if unknown:
        raise ValueError(f"{table.name} has no column to write: {', '.join(map(repr, unknown))}")
    return columns


def _values(table: Table, column: str, series: pd.Series[Any]) -> list[object]:
    kind = table.columns[column].type
    if isinstance(kind, Geometry):
        shapes = shapely.set_srid(np.asarray(series, dtype=object), SRID)
        return cast(list[object], shapely.to_wkb(shapes, hex=True, include_srid=True).tolist())
    if isinstance(kind, Integer):
        series = series.astype("Int64")
    return cast(list[object], series.astype(object).where(series.notna(), None).tolist())
