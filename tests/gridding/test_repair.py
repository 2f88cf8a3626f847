"""Plans drawn by hand: every fault told with its land, and a repair that moves no more than that."""

import functools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from fixtures.drawing import draw
from gridding import RepairError, Target, Village, check, divide, examine

FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
SQUARE = box(0, 0, 100, 100)
WEST, EAST = box(0, 0, 50, 100), box(50, 0, 100, 100)


def village(boundary=SQUARE, *houses, **more):
    shapes = [house if hasattr(house, "geom_type") else Point(house) for house in houses]
    return Village(
        boundary, gpd.GeoDataFrame({"id": [f"h{n}" for n in range(len(shapes))], "load": 1}, geometry=shapes), **more
    )


def drawn(*shapes, **columns):
    return gpd.GeoDataFrame({"seq": range(1, len(shapes) + 1)} | columns, geometry=list(shapes))


def told(proposal):
    return [(fault.kind, fault.grids, fault.goal, round(fault.area_m2, 3)) for fault in proposal.faults]


def shape_of(plan, seq):
    return plan.grids.set_index("seq").geometry[seq]


def assert_sound(proposal, there):
    assert [fault.message for fault in proposal.remaining if fault.severity == "fault"] == []
    assert check(proposal.repaired, there).sound
    assert shapely.coverage_is_valid(proposal.repaired.grids.geometry.to_numpy())
    border = set(map(tuple, shapely.get_coordinates(there.boundary).tolist()))
    assert border <= set(map(tuple, shapely.get_coordinates(proposal.repaired.grids.geometry.to_numpy()).tolist()))


def test_a_sound_plan_has_no_fault_and_comes_back():
    proposal = examine(drawn(WEST, EAST), village(SQUARE, (10, 10)))
    assert proposal.faults == ()
    assert proposal.moved_m2 == 0
    assert proposal.plan.grids.geometry.to_wkb().tolist() == [WEST.wkb, EAST.wkb]
    assert proposal.plan.labels.to_dict() == {"h0": 1}


def test_a_gap_goes_to_the_grid_with_the_longest_border():
    there = village(SQUARE)
    proposal = examine(drawn(box(0, 0, 45, 100), EAST - box(40, 90, 70, 100)), there, most_share=0.1)
    assert told(proposal) == [("gap", (), 2, 700.0)]
    assert_sound(proposal, there)


def test_a_hole_in_one_grid_is_filled_by_it():
    there = village(SQUARE)
    proposal = examine(drawn(WEST - box(10, 10, 20, 20), EAST), there)
    assert told(proposal) == [("gap", (), 1, 100.0)]
    assert proposal.faults[0].message == "100.0 m2 lie in no grid and go to grid 1"
    assert proposal.faults[0].where.equals(box(10, 10, 20, 20))
    assert proposal.plan.grids.geometry.iloc[0].equals(WEST)


def test_an_overlap_goes_to_the_grid_with_the_longest_border():
    """The bulge of grid 1 into grid 2 touches grid 1 along 10 m and grid 2 along 30 m."""
    there = village(SQUARE)
    proposal = examine(drawn(WEST | box(50, 40, 60, 50), EAST), there)
    assert told(proposal) == [("overlap", (1, 2), 2, 100.0)]
    assert proposal.plan.grids.geometry.iloc[1].equals(EAST)
    assert_sound(proposal, there)


def test_a_grid_drawn_inside_another_is_meant():
    there = village(SQUARE)
    proposal = examine(drawn(SQUARE, box(40, 40, 60, 60)), there)
    assert told(proposal) == [("overlap", (1, 2), 2, 400.0)]
    assert shape_of(proposal.plan, 2).equals(box(40, 40, 60, 60))
    assert_sound(proposal, there)


def test_a_grid_drawn_twice_is_kept_once():
    proposal = examine(drawn(WEST, EAST, EAST), village(SQUARE), most_share=1)
    assert told(proposal) == [("overlap", (2, 3), 2, 5000.0), ("grid_gone", (3,), None, 0)]
    assert proposal.plan.grids["seq"].tolist() == [1, 2]


def test_land_outside_is_cut_and_the_neighbour_is_named():
    there = village(SQUARE)
    neighbours = gpd.GeoSeries({"East Village": box(100, 0, 200, 100), "Far": box(300, 0, 400, 100)})
    proposal = examine(drawn(WEST, box(50, 0, 110, 30) | EAST), there, neighbours)
    assert told(proposal) == [("outside", (2,), None, 300.0)]
    assert proposal.faults[0].message == "300.0 m2 of grid 2 lie outside the village, in East Village"
    assert shape_of(proposal.plan, 2).equals(EAST)
    assert_sound(proposal, there)


