"""Boundary files beside what is stored: parents, neighbours, datum, corrections, and what moves."""

from __future__ import annotations

import uuid

import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from shapely import Polygon, box
from sqlalchemy import text
from town import COUNTY, EAST, WEST, buildings, regions

from layers.boundaries import Boundaries, read, store
from layers.datum import from_wgs84
from layers.db import raw, set_scope
from layers.doctor import examine
from layers.errors import Conflict, Fault, Invalid
from layers.imports import begin, copy_frame
from layers.regions import Revision, revise_regions
from layers.scope import Scope

TOWNSHIP = "532901001"
NEW = "532901001003"
LEFT, MIDDLE, RIGHT, BOTTOM, TOP = 100.20, 100.22, 100.24, 25.50, 25.52


@pytest.fixture
def bring(session, tmp_path):
    """Write code -> (name, shape) as a file, read and store it."""
    regions(session)

    def act(rows, *, crs="wgs84", **options):
        frame = {"PAC": list(rows), "NAME": [name for name, _ in rows.values()]}
        path = tmp_path / f"{uuid.uuid4()}.gpkg"
        GeoDataFrame(frame, geometry=[shape for _, shape in rows.values()], crs=4326).to_file(path)
        found = read(path, crs=crs)
        with session.begin_nested():
            return store(session, found, path.name, path.name, **options)

    return act


def refused(bring, rows, **options):
    with pytest.raises(Invalid) as caught:
        bring(rows, **options)
    assert all(isinstance(fault, Fault) for fault in caught.value.faults)
    return [(fault.where, fault.message) for fault in caught.value.faults]


def counted(result):
    return {name: count for name, count in result.counts.items() if count}


def versions(session, code):
    """Name, whether it is in force, and the east end, of every version of a region."""
    rows = session.execute(
        text(
            "select name, upper_inf(validity), round(st_xmax(geom)::numeric, 4)::float from region where code = :code"
            " and not isempty(validity) order by lower(validity), upper_inf(validity)"
        ),
        {"code": code},
    )
    return list(map(tuple, rows))


def clean(session, vault):
    return {name: [fault.message for fault in faults] for name, faults in examine(session, vault) if faults}


def earlier(session):
    """Let all that is stored have been so for an hour: one transaction has one moment."""
    session.execute(text("update region set validity = tstzrange(lower(validity) - interval '1 hour', null)"))


def test_a_new_village_is_stored_with_its_import(session, vault, bring):
    # Its border has the corner of its neighbours, so that all three have the same vertices.
    south = Polygon([(LEFT, 25.48), (RIGHT, 25.48), (RIGHT, BOTTOM), (MIDDLE, BOTTOM), (LEFT, BOTTOM)])
    result = bring({NEW: ("南村", south)})
    assert counted(result) == {"new": 1}
    assert result.faults == ()
    row = session.execute(text("select import_id, round(area_m2), parent_code from region where code = :c"), {"c": NEW})
    import_id, area_m2, parent = row.one()
    assert (import_id, parent) == (result.import_id, TOWNSHIP)
    assert area_m2 == pytest.approx(4_020 * 2_215, rel=0.01)
    assert session.scalar(text("select counts->>'region' from import_log where id = :i"), {"i": import_id}) == "1"
    assert clean(session, vault) == {}


def test_the_same_again_is_kept_and_the_same_file_refused(session, bring, tmp_path):
    village = {WEST: ("西村", box(LEFT, BOTTOM, MIDDLE, TOP))}
    assert counted(bring(village)) == {"kept": 1}
    found = Boundaries(pd.DataFrame(columns=["row", "code", "name", "level", "parent_code", "geom"]), (), "wgs84", "x")
    with begin(session, "regions", "x", sha256="abc"):
        pass
    with pytest.raises(Conflict):
        store(session, found, "y", "abc")


def test_a_corrected_boundary_is_a_new_version_of_the_region(session, vault, bring):
    earlier(session)
    result = bring({WEST: ("西村", box(LEFT, BOTTOM, 100.215, TOP))})
    assert counted(result) == {"reshaped": 1}
    assert versions(session, WEST) == [("西村", False, 100.22), ("西村", True, 100.215)]
    assert clean(session, vault) == {}


def test_names_and_first_shapes_are_told_apart(session, bring):
    earlier(session)
    whole = box(LEFT, BOTTOM, RIGHT, TOP)
    result = bring(
        {COUNTY: ("大理市", whole), TOWNSHIP: ("新镇", whole), WEST: ("新西村", box(LEFT, BOTTOM, MIDDLE, TOP))}
    )
    assert counted(result) == {"shaped": 2, "renamed": 2}
    assert [(name, now) for name, now, _ in versions(session, TOWNSHIP)] == [("镇", False), ("新镇", True)]


def test_a_whole_tree_may_come_in_one_file(session, vault, bring):
    shape = box(101, 25, 101.01, 25.01)
    rows = {code: (code, shape) for code in ("5301", "530102", "530102001", "530102001001")}
    assert counted(bring(rows)) == {"new": 4}
    assert clean(session, vault) == {}


def test_unknown_parents_and_missing_names_are_named_by_row(bring):
    shape = box(101, 25, 101.01, 25.01)
    assert refused(bring, {"530102001001": ("a", shape), NEW: (None, box(102, 25, 102.01, 25.01))}) == [
        ("row 1 530102001001 a", "its parent 530102001 is neither in the file nor in the database"),
        (f"row 2 {NEW}", "it is new and has no name (say which field: --field name=FIELD)"),
    ]


def test_rows_outside_the_callers_region_are_refused(session, bring):
    set_scope(session, Scope.of_region("532902"))
    assert refused(bring, {WEST: ("西村", box(LEFT, BOTTOM, MIDDLE, TOP))}) == [
        (f"row 1 {WEST} 西村", "it lies outside your region")
    ]


