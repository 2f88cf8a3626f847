"""A file's table as rows of text, whatever kind of file it came from, and how its places are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from layers.errors import Fault, Invalid

__all__ = [
    "LONGEST_CELL",
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Form",
    "Table",
    "check_size",
    "refused",
    "text_of",
]

MOST_BYTES = 200 * 1024 * 1024
MOST_ROWS = 2_000_000
MOST_COLUMNS = 200
LONGEST_CELL = 10_000
_EXACT = 10**15
"""Spreadsheets keep fifteen digits: a whole number from here on was rounded."""

Form = Literal["csv", "xlsx", "parquet"]


@dataclass(frozen=True)
class Table:
    """The header, and the rows after it with the number that the file gives each; blank rows are left out.

    `rows` can be gone through once; each has the number of its row (of a CSV file the line on which it ends) and its
    cells as text. `head` says where the header stands, `warnings` were noted while reading, `letters` are the columns'
    of a workbook, `crs` is the datum that the file itself states, `sheet` the sheet that was read
    and `sheets` all visible ones that hold anything.
    """

    form: Form
    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    head: str
    warnings: tuple[Fault, ...] = ()
    letters: tuple[str, ...] = ()
    crs: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()

    def where(self, number: int) -> str:
        """Where a row stands: line 3 of a CSV file or a sheet, row 3 of a Parquet file."""
        return f"{'row' if self.form == 'parquet' else 'line'} {number}"


def check_size(path: Path) -> None:
    """Return when there is such a file and it is not too big.

    Raises:
        Invalid: when not.
    """
    if not path.is_file():
        raise refused(path.name, "there is no such file")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise refused(path.name, f"{size:,} bytes are more than {MOST_BYTES:,}; divide it")


def refused(where: str, message: str) -> Invalid:
    """The refusal of a file that cannot be read."""
    return Invalid("This list cannot be imported.", [Fault(where, message)])


def text_of(value: object) -> str:
    """A typed cell as a list would write it; a number that was rounded keeps its exponent, so that it is seen."""
    match value:
        case str():
            text = value.strip()
        case bool():
            text = "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            text = str(int(value)) if abs(value) < _EXACT else f"{value:.14E}"
        case datetime():
            text = value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
        case None:
            text = ""
        case _:
            text = str(value)
    # What tables write for nothing: of a number, and of a moment.
    return "" if text in {"nan", "NaT"} else text
