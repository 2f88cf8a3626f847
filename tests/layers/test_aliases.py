"""Other names of regions: files of them, those that come with the program, and what renaming leaves behind."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from town import COUNTY, WEST, regions

from layers import aliases, divisions
from layers.codes import LEVELS
from layers.crosswalk import other_codes
from layers.db import set_scope
from layers.doctor import examine
from layers.errors import Conflict, Invalid
from layers.imports import begin
from layers.models import RegionAlias
from layers.regions import Revision, revise_regions
from layers.scope import Scope
from layers.undo import undo

HEADER = "code,name,kind,valid_to"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "yunnan"


@pytest.fixture
def town(session):
    regions(session)
    return session


@pytest.fixture
def written(tmp_path):
    """A file of these lines."""

    def write(*lines, header=HEADER, encoding="utf-8"):
        path = tmp_path / "names.csv"
        path.write_bytes("\n".join([header, *lines]).encode(encoding))
        return path

    return write


@pytest.fixture
def brought(town, written):
    def bring(*lines, **how):
        return aliases.store(town, aliases.read(written(*lines, **how)), "names.csv", "\n".join(lines))

    return bring


def names(session):
    query = "select region_code, name, kind, valid_to from region_alias order by region_code, name"
    return [tuple(row) for row in session.execute(text(query))]


def faults(path):
    with pytest.raises(Invalid) as caught:
        aliases.read(path)
    return [(fault.where, fault.message) for fault in caught.value.faults]


def test_a_file_is_read_line_by_line(written):
    found = aliases.read(written("532504,弥勒县,old,2013-12-31", " 5325 , 红河州 ,ethnic,"))
    assert found.rows == (
        aliases.Alias(2, "532504", "弥勒县", "old", date(2013, 12, 31)),
        aliases.Alias(3, "5325", "红河州", "ethnic", None),
    )
    assert found.faults == ()


def test_columns_may_come_in_any_order_and_others_are_told(written):
    found = aliases.read(written("x,old,弥勒县,,王五,532504", header="source,kind,name,valid_to,author,code"))
    assert [(row.code, row.name) for row in found.rows] == [("532504", "弥勒县")]
    assert [fault.message for fault in found.faults] == ["warning: columns not used: author"]


def test_gbk_is_read_and_said(written):
    found = aliases.read(written("532504,弥勒县,old,", encoding="gbk"))
    assert found.rows[0].name == "弥勒县"
    assert "read as GBK" in found.faults[0].message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("53250,弥勒县,old,", "code '53250' is not 2, 4, 6, 9 or 12 digits"),
        ("٥٣,弥勒县,old,", "code '٥٣' is not 2, 4, 6, 9 or 12 digits"),
        ("532504, ,old,", "the name is missing"),
        (f"532504,{'弥' * 101},old,", f"the name '{'弥' * 20}' is longer than 100 letters or has control characters"),
        ("532504,弥勒县,learned,", "kind 'learned' of a name is not one of short, ethnic, old"),
        ("532504,弥勒县,old,2013", "valid_to '2013' is not a day such as 2013-12-31"),
        ("532504,弥勒县,old,2013-02-29", "valid_to '2013-02-29' is not a day such as 2013-12-31"),
        ("532504,弥勒县,old", "3 values for 4 columns"),
        ("5325,红河,short,", "5325 红河 is there already, in line 2"),
    ],
)
def test_a_wrong_line_is_named(written, line, message):
    assert faults(written("5325,红河,short,", line)) == [("line 3", message)]


def test_every_fault_is_named_at_once(written):
    assert faults(written("x,,y,z")) == [
        ("line 2", "code 'x' is not 2, 4, 6, 9 or 12 digits"),
        ("line 2", "the name is missing"),
        ("line 2", "kind 'y' of a name is not one of short, ethnic, old"),
        ("line 2", "valid_to 'z' is not a day such as 2013-12-31"),
    ]


def test_missing_and_doubled_columns_are_named(written):
    assert faults(written(header="code,name,name,kind")) == [
        ("names.csv line 1", "the column valid_to is missing"),
        ("names.csv line 1", "the column name is there twice"),
    ]


def test_names_are_stored_with_their_import(town, brought):
    result = brought(f"{COUNTY},旧县,old,2013-12-31", f"{WEST},西边,short,")
    assert result.counts == {"new": 2, "kept": 0}
    assert names(town) == [
        (COUNTY, "旧县", "old", date(2013, 12, 31)),
        (WEST, "西边", "short", None),
    ]
    assert {row.import_id for row in town.query(RegionAlias)} == {result.import_id}
    counts = town.scalar(text("select counts from import_log where id = :id"), {"id": result.import_id})
    assert counts == {"region_alias": 2}


def test_what_is_known_stays_as_it_is(town, brought):
    brought(f"{WEST},西边,short,")
    assert brought(f"{WEST},西边,old,2020-01-01", f"{WEST},老西,old,").counts == {"new": 1, "kept": 1}
    assert (WEST, "西边", "short", None) in names(town)


def test_what_a_region_is_called_now_is_no_other_name_of_it(town, brought):
    own = town.scalar(text("select name from region where code = :code"), {"code": WEST})
    assert brought(f"{WEST},{own},old,").counts == {"new": 0, "kept": 1}
    assert names(town) == []


def test_the_same_file_is_refused(brought):
    brought(f"{WEST},西边,short,")
    with pytest.raises(Conflict, match="imported before"):
        brought(f"{WEST},西边,short,")


def test_unknown_regions_are_named_and_nothing_is_stored(town, brought):
    with pytest.raises(Invalid) as caught:
        brought(f"{WEST},西边,short,", "539999,无县,old,")
    assert [(fault.where, fault.message) for fault in caught.value.faults] == [
        ("line 3", "there is no region 539999 here")
    ]
    assert names(town) == []


def test_regions_outside_the_scope_are_unknown(town, brought):
    set_scope(town, Scope.of_region(WEST))
    assert brought(f"{WEST},西边,short,").counts == {"new": 1, "kept": 0}
    with pytest.raises(Invalid, match="has 1 faults"):
        brought(f"{COUNTY},旧县,old,")


def test_an_import_is_undone_and_can_be_done_again(town, brought):
    first = brought(f"{WEST},西边,short,")
    other = brought(f"{COUNTY},旧县,old,")
    assert undo(town, first.import_id).counts == {"region_alias": 1}
    assert [name for _, name, _, _ in names(town)] == ["旧县"]
    assert brought(f"{WEST},西边,short,").import_id not in (first.import_id, other.import_id)


def test_a_renamed_region_keeps_its_name_as_another_one(town):
    town.commit()
    set_scope(town, Scope.everything())
    with begin(town, "regions", "boundaries.gpkg") as log:
        assert revise_regions(log, [Revision(WEST, name="新西村")]) == 1
    today = town.scalar(text("select (now() at time zone 'Asia/Shanghai')::date"))
    assert names(town) == [(WEST, "西村", "old", today)]
    town.commit()
    set_scope(town, Scope.everything())
    undo(town, log.id)
    assert names(town) == []


def test_regions_that_go_take_their_names_along(town, tmp_path, brought):
    town.commit()
    set_scope(town, Scope.everything())
    path = tmp_path / "list.csv"
    path.write_text(f"level,code,name,parent_code\n4,{COUNTY}777,新镇,{COUNTY}\n", encoding="utf-8")
    made = divisions.store(town, divisions.read(path), path.name, "x")
    brought(f"{COUNTY}777,老镇,old,")
    undo(town, made.import_id)
    assert names(town) == []


def test_the_doctor_tells_of_names_of_nothing(town):
    town.add(RegionAlias(region_code="539999", name="无县", kind="old"))
    town.flush()
    found = dict(examine(town, None))["alias_without_region"]
    assert [(fault.where, fault.message) for fault in found] == [
        ("alias 无县", "is another name of 539999, which no region ever had as its code")
    ]


def test_divisions_bring_the_names_that_come_with_the_program(session, tmp_path):
    path = tmp_path / "list.csv"
    lines = ("1,53,云南省,", "2,5325,红河哈尼族彝族自治州,53", "3,532504,弥勒市,5325")
    path.write_text("level,code,name,parent_code\n" + "\n".join(lines), encoding="utf-8")
    result = divisions.store(session, divisions.read(path), path.name, "x")
    assert result.counts["aliases"] == 1
    assert names(session) == [("532504", "弥勒县", "old", date(2013, 12, 31))]


@pytest.mark.parametrize(
    ("code", "name", "year"),
    [
        ("532504", "弥勒县", 2013),
        ("533103", "潞西市", 2010),
        ("533401", "中甸县", 2001),
        ("533401", "香格里拉县", 2014),
        ("5308", "思茅地区", 2003),
        ("5308", "思茅市", 2007),
        ("530821", "普洱哈尼族彝族自治县", 2007),
        ("530126", "路南彝族自治县", 1998),
        ("530702", "丽江纳西族自治县", 2002),
        ("530721", "丽江纳西族自治县", 2002),
        ("530113", "东川市", 1998),
        ("530902", "临沧县", 2003),
        ("530502", "保山市", 2000),
        ("530481", "澄江县", 2019),
        ("532302", "禄丰县", 2021),
        ("532901", "下关市", 1983),
        ("532901003", "下关镇", 2021),
        ("532901004", "下关镇", 2021),
        ("530111009", "大板桥镇", None),
    ],
)
def test_old_names_of_yunnan_are_known_with_the_year_they_ended(code, name, year):
    found = [alias for alias in aliases.shipped() if (alias.code, alias.name) == (code, name)]
    assert [alias.valid_to and alias.valid_to.year for alias in found] == [year]


def test_every_shipped_row_names_its_source():
    lines = (Path(aliases.__file__).parent / "yunnan.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "code,name,kind,valid_to,source"
    assert all(not line.endswith(",") for line in lines)


def test_shipped_names_are_in_order_of_code_and_name():
    keys = [(alias.code, alias.name) for alias in aliases.shipped()]
    assert keys == sorted(keys)
    assert {len(code) for code, _ in keys} <= LEVELS.keys()


def test_shipped_codes_are_one_to_one():
    codes = other_codes()
    assert len({other.code for other in codes}) == len({other.mca_code for other in codes}) == len(codes) == 1416
    assert sum(other.code != other.mca_code for other in codes) == 1002
    assert all(other.code[:6] == other.mca_code[:6] for other in codes)


@pytest.mark.shared
def test_shipped_facts_agree_with_the_lists():
    lines = (SHARED / "yunnan_divisions_nbs2023.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    known = {code: name for _, code, name, _ in (line.split(",") for line in lines)}
    children = Counter((code[: {4: 2, 6: 4, 9: 6, 12: 9}[len(code)]], name) for code, name in known.items())
    assert [alias for alias in aliases.shipped() if alias.code not in known] == []
    # An old name that a sister bears today would send addresses astray.
    parents = {12: 9, 9: 6, 6: 4, 4: 2}
    assert [a for a in aliases.shipped() if children[(a.code[: parents[len(a.code)]], a.name)]] == []
    assert [other for other in other_codes() if known[other.code] != other.name] == []


def test_the_import_log_of_a_list_of_names_holds_no_more_than_numbers(town, brought):
    brought(f"{WEST},西边,short,")
    row = town.execute(text("select source_name, counts, faults from import_log where kind = 'aliases'")).one()
    assert "西边" not in json.dumps(list(map(str, row)), ensure_ascii=False)
