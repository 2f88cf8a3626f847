"""A boundary corrected under a published plan: stale, refitted, and nothing in a grid moves before publish."""

from __future__ import annotations

import pytest
import shapely
from sqlalchemy import text
from town import BOTTOM, EAST, LEFT, MIDDLE, RIGHT, TOP, WEST, buildings, household, incidents, lattice, regions, square

from gridding import Target
from layers import plans
from layers.corrections import mark_changed
from layers.doctor import examine
from layers.errors import Conflict
from layers.publish import publish

TARGET = Target(load=16, band=(12, 20))
STRIP = 0.005


def put_in_force(session, plan):
    return publish(session, plan.id, plans.submit(session, plan.id, plan.rev).rev)


def reshape(session, code, shape):
    """Another version of a village's boundary, as an import stores it."""
    ended = session.execute(
        text("""update region set validity = tstzrange(lower(validity), clock_timestamp())
                where code = :code and upper_inf(validity)
                returning level, name, parent_code, upper(validity) as at"""),
        {"code": code},
    ).one()
    session.execute(
        text("""insert into region (id, code, level, name, parent_code, validity, geom, source)
                values (gen_random_uuid(), :code, :level, :name, :parent_code, tstzrange(:at, null),
                        st_geomfromtext(:geom, 4326), 'test')"""),
        {"code": code, **ended._mapping, "geom": shape.wkt},
    )


def move_border(session, by=-STRIP):
    """The border between the villages moved east by so many degrees, as both villages' new shapes."""
    reshape(session, WEST, square(LEFT, MIDDLE + by))
    reshape(session, EAST, square(MIDDLE + by, RIGHT))
    return mark_changed(session, [WEST, EAST])


def places(session, table="building"):
    return dict(session.execute(text(f"select id::text, grid_no from {table}")).all())


def clean(session):
    return {name: faults for name, faults in examine(session, None) if faults} == {}


@pytest.fixture
def town(session):
    """Two published villages with 32 buildings each, people and incidents in the strip that will change villages."""
    regions(session)
    ids = buildings(session, lattice(8)[::2])
    near_border = min(ids, key=lambda id_: abs(lon(session, id_) - (MIDDLE - STRIP / 2)))
    household(session, near_border, people=2)
    incidents(session, [shapely.Point(MIDDLE - STRIP / 2, BOTTOM + 0.01), shapely.Point(LEFT + 0.001, BOTTOM + 0.001)])
    for code in (WEST, EAST):
        put_in_force(session, plans.divide_village(session, code, TARGET))
    assert clean(session)
    return near_border


def lon(session, building_id):
    return session.scalar(text("select st_x(point) from building where id = :id"), {"id": building_id})


def states(session, code):
    return [(plan.status, plan.stale) for plan in plans.of_village(session, code)]


def test_a_corrected_boundary_makes_the_plan_stale_and_gives_a_refitted_draft(session, town):
    before = {plan.id: plan.rev for code in (WEST, EAST) for plan in plans.of_village(session, code)}
    found = move_border(session)
    assert [correction.village_code for correction in found] == [WEST, EAST]
    for correction in found:
        (old,) = correction.stale
        assert plans.find(session, old).rev == before[old] + 1
        draft = plans.find(session, correction.draft_id)
        assert (draft.status, draft.stale, draft.report["refit_of"]) == ("draft", False, str(old))
        assert (draft.target_load, draft.band_low, draft.band_high) == (16, 12, 20)
        assert all(fault.message.startswith("warning: ") for fault in correction.faults)
        assert "stale" in correction.faults[0].message
    assert sorted(states(session, WEST)) == [("draft", False), ("published", True)]
    assert any("joined grid" in fault.message and fault.place for fault in found[1].faults)


def test_nothing_moves_before_publish_and_the_doctor_is_clean(session, town):
    tables = ("building", "house", "household", "person", "incident")
    before = [places(session, table) for table in tables]
    move_border(session)
    assert [places(session, table) for table in tables] == before
    assert clean(session)


