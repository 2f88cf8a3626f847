"""Roll-ups are what a recount gives: after any changes, by any writers at once, and nobody else can write them."""

from __future__ import annotations

import threading
import uuid
from datetime import date, timedelta

import psycopg
import pytest
from builders import VILLAGE, add, building, county, grid, house, household, incident, kinds, plan, spot, square
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import ProgrammingError

from layers.assign import assign
from layers.cluster import SUPERUSER
from layers.db import API_ROLE, OWNER_ROLE, raw
from layers.recounting import merge_parts, recount
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
PLACES = [ZERO, ZERO + 1, ZERO + 2, ZERO + 1001, 532902001001001, 532900000000000]
DAYS = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28)]
KEPT = """
select 'incident_day', grid_no, begins_on, kind, sum(n) from incident_day group by 2, 3, 4
union all select 'incident_month', grid_no, begins_on, kind, sum(n) from incident_month group by 2, 3, 4
union all select 'county_day', grid_no, begins_on, kind, sum(n) from county_day group by 2, 3, 4
union all select 'county_month', grid_no, begins_on, kind, sum(n) from county_month group by 2, 3, 4
union all select 'register_count', grid_no, null, register, sum(n) from register_count group by 2, 4
"""
RECOUNT = """
select kept, grid_no, begins_on, kind, n from recounted_incidents()
union all select 'register_count', grid_no, null, register, n from recounted_registers()
"""


def kept(connection):
    """The counts as readers see them: (table, grid number, first day, kind or register) to count, none of them zero."""
    return {row[:4]: int(row[4]) for row in connection.execute(KEPT) if row[4]}


def recounted(connection):
    """The same from the rows themselves."""
    return {row[:4]: int(row[4]) for row in connection.execute(RECOUNT)}


def exact(connection):
    """The counts, which must be those of a recount."""
    counts = kept(connection)
    assert counts == recounted(connection)
    return counts


