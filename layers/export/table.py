"""What every writer gets: a layer's columns, the CRS to write in, and its rows in batches."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layers.export.place import Target
from layers.export.titles import Titles
from layers.listing import Column, ListSpec

__all__ = ["Table", "heads", "through_file"]

_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True)
class Table:
    """One list on its way into a file; `batches` can be walked through once, rows as `items` gives them with shapes.

    `titles` are what tables on paper write instead of codes; formats for programs keep the codes.
    """

    spec: ListSpec
    target: Target
    batches: Iterator[Sequence[dict[str, Any]]]
    titles: Titles = field(default_factory=dict)

    def values(self, row: dict[str, Any]) -> list[object]:
        """A row as a table on paper has it, column by column; a code without a title stays as it is."""
        return [_titled(self.titles.get(column.name, {}), row[column.name]) for column in self.spec.columns]


def heads(table: Table) -> list[str]:
    """The Chinese heads of a table on paper: its columns, then the two of the place if it has one."""
    named = [_head(column) for column in table.spec.columns]
    if table.spec.geometry is None:
        return named
    axes = ("经度", "纬度") if table.target.in_degrees else ("东坐标", "北坐标")
    return [*named, *(f"{axis}（{table.target.label}）" for axis in axes)]


def through_file(write: Callable[[Path, Table], None], name: str) -> Callable[[Table], Iterator[bytes]]:
    """A writer of pieces from one that can only write files: the file is gone when the last piece is taken.

    Until then it lies in a folder that no other user may open.
    """

    def pieces(table: Table) -> Iterator[bytes]:
        with tempfile.TemporaryDirectory(prefix="wangge-export-") as folder:
            path = Path(folder) / name
            write(path, table)
            with path.open("rb") as file:
                while piece := file.read(_PIECE_BYTES):
                    yield piece

    return pieces


def _titled(titles: Mapping[str, str], value: object) -> object:
    return titles.get(value, value) if isinstance(value, str) else value


def _head(column: Column) -> str:
    return f"{column.title_zh}（北京时间）" if column.type == "moment" else column.title_zh
