"""The tree of regions from a list of codes and names."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pandas as pd
from sqlalchemy.orm import Session

from layers.aliases import add, shipped
from layers.codes import LEVELS, parent_of, region_range
from layers.crosswalk import mca_code_of, statistics_code_of
from layers.db import scope_of
from layers.errors import Fault, Invalid
from layers.houses import home_of
from layers.imports import ImportResult, begin, refuse_again
from layers.regions import known_codes, store_regions

__all__ = ["COLUMNS", "Division", "Divisions", "read", "store"]

COLUMNS = ("level", "code", "name", "parent_code")
"""What the file must have; `mca_code`, the civil affairs' code, may be there too."""
_LONGEST_NAME = 100
_PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省", "31": "上海市", "32": "江苏省",
    "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省", "37": "山东省",
    "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区",
    "46": "海南省", "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省",
    "54": "西藏自治区", "61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区", "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip


@dataclass(frozen=True)
class Division:
    """One region of the list; `code` is the statistics bureau's, `mca_code` the ministry of civil affairs'."""

    level: int
    code: str
    name: str
    parent_code: str | None
    mca_code: str | None


@dataclass(frozen=True)
class Divisions:
    """The regions of one file in order of code, parents before children, and what was noted while reading."""

    rows: tuple[Division, ...]
    faults: tuple[Fault, ...]


def read(path: Path) -> Divisions:
    """The regions of a CSV file with the columns level, code, name, parent_code and perhaps mca_code.

    The file is UTF-8; one that is not is read as GBK, and the faults say so. Lists often begin below the province: a
    province that is named as a parent and missing is added, and the faults say so.

    Raises:
        Invalid: naming every wrong row by its line. Whether a parent is in the database is asked by `store`.
    """
    if not path.is_file():
        raise Invalid("This list of divisions cannot be imported.", [Fault(path.name, "there is no such file")])
    text, faults = _decode(path)
    lines = _lines(path, text)
    header = [word.strip() for word in lines[0][1]] if lines else []
    _check_header(path, header)
    extra = [word for word in header if word not in (*COLUMNS, "mca_code")]
    if extra:
        faults.append(Fault("line 1", f"warning: columns not used: {', '.join(extra)}"))
    found = _parse(header, lines[1:])
    added = _missing_provinces(found)
    faults += [Fault(path.name, f"warning: province {row.code} {row.name} was added") for row in added]
    return Divisions(tuple(sorted([*found, *added], key=lambda row: row.code)), tuple(faults))


def store(session: Session, divisions: Divisions, source_name: str, sha256: str) -> ImportResult:
    """What was stored, in the caller's transaction: new regions, and those with a new name from now on.

    Counts: `new`, `kept`, `renamed`, `recoded` (another `mca_code`), `aliases` (other names of them that come with the
    program and are new). Regions in force that the list leaves out stay.

    Raises:
        Conflict: when the same file was imported before.
        Invalid: naming every region whose parent is neither in the list nor in the database, that lies outside the
            session's scope, or that the list has under the civil affairs' code.
    """
    refuse_again(session, "divisions", source_name, sha256)
    home = home_of(scope_of(session))
    with begin(session, "divisions", source_name, sha256=sha256, region_code=home) as log:
        _check_parents(session, divisions)
        _check_scope(session, divisions)
        _check_system(divisions)
        rows = _with_mca_codes(divisions)
        frame = pd.DataFrame(rows, columns=[field.name for field in fields(Division)], dtype=object)
        counts = store_regions(log, frame.assign(synthetic=False, source=source_name))
        there = {row.code for row in rows}
        counts["aliases"] = add(log, [alias for alias in shipped() if alias.code in there])
        log.fault(*divisions.faults, *_other_mca_codes(divisions))
    return ImportResult(log.id, counts, tuple(log.faults))


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
        raise Invalid("This list of divisions cannot be imported.", [fault]) from error
    return text, [Fault(path.name, f"warning: it is not UTF-8 ({reason}); it was read as GBK")]


