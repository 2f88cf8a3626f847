"""The real files of ../shared/data/osm: counts anyone can check with another tool."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from layers.doctor import examine
from layers.errors import Invalid
from layers.imports import digest
from layers.osm import read, store_osm

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "osm"
OLD, NEW = FOLDER / "liechtenstein-2013-08-03.osm.pbf", FOLDER / "liechtenstein-valhalla.osm.pbf"
MONACO, BAYREUTH = FOLDER / "monaco-20150428.osm.pbf", FOLDER / "north-bayreuth.osm.gz"
MUNICIPALITIES = [
    "Balzers", "Eschen", "Gamprin", "Mauren", "Planken", "Ruggell", "Schaan", "Schellenberg", "Triesen", "Triesenberg",
    "Vaduz",
]  # fmt: skip

pytestmark = pytest.mark.shared
read_once = cache(read)


def messages(osm, word):
    return sum(word in fault.message for fault in osm.faults)


def test_liechtenstein_has_11_municipalities_and_3723_buildings():
    osm = read_once(OLD, 8)
    assert osm.villages["name"].tolist() == MUNICIPALITIES
    assert osm.region.loc[osm.region["level"] == 2, "name"].tolist() == ["Liechtenstein"]
    assert len(osm.building) == 3723
    assert osm.villages["area_m2"].sum() == pytest.approx(160.5e6, rel=1e-3)


def test_two_years_later_it_has_more_than_twice_the_buildings():
    osm = read_once(NEW, 8)
    assert osm.villages["name"].tolist() == MUNICIPALITIES
    assert len(osm.building) == 8993


def test_municipalities_with_exclaves_are_one_village():
    parts = read_once(OLD, 8).villages.set_index("name")["geom"].map(shapely.get_num_geometries)
    assert parts[["Vaduz", "Schaan", "Planken", "Balzers", "Ruggell", "Mauren"]].tolist() == [7, 5, 5, 3, 1, 1]


@pytest.mark.parametrize(
    ("path", "level", "villages", "buildings", "outside"),
    [
        (OLD, 8, 11, 3723, 4),
        (NEW, 8, 11, 8993, 33),
        (MONACO, 8, 1, 1005, 63),
        (MONACO, 10, 3, 1005, 746),
        (BAYREUTH, 8, 1, 4267, 3522),
    ],
)
def test_every_building_is_in_one_village_or_listed_outside(path, level, villages, buildings, outside):
    osm = read_once(path, level)
    assert (len(osm.villages), len(osm.building)) == (villages, buildings)
    assert messages(osm, "lies in no village") == outside
    assert (osm.building["grid_no"] == 990101000000000).sum() == outside
    shapes = osm.villages["geom"].to_numpy()
    covered = np.array([shapely.covers(shape, osm.building["point"].to_numpy()) for shape in shapes]).sum(axis=0)
    assert (covered == 0).sum() == outside
    assert covered.max() <= 1


@pytest.mark.parametrize(("path", "level"), [(OLD, 8), (NEW, 8), (MONACO, 10)])
def test_neighbours_leave_no_gap_and_do_not_overlap(path, level):
    osm = read_once(path, level)
    assert [fault for fault in osm.faults if fault.where == "villages"] == []
    assert shapely.coverage_is_valid(shapely.get_parts(osm.villages["geom"].to_numpy()))


def test_rails_in_a_tunnel_are_no_barrier():
    assert set(read_once(MONACO, 8).barrier["kind"]) == {"street"}


def test_the_motorway_is_crossed_only_by_bridge_and_tunnel():
    osm = read_once(BAYREUTH, 8)
    assert osm.barrier["kind"].value_counts()[["motorway", "railway", "river"]].to_dict() == {
        "motorway": 97, "railway": 17, "river": 4,
    }  # fmt: skip
    assert set(osm.link["kind"]) == {"bridge", "tunnel", "crossing"}
    hard = osm.barrier[osm.barrier["kind"] == "motorway"].geometry.union_all()
    level = osm.barrier[osm.barrier["hard"] & (osm.barrier["kind"] != "motorway")].geometry.union_all()
    fords = osm.link[osm.link["kind"].isin(("crossing", "ford"))].geometry
    assert all(line.intersects(level) for line in fords)
    assert sum(line.crosses(hard) for line in fords) == 0


@pytest.mark.parametrize("level", [7, 9, 10])
def test_liechtenstein_has_no_other_levels(level):
    with pytest.raises(Invalid, match=r"levels in the file: 2 \(1 areas\), 6 \(2 areas\), 8 \(11 areas\)"):
        read(OLD, level)


def test_all_of_them_fit_into_one_database_but_not_one_twice(session, vault):
    for path, level in ((OLD, 8), (MONACO, 10), (BAYREUTH, 8)):
        store_osm(session, read_once(path, level), path.name, digest(path))
    with pytest.raises(Invalid, match="overlap") as caught:
        store_osm(session, read_once(NEW, 8), NEW.name, digest(NEW))
    assert [fault.message.split(" already")[0] for fault in caught.value.faults] == MUNICIPALITIES


def test_liechtenstein_in_the_database_satisfies_the_doctor(session, vault):
    osm = read_once(OLD, 8)
    store_osm(session, osm, OLD.name, digest(OLD))
    assert [faults for _, faults in examine(session, vault) if faults] == []
    count = text("select count(*), count(*) filter (where grid_no = 990101000000000) from building")
    assert tuple(session.execute(count).one()) == (3723, 4)
    expected = sorted(osm.building["grid_no"])
    assert sorted(session.scalars(text("select grid_no from building"))) == expected