def test_an_overlap_stops_the_import_unless_it_is_accepted(session, vault, bring):
    rows = {NEW: ("南村", box(LEFT, 25.49, MIDDLE, BOTTOM + 0.0001))}
    [(where, message)] = refused(bring, rows)
    assert where == f"{WEST} 西村 (stored) and row 1 {NEW} 南村"
    assert message.startswith("overlap by 22")
    assert message.endswith(" m²")
    assert session.scalar(text("select count(*) from region where code = :code"), {"code": NEW}) == 0
    result = bring(rows, accept_faults=True)
    assert [fault.message[:20] for fault in result.faults] == ["warning: overlap by "]
    assert list(clean(session, vault)) == ["villages_overlap"]


def test_gaps_and_slivers_are_warnings_with_their_place(bring):
    result = bring({NEW: ("南村", box(LEFT, 25.49, MIDDLE, BOTTOM - 1e-6))})
    [fault] = result.faults
    assert fault.where == f"{WEST} 西村 (stored) and {EAST} 东村 (stored) and row 1 {NEW} 南村"
    assert fault.message.startswith("warning: leave ")
    assert fault.place[1] == pytest.approx(BOTTOM, abs=1e-5)


def test_a_child_outside_its_parent(session, bring):
    shape = box(LEFT, BOTTOM, RIGHT, TOP)
    with begin(session, "test", "county") as log:
        revise_regions(log, [Revision(TOWNSHIP, shape=shapely.MultiPolygon([shape]), source="test")])
    far = {NEW: ("南村", box(100.30, 25.50, 100.31, 25.51))}
    [(where, message)] = refused(bring, far)
    assert where == f"row 1 {NEW} 南村"
    assert message.endswith(f"(100.0%) lie outside its parent {TOWNSHIP}")
    half = Polygon([(RIGHT - 0.02, 25.52), (RIGHT, 25.52), (RIGHT, 25.521), (RIGHT - 0.02, 25.521)])
    reshaped = bring({EAST: ("东村", shapely.union(box(MIDDLE, BOTTOM, RIGHT, TOP), half))})
    assert f"lie outside its parent {TOWNSHIP}" in reshaped.faults[0].message
    assert reshaped.faults[0].message.startswith("warning: ")


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_shifted_file_is_refused_with_the_likely_datum(bring, datum):
    def shift(points):
        return shapely.transform(points, lambda c: shapely.get_coordinates(shapely.points(*from_wgs84(*c.T, datum))))

    squares = {WEST: box(LEFT, BOTTOM, MIDDLE, TOP), EAST: box(MIDDLE, BOTTOM, RIGHT, TOP)}
    rows = {code: (code, shift(shape)) for code, shape in squares.items()}
    [(_, message)] = refused(bring, rows)
    assert f"read as {datum} instead of wgs84 they lie inside" in message
    again = bring(rows, crs=datum)
    # The rows are named by their codes; the shapes are those that are stored, to a few nanometres.
    assert again.counts["renamed"] == 2


def number_of(session, table="building"):
    return session.scalar(text(f"select distinct grid_no from {table}"))


def test_what_was_known_by_its_county_comes_into_the_new_village(session, vault, bring):
    shape = box(100.10, 25.40, 100.30, 25.60)
    bring({COUNTY: ("大理市", shape)})
    buildings(session, [shapely.Point(100.21, 25.49)])
    session.execute(text("update building set grid_no = :no"), {"no": int(COUNTY) * 10**9})
    copy_frame(session, "house", house_in(session))
    bring({NEW: ("南村", box(LEFT, 25.48, MIDDLE, BOTTOM))})
    assert number_of(session) == number_of(session, "house") == int(NEW) * 1000
    assert clean(session, vault) == {}


def house_in(session):
    building = session.scalar(text("select id::text from building"))
    row = {"building_id": building, "address": "1号", "grid_no": int(COUNTY) * 10**9, "level": "house", "source": "t"}
    return pd.DataFrame([row])


def test_what_a_correction_leaves_outside_goes_back_to_the_county(session, vault, bring):
    bring({COUNTY: ("大理市", box(100.10, 25.40, 100.30, 25.60))})
    buildings(session, [shapely.Point(100.239, 25.51)])
    assert number_of(session) == int(EAST) * 1000
    bring({EAST: ("东村", box(MIDDLE, BOTTOM, 100.235, TOP))})
    assert number_of(session) == int(COUNTY) * 10**9
    assert clean(session, vault) == {}


def test_a_file_from_outside_gets_a_free_prefecture(session, vault, tmp_path):
    for number, west in ((1, 9.5), (2, 9.7)):
        path = tmp_path / f"land{number}.gpkg"
        shapes = [box(west, 47, west + 0.01, 47.01), box(west + 0.01, 47, west + 0.02, 47.01)]
        GeoDataFrame({"NAME": ["Alfa", "Beta"]}, geometry=shapes, crs=4326).to_file(path)
        result = store(session, read(path, outside=True), path.name, path.name)
        assert result.counts["new"] == (6 if number == 1 else 5)
    codes = session.scalars(text("select code from region where level in (2, 5) order by code")).all()
    assert codes == ["9901", "990101001001", "990101001002", "9902", "990201001001", "990201001002"]
    assert clean(session, vault) == {}


def test_a_dry_run_leaves_nothing(database, session, bring):
    before = raw(session).execute("select count(*) from region").fetchone()
    with pytest.raises(Invalid):
        bring({NEW: ("南村", box(LEFT, 25.49, MIDDLE, BOTTOM + 0.01))})
    assert raw(session).execute("select count(*) from region").fetchone() == before
