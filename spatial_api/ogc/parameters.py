"""The parameters of OGC API, read by hand: each once, none unknown, all that is wrong told together."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from starlette.datastructures import QueryParams

from layers.cql import Node, read_json, read_text
from layers.crs import CRS84, KNOWN, Crs
from layers.errors import Fault, Invalid
from layers.items import GEOMETRY, Condition, Features, queryables_of
from layers.listing import ListSpec

__all__ = ["crs_of", "features_of", "once"]

_LIMIT = 100
_NO_BOX = (math.inf, math.inf, -math.inf, -math.inf)
_DAY_CHARS = len("2026-01-01")
_ITEMS = ("bbox", "bbox-crs", "crs", "datetime", "limit", "after", "filter", "filter-lang", "filter-crs", "f")
_LANGUAGES: Mapping[str, Callable[[str], Node]] = {"cql2-text": read_text, "cql2-json": read_json}


def once(given: QueryParams, known: Collection[str]) -> dict[str, str]:
    """The parameters by name.

    Raises:
        Invalid: naming those that are unknown or come twice.
    """
    names = [name for name, _ in given.multi_items()]
    faults = [
        Fault(name[:80], f"is no parameter here; there are: {', '.join(known)}")
        for name in dict.fromkeys(names)
        if name not in known
    ]
    faults += [Fault(name, "is given more than once") for name in known if names.count(name) > 1]
    if "f" in known and given.get("f", "json") not in ("json", "geojson"):
        faults.append(Fault("f", "must be json"))
    if faults:
        raise Invalid("The request has faults.", faults)
    return dict(given)


def crs_of(uri: str | None, where: str = "crs") -> Crs:
    """The reference system of a URI, that of the stored shapes when none is given.

    Raises:
        Invalid: when it is not one of those that are known.
    """
    if uri is None:
        return CRS84
    if uri not in KNOWN:
        raise Invalid(
            "The request has faults.", [Fault(where, f"{uri[:80]!r} is not one of the list crs of a collection")]
        )
    return KNOWN[uri]


def features_of(spec: ListSpec, query: QueryParams) -> Features:
    """What the parameters of /items ask for.

    Raises:
        Invalid: naming all that is wrong with them.
    """
    named = [name for name in queryables_of(spec) if name != GEOMETRY]
    given = once(query, (*_ITEMS, *named))
    reader = _Reader(spec, given)
    asked = reader.read([name for name in named if name in given])
    if reader.faults:
        raise Invalid("The request has faults.", reader.faults)
    return asked


class _Reader:
    """Reads parameter by parameter and keeps what is wrong in `faults`."""

    def __init__(self, spec: ListSpec, given: Mapping[str, str]) -> None:
        self._spec = spec
        self._given = given
        self.faults: list[Fault] = []

    def read(self, named: list[str]) -> Features:
        """All of them together."""
        asked = Features(
            conditions=[Condition(self._equal(name), where=name) for name in named],
            crs=self._crs("crs"),
            limit=self._limit(),
            after=self._given.get("after"),
        )
        for read in (self._with_filter, self._with_box, self._with_time):
            asked = read(asked)
        return asked

    def _fault(self, where: str, message: str) -> None:
        self.faults.append(Fault(where, message))

    def _crs(self, name: str) -> Crs:
        try:
            return crs_of(self._given.get(name), name)
        except Invalid as error:
            self.faults += error.faults
            return CRS84

    def _limit(self) -> int:
        text = self._given.get("limit", str(_LIMIT))
        if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) or int(text) < 1:
            self._fault("limit", "must be a whole number of 1 or more")
            return _LIMIT
        return int(text)

    def _equal(self, name: str) -> Node:
        """The condition that a queryable has the value of the parameter of its name."""
        text, type_ = self._given[name], queryables_of(self._spec)[name].type
        value: Any = {"moment": {"timestamp": text}, "day": {"date": text}}.get(type_, text)
        if type_ == "boolean":
            value = {"true": True, "false": False}.get(text, text)
        elif type_ == "number":
            value = _number_or_text(text)
        return {"op": "=", "args": [{"property": name}, value]}

    def _with_filter(self, asked: Features) -> Features:
        read = _LANGUAGES.get(self._given.get("filter-lang", "cql2-text"))
        crs = self._crs("filter-crs")
        if read is None:
            self._fault("filter-lang", "must be cql2-text or cql2-json")
            return asked
        if "filter" not in self._given:
            return asked
        try:
            tree = read(self._given["filter"])
        except Invalid as error:
            self.faults += error.faults
            return asked
        return replace(asked, conditions=[*asked.conditions, Condition(tree, crs)])

    def _with_box(self, asked: Features) -> Features:
        crs = self._crs("bbox-crs")
        sides = _box_sides(self._given.get("bbox"))
        if sides is None:
            return asked
        west, south, east, north = sides[1::-1] + sides[:1:-1] if crs.swaps else sides
        if crs.is_degrees:
            meant = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90
        else:
            meant = west <= east and south <= north and crs.holds((west, south, east, north))
        if not meant:
            self._fault("bbox", "needs 4 or 6 numbers of a place in the order of its CRS, the lower corner first")
            return asked
        if self._spec.geometry is None:
            # What has no place anywhere is not left out by a box (abstract test fc-bbox-response).
            return asked
        if crs.is_degrees and west <= east:
            return replace(asked, filters=replace(asked.filters, bbox=_with_area(west, south, east, north)))
        return replace(asked, conditions=[*asked.conditions, *_boxes(crs, (west, south, east, north))])

    def _with_time(self, asked: Features) -> Features:
        text = self._given.get("datetime")
        moment = self._spec.moment
        if text is None:
            return asked
        ends = _ends(text)
        if ends is None:
            self._fault(
                "datetime", "needs a moment such as 2026-01-01T00:00:00Z, or two with / between, the earlier first"
            )
            return asked
        if moment is None:
            return asked
        if moment != "begins_at":
            node: Node = {"op": "t_intersects", "args": [{"property": moment}, {"interval": list(ends)}]}
            return replace(asked, conditions=[*asked.conditions, Condition(node, where="datetime")])
        if "/" not in text:
            return replace(asked, filters=replace(asked.filters, as_of=_moment(ends[0])))
        validity = {"interval": [{"property": "begins_at"}, {"property": "ends_at"}]}
        node = {"op": "t_intersects", "args": [validity, {"interval": list(ends)}]}
        return replace(asked, conditions=[*asked.conditions, Condition(node, where="datetime")])


def _number_or_text(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _box_sides(text: str | None) -> tuple[float, float, float, float] | None:
    """The sides in the order that they came in, without heights; a box of nothing when they are none."""
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return _NO_BOX
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        return _NO_BOX
    half = len(numbers) // 2
    return numbers[0], numbers[1], numbers[half], numbers[half + 1]


def _with_area(west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
    """The box, a millimetre wide where it has no width: a line is no area that shapes can be looked for in."""
    little = 1e-8
    return west, south, east if east > west else west + little, north if north > south else south + little


def _boxes(crs: Crs, box: tuple[float, float, float, float]) -> list[Condition]:
    """The condition that a shape meets a box in a plane, or in degrees one across the 180th meridian."""
    west, south, east, north = box
    if not crs.is_degrees:
        sides = (south, west, north, east) if crs.swaps else box
        return [Condition(_meets(sides), crs, "bbox")]
    halves = [_with_area(west, south, 180, north), _with_area(-180, south, east, north)]
    return [Condition({"op": "or", "args": [_meets(half) for half in halves]}, where="bbox")]


def _meets(sides: tuple[float, float, float, float]) -> Node:
    return {"op": "s_intersects", "args": [{"property": GEOMETRY}, {"bbox": list(sides)}]}


def _ends(text: str) -> tuple[str, str] | None:
    """The first and the last moment or day of `datetime`, `..` where it is open; None when it is none."""
    parts = text.split("/")
    ends = [part if part not in ("", "..") else ".." for part in parts]
    try:
        known = [_moment(end) for end in ends if end != ".."]
    except ValueError:
        return None
    if len(ends) not in (1, 2) or not known or known != sorted(known):
        return None
    return ends[0], ends[-1]


def _moment(text: str) -> datetime:
    """A moment with its offset; a day begins in Asia/Shanghai.

    Raises:
        ValueError: when it is neither.
    """
    if len(text) == _DAY_CHARS:
        return datetime.fromisoformat(f"{date.fromisoformat(text)}T00:00:00+08:00")
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or "T" not in text.upper():
        raise ValueError(text)
    return found
