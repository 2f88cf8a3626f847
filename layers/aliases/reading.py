"""A file of other names of regions: every fault by its line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from layers.codes import LEVELS
from layers.errors import Fault, Invalid
from layers.registers.text import read_text

__all__ = ["COLUMNS", "KINDS", "Alias", "Aliases", "read"]

COLUMNS = ("code", "name", "kind", "valid_to")
"""What the file must have; `source` may say where a row comes from."""
KINDS = ("short", "ethnic", "old")
_UNREAD = ("source",)
_LONGEST_NAME = 100
_REFUSED = "This list of other names cannot be imported."


@dataclass(frozen=True)
class Alias:
    """One line: the region `code` is also called `name`; `valid_to` is the day by which that had ended, if known."""

    line: int
    code: str
    name: str
    kind: str
    valid_to: date | None


@dataclass(frozen=True)
class Aliases:
    """The lines of one file, and what was noted while reading."""

    rows: tuple[Alias, ...]
    faults: tuple[Fault, ...]


def read(path: Path) -> Aliases:
    """The other names in a CSV file with the columns code, name, kind and valid_to; UTF-8, else GBK.

    `kind` is short, ethnic (the name without its peoples) or old; `valid_to` is a day as 2013-12-31, or empty.

    Raises:
        Invalid: naming every wrong line. Whether a region is in the database is asked by `store`.
    """
    lines = read_text(path, None)
    _check_header(path, lines.header)
    rows: list[Alias] = []
    faults: list[Fault] = []
    first: dict[tuple[str, str], int] = {}
    for line, cells in lines.rows:
        if len(cells) != len(lines.header):
            faults.append(Fault(f"line {line}", f"{len(cells)} values for {len(lines.header)} columns"))
            continue
        values = {name: cell.strip() for name, cell in zip(lines.header, cells, strict=True)}
        messages = list(_faults_of(values))
        key = (values["code"], values["name"])
        if first.setdefault(key, line) != line:
            messages.append(f"{key[0]} {key[1]} is there already, in line {first[key]}")
        faults += [Fault(f"line {line}", message) for message in messages]
        if not messages:
            rows.append(Alias(line, *key, values["kind"], _day(values["valid_to"])))
    if faults:
        raise Invalid(f"The list of other names has {len(faults)} faults.", faults)
    extra = [name for name in lines.header if name not in (*COLUMNS, *_UNREAD)]
    unused = [Fault("line 1", f"warning: columns not used: {', '.join(extra)}")] if extra else []
    return Aliases(tuple(rows), (*lines.warnings, *unused))


def _check_header(path: Path, header: tuple[str, ...]) -> None:
    where = f"{path.name} line 1"
    missing = [name for name in COLUMNS if name not in header]
    doubled = sorted({name for name in header if header.count(name) > 1})
    faults = [Fault(where, f"the column {name} is missing") for name in missing]
    faults += [Fault(where, f"the column {name} is there twice") for name in doubled]
    if faults:
        raise Invalid(_REFUSED, faults)


def _faults_of(values: Mapping[str, str]) -> Iterator[str]:
    code, name, kind, valid_to = (values[column] for column in COLUMNS)
    if len(code) not in LEVELS or not (code.isascii() and code.isdigit()):
        yield f"code {code!r} is not 2, 4, 6, 9 or 12 digits"
    if not name:
        yield "the name is missing"
    elif len(name) > _LONGEST_NAME or any(unicodedata.category(letter) == "Cc" for letter in name):
        yield f"the name {name[:20]!r} is longer than {_LONGEST_NAME} letters or has control characters"
    if kind not in KINDS:
        yield f"kind {kind!r} of a name is not one of {', '.join(KINDS)}"
    if valid_to:
        try:
            _day(valid_to)
        except ValueError:
            yield f"valid_to {valid_to[:20]!r} is not a day such as 2013-12-31"


def _day(text: str) -> date | None:
    """The day that a text says.

    Raises:
        ValueError: when it says none.
    """
    return date.fromisoformat(text) if text else None
