"""Rows come in by COPY with their log, in one transaction, or not at all."""

from __future__ import annotations

import uuid
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import pytest
from shapely import Point, box
from sqlalchemy import select, text

from layers.db import raw, set_scope
from layers.errors import Conflict, Fault, Forbidden, Invalid
from layers.imports import already, begin, copy_frame, copy_rows, digest, ewkb, refuse_again
from layers.locks import lock_bulk, lock_village, lock_village_shared
from layers.models import Building, Facility, FacilityKind, House, ImportLog
from layers.scope import Scope

VILLAGE = 990101001001
HOSTILE = ["<script>alert(1)</script>", "'); drop table house; --", "a\tb\\N\nc", "\\.", "网格 \u202e", "%s {} \\x00"]


def houses(names, grid_no=VILLAGE * 1000):
    return pd.DataFrame({"address": names, "grid_no": grid_no, "source": "import"})


def count(session, table):
    return session.scalar(text(f"select count(*) from {table}"))


def test_the_log_keeps_counts_faults_and_who(session):
    session.info["actor"] = who = uuid.uuid4()
    with begin(session, "osm", "town.osm", crs="EPSG:4326", sha256="ab") as log:
        log.count("building", 2)
        log.count("building", 3)
        log.count("link", 1)
        log.fault(Fault("way 7", "it lies nowhere", (9.5, 47.1)), Fault("way 8", "no name"))
    row = session.scalars(select(ImportLog)).one()
    assert (row.id, row.kind, row.source_name, row.crs, row.sha256, row.by) == (
        log.id, "osm", "town.osm", "EPSG:4326", "ab", who,
    )  # fmt: skip
    assert (row.rows, row.counts) == (6, {"building": 5, "link": 1})
    assert row.faults == [
        {"where": "way 7", "message": "it lies nowhere", "place": [9.5, 47.1]},
        {"where": "way 8", "message": "no name", "place": None},
    ]


def test_copied_rows_are_marked_and_counted(session):
    with begin(session, "houses", "a.csv") as log:
        assert log.copy("house", houses(["1号", "2号"])) == 2
    assert log.counts == {"house": 2}
    assert set(session.scalars(select(House.import_id))) == {log.id}


def test_copied_rows_say_who_brought_them(session):
    session.info["actor"] = who = uuid.uuid4()
    with begin(session, "houses", "a.csv") as log:
        log.copy("house", houses(["1号"]))
    row = session.scalars(select(House)).one()
    assert (row.created_by, row.updated_by, row.rev) == (who, who, 1)


def test_an_import_that_fails_leaves_neither_log_nor_rows(database):
    def fail():
        with database.write(Scope.everything()) as session, begin(session, "houses", "a.csv") as log:
            log.copy("house", houses(["1号"]))
            raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        fail()
    with database.write(Scope.everything()) as session:
        assert (count(session, "house"), count(session, "import_log")) == (0, 0)


def test_the_same_content_is_found_under_another_name(session):
    with begin(session, "osm", "a.osm", sha256="ab") as log:
        pass
    past = already(session, "osm", "b.osm", "ab")
    assert past is not None
    assert (past.id, past.source_name) == (log.id, "a.osm")
    assert already(session, "osm", "a.osm", "cd") is None
    assert already(session, "divisions", "a.osm", "ab") is None
    with pytest.raises(Conflict, match=rf"a\.osm on \d{{4}}-\d\d-\d\d .* import {log.id}"):
        refuse_again(session, "osm", "b.osm", "ab")
    refuse_again(session, "osm", "a.osm", "cd")


def test_without_a_digest_the_name_decides(session):
    with begin(session, "county", "532901") as log:
        pass
    past = already(session, "county", "532901", None)
    assert past is not None
    assert past.id == log.id
    assert already(session, "county", "532902", None) is None


@pytest.mark.parametrize("table", ["house", "building"])
def test_no_rows_are_no_rows(session, table):
    assert copy_rows(session, table, ["grid_no", "source"], []) == 0
    assert copy_frame(session, table, houses([])[["grid_no", "source"]]) == 0


def test_row_level_security_lets_the_rows_pass_twice_in_one_transaction(session):
    assert copy_frame(session, "house", houses(["1号"])) == 1
    assert copy_frame(session, "house", houses(["2号", "3号"])) == 2
    assert sorted(session.scalars(select(House.address))) == ["1号", "2号", "3号"]


def test_rows_outside_the_scope_are_forbidden(session):
    set_scope(session, Scope.of_region("990102"))
    with pytest.raises(Forbidden, match="house lie outside your region"):
        copy_frame(session, "house", houses(["1号"]))


def test_hostile_text_comes_back_as_it_was(session):
    copy_frame(session, "house", houses(HOSTILE))
    assert sorted(session.scalars(select(House.address))) == sorted(HOSTILE)


@pytest.mark.parametrize("table", ["house", "building"])
def test_every_zero_byte_is_a_fault_with_its_row(session, table):
    frame = houses(["good", "bad\0", "good", "\0"])
    with pytest.raises(Invalid, match=f"2 rows of {table} cannot be stored") as caught:
        copy_frame(session, table, frame)
    assert [fault.where for fault in caught.value.faults] == [f"{table} row 2", f"{table} row 4"]
    assert "NUL" in caught.value.faults[0].message


