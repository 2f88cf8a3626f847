"""What a text states and what it leaves open: another township, a name that several bear, one that is really there."""

from __future__ import annotations

import uuid

import pytest

from layers.geocode.gazetteer import Area, Dwelling, KnownRegion
from layers.geocode.locate import locate, locate_many
from layers.geocode.memory import MemoryGazetteer
from layers.geocode.parts import Parts

COUNTY, XIAGUAN, WANQIAO, YINQIAO = "532901", "532901001", "532901002", "532901003"
REGIONS = (
    ("53", 1, "云南省"),
    ("5329", 2, "大理白族自治州"),
    (COUNTY, 3, "大理市"),
    (XIAGUAN, 4, "下关街道"),
    (WANQIAO, 4, "湾桥镇"),
    (YINQIAO, 4, "银桥镇"),
    (f"{XIAGUAN}001", 5, "东山村委会"),
    (f"{WANQIAO}001", 5, "新村村委会"),
    (f"{WANQIAO}002", 5, "中庄村委会"),
    (f"{YINQIAO}001", 5, "新村村委会"),
    (f"{YINQIAO}002", 5, "双鸳村委会"),
)
HOUSES = (
    (f"{XIAGUAN}001", Parts(street="洱河街", number="1"), 100.1),
    (f"{XIAGUAN}001", Parts(street="洱河街", number="9"), 100.1),
    (f"{WANQIAO}002", Parts(street="洱河路", number="1"), 100.2),
    (f"{WANQIAO}002", Parts(street="中和路", number="1"), 100.22),
    (f"{YINQIAO}002", Parts(street="中和路", number="1"), 100.32),
    (f"{WANQIAO}001", Parts(hamlet="大树", group_no="2", number="10"), 100.21),
    (f"{YINQIAO}001", Parts(hamlet="大树", group_no="2", number="11"), 100.31),
)


@pytest.fixture(scope="module")
def gazetteer():
    """Three townships; two villages are called 新村, and in either is a hamlet 大树."""
    dwellings = [
        Dwelling(str(uuid.UUID(int=at)), str(at), parts, int(village) * 1000 + 1, (lon, 25.0), "house", None, None)
        for at, (village, parts, lon) in enumerate(HOUSES)
    ]
    areas = {code: Area((100 + at / 100, 25.0), 1000.0) for at, (code, level, _) in enumerate(REGIONS) if level > 2}
    return MemoryGazetteer([KnownRegion(*row) for row in REGIONS], dwellings, areas)


def kinds(found):
    return [reason.kind for reason in found.reasons]


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        ("银桥镇", "township", YINQIAO),
        ("大理市银桥镇", "township", YINQIAO),
        ("银桥镇双鸳村", "village", f"{YINQIAO}002"),
        ("银桥镇没有这条路5号", "township", YINQIAO),
    ],
)
def test_another_township_than_the_callers_is_said_and_shown(gazetteer, text, level, code):
    found = locate(text, gazetteer, WANQIAO)
    assert (found.level, found.region_code) == (level, code)
    assert "outside_stated" in kinds(found)
    assert "hamlet_unknown" not in kinds(found)


def test_a_township_that_there_is_was_not_misspelt(gazetteer):
    """银桥镇 and 湾桥镇 are one character apart; a house of one is not taken for the other's."""
    found = locate("银桥镇中和路1号", gazetteer, WANQIAO)
    assert "typo" not in kinds(found)
    assert "outside_stated" in kinds(found)
    assert found.confidence < 0.9
    assert kinds(locate("弯桥镇洱河路1号", gazetteer, COUNTY)) == ["typo"]


def test_a_village_of_the_callers_own_township_is_not_outside(gazetteer):
    assert kinds(locate("湾桥镇中庄村", gazetteer, WANQIAO)) == []
    assert kinds(locate("大理市中庄村", gazetteer, WANQIAO)) == []


def test_villages_of_one_name_are_candidates_within_what_holds_them(gazetteer):
    found = locate("大理市新村", gazetteer)
    assert (found.level, found.region_code, kinds(found)) == ("county", COUNTY, ["ambiguous"])
    assert [(one.address, one.level, one.grid_no) for one in found.candidates] == [
        ("湾桥镇新村村委会", "village", int(f"{WANQIAO}001000")),
        ("银桥镇新村村委会", "village", int(f"{YINQIAO}001000")),
    ]
    one = locate("大理市湾桥镇新村", gazetteer)
    assert (one.region_code, kinds(one)) == (f"{WANQIAO}001", [])


def test_a_group_of_one_of_several_villages_is_open_too(gazetteer):
    found = locate("大理市新村2组", gazetteer)
    assert "ambiguous" in kinds(found)
    assert len(found.candidates) == 2


@pytest.mark.parametrize("text", ["大理市大树", "大理市大树2组", "大理市大树2组99号"])
def test_hamlets_of_one_name_are_candidates(gazetteer, text):
    found = locate(text, gazetteer)
    assert found.level == "hamlet"
    assert "ambiguous" in kinds(found)
    starts = ("湾桥镇新村村委会大树", "银桥镇新村村委会大树")
    assert len(found.candidates) == 2
    assert all(one.address.startswith(start) for one, start in zip(found.candidates, starts, strict=True))
    assert "ambiguous" not in kinds(locate(text.replace("大理市", "湾桥镇"), gazetteer, COUNTY))


@pytest.mark.parametrize("text", ["大理市下关街道洱河路1号", "大理市洱河路9号", "大理市下关街道洱河路9号"])
def test_a_street_that_there_is_was_hardly_misspelt(gazetteer, text):
    found = locate(text, gazetteer)
    assert "ambiguous" in kinds(found)
    assert found.confidence < 0.9


def test_of_a_street_that_there_is_both_are_candidates(gazetteer):
    found = locate("大理市下关街道洱河路1号", gazetteer)
    assert {one.house_id for one in found.candidates} == {str(uuid.UUID(int=0)), str(uuid.UUID(int=2))}


@pytest.mark.parametrize(("near", "house"), [((100.32, 25.0), 4), ((100.22, 25.0), 3)])
def test_a_hint_decides_between_equals_and_the_answer_is_never_sure(gazetteer, near, house):
    found = locate("大理市中和路1号", gazetteer, near=near)
    assert (found.level, found.house_id) == ("house", str(uuid.UUID(int=house)))
    assert "ambiguous" in kinds(found)
    assert found.confidence < 0.9


@pytest.mark.parametrize("near", [None, (100.27, 25.0), (100.27, 27.0)])
def test_a_hint_in_the_middle_or_far_away_decides_nothing(gazetteer, near):
    assert locate("大理市中和路1号", gazetteer, near=near).level == "street"


def test_a_bare_number_behind_a_door_of_a_hamlet_is_its_room(gazetteer):
    found = locate("湾桥镇大树2组10号201", gazetteer, COUNTY)
    assert (found.level, found.parts.number, found.parts.room) == ("building", "10", "201")
    assert "room_unknown" in kinds(found)
    assert locate("湾桥镇大树2组10号附201", gazetteer, COUNTY).parts.number == "10附201"


@pytest.mark.parametrize("text", ["", " ", "——", "，。"])
def test_a_text_without_a_word_is_nowhere(gazetteer, text):
    found = locate(text, gazetteer, COUNTY)
    assert (found.level, found.point, found.region_code, found.candidates) == ("unplaced", None, "", ())


def test_what_stands_beside_an_empty_text_changes_nothing(gazetteer):
    texts = ["", "大理市新村", "大理市大树", "", "大理市洱河街1号"]
    assert locate_many(texts, gazetteer) == [locate(text, gazetteer) for text in texts]
