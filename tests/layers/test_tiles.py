"""Tiles: what is in them, for whom, and that the database finds it by index."""

from __future__ import annotations

import math

import mapbox_vector_tile
import psycopg
import pytest
from builders import (
    COUNTY,
    TABLES,
    VILLAGE,
    add,
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
    with_pool,
)
from geoalchemy2.shape import from_shape
from shapely import LineString
from sqlalchemy import text

from layers.catalog import CATALOG
from layers.cluster import SUPERUSER
from layers.db import READ_ROLE
from layers.errors import Invalid, NotFound
from layers.queries import read_sql
from layers.scope import Scope
from layers.tiles import draw, find_layer

ONE = int(VILLAGE) * 1000 + 1
TWO = ONE + 1
EAST = int(VILLAGE) * 1000 + 1001
ALL = Scope.of_region("53")


def address(z, point):
    """The tile that holds a point."""
    x = int((point.x + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(point.y))) / math.pi) / 2 * 2**z)
    return z, x, y


def tile(database, scope, name, z, x, y):
    """The bytes of a tile."""
    found = find_layer(name, z, x, y)
    return with_pool(database, lambda pool: draw(pool, scope, *found)).data


def decoded(database, scope, name, z, point=None):
    """The layers in the tile around a point."""
    data = tile(database, scope, name, *address(z, point or spot(0.5)))
    return mapbox_vector_tile.decode(data) if data else {}


def features(database, scope, name, z, point=None):
    """The properties of the features in the tile around a point, in the order of their values."""
    layers = decoded(database, scope, name, z, point)
    assert set(layers) <= {name, f"{name}_label"}
    found = [feature["properties"] for feature in layers.get(name, {"features": []})["features"]]
    return sorted(found, key=lambda properties: sorted(map(str, properties.values())))


