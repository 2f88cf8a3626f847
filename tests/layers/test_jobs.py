"""A region's job: cut, disturbed or run twice, it does each village once and leaves nothing half done."""

from __future__ import annotations

import psycopg
import pytest
import shapely
from psycopg import sql
from sqlalchemy import select, text
from town import COUNTY, EAST, WEST, buildings, lattice, regions

from gridding import Target
from layers import jobs, plans
from layers.cluster import SUPERUSER
from layers.doctor import examine
from layers.errors import Invalid, Unavailable
from layers.jobs import divide_region
from layers.models import Plan
from layers.scope import Scope

TARGET = Target(load=8, band=(6, 10), tolerance=0.2)


@pytest.fixture
def town(database):
    """The town of two villages with sixteen households each: two grids of eight."""
    with database.write(Scope.everything()) as session:
        regions(session)
        buildings(session, lattice(4))
    return database


def stored(database):
    """The plans by village and status, oldest first."""
    with database.write(Scope.everything()) as session:
        return [(plan.village_code, plan.status) for plan in session.scalars(select(Plan).order_by(Plan.created_at))]


def newest_grids(database, code):
    """The grids of a village's newest plan, shape by shape to the last bit."""
    with database.write(Scope.everything()) as session:
        plan = plans.of_village(session, code)[0]
        return [(row.number, row.load, shapely.to_wkb(row.geom)) for row in plans.grids_of(session, plan.id)]


def sound(database):
    with database.write(Scope.everything()) as session:
        return [name for name, faults in examine(session, None) if faults] == []


def failing(monkeypatch, name, error, code=WEST):
    """Let a step of the job fail for one village."""
    whole = getattr(jobs, name)

    def step(session, what, *rest):
        village = what if isinstance(what, str) else getattr(what, "code", None)
        if village is None:
            village = plans.find(session, what).village_code
        if village == code:
            raise error
        return whole(session, what, *rest)

    monkeypatch.setattr(jobs, name, step)


def test_the_order_of_villages_does_not_matter(town):
    found = []
    for order in ([COUNTY], [WEST, EAST], [EAST, WEST]):
        for code in order:
            divide_region(town, code, TARGET, again=True)
        found.append((newest_grids(town, WEST), newest_grids(town, EAST)))
    assert found[0] == found[1] == found[2]
    assert [load for _, load, _ in found[0][0]] == [8, 8]


@pytest.mark.parametrize("step", ["read_inputs", "save", "publish"])
def test_an_error_that_nobody_foresaw_refuses_one_village_and_the_rest_goes_on(town, monkeypatch, step):
    failing(monkeypatch, step, KeyError("seq"))
    summary = divide_region(town, COUNTY, TARGET, publish_too=True)
    assert [(fault.where, fault.message) for fault in summary.refused] == [(WEST, "internal error: KeyError: 'seq'")]
    assert stored(town) == [(EAST, "published")], "of the refused village nothing is kept"
    assert (summary.villages, summary.published, summary.grids) == (1, 1, 2)
    monkeypatch.undo()
    assert divide_region(town, COUNTY, TARGET, publish_too=True).villages == 1
    assert sound(town)


def test_a_village_that_may_not_be_published_is_refused_with_its_faults(town, monkeypatch):
    failing(monkeypatch, "publish", Invalid("The plan has faults.", [jobs.Fault("gap", "gap of 3 m2", (100.2, 25.5))]))
    (fault,) = divide_region(town, COUNTY, TARGET, publish_too=True).refused
    assert (fault.where, fault.message, fault.place) == (WEST, "gap of 3 m2", (100.2, 25.5))


def test_what_was_refused_is_told_by_village(town, monkeypatch):
    seen = []
    for code in (EAST, WEST):
        failing(monkeypatch, "save", ValueError(code), code)
    summary = divide_region(town, COUNTY, TARGET, progress=seen.append)
    assert [fault.where for fault in summary.refused] == [WEST, EAST]
    assert [(done.position, done.total, done.grids, len(done.faults)) for done in seen] == [(1, 2, 0, 1), (2, 2, 0, 1)]


def test_stopped_by_hand_it_keeps_what_is_done_and_goes_on_later(town):
    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        divide_region(town, COUNTY, TARGET, publish_too=True, progress=stop)
    assert stored(town) == [(WEST, "published")]
    assert divide_region(town, COUNTY, TARGET, publish_too=True).villages == 1
    assert stored(town) == [(WEST, "published"), (EAST, "published")]
    assert sound(town)


def test_a_second_job_meanwhile_does_nothing_twice(town):
    def another(done):
        if done.position == 1:
            assert divide_region(town, COUNTY, TARGET, publish_too=True).villages == 1

    summary = divide_region(town, COUNTY, TARGET, publish_too=True, progress=another)
    assert (summary.villages, summary.published, summary.refused) == (1, 1, [])
    assert stored(town) == [(WEST, "published"), (EAST, "published")]


def test_without_its_database_the_job_ends_and_keeps_what_is_done(town):
    name = town.engine.url.database
    allow = sql.SQL("alter database {} with allow_connections {}")
    with psycopg.connect(town.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:

        def shut(done):
            admin.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
            admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])

        try:
            with pytest.raises(Unavailable):
                divide_region(town, COUNTY, TARGET, progress=shut)
        finally:
            admin.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
    town.dispose()
    assert stored(town) == [(WEST, "draft")]
    assert divide_region(town, COUNTY, TARGET).villages == 1


def test_a_village_where_nobody_lives_is_one_grid(town):
    with town.write(Scope.everything()) as session:
        session.execute(text("delete from building where grid_no / 1000 = :code"), {"code": int(EAST)})
    summary = divide_region(town, COUNTY, TARGET)
    assert (summary.villages, summary.grids, summary.refused) == (2, 3, [])
