"""Divide, submit, publish: one transaction that ends, begins and re-homes."""

from __future__ import annotations

import threading
import uuid

import pytest
import shapely
from sqlalchemy import text
from town import BOTTOM, COUNTY, EAST, LEFT, MIDDLE, RIGHT, TOP, WEST, buildings, household, incidents, lattice, regions

from gridding import Target
from layers import plans
from layers.codes import region_range
from layers.errors import Conflict, Invalid, NotFound
from layers.jobs import divide_region
from layers.locks import lock_village_shared
from layers.models import Audit, Duty, Grid, GridLineage, Plan
from layers.publish import publish
from layers.scope import Scope

TARGET = Target(load=10, band=(8, 12))


def put_in_force(session, code=WEST, target=TARGET):
    plan = plans.divide_village(session, code, target)
    plan = plans.submit(session, plan.id, plan.rev)
    return publish(session, plan.id, plan.rev)


def numbers(session, table="building"):
    rows = session.execute(text(f"select grid_no, count(*) from {table} group by 1 order by 1"))
    return {number: count for number, count in rows}


@pytest.fixture
def town(session):
    """Two villages with 32 buildings each."""
    regions(session)
    return buildings(session, lattice(4 * 2)[::2])


def test_publish_puts_every_building_of_the_village_into_a_grid(session, town):
    result = put_in_force(session)
    assert (result.grids, result.begun, result.kept, result.ended, result.unplaced) == (3, 3, 0, 0, 0)
    assert result.moved["building"] == 32
    placed = numbers(session)
    assert sorted(placed) == [int(WEST) * 1000 + 1, int(WEST) * 1000 + 2, int(WEST) * 1000 + 3, int(EAST) * 1000]
    assert placed[int(EAST) * 1000] == 32
    assert all(abs(count - 32 / 3) <= 32 / 3 * TARGET.tolerance + 1 for no, count in placed.items() if no % 1000)


def test_publishing_the_same_again_keeps_every_row(session, town):
    put_in_force(session)
    before = [(grid.id, grid.grid_no, grid.validity) for grid in session.query(Grid).order_by(Grid.grid_no)]
    again = put_in_force(session)
    after = [(grid.id, grid.grid_no, grid.validity) for grid in session.query(Grid).order_by(Grid.grid_no)]
    assert (again.kept, again.begun, again.ended) == (3, 0, 0)
    assert sum(again.moved.values()) == 0
    assert before == after


def test_only_one_plan_of_a_village_is_published(session, town):
    put_in_force(session)
    put_in_force(session)
    states = [plan.status for plan in plans.of_village(session, WEST)]
    assert sorted(states) == ["published", "retired"]


def test_people_follow_their_house_and_incidents_their_point(session, town):
    household(session, town[0], people=3)
    incidents(session, [shapely.Point(LEFT + 0.001, BOTTOM + 0.001)])
    put_in_force(session)
    home = session.execute(text("select grid_no from building where id = :id"), {"id": town[0]}).scalar_one()
    assert home % 1000 != 0
    for table, count in (("house", 1), ("household", 1), ("person", 3)):
        assert numbers(session, table) == {home: count}
    assert next(iter(numbers(session, "incident"))) // 1000 == int(WEST)
    handled = session.execute(text("select distinct handled_grid_no from incident")).scalars().all()
    assert handled == [int(WEST) * 1000], "the grid that handled it never changes"


def test_what_is_known_to_its_village_only_never_enters_a_grid(session, town):
    incidents(session, [shapely.Point(LEFT + 0.001, BOTTOM + 0.001)], level="village", number=int(WEST) * 1000)
    put_in_force(session)
    assert numbers(session, "incident") == {int(WEST) * 1000: 1}


def test_a_point_on_a_shared_border_has_the_lowest_number(session, town):
    divide = {WEST: 1, EAST: 1}
    for code in divide:
        put_in_force(session, code, Target(load=32, band=(20, 40)))
    border = shapely.Point(MIDDLE, (BOTTOM + TOP) / 2)
    incidents(session, [border])
    assert numbers(session, "incident") == {int(WEST) * 1000 + 1: 1}


