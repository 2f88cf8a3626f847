import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from fixtures.drawing import draw
from gridding import NumberError, Plan, Target, Village, divide, number, succeed

FOUR = Target(load=1, band=(1, 1))


def in_force(*shapes, numbers, kind="basic"):
    return gpd.GeoDataFrame({"number": list(numbers), "kind": kind}, geometry=list(shapes))


def plan(*shapes, kind="basic"):
    return Plan(gpd.GeoDataFrame({"seq": range(1, len(shapes) + 1), "kind": kind}, geometry=list(shapes)))


def village(*rows):
    ids = [f"h{place}" for place in range(len(rows))]
    places = [Point(x, y) for x, y, _ in rows]
    return Village(box(0, 0, 100, 100), gpd.GeoDataFrame({"id": ids, "load": [r[2] for r in rows]}, geometry=places))


WEST, EAST, ALL = box(0, 0, 50, 100), box(50, 0, 100, 100), box(0, 0, 100, 100)


def test_a_first_plan_is_numbered_as_a_page_is_read():
    drawn = divide(draw("1.1\n...\n1.1").village, FOUR)
    places = {1: (25, 125), 2: (125, 125), 3: (25, 25), 4: (125, 25)}
    assert number(drawn, used=()).to_dict() == {1: 1, 2: 2, 3: 3, 4: 4}
    for seq, place in places.items():
        assert drawn.grids.set_index("seq").geometry[seq].covers(Point(place))


def test_used_numbers_are_never_given_again():
    assert number(plan(WEST, EAST), used=[1, 3]).to_dict() == {1: 2, 2: 4}


def test_exclusive_grids_are_numbered_from_900():
    assert number(plan(WEST, EAST, kind=["basic", "exclusive"]), used=[900]).to_dict() == {1: 1, 2: 901}


def test_a_grid_that_goes_on_keeps_its_number():
    goes_on = pd.Series({1: pd.NA, 2: 7}, dtype="Int64")
    assert number(plan(WEST, EAST), used=[1, 7], goes_on=goes_on).to_dict() == {1: 2, 2: 7}


def test_used_up_numbers_are_an_error():
    with pytest.raises(NumberError, match="numbers_used_up: 1 basic grids need numbers and 0 of 1-899 are left"):
        number(plan(ALL), used=range(1, 900))


def test_one_number_for_two_grids_is_an_error():
    with pytest.raises(NumberError, match="number_twice"):
        number(plan(WEST, EAST), used=(), goes_on=pd.Series({1: 5, 2: 5}))


@given(used=st.sets(st.integers(0, 999), max_size=500))
def test_new_numbers_are_new_distinct_and_in_their_range(used):
    given_ = number(plan(WEST, EAST, kind=["basic", "exclusive"]), used=used)
    assert not used & set(given_)
    assert 1 <= given_[1] <= 899 < given_[2] <= 999


class TestSucceed:
    def test_an_unchanged_grid_goes_on(self):
        heirs = succeed(plan(WEST, EAST), in_force(WEST, EAST, numbers=[5, 4]), village((20, 50, 1), (80, 50, 1)))
        assert heirs.to_dict() == {1: 5, 2: 4}

    def test_load_decides_before_area(self):
        narrow, wide = box(0, 0, 20, 100), box(20, 0, 100, 100)
        heirs = succeed(plan(narrow, wide), in_force(ALL, numbers=[5]), village((10, 50, 9), (80, 50, 1)))
        assert heirs[1] == 5
        assert pd.isna(heirs[2])

    def test_area_decides_without_houses(self):
        narrow, wide = box(0, 0, 20, 100), box(20, 0, 100, 100)
        heirs = succeed(plan(narrow, wide), in_force(ALL, numbers=[5]), village())
        assert pd.isna(heirs[1])
        assert heirs[2] == 5

    def test_a_merged_grid_goes_on_from_the_heavier(self):
        heirs = succeed(plan(ALL), in_force(WEST, EAST, numbers=[4, 5]), village((20, 50, 1), (80, 50, 2)))
        assert heirs.to_dict() == {1: 5}

    def test_a_basic_grid_never_goes_on_from_an_exclusive_one(self):
        heirs = succeed(plan(ALL), in_force(ALL, numbers=[900], kind="exclusive"), village((20, 50, 1)))
        assert heirs.isna().all()

    def test_a_first_plan_goes_on_from_nothing(self):
        heirs = succeed(plan(WEST, EAST), in_force(numbers=[]), village((20, 50, 1)))
        assert heirs.isna().all()
        assert number(plan(WEST, EAST), [], heirs).tolist() == [1, 2]

    def test_it_feeds_number(self):
        old = in_force(WEST, EAST, numbers=[1, 2])
        halves = plan(box(0, 0, 50, 60), box(0, 60, 50, 100), EAST)
        heirs = succeed(halves, old, village((20, 20, 2), (20, 80, 1), (80, 50, 1)))
        assert number(halves, used=[1, 2], goes_on=heirs).to_dict() == {1: 1, 2: 3, 3: 2}
