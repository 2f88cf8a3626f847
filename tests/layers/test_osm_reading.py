"""What an OpenStreetMap file becomes, on towns small enough to draw by hand."""

from __future__ import annotations

import gzip

import pytest
import shapely
from osmtown import BASE_LAT, BASE_LON, UNIT, Town
from shapely import Point

from layers.errors import Invalid
from layers.osm import read, villages

HOSTILE = ["<script>alert(1)</script>", "'); drop table region; --", "a\\N\tb", "{} %s $1", "网格 \u200f"]
# Ten entities, each ten times the one before: a thousand million letters.
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY e0 "lol">'
    + b"".join(b'<!ENTITY e%d "%s">' % (depth, b"&e%d;" % (depth - 1) * 10) for depth in range(1, 10))
    + b']><osm version="0.6"><node id="1" lat="47" lon="9"><tag k="name" v="&e9;"/></node></osm>'
)


@pytest.fixture
def town():
    """Two villages side by side: Alfa 0-10, Beta 10-20, both 10 high."""
    town = Town()
    town.village("Beta", (10, 0, 20, 10))
    town.village("Alfa", (0, 0, 10, 10))
    return town


@pytest.fixture
def reading(tmp_path):
    """Read a town with level 8."""
    return lambda town, level=8: read(town.write(tmp_path / "drawn.osm"), level)


def messages(osm, word=""):
    return [fault.message for fault in osm.faults if word in fault.message]


def at(x, y):
    return Point(BASE_LON + x * UNIT, BASE_LAT + y * UNIT)


def test_villages_get_codes_in_order_of_name_and_regions_above_them(town, reading):
    region = reading(town).region
    assert region[["code", "level", "name", "parent_code"]].fillna("").to_numpy().tolist() == [
        ["99", 1, "境外", ""],
        ["9901", 2, "drawn", "99"],
        ["990101", 3, "drawn", "9901"],
        ["990101001", 4, "drawn", "990101"],
        ["990101001001", 5, "Alfa", "990101001"],
        ["990101001002", 5, "Beta", "990101001"],
    ]
    assert reading(town).faults == ()


def test_a_country_in_the_file_names_the_regions_above(town, reading):
    town.village("境", (0, 0, 20, 10), level="2", name__en="Border")
    region = reading(town).region
    assert region["name"].tolist()[1:4] == ["境"] * 3
    assert region["name_en"].tolist()[1:4] == ["Border"] * 3


def test_areas_are_geodesic(town, reading):
    # 0.01 degrees: 1111.7 m of meridian at 47 N, 760.6 m of parallel.
    villages = reading(town).villages
    assert villages["area_m2"].tolist() == pytest.approx([1111.7 * 760.6] * 2, rel=1e-3)


def test_edges_are_dense_and_neighbours_share_their_vertices(town, reading):
    alfa, beta = reading(town).villages["geom"]
    corners = shapely.get_coordinates(alfa)
    assert max(abs(corners[1:] - corners[:-1]).max(axis=1)) * 111_700 <= 200.001
    assert shapely.coverage_is_valid([alfa, beta])


def test_an_exclave_belongs_to_the_village_of_its_relation(reading):
    town = Town()
    town.village("Alfa", (0, 0, 10, 10), (30, 0, 32, 2))
    town.village("Beta", (10, 0, 20, 10))
    alfa = reading(town).villages["geom"].iloc[0]
    assert len(alfa.geoms) == 2
    assert alfa.covers(at(31, 1))


def test_areas_with_one_name_make_one_village_and_say_so(town, reading):
    town.village("Alfa", (30, 0, 32, 2))
    osm = reading(town)
    assert osm.villages["name"].tolist() == ["Alfa", "Beta"]
    assert len(osm.villages["geom"].iloc[0].geoms) == 2
    assert messages(osm, "Alfa") == ["warning: 2 areas named Alfa make one village"]


@pytest.mark.parametrize("ring", [(0, 0, 10, 10), (2, 2, 4, 4)])
def test_an_unnamed_way_that_repeats_a_ring_is_not_counted_twice(reading, ring):
    town = Town()
    town.village("Alfa", (0, 0, 10, 10), holes=[(2, 2, 4, 4)])
    town.box(*ring, boundary="administrative", admin_level="8")
    osm = reading(town)
    assert osm.villages["name"].tolist() == ["Alfa"]
    assert messages(osm, "name") == []


def test_an_unnamed_area_of_its_own_is_a_fault_with_its_place(town, reading):
    town.box(40, 0, 42, 2, boundary="administrative", admin_level="8")
    osm = reading(town)
    fault = next(fault for fault in osm.faults if "without a name" in fault.message)
    assert fault.where.startswith("way ")
    assert Point(fault.place).distance(at(41, 1)) < UNIT


