"""Our columns beside those of a table: their heads, and what stands under them for each answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from layers.export.place import Target
from layers.geocode_files.answers import Answer

__all__ = ["LEVELS_ZH", "NUMBERS", "Say", "cells_of", "heads_for"]

Say = Callable[[str, str], str]
"""The words of a reason, of its kind and of what in the text it is about."""

LEVELS_ZH: Mapping[str, str] = {
    "house": "房屋",
    "building": "楼栋",
    "street": "街巷或小区",
    "hamlet": "自然村组",
    "village": "村（社区）",
    "township": "乡镇（街道）",
    "county": "县（市、区）",
    "unplaced": "未定位",
}
_HEADS = ("级别", "半径（米）", "置信度", "原因", "标准地址", "区划代码", "网格编号", "房屋编号", "候选")
_OURS = "（地理编码）"
NUMBERS = (0, 1, 3, 4)
"""Which of our columns hold numbers: the place, the radius, the confidence."""


def heads_for(header: Sequence[str], target: Target) -> list[str]:
    """The Chinese heads of our columns beside a table's own; one that the table has already is marked as ours."""
    ours = [f"经度（{target.label}）", f"纬度（{target.label}）", *_HEADS]
    if not target.in_degrees:
        ours[:2] = [f"东坐标（{target.label}）", f"北坐标（{target.label}）"]
    taken = set(header)
    return [f"{head}{_OURS}" if head in taken else head for head in ours]


def cells_of(answers: Sequence[Answer], target: Target, say: Say) -> list[list[object]]:
    """The cells under `heads_for`, a row for each answer: numbers as numbers, everything else as text.

    Raises:
        Invalid: when a place cannot be told in the CRS of `target`.
    """
    places = target.points([{"lon": answer.lon, "lat": answer.lat} for answer in answers])
    return [[*place, *_cells(answer, say)] for place, answer in zip(places, answers, strict=True)]


def _cells(answer: Answer, say: Say) -> list[object]:
    return [
        LEVELS_ZH[answer.level],
        None if answer.radius_m is None else round(answer.radius_m, 1),
        round(answer.confidence, 3),
        "；".join(say(kind, text) for kind, _, text in answer.reasons),
        answer.address,
        answer.region_code,
        answer.grid_no or "",
        answer.house_id or "",
        "；".join(answer.candidates),
    ]
