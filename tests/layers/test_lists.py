"""Lists of regions, grids and facilities: their figures, their pages and their scope."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from builders import (
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    ask,
    building,
    county,
    grid,
    house,
    household,
    kinds,
    placed,
    plan,
    spot,
    square,
)

from layers.cluster import SUPERUSER
from layers.db import READ_ROLE
from layers.errors import Invalid, NotFound
from layers.lists import facilities, grids, most_out_of_balance, region_path, regions
from layers.queries import load
from layers.scope import Scope

ONE = int(VILLAGE) * 1000 + 1
EAST = int(VILLAGE) * 1000 + 1001
ALL = Scope.of_region("53")


@pytest.fixture
def town(database):
    """West: one grid, 2 households with 3 persons, a building of 4 assumed. East: one grid and a household of 1."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        west, east = plan(session), plan(session, "532901003002", "draft")
        grid(session, west, ONE, square(0), load=6)
        grid(session, west, ONE - 1 + 901, square(0, 0.5, 0.5), load=2)
        grid(session, east, EAST, square(1))
        household(session, ONE, house(session, ONE, spot(0.2)), 3)
        household(session, ONE, house(session, ONE, spot(0.2)))
        building(session, ONE, spot(0.3), assumed_households=4)
        household(session, EAST, house(session, EAST, spot(1.2)), 1)
        for at in range(3):
            placed(session, "facility", ONE, spot(0.1 * at), kind="clinic")
    return database


def listed(town, scope=ALL, **conditions):
    return ask(town, scope, lambda connection: regions(connection, scope, **conditions))


def test_children_of_a_region_have_their_figures(town):
    west, east = listed(town, parent=TOWNSHIP).items
    assert (west.code, west.name, west.level, west.households, west.persons) == (VILLAGE, "东山村委会", 5, 2, 3)
    assert (west.assumed_households, west.grids, west.plan_status) == (4, 2, "published")
    assert west.bbox == pytest.approx((100.0, 25.0, 100.01, 25.01))
    assert (east.households, east.persons, east.plan_status) == (1, 1, "draft")


def test_a_county_has_the_sum_of_its_villages(town):
    [found] = listed(town, code=COUNTY).items
    assert (found.households, found.persons, found.assumed_households, found.grids) == (3, 4, 4, 3)
    assert found.plan_status is None


def test_the_county_of_a_village_officer_is_seen_with_the_village_figures_only(town):
    [found] = listed(town, Scope.of_region(VILLAGE), code=COUNTY).items
    assert (found.households, found.grids) == (2, 2)
    assert [row.code for row in listed(town, Scope.of_region(VILLAGE), level=5).items] == [VILLAGE]
    assert listed(town, Scope.of_grids([EAST]), code=VILLAGE).items == ()


@pytest.mark.parametrize(
    ("text", "found"), [("山村", 2), ("东山", 1), (VILLAGE, 1), ("%", 0), ("_", 0), ("'); drop table region; --", 0)]
)
def test_text_is_found_in_names_and_codes_as_it_stands(town, text, found):
    assert len(listed(town, text=text, level=5).items) == found


def test_pages_go_on_after_the_last_code(town):
    first = listed(town, limit=4)
    second = listed(town, limit=4, after=first.next)
    assert [len(row.code) for row in first.items + second.items] == [2, 4, 6, 9, 12, 12]
    assert second.next is None


@pytest.mark.parametrize(
    "wrong", [{"parent": "5"}, {"code": "53290x"}, {"limit": 0}, {"limit": 10**6}, {"text": "a\0b"}]
)
def test_wrong_questions_are_refused(town, wrong):
    with pytest.raises(Invalid):
        listed(town, **wrong)


def test_the_path_leads_from_the_province_down(town):
    path = ask(town, ALL, lambda connection: region_path(connection, VILLAGE))
    assert [region.name for region in path] == ["云南省", "大理白族自治州", "大理市", "下关街道", "东山村委会"]


def shown(town, scope=ALL, **conditions):
    return ask(town, scope, lambda connection: grids(connection, scope, **conditions))


def test_grids_of_a_village_have_their_figures(town):
    one, school = shown(town, region=VILLAGE)
    assert (one.grid_no, one.village, one.kind, one.load) == (str(ONE), VILLAGE, "basic", 6)
    assert (one.households, one.persons, one.deviation, one.ends_at) == (2, 3, 0.0, None)
    assert (school.kind, school.deviation, school.households) == ("exclusive", None, 0)


def test_the_grid_around_a_point_is_the_lowest_number_on_a_shared_border(town):
    assert [row.grid_no for row in shown(town, at=(100.005, 25.0075))] == [str(ONE)]
    assert [row.grid_no for row in shown(town, at=(100.01, 25.005))] == [str(ONE)]
    assert [row.grid_no for row in shown(town, at=(100.015, 25.005))] == [str(EAST)]
    assert shown(town, at=(0.0, 0.0)) == []
    assert shown(town, Scope.of_region(VILLAGE), at=(100.015, 25.005)) == []


def test_grids_of_a_past_moment_have_loads_but_no_people(town):
    with town.write(Scope.everything()) as session:
        old = plan(session, status="retired")
        grid(session, old, ONE + 1, square(0), load=9, validity="[2025-01-01,2026-01-01)")
    then = datetime(2025, 6, 1, tzinfo=UTC)
    [past] = shown(town, region=VILLAGE, as_of=then)
    assert (past.grid_no, past.load, past.households, past.persons) == (str(ONE + 1), 9, None, None)
    assert [row.grid_no for row in shown(town, at=(100.005, 25.005), as_of=then)] == [str(ONE + 1)]
    assert str(ONE + 1) not in [row.grid_no for row in shown(town, region=VILLAGE)]


