"""XLSX: one sheet, written row by row."""

from __future__ import annotations

from collections.abc import Sequence
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


def write_sheet(path: Path, table: Table) -> None:
    """Write the rows as a sheet with Chinese heads; every text is a text, whatever it looks like.

    Lines and areas have the coordinates of a point on them. Moments are Beijing time. Memory: one batch; openpyxl keeps
    the sheet in a temporary file. Limit: a text is cut after 32,767 characters, which is all a cell takes.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join("" if sign in "[]:*?/\\" else sign for sign in table.spec.title_zh))
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, head) for head in heads(table)])
    try:
        for rows in table.batches:
            _append(sheet, table, rows)
    finally:
        # Also when a batch fails: this alone takes away openpyxl's own temporary file.
        book.save(path)


def _append(sheet: Any, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    places = table.target.points(rows) if table.spec.geometry is not None else [()] * len(rows)
    for row, place in zip(rows, places, strict=True):
        sheet.append([*(_cell(sheet, row[column.name]) for column in table.spec.columns), *place])


def _cell(sheet: Any, value: object) -> object:
    if isinstance(value, datetime):
        return local(value)
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, printable(value))
    # openpyxl takes a leading = for a formula and "#N/A" for an error.
    cell.data_type = "s"
    return cell
