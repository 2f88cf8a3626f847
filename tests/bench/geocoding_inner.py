"""Streets, estates, hamlets and numbers as people write them."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from bench.geocoding_pieces import Draft, Piece, digits, numeral
from bench.geocoding_truth import Register

__all__ = ["inner_pieces"]

COUNTY = 6


def inner_pieces(draft: Draft, register: Register, rng: random.Random) -> list[Piece]:
    """Give the pieces below the regions; leaves out what the rest tells, and notes it in what is said."""
    parts = draft.house.parts
    chinese = rng.random() < 0.06
    if chinese:
        draft.forms.append("chinese_numerals")
    if parts["hamlet"] or parts["group_no"]:
        return _rural(draft, register, chinese, rng)
    street, estate = parts["street"], parts["estate"]
    if street and estate and rng.random() < 0.45:
        # Either is enough for those who live there.
        kept = rng.choice(("estate", "estate", "street"))
        gone = ("street", "number") if kept == "estate" else ("estate",)
        _drop(draft, *gone)
        draft.forms.append(f"{kept}_only")
        street, estate = (None, estate) if kept == "estate" else (street, None)
    pieces = []
    if street:
        written = _street(street, draft, chinese, rng)
        # G56 5号 without the space would be road 565.
        pieces.append(Piece(written + " " if written[-1].isdigit() else written, "street"))
        pieces.append(_door(draft, chinese, yard=not estate, rng=rng))
    if estate:
        pieces.append(Piece(_estate(estate, draft, register, rng), "estate"))
    return [*pieces, *_rooms(draft, chinese, rng)]


def _drop(draft: Draft, *slots: str) -> None:
    said = draft.said.says(**dict.fromkeys(slots))
    draft.said = replace(said, dropped=said.dropped | set(slots))


def _figure(value: str, chinese: bool, rng: random.Random) -> str:
    return numeral(value, rng) if chinese and value.isdigit() else value


def _street(name: str, draft: Draft, chinese: bool, rng: random.Random) -> str:
    road = re.fullmatch(r"(老?)(\d+)国道", name)
    if road and rng.random() < 0.35:
        draft.forms.append("road_number")
        return road[1] + rng.choice((f"G{road[2]}", f"国道{road[2]}", f"G{road[2]}国道", f"{road[2]}国道线"))
    lane = re.fullmatch(r"(.+[路街道])(\d+)([巷弄])", name)
    if lane and chinese:
        return lane[1] + numeral(lane[2], rng) + lane[3]
    if name.startswith("一二一") and rng.random() < 0.4:
        draft.forms.append("road_number")
        return name.replace("一二一", "121")
    return name


def _door(draft: Draft, chinese: bool, yard: bool, rng: random.Random) -> Piece:
    """Give the number on the street; with buildings behind it, it may be said to be a yard."""
    parts = draft.house.parts
    number, second = (*(parts["number"] or "").split("附"), "")[:2]
    figure = _figure(number, chinese, rng)
    if second:
        draft.forms.append("second_number")
        more = _figure(second, chinese, rng)
        forms = (f"{figure}号附{more}号", f"{figure}号附{more}号", f"{figure}号附{more}", f"{figure}附{more}号")
        text = rng.choice((*forms, f"{figure}号付{more}号", f"{figure}付{more}号", f"{figure}-{more}号"))
        return Piece(text, "door", ("number", "number"), chinese)
    ways = [f"{figure}号"] * 14 + [f"门牌{figure}号", f"{figure}＃", f"{figure}#", f" {figure} 号", f"第{figure}号"]
    if not (parts["building_no"] or parts["room"]) and not draft.said.parts.get("estate"):
        ways += [figure] * (1 if chinese else 3)
    if yard and parts["building_no"] and rng.random() < 0.6:
        ways = [f"{figure}号院", f"{figure}号院", f"{figure}号大院", f"{figure}号院内"]
    return Piece(rng.choice(ways), "door", ("number",), chinese)


def _estate(name: str, draft: Draft, register: Register, rng: random.Random) -> str:
    phase = re.fullmatch(r"(.+)([一二三])期", name)
    if phase and rng.random() < 0.4:
        draft.forms.append("estate_form")
        figure = str("一二三".index(phase[2]) + 1)
        return phase[1] + rng.choice((f"{figure}期", f"({phase[2]}期)", f"（{figure}期）"))
    known = register.names_in(draft.house.village[:COUNTY], "estate")
    stem = re.sub(r"(小区|花园|家园|苑|新村|公寓)$", "", name)
    if stem != name and len(stem) > 1 and rng.random() < 0.05 and not _shared(stem, name, known):
        draft.forms.append("estate_stem")
        return stem
    if name.endswith(("花园", "苑", "家园", "名城")) and rng.random() < 0.06 and f"{name}小区" not in known:
        draft.forms.append("estate_form")
        return f"{name}小区"
    return name


def _shared(stem: str, name: str, known: set[str]) -> bool:
    return any(other != name and (other.startswith(stem) or other.endswith(stem)) for other in known)


def _rooms(draft: Draft, chinese: bool, rng: random.Random) -> list[Piece]:
    """Give building, unit and room: each with its word, or as figures with strokes between."""
    parts = draft.house.parts
    building, unit, room = parts["building_no"], parts["unit"], parts["room"]
    if unit and rng.random() < 0.03:
        _drop(draft, "unit")
        draft.forms.append("no_unit")
        unit = None
    told = [(slot, value) for slot, value in (("building_no", building), ("unit", unit), ("room", room)) if value]
    if len(told) > 1 and rng.random() < 0.13:
        draft.forms.append("strokes")
        text = rng.choice("--－—").join(value for _, value in told)
        return [Piece(text + rng.choice(("", "", "室", "号")), "rooms", tuple(slot for slot, _ in told))]
    pieces = []
    if building:
        pieces.append(_building(building, draft, chinese, rng))
    if unit and room and rng.random() < 0.06:
        draft.forms.append("strokes")
        return [*pieces, Piece(f"{unit}-{room}", "rooms", ("unit", "room"))]
    if unit:
        pieces.append(Piece(_unit(unit, chinese, rng), "unit", ("unit",), chinese))
    if room:
        pieces.append(_room(room, chinese, draft, rng))
    return pieces


def _building(value: str, draft: Draft, chinese: bool, rng: random.Random) -> Piece:
    parts = draft.said.parts
    figure = _figure(value, chinese, rng)
    words = ["栋"] * 8 + ["幢"] * 5 + ["号楼"] * 4 + ["座"] * 2 + ["#", "#楼", "号栋"]
    if value.isalpha():
        words = ["栋", "栋", "座", "座", "幢", "号楼"]
    elif not (parts["unit"] or parts["room"]):
        words = ["栋"] * 4 + ["幢"] * 3 + ["号别墅", "号"]
    elif chinese:
        words = words[:17]
    elif parts["unit"]:
        # Before a room alone it would be a floor.
        words = [*words, "楼"]
    text = (figure.lower() if rng.random() < 0.1 else figure) + rng.choice(words)
    if value.isdigit() and rng.random() < 0.03 and text.endswith(("栋", "幢", "座")):
        text = f"第{text}"
    return Piece(text, "building", ("building_no",), chinese and value.isdigit())


def _unit(value: str, chinese: bool, rng: random.Random) -> str:
    figure = _figure(value, chinese, rng)
    return rng.choice((f"{figure}单元",) * 9 + (f"{figure}门", f"第{figure}单元", f"{figure} 单元"))


def _room(value: str, chinese: bool, draft: Draft, rng: random.Random) -> Piece:
    spoken = chinese and rng.random() < 0.6
    figure = digits(value) if spoken else value
    text = figure + rng.choice(("室", "室", "室", "号", "房", "号房", "户", "", "", ""))
    if rng.random() < 0.05 and not spoken:
        draft.forms.append("floor")
        floor = value[:-2]
        return Piece(rng.choice((f"{floor}楼", f"{floor}层")) + text, "room", ("floor", "room"))
    return Piece(text, "room", ("room",), spoken)


def _rural(draft: Draft, register: Register, chinese: bool, rng: random.Random) -> list[Piece]:
    """Give hamlet, group and number."""
    parts = draft.house.parts
    pieces = []
    if parts["hamlet"]:
        pieces.append(Piece(_hamlet(parts["hamlet"], draft, register, rng), "hamlet"))
    if parts["group_no"]:
        pieces.append(_group(parts["group_no"], chinese, draft, rng))
    number, second = (*(parts["number"] or "").split("附"), "")[:2]
    if second:
        return [*pieces, _door(draft, chinese, yard=False, rng=rng)]
    figure = _figure(number, chinese, rng)
    ways = [f"{figure}号"] * 16 + [f"门牌{figure}号", f"{figure}户", f"第{figure}号", f"{figure}号", figure]
    return [*pieces, Piece(rng.choice(ways), "door", ("number",), chinese)]


def _hamlet(name: str, draft: Draft, register: Register, rng: random.Random) -> str:
    known = register.names_in(draft.house.village[:COUNTY], "hamlet")
    chance = rng.random()
    if chance < 0.1:
        draft.forms.append("hamlet_form")
        return name + rng.choice(
            ("自然村", "自然村") if draft.house.parts["group_no"] else ("自然村", "小组", "村民小组", "组")
        )
    if chance < 0.16 and not name.endswith(("村", "寨", "营", "庄")) and f"{name}村" not in known:
        draft.forms.append("hamlet_form")
        return f"{name}村"
    if chance < 0.2 and name.endswith("村") and len(name) > 2 and name.removesuffix("村") not in known:
        draft.forms.append("hamlet_form")
        return name.removesuffix("村")
    return name


def _group(value: str, chinese: bool, draft: Draft, rng: random.Random) -> Piece:
    spoken = chinese or rng.random() < 0.12
    figure = numeral(value, rng) if spoken else value
    forms = (f"{figure}组",) * 7 + (f"第{figure}组", f"{figure}社", f"{figure}队", f"{figure}小组")
    text = rng.choice((*forms, f"第{figure}村民小组", f"{figure}村民小组", f"{figure}合作社"))
    if not text.endswith(f"{figure}组"):
        draft.forms.append("group_form")
    return Piece(text, "group", ("group_no",), spoken)
