"""What was changed is told once, to whoever asks since when, however transactions overlap."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, date, datetime

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from layers.cluster import SUPERUSER
from layers.db import API_ROLE, OWNER_ROLE, READ_ROLE, Database
from layers.errors import Unavailable
from layers.follower import Follower
from layers.migrate import migrate, status
from layers.outbox import CursorTooOldError, forget_changes, moment, read_changes
from layers.scope import Scope

WEST, EAST = 530102001001, 530102001002
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Noon in Asia/Shanghai."""
_ADD = (
    "insert into incident (id, kind, text, occurred_at, grid_no, handled_grid_no, point, level, source)"
    " select gen_random_uuid(), 'noise', 't', %(at)s, %(no)s, %(no)s, st_point(102.7, 25, 4326), 'house', 's'"
    " from generate_series(1, %(n)s)"
)
_PLACE = 1000
_ONE_METRE = 1.0


def connected(database):
    connection = psycopg.connect(database.conninfo(SUPERUSER), autocommit=True)
    connection.execute(
        "insert into incident_kind (code, name_zh, name_en) values ('noise', '噪声', 'Noise') on conflict do nothing"
    )
    return connection


def add(connection, village, n=1, at=NOON):
    connection.execute(_ADD, {"at": at, "no": village * _PLACE, "n": n})


async def opened(database):
    return await psycopg.AsyncConnection.connect(database.conninfo(READ_ROLE), autocommit=True, row_factory=dict_row)


def told(database, act):
    """What is told of an act that happens after now."""

    async def run():
        async with await opened(database) as reader:
            since = await moment(reader)
            await asyncio.to_thread(act)
            return (await read_changes(reader, since)).changes

    return asyncio.run(run())


def test_a_new_incident_is_told_with_its_place_day_and_id(database):
    with connected(database) as writer:
        [change] = told(database, lambda: add(writer, WEST))
        [(row_id,)] = writer.execute("select id from incident").fetchall()
    assert (change.table, change.village, change.lo, change.hi) == ("incident", WEST, WEST * _PLACE, WEST * _PLACE)
    assert (change.first_day, change.last_day, change.rows, change.ids) == (
        date(2026, 3, 2),
        date(2026, 3, 2),
        1,
        (row_id,),
    )
    west, south, east, north = change.box
    assert (west, south) == (east, north)
    # 102.7 degrees of the earth's girth of 40,075,016.69 m.
    assert west == pytest.approx(40_075_016.69 * 102.7 / 360, abs=_ONE_METRE)


def test_many_rows_of_one_statement_are_told_by_village(database):
    with connected(database) as writer:

        def act():
            with writer.transaction():
                add(writer, WEST, 60)
                add(writer, EAST, 70)

        changes = told(database, act)
    assert [(change.village, change.rows, change.ids) for change in changes] == [(WEST, 60, ()), (EAST, 70, ())]


def test_fifty_rows_are_told_one_by_one(database):
    with connected(database) as writer:
        changes = told(database, lambda: add(writer, WEST, 50))
    assert len(changes) == 50
    assert len({change.ids for change in changes}) == 50


def test_a_move_tells_the_old_place_and_the_new_one(database):
    with connected(database) as writer:
        add(writer, WEST)
        move = "update incident set grid_no = %s, point = st_setsrid(st_point(103, 25), 4326)"
        before, since = told(database, lambda: writer.execute(move, [EAST * _PLACE]))
    assert (before.village, before.rows) == (WEST, 0)
    assert (since.village, since.rows) == (EAST, 1)
    assert before.box[0] < since.box[0]
    assert before.ids == since.ids


def test_a_deleted_row_is_told_at_its_last_place(database):
    with connected(database) as writer:
        add(writer, WEST)
        [change] = told(database, lambda: writer.execute("delete from incident"))
    assert (change.village, change.rows) == (WEST, 1)


def test_emptying_a_table_is_told_as_everywhere(database):
    with connected(database) as writer:
        [change] = told(database, lambda: writer.execute("truncate incident"))
    assert (change.table, change.lo, change.hi, change.box) == ("incident", 0, 999_999_999_999_999, None)


def test_what_is_rolled_back_is_never_told(database):
    with connected(database) as writer:

        def act():
            with writer.transaction(force_rollback=True):
                add(writer, WEST)

        assert told(database, act) == ()


def test_an_update_of_no_row_tells_nothing(database):
    with connected(database) as writer:
        assert told(database, lambda: writer.execute("update incident set text = ''")) == ()


def test_a_transaction_that_began_before_and_ends_after_is_told(database):
    """The one case that a sequence number loses: the slow writer has the lower number and commits later."""

    async def run(slow, quick):
        async with await opened(database) as reader:
            since = await moment(reader)
            with slow.transaction():
                add(slow, WEST)
                add(quick, EAST)
                first = await read_changes(reader, since)
            second = await read_changes(reader, first.cursor)
            third = await read_changes(reader, second.cursor)
            return [[change.village for change in found.changes] for found in (first, second, third)]

    with connected(database) as slow, connected(database) as quick:
        assert asyncio.run(run(slow, quick)) == [[EAST], [WEST], []]