@pytest.fixture
def town(database):
    """Two villages: the west one has two basic grids of load 6 and 14 and an exclusive one, the east one one grid."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        west, east = plan(session), plan(session, "532901003002")
        grid(session, west, ONE, square(0, 0, 0.5), load=6)
        grid(session, west, TWO, square(0.5, 0, 0.5), load=14)
        grid(session, west, ONE - 1 + 900, square(0, 0.5, 0.5), load=3, name="学校")
        grid(session, east, EAST, square(1), load=7)
    return database


@pytest.mark.parametrize(("name", "codes"), [("county", 1), ("township", 1), ("village", 2)])
def test_regions_bear_code_and_name(town, name, codes):
    found = features(town, ALL, name, 12)
    assert len(found) == codes
    assert all(set(properties) == {"code", "name", "synthetic"} for properties in found)


def test_a_village_officer_sees_the_county_around_the_village_but_no_other_village(town):
    scope = Scope.of_region(VILLAGE)
    assert [found["name"] for found in features(town, scope, "county", 12)] == ["大理市"]
    assert [found["code"] for found in features(town, scope, "village", 12)] == [VILLAGE]


def test_grids_tell_their_deviation_from_the_mean_of_the_villages_basic_grids(town):
    found = {properties["grid_no"]: properties for properties in features(town, ALL, "grid", 12)}
    assert found[str(ONE)] == {
        "grid_no": str(ONE), "kind": "basic", "load": 6, "village": VILLAGE, "deviation": -0.4,
    }  # fmt: skip
    assert found[str(TWO)]["deviation"] == 0.4
    assert found[str(EAST)]["deviation"] == 0.0
    assert "deviation" not in found[str(ONE - 1 + 900)]


def test_a_field_worker_sees_only_the_grids_of_the_duty(town):
    assert [found["grid_no"] for found in features(town, Scope.of_grids([TWO]), "grid", 12)] == [str(TWO)]
    assert features(town, Scope.of_grids([]), "grid", 12) == []


def test_buildings_count_the_households_in_them_or_those_assumed(town):
    with town.write(Scope.everything()) as session:
        lived_in = building(session, ONE, spot(0.1), assumed_households=9)
        building(session, TWO, spot(0.2), assumed_households=4)
        home = house(session, ONE, spot(0.1), building_id=lived_in)
        household(session, ONE, home)
        household(session, ONE, home)
    found = features(town, ALL, "building", 15, spot(0.15))
    assert sorted((one["grid_no"], one["households"]) for one in found) == [(str(ONE), 2), (str(TWO), 4)]
    assert [set(one) for one in features(town, ALL, "building", 14, spot(0.15))] == [{"grid_no"}, {"grid_no"}]
    assert [one["grid_no"] for one in features(town, Scope.of_grids([TWO]), "building", 15, spot(0.15))] == [str(TWO)]


def test_points_known_worse_than_their_street_are_never_drawn(town):
    with town.write(Scope.everything()) as session:
        for level in ("house", "building", "street", "hamlet", "village", "township", "county"):
            incident(session, ONE, spot(0.2), level=level)
            placed(session, "facility", ONE, spot(0.2), kind="clinic", level=level)
    assert len(features(town, ALL, "incident", 14)) == 3
    assert len(features(town, ALL, "facility", 14)) == 3


@pytest.mark.parametrize("name", ["house", "incident"])
def test_personal_layers_hold_what_is_in_the_scope_and_nothing_else(town, name):
    with town.write(Scope.everything()) as session:
        for number, at in ((TWO, 0.9), (EAST, 1.2), (int(VILLAGE) * 1000, 0.95)):
            {"house": house, "incident": incident}[name](session, number, spot(at))
    seen = {
        scope: len(features(town, scope, name, 15, spot(1)))
        for scope in (ALL, Scope.of_region(VILLAGE), Scope.of_grids([TWO]), Scope.nothing())
    }
    assert list(seen.values()) == [3, 2, 1, 0]


def test_incidents_bear_their_kind_and_day_in_shanghai(town):
    with town.write(Scope.everything()) as session:
        found = incident(session, ONE, spot(0.2), occurred_at="2026-05-01T17:00:00Z")
    assert features(town, ALL, "incident", 15) == [{"id": str(found), "kind": "noise", "occurred_on": "2026-05-02"}]
    assert features(town, ALL, "incident", 14) == [{"kind": "noise", "occurred_on": "2026-05-02"}]


@pytest.mark.parametrize("name", ["barrier", "link"])
def test_lines_are_drawn_inside_the_box_of_the_scope(town, name):
    def line(x):
        return LineString([spot(x, 0.2), spot(x, 0.8)])

    kind = {"barrier": {"kind": "river", "hard": True}, "link": {"kind": "bridge"}}[name]
    with town.write(Scope.everything()) as session:
        for at in (0.5, 1.5):
            add(session, name, geom=line(at), source="made", **kind)
    assert features(town, Scope.of_region(VILLAGE), name, 13, spot(1)) == [kind]
    assert features(town, Scope.of_grids([ONE]), name, 13, spot(1)) == [kind]
    assert features(town, ALL, name, 13, spot(1)) == [kind, kind]


def everywhere(session):
    """Something of every layer around (0.3, 0.3), beside the grids that are there."""
    line = LineString([spot(0.2, 0.2), spot(0.4, 0.4)])
    add(session, "barrier", kind="river", hard=True, geom=line, source="made")
    add(session, "link", kind="bridge", geom=line, source="made")
    session.add(_kind("organisation_kind"))
    session.add(_kind("place_kind"))
    session.flush()
    placed(session, "organisation", ONE, spot(0.3, 0.3), kind="shop", name="小卖部")
    placed(session, "facility", ONE, spot(0.3, 0.3), kind="clinic", name="卫生室")
    placed(session, "place", ONE, spot(0.3, 0.3), kind="shop", name="集市")
    building(session, ONE, spot(0.3, 0.3))
    house(session, ONE, spot(0.3, 0.3))
    incident(session, ONE, spot(0.3, 0.3))
    draft = plan(session, status="draft")
    plan_grid(session, draft, "新网格")
    duty(session, ONE, "甲")
    above = text("update region set geom = (select geom from region where code = :code) where geom is null")
    session.execute(above, {"code": COUNTY})


def plan_grid(session, plan_id, name=None):
    """The one grid of a plan: the whole western village."""
    shape = from_shape(square(0), 4326)
    session.add(TABLES["plan_grid"](plan_id=plan_id, seq=1, kind="basic", name=name, load=9, geom=shape))


def duty(session, number, login, validity="[2026-01-01,)", status="active"):
    """A field worker's duty in a grid."""
    names = {"login": login, "name": f"{login}某", "role": "field", "region_code": VILLAGE, "password_hash": ""}
    account = add(session, "account", **names)
    return add(session, "duty", account_id=account, grid_no=number, status=status, validity=validity)


