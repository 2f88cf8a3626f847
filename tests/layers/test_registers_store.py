"""Lists come in whole, each row in its grid at once, or not at all, with every fault named by its row."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import text
from town import EAST, WEST, lattice, regions
from town import buildings as add_buildings

from gridding import Target
from layers import accounts
from layers.datum import from_wgs84
from layers.db import set_scope
from layers.doctor import examine
from layers.errors import Conflict, Invalid
from layers.models import FacilityKind, IncidentKind, OrganisationKind, PlaceKind
from layers.plans import divide_village, submit
from layers.publish import publish
from layers.registers import REGISTERS, read, store
from layers.scope import Scope

SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "samples"
PLACED = "编号,村代码,经度,纬度\n"


@pytest.fixture
def town(session):
    """Two villages without grids, some kinds, and a field worker."""
    regions(session)
    session.add(FacilityKind(code="clinic", name_zh="卫生室", name_en="Clinic"))
    session.add(OrganisationKind(code="shop", name_zh="商店", name_en="Shop"))
    session.add(PlaceKind(code="square", name_zh="广场", name_en="Square"))
    session.add(PlaceKind(code="site", name_zh="工地", name_en="Site"))
    session.add(IncidentKind(code="noise", name_zh="噪音", name_en="Noise"))
    session.flush()
    accounts.add(session, "wang.field", "王五", "field", "532901001", "a-long-password")
    return session


@pytest.fixture
def bring(town, vault, tmp_path):
    """Store a list given as text (or bytes, or the path of a sample)."""

    def run(register, content, crs="wgs84", **options):
        path = content if isinstance(content, Path) else tmp_path / f"{register}.csv"
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif isinstance(content, bytes):
            path.write_bytes(content)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return store(town, vault, read(path, register, crs=crs, **options), path.name, digest)

    return run


def sample(register):
    return SAMPLES / f"{register}.csv"


def refused(bring, register, content, **options):
    """The faults for which a list is refused, as (where, message)."""
    with pytest.raises(Invalid) as caught:
        bring(register, content, **options)
    return [(fault.where, fault.message) for fault in caught.value.faults]


def rows(session, query):
    return [tuple(row) for row in session.execute(text(query))]


def unclean(session, vault):
    return [fault for _, faults in examine(session, vault) for fault in faults]


def put_in_force(session):
    """One grid for each village."""
    add_buildings(session, lattice(2), households=10)
    for village in (WEST, EAST):
        plan = divide_village(session, village, Target(load=40, band=(1, 100)))
        submit(session, plan.id, plan.rev)
        publish(session, plan.id, plan.rev)


def test_the_samples_of_the_guide_come_in_one_after_the_other(town, bring, vault):
    put_in_force(town)
    for register in REGISTERS:
        result = bring(register, sample(register))
        assert result.counts == {register: len(sample(register).read_text("utf-8").splitlines()) - 1}
        assert result.faults == ()
    assert unclean(town, vault) == []
    assert rows(town, "select distinct grid_no from household order by 1") == [
        (int(WEST + "001"),),
        (int(EAST + "001"),),
    ]
    places = rows(town, "select ref, grid_no, level, point is null, source_crs from house order by ref")
    assert places == [
        ("F-001", int(WEST + "001"), "building", False, "wgs84"),
        ("F-002", int(WEST + "001"), "building", False, "wgs84"),
        ("F-003", int(WEST + "001"), "building", False, "wgs84"),
        ("F-004", int(EAST + "001"), "house", False, "wgs84"),
        ("F-005", int(EAST + "000"), "village", True, None),
    ]
    assert rows(town, "select estate, building_no, unit, room, address from house where ref = 'F-001'") == [
        ("幸福小区", "1", "1", "101", "大理市镇西村幸福小区1栋1单元101室")
    ]
    assert rows(town, "select kind, handled_grid_no, occurred_on::text from incident order by ref") == [
        ("noise", int(WEST + "001"), "2026-05-01"),
        ("noise", int(EAST + "000"), "2026-05-02"),
    ]
    assert rows(town, "select grid_no, lower(validity)::text, upper_inf(validity) from duty") == [
        (int(WEST + "001"), "2026-05-01 00:00:00+08", True)
    ]


def test_an_id_number_tells_sex_and_birth_year_and_is_sealed(town, bring, vault):
    for register in ("building", "house", "household", "person"):
        bring(register, sample(register))
    query = "select name, sex, birth_year, residence, id_no_cipher, id_no_index, phone_cipher from person order by ref"
    one, _, third, fourth = rows(town, query)
    assert third[:4] == ("王小云", "m", 2010, "mobile")
    assert vault.open(one[4], "person.id_no") == "532901198001010014"
    assert one[5] == vault.index("532901198001010014", "person.id_no")
    assert vault.open(one[6], "person.phone") == "13800000001"
    assert fourth[4:] == (None, None, None)
    phones = rows(town, "select phone_cipher from household where ref = 'H-003'")
    assert vault.open(phones[0][0], "household.phone") == "08722100003"


def test_every_fault_of_a_place_is_named_by_its_row_and_nothing_is_stored(town, bring):
    content = PLACED + "".join(
        [
            f"a,{WEST},100.23,25.51\n",  # in the east
            f"b,{WEST},0,0\n",
            f"c,{WEST},25.51,100.21\n",
            "d,,99.0,25.51\n",
            "e,999999999999,100.21,25.51\n",
            "f,,,\n",
            "g,532901,,\n",
            f"h,{WEST},100.21,\n",
            f"i,{WEST},abc,25.51\n",
            f"ok,{WEST},100.21,25.51\n",
            f"ok,{WEST},100.21,25.51\n",
            f",{WEST},100.21,25.51\n",
        ]
    )
    assert refused(bring, "building", content) == [
        ("line 2, 村代码", f"the point lies in {EAST}, not in {WEST}"),
        ("line 3, 经度", "the point is 0, 0: it is not known"),
        ("line 4, 经度", "longitude and latitude are swapped"),
        ("line 5, 经度", "the point lies outside every region"),
        ("line 6, 村代码", "there is no region 999999999999 here"),
        ("line 7", "it has no place: neither coordinates nor an address nor a village's code"),
        ("line 8, 村代码", "532901 is not a village: without coordinates its village must be stated"),
        ("line 9, 纬度", "is empty where the other coordinate is not"),
        ("line 10, 经度", "'abc' is not a number"),
        ("line 12, 编号", "ok is there already, in line 11"),
        ("line 13, 编号", "is empty"),
    ]
    assert rows(town, "select count(*) from building") == [(0,)]


def test_a_row_that_cannot_be_read_hides_no_other_fault(town, bring):
    content = PLACED + f"a,{WEST},0,0\nb\n,{WEST},100.21,25.51\nc,{WEST},100.21,25.51\n"
    assert refused(bring, "building", content) == [
        ("line 3", "1 values for 4 columns"),
        ("line 2, 经度", "the point is 0, 0: it is not known"),
        ("line 4, 编号", "is empty"),
    ]
    assert rows(town, "select count(*) from building") == [(0,)]


def test_a_key_is_told_twice_though_its_first_row_is_wrong_elsewhere(bring):
    content = PLACED + f"a,999999999999,100.21,25.51\na,{WEST},100.21,25.51\na,,,\n"
    assert refused(bring, "building", content) == [
        ("line 2, 村代码", "there is no region 999999999999 here"),
        ("line 3, 编号", "a is there already, in line 2"),
        ("line 4", "it has no place: neither coordinates nor an address nor a village's code"),
        ("line 4, 编号", "a is there already, in line 2"),
    ]


def test_a_list_in_another_datum_is_refused_with_its_likely_name(bring):
    # On a ring near the border of the village, so that a shift of 400 m takes points out of it.
    steps = [0.0005 + 0.001 * step for step in range(20)]
    points = [(100.20 + step, lat) for step in steps for lat in (25.5002, 25.5198)]
    points += [(lon, 25.50 + step) for step in steps for lon in (100.2002, 100.2198)]
    shifted = [from_wgs84(lon, lat, "gcj02") for lon, lat in points]
    content = PLACED + "".join(f"{at},{WEST},{lon:.7f},{lat:.7f}\n" for at, (lon, lat) in enumerate(shifted))
    with pytest.raises(Invalid, match="This list is in gcj02, not in wgs84"):
        bring("building", content)
    assert bring("building", content, crs="gcj02").counts == {"building": 80}


def test_converted_points_keep_the_datum_that_was_stated(town, bring):
    lon, lat = from_wgs84(100.21, 25.51, "bd09")
    bring("building", PLACED + f"a,{WEST},{float(lon)!r},{float(lat)!r}\n", crs="BD-09")
    assert rows(town, "select source_crs, round(st_x(point)::numeric, 6)::text from building") == [
        ("bd09", "100.210000")
    ]


def test_footprints_place_their_building_and_may_not_be_broken(town, bring):
    shape = "POLYGON((100.2190 25.51, 100.2204 25.51, 100.2204 25.511, 100.2190 25.511, 100.2190 25.51))"
    bow = "POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))"
    result = bring("building", f'编号,轮廓\na,"{shape}"\n')
    assert [(fault.where, fault.message) for fault in result.faults] == [
        ("building a", "warning: its footprint reaches over the border of its village")
    ]
    assert rows(town, "select grid_no, st_area(footprint) > 0, level from building") == [
        (int(WEST + "000"), True, "building")
    ]
    faults = refused(bring, "building", f'编号,轮廓\nb,"{bow}"\nc,POINT(1 1)\nd,POLYGON((\n')
    assert [where for where, _ in faults] == ["line 2, 轮廓", "line 3, 轮廓", "line 4, 轮廓"]
    assert "not a valid polygon" in faults[0][1]
    assert (faults[1][1], faults[2][1]) == ("is not a polygon", "is not WKT")


def test_references_must_lead_to_a_row_and_keys_must_be_new(town, bring):
    bring("building", sample("building"))
    bring("house", sample("house"))
    assert refused(bring, "household", "户编号,房屋编号,村代码\nH,F-001,\nI,F-9,\nK,F-001,532901001002\n") == [
        ("line 3, 房屋编号", "there is no house with the key F-9 here"),
        ("line 4, 村代码", f"it lies in {WEST}, not in {EAST}"),
    ]
    assert refused(bring, "building", PLACED + f"L-001,{WEST},100.21,25.51\n") == [
        ("line 2, 编号", "L-001 is in the database already")
    ]


def test_the_same_address_twice_in_a_list_is_a_fault_and_one_registered_is_offered(town, bring):
    bring("building", sample("building"))
    head = "房屋编号,楼栋编号,村代码,地址,房号\n"
    bring("house", head + f"A,L-001,,幸福小区1栋,101\nB,L-001,,幸福小区1栋,102\nC,,{EAST},人民路12号,\n")
    assert refused(
        bring, "house", head + f"D,L-001,,幸福小区一栋,101室\nE,L-002,,x,1\nF,L-002,,x,1\nG,,{EAST},人民路12号,\n"
    ) == [
        ("line 4, 地址", "the same address stands there already, in line 3"),
    ]
    result = bring("house", head + f"D,L-001,,幸福小区一栋,101室\nG,,{EAST},人民路12号,\n")
    known = "warning: a house with this address is registered there already"
    assert [(fault.where, fault.message) for fault in result.faults] == [
        ("line 2, 地址", known),
        ("line 3, 地址", known),
    ]
    pairs = "select k.ref, o.ref, d.why from duplicate d join house k on k.id = kept_id join house o on o.id = other_id"
    assert rows(town, f"{pairs} order by 1") == [("A", "D", ["address"]), ("C", "G", ["address"])]


def test_wrong_persons_are_told_without_their_data(town, bring):
    for register in ("building", "house", "household"):
        bring(register, sample(register))
    head = "编号,户编号,姓名,人户状态,性别,出生日期,身份证号,手机,迁入日期,迁出日期\n"
    content = head + (
        "1,H-001,甲,户籍,男,1980-01-01,532901198001010015,12345,2020-02-30,\n"
        "2,H-001,,别的,x,99,,1.38E+10,2020-02-02,2019-01-01\n"
    )
    assert refused(bring, "person", content) == [
        ("line 2, 身份证号", "has a check character that does not fit its digits"),
        ("line 2, 手机", "is not a phone number"),
        ("line 2, 迁入日期", "'2020-02-30' is no day of the calendar"),
        ("line 3, 姓名", "is empty"),
        ("line 3, 人户状态", "'别的' is not 户籍, 流动, 留守 or 境外"),
        ("line 3, 性别", "'x' is not 男 or 女"),
        ("line 3, 出生日期", "'99' is not a date such as 2026-05-01"),
        ("line 3, 手机", "was turned into a rounded number by a spreadsheet; save the column as text"),
        ("line 3, 迁出日期", "it lies before the day of moving in"),
    ]
    twice = "1,H-001,甲,户籍,女,1981,532901198001010014,,,\n2,H-001,乙,户籍,,,532901198001010014,,,\n"
    assert [(fault.where, fault.message) for fault in bring("person", head + twice).faults] == [
        ("line 2, 性别", "warning: it is not the one that the id number states"),
        ("line 2, 出生日期", "warning: it is not the one that the id number states"),
        ("line 3, 身份证号", "warning: the same id number is in line 2"),
    ]


def test_what_the_model_refuses_is_dropped_and_named(town, bring):
    content = f"编号,类型,描述,时间,村代码,民族,风险等级,备注\n1,噪音,吵,20260501,{WEST},某族,高,x\n"
    assert [fault.message for fault in bring("incident", content).faults] == [
        "warning: the column 民族 was dropped: the model keeps no ethnicity",
        "warning: the column 风险等级 was dropped: the model keeps no scores of people",
        "warning: columns not used: 备注",
    ]


def test_unknown_kinds_times_and_grids_are_faults(bring):
    content = f"编号,类型,描述,时间,网格编号,村代码\n1,打雷,响,2026-05-01 25:00,{WEST}007,{WEST}\n"
    assert refused(bring, "incident", content) == [
        ("line 2, 类型", "'打雷' is no kind of incident here"),
        ("line 2, 时间", "'2026-05-01 25:00' is no time of the day"),
        ("line 2, 网格编号", f"there never was a grid {WEST}007"),
    ]


def test_duties_need_an_account_and_a_grid_in_force(town, bring):
    put_in_force(town)
    bring("duty", sample("duty"))
    assert refused(
        bring, "duty", f"账号,网格编号,开始日期\nnobody,{WEST}001,2026-05-01\nwang.field,{WEST}009,2026-05-01\n"
    ) == [
        ("line 2, 账号", "there is no such account"),
        ("line 3, 网格编号", f"there is no grid {WEST}009 in force"),
    ]
    head = "账号,网格编号,开始日期\n"
    assert refused(
        bring, "duty", head + f"wang.field,{WEST}001,2026-06-01\n" + f"wang.field,{EAST}001,2026-06-01\n" * 2
    ) == [
        ("line 2, 网格编号", "the account has this grid already"),
        ("line 4, 网格编号", "the same duty is in line 3"),
    ]


@pytest.mark.parametrize("register", ["building", "facility", "incident"])
def test_rows_outside_the_region_of_who_brings_them_are_faults(town, bring, register):
    set_scope(town, Scope.of_region(WEST))
    kind = {"facility": "clinic", "incident": "noise"}.get(register, "")
    head = "编号,类型,描述,时间,村代码,经度,纬度\n" if register == "incident" else "编号,类型,村代码,经度,纬度\n"
    text_and_time = ",x,2026-05-01" if register == "incident" else ""
    content = head + f"1,{kind}{text_and_time},,100.23,25.51\n2,{kind}{text_and_time},{EAST},,\n"
    assert refused(bring, register, content) == [
        ("line 2", "it lies outside your region"),
        ("line 3, 村代码", f"there is no region {EAST} here"),
    ]


def test_hostile_text_is_kept_as_it_is(town, bring):
    hostile = ["<script>alert(1)</script>", "'); drop table building; --", "=1+1", "\u202egnp.exe", "{{7*7}}", "%s"]
    content = "编号,村代码,经度,纬度,楼名\n" + "".join(
        f'{at},{WEST},100.21,25.51,"{name}"\n' for at, name in enumerate(hostile)
    )
    bring("building", content)
    assert [row[0] for row in rows(town, "select name from building order by ref")] == hostile


def test_a_file_is_not_brought_in_twice(bring):
    bring("building", sample("building"))
    with pytest.raises(Conflict, match=r"This file was imported before: building\.csv"):
        bring("building", sample("building"))


def test_the_log_says_where_the_rows_lie(town, bring):
    bring("building", sample("building"))
    bring("facility", f"编号,类型,村代码\n1,卫生室,{WEST}\n")
    query = "select kind, crs, region_code, rows from import_log where kind in ('building', 'facility') order by kind"
    assert rows(town, query) == [("building", "wgs84", "532901001", 3), ("facility", "wgs84", WEST, 1)]
