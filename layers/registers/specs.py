"""Which columns each list has, and under which names lists bring them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["REGISTERS", "Column", "RegisterSpec", "header_key", "refusal"]

_NOT_NAME = re.compile(r"\([^)]*\)|[\s_\-*:/.、·]+")


@dataclass(frozen=True)
class Column:
    """One column: our name for it, the first of its usual headers, what kind of value it holds, and other headers."""

    name: str
    title: str
    kind: str = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class RegisterSpec:
    """One register: its columns in the order of the guide; `parent` is the register that its rows may name by `ref`.

    `placed`: its rows have a place of their own (point or village), else they take their parent's.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    parent: str | None = None
    placed: bool = True

    def column(self, name: str) -> Column:
        """The column with that name.

        Raises:
            KeyError: when there is none.
        """
        return next(column for column in self.columns if column.name == name) if name in self.names else _none(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)

    @property
    def parent_column(self) -> str | None:
        """The column that names a row of the parent register."""
        return None if self.parent is None else f"{self.parent}_ref"


def header_key(text: str) -> str:
    """A header as it is compared: width and case folded, without blanks, marks and remarks in brackets."""
    return _NOT_NAME.sub("", unicodedata.normalize("NFKC", text).strip().lower())


def refusal(header: str) -> str | None:
    """What the model keeps none of and this header names, None when it names nothing of the kind."""
    key = header_key(header)
    words = set(re.split(r"[^a-z]+", unicodedata.normalize("NFKC", header).lower()))
    for what, chinese, english in _REFUSED:
        if any(word in key for word in chinese) or words & set(english) or key in english:
            return what
    return None


def _none(name: str) -> Column:
    raise KeyError(name)


_REFUSED = (
    ("ethnicity", ("民族", "族别"), ("ethnic", "ethnicity", "race", "nation")),
    ("religion", ("宗教", "信仰", "教派"), ("religion", "religious", "faith")),
    ("politics", ("政治", "党派", "党员", "团员"), ("politics", "political", "party")),
    (
        "biometrics",
        ("指纹", "人脸", "面部", "虹膜", "声纹", "dna", "照片", "相片", "血型"),
        ("biometric", "biometrics", "fingerprint", "face", "iris", "photo", "bloodtype"),
    ),
    (
        "criminal records",
        ("犯罪", "前科", "刑满", "刑释", "矫正", "服刑", "违法记录"),
        ("criminal", "crime", "convict", "conviction", "parole", "probation"),
    ),
    ("drug registers", ("吸毒", "涉毒", "戒毒"), ("drug", "drugs")),
    (
        "psychiatric registers",
        ("精神病", "精神障碍", "肇事肇祸", "病史", "疾病"),
        ("psychiatric", "diagnosis", "disease"),
    ),
    (
        "watch lists",
        ("重点人", "布控", "黑名单", "上访", "信访", "涉稳", "关注人员", "重点关注"),
        ("watchlist", "watch", "blacklist", "petitioner"),
    ),
    ("scores of people", ("风险", "信用分", "积分", "评分"), ("risk", "score", "scoring", "credit")),
    ("traces of people", ("轨迹", "行踪"), ("track", "tracks", "trace", "trajectory")),
)
"""What, words in a Chinese header, words of an English one."""


def _ref(title: str, *aliases: str) -> Column:
    return Column("ref", title, "ref", ("编号", "ref", "id", "key", "主键", *aliases), required=True)


_REGION = Column(
    "region_code",
    "村代码",
    "region",
    ("村社区代码", "社区代码", "行政区划代码", "区划代码", "统计用区划代码", "所属村代码", "村编码", "区划编码",
     "region_code", "region", "village", "village_code"),
)  # fmt: skip
_LON = Column("lon", "经度", "number", ("lon", "lng", "long", "longitude", "x", "东坐标", "横坐标", "easting"))
_LAT = Column("lat", "纬度", "number", ("lat", "latitude", "y", "北坐标", "纵坐标", "northing"))
_PLACE = (_REGION, _LON, _LAT)
_ADDRESS_ALIASES = ("住址", "地址", "详细地址", "家庭住址", "房屋地址", "门楼牌地址", "address")
_PHONE = Column(
    "phone", "手机", "phone", ("手机号", "手机号码", "电话", "联系电话", "电话号码", "联系方式", "phone", "mobile")
)
_MOVES = (
    Column("moved_in_on", "迁入日期", "date", ("入住日期", "入户日期", "moved_in_on", "moved_in")),
    Column("moved_out_on", "迁出日期", "date", ("搬离日期", "moved_out_on", "moved_out")),
)
_KIND_ALIASES = ("类型", "类别", "种类", "kind", "type", "category")
_BUILDING_REF = ("楼栋编号", "楼栋编码", "所属楼栋", "所属楼栋编号", "building_ref", "building_id", "building")