def test_every_layer_of_the_catalog_draws_its_fields_and_no_others_at_every_zoom(town):
    with town.write(Scope.everything()) as session:
        everywhere(session)
    for spec in CATALOG.values():
        told = set()
        for zoom in range(spec.min_zoom, spec.max_zoom + 1):
            found = features(town, ALL, spec.name, zoom, spot(0.3, 0.3))
            assert found, (spec.name, zoom)
            is_counted = spec.cells_to is not None and zoom <= spec.cells_to
            assert all((set(one) == {"count"}) == is_counted for one in found), (spec.name, zoom)
            told |= {name for one in found for name in one}
        names = {field.name for field in spec.fields}
        assert told <= names, spec.name
        assert names - told <= {"name"}, spec.name


def _kind(table):
    return TABLES[table](code="shop", name_zh="商店", name_en="Shop")


def test_nothing_there_is_empty_bytes(town):
    assert tile(town, ALL, "grid", 12, 0, 0) == b""


@pytest.mark.parametrize(
    ("name", "at", "error"),
    [
        ("drains", (12, 0, 0), NotFound),
        ("grid'; drop table grid; --", (12, 0, 0), NotFound),
        ("grid", (3, 0, 0), NotFound),
        ("grid", (12, 4096, 0), Invalid),
        ("grid", (12, 0, -1), Invalid),
        ("grid", (-1, 0, 0), Invalid),
        ("grid", (10**6, 0, 0), Invalid),
    ],
)
def test_tiles_that_are_none_are_refused(town, name, at, error):
    with pytest.raises(error):
        tile(town, ALL, name, *at)


def labels(database, name, z, point=None):
    """The properties of the labels in the tile around a point."""
    layer = decoded(database, ALL, name, z, point).get(f"{name}_label", {"features": []})
    return [feature["properties"] for feature in layer["features"]]


@pytest.mark.parametrize("zoom", [12, 14, 15])
def test_a_name_stands_once_in_all_the_tiles_of_a_zoom(town, zoom):
    _, west, north = address(zoom, spot(-0.1, 1.1))
    _, east, south = address(zoom, spot(2.1, -0.1))
    found = []
    for x in range(west, east + 1):
        for y in range(north, south + 1):
            data = tile(town, ALL, "village", zoom, x, y)
            layer = mapbox_vector_tile.decode(data).get("village_label", {"features": []})
            found += [feature["properties"] for feature in layer["features"]]
    names = {"东山村委会": VILLAGE, "西山村委会": "532901003002"}
    assert sorted(found, key=lambda one: one["code"]) == [{"code": code, "name": name} for name, code in names.items()]


def test_a_grid_without_a_name_is_labelled_by_its_last_digits(town):
    assert sorted(one["name"] for one in labels(town, "grid", 10)) == ["001", "001", "002", "学校"]
    assert all(set(one) == {"grid_no", "name"} for one in labels(town, "grid", 10))


def test_a_plan_under_way_is_drawn_with_its_state_and_a_published_one_is_not(town):
    with town.write(Scope.everything()) as session:
        for status in ("draft", "in_review", "retired"):
            found = plan(session, status=status)
            plan_grid(session, found)
    seen = features(town, ALL, "plan", 12)
    assert sorted((one["status"], one["seq"], one["village"]) for one in seen) == [
        ("draft", 1, VILLAGE),
        ("in_review", 1, VILLAGE),
    ]
    assert features(town, Scope.of_region("532901003002"), "plan", 12) == []
    assert features(town, Scope.of_grids([ONE]), "plan", 12) == []


def test_a_grid_tells_who_is_on_duty_now_and_how_long_that_lasts(town):
    with town.write(Scope.everything()) as session:
        duty(session, ONE, "a")
        duty(session, ONE, "b")
        duty(session, TWO, "c", "[2026-01-01,2026-02-01)")
        duty(session, TWO, "d", status="proposed")
        duty(session, TWO, "e", "[2999-01-01,)")
    found = {one["grid_no"]: one for one in features(town, ALL, "duty", 12)}
    assert found[str(ONE)] == {"grid_no": str(ONE), "holders": "a某、b某", "duties": 2}
    assert found[str(TWO)] == {"grid_no": str(TWO), "duties": 0}
    drawn = with_pool(town, lambda pool: draw(pool, ALL, *find_layer("duty", *address(12, spot(0.5)))))
    assert drawn.lasts_s > 900 * 365 * 86400
    drawn = with_pool(town, lambda pool: draw(pool, ALL, *find_layer("grid", *address(12, spot(0.5)))))
    assert (drawn.lasts_s, drawn.villages) == (None, {int(VILLAGE), 532901003002})


