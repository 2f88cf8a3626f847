"""The usual address: whole names of regions one after the other, then a name as it stands, and numbers.

Most texts are such, and need no other reading to be compared with. What is not goes the long way, see `lattice`.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from weakref import WeakKeyDictionary

from layers.geocode.answer import Reason
from layers.geocode.lattice import GOES_ON, Reading, renamed
from layers.geocode.regions import RegionIndex

__all__ = ["read_straight"]

_COUNTY_CODE, _VILLAGE_CODE = 6, 12
_NO_COUNTY = "-"
_MOST_KEPT = 20_000
_MOST_STEPS, _MOST_READINGS = 40, 4
_HEAD = re.compile(r"\D*")


class _Step(NamedTuple):
    """How far was read, and the region; `sure` is the last step that no longer name can begin before."""

    end: int
    code: str
    cost: float
    reasons: tuple[Reason, ...]
    sure: _Step | None


_Heads = dict[tuple[str, str], tuple[Reading, ...]]
_kept: WeakKeyDictionary[RegionIndex, _Heads] = WeakKeyDictionary()


def read_straight(text: str, index: RegionIndex, within: str | None) -> tuple[Reading, ...]:
    """The text's beginning as whole names of regions, each inside the one before, as far as they go.

    Where the last ones are short and may be the beginning of a longer name, it is read without them and with them.
    `within` is a region that the text lies in for certain. None where no county is known.
    What was read is kept as long as the index, for the texts of one list begin alike.
    """
    heads = _kept.setdefault(index, {})
    head = _HEAD.match(text)
    key = (head[0] if head else "", within or "")
    found = heads.get(key)
    if found is None:
        if len(heads) >= _MOST_KEPT:
            heads.clear()
        found = heads[key] = _read(*key, index)
    return found


def _read(head: str, within: str, index: RegionIndex) -> tuple[Reading, ...]:
    """All ways are followed, for a short name may be that of several regions: only those that lead farthest stay."""
    seen: dict[tuple[int, str], _Step] = {}
    waiting = [_Step(0, within, 0.0, (), None)]
    while waiting and len(seen) < _MOST_STEPS:
        at = waiting.pop()
        known = seen.get(at[:2])
        if known is None or at.cost < known.cost:
            seen[at[:2]] = at
            waiting += _next(head, at, index)
    farthest = max(end for end, _ in seen)
    ways = [step for step in seen.values() if step.end == farthest]
    # What is unsure may follow any region that ends where it begins: 大理 is a city and a township in it.
    sure_ends = {step.sure.end for step in ways if step.sure is not None}
    ways += [step for step in seen.values() if step.end in sure_ends]
    found = {way[:2]: Reading(*way[:4]) for way in ways if len(way.code) >= _COUNTY_CODE}
    return tuple(sorted(found.values(), key=lambda one: (one.cost, -one.end, one.code)))[:_MOST_READINGS]


def _next(head: str, at: _Step, index: RegionIndex) -> list[_Step]:
    """One name further: regions in that of the step, or around it, whose spelling stands where it ends."""
    start, code, cost, reasons, sure = at
    length = len(code)
    found = []
    for end, named in index.at(head, start, code[:_COUNTY_CODE] if length >= _COUNTY_CODE else _NO_COUNTY):
        its = named.code
        if not (its.startswith(code) or code.startswith(its)):
            continue
        # A street or a hamlet may be called like the community: 西大街12号.
        unsure = named.short and (len(its) == _VILLAGE_CODE or head[end : end + 1] in GOES_ON)
        # Behind a village its name once more is as well that of its hamlet.
        unsure = unsure or (length == _VILLAGE_CODE and start > 0)
        why = (*reasons, renamed(head[start:end], named, index)) if named.how else reasons
        deeper = its if len(its) > length else code
        found.append(_Step(end, deeper, cost + named.cost, why, (sure or at) if unsure else None))
    return found
