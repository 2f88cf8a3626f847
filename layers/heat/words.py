"""The words of a picture of heat, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

__all__ = ["WORDS", "Language", "kinds_line", "length_text"]

Language = Literal["zh", "en"]
WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "title": "{name} 事件热力",
        "period": "{first} 至 {last}（{days} 天），共 {n} 件在图范围内",
        "legend": "件/km²/天",
        "above": "≥ {a}",
        "bandwidth": "高斯核，带宽 {m} 米",
        "unlocated": "另有 {n} 件未定位到街道或待确认，未上图",
        "withheld": "另有 {n} 件所在单元过小，未显示",
        "protected": "受保护：数字按 5 取整，少于 5 件的单元已合并",
        "kinds": "类别：{kinds}",
        "all_kinds": "类别：全部",
        "and_more": "{kinds} 等 {n} 类",
        "between": "、",
        "made_on": "制图日期 {day}",
        "synthetic": "合成数据，非真实统计",
        "north": "北",
    },
    "en": {
        "title": "{name}: incident heat",
        "period": "{first} to {last} ({days} days), {n} incidents in the picture",
        "legend": "per km² per day",
        "above": "≥ {a}",
        "bandwidth": "Gaussian, bandwidth {m} m",
        "unlocated": "{n} more are not known to their street or wait for review: not drawn",
        "withheld": "{n} more lie in cells too small to show",
        "protected": "Protected: figures in fives, cells under 5 merged",
        "kinds": "Kinds: {kinds}",
        "all_kinds": "Kinds: all",
        "and_more": "{kinds} and others, {n} in all",
        "between": ", ",
        "made_on": "Made on {day}",
        "synthetic": "Synthetic data, no real statistics",
        "north": "N",
    },
}


def kinds_line(kinds: Sequence[str] | None, words: Mapping[str, str], fits: Callable[[str], bool]) -> str:
    """The kinds that were counted (None: all), and how many they are where not all of their names fit into a line."""
    if kinds is None:
        return words["all_kinds"]
    whole = words["kinds"].format(kinds=words["between"].join(kinds))
    shorter = (
        words["kinds"].format(kinds=words["and_more"].format(kinds=words["between"].join(kinds[:n]), n=len(kinds)))
        for n in range(len(kinds) - 1, 0, -1)
    )
    return next((line for line in (whole, *shorter) if fits(line)), whole)


def length_text(length_m: float) -> str:
    """A length in metres or kilometres."""
    return f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