def test_an_overlap_and_a_gap_between_neighbours_are_faults(reading):
    town = Town()
    town.village("Alfa", (0, 0, 10, 10))
    town.village("Beta", (9, 0, 20, 10))
    town.village("Gamma", (0, 10, 20, 20), holes=[(4, 14, 6, 16)])
    found = messages(reading(town), "Beta overlap")
    assert len(found) == 1
    assert found[0].startswith("Alfa and Beta overlap by 84")


def test_other_levels_are_no_villages(town, reading):
    town.village("District", (0, 0, 20, 10), level="6")
    assert reading(town).villages["name"].tolist() == ["Alfa", "Beta"]
    assert reading(town, 6).villages["name"].tolist() == ["District"]


def test_a_level_that_is_not_there_is_refused_with_those_that_are(town, reading):
    town.village("District", (0, 0, 20, 10), level="6")
    with pytest.raises(Invalid, match=r"level 10; levels in the file: 6 \(1 areas\), 8 \(2 areas\)"):
        reading(town, 10)


def test_more_villages_than_a_township_can_number_get_another_one(reading, monkeypatch):
    monkeypatch.setattr(villages, "_MOST_IN_A_TOWNSHIP", 2)
    town = Town()
    for number, name in enumerate("ABCDE"):
        town.village(name, (10 * number, 0, 10 * number + 10, 10))
    osm = reading(town)
    assert osm.villages["code"].tolist() == [
        "990101001001", "990101001002", "990101002001", "990101002002", "990101003001",
    ]  # fmt: skip
    assert osm.region.loc[osm.region["level"] == 4, "name"].tolist() == ["drawn 1", "drawn 2", "drawn 3"]
    assert osm.faults == ()


def test_a_building_has_footprint_point_use_address_and_one_household(town, reading):
    town.box(2, 2, 3, 3, building="farm", addr__street="Dorfstrasse", addr__housenumber="7", addr__postcode="9490")
    building = reading(town).building.iloc[0]
    assert (building["use"], building["address"]) == ("farm", "Dorfstrasse 7, 9490")
    assert (building["assumed_households"], building["level"], building["source_crs"]) == (1, "building", "EPSG:4326")
    assert building["grid_no"] == 990101001001000
    assert building["footprint"].covers(building["point"])


def test_an_address_needs_a_street_or_a_place(town, reading):
    cases = [
        ({}, None),
        ({"addr__housenumber": "7"}, None),
        ({"addr__city": "Vaduz"}, None),
        ({"addr__place": "Upper Farm", "addr__housenumber": "7a"}, "Upper Farm 7a"),
        ({"addr__street": "Main", "addr__city": "Vaduz"}, "Main, Vaduz"),
    ]
    for number, (tags, _) in enumerate(cases):
        town.box(number, 2, number + 0.5, 3, building="yes", **tags)
    assert reading(town).building["address"].fillna("").tolist() == [address or "" for _, address in cases]


def test_what_is_no_building_is_none(town, reading):
    town.box(2, 2, 3, 3, building="no")
    town.box(4, 2, 5, 3, landuse="farmyard")
    osm = reading(town)
    assert len(osm.building) == 0
    assert osm.faults == ()


def test_a_building_without_an_outline_is_left_out_and_said(town, reading):
    number = town.node(5, 5, building="yes")
    town.node(6, 6, building="entrance")
    osm = reading(town)
    assert len(osm.building) == 0
    assert [(fault.where, fault.message) for fault in osm.faults] == [
        (f"node {number}", "a building without an outline: left out")
    ]


def test_a_building_outside_every_village_is_kept_under_the_county_and_said(town, reading):
    town.box(50, 2, 51, 3, building="yes")
    osm = reading(town)
    assert osm.building["grid_no"].tolist() == [990101000000000]
    assert messages(osm) == ["the building lies in no village"]
    assert Point(osm.faults[0].place).distance(at(50.5, 2.5)) < UNIT


@pytest.mark.parametrize(("west", "village", "outside"), [(8.5, "Alfa", "25%"), (9.2, "Beta", "40%")])
def test_a_building_across_a_border_goes_where_its_point_lies(town, reading, west, village, outside):
    town.box(west, 2, west + 2, 4, building="yes")
    osm = reading(town)
    number = int(osm.villages.set_index("name")["code"][village]) * 1000
    assert osm.building["grid_no"].tolist() == [number]
    assert messages(osm) == [f"warning: the building stands {outside} outside {village}, where its middle lies"]


def test_a_building_whose_point_is_on_the_border_has_the_lower_code(town, reading):
    town.box(9, 2, 11, 4, building="yes")
    assert reading(town).building["grid_no"].tolist() == [990101001001000]


