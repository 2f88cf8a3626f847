"""What a boundary file holds, once read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from shapely import MultiPolygon

from layers.errors import Fault, Invalid
from layers.shapes import place_of_shape

__all__ = ["WARNING", "Boundaries", "Row", "is_warning", "refusal", "rows_of"]

WARNING = "warning: "
"""What the message of a fault begins with that does not stop an import."""


@dataclass(frozen=True)
class Boundaries:
    """The regions of one file and the faults that did not stop the reading.

    `frame`: row (its number in the file, from 1), code, name (None where the file has none), level, parent_code, geom
    (valid MultiPolygon, lon/lat on WGS 84, edges densified to 200 m), in order of code. `crs` is what was stated, by
    caller or file. `outside` is set when the codes were made for data from outside China.
    """

    frame: pd.DataFrame
    faults: tuple[Fault, ...]
    crs: str
    source_name: str
    outside: bool = False


class Row(NamedTuple):
    """One region of `Boundaries.frame`."""

    row: int
    code: str
    name: str | None
    level: int
    parent_code: str | None
    geom: MultiPolygon | None

    @property
    def label(self) -> str:
        """What faults call it: its number in the file, its code and its name."""
        return f"row {self.row} {self.code} {self.name or ''}".rstrip()

    @property
    def place(self) -> tuple[float, float] | None:
        """A point (lon, lat) on it."""
        return None if self.geom is None else place_of_shape(self.geom)


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """The rows of `Boundaries.frame`, in order."""
    fields = frame[list(Row._fields)].astype(object)
    # Joined frames keep what is missing as NaN.
    return [Row(*values) for values in fields.where(fields.notna(), None).itertuples(index=False, name=None)]


def is_warning(fault: Fault) -> bool:
    """Whether a fault is told and does not stop an import."""
    return fault.message.startswith(WARNING)


def refusal(path: Path, *messages: str, more: Sequence[Fault] = ()) -> Invalid:
    """The refusal of a whole file, with every reason."""
    return Invalid("This boundary file cannot be imported.", [*(Fault(path.name, text) for text in messages), *more])
