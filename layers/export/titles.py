"""What a table on paper calls the codes in its rows, in Chinese like its heads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from layers.db import ReadConnection
from layers.kinds import Extendable, kinds

__all__ = ["Titles", "titles_of"]

Titles = Mapping[str, Mapping[str, str]]
"""By column, by code."""

_OUTCOMES = {"met": "见到住户", "absent": "家中无人", "refused": "拒绝走访", "moved_out": "已搬走", "vacant": "空置"}
_TITLES: Titles = {
    "level": {
        "house": "定位到房屋",
        "building": "定位到楼栋",
        "street": "定位到街道",
        "hamlet": "定位到自然村",
        "village": "只知所在村",
        "township": "只知所在乡镇",
        "county": "只知所在县",
        "unplaced": "地点不明",
    },
    "source": {"made": "演示数据", "reported": "网格员上报", "geocoded": "按地址定位", "drawn": "地图选点"},
    "last_outcome": _OUTCOMES,
    "outcome": _OUTCOMES,
    "visit_state": {"never": "未走访", "overdue": "已逾期", "due": "待走访", "done": "已完成"},
    "sex": {"m": "男", "f": "女"},
    "residence": {"registered": "户籍", "mobile": "流动", "left_behind": "留守", "abroad": "境外"},
    "status": {"active": "在岗", "proposed": "拟任"},
}
_FIXED_KINDS: Titles = {
    "grid": {"basic": "基础网格", "exclusive": "专属网格"},
    "barrier": {
        "river": "河流",
        "lake": "湖泊",
        "railway": "铁路",
        "motorway": "高速公路",
        "street": "街道",
        "ridge": "山脊",
        "group": "村民小组界",
    },
    "link": {"bridge": "桥梁", "tunnel": "隧道", "crossing": "道口", "ford": "涉水点", "drawn": "手绘通道"},
}


async def titles_of(connection: ReadConnection, layer: str) -> Titles:
    """The titles of the codes in a layer's columns, those of a county's own kinds among them."""
    if layer in get_args(Extendable):
        own = {kind.code: kind.name_zh for kind in await kinds(connection, layer)}  # type: ignore[arg-type]  # just asked
        return {**_TITLES, "kind": own}
    return {**_TITLES, "kind": _FIXED_KINDS.get(layer, {})}
