"""The store of heat in memory says what SQL says: after any change, to the last incident."""

from __future__ import annotations

import asyncio
import itertools
import math
import threading
import uuid
from datetime import date, timedelta

import numpy as np
import pytest
from builders import TABLES, VILLAGE, county, grid, incident, kinds, plan, spot, square
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.db import background, moment, raw
from layers.follower import Follower
from layers.heat.by_sql import SqlCounter
from layers.heat.feed import places_again, read_state, reviewed_spans, spans_again
from layers.heat.lattice import CELL_SIZES_M, Lattice, Window
from layers.heat.question import Question
from layers.heat.rows import RAW, NotHeld, pack
from layers.heat.span import EPOCH, Span, merged
from layers.heat.store import HeatStore
from layers.scope import Scope

EVERYTHING = Scope.everything()
ZERO = int(VILLAGE) * 1000
NUMBERS = (ZERO, ZERO + 1, ZERO + 2, ZERO + 1001)
FIRST = date(2026, 5, 1)
BOX = (100.0, 25.0, 100.02, 25.01)


@pytest.fixture
def town(database):
    """Two villages, two grids in the first and one in the second, and no incident."""
    with database.write(EVERYTHING) as session:
        county(session)
        kinds(session)
        west = plan(session)
        grid(session, west, ZERO + 1, square(0, 0, 0.5, 1))
        grid(session, west, ZERO + 2, square(0.5, 0, 0.5, 1))
        grid(session, plan(session, f"{VILLAGE[:-1]}2"), ZERO + 1001, square(1))
    return database


@pytest.fixture
def door(town):
    with background(town) as connection:
        yield connection


def now(door):
    """The state that is read anew."""
    with moment(door):
        return read_state(door)


def question(bbox=BOX, cell_m=125, since=FIRST, days=31, chosen=None, scope=EVERYTHING, first=0, last=10**15):
    return Question(scope, Window(Lattice.of(cell_m), bbox), since, since + timedelta(days=days), chosen, first, last)


def by_sql(database, *questions):
    """What SQL says to each: cells and points."""

    async def run():
        async with database.read_pool(1) as pool:
            counter = SqlCounter(pool)
            return [plain(await counter.cells(one), await counter.points(one)) for one in questions]

    return asyncio.run(run())


def by_store(state, *questions):
    return [plain(state.cells(one), state.points(one)) for one in questions]


def plain(cells, points):
    """Two answers as something to compare."""
    counted = [cells.rows, cells.columns, cells.numbers]
    listed = [points.lons, points.lats, points.days, points.kinds]
    return [
        [*map(np.ndarray.tolist, counted), cells.unlocated],
        [*map(np.ndarray.tolist, listed), points.codes, points.unlocated],
    ]


QUESTIONS = (
    question(),
    question(cell_m=2000),
    question(days=2),
    question(chosen=("hazard",)),
    question(bbox=(100.001, 25.001, 100.006, 25.009)),
    question(scope=Scope.of_grids([ZERO + 1])),
    question(first=ZERO, last=ZERO + 999),
)

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["insert", "insert", "insert", "move", "rehome", "redate", "delete", "wait", "decide", "coarsen"]
        ),
        st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=25,
)


class Town:
    """Random changes of incidents, each told as the spans that it touches."""

    def __init__(self, session):
        self.session = session
        self.driver = raw(session)

    def spans(self, ids):
        query = "select grid_no, occurred_on - date '2000-01-01' from incident where id = any(%s)"
        return [Span(number, number, day, day) for number, day in self.driver.execute(query, [ids]).fetchall()]

    def any(self, seed):
        ids = [row[0] for row in self.driver.execute("select id from incident order by id").fetchall()]
        return [ids[seed % len(ids)]] if ids else []

    def apply(self, act, seed):
        """The spans that a change touches, before and after."""
        if act == "insert":
            return self.spans([self.insert(seed)])
        ids = self.any(seed)
        before = self.spans(ids)
        getattr(self, act)(ids, seed)
        return before + self.spans(ids)

    def insert(self, seed):
        point, on = self.point(seed), FIRST + timedelta(days=seed % 5)
        kind, level = ("noise", "hazard")[seed % 2], ("house", "street", "village")[seed % 3]
        return incident(self.session, NUMBERS[seed % 4], point, on, kind, level=level)

    def point(self, seed):
        return spot(seed % 997 / 500, seed % 89 / 90)

    def move(self, ids, seed):
        lon, lat = self.point(seed).coords[0]
        self.driver.execute("update incident set point = st_point(%s, %s, 4326) where id = any(%s)", [lon, lat, ids])

    def rehome(self, ids, seed):
        self.driver.execute("update incident set grid_no = %s where id = any(%s)", [NUMBERS[seed % 4], ids])
        self.driver.execute("update review v set grid_no = i.grid_no from incident i where i.id = v.row_id")

    def redate(self, ids, seed):
        query = "update incident set occurred_at = occurred_at + make_interval(days => %s) where id = any(%s)"
        self.driver.execute(query, [seed % 9 - 4, ids])

    def delete(self, ids, seed):
        self.driver.execute("delete from incident where id = any(%s)", [ids])

    def wait(self, ids, seed):
        query = (
            "insert into review (id, register, row_id, text, grid_no, level)"
            " select gen_random_uuid(), 'incident', id, '', grid_no, level from incident where id = any(%s)"
        )
        self.driver.execute(query, [ids])

    def decide(self, ids, seed):
        self.driver.execute("update review set status = 'picked' where row_id = any(%s)", [ids])

    def coarsen(self, ids, seed):
        self.driver.execute("update incident set level = 'village', point = null where id = any(%s)", [ids])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS, st.integers(1, 4))
