"""Lists of codes and names: every fault by its line, and what a new list changes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from layers.divisions import read, store
from layers.errors import Conflict, Invalid
from layers.imports import digest
from layers.models import ImportLog, Region

HEADER = "level,code,name,parent_code"
LIST = [
    "1,53,云南省,",
    "2,5329,大理白族自治州,53",
    "3,532901,大理市,5329",
    "4,532901003,下关街道,532901",
    "5,532901003001,某社区居民委员会,532901003",
]


@pytest.fixture
def listed(tmp_path):
    """Write lines as a file and read it."""

    def write(*lines, header=HEADER, encoding="utf-8", name="list.csv"):
        path = tmp_path / name
        path.write_bytes("\n".join([header, *lines]).encode(encoding))
        return path

    return write


@pytest.fixture
def brought(session, listed):
    def bring(*lines, name="list.csv", **how):
        path = listed(*lines, name=name, **how)
        return store(session, read(path), name, digest(path))

    return bring


def names(session):
    """Name and whether it is in force, of every region ever stored, in order of code and time."""
    rows = session.execute(
        select(Region.code, Region.name, func.upper_inf(Region.validity)).order_by(
            Region.code, func.lower(Region.validity)
        )
    )
    return list(map(tuple, rows))


def faults(path):
    with pytest.raises(Invalid) as caught:
        read(path)
    return [(fault.where, fault.message) for fault in caught.value.faults]


def test_a_list_is_read_with_parents_first(listed):
    found = read(listed(*reversed(LIST)))
    assert [row.code for row in found.rows] == ["53", "5329", "532901", "532901003", "532901003001"]
    assert [row.parent_code for row in found.rows] == [None, "53", "5329", "532901", "532901003"]
    assert found.faults == ()


def test_the_other_code_may_stand_beside(listed):
    found = read(listed("3,532901,大理市,5329,532901", "2,5329,大理州,53,", header=HEADER + ",mca_code"))
    assert [row.mca_code for row in found.rows if row.level > 1] == [None, "532901"]


def test_columns_may_come_in_any_order_and_others_are_told(listed):
    found = read(listed("云南省,x,53,1,", header="name,ethnic,code,level,parent_code"))
    assert [(row.code, row.name) for row in found.rows] == [("53", "云南省")]
    assert [fault.message for fault in found.faults] == ["warning: columns not used: ethnic"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_is_read_with_or_without_its_mark(listed, encoding):
    assert read(listed(*LIST, encoding=encoding)).faults == ()


def test_gbk_is_read_and_said(listed):
    found = read(listed(*LIST, encoding="gbk"))
    assert found.rows[0].name == "云南省"
    assert [fault.message for fault in found.faults] == ["warning: it is not UTF-8 (byte 33); it was read as GBK"]


def test_what_is_in_no_encoding_of_ours_is_refused(listed):
    path = listed()
    path.write_bytes(b"level,code\n\xff\xff\xff")
    assert faults(path) == [("list.csv", "it is neither UTF-8 (byte 11) nor GBK (byte 11)")]


def test_a_province_named_as_a_parent_is_added_and_said(listed):
    found = read(listed("2,5329,大理州,53", "2,5301,昆明市,53"))
    assert [(row.code, row.name) for row in found.rows] == [("53", "云南省"), ("5301", "昆明市"), ("5329", "大理州")]
    assert [fault.message for fault in found.faults] == ["warning: province 53 云南省 was added"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1,5x,云南省,", "code '5x' is not 2, 4, 6, 9 or 12 digits"),
        ("1,53290,云南省,", "code '53290' is not 2, 4, 6, 9 or 12 digits"),
        ("1,٥٣,云南省,", "code '٥٣' is not 2, 4, 6, 9 or 12 digits"),
        ("2,53,云南省,", "level '2' does not fit code 53, which is of level 1"),
        ("x,53,云南省,", "level 'x' does not fit code 53, which is of level 1"),
        ("2,5329,大理州,54", "parent '54' is not 53, the region above 5329"),
        ("2,5329,大理州,", "parent '' is not 53, the region above 5329"),
        ("1,53,云南省,00", "parent '00' is not empty, the region above 53"),
        ("1,53, ,", "the name is missing"),
        ("1,53,云\0南,", "the name '云\\x00南' is longer than 100 letters or has control characters"),
        (f"1,53,{'云' * 101},", f"the name '{'云' * 20}' is longer than 100 letters or has control characters"),
        ("1,53,云南省", "3 values for 4 columns"),
        ("1,53,云南省,,", "5 values for 4 columns"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(listed, line, message):
    assert faults(listed("1,54,西藏自治区,", line)) == [("line 3", message)]


def test_every_fault_is_named_at_once(listed):
    assert faults(listed("1,53,云南省,", "", "1,53,又一个,", "9,5x,,")) == [
        ("line 4", "code 53 is there already, in line 2"),
        ("line 5", "code '5x' is not 2, 4, 6, 9 or 12 digits"),
        ("line 5", "the name is missing"),
    ]


def test_lines_are_counted_as_an_editor_does(listed):
    assert faults(listed('1,53,"云南\n省",'))[0][0] == "line 3"


def test_missing_and_doubled_columns_are_named(listed):
    assert faults(listed("1,53", header="level,code,code")) == [
        ("list.csv line 1", "the column name is missing"),
        ("list.csv line 1", "the column parent_code is missing"),
        ("list.csv line 1", "the column code is there twice"),
    ]


def test_empty_and_absent_files_are_refused(listed, tmp_path):
    empty = listed()
    empty.write_bytes(b"")
    assert [where for where, _ in faults(empty)] == ["list.csv line 1"] * 4
    assert faults(tmp_path / "none.csv") == [("none.csv", "there is no such file")]


def test_a_field_without_an_end_is_refused(listed):
    assert "it is not CSV" in faults(listed('1,53,"' + "云" * 140_000))[0][1]


def test_a_list_becomes_regions_without_shapes(session, brought):
    result = brought(*LIST)
    assert result.counts == {"new": 5, "kept": 0, "renamed": 0, "recoded": 0, "aliases": 3}
    assert [name for _, name, _ in names(session)] == [line.split(",")[2] for line in LIST]
    region = session.scalars(select(Region).where(Region.code == "532901")).one()
    assert (region.level, region.parent_code, region.geom, region.synthetic, region.source) == (
        3, "5329", None, False, "list.csv",
    )  # fmt: skip
    assert (region.lo, region.hi, region.import_id) == (532901000000000, 532901999999999, result.import_id)


def test_a_list_of_no_regions_stores_none(session, brought):
    assert brought().counts == {"new": 0, "kept": 0, "renamed": 0, "recoded": 0, "aliases": 0}
    assert names(session) == []


def test_the_same_list_is_refused(brought):
    brought(*LIST)
    with pytest.raises(Conflict, match="imported before"):
        brought(*LIST, name="again.csv")


def test_a_child_without_a_parent_anywhere_is_named(session, brought):
    with pytest.raises(Invalid) as caught:
        brought("3,532901,大理市,5329", "4,532902001,某镇,532902")
    assert [(fault.where, fault.message) for fault in caught.value.faults] == [
        ("532901 大理市", "its parent 5329 is neither in the list nor in the database"),
        ("532902001 某镇", "its parent 532902 is neither in the list nor in the database"),
    ]


def test_a_parent_may_be_in_the_database(session, brought):
    brought(*LIST[:3])
    assert brought(*LIST[3:], name="more.csv").counts == {
        "new": 2, "kept": 0, "renamed": 0, "recoded": 0, "aliases": 1,
    }  # fmt: skip


@pytest.fixture
def renamed(database, listed):
    """Two lists in two transactions, the second with another name for one region; gives the second's counts."""
    from layers.scope import Scope  # noqa: PLC0415

    first = listed(*LIST[:2], name="2023.csv")
    second = listed(LIST[0], "2,5329,大理州,53", name="2024.csv")
    with database.write(Scope.everything()) as session:
        store(session, read(first), first.name, digest(first))
        session.execute(text("update region set name_en = 'Dali', area_m2 = 7 where code = '5329'"))
    with database.write(Scope.everything()) as session:
        return store(session, read(second), second.name, digest(second))


