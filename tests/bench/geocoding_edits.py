"""One slip of the fingers or of the eye in a Chinese text: a homophone, a look-alike, a character lost or doubled."""

from __future__ import annotations

import random
from functools import cache

from pypinyin import lazy_pinyin

__all__ = ["KINDS", "edit_at", "may_become"]

KINDS = ("homophone", "look-alike", "dropped", "doubled", "swapped", "inserted", "width")
# How often each: most Chinese is typed by pinyin.
WEIGHTS = (34, 18, 16, 8, 8, 10, 6)
LOOK_ALIKE = (
    "未末朱 士土 己已巳 日曰目 大太犬 人入八 干千于 天夫无 木本术 东车 田由甲申 王玉主 石右 洱饵 河何 洞铜 "
    "坡披波 坪评平 苑范 园圆团围 官宫 治冶 乌鸟 令今 住往佳 候侯 拔拨 沾沽 泸沪 徐除 陈阵 段殷 杨扬 李季 刘列 "
    "村材 街衔 号亏 栋冻 室宝 组祖 乡多 县具 区匹 社杜 委季 小少 上土止 下卞 丁了 刀力 白百 自目 贝见 风凤 "
    "几九 儿几 广厂 井开 牛午 毛手 云去 心必 永水 民氏 光先 兴关 华毕 阳阴 明朋 昆毘 建健 新斯 龙尤 金全 银根 "
    "山出 岩若 塘糖 塔搭 墨黑 翠粹 湖糊 沙抄 湾弯 清请 情晴 浦捕 溪奚 桥侨 桃挑 梨犁 柏拍 松忪 栗粟票 麻床 "
    "荞乔 茶荼 菜采 茂芨 营菅 寨塞 箐菁 哨消 屯毛 庄压 冲仲 坝贝 凹四 登凳 勐孟 曼蔓 芒茫 邦帮 弄异 洪拱 景影 "
    "迈万 岗冈 陇拢 潞路 瑞端 鹤鹳 巍魏 漾样 弥弦 永泳 镇慎 州川 市巾 元无 单草 门们 房户 期其"
)
RADICALS = dict(
    zip("大小山水石田金西龙马牛羊土木门长青白竹里", "⼤⼩⼭⽔⽯⽥⾦⻄⻰⻢⽜⽺⼟⽊⻔⻓⻘⽩⽵⾥", strict=True)
)
FULL_WIDTH = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
# What fingers add by accident: never a digit or a numeral, which would be another address.
STRAY = "的了是在不我有中来个和国地到大里说就去子得也那要下看天时过出小么起你都把好还多没为又可家学只以主会样年想能"
# Sounds that many in Yunnan do not tell apart, and that input methods offer for each other.
BLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"))


@cache
def _common() -> tuple[str, ...]:
    """The 3,755 most used characters (GB 2312, level 1)."""
    codes = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return tuple(code.decode("gb2312") for code in codes if not (code[0] == 0xD7 and code[1] > 0xF9))


@cache
def _by_sound() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for character in _common():
        found.setdefault(lazy_pinyin(character)[0], []).append(character)
    return found


@cache
def _alike() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group in LOOK_ALIKE.split():
        for one in group:
            found.setdefault(one, []).extend(other for other in group if other != one)
    return found


def edit_at(text: str, at: int, rng: random.Random) -> tuple[str, str]:
    """Give the text with one edit at (or beside) a character, and the kind of the edit: one that suits it."""
    while True:
        kind = rng.choices(KINDS, WEIGHTS)[0]
        edited = _edit(text, at, kind, rng)
        if edited != text:
            return edited, kind


def may_become(name: str, text: str, kind: str) -> bool:
    """Whether one edit of this kind makes this text of the name."""
    if kind == "dropped":
        return len(name) == len(text) + 1 and text in _without_one(name)
    if kind in ("inserted", "doubled"):
        return len(text) == len(name) + 1 and name in _without_one(text)
    differ = [(one, other) for one, other in zip(name, text, strict=False) if one != other]
    if len(name) != len(text) or not 0 < len(differ) < 3:
        return False
    if kind == "swapped":
        return len(differ) == 2 and differ[0] == differ[1][::-1]
    one, other = differ[0]
    return len(differ) == 1 and (
        _sound(one) == _sound(other) if kind == "homophone" else other in _alike().get(one, [])
    )


def _sound(character: str) -> str:
    """Give the sound without what many do not tell apart."""
    sound = lazy_pinyin(character)[0]
    for long, short in BLURRED:
        sound = sound.replace(long, short)
    return sound


def _without_one(text: str) -> set[str]:
    return {text[:at] + text[at + 1 :] for at in range(len(text))}


def _edit(text: str, at: int, kind: str, rng: random.Random) -> str:
    one = text[at]
    head, tail = text[:at], text[at + 1 :]
    if kind == "dropped":
        return head + tail
    if kind == "doubled":
        return head + one + one + tail
    if kind == "swapped":
        return head + tail[0] + one + tail[1:] if tail else text
    if kind == "inserted":
        return head + one + rng.choice(STRAY) + tail
    others = _homophones(one, rng) if kind == "homophone" else _alike().get(one, [])
    if kind == "width":
        others = [RADICALS[one]] if one in RADICALS else [one.translate(FULL_WIDTH)]
    return head + rng.choice(others) + tail if others else text


def _homophones(one: str, rng: random.Random) -> list[str]:
    """Other common characters of the same sound (without its tone), or of one taken for it."""
    if one not in _known():
        return []
    sound = lazy_pinyin(one)[0]
    if rng.random() < 0.15:
        sound = _blur(sound, rng)
    return [other for other in _by_sound().get(sound, []) if other != one]


@cache
def _known() -> frozenset[str]:
    return frozenset(character for same in _by_sound().values() for character in same)


def _blur(sound: str, rng: random.Random) -> str:
    ways = [sound.replace(*pair, 1) for pair in BLURRED if pair[0] in sound]
    ways += [sound.replace(short, long, 1) for long, short in BLURRED if short in sound and long not in sound]
    return rng.choice(ways) if ways else sound
