"""Tables of addresses: which column is the address, what is read and written, and what survives a cut."""

from __future__ import annotations

import csv

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from town import EAST, MIDDLE, TOP, buildings, lattice, regions

from layers.datum import from_wgs84
from layers.errors import Invalid
from layers.export.place import Target
from layers.geocode_files import source as source_module
from layers.geocode_files.answers import Answer
from layers.geocode_files.cells import LEVELS_ZH, NUMBERS, cells_of, heads_for
from layers.geocode_files.columns import Asked, Columns, choose
from layers.geocode_files.crew import Asking, Batch, Crew
from layers.geocode_files.kept import Kept
from layers.geocode_files.run import Summary, locate_table, write_located
from layers.geocode_files.source import Source, open_table
from layers.geocode_files.writing import FORMATS, check_format, write_table
from layers.houses import add_house
from layers.scope import Scope

HERE = (MIDDLE + 0.0045, TOP - 0.0045)
WGS84 = Target.of("wgs84")
KNOWN = Answer(
    100.5, 25.5, "house", 20.0, 0.99, [("typo", 0.05, "人名路 -> 人民路")], "某村人民路12号", "53", "5", "h", ["甲"]
)
UNKNOWN = Answer(None, None, "unplaced", None, 0.0, [], "", "", None, None, [])


def say(kind, text):
    return f"{kind}：{text}" if text else kind