def test_a_new_name_begins_and_the_old_one_stays_known(database, session, renamed):
    assert renamed.counts == {"new": 0, "kept": 1, "renamed": 1, "recoded": 0, "aliases": 0}
    assert names(session) == [
        ("53", "云南省", True),
        ("5329", "大理白族自治州", False),
        ("5329", "大理州", True),
    ]
    touching = (
        "select count(*) from region a join region b on upper(a.validity) = lower(b.validity) and a.code = b.code"
    )
    assert session.scalar(text(touching)) == 1


def test_a_renamed_region_keeps_everything_else(session, renamed):
    now = session.scalars(select(Region).where(Region.code == "5329", func.upper_inf(Region.validity))).one()
    assert (now.name_en, now.area_m2, now.source, now.import_id) == ("Dali", 7.0, "2023.csv", renamed.import_id)
    counts = session.scalars(select(ImportLog.counts).where(ImportLog.id == renamed.import_id)).one()
    assert counts == {"region": 1, "region_alias": 1}


def test_a_code_of_the_other_system_that_is_missing_changes_nothing(session, brought):
    brought("1,53,云南省,,530000", header=HEADER + ",mca_code")
    assert brought(LIST[0], name="plain.csv").counts == {"new": 0, "kept": 1, "renamed": 0, "recoded": 0, "aliases": 0}
    assert session.scalars(select(Region.mca_code)).all() == ["530000"]


def test_a_code_of_the_other_system_is_filled_in_where_it_stands(session, brought):
    brought(LIST[0])
    result = brought("1,53,云南省,,530000", header=HEADER + ",mca_code", name="both.csv")
    assert result.counts == {"new": 0, "kept": 0, "renamed": 0, "recoded": 1, "aliases": 0}
    assert session.execute(select(Region.name, Region.mca_code, Region.import_id)).all() == [
        ("云南省", "530000", result.import_id)
    ]


def test_a_region_may_get_a_new_name_and_a_code_at_once(session, brought):
    brought("2,5329,大理,53", LIST[0])
    session.execute(text("update region set validity = tstzrange(now() - interval '1 day', null)"))
    result = brought("2,5329,大理州,53,532900", header=HEADER + ",mca_code", name="both.csv")
    assert result.counts == {"new": 0, "kept": 1, "renamed": 1, "recoded": 1, "aliases": 0}
    now = select(Region.name, Region.mca_code).where(Region.code == "5329", func.upper_inf(Region.validity))
    assert session.execute(now).all() == [("大理州", "532900")]