@pytest.mark.parametrize("order", [(WEST, EAST), (EAST, WEST)])
def test_publishing_the_drafts_takes_the_strip_to_the_other_village(session, town, order):
    drafts = {correction.village_code: correction.draft_id for correction in move_border(session)}
    for code in order:
        put_in_force(session, plans.find(session, drafts[code]))
        assert clean(session)
    moved = places(session)
    east = {id_ for id_ in moved if lon(session, id_) > MIDDLE - STRIP}
    assert town in east
    assert {id_ for id_, number in moved.items() if number // 1000 == int(EAST)} == east
    assert all(number % 1000 for number in moved.values())
    for table in ("house", "household", "person"):
        assert set(places(session, table).values()) == {moved[town]}
    assert sorted(number // 1000 for number in places(session, "incident").values()) == [int(WEST), int(EAST)]
    handled = session.execute(text("select distinct handled_grid_no from incident")).scalars().all()
    assert handled == [int(WEST) * 1000]


def test_grids_that_the_correction_does_not_touch_keep_their_row(session, town):
    drafts = {correction.village_code: correction.draft_id for correction in move_border(session)}
    far = session.execute(
        text("select id from grid where upper_inf(validity) and st_xmin(geom) > :lon"), {"lon": MIDDLE + 1e-6}
    ).scalars()
    kept = set(far)
    put_in_force(session, plans.find(session, drafts[EAST]))
    after = set(session.execute(text("select id from grid where upper_inf(validity)")).scalars())
    assert kept <= after


def test_a_draft_counts_the_houses_of_the_strip(session, town):
    found = move_border(session)
    loads = [sum(row.load for row in plans.grids_of(session, correction.draft_id)) for correction in found]
    east = sum(lon(session, id_) > MIDDLE - STRIP for id_ in places(session))
    assert loads == [64 - east, east]


def test_a_stale_plan_is_neither_submitted_nor_published(session, town):
    draft = plans.divide_village(session, WEST, TARGET)
    reviewed = plans.submit(session, plans.divide_village(session, WEST, TARGET).id, 1)
    move_border(session)
    with pytest.raises(Conflict, match="has changed"):
        plans.submit(session, draft.id, plans.find(session, draft.id).rev)
    with pytest.raises(Conflict, match="has changed"):
        publish(session, reviewed.id, plans.find(session, reviewed.id).rev)


def test_a_second_correction_makes_the_first_draft_stale(session, town):
    first = {correction.village_code: correction.draft_id for correction in move_border(session)}
    second = {correction.village_code: correction.draft_id for correction in move_border(session, STRIP)}
    assert plans.find(session, first[WEST]).stale
    assert not plans.find(session, second[WEST]).stale
    put_in_force(session, plans.find(session, second[WEST]))
    put_in_force(session, plans.find(session, second[EAST]))
    assert clean(session)


def test_a_correction_taken_back_needs_no_publish(session, town):
    first = {correction.village_code: correction.draft_id for correction in move_border(session)}
    back = move_border(session, 0)
    assert [fault.message for correction in back for fault in correction.faults] == [
        "warning: its published plan fits the boundary again"
    ] * 2
    assert ("published", False) in states(session, WEST)
    assert plans.find(session, first[WEST]).stale
    assert clean(session)


def test_the_same_boundary_again_changes_nothing(session, town):
    before = [states(session, code) for code in (WEST, EAST)]
    assert move_border(session, 0) == ()
    assert [states(session, code) for code in (WEST, EAST)] == before


def test_a_boundary_elsewhere_leaves_nothing_to_refit(session, town):
    reshape(session, WEST, square(LEFT - 0.1, LEFT - 0.08))
    (found,) = mark_changed(session, [WEST])
    assert found.draft_id is None
    assert "no draft could be fitted" in found.faults[0].message
    assert states(session, WEST) == [("published", True)]


def test_drafts_of_a_village_without_a_published_plan_are_stale_and_its_rows_follow(session):
    regions(session)
    buildings(session, lattice(8)[::2])
    plans.divide_village(session, WEST, TARGET)
    move_border(session)
    assert states(session, WEST) == [("draft", True)]
    assert clean(session)
    assert {number for id_, number in places(session).items() if lon(session, id_) > MIDDLE - STRIP} == {
        int(EAST) * 1000
    }


def test_an_exclusive_grid_outside_the_new_boundary_is_left_out(session, town):
    session.execute(
        text("""update grid set grid_no = grid_no / 1000 * 1000 + 900, kind = 'exclusive', name = '学校'
                where id = (select id from grid where upper_inf(validity) and grid_no / 1000 = :west
                            order by st_xmax(geom) desc, st_ymin(geom) limit 1)"""),
        {"west": int(WEST)},
    )
    session.execute(
        text("""update plan_grid d set kind = 'exclusive', name = '学校' from grid g
                where g.kind = 'exclusive' and g.plan_id = d.plan_id and st_equals(g.geom, d.geom)""")
    )
    shape = shapely.from_wkb(session.scalar(text("select st_asbinary(geom) from grid where kind = 'exclusive'")))
    reshape(
        session, WEST, shapely.MultiPolygon([shapely.box(LEFT, BOTTOM, MIDDLE, TOP).difference(shape.buffer(1e-7))])
    )
    (found,) = mark_changed(session, [WEST])
    assert any("is left out" in fault.message for fault in found.faults)
    result = put_in_force(session, plans.find(session, found.draft_id))
    assert result.ended == 1
