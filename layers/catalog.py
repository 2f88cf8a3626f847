"""The layers that can be drawn: their names, titles, zooms, fields and legends; needs no database."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["CATALOG", "Field", "LayerSpec", "LegendClass"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(_Frozen):
    """One property of a layer's features, as it stands in the tile; codes, ids and days are text."""

    name: str
    title_zh: str
    title_en: str
    type: Literal["text", "integer", "number", "boolean"] = "text"
    unit: str | None = None


class LegendClass(_Frozen):
    """One colour of a layer with fixed classes: features whose kind is `value` are drawn in `colour` (#rrggbb)."""

    value: str
    title_zh: str
    title_en: str
    colour: str


class LayerSpec(_Frozen):
    """One layer of tiles; `name` is the layer's name in the URL and inside the tile.

    Zooms are web-map zooms; beyond `max_zoom` the tiles of `max_zoom` are drawn larger. Up to `cells_to` a tile holds
    points that count the rows of a cell, from the next zoom on the rows. `labels`: a second layer in the tile,
    `<name>_label`, has one point for each polygon to write its name at. `personal` layers show single persons' data,
    `counts_people` layers only count people. All are read inside the caller's scope.
    `needs`: who has one of these capabilities may draw it. `reads` are the tables that a tile is made of: when rows of
    theirs change, the tiles around them are made anew; `is_published` layers read one table and have versions.
    `colour` (#rrggbb) is what it is drawn in where no legend says more; `sql` the file in `layers/sql/tiles` that draws
    it. A new layer is one entry here and one such file.
    """

    name: str
    title_zh: str
    title_en: str
    geometry: Literal["polygon", "line", "point"]
    min_zoom: int
    max_zoom: int
    cells_to: int | None = None
    fields: tuple[Field, ...]
    legend: tuple[LegendClass, ...] = ()
    colour: str
    labels: bool = False
    is_published: bool = False
    personal: bool = False
    counts_people: bool = False
    needs: tuple[str, ...]
    reads: tuple[str, ...]
    sql: str