def act(writer, part, village):
    """The first, second or third part of a transaction that adds one incident."""
    if part == 1:
        add(writer, village)
    else:
        writer.execute("commit" if part else "begin")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_every_change_is_told_once_in_any_order_of_commits(overlapping, data):
    """Three writers begin, write and end in any order, while a reader looks now and then."""
    database, writers = overlapping
    steps = data.draw(st.permutations([0, 0, 0, 1, 1, 1, 2, 2, 2, "look", "look", "look"]))

    async def run():
        seen, done = [], [0, 0, 0]
        async with await opened(database) as reader:
            cursor = await moment(reader)
            for step in steps:
                if step == "look":
                    found = await read_changes(reader, cursor)
                    seen += [change.lo for change in found.changes]
                    cursor = found.cursor
                    continue
                act(writers[step], done[step], WEST + step)
                done[step] += 1
            seen += [change.lo for change in (await read_changes(reader, cursor)).changes]
        return seen

    assert sorted(asyncio.run(run())) == [(WEST + writer) * _PLACE for writer in range(3)]


@pytest.fixture(scope="module")
def overlapping(settings, template):
    """A database and three connections that write, of this module's own."""
    name = f"wangge_outbox_{uuid.uuid4().hex[:8]}"
    database = Database(settings, name)
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(f"create database {name} template {template} owner {OWNER_ROLE}")
        writers = [connected(database) for _ in range(3)]
        yield database, writers
        for writer in writers:
            writer.close()
        database.dispose()
        admin.execute(f"drop database {name} with (force)")


@pytest.mark.parametrize(
    "cursor", ["", "now", "1:1:", "{epoch}.5:4:", "{epoch}.5:9:7,6", "{epoch}.5:9:10", "{epoch}.0:9:", "1.5:9:"]
)
def test_what_is_no_cursor_of_this_database_is_too_old(database, cursor):
    async def run():
        async with await opened(database) as reader:
            epoch = (await moment(reader)).partition(".")[0]
            await read_changes(reader, cursor.format(epoch=epoch))

    with pytest.raises(CursorTooOldError):
        asyncio.run(run())


def test_a_cursor_from_before_what_was_forgotten_is_too_old(database):
    async def run(writer):
        async with await opened(database) as reader:
            since = await moment(reader)
            add(writer, WEST)
            writer.execute("update outbox set at = at - interval '3 days'")
            with database.write(Scope.everything()) as session:
                assert forget_changes(session) == 1
            await read_changes(reader, await moment(reader))
            await read_changes(reader, since)

    with connected(database) as writer, pytest.raises(CursorTooOldError):
        asyncio.run(run(writer))


def test_nothing_young_is_forgotten(database):
    with connected(database) as writer:
        add(writer, WEST)
        with database.write(Scope.everything()) as session:
            assert forget_changes(session) == 0
        assert writer.execute("select count(*) from outbox").fetchone() == (1,)


@pytest.mark.parametrize("role", [API_ROLE, READ_ROLE])
@pytest.mark.parametrize("act", ["delete from outbox", "update outbox_state set forgotten_xid = 0"])
def test_nobody_writes_the_outbox_by_hand(database, role, act):
    with psycopg.connect(database.conninfo(role)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(act)


class Heard:
    """A subscriber that notes what it is told."""

    def __init__(self):
        self.villages, self.resets = [], 0

    def changed(self, told):
        self.villages += [change.village for change in told.changes]

    def reset(self):
        self.resets += 1


def following(database, act):
    """What a subscriber heard while `act` ran, given the follower and the subscriber."""

    async def run():
        heard = Heard()
        follower = Follower(database, [heard])
        task = asyncio.create_task(follower.run())
        try:
            async with asyncio.timeout(20):
                while not follower.healthy:
                    await asyncio.sleep(0.01)
                await act(follower, heard)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert not follower.healthy
        return heard

    return asyncio.run(run())


def test_a_follower_tells_what_is_committed(database):
    async def act(follower, _):
        await asyncio.to_thread(add, writer, WEST)
        await follower.caught_up()
        await asyncio.to_thread(add, writer, EAST)
        await follower.caught_up()

    with connected(database) as writer:
        heard = following(database, act)
    assert heard.villages == [WEST, EAST]


def test_a_follower_that_loses_its_connection_says_so_and_begins_anew(database):
    async def act(follower, heard):
        before = heard.resets
        [(pid,)] = writer.execute(
            "select pid from pg_stat_activity where datname = current_database() and usename = %s", [READ_ROLE]
        ).fetchall()
        writer.execute("select pg_terminate_backend(%s)", [pid])
        while follower.healthy:
            await asyncio.sleep(0.01)
        add(writer, WEST)
        assert heard.resets > before
        while not follower.healthy:
            await asyncio.sleep(0.01)
        add(writer, EAST)
        await follower.caught_up()

    with connected(database) as writer:
        heard = following(database, act)
    assert heard.villages == [EAST]


def test_a_follower_whose_database_stands_still_is_not_healthy(database, monkeypatch):
    async def act(follower, _):
        monkeypatch.setattr("layers.follower._STALE_AFTER_S", 0.0)
        assert not follower.healthy

    following(database, act)


def test_a_database_restored_from_anothers_backup_asks_to_be_migrated(database):
    with connected(database) as writer:
        add(writer, WEST)
        writer.execute("update outbox_state set epoch = '1', forgotten_xid = 99")
        assert status(database).problems == ("it was restored from another database's backup: wangge db migrate",)
        with pytest.raises(Unavailable):
            told(database, lambda: None)
        assert migrate(database).problems == ()
        assert writer.execute("select count(*) from outbox").fetchone() == (0,)
        [change] = told(database, lambda: add(writer, EAST))
    assert change.village == EAST
