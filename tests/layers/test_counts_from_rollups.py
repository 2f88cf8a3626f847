"""Every count from the roll-ups is what counting the incidents and people one by one gives, and none reads them all."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from builders import COUNTY, TOWNSHIP, VILLAGE, ask, county, kinds
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg import sql

from layers.breakdown import incident_days, incident_kinds
from layers.cluster import SUPERUSER
from layers.codes import region_range
from layers.counting import Question, incident_query, incident_rows
from layers.counts import incident_counts
from layers.db import READ_ROLE
from layers.lists import regions
from layers.queries import load
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
WIDE = date(2025, 1, 1), date(2027, 1, 1)
PLAIN = """
select date_trunc(%(step)s, i.occurred_on::timestamp)::date as step, i.kind, i.grid_no, count(*)
from incident i
where i.grid_no between %(first)s and %(last)s and i.grid_no between %(lo)s and %(hi)s
  and (%(grids)s::bigint[] is null or i.grid_no = any(%(grids)s))
  and i.occurred_on >= %(since)s and i.occurred_on < %(until)s
  and (%(kinds)s::text[] is null or i.kind = any(%(kinds)s))
group by 1, 2, 3
"""


@pytest.fixture(scope="module")
def numbers():
    """Grid numbers in two villages, one of no grid, another county, and what is known to the prefecture alone."""
    return [ZERO, ZERO + 1, ZERO + 2, ZERO + 1001, 532902001001001, 532900 * 10**9]


@pytest.fixture
def town(database, numbers):
    """3,000 incidents on the days of two years, of two kinds."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
    with psycopg.connect(database.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute(
            """insert into incident (id, grid_no, source, kind, text, occurred_at, handled_grid_no)
               select gen_random_uuid(), (%s::bigint[])[1 + n %% 6], 'made'
                      , case when n %% 7 = 0 then 'hazard' else 'noise' end, '',
                      timestamptz '2025-01-01 12:00+08' + n * n %% 730 * interval '1 day', 1
               from generate_series(1, 3000) n""",
            [numbers],
        )
        admin.execute("analyze")
    return database


SCOPES = st.one_of(
    st.sampled_from(["53", COUNTY, TOWNSHIP, VILLAGE]).map(Scope.of_region),
    st.lists(st.sampled_from([ZERO + 1, ZERO + 2, ZERO + 1001]), min_size=1, max_size=3).map(Scope.of_grids),
    st.just(Scope.everything()),
)
PLACES = st.sampled_from(["53", "5329", COUNTY, TOWNSHIP, VILLAGE])
DAYS = st.integers(0, 729).map(lambda number: WIDE[0] + timedelta(days=number))


def plainly(town, scope, place, since, until, chosen, step="day"):
    """The same question asked of the incidents themselves: (step, kind, grid number, how many) of each."""
    values = scope.params() | {"since": since, "until": until, "kinds": chosen, "step": step}
    values |= {"first": int(place.ljust(15, "0")), "last": int(place.ljust(15, "9"))}

    async def question(connection):
        cursor = await connection.execute(PLAIN, values)
        return [tuple(row.values()) for row in await cursor.fetchall()]

    return ask(town, scope, question)


@given(
    scope=SCOPES, place=PLACES, first=DAYS, second=DAYS, chosen=st.sampled_from([None, ["hazard"], ["hazard", "noise"]])
)
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_question_has_the_answer_of_a_plain_count(town, scope, place, first, second, chosen):
    assume(scope.overlaps(*region_range(place)))
    since, until = sorted([first, second + timedelta(days=1)]) if first != second + timedelta(days=1) else WIDE
    found = plainly(town, scope, place, since, until, chosen)
    total = sum(n for *_, n in found)
    by = {2: "province", 4: "prefecture", 6: "county", 9: "township", 12: "village"}[len(place)]
    common = {"since": since, "until": until, "exact": True}

    async def question(connection):
        counts = await incident_counts(connection, scope, by=by, region=place, kinds=chosen, **common)
        days = await incident_days(connection, scope, place=place, kinds=chosen, **common)
        of_kinds, _ = await incident_kinds(connection, scope, place=place, **common)
        return counts, days, of_kinds

    counts, days, of_kinds = ask(town, scope, question)
    assert counts.total == total
    assert [row.n for row in counts.items if row.code == place] in ([total], [])
    steps = plainly(town, scope, place, since, until, chosen, days.step)
    floors = {"day": lambda day: day, "week": lambda day: day - timedelta(days=day.weekday())}
    floor = floors.get(days.step, lambda day: day.replace(day=1))
    expected = [sum(n for step, _, _, n in steps if step == floor(row.begins_on)) for row in days.items]
    assert [row.n for row in days.items] == expected
    if chosen is None:
        assert {row.kind: row.n for row in of_kinds} == {
            kind: sum(n for _, one, _, n in found if one == kind) for kind in ("hazard", "noise")
        }


def test_months_that_lie_in_the_period_are_taken_whole():
    question = Question(0, 1, date(2026, 1, 31), date(2026, 4, 2), None, Scope.everything())
    assert question.spans() == {
        "months": [date(2026, 2, 1), date(2026, 3, 1)],
        "days": [date(2026, 1, 31), date(2026, 4, 1)],
    }
    inside = Question(0, 1, date(2026, 2, 1), date(2026, 2, 28), None, Scope.everything())
    assert (inside.spans()["months"], len(inside.spans()["days"])) == ([], 27)
    assert question.spans(by_day=True)["months"] == []


@pytest.mark.parametrize(
    ("scope", "place", "deepest", "level"),
    [
        (Scope.of_region("53"), "53", 6, "county"),
        (Scope.of_region(COUNTY), COUNTY, 2, "county"),
        (Scope.of_region("53"), "53", 9, "incident"),
        (Scope.of_region(TOWNSHIP), COUNTY, 6, "incident"),
        (Scope.of_grids([532901 * 10**9, 532902 * 10**9 - 1]), COUNTY, 6, "incident"),
    ],
)
def test_counties_are_told_from_their_own_counts_where_the_scope_holds_them_whole(scope, place, deepest, level):
    first, last = int(place.ljust(15, "0")), int(place.ljust(15, "9"))
    tables = Question(first, last, *WIDE, None, scope).tables(deepest)
    assert tables == {"day": sql.Identifier(f"{level}_day"), "month": sql.Identifier(f"{level}_month")}


@pytest.fixture(scope="module")
def values():
    return {"step": "day", "apart": False, "limit": 100, "kinds": ["noise"]}


@pytest.fixture
def many(town):
    """Counts of 50,000 more incidents in as many grids, and of as many people."""
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        for table, step in (("incident_day", 60), ("incident_month", 24)):
            unit = "day" if table == "incident_day" else "month"
            admin.execute(
                sql.SQL(
                    """insert into {} (begins_on, kind, grid_no, n)
                       select (date '2026-04-01' + n %% %s * %s::interval)::date, 'noise', 532900000000001 + n, 1
                       from generate_series(1, 50000) n"""
                ).format(sql.Identifier(table)),
                [step, f"1 {unit}"],
            )
        people = "insert into register_count (register, grid_no, n) select 'person', 532900000000001 + n, 1"
        admin.execute(f"{people} from generate_series(1, 50000) n")
        admin.execute("analyze")
    return town


def explained(town, scope, query, values):
    with psycopg.connect(town.conninfo(READ_ROLE)) as reader:
        for key, value in scope.as_settings().items():
            reader.execute("select set_config(%s, %s, true)", [f"wangge.{key}", value])
        return "\n".join(line for (line,) in reader.execute(sql.SQL("explain ") + query, values))


def test_counts_come_from_the_keys_of_the_roll_ups(many, values):
    scope = Scope.of_region(VILLAGE)
    question = Question(scope.lo, scope.hi, date(2026, 4, 30), date(2026, 6, 2), None, scope)
    for query in ("incidents", "steps", "parts_by_kind", "cube", "last_day"):
        text = sql.SQL(load("counts.sql")[query]).format(**question.tables(15))
        plan = explained(many, scope, text, question.values() | question.spans() | values)
        assert "pk_incident_day" in plan
        assert "pk_incident_month" in plan or query in ("cube", "last_day")
        assert "Seq Scan on incident_day" not in plan
        assert "Seq Scan on incident_month" not in plan
        assert "on incident i" not in plan
    plan = explained(many, scope, sql.SQL(load("counts.sql")["persons"]), question.values())
    assert "pk_register_count" in plan
    assert "Seq Scan" not in plan


def test_a_month_of_one_kind_is_one_stretch_of_the_key(many):
    scope = Scope.of_region("53")
    question = Question(scope.lo, scope.hi, date(2026, 5, 1), date(2026, 6, 1), ("noise",), scope)
    plan = explained(many, scope, *incident_query("incidents", question, 15))
    assert "Index Scan using pk_incident_month" in plan
    assert "HashAggregate" not in plan
    assert "Sort" not in plan


def test_parts_of_a_count_are_added_up_and_what_adds_up_to_nothing_is_left_out(town):
    parts = [(ZERO + 1, 4), (ZERO + 1, 3), (ZERO + 2, 2), (ZERO + 2, -2)]
    with psycopg.connect(town.conninfo(SUPERUSER)) as admin:
        admin.execute("delete from incident_month")
        insert = "insert into incident_month (begins_on, kind, grid_no, n) values ('2026-03-01', 'noise', %s, %s)"
        admin.cursor().executemany(insert, parts)
    scope = Scope.of_region("53")
    question = Question(scope.lo, scope.hi, date(2026, 3, 1), date(2026, 4, 1), ("noise",), scope)
    found = ask(town, scope, lambda connection: incident_rows(connection, "incidents", question, 15))
    assert found == [{"grid_no": ZERO + 1, "n": 7}]
    nothing = replace(question, since=date(1999, 3, 1), until=date(1999, 4, 1))
    assert ask(town, scope, lambda connection: incident_rows(connection, "incidents", nothing, 15)) == []


@pytest.mark.parametrize("scope", [Scope.of_region("53"), Scope.of_grids([ZERO + 1])])
@pytest.mark.parametrize("kind", ["hazard", "noise"])
def test_a_month_of_one_kind_has_the_answer_of_a_plain_count(town, scope, kind):
    since, until = date(2026, 3, 1), date(2026, 4, 1)
    found = plainly(town, scope, "53", since, until, [kind])
    common = {"since": since, "until": until, "exact": True}
    counts = ask(town, scope, lambda c: incident_counts(c, scope, by="village", region="53", kinds=[kind], **common))
    assert counts.total == sum(n for *_, n in found) > 0
    villages = Counter()
    for _, _, number, n in found:
        villages[str(number)[:12]] += n
    assert {row.code: row.n for row in counts.items} == {row.code: villages[row.code] for row in counts.items}
    assert any(row.n for row in counts.items)


def test_a_region_tells_its_people_from_their_counts(many):
    page = ask(many, Scope.everything(), lambda connection: regions(connection, Scope.everything(), code=COUNTY))
    [row] = page.items
    # 532900000000002 to 532900000050001 lie in no county's range but the prefecture's own.
    assert row.persons == 0
    page = ask(many, Scope.everything(), lambda connection: regions(connection, Scope.everything(), code="5329"))
    assert page.items[0].persons == 50000
