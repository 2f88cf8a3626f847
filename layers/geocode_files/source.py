"""A table of addresses on its way to be located: which file, how it is read, and its rows in batches."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from layers.codes import LEVELS
from layers.datum import parse_crs, to_wgs84
from layers.errors import Fault, Invalid
from layers.geocode_files.columns import Asked, Columns, choose, known_headers
from layers.geocode_files.crew import Batch
from layers.registers.files import read_table
from layers.registers.table import Table

__all__ = ["BATCH_ROWS", "AddressTable", "Source", "open_table"]

BATCH_ROWS = 4_000
"""The answers of a job are kept batch by batch: whoever changes this loses the tables that are under way."""
LONGEST_ADDRESS = 300
"""What stands behind so many characters is not looked at."""


@dataclass(frozen=True)
class Source:
    """A file with addresses: CSV with its encoding, XLSX with the name of a sheet, or Parquet.

    `within` is the code of the region that all of them lie in, as the caller's own; a row's own column goes before it.
    """

    path: Path
    asked: Asked = field(default_factory=Asked)
    encoding: str | None = None
    within: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class AddressTable:
    """A table that can be gone through once, which of its columns say what, and the datum of its hints."""

    table: Table
    columns: Columns
    within: str | None
    crs: str | None

    @property
    def head(self) -> tuple[str, ...]:
        """The headers of its columns."""
        return self.table.header

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What was noted while reading."""
        return self.table.warnings

    def batches(self) -> Iterator[list[list[str]]]:
        """The rows in batches of `BATCH_ROWS`.

        Raises:
            Invalid: when rows have another length than the head, with each of them; what can be read comes first.
        """
        batch: list[list[str]] = []
        faults: list[Fault] = []
        for number, row in self.table.rows:
            if len(row) != len(self.head):
                faults.append(Fault(self.table.where(number), f"{len(row)} values for {len(self.head)} columns"))
                continue
            batch.append(row)
            if len(batch) == BATCH_ROWS:
                yield batch
                batch = []
        if faults:
            raise Invalid(f"The table has {len(faults)} rows of another length.", faults)
        if batch:
            yield batch

    def batch_of(self, rows: Sequence[Sequence[str]]) -> Batch:
        """What is to be located of these rows; a region's code that is none counts as not given."""
        texts = [self.columns.address_of(row)[:LONGEST_ADDRESS] for row in rows]
        within = [self._within(row) for row in rows]
        return Batch(texts, within, self._near(rows))

    def _within(self, row: Sequence[str]) -> str | None:
        code = self.columns.within_of(row) or ""
        # A grid's or a padded code still begins with its region's.
        known = code.isascii() and code.isdigit() and len(code) in LEVELS
        return code if known else self.within

    def _near(self, rows: Sequence[Sequence[str]]) -> list[tuple[float, float] | None]:
        hints = [self.columns.hint_of(row) for row in rows]
        if self.crs is None or not any(hints):
            return [None] * len(hints)
        pairs = np.array([hint or (np.nan, np.nan) for hint in hints])
        lon, lat = to_wgs84(pairs[:, 0], pairs[:, 1], self.crs)
        near = zip(lon.tolist(), lat.tolist(), strict=True)
        return [(x, y) if math.isfinite(x) else None for x, y in near]


def open_table(source: Source) -> AddressTable:
    """The table of a file, its columns found. A GeoParquet file states the datum of its points itself.

    Raises:
        Invalid: when the file cannot be read, a column is missing or cannot be told, or the datum is unknown.
    """
    asked = source.asked
    if asked.crs is not None:
        parse_crs(asked.crs)
    table = read_table(source.path, encoding=source.encoding, sheet=source.sheet, known=known_headers(asked))
    crs = asked.crs or table.crs
    return AddressTable(table, choose(table.header, asked, hints=crs is not None), source.within, crs)
