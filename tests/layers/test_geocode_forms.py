"""Addresses as people type them: every form leads to the one house, and what is uncertain is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.geocode.answer import LEVELS, PENALTIES
from layers.geocode.gazetteer import Area, Dwelling, KnownRegion, Remembered
from layers.geocode.locate import locate, locate_many
from layers.geocode.memory import MemoryGazetteer
from layers.geocode.names import LearnedName
from layers.geocode.normalise import normalise
from layers.geocode.parts import Parts, standard_text

DALI, XIAGUAN, EAST, LONGKAN = "532901", "532901003", "532901003001", "532901102201"
REGIONS = [
    KnownRegion("53", 1, "云南省"),
    KnownRegion("5308", 2, "普洱市"),
    KnownRegion("5306", 2, "昭通市"),
    KnownRegion("5329", 2, "大理白族自治州"),
    KnownRegion("5325", 2, "红河哈尼族彝族自治州"),
    KnownRegion(DALI, 3, "大理市"),
    KnownRegion("532504", 3, "弥勒市", old_names=("弥勒县",)),
    KnownRegion("530825", 3, "镇沅彝族哈尼族拉祜族自治县"),
    KnownRegion("530623", 3, "盐津县"),
    KnownRegion(XIAGUAN, 4, "下关街道", aliases=("老下关",)),
    KnownRegion("532901102", 4, "大理镇"),
    KnownRegion("532504100", 4, "弥阳镇"),
    KnownRegion("530825100", 4, "恩乐镇"),
    KnownRegion("530623104", 4, "普洱镇"),
    KnownRegion(EAST, 5, "东山社区居民委员会"),
    KnownRegion("532901003002", 5, "九龙社区居民委员会"),
    KnownRegion(LONGKAN, 5, "龙龛村民委员会"),
    KnownRegion("532504100201", 5, "上寨村民委员会"),
    KnownRegion("530825100201", 5, "民江村民委员会"),
]
ROOM = Parts(street="人民路", number="123", estate="阳光小区", building_no="3", unit="2", floor="5", room="501")
HOUSES = [
    (EAST, ROOM),
    (EAST, Parts(street="人民路", number="12")),
    (EAST, Parts(street="人民路", number="12附1")),
    (EAST, Parts(street="人民路", number="21")),
    (EAST, Parts(street="新民路", number="21")),
    (EAST, Parts(street="三一街", number="7")),
    (EAST, Parts(street="一二一大街", number="9")),
    (EAST, Parts(street="大理路", number="5")),
    (EAST, Parts(street="320国道", number="88")),
    (EAST, Parts(street="学府路", number="2", building_no="4", unit="1", room="302")),
    (EAST, Parts(estate="翠湖苑", building_no="12", unit="1", room="401")),
    (LONGKAN, Parts(hamlet="上村", group_no="3", number="12")),
    (LONGKAN, Parts(group_no="5", number="8")),
    ("532504100201", Parts(hamlet="老寨", group_no="1", number="6")),
    ("530825100201", Parts(hamlet="小河边", number="4")),
]


def _made(gazetteer_of=MemoryGazetteer, **more):
    names = {region.code: region.name for region in REGIONS}
    dwellings = []
    for at, (village, parts) in enumerate(HOUSES):
        text = "".join(names.get(village[:length], "") for length in (6, 9, 12)) + standard_text(parts)
        point = (100.0 + at / 1000, 25.0)
        dwellings.append(Dwelling(str(at), text, parts, int(village) * 1000 + 1, point, "house", None, None))
    areas = {region.code: Area((100.0, 25.0), 900.0) for region in REGIONS if region.level >= 3}
    return gazetteer_of(REGIONS, dwellings, areas, **more)


GAZETTEER = _made()


def house(text, within=None):
    """The number in HOUSES of the house that a text leads to."""
    found = locate(text, GAZETTEER, within)
    return int(found.house_id) if found.level == "house" else found.level


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("大理市下关街道人民路123号阳光小区3栋2单元501", 0),
        ("云南省大理白族自治州大理市人民路123号阳光小区3幢2门501室", 0),
        ("大理市阳光小区３号楼２单元５０１", 0),
        ("大理市阳光小区3-2-501", 0),
        ("大理市阳光小区三栋二单元五〇一", 0),
        ("大理州大理市阳光小区3座2单元5层501户", 0),
        ("大理市下关街道大理市下关街道人民路12号", 1),
        ("大理市人民路十二号", 1),
        ("大理 下关 人民路12号(大树旁)", 1),
        ("住址：大理市人民路12号 13800000000", 1),
        ("大理市人民路12号付1号", 2),
        ("大理市人民路12-1号", 2),
        ("大理市三一街7号", 5),
        ("大理市一二一大街9号", 6),
        ("大理市大理路5号", 7),
        ("大理市320国道88号", 8),
        ("大理市G320国道88号", 8),
        ("大理市学府路2号院4栋1单元302", 9),
        ("大理市学府路2号4-1-302", 9),
        ("大理市翠湖苑12栋1单元401", 10),
        ("大理市大理镇龙龛村委会上村3社12号", 11),
        ("大理市大理镇龙龛村上村第三村民小组12号", 11),
        ("大理镇龙龛村委会5组8号", 12),
        ("红河州弥勒县弥阳镇上寨村委会老寨1组6号", 13),
        ("云南普洱镇沅彝族哈尼族拉祜族自治县恩乐镇民江村委会小河边4号", 14),
        ("镇沅县恩乐镇民江村小河边4号", 14),
    ],
)
def test_every_form_leads_to_its_house(text, at):
    within = DALI if text.startswith("大理镇") else None
    found = locate(text, GAZETTEER, within)
    assert (found.level, found.house_id) == ("house", str(at))
    assert found.confidence > 0.9


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("大理市人名路12号", 1),
        ("大理市人民民路12号", 1),
        ("大理市民人路12号", 1),
        ("大里市人民路12号", 1),
        ("大理市下官街道人民路12号", 1),
        ("大理市翠湖园12栋1单元401", 10),
        ("大理市翠湖苑12栋1单园401", 10),
        ("大理市翠湖苑12冻1单元401", 10),
        ("大理市大理镇龙坎村委会上村3组12号", 11),
        ("大理市大理镇龙龛村委会尚村3组12号", 11),
        ("大理市阳光小区3栋2单5元01室", "building"),
    ],
)
def test_one_edit_in_a_name_is_corrected_and_one_among_numbers_is_not(text, at):
    assert house(text) == at


def test_a_corrected_name_is_told():
    found = locate("大理市人名路12号", GAZETTEER)
    assert [(reason.kind, reason.text) for reason in found.reasons] == [("typo", "人名路 -> 人民路")]
    assert found.confidence < locate("大理市人民路12号", GAZETTEER).confidence


def test_an_old_name_and_an_alias_are_told():
    kinds = {reason.kind for reason in locate("弥勒县弥阳镇上寨村老寨1组6号", GAZETTEER).reasons}
    assert kinds == {"old_name"}
    assert {reason.kind for reason in locate("大理市老下关人民路12号", GAZETTEER).reasons} == {"alias"}


@pytest.mark.parametrize("number", ["13", "102", "120", "2", "1"])
def test_a_number_that_is_nearly_another_is_unknown(number):
    found = locate(f"大理市人民路{number}号", GAZETTEER)
    assert (found.level, [reason.kind for reason in found.reasons]) == ("street", ["number_unknown"])


def test_a_house_outside_its_stated_region_is_found_and_said():
    found = locate("九龙社区人民路12号", GAZETTEER, DALI)
    assert found.house_id == "1"
    assert "outside_stated" in {reason.kind for reason in found.reasons}


def test_a_region_that_contradicts_the_callers_is_said():
    found = locate("大理市人民路12号", GAZETTEER, "532504")
    assert "outside_stated" in {reason.kind for reason in found.reasons}
    assert found.confidence < 0.9


def test_nothing_but_regions_is_a_region():
    assert locate("大理市大理镇龙龛村委会", GAZETTEER).level == "village"
    assert locate("大理市大理镇", GAZETTEER).level == "township"


def test_without_a_county_there_are_candidates_only():
    found = locate("人民路12号", GAZETTEER)
    assert (found.point, found.level, [reason.kind for reason in found.reasons]) == (
        None,
        "unplaced",
        ["county_missing"],
    )
    assert [candidate.house_id for candidate in found.candidates] == ["1"]


def test_the_nearer_of_two_equals():
    near = (DALI, "532504100201")
    twins = [
        Dwelling(
            str(at),
            f"{at}",
            Parts(street="和平路", number="1"),
            int(EAST) * 1000 + 1,
            (100 + at, 25),
            "house",
            None,
            None,
        )
        for at in (0, 1)
    ]
    gazetteer = MemoryGazetteer(REGIONS, twins)
    assert locate("大理市和平路1号", gazetteer).level != "house"
    hinted = locate("大理市和平路1号", gazetteer, near[0], near=(101.0, 25.0))
    assert hinted.candidates[0].house_id == "1"


def test_a_learned_name_is_followed():
    learned = {DALI: [LearnedName("street", "步行街", "人民路")]}
    found = locate("大理市步行街12号", _made(learned=learned))
    assert (found.house_id, [reason.kind for reason in found.reasons]) == ("1", ["alias"])


def test_what_a_reviewer_placed_is_remembered():
    pin = Dwelling(None, "老电影院", Parts(), int(EAST) * 1000 + 2, (100.5, 25.5), "house", None, None)
    gazetteer = _made(remembered={"大理市老电影院": [Remembered(DALI, pin)]})
    found = locate("大理市 老电影院", gazetteer)
    assert (found.point, found.grid_no, found.reasons[0].kind) == ((100.5, 25.5), pin.grid_no, "remembered")


PIECES = st.sampled_from(
    [
        "云南",
        "大理市",
        "下关街道",
        "大理镇",
        "龙龛村",
        "人民路",
        "人名路",
        "阳光小区",
        "上村",
        "12",
        "号",
        "3",
        "栋",
        "附",
        "组",
        "-",
        "路",
    ]
)
TEXTS = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=9).map("".join))


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, max_size=6), st.sampled_from([None, DALI, EAST, "5329"]))
def test_any_text_has_an_honest_answer_whatever_stands_beside_it(texts, within):
    answers = locate_many(texts, GAZETTEER, within)
    assert answers == [locate(text, GAZETTEER, within) for text in texts]
    assert answers[::-1] == locate_many(texts[::-1], GAZETTEER, within)
    for found in answers:
        assert found.level in LEVELS
        assert 0 <= found.confidence <= 1
        assert len(found.candidates) <= 5
        assert (found.point is None) == (found.level == "unplaced")
        assert (found.house_id is None) or found.level == "house"
        assert all(reason.kind in PENALTIES and 0 <= reason.penalty <= 1 for reason in found.reasons)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_one_spelling_stays_as_it_is(text):
    plain = normalise(text)
    assert normalise(plain) == plain


@pytest.mark.parametrize("at", range(len(HOUSES)))
def test_the_standard_address_of_a_house_leads_to_it(at):
    names = {region.code: region.name for region in REGIONS}
    village, parts = HOUSES[at]
    text = "".join(names[village[:length]] for length in (2, 4, 6, 9, 12)) + standard_text(parts)
    assert house(text) == at


def test_codes_and_points_for_each_text():
    found = locate_many(["人民路12号", "老寨1组6号"], GAZETTEER, [DALI, "532504"], [None, (103.0, 24.0)])
    assert [one.house_id for one in found] == ["1", "13"]
    with pytest.raises(ValueError, match="argument"):
        locate_many(["人民路12号"], GAZETTEER, [])


@pytest.mark.parametrize("words", ["对面", "旁边小卖部", "往北50米", "附近", "斜对面"])
def test_what_is_near_a_house_is_not_the_house(words):
    twins = [
        Dwelling(
            "1", "和平路5号", Parts(street="和平路", number="5"), int(EAST) * 1000 + 1, (100, 25), "house", None, None
        )
    ]
    found = locate("大理市和平路5号" + words, MemoryGazetteer(REGIONS, twins), DALI)
    assert (found.level, found.house_id) == ("building", None)
    assert found.radius_m >= 100
    assert found.confidence < 0.9
    assert found.reasons[-1].text == words
