"""Reading addresses: spelling, region names, and the parts below the village."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from layers.geocode.gazetteer import KnownRegion
from layers.geocode.lattice import Reading, read_regions
from layers.geocode.near import NearWords
from layers.geocode.normalise import normalise
from layers.geocode.parts import Parts, read_parts, standard_text
from layers.geocode.regions import RegionIndex, spellings
from layers.geocode.straight import read_straight

REGIONS = [
    KnownRegion("53", 1, "云南省"),
    KnownRegion("5329", 2, "大理白族自治州"),
    KnownRegion("532901", 3, "大理市"),
    KnownRegion("532922", 3, "漾濞彝族自治县", ("老漾濞",)),
    KnownRegion("532901003", 4, "下关街道"),
    KnownRegion("532901102", 4, "大理镇"),
    KnownRegion("532901003007", 5, "西大街社区"),
    KnownRegion("532901102201", 5, "龙龛村委会"),
]
INDEX = RegionIndex(REGIONS)


@pytest.mark.parametrize(
    ("written", "standard"),
    [
        ("人民路１２号", "人民路12号"),
        (" 大理市，人民路 12 号。", "大理市人民路12号"),
        ("【阳光小区】三幢2门五〇一房", "阳光小区3栋2单元501室"),
        ("阳光小区十二号楼", "阳光小区12栋"),
        ("上村第三村民小组12号(村口大树旁)", "上村3组12号"),
        ("上村2社", "上村2组"),
        ("人民路56号付3号", "人民路56号附3号"),
        ("三一街12号", "三一街12号"),
        ("九龙社区", "九龙社区"),
        ("第一社区", "第一社区"),
        ("一号路3号", "一号路3号"),
        ("人民路12号13800000000", "人民路12号"),
        ("人民路12号,电话13800000000", "人民路12号"),
        ("阳光小区3号栋501室", "阳光小区3栋501室"),
    ],
)
def test_one_spelling(written, standard):
    assert normalise(written) == standard


@given(st.text(max_size=40))
def test_any_text_can_be_normalised_and_read(text):
    plain = normalise(text)
    assert normalise(plain) is not None
    assert read_parts(plain).rest in plain
    assert Reading(0, "") in read_regions(plain, INDEX, "")


@pytest.mark.parametrize(
    ("name", "level", "written", "short"),
    [
        ("大理白族自治州", 2, "大理", True),
        ("大理白族自治州", 2, "大理州", False),
        ("漾濞彝族自治县", 3, "漾濞", True),
        ("漾濞彝族自治县", 3, "漾濞县", False),
        ("下关街道", 4, "下关街道办事处", False),
        ("龙龛村委会", 5, "龙龛村", False),
    ],
)
def test_spellings_leave_the_word_for_the_kind_out(name, level, written, short):
    assert spellings(name, level)[written] is short


@pytest.mark.parametrize(
    ("text", "end", "code"),
    [
        ("云南省大理白族自治州大理市下关街道人民路12号", 17, "532901003"),
        ("大理市大理镇人民路", 6, "532901102"),
        ("云南大理下关人民路", 6, "532901003"),
        ("大理市大理市下关街道", 10, "532901003"),
        ("大理市龙龛村2组", 6, "532901102201"),
        ("老漾濞上街12号", 3, "532922"),
        ("漾濞彝族自治县下关街道", 7, "532922"),
    ],
)
def test_the_likeliest_reading_of_a_text_names_the_deepest_region(text, end, code):
    best = min(read_regions(text, INDEX, ""), key=lambda one: one.cost - 0.2 * one.end)
    assert best[:2] == (end, code)


def test_a_short_name_is_not_taken_from_a_street():
    known = {reading.code: reading.cost for reading in read_regions("大理路12号", INDEX, "")}
    assert known[""] == 0.0
    assert known["532901"] > 0.4


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("人民路12号", Parts(street="人民路", number="12")),
        ("人民路12号附1号", Parts(street="人民路", number="12附1")),
        ("人民路12-1号", Parts(street="人民路", number="12-1")),
        ("人民路", Parts(street="人民路")),
        ("人民路12号301室", Parts(street="人民路", number="12", room="301")),
        ("阳光小区3栋2单元501室", Parts(estate="阳光小区", building_no="3", unit="2", room="501")),
        ("阳光小区3-2-501", Parts(estate="阳光小区", building_no="3", unit="2", room="501")),
        ("人民路阳光小区3栋", Parts(street="人民路", estate="阳光小区", building_no="3")),
        (
            "人民路12号阳光小区3栋5层",
            Parts(street="人民路", number="12", estate="阳光小区", building_no="3", floor="5"),
        ),
        ("蒙自路10弄7号", Parts(street="蒙自路10弄", number="7")),
        ("320国道88号", Parts(street="320国道", number="88")),
        ("学府路2号院4栋1单元302室", Parts(street="学府路", number="2", building_no="4", unit="1", room="302")),
        ("阳光小区A栋302室", Parts(estate="阳光小区", building_no="A", room="302")),
        ("上村2组12号", Parts(hamlet="上村", group_no="2", number="12")),
        ("2组12号", Parts(group_no="2", number="12")),
        ("上村12号", Parts(hamlet="上村", number="12")),
        ("上村", Parts(hamlet="上村")),
        ("", Parts()),
        ("人民路12号旁边的小店", Parts(street="人民路", number="12", rest="旁边的小店")),
    ],
)
def test_parts_below_the_village(text, parts):
    assert read_parts(text) == parts


@pytest.mark.parametrize(
    "text", ["人民路12号", "人民路12号附1号", "阳光小区3栋2单元501室", "上村2组12号", "人民路12号阳光小区3栋"]
)
def test_standard_text_reads_as_it_was(text):
    assert standard_text(read_parts(text)) == text


def test_a_region_named_at_the_end_of_a_text_ends_where_the_text_does():
    found = list(RegionIndex(REGIONS).at("大理镇龙龛村", 3, "532901"))
    assert {end for end, _ in found} == {5, 6}


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("大理市大理镇龙龛村2组", {9}),
        ("大理市下关街道西大街12号", {7, 10}),
        ("大理大理市大理镇3号", {8}),
        ("大理市大理镇龙龛村龙龛3号", {9, 11}),
    ],
)
def test_a_usual_address_is_read_as_far_as_its_regions_go(text, ends):
    assert {reading.end for reading in read_straight(text, RegionIndex(REGIONS), None)} == ends


WORDS = st.text(alphabet="甲乙丙丁", min_size=1, max_size=7)


@given(st.sets(WORDS, max_size=12), WORDS)
def test_every_word_within_one_edit_is_found(words, written):
    near = {word for word in words if len(written) > 1 and OSA.distance(word, written) == 1}
    assert set(NearWords(words).near(written)) >= {word for word in near if len(word) > 1}