_BUILDING = RegisterSpec(
    "building",
    "楼栋",
    (
        _ref("楼栋编号", "楼栋编码", "building_ref", "building_id"),
        *_PLACE,
        Column("footprint", "轮廓", "footprint", ("wkt", "geometry", "footprint", "geom", "楼栋轮廓", "边界")),
        Column("name", "楼栋名称", "text", ("名称", "楼名", "name")),
        Column("use", "用途", "text", ("楼栋用途", "房屋用途", "use")),
        Column("address", "地址", "text", (*_ADDRESS_ALIASES, "楼栋地址")),
        Column("assumed_households", "估计户数", "count", ("户数", "总户数", "assumed_households", "households")),
    ),
)
_HOUSE = RegisterSpec(
    "house",
    "房屋",
    (
        _ref("房屋编号", "房屋编码", "户室编号", "house_ref", "house_id"),
        Column("address", "地址", "text", (*_ADDRESS_ALIASES,), required=True),
        Column("building_ref", "楼栋编号", "ref", _BUILDING_REF),
        *_PLACE,
        Column("street", "街路巷", "text", ("街道路巷", "道路", "路名", "street", "road")),
        Column("estate", "小区", "text", ("小区名称", "住宅小区", "estate")),
        Column("hamlet", "自然村", "text", ("自然村名称", "村小组名称", "hamlet")),
        Column("group_no", "村民小组", "part", ("组", "小组", "组别", "group_no", "group")),
        Column("number", "门牌号", "part", ("门牌", "号", "number", "house_number")),
        Column("building_no", "楼栋号", "part", ("栋", "栋号", "幢号", "楼号", "building_no")),
        Column("unit", "单元", "part", ("单元号", "unit")),
        Column("floor", "楼层", "part", ("层", "层数", "floor")),
        Column("room", "房号", "part", ("室", "室号", "房间号", "户室号", "room")),
    ),
    parent="building",
)
_HOUSEHOLD = RegisterSpec(
    "household",
    "户",
    (
        _ref("户编号", "户号", "户编码", "household_ref", "household_id"),
        Column(
            "house_ref", "房屋编号", "ref", ("房屋编码", "所属房屋", "户室编号", "house_ref", "house"), required=True
        ),
        _REGION,
        _PHONE,
        *_MOVES,
    ),
    parent="house",
    placed=False,
)
_PERSON = RegisterSpec(
    "person",
    "人员",
    (
        _ref("人员编号", "人员编码", "人口编号", "person_ref", "person_id"),
        Column(
            "household_ref", "户编号", "ref", ("户号", "户编码", "所属户", "household_ref", "household"), required=True
        ),
        Column("name", "姓名", "name", ("名字", "name"), required=True),
        Column("residence", "人户状态", "residence", ("人口类型", "居住状态", "人员类型", "residence"), required=True),
        Column("sex", "性别", "sex", ("sex", "gender")),
        Column(
            "birth_year",
            "出生年份",
            "birth",
            ("出生日期", "出生年月", "出生年月日", "生日", "birth_year", "birth", "birthday", "birth_date"),
        ),
        Column(
            "id_no", "身份证号", "id_no", ("身份证", "身份证号码", "公民身份号码", "证件号码", "id_no", "id_number")
        ),
        _REGION,
        _PHONE,
        *_MOVES,
    ),
    parent="household",
    placed=False,
)
_FACILITY = RegisterSpec(
    "facility",
    "设施",
    (
        _ref("设施编号", "设施编码", "facility_ref", "facility_id"),
        Column("kind", "设施类型", "kind", (*_KIND_ALIASES, "设施类别"), required=True),
        Column("name", "设施名称", "text", ("名称", "name")),
        Column("address", "地址", "text", (*_ADDRESS_ALIASES, "设施地址", "设施位置", "位置")),
        *_PLACE,
    ),
)
_ORGANISATION = RegisterSpec(
    "organisation",
    "单位",
    (
        _ref("单位编号", "单位编码", "组织编号", "organisation_ref", "organisation_id"),
        Column("kind", "单位类型", "kind", (*_KIND_ALIASES, "组织类型", "单位类别", "单位性质"), required=True),
        Column("name", "单位名称", "text", ("名称", "组织名称", "企业名称", "name"), required=True),
        Column("address", "地址", "text", (*_ADDRESS_ALIASES, "单位地址", "经营地址", "注册地址", "办公地址")),
        *_PLACE,
    ),
)
_SITE = RegisterSpec(
    "place",
    "地点",
    (
        _ref("地点编号", "地点编码", "地块编号", "场所编号", "place_ref", "place_id"),
        Column("kind", "地点类型", "kind", (*_KIND_ALIASES, "场所类型", "地块类型"), required=True),
        Column("name", "地点名称", "text", ("名称", "地块名称", "场所名称", "name"), required=True),
        Column("address", "地址", "text", (*_ADDRESS_ALIASES, "地点地址")),
        *_PLACE,
    ),
)
_INCIDENT = RegisterSpec(
    "incident",
    "事件",
    (
        _ref("事件编号", "事件编码", "案件编号", "工单编号", "incident_ref", "incident_id"),
        Column("kind", "事件类型", "kind", (*_KIND_ALIASES, "事件类别", "案件类型"), required=True),
        Column(
            "text", "描述", "text", ("事件描述", "内容", "事件内容", "问题描述", "text", "description"), required=True
        ),
        Column(
            "occurred_at",
            "发生时间",
            "moment",
            ("上报时间", "时间", "发生日期", "occurred_at", "reported_at", "time"),
            required=True,
        ),
        Column(
            "handled_grid", "网格编号", "grid", ("处置网格", "网格编码", "网格代码", "handled_grid", "grid", "grid_no")
        ),
        Column(
            "address",
            "发生地点",
            "text",
            (*_ADDRESS_ALIASES, "地点", "事发地点", "事发地址", "发生地址", "事件地点", "事件地址"),
        ),
        *_PLACE,
    ),
)
_DUTY = RegisterSpec(
    "duty",
    "网格责任",
    (
        Column("login", "账号", "login", ("登录名", "用户名", "login", "account", "user"), required=True),
        Column("grid", "网格编号", "grid", ("网格编码", "网格代码", "grid", "grid_no"), required=True),
        Column("starts_on", "开始日期", "date", ("起始日期", "任职日期", "from", "starts_on", "start"), required=True),
    ),
    placed=False,
)

REGISTERS: Mapping[str, RegisterSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (_BUILDING, _HOUSE, _HOUSEHOLD, _PERSON, _FACILITY, _ORGANISATION, _SITE, _INCIDENT, _DUTY)
    }
)
"""The lists that can be brought in, in the order in which a county brings them."""