def test_the_store_says_what_sql_says_after_any_changes(town, door, events, batch):
    with town.write(EVERYTHING) as session:
        raw(session).execute("delete from incident")
        for seed in range(20):
            Town(session).insert(seed * 7919)
    state = now(door)
    for start in range(0, len(events), batch):
        with town.write(EVERYTHING) as session:
            spans = [span for event in events[start : start + batch] for span in Town(session).apply(*event)]
        with moment(door):
            state = spans_again(door, state, spans)
    expected = by_sql(town, *QUESTIONS)
    assert by_store(state, *QUESTIONS) == expected
    assert by_store(now(door), *QUESTIONS) == expected


def test_cells_and_points_of_one_incident(town, door):
    with town.write(EVERYTHING) as session:
        incident(session, ZERO + 1, spot(0.2), FIRST, "hazard")
    state = now(door)
    cells, points = state.cells(question()), state.points(question())
    assert (cells.numbers.tolist(), cells.unlocated) == ([1], 0)
    assert points.codes == ("hazard",)
    assert (points.days.tolist(), points.kinds.tolist()) == ([(FIRST - date(1970, 1, 1)).days], [0])
    assert 0 <= round(spot(0.2).x * 1e7) - points.lons[0] < 32
    assert 0 <= round(spot(0.2).y * 1e7) - points.lats[0] < 32
    assert len(state) == 1


def test_a_wide_span_is_read_again_as_a_whole(town, door):
    state = now(door)
    with town.write(EVERYTHING) as session:
        for seed in range(200):
            Town(session).insert(seed * 104_729)
    with moment(door):
        again = spans_again(door, state, [Span(ZERO, ZERO + 1999)])
    assert (len(state), len(again)) == (0, 200)
    assert by_store(again, *QUESTIONS) == by_sql(town, *QUESTIONS)


def test_a_kind_that_is_new_is_learned(town, door):
    state = now(door)
    with town.write(EVERYTHING) as session:
        session.add(TABLES["incident_kind"](code="a_new_one", name_zh="新", name_en="New"))
    state_codes = state.codes
    with town.write(EVERYTHING) as session:
        incident(session, ZERO + 1, spot(0.2), FIRST, "a_new_one")
        spans = [Span(ZERO + 1, ZERO + 1)]
    with moment(door):
        state = spans_again(door, state, spans)
    assert state.codes == (*state_codes, "a_new_one")
    asked = question(chosen=("a_new_one",))
    assert by_store(state, asked) == by_sql(town, asked)


def test_a_grid_that_came_or_went_is_learned(town, door):
    with town.write(EVERYTHING) as session:
        incident(session, ZERO + 3, spot(0.9), level="village")
        for _ in range(2):
            incident(session, ZERO + 1, spot(0.1), level="village")
    state = now(door)
    with town.write(EVERYTHING) as session:
        grid(session, plan(session, status="retired"), ZERO + 3, square(0.8, 0, 0.2, 1))
        raw(session).execute("update grid set validity = '[2026-01-01,2026-02-01)' where grid_no = %s", [ZERO + 1])
    near = question(bbox=(100.0005, 25.001, 100.001, 25.002))
    assert by_store(state, near, question()) != by_sql(town, near, question())
    with moment(door):
        state = places_again(door, state, ZERO, ZERO + 999)
    assert by_store(state, near, question()) == by_sql(town, near, question())


def test_where_reviewed_incidents_lie(town, door):
    with town.write(EVERYTHING) as session:
        mine = incident(session, ZERO + 1, spot(0.2), FIRST)
    day = (FIRST - EPOCH).days
    with moment(door):
        assert reviewed_spans(door, [mine, uuid.uuid4()]) == [Span(ZERO + 1, ZERO + 1, day, day)]


def test_spans_are_put_together_where_they_share_a_number():
    assert merged([Span(5, 9, 3, 4), Span(1, 1, 1, 1), Span(8, 12, 1, 2), Span(1, 1, 7, 7)]) == [
        Span(1, 1, 1, 7),
        Span(5, 12, 1, 4),
    ]


