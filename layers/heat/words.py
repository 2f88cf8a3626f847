"""The words of a picture of heat, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

__all__ = ["WORDS", "Language", "length_text"]

Language = Literal["zh", "en"]
WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "title": "{name} 事件热力",
        "period": "{first} 至 {last}（{days} 天），共 {n} 件在图范围内",
        "legend": "件/km²/天",
        "above": "≥ {a}",
        "bandwidth": "高斯核，带宽 {m} 米",
        "unlocated": "另有 {n} 件未定位到街道或待复核，未上图",
        "withheld": "另有 {n} 件所在单元过小，未显示",
        "protected": "受保护：数字按 5 取整，少于 5 件的单元已合并",
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
        "north": "N",
    },
}


def length_text(length_m: float) -> str:
    """A length in metres or kilometres."""
    return f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