def _lines(path: Path, text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        return [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        fault = Fault(f"{path.name} line {reader.line_num}", f"it is not CSV: {error}")
        raise Invalid("This list of divisions cannot be imported.", [fault]) from error


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    doubled = sorted({name for name in header if header.count(name) > 1})
    faults = [Fault(f"{path.name} line 1", f"the column {name} is missing") for name in missing]
    faults += [Fault(f"{path.name} line 1", f"the column {name} is there twice") for name in doubled]
    if faults:
        raise Invalid("This list of divisions cannot be imported.", faults)


def _parse(header: list[str], lines: list[tuple[int, list[str]]]) -> list[Division]:
    found: list[Division] = []
    faults: list[Fault] = []
    first_lines: dict[str, int] = {}
    for line, row in lines:
        where = f"line {line}"
        if len(row) != len(header):
            faults.append(Fault(where, f"{len(row)} values for {len(header)} columns"))
            continue
        values = {name: value.strip() for name, value in zip(header, row, strict=True)}
        messages = list(_faults_of(values))
        code = values["code"]
        if code in first_lines:
            messages.append(f"code {code} is there already, in line {first_lines[code]}")
        first_lines.setdefault(code, line)
        faults += [Fault(where, message) for message in messages]
        if not messages:
            parent_code, mca_code = values["parent_code"] or None, values.get("mca_code") or None
            found.append(Division(int(values["level"]), code, values["name"], parent_code, mca_code))
    if faults:
        raise Invalid(f"The list of divisions has {len(faults)} faults.", faults)
    return found


def _faults_of(values: dict[str, str]) -> Iterator[str]:
    code, level, name, parent_code = (values[column] for column in ("code", "level", "name", "parent_code"))
    if len(code) not in LEVELS or not (code.isascii() and code.isdigit()):
        yield f"code {code!r} is not 2, 4, 6, 9 or 12 digits"
    else:
        if level != str(LEVELS[len(code)]):
            yield f"level {level!r} does not fit code {code}, which is of level {LEVELS[len(code)]}"
        if parent_code != (parent_of(code) or ""):
            yield f"parent {parent_code!r} is not {parent_of(code) or 'empty'}, the region above {code}"
    if not name:
        yield "the name is missing"
    elif len(name) > _LONGEST_NAME or any(unicodedata.category(letter) == "Cc" for letter in name):
        yield f"the name {name[:20]!r} is longer than {_LONGEST_NAME} letters or has control characters"
    mca_code = values.get("mca_code", "")
    if mca_code and not (mca_code.isascii() and mca_code.isdigit()):
        yield f"mca_code {mca_code!r} is not a number"


def _missing_provinces(found: list[Division]) -> list[Division]:
    there = {row.code for row in found}
    wanted = {row.parent_code for row in found if row.level == 2 and row.parent_code not in there}
    return [Division(1, code, name, None, None) for code, name in _PROVINCES.items() if code in wanted]


def _check_parents(session: Session, divisions: Divisions) -> None:
    there = {row.code for row in divisions.rows}
    wanted = {row.parent_code for row in divisions.rows if row.parent_code is not None} - there
    unknown = wanted - known_codes(session, sorted(wanted))
    faults = [
        Fault(f"{row.code} {row.name}", f"its parent {row.parent_code} is neither in the list nor in the database")
        for row in divisions.rows
        if row.parent_code in unknown
    ]
    if faults:
        raise Invalid(f"{len(faults)} divisions hang in the air.", faults)


def _check_scope(session: Session, divisions: Divisions) -> None:
    scope = scope_of(session)
    outside = [row for row in divisions.rows if not scope.covers(*region_range(row.code))]
    if outside:
        faults = [Fault(f"{row.code} {row.name}", "it lies outside your region; leave it out") for row in outside]
        raise Invalid(f"{len(outside)} divisions lie outside your region.", faults)


def _check_system(divisions: Divisions) -> None:
    """Return when the list has no township under the code of the civil affairs, which may be another one's with us.

    Who states both codes knows which is which.
    """
    faults = [
        Fault(f"{row.code} {row.name}", f"this is its civil affairs' code; the statistics bureau's is {ours}")
        for row in divisions.rows
        if row.mca_code is None and (ours := statistics_code_of(row.code, row.name)) is not None
    ]
    if faults:
        raise Invalid(f"{len(faults)} divisions have a code of the civil affairs.", faults)


def _with_mca_codes(divisions: Divisions) -> list[Division]:
    """The rows with the civil affairs' code where the list leaves it out and it is known."""
    return [row if row.mca_code else replace(row, mca_code=mca_code_of(row.code, row.name)) for row in divisions.rows]


def _other_mca_codes(divisions: Divisions) -> Iterator[Fault]:
    for row in divisions.rows:
        known = mca_code_of(row.code, row.name)
        if known is not None and row.mca_code not in (None, known):
            message = f"warning: its civil affairs' code is {row.mca_code} here and {known} in their list"
            yield Fault(f"{row.code} {row.name}", message)
