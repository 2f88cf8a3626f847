"""A workbook or a Parquet file gives the same list as its CSV, with faults at their cells; a hostile one is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import geopandas
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.errors import Invalid
from layers.registers import archive, read
from layers.registers.files import read_table
from layers.registers.workbook import column_letters

HEADER = ["编号", "村代码", "名称"]
ROWS = [["A", "532901001001", "一号"], ["B", "532901001001", "二号"]]


@pytest.fixture
def save(tmp_path):
    """Save rows as the first sheet of a workbook; `change` may do more to it."""

    def run(rows, change=None, name="list.xlsx"):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "台账"
        for row in rows:
            sheet.append(row)
        if change is not None:
            change(sheet)
        path = tmp_path / name
        book.save(path)
        return path

    return run


def faults(act, *arguments, **options):
    with pytest.raises(Invalid) as caught:
        act(*arguments, **options)
    return [(fault.where, fault.message) for fault in caught.value.faults]


def cells(path, **options):
    table = read_table(path, **options)
    return table.header, list(table.rows)


def rewritten(path, **members):
    """The archive with some of its files replaced or added; a `__` in a name stands for a slash."""
    stated = {name.replace("__", "/"): content for name, content in members.items()}
    with zipfile.ZipFile(path) as archive_read:
        kept = {one.filename: archive_read.read(one) for one in archive_read.infolist() if one.filename not in stated}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {**kept, **stated}.items():
            file.writestr(name, content)
    return path


def sheet_xml(data):
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return f"{head}<sheetData>{data}</sheetData></worksheet>"


def with_sheet(path, data):
    return rewritten(path, **{"xl__worksheets__sheet1.xml": sheet_xml(data)})


def test_a_workbook_gives_the_list_that_its_csv_gives(save):
    found = read(save([HEADER, *ROWS]), "building")
    assert (found.columns["ref"], found.columns["name"]) == (["A", "B"], ["一号", "二号"])
    assert [found.where(0), found.where(1, "name"), found.where(1, "lon")] == ["line 2", "cell C3, 名称", "line 3"]


def test_titles_above_and_remarks_under_the_header_are_passed_over(save):
    def merge(sheet):
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A2:C2")

    remarks = ["必填", "12位，必填", "如：一号楼"]
    title = [["镇西村楼栋台账", None, None], ["填报日期：2026年5月", None, None]]
    path = save([*title, HEADER, remarks, *ROWS], merge)
    found = read(path, "building")
    assert (list(found.lines), found.columns["ref"]) == ([5, 6], ["A", "B"])
    assert [(one.where, one.message) for one in found.warnings] == [
        ("line 4", "warning: the row was taken for remarks and left out")
    ]


def test_a_header_of_two_rows_becomes_one(save):
    def merge(sheet):
        for span in ("A1:A2", "B1:B2", "C1:D1"):
            sheet.merge_cells(span)

    rows = [["编号", "村代码", "楼栋", None], [None, None, "名称", "用途"], ["A", "532901001001", "一号", "住宅"]]
    header, found = cells(save(rows, merge), known=frozenset({"编号", "楼栋名称", "用途", "名称"}))
    assert header == ("编号", "村代码", "楼栋名称", "用途")
    assert found == [(3, ["A", "532901001001", "一号", "住宅"])]


def test_without_known_headers_the_first_full_row_is_the_header(save):
    path = save([["标题", None, None], ["甲", "乙", "丙"], [1, 2, 3]])
    assert cells(path) == (("甲", "乙", "丙"), [(2 + 1, ["1", "2", "3"])])


def test_typed_cells_become_what_a_list_would_write(save):
    row = [12, 1.5, date(2026, 5, 1), datetime(2026, 5, 1, 8, 30), True, None, " x "]
    assert cells(save([list("abcdefg"), row]))[1] == [
        (2, ["12", "1.5", "2026-05-01", "2026-05-01 08:30:00", "TRUE", "", "x"])
    ]


def test_a_merged_cell_stands_for_every_cell_that_it_covers(save):
    rows = [HEADER, ["A", "532901001001", "一号"], ["B", None, "二号"], ["C", None, "三号"]]
    found = read(save(rows, lambda sheet: sheet.merge_cells("B2:B4")), "building")
    assert found.columns["region_code"] == ["532901001001"] * 3


def test_the_first_visible_sheet_that_holds_anything_is_read_and_the_others_are_named(save):
    def change(sheet):
        sheet.sheet_state = "hidden"
        book = sheet.parent
        book.create_sheet("空")
        for name in ("现状", "去年"):
            other = book.create_sheet(name)
            other.append(HEADER)
            other.append([name, "532901001001", "一号"])

    path = save([HEADER, *ROWS], change)
    found = read(path, "building")
    assert found.columns["ref"] == ["现状"]
    assert [one.message for one in found.warnings] == ["warning: other sheets were not read: 去年"]
    hidden = read(path, "building", sheet="台账")
    assert (hidden.columns["ref"], hidden.warnings) == (["A", "B"], ())
    assert faults(read, path, "building", sheet="无") == [
        ("list.xlsx", "there is no sheet 无; it has 台账, 空, 现状, 去年")
    ]
    assert faults(read, path, "building", sheet="空") == [("list.xlsx", "the sheet 空 is empty")]


def test_a_table_may_begin_anywhere_and_its_cells_keep_their_names(save):
    rows = [[], [], [None, None, *HEADER], [None, None, *ROWS[0]]]
    found = read(save(rows), "building")
    assert (found.where(0, "ref"), found.columns["name"]) == ("cell C4, 编号", ["一号"])


def test_an_error_and_a_formula_without_a_value_keep_their_cell(save):
    def change(sheet):
        sheet["A2"], sheet["B2"] = "=1+1", "#N/A"
        sheet["B2"].data_type = "e"

    assert cells(save([HEADER, ["", "", "一号"]], change))[1] == [(2, ["#FORMULA?", "#N/A", "一号"])]


def test_a_formula_stands_for_the_value_that_was_computed(save):
    path = save([HEADER])
    row = '<row r="1"><c r="A1" t="str"><v>编号</v></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    assert cells(with_sheet(path, row)) == (("编号",), [(2, ["2"])])


def test_an_id_number_that_a_spreadsheet_rounded_keeps_its_exponent(save):
    found = read(
        save([["编号", "户编号", "姓名", "人户状态", "身份证号"], ["P", "H", "王五", "户籍", 532901198001010014]]),
        "person",
    )
    assert (found.columns["id_no"], found.where(0, "id_no")) == (["5.32901198001010E+17"], "cell E2, 身份证号")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "a sheet has 1,048,576 rows and 16,384 columns; divide it",
        ),
        (
            "<row r = '1048576'><c r = 'XFD1048576'><v>1</v></c></row>",
            "a sheet has 1,048,576 rows and 16,384 columns; divide it",
        ),
        (
            '<row r="9999999"><c><v>1</v></c><c r="B1"><v>1</v></c></row>',
            "a sheet has 9,999,999 rows and 2 columns; divide it",
        ),
    ],
)
def test_a_cell_at_the_end_of_the_world_takes_no_memory(save, data, message):
    assert faults(read_table, with_sheet(save([HEADER]), data)) == [("list.xlsx", message)]


def test_coloured_rows_and_columns_do_not_make_a_sheet_large(save):
    first = '<row r="1"><c r="A1" t="str"><v>x</v></c><c r="XFD1" s="3"/></row>'
    data = first + '<row r="1048576"><c r="A1048576" s="3" /></row>'
    assert cells(with_sheet(save([HEADER]), data)) == (("x",), [])


def test_entities_macros_passwords_and_foreign_archives_are_refused(save, tmp_path):
    path = save([HEADER])
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + sheet_xml("<row><c><v>&a;</v></c></row>")
    cases = {
        "its XML defines entities: no workbook of a spreadsheet does": {"xl__worksheets__sheet1.xml": bomb},
        "it holds macros; save it as .xlsx without them": {"xl__vbaProject.bin": b"x"},
    }
    for message, members in cases.items():
        assert faults(read_table, rewritten(save([HEADER]), **members)) == [("list.xlsx", message)]
    plain = tmp_path / "plain.xlsx"
    with zipfile.ZipFile(plain, "w") as file:
        file.writestr("content.xml", "<x/>")
    assert faults(read_table, plain) == [("plain.xlsx", "it is an archive, no .xlsx workbook; save it as .xlsx or CSV")]
    old = tmp_path / "old.xls"
    for data, message in (
        (b"", "it is an old Excel workbook; save it as .xlsx or CSV"),
        ("EncryptedPackage".encode("utf-16-le"), "it is locked by a password; save it without one"),
    ):
        old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data)
        assert faults(read_table, old) == [("old.xls", message)]
    assert faults(read_table, path, encoding="gbk") == [("encoding", "only CSV files have an encoding")]


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(save, monkeypatch):
    monkeypatch.setattr(archive, "_MOST_UNPACKED", 1_000_000)
    path = rewritten(save([HEADER]), **{"xl__media__image1.bin": b"\0" * 2_000_000})
    assert path.stat().st_size < 50_000
    assert faults(read_table, path) == [
        ("list.xlsx", "it unpacks to more than 1,000,000 bytes or too many cells; divide it")
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(save, tmp_path, data):
    whole = bytearray((save([HEADER, *ROWS], name="whole.xlsx")).read_bytes())
    # A share, not an offset: what openpyxl packs is some bytes longer or shorter each time.
    at = int(data.draw(st.floats(0, 1)) * (len(whole) - 1))
    whole[at : at + data.draw(st.integers(1, 40))] = data.draw(st.binary(max_size=40))
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(bytes(whole))
    try:
        table = read_table(path)
        assert all(len(row) >= 1 for _, row in table.rows)
    except Invalid:
        return


@pytest.mark.parametrize(("at", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_called_as_a_sheet_calls_them(at, letters):
    assert column_letters(at) == letters


def points(crs, **columns):
    frame = {"编号": ["A", "B"], "类型": ["clinic"] * 2, "村代码": ["532901001001"] * 2, **columns}
    return geopandas.GeoDataFrame(frame, geometry=[shapely.Point(100.25, 25.5), None], crs=crs)


def test_points_of_a_geoparquet_file_come_with_the_datum_of_its_metadata(tmp_path):
    path = tmp_path / "list.parquet"
    points("EPSG:4326").to_parquet(path)
    found = read(path, "facility")
    assert (found.columns["lon"], found.columns["lat"], found.crs) == (["100.25", ""], ["25.5", ""], "wgs84")
    assert (found.where(1), found.where(1, "lon"), list(found.lines)) == ("row 2", "row 2, lon", [1, 2])
    points("EPSG:4543").to_parquet(path)
    assert read(path, "facility").crs == "EPSG:4543"
    assert faults(read, path, "facility", crs="gcj02") == [("list.parquet", "its metadata states EPSG:4543, not gcj02")]


def test_points_without_a_stated_datum_need_one(tmp_path):
    path = tmp_path / "list.parquet"
    points(None).to_parquet(path)
    asked = "it has coordinates: state their datum (crs), such as wgs84, cgcs2000, gcj02, bd09 or EPSG:n"
    assert faults(read, path, "facility") == [("list.parquet", asked)]
    assert read(path, "facility", crs="gcj02").crs == "gcj02"


def test_outlines_of_a_geoparquet_file_are_footprints(tmp_path):
    path = tmp_path / "list.parquet"
    frame = geopandas.GeoDataFrame({"编号": ["A"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4326")
    frame.to_parquet(path)
    assert read(path, "building").columns["footprint"] == [shapely.box(0, 0, 1, 1).wkt]


def test_a_plain_parquet_file_is_a_table_of_typed_cells(tmp_path):
    path = tmp_path / "list.parquet"
    moved = pd.to_datetime(["2026-05-01", None])
    pd.DataFrame({"ref": ["A", "B"], "house_ref": [1, 2], "moved_in_on": moved}).to_parquet(path)
    found = read(path, "household")
    assert found.columns == {"ref": ["A", "B"], "house_ref": ["1", "2"], "moved_in_on": ["2026-05-01", ""]}


def test_a_damaged_parquet_file_is_refused(tmp_path):
    path, buffer = tmp_path / "list.parquet", io.BytesIO()
    pd.DataFrame({"ref": ["A"]}).to_parquet(buffer)
    path.write_bytes(buffer.getvalue()[:-20])
    assert faults(read, path, "household") == [("list.parquet", "it is a damaged Parquet file")]
