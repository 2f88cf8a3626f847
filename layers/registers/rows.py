"""The rows of a list on their way into the database: values by column, and every fault found so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from layers.errors import Fault
from layers.registers.sheet import Sheet
from layers.registers.specs import REGISTERS, RegisterSpec
from layers.registers.values import READERS, spoiled

__all__ = ["Rows", "open_rows"]


@dataclass
class Rows:
    """A list whose cells were read: `values` by column, None where a cell is empty or has a fault.

    What is found out later stands under further names: `grid_no` (None while unknown), `parent_id`, `point` (lon, lat).
    """

    session: Session
    sheet: Sheet
    spec: RegisterSpec
    values: dict[str, list[Any]]
    noted: list[tuple[int, int, Fault]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.sheet.lines)

    def column(self, name: str) -> list[Any]:
        """The values of a column, all None when the list has none of it."""
        # Not setdefault: called for each row, it would make a list of all rows each time.
        if name not in self.values:
            self.values[name] = [None] * len(self)
        return self.values[name]

    def stated(self, at: int, column: str) -> bool:
        """Whether the cell was filled in, rightly or wrongly."""
        return column in self.sheet.columns and self.sheet.columns[column][at] != ""

    def where(self, at: int, column: str | None = None) -> str:
        """Where a row, or one cell of it, stands in the file."""
        return self.sheet.where(at, column)

    def fault(self, at: int, column: str | None, message: str, place: tuple[float, float] | None = None) -> None:
        """Note what is wrong with a row; "warning: …" does not stop the import."""
        order = self.spec.names.index(column) if column in self.spec.names else -1
        self.noted.append((at, order, Fault(self.where(at, column), message, place)))

    @property
    def faults(self) -> list[Fault]:
        """What stops the import: rows that could not be read, then the others in the order of the file."""
        return [*self.sheet.broken] + [fault for fault in self._sorted() if not fault.message.startswith("warning: ")]

    @property
    def warnings(self) -> list[Fault]:
        """What does not stop it, in the order of the file."""
        found = [fault for fault in self._sorted() if fault.message.startswith("warning: ")]
        return [*self.sheet.warnings, *found]

    def distinct(self, column: str) -> list[Any]:
        """The values of a column, each once, in the order of the file."""
        return list(dict.fromkeys(value for value in self.column(column) if value is not None))

    def _sorted(self) -> Iterable[Fault]:
        return (fault for _, _, fault in sorted(self.noted, key=lambda noted: noted[:2]))


def open_rows(session: Session, sheet: Sheet) -> Rows:
    """The rows of a list with each cell read; those that cannot be, and required ones that are empty, are faults."""
    spec = REGISTERS[sheet.register]
    rows = Rows(session, sheet, spec, {})
    for column in spec.columns:
        if column.name in sheet.columns:
            read = READERS[column.kind]
            values = rows.column(column.name)
            for at, text in enumerate(sheet.columns[column.name]):
                if text and (reason := spoiled(text, column.kind)):
                    rows.fault(at, column.name, reason)
                elif text:
                    try:
                        values[at] = read(text)
                    except ValueError as error:
                        rows.fault(at, column.name, str(error))
                elif column.required:
                    rows.fault(at, column.name, "is empty")
    return rows
