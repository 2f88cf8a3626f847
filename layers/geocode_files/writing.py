"""A table with our columns beside its own, written row by row as CSV, XLSX or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from layers.errors import Fault, Invalid
from layers.export.cells import defused, printable
from layers.export.sheet import MAX_ROWS

__all__ = ["FORMATS", "Rows", "check_format", "write_table"]

Row = Sequence[object]
Rows = Iterable[Sequence[Row]]
"""Rows in batches, each as long as the head: text, numbers, None."""

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": _SHEET,
    "parquet": "application/vnd.apache.parquet",
}
"""Media type by the suffix of a format."""


class _Writer(Protocol):
    def __call__(self, rows: Sequence[Row]) -> None:
        """Add rows."""


def check_format(format_: str, rows: int | None = None) -> None:
    """Return when a table of so many rows can be written in this format.

    Raises:
        Invalid: when there is no such format, or a sheet has no room.
    """
    if format_ not in FORMATS:
        raise Invalid("There is no such format.", [Fault("f", f"must be one of {', '.join(FORMATS)}")])
    if format_ == "xlsx" and rows is not None and rows > MAX_ROWS:
        fault = Fault("f", f"xlsx takes {MAX_ROWS:,} rows: take csv or parquet")
        raise Invalid("A sheet has no room for so many rows.", [fault])


def write_table(path: Path, format_: str, head: Sequence[str], numbers: Collection[int], rows: Rows) -> int:
    """Write a table to `path` and give the number of its rows.

    The columns at `numbers` hold numbers or None, all others text. What a spreadsheet would take for a formula is
    defused in CSV, and a plain text in XLSX. Memory: one batch.

    Raises:
        Invalid: when there is no such format, or a sheet has no room for the rows.
    """
    check_format(format_)
    count = 0
    with _WRITERS[format_](path, head, numbers) as write:
        for batch in rows:
            count += len(batch)
            check_format(format_, count)
            write(batch)
    return count


@contextmanager
def _csv(path: Path, head: Sequence[str], _numbers: Collection[int]) -> Iterator[_Writer]:
    # With a byte-order mark, so that Excel reads Chinese.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([defused(word) for word in head])

        def write(rows: Sequence[Row]) -> None:
            writer.writerows([[defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows])

        yield write


@contextmanager
def _xlsx(path: Path, head: Sequence[str], _numbers: Collection[int]) -> Iterator[_Writer]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("地址")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, word) for word in head])

    def write(rows: Sequence[Row]) -> None:
        for row in rows:
            sheet.append([_cell(sheet, cell) for cell in row])

    try:
        yield write
    finally:
        # Also when a batch fails: this alone takes away openpyxl's own temporary file.
        book.save(path)


def _cell(sheet: Any, value: object) -> object:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, printable(value))
    # openpyxl takes a leading = for a formula and "#N/A" for an error.
    cell.data_type = "s"
    return cell


@contextmanager
def _parquet(path: Path, head: Sequence[str], numbers: Collection[int]) -> Iterator[_Writer]:
    names = _different(head)
    kinds = [pa.float64() if at in numbers else pa.string() for at in range(len(names))]
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:

        def write(rows: Sequence[Row]) -> None:
            columns = [list(column) for column in zip(*rows, strict=True)]
            arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))

        yield write


def _different(head: Sequence[str]) -> list[str]:
    """The names of columns, which Parquet wants to be different: a second "地址" becomes "地址 2"."""
    seen: dict[str, int] = {}
    names = []
    for word in head:
        seen[word] = seen.get(word, 0) + 1
        names.append(word if seen[word] == 1 else f"{word} {seen[word]}")
    return names


_WRITERS: Mapping[str, Any] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
