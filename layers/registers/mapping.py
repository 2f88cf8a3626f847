"""Which header of a file is which of our columns: found by the usual names, proposed, and said by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from layers.errors import Fault, Invalid
from layers.registers.files import read_table
from layers.registers.specs import REGISTERS, Column, RegisterSpec, header_key, refusal

__all__ = ["Chosen", "Dropped", "Proposal", "absent", "choose", "known_headers", "notes", "propose", "spec_of"]

_SAMPLES = 3
_LONGEST_SAMPLE = 40
_PERSONAL = frozenset({"name", "phone", "id_no", "login"})
"""Kinds of columns that hold what only few may see."""
_SHORTEST_GUESS = 2
_PLACES = frozenset({"lon", "region_code", "footprint", "building_ref", "address"})
_IN_DATUM = frozenset({"lon", "lat", "footprint"})


@dataclass(frozen=True)
class Chosen:
    """One of our columns, the header of the file for it (None: none), and how its first cells look, masked.

    `guessed`: the header only resembles the usual ones; it is used when a person confirms it.
    """

    name: str
    title: str
    required: bool
    header: str | None
    guessed: bool
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Dropped:
    """A header of the file that is not used, and what it names that the model keeps none of, None when nothing."""

    header: str
    refused: str | None


@dataclass(frozen=True)
class Proposal:
    """How a file would be read as a list of `register`.

    `headers` may be chosen from; `crs` is the datum that the file states, and `needs_crs` whether one must be stated.
    `faults` say why it could not be read so.
    """

    register: str
    columns: tuple[Chosen, ...]
    dropped: tuple[Dropped, ...]
    headers: tuple[str, ...]
    sheet: str | None
    sheets: tuple[str, ...]
    crs: str | None
    needs_crs: bool
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def propose(
    path: Path,
    register: str,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    fields: Mapping[str, str] | None = None,
) -> Proposal:
    """How the file at `path` would be read as this list; nothing but its first rows is looked at.

    Names, phones, id numbers and free text are never shown, only how long they are.

    Raises:
        Invalid: when it is no table at all; see `layers.registers.files.read_table`.
    """
    spec = spec_of(register)
    table = read_table(path, encoding=encoding, sheet=sheet, known=known_headers(spec))
    first = [cells for _, cells in islice(table.rows, _SAMPLES) if len(cells) == len(table.header)]
    chosen, faults = choose(spec, table.header, fields or {})
    guesses = _guesses(spec, table.header, chosen, fields or {})
    columns = tuple(
        Chosen(
            column.name,
            column.title,
            column.required,
            None if at is None else table.header[at],
            column.name in guesses,
            () if at is None else _samples(column, [cells[at] for cells in first]),
        )
        for column in spec.columns
        for at in (chosen.get(column.name, guesses.get(column.name)),)
    )
    used = {*chosen.values(), *guesses.values()}
    dropped = tuple(Dropped(word, refusal(word)) for at, word in enumerate(table.header) if at not in used and word)
    headers = tuple(word for word in dict.fromkeys(table.header) if word and not refusal(word))
    needs_crs = table.crs is None and bool(_IN_DATUM & {*chosen, *guesses})
    told = tuple(Fault(table.head, message) for message in [*faults, *_said(spec, _missing(spec, {*chosen, *guesses}))])
    return Proposal(
        register, columns, dropped, headers, table.sheet, table.sheets, table.crs, needs_crs, told, table.warnings
    )


def spec_of(register: str) -> RegisterSpec:
    """The columns of a register.

    Raises:
        Invalid: when there is none of that name.
    """
    if register not in REGISTERS:
        raise Invalid("There is no such list.", [Fault("register", f"{register!r} is none of {', '.join(REGISTERS)}")])
    return REGISTERS[register]


def known_headers(spec: RegisterSpec) -> frozenset[str]:
    """Every header that a list of this register usually has, as `header_key` gives it."""
    return frozenset(
        header_key(word) for column in spec.columns for word in (column.title, column.name, *column.aliases)
    )


def choose(spec: RegisterSpec, header: Sequence[str], fields: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """Where each of our columns stands, and what is wrong with the headers.

    `fields` says for our columns which header it is; "" for one that is not to be read.
    """
    faults = [f"--field: there is no column {name} in {spec.name}" for name in fields if name not in spec.names]
    chosen: dict[str, int] = {}
    for column in spec.columns:
        if column.name in fields:
            at = [at for at, word in enumerate(header) if word and word == fields[column.name]]
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
        elif not at and fields.get(column.name):
            faults.append(f"{what} is missing")
    return chosen, faults


def absent(spec: RegisterSpec, chosen: Mapping[str, int], crs: str | None) -> list[str]:
    """What a table with these columns, in this datum, lacks to be read as this list."""
    faults = _said(spec, _missing(spec, set(chosen)))
    if crs is None and _IN_DATUM & chosen.keys():
        faults.append("it has coordinates: state their datum (crs), such as wgs84, cgcs2000, gcj02, bd09 or EPSG:n")
    return faults


def _missing(spec: RegisterSpec, chosen: set[str]) -> Iterator[str]:
    """Our columns that such a list must have and this one has not."""
    yield from (column.name for column in spec.columns if column.required and column.name not in chosen)
    if ("lon" in chosen) != ("lat" in chosen):
        yield "lat" if "lon" in chosen else "lon"
    places = _PLACES - {"address"} if spec.name == "house" else _PLACES
    if spec.placed and not places & chosen:
        yield "region_code"


def notes(where: str, header: Sequence[str], used: set[int]) -> Iterator[Fault]:
    """What is said of the columns that are not read."""
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


def _said(spec: RegisterSpec, names: Iterator[str]) -> list[str]:
    return [f"{spec.column(name).title} ({name}) is missing" for name in names]


def _usual(header: Sequence[str], names: Sequence[str], taken: set[str]) -> list[int]:
    """Where one of these names stands; the title of a column goes before its other names."""
    keys = [None if word in taken else header_key(word) for word in header]
    for group in (names[:1], names[1:]):
        wanted = {header_key(name) for name in group}
        if found := [at for at, key in enumerate(keys) if key in wanted]:
            return found
    return []


def _guesses(
    spec: RegisterSpec, header: Sequence[str], chosen: Mapping[str, int], fields: Mapping[str, str]
) -> dict[str, int]:
    """For columns without a header the one header that ends in a usual name of theirs: 户主姓名 for 姓名."""
    free = {at: header_key(word) for at, word in enumerate(header) if at not in chosen.values() and not refusal(word)}
    found: dict[str, int] = {}
    for column in spec.columns:
        if column.name in chosen or column.name in fields:
            continue
        names = [key for key in map(header_key, (column.title, *column.aliases)) if len(key) >= _SHORTEST_GUESS]
        at = [at for at, key in free.items() if any(key.endswith(name) for name in names)]
        if len(at) == 1 and at[0] not in found.values():
            found[column.name] = at[0]
    return found


def _samples(column: Column, cells: list[str]) -> tuple[str, ...]:
    shown = [cell.strip() for cell in cells if cell.strip()]
    # What an incident says may name people.
    if column.kind in _PERSONAL or column.name == "text":
        return tuple("*" * min(len(cell), 18) for cell in shown)
    return tuple(cell[:_LONGEST_SAMPLE] for cell in shown)
