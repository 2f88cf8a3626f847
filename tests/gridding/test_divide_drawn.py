"""Villages whose best plan the eye can see."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from fixtures.drawing import draw
from gridding import Target, Village, divide


def houses(*rows):
    """Rows of (x, y, load) as buildings named h0, h1, ..."""
    return gpd.GeoDataFrame(
        {"id": [f"h{n}" for n in range(len(rows))], "load": [load for _, _, load in rows]},
        geometry=[Point(x, y) for x, y, _ in rows],
    )


def grids_of(plan, *ids):
    return [int(plan.labels[identity]) for identity in ids]


def reasons(plan):
    return {reason.kind for reason in plan.report.reasons}


SMALL = Target(load=4, band=(3, 5))


def test_two_equal_halves(assert_sound):
    village = draw("2..2\n2..2").village
    plan = divide(village, SMALL)
    assert_sound(plan, village, SMALL)
    assert plan.grids["load"].tolist() == [4, 4]
    assert plan.grids.geometry.area.tolist() == [10_000, 10_000]
    assert plan.report.deviation == 0
    assert plan.report.reasons == ()


def test_no_grid_crosses_a_river_without_a_bridge(assert_sound):
    village = draw("111~1\n111~1\n111~1").village
    plan = divide(village, Target(load=6, band=(3, 9), k=2))
    assert_sound(plan, village, Target())
    assert sorted(plan.grids["load"]) == [3, 9]
    assert reasons(plan) == {"component"}
    assert plan.report.bound == 0.5


def test_a_bridge_lets_a_grid_lie_on_both_sides(assert_sound):
    village = draw("111~1\n111=1\n111~1").village
    target = Target(load=6, band=(3, 9), k=2)
    plan = divide(village, target)
    assert_sound(plan, village, target)
    assert plan.grids["load"].tolist() == [6, 6]


def test_a_river_that_ends_inside_may_be_walked_round(assert_sound):
    village = draw("2~2\n2~2\n...").village
    target = Target(load=8, band=(4, 9))
    plan = divide(village, target)
    assert_sound(plan, village, target)
    assert plan.grids["load"].tolist() == [8]
    assert plan.report.links == ()


def test_houses_on_two_banks_of_a_dangling_river_keep_to_their_banks(assert_sound):
    village = draw("4~4\n.~.\n...").village
    plan = divide(village, SMALL)
    assert_sound(plan, village, SMALL)
    shared = plan.grids.geometry[0].intersection(plan.grids.geometry[1])
    assert shared.intersection(village.hard[0].buffer(0.01)).length > 49


def test_ties_stay_in_one_grid(assert_sound):
    village = draw("A.2.A\n.....\n2...2").village
    plan = divide(village, SMALL)
    assert_sound(plan, village, SMALL)
    assert len(set(grids_of(plan, "0-0", "0-4"))) == 1


def test_a_tie_across_a_river_is_reported():
    plan = divide(draw("A1~1A\n..~..").village, Target(load=2, band=(1, 3)))
    assert [fault.kind for fault in plan.report.faults] == ["tie_apart"]


def test_exclusive_land_is_a_grid_of_its_own(assert_sound):
    drawing = draw("2##2\n2##2\n....")
    drawing.houses.loc[len(drawing.houses)] = ["pupil", 3, None, Point(100, 100)]
    village = drawing.village
    plan = divide(village, SMALL)
    assert_sound(plan, village, SMALL)
    assert plan.grids[["seq", "kind", "name", "load"]].values.tolist() == [
        [1, "basic", None, 4],
        [2, "basic", None, 4],
        [3, "exclusive", "#1", 3],
    ]
    assert plan.grids.geometry[2].equals(drawing.exclusive.geometry[0])


def test_a_village_that_is_one_exclusive_grid():
    plan = divide(draw("##").village, SMALL)
    assert plan.grids["kind"].tolist() == ["exclusive"]


def test_an_exclave_below_half_a_target_is_linked(assert_sound):
    village = draw("22 1\n22  ").village
    plan = divide(village, Target(load=9, band=(8, 10)))
    assert_sound(plan, village, Target(load=9, band=(8, 10)))
    assert plan.grids.geometry[0].geom_type == "MultiPolygon"
    assert [link.automatic for link in plan.report.links] == [True]


def test_a_large_exclave_is_a_grid_of_its_own(assert_sound):
    village = draw("22 2\n22 2").village
    plan = divide(village, SMALL)
    assert_sound(plan, village, SMALL)
    assert plan.report.links == ()
    assert plan.grids["load"].tolist() == [4, 4, 4]


def test_an_island_in_a_lake(assert_sound):
    village = draw(".....\n.   .\n. 3 .\n.   .\n5...5").village
    plan = divide(village, SMALL)
    assert_sound(plan, village, SMALL)
    assert sorted(plan.grids["load"]) == [3, 5, 5]


def test_a_neck_no_wider_than_a_point(assert_sound):
    village = draw("4 \n 4").village
    plan = divide(village, SMALL)
    assert_sound(plan, village, SMALL)
    assert len(plan.grids) == 2


def test_an_atom_heavier_than_the_target_is_alone(assert_sound):
    rows = [(100 * x + 50, 100 * y + 50, 1) for x in range(5) for y in range(4) if (x, y) != (2, 1)]
    village = Village(box(0, 0, 500, 400), houses(*rows, (250, 150, 9)))
    plan = divide(village, Target(load=6, band=(4, 8)))
    assert_sound(plan, village, Target(load=6, band=(4, 8)))
    heavy = int(plan.labels[f"h{len(rows)}"])
    assert plan.report.grids.at[heavy, "load"] == 9
    assert plan.grids["load"].min() >= 4
    assert "heavy_atom" in reasons(plan)
    assert plan.report.bound == pytest.approx(9 / (28 / 4) - 1)


def test_a_load_that_fits_no_band_is_a_reason():
    village = Village(box(0, 0, 100, 100), houses(*[(x, 50, 58) for x in range(5, 100, 10)]))
    plan = divide(village, Target())
    assert plan.grids["load"].tolist() == [290, 290]
    assert reasons(plan) == {"band"}


def test_no_houses_make_one_grid(assert_sound):
    village = draw("..\n..").village
    plan = divide(village, SMALL)
    assert_sound(plan, village, SMALL)
    assert plan.grids["load"].tolist() == [0]


@pytest.mark.parametrize("rows", [[(50, 50, 5)], [(50, 50, 3), (50, 50, 2)], [(20, 50, 0), (80, 50, 0)]])
def test_more_grids_than_atoms_can_make_is_a_reason(rows, assert_sound):
    village = Village(box(0, 0, 100, 100), houses(*rows))
    target = Target(load=5, band=(1, 9), k=7)
    plan = divide(village, target)
    assert_sound(plan, village, target)
    assert len(plan.grids) == len({row[:2] for row in rows})
    assert "too_few_atoms" in reasons(plan)


def test_houses_in_one_line(assert_sound):
    village = Village(box(0, 0, 1200, 100), houses(*[(x, 50, 1) for x in range(50, 1200, 100)]))
    plan = divide(village, SMALL)
    assert_sound(plan, village, SMALL)
    assert plan.grids["load"].tolist() == [4, 4, 4]
    assert plan.grids.geometry.bounds[["minx", "maxx"]].values.tolist() == [[0, 400], [400, 800], [800, 1200]]


def test_houses_on_the_border_and_on_the_river_belong_to_one_grid_each(assert_sound):
    river = gpd.GeoSeries([LineString([(50, -10), (50, 110)])])
    village = Village(box(0, 0, 100, 100), houses((0, 0, 2), (100, 50, 2), (50, 50, 2)), hard=river)
    target = Target(load=3, band=(1, 5), k=2)
    plan = divide(village, target)
    assert_sound(plan, village, target)
    assert plan.labels["h2"] == 1


def test_a_house_outside_is_listed_and_left_out():
    village = Village(box(0, 0, 100, 100), houses((50, 50, 4), (500, 50, 1)))
    plan = divide(village, SMALL)
    assert plan.labels.to_dict() == {"h0": 1}
    assert [(fault.kind, fault.severity) for fault in plan.report.faults] == [("house_outside", "warning")]


def test_barriers_on_the_boundary_and_drawn_twice_change_nothing(assert_sound):
    boundary = box(0, 0, 100, 100)
    rows = houses((20, 50, 4), (80, 50, 4))
    once = gpd.GeoSeries([LineString([(50, 0), (50, 100)])])
    again = gpd.GeoSeries([*once, *once, boundary.exterior, LineString([(0.004, 0), (0.003, 100)])])
    plan = divide(Village(boundary, rows, hard=again), SMALL)
    assert_sound(plan, Village(boundary, rows, hard=again), SMALL)
    assert (
        plan.grids.geometry.to_wkb().tolist()
        == divide(Village(boundary, rows, hard=once), SMALL).grids.geometry.to_wkb().tolist()
    )


def test_no_footprint_is_cut():
    # The border half way between the places of the two buildings would run through the long one.
    long, small = box(10, 40, 70, 60), box(80, 80, 90, 90)
    rows = gpd.GeoDataFrame({"id": ["long", "small"], "load": [4, 4]}, geometry=[long, small])
    plan = divide(Village(box(0, 0, 100, 100), rows), SMALL)
    held = plan.grids.set_index("seq").geometry
    assert held[plan.labels["long"]].covers(long)
    assert held[plan.labels["small"]].covers(small)


def test_terraced_houses_may_be_parted_at_their_common_wall(assert_sound):
    walls = [box(x, 40, x + 10, 60) for x in range(0, 100, 10)]
    rows = gpd.GeoDataFrame({"id": [f"t{n}" for n in range(10)], "load": 1}, geometry=walls)
    village = Village(box(0, 0, 100, 100), rows)
    target = Target(load=5, band=(4, 6))
    plan = divide(village, target)
    assert_sound(plan, village, target)
    assert plan.grids["load"].tolist() == [5, 5]


def test_a_footprint_over_a_river_belongs_to_its_place_and_is_reported():
    mill = Polygon([(30, 45), (55, 45), (55, 55), (30, 55)])
    rows = gpd.GeoDataFrame({"id": ["mill", "farm"], "load": [4, 4]}, geometry=[mill, Point(80, 50)])
    village = Village(box(0, 0, 100, 100), rows, hard=gpd.GeoSeries([LineString([(50, 0), (50, 100)])]))
    plan = divide(village, SMALL)
    assert plan.report.grids["load"].tolist() == [4, 4]
    assert [fault.kind for fault in plan.report.faults] == ["footprint_straddles"]


def test_borders_follow_a_street(assert_sound):
    rows = houses(*[(x, y, 1) for x in (10, 35, 60, 90) for y in (20, 50, 80)])
    street = gpd.GeoDataFrame({"cost": [9.0]}, geometry=[LineString([(50, 0), (50, 100)])])
    target = Target(load=6, band=(5, 7))
    village = Village(box(0, 0, 100, 100), rows, soft=street)
    plan = divide(village, target)
    assert_sound(plan, village, target)
    assert plan.report.barrier_share == 1
    assert divide(Village(box(0, 0, 100, 100), rows), target).report.barrier_share == 0


def test_given_atoms_are_never_cut(assert_sound):
    blocks = gpd.GeoSeries([box(x, y, x + 40, y + 50) for x in (0, 40, 80) for y in (0, 50)])
    rows = houses(*[(x, y, 2) for x in (20, 60, 100) for y in (25, 75)])
    village = Village(box(0, 0, 120, 100), rows, atoms=blocks)
    target = Target(load=4, band=(3, 5))
    plan = divide(village, target)
    assert_sound(plan, village, target)
    assert plan.grids["load"].tolist() == [4, 4, 4]


def test_long_borders_get_vertices_every_200_metres():
    plan = divide(Village(box(0, 0, 3000, 3000), houses((500, 1500, 4), (2500, 1500, 4))), SMALL)
    shared = shapely.line_merge(plan.grids.geometry[0].intersection(plan.grids.geometry[1]))
    steps = np.hypot(*np.diff(shapely.get_coordinates(shared), axis=0).T)
    assert steps.max() <= 200.001


def test_the_village_border_keeps_only_its_vertices_and_the_ends_of_borders():
    village = Village(box(0, 0, 300, 100), houses(*[(x, 50, 1) for x in range(25, 300, 50)]))
    plan = divide(village, Target(load=3, band=(2, 4)))
    assert [len(shape.exterior.coords) - 1 for shape in plan.grids.geometry] == [4, 4]


def test_the_rows_order_changes_no_byte():
    village = draw("31~2##2\n1.~1A.1\n23=3.1A\n1.~2.32")
    parts = [village.houses, village.hard, village.links, village.exclusive]
    turned = [part.iloc[::-1] for part in parts]
    plans = [
        divide(Village(village.boundary, h, hard=b, links=w, exclusive=e), SMALL) for h, b, w, e in (parts, turned)
    ]
    assert plans[0].grids.geometry.to_wkb().tolist() == plans[1].grids.geometry.to_wkb().tolist()
    assert plans[0].labels.sort_index().equals(plans[1].labels.sort_index())


def test_an_archipelago_is_one_plan(assert_sound):
    islands = MultiPolygon([box(200 * n, 0, 200 * n + 100, 100) for n in range(6)])
    village = Village(islands, houses(*[(200 * n + 50, 50, n) for n in range(6)]))
    target = Target(load=5, band=(4, 6))
    plan = divide(village, target)
    assert_sound(plan, village, target)
    assert len(plan.grids) == 3


@pytest.mark.parametrize(
    "text",
    [
        "..\n.~\n~=",  # the bridge runs along the river
        ".........\n..A1....3\n...327..1\n....1..1A\n....11222",  # an exchange parts two grids
    ],
)
def test_drawings_that_once_went_wrong(text, assert_sound):
    village = draw(text).village
    target = Target(load=12, band=(8, 16))
    assert_sound(divide(village, target), village, target)


def test_a_grid_exactly_on_the_tolerance_needs_no_reason():
    row = Village(box(0, 0, 410, 10), houses(*[(x + 5, 5, 1) for x in range(0, 410, 10)]))
    report = divide(row, Target(load=20, band=(15, 25), tolerance=1 / 41)).report
    assert report.grids["load"].tolist() == [20, 21]
    assert report.reasons == ()


def test_a_tower_takes_its_load_along():
    around = [(x + 5, 5, 1) for x in range(0, 400, 10)]
    plan = divide(Village(box(0, 0, 410, 10), houses(*around, (405, 5, 200))), Target(load=20, band=(15, 25)))
    assert [load > 25 for load in sorted(plan.grids["load"].tolist())] == [False, False, True]
    told = [reason.message.partition(": ")[2] for reason in plan.report.reasons if reason.seq]
    assert sorted(told) == [
        "an atom with a load of 200 elsewhere leaves less than 80 for each other",
        "an atom with a load of 200 elsewhere leaves less than 80 for each other",
        "one atom has a load of 200, more than a grid of 80 may have",
    ]
