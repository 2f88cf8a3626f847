"""The plan in force brought back into its band: who moves, who stays, and what cannot be done."""

import geopandas as gpd
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from fixtures.drawing import draw
from gridding import Plan, RebalanceError, Target, Village, check, divide, narrowed, number, rebalance, succeed

BAND = Target(load=4, band=(3, 5))


def village(*houses, width=40, **more):
    """A strip 10 m high with a house at each (x, load), or each (x, load, tie), half way up."""
    table = {
        "id": [f"h{x:02}" for x, *_ in houses],
        "load": [load for _, load, *_ in houses],
        "tie": [rest[0] if rest else None for _, _, *rest in houses],
    }
    return Village(box(0, 0, width, 10), gpd.GeoDataFrame(table, geometry=[Point(x, 5) for x, *_ in houses]), **more)


def strips(*ends, exclusive=()):
    """Grids side by side along the strip, ending at these places; those whose seq is in `exclusive` are `#seq`."""
    starts, seqs = (0, *ends[:-1]), range(1, len(ends) + 1)
    shapes = [box(start, 0, end, 10).normalize() for start, end in zip(starts, ends, strict=True)]
    return Plan(
        gpd.GeoDataFrame(
            {
                "seq": seqs,
                "kind": ["exclusive" if seq in exclusive else "basic" for seq in seqs],
                "name": [f"#{seq}" if seq in exclusive else None for seq in seqs],
            },
            geometry=shapes,
        )
    )


def loads(plan):
    return dict(zip(plan.grids["seq"].tolist(), plan.grids["load"].tolist(), strict=True))


def wkb(plan):
    return dict(zip(plan.grids["seq"].tolist(), plan.grids.geometry.to_wkb(), strict=True))


def sound(plan, land):
    return [fault for fault in check(plan, land).faults if fault.severity == "fault"] == []


def test_unchanged_data_change_nothing():
    land = draw("1.1.1.1\n.1.1.1.\n1.1.1.1").village
    plan = divide(land, BAND)
    after, diff = rebalance(plan, land, BAND)
    assert wkb(after) == wkb(plan)
    assert after.labels.to_dict() == plan.labels.to_dict()
    assert diff.empty


def test_one_house_too_many_goes_over_the_border_and_the_border_follows_its_cell():
    land = village((4, 2), (12, 2), (18, 2), (24, 1), (34, 2))
    after, diff = rebalance(strips(20, 40), land, BAND)
    assert loads(after) == {1: 4, 2: 5}
    assert diff.moved[["id", "origin", "goal", "load"]].values.tolist() == [["h18", 1, 2, 2]]
    assert after.grids.geometry.iloc[0].equals(box(0, 0, 15, 10)), "half way between the houses at 12 and 18"
    assert sound(after, land)


def test_a_grid_between_takes_from_one_neighbour_and_gives_to_the_other():
    """5 + 2 | 2 + 1 + 1 | 3 of 3-5: the first must give 2, the middle one then has 6 and hands 1 on."""
    land = village((4, 5), (12, 2), (18, 2), (24, 1), (28, 1), (36, 3), width=40)
    after, diff = rebalance(strips(15, 30, 40), land, BAND)
    assert loads(after) == {1: 5, 2: 5, 3: 4}
    assert diff.flows.values.tolist() == [[1, 2, 1, 2], [2, 3, 1, 1]]
    assert sound(after, land)


def test_what_lies_far_from_the_change_keeps_its_bytes():
    land = village(*((x, 1) for x in range(2, 60, 4)), (3, 2), width=60)
    plan = strips(12, 24, 36, 48, 60)
    after, diff = rebalance(plan, land, Target(load=3, band=(2, 4)))
    assert diff.moved_load == 1
    assert [wkb(after)[seq] == wkb(plan)[seq] for seq in range(1, 6)] == [False, False, True, True, True]


def test_a_locked_grid_stays_and_another_way_is_found():
    """The full grid in the middle gives to the east when the west is locked."""
    land = village((4, 3), (15, 3), (22, 3), (28, 1), (36, 3))
    plan = strips(10, 30, 40)
    free, _ = rebalance(plan, land, Target(load=4, band=(3, 6)))
    assert loads(free)[2] <= 6
    after, diff = rebalance(plan, land, Target(load=4, band=(3, 6)), locked=[1])
    assert wkb(after)[1] == wkb(plan)[1]
    assert diff.moved["id"].tolist() == ["h28"]


def test_a_locked_house_stays_where_it_is():
    land = village((4, 2), (12, 2), (18, 2), (24, 1), (34, 2))
    after, diff = rebalance(strips(20, 40), land, BAND, locked=["h18"])
    assert after.labels["h18"] == 1
    assert diff.moved_load == 0
    assert [reason.seq for reason in after.report.reasons] == [1]


def test_tied_buildings_go_together():
    land = village((4, 2), (10, 2), (15, 1, "estate"), (18, 1, "estate"), (24, 1), (34, 2))
    after, diff = rebalance(strips(20, 40), land, BAND)
    assert sorted(diff.moved["id"]) == ["h15", "h18"]
    assert loads(after) == {1: 4, 2: 5}


def test_a_grid_with_enough_for_two_is_split_when_no_neighbour_has_room():
    land = village((4, 2), (12, 2), (20, 2), (28, 2), (36, 5))
    after, diff = rebalance(strips(32, 40), land, Target(load=4, band=(4, 5)))
    assert loads(after) == {1: 4, 2: 5, 3: 4}
    assert (diff.begun, diff.moved_load) == ((3,), 4)
    assert sound(after, land)