def test_an_outline_that_crosses_itself_is_repaired_and_said(town, reading):
    town.way([(1, 1), (3, 3), (3, 1), (1, 3), (1, 1)], building="yes")
    osm = reading(town)
    assert osm.building["footprint"].is_valid.all()
    assert [message.split(";")[0] for message in messages(osm)] == ["warning: Self-intersection"]
    assert "the area changed by" in osm.faults[0].message


def test_hostile_names_are_kept_as_they_are(reading):
    town = Town()
    for number, name in enumerate(HOSTILE):
        town.village(name, (10 * number, 0, 10 * number + 10, 10))
        town.box(10 * number + 1, 1, 10 * number + 2, 2, building="yes", name=name)
    osm = reading(town)
    kept = [name.replace("\t", " ") for name in HOSTILE]
    assert sorted(osm.villages["name"].str.replace("\t", " ")) == sorted(kept)
    assert sorted(osm.building["name"].str.replace("\t", " ")) == sorted(kept)


def test_tags_become_kinds_of_facility(town, reading):
    cases = [
        ({"amenity": "school"}, "school"),
        ({"amenity": "pharmacy;doctors"}, "clinic"),
        ({"amenity": "toilets", "building": "yes"}, "toilet"),
        ({"amenity": "vending_machine"}, "other"),
        ({"emergency": "fire_hydrant"}, "hydrant"),
        ({"emergency": "siren"}, None),
        ({"highway": "bus_stop"}, "bus_stop"),
        ({"highway": "crossing"}, None),
        ({"leisure": "playground"}, "fitness"),
        ({"amenity": "no"}, None),
    ]
    for number, (tags, _) in enumerate(cases):
        town.node(number + 0.5, 5, name=str(number), **tags)
    facility = reading(town).facility
    assert dict(zip(facility["name"], facility["kind"], strict=True)) == {
        str(number): kind for number, (_, kind) in enumerate(cases) if kind
    }
    assert set(facility["grid_no"]) == {990101001001000}


def test_an_area_is_a_facility_at_a_point_inside_it(town, reading):
    town.box(2, 2, 3, 3, amenity="school", name="Upper School", building="yes")
    osm = reading(town)
    assert osm.facility[["kind", "name"]].to_numpy().tolist() == [["school", "Upper School"]]
    assert osm.building["footprint"].iloc[0].contains(osm.facility["point"].iloc[0])


def test_named_shops_and_offices_are_organisations_and_nameless_ones_are_told(town, reading):
    town.node(1, 1, shop="bakery", name="Bread")
    town.node(12, 1, office="lawyer", name="Law")
    town.node(3, 1, craft="potter")
    town.node(4, 1, shop="vacant", name="Gone")
    osm = reading(town)
    assert osm.organisation[["kind", "name", "grid_no"]].to_numpy().tolist() == [
        ["shop", "Bread", 990101001001000],
        ["office", "Law", 990101001002000],
    ]
    assert messages(osm) == ["1 shops, offices and workshops without a name: left out"]


def test_ways_become_barriers(town, reading):
    cases = [
        ({"waterway": "river"}, "river", True, 0),
        ({"waterway": "canal"}, "river", True, 0),
        ({"railway": "rail"}, "railway", True, 0),
        ({"railway": "rail", "tunnel": "no"}, "railway", True, 0),
        ({"highway": "motorway"}, "motorway", True, 0),
        ({"highway": "primary"}, "street", False, 4),
        ({"highway": "residential"}, "street", False, 1),
    ]
    for number, (tags, *_) in enumerate(cases):
        town.way([(number, 0), (number, 10)], name=str(number), **tags)
    barrier = reading(town).barrier
    assert barrier[["name", "kind", "hard", "cost"]].to_numpy().tolist() == [
        [str(number), *expected] for number, (_, *expected) in enumerate(cases)
    ]


def test_what_can_be_crossed_anywhere_is_no_barrier(town, reading):
    cases = [
        {"waterway": "stream"},
        {"highway": "footway"},
        {"railway": "abandoned"},
        {"railway": "rail", "tunnel": "yes"},
        {"waterway": "river", "tunnel": "culvert"},
        {"highway": "residential", "tunnel": "building_passage"},
    ]
    for number, tags in enumerate(cases):
        town.way([(number, 0), (number, 10)], **tags)
    assert len(reading(town).barrier) == 0


def test_the_shores_of_a_lake_are_hard_but_those_of_a_pond_are_not(town, reading):
    town.box(2, 2, 5, 5, natural="water", name="Lake")
    town.box(7, 7, 7.5, 7.5, natural="water", name="Pond")
    barrier = reading(town).barrier
    assert barrier[["kind", "hard", "name"]].to_numpy().tolist() == [["lake", True, "Lake"]]
    assert barrier.geometry.iloc[0].is_ring


