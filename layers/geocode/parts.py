"""The part of an address below the village: street, estate or hamlet, and the numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

__all__ = ["NUMBERED_ROAD", "Parts", "read_parts", "standard_text"]

NUMBERED_ROAD = re.compile(
    r"\d(?:国道|省道|县道|乡道|公路|高速|线|[^\d号栋组层室附院单A-Z-]{0,3}(?:大道|[弄巷路街])|号[路街巷](?=\d))"
    r"|[GSXYC]\d+(?=-?\d+号)"
)
"""Where the name of a road that has digits ends (320国道, 蒙自路10弄)."""

_NUMBER = re.compile(r"\d|[A-Z](?=栋|-\d)")
_ROAD = re.compile(r".*(?:大道|公路|[路街巷弄道])")
_STREET_AND_ESTATE = re.compile(r"(?P<street>.*?(?:大道|公路|[路街巷弄]))(?P<estate>.{3,})")
_DOOR = re.compile(r"(?P<number>\d+(?:-\d+)?)(?:号院?|(?=附)|$)(?:附(?P<sub>\d+)号?)?")
_GROUP = re.compile(r"(?P<group_no>\d+)组")
_DASHED = re.compile(r"(?P<building_no>\d+|[A-Z])-(?P<unit>\d+)-(?P<room>\d+)室?")
_INSIDE = re.compile(
    r"(?:(?P<estate>\D+?)?(?P<building_no>\d+|[A-Z])栋)?(?:(?P<unit>\d+)单元)?(?:(?P<floor>\d+)层)?(?:(?P<room>\d+)室?)?"
)


@dataclass(frozen=True)
class Parts:
    """What an address says below the village, None where it says nothing; `rest` is what was not understood.

    Numbers are text without their unit: 12号 is "12", 12号附1号 "12附1", 3栋 "3".
    """

    street: str | None = None
    estate: str | None = None
    hamlet: str | None = None
    group_no: str | None = None
    number: str | None = None
    building_no: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    rest: str = ""


def read_parts(text: str) -> Parts:
    """The parts of a normalised address whose regions are already cut off."""
    road = max((found.end() for found in NUMBERED_ROAD.finditer(text)), default=0)
    first = next((at for at in range(road, len(text)) if _NUMBER.match(text, at)), len(text))
    name, numbers = text[:first], text[first:]
    if dashed := _DASHED.fullmatch(numbers):
        return replace(_estate(name), **dashed.groupdict())
    if group := _GROUP.match(numbers):
        hamlet = Parts(hamlet=name or None, group_no=group["group_no"])
        return _with_door(hamlet, numbers[group.end() :])
    if _ROAD.fullmatch(name):
        return _with_door(Parts(street=name), numbers)
    if re.match(r"(?:\d+|[A-Z])栋", numbers):
        return _with_inside(_estate(name), numbers)
    if _DOOR.match(numbers):
        return _with_door(Parts(hamlet=name or None), numbers)
    return Parts(hamlet=name or None, rest=numbers)


def standard_text(parts: Parts) -> str:
    """The parts in standard spelling: 人民路12号阳光小区3栋2单元501室."""
    units = {"building_no": "栋", "unit": "单元", "room": "室"}
    text = (parts.street or "") + (parts.hamlet or "") + (f"{parts.group_no}组" if parts.group_no else "")
    if parts.number:
        text += parts.number.replace("附", "号附") + "号"
    text += parts.estate or ""
    return text + "".join(f"{value}{unit}" for key, unit in units.items() if (value := getattr(parts, key)))


def _estate(name: str) -> Parts:
    if both := _STREET_AND_ESTATE.fullmatch(name):
        return Parts(street=both["street"], estate=both["estate"])
    return Parts(estate=name or None)


def _with_door(parts: Parts, numbers: str) -> Parts:
    door = _DOOR.match(numbers)
    if door is None:
        return _with_inside(parts, numbers)
    number = f"{door['number']}附{door['sub']}" if door["sub"] else door["number"]
    return _with_inside(replace(parts, number=number), numbers[door.end() :])


def _with_inside(parts: Parts, text: str) -> Parts:
    inside = _INSIDE.fullmatch(text)
    if inside is None:
        return replace(parts, rest=text)
    return replace(parts, **{name: value for name, value in inside.groupdict().items() if value})
