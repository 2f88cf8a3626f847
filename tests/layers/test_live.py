"""What watchers are told: inside their scope alone, and each change once however transactions interleave."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from itertools import count

import psycopg
import pytest
from builders import county
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.cluster import SUPERUSER
from layers.errors import TooMany, Unavailable
from layers.follower import Follower
from layers.live import MOST_OF_ONE, Live, seen
from layers.outbox import Change, CursorTooOldError
from layers.scope import Scope

A, B = 532901001001, 532901001002
TABLES = {"incident", "grid", "review", "barrier"}
ADD = (
    "insert into facility (id, kind, name, grid_no, point, source)"
    " values (%s, 'lamp', 'x', %s, st_setsrid(st_makepoint(100.1, 25.1), 4326), 'made')"
)


def change(table="incident", lo=A * 1000 + 1, hi=None, rows=1, ids=None):
    """A change of one row in the first grid of a village, unless something else is said."""
    hi = lo if hi is None else hi
    village = lo // 1000 if lo // 1000 == hi // 1000 else None
    ids = tuple(uuid.UUID(int=n + 1) for n in range(rows)) if ids is None else ids
    return Change(table, village, lo, hi, None, None, None, rows, ids)


def test_changes_of_a_village_are_told_as_one():
    first, second = uuid.UUID(int=8), uuid.UUID(int=9)
    changes = [change(ids=(first,)), change(lo=A * 1000 + 3, ids=(second,)), change("grid", lo=B * 1000 + 1)]
    grid, incident = seen(changes, Scope.of_region("53"), TABLES)
    assert (incident.village, incident.first, incident.last) == (str(A), f"{A}001", f"{A}003")
    assert (incident.count, incident.ids) == (2, (first, second))
    assert (grid.table, grid.village, grid.count) == ("grid", str(B), 1)


def test_an_update_counts_its_rows_once():
    row = uuid.UUID(int=8)
    [told] = seen([change(rows=0, ids=(row,)), change(rows=1, ids=(row,))], Scope.of_region("53"), TABLES)
    assert (told.count, told.ids) == (1, (row,))


def test_outside_the_scope_nothing_is_told():
    changes = [change(lo=B * 1000 + 1)]
    assert seen(changes, Scope.of_region(str(A)), TABLES) == []
    assert seen(changes, Scope.nothing(), TABLES) == []
    assert seen(changes, Scope.of_region(str(B)), {"grid"}) == []
    assert len(seen(changes, Scope.of_region(str(B)), TABLES)) == 1


def test_of_what_reaches_beyond_the_scope_neither_rows_nor_ids_are_told():
    changes = [change("barrier", 0, 10**15 - 1), change(lo=A * 1000 + 1, hi=A * 1000 + 9, rows=5)]
    barrier, incident = seen(changes, Scope.of_grids([A * 1000 + 2, A * 1000 + 4]), TABLES)
    assert (barrier.count, barrier.ids, barrier.village) == (None, (), None)
    assert (incident.first, incident.last, incident.count, incident.ids) == (f"{A}002", f"{A}004", None, ())


def test_rows_that_moved_with_the_grids_are_told_apart():
    moved = dataclasses.replace(change(rows=7), with_grids=True)
    drawn = dataclasses.replace(change("grid"), with_grids=True)
    grid, incident = seen([moved, drawn, change(rows=2)], Scope.of_region("53"), TABLES)
    assert (incident.count, incident.moved) == (9, 7)
    assert (grid.count, grid.moved) == (1, 0)
    [beyond] = seen([moved, change(hi=A * 1000 + 9)], Scope.of_grids([A * 1000 + 1]), TABLES)
    assert (beyond.count, beyond.moved) == (None, None)


def test_many_rows_are_a_count():
    [told] = seen([change(rows=51)], Scope.of_region("53"), TABLES)
    assert (told.count, told.ids) == (51, ())
    [told] = seen([change(rows=51, ids=()), change(lo=A * 1000 + 2)], Scope.of_region("53"), TABLES)
    assert (told.count, told.ids) == (52, ())


def test_the_rows_that_reviews_are_about_are_not_told():
    [told] = seen([change("review")], Scope.of_region("53"), TABLES)
    assert (told.count, told.ids) == (1, ())


@given(
    spans=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=6),
    own=st.sets(st.integers(1, 18), min_size=1),
)
def test_nothing_but_ones_own_is_ever_told(spans, own):
    scope = Scope.of_grids([A * 1000 + number for number in own])
    changes = [change(lo=A * 1000 + lo, hi=A * 1000 + lo + more, rows=2) for lo, more in spans]
    for told in seen(changes, scope, TABLES):
        assert {int(told.first), int(told.last)} <= set(scope.grids)
        # Rows are told only where all of the changes are of one's own grids.
        if told.count is not None or told.ids:
            assert all(
                A * 1000 + lo in scope.grids
                for lo, more in spans
                if scope.overlaps(A * 1000 + lo, A * 1000 + lo + more)
            )


@pytest.fixture
def lamps(database):
    """A county of two villages, in which there may be lamps."""
    with database.write(Scope.everything()) as session:
        county(session, 2)
        session.connection().exec_driver_sql(
            "insert into facility_kind (code, name_zh, name_en) values ('lamp', '灯', 'L')"
        )
    return database


def new_ids(told):
    return [row_id for one in told.changes if one.table == "facility" for row_id in one.ids]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 2)),
        st.tuples(st.just("end"), st.integers(0, 2)),
        st.tuples(st.just("look"), st.integers(0, 1)),
        # Whoever lost the line may have seen the last answer, or not have got it.
        st.tuples(st.just("lose"), st.integers(0, 1)),
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_goes_on_from_their_cursor_misses_nothing_and_hears_nothing_twice(lamps, steps):
    """Three writers with transactions open side by side, two watchers who look and lose the line at any moment."""
    with psycopg.connect(lamps.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute("delete from facility")
    asyncio.run(interleave(lamps, steps))


async def interleave(database, steps):
    numbers, committed, open_rows = count(1), [], {0: [], 1: [], 2: []}
    writers = [await psycopg.AsyncConnection.connect(database.conninfo(SUPERUSER)) for _ in range(3)]
    async with database.read_pool(2) as pool:
        live = Live(pool)
        begin = await live.now()
        cursors, heard = [begin, begin], [[], []]
        for act, who in [*steps, ("end", 0), ("end", 1), ("end", 2), ("look", 0), ("look", 1)]:
            if act == "write":
                row_id = uuid.UUID(int=next(numbers))
                await writers[who].execute(ADD, (row_id, A * 1000))
                open_rows[who].append(row_id)
            elif act == "end":
                await writers[who].commit()
                committed += open_rows[who]
                open_rows[who] = []
            else:
                told = await live.since(cursors[who])
                if act == "look":
                    heard[who] += new_ids(told)
                    cursors[who] = told.cursor
        for one in heard:
            assert sorted(one) == sorted(committed)
    for writer in writers:
        await writer.close()


def test_those_at_one_cursor_share_one_reading(lamps):
    async def run():
        async with lamps.read_pool(1) as pool:
            live = Live(pool)
            cursor = await live.now()
            told = await asyncio.gather(*(live.since(cursor) for _ in range(50)))
            assert len({id(one) for one in told}) == 1
            live.reset()
            assert (await live.since(cursor)) is not told[0]

    asyncio.run(run())


def test_a_commit_wakes_those_who_watch_and_silence_does_not(lamps):
    async def run():
        async with lamps.read_pool(1) as pool:
            live = Live(pool)
            following = asyncio.create_task(Follower(lamps, [live]).run())
            assert await live.next_turn(0, 20.0)
            turn, cursor = live.turn, await live.now()
            assert not await live.next_turn(turn, 0.05)
            async with await psycopg.AsyncConnection.connect(lamps.conninfo(SUPERUSER)) as writer:
                await writer.execute(ADD, (uuid.UUID(int=5), A * 1000))
            assert await live.next_turn(turn, 20.0)
            assert new_ids(await live.since(cursor)) == [uuid.UUID(int=5)]
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    asyncio.run(run())


def test_a_cursor_of_nothing_known_is_too_old(lamps):
    async def run():
        async with lamps.read_pool(1) as pool:
            live = Live(pool)
            for cursor in ("x", "", "1.1:1:", "' or 1=1"):
                with pytest.raises(CursorTooOldError):
                    await live.since(cursor)

    asyncio.run(run())


def test_without_a_database_it_is_unavailable(lamps):
    async def run():
        async with lamps.read_pool(1) as pool:
            live = Live(pool)
            cursor = await live.now()
            with psycopg.connect(lamps.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
                admin.execute(f"alter database {lamps.engine.url.database} allow_connections false")
                admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'wangge_read'")
                pool.timeout = 0.5
                with pytest.raises(Unavailable):
                    await live.since(cursor)
                admin.execute(f"alter database {lamps.engine.url.database} allow_connections true")

    asyncio.run(run())


def test_an_account_has_so_many_windows():
    live, own, other = Live(None), uuid.uuid4(), uuid.uuid4()
    kept = [live.watching(own) for _ in range(MOST_OF_ONE)]
    for one in kept:
        one.__enter__()
    with pytest.raises(TooMany), live.watching(own):
        pass
    with live.watching(other):
        pass
    kept[0].__exit__(None, None, None)
    with live.watching(own):
        pass
