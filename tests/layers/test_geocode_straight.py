"""The short way by which usual addresses are located: it leads where the long way does, which compares all readings."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from layers.geocode import locate as engine
from layers.geocode.gazetteer import Dwelling, KnownRegion
from layers.geocode.memory import MemoryGazetteer
from layers.geocode.parts import Parts, standard_text
from layers.geocode.rounds import is_plain

REGIONS = [
    KnownRegion("53", 1, "云南省"),
    KnownRegion("5329", 2, "大理白族自治州"),
    KnownRegion("532901", 3, "大理市", old_names=("下关市",)),
    KnownRegion("532922", 3, "漾濞彝族自治县"),
    KnownRegion("532901003", 4, "下关街道"),
    KnownRegion("532901102", 4, "大理镇"),
    KnownRegion("532922100", 4, "苍山西镇"),
    KnownRegion("532901003007", 5, "西大街社区"),
    KnownRegion("532901003201", 5, "东山村委会"),
    KnownRegion("532901102201", 5, "上村村委会"),
    KnownRegion("532922100201", 5, "上村村委会"),
]
VILLAGES = [region.code for region in REGIONS if region.level == 5]
STREETS, ESTATES, HAMLETS = ("西大街", "大理路", "上村路"), ("阳光小区", "下关小区"), ("上村", "大理", "中村")
PARTS = [
    *(Parts(street=name, number=number) for name, number in product(STREETS, ("1", "12"))),
    *(Parts(estate=name, building_no=number, room="101") for name, number in product(ESTATES, ("1", "12"))),
    *(Parts(hamlet=name, group_no="2", number=number) for name, number in product(HAMLETS, ("1", "12"))),
    Parts(group_no="2", number="12"),
]
WRITTEN = (
    "",
    "云南省",
    "大理州",
    "大理",
    "大理市",
    "下关市",
    "漾濞县",
    "下关",
    "下关街道",
    "大理镇",
    "苍山西镇",
    "上村",
    "东山村",
    "西大街",
)
offices = st.sampled_from((None, "532901", "532922", "532901003", "532901102", "532922100201"))
registers = st.lists(st.tuples(st.sampled_from(VILLAGES), st.sampled_from(PARTS)), min_size=1, max_size=12, unique=True)


@st.composite
def asked(draw):
    """A register, and the text of one of its houses: with some of its regions, or with any."""
    rows = draw(registers)
    village, parts = draw(st.sampled_from(rows))
    own = [region.name for region in REGIONS if village.startswith(region.code)]
    names = draw(
        st.one_of(st.just(own), st.just(own[2:]), st.just(own[2:4]), st.lists(st.sampled_from(WRITTEN), max_size=4))
    )
    return rows, "".join(names) + standard_text(parts)


def gazetteer(rows):
    """The houses of these villages and parts, each at a point of its own."""
    return MemoryGazetteer(
        REGIONS,
        [
            Dwelling(
                str(at),
                f"{village}{standard_text(parts)}",
                parts,
                int(village) * 1000 + 1,
                (100.0 + at, 25.0),
                "house",
                None,
                None,
            )
            for at, (village, parts) in enumerate(rows)
        ],
    )


def located(text, register, within, is_plain):
    """The answer where `is_plain` decides which texts go no longer way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "is_plain", is_plain)
        return engine.locate(text, register, within)


@settings(max_examples=400, deadline=None)
@given(asked=asked(), within=offices)
def test_the_straight_way_leads_where_the_long_way_does(asked, within):
    (rows, text), decided = asked, []
    register = gazetteer(rows)

    def decide(case):
        decided.append(is_plain(case))
        return decided[-1]

    short = located(text, register, within, decide)
    long = located(text, register, within, lambda case: False)
    event("straight" if decided[0] else "long")
    if decided[0]:
        assert (short.house_id, short.point, short.level) == (long.house_id, long.point, long.level)
    else:
        assert short == long


def test_an_address_with_all_its_regions_goes_the_straight_way():
    decided = []

    def decide(case):
        decided.append(is_plain(case))
        return decided[-1]

    register = gazetteer([("532901003007", Parts(street="人民路", number="12"))])
    found = located("云南省大理白族自治州大理市下关街道西大街社区人民路12号", register, None, decide)
    assert decided == [True]
    assert found.house_id == "0"
