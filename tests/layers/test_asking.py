"""One question to the reading door: in one round trip, inside its scope, and past connections that have ended."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from builders import VILLAGE, county, house, spot

from layers.cluster import SUPERUSER
from layers.db import READ_ROLE, ask, read, reading
from layers.scope import Scope

ONE = int(VILLAGE) * 1000 + 1
TWO = ONE + 1
COUNT = "select count(*) as houses from house"
SET = "select current_setting('wangge.lo', true) || current_setting('wangge.grids', true) as scope"
OF_READERS = "from pg_stat_activity where usename = %s and datname = current_database()"


@pytest.fixture
def street(database):
    """A house in each of two grids."""
    with database.write(Scope.everything()) as session:
        county(session)
        house(session, ONE, spot(0.1))
        house(session, TWO, spot(0.2))
    return database


def end_readers(database):
    """End every connection of the reading door, as a restart of the server does; how many there were."""
    with psycopg.connect(database.conninfo(SUPERUSER), autocommit=True) as admin:
        ended = admin.execute(f"select pg_terminate_backend(pid, 5000) {OF_READERS}", [READ_ROLE]).fetchall()
    return len(ended)


def run(database, question, size=1):
    """What `question(pool)` answers."""

    async def answer():
        async with database.read_pool(size) as pool:
            return await question(pool)

    return asyncio.run(answer())


@pytest.mark.parametrize(("scope", "houses"), [(Scope.of_region("53"), 2), (Scope.of_grids([TWO]), 1), (None, 0)])
def test_a_question_sees_the_houses_of_its_scope_and_none_without_one(street, scope, houses):
    assert run(street, lambda pool: ask(pool, COUNT, {}, scope)) == {"houses": houses}


def test_no_scope_outlives_its_question_on_a_connection(street):
    async def questions(pool):
        seen = [await ask(pool, SET, {}, Scope.of_grids([ONE]))]
        for scope in (Scope.of_region("53"), Scope.of_grids([TWO])):
            await ask(pool, COUNT, {}, scope)
            async with reading(pool) as connection:
                seen += await (await connection.execute(SET)).fetchall()
            seen.append(await ask(pool, COUNT, {}, None))
        return seen

    first, *others = run(street, questions)
    assert first == {"scope": f"{ONE}{{{ONE}}}"}
    assert others == [{"scope": ""}, {"houses": 0}] * 2


def test_a_question_that_fails_leaves_a_connection_that_serves_without_its_scope(street):
    async def questions(pool):
        with pytest.raises(psycopg.DataError):
            await ask(pool, "select 1 / %(n)s::int", {"n": 0}, Scope.of_region("53"))
        return await ask(pool, COUNT, {}, None), await ask(pool, COUNT, {}, Scope.of_grids([ONE]))

    assert run(street, questions) == ({"houses": 0}, {"houses": 1})


def test_a_question_may_not_write(street):
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        run(street, lambda pool: ask(pool, "delete from house returning id", {}, Scope.everything()))


def test_connections_that_the_server_has_ended_are_never_given_out(street):
    async def questions(pool):
        await asyncio.gather(*(ask(pool, "select pg_sleep(0.2)::text", {}, None) for _ in range(3)))
        ended = [end_readers(street)]
        counted = await asyncio.gather(*(ask(pool, COUNT, {}, Scope.everything()) for _ in range(6)))
        ended.append(end_readers(street))
        async with read(pool, Scope.everything()) as connection:
            counted += await (await connection.execute(COUNT)).fetchall()
        return ended, counted

    ended, counted = run(street, questions, size=3)
    assert all(ended)
    assert counted == [{"houses": 2}] * 7


def test_a_question_under_way_when_its_connection_ends_is_asked_once_more(street):
    locked = "select pg_advisory_lock_shared(7)::text is not null as answered"

    async def questions(pool):
        with psycopg.connect(street.conninfo(SUPERUSER), autocommit=True) as admin:
            admin.execute("select pg_advisory_lock(7)")
            asked = asyncio.create_task(ask(pool, locked, {}, Scope.everything()))
            async with asyncio.timeout(20):
                while not admin.execute(f"select pid {OF_READERS} and wait_event = 'advisory'", [READ_ROLE]).fetchone():
                    await asyncio.sleep(0.05)
            end_readers(street)
            admin.execute("select pg_advisory_unlock(7)")
            return await asked

    assert run(street, questions) == {"answered": True}


def test_a_question_that_ends_each_connection_is_an_outage(street):
    suicide = "select pg_terminate_backend(pg_backend_pid(), 1000)"
    with pytest.raises(psycopg.OperationalError):
        run(street, lambda pool: ask(pool, suicide, {}, Scope.everything()))
