"""The layers that can be listed and exported: their columns and what they can be filtered by; needs no database."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["LISTS", "Column", "ColumnType", "FilterName", "ListSpec"]

ColumnType = Literal["text", "integer", "number", "moment", "day", "boolean"]
FilterName = Literal["region", "grid", "near", "bbox", "kind", "from", "to", "as_of", "q"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Frozen):
    """One column of a list; codes and ids are text, a moment has its offset, a day is a day in Asia/Shanghai."""

    name: str
    title_zh: str
    title_en: str
    type: ColumnType = "text"


class ListSpec(_Frozen):
    """One layer as a list; `name` is the layer's name in the URL, in a file and in the audit.

    `key` is the column that orders it and that a page goes on after. `geometry` None: its rows have no place.
    `personal` layers hold single persons' data: a box is turned into grid numbers before they are read.
    `by_strips`: its table numbers its points by strips of the map, by which a page of a box is found.
    `queryables` are the columns that a filter of OGC API may name, nothing that tells of a person among them; None: the
    layer is no collection there.
    `sql` is the file that reads it, in `layers/sql/items`. A new list is one entry here and one such file.
    """

    name: str
    title_zh: str
    title_en: str
    geometry: Literal["point", "line", "polygon", "mixed"] | None
    columns: tuple[Column, ...]
    filters: frozenset[FilterName]
    key: Literal["id", "code", "grid_no"] = "id"
    personal: bool = False
    by_strips: bool = False
    queryables: tuple[str, ...] | None = None
    sql: str

    @property
    def moment(self) -> str | None:
        """The queryable that a period is about: when it happened, or since when it is in force."""
        about = ("occurred_at", "visited_at", "begins_at")
        return next((name for name in self.queryables or () if name in about), None)


_ID = Column(name="id", title_zh="编号", title_en="Id")
_REV = Column(name="rev", title_zh="版本", title_en="Revision", type="integer")
_REF = Column(name="ref", title_zh="原编号", title_en="Own key")
_KIND = Column(name="kind", title_zh="类别", title_en="Kind")
_NAME = Column(name="name", title_zh="名称", title_en="Name")
_ADDRESS = Column(name="address", title_zh="地址", title_en="Address")
_SOURCE = Column(name="source", title_zh="来源", title_en="Source")
_GRID_NO = Column(name="grid_no", title_zh="网格编号", title_en="Grid number")
_AREA = Column(name="area_m2", title_zh="面积（平方米）", title_en="Area (m2)", type="number")
_HOUSE_ID = Column(name="house_id", title_zh="房屋编号", title_en="House")
_SYNTHETIC = Column(name="synthetic", title_zh="合成数据", title_en="Synthetic", type="boolean")
_HOUSEHOLDS = Column(name="households", title_zh="户数", title_en="Households", type="integer")
_PLACED = (
    Column(name="level", title_zh="定位级别", title_en="Known to"),
    Column(name="radius_m", title_zh="定位半径（米）", title_en="Radius (m)", type="number"),
)
_VALIDITY = (
    Column(name="begins_at", title_zh="起始时间", title_en="Begins at", type="moment"),
    Column(name="ends_at", title_zh="结束时间", title_en="Ends at", type="moment"),
)
_STAY = (
    Column(name="moved_in_on", title_zh="迁入日期", title_en="Moved in on", type="day"),
    Column(name="moved_out_on", title_zh="迁出日期", title_en="Moved out on", type="day"),
)
_REGION = (
    Column(name="code", title_zh="区划代码", title_en="Region code"),
    _NAME,
    Column(name="parent_code", title_zh="上级代码", title_en="Parent code"),
    Column(name="mca_code", title_zh="民政代码", title_en="Civil-affairs code"),
    _AREA,
    _SYNTHETIC,
    _SOURCE,
    *_VALIDITY,
)
_GRID = (
    _GRID_NO,
    _KIND,
    _NAME,
    Column(name="village", title_zh="村（社区）代码", title_en="Village code"),
    Column(name="load", title_zh="工作量（户）", title_en="Load (households)", type="integer"),
    _AREA,
    *_VALIDITY,
)
_BARRIER = (_ID, _KIND, Column(name="hard", title_zh="不可跨越", title_en="Hard", type="boolean"), _NAME, _SOURCE)
_USE = Column(name="use", title_zh="用途", title_en="Use")
_BUILDING = (_ID, _REV, _REF, _NAME, _USE, _ADDRESS, _HOUSEHOLDS, _GRID_NO, *_PLACED, _SOURCE)
_HOUSE = (
    _ID,
    _REV,
    _REF,
    _ADDRESS,
    _GRID_NO,
    *_PLACED,
    Column(name="building_id", title_zh="楼栋编号", title_en="Building"),
    _HOUSEHOLDS,
    Column(name="last_visit_at", title_zh="最近走访时间", title_en="Last visit at", type="moment"),
    Column(name="last_outcome", title_zh="最近走访结果", title_en="Last outcome"),
    Column(name="next_due_on", title_zh="下次走访日期", title_en="Next due on", type="day"),
    Column(name="visit_state", title_zh="走访状态", title_en="Visit state"),
    _SOURCE,
)
_PERSONS = Column(name="persons", title_zh="人数", title_en="Persons", type="integer")
_HOUSEHOLD = (_ID, _REV, _HOUSE_ID, _ADDRESS, _PERSONS, _GRID_NO, *_PLACED, *_STAY)
_PERSON = (
    _ID,
    _REV,
    Column(name="household_id", title_zh="住户编号", title_en="Household"),
    Column(name="name", title_zh="姓名（已脱敏）", title_en="Name (masked)"),
    Column(name="sex", title_zh="性别", title_en="Sex"),
    Column(name="birth_year", title_zh="出生年份", title_en="Birth year", type="integer"),
    Column(name="residence", title_zh="居住类型", title_en="Residence"),
    _GRID_NO,
    *_PLACED,
    *_STAY,
)
_LINK = (_ID, _KIND, _NAME, _SOURCE)
_LISTED = (_ID, _REV, _REF, _KIND, _NAME, _GRID_NO, *_PLACED, _SOURCE)
_SITE = (_ID, _REV, _REF, _KIND, _NAME, _ADDRESS, _GRID_NO, *_PLACED, _SOURCE)
_INCIDENT = (
    _ID,
    _REV,
    _REF,
    _KIND,
    Column(name="text", title_zh="事件描述", title_en="Text"),
    Column(name="occurred_at", title_zh="发生时间", title_en="Occurred at", type="moment"),
    _GRID_NO,
    Column(name="handled_grid_no", title_zh="处置时网格", title_en="Handled in grid"),
    *_PLACED,
    _SOURCE,
)
_DUTY = (
    _ID,
    Column(name="login", title_zh="登录名", title_en="Login"),
    Column(name="name", title_zh="网格员", title_en="Field worker"),
    _GRID_NO,
    Column(name="status", title_zh="状态", title_en="Status"),
    *_VALIDITY,
)
_VISIT = (
    _ID,
    _REV,
    _HOUSE_ID,
    _ADDRESS,
    _GRID_NO,
    *_PLACED,
    Column(name="visited_at", title_zh="走访时间", title_en="Visited at", type="moment"),
    Column(name="outcome", title_zh="走访结果", title_en="Outcome"),
    Column(name="next_due_on", title_zh="下次走访日期", title_en="Next due on", type="day"),
    Column(name="note", title_zh="备注", title_en="Note"),
)

_TOLD_BY = ("level", "radius_m", "source")
_REGION_QUERYABLES = ("code", "name", "parent_code", "mca_code", "area_m2", "synthetic", "begins_at", "ends_at")
_BUILDING_QUERYABLES = ("id", "rev", "ref", "name", "use", "grid_no", *_TOLD_BY)
_SITE_QUERYABLES = ("id", "rev", "ref", "kind", "name", "grid_no", *_TOLD_BY)
# No address, no text and no note: what people wrote may name somebody.
_HOUSE_QUERYABLES = ("id", "rev", "grid_no", "level", "radius_m", "building_id")
_INCIDENT_QUERYABLES = ("id", "rev", "kind", "occurred_at", "grid_no", "handled_grid_no", *_TOLD_BY)
_DUTY_QUERYABLES = ("id", "grid_no", "status", "begins_at", "ends_at")
_VISIT_QUERYABLES = ("id", "rev", "house_id", "grid_no", "visited_at", "outcome", "next_due_on")

_BY_PLACE: frozenset[FilterName] = frozenset({"region", "grid", "near", "bbox"})
_BY_BORDER: frozenset[FilterName] = frozenset({"region", "near", "bbox", "as_of", "q"})
_BY_KIND: frozenset[FilterName] = _BY_PLACE | {"kind", "q"}
_BY_DAY: frozenset[FilterName] = frozenset({"from", "to"})
_BY_DUTY: frozenset[FilterName] = frozenset({"region", "grid", "as_of", "q"})
_BY_STRIPS = ("house", "incident")


def _region(name: str, title_zh: str, title_en: str) -> ListSpec:
    return ListSpec(
        name=name,
        title_zh=title_zh,
        title_en=title_en,
        geometry="polygon",
        columns=_REGION,
        filters=_BY_BORDER,
        key="code",
        queryables=_REGION_QUERYABLES,
        sql="region.sql",
    )


def _list(
    name: str,
    title_zh: str,
    title_en: str,
    geometry: Literal["point", "line", "mixed"] | None,
    columns: tuple[Column, ...],
    filters: frozenset[FilterName],
    *,
    personal: bool = False,
    queryables: tuple[str, ...] | None = None,
) -> ListSpec:
    return ListSpec(
        name=name,
        title_zh=title_zh,
        title_en=title_en,
        geometry=geometry,
        columns=columns,
        filters=filters,
        personal=personal,
        by_strips=name in _BY_STRIPS,
        queryables=queryables,
        sql=f"{name}.sql",
    )


_LISTS = (
    _region("county", "县（市、区）", "Counties"),
    _region("township", "乡镇（街道）", "Townships"),
    _region("village", "村（社区）", "Villages"),
    ListSpec(
        name="grid",
        title_zh="网格",
        title_en="Grids",
        geometry="polygon",
        columns=_GRID,
        filters=_BY_BORDER | {"grid", "kind"},
        key="grid_no",
        queryables=("grid_no", "kind", "name", "load", "area_m2", "begins_at", "ends_at"),
        sql="grid.sql",
    ),
    _list(
        "barrier", "界线", "Barriers", "line", _BARRIER, _BY_KIND, queryables=("id", "kind", "hard", "name", "source")
    ),
    _list("link", "通道", "Links", "line", _LINK, _BY_KIND, queryables=("id", "kind", "name", "source")),
    _list("building", "楼栋", "Buildings", "mixed", _BUILDING, _BY_PLACE | {"q"}, queryables=_BUILDING_QUERYABLES),
    _list("facility", "设施", "Facilities", "point", _LISTED, _BY_KIND, queryables=_SITE_QUERYABLES),
    _list("organisation", "单位", "Organisations", "point", _LISTED, _BY_KIND, queryables=_SITE_QUERYABLES),
    _list("place", "地点", "Places", "point", _SITE, _BY_KIND, queryables=_SITE_QUERYABLES),
    _list("house", "房屋", "Houses", "point", _HOUSE, _BY_PLACE | {"q"}, personal=True, queryables=_HOUSE_QUERYABLES),
    # Households and persons are no collections: a client that draws the whole world would fetch every one of them.
    _list("household", "住户", "Households", "point", _HOUSEHOLD, _BY_PLACE | {"q"}, personal=True),
    _list("person", "人员", "Persons", "point", _PERSON, _BY_PLACE, personal=True),
    _list(
        "incident",
        "事件",
        "Incidents",
        "point",
        _INCIDENT,
        _BY_KIND | _BY_DAY,
        personal=True,
        queryables=_INCIDENT_QUERYABLES,
    ),
    _list(
        "visit",
        "走访",
        "Visits",
        "point",
        _VISIT,
        _BY_PLACE | _BY_DAY | {"q"},
        personal=True,
        queryables=_VISIT_QUERYABLES,
    ),
    _list("duty", "网格职责", "Duties", None, _DUTY, _BY_DUTY, queryables=_DUTY_QUERYABLES),
)

LISTS: Mapping[str, ListSpec] = {spec.name: spec for spec in _LISTS}
