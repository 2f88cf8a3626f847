"""Invented names of streets, estates and hamlets, as alike inside one county as real ones are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fixtures.names import ESTATES, HAMLETS, STREETS

__all__ = ["CROSSROADS", "estate_names", "hamlet_names", "street_names"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Nearly every town has some of these.
COMMON = (
    "人民",
    "建设",
    "团结",
    "新华",
    "文化",
    "幸福",
    "民主",
    "迎宾",
    "振兴",
    "新民",
    "兴隆",
    "环城",
    "中心",
    "解放",
)
MORE = _words(
    "东风 西坝 北京 龙泉 江滨 金碧 白龙 青年 教场 昆建 丹霞 虹山 穿金 临江 望江 沿河 老街 正义 永安 长春 和平 民航 "
    "钟灵 拓东 福海 前卫 官渡 珠江 南盘江 麒麟 寥廓 翠峰 文笔 玉江 聂耳 红塔 桂山 秀山 龙马 彝人 太阳历 鹿城 德江 "
    "蒙自 天马 朝阳 锦华 宝华 石屏 卧龙 普阳 开化 凤凰山 勐泐 景德 曼弄枫 雪山 香格里拉 束河 古城 祥和 昭阳 乌蒙 "
    "龙泉寺 珠泉 文峰 学院 茶马 茶山 思亭 磨黑 世纪 滇池 岔街 河东 河西 工业园 物流 园区 汽修 农贸 火车站 客运站"
)
MARKED = ("五一", "八一", "三一", "一二一", "二环", "三环", "九龙", "四季", "百花", "万宝", "六祖")
CROSSROADS = ("320国道", "213国道", "G56", "G214", "S214", "323国道", "老320国道", "昆洛公路", "滇缅公路", "大丽线")
LANES = (
    "文庙",
    "染布",
    "水井",
    "豆腐",
    "仓房",
    "马家",
    "学府",
    "打铁",
    "米线",
    "城隍庙",
    "柳树",
    "关圣",
    "盐店",
    "银匠",
)
FIRST = _words(
    "金 银 翠 碧 天 龙 凤 宝 瑞 祥 福 康 华 锦 春 春城 滇池 盛世 时代 东方 世纪 丽江 江南 湖畔 温泉 书香 学府 民族 "
    "彩云 云岭 高原 阳光 花园 紫云 绿洲 香樟 枫林 蓝光 中央 国际 万象 新都 南亚 滨江 青年 教师 法院 银行 粮食局 水务局 "
    "烟草 交通局 林业局 供电局 一中 二中 县医院 机械厂 糖厂 水泥厂"
)
SECOND = (
    "小区",
    "小区",
    "花园",
    "家园",
    "苑",
    "新村",
    "名城",
    "华府",
    "公馆",
    "公寓",
    "雅居",
    "天地",
    "广场",
    "安置小区",
)
WORKS = ("局", "行", "院", "草", "中", "厂", "教师")
SURNAMES = "李王张杨赵刘陈周罗黄何马吴徐朱段高郭毕普沈孔代费保郝"
GROUND = "大小上下前后东西南北老新中"
SHAPES = (
    "村",
    "寨",
    "营",
    "坝",
    "箐",
    "田",
    "冲",
    "坡",
    "坪子",
    "塘",
    "湾",
    "凹",
    "登",
    "庄",
    "哨",
    "屯",
    "地",
    "山",
    "坎",
)
WHAT = _words(
    "石 石头 白石 红石 黑泥 黄泥 核桃 板栗 松林 梨树 桃树 樱桃 柿花 芭蕉 竹 麻栗 杉松 茶 菜园 秧 水 龙 龙潭 马 羊 牛 "
    "鱼 白鹤 麂子 老鹰 凤 蚂蟥 沙 瓦 砖 窑 铁 炭 盐 糯 荞 烟 花 兰花 马樱花 雨 云 雪 月 新发 兴隆 永兴 平安 团结 联合"
)
DAI = ("曼", "芒", "弄", "贺", "邦", "勐")
DAI_ENDS = _words("听 东 罕 迈 掌 弄 景 费 光 卖 赛 养 岗 里 海 回 洪 达 蚌 信 令 拉")


def street_names(count: int, rng: np.random.Generator) -> list[str]:
    """Give different street names: common ones first, and some that differ by a direction or a segment."""
    stems = [*rng.permutation(COMMON)[: 2 + count // 4].tolist()]
    stems += rng.permutation((*STREETS, *MORE, *MARKED)).tolist()
    found: dict[str, None] = {}
    for stem in stems:
        if len(found) >= count:
            break
        found |= dict.fromkeys(_forms(stem, rng))
    found |= dict.fromkeys(rng.permutation(CROSSROADS)[: 1 + count // 12].tolist())
    found |= dict.fromkeys(f"{lane}巷" for lane in rng.permutation(LANES)[: count // 5])
    return list(found)


def _forms(stem: str, rng: np.random.Generator) -> list[str]:
    """Give a street by its stem, or several that are easily taken for each other."""
    kind = str(rng.choice(("路", "路", "路", "路", "街", "大道", "大街")))
    whole = stem + kind
    chance = rng.random()
    if chance < 0.6:
        return [whole]
    if chance < 0.78:
        sides = rng.permutation(list("东西南北中")).tolist()
        return [whole, *(f"{stem}{side}{kind}" for side in sides[: int(rng.integers(1, 4))])]
    if chance < 0.86:
        return [f"{whole}{segment}" for segment in ("东段", "中段", "西段")]
    lanes = rng.integers(1, 30, 2)
    return [whole, *(f"{whole}{lane}{'巷' if rng.random() < 0.7 else '弄'}" for lane in sorted(set(lanes.tolist())))]


def estate_names(rng: np.random.Generator) -> Iterator[str]:
    """Give different estate names of a town without an end; some are phases of one estate."""
    seen: set[str] = set()
    stems = (*ESTATES, *FIRST)
    for turn in range(1, 1_000_000):
        stem = str(stems[int(rng.integers(len(stems)))])
        if stem.endswith(WORKS):
            name = stem + str(rng.choice(("家属院", "宿舍", "家属区", "小区")))
        else:
            name = stem + SECOND[int(rng.integers(len(SECOND)))]
        if rng.random() < 0.12:
            name += "一二三"[int(rng.integers(3))] + "期"
        if name in seen and turn > len(stems):
            name = str(rng.choice(FIRST[:20])) + name
        if name not in seen:
            seen.add(name)
            yield name


def hamlet_names(village: str, count: int, rng: np.random.Generator) -> list[str]:
    """Give different hamlet names of a village: some are those of every other village of the county."""
    own = _bare(village)
    found: dict[str, None] = {}
    if rng.random() < 0.3 and len(own) > 1:
        found[own if own.endswith(("村", "寨", "营", "庄")) else own + "村"] = None
    while len(found) < count:
        found |= dict.fromkeys(_hamlets(own, rng))
    return list(found)[:count]


def _bare(village: str) -> str:
    for end in ("社区村民委员会", "村民委员会", "社区居民委员会", "村委会", "社区居委会", "居委会", "社区"):
        if village.endswith(end):
            return village.removesuffix(end)
    return village


def _hamlets(own: str, rng: np.random.Generator) -> list[str]:
    chance = rng.random()
    if chance < 0.35:
        return [str(rng.choice(HAMLETS))]
    if chance < 0.55:
        surname = str(rng.choice(list(SURNAMES)))
        stem = f"{surname}家{rng.choice(('村', '营', '寨', '庄', '湾'))}"
        return [stem] if rng.random() < 0.6 else [f"上{stem}", f"下{stem}"]
    if own.startswith(("曼", "芒", "勐", "弄", "贺")):
        return [str(rng.choice(DAI)) + str(rng.choice(DAI_ENDS))]
    what, shape = str(rng.choice(WHAT)), str(rng.choice(SHAPES))
    ground = rng.permutation(list(GROUND))[:2].tolist()
    return [what + shape] if chance < 0.85 else [f"{side}{what}{shape}" for side in ground]
