"""A file of region changes: which code goes over into which, under which name, and how."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from layers.codes import LEVELS
from layers.errors import Fault, Invalid

__all__ = ["COLUMNS", "KINDS", "Change", "Changes", "read"]

COLUMNS = ("old_code", "new_code", "new_name", "kind")
KINDS = ("renamed", "recoded", "merged", "split")
_LONGEST_NAME = 100
_VILLAGE = 12
_REFUSED = "This list of changes cannot be imported."


@dataclass(frozen=True)
class Change:
    """One line: the region `old_code` is, or goes over into, `new_code`; `new_name` is None where the name stays."""

    line: int
    old_code: str
    new_code: str
    new_name: str | None
    kind: str


@dataclass(frozen=True)
class Changes:
    """The lines of one file, and what was noted while reading."""

    rows: tuple[Change, ...]
    faults: tuple[Fault, ...]

    def of(self, kind: str) -> list[Change]:
        """The lines of one kind, in their order."""
        return [row for row in self.rows if row.kind == kind]


def read(path: Path) -> Changes:
    """The changes of a CSV file with the columns old_code, new_code, new_name and kind; UTF-8, else GBK.

    renamed: one region, old_code = new_code, with its new name. recoded: a region and all below it under another code
    of the same length. merged: a line for each village that goes over into new_code, which may be one of them. split: a
    line for each village that old_code is divided into, one of which may keep its code.

    Raises:
        Invalid: naming every wrong line.
    """
    if not path.is_file():
        raise Invalid(_REFUSED, [Fault(path.name, "there is no such file")])
    text, faults = _decode(path)
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    header = [word.strip() for word in reader.fieldnames or ()]
    missing = [Fault(f"{path.name} line 1", f"the column {name} is missing") for name in COLUMNS if name not in header]
    if missing:
        raise Invalid(_REFUSED, missing)
    reader.fieldnames = header
    rows: list[Change] = []
    wrong: list[Fault] = []
    try:
        for values in reader:
            line = reader.line_num
            found = {name: (values[name] or "").strip() for name in COLUMNS}
            messages = list(_faults_of(found))
            wrong += [Fault(f"line {line}", message) for message in messages]
            if not messages:
                new_code = found["new_code"] or found["old_code"]
                rows.append(Change(line, found["old_code"], new_code, found["new_name"] or None, found["kind"]))
    except csv.Error as error:
        raise Invalid(_REFUSED, [Fault(f"{path.name} line {reader.line_num}", f"it is not CSV: {error}")]) from error
    wrong += _contradictions(rows)
    if wrong:
        raise Invalid(f"The list of changes has {len(wrong)} faults.", wrong)
    return Changes(tuple(rows), tuple(faults))


def _decode(path: Path) -> tuple[str, list[Fault]]:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        reason = f"byte {error.start}"
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        fault = Fault(path.name, f"it is neither UTF-8 ({reason}) nor GBK (byte {error.start})")
        raise Invalid(_REFUSED, [fault]) from error
    return text, [Fault(path.name, f"warning: it is not UTF-8 ({reason}); it was read as GBK")]


def _faults_of(values: dict[str, str]) -> Iterator[str]:
    old_code, new_code, name, kind = (values[column] for column in COLUMNS)
    new_code = new_code or old_code
    wrong = [
        code for code in (old_code, new_code) if len(code) not in LEVELS or not (code.isascii() and code.isdigit())
    ]
    yield from (f"code {code!r} is not 2, 4, 6, 9 or 12 digits" for code in dict.fromkeys(wrong))
    if not wrong and len(old_code) != len(new_code):
        yield f"{old_code} and {new_code} are not of one level"
    if kind not in KINDS:
        yield f"kind {kind!r} is not one of {', '.join(KINDS)}"
    if len(name) > _LONGEST_NAME or any(unicodedata.category(letter) == "Cc" for letter in name):
        yield f"the name {name[:20]!r} is longer than {_LONGEST_NAME} letters or has control characters"
    if kind == "renamed" and (old_code != new_code or not name):
        yield "a renamed region keeps its code and has a new name; with another code it is recoded"
    if kind == "recoded" and old_code == new_code:
        yield f"a recoded region has another code than {old_code}"
    if kind in ("merged", "split") and not wrong and len(old_code) != _VILLAGE:
        yield "only villages are merged or split; what else changes is recoded, village by village"


def _contradictions(rows: list[Change]) -> Iterator[Fault]:
    """Codes that two changes touch: each line says what is before the file, so one region changes once."""
    # Lines of one merger share their new code, those of one split their old one.
    groups: dict[str, set[tuple[str, str]]] = {}
    lines: dict[str, int] = {}
    for row in rows:
        group = (row.kind, row.new_code if row.kind == "merged" else row.old_code)
        for code in (row.old_code, row.new_code):
            groups.setdefault(code, set()).add(group)
            lines[code] = row.line
    for code, changes in groups.items():
        if len(changes) > 1:
            yield Fault(f"line {lines[code]}", f"{code} changes in another line too: use one file after the other")
    for above, below in pairwise(sorted({row.old_code for row in rows})):
        if above != below and below.startswith(above):
            yield Fault(
                f"line {lines[below]}", f"{below} lies in {above}, which changes too: use one file after the other"
            )
    yield from _splits_and_mergers(rows, lines)


def _splits_and_mergers(rows: list[Change], lines: dict[str, int]) -> Iterator[Fault]:
    for kind in ("merged", "split"):
        pairs = [(row.old_code, row.new_code) for row in rows if row.kind == kind]
        for old_code, new_code in dict.fromkeys(pair for pair in pairs if pairs.count(pair) > 1):
            yield Fault(f"line {lines[old_code]}", f"{old_code} to {new_code} is there twice")
    for old_code in dict.fromkeys(row.old_code for row in rows if row.kind == "split"):
        if len([row for row in rows if row.kind == "split" and row.old_code == old_code]) < 2:
            yield Fault(f"line {lines[old_code]}", f"{old_code} is split into one village only")
