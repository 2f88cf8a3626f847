"""`check` itself is proved: into a sound plan one fault is planted, which must be told by its kind and at its place."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from fixtures.drawing import draw
from gridding import Link, Plan, Report, Target, Village, check, divide

SETTINGS = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
SIDE_M = 50

# A river with one bridge, a school, and eight buildings with an outline of 8 x 6 m.
TEXT = """
2..2~..2
....=...
2..2~..2
##..~...
##.2~..2
"""


def _village() -> Village:
    drawing = draw(TEXT, SIDE_M)
    middles = drawing.houses.geometry
    outlines = gpd.GeoSeries([box(place.x - 4, place.y - 3, place.x + 4, place.y + 3) for place in middles])
    return replace(drawing, houses=drawing.houses.set_geometry(outlines)).village


VILLAGE = _village()
# Drawn by hand, so that nothing of `divide` stands behind these tests; the river runs at x = 225.
NORTH_WEST, SOUTH_WEST, NORTH_EAST, SOUTH_EAST, SCHOOL = range(1, 6)
SHAPES = {
    NORTH_WEST: Polygon([(0, 150), (225, 150), (225, 250), (0, 250)]),
    SOUTH_WEST: Polygon([(0, 100), (100, 100), (100, 0), (225, 0), (225, 150), (0, 150)]),
    NORTH_EAST: Polygon([(225, 150), (400, 150), (400, 250), (225, 250)]),
    SOUTH_EAST: Polygon([(225, 0), (400, 0), (400, 150), (225, 150)]),
    SCHOOL: Polygon([(0, 0), (100, 0), (100, 100), (0, 100)]),
}
BASIC = [NORTH_WEST, SOUTH_WEST, NORTH_EAST, SOUTH_EAST]
LABELS = [NORTH_WEST, SOUTH_WEST, NORTH_WEST, SOUTH_WEST, SOUTH_WEST, NORTH_EAST, SOUTH_EAST, SOUTH_EAST]
IDS = ["0-0", "2-0", "0-3", "2-3", "4-3", "0-7", "2-7", "4-7"]
MEADOW = box(225, 0, 235, 20)


def _plan() -> Plan:
    table = {"seq": list(SHAPES), "kind": ["basic"] * 4 + ["exclusive"], "name": [None] * 4 + ["#1"]}
    grids = gpd.GeoDataFrame({**table, "load": [4, 6, 2, 4, 0]}, geometry=list(SHAPES.values()))
    return Plan(grids, pd.Series(LABELS, index=IDS))


PLAN = _plan()

seqs = st.sampled_from(BASIC)


def changed(shapes) -> Plan:
    """The plan with these grids' shapes (seq -> shape) instead of theirs."""
    return Plan(PLAN.grids.set_geometry([shapes.get(seq, SHAPES[seq]) for seq in PLAN.grids["seq"]]), PLAN.labels)


def told(plan, kind, village=VILLAGE):
    """The faults of one kind that `check` tells; warnings too."""
    return [fault for fault in check(plan, village).faults if fault.kind == kind]


def assert_told(plan, kind, where, village=VILLAGE, within_m=1e-3):
    """Some fault of this kind lies where the fault was planted."""
    faults = told(plan, kind, village)
    assert faults, f"no {kind} among {[fault.kind for fault in check(plan, village).faults]}"
    nearest_m = min(fault.where.distance(where) for fault in faults)
    assert nearest_m <= within_m, f"{kind} is told {nearest_m:.3f} m away"


def vertices(shape):
    return shapely.get_coordinates(shape.exterior)[:-1]


def test_what_the_faults_are_planted_into_is_sound():
    assert check(PLAN, VILLAGE).faults == ()


