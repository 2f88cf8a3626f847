import geopandas as gpd
import pytest
from shapely import Polygon, box

from gridding import check_neighbours

WEST, EAST = box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)


def faults(**villages):
    return check_neighbours(gpd.GeoSeries(villages))


def test_villages_that_share_their_border_have_no_fault():
    assert faults(west=WEST, east=EAST) == []


def test_villages_apart_have_no_fault():
    assert faults(west=WEST, east=box(1500, 0, 2000, 1000)) == []


@pytest.mark.parametrize("shift_m", [-5e-4, 5e-4])
def test_half_a_millimetre_is_no_fault(shift_m):
    assert faults(west=WEST, east=box(1000 + shift_m, 0, 2000, 1000)) == []


def test_an_overlap_is_found_with_its_place():
    (fault,) = faults(west=WEST, east=box(999, 0, 2000, 1000))
    assert fault.kind == "village_overlap"
    assert fault.message == "east and west overlap by 1000.00 m2"
    assert fault.where.equals(box(999, 0, 1000, 1000))


@pytest.mark.parametrize("width_m", [0.01, 0.5])
def test_a_crack_between_two_villages_is_a_gap(width_m):
    (fault,) = faults(west=WEST, east=box(1000 + width_m, 0, 2000, 1000))
    assert fault.kind == "village_gap"
    assert fault.message == f"east and west leave {width_m * 1000:.2f} m2 between them"


def test_land_enclosed_by_villages_is_a_gap():
    bay = Polygon([(1000, 0), (1000, 400), (1100, 500), (1000, 600), (1000, 1000), (2000, 1000), (2000, 0)])
    (fault,) = faults(west=WEST, east=bay)
    assert fault.kind == "village_gap"
    assert fault.where.area == pytest.approx(10_000)


def test_a_lake_inside_one_village_is_no_gap():
    assert faults(west=WEST.difference(box(300, 300, 400, 400)), east=EAST) == []


def test_a_ring_that_crosses_itself_is_found():
    (fault,) = faults(west=WEST, east=Polygon([(1000, 0), (2000, 1000), (1000, 1000), (2000, 0)]))
    assert fault.kind == "village_invalid"


def every(**villages):
    return [(fault.kind, fault.message) for fault in check_neighbours(gpd.GeoSeries(villages), every=True)]


def test_every_sliver_can_be_listed():
    assert every(west=WEST, east=EAST) == []
    assert every(west=WEST, east=box(999.9995, 0, 2000, 1000)) == [
        ("village_sliver", "east and west overlap by 0.50 m2")
    ]
    notch = Polygon([(1000, 0), (1000, 500), (1000.0001, 505), (1000, 510), (1000, 1000), (2000, 1000), (2000, 0)])
    assert every(west=WEST, east=notch) == [("village_sliver", "east and west leave 0.0005 m2 between them")]


def test_holes_can_be_listed_too():
    holed = WEST.difference(box(300, 300, 400, 400))
    assert every(west=holed, east=EAST) == [("village_hole", "west has a hole of 10000.00 m2")]
