"""The second wall: row-level policies behind both doors, and proof that the tests would see it fall."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date

import psycopg
import pytest
from builders import COUNTY, VILLAGE, add, ask, county, house, household, incident, kinds, spot
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from layers.cluster import SUPERUSER
from layers.models import ServiceKind
from layers.scope import Scope

PERSONAL = (
    "address_alias", "duplicate", "enrolment", "house", "household", "incident", "occupancy", "person", "residence",
    "review", "visit",
)  # fmt: skip
COUNTED = ("cell_count", "county_day", "county_month", "incident_day", "incident_month", "register_count")
"""What triggers count of the others; of these there is a row for some numbers."""
UNREAD = ("duplicate", "enrolment")
"""What the reading door may not look into at all."""
PERIOD = {"starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1), "review_on": date(2026, 7, 1)}
NOON = "2026-05-01 12:00+08"
NUMBERS = [int(VILLAGE) * 1000 + n for n in (0, 1, 2, 1001, 1002)]


@pytest.fixture
def people(database):
    """In each of five numbers one row of every personal table; stays come by themselves."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        session.add(ServiceKind(code="meal", name_zh="送餐", name_en="Meals"))
        for number in NUMBERS:
            home = house(session, number, spot(0.1))
            lives = household(session, number, home)
            person = add(session, "person", grid_no=number, household_id=lives, name="张三", residence="registered")
            add(session, "enrolment", grid_no=number, person_id=person, service="meal", purpose="x", **PERIOD)
            incident(session, number, spot(0.1))
            add(session, "visit", grid_no=number, house_id=home, visited_at=NOON, outcome="met")
            add(session, "review", grid_no=number, register="house", row_id=home, text="x", level="street")
            add(session, "address_alias", grid_no=number, region_code=COUNTY, text=str(number), house_id=home)
            pair = {"kept_id": home, "other_id": uuid.uuid4()}
            add(session, "duplicate", grid_no=number, register="house", why=["address"], **pair)
    return database


def seen(database, scope, table):
    """The numbers that a plain select of everything gives, through the reading door where that may look."""
    if table in UNREAD:
        with database.write(scope) as session:
            return list(session.scalars(text(f"select grid_no from {table} order by 1")))

    async def question(connection):
        cursor = await connection.execute(f"select grid_no from {table} order by 1")
        return [row["grid_no"] for row in await cursor.fetchall()]

    return ask(database, scope, question)


def unscoped(database, table):
    """What is seen before a scope is set."""
    if table in UNREAD:
        with database.engine.connect() as connection:
            return connection.execute(text(f"select grid_no from {table}")).all()

    async def question():
        async with database.read_pool(1) as pool, pool.connection() as connection:
            return await (await connection.execute(f"select grid_no from {table}")).fetchall()

    return asyncio.run(question())


def refuse_leak(database, table):
    """Fails when any row is seen without a scope, or one outside it."""
    assert unscoped(database, table) == []
    assert seen(database, Scope.of_region(VILLAGE), table) == NUMBERS[:3]
    assert seen(database, Scope.of_grids([NUMBERS[1], NUMBERS[3]]), table) == [NUMBERS[1], NUMBERS[3]]


def test_every_table_with_a_policy_is_tried_here(database):
    with psycopg.connect(database.conninfo(SUPERUSER)) as admin:
        found = admin.execute("select distinct tablename from pg_policies order by 1").fetchall()
    assert [table for (table,) in found] == sorted((*PERSONAL, *COUNTED))


def test_personal_rows_are_seen_in_the_scope_alone(people):
    for table in PERSONAL:
        refuse_leak(people, table)


@pytest.mark.parametrize("scope", [Scope.of_region(VILLAGE), Scope.of_grids([NUMBERS[1], NUMBERS[3]])])
def test_counts_are_seen_in_the_scope_alone(people, scope):
    for table in COUNTED:
        assert unscoped(people, table) == []
        every = seen(people, Scope.everything(), table)
        assert every != [], table
        assert seen(people, scope, table) == [number for number in every if scope.covers(number, number)]


@pytest.mark.parametrize("fallen", ["drop policy scope_grids on", "alter table {} disable row level security --"])
def test_the_same_assertion_fails_when_the_wall_falls(people, fallen):
    for table in PERSONAL:
        with psycopg.connect(people.conninfo(SUPERUSER), autocommit=True) as admin:
            admin.execute(fallen.format(table) + f" {table}")
        with pytest.raises(AssertionError):
            refuse_leak(people, table)


@pytest.mark.parametrize("table", UNREAD)
def test_the_reading_door_looks_into_no_duplicate_and_no_enrolment(people, table):
    async def question(connection):
        await connection.execute(f"select grid_no from {table}")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(people, Scope.everything(), question)


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