def table(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def opened(path, **asked):
    return open_table(Source(path, Asked(**asked)))


@pytest.mark.parametrize(
    ("header", "at"),
    [
        (["编号", "地址"], 1),
        (["户籍地址", "现住址"], 1),
        (["地址", "详细地址"], 1),
        (["ID", "Address"], 1),
        (["住址（必填）", "x"], 0),
        (["甲方联系地址", "x"], 0),
    ],
)
def test_the_address_is_found_under_its_usual_headers(header, at):
    assert choose(header, Asked(), hints=False).address == at


@pytest.mark.parametrize(
    ("header", "asked", "where"),
    [
        (["a", "b"], {}, ["column"]),
        (["甲方地址", "乙方地址"], {}, ["column"]),
        (["地址"], {"column": "住址"}, ["column"]),
        (["x", "x"], {"column": "x"}, ["column"]),
        (["a"], {"column": "b", "within_column": "c"}, ["column", "within_column"]),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_headers(header, asked, where):
    with pytest.raises(Invalid) as refused:
        choose(header, Asked(**asked), hints=False)
    assert [fault.where for fault in refused.value.faults] == where
    assert all(header[0] in fault.message for fault in refused.value.faults)


def test_hints_are_looked_at_only_in_a_stated_datum():
    header = ["地址", "经度", "纬度"]
    assert choose(header, Asked(), hints=False) == Columns(0)
    assert choose(header, Asked(), hints=True) == Columns(0, None, 1, 2)
    assert choose(["地址", "经度"], Asked(), hints=True) == Columns(0)


def test_a_batch_has_texts_regions_and_hints_on_wgs84(tmp_path):
    lon, lat = (float(value[0]) for value in from_wgs84([HERE[0]], [HERE[1]], "gcj02"))
    path = table(tmp_path / "a.csv", "村,地址,经度,纬度", f"{EAST},人民路12号,{lon},{lat}", ",幸福路,x,", "12,甲,1,nan")
    found = open_table(Source(path, Asked(within_column="村", crs="gcj02"), within="532901"))
    (rows,) = found.batches()
    batch = found.batch_of(rows)
    assert batch.texts == ["人民路12号", "幸福路", "甲"]
    assert batch.within == [EAST, "532901", "12"]
    assert batch.near[0] == pytest.approx(HERE, abs=1e-7)
    assert batch.near[1:] == [None, None]


def test_a_workbook_and_a_parquet_file_are_read_as_a_list_is(tmp_path):
    book = openpyxl.Workbook()
    for row in (["2026年名单", None], ["编号", "住址"], [7, "人民路12号"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    pq.write_table(pa.table({"编号": [7], "住址": ["人民路12号"]}), tmp_path / "a.parquet")
    table(tmp_path / "a.csv", "编号,住址", "7,人民路12号")
    for suffix in ("csv", "xlsx", "parquet"):
        found = opened(tmp_path / f"a.{suffix}")
        assert (found.head, list(found.batches())) == (("编号", "住址"), [[["7", "人民路12号"]]])


def test_a_long_table_comes_in_batches_and_broken_rows_are_all_told(tmp_path, monkeypatch):
    monkeypatch.setattr(source_module, "BATCH_ROWS", 2)
    whole = table(tmp_path / "a.csv", "地址,x", *[f"{number}号,y" for number in range(5)])
    assert [len(rows) for rows in opened(whole).batches()] == [2, 2, 1]
    broken = table(tmp_path / "b.csv", "地址,x", "1号,y", "2号", "3号,y,z", "4号,y")
    with pytest.raises(Invalid) as refused:
        list(opened(broken).batches())
    assert [fault.where for fault in refused.value.faults] == ["line 3", "line 4"]


def test_our_columns_stand_beside_those_of_the_table():
    heads = heads_for(["地址", "级别"], WGS84)
    assert heads[:3] == ["经度（EPSG:4326）", "纬度（EPSG:4326）", "级别（地理编码）"]
    assert heads_for([], Target.of("EPSG:4543"))[:2] == ["东坐标（EPSG:4543）", "北坐标（EPSG:4543）"]
    known, unknown = cells_of([KNOWN, UNKNOWN], WGS84, say)
    assert known == [
        100.5, 25.5, "房屋", 20.0, 0.99, "typo：人名路 -> 人民路", "某村人民路12号", "53", "5", "h", "甲",
    ]  # fmt: skip
    assert unknown == [None, None, "未定位", None, 0.0, "", "", "", "", "", ""]
    assert len(known) == len(heads)
    assert all(isinstance(known[at], float) == (at in NUMBERS) for at in range(len(known)))


def test_every_format_holds_the_same_and_no_formula(tmp_path):
    head = ["住址", "住址", "经度"]
    rows = [["=1+1", "@x\x07", 100.5], ["人民路", "-2", None]]
    for suffix in FORMATS:
        assert write_table(tmp_path / f"a.{suffix}", suffix, head, [2], [rows[:1], rows[1:]]) == 2
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [head, ["'=1+1", "'@x\x07", "100.5"], ["人民路", "'-2", ""]]
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert list(sheet.iter_rows(values_only=True)) == [tuple(head), ("=1+1", "@x", 100.5), ("人民路", "-2", None)]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    found = pq.read_table(tmp_path / "a.parquet")
    assert found.column_names == ["住址", "住址 2", "经度"]
    assert found.column("经度").to_pylist() == [100.5, None]


def test_a_sheet_takes_no_more_than_it_can_and_formats_are_known():
    check_format("csv", 10_000_000)
    for format_, rows in (("xlsx", 1_048_576), ("ods", 1)):
        with pytest.raises(Invalid):
            check_format(format_, rows)


answers = st.builds(
    Answer,
    lon=st.none() | st.floats(-180, 180),
    lat=st.none() | st.floats(-90, 90),
    level=st.sampled_from(sorted(LEVELS_ZH)),
    radius_m=st.none() | st.floats(0, 1e6),
    confidence=st.floats(0, 1),
    reasons=st.lists(st.tuples(st.sampled_from(["typo", "alias"]), st.floats(0, 1), st.text(max_size=5)).map(list)),
    address=st.text(max_size=10),
    region_code=st.sampled_from(["", "53"]),
    grid_no=st.none() | st.just("5" * 15),
    house_id=st.none() | st.just("h"),
    candidates=st.lists(st.text(max_size=5), max_size=5),
)


@given(st.lists(st.lists(answers, max_size=3), max_size=3))
def test_what_was_kept_comes_back_as_it_was(tmp_path_factory, batches):
    kept = Kept(tmp_path_factory.mktemp("kept") / "one")
    kept.make()
    for number, batch in enumerate(batches):
        kept.add(number, batch)
    assert kept.parts == len(batches)
    assert list(kept.answers()) == batches
    kept.remove()
    assert (kept.parts, kept.file) == (0, None)


def test_a_part_that_was_being_written_is_no_part(tmp_path):
    kept = Kept(tmp_path / "one")
    kept.make()
    kept.add(0, [KNOWN])
    (kept.folder / "parts" / "000001.part").write_bytes(b'[{"lon": 1')
    assert (kept.parts, kept.file) == (1, None)


def test_a_summary_counts_levels_from_the_finest():
    summary = Summary()
    summary.add([UNKNOWN, KNOWN, KNOWN])
    assert (summary.rows, summary.sure) == (3, 2)
    assert list(summary.levels.items()) == [("house", 2), ("unplaced", 1)]


@pytest.fixture
def town(database):
    """The town with one house of the eastern village."""
    with database.write(Scope.everything()) as session:
        regions(session)
        buildings(session, lattice(2))
    with database.write(Scope.everything()) as session:
        add_house(session, "东村人民路12号", point=HERE, crs="wgs84")
    return database


@pytest.mark.parametrize("workers", [0, 2])
def test_a_table_is_located_in_its_order_however_many_work(town, tmp_path, monkeypatch, workers):
    monkeypatch.setattr(source_module, "BATCH_ROWS", 2)
    lines = ["大理市东村人民路12号", "大理市", "东村人民路12号", "xyz", "大理市东村"]
    path = table(tmp_path / "a.csv", "地址", *lines)
    told = []
    with Crew(town, workers) as crew:
        located = locate_table(opened(path), crew, Asking(Scope.everything()))
        summary = write_located(tmp_path / "b.csv", "csv", opened(path), located, WGS84, say, told.append)
    with (tmp_path / "b.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["地址"] for row in rows] == lines
    assert [row["级别"] for row in rows if row["地址"].startswith("大理市")] == ["房屋", "未定位", "村（社区）"]
    assert (summary.rows, told) == (5, [2, 4, 5])


def test_what_was_located_before_is_not_located_again(town, tmp_path, monkeypatch):
    monkeypatch.setattr(source_module, "BATCH_ROWS", 2)
    path = table(tmp_path / "a.csv", "地址", *"一二三四五")
    with Crew(town, 0) as crew:
        located = list(locate_table(opened(path), crew, Asking(Scope.everything()), skip=2))
    assert [rows for rows, _ in located] == [[["五"]]]


def test_a_crew_can_be_used_again_after_a_closed_run(town):
    batches = [Batch(["大理市东村人民路12号"], [None], [None])] * 9
    with Crew(town, 1) as crew:
        first = crew.locate(batches, Asking(Scope.everything()))
        assert next(first)[0].level == "house"
        first.close()
        assert [found.level for (found,) in crew.locate(batches[:2], Asking(Scope.everything()))] == ["house"] * 2
        assert [found.level for (found,) in crew.locate(batches[:1], Asking(Scope.nothing()))] != ["house"]
