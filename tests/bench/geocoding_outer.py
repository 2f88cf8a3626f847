"""The regions of an address as people write them: short, old, doubled, or left out."""

from __future__ import annotations

import random
from dataclasses import replace

from bench.geocoding_pieces import Draft, Piece
from bench.geocoding_truth import ENDS, Register, Statement, bare_region

__all__ = ["outer_pieces"]

PREFECTURE, COUNTY, TOWNSHIP, VILLAGE = 4, 6, 9, 12
# Names that were official within living memory.
OLD = {
    "5308": ("思茅地区", "思茅市"),
    "5307": ("丽江地区",),
    "5303": ("曲靖地区",),
    "5304": ("玉溪地区",),
    "5305": ("保山地区",),
    "5306": ("昭通地区",),
    "5309": ("临沧地区",),
    "530114": ("呈贡县",),
    "530115": ("晋宁县",),
    "530126": ("路南县", "路南彝族自治县"),
    "530113": ("东川市",),
    "530303": ("沾益县",),
    "530304": ("马龙县",),
    "530403": ("江川县",),
    "530481": ("澄江县",),
    "530581": ("腾冲县",),
    "530681": ("水富县",),
    "530902": ("临沧县",),
    "530802": ("翠云区",),
    "530821": ("普洱县",),
    "532302": ("禄丰县",),
    "532503": ("蒙自县",),
    "532504": ("弥勒县",),
    "532601": ("文山县",),
    "533103": ("潞西市", "潞西县"),
    "533301": ("泸水县",),
    "533401": ("中甸县", "香格里拉县"),
    "532301": ("楚雄县",),
    "530181": ("安宁县",),
    "530381": ("宣威县",),
}
RURAL = "200"


def outer_pieces(draft: Draft, register: Register, rng: random.Random) -> list[Piece]:
    """Give the pieces of the regions; sets the office (`within`) and narrows or widens what is said of the place."""
    village = draft.house.village
    rural = bool(draft.house.parts["hamlet"] or draft.house.parts["group_no"])
    says_county = rng.random() < 0.72
    says_township = rng.random() < (0.75 if says_county else 0.6)
    usual = 0.96 if rural else 0.3 if draft.house.parts["street"] else 0.55
    # Groups that are only numbered are found by their village alone.
    only_numbered = rural and not draft.house.parts["hamlet"]
    says_village = only_numbered or rng.random() < usual
    if not says_county:
        draft.within = village[: TOWNSHIP if rng.random() < 0.35 else COUNTY]
        draft.forms.append("no_county")
    elif rng.random() < 0.35:
        draft.within = village[: TOWNSHIP if rng.random() < 0.3 else COUNTY]
    if not says_township:
        draft.forms.append("no_township")
    if rural and not says_village:
        draft.forms.append("no_village")
    pieces = _above(draft, register, says_county, says_township, rng)
    if says_township:
        pieces.append(Piece(_township(register.names[village[:TOWNSHIP]], draft, rng), "township"))
    if says_village:
        pieces.append(Piece(_village(register.names[village], draft, rng), "village"))
    draft.said = _placed(draft, register, says_township, says_village)
    return _doubled(pieces, draft, register, rng) if says_county else pieces


def _placed(draft: Draft, register: Register, says_township: bool, says_village: bool) -> Statement:
    """Give what is said with the regions that the text leaves possible."""
    village = draft.house.village
    known = TOWNSHIP if says_township or len(draft.within or "") == TOWNSHIP else COUNTY
    regions = (village[:known],)
    if says_village:
        same = register.regions_named(village[:COUNTY], bare_region(register.names[village]))
        regions = tuple(code for code in same if len(code) == VILLAGE and code.startswith(village[:known]))
    return replace(draft.said, regions=regions)