@SETTINGS
@given(seq=seqs, row=st.integers(0, 99), degrees=st.integers(0, 359))
def test_a_vertex_moved_by_two_millimetres(seq, row, degrees):
    """Whatever the direction, the borders no longer meet, or the border of the village is left or crossed."""
    ring = vertices(SHAPES[seq]).copy()
    row %= len(ring)
    place = Point(ring[row])
    ring[row] += 0.002 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    moved = Polygon(ring)
    report = check(changed({seq: moved}), VILLAGE)
    assert not report.sound
    kinds = {"gap", "overlap", "outside", "border_mismatch", "exclusive_changed", "invalid"}
    near = {fault.kind for fault in report.faults if fault.where.distance(place) <= 0.01}
    assert near & kinds, [fault.kind for fault in report.faults]


@SETTINGS
@given(seq=seqs)
def test_a_grid_left_out(seq):
    left = Plan(PLAN.grids[PLAN.grids["seq"] != seq], PLAN.labels)
    gaps = told(left, "gap")
    assert shapely.union_all([fault.where for fault in gaps]).symmetric_difference(SHAPES[seq]).area < 1e-2
    lost = {fault.where.wkt for fault in told(left, "house_lost")}
    assert len(lost) == (PLAN.labels == seq).sum()
    assert len(told(left, "label_wrong")) == len(lost)


def test_an_exclusive_grid_left_out():
    left = Plan(PLAN.grids[PLAN.grids["seq"] != SCHOOL], PLAN.labels)
    (missing,) = told(left, "exclusive_missing")
    assert missing.where.equals(SHAPES[SCHOOL])
    assert_told(left, "gap", SHAPES[SCHOOL].centroid)


@SETTINGS
@given(seq=seqs)
def test_a_grid_given_twice(seq):
    row = PLAN.grids[PLAN.grids["seq"] == seq]
    again = pd.concat([PLAN.grids, row.assign(seq=99)], ignore_index=True)
    overlaps = told(Plan(again, PLAN.labels), "overlap")
    assert any(fault.where.equals_exact(SHAPES[seq], 1e-6, normalize=True) for fault in overlaps)
    assert len(told(Plan(again, PLAN.labels), "house_twice")) == (PLAN.labels == seq).sum()
    assert told(Plan(pd.concat([PLAN.grids, row]), PLAN.labels), "seq")[0].message == f"seq {seq} is given twice"


@SETTINGS
@given(pair=st.lists(st.sampled_from(sorted(PLAN.labels.index)), min_size=2, max_size=2, unique=True))
def test_two_labels_changed_over(pair):
    labels = PLAN.labels.copy()
    labels[pair] = labels[pair[::-1]].to_numpy()
    wrong = {fault.where.wkt for fault in told(Plan(PLAN.grids, labels), "label_wrong")}
    places = dict(zip(VILLAGE.houses["id"], VILLAGE.places, strict=True))
    apart = PLAN.labels[pair[0]] != PLAN.labels[pair[1]]
    assert wrong == ({places[name].wkt for name in pair} if apart else set())


@SETTINGS
@given(name=st.sampled_from(sorted(PLAN.labels.index)))
def test_a_label_left_out(name):
    place = dict(zip(VILLAGE.houses["id"], VILLAGE.places, strict=True))[name]
    (fault,) = check(Plan(PLAN.grids, PLAN.labels.drop(name)), VILLAGE).faults
    assert (fault.kind, fault.where.wkt) == ("label_wrong", place.wkt)


@SETTINGS
@given(seq=seqs, more=st.sampled_from([-2, -1, 1, 100]))
def test_a_load_changed(seq, more):
    load = PLAN.grids["load"].where(PLAN.grids["seq"] != seq, PLAN.grids["load"] + more)
    (fault,) = check(Plan(PLAN.grids.assign(load=load), PLAN.labels), VILLAGE).faults
    assert (fault.kind, fault.where) == ("load_wrong", SHAPES[seq])


