"""A list's bytes become rows under our columns, or one clear refusal: never anything else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.errors import Invalid
from layers.registers import REGISTERS, Sheet, read
from layers.registers import table as reading_table
from layers.registers import text as reading_text
from layers.registers.specs import header_key, refusal
from layers.registers.values import READERS

LIST = "编号,村代码,名称\nA,532901001001,一号\nB,532901001001,二号\n"


@pytest.fixture
def sheet(tmp_path):
    """Read a list given as text or bytes."""

    def run(content, register="building", **options):
        path = tmp_path / "list.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(path, register, **options)

    return run


def faults(sheet, content, **options):
    with pytest.raises(Invalid) as caught:
        sheet(content, **options)
    return [(fault.where, fault.message) for fault in caught.value.faults]


def test_a_list_is_read_under_our_columns_with_its_lines(sheet):
    found = sheet(LIST)
    assert found == Sheet(
        "building",
        [2, 3],
        {"ref": ["A", "B"], "region_code": ["532901001001"] * 2, "name": ["一号", "二号"]},
        {"ref": "编号", "region_code": "村代码", "name": "名称"},
        None,
        (),
    )


@pytest.mark.parametrize("content", [LIST.replace(",", ";"), LIST.replace(",", "\t"), "\ufeff" + LIST, LIST + "\n,,\n"])
def test_delimiters_marks_and_blank_rows_do_not_matter(sheet, content):
    assert sheet(content).columns == sheet(LIST).columns


def test_a_gbk_file_is_read_with_a_warning_and_a_stated_one_without(sheet):
    found = sheet(LIST.encode("gb18030"))
    assert found.columns["name"] == ["一号", "二号"]
    assert [fault.message for fault in found.warnings] == ["warning: it is not UTF-8 (byte 0); it was read as GBK"]
    assert sheet(LIST.encode("gb18030"), encoding="gbk").warnings == ()
    assert sheet(LIST.encode("utf-16"), encoding="utf-16").columns["ref"] == ["A", "B"]


def test_a_quoted_line_break_belongs_to_its_cell_and_lines_stay_right(sheet):
    found = sheet('编号,村代码,名称\nA,532901001001,"一\n号"\nB,532901001001,二号\n')
    assert (found.columns["name"], list(found.lines)) == (["一\n号", "二号"], [3, 4])


def test_english_and_dressed_up_headers_are_known(sheet):
    found = sheet("Ref*,Village_Code,经度（°）,纬度（°）\nA,1,2,3\n", crs="gcj-02")
    assert (set(found.columns), found.crs) == ({"ref", "region_code", "lon", "lat"}, "gcj02")


def test_other_headers_are_named_by_option(sheet):
    content = "甲,乙\nA,532901001001\n"
    assert sheet(content, fields={"ref": "甲", "region_code": "乙"}).columns["ref"] == ["A"]
    assert faults(sheet, content, fields={"ref": "丙", "wrong": "乙"}) == [
        ("list.csv line 1", "--field: there is no column wrong in building"),
        ("list.csv line 1", "ref: the header '丙' is missing"),
        ("list.csv line 1", "楼栋编号 (ref) is missing"),
        ("list.csv line 1", "村代码 (region_code) is missing"),
    ]


def test_a_refused_column_does_not_come_in_under_another_name(sheet):
    assert faults(sheet, "编号,村代码,民族\nA,1,某族\n", fields={"name": "民族"}) == [
        ("list.csv line 1", "name: the column 民族 is refused, the model keeps no ethnicity")
    ]


def test_two_headers_for_one_column_are_a_fault(sheet):
    assert faults(sheet, "id,编号,村代码\nA,B,1\n") == [
        ("list.csv line 1", "楼栋编号 (ref) is there 2 times: id, 编号; choose by --field")
    ]


def test_coordinates_need_their_datum_and_each_other(sheet):
    assert faults(sheet, "编号,经度\nA,1\n") == [
        ("list.csv line 1", "纬度 (lat) is missing"),
        (
            "list.csv line 1",
            "it has coordinates: state their datum (crs), such as wgs84, cgcs2000, gcj02, bd09 or EPSG:n",
        ),
    ]
    with pytest.raises(Invalid):
        sheet(LIST, crs="mars")


def test_rows_of_another_length_are_all_named(sheet):
    told = [
        ("line 4", "2 values for 3 columns"),
        ("line 5", "4 values for 3 columns"),
    ]
    found = sheet(LIST + "C,1\nD,1,2,3\n")
    assert [(fault.where, fault.message) for fault in found.broken] == told
    assert list(found.lines) == [2, 3]


def test_a_list_without_a_row_that_can_be_read_is_refused(sheet):
    header = LIST.splitlines()[0]
    assert faults(sheet, f"{header}\nC,1\n") == [("line 2", "2 values for 3 columns")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        ("编号,村代码\n", "no row follows the header"),
        (b"PK\x03\x04rest", "it is a damaged workbook; open it and save it again"),
        (b"a,b\n\x00,1\n", "it holds a zero byte: no text"),
        (b"a,b\n\x07,1\n", "it holds the control character U+0007: no text"),
        (LIST.encode("utf-16"), "it is UTF-16: state that as its encoding, or save it as UTF-8"),
        (b"a,b\n\xff\xff,1\n", "it is neither UTF-8 (byte 4) nor GBK (byte 4)"),
        ('编号,村代码\n"A,1\n', "it is not CSV: unexpected end of data"),
        ("编号,村代码\nA," + "x" * 10_001 + "\n", "a cell has more than 10,000 characters"),
        (",".join("abc" * 70), "210 columns are more than 200"),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(sheet, content, message):
    assert faults(sheet, content)[0][1] == message


def test_too_many_rows_and_too_many_bytes_are_refused(sheet, monkeypatch):
    monkeypatch.setattr(reading_text, "MOST_ROWS", 1)
    assert faults(sheet, LIST)[0][1] == "it has more than 1 rows; divide it"
    monkeypatch.setattr(reading_table, "MOST_BYTES", 10)
    assert faults(sheet, LIST)[0][1].endswith("bytes are more than 10; divide it")


@pytest.mark.parametrize("encoding", ["klingon", "zlib", "rot13", "utf-8\0", "idna", "undefined"])
def test_what_is_no_encoding_is_refused(sheet, encoding):
    assert faults(sheet, LIST, encoding=encoding)[0][0] in ("encoding", "list.csv")


def test_a_missing_file_and_a_missing_register_are_refused(tmp_path):
    with pytest.raises(Invalid, match="there is no such file"):
        read(tmp_path / "none.csv", "building")
    with pytest.raises(Invalid, match="'dog' is none of building, house"):
        read(tmp_path / "none.csv", "dog")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda end: (LIST + end).encode("utf-8", "replace")))
)
def test_any_bytes_are_a_list_or_refused(sheet, content):
    try:
        found = sheet(content)
    except Invalid as error:
        assert error.faults  # noqa: PT017 -- either way is right
    else:
        assert all(len(cells) == len(found.lines) for cells in found.columns.values())


@settings(max_examples=300)
@given(st.sampled_from(sorted(READERS)), st.text(min_size=1, max_size=40).map(str.strip).filter(bool))
def test_any_cell_is_a_value_or_refused_in_words(kind, cell):
    try:
        assert READERS[kind](cell) is not None
    except ValueError as error:
        assert str(error)  # noqa: PT017 -- either way is right


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("moment", "2026-05-01 08:30", "2026-05-01T08:30:00+08:00"),
        ("moment", "2026年5月1日8时5分", "2026-05-01T08:05:00+08:00"),
        ("moment", "2026-05-01T00:30:00Z", "2026-05-01T08:30:00+08:00"),
        ("moment", "20260501", "2026-05-01T00:00:00+08:00"),
        ("date", "2026/5/1", "2026-05-01"),
    ],
)
def test_days_and_times_are_those_of_shanghai(kind, cell, value):
    assert READERS[kind](cell).isoformat() == value


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("birth", "1980", 1980),
        ("birth", "1980年3月", 1980),
        ("birth", "1980-03-05", 1980),
        ("phone", "+86 138-0000-0001", "13800000001"),
        ("phone", "(0872)2100003", "08722100003"),
        ("id_no", "11010519491231002x", "11010519491231002X"),
        ("part", "3栋", "3"),
        ("part", "101室", "101"),
        ("sex", "女", "f"),
        ("residence", "流动人口", "mobile"),
        ("number", "１００．５", 100.5),
    ],
)
def test_the_usual_ways_to_write_a_value_are_understood(kind, cell, value):
    assert READERS[kind](cell) == value


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("number", "nan"),
        ("number", "inf"),
        ("number", "=1+1"),
        ("id_no", "110105194912310021"),
        ("id_no", "110105491231002"),
        ("phone", "12345"),
        ("date", "2026-02-30"),
        ("moment", "2026-05-01 24:01"),
        ("moment", "2026-05-01 08:00+99:00"),
        ("grid", "532901001001"),
        ("region", "53290"),
        ("birth", "1700"),
        ("count", "-1"),
        ("login", "a b"),
    ],
)
def test_wrong_values_are_refused(kind, cell):
    with pytest.raises(ValueError, match=r"."):
        READERS[kind](cell)


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("民族", "ethnicity"),
        ("Religion", "religion"),
        ("政治面貌", "politics"),
        ("人脸照片", "biometrics"),
        ("前科情况", "criminal records"),
        ("涉毒史", "drug registers"),
        ("精神障碍等级", "psychiatric registers"),
        ("重点人员类别", "watch lists"),
        ("risk_score", "scores of people"),
        ("活动轨迹", "traces of people"),
        ("姓名", None),
        ("address", None),
        ("小区", None),
    ],
)
def test_what_the_model_keeps_none_of_is_known_by_its_header(header, kept):
    assert refusal(header) == kept


def test_no_usual_header_of_ours_is_refused_or_means_two_columns():
    for spec in REGISTERS.values():
        owner = {}
        for column in spec.columns:
            for header in (column.title, column.name, *column.aliases):
                assert refusal(header) is None
                assert owner.setdefault(header_key(header), column.name) == column.name, header
