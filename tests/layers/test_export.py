"""The writers by themselves: bounded memory, harmless cells, errors that come through, and nothing left behind."""

from __future__ import annotations

import asyncio
import tempfile
import tracemalloc
from datetime import UTC, datetime
from functools import partial

import geopandas
import psycopg
import pytest
import shapely
from anyio import to_thread
from builders import county, grid, house, plan, spot, square
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.workbook import Workbook

from layers.cluster import SUPERUSER
from layers.errors import Invalid, NotFound
from layers.export import FORMATS, Order, prepare
from layers.export.cells import defused, local, printable
from layers.export.place import Target
from layers.export.sheet import MAX_ROWS
from layers.export.table import Table
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


@given(st.text(max_size=20))
def test_no_text_is_taken_for_a_formula(text):
    shown = defused(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
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
    assert FORMATS["xlsx"].max_rows == MAX_ROWS


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


@pytest.mark.parametrize(
    ("order", "where"),
    [({"format": "doc"}, "f"), ({"format": "csv", "crs": "x"}, "crs"), ({"format": "fgb", "crs": "gcj02"}, "crs")],
)
def test_an_order_that_cannot_be_carried_out_is_refused_and_not_audited(homes, order, where):
    with pytest.raises(Invalid) as refused:
        take(homes, 1, **order)
    assert where in [fault.where for fault in refused.value.faults]
    assert audited(homes) == []
