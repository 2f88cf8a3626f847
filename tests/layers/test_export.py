"""The writers by themselves: bounded memory, harmless cells, errors that come through, and nothing left behind."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import tempfile
import tracemalloc
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import geopandas
import psycopg
import pytest
import shapely
from anyio import to_thread
from builders import county, grid, house, plan, spot, square
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.workbook import Workbook

import layers
from layers.cluster import SUPERUSER
from layers.errors import Conflict, Invalid, NotFound
from layers.export import FORMATS, Order, prepare, run
from layers.export.cells import defused, local, printable
from layers.export.place import Target
from layers.export.sheet import MAX_ROWS, write_sheet
from layers.export.table import Table
from layers.export.titles import _FIXED_KINDS, _TITLES
from layers.items import Filters
from layers.listing import LISTS
from layers.scope import Scope

SPEC = LISTS["facility"]
WGS84 = Target.of("EPSG:4326")


def made(count, lon=100.0, lat=25.0):
    """So many facilities as `items` gives them with shapes."""
    shape = shapely.to_wkb(shapely.Point(lon, lat))
    row = {column.name: None for column in SPEC.columns} | {"kind": "lamp", "rev": 1, "radius_m": 2.5}
    return [row | {"id": f"{n}", "name": f"灯{n}", "lon": lon, "lat": lat, "shape": shape} for n in range(count)]


def batches(count, taken=None):
    """So many batches of fifty, each made when it is taken, which is told in `taken`."""
    for number in range(count):
        if taken is not None:
            taken.append(number)
        yield made(50)


def peak(suffix, count):
    """The most memory that Python held while so many batches were written."""
    tracemalloc.start()
    try:
        for piece in FORMATS[suffix].pieces(Table(SPEC, WGS84, batches(count))):
            assert piece
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("suffix", FORMATS)
def test_memory_does_not_grow_with_the_rows(suffix):
    peak(suffix, 1)
    few, many = peak(suffix, 4), peak(suffix, 24)
    # Held whole, 24 batches would take six times as much as 4; parquet notes some hundred bytes a batch for its foot.
    assert many < 2 * few


@pytest.mark.parametrize("suffix", ["csv", "geojson"])
def test_what_is_streamed_goes_out_before_the_next_batch_is_read(suffix):
    taken = []
    pieces = FORMATS[suffix].pieces(Table(SPEC, WGS84, batches(3, taken)))
    next(pieces)
    assert taken == []
    next(pieces)
    assert taken == [0]
    pieces.close()


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_error_between_two_batches_comes_through_as_it_is(suffix):
    def broken():
        yield made(2)
        raise NotFound("The region went away.")

    with pytest.raises(NotFound, match="went away"):
        list(FORMATS[suffix].pieces(Table(SPEC, WGS84, broken())))


@pytest.mark.parametrize("suffix", FORMATS)
def test_nothing_stays_in_the_temporary_folder(suffix, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pieces = FORMATS[suffix].pieces(Table(SPEC, WGS84, batches(2)))
    next(pieces)
    pieces.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "fgb", "parquet"])
def test_rows_without_a_place_are_kept(suffix, tmp_path):
    rows = [*made(1), made(1)[0] | {"id": "nowhere", "lon": None, "lat": None, "shape": None}]
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(b"".join(FORMATS[suffix].pieces(Table(SPEC, WGS84, iter([rows])))))
    found = geopandas.read_parquet(path) if suffix == "parquet" else geopandas.read_file(path)
    assert found["id"].tolist() == ["0", "nowhere"]
    assert found.geometry.isna().tolist() == [False, True]


@pytest.mark.parametrize("blank", ["", " ", "  ", "\u3000", "\xa0", "\u200b", "\ufeff", " \u200b\u3000"])
@pytest.mark.parametrize("sign", list("=+-@\t\r\n＝＋－＠"))
def test_a_formula_behind_blanks_is_defused(blank, sign):
    assert defused(f"{blank}{sign}1") == f"'{blank}{sign}1"
    assert defused(f"{blank}1{sign}") == f"{blank}1{sign}"


@given(st.text(max_size=20))
def test_no_text_is_taken_for_a_formula(text):
    shown = defused(text)
    assert not shown.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not shown.startswith(("\t", "\r", "\n"))
    assert shown in (text, f"'{text}")


@given(st.text(st.characters(), max_size=20))
def test_a_printable_text_is_one_that_a_sheet_takes(text):
    cell = Workbook().active.cell(1, 1)
    cell.value = f"x{printable(text)}"
    assert cell.value == f"x{printable(text)}"


def test_plain_text_is_printable_as_it_stands():
    assert printable("大理\n1号\t𠮷") == "大理\n1号\t𠮷"
    assert printable("a\0b\x1fc\uffffd") == "abcd"
    with pytest.raises(IllegalCharacterError):
        Workbook().active.cell(1, 1).value = "a\x1f"


def test_moments_are_those_of_a_clock_in_shanghai():
    assert local(datetime(2026, 5, 1, 16, tzinfo=UTC)) == datetime(2026, 5, 2)


@pytest.mark.parametrize(
    ("text", "name", "epsg", "label"),
    [
        ("EPSG:4326", "wgs84", "EPSG:4326", "EPSG:4326"),
        ("WGS84", "wgs84", "EPSG:4326", "EPSG:4326"),
        ("epsg:4490", "cgcs2000", "EPSG:4490", "EPSG:4490"),
        ("EPSG:4545", "EPSG:4545", "EPSG:4545", "EPSG:4545"),
        ("GCJ-02", "gcj02", None, "GCJ-02"),
        ("bd09", "bd09", None, "BD-09"),
    ],
)
def test_a_target_has_one_name(text, name, epsg, label):
    target = Target.of(text)
    assert (target.name, target.epsg, target.label) == (name, epsg, label)


def test_what_a_crs_does_not_reach_is_refused():
    # A quarter of the globe from its meridian, a transverse Mercator has no end.
    rows = made(1, 18.0, 0.0)
    for ask in (Target.of("EPSG:4545").points, Target.of("EPSG:4545").shapes):
        with pytest.raises(Invalid) as refused:
            ask(rows)
        assert [fault.where for fault in refused.value.faults] == ["crs"]


def test_a_sheet_takes_what_excel_takes():
    assert MAX_ROWS + 1 == 2**20


def test_more_rows_than_a_sheet_takes_go_on_in_another_one(tmp_path):
    path = tmp_path / "list.xlsx"
    write_sheet(path, Table(SPEC, WGS84, iter([made(3), made(2)])), max_rows=2)
    book = load_workbook(path)
    assert book.sheetnames == ["设施", "设施 2", "设施 3"]
    told = [[row[4].value for row in sheet.iter_rows()] for sheet in book]
    assert told == [["名称", "灯0", "灯1"], ["名称", "灯2", "灯0"], ["名称", "灯1"]]
    book.close()


@pytest.fixture
def homes(database):
    """A village with a grid and five houses."""
    with database.write(Scope.everything()) as session:
        county(session, 1)
        grid(session, plan(session), 532901003001001, square(0))
        for n in range(5):
            house(session, 532901003001001, spot(0.1 * (n + 1)))
    return database


def take(database, pieces_wanted, **order):
    """The pieces taken of an export, then closed."""

    async def run():
        async with database.read_pool(1) as pool:
            export = await prepare(database, pool, Scope.everything(), Order("house", Filters(), **order))
            pieces = export.pieces()
            for _ in range(pieces_wanted):
                await to_thread.run_sync(partial(next, pieces, None))
            await to_thread.run_sync(pieces.close)
            return export

    return asyncio.run(run())


def audited(database):
    with psycopg.connect(database.conninfo(SUPERUSER)) as connection:
        return connection.execute("select act, subject_id, detail from audit order by id").fetchall()


def test_an_export_that_is_left_half_way_is_audited_as_such(homes):
    export = take(homes, 1, format="csv")
    begun, ended = audited(homes)
    assert (begun[0], begun[1]) == ("export", str(export.id))
    assert begun[2] == {"format": "csv", "crs": "wgs84", "filters": {}}
    assert ended == ("exported", str(export.id), {"rows": 0, "complete": False})


def test_an_export_that_is_taken_whole_is_audited_with_its_rows(homes):
    take(homes, 9, format="gpkg", crs="cgcs2000")
    assert audited(homes)[1][2] == {"rows": 5, "complete": True}


def test_a_file_is_of_one_moment(homes):
    """What is added, moved away and deleted while it is written is not in it, or still is, as one moment had it."""

    async def run():
        async with homes.read_pool(1) as pool:
            export = await prepare(homes, pool, Scope.everything(), Order("house", Filters(), "csv"))
            pieces = export.pieces()
            # The head, then the first batch: the moment is that at which it was read.
            await to_thread.run_sync(next, pieces)
            connection = psycopg.connect(homes.conninfo(SUPERUSER), autocommit=True)
            with connection, patched_size(2):
                first = await to_thread.run_sync(next, pieces)
                connection.execute("delete from house")
            rest = await to_thread.run_sync(lambda: b"".join(pieces))
            return export, first + rest

    export, written = asyncio.run(run())
    assert (export.rows, len(written.splitlines())) == (5, 5)
    assert audited(homes)[1][2] == {"rows": 5, "complete": True}


@contextmanager
def patched_size(size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "batches", partial(run.batches, size=size))
        yield


def test_an_export_says_how_far_it_is_and_is_ended_by_whoever_is_told(homes):
    seen = []

    def look(export):
        seen.append((export.rows, export.about))
        raise Conflict("enough")

    async def write():
        async with homes.read_pool(1) as pool:
            export = await prepare(homes, pool, Scope.everything(), Order("house", Filters(), "gpkg"))
            export.progress = look
            await to_thread.run_sync(list, export.pieces())

    with pytest.raises(Conflict, match="enough"):
        asyncio.run(write())
    [(rows, about)] = seen
    assert rows == 5
    assert about >= 1
    assert audited(homes)[1][2] == {"rows": 5, "complete": False}


@pytest.mark.parametrize(
    ("order", "where"),
    [({"format": "doc"}, "f"), ({"format": "csv", "crs": "x"}, "crs"), ({"format": "fgb", "crs": "gcj02"}, "crs")],
)
def test_an_order_that_cannot_be_carried_out_is_refused_and_not_audited(homes, order, where):
    with pytest.raises(Invalid) as refused:
        take(homes, 1, **order)
    assert where in [fault.where for fault in refused.value.faults]
    assert audited(homes) == []


def test_tables_on_paper_have_titles_where_programs_have_codes(tmp_path):
    row = made(1)[0] | {"kind": "lamp", "level": "village", "source": "list.csv", "grid_no": "532901003007000"}
    titles = {"kind": {"lamp": "路灯"}, "level": {"village": "只知所在村"}, "source": {"made": "演示数据"}}

    def table():
        return Table(SPEC, WGS84, iter([[row]]), titles)

    content = b"".join(FORMATS["csv"].pieces(table())).decode("utf-8-sig")
    head, cells = csv.reader(io.StringIO(content))
    told = dict(zip(head, cells, strict=True))
    assert (told["类别"], told["定位级别"], told["来源"]) == ("路灯", "只知所在村", "list.csv")
    path = tmp_path / "list.xlsx"
    write_sheet(path, table())
    sheet = [[cell.value for cell in line] for line in load_workbook(path).active.iter_rows()]
    assert dict(zip(*sheet, strict=True))["类别"] == "路灯"
    feature = json.loads(b"".join(FORMATS["geojson"].pieces(table())))["features"][0]
    assert (feature["properties"]["kind"], feature["properties"]["level"]) == ("lamp", "village")


def test_every_code_that_a_table_allows_has_a_title():
    schema = Path(layers.__path__[0], "sql", "schema.sql").read_text("utf-8")
    checks = {
        "visit_outcome": _TITLES["outcome"],
        "person_residence": _TITLES["residence"],
        "person_sex": _TITLES["sex"],
        "duty_status": _TITLES["status"],
        "house_level": _TITLES["level"],
        **{f"{layer}_kind": titles for layer, titles in _FIXED_KINDS.items()},
    }
    for name, titles in checks.items():
        allowed = re.search(rf"ck_{name} CHECK (.*)", schema)[1]
        assert set(re.findall(r"'(\w+)'::text", allowed)) == set(titles), name