@pytest.fixture
def town(database):
    """Two kinds of incident and two villages."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
    return database


def report(session, number, n=1, **values):
    return [incident(session, number, None, **values) for _ in range(n)]


def test_an_incident_counts_for_its_grid_and_county_on_its_day_and_in_its_month(town):
    with town.write(Scope.everything()) as session:
        report(session, ZERO + 1, 2, on=date(2026, 2, 28))
        assert exact(raw(session)) == {
            ("incident_day", ZERO + 1, date(2026, 2, 28), "noise"): 2,
            ("incident_month", ZERO + 1, date(2026, 2, 1), "noise"): 2,
            ("county_day", 532901 * 10**9, date(2026, 2, 28), "noise"): 2,
            ("county_month", 532901 * 10**9, date(2026, 2, 1), "noise"): 2,
        }


def test_residents_count_and_assumed_households_where_nobody_lives(town):
    with town.write(Scope.everything()) as session:
        home = building(session, ZERO + 1, spot(0.1), assumed_households=3)
        building(session, ZERO + 1, spot(0.2), assumed_households=4)
        lived_in = house(session, ZERO + 1, spot(0.1), building_id=home)
        registers = {key[3]: n for key, n in exact(raw(session)).items()}
        assert registers == {"building": 2, "house": 1, "assumed_household": 7}
        household(session, ZERO + 1, lived_in, persons=2)
        registers = {key[3]: n for key, n in exact(raw(session)).items()}
        assert registers == {"building": 2, "house": 1, "assumed_household": 4, "household": 1, "person": 2}
        raw(session).execute("update household set moved_out_on = '2026-01-01'")
        registers = {key[3]: n for key, n in exact(raw(session)).items()}
        assert registers == {"building": 2, "house": 1, "assumed_household": 7, "person": 2}


class Changes(RuleBasedStateMachine):
    """Whatever is written to what is counted, in any order; `connection` sees everything and is rolled back."""

    connection: psycopg.Connection

    def __init__(self):
        super().__init__()
        self.run("begin")

    def run(self, query, values=()):
        return self.connection.execute(query, values)

    def teardown(self):
        self.run("rollback")

    def some(self, table, share):
        """Every third, second or single row of a table."""
        numbered = f"select id, row_number() over (order by id) as at from {table}"
        return f"(select id from ({numbered}) r where at %% {share} = 0)"

    @initialize()
    def scope(self):
        self.run("select set_config('wangge.lo', '0', true), set_config('wangge.hi', '999999999999999', true)")

    @rule(
        number=st.sampled_from(PLACES),
        day=st.sampled_from(DAYS),
        kind=st.sampled_from(["noise", "hazard"]),
        n=st.integers(1, 4),
    )
    def incidents(self, number, day, kind, n):
        self.run(
            """insert into incident (id, grid_no, source, kind, text, occurred_at, handled_grid_no)
               select gen_random_uuid(), %s + i %% 2, 'made', %s, '', %s + time '12:00' at time zone 'Asia/Shanghai', 1
               from generate_series(1, %s) i""",
            [number, kind, day, n],
        )

    @rule(share=st.integers(1, 3), number=st.sampled_from(PLACES))
    def rehome(self, share, number):
        for table in ("incident", "building", "house", "household", "person"):
            self.run(f"update {table} set grid_no = %s where id in {self.some(table, share)}", [number])

    @rule(share=st.integers(1, 3), day=st.sampled_from(DAYS), kind=st.sampled_from(["noise", "hazard"]))
    def correct(self, share, day, kind):
        moment = "%s + time '23:59' at time zone 'Asia/Shanghai'"
        self.run(
            f"update incident set kind = %s, occurred_at = {moment} where id in {self.some('incident', share)}",
            [kind, day],
        )

    @rule(share=st.integers(1, 3))
    def forget_incidents(self, share):
        self.run(f"delete from incident where id in {self.some('incident', share)}")

    @rule(number=st.sampled_from(PLACES), assumed=st.integers(0, 3), people=st.integers(0, 2))
    def settle(self, number, assumed, people):
        """A building with a house; with people, a household lives in it."""
        self.run(
            """with b as (insert into building (id, grid_no, source, assumed_households)
                         values (gen_random_uuid(), %s, 'made', %s) returning id, grid_no)
               insert into house (id, building_id, grid_no, address, source)
               select gen_random_uuid(), id, grid_no, '', 'made' from b""",
            [number, assumed],
        )
        self.run(
            """with k as (insert into household (id, house_id, grid_no)
                          select gen_random_uuid(), h.id, h.grid_no from house h where %s > 0 and not exists (
                              select 1 from household o where o.house_id = h.id) returning id, grid_no)
               insert into person (id, household_id, grid_no, name, residence)
               select gen_random_uuid(), id, grid_no, 'x', 'mobile' from k, generate_series(1, %s)""",
            [people, people],
        )

    @rule(share=st.integers(1, 3), assumed=st.integers(0, 3))
    def assume(self, share, assumed):
        self.run(f"update building set assumed_households = %s where id in {self.some('building', share)}", [assumed])

    @rule(share=st.integers(1, 3), table=st.sampled_from(["household", "person"]), on=st.sampled_from([None, DAYS[0]]))
    def move_out_or_back(self, share, table, on):
        self.run(f"update {table} set moved_out_on = %s where id in {self.some(table, share)}", [on])

    @rule(share=st.integers(1, 3))
    def move_house(self, share):
        """Households into the first house, houses into the first building or out of any."""
        self.run(
            "update household set house_id = (select min(id::text)::uuid from house) "
            f"where id in {self.some('household', share)}"
        )
        first = "case when grid_no %% 2 = 0 then (select min(id::text)::uuid from building) end"
        self.run(f"update house set building_id = {first} where id in {self.some('house', share)}")

    @rule(share=st.integers(1, 3))
    def forget_people(self, share):
        self.run(f"delete from person where household_id in {self.some('household', share)}")
        self.run(f"delete from household where id in {self.some('household', share)}")
        self.run("delete from house h where not exists (select 1 from household k where k.house_id = h.id)")
        self.run("delete from building b where not exists (select 1 from house h where h.building_id = b.id)")

    @invariant()
    def counts_are_those_of_a_recount(self):
        exact(self.connection)
        rows = "select n from incident_day union all select n from county_month union all select n from register_count"
        assert all(n > 0 for (n,) in self.run(rows))


def run_changes(town):
    with psycopg.connect(town.conninfo(API_ROLE), autocommit=True) as connection:
        machine = type("Machine", (Changes,), {"connection": connection})
        settings = hypothesis_settings(
            max_examples=25,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        run_state_machine_as_test(machine, settings=settings)


def test_counts_are_those_of_a_recount_after_any_changes(town):
    run_changes(town)


def open_connection(town, scope=None):
    connection = psycopg.connect(town.conninfo(API_ROLE))
    for key, value in (scope or Scope.everything()).as_settings().items():
        connection.execute("select set_config(%s, %s, false)", [f"wangge.{key}", value])
    connection.commit()
    return connection


INSERT = """insert into incident (id, grid_no, source, kind, text, occurred_at, handled_grid_no)
            values (gen_random_uuid(), %s, 'made', %s, '', %s, 1)"""


def test_two_open_transactions_count_for_one_key_without_waiting(town):
    row = [ZERO + 1, "noise", "2026-02-01T12:00+08"]
    with open_connection(town) as one, open_connection(town) as other:
        one.execute(INSERT, row)
        one.commit()
        for connection in (one, other):
            connection.execute("set lock_timeout = '5s'")
            connection.execute(INSERT, row)
        # In the other order, as two phones send their reports.
        one.execute(INSERT, [row[0], "hazard", row[2]])
        other.execute(INSERT, [row[0], "hazard", row[2]])
        one.execute(INSERT, row)
        assert kept(one)["incident_day", ZERO + 1, date(2026, 2, 1), "noise"] == 3
        other.rollback()
        one.commit()
        assert exact(other)["county_month", 532901 * 10**9, date(2026, 2, 1), "noise"] == 3


def test_a_part_that_comes_to_nothing_goes_at_once_and_nobody_waits_for_it(town):
    row = [ZERO + 1, "noise", "2026-02-01T12:00+08"]
    forget = "delete from incident where id = any(%s)"
    with open_connection(town) as one, open_connection(town) as other, open_connection(town) as third:
        one.execute(INSERT, row)
        one.execute(INSERT, row)
        first, second = [number for (number,) in one.execute("select id from incident")]
        one.commit()
        # While one holds the count, what the other takes away becomes a part of its own, below nothing.
        one.execute(INSERT, row)
        other.execute(forget, [[first]])
        other.commit()
        # And what a third adds brings that part to nothing.
        third.execute(INSERT, row)
        third.commit()
        one.commit()
        parts = one.execute("select n from incident_day").fetchall()
        assert parts == [(3,)]
        one.execute(forget, [[second]])
        other.execute("set lock_timeout = '5s'")
        other.execute("delete from incident where id <> %s", [second])
        for connection in (one, other):
            connection.commit()
        assert exact(one) == {}


def test_parts_that_are_free_become_one(town):
    row = [ZERO + 1, "noise", "2026-02-01T12:00+08"]
    with open_connection(town) as one, open_connection(town) as other:
        for connection in (one, other):
            connection.execute(INSERT, row)
        for connection in (one, other):
            connection.commit()
        assert sorted(one.execute("select n from incident_day")) == [(1,), (1,)]
        one.execute(INSERT, row)
        assert one.execute("select n from incident_day").fetchall() == [(3,)]
        assert exact(one)["county_month", 532901 * 10**9, date(2026, 2, 1), "noise"] == 3


MANY = """insert into incident (id, grid_no, source, kind, text, occurred_at, point, handled_grid_no)
          select gen_random_uuid(), %s + i %% 500, 'made', 'noise', '',
                 timestamptz '2026-02-01T12:00+08' + i %% 3 * interval '1 day',
                 st_setsrid(st_makepoint(100 + i %% 500 * 0.002, 25 + i %% 7 * 0.002), 4326), 1
          from generate_series(1, 3000) i"""
APART = """select count(*) from (select 1 from incident_day group by begins_on, kind, grid_no having count(*) > 1
                                union all
                                select 1 from cell_count group by register, cell, grid_no having count(*) > 1) apart"""


def apart(connection):
    """How many keys of the fine counts stand in more than one part."""
    return connection.execute(APART).fetchone()[0]


def exact_cells(connection):
    """Every count by cell is what a recount gives."""
    there = "select register, cell, grid_no, n from cell_count"
    both = f"{there} union all select register, cell, grid_no, -n from recount_cells()"
    wrong = f"select 1 from ({both}) b group by register, cell, grid_no having sum(n) <> 0"
    assert connection.execute(wrong).fetchall() == []


def merged(connection):
    """How many rows are spared by merging everything in this transaction."""
    return connection.execute("select sum(merge_slice(counts, first, last))::int from slices_to_merge()").fetchone()[0]


def test_a_large_import_puts_its_counts_beside_those_there_until_they_are_merged(town):
    with open_connection(town) as one:
        for _ in range(3):
            one.execute(MANY, [ZERO + 1])
        one.commit()
        assert apart(one) > 1500
        # The coarse counts, which every map reads, are one at once.
        assert one.execute(
            "select max(part_count) from (select count(*) as part_count from incident_month"
            " group by begins_on, kind, grid_no) m"
        ).fetchone() == (1,)
        before = exact(one)
        exact_cells(one)
        assert merged(one) > 3000
        assert apart(one) == 0
        assert exact(one) == before
        exact_cells(one)
        assert merged(one) == 0


def test_what_was_put_beside_can_be_moved_corrected_and_deleted(town):
    with open_connection(town) as one:
        for _ in range(2):
            one.execute(MANY, [ZERO + 1])
        one.execute("update incident set grid_no = grid_no + 1 where grid_no % 3 = 0")
        one.execute("update incident set kind = 'hazard' where grid_no % 5 = 0")
        one.execute("delete from incident where grid_no % 2 = 0")
        exact(one)
        exact_cells(one)
        one.execute("delete from incident")
        assert exact(one) == {}
        exact_cells(one)


def test_parts_are_merged_while_others_write_and_nobody_waits(town):
    row = [ZERO + 1, "noise", "2026-02-01T12:00+08"]
    with open_connection(town) as one, open_connection(town) as other:
        for _ in range(2):
            one.execute(MANY, [ZERO + 1])
        one.commit()
        for connection in (one, other):
            connection.execute("set lock_timeout = '5s'")
        one.execute(INSERT, row)
        assert merged(other) > 1000
        # Not what the first has changed, which it sees, and the other not yet.
        one.execute(INSERT, row)
        other.commit()
        one.commit()
        exact(one)
        merged(one)
        assert apart(one) == 0
        exact(one)


def test_without_large_imports_nothing_is_read_for_merging(town):
    row = [ZERO + 1, "noise", "2026-02-01T12:00+08"]
    with open_connection(town) as one, open_connection(town) as other:
        for connection in (one, other):
            connection.execute(INSERT, row)
        for connection in (one, other):
            connection.commit()
        assert merge_parts(town, lambda: False) == 0
        assert apart(one) == 1


def test_the_service_merges_slice_by_slice_until_it_ends(town):
    with open_connection(town) as one:
        for _ in range(2):
            one.execute(MANY, [ZERO + 1])
        one.commit()
        left, asked = apart(one), []
        one.commit()

        def is_over():
            asked.append(None)
            return len(asked) > 1

        # The first slice alone, which is the first month.
        spared = merge_parts(town, is_over)
        assert 0 < left - apart(one) == spared
        one.commit()
        assert merge_parts(town, lambda: False) > 0
        assert apart(one) == 0
        exact(one)
        exact_cells(one)


def test_many_writers_of_few_keys_never_wait_for_each_other_and_lose_nothing(town):
    failures = []

    def write(seed):
        try:
            with open_connection(town) as connection:
                for step in range(40):
                    pair = [("noise", "hazard"), ("hazard", "noise")][(seed + step) % 2]
                    for kind in pair:
                        connection.execute(INSERT, [ZERO + step % 2, kind, "2026-02-01T12:00+08"])
                    # Each changes only its own rows: rows in common would be waited for, with counts or without.
                    own = "where text = '' and created_by = %s"
                    mine = uuid.UUID(int=seed + 1)
                    connection.execute(
                        "update incident set created_by = %s where xmin = pg_current_xact_id()::xid", [mine]
                    )
                    if step % 3 == 0:
                        connection.execute(f"update incident set grid_no = %s {own}", [ZERO + step % 5, mine])
                    if step % 7 == 0:
                        connection.execute(f"delete from incident {own} and kind = 'hazard'", [mine])
                    connection.rollback() if step % 5 == 4 else connection.commit()
        except psycopg.Error as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=[seed]) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with open_connection(town) as connection:
        assert sum(n for key, n in exact(connection).items() if key[0] == "county_month") > 0


def test_households_that_leave_one_building_at_once_leave_its_assumed_ones(town):
    with town.write(Scope.everything()) as session:
        home = building(session, ZERO + 1, spot(0.1), assumed_households=3)
        ids = [household(session, ZERO + 1, house(session, ZERO + 1, spot(0.1), building_id=home)) for _ in range(2)]
    go = "update household set moved_out_on = '2026-01-01' where id = %s"
    with open_connection(town) as one, open_connection(town) as other:
        one.execute(go, [ids[0]])
        waiting = threading.Thread(target=lambda: (other.execute(go, [ids[1]]), other.commit()))
        waiting.start()
        waiting.join(0.2)
        one.commit()
        waiting.join()
        assert exact(one)["register_count", ZERO + 1, None, "assumed_household"] == 3


def test_publishing_rehomes_the_counts_and_the_county_keeps_its_own(town):
    with town.write(Scope.everything()) as session:
        for x in (0.2, 0.7):
            incident(session, ZERO, spot(x), on=DAYS[0])
        version = "select xmin::text from county_day"
        before = raw(session).execute(version).fetchall()
        session.commit()
    with town.write(Scope.everything()) as session:
        published = plan(session)
        grid(session, published, ZERO + 1, square(0, 0, 0.5))
        grid(session, published, ZERO + 2, square(0.5, 0, 0.5))
        assert assign(session, [VILLAGE])["incident"] == 2
        counts = exact(raw(session))
        assert [counts["incident_day", number, DAYS[0], "noise"] for number in (ZERO + 1, ZERO + 2)] == [1, 1]
        # The county's count is not touched: nobody else in the county has to meet it.
        assert raw(session).execute(version).fetchall() == before


@pytest.mark.parametrize("table", ["incident", "person cascade", "household cascade"])
def test_what_is_truncated_counts_no_more(town, table):
    with town.write(Scope.everything()) as session:
        home = building(session, ZERO + 1, spot(0.1), assumed_households=2)
        household(session, ZERO + 1, house(session, ZERO + 1, spot(0.1), building_id=home), persons=2)
        report(session, ZERO + 1, 3)
    with psycopg.connect(town.conninfo(OWNER_ROLE)) as owner:
        owner.execute(f"truncate {table}")
        owner.commit()
    with open_connection(town) as connection:
        assert exact(connection)


def test_a_recount_mends_what_was_damaged_and_says_how_much(town):
    with town.write(Scope.everything()) as session:
        report(session, ZERO + 1, 3)
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute("update incident_day set n = 7")
        admin.execute("insert into register_count (register, grid_no, n) values ('person', 1, 1)")
    with town.write(Scope.everything()) as session:
        assert recount(session) == 2
        exact(raw(session))
        assert recount(session) == 0
        session.flush()
        acts = raw(session).execute("select act, detail from audit where act = 'counts.recount'").fetchall()
        assert sorted(detail["wrong"] for _, detail in acts) == [0, 2]


@pytest.mark.parametrize("table", ["incident_day", "incident_month", "county_day", "county_month", "register_count"])
def test_nobody_writes_counts_by_hand_and_nobody_sees_them_outside_the_scope(town, table):
    with town.write(Scope.everything()) as session:
        report(session, ZERO + 1)
        household(session, ZERO + 1, house(session, ZERO + 1, spot(0.1)))
        for act in (f"delete from {table}", f"update {table} set n = 1"):
            with pytest.raises((InsufficientPrivilege, ProgrammingError)), session.begin_nested():
                raw(session).execute(act)
    with open_connection(town, Scope.of_region("532902")) as elsewhere:
        assert elsewhere.execute(f"select * from {table}").fetchall() == []
    # A county's count holds what its villages' users may not see.
    with open_connection(town, Scope.of_region(VILLAGE)) as inside:
        assert len(inside.execute(f"select * from {table}").fetchall()) == (0 if "county" in table else 1) + (
            table == "register_count"
        )


def test_whoever_sees_a_village_alone_counts_for_the_county_too(town):
    with town.write(Scope.of_region(VILLAGE)) as session:
        add(session, "incident", grid_no=ZERO + 1, source="made", kind="noise", text="", handled_grid_no=1,
            occurred_at="2026-02-01T12:00+08")  # fmt: skip
    with open_connection(town) as connection:
        assert exact(connection)["county_day", 532901 * 10**9, date(2026, 2, 1), "noise"] == 1


def test_many_rows_at_once_are_counted_as_one_by_one(town):
    with town.write(Scope.everything()) as session:
        raw(session).execute(
            """insert into incident (id, grid_no, source, kind, text, occurred_at, handled_grid_no)
               select gen_random_uuid(), %s + i %% 7, 'made', 'noise', '',
                      timestamptz '2026-01-01 12:00+08' + i * interval '1 hour', 1
               from generate_series(1, 5000) i""",
            [ZERO],
        )
        counts = exact(raw(session))
        first = [
            n for key, n in counts.items() if key[0] == "county_day" and key[2] <= date(2026, 1, 1) + timedelta(days=1)
        ]
        assert sum(first) == 11 + 24


@pytest.mark.parametrize(
    "fallen",
    [
        "drop trigger count_incidents_update on incident",
        "drop trigger count_assumed_by_house_update on house",
        "drop trigger count_assumed_by_household_delete on household",
        "drop trigger count_residents_insert on person",
    ],
)
def test_the_same_changes_are_miscounted_when_a_trigger_falls(town, fallen):
    with psycopg.connect(town.conninfo(OWNER_ROLE), autocommit=True) as owner:
        owner.execute(fallen)
    with psycopg.connect(town.conninfo(API_ROLE), autocommit=True) as connection:
        changes = type("Machine", (Changes,), {"connection": connection})()
        changes.scope()
        changes.incidents(PLACES[1], DAYS[0], "noise", 1)
        changes.correct(1, DAYS[1], "hazard")
        changes.settle(PLACES[1], 2, 1)
        changes.settle(PLACES[2], 3, 0)
        changes.run(
            "update house set building_id = null where exists (select 1 from household k where k.house_id = house.id)"
        )
        changes.run("update house set building_id = (select id from building where assumed_households = 3)")
        changes.forget_people(1)
        assert kept(connection) != recounted(connection)
