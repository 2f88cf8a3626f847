"""What references/gridding.md (section 4) says is always true of a divided village: one property each, by number."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, scale, translate

from gridding import Plane, Target, VillageError, densify, divide, number
from tests.gridding import always_true
from tests.gridding.villages import (
    TARGET,
    Pieces,
    drawn_texts,
    drawn_village,
    drawn_villages,
    given_villages,
    targets,
    villages,
)

# Shrinking a village takes minutes; what fails is printed whole.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
FEW = settings(max_examples=10, derandomize=True, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
MANY = settings(
    max_examples=1500,
    deadline=None,
    phases=PHASES,
    suppress_health_check=list(HealthCheck),
)
LARGE = settings(max_examples=15, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))

ROOT = Path(__file__).resolve().parents[2]

anything = st.one_of(villages(), villages(), drawn_villages, given_villages())


def divided(pieces: Pieces, target: Target):
    note(f"{pieces}\n{target}")
    return divide(pieces.village, target)


def bytes_of(plan) -> str:
    """A digest of everything a plan decides."""
    labels = plan.labels.sort_index()
    told = json.dumps([plan.grids.drop(columns="geometry").to_dict("list"), labels.to_dict()], default=str)
    return hashlib.sha256(told.encode() + b"".join(plan.grids.geometry.to_wkb())).hexdigest()


@FEW
@given(pieces=anything, target=targets())
def test_1_the_grids_fill_the_village(pieces, target):
    plan = divided(pieces, target)
    always_true.is_whole(plan, pieces.village)
    always_true.fills_the_village(plan, pieces.village)


@FEW
@given(pieces=anything, target=targets())
def test_2_borders_are_shared_and_the_legal_border_stays(pieces, target):
    plan = divided(pieces, target)
    always_true.is_a_coverage(plan, pieces.village)
    always_true.keeps_the_legal_border(plan, pieces.village)


@FEW
@given(pieces=anything, target=targets())
def test_3_a_grid_is_in_parts_only_where_a_link_joins_them(pieces, target):
    always_true.parts_are_linked(divided(pieces, target), pieces.village)


@FEW
@given(pieces=anything, target=targets())
def test_4_every_basic_grid_can_be_walked_through(pieces, target):
    always_true.lies_in_one_piece(divided(pieces, target), pieces.village)


@FEW
@given(pieces=anything, target=targets())
def test_5_every_house_and_atom_is_in_one_grid(pieces, target):
    plan = divided(pieces, target)
    always_true.holds_every_house_once(plan, pieces.village)
    always_true.cuts_no_footprint(plan, pieces.village)
    always_true.cuts_no_given_atom(plan, pieces.village)
    always_true.keeps_ties_together(plan, pieces.village)


@FEW
@given(pieces=anything, target=targets())
def test_6_households_are_conserved_and_deviations_explained(pieces, target):
    plan = divided(pieces, target)
    always_true.conserves_load(plan, pieces.village)
    always_true.explains_its_deviation(plan, pieces.village, target)


@FEW
@given(pieces=anything, target=targets())
def test_7_no_barrier_is_crossed_but_over_a_link(pieces, target):
    always_true.crosses_barriers_only_at_links(divided(pieces, target), pieces.village)


@FEW
@given(pieces=anything, target=targets())
def test_8_exclusive_grids_are_as_given(pieces, target):
    always_true.keeps_exclusive_land(divided(pieces, target), pieces.village)


@FEW
@given(pieces=anything, target=targets(), seed=st.integers(0, 99))
def test_9_the_order_of_rows_and_the_time_of_day_change_no_byte(pieces, target, seed):
    once = bytes_of(divided(pieces, target))
    assert bytes_of(divided(pieces, target)) == once
    assert bytes_of(divide(pieces.shuffled(seed).village, target)) == once


RIVER_TOWN = "31~2##2\n1.~1A.1\n23=3.1A\n1.~2.32\n.22~1.1"


def test_9_another_process_gives_the_same_bytes():
    """Another process has other hashes of texts, and an order of sets of its own."""
    program = (
        "from tests.gridding.test_always_true_divide import *;"
        "print(bytes_of(divide(drawn_village(RIVER_TOWN).village, TARGET)))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4"}
    command = [sys.executable, "-c", program]
    other = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    assert other.strip() == bytes_of(divide(drawn_village(RIVER_TOWN).village, TARGET))


def stands_clear(pieces: Pieces) -> bool:
    """Whether turning, which rounds every line anew, cannot put a house on another side."""
    village = pieces.village
    lines = [village.boundary.boundary, *village.hard, *shapely.boundary(village.exclusive)]
    return all(line.distance(place) > 1e-3 for line in lines for place in village.places)


def moved(pieces: Pieces, transform) -> Pieces:
    """The pieces elsewhere; where two rings that touch in a point cross by rounding, there is no village."""
    there = pieces.put(transform)
    try:
        assert there.village
    except VillageError as error:
        assume({fault.kind for fault in error.faults} != {"boundary_invalid"})
        raise
    return there


def always(plan, village, target):
    for holds in always_true.EVERYTHING:
        holds(plan, village)
    always_true.explains_its_deviation(plan, village, target)


@FEW
@given(pieces=st.one_of(villages(), drawn_villages), target=targets(), degrees=st.integers(1, 359))
def test_9_turned_and_500_km_away_all_is_as_true(pieces, target, degrees):
    far = moved(pieces, lambda shape: translate(rotate(shape, degrees, origin=(0, 0)), 500_000, -500_000))
    plan = divided(far, target)
    always(plan, far.village, target)
    if stands_clear(pieces):
        assert len(plan.grids) == len(divided(pieces, target).grids)


@FEW
@given(pieces=st.one_of(villages(), drawn_villages), target=targets(), factor=st.sampled_from([0.05, 0.3, 20]))
def test_9_small_or_large_all_is_as_true(pieces, target, factor):
    scaled = moved(pieces, lambda shape: scale(shape, factor, factor, origin=(0, 0)))
    always(divided(scaled, target), scaled.village, target)


@FEW
@given(pieces=anything, target=targets())
def test_11_numbers_are_unique_and_in_the_order_of_seq(pieces, target):
    plan = divided(pieces, target)
    always_true.is_counted_in_reading_order(plan, pieces.village)
    numbers = number(plan, used=[2, 3, 900])
    assert numbers.is_unique
    assert not set(numbers) & {0, 2, 3, 900}
    assert {f"532901003001{value:03}" for value in numbers} == {f"532901003001{value:03}" for value in set(numbers)}
    kind = plan.grids.set_index("seq")["kind"]
    assert numbers[kind == "basic"].is_monotonic_increasing
    assert ((numbers >= 900) == (kind == "exclusive")).all()


def in_degrees(pieces: Pieces, plane: Plane) -> Pieces:
    """The pieces as they would be stored: longitude and latitude, long edges cut."""
    return pieces.put(lambda shape: densify(plane.to_lonlat(shape)))


# A drawn river may end on a cell border, and a hair before it once rounded: test_nasty_divide.py keeps the case.
drawn_dry = drawn_texts().map(lambda text: drawn_village(text.replace("~", ".").replace("=", ".")))


@FEW
@given(pieces=st.one_of(villages(), drawn_dry), target=targets())
def test_13_through_degrees_texts_and_bytes_it_stays_a_coverage(pieces, target):
    # A border that ends micrometres beside a corner of the village may fold in degrees: drawn schools at its edge do.
    fences = shapely.union_all(shapely.boundary(pieces.village.exclusive))
    assume(not fences.dwithin(pieces.boundary.boundary, 0.01))
    stored = in_degrees(pieces, Plane(101.5, 25.0))
    plane = Plane.around(stored.boundary.bounds)
    here = moved(stored, plane.to_plane)
    plan = divided(here, target)
    always(plan, here.village, target)
    back = plane.to_lonlat(plan.grids.geometry)
    for read in (
        back.to_numpy(),
        shapely.from_wkb(shapely.to_wkb(back.to_numpy())),
        shapely.from_geojson(shapely.to_geojson(back.to_numpy())),
    ):
        assert shapely.coverage_is_valid(read)
        assert shapely.is_valid(read).all()
        legal = set(map(tuple, shapely.get_coordinates(stored.boundary).tolist()))
        assert legal <= set(map(tuple, shapely.get_coordinates(read).tolist()))


@FEW
@given(
    middle=st.lists(st.integers(100, 900), min_size=1, max_size=5),
    places=st.lists(st.tuples(st.integers(1, 999), st.integers(1, 999)), max_size=20, unique=True),
    target=targets(),
)
def test_2_between_villages_no_land_is_lost_or_had_twice(middle, places, target):
    """Each village is projected around its own centre, as a run over a county does it."""
    steps = np.linspace(0, 1000, len(middle))
    border = [(500, 0), *[(x, y) for x, y in zip(middle, steps, strict=True) if 0 < y < 1000], (500, 1000)]
    sides = [shapely.Polygon([(0, 0), *border, (0, 1000)]), shapely.Polygon([*border, (1000, 1000), (1000, 0)])]
    common = Plane(101.5, 25.0)
    legal = [densify(common.to_lonlat(side)) for side in sides]
    found = []
    for side in legal:
        plane = Plane.around(side.bounds)
        points = plane.to_plane(common.to_lonlat(gpd.GeoSeries([shapely.Point(place) for place in places])))
        houses = gpd.GeoDataFrame(
            {"id": [f"h{n:02}" for n in range(len(places))], "load": 1, "tie": None}, geometry=points
        )
        empty = drawn_village(".")
        here = Pieces(plane.to_plane(side), houses, empty.hard, empty.links, empty.soft, empty.exclusive)
        found += list(plane.to_lonlat(divided(here, target).grids.geometry))
    flat = common.to_plane(gpd.GeoSeries(found)).to_numpy()
    length_m = shapely.length(shapely.intersection(*common.to_plane(gpd.GeoSeries(legal))))
    assert abs(shapely.area(flat).sum() - shapely.union_all(flat).area) <= length_m * 1e-3 + 1e-6
    assert shapely.union_all(flat).symmetric_difference(shapely.box(0, 0, 1000, 1000)).area <= 4000 * 1e-3


@pytest.mark.slow
@MANY
@given(pieces=anything, target=targets())
def test_all_is_true_of_many_villages(pieces, target):
    always(divided(pieces, target), pieces.village, target)


@pytest.mark.slow
@LARGE
@given(pieces=villages(most=60), seed=st.integers(0, 999), more=st.integers(500, 2000))
def test_all_is_true_of_large_villages(pieces, seed, more):
    """Some hundred clustered houses among the barriers of a small village."""
    random = np.random.default_rng(seed)
    middles = random.uniform(0, 1000, (12, 2))
    spots = (middles[random.integers(0, 12, more)] + random.normal(0, 60, (more, 2))).round(2)
    rows = {"id": [f"x{n:04}" for n in range(more)], "load": random.integers(0, 7, more), "tie": None}
    crowd = gpd.GeoDataFrame(rows, geometry=shapely.points(spots))
    houses = crowd if pieces.houses.empty else pd.concat([pieces.houses, crowd], ignore_index=True)
    large = Pieces(pieces.boundary, houses, pieces.hard, pieces.links, pieces.soft, pieces.exclusive)
    target = Target(load=300, band=(200, 400))
    always(divided(large, target), large.village, target)
