"""A table file of whatever kind: what its first bytes say it is decides who reads it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from layers.registers.table import Table, check_size, refused
from layers.registers.text import read_text

__all__ = ["SUFFIXES", "read_table"]

SUFFIXES = (".csv", ".txt", ".xlsx", ".parquet", ".geoparquet")
"""How such files are usually named; the content decides, not the name."""
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def read_table(
    path: Path, *, encoding: str | None = None, sheet: str | None = None, known: Collection[str] = ()
) -> Table:
    """The table of a CSV, .xlsx, Parquet or GeoParquet file.

    `encoding` is that of a CSV file, `sheet` one of a workbook; `known` are headers, as `header_key` gives them, by
    which the header of a workbook is found under its titles.

    Raises:
        Invalid: when it is none of these, or an option is not for it; see the reader of each kind.
    """
    check_size(path)
    with path.open("rb") as file:
        start = file.read(8)
        if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise _old(path, file.read())
    is_book, is_parquet = start.startswith(b"PK\x03\x04"), start.startswith(b"PAR1")
    if sheet is not None and not is_book:
        raise refused("sheet", "only workbooks have sheets")
    if encoding is not None and (is_book or is_parquet):
        raise refused("encoding", "only CSV files have an encoding")
    # Loaded when such a file comes: a list of plain text needs neither.
    if is_book:
        from layers.registers.workbook import read_workbook  # noqa: PLC0415

        return read_workbook(path, sheet, known)
    if is_parquet:
        from layers.registers.parquet import read_parquet  # noqa: PLC0415

        return read_parquet(path)
    return read_text(path, encoding)


def _old(path: Path, data: bytes) -> Exception:
    if _LOCKED in data:
        return refused(path.name, "it is locked by a password; save it without one")
    return refused(path.name, "it is an old Excel workbook; save it as .xlsx or CSV")
