"""The layers that can be drawn: their names, titles, zooms, fields and legends; needs no database."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["CATALOG", "Field", "LayerSpec", "LegendClass"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(_Frozen):
    """One property of a layer's features, as it stands in the tile."""

    name: str
    title_zh: str
    title_en: str
    unit: str | None = None


class LegendClass(_Frozen):
    """One colour of a layer with fixed classes: features whose kind is `value` are drawn in `colour` (#rrggbb)."""

    value: str
    title_zh: str
    title_en: str
    colour: str


class LayerSpec(_Frozen):
    """One layer of tiles; `name` is the layer's name in the URL and inside the tile.

    Zooms are web-map zooms; beyond `max_zoom` the tiles of `max_zoom` are drawn larger.
    `personal` layers show single persons' data, to callers who may open them; `counts_people` layers only count people.
    Both are read inside the caller's scope. `sql` is the file that draws the layer, in `layers/sql/tiles`.
    A new layer is one entry here and one such file.
    """

    name: str
    title_zh: str
    title_en: str
    geometry: Literal["polygon", "line", "point"]
    min_zoom: int
    max_zoom: int
    fields: tuple[Field, ...]
    legend: tuple[LegendClass, ...] = ()
    personal: bool = False
    counts_people: bool = False
    sql: str


_KIND = Field(name="kind", title_zh="类别", title_en="Kind")
_NAME = Field(name="name", title_zh="名称", title_en="Name")
_GRID_NO = Field(name="grid_no", title_zh="网格编号", title_en="Grid number")
_HOUSEHOLDS = Field(name="households", title_zh="户数", title_en="Households", unit="households")
_REGION_FIELDS = (
    Field(name="code", title_zh="区划代码", title_en="Region code"),
    _NAME,
    Field(name="synthetic", title_zh="合成数据", title_en="Synthetic"),
)
_GRID_FIELDS = (
    _GRID_NO,
    _KIND,
    Field(name="load", title_zh="工作量", title_en="Load", unit="households"),
    _NAME,
    Field(name="village", title_zh="村（社区）代码", title_en="Village code"),
    Field(name="deviation", title_zh="偏差", title_en="Deviation", unit="ratio"),
)
_BARRIER_LEGEND = (
    LegendClass(value="river", title_zh="河流", title_en="River", colour="#3f7fb5"),
    LegendClass(value="lake", title_zh="湖泊", title_en="Lake", colour="#3f7fb5"),
    LegendClass(value="railway", title_zh="铁路", title_en="Railway", colour="#55504b"),
    LegendClass(value="motorway", title_zh="高速公路", title_en="Motorway", colour="#8a6d1f"),
    LegendClass(value="street", title_zh="街道", title_en="Street", colour="#a39a8f"),
    LegendClass(value="ridge", title_zh="山脊", title_en="Ridge", colour="#7d8f6a"),
    LegendClass(value="group", title_zh="村民小组界", title_en="Villager-group line", colour="#9c8bb0"),
)


def _region(name: str, title_zh: str, title_en: str, min_zoom: int, max_zoom: int) -> LayerSpec:
    return LayerSpec(
        name=name,
        title_zh=title_zh,
        title_en=title_en,
        geometry="polygon",
        min_zoom=min_zoom,
        max_zoom=max_zoom,
        fields=_REGION_FIELDS,
        sql="region.sql",
    )


_LAYERS = (
    _region("county", "县（市、区）", "Counties", 5, 12),
    _region("township", "乡镇（街道）", "Townships", 8, 14),
    _region("village", "村（社区）", "Villages", 10, 15),
    LayerSpec(
        name="grid",
        title_zh="网格",
        title_en="Grids",
        geometry="polygon",
        min_zoom=9,
        max_zoom=16,
        fields=_GRID_FIELDS,
        sql="grid.sql",
    ),
    LayerSpec(
        name="barrier",
        title_zh="界线",
        title_en="Barriers",
        geometry="line",
        min_zoom=9,
        max_zoom=16,
        fields=(_KIND, Field(name="hard", title_zh="不可跨越", title_en="Hard")),
        legend=_BARRIER_LEGEND,
        sql="barrier.sql",
    ),
    LayerSpec(
        name="link",
        title_zh="通道",
        title_en="Links",
        geometry="line",
        min_zoom=13,
        max_zoom=16,
        fields=(_KIND,),
        sql="link.sql",
    ),
    LayerSpec(
        name="building",
        title_zh="楼栋",
        title_en="Buildings",
        geometry="polygon",
        min_zoom=14,
        max_zoom=16,
        fields=(_HOUSEHOLDS, _GRID_NO),
        counts_people=True,
        sql="building.sql",
    ),
    LayerSpec(
        name="facility",
        title_zh="设施",
        title_en="Facilities",
        geometry="point",
        min_zoom=13,
        max_zoom=16,
        fields=(_KIND, _NAME),
        sql="facility.sql",
    ),
    LayerSpec(
        name="organisation",
        title_zh="单位",
        title_en="Organisations",
        geometry="point",
        min_zoom=13,
        max_zoom=16,
        fields=(_KIND, _NAME),
        sql="organisation.sql",
    ),
    LayerSpec(
        name="place",
        title_zh="地点",
        title_en="Places",
        geometry="point",
        min_zoom=13,
        max_zoom=16,
        fields=(_KIND, _NAME),
        sql="place.sql",
    ),
    LayerSpec(
        name="house",
        title_zh="房屋",
        title_en="Houses",
        geometry="point",
        min_zoom=15,
        max_zoom=16,
        fields=(_GRID_NO,),
        personal=True,
        sql="house.sql",
    ),
    LayerSpec(
        name="incident",
        title_zh="事件",
        title_en="Incidents",
        geometry="point",
        min_zoom=12,
        max_zoom=16,
        fields=(_KIND, Field(name="occurred_on", title_zh="发生日期", title_en="Occurred on")),
        personal=True,
        sql="incident.sql",
    ),
)

CATALOG: Mapping[str, LayerSpec] = {spec.name: spec for spec in _LAYERS}
