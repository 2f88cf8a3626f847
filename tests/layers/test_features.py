"""Features of a layer: the rows and columns of its list, filtered by CQL2, in other reference systems, in pages."""

from __future__ import annotations

import itertools
import json
import math
import uuid
from datetime import date

import pytest
from builders import (
    VILLAGE,
    add,
    ask,
    building,
    county,
    grid,
    house,
    household,
    incident,
    kinds,
    placed,
    plan,
    spot,
    square,
)
from geoalchemy2.shape import from_shape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString
from sqlalchemy import delete

from layers.cql import read_text
from layers.crs import KNOWN
from layers.errors import Invalid, NotFound
from layers.items import Condition, Features, Filters, extent, feature, features, items, prepare
from layers.listing import LISTS
from layers.models import Facility, House
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE, TWO, EAST = ZERO + 1, ZERO + 2, ZERO + 1001
ALL = Scope.of_region("53")
COLLECTIONS = [spec.name for spec in LISTS.values() if spec.queryables is not None]


@pytest.fixture
def town(database):
    """Two villages side by side: the west one with grids ONE and TWO, the east one with EAST."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        west, east = plan(session), plan(session, "532901003002")
        grid(session, west, ONE, square(0, 0, 0.5, 1), load=6)
        grid(session, west, TWO, square(0.5, 0, 0.5, 1), load=14, name="学校")
        grid(session, east, EAST, square(1), load=10)
        add(session, "barrier", kind="river", hard=True, geom=LineString([spot(0), spot(2)]), source="made", name="河")
        add(session, "barrier", kind="street", hard=False, geom=LineString([spot(0), spot(1)]), source="made")
        building(session, ONE, spot(0.25))
        placed(session, "facility", ONE, spot(0.1), kind="clinic", name="Clinic_1 100%")
        placed(session, "facility", TWO, spot(0.6), kind="clinic", name="clinic 2")
        placed(session, "facility", EAST, None, kind="clinic", level="village")
        first = house(session, ONE, spot(0.2), "人民路1号")
        household(session, ONE, first, persons=2)
        house(session, TWO, spot(0.7), "人民路2号")
        house(session, EAST, spot(1.5), "人民路3号")
        for day, number, x in ((1, ONE, 0.2), (2, TWO, 0.7), (3, EAST, 1.5)):
            incident(session, number, spot(x), date(2026, 5, day), "noise" if day < 3 else "hazard")
    return database


def told(database, layer, text=None, scope=ALL, **asked):
    """The features of a layer that a filter in CQL2 text leaves."""
    conditions = [] if text is None else [Condition(read_text(text))]
    prepared = prepare(layer, Features(conditions=conditions, **asked))
    page = ask(database, scope, lambda connection: features(connection, scope, prepared))
    found = json.loads(b"[" + page.features + b"]")
    assert len(found) == page.count
    return found


def numbers(found, name="grid_no"):
    return sorted(int(one["properties"][name]) for one in found)


def test_features_are_the_rows_of_the_list_column_by_column(town):
    for layer in COLLECTIONS:
        features_are_the_rows(town, layer)


def features_are_the_rows(town, layer):
    listed = ask(town, ALL, lambda connection: items(connection, ALL, layer, Filters())).items
    columns = [column.name for column in LISTS[layer].columns]
    found = told(town, layer)
    assert [one["id"] for one in found] == [row[LISTS[layer].key] for row in listed]
    assert [list(one["properties"]) for one in found] == [columns] * len(listed)
    plain = [name for name in columns if not name.endswith("_at") and not name.endswith("_on")]
    assert [[one["properties"][name] for name in plain] for one in found] == [[row[n] for n in plain] for row in listed]


def id_of(found):
    return found["id"]


def test_every_queryable_can_be_asked_for_and_every_shape_met(town):
    for layer in COLLECTIONS:
        named = " and ".join(f"({name} is null or {name} is not null)" for name in LISTS[layer].queryables)
        assert told(town, layer, named) == told(town, layer)
        if LISTS[layer].geometry is not None:
            everywhere = told(town, layer, "s_intersects(geometry, BBOX(99, 24, 102, 27))")
            placed_ones = [one for one in told(town, layer) if one["geometry"] is not None]
            assert sorted(everywhere, key=id_of) == sorted(placed_ones, key=id_of)


@pytest.mark.parametrize("layer", [name for name in LISTS if name not in COLLECTIONS])
def test_people_are_no_collection(layer):
    assert layer in ("household", "person")
    with pytest.raises(NotFound):
        prepare(layer, Features())


def test_no_queryable_tells_of_a_person():
    told_of = {name for spec in LISTS.values() if spec.personal for name in spec.queryables or ()}
    assert told_of & {"name", "address", "text", "note", "ref", "login", "sex", "birth_year"} == set()
    assert set(LISTS["duty"].queryables) & {"name", "login"} == set()


OF_GRIDS = [
    ("load = 6", [ONE]),
    ("load <> 6", [TWO, EAST]),
    ("load > 6 and load <= 10", [EAST]),
    ("load < 7 or load >= 14", [ONE, TWO]),
    ("not (load = 6)", [TWO, EAST]),
    ("load between 10 and 14", [TWO, EAST]),
    ("load in (6, 10)", [ONE, EAST]),
    ("load not in (6, 10)", [TWO]),
    ("name is null", [ONE, EAST]),
    ("name is not null", [TWO]),
    ("name = '学校'", [TWO]),
    ("name like '学%'", [TWO]),
    ("6 = load", [ONE]),
    ("true", [ONE, TWO, EAST]),
    ("false", []),
    (f"grid_no = '{ONE}'", [ONE]),
    (f"grid_no > '{ONE}'", [TWO, EAST]),
    (f"grid_no like '{VILLAGE}%'", [ONE, TWO]),
    ("load = load", [ONE, TWO, EAST]),
    ("kind = name", []),
    ("name = ''' or true --'", []),
    ("s_intersects(geometry, POINT(100.002 25.005))", [ONE]),
    ("s_intersects(geometry, BBOX(100.002, 25.002, 100.007, 25.004))", [ONE, TWO]),
    ("s_within(geometry, BBOX(100.004, 24, 100.03, 26))", [TWO, EAST]),
    ("s_contains(geometry, POINT(100.015 25.005))", [EAST]),
    ("s_disjoint(geometry, POINT(100.002 25.005))", [TWO, EAST]),
    ("s_touches(geometry, POINT(100 25.005))", [ONE]),
    ("s_crosses(geometry, LINESTRING(99 25.005, 100.002 25.005))", [ONE]),
    ("s_overlaps(geometry, POLYGON((99 24, 100.002 24, 100.002 26, 99 26, 99 24)))", [ONE]),
    ("s_equals(geometry, geometry)", [ONE, TWO, EAST]),
    ("s_intersects(geometry, POINT(100.002 25.005)) and load = 10", []),
    ("s_intersects(geometry, POINT(100.002 25.005)) or load = 10", [ONE, EAST]),
    ("not s_intersects(geometry, POINT(100.002 25.005))", [TWO, EAST]),
    ("s_intersects(geometry, POINT(100.002 25.005)) and s_intersects(geometry, POINT(100.015 25.005))", []),
    ("t_before(begins_at, DATE('2026-01-02'))", [ONE, TWO, EAST]),
    ("t_intersects(INTERVAL(begins_at, ends_at), TIMESTAMP('2026-06-01T00:00:00Z'))", [ONE, TWO, EAST]),
    ("t_finishedBy(INTERVAL(begins_at, ends_at), INTERVAL('2026-02-01', '..'))", [ONE, TWO, EAST]),
]


def test_filters_of_grids(town):
    found = {text: numbers(told(town, "grid", text)) for text, _ in OF_GRIDS}
    assert found == dict(OF_GRIDS)


OF_INCIDENTS = [
    ("occurred_at > TIMESTAMP('2026-05-02T04:00:00Z')", [3]),
    ("occurred_at >= TIMESTAMP('2026-05-02T12:00:00+08:00')", [2, 3]),
    ("t_after(occurred_at, DATE('2026-05-01'))", [2, 3]),
    ("t_before(occurred_at, DATE('2026-05-02'))", [1]),
    ("t_during(occurred_at, INTERVAL('2026-05-02', '2026-05-02'))", [2]),
    ("t_intersects(occurred_at, INTERVAL('2026-05-02', '..'))", [2, 3]),
    ("t_intersects(occurred_at, INTERVAL('..', '2026-05-01T04:00:00Z'))", [1]),
    ("t_disjoint(occurred_at, DATE('2026-05-02'))", [1, 3]),
    ("t_equals(occurred_at, TIMESTAMP('2026-05-02T04:00:00Z'))", [2]),
    ("kind = 'hazard'", [3]),
    ("kind in ('hazard', 'noise') and radius_m is null", [1, 2, 3]),
    ("s_within(geometry, BBOX(100, 25, 100.005, 25.01))", [1]),
]


def test_filters_of_incidents(town):
    def days(text):
        return sorted(int(one["properties"]["occurred_at"][8:10]) for one in told(town, "incident", text))

    assert {text: days(text) for text, _ in OF_INCIDENTS} == dict(OF_INCIDENTS)


OF_NAMES = [
    ("casei(name) = casei('CLINIC 2')", ["clinic 2"]),
    ("casei(name) like casei('CLINIC%')", ["Clinic_1 100%", "clinic 2"]),
    ("name like 'clinic%'", ["clinic 2"]),
    ("name like '%\\%'", ["Clinic_1 100%"]),
    ("name like 'clinic_2'", ["clinic 2"]),
    ("name like 'linic'", []),
]


def test_patterns_and_letters_of_either_case(town):
    def names(text):
        return sorted(one["properties"]["name"] for one in told(town, "facility", text))

    assert {text: names(text) for text, _ in OF_NAMES} == dict(OF_NAMES)


def test_a_filter_never_leads_out_of_the_scope(town):
    west = Scope.of_region(VILLAGE)
    assert numbers(told(town, "house", "true", west)) == [ONE, TWO]
    assert numbers(told(town, "incident", f"kind = 'hazard' or grid_no = '{EAST}' or true", west)) == [ONE, TWO]
    own = Scope.of_grids([TWO])
    assert numbers(told(town, "grid", "not false", own)) == [TWO]
    assert told(town, "house", "true", Scope.nothing()) == []


def test_every_reference_system_gives_the_same_place_in_its_own_order(town):
    for crs in KNOWN.values():
        [one] = told(town, "house", f"grid_no = '{ONE}'", crs=crs)
        x, y = one["geometry"]["coordinates"][::-1] if crs.swaps else one["geometry"]["coordinates"]
        west, south, east, north = crs.box_in_degrees((x - 1e-9, y - 1e-9, x + 1e-9, y + 1e-9))
        assert (west, south) == pytest.approx((100.002, 25.005), abs=2e-8)
        assert (east, north) == pytest.approx((100.002, 25.005), abs=2e-8)


def test_a_box_in_every_system_finds_what_it_holds(town):
    for crs in KNOWN.values():
        [corner] = told(town, "house", f"grid_no = '{ONE}'", crs=crs)
        a, b = corner["geometry"]["coordinates"]
        reach = 1e-4 if crs.is_degrees else 10
        around = {
            "op": "s_intersects",
            "args": [{"property": "geometry"}, {"bbox": [a - reach, b - reach, a + reach, b + reach]}],
        }
        prepared = prepare("house", Features(conditions=[Condition(around, crs)]))
        page = ask(town, ALL, lambda connection, asked=prepared: features(connection, ALL, asked))
        assert [one["id"] for one in json.loads(b"[" + page.features + b"]")] == [corner["id"]]


def test_a_box_holds_its_edges_to_the_last_bit(town):
    lon, lat = told(town, "house", f"grid_no = '{ONE}'")[0]["geometry"]["coordinates"]
    assert len(told(town, "house", filters=Filters(bbox=(lon, lat, lon + 1, lat + 1)))) == 3
    beyond = math.nextafter(lon, 180)
    assert len(told(town, "house", filters=Filters(bbox=(beyond, lat, lon + 1, lat + 1)))) == 2


def test_pages_go_on_after_their_last_key_and_end(town):
    every = [one["id"] for one in told(town, "house")]
    met, after = [], None
    for _ in range(9):
        prepared = prepare("house", Features(limit=2, after=after))
        page = ask(town, ALL, lambda connection, asked=prepared: features(connection, ALL, asked))
        met += [one["id"] for one in json.loads(b"[" + page.features + b"]")]
        after = page.next
        if after is None:
            break
    assert met == every
    assert len(every) == 3


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 7), changes=st.lists(st.sampled_from(["add", "drop"]), max_size=6), seed=st.randoms())
def test_no_row_is_lost_or_told_twice_while_others_come_and_go(pages_town, limit, changes, seed):
    """Those that are there from beginning to end come once, whatever happens between two pages."""
    lasting, passing = pages_town.stay(12), pages_town.stay(6)
    changes, met, after = list(changes), [], None
    while True:
        prepared = prepare("facility", Features(limit=limit, after=after))
        page = ask(pages_town.database, ALL, lambda connection, asked=prepared: features(connection, ALL, asked))
        met += [one["id"] for one in json.loads(b"[" + page.features + b"]")]
        after = page.next
        if after is None:
            break
        if changes and changes.pop() == "add":
            pages_town.stay(1)
        elif passing:
            pages_town.drop(passing.pop(seed.randrange(len(passing))))
    assert len(met) == len(set(met))
    assert set(lasting) <= set(met)


class _Pages:
    """A village whose facilities come and go."""

    def __init__(self, database):
        self.database = database

    def stay(self, count):
        with self.database.write(Scope.everything()) as session:
            return [str(placed(session, "facility", ONE, spot(0.1), kind="clinic")) for _ in range(count)]

    def drop(self, id_):
        with self.database.write(Scope.everything()) as session:
            session.delete(session.get(Facility, uuid.UUID(id_)))


@pytest.fixture
def pages_town(town):
    return _Pages(town)


AREA = (100.0, 25.0, 100.02, 25.01)
PLACES = st.lists(st.sampled_from([0.1, 0.1001, 0.8, 0.8, 1.5, 1.9]), min_size=1, max_size=12)
CHANGES = st.lists(st.tuples(st.sampled_from(["add", "drop", "move"]), st.sampled_from([0.1, 0.8, 1.9])), max_size=8)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=PLACES, changes=CHANGES, limit=st.integers(1, 5))
def test_in_a_box_who_stays_comes_once_while_others_come_go_and_move(houses_town, places, changes, limit):
    """Several at one point too; whoever moves between two pages may come twice, or not at all, and nobody else."""
    houses_town.clear()
    lasting, passing = houses_town.settle(places), houses_town.settle([0.8] * 6)
    changes, met, after = list(changes), [], None
    while True:
        prepared = prepare("house", Features(filters=Filters(bbox=AREA), limit=limit, after=after))
        page = ask(houses_town.database, ALL, lambda connection, asked=prepared: features(connection, ALL, asked))
        met += [one["id"] for one in json.loads(b"[" + page.features + b"]")]
        after = page.next
        if after is None:
            break
        if changes:
            houses_town.change(*changes.pop(), passing)
    assert [met.count(one) for one in lasting] == [1] * len(lasting)


class _Houses:
    """A village whose houses come, go and move."""

    def __init__(self, database):
        self.database = database

    def clear(self):
        with self.database.write(Scope.everything()) as session:
            session.execute(delete(House).where(House.address == "来去路"))

    def settle(self, places):
        with self.database.write(Scope.everything()) as session:
            return [str(house(session, ONE, spot(at), "来去路")) for at in places]

    def change(self, what, at, passing):
        if what == "add":
            self.settle([at])
        elif passing:
            one = passing.pop() if what == "drop" else passing[0]
            with self.database.write(Scope.everything()) as session:
                found = session.get(House, uuid.UUID(one))
                if what == "drop":
                    session.delete(found)
                else:
                    found.point = from_shape(spot(at), 4326)


@pytest.fixture
def houses_town(town):
    return _Houses(town)


def test_one_feature_by_its_key(town):
    [listed] = told(town, "house", f"grid_no = '{ONE}'")
    one = ask(town, ALL, lambda connection: feature(connection, ALL, "house", listed["id"]))
    assert json.loads(one) == listed
    grid_no = ask(town, ALL, lambda connection: feature(connection, ALL, "grid", str(TWO)))
    assert json.loads(grid_no)["properties"]["name"] == "学校"


def test_a_key_that_is_not_there_is_not_found(town):
    keys = ["nothing", "", "' or 1=1", "\0", str(uuid.UUID(int=9)), "9" * 15, "甲" * 500]
    for key, layer in itertools.product(keys, ("house", "grid", "village")):
        with pytest.raises(NotFound):
            ask(town, ALL, lambda connection, layer=layer, key=key: feature(connection, ALL, layer, key))


def test_a_key_outside_the_scope_is_not_found(town):
    [east] = told(town, "house", f"grid_no = '{EAST}'")
    west = Scope.of_region(VILLAGE)
    with pytest.raises(NotFound):
        ask(town, west, lambda connection: feature(connection, west, "house", east["id"]))


def test_the_extent_is_that_of_the_deepest_region_around_the_scope(town):
    def of(scope):
        return ask(town, scope, lambda connection: extent(connection, scope))

    assert of(ALL) == pytest.approx((100, 25, 100.02, 25.01))
    assert of(Scope.of_region("99")) is None
    assert of(Scope.of_region("532901")) == pytest.approx((100, 25, 100.02, 25.01))
    assert of(Scope.of_region(VILLAGE)) == pytest.approx((100, 25, 100.01, 25.01))
    assert of(Scope.of_grids([ONE, EAST])) == pytest.approx((100, 25, 100.02, 25.01))
    assert of(Scope.nothing()) is None


def test_all_that_is_wrong_is_told_at_once():
    asked = Features(
        filters=Filters(kind="noise"), conditions=[Condition(read_text("nothing = 1 and foo(load) = 1"))], limit=0
    )
    with pytest.raises(Invalid) as caught:
        prepare("village", asked)
    assert [fault.where for fault in caught.value.faults] == ["filter", "filter", "limit", "kind"]
