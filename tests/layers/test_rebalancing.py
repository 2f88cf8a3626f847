"""The grids in force brought back into their band: a draft beside them, and nothing moves before publish."""

from __future__ import annotations

import pytest
import shapely
from sqlalchemy import text
from town import BOTTOM, EAST, LEFT, WEST, buildings, lattice, regions

from gridding import Target
from layers import plans
from layers.errors import Conflict, Invalid, NotFound
from layers.models import Grid
from layers.publish import publish
from layers.rebalancing import Wish, rebalance_in_force

TARGET = Target(load=16, band=(12, 20))


@pytest.fixture
def town(session):
    """The western village in force in two grids of 16 buildings."""
    regions(session)
    buildings(session, lattice(8)[::2])
    put_in_force(session, plans.divide_village(session, WEST, TARGET))


def put_in_force(session, plan):
    return publish(session, plan.id, plans.submit(session, plan.id, plan.rev).rev)


def build_up(session, count):
    """Buildings in a heap, all in the south-west corner."""
    spots = [shapely.Point(LEFT + 0.0004 * (n % 4 + 1), BOTTOM + 0.0004 * (n // 4 + 1)) for n in range(count)]
    return buildings(session, spots, first=1000)


def in_force(session):
    return {grid.grid_no % 1000: grid.load for grid in session.query(Grid) if grid.validity.upper is None}


def test_grids_in_their_band_need_no_draft(session, town):
    done = rebalance_in_force(session, WEST, Wish())
    assert done.plan is None
    assert done.told()["moved"] == 0
    assert done.told()["unchanged"] == 2
    assert [plan.status for plan in plans.of_village(session, WEST)] == ["published"]


def test_a_grid_that_has_grown_gives_what_is_too_much(session, town):
    build_up(session, 6)
    done = rebalance_in_force(session, WEST, Wish())
    told = done.told()
    assert done.plan.status == "draft"
    assert (told["moved"], told["begun"], told["ended"], told["reasons"]) == (2, [], [], [])
    assert sorted(row.load for row in plans.grids_of(session, done.plan.id)) == [18, 20]
    assert sorted(in_force(session).values()) == [16, 16]
    result = put_in_force(session, done.plan)
    assert (result.changed, result.begun, result.ended) == (2, 0, 0)
    assert sorted(in_force(session)) == [1, 2]
    assert sorted(in_force(session).values()) == [18, 20]


def test_a_grid_that_cannot_give_enough_is_split_and_the_new_one_gets_a_new_number(session, town):
    build_up(session, 14)
    done = rebalance_in_force(session, WEST, Wish())
    assert done.told()["begun"] == ["003"]
    put_in_force(session, done.plan)
    assert sorted(in_force(session)) == [1, 2, 3]
    assert all(12 <= load <= 20 for load in in_force(session).values())


def test_a_tolerance_asks_for_more_than_the_band(session, town):
    build_up(session, 4)
    assert rebalance_in_force(session, WEST, Wish()).plan is None
    done = rebalance_in_force(session, WEST, Wish(tolerance=0.05))
    assert done.told()["moved"] == 2
    assert plans.target_of(done.plan) == Target(16, (12, 20), 0.05), "the legal band is what is stored"


@pytest.mark.parametrize("form", ["{0:03d}", WEST + "{0:03d}"])
def test_a_locked_grid_stays_and_the_reason_says_so(session, town, form):
    build_up(session, 6)
    full = max(rebalance_in_force(session, WEST, Wish()).diff.load_before.items(), key=lambda item: item[1])[0]
    done = rebalance_in_force(session, WEST, Wish(locked=(form.format(full),)))
    assert done.plan is None
    assert done.reasons == (f"grid {full} has a load of 22, outside 12-20: it is locked",)


def test_another_band_is_stored_with_the_draft(session, town):
    build_up(session, 6)
    done = rebalance_in_force(session, WEST, Wish(band=(10, 19)))
    assert plans.target_of(done.plan) == Target(16, (10, 19), TARGET.tolerance)


def test_what_cannot_be_asked_is_refused(session, town):
    with pytest.raises(NotFound):
        rebalance_in_force(session, "990101001099", Wish())
    with pytest.raises(Conflict, match="in force"):
        rebalance_in_force(session, EAST, Wish())
    for wish in (Wish(load=5), Wish(locked=("007",)), Wish(locked=("north",))):
        with pytest.raises(Invalid):
            rebalance_in_force(session, WEST, wish)
    session.execute(text("update plan set stale = true"))
    session.expire_all()
    with pytest.raises(Conflict, match="changed"):
        rebalance_in_force(session, WEST, Wish())
