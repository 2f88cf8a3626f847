"""The regions an address begins with: every consistent reading of its names, not the greediest one."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from layers.geocode.answer import PENALTIES, Reason
from layers.geocode.regions import Named, RegionIndex

__all__ = ["GOES_ON", "Reading", "read_regions", "renamed", "within_reach"]

GOES_ON = frozenset("省市州县区旗乡镇街道路巷弄村社组里大新小东西南北中")
"""A short name followed by one of these may be the beginning of another name: 大理 in 大理路."""
_SAID_TWICE = ("街道", "社区", "村委会", "居委会")
_COUNTY_CODE, _TOWNSHIP_CODE, _VILLAGE_CODE = 6, 9, 12
_OTHER_NAME, _MORE_NAME, _NO_COUNTY = 0.4, 0.25, 0.6
_ASIDE = 2.0
_MOST_STATES = 60
_MOST_MISSPELT = 8
_LONGEST = 60
_READ = 0.2


class Reading(NamedTuple):
    """The deepest region that the first `end` characters name (no code when they name none).

    `cost` says how unlikely the reading is (0: names as they are), `reasons` why.
    """

    end: int
    code: str
    cost: float = 0.0
    reasons: tuple[Reason, ...] = ()


def read_regions(
    text: str, index: RegionIndex, home: str, *, misspelt: bool = False, counties: frozenset[str] = frozenset()
) -> list[Reading]:
    """All readings of the text's beginning as regions each inside the other, the likeliest first.

    Levels may be left out and said twice. The empty reading is always among them. `home` is a county (6 digits) whose
    townships and villages may be named without it, "" for none. With `misspelt` one of the names may have one edit, or
    a village may not lie in the township that is named; `counties`, where there are any, are the only ones meant.
    Cost: a look-up for each spelling that fits, bounded by the number of states kept.
    """
    found: dict[tuple[int, str], Reading] = {(0, ""): Reading(0, "")}
    order, left = count(), _MOST_MISSPELT
    waiting = [(0.0, next(order), Reading(0, ""), misspelt)]
    # The most promising first: a long text has more readings than are kept.
    while waiting and len(found) < _MOST_STATES:
        _, _, reading, may_err = heappop(waiting)
        left -= may_err
        for following, err in _go_on(text, reading, index, home, may_err and left >= 0):
            if counties and len(following.code) >= _COUNTY_CODE and following.code[:_COUNTY_CODE] not in counties:
                continue
            key = (following.end, following.code)
            if key not in found or following.cost < found[key].cost:
                found[key] = following
                heappush(waiting, (following.cost - _READ * following.end, next(order), following, err))
    return sorted(found.values(), key=lambda one: (one.cost, -one.end, -len(one.code), one.code))


def within_reach(code: str, within: str | None) -> bool:
    """Whether one of the two regions lies in the other."""
    return not within or code.startswith(within) or within.startswith(code)


def renamed(written: str, named: Named, index: RegionIndex) -> Reason:
    """That a region is not written by its own name."""
    penalty = max(PENALTIES[named.how], round(named.cost * 0.05, 3))
    return Reason(named.how, penalty, f"{written} -> {index.name(named.code) or ''}")


def _go_on(text: str, reading: Reading, index: RegionIndex, home: str, may_err: bool) -> Iterator[tuple[Reading, bool]]:
    if reading.end > _LONGEST:
        return
    county = reading.code[:_COUNTY_CODE] if len(reading.code) >= _COUNTY_CODE else ""
    if not county and home.startswith(reading.code):
        county = home
    for end, named in index.at(text, reading.end, county):
        following = _followed(text, reading, end, named, index, home, may_err)
        if following:
            yield following, may_err and following.cost - reading.cost < _ASIDE
    if may_err:
        inside = len(reading.code) > _COUNTY_CODE
        for end, named in index.near(text, reading.end, county, inside=inside):
            following = _followed(text, reading, end, named, index, home, False)
            if following:
                yield following, False


def _followed(
    text: str, reading: Reading, end: int, named: Named, index: RegionIndex, home: str, aside: bool
) -> Reading | None:
    code, cost, reasons = reading.code, reading.cost + named.cost, reading.reasons
    if not (named.code.startswith(code) or code.startswith(named.code)):
        if not (
            aside
            and len(named.code) > _TOWNSHIP_CODE
            and named.code.startswith(code[:_COUNTY_CODE])
            and len(code) >= _TOWNSHIP_CODE
        ):
            return None
        cost += _ASIDE
        reasons = (*reasons, Reason("region_unlike", PENALTIES["region_unlike"], text[reading.end : end]))
        code = ""
    if len(named.code) > _COUNTY_CODE and len(code) < _COUNTY_CODE and not named.code.startswith(home or "-"):
        cost += _NO_COUNTY
    if named.short and text[end : end + 1] in GOES_ON and end < len(text):
        cost += _OTHER_NAME
    elif named.short and len(named.code) == _VILLAGE_CODE and end < len(text) and not text[end].isdigit():
        cost += _MORE_NAME
    for word in _SAID_TWICE:
        if text.startswith(word, end) and text.endswith(word, 0, end):
            end += len(word)
    if named.how:
        reasons = (*reasons, renamed(text[reading.end : end], named, index))
    return Reading(end, max(named.code, code, key=len), cost, reasons)