def test_a_row_the_table_refuses_is_named(session):
    rows = [[uuid.uuid4(), number, "import", level] for number, level in ((1, "house"), (2, "cellar"))]
    with pytest.raises(Invalid, match="building do not fit") as caught:
        copy_rows(session, "building", ["id", "grid_no", "source", "level"], rows)
    assert [fault.where for fault in caught.value.faults] == ["building row 2"]
    assert "ck_building_level" in caught.value.faults[0].message


def test_a_row_a_personal_table_refuses_is_told(session):
    with pytest.raises(Invalid, match="house do not fit") as caught:
        copy_frame(session, "house", houses(["1号"]).assign(level="cellar"))
    assert "ck_house_level" in caught.value.faults[0].message


@pytest.mark.parametrize(
    ("table", "column"),
    [("pg_user", "id"), ("house; drop table house", "id"), ("house", 'x"; --'), ("house", "geom_m")],
)
def test_unknown_tables_and_columns_never_reach_the_database(session, table, column):
    with pytest.raises(ValueError, match=r"not a table of ours|no column to write"):
        copy_rows(session, table, [column], [[1]])


def test_missing_values_become_null_and_whole_numbers_stay_whole(session):
    frame = gpd.GeoDataFrame(
        {
            "grid_no": np.array([VILLAGE * 1000, VILLAGE * 1000]),
            "source": "import",
            "name": ["Mill", np.nan],
            "radius_m": [np.nan, 2.5],
            "assumed_households": pd.array([3, 0], dtype="Int64"),
            "footprint": [box(9, 47, 9.001, 47.001), None],
        },
        geometry=[Point(9, 47), None],
    ).rename_geometry("point")
    assert copy_frame(session, "building", frame) == 2
    found = session.execute(
        select(Building.name, Building.radius_m, Building.assumed_households, Building.point.ST_AsText())
    )
    assert sorted(map(tuple, found), key=str) == [("Mill", None, 3, "POINT(9 47)"), (None, 2.5, 0, None)]


def test_whole_numbers_with_gaps_arrive_as_numbers(session):
    copy_rows(session, "household", *household_rows(session))
    frame = pd.DataFrame({"household_id": session.scalar(text("select id from household")), "grid_no": [1, 2]})
    frame = frame.assign(name=["甲", "乙"], residence="mobile", birth_year=[1980.0, np.nan])
    frame = frame.assign(moved_in_on=pd.Series([date(2020, 1, 2), pd.NaT], dtype=object))
    copy_frame(session, "person", frame)
    found = session.execute(text("select name, birth_year, moved_in_on from person order by grid_no")).all()
    assert list(map(tuple, found)) == [("甲", 1980, date(2020, 1, 2)), ("乙", None, None)]


def household_rows(session):
    house, household = uuid.uuid4(), uuid.uuid4()
    copy_frame(session, "house", houses(["1号"]).assign(id=house))
    return ["id", "house_id", "grid_no"], [[household, house, VILLAGE * 1000]]


def test_rows_may_hold_ranges_as_text_and_dicts_as_json(session):
    region = [uuid.uuid4(), "99", 1, "Drawn", "test", "[2026-01-01 00:00+08,)"]
    copy_rows(session, "region", ["id", "code", "level", "name", "source", "validity"], [region])
    copy_rows(session, "audit", ["act", "subject", "detail"], [["read", "house", {"why": "it's asked"}]])
    assert session.scalar(text("select lower(validity) = '2026-01-01 00:00+08' and upper_inf(validity) from region"))
    assert session.scalar(text("select detail->>'why' from audit")) == "it's asked"


def test_ewkb_says_its_coordinate_system(session):
    assert session.scalar(text("select st_asewkt(cast(:shape as geometry))"), {"shape": ewkb(Point(9, 47))}) == (
        "SRID=4326;POINT(9 47)"
    )


def test_a_shape_in_a_row_is_lon_lat(session):
    session.add(FacilityKind(code="well", name_zh="井", name_en="well"))
    rows = [[uuid.uuid4(), "well", VILLAGE * 1000, "import", Point(9.5, 47.25)]]
    copy_rows(session, "facility", ["id", "kind", "grid_no", "source", "point"], rows)
    found = session.execute(select(Facility.point.ST_AsText(), Facility.point.ST_SRID())).one()
    assert tuple(found) == ("POINT(9.5 47.25)", 4326)


def test_the_digest_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert digest(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("first", "second", "waits"),
    [
        ("bulk", "bulk", True),
        ("bulk", "insert", True),
        ("bulk", "publish", True),
        ("insert", "bulk", True),
        ("insert", "insert", False),
        ("insert", "publish", True),
        ("publish", "insert", True),
        ("publish", "publish", True),
        ("publish", "publish elsewhere", False),
    ],
)
def test_who_waits_for_whom(database, first, second, waits):
    locks = {
        "bulk": lock_bulk,
        "insert": lambda session: lock_village_shared(session, "990101001001"),
        "publish": lambda session: lock_village(session, "990101001001"),
        "publish elsewhere": lambda session: lock_village(session, "990101001002"),
    }
    with database.write(Scope.everything()) as holder, database.write(Scope.everything()) as other:
        locks[first](holder)
        raw(other).execute("set local lock_timeout = '50ms'")
        assert _refused(locks[second], other) == waits
        other.rollback()


def _refused(lock, session):
    try:
        lock(session)
    except psycopg.errors.LockNotAvailable:
        return True
    return False