@SETTINGS
@given(name=st.sampled_from(sorted(VILLAGE.houses["id"])), inwards_m=st.sampled_from([0.5, 1.0, 2.0]))
def test_a_footprint_cut(name, inwards_m):
    """The neighbour takes a corner of the building, and nothing else."""
    houses = VILLAGE.houses.set_index("id").geometry
    seq = int(PLAN.labels[name])
    other = next(o for o in BASIC if o != seq)
    _, _, east, north = houses[name].bounds
    corner = box(east - inwards_m, north - inwards_m, east, north)
    taken = changed({seq: SHAPES[seq] - corner, other: SHAPES[other] | corner})
    (cut,) = told(taken, "footprint_cut")
    assert cut.where.equals(corner)


@SETTINGS
@given(seq=seqs, outwards=st.booleans())
def test_the_village_border_moved_by_a_millimetre(seq, outwards):
    """One end of a grid's longest stretch of village border is moved square to it."""
    border = VILLAGE.boundary.boundary
    shape = SHAPES[seq]
    ring = vertices(shape)
    edges = [(ring[row], ring[(row + 1) % len(ring)]) for row in range(len(ring))]
    legal = [edge for edge in edges if border.buffer(1e-5).covers(LineString(edge))]
    start, end = max(legal, key=lambda edge: np.hypot(*(edge[1] - edge[0])))
    along = (end - start) / np.hypot(*(end - start))
    away = np.array([along[1], -along[0]]) * 0.001
    if shape.contains(Point((start + end) / 2 + away)) == outwards:
        away = -away
    strip = Polygon([start, end, end + away, start + away])
    moved = shape | strip if outwards else shape - strip
    assert_told(changed({seq: moved}), "outside" if outwards else "gap", strip)


@SETTINGS
@given(seq=seqs, wide_m=st.sampled_from([1e-5, 1e-4, 9e-4]))
def test_a_sliver(seq, wide_m):
    west, south, _, north = SHAPES[seq].bounds
    sliver = shapely.get_parts(SHAPES[seq] & box(west, south, west + wide_m, north))[0]
    row = PLAN.grids[PLAN.grids["seq"] == seq].assign(seq=99).set_geometry([sliver])
    cut = changed({seq: SHAPES[seq] - sliver})
    (fault,) = told(Plan(pd.concat([cut.grids, row], ignore_index=True), PLAN.labels), "sliver")
    assert fault.where.equals(sliver)


@SETTINGS
@given(seq=seqs)
def test_a_bow_tie(seq):
    west, south, east, north = SHAPES[seq].bounds
    tie = Polygon([(west, south), (east, north), (east, south), (west, north)])
    (fault,) = told(changed({seq: tie}), "invalid")
    assert fault.where.equals_exact(tie, 0)
    assert f"grid {seq}" in fault.message


def across() -> Plan:
    """A meadow on the east bank, far from the bridge, given to the grid on the west bank."""
    return changed({SOUTH_EAST: SHAPES[SOUTH_EAST] - MEADOW, SOUTH_WEST: SHAPES[SOUTH_WEST] | MEADOW})


def test_a_river_crossed_without_a_bridge():
    (fault,) = told(across(), "disconnected")
    assert fault.where.symmetric_difference(MEADOW).area < 0.1
    assert f"of grid {SOUTH_WEST}" in fault.message


def test_a_river_crossed_by_a_bridge_is_no_fault():
    bridge = LineString([(220, 10), (230, 10)])
    exclusive = gpd.GeoDataFrame({"name": VILLAGE.exclusive_names}, geometry=list(VILLAGE.exclusive))
    links = gpd.GeoSeries([*VILLAGE.links, bridge])
    linked = Village(VILLAGE.boundary, VILLAGE.houses, gpd.GeoSeries(VILLAGE.hard), links=links, exclusive=exclusive)
    assert not told(across(), "disconnected", linked)
    automatic = Report(links=(Link(bridge, automatic=True),))
    assert not told(Plan(across().grids, report=automatic), "disconnected")


