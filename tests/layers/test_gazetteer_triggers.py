"""The gazetteer follows the registers: names are counted exactly, versions rise when names change and not otherwise."""

from __future__ import annotations

import threading

import pandas as pd
import psycopg
import pytest
from builders import COUNTY, VILLAGE, add, county, house, spot
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from layers.db import OWNER_ROLE, raw
from layers.doctor import examine
from layers.imports import begin
from layers.models import NameAlias, RegionAlias
from layers.scope import Scope
from layers.undo import undo

ONE = int(VILLAGE) * 1000 + 1
ELSEWHERE = 532902001001000
RECOUNT = """
select lpad((h.grid_no / 1000)::text, 12, '0'), named.kind, named.name, count(*)
from house h, lateral (values ('street', h.street), ('estate', h.estate), ('hamlet', h.hamlet)) named (kind, name)
where named.name is not null group by 1, 2, 3 order by 1, 2, 3
"""
WORD = st.sampled_from([None, None, "a", "b", "人民路"])
NUMBER = st.sampled_from([ONE, ONE + 1, ONE + 1000, ELSEWHERE])
INSERT = st.tuples(st.just("insert"), NUMBER, WORD, WORD, WORD)
RENAME = st.tuples(st.just("update"), st.sampled_from(["street", "estate", "hamlet"]), WORD, WORD)
MOVE = st.tuples(st.just("move"), NUMBER, NUMBER)
REVISE = st.tuples(st.just("revise"))
DELETE = st.tuples(st.just("delete"), st.integers(0, 3))


def names(session):
    """The names that are kept, as rows of village, kind, name and houses."""
    query = "select village_code, kind, name, houses from place_name order by 1, 2, 3"
    return raw(session).execute(query).fetchall()


def versions(session):
    """The version of each code."""
    return dict(raw(session).execute("select code, version from gazetteer_version").fetchall())


def recount(session):
    """What the names should be, by counting all houses."""
    return raw(session).execute(RECOUNT).fetchall()


def act(session, kind, *values):
    """One of the acts above; all of them may touch many houses or none."""
    connection = raw(session)
    if kind == "insert":
        statement = """insert into house (id, grid_no, source, address, street, estate, hamlet)
            select gen_random_uuid(), %s, 'made', '', %s, %s, %s from generate_series(1, 2)"""
        connection.execute(statement, values)
    elif kind == "update":
        column, old, new = values
        connection.execute(f"update house set {column} = %s where {column} is not distinct from %s", [new, old])
    elif kind == "move":
        connection.execute("update house set grid_no = %s where grid_no = %s", values[::-1])
    elif kind == "revise":
        connection.execute("update house set rev = rev + 1")
    else:
        statement = "delete from house where id in (select id from house order by address, id limit %s)"
        connection.execute(statement, values)


@given(acts=st.lists(st.one_of(INSERT, INSERT, RENAME, MOVE, REVISE, DELETE), min_size=1, max_size=12))
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_names_equal_a_recount_and_versions_rise_when_names_change(session, acts):
    session.execute(text("delete from house"))
    for one in acts:
        before, known = versions(session), {row[:3] for row in names(session)}
        act(session, *one)
        assert names(session) == recount(session)
        changed = {code[:6] for code, _, _ in known ^ {row[:3] for row in names(session)}}
        after = versions(session)
        assert {code for code in after if after[code] != before.get(code, 0)} == changed
        assert all(after[code] == before.get(code, 0) + 1 for code in changed)


def test_the_names_of_an_import_come_with_it_and_go_with_its_undo(session):
    county(session)
    house(session, ONE, spot(0.2), street="人民路", number="1")
    before = names(session)
    rows = {"address": ["x", "y"], "grid_no": ONE, "source": "made", "street": "人民路", "estate": ["花园", None]}
    with begin(session, "house", "list.csv", crs="wgs84") as log:
        log.copy("house", pd.DataFrame(rows))
    assert names(session) == [(VILLAGE, "estate", "花园", 1), (VILLAGE, "street", "人民路", 3)]
    undo(session, log.id)
    assert names(session) == before == [(VILLAGE, "street", "人民路", 1)]


def test_an_alias_of_a_name_raises_the_version_of_its_county_alone(session):
    alias = NameAlias(county_code=COUNTY, kind="street", alias="老街", name="人民路")
    session.add(alias)
    session.flush()
    assert versions(session) == {COUNTY: 1}
    session.execute(text("update name_alias set review_id = null"))
    assert versions(session) == {COUNTY: 1}
    session.execute(text("update name_alias set county_code = '532902'"))
    assert versions(session) == {COUNTY: 2, "532902": 1}
    session.execute(text("delete from name_alias"))
    assert versions(session) == {COUNTY: 2, "532902": 2}


