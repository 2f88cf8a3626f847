"""The second wall: row-level policies behind both doors, and proof that the tests would see it fall."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from builders import COUNTY, VILLAGE, ask, county, house, household, incident, kinds, spot
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from layers.cluster import SUPERUSER
from layers.scope import Scope

PERSONAL = ("house", "household", "person", "incident")
NUMBERS = [int(VILLAGE) * 1000 + n for n in (0, 1, 2, 1001, 1002)]


@pytest.fixture
def people(database):
    """In each of five numbers a house, a household, a person and an incident."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        for number in NUMBERS:
            household(session, number, house(session, number, spot(0.1)), 1)
            incident(session, number, spot(0.1))
    return database


def seen(database, scope, table):
    """The numbers that a plain select of everything gives through the reading door."""

    async def question(connection):
        cursor = await connection.execute(f"select grid_no from {table} order by 1")
        return [row["grid_no"] for row in await cursor.fetchall()]

    return ask(database, scope, question)


def refuse_leak(database, table):
    """Fails when any row is seen without a scope, or one outside it."""

    async def unscoped():
        async with database.read_pool(1) as pool, pool.connection() as connection:
            return await (await connection.execute(f"select grid_no from {table}")).fetchall()

    assert asyncio.run(unscoped()) == []
    assert seen(database, Scope.of_region(VILLAGE), table) == NUMBERS[:3]
    assert seen(database, Scope.of_grids([NUMBERS[1], NUMBERS[3]]), table) == [NUMBERS[1], NUMBERS[3]]


@pytest.mark.parametrize("table", PERSONAL)
def test_personal_rows_are_seen_in_the_scope_alone(people, table):
    refuse_leak(people, table)


@pytest.mark.parametrize("table", PERSONAL)
@pytest.mark.parametrize("fallen", ["drop policy scope_grids on", "alter table {} disable row level security --"])
def test_the_same_assertion_fails_when_the_wall_falls(people, table, fallen):
    with psycopg.connect(people.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute(fallen.format(table) + f" {table}")
    with pytest.raises(AssertionError):
        refuse_leak(people, table)


SCOPES = st.one_of(
    st.sampled_from(["53", COUNTY, VILLAGE, "532901003002", "54"]).map(Scope.of_region),
    st.lists(st.sampled_from([*NUMBERS, 1]), max_size=4).map(Scope.of_grids),
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)).map(lambda ends: Scope(*ends)),
)


@given(scope=SCOPES, table=st.sampled_from(PERSONAL))
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_scope_sees_what_a_plain_filter_sees(people, scope, table):
    assert seen(people, scope, table) == [number for number in NUMBERS if scope.covers(number, number)]


def test_nobody_writes_outside_the_scope(people):
    with pytest.raises(ProgrammingError, match="row-level security"), people.write(Scope.of_region(VILLAGE)) as session:
        house(session, NUMBERS[4], spot(0.1))


def test_changes_outside_the_scope_touch_no_row(people):
    with people.write(Scope.of_region(VILLAGE)) as session:
        assert session.execute(text("update house set address = 'x'")).rowcount == 3
        assert session.execute(text("delete from incident")).rowcount == 3