def test_numbers_of_ended_grids_are_never_used_again(session, town):
    put_in_force(session)
    put_in_force(session, target=Target(load=32, band=(20, 40)))
    third = put_in_force(session)
    assert third.grids == 3
    in_force = [g.grid_no % 1000 for g in session.query(Grid) if g.validity.upper is None]
    ever = [g.grid_no % 1000 for g in session.query(Grid)]
    ended_for_good = set(ever) - set(in_force)
    assert max(in_force) > 3, "new grids got new numbers"
    assert not ended_for_good & set(in_force)


def test_lineage_tells_where_the_households_went(session, town):
    put_in_force(session)
    result = put_in_force(session, target=Target(load=32, band=(20, 40)))
    rows = session.query(GridLineage).filter(GridLineage.plan_id == result.plan_id).all()
    assert sum(row.households for row in rows) == 32
    assert len({row.old_no for row in rows}) == 3
    assert len({row.new_no for row in rows}) == 1


def test_duties_of_ended_grids_end_and_heirs_are_proposed(session, town):
    put_in_force(session)
    worker = uuid.uuid4()
    session.execute(
        text(
            "insert into account (id, login, name, role, region_code, password_hash)"
            " values (:id, 'w', 'w', 'field', '532901', 'x')"
        ),
        {"id": worker},
    )
    for number in (1, 2, 3):
        session.add(Duty(account_id=worker, grid_no=int(WEST) * 1000 + number, status="active"))
    session.flush()
    result = put_in_force(session, target=Target(load=32, band=(20, 40)))
    duties = session.query(Duty).populate_existing().all()
    in_force = {g.grid_no for g in session.query(Grid).populate_existing() if g.validity.upper is None}
    assert {d.grid_no for d in duties if d.validity.upper is None} == in_force
    assert sum(d.validity.upper is not None for d in duties) == 2, "two of three grids ended"
    assert result.proposals == 0, "the worker is responsible for the heir already"


def test_a_stale_rev_is_a_conflict_and_changes_nothing(session, town):
    plan = plans.divide_village(session, WEST, TARGET)
    with pytest.raises(Conflict, match="revision 1"):
        plans.submit(session, plan.id, 2)
    plan = plans.submit(session, plan.id, 1)
    with pytest.raises(Conflict, match="revision 2"):
        publish(session, plan.id, 1)
    assert session.query(Grid).count() == 0


def test_a_draft_cannot_be_published_and_a_published_plan_not_submitted(session, town):
    plan = plans.divide_village(session, WEST, TARGET)
    with pytest.raises(Conflict, match="in review"):
        publish(session, plan.id, plan.rev)
    result = put_in_force(session)
    published = plans.find(session, result.plan_id)
    with pytest.raises(Conflict, match="published"):
        plans.submit(session, published.id, published.rev)


def test_a_plan_with_a_gap_is_refused_with_its_place(session, town):
    plan = plans.divide_village(session, WEST, TARGET)
    session.execute(
        text(
            "update plan_grid set geom = st_multi(st_difference(geom, st_buffer(st_pointonsurface(geom), 0.0005)))"
            " where plan_id = :id and seq = 1"
        ),
        {"id": plan.id},
    )
    plans.submit(session, plan.id, plan.rev)
    with pytest.raises(Invalid) as caught:
        publish(session, plan.id, 2)
    gap = next(fault for fault in caught.value.faults if fault.where == "gap")
    assert LEFT < gap.place[0] < MIDDLE
    assert BOTTOM < gap.place[1] < TOP
    assert session.query(Grid).count() == 0


def test_a_stale_plan_is_refused(session, town):
    plan = plans.divide_village(session, WEST, TARGET)
    plan = plans.submit(session, plan.id, plan.rev)
    session.query(Plan).filter(Plan.id == plan.id).update({"stale": True})
    with pytest.raises(Conflict, match="changed"):
        publish(session, plan.id, plan.rev)