@pytest.mark.parametrize(
    ("statement", "rises"),
    [
        ("update region set name = '新名' where code = '532901'", True),
        ("update region set geom = null where code = '532901'", True),
        ("update region set mca_code = '532901999' where code = '532901003'", True),
        ("update region set validity = tstzrange(lower(validity), now() + interval '1 day')", True),
        ("update region set area_m2 = 1, synthetic = true", False),
        ("update region set name = name, geom = geom", False),
        ("update region set name = '新名' where code = 'none'", False),
        ("delete from region where code = '532901003002'", True),
        ("delete from region where code = 'none'", False),
        ("insert into region_alias (region_code, name, kind) values ('532901', '榆城', 'old')", True),
        ("update region_alias set review_id = null", False),
        ("update region_alias set valid_to = '1983-01-01'", True),
        ("delete from region_alias", True),
    ],
)
def test_the_version_of_the_regions_rises_with_what_geocoding_reads(session, statement, rises):
    county(session)
    session.add(RegionAlias(region_code=COUNTY, name="老大理", kind="old"))
    session.flush()
    before = versions(session)["regions"]
    session.execute(text(statement))
    assert versions(session)["regions"] == before + rises


def test_what_the_triggers_keep_is_not_written_by_hand(database):
    for statement in ("update place_name set houses = 1", "delete from gazetteer_version"):
        with pytest.raises(ProgrammingError) as caught, database.write(Scope.everything()) as session:
            session.execute(text(statement))
        assert isinstance(caught.value.orig, InsufficientPrivilege)


def test_a_scope_counts_its_own_houses_among_the_others(database):
    with database.write(Scope.everything()) as session:
        house(session, ONE + 1000, spot(1.2), street="a")
    with database.write(Scope.of_region(VILLAGE)) as session:
        house(session, ONE, spot(0.2), street="a")
        session.execute(text("delete from house"))
    with database.write(Scope.everything()) as session:
        assert names(session) == recount(session) == [("532901003002", "street", "a", 1)]


def test_writers_of_the_same_names_in_any_order_do_not_stop_each_other(database):
    """Each writes one statement a transaction, as adding a house does, with the names in an order of its own."""
    statement = """insert into house (id, grid_no, source, address, street, estate)
        select gen_random_uuid(), %s, %s, '', word, word || '园' from unnest(%s::text[]) word"""
    failed = []

    def write(turn):
        try:
            for step in range(15):
                words = [f"n{(turn * 7 + step + n) % 5}" for n in range(5)][:: 1 if turn % 2 else -1]
                with database.write(Scope.everything()) as session:
                    raw(session).execute(statement, [ONE, f"w{turn}", words])
                if step % 3 < 2:
                    with database.write(Scope.everything()) as session:
                        session.execute(text("delete from house where source = :turn"), {"turn": f"w{turn}"})
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.write(Scope.everything()) as session:
        assert names(session) == recount(session)
        assert len(names(session)) == 10


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("update place_name set houses = 5", "its street 人民路 is known for 5 houses, there are 1"),
        ("delete from place_name", "its street 人民路 is known for 0 houses, there are 1"),
        ("update place_name set village_code = '532901003002'", "its street 人民路 is known for 1 houses, there are 0"),
    ],
)
def test_the_doctor_counts_again(database, statement, message):
    with database.write(Scope.everything()) as session:
        county(session)
        house(session, ONE - 1, spot(0.2), street="人民路")
        assert dict(examine(session, None))["place_names_differ"] == []
    with psycopg.connect(database.conninfo(OWNER_ROLE)) as owner:
        owner.execute(statement)
    with database.write(Scope.everything()) as session:
        assert message in [fault.message for fault in dict(examine(session, None))["place_names_differ"]]


def test_the_doctor_finds_a_text_that_was_left_behind_by_its_house(session):
    county(session)
    home = house(session, ONE - 1, spot(0.2), street="人民路")
    add(session, "address_alias", region_code=COUNTY, text="老地方", house_id=home, grid_no=ONE - 1)
    assert dict(examine(session, None))["address_alias_apart_from_house"] == []
    session.execute(text("update address_alias set grid_no = 532901003002000"))
    (fault,) = dict(examine(session, None))["address_alias_apart_from_house"]
    assert fault.message == f"it carries 532901003002000, its house {ONE - 1}"
