"""Read a list: find our columns under the file's headers, and leave out what the model refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from layers.datum import parse_crs
from layers.errors import Fault, Invalid
from layers.registers.files import read_table
from layers.registers.mapping import absent, choose, known_headers, notes, spec_of
from layers.registers.sheet import Sheet
from layers.registers.table import Table

__all__ = ["read"]

_DEGREES = frozenset({"wgs84", "cgcs2000", "EPSG:4326", "EPSG:4490"})
"""Stated so, coordinates are the same."""


def read(
    path: Path,
    register: str,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    fields: Mapping[str, str] | None = None,
) -> Sheet:
    """The rows of a CSV, .xlsx, Parquet or GeoParquet file as a list of this register; cells are looked at by `store`.

    `crs` is the datum of its coordinates (see `layers.datum.parse_crs`), needed when it has any and the file does not
    say it. `encoding` is found out when not stated; `sheet` is one of a workbook. `fields` says for our columns which
    header of the file they stand under, where that is not one of the usual, and "" for one that is not to be read.

    Raises:
        Invalid: naming all that is wrong with the file as a whole: columns that are missing, there twice or unknown,
            no row that can be read, a missing or unknown datum; see also `layers.registers.files.read_table`.
    """
    spec = spec_of(register)
    stated = None if crs is None else parse_crs(crs)
    table = read_table(path, encoding=encoding, sheet=sheet, known=known_headers(spec))
    chosen, faults = choose(spec, table.header, fields or {})
    standard = table.crs if stated is None else stated
    faults += absent(spec, chosen, standard)
    if stated is not None and table.crs not in (None, stated) and not {stated, table.crs} <= _DEGREES:
        faults.append(f"its metadata states {table.crs}, not {stated}")
    if faults:
        told = [Fault(table.head, message) for message in faults]
        raise Invalid(f"This list of {register} cannot be imported.", told)
    warnings = (*table.warnings, *notes(table.head, table.header, set(chosen.values())))
    numbers, cells, broken = _cells(register, table, chosen)
    headers = {name: table.header[at] for name, at in chosen.items()}
    letters = {name: table.letters[at] for name, at in chosen.items()} if table.letters else {}
    return Sheet(register, numbers, cells, headers, standard, warnings, broken, table.form, letters)


def _cells(
    register: str, table: Table, chosen: Mapping[str, int]
) -> tuple[list[int], dict[str, list[str]], tuple[Fault, ...]]:
    """The lines and cells of the rows, and what is wrong with those that cannot be read."""
    numbers: list[int] = []
    cells: dict[str, list[str]] = {name: [] for name in chosen}
    faults = []
    places = [(cells[name], at) for name, at in chosen.items()]
    for number, row in table.rows:
        if len(row) != len(table.header):
            faults.append(Fault(table.where(number), f"{len(row)} values for {len(table.header)} columns"))
            continue
        numbers.append(number)
        for column, at in places:
            column.append(row[at].strip())
    if faults and not numbers:
        raise Invalid(f"The list of {register} has {len(faults)} rows of another length.", faults)
    if not numbers:
        raise Invalid(f"The list of {register} is empty.", [Fault("line 1", "no row follows the header")])
    return numbers, cells, tuple(faults)
