"""What a text says about a house, and which houses of the register it fits: is it ambiguous, or lost?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

__all__ = ["PARTS", "House", "Register", "Statement", "bare_region"]

PARTS = ("street", "estate", "hamlet", "group_no", "number", "building_no", "unit", "room")
COUNTY, TOWNSHIP, VILLAGE = 6, 9, 12
ENDS = (
    "社区居民委员会",
    "社区村民委员会",
    "村村民委员会",
    "村民委员会",
    "社区居委会",
    "社区村委会",
    "居民委员会",
    "村委会",
    "居委会",
    "社区",
)
PEOPLES = re.findall(
    r"\S+",
    "彝 白 哈尼 壮 傣 苗 回 傈僳 拉祜 佤 纳西 瑶 藏 景颇 布朗 布依 普米 阿昌 怒 基诺 德昂 蒙古 独龙 满 水 仡佬 各",
)
Parts = Mapping[str, str | None]


@dataclass(frozen=True)
class House:
    """A row of the gazetteer: its number there, its village and the parts of its address (None where absent)."""

    at: int
    village: str
    parts: Parts


@dataclass(frozen=True)
class Statement:
    """What a careful reader takes from a text: the regions it may mean, and parts as they are in the register.

    `dropped` are parts that the house has and the text does not tell.
    """

    regions: tuple[str, ...]
    parts: Parts
    dropped: frozenset[str] = field(default=frozenset())

    def says(self, **parts: str | None) -> Statement:
        """Give the statement with other parts."""
        return replace(self, parts={**self.parts, **parts})


def bare_region(name: str) -> str:
    """Give the name of a village, township, county or prefecture without the words for what it is and who lives there.

    勐海县 gives 勐海, 太邑彝族乡 gives 太邑, 黑林铺社区居民委员会 gives 黑林铺.
    """
    for end in ENDS:
        if name.endswith(end) and len(name) > len(end) + 1:
            return name.removesuffix(end)
    for end in ("自治县", "自治州", "民族乡", "乡"):
        if name.endswith(end):
            short = _without_peoples(name.removesuffix(end))
            if len(short) > 1:
                return short
    for end in ("街道", "镇", "县", "市", "区", "州"):
        if name.endswith(end) and len(name) > len(end) + 1:
            return name.removesuffix(end)
    return name


def _without_peoples(name: str) -> str:
    """Cut the peoples off the end: 双江拉祜族佤族布朗族傣族 gives 双江."""
    again = True
    while again:
        again = False
        for people in PEOPLES:
            if name.endswith(people + "族") and len(name) > len(people) + 2:
                name, again = name.removesuffix(people + "族"), True
    return name


class Register:
    """The houses and regions of the gazetteer, by what a text may say of them."""

    def __init__(self, houses: pd.DataFrame, regions: pd.DataFrame) -> None:
        """Read a frame of `geocoding_gazetteer.build` and one of `read_regions`."""
        self.names: dict[str, str] = dict(zip(regions["code"], regions["name"], strict=True))
        self.villages: list[str] = houses["village_code"].tolist()
        self.rows: list[tuple[str | None, ...]] = list(zip(*(houses[part] for part in PARTS), strict=True))
        self._by_anchor: dict[tuple[str, str | None, str | None], list[int]] = {}
        self._names_in: dict[tuple[str, str], set[str]] = {}
        for at, (village, row) in enumerate(zip(self.villages, self.rows, strict=True)):
            street, estate, hamlet, _, number, building, _, room = row
            county, last = village[:COUNTY], room or number or building
            for slot, name in (("street", street), ("estate", estate), ("hamlet", hamlet)):
                if name:
                    self._by_anchor.setdefault((county, name, last), []).append(at)
                    self._names_in.setdefault((county, slot), set()).add(name)
            if not (street or estate or hamlet):
                self._by_anchor.setdefault((village, None, last), []).append(at)
        self._regions: dict[str, dict[str, list[str]]] = {}
        for code, name in self.names.items():
            if len(code) in (TOWNSHIP, VILLAGE):
                self._regions.setdefault(code[:COUNTY], {}).setdefault(bare_region(name), []).append(code)

    def house(self, at: int) -> House:
        """Give a row."""
        return House(at, self.villages[at], dict(zip(PARTS, self.rows[at], strict=True)))

    def names_in(self, county: str, slot: str) -> set[str]:
        """Give the streets, estates or hamlets of a county."""
        return self._names_in.get((county, slot), set())

    def regions_named(self, county: str, bare: str) -> list[str]:
        """Give the townships and villages of a county with this bare name."""
        return self._regions[county].get(bare, [])

    def regions_of(self, county: str) -> Iterable[tuple[str, list[str]]]:
        """Give the bare names of a county's townships and villages, each with the codes that have it."""
        return self._regions[county].items()

    def fits(self, said: Statement) -> list[int]:
        """Give the houses that the statement may mean, in order.

        A house that has a part which the text does not tell fits only where the true one has it too (`dropped`).
        """
        last = said.parts.get("room") or said.parts.get("number") or said.parts.get("building_no")
        found = [at for key in self._keys(said, last) for at in self._by_anchor.get(key, ())]
        return sorted({at for at in found if self._matches(at, said)})

    def _keys(self, said: Statement, last: str | None) -> Iterable[tuple[str, str | None, str | None]]:
        anchors = [said.parts[slot] for slot in ("estate", "street", "hamlet") if said.parts.get(slot)]
        if anchors:
            return dict.fromkeys((region[:COUNTY], anchors[0], last) for region in said.regions)
        return dict.fromkeys((region, None, last) for region in said.regions)

    def _matches(self, at: int, said: Statement) -> bool:
        if not self.villages[at].startswith(said.regions):
            return False
        for part, value in zip(PARTS, self.rows[at], strict=True):
            if part not in said.dropped and value != said.parts.get(part):
                return False
        return True