def test_the_pieces_of_a_wide_river_have_one_shore(town, reading):
    town.box(2, 0, 3, 5, waterway="riverbank")
    town.box(2, 5, 3, 10, waterway="riverbank", name="Rhine")
    barrier = reading(town).barrier
    assert barrier["name"].tolist() == ["Rhine"]
    cut = shapely.LineString([at(2.1, 5), at(2.9, 5)])
    assert not barrier.geometry.iloc[0].intersects(cut)


def crossing(road, barrier):
    """A road from west to east over a barrier from south to north, at (5, 5)."""
    town = Town()
    town.village("Alfa", (0, 0, 10, 10))
    town.way([(5, 0), (5, 10)], **barrier)
    town.way([(1, 5), (9, 5)], name="Road", **road)
    return town


RIVER, RAIL, MOTORWAY = {"waterway": "river"}, {"railway": "rail"}, {"highway": "motorway"}
ROAD, PATH = {"highway": "tertiary"}, {"highway": "path"}


@pytest.mark.parametrize(
    ("road", "barrier", "kinds"),
    [
        ({**ROAD, "bridge": "yes"}, RIVER, ["bridge"]),
        ({**PATH, "bridge": "viaduct"}, RAIL, ["bridge"]),
        ({**ROAD, "bridge": "no"}, MOTORWAY, []),
        ({**ROAD, "tunnel": "yes"}, RAIL, ["tunnel"]),
        (ROAD, {**MOTORWAY, "bridge": "yes"}, ["tunnel"]),
        (ROAD, MOTORWAY, []),
        (ROAD, RAIL, ["crossing"]),
        (PATH, RIVER, ["ford"]),
        ({"highway": "proposed", "bridge": "yes"}, RIVER, []),
        ({"railway": "rail", "bridge": "yes"}, RIVER, []),
        ({**ROAD, "bridge": "yes"}, {"waterway": "stream"}, []),
    ],
)
def test_roads_cross_barriers_by_links(reading, road, barrier, kinds):
    link = reading(crossing(road, barrier)).link
    assert link["kind"].tolist() == kinds
    assert all(line.crosses(shapely.LineString([at(5, 0), at(5, 10)])) for line in link.geometry)


def test_a_link_on_the_level_is_short_and_a_bridge_is_whole(reading):
    ford = reading(crossing(ROAD, RAIL)).link.geometry.iloc[0]
    bridge = reading(crossing({**ROAD, "bridge": "yes"}, RAIL)).link.geometry.iloc[0]
    assert ford.length * 111_320 == pytest.approx(60, abs=0.1)
    assert bridge.length == pytest.approx(8 * UNIT)


def test_a_road_that_meets_a_river_twice_has_two_links(reading):
    town = crossing({"highway": "service"}, RIVER)
    town.way([(7, 0), (7, 10)], **RIVER)
    assert len(reading(town).link) == 2


def test_the_same_file_gives_the_same_result(town, reading):
    town.box(2, 2, 3, 3, building="yes")
    town.node(5, 5, amenity="school")
    first, second = reading(town), reading(town)
    for frame in ("region", "building", "facility", "organisation", "barrier", "link"):
        assert getattr(first, frame).equals(getattr(second, frame))
    assert first.faults == second.faults


def test_a_packed_file_reads_as_the_plain_one(town, tmp_path):
    plain = town.write(tmp_path / "town.osm")
    packed = tmp_path / "town.osm.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read(packed, 8).region.equals(read(plain, 8).region)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.osm.pbf", b"hello, this is text\n" * 20, "not an OpenStreetMap file"),
        ("a.osm.pbf", b"", "not an OpenStreetMap file"),
        ("a.osm", b"", "not an OpenStreetMap file"),
        ("a.osm.pbf", b'{"type":"FeatureCollection","features":[]}', "not an OpenStreetMap file"),
        ("a.osm", b'<?xml version="1.0"?><osm version="0.6"></osm>', "it holds nothing"),
        ("a.osm", b'<?xml version="1.0"?><osm version="0.6">' + b'<node id="1" lat="47" lon="9"/>' * 20, "cut off"),
        ("a.osm", LAUGHS, "cut off or damaged"),
        ("a.osm.gz", b"not packed at all", "cannot be unpacked"),
        ("a.osm.gz", gzip.compress(b"<osm>" * 1000, mtime=0)[:20], "cannot be unpacked"),
        ("a.csv", b"level,code\n", "must end in .osm.pbf, .osm.gz, .osm"),
    ],
)
def test_what_is_not_such_a_file_is_refused(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Invalid, match=reason):
        read(tmp_path / name, 8)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Invalid, match="there is no such file"):
        read(tmp_path / "a.osm", 8)
