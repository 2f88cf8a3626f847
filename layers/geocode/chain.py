"""The regions an address begins with: every consistent reading of its names, not the greediest one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layers.geocode.gazetteer import KnownRegion

__all__ = ["Reading", "read_chain", "spellings"]

_PEOPLES = (
    "白族|彝族|哈尼族|傣族|壮族|苗族|回族|傈僳族|拉祜族|佤族|纳西族|瑶族|景颇族|藏族|布朗族|布依族|普米族|阿昌族|怒族"
    "|基诺族|德昂族|蒙古族|独龙族|满族|水族|土家族|侗族|维吾尔族|朝鲜族|羌族|黎族|畲族|仡佬族|土族|东乡族|撒拉族|保安族|裕固族"
)
_ENDINGS = {
    1: r"省|市|自治区",
    2: rf"(?:{_PEOPLES})*自治州|市|州|地区|盟",
    3: rf"(?:{_PEOPLES})*自治县|县|市|区|旗",
    4: rf"(?:{_PEOPLES})*乡|镇|街道办事处|街道",
    5: r"社区居民委员会|社区居委会|居民委员会|村民委员会|居委会|村委会|社区|村",
}
_VILLAGE_ENDINGS = ("村民委员会", "村委会", "社区居民委员会", "社区居委会", "居委会", "社区", "村")
_GOES_ON = "省市州县区旗乡镇街道路巷弄村社组里"
"""A short name followed by one of these is the beginning of another name: 大理 in 大理路."""


@dataclass(frozen=True)
class Reading:
    """The deepest region that the first `end` characters name; no code when they name none."""

    end: int
    code: str


def spellings(region: KnownRegion) -> dict[str, bool]:
    """How a region is written; the value says whether the spelling is short, without the word for its kind."""
    stem = re.sub(rf"(?:{_ENDINGS[region.level]})$", "", region.name)
    found = {region.name: False} | dict.fromkeys(region.aliases, True)
    if region.level == 5:
        found |= {stem + ending: False for ending in _VILLAGE_ENDINGS}
    if region.level in (2, 3) and "自治" in region.name:
        found[stem + region.name[-1]] = False
    if region.level == 4 and region.name.endswith("街道"):
        found[region.name + "办事处"] = False
    if len(stem) >= 2:
        found.setdefault(stem, True)
    return found


def read_chain(text: str, regions: Sequence[KnownRegion]) -> list[Reading]:
    """All readings of the text's beginning as regions each inside the other, the longest first.

    Levels may be left out and said twice. The empty reading is always among them.
    Cost: regions times readings, which an address has few of.
    """
    known = [(spelling, short, region.code) for region in regions for spelling, short in spellings(region).items()]
    found = {Reading(0, "")}
    waiting = [Reading(0, "")]
    while waiting:
        for reading in _go_on(text, waiting.pop(), known):
            if reading not in found:
                found.add(reading)
                waiting.append(reading)
    return sorted(found, key=lambda reading: (-reading.end, len(reading.code), reading.code))


def _go_on(text: str, reading: Reading, known: Sequence[tuple[str, bool, str]]) -> Iterator[Reading]:
    for spelling, short, code in known:
        end = reading.end + len(spelling)
        inside = code.startswith(reading.code) or reading.code.startswith(code)
        if not (inside and text.startswith(spelling, reading.end)):
            continue
        if not (short and text[end : end + 1] and text[end] in _GOES_ON):
            yield Reading(end, max(code, reading.code, key=len))
