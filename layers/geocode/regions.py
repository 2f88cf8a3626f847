"""All regions by every way to write their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from layers.geocode.gazetteer import KnownRegion
from layers.geocode.near import NearWords, edit_cost

__all__ = ["Named", "RegionIndex", "spellings"]

_PEOPLES = (
    "白族|彝族|哈尼族|傣族|壮族|苗族|回族|傈僳族|拉祜族|佤族|纳西族|瑶族|景颇族|藏族|布朗族|布依族|普米族|阿昌族|怒族"
    "|基诺族|德昂族|蒙古族|独龙族|满族|水族|土家族|侗族|维吾尔族|朝鲜族|羌族|黎族|畲族|仡佬族|土族|东乡族|撒拉族|保安族|裕固族"
)
_VILLAGE_ENDINGS = (
    "村民委员会",
    "村委会",
    "社区居民委员会",
    "社区居委会",
    "社区村民委员会",
    "社区村委会",
    "社区",
    "居民委员会",
    "居委会",
    "村",
    "办事处",
)
_ENDINGS = {
    1: re.compile(r"(?:省|市|自治区)$"),
    2: re.compile(rf"(?:(?:{_PEOPLES})*自治州|市|州|地区|盟)$"),
    3: re.compile(rf"(?:(?:{_PEOPLES})*自治县|县|市|区|旗)$"),
    4: re.compile(rf"(?:(?:{_PEOPLES})*乡|镇|街道办事处|街道)$"),
    5: re.compile(
        r"(?:社区居民委员会|社区居委会|社区村民委员会|社区村委会|居民委员会|村民委员会|居委会|村委会|办事处|社区|村)$"
    ),
}
_REMARK = re.compile(r"[(（][^()（）]*[)）]")
_MADE, _SHORT = 0.02, 0.04
"""What a spelling that is not the name itself costs: the region that is called so goes first."""
_PREFECTURE, _COUNTY, _TOWNSHIP, _VILLAGE = 2, 3, 4, 5
_COUNTY_CODE, _TOWNSHIP_CODE = 6, 9
_TOWNSHIP_KINDS, _OTHER_KIND = ("镇", "乡", "街道"), 0.3
_LONGEST_MISSPELT = 14


class Named(NamedTuple):
    """A region that a spelling means.

    `short`: without the word for its kind. `how` is "", alias, old_name or typo, and `cost` how unlikely that is.
    """

    code: str
    short: bool
    how: str = ""
    cost: float = 0.0


def spellings(name: str, level: int) -> dict[str, bool]:
    """How a region is written; the value says whether the spelling is short, without the word for its kind."""
    name = _REMARK.sub("", name)
    stem = _ENDINGS[level].sub("", name)
    found = {name: False}
    if level == _VILLAGE and stem:
        found |= {stem + ending: False for ending in _VILLAGE_ENDINGS}
    if level in (_PREFECTURE, _COUNTY) and "自治" in name:
        found[stem + name[-1]] = False
        found[stem + "自治" + name[-1]] = False
    if level == _TOWNSHIP and name.endswith("街道"):
        found |= {name + "办事处": False, stem + "街道办": False, stem + "办事处": False}
    if level == _TOWNSHIP and name.endswith("乡"):
        found |= {stem + "乡": False, stem + "民族乡": False}
    if len(stem) > 1:
        found.setdefault(stem, True)
    return found


class RegionIndex:
    """Regions by spelling; never changed once made, so that any number of threads may read it.

    Cost: linear in regions to make; the townships and villages of a county are spelt out when first asked for.
    """

    def __init__(self, regions: Iterable[KnownRegion]) -> None:
        self._regions: dict[str, KnownRegion] = {region.code: region for region in regions}
        outer = [region for region in self._regions.values() if region.level <= _COUNTY]
        self._inner: dict[str, list[KnownRegion]] = {}
        for region in self._regions.values():
            if region.level > _COUNTY:
                self._inner.setdefault(region.code[:_COUNTY_CODE], []).append(region)
        self._blocks: dict[str, _Block] = {"": _Block(_spelt(outer))}
        self._counties = sorted(code for code in self._regions if len(code) == _COUNTY_CODE)
        self._anywhere: _Block | None = None

    def name(self, code: str) -> str | None:
        """The name of the region with that code."""
        region = self._regions.get(code)
        return region.name if region else None

    def counties(self, code: str) -> list[str]:
        """The counties of a province or prefecture; the county itself of what lies in one."""
        if len(code) >= _COUNTY_CODE:
            return [code[:_COUNTY_CODE]]
        return [county for county in self._counties if county.startswith(code)]

    def at(self, text: str, start: int, county: str) -> list[tuple[int, Named]]:
        """Regions whose spelling stands at `start`, each with where it ends.

        Provinces, prefectures and counties everywhere; townships and villages of that county only, of all with "".
        """
        begin = text[start : start + 2]
        outer, inner = self._blocks[""], self._block(county) if county else self._everywhere()
        found = outer.at(text, start) if begin in outer.lengths else []
        return found + inner.at(text, start) if begin in inner.lengths else found

    def near(self, text: str, start: int, county: str, *, inside: bool = False) -> Iterator[tuple[int, Named]]:
        """Regions whose spelling with one edit stands at `start`: as in `at`, but no village without a county.

        `inside`: only townships and villages of the county.
        """
        if not inside:
            yield from self._blocks[""].near(text, start)
        if county:
            yield from self._block(county).near(text, start)

    def _block(self, county: str) -> _Block:
        block = self._blocks.get(county)
        if block is None:
            # Two threads may both make it: the same one, and the last stays.
            block = self._blocks[county] = _Block(_spelt(self._inner.get(county, ())))
        return block

    def _everywhere(self) -> _Block:
        if self._anywhere is None:
            found: dict[str, tuple[Named, ...]] = {}
            for county in sorted(self._inner):
                for spelling, named in self._block(county).by_spelling.items():
                    found[spelling] = found.get(spelling, ()) + named
            self._anywhere = _Block(found)
        return self._anywhere


class _Block:
    """Some regions by spelling, those of one spelling in order of their codes."""

    __slots__ = ("_near", "by_spelling", "lengths")

    def __init__(self, by_spelling: Mapping[str, tuple[Named, ...]]) -> None:
        self.by_spelling = by_spelling
        lengths: dict[str, set[int]] = {}
        for spelling in by_spelling:
            lengths.setdefault(spelling[:2], set()).add(len(spelling))
        self.lengths = {begin: tuple(sorted(sizes, reverse=True)) for begin, sizes in lengths.items()}
        self._near: NearWords | None = None

    def at(self, text: str, start: int) -> list[tuple[int, Named]]:
        found = []
        for length in self.lengths.get(text[start : start + 2], ()):
            written = text[start : start + length]
            if written in self.by_spelling and len(written) == length:
                found += [(start + length, named) for named in self.by_spelling[written]]
        return found

    def near(self, text: str, start: int) -> Iterator[tuple[int, Named]]:
        if self._near is None:
            self._near = NearWords(self.by_spelling)
        for end in range(start + 2, min(len(text), start + _LONGEST_MISSPELT) + 1):
            written = text[start:end]
            if written[-1].isdigit():
                return
            if self._is_township(written):
                continue
            for spelling in self._near.near(written):
                cost = edit_cost(written, spelling)
                for named in self.by_spelling[spelling]:
                    yield end, Named(named.code, named.short, "typo", named.cost + cost)

    def _is_township(self, written: str) -> bool:
        """Whether a township or more is called exactly so: another one was not misspelt then."""
        named = self.by_spelling.get(written, ())
        return any(len(one.code) <= _TOWNSHIP_CODE and not one.short for one in named)


def _spelt(regions: Iterable[KnownRegion]) -> dict[str, tuple[Named, ...]]:
    found: dict[str, tuple[Named, ...]] = {}
    for region in regions:
        for spelling, named in _ways(region).items():
            found[spelling] = tuple(sorted((*found[spelling], named))) if spelling in found else (named,)
    return found


def _ways(region: KnownRegion) -> dict[str, Named]:
    """Every spelling of a region with what is thought of it; the first of those that are equal."""
    found: dict[str, Named] = {}
    named = ((region.name, "", 0.0), *((name, "alias", 0.05) for name in region.aliases))
    for name, how, cost in (*named, *((name, "old_name", 0.3) for name in region.old_names)):
        # Most spellings of a name say the same of it.
        made = Named(region.code, False, how, cost + _MADE)
        for spelling, short in spellings(name, region.level).items():
            if spelling not in found:
                changed = spelling == name or short
                found[spelling] = (
                    Named(region.code, short, how, cost + (0.0 if spelling == name else _SHORT)) if changed else made
                )
    if region.level == _TOWNSHIP and (stem := _ENDINGS[_TOWNSHIP].sub("", region.name)):
        # Many became a street office and are still called 镇.
        for kind in _TOWNSHIP_KINDS:
            found.setdefault(stem + kind, Named(region.code, False, "alias", _OTHER_KIND))
    return found