def test_a_region_outside_the_scope_or_unknown_is_not_found(town):
    for scope, region in (
        (Scope.of_region(VILLAGE), "532901003002"),
        (ALL, "532901003999"),
        (Scope.nothing(), VILLAGE),
    ):
        with pytest.raises(NotFound):
            shown(town, scope, region=region)
    with pytest.raises(Invalid):
        shown(town)


def test_facilities_come_in_pages_and_inside_the_scope(town):
    def page(scope=ALL, place=VILLAGE, **more):
        return ask(town, scope, lambda connection: facilities(connection, scope, place, **more))

    first = page(limit=2)
    second = page(limit=2, after=first.next)
    assert (len(first.items), len(second.items), second.next) == (2, 1, None)
    assert {row.grid_no for row in first.items} == {str(ONE)}
    assert len(page(place=str(ONE)).items) == 3
    assert page(place="532901003002").items == ()
    for scope, place in ((Scope.of_grids([EAST]), str(ONE)), (Scope.of_grids([EAST]), VILLAGE)):
        with pytest.raises(NotFound):
            page(scope, place)
    with pytest.raises(Invalid):
        page(after="1")


def needy(database, scope=ALL, region=COUNTY, **page):
    return ask(database, scope, lambda connection: most_out_of_balance(connection, scope, region, **page))


@pytest.fixture
def uneven(database):
    """Four villages: 1 even (10, 10), 2 uneven (8, 12), 3 without a plan and 1 household, 4 likewise with 2."""
    with database.write(Scope.everything()) as session:
        county(session, villages=4)
        for at, loads in ((0, (10, 10)), (1, (8, 12))):
            made = plan(session, f"{TOWNSHIP}{at + 1:03d}")
            for part, load_ in enumerate(loads):
                grid(session, made, ONE + at * 1000 + part, square(at, part / 2, 0.5), load=load_)
        for at, households in ((2, 1), (3, 2)):
            for _ in range(households):
                number = (int(VILLAGE) + at) * 1000
                household(session, number, house(session, number, spot(at + 0.5)))
    return database


def test_uneven_plans_come_first_then_the_largest_village_without_one(uneven):
    found = needy(uneven).items
    assert [village.code[-1] for village in found] == list("2143")
    assert [village.imbalance for village in found] == [0.2, 0, None, None]
    assert [village.off_band for village in found] == [0, 0, None, None]
    assert [village.parent_name for village in found] == ["下关街道"] * 4


def test_a_grid_outside_the_band_counts_by_how_far_it_is_out(uneven):
    with uneven.write(Scope.everything()) as session:
        made = plan(session, f"{TOWNSHIP}003")
        # Both grids are alike, but twice the band's upper end of 15.
        for part in range(2):
            grid(session, made, ONE + 2000 + part, square(2, part / 2, 0.5), load=30)
    first = needy(uneven).items[0]
    assert (first.code[-1], first.imbalance, first.off_band) == ("3", 1.0, 2)


def test_the_needy_come_in_pages_and_inside_the_scope(uneven):
    pages, after = [], None
    for _ in range(4):
        page = needy(uneven, limit=1, after=after)
        pages += [village.code[-1] for village in page.items]
        after = page.next
    assert (pages, after) == (list("2143"), None)
    own = Scope.of_region(VILLAGE)
    assert [village.code for village in needy(uneven, own).items] == [VILLAGE]
    assert needy(uneven, own, f"{TOWNSHIP}002").items == ()


def test_in_a_province_nobody_is_counted_to_order_villages(uneven):
    assert [village.code[-1] for village in needy(uneven, region="53").items] == list("2134")


def test_the_needy_come_from_the_indexes_of_plans_grids_and_households(uneven):
    with psycopg.connect(uneven.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute(
            """insert into region (id, code, name, level, parent_code, source)
               select gen_random_uuid(), code, 'v', 5, left(code, 9), 'made'
               from generate_series(532902001001, 532902004000) n cross join lateral (select n::text as code) v"""
        )
        admin.execute(
            """insert into grid (id, grid_no, validity, plan_id, kind, load, geom, area_m2)
               select gen_random_uuid(), (532902000000 + n) * 1000 + k, '[2026-01-01,)', (select id from plan limit 1),
                      'basic', 10, (select geom from grid limit 1), 1
               from generate_series(1001, 4000) n, generate_series(1, 7) k"""
        )
        admin.execute("vacuum analyze region, grid, household, plan")
    values = ALL.params() | {"first": int(VILLAGE) * 1000, "last": int(VILLAGE) * 1000 + 4999}
    values |= {"counts": True, "after": None, "limit": 10}
    with psycopg.connect(uneven.conninfo(READ_ROLE)) as reader:
        for key, value in ALL.as_settings().items():
            reader.execute("select set_config(%s, %s, true)", [f"wangge.{key}", value])
        lines = reader.execute("explain " + load("regions.sql")["unbalanced"], values).fetchall()
    told = "\n".join(line for (line,) in lines)
    assert "ix_grid_in_force" in told
    assert "ix_region_level_lo" in told
