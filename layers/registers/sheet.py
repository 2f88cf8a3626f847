"""A list as it was read: cells as text by our columns, with the line and the header that each stands under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from layers.errors import Fault
from layers.registers.table import Form

__all__ = ["Sheet"]


@dataclass(frozen=True)
class Sheet:
    """The rows of one list, not yet looked at in detail.

    `columns` are the cells by our column's name, stripped text, "" where the cell is empty, all as long as `lines`, the
    line of the file on which each row ends. `headers` is what the file calls our columns. `crs` is the stated datum of
    its coordinates (see `layers.datum`), None when it has none. `warnings` were noted while reading; `broken` are rows
    that could not be read and are left out, which `store` refuses together with all other faults. `form` is the kind of
    file, and `letters` what a workbook calls our columns.
    """

    register: str
    lines: Sequence[int]
    columns: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    crs: str | None
    warnings: tuple[Fault, ...]
    broken: tuple[Fault, ...] = ()
    form: Form = "csv"
    letters: Mapping[str, str] = field(default_factory=dict)

    def where(self, at: int, column: str | None = None) -> str:
        """Where a row, or one cell of it, stands in the file: line 3, 姓名 · cell C3, 姓名 · row 3, 姓名."""
        row = f"{'row' if self.form == 'parquet' else 'line'} {self.lines[at]}"
        if column is None or column not in self.headers:
            return row
        header = self.headers[column]
        if column not in self.letters:
            return f"{row}, {header}"
        cell = f"{self.letters[column]}{self.lines[at]}"
        return f"cell {cell}, {header}"
