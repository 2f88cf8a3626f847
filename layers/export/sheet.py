"""XLSX: written row by row, as many sheets as it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from layers.export.cells import local, printable
from layers.export.table import Table, heads

__all__ = ["MAX_ROWS", "write_sheet"]

MAX_ROWS = 1_048_575
"""What a sheet takes under its head."""


def write_sheet(path: Path, table: Table, max_rows: int = MAX_ROWS) -> None:
    """Write the rows as a workbook with Chinese heads; every text is a text, whatever it looks like.

    More rows than one sheet takes go on in a second and a third one, each with the heads. Lines and areas have the
    coordinates of a point on them. Moments are Beijing time. Memory: one batch; openpyxl keeps the sheets in temporary
    files. Limit: a text is cut after 32,767 characters, which is all a cell takes.
    """
    book = Workbook(write_only=True)
    sheet, room = _new_sheet(book, table), max_rows
    try:
        for rows in table.batches:
            for row in _lines(table, rows):
                if room == 0:
                    sheet, room = _new_sheet(book, table), max_rows
                sheet.append([_cell(sheet, value) for value in row])
                room -= 1
    finally:
        # Also when a batch fails: this alone takes away openpyxl's own temporary files.
        book.save(path)


def _new_sheet(book: Workbook, table: Table) -> Any:
    title = "".join("" if sign in "[]:*?/\\" else sign for sign in table.spec.title_zh)
    number = len(book.worksheets) + 1
    sheet = book.create_sheet(title if number == 1 else f"{title} {number}")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, head) for head in heads(table)])
    return sheet


def _lines(table: Table, rows: Sequence[dict[str, Any]]) -> Iterator[list[object]]:
    places = table.target.points(rows) if table.spec.geometry is not None else [()] * len(rows)
    for row, place in zip(rows, places, strict=True):
        yield [*table.values(row), *place]


def _cell(sheet: Any, value: object) -> object:
    if isinstance(value, datetime):
        return local(value)
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, printable(value))
    # openpyxl takes a leading = for a formula and "#N/A" for an error.
    cell.data_type = "s"
    return cell