def test_borders_that_nearly_meet_are_made_one():
    there = village(SQUARE)
    proposal = examine(drawn(box(0, 0, 49.8, 100), box(50.1, 0, 100, 100)), there)
    assert told(proposal) == [("near_miss", (2,), None, 30)]
    assert proposal.faults[0].message == "borders of grid 2 miss by less than 1 m; made one, 30.0 m2 change hands"
    assert proposal.moved_m2 == pytest.approx(30)
    assert len(shapely.get_coordinates(shape_of(proposal.plan, 1))) == 5, "one straight border"
    assert_sound(proposal, there)


def test_a_border_drawn_beside_the_legal_one_is_laid_onto_it():
    there = village(SQUARE)
    proposal = examine(drawn(box(0.4, -0.3, 50, 99.5), box(50, 0.2, 100.7, 100.1)), there)
    assert {fault.kind for fault in proposal.faults} == {"near_miss"}
    assert shape_of(proposal.plan, 1).equals(WEST)
    assert shape_of(proposal.plan, 2).equals(EAST)
    assert_sound(proposal, there)


def test_a_missing_vertex_is_told_though_no_land_moves():
    there = village(SQUARE)
    bent = Polygon([(50, 0), (100, 0), (100, 100), (50, 100), (50, 60)])
    proposal = examine(drawn(WEST, bent), there)
    assert told(proposal) == [("border_mismatch", (), None, 0)]
    assert_sound(proposal, there)


def test_a_leftover_of_drawing_goes_to_its_neighbour():
    """Grid 1 also holds a hair 0.2 m wide inside grid 2, and grid 3 is nothing but such a hair."""
    there = village(SQUARE)
    hair, whole = box(80, 20, 80.2, 60), box(70, 20, 70.3, 60)
    proposal = examine(drawn(MultiPolygon([WEST, hair]), EAST - hair - whole, whole), there)
    assert sorted(told(proposal), key=str) == [
        ("grid_gone", (3,), None, 0),
        ("sliver", (1,), 2, 8.0),
        ("sliver", (3,), 2, 12.0),
    ]
    assert shape_of(proposal.plan, 2).equals(EAST)
    assert_sound(proposal, there)


def test_seqs_that_cannot_serve_are_given_anew():
    proposal = examine(drawn(EAST, WEST, seq=[7, 7]), village(SQUARE))
    assert [fault.kind for fault in proposal.faults] == ["seq"]
    assert proposal.plan.grids["seq"].tolist() == [1, 2]
    assert shape_of(proposal.plan, 1).equals(WEST)


def test_a_bare_drawing_is_a_plan_of_basic_grids():
    proposal = examine(gpd.GeoDataFrame(geometry=[EAST, WEST]), village(SQUARE))
    assert [fault.kind for fault in proposal.faults] == ["seq"]
    assert proposal.plan.grids["kind"].tolist() == ["basic", "basic"]


def test_rows_without_land_are_left_out_and_told():
    rows = drawn(WEST, EAST, None, Point(5, 5), kind=["basic", "wild", "basic", "basic"])
    assert [fault.kind for fault in examine(rows, village(SQUARE)).faults] == ["empty", "type", "kind"]


def test_an_outline_that_crosses_itself_is_told_and_counts_once():
    there = village(SQUARE)
    crossed = Polygon([(50, 0), (100, 0), (50, 100), (100, 100)])
    proposal = examine(drawn(WEST, crossed), there, most_share=1)
    kinds = [fault.kind for fault in proposal.faults]
    assert kinds[0] == "invalid"
    assert set(kinds[1:]) == {"gap"}
    assert proposal.moved_m2 == pytest.approx(2500)
    assert_sound(proposal, there)


def test_too_much_is_refused_with_all_faults():
    proposal = examine(drawn(WEST), village(SQUARE))
    assert proposal.refused
    with pytest.raises(RepairError, match=r"repair_too_large: 50.0% of the village would change hands") as caught:
        _ = proposal.plan
    assert [fault.kind for fault in caught.value.faults] == ["repair_too_large", "gap"]


def test_nothing_drawn_and_degrees_are_refused():
    with pytest.raises(RepairError, match="nothing_drawn"):
        examine(gpd.GeoDataFrame({"seq": [1]}, geometry=[Point(1, 1)]), village(SQUARE))
    with pytest.raises(RepairError, match="crs_degrees"):
        examine(drawn(WEST, EAST).set_crs("EPSG:4326"), village(SQUARE))