def test_plans_outside_the_scope_are_not_there(database):
    with database.write(Scope.everything()) as session:
        regions(session)
        buildings(session, lattice(4))
        plan = plans.divide_village(session, WEST, TARGET)
    with database.write(Scope.of_region(EAST)) as session:
        with pytest.raises(NotFound):
            plans.find(session, plan.id)
        with pytest.raises(NotFound):
            plans.divide_village(session, WEST, TARGET)
        with pytest.raises(NotFound):
            plans.of_village(session, WEST)
        with pytest.raises(NotFound):
            publish(session, plan.id, 1)


def test_a_publish_waits_for_an_insert_in_its_village(database):
    with database.write(Scope.everything()) as session:
        regions(session)
        buildings(session, lattice(4))
        plan = plans.submit(session, plans.divide_village(session, WEST, TARGET).id, 1)
    order: list[str] = []

    def run() -> None:
        with database.write(Scope.everything()) as session:
            publish(session, plan.id, plan.rev)
            order.append("published")

    with database.write(Scope.everything()) as session:
        lock_village_shared(session, WEST)
        other = threading.Thread(target=run)
        other.start()
        waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        while session.execute(text(waiting)).scalar_one() == 0:
            assert other.is_alive(), "publish did not wait"
        order.append("inserted")
    other.join()
    assert order == ["inserted", "published"]


def test_every_act_is_in_the_audit(session, town):
    put_in_force(session)
    acts = [row.act for row in session.query(Audit).order_by(Audit.id)]
    assert [act for act in acts if act.startswith("plan.")] == ["plan.divide", "plan.submit", "plan.publish"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_region_is_divided_and_published_whole(database, workers):
    with database.write(Scope.everything()) as session:
        regions(session)
        buildings(session, lattice(8))
    seen = []
    summary = divide_region(database, COUNTY, TARGET, publish_too=True, workers=workers, progress=seen.append)
    assert (summary.villages, summary.published, summary.refused) == (2, 2, [])
    assert sorted(done.code for done in seen) == [WEST, EAST]
    assert summary.moved["building"] == 128
    again = divide_region(database, COUNTY, TARGET, publish_too=True)
    assert again.villages == 0, "what is done is not done again"


def test_two_workers_make_the_same_plans_as_one(database):
    with database.write(Scope.everything()) as session:
        regions(session)
        buildings(session, lattice(8))
    shapes = []
    for workers in (1, 2):
        divide_region(database, COUNTY, TARGET, publish_too=True, again=True, workers=workers)
        with database.write(Scope.everything()) as session:
            shapes.append(
                [(g.grid_no, g.id) for g in session.query(Grid).order_by(Grid.grid_no) if g.validity.upper is None]
            )
    assert shapes[0] == shapes[1]


def test_one_bad_village_is_reported_and_the_rest_goes_on(database):
    with database.write(Scope.everything()) as session:
        regions(session)
        buildings(session, lattice(4))
        session.execute(
            text(
                "update region set geom = st_multi(st_geomfromtext("
                "'POLYGON((100.22 25.5, 100.24 25.52, 100.24 25.5, 100.22 25.52, 100.22 25.5))', 4326))"
                " where code = :code"
            ),
            {"code": EAST},
        )
    summary = divide_region(database, COUNTY, TARGET)
    assert summary.villages == 1
    assert [fault.where for fault in summary.refused] == [EAST]
    assert summary.refused[0].place is not None


def test_a_region_without_boundaries_is_not_found(database):
    with database.write(Scope.everything()) as session:
        regions(session)
    with pytest.raises(NotFound, match="5330"):
        divide_region(database, "5330", TARGET)


def test_a_village_without_houses_is_one_grid(session):
    regions(session)
    assert put_in_force(session).grids == 1
    assert session.query(Grid).one().grid_no == int(WEST) * 1000 + 1


def test_moving_east_of_everything_is_outside_every_region(session, town):
    incidents(session, [shapely.Point(RIGHT + 1, TOP)], number=region_range(COUNTY)[0])
    put_in_force(session)
    assert numbers(session, "incident") == {region_range(COUNTY)[0]: 1}
