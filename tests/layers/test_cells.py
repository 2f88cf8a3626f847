"""Counts by cell: always what a full recount gives, whatever is written, by whom and in which order."""

from __future__ import annotations

import random
import uuid
from math import asinh, pi, radians, tan

import mapbox_vector_tile
import psycopg
import pytest
from builders import VILLAGE, building, county, house, incident, kinds, spot, square, with_pool
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg import sql

from layers.catalog import CATALOG
from layers.cluster import SUPERUSER
from layers.db import API_ROLE
from layers.doctor import examine
from layers.scope import Scope
from layers.tile_cache import Address
from layers.tiles import draw

ONE = int(VILLAGE) * 1000 + 1
TWO = ONE + 1
ALL = Scope.of_region("53")
ENTRY_OF_INCIDENT = """
    insert into review (id, register, row_id, text, grid_no, level) values (%s, 'incident', %s, '', %s, 'street')"""
COMPARED = """
    select register, cell, grid_no, sum(n)::int as n from (
        select register, cell, grid_no, n from cell_count
        union all
        select register, cell, grid_no, -n from recount_cells()) both_ways
    group by 1, 2, 3 having sum(n) <> 0"""


@pytest.fixture
def town(database):
    """A county with two villages."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
    return database


def writer(database):
    """A connection of the API's role that may change everything in the county."""
    connection = psycopg.connect(database.conninfo(API_ROLE))
    for key, value in ALL.as_settings().items():
        connection.execute("select set_config(%s, %s, false)", [f"wangge.{key}", value])
    connection.commit()
    return connection


def wrong_counts(database):
    """The cells whose count is not what a recount gives."""
    with psycopg.connect(database.conninfo(SUPERUSER)) as admin:
        return admin.execute(COMPARED).fetchall()


def counted(database, name, scope=ALL, zoom=13):
    """The counts in the tile that holds the corner of the map."""
    x, y = int((spot(0.1).x + 180) / 360 * 2**zoom), _row(zoom)
    data = with_pool(database, lambda pool: draw(pool, scope, CATALOG[name], Address(zoom, x, y))).data
    features = mapbox_vector_tile.decode(data)[name]["features"] if data else []
    return sorted(feature["properties"]["count"] for feature in features)


def _row(zoom):

    return int((1 - asinh(tan(radians(spot(0.1).y))) / pi) / 2 * 2**zoom)


def test_rows_of_one_cell_are_one_point_with_their_number(town):
    with town.write(Scope.everything()) as session:
        for _ in range(3):
            house(session, ONE, spot(0.1))
        house(session, TWO, spot(0.11))
        house(session, TWO, spot(0.2))
    # 0.0001 degrees apart: one cell of zoom 13, 150 m wide; 0.001 degrees: another.
    assert counted(town, "house") == [1, 4]
    assert counted(town, "house", zoom=8) == [5]


def test_a_caller_is_told_the_share_of_the_own_scope(town):
    with town.write(Scope.everything()) as session:
        for number in (ONE, ONE, TWO, int(VILLAGE) * 1000 + 1001):
            building(session, number, spot(0.1))
    for scope, count in (
        (ALL, [4]),
        (Scope.of_region(VILLAGE), [3]),
        (Scope.of_grids([TWO]), [1]),
        (Scope.nothing(), []),
    ):
        assert counted(town, "building", scope) == count


def test_without_a_scope_the_counts_show_nothing(town):
    with town.write(Scope.everything()) as session:
        house(session, ONE, spot(0.1))
    with psycopg.connect(town.conninfo("wangge_read")) as reader:
        assert reader.execute("select count(*) from cell_count").fetchone() == (0,)


@pytest.mark.parametrize("act", ["insert into cell_count values ('house', 1, 1, 1)", "delete from cell_count"])
def test_nobody_writes_the_counts_by_hand(town, act):
    with writer(town) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(act)


def test_what_is_never_drawn_as_a_point_is_not_counted(town):
    with town.write(Scope.everything()) as session:
        house(session, ONE, spot(0.1), level="village")
        house(session, ONE, None, level="house")
        building(session, ONE, spot(0.1), level="village", footprint=square(0, 0, 0.01))
    assert counted(town, "house") == []
    assert counted(town, "building") == [1]


def test_an_incident_is_counted_when_its_last_entry_for_review_is_closed(town):
    with town.write(Scope.everything()) as session:
        found = incident(session, ONE, spot(0.1))
    first, second = uuid.uuid4(), uuid.uuid4()
    with writer(town) as connection:
        for number in (first, second):
            connection.execute(ENTRY_OF_INCIDENT, [number, found, ONE])
        connection.commit()
        assert counted(town, "incident") == []
        connection.execute("update review set status = 'pinned' where id = %s", [first])
        connection.commit()
        assert counted(town, "incident") == []
        connection.execute("delete from review where id = %s", [second])
        connection.commit()
        assert counted(town, "incident") == [1]
        connection.execute("update review set status = 'open'")
        connection.execute("delete from incident")
        connection.commit()
    assert wrong_counts(town) == []


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "many", "move", "rehome", "blur", "review", "decide", "delete", "undo"]),
        st.sampled_from(["house", "building", "incident"]),
        st.integers(0, 2**30),
    ),
    min_size=1,
    max_size=12,
)


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_counts_are_what_a_recount_gives_after_whatever_was_done(town, acts):
    with writer(town) as connection:
        for act, table, seed in acts:
            _do(connection, act, sql.Identifier(table), table, random.Random(seed))
        connection.commit()
    assert wrong_counts(town) == []


