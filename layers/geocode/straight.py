"""The usual address: whole names of regions one after the other, then a name as it stands, and numbers.

Most texts are such, and need no other reading to be compared with. What is not goes the long way, see `lattice`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from layers.geocode.lattice import GOES_ON, Reading
from layers.geocode.regions import Named, RegionIndex

__all__ = ["read_straight"]

_COUNTY_CODE, _VILLAGE_CODE = 6, 12
_MOST_KEPT = 20_000
_LIKELY = 0.05
_HEAD = re.compile(r"\D*")


class _Step(NamedTuple):
    """How far was read, and the region; not sure where a short name may be the beginning of another one."""

    end: int
    code: str
    sure: bool


_Heads = dict[tuple[str, str], tuple[Reading, ...]]
_kept: WeakKeyDictionary[RegionIndex, _Heads] = WeakKeyDictionary()


def read_straight(text: str, index: RegionIndex, within: str | None) -> tuple[Reading, ...]:
    """The text's beginning as whole names of regions, each inside the one before.

    Where the last ones are short and may be the beginning of a longer name, it is read without them and with them.
    `within` is a region that the text lies in for certain. None where no county is known.
    What was read is kept as long as the index, for the texts of one list begin alike.
    """
    heads = _kept.setdefault(index, {})
    head = _HEAD.match(text)
    key = (head[0] if head else "", within or "")
    if key not in heads:
        if len(heads) >= _MOST_KEPT:
            heads.clear()
        heads[key] = _read(*key, index)
    return heads[key]


def _read(head: str, within: str, index: RegionIndex) -> tuple[Reading, ...]:
    sure = at = _Step(0, within, sure=True)
    while at.end < len(head):
        following = _next(head, at, index)
        if following is None:
            break
        at = following
        sure = at if at.sure else sure
    ways = (sure,) if sure is at else (sure, at)
    return tuple(Reading(way.end, way.code) for way in ways if len(way.code) >= _COUNTY_CODE)


def _next(head: str, at: _Step, index: RegionIndex) -> _Step | None:
    """One name further: the longest that stands there; of regions in each other the deepest down to the county."""
    longest: list[Named] = []
    end = at.end
    for after, named in _whole(head, at, index):
        if after > end:
            longest, end = [], after
        if after == end:
            longest.append(named)
    codes = sorted({named.code for named in longest}, key=len)
    if len(codes) > 1:
        codes = [code for code in codes if len(code) <= _COUNTY_CODE]
        if any(not codes[-1].startswith(code) for code in codes):
            return None
    if not codes:
        return None
    more = end < len(head) and (len(codes[-1]) == _VILLAGE_CODE or head[end] in GOES_ON)
    short = all(named.short for named in longest if named.code == codes[-1])
    return _Step(end, max(codes[-1], at.code, key=len), sure=not (short and more))


def _whole(head: str, at: _Step, index: RegionIndex) -> Iterator[tuple[int, Named]]:
    """Regions in that of the step, or around it, whose spelling stands where it ends."""
    county = at.code[:_COUNTY_CODE] if len(at.code) >= _COUNTY_CODE else "-"
    for end, named in index.at(head, at.end, county):
        inside = named.code.startswith(at.code) or at.code.startswith(named.code)
        if inside and not named.how and named.cost <= _LIKELY:
            yield end, named
