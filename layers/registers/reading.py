"""Read a list: find our columns under the file's headers, and leave out what the model refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from layers.datum import parse_crs
from layers.errors import Fault, Invalid
from layers.registers.sheet import Sheet
from layers.registers.specs import REGISTERS, RegisterSpec, header_key, refusal
from layers.registers.text import Lines, read_lines

__all__ = ["read"]


def read(
    path: Path,
    register: str,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    fields: Mapping[str, str] | None = None,
) -> Sheet:
    """The rows of a CSV file as a list of this register; cells are looked at by `store`.

    `crs` is the datum of its coordinates (see `layers.datum.parse_crs`), needed when it has any. `encoding` is found
    out when not stated. `fields` says for our columns which header of the file they stand under, where that is not one
    of the usual.

    Raises:
        Invalid: naming all that is wrong with the file as a whole: columns that are missing, there twice or unknown,
            no row that can be read, a missing or unknown datum; see also `layers.registers.text.read_lines`.
    """
    if register not in REGISTERS:
        raise Invalid("There is no such list.", [Fault("register", f"{register!r} is none of {', '.join(REGISTERS)}")])
    spec = REGISTERS[register]
    standard = None if crs is None else parse_crs(crs)
    lines = read_lines(path, encoding)
    where = f"{path.name} line 1"
    chosen, faults = _columns(spec, lines.header, fields or {})
    faults += [f"{spec.column(name).title} ({name}) is missing" for name in _missing(spec, chosen)]
    if standard is None and chosen.keys() & {"lon", "lat", "footprint"}:
        faults.append("it has coordinates: state their datum (crs), such as wgs84, cgcs2000, gcj02, bd09 or EPSG:n")
    if faults:
        raise Invalid(f"This list of {register} cannot be imported.", [Fault(where, message) for message in faults])
    warnings = (*lines.warnings, *_notes(where, lines.header, set(chosen.values())))
    numbers, cells, broken = _cells(register, lines, chosen)
    headers = {name: lines.header[at] for name, at in chosen.items()}
    return Sheet(register, numbers, cells, headers, standard, warnings, broken)


def _columns(spec: RegisterSpec, header: Sequence[str], fields: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """Where each of our columns stands, and what is wrong with the headers."""
    faults = [f"--field: there is no column {name} in {spec.name}" for name in fields if name not in spec.names]
    chosen: dict[str, int] = {}
    for column in spec.columns:
        if column.name in fields:
            at = [at for at, word in enumerate(header) if word == fields[column.name]]
            what = f"{column.name}: the header {fields[column.name]!r}"
        else:
            at = _usual(header, (column.title, column.name, *column.aliases), set(fields.values()))
            what = f"{column.title} ({column.name})"
        if at:
            chosen[column.name] = at[0]
        if len(at) > 1:
            faults.append(f"{what} is there {len(at)} times: {', '.join(header[one] for one in at)}; choose by --field")
        elif at and (kept := refusal(header[at[0]])):
            faults.append(f"{column.name}: the column {header[at[0]]} is refused, the model keeps no {kept}")
        elif not at and column.name in fields:
            faults.append(f"{what} is missing")
    return chosen, faults


def _usual(header: Sequence[str], names: Sequence[str], taken: set[str]) -> list[int]:
    """Where one of these names stands; the title of a column goes before its other names."""
    keys = [None if word in taken else header_key(word) for word in header]
    for group in (names[:1], names[1:]):
        wanted = {header_key(name) for name in group}
        if found := [at for at, key in enumerate(keys) if key in wanted]:
            return found
    return []


def _missing(spec: RegisterSpec, chosen: Mapping[str, int]) -> Iterator[str]:
    yield from (column.name for column in spec.columns if column.required and column.name not in chosen)
    if ("lon" in chosen) != ("lat" in chosen):
        yield "lat" if "lon" in chosen else "lon"
    places = {"lon", "region_code", "footprint", "building_ref"}
    if spec.placed and not places & chosen.keys():
        yield "region_code"


def _notes(where: str, header: Sequence[str], used: set[int]) -> Iterator[Fault]:
    unused = []
    for at, word in enumerate(header):
        if at in used:
            continue
        if kept := refusal(word):
            yield Fault(where, f"warning: the column {word} was dropped: the model keeps no {kept}")
        else:
            unused.append(word or f"number {at + 1}")
    if unused:
        yield Fault(where, f"warning: columns not used: {', '.join(unused)}")


def _cells(
    register: str, lines: Lines, chosen: Mapping[str, int]
) -> tuple[list[int], dict[str, list[str]], tuple[Fault, ...]]:
    """The lines and cells of the rows, and what is wrong with those that cannot be read."""
    numbers: list[int] = []
    cells: dict[str, list[str]] = {name: [] for name in chosen}
    faults = []
    places = [(cells[name], at) for name, at in chosen.items()]
    for number, row in lines.rows:
        if len(row) != len(lines.header):
            faults.append(Fault(f"line {number}", f"{len(row)} values for {len(lines.header)} columns"))
            continue
        numbers.append(number)
        for column, at in places:
            column.append(row[at].strip())
    if faults and not numbers:
        raise Invalid(f"The list of {register} has {len(faults)} rows of another length.", faults)
    if not numbers:
        raise Invalid(f"The list of {register} is empty.", [Fault("line 1", "no row follows the header")])
    return numbers, cells, tuple(faults)