INSERTS = {
    "house": "(id, grid_no, point, source, level, address)",
    "building": "(id, grid_no, point, source, level)",
    "incident": "(id, grid_no, point, source, level, kind, text, occurred_at, handled_grid_no)",
}
EXTRA = {"house": ", '1号'", "building": "", "incident": ", 'noise', '', now(), 1"}
SOME = "id in (select id from {} order by md5(id::text || %(seed)s::text) limit %(few)s)"
ENTRY = """
    insert into review (id, register, row_id, text, grid_no, level)
    select gen_random_uuid(), %(name)s, id, '', grid_no, 'street' from {} where """


def _insert(name, rows, at):
    return f"""insert into {{}} {INSERTS[name]}
               select gen_random_uuid(), {ONE} + n % 3, st_setsrid(st_makepoint({at}), 4326), 'made', 'house'
                      {EXTRA[name]}
               from generate_series(1, {rows}) n"""


def _do(connection, act, table, name, dice):
    values = {
        "seed": dice.random(),
        "few": dice.choice([1, 3, 50]),
        "name": name,
        "x": dice.random(),
        "y": dice.random(),
    }
    statements = {
        "insert": _insert(name, 2, "100 + %(x)s::float8 / 50, 25 + %(y)s::float8 / 50"),
        "many": _insert(name, 200, "100 + n % 7 / 500.0, 25 + n % 11 / 500.0"),
        "move": f"update {{}} set point = st_translate(point, %(x)s::float8 / 100, 0) where {SOME}",
        "rehome": f"update {{}} set grid_no = {ONE} + (grid_no + 1) % 3 where {SOME}",
        "blur": f"update {{}} set level = case level when 'house' then 'village' else 'house' end where {SOME}",
        "review": ENTRY + SOME,
        "decide": "update review set status = case status when 'open' then 'picked' else 'open' end"
        " where register = %(name)s",
        "delete": f"delete from {{}} where {SOME}",
        "undo": "delete from review where register = %(name)s and status <> 'open'",
    }
    if act == "delete" and name == "building":
        return
    text = sql.SQL(statements[act].replace(" % ", " %% "))
    connection.execute(text.format(*[table] * statements[act].count("{}")), values)


@given(x=st.integers(0, 2**19 - 1), y=st.integers(0, 2**19 - 1))
@hypothesis_settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_cell_of_a_point_is_that_of_its_tile(town, x, y):
    metres = 40075016.6855785
    middle = [((x + 0.5) / 2**19 - 0.5) * metres, (0.5 - (y + 0.5) / 2**19) * metres]
    with psycopg.connect(town.conninfo(API_ROLE)) as connection:
        found = connection.execute(
            "select cell_of(st_setsrid(st_makepoint(%s, %s), 3857)), cell_of_tile(19, %s, %s)", [*middle, x, y]
        ).fetchone()
    bits = sum((x >> bit & 1) << 2 * bit | (y >> bit & 1) << 2 * bit + 1 for bit in range(19))
    assert found == (4**19 + bits, 4**19 + bits)


def test_the_doctor_finds_a_count_that_is_wrong(town):
    with town.write(Scope.everything()) as session:
        house(session, ONE, spot(0.1))
        house(session, ONE, spot(0.9))
        assert dict(examine(session, None))["cells_differ"] == []
    with psycopg.connect(town.conninfo(SUPERUSER)) as admin:
        admin.execute("update cell_count set n = 3 where cell in (select max(cell) from cell_count)")
    with town.write(Scope.everything()) as session:
        faults = dict(examine(session, None))["cells_differ"]
    assert [(fault.where, fault.message) for fault in faults] == [
        (f"house {ONE}", "its cells count 3 where there are 1")
    ]


def test_who_writes_into_one_cell_at_a_time_waits_for_nobody(town):
    insert = f"""insert into house {INSERTS["house"]} values (gen_random_uuid(), {ONE},
                 st_setsrid(st_makepoint(100.001, 25.001), 4326), 'made', 'house', '1号')"""
    with writer(town) as first, writer(town) as second, writer(town) as third:
        first.execute(insert)
        first.commit()
        for connection in (first, second, third):
            connection.execute("set lock_timeout = '5s'")
            connection.execute(insert)
        for connection in (third, first, second):
            connection.commit()
        assert counted(town, "house") == [4]
        first.execute("delete from house")
        first.commit()
    assert counted(town, "house") == []
    assert wrong_counts(town) == []


def test_an_incident_moved_while_its_entry_is_closed_is_counted_once_in_its_new_place(town):
    with town.write(Scope.everything()) as session:
        found = incident(session, ONE, spot(0.1))
    with writer(town) as first, writer(town) as second:
        first.execute(
            ENTRY_OF_INCIDENT,
            [uuid.uuid4(), found, ONE],
        )
        first.commit()
        first.execute("update review set status = 'picked'")
        pipeline = second.pgconn
        pipeline.send_query(b"update incident set point = st_translate(point, 0.01, 0)")
        first.commit()
        while result := pipeline.get_result():
            assert result.status in (psycopg.pq.ExecStatus.COMMAND_OK, psycopg.pq.ExecStatus.TUPLES_OK)
        second.execute("commit")
    assert wrong_counts(town) == []
    assert counted(town, "incident") == [1]
