"""Codes of two systems: what the same nine digits mean, and lists that use the wrong ones."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from town import LEFT, TOP, regions

from layers import crosswalk, divisions
from layers.errors import Invalid
from layers.models import FacilityKind, Region
from layers.registers import read, store

OURS = "532901001"
ABOVE = ("1,53,云南省,,", "2,5329,大理白族自治州,53,", "3,532901,大理市,5329,")
# Our 532901002 is the civil affairs' 太和街道, whose code with us is 532901004.
OURSS = (
    "4,532901002,甲街道,532901,532901008",
    "4,532901003,下关街道,532901,532901001",
    "4,532901004,太和街道,532901,532901002",
    "4,532901110,上关镇,532901,532901110",
)


@pytest.fixture
def brought(session, tmp_path):
    def bring(*lines, name="list.csv"):
        path = tmp_path / name
        path.write_text("\n".join(["level,code,name,parent_code,mca_code", *lines]), encoding="utf-8")
        return divisions.store(session, divisions.read(path), name, "\n".join(lines))

    return bring


@pytest.fixture
def county(session, brought):
    brought(*ABOVE, *OURSS)
    return session


def mca_codes(session):
    return {code: mca for code, mca in session.execute(select(Region.code, Region.mca_code).where(Region.level == 4))}


def test_both_codes_of_a_township_are_known_by_its_name():
    assert crosswalk.mca_code_of("532901003", "下关街道") == "532901001"
    assert crosswalk.mca_code_of("532901003", "某街道") is None
    assert crosswalk.statistics_code_of("532901001", "下关街道") == "532901003"
    assert crosswalk.statistics_code_of("532901001", "某街道") is None


def test_a_township_with_one_code_has_no_other():
    same = next(other for other in crosswalk.other_codes() if other.code == other.mca_code)
    assert crosswalk.statistics_code_of(same.code, same.name) is None
    assert crosswalk.mca_code_of(same.code, same.name) == same.code


def test_a_code_that_the_list_leaves_out_is_filled_in(session, brought):
    brought(*ABOVE, "4,532901003,下关街道,532901,", "4,532901777,无名镇,532901,")
    assert mca_codes(session) == {"532901003": "532901001", "532901777": None}


def test_a_code_that_differs_from_the_known_one_is_stored_and_told(session, brought):
    result = brought(*ABOVE, "4,532901003,下关街道,532901,532901009")
    assert mca_codes(session) == {"532901003": "532901009"}
    assert [(fault.where, fault.message) for fault in result.faults] == [
        ("532901003 下关街道", "warning: its civil affairs' code is 532901009 here and 532901001 in their list")
    ]


def test_a_list_in_the_other_system_is_refused_with_every_township(session, brought):
    with pytest.raises(Invalid) as caught:
        brought(*ABOVE, "4,532901001,下关街道,532901,", "4,532901002,太和街道,532901,")
    assert [(fault.where, fault.message) for fault in caught.value.faults] == [
        ("532901001 下关街道", "this is its civil affairs' code; the statistics bureau's is 532901003"),
        ("532901002 太和街道", "this is its civil affairs' code; the statistics bureau's is 532901004"),
    ]
    assert mca_codes(session) == {}


def test_who_states_both_codes_is_believed(session, brought):
    brought(*ABOVE, "4,532901001,下关街道,532901,532901001")
    assert mca_codes(session) == {"532901001": "532901001"}


@pytest.mark.parametrize(
    ("stated", "codes"),
    [
        ([], {}),
        (["532901003", "532901004"], {}),
        # What only we have says that the list is ours, and 532901002 with it.
        (["532901002", "532901003"], {}),
        (["532901002"], {}),
        (["532901110"], {}),
        # What only they have says that the list is theirs, and 532901002 with it.
        (["532901001", "532901002"], {"532901001": "532901003", "532901002": "532901004"}),
        (["532901001", "532901110"], {"532901001": "532901003"}),
        # Neither a village nor an unknown code says anything.
        (["532901001001", "532901999", "5329"], {}),
    ],
)
def test_a_list_is_of_one_system(county, stated, codes):
    assert crosswalk.translate(county, stated) == crosswalk.Translation(codes, {})


def test_a_list_of_both_systems_is_doubtful_where_the_digits_mean_two_townships(county):
    found = crosswalk.translate(county, ["532901001", "532901002", "532901003"])
    assert found.codes == {"532901001": "532901003"}
    assert found.faults == {
        "532901002": "532901002 is 甲街道 to the statistics bureau and 太和街道 to the civil affairs, "
        "and the list has codes of both"
    }


def test_order_and_repetition_do_not_matter(county):
    stated = ["532901003", "532901002", "532901001"]
    assert crosswalk.translate(county, stated) == crosswalk.translate(county, [*reversed(stated), *stated])


@pytest.fixture
def facilities(session, vault, tmp_path):
    """Store facilities at a place in the town, each with a code in its column for the region."""
    regions(session)
    session.add(FacilityKind(code="school", name_zh="学校", name_en="school", sort=1))
    session.flush()
    session.execute(text("update region set mca_code = '532901666' where code = :code"), {"code": OURS})

    def bring(*codes):
        rows = [f"S{at},school,{code},{LEFT + 0.001},{TOP - 0.001}" for at, code in enumerate(codes)]
        path = tmp_path / "facility.csv"
        path.write_text("\n".join(["编号,设施类型,村代码,经度,纬度", *rows]), encoding="utf-8")
        return store(session, vault, read(path, "facility", crs="wgs84"), path.name, "x")

    return bring


def test_a_list_by_the_civil_affairs_codes_is_understood_and_said(facilities):
    result = facilities("532901666", "532901666")
    assert result.counts["facility"] == 2
    [told] = [fault for fault in result.faults if "civil affairs" in fault.message]
    assert (told.where, told.message) == (
        "line 2, 村代码", f"warning: the codes of 2 rows are the civil affairs'; 532901666 is {OURS}",
    )  # fmt: skip


def test_a_list_by_our_codes_is_left_as_it_is(facilities):
    assert not [fault for fault in facilities(OURS).faults if "civil affairs" in fault.message]


def test_a_code_of_neither_system_is_unknown(facilities):
    with pytest.raises(Invalid) as caught:
        facilities("532901999", "532901666")
    assert [fault.message for fault in caught.value.faults] == ["there is no region 532901999 here"]
