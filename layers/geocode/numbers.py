"""The numbers of an address: what follows a name, one after the other, and what each may be the number of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from layers.geocode.near import sound

__all__ = ["Number", "assignments", "read_numbers"]

_NUMBER = re.compile(r"(附)?(\d+|(?<![A-Z])[A-Z](?=栋|-|\d+(?:单元|层|室)))((?:[^\d附A-Z]|附(?!\d)|[A-Z](?![栋\d-]))*)")
_UNITS = (
    ("单元", "unit"),
    ("号", "number"),
    ("栋", "building_no"),
    ("组", "group_no"),
    ("层", "floor"),
    ("室", "room"),
    ("院", "number"),
)
_SOUNDS = {"hao": "number", "dong": "building_no", "zu": "group_no", "ceng": "floor", "shi": "room", "dan": "unit"}
_PART_OF_UNIT = re.compile(r"单.?元|单|元")
_AFTER_DOOR = ("院内", "院", "大院", "内")
_OTHER_UNITS = frozenset((("number", "building_no"), ("number", "room"), ("floor", "building_no"), ("room", "number")))
"""What a unit may stand for: 10户 of a hamlet is its number 10."""
_MOST = 6
_Shape = tuple[str | None, bool, float, bool, bool, bool]
"""Of a number: label, sub, cost, dash, whether it is figures, whether it is longer than two."""
_WRONG_UNIT, _LIKE_UNIT, _NO_UNIT, _OTHER_UNIT = 1.0, 0.8, 0.3, 0.5
_SHORT_ROOM, _BARE_FLOOR = 0.2, 0.6


class Number(NamedTuple):
    """A number, the label of the unit that follows it (None: none), and the text after that up to the next number.

    `sub`: it is said to be a door beside another (附). `cost`: how unlikely its unit was written so.
    """

    value: str
    label: str | None
    sub: bool
    after: str
    cost: float = 0.0
    dash: bool = False


def read_numbers(text: str) -> list[Number]:
    """The numbers of a normalised text that begins with one."""
    return [_number(match[2], match[1] is not None, match[3]) for match in _NUMBER.finditer(text)]


def assignments(
    numbers: Sequence[Number], allowed: tuple[str, ...], first: tuple[str, ...]
) -> list[tuple[float, dict[str, str]]]:
    """What the numbers may be the numbers of, in the order in which addresses give them, the likeliest first.

    `allowed` are labels in the order of an address; the first number has one of `first`. Each with how unlikely it is;
    six at most.
    """
    shape = tuple(
        (number.label, number.sub, number.cost, number.dash, number.value.isdigit(), len(number.value) > 2)
        for number in numbers
    )
    values = [number.value for number in numbers]
    return [(cost, dict(zip(labels, values, strict=True))) for cost, labels in _labelled(shape, allowed, first)]


@lru_cache(maxsize=20_000)
def _labelled(
    shape: tuple[_Shape, ...], allowed: tuple[str, ...], first: tuple[str, ...]
) -> tuple[tuple[float, tuple[str, ...]], ...]:
    if not shape or len(shape) > len(allowed):
        return ()
    found = []
    for labels in _increasing(len(shape), allowed):
        costs = [
            _cost(one, label, at + 1 == len(shape)) for at, (one, label) in enumerate(zip(shape, labels, strict=True))
        ]
        if labels[0] in first and None not in costs:
            found.append((sum(cost for cost in costs if cost), labels))
    return tuple(sorted(found)[:_MOST])


def _increasing(count: int, order: Sequence[str], start: int = 0) -> Iterator[tuple[str, ...]]:
    if count == 0:
        yield ()
        return
    for at in range(start, len(order) - count + 1):
        for following in _increasing(count - 1, order, at + 1):
            yield (order[at], *following)


def _cost(shape: _Shape, label: str, last: bool) -> float | None:  # noqa: PLR0911
    """How unlikely it is that a number is that; None when it cannot be."""
    unit, sub, cost, dash, figures, long = shape
    if sub:
        return 0.0 if label == "sub" else None
    if label == "sub":
        return 0.4 if unit in (None, "number") else None
    if not figures and label != "building_no":
        return None
    if unit == label:
        return cost
    if unit is None:
        cost = cost or (0.0 if last or dash else _NO_UNIT)
        return cost + (_SHORT_ROOM if label == "room" and not long else _BARE_FLOOR if label == "floor" else 0.0)
    if (unit, label) in _OTHER_UNITS and (last or unit != "room"):
        return _OTHER_UNIT
    return cost + _WRONG_UNIT if cost else None


def _number(value: str, sub: bool, after: str) -> Number:
    if not after or after.startswith("-"):
        return Number(value, None, sub, after[1:], dash=bool(after))
    for word, label in _UNITS:
        if after.startswith(word):
            return Number(value, label, sub, _behind(label, after[len(word) :]))
    return _misspelt(value, sub, after)


def _behind(label: str, rest: str) -> str:
    """A yard has the number of its door: 2号院 is 2号."""
    if label != "number":
        return rest
    return next((rest[len(end) :] for end in _AFTER_DOOR if rest.startswith(end)), rest)


def _misspelt(value: str, sub: bool, after: str) -> Number:
    """A number whose unit is there in part, sounds like one, or has a character before it."""
    if part := _PART_OF_UNIT.match(after):
        return Number(value, "unit", sub, after[part.end() :], _LIKE_UNIT)
    if heard := _SOUNDS.get(sound(after[0])):
        return Number(value, heard, sub, after[1:], _LIKE_UNIT)
    for word, label in _UNITS:
        if word in after[:3]:
            return Number(value, label, sub, after[after.index(word) + len(word) :], _LIKE_UNIT)
    if len(after) == 1:
        return Number(value, None, sub, "", _WRONG_UNIT)
    return Number(value, None, sub, after)
