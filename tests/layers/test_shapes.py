"""Geodesic areas and repairs that can be checked by head."""

from __future__ import annotations

import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from layers.shapes import area_m2, as_multipolygon, place_of_shape, repair

BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def test_a_square_degree_on_the_equator_is_some_12_309_square_kilometres():
    # 110.57 km of meridian by 111.32 km of parallel.
    assert area_m2(box(0, 0, 1, 1)) == pytest.approx(110_574 * 111_320, rel=1e-3)


def test_a_hole_counts_less_and_the_direction_of_rings_nothing():
    ring = box(0, 0, 3, 3, ccw=False).difference(box(1, 1, 2, 2))
    assert area_m2(ring) == pytest.approx(area_m2(box(0, 0, 3, 3)) - area_m2(box(1, 1, 2, 2)))
    assert area_m2(Polygon(ring.exterior.coords[::-1], [hole.coords for hole in ring.interiors])) == area_m2(ring)


@pytest.mark.parametrize(
    ("shape", "parts"),
    [
        (box(0, 0, 1, 1), 1),
        (MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]), 2),
        (shapely.GeometryCollection([box(0, 0, 1, 1), Point(5, 5), MultiPolygon([box(2, 0, 3, 1)])]), 2),
        (LineString([(0, 0), (1, 1)]), 0),
        (Polygon(), 0),
    ],
)
def test_only_polygons_are_kept(shape, parts):
    kept = as_multipolygon(shape)
    assert isinstance(kept, MultiPolygon)
    assert len(kept.geoms) == parts


def test_a_valid_shape_is_left_as_it_is():
    square = box(0, 0, 1, 1)
    assert repair(square, "way 1") == (square, None)


def test_a_repair_is_said_with_its_place():
    sound, fault = repair(BOW_TIE, "way 1")
    assert sound.is_valid
    assert sound.geom_type == "MultiPolygon"
    assert fault is not None
    assert (fault.where, fault.place) == ("way 1", (0, 0))
    assert fault.message.startswith("warning: Self-intersection; repaired, the area changed by +")


def test_a_single_polygon_stays_one_and_a_line_becomes_nothing():
    spike, _ = repair(Polygon([(0, 0), (2, 0), (2, 2), (2, 3), (2, 2), (0, 2)]), "way 1")
    assert spike.equals(box(0, 0, 2, 2))
    assert spike.geom_type == "Polygon"
    nothing, fault = repair(Polygon([(0, 0), (1, 1), (2, 2), (0, 0)]), "way 2")
    assert nothing.is_empty
    assert fault is not None


def test_a_place_lies_on_the_shape():
    ring = box(0, 0, 3, 3).difference(box(1, 1, 2, 2))
    assert ring.covers(Point(place_of_shape(ring)))
    assert place_of_shape(BOW_TIE) == (0, 0)