_KIND = Field(name="kind", title_zh="类别", title_en="Kind")
_NAME = Field(name="name", title_zh="名称", title_en="Name")
_GRID_NO = Field(name="grid_no", title_zh="网格编号", title_en="Grid number")
_HOUSEHOLDS = Field(name="households", title_zh="户数", title_en="Households", type="integer", unit="households")
_LOAD = Field(name="load", title_zh="工作量", title_en="Load", type="integer", unit="households")
_VILLAGE = Field(name="village", title_zh="村（社区）代码", title_en="Village code")
_COUNT = Field(name="count", title_zh="数量", title_en="Count", type="integer")
_ID = Field(name="id", title_zh="编号", title_en="Id")
_REGION_FIELDS = (
    Field(name="code", title_zh="区划代码", title_en="Region code"),
    _NAME,
    Field(name="synthetic", title_zh="合成数据", title_en="Synthetic", type="boolean"),
)
_GRID_FIELDS = (
    _GRID_NO,
    _KIND,
    _LOAD,
    _NAME,
    _VILLAGE,
    Field(name="deviation", title_zh="偏差", title_en="Deviation", type="number", unit="ratio"),
)
_PLAN_FIELDS = (
    Field(name="plan_id", title_zh="方案编号", title_en="Plan"),
    Field(name="status", title_zh="状态", title_en="Status"),
    _VILLAGE,
    Field(name="seq", title_zh="序号", title_en="Sequence", type="integer"),
    _KIND,
    _NAME,
    _LOAD,
)
_DUTY_FIELDS = (
    _GRID_NO,
    _NAME,
    Field(name="holders", title_zh="网格员", title_en="Field workers"),
    Field(name="duties", title_zh="在岗人数", title_en="On duty", type="integer"),
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
_PLAN_LEGEND = (
    LegendClass(value="basic", title_zh="基础网格", title_en="Basic grid", colour="#b4690e"),
    LegendClass(value="exclusive", title_zh="专属网格", title_en="Exclusive grid", colour="#7a3e9d"),
)
_GRID_READERS = ("grid:read",)


def _region(name: str, title_zh: str, title_en: str, zooms: tuple[int, int], colour: str) -> LayerSpec:
    return LayerSpec(
        name=name,
        title_zh=title_zh,
        title_en=title_en,
        geometry="polygon",
        min_zoom=zooms[0],
        max_zoom=zooms[1],
        fields=_REGION_FIELDS,
        colour=colour,
        labels=True,
        is_published=True,
        needs=("region:read",),
        reads=("region",),
        sql="region.sql",
    )


def _sites(name: str, title_zh: str, title_en: str, colour: str) -> LayerSpec:
    return LayerSpec(
        name=name,
        title_zh=title_zh,
        title_en=title_en,
        geometry="point",
        min_zoom=13,
        max_zoom=16,
        fields=(_ID, _KIND, _NAME),
        colour=colour,
        needs=_GRID_READERS,
        reads=(name,),
        sql=f"{name}.sql",
    )


_LAYERS = (
    _region("province", "省（自治区、直辖市）", "Provinces", (3, 9), "#1d2930"),
    _region("prefecture", "市（州）", "Prefectures", (4, 10), "#26343d"),
    _region("county", "县（市、区）", "Counties", (5, 12), "#2f3e47"),
    _region("township", "乡镇（街道）", "Townships", (8, 14), "#44545e"),
    _region("village", "村（社区）", "Villages", (10, 15), "#61717b"),
    LayerSpec(
        name="grid",
        title_zh="网格",
        title_en="Grids",
        geometry="polygon",
        min_zoom=9,
        max_zoom=16,
        fields=_GRID_FIELDS,
        colour="#66757e",
        labels=True,
        is_published=True,
        needs=_GRID_READERS,
        reads=("grid",),
        sql="grid.sql",
    ),
    LayerSpec(
        name="plan",
        title_zh="划分方案",
        title_en="Plans",
        geometry="polygon",
        min_zoom=11,
        max_zoom=16,
        fields=_PLAN_FIELDS,
        colour="#b4690e",
        legend=_PLAN_LEGEND,
        needs=("plan:read",),
        reads=("plan", "plan_grid"),
        sql="plan.sql",
    ),
    LayerSpec(
        name="duty",
        title_zh="网格职责",
        title_en="Duties",
        geometry="polygon",
        min_zoom=11,
        max_zoom=16,
        fields=_DUTY_FIELDS,
        colour="#2b6f4f",
        needs=("account:manage", "plan:read"),
        reads=("grid", "duty", "account"),
        sql="duty.sql",
    ),
    LayerSpec(
        name="barrier",
        title_zh="界线",
        title_en="Barriers",
        geometry="line",
        min_zoom=9,
        max_zoom=16,
        fields=(_KIND, Field(name="hard", title_zh="不可跨越", title_en="Hard", type="boolean")),
        colour="#7d7d7d",
        legend=_BARRIER_LEGEND,
        needs=_GRID_READERS,
        reads=("barrier", "region"),
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
        colour="#1d7a3e",
        needs=_GRID_READERS,
        reads=("link", "region"),
        sql="link.sql",
    ),
    LayerSpec(
        name="building",
        title_zh="楼栋",
        title_en="Buildings",
        geometry="polygon",
        min_zoom=8,
        max_zoom=16,
        cells_to=13,
        fields=(_COUNT, _ID, _HOUSEHOLDS, _GRID_NO),
        colour="#8d8478",
        counts_people=True,
        needs=_GRID_READERS,
        reads=("building", "house", "household"),
        sql="building.sql",
    ),
    _sites("facility", "设施", "Facilities", "#1b7f79"),
    _sites("organisation", "单位", "Organisations", "#6b5b95"),
    _sites("place", "地点", "Places", "#7a6a1c"),
    LayerSpec(
        name="house",
        title_zh="房屋",
        title_en="Houses",
        geometry="point",
        min_zoom=8,
        max_zoom=16,
        cells_to=13,
        fields=(_COUNT, _ID, _GRID_NO),
        colour="#3d5a73",
        personal=True,
        needs=("house:read",),
        reads=("house",),
        sql="house.sql",
    ),
    LayerSpec(
        name="incident",
        title_zh="事件",
        title_en="Incidents",
        geometry="point",
        min_zoom=8,
        max_zoom=16,
        cells_to=13,
        fields=(_COUNT, _ID, _KIND, Field(name="occurred_on", title_zh="发生日期", title_en="Occurred on")),
        colour="#c2410c",
        personal=True,
        needs=("case:open",),
        reads=("incident", "review"),
        sql="incident.sql",
    ),
)

CATALOG: Mapping[str, LayerSpec] = {spec.name: spec for spec in _LAYERS}