def test_exclusive_land_of_the_village_stands():
    school = box(10, 10, 30, 30)
    there = village(SQUARE, exclusive=gpd.GeoDataFrame({"name": ["school"]}, geometry=[school]))
    proposal = examine(drawn(WEST, EAST), there)
    assert told(proposal) == [("exclusive_land", (1,), 3, 400.0)]
    assert proposal.faults[0].message == "400.0 m2 of grid 1 go to grid 3: exclusive grid 'school' stands"
    assert_sound(proposal, there)
    shifted = drawn(WEST - box(12, 10, 32, 30), EAST, box(12, 10, 32, 30), kind=["basic", "basic", "exclusive"])
    proposal = examine(shifted.assign(name=[None, None, "school"]), there)
    assert sorted(told(proposal)) == [("exclusive_land", (1,), 3, 40.0), ("exclusive_land", (3,), 1, 40.0)]
    assert_sound(proposal, there)


def test_a_footprint_that_the_drawn_border_cuts_is_told_and_left():
    proposal = examine(drawn(WEST, EAST), village(SQUARE, box(45, 45, 54, 54)))
    assert proposal.faults == ()
    assert [fault.kind for fault in proposal.remaining] == ["footprint_cut"]


def test_a_grid_drawn_on_both_sides_of_a_river_is_told_and_left():
    there = village(SQUARE, hard=gpd.GeoSeries([LineString([(0, 60), (100, 60)])]))
    proposal = examine(drawn(WEST, EAST), there)
    assert proposal.faults == ()
    assert [fault.kind for fault in proposal.remaining] == ["disconnected", "disconnected"]


def test_a_gap_at_a_river_goes_to_the_grid_on_its_side():
    there = village(SQUARE, hard=gpd.GeoSeries([LineString([(0, 50), (100, 50)])]))
    proposal = examine(drawn(box(0, 50, 100, 100), box(0, 0, 100, 40)), there, most_share=0.2)
    assert told(proposal) == [("gap", (), 2, 1000.0)]
    assert_sound(proposal, there)


DRAWN = draw(
    """
3..2..1..
....##...
1...##..4
.2......2
 ..1..1..
"""
).village


@functools.cache
def divided(k):
    return divide(DRAWN, Target(load=17, band=(1, 99), k=k))


@FEW
@given(k=st.integers(1, 5))
def test_a_divided_plan_changes_nothing_byte_for_byte(k):
    plan = divided(k)
    proposal = examine(plan.grids, DRAWN)
    assert proposal.faults == ()
    assert proposal.plan.grids.geometry.to_wkb().tolist() == plan.grids.geometry.to_wkb().tolist()
    assert proposal.plan.grids["seq"].tolist() == plan.grids["seq"].tolist()


def jittered(grids, seed, most_m):
    """The grids with each vertex of each moved on its own by less than `most_m`."""
    dice = np.random.default_rng(seed)

    def shake(xy):
        angle, length = dice.uniform(0, 2 * np.pi, len(xy)), dice.uniform(0, most_m, len(xy))
        return xy + np.column_stack([np.cos(angle), np.sin(angle)]) * length[:, None]

    def loose(ring):
        return shake(shapely.get_coordinates(ring)[:-1])

    shapes = [Polygon(loose(shape.exterior), [loose(hole) for hole in shape.interiors]) for shape in grids.geometry]
    return grids.set_geometry(gpd.GeoSeries(shapes))


@FEW
@given(k=st.integers(2, 5), seed=st.integers(0, 10_000), most_m=st.sampled_from([1e-5, 0.01, 0.2, 0.5]))
def test_a_jittered_plan_is_repaired_and_moves_no_more_than_its_borders(k, seed, most_m):
    grids = divided(k).grids
    proposal = examine(jittered(grids, seed, most_m), DRAWN)
    assert_sound(proposal, DRAWN)
    assert proposal.moved_m2 <= most_m * grids.length.sum() * 1.01
    assert proposal.plan.grids["seq"].tolist() == grids["seq"].tolist()
    assert {fault.kind for fault in proposal.faults} <= {"near_miss", "border_mismatch"}
    moved = grids.symmetric_difference(proposal.plan.grids.geometry).area.sum()
    assert moved <= 4 * most_m * grids.length.sum() + 1e-3


@FEW
@given(seed=st.integers(0, 10_000))
def test_rows_in_any_order_give_the_same_bytes(seed):
    rows = jittered(divided(4).grids, seed, 0.5)
    mixed = rows.sample(frac=1, random_state=seed)
    one, other = (examine(some, DRAWN).plan.grids for some in (rows, mixed))
    assert one.geometry.to_wkb().tolist() == other.geometry.to_wkb().tolist()
