"""The address of a house as its register keeps it: its parts in its own words, and one spelling."""

from __future__ import annotations

import pytest
from builders import COUNTY, VILLAGE, county
from hypothesis import given
from hypothesis import strategies as st

from layers.addresses import chain_of, parts_of, spelling
from layers.geocode.gazetteer import KnownRegion
from layers.geocode.parts import Parts
from layers.models import RegionAlias

CHAIN = [
    KnownRegion("53", 1, "云南省"),
    KnownRegion("5329", 2, "大理白族自治州"),
    KnownRegion(COUNTY, 3, "大理市", ("老大理县",)),
    KnownRegion("532901003", 4, "下关街道"),
    KnownRegion(VILLAGE, 5, "东山村委会"),
]


def test_a_village_is_told_with_all_above_it_and_their_other_names(session):
    county(session)
    session.add(RegionAlias(region_code=COUNTY, name="老大理县", kind="old"))
    session.flush()
    assert chain_of(session, VILLAGE) == CHAIN
    assert chain_of(session, COUNTY) == CHAIN[:3]
    assert chain_of(session, "") == []


@pytest.mark.parametrize(
    ("address", "parts", "text"),
    [
        ("人民路12号", Parts(street="人民路", number="12"), "人民路12号"),
        ("老大理县人民路１２号附1号", Parts(street="人民路", number="12附1"), "人民路12号附1号"),
        ("大理市阳光小区三幢101", Parts(estate="阳光小区", building_no="3", room="101"), "阳光小区3栋101室"),
        ("东山村上村2组5号", Parts(hamlet="上村", group_no="2", number="5"), "上村2组5号"),
        ("下关街道办东山办事处2组5号", Parts(group_no="2", number="5"), "2组5号"),
        ("下关镇人民路12号", Parts(street="人民路", number="12"), "人民路12号"),
        ("大理路12号", Parts(street="大理路", number="12"), "大理路12号"),
        ("下关北街12号", Parts(street="北街", number="12"), "北街12号"),
        ("云南大理大理市下关东山3组5号", Parts(group_no="3", number="5"), "3组5号"),
    ],
)
def test_an_address_is_read_in_its_own_words_and_spelt_in_one_way(address, parts, text):
    found = parts_of(address, CHAIN)
    assert found == parts
    assert spelling(found, CHAIN) == "大理市下关街道东山村委会" + text


def test_what_is_not_understood_is_not_spelt():
    assert spelling(parts_of("", CHAIN), CHAIN) is None
    found = parts_of("人民路12号旁边的小店", CHAIN)
    assert found.rest
    assert spelling(found, CHAIN) is None


@given(st.text(max_size=30))
def test_a_spelling_reads_as_it_was(address):
    found = parts_of(address, CHAIN)
    text = spelling(found, CHAIN)
    assert text is None or text.startswith("大理市下关街道东山村委会")
