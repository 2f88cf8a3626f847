"""What follows the regions of an address: its name and numbers, in every way in which they can be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from layers.codes import region_range
from layers.geocode.answer import PENALTIES, Reason
from layers.geocode.gazetteer import Asked, Kind
from layers.geocode.names import Match, NameIndex
from layers.geocode.numbers import Number, assignments, read_numbers
from layers.geocode.parts import NUMBERED_ROAD

__all__ = ["Body", "Try", "below", "split", "tries", "unknown_kind"]

_FIRST_NUMBER = re.compile(r"附?\d|(?<![A-Z])[A-Z](?=栋|-|\d+(?:单元|层|室))")
_ROAD = re.compile(r".+(?:大道|公路|[路街巷弄段]|(?<!街)道)")
_REGION = re.compile(r"[省州市县镇乡]|(?<![小片校园景厂矿社])区|街道")
"""The words for regions above villages: what bears one before a street says that the street lies there."""
_SUFFIX = re.compile(r"(?<=.{2})(?:村民小组|小组|自然村|合作社|组|村|住宅小区|小区)$")
_ALLOWED: dict[Kind, tuple[str, ...]] = {
    "street": ("number", "sub", "building_no", "unit", "floor", "room"),
    "estate": ("building_no", "unit", "floor", "room"),
    "hamlet": ("group_no", "number", "sub", "room"),
}
_FIRST: dict[Kind, tuple[str, ...]] = {
    "street": ("number",),
    "estate": ("building_no",),
    "hamlet": ("group_no", "number"),
}
_VILLAGE_CODE, _COUNTY_CODE = 12, 6
_BEFORE_KNOWN, _BEFORE_ROAD, _ELSEWHERE, _NEXT_TO, _NO_NAME, _SUFFIX_COST = 0.05, 0.3, 2.2, 1.6, 0.2, 0.1
_EXACT_ENOUGH = 0.5
_FIGURES = frozenset("零〇一二三四五六七八九十0123456789")
_LOST_FIGURE = 1.0
_MOST_NEAR = 6
_REAL_NAME = 0.5
_MOST_BEFORE = 1.6
_MOST_CHOICES, _MOST_BEHIND = 8, 2.0


class Body(NamedTuple):
    """Names and numbers by turns: `runs[i]` is the text before `numbers[i]`; `rest` follows the last number."""

    runs: tuple[str, ...]
    numbers: tuple[Number, ...]
    rest: str


class Try(NamedTuple):
    """One way to read an address: what to ask (None: only its name is known), its parts, how unlikely, and why."""

    kind: Kind
    name: str | None
    asked: Asked | None
    code: str
    lo: int
    hi: int
    said: Mapping[str, str]
    cost: float
    reasons: tuple[Reason, ...]


class _Choice(NamedTuple):
    """A known name at the end of a run, and what stands before it."""

    match: Match
    written: str
    before: str
    cost: float
    real: bool = False
    """Something else of the county is called exactly as it is written."""


def split(text: str) -> Body:
    """Names and numbers of a normalised text by turns; a road may have digits in its name (320国道, 3巷)."""
    first = _FIRST_NUMBER.search(text, max((road.end() for road in NUMBERED_ROAD.finditer(text)), default=0))
    if first is None:
        return Body((text,), (), "")
    numbers = read_numbers(text[first.start() :])
    runs = (text[: first.start()], *(number.after for number in numbers[:-1]))
    return Body(runs, tuple(numbers), numbers[-1].after)


def below(body: Body, text: str, end: int) -> Body:
    """What is left when the first `end` characters of the text are cut off its body."""
    if end <= len(body.runs[0]):
        return Body((body.runs[0][end:], *body.runs[1:]), body.numbers, body.rest)
    return split(text[end:])


def tries(body: Body, code: str, index: NameIndex, *, misspelt: bool = False) -> Iterator[Try]:
    """The ways to ask for it among the names of a county, in the region `code` (a county or what lies in one)."""
    junk = _at_end(body.rest)
    if not body.runs[0] and len(code) == _VILLAGE_CODE:
        match = Match("hamlet", "", (code,))
        yield from _asked(body, 0, _Choice(match, "", "", _NO_NAME), code, junk)
    for at, run in enumerate(body.runs):
        for choice in _likely(_choices(run, index, misspelt)) if run else ():
            yield from _asked(body, at, choice, code, junk)


def unknown_kind(body: Body) -> tuple[Kind, str] | None:
    """The kind and text of a name that no house bears; None where there is none."""
    run = body.runs[0]
    if not run:
        return None
    if _ROAD.fullmatch(run):
        return "street", run
    return ("estate" if body.numbers and body.numbers[0].label == "building_no" else "hamlet"), run


def _at_end(rest: str) -> tuple[float, tuple[Reason, ...]]:
    if not rest:
        return 0.0, ()
    return min(0.1 + 0.02 * len(rest), 0.4), (Reason("not_understood", PENALTIES["not_understood"], rest),)


def _choices(run: str, index: NameIndex, misspelt: bool) -> Iterator[_Choice]:
    bare = _SUFFIX.sub("", run)
    for written, cost in ((run, 0.0), (bare, _SUFFIX_COST)) if bare != run else ((run, 0.0),):
        for at, match in index.ends(written):
            before = written[:at]
            more = _before(before, index)
            if misspelt or more <= _EXACT_ENOUGH:
                yield _Choice(match, written[at:], before, match.cost + more + cost)
        if misspelt:
            yield from _near_choices(written, index, cost)
    if misspelt:
        for end, match in index.begins(run):
            if end < len(run):
                yield _Choice(match, run[:end], run[end:], match.cost + _junk(run[end:]))


@lru_cache(maxsize=20_000)
def _range(code: str) -> tuple[int, int]:
    return region_range(code)


def _likely(choices: Iterator[_Choice]) -> list[_Choice]:
    found = sorted(choices, key=lambda choice: choice.cost)
    return [choice for choice in found[:_MOST_CHOICES] if choice.cost <= found[0].cost + _MOST_BEHIND]


def _near_choices(written: str, index: NameIndex, cost: float) -> Iterator[_Choice]:
    for at in range(max(0, len(written) - 1)):
        before = written[:at]
        more = _before(before, index)
        if more > _MOST_BEFORE:
            continue
        real = bool(index.exact(written[at:]))
        for match in index.near(written[at:])[:_MOST_NEAR]:
            unlikely = match.cost + more + cost + (_REAL_NAME if real else 0.0)
            yield _Choice(match, written[at:], before, unlikely, real)


def _before(text: str, index: NameIndex) -> float:
    """How unlikely it is that this stands before a name."""
    if not text:
        return 0.0
    if index.exact(text):
        return _BEFORE_KNOWN
    return _BEFORE_ROAD if _ROAD.fullmatch(text) and len(text) < 8 else _junk(text)


def _junk(text: str) -> float:
    """How unlikely it is that so much means nothing; what may be a number means something."""
    return min(0.6 + 0.3 * len(text), 2.4) + (_LOST_FIGURE if not _FIGURES.isdisjoint(text) else 0.0)


def _asked(body: Body, at: int, choice: _Choice, code: str, junk: tuple[float, tuple[Reason, ...]]) -> Iterator[Try]:
    match = choice.match
    reasons = (*_why(choice), *junk[1])
    cost = choice.cost + junk[0]
    lo, hi = _range(code)
    if not any(village.startswith(code) for village in match.villages):
        beside = any(village.startswith(code[:9]) for village in match.villages) and len(code) == _VILLAGE_CODE
        cost += _NEXT_TO if beside else _ELSEWHERE
        lo, hi = _range(code[: 9 if beside else _COUNTY_CODE])
        reasons = (*reasons, Reason("outside_stated", PENALTIES["outside_stated"], code))
    said = _context(body, at)
    if match.kind == "estate" and choice.before and _ROAD.fullmatch(choice.before):
        said["street"] = choice.before
    if match.name:
        said[match.kind] = match.name
    made = Try(match.kind, match.name or None, None, code, lo, hi, said, cost, reasons)
    numbers = body.numbers[at:]
    for more, values in assignments(numbers, _ALLOWED[match.kind], _FIRST[match.kind]):
        yield from _numbered(made, values, more, numbers)
    if match.name:
        yield made


def _numbered(made: Try, values: dict[str, str], more: float, numbers: Sequence[Number]) -> Iterator[Try]:
    reasons = made.reasons
    if any(number.cost for number in numbers):
        written = "".join(number.value + number.after for number in numbers if number.cost)
        reasons = (*reasons, Reason("unit_unclear", PENALTIES["unit_unclear"], written))
    sub = values.pop("sub", None)
    door = values.get("number")
    forms = [door] if sub is None else [f"{door}附{sub}", f"{door}-{sub}"]
    if made.kind == "hamlet" and door is None:
        return
    kind, name, _, code, lo, hi, names, cost, _ = made
    for form in forms:
        said = {**names, **values, "number": form} if form else {**names, **values}
        asked = Asked(
            kind,
            name,
            lo,
            hi,
            form if kind != "estate" else None,
            values.get("group_no"),
            values.get("building_no"),
            values.get("unit"),
            values.get("room"),
        )
        yield Try(kind, name, asked, code, lo, hi, said, cost + more, reasons)


def _context(body: Body, at: int) -> dict[str, str]:
    """What stands before or between the runs: the street and door number of an estate, the estate behind a door."""
    said = {"rest": body.rest} if body.rest else {}
    if at == 0:
        inner = next((run for run in body.runs[1:] if run), None)
        return {**said, "estate": inner} if inner else said
    if body.runs[0]:
        said["street"] = body.runs[0]
    doors = assignments(body.numbers[:at], ("number", "sub"), ("number",))
    if doors:
        values = doors[0][1]
        sub = values.get("sub")
        said["number"] = f"{values['number']}附{sub}" if sub else values["number"]
    return said


def _why(choice: _Choice) -> Iterator[Reason]:
    if choice.match.how:
        penalty = max(PENALTIES[choice.match.how], round(choice.match.cost * 0.05, 3))
        yield Reason(choice.match.how, penalty, f"{choice.written} -> {choice.match.name}")
    if choice.real:
        yield Reason("ambiguous", PENALTIES["ambiguous"], choice.written)
    if choice.before and choice.cost - choice.match.cost > _BEFORE_ROAD:
        # A letter too many at the name's beginning is the end of what stands before it: 南诏街道人民路.
        more = choice.written[:1] if choice.written[:1] != choice.match.name[:1] else ""
        kind = "outside_stated" if _REGION.search(choice.before + more, 1) else "not_understood"
        yield Reason(kind, PENALTIES[kind], choice.before + more)