def _above(draft: Draft, register: Register, says_county: bool, says_township: bool, rng: random.Random) -> list[Piece]:
    """Give province, prefecture and county."""
    if not says_county:
        return []
    village = draft.house.village
    pieces = []
    if rng.random() < 0.4:
        pieces.append(Piece(rng.choice(("云南省", "云南省", "云南")), "province"))
    if rng.random() < 0.45:
        pieces.append(Piece(_prefecture(village[:PREFECTURE], draft, register, rng), "prefecture"))
    # 大理 alone may be the prefecture; with its township, or for an office, it is not.
    sure = says_township or draft.within is not None or len(pieces) > 1
    pieces.append(Piece(_county(village[:COUNTY], draft, register, sure, rng), "county"))
    return pieces


def _prefecture(code: str, draft: Draft, register: Register, rng: random.Random) -> str:
    name = register.names[code]
    if code in OLD and rng.random() < 0.06:
        draft.forms.append("old_name")
        return rng.choice(OLD[code])
    if name.endswith("自治州") and rng.random() < 0.7:
        draft.forms.append("short_people")
        return bare_region(name) + rng.choice(("州", "州", ""))
    return bare_region(name) if rng.random() < 0.12 else name


def _county(code: str, draft: Draft, register: Register, sure: bool, rng: random.Random) -> str:
    name = register.names[code]
    if code in OLD and rng.random() < 0.12:
        draft.forms.append("old_name")
        return rng.choice(OLD[code])
    if name.endswith("自治县") and rng.random() < 0.6:
        draft.forms.append("short_people")
        return bare_region(name) + ("县" if rng.random() < 0.8 or not sure else "")
    if sure and rng.random() < 0.12:
        draft.forms.append("short_county")
        return bare_region(name)
    return name


def _township(name: str, draft: Draft, rng: random.Random) -> str:
    short, chance = bare_region(name), rng.random()
    if name.endswith("街道"):
        if chance < 0.25:
            return name + rng.choice(("办事处", "办", "办事处"))
        if chance < 0.29 and len(short) > 1:
            draft.forms.append("old_status")
            return short + "镇"
    elif name.endswith("乡") and "族" in name and chance < 0.5:
        draft.forms.append("short_people")
        return short + rng.choice(("乡", "乡", "民族乡"))
    elif name.endswith("镇") and chance < 0.03:
        draft.forms.append("old_status")
        return short + "乡"
    if chance > 0.82 and short != name:
        draft.forms.append("bare_township")
        return short
    return name


def _village(name: str, draft: Draft, rng: random.Random) -> str:
    end = next((end for end in sorted(ENDS, key=len, reverse=True) if name.endswith(end)), "")
    short = bare_region(name)
    if not end or short == name:
        return name
    whole = name.removesuffix("村民委员会").removesuffix("居民委员会").removesuffix("村委会").removesuffix("居委会")
    community = "社区" in end or "居" in end
    if rng.random() < 0.3:
        return name
    if community:
        forms = (
            f"{short}社区",
            f"{short}社区",
            f"{short}社区居委会",
            f"{short}居委会",
            f"{short}社区居民委员会",
            short,
        )
    else:
        stem = whole if whole.endswith("村") else short
        village = stem if stem.endswith("村") else f"{stem}村"
        forms = (
            f"{stem}村委会",
            f"{stem}村委会",
            village,
            village,
            f"{village}委会",
            f"{stem}村民委员会",
            stem,
            f"{stem}办事处",
        )
    chosen = rng.choice(forms)
    draft.forms.append("bare_village" if chosen == short else "village_form")
    return chosen


def _doubled(pieces: list[Piece], draft: Draft, register: Register, rng: random.Random) -> list[Piece]:
    """Some forms print the regions before what people type, who type them again."""
    if rng.random() > 0.05:
        return pieces
    draft.forms.append("doubled")
    village = draft.house.village
    upper = [piece for piece in pieces if piece.slot not in ("township", "village")]
    again = [Piece(register.names[village[:length]], "province") for length in (2, PREFECTURE, COUNTY)]
    chosen = rng.choice((upper, again, again[1:], again[2:], [*again[:1], *again[2:]]))
    return [*chosen, *pieces]