def test_a_grid_with_hardly_anyone_left_ends():
    land = village((4, 1), (14, 4), (26, 4), (36, 4))
    after, diff = rebalance(strips(10, 20, 30, 40), land, BAND)
    assert loads(after) == {2: 5, 3: 4, 4: 4}
    assert (diff.ended, diff.moved_load) == ((1,), 1)
    assert after.grids.geometry.iloc[0].equals(box(0, 0, 20, 10))


def test_grids_that_go_on_keep_their_numbers():
    land = village((4, 2), (12, 2), (20, 2), (28, 2), (36, 5))
    plan = strips(32, 40)
    after, _ = rebalance(plan, land, Target(load=4, band=(4, 5)))
    in_force = plan.grids.rename(columns={"seq": "number"}).assign(number=[7, 3])
    numbers = number(after, [3, 7], succeed(after, in_force, land))
    assert numbers.to_dict() == {1: 7, 2: 3, 3: 1}


def test_exclusive_land_is_neither_given_nor_taken():
    school = gpd.GeoDataFrame({"name": ["#2"]}, geometry=[box(15, 0, 25, 10)])
    land = village((4, 4), (10, 4), (20, 1), (34, 3), exclusive=school)
    plan = strips(15, 25, 40, exclusive=[2])
    after, diff = rebalance(plan, land, BAND)
    assert wkb(after)[2] == wkb(plan)[2]
    assert diff.moved_load == 4, "one of the two houses gets a grid of its own"
    assert sound(after, land)


def test_a_river_is_crossed_over_the_bridge_alone():
    river = gpd.GeoSeries([LineString([(20, -1), (20, 11)])])
    houses = ((4, 3), (10, 2), (16, 2), (34, 2))
    apart = village(*houses, hard=river)
    after, diff = rebalance(strips(20, 40), apart, BAND)
    assert not diff.moved["goal"].isin([2]).any()
    assert {reason.kind for reason in after.report.reasons} <= {"component", "not_found"}
    bridge = gpd.GeoSeries([LineString([(18, 5), (22, 5)])])
    joined = village(*houses, hard=river, links=bridge)
    after, diff = rebalance(strips(20, 40), joined, BAND)
    assert diff.moved["id"].tolist() == ["h16"]
    assert sound(after, joined)


def test_an_atom_too_heavy_is_the_reason_with_the_bound():
    land = village((4, 9), (34, 3))
    after, diff = rebalance(strips(20, 40), land, BAND)
    reason = next(reason for reason in after.report.reasons if reason.seq == 1)
    assert (reason.kind, diff.moved_load) == ("heavy_atom", 0)
    assert reason.message == "grid 1 has a load of 9, outside 3-5: one atom has a load of 9"
    assert reason.bound == pytest.approx(0.5), "9 instead of 6"


def test_a_load_that_fits_no_band_is_a_reason_of_the_whole_plan():
    land = village((4, 1), (34, 1))
    after, _ = rebalance(strips(20, 40), land, BAND)
    assert [reason.kind for reason in after.report.reasons if reason.seq is None] == ["band"]


def test_a_locked_grid_out_of_band_is_told():
    land = village((4, 9), (34, 3))
    plan = strips(20, 40)
    after, diff = rebalance(plan, land, BAND, locked=[1])
    assert diff.empty
    assert [(reason.kind, reason.seq) for reason in after.report.reasons] == [("locked", 1)]


def test_what_does_not_fit_is_refused_with_its_place():
    land = village((4, 9), (34, 3))
    with pytest.raises(RebalanceError, match="misfit") as refused:
        rebalance(strips(20, 30), land, BAND)
    assert refused.value.faults[0].where.equals(box(30, 0, 40, 10))
    with pytest.raises(RebalanceError, match=r"locked_unknown: 'x' .*locked_unknown: 9"):
        rebalance(strips(20, 40), land, BAND, locked=["x", 9])


def test_houses_that_are_gone_leave_their_land():
    land = village((4, 1), (18, 3), (26, 4), (34, 1))
    after, diff = rebalance(strips(10, 20, 40), land, Target(load=4, band=(3, 5)))
    assert loads(after) == {2: 4, 3: 5}
    assert (diff.ended, diff.moved_load) == ((1,), 1)


def test_a_narrowed_band_keeps_to_the_mean():
    land = village((4, 3), (12, 3), (24, 2), (34, 2))
    target = Target(load=5, band=(3, 8), tolerance=0.1)
    tight = narrowed(strips(20, 40), land, target)
    assert (tight.load, tight.band) == (5, (5, 5)), "a mean of 5, give or take half a household"
    assert narrowed(strips(20, 40), land, Target(load=20, band=(18, 22))).band == (18, 22), "nothing would be left"


def test_new_vertices_of_a_moved_border_are_in_the_grid_it_ends_at():
    land = Village(
        box(0, 0, 40, 20),
        gpd.GeoDataFrame(
            {"id": ["a", "b", "c", "d", "e"], "load": [2, 2, 2, 3, 4]},
            geometry=[Point(4, 5), Point(12, 5), Point(18, 5), Point(30, 5), Point(20, 15)],
        ),
    )
    top = Polygon([(0, 10), (20, 10), (40, 10), (40, 20), (0, 20)])
    shapes = [box(0, 0, 20, 10), box(20, 0, 40, 10), top]
    plan = Plan(gpd.GeoDataFrame({"seq": [1, 2, 3], "kind": "basic", "name": None}, geometry=shapes))
    after, diff = rebalance(plan, land, BAND)
    assert diff.moved["id"].tolist() == ["c"]
    assert diff.moved["goal"].tolist() == [2]
    assert after.grids.geometry.iloc[2].equals(top)
    assert [15.0, 10.0] in shapely.get_coordinates(after.grids.geometry.iloc[2]).tolist()
    assert sound(after, land)
