"""What cannot be divided is refused, with every fault and its place."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, MultiPoint, Point, Polygon, box

from gridding import Target, Village, VillageError

SQUARE = box(0, 0, 100, 100)
CORNERS = (Point(10, 10), Point(90, 90))


def houses(ids=("a", "b"), loads=(1, 2), shapes=CORNERS, crs=None):
    return gpd.GeoDataFrame({"id": list(ids), "load": list(loads)}, geometry=list(shapes), crs=crs)


def kinds(*arguments, **more):
    with pytest.raises(VillageError) as caught:
        Village(*arguments, **more)
    return [fault.kind for fault in caught.value.faults]


BOWTIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


@pytest.mark.parametrize(
    ("boundary", "kind"),
    [
        (Polygon(), "boundary_empty"),
        (Point(0, 0), "boundary_type"),
        (BOWTIE, "boundary_invalid"),
        (Polygon([(0, 0), (0, np.inf), (9, 9)]), "boundary_coordinates"),
    ],
)
def test_a_boundary_that_bounds_nothing(boundary, kind):
    assert kinds(boundary, houses()) == [kind]


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (houses(ids=("a", "a")), "house_duplicate"),
        (houses(ids=("a", None)), "house_id"),
        (houses(loads=(1, -1)), "house_load"),
        (houses(loads=(1, 1.5)), "house_load"),
        (houses(loads=(1, None)), "house_load"),
        (houses(shapes=(Point(1, 1), Point())), "house_empty"),
        (houses(shapes=(Point(1, 1), None)), "house_empty"),
        (houses(shapes=(Point(1, 1), MultiPoint([(1, 1)]))), "house_type"),
        (houses(shapes=(Point(1, 1), BOWTIE)), "house_invalid"),
        (houses(shapes=(Point(1, 1), Point(np.nan, 5))), "house_coordinates"),
        (houses().drop(columns="load"), "house_columns"),
        (houses(crs="EPSG:4326"), "crs_degrees"),
    ],
)
def test_houses_that_are_none(wrong, kind):
    assert kind in kinds(SQUARE, wrong)


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"hard": gpd.GeoSeries([Point(0, 0)])}, "hard_type"),
        ({"links": gpd.GeoSeries([LineString()])}, "links_empty"),
        ({"soft": gpd.GeoDataFrame({"cost": [-1]}, geometry=[LineString([(0, 0), (9, 9)])])}, "soft_cost"),
        ({"soft": gpd.GeoDataFrame(geometry=[LineString([(0, 0), (9, 9)])])}, "soft_columns"),
        ({"exclusive": gpd.GeoDataFrame({"name": ["x"]}, geometry=[box(200, 0, 300, 9)])}, "exclusive_outside"),
        (
            {"exclusive": gpd.GeoDataFrame({"name": ["x", "y"]}, geometry=[box(0, 0, 9, 9), box(5, 5, 20, 20)])},
            "exclusive_overlap",
        ),
        ({"atoms": gpd.GeoSeries([box(0, 0, 50, 100)])}, "atoms_gap"),
        ({"atoms": gpd.GeoSeries([box(0, 0, 120, 100)])}, "atoms_outside"),
        ({"atoms": gpd.GeoSeries([box(0, 0, 60, 100), box(50, 0, 100, 100)])}, "atoms_overlap"),
    ],
)
def test_barriers_and_land_that_do_not_fit(more, kind):
    assert kinds(SQUARE, houses(), **more) == [kind]


def test_all_faults_are_named_at_once_with_their_places():
    wrong = houses(ids=("a", "a"), loads=(1, -7))
    with pytest.raises(VillageError) as caught:
        Village(BOWTIE, wrong, hard=gpd.GeoSeries([Point(3, 3)]))
    places = {fault.kind: fault.where.wkt for fault in caught.value.faults}
    assert places == {
        "boundary_invalid": "POINT (5 5)",
        "house_duplicate": "POINT (90 90)",
        "house_load": "POINT (90 90)",
        "hard_type": "POINT (3 3)",
    }
    assert "house 'a' has load -7" in str(caught.value)


def test_the_order_of_rows_is_forgotten():
    turned = Village(SQUARE, houses(ids=("b", "a"), loads=(2, 1), shapes=(Point(90, 90), Point(10, 10))))
    assert turned.houses["id"].tolist() == ["a", "b"]
    assert turned.loads.tolist() == [1, 2]


def test_coordinates_are_laid_on_the_lattice():
    village = Village(box(0, 0, 100.00000049, 100), houses(shapes=(Point(1.2345674, 1), Point(2, 2))))
    assert village.boundary.bounds == (0, 0, 100, 100)
    assert village.places[0].x == 1.234567


def test_a_barrier_within_a_centimetre_of_the_border_lies_on_it():
    village = Village(SQUARE, houses(), hard=gpd.GeoSeries([LineString([(0.004, 20), (0.009, 60), (30, 60)])]))
    assert village.hard[0].equals(LineString([(0, 20), (0, 60), (30, 60)]))


@pytest.mark.parametrize(
    "wrong", [{"load": 600}, {"band": (0, 500)}, {"band": (500, 300)}, {"tolerance": 1.0}, {"k": 0}]
)
def test_a_target_that_contradicts_itself(wrong):
    with pytest.raises(ValueError, match="must"):
        Target(**wrong)


def test_what_is_no_table_and_no_polygon_is_refused():
    with pytest.raises(VillageError) as refused:
        Village(None, None)
    assert [fault.kind for fault in refused.value.faults] == ["boundary_type", "house_columns"]
    with pytest.raises(VillageError, match="house_columns"):
        Village(box(0, 0, 10, 10), gpd.GeoDataFrame())


def test_tables_in_two_systems_are_refused():
    rows = gpd.GeoDataFrame({"id": ["a"], "load": [1]}, geometry=[Point(5, 5)], crs="EPSG:6933")
    river = gpd.GeoSeries([LineString([(0, 5), (10, 5)])], crs="EPSG:4326")
    with pytest.raises(VillageError) as refused:
        Village(box(0, 0, 10, 10), rows, hard=river, links=river.set_crs("EPSG:6933", allow_override=True))
    assert [fault.message for fault in refused.value.faults] == [
        "hard are in another coordinate reference system than the houses"
    ]


def test_loads_too_large_to_add_up_are_refused():
    rows = gpd.GeoDataFrame({"id": ["a", "b"], "load": [10**15, 1]}, geometry=[Point(5, 5), Point(6, 6)])
    with pytest.raises(VillageError, match="1000000000000001 together"):
        Village(box(0, 0, 10, 10), rows)


@pytest.mark.parametrize("wrong", [{"k": 2.5}, {"k": True}, {"load": "400"}, {"band": (300, float("inf"))}])
def test_a_target_in_parts_of_a_household_is_refused(wrong):
    with pytest.raises(ValueError, match="must be a whole number"):
        Target(**wrong)