def test_a_tile_of_counts_is_read_from_its_index_alone(town):
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute(
            """insert into cell_count select 'house', cell_of_tile(19, 400000 + n %% 400, 220000 + n / 400),
                   532900000000001 + n %% 50, 1 from generate_series(1, %s) n""",
            [50_000],
        )
        admin.execute("vacuum analyze cell_count")
    with psycopg.connect(town.conninfo(READ_ROLE, "-c max_parallel_workers_per_gather=0 -c jit=off")) as reader:
        for key, value in ALL.as_settings().items():
            reader.execute("select set_config(%s, %s, true)", [f"wangge.{key}", value])
        values = {"layer": "house", "z": 13, "x": 6250, "y": 3437} | ALL.params()
        lines = reader.execute("explain " + read_sql("tiles/cells.sql"), values).fetchall()
    shown = "\n".join(line for (line,) in lines)
    assert "Index Only Scan using ix_cell_count_register_cell" in shown
    assert "Seq Scan on cell_count" not in shown


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("building", "ix_building_geom_m"),
        ("house", "ix_house_strip"),
        ("incident", "ix_incident_strip"),
    ],
)
def test_a_dense_tile_is_found_by_index(town, name, index):
    rows = {
        "building": "insert into building (id, grid_no, point, source)",
        "house": "insert into house (id, grid_no, point, source, address)",
        "incident": "insert into incident (id, grid_no, point, source, kind, text, occurred_at, handled_grid_no)",
    }[name]
    extra = {"building": "", "house": ", '人民路1号'", "incident": ", 'noise', '', now(), 1"}[name]
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        # What triggers keep of the rows is not looked at.
        admin.execute("set session_replication_role = replica")
        admin.execute(
            f"""{rows} select gen_random_uuid(), 532900000000001 + n, st_setsrid(st_makepoint(99 + n / 50000.0,
                25 + (n %% 100) / 100.0), 4326), 'made' {extra} from generate_series(1, %s) n""",
            [50_000],
        )
        admin.execute("analyze")
    z, x, y = address(15, spot(0.5))
    with psycopg.connect(town.conninfo(READ_ROLE, "-c max_parallel_workers_per_gather=0 -c jit=off")) as reader:
        settings = ALL.as_settings()
        for key, value in settings.items():
            reader.execute("select set_config(%s, %s, true)", [f"wangge.{key}", value])
        values = {"layer": name, "z": z, "x": x, "y": y} | ALL.params()
        lines = reader.execute("explain " + read_sql(f"tiles/{name}.sql"), values).fetchall()
    shown = "\n".join(line for (line,) in lines)
    assert index in shown
    assert f"Seq Scan on {name}" not in shown


@pytest.mark.parametrize("name", ["house", "incident"])
@pytest.mark.parametrize("z", [14, 15, 16])
def test_a_point_is_in_each_tile_whose_box_with_its_buffer_holds_it(town, name, z):
    # Around the corner of four tiles, in 256ths of their side: the buffer is 4 of them.
    _, x, y = address(z, spot(0.5))
    side, west, north = 40075016.6855785 / 2**z, x / 2**z, y / 2**z
    steps = [n / 256 for n in (-8, -5, -3, 0, 3, 128)]
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        columns, values = {
            "house": ("address", "'人民路1号'"),
            "incident": ("kind, text, occurred_at, handled_grid_no", "'noise', '', now(), 1"),
        }[name]
        for dx in steps:
            for dy in steps:
                admin.execute(
                    f"""insert into {name} (id, grid_no, point, source, {columns}) select gen_random_uuid(), %s,
                        st_transform(st_setsrid(st_makepoint(%s, %s), 3857), 4326), 'made', {values}""",
                    [ONE, (west - 0.5) * 40075016.6855785 + dx * side, (0.5 - north) * 40075016.6855785 - dy * side],
                )
    seen = {(i, j): len(features_at(town, name, z, x + i, y + j)) for i in (-1, 0, 1) for j in (-1, 0, 1)}
    # Of -8, -5, -3, 0, 3 and 128 256ths, the tile shows those from -4 to 260; its western neighbour those to 4.
    across = {-1: 5, 0: 4, 1: 0}
    assert seen == {(i, j): across[i] * across[j] for i in across for j in across}


def features_at(database, name, z, x, y):
    """The features of a layer in one tile, as everyone sees them."""
    data = tile(database, ALL, name, z, x, y)
    return mapbox_vector_tile.decode(data)[name]["features"] if data else []
