"""One cell as a value: dates, numbers, codes and the words that lists use; pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.codes import LEVELS

__all__ = ["READERS", "SHANGHAI", "born_on", "sex_of", "spoiled"]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

_LONGEST = 100
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
_YEAR = re.compile(r"(\d{4})(?:年|[-/.年]\d{1,2}月?)?")
_MOMENT = re.compile(
    r"(?P<date>\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{8})"
    r"(?:[T\s]*(?P<hour>\d{1,2})[:：时](?P<minute>\d{1,2})分?(?:[:：]?(?P<second>\d{1,2})(?:\.\d+)?秒?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}|[2-8]\d{6,7}")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")
_PART_END = re.compile(r"(?:号楼|村民小组|小组|单元|[号栋幢座层楼室房组户])$")
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2}")
_KEYS = frozenset({"ref", "login", "region", "grid", "id_no", "phone", "part"})
"""Kinds of columns whose numbers are names: rounded ones name something else."""
_SEXES = {"男": "m", "m": "m", "male": "m", "1": "m", "女": "f", "f": "f", "female": "f", "2": "f"}
_RESIDENCES = {
    "户籍": "registered", "户籍人口": "registered", "常住": "registered", "常住人口": "registered",
    "registered": "registered",
    "流动": "mobile", "流动人口": "mobile", "mobile": "mobile",
    "留守": "left_behind", "留守人员": "left_behind", "left_behind": "left_behind",
    "境外": "abroad", "境外人员": "abroad", "abroad": "abroad",
}  # fmt: skip


def born_on(id_no: str) -> date:
    """The date of birth that an id number of 18 characters states.

    Raises:
        ValueError: when it states no date.
    """
    return date(int(id_no[6:10]), int(id_no[10:12]), int(id_no[12:14]))


def sex_of(id_no: str) -> str:
    """The sex, "m" or "f", that an id number of 18 characters states."""
    return "m" if int(id_no[16]) % 2 else "f"


def spoiled(text: str, kind: str) -> str | None:
    """What a spreadsheet made of a cell that can be read no more, None when it is as it was written."""
    if text.startswith("#"):
        if text == "#FORMULA?":
            return "is a formula whose value is not in the file; open it in Excel and save it"
        if _ERROR.fullmatch(text):
            return f"is an error of the spreadsheet: {text}"
    if kind in _KEYS and _ROUNDED.fullmatch(text):
        return "was turned into a rounded number by a spreadsheet; save the column as text"
    return None


def _short(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueError(f"has more than {_LONGEST} characters")
    return text


def _text(text: str) -> str:
    return text


def _login(text: str) -> str:
    if not _LOGIN.fullmatch(text):
        raise ValueError("is no login")
    return text


def _region(text: str) -> str:
    code = unicodedata.normalize("NFKC", text)
    if len(code) not in LEVELS or not (code.isascii() and code.isdigit()):
        raise ValueError(f"{text[:20]!r} is not a region code of 2, 4, 6, 9 or 12 digits")
    return code


def _grid(text: str) -> int:
    if len(text) != 15 or not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text[:20]!r} is not a grid code of 15 digits")
    return int(text)


def _number(text: str) -> float:
    try:
        value = float(unicodedata.normalize("NFKC", text))
    except ValueError:
        raise ValueError(f"{text[:20]!r} is not a number") from None
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]!r} is not a finite number")
    return value


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise ValueError(f"{text[:20]!r} is not a whole number from 0 to 99999")
    return int(text)


def _date(text: str) -> date:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:20]!r} is not a date such as 2026-05-01")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError(f"{text[:20]!r} is no day of the calendar") from None


def _birth(text: str) -> int:
    year = _YEAR.fullmatch(text)
    found = int(year[1]) if year else _date(text).year
    if not 1880 <= found <= 2200:
        raise ValueError(f"{found} is no year of birth")
    return found


def _moment(text: str) -> datetime:
    match = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        raise ValueError(f"{text[:30]!r} is not a time such as 2026-05-01 08:30")
    day = _date(match["date"])
    clock = [int(match[name] or 0) for name in ("hour", "minute", "second")]
    try:
        found = datetime(day.year, day.month, day.day, clock[0], clock[1], clock[2], tzinfo=_zone(match["zone"]))
    except ValueError:
        raise ValueError(f"{text[:30]!r} is no time of the day") from None
    return found.astimezone(SHANGHAI) if 1 < day.year < 9999 else found


def _zone(text: str | None) -> timezone:
    if text is None:
        return SHANGHAI
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def _sex(text: str) -> str:
    if text.lower() not in _SEXES:
        raise ValueError(f"{text[:10]!r} is not 男 or 女")
    return _SEXES[text.lower()]


def _residence(text: str) -> str:
    if text.lower() not in _RESIDENCES:
        raise ValueError(f"{text[:10]!r} is not 户籍, 流动, 留守 or 境外")
    return _RESIDENCES[text.lower()]


def _id_no(text: str) -> str:
    found = unicodedata.normalize("NFKC", text).upper().replace(" ", "")
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", found):
        raise ValueError("is not 17 digits and a check character")
    if _CHECKS[sum(int(digit) * weight for digit, weight in zip(found, _WEIGHTS, strict=False)) % 11] != found[17]:
        raise ValueError("has a check character that does not fit its digits")
    try:
        born_on(found)
    except ValueError:
        raise ValueError("states a date of birth that is no day of the calendar") from None
    return found


def _phone(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"^(?:\+|00)86", "", re.sub(r"[\s()-]", "", plain))
    if not (_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)):
        raise ValueError("is not a phone number")
    return digits


def _part(text: str) -> str:
    found = _PART_END.sub("", unicodedata.normalize("NFKC", text))
    if not 0 < len(found) <= 20:
        raise ValueError(f"{text[:20]!r} is not the number of a part of an address")
    return found


def _footprint(text: str) -> BaseGeometry:
    try:
        shape = shapely.from_wkt(text)
    except (shapely.errors.GEOSException, ValueError, TypeError):
        raise ValueError("is not WKT") from None
    if not isinstance(shape, shapely.Polygon | shapely.MultiPolygon) or shape.is_empty:
        raise ValueError("is not a polygon")
    if shape.has_z:
        shape = shapely.force_2d(shape)
    if not shape.is_valid:
        raise ValueError(f"is not a valid polygon: {shapely.is_valid_reason(shape)}")
    return shape


READERS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "text": _text,
        "ref": _short,
        "name": _short,
        "kind": _short,
        "login": _login,
        "region": _region,
        "grid": _grid,
        "number": _number,
        "count": _count,
        "date": _date,
        "birth": _birth,
        "moment": _moment,
        "sex": _sex,
        "residence": _residence,
        "id_no": _id_no,
        "phone": _phone,
        "part": _part,
        "footprint": _footprint,
    }
)
"""What reads a cell of each kind of column; a ValueError says what is wrong with it.

What reads a name, a phone or an id number never quotes it: the import log is read by people who may not see them.
"""
