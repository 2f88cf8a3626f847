import pytest
from shapely import LineString, box

from fixtures.drawing import draw


def test_a_digit_is_a_building_of_that_load_at_its_cell():
    drawing = draw(".3\n..", cell_m=10)
    assert drawing.boundary.equals(box(0, 0, 20, 20))
    assert drawing.houses[["id", "load"]].values.tolist() == [["0-1", 3]]
    assert drawing.houses.geometry[0].coords[0] == (15, 15)


def test_a_letter_is_tied_to_the_same_letter():
    houses = draw("A.B\n..A").houses.set_index("id")
    assert houses["tie"].to_dict() == {"0-0": "A", "1-2": "A", "0-2": "B"}


def test_a_river_runs_to_the_village_border():
    drawing = draw(".~.\n.~.", cell_m=10)
    assert drawing.hard.union_all().equals(LineString([(15, 0), (15, 20)]))


def test_a_river_ends_where_land_begins():
    drawing = draw(".~.\n.~.\n...", cell_m=10)
    assert drawing.hard.union_all().equals(LineString([(15, 15), (15, 30)]))


@pytest.mark.parametrize(
    ("text", "bridge"),
    [("~\n=\n~", LineString([(-4, 15), (14, 15)])), ("~=~", LineString([(15, -4), (15, 14)]))],
)
def test_a_bridge_crosses_its_river(text, bridge):
    assert draw(text, cell_m=10).links[0].equals(bridge)


def test_patches_of_exclusive_land_are_named_from_west_to_east():
    exclusive = draw("..#\n#..", cell_m=10).exclusive
    assert exclusive["name"].tolist() == ["#1", "#2"]
    assert exclusive.geometry[0].equals(box(0, 0, 10, 10))


def test_a_space_lies_outside():
    assert draw(". .").boundary.geom_type == "MultiPolygon"