@SETTINGS
@given(seq=seqs)
def test_a_grid_in_two_places(seq):
    """A yard of ten metres in the middle of another grid."""
    other = next(o for o in BASIC if o != seq)
    spots = (Point(x, y).buffer(5, cap_style="square") for x in range(10, 400, 10) for y in range(10, 250, 10))
    buildings = shapely.union_all(VILLAGE.houses.geometry.to_numpy())
    yard = next(s for s in spots if SHAPES[other].buffer(-1).contains(s) and s.disjoint(buildings.buffer(1)))
    apart = changed({other: SHAPES[other] - yard, seq: MultiPolygon([SHAPES[seq], yard])})
    (fault,) = told(apart, "disconnected")
    assert fault.where.equals(yard)


@SETTINGS
@given(wide_m=st.sampled_from([0.001, 0.1, 5.0]))
def test_a_school_moved(wide_m):
    """The school takes a strip of the grid north of it; both sides of the border agree."""
    west, _, east, north = SHAPES[SCHOOL].bounds
    strip = box(west, north, east, north + wide_m)
    losers = {seq: SHAPES[seq] - strip for seq in BASIC if SHAPES[seq].intersection(strip).area > 0}
    wrong = changed({**losers, SCHOOL: SHAPES[SCHOOL] | strip})
    assert_told(wrong, "exclusive_changed", strip.centroid, within_m=5)
    renamed = PLAN.grids.assign(name=[name and "clinic" for name in PLAN.grids["name"]])
    assert {fault.kind for fault in check(Plan(renamed, PLAN.labels), VILLAGE).faults} == {
        "exclusive_missing",
        "exclusive_unknown",
    }


@SETTINGS
@given(seq=seqs, row=st.integers(0, 99), share=st.sampled_from([0.3, 0.5]))
def test_a_vertex_that_only_one_side_has(seq, row, share):
    """The shape is the same to the eye; the coverage is not."""
    inner = SHAPES[seq].exterior
    ring = vertices(SHAPES[seq])
    shared = [
        at
        for at in range(len(ring))
        if VILLAGE.boundary.boundary.distance(LineString([ring[at], ring[(at + 1) % len(ring)]]).centroid) > 1
    ]
    at = shared[row % len(shared)]
    extra = ring[at] + share * (ring[(at + 1) % len(ring)] - ring[at])
    more = Polygon(np.insert(ring, at + 1, extra, axis=0))
    assert more.exterior.length == pytest.approx(inner.length)
    assert_told(changed({seq: more}), "border_mismatch", Point(extra))


@pytest.mark.parametrize("column", ["seq", "kind"])
def test_a_column_left_out(column):
    (fault,) = check(Plan(PLAN.grids.drop(columns=column)), VILLAGE).faults
    assert (fault.kind, column in fault.message) == ("columns", True)


@pytest.mark.parametrize(("shape", "kind"), [(Polygon(), "empty"), (None, "empty"), (Point(1, 1), "type")])
def test_a_grid_that_is_none(shape, kind):
    (fault,) = told(changed({BASIC[0]: shape}), kind)
    assert f"grid {BASIC[0]}" in fault.message


def test_a_given_atom_cut():
    blocks = gpd.GeoSeries([box(0, 0, 100, 100), box(100, 0, 200, 100)])
    houses = gpd.GeoDataFrame({"id": ["w", "e"], "load": 1}, geometry=[Point(50, 50), Point(150, 50)])
    village = Village(box(0, 0, 200, 100), houses, atoms=blocks)
    halves = divide(village, Target(load=1, band=(1, 1))).grids
    assert check(Plan(halves), village).faults == ()
    strip = box(95, 0, 100, 100)
    shifted = halves.set_geometry([halves.geometry[0] - strip, halves.geometry[1] | strip])
    (fault,) = told(Plan(shifted), "atom_cut", village)
    assert fault.where.equals(blocks[0])