@given(st.lists(st.builds(Span, st.integers(0, 20), st.integers(20, 30), st.integers(0, 5), st.integers(5, 9))))
def test_merged_spans_hold_all_and_share_nothing(spans):
    result = merged(spans)
    assert all(one.hi < other.lo for one, other in itertools.pairwise(result))
    for span in spans:
        home = [one for one in result if one.lo <= span.lo and span.hi <= one.hi]
        assert [one.first_day <= span.first_day and span.last_day <= one.last_day for one in home] == [True]


@pytest.mark.parametrize(("field", "value"), [("day", 40_000), ("kind", 256), ("lat", 690_000_000)])
def test_what_does_not_fit_is_said(field, value):
    raw_rows = np.zeros(1, RAW)
    raw_rows["is_located"] = 1
    raw_rows[field] = value
    with pytest.raises(NotHeld):
        list(pack(raw_rows, np.zeros(1, np.int32)))


LON, LAT = st.integers(-1_800_000_000, 1_799_999_999), st.integers(-680_000_000, 680_000_000)


@given(LON, LAT)
def test_cells_of_one_size_nest_in_those_of_the_next(lon, lat):
    raw_rows = np.zeros(1, RAW)
    raw_rows["is_located"], raw_rows["lon"], raw_rows["lat"] = 1, lon, lat
    [(key, rows)] = pack(raw_rows, np.zeros(1, np.int32))
    for step, size in enumerate(CELL_SIZES_M):
        lattice = Lattice(step)
        row, column = int(np.floor(lat / (11_242 << step))), None
        assert lattice.cell_m == size
        code = int(rows["cell"][0]) >> 2 * step
        own_row = sum((code >> (2 * bit + 1) & 1) << bit for bit in range(6 - step)) + (key[0] << 6 - step)
        column = sum((code >> (2 * bit) & 1) << bit for bit in range(6 - step)) + (key[1] << 6 - step)
        assert own_row == row
        ones = np.ones(1, np.int64)
        middle_lon, middle_lat = lattice.middles(np.array([row]), np.array([column]), ones)
        height = 11_242 << step
        assert abs(middle_lat[0] * 1e7 - lat) <= height / 2 + 1
        assert abs(middle_lon[0] * 1e7 - lon) <= height / math.cos(math.radians(68.6)) / 2 + 1


def following(database, act, until):
    """Run `act(store)` in steps while a store follows the outbox; gives what `until(store)` gives."""

    async def run():
        store = HeatStore(database)
        follower = Follower(database, [store])
        store.start()
        task = asyncio.create_task(follower.run())
        try:
            await current(store)
            await asyncio.to_thread(act, store)
            await follower.caught_up()
            return await until(store)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.to_thread(store.close)

    return asyncio.run(run())


async def current(store):
    async with asyncio.timeout(15):
        while not store.current:
            await asyncio.sleep(0.01)


async def settled(store, database):
    """Whether the store comes to say what SQL says."""
    expected = await asyncio.to_thread(by_sql, database, *QUESTIONS)
    async with asyncio.timeout(15):
        while True:
            await current(store)
            found = [plain(await store.cells(one), await store.points(one)) for one in QUESTIONS]
            if found == expected:
                return True
            await asyncio.sleep(0.01)


def test_a_store_follows_what_is_committed(town):
    def act(store):
        for seed in range(12):
            with town.write(EVERYTHING) as session:
                Town(session).insert(seed * 7919)
        with town.write(EVERYTHING) as session:
            made = Town(session)
            for name in ("move", "rehome", "redate", "delete", "wait", "decide", "wait", "coarsen"):
                made.apply(name, len(name) * 31)

    assert following(town, act, lambda store: settled(store, town))


def test_changes_in_the_middle_of_reading_everything_are_not_lost(town, monkeypatch):
    """While all is read, for as long as it takes, incidents come: those before and those after its moment count."""
    began, go_on = threading.Event(), threading.Event()

    def slow(connection):
        connection.execute("select count(*) from incident").fetchone()
        began.set()
        go_on.wait(30)
        return read_state(connection)

    def act(store):
        monkeypatch.setattr("layers.heat.store.read_state", slow)
        store.reset()
        assert began.wait(30)
        with town.write(EVERYTHING) as session:
            for seed in range(9):
                Town(session).insert(seed * 7919)
        assert not store.current
        go_on.set()

    assert following(town, act, lambda store: settled(store, town))


def test_a_store_that_holds_not_all_says_so(town, monkeypatch):
    def refuse(connection):
        raise NotHeld("too far")

    async def stays_so(store):
        await asyncio.sleep(0.2)
        return store.current

    def act(store):
        monkeypatch.setattr("layers.heat.store.read_state", refuse)
        store.reset()

    assert following(town, act, stays_so) is False
