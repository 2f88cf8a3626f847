"""Noise generator A: addresses as people type them, to fit confidence; never used to report figures."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache

from pypinyin import Style, lazy_pinyin

__all__ = ["write"]

COMMON = (
    "人民路大理市村镇东西南北中上下新民青龙河山水石桥头坝坪坡田沟箐湾井树林竹松柏杨柳花果园阳光小区家苑城花苑华庭"
    "明德文化学府光辉建设解放胜利和平团结友谊兴旺富贵安宁康乐福禄寿喜金银铜铁玉珠宝红黄蓝绿白黑大小高低长短老幼双三"
)
SHAPES = (
    "人入八",
    "未末木本",
    "土士工干千",
    "日曰目白自",
    "田由甲申",
    "己已巳",
    "大太犬天夫",
    "坡坂披",
    "坪评平",
    "河何",
    "村材付",
    "路洛络",
    "街衔",
    "庄压",
    "桥娇",
    "石右古",
    "东乐",
    "西酉四",
    "南楠",
    "沟构",
    "湾弯",
    "阳阴",
    "光先",
    "小少",
    "区匹",
    "苑宛",
    "园圆团",
    "新亲",
    "民氏",
    "龙尤",
    "井开并",
    "栋冻",
    "号弓",
    "单早",
    "元无",
)
FIGURES = "零一二三四五六七八九"


@cache
def _by_sound() -> Mapping[str, str]:
    found: dict[str, str] = defaultdict(str)
    for code in range(0x4E00, 0x9FA6):
        char = chr(code)
        try:
            char.encode("gb2312")
        except UnicodeEncodeError:
            continue
        found[lazy_pinyin(char, style=Style.NORMAL)[0]] += char
    return found


def write(
    address: Mapping[str, str | None], names: Mapping[str, str], rng: random.Random, *, typo: bool
) -> tuple[str, str | None]:
    """A text for a row of `geocoding_gazetteer.build`, and the region stated beside it (None: none).

    `names` are those of all regions by code. With `typo` it carries one edit.
    """
    regions, within = _regions(address, names, rng)
    text = regions + _inside(address, rng)
    if typo:
        text = _edit(text, rng)
    return _dress(text, rng), within


def _regions(address: Mapping[str, str | None], names: Mapping[str, str], rng: random.Random) -> tuple[str, str | None]:
    village = address["village_code"] or ""
    levels = {length: names[village[:length]] for length in (2, 4, 6, 9, 12)}
    needs_village = not address["street"] and not address["estate"]
    within = None
    kept = [length for length in (2, 4) if rng.random() < 0.5]
    if rng.random() < 0.2:
        within = village[: rng.choice((6, 9))]
        kept = []
    if within is None or rng.random() < 0.3:
        kept.append(6)
    if rng.random() < (0.85 if needs_village else 0.6):
        kept.append(9)
    if rng.random() < (0.98 if needs_village else 0.35):
        kept.append(12)
    text = "".join(_region(levels[length], length, rng) for length in kept)
    if rng.random() < 0.04:
        text = "".join(_region(levels[length], length, rng) for length in kept if length <= 6) + text
    return text, within


def _region(name: str, length: int, rng: random.Random) -> str:
    if length == 12:
        for ending in ("社区居民委员会", "村民委员会", "社区居委会", "居委会", "村委会", "社区"):
            if name.endswith(ending):
                stem = name[: -len(ending)]
                endings = (
                    ("社区", "居委会", "社区居委会")
                    if "社区" in ending or "居" in ending
                    else ("村委会", "村", "村民委员会")
                )
                return stem + (rng.choice(endings) if rng.random() < 0.9 or len(stem) < 2 else "")
    if length <= 6 and rng.random() < 0.3 and len(name) > 2 and "自治" not in name:
        return name[:-1]
    return name


def _inside(address: Mapping[str, str | None], rng: random.Random) -> str:
    text = ""
    number, building, unit, room = (address[name] for name in ("number", "building_no", "unit", "room"))
    if address["street"]:
        text += address["street"] + _door(number, rng)
        text += "院" if building and not address["estate"] and rng.random() < 0.6 else ""
        text += address["estate"] or ""
    else:
        text += (address["estate"] or "") + (address["hamlet"] or "")
        if address["group_no"]:
            word = rng.choice(("组", "组", "组", "社", "村民小组", "小组"))
            text += _figure(address["group_no"], rng) + word
        text += _door(number, rng)
    return text + _rooms(building, unit, room, rng)


def _door(number: str | None, rng: random.Random) -> str:
    if number is None:
        return ""
    door, _, sub = number.partition("附")
    tail = rng.choice(("附", "付")) + sub + rng.choice(("号", "")) if sub else ""
    return _figure(door, rng) + "号" + tail


def _rooms(building: str | None, unit: str | None, room: str | None, rng: random.Random) -> str:
    said = [value for value in (building, unit, room) if value]
    if len(said) == 3 and rng.random() < 0.15:
        return "-".join(said)
    text = ""
    if building:
        text += (_figure(building, rng) if building.isdigit() else building) + rng.choice(
            ("栋", "栋", "幢", "座", "号楼")
        )
    if unit:
        text += _figure(unit, rng) + rng.choice(("单元", "单元", "门" if room else "单元"))
    return text + (room + rng.choice(("室", "室", "号", "", "房")) if room else "")


def _figure(number: str, rng: random.Random) -> str:
    if rng.random() > 0.06 or not number.isdigit() or not 0 < int(number) < 100:
        return number
    tens, ones = divmod(int(number), 10)
    ten = ("" if tens == 1 else FIGURES[tens]) + "十" if tens else ""
    return ten + (FIGURES[ones] if ones else "")


def _edit(text: str, rng: random.Random) -> str:
    places = [at for at, char in enumerate(text) if not char.isdigit() or rng.random() < 0.15]
    at = rng.choice(places)
    edits: tuple[Callable[[str, int, random.Random], str], ...] = (
        _homophone,
        _homophone,
        _shape,
        _drop,
        _double,
        _swap,
        _insert,
    )
    return rng.choice(edits)(text, at, rng)


def _homophone(text: str, at: int, rng: random.Random) -> str:
    same = [char for char in _by_sound()[lazy_pinyin(text[at], style=Style.NORMAL)[0]] if char != text[at]]
    return text[:at] + rng.choice(same) + text[at + 1 :] if same else text


def _shape(text: str, at: int, rng: random.Random) -> str:
    like = next((group.replace(text[at], "") for group in SHAPES if text[at] in group), COMMON)
    return text[:at] + rng.choice(like) + text[at + 1 :]


def _drop(text: str, at: int, rng: random.Random) -> str:
    return text[:at] + text[at + 1 :]


def _double(text: str, at: int, rng: random.Random) -> str:
    return text[:at] + text[at] + text[at:]


def _swap(text: str, at: int, rng: random.Random) -> str:
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


def _insert(text: str, at: int, rng: random.Random) -> str:
    return text[:at] + rng.choice(COMMON) + text[at:]


def _dress(text: str, rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.05:
        return text.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789"})
    if chance < 0.08:
        return f"{text}(村口附近)"
    if chance < 0.11:
        return f"{text} 138{rng.randrange(10**8):08d}"
    if chance < 0.15:
        at = rng.randrange(len(text) + 1)
        return text[:at] + rng.choice((" ", "，")) + text[at:]
    return text
