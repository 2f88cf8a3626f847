"""Every hot query takes its index, behind the policies, on a million houses and a million incidents."""

from __future__ import annotations

import uuid
from datetime import date

import psycopg
import pytest
import shapely
from bench.layers_fill import without_indexes
from builders import ask
from psycopg import sql

from layers.cluster import SUPERUSER
from layers.counting import Question, incident_query
from layers.db import OWNER_ROLE, Database
from layers.here import here
from layers.imports import ewkb
from layers.items.filters import Filters, box_around
from layers.items.read import find_list, list_sql
from layers.items.strips import strips_of
from layers.queries import load, read_sql
from layers.scope import Scope

pytestmark = pytest.mark.slow
ALL = Scope.of_region("53")
LON, LAT = 103.005, 25.305
"""The middle of a grid in the middle of the map."""
MAP = """
    insert into incident_kind (code, name_zh, name_en) select 'k' || n, 'k' || n, 'k' || n from generate_series(1, 8) n;
    insert into region (id, code, level, name, parent_code, source, geom)
    select gen_random_uuid(), township || lpad((v % 50 + 1)::text, 3, '0'), 5, 'v' || v, township, 'made',
           st_multi(st_makeenvelope(x, y, x + 0.02, y + 0.05, 4326))
    from generate_series(0, 499) v
    cross join lateral (select '5301' || lpad((v / 50 + 1)::text, 2, '0') || '001' as township,
                               102.5 + v / 10 * 0.02 as x, 25 + v % 10 * 0.05 as y) t;
    insert into plan (id, village_code, status, target_load, band_low, band_high, tolerance)
    select gen_random_uuid(), code, 'published', 200, 1, 1000, 0.1 from region;
    insert into grid (id, grid_no, validity, plan_id, kind, load, geom, area_m2)
    select gen_random_uuid(), r.lo + n + 1, '[2021-01-01,)', p.id, 'basic', 200,
           st_multi(st_segmentize(st_makeenvelope(box.x, box.y, box.x + 0.01, box.y + 0.01, 4326), 0.0005)), 1
    from region r join plan p on p.village_code = r.code, generate_series(0, 9) n
    cross join lateral (select st_xmin(r.geom) + n / 5 * 0.01 as x, st_ymin(r.geom) + n % 5 * 0.01 as y) box;
    create temporary table spot as
    select g.grid_no, st_xmin(g.geom) + 0.0002 + n % 14 * 0.0007 as x, st_ymin(g.geom) + 0.0002 + n / 14 * 0.0006 as y,
           row_number() over (order by md5(g.grid_no::text || n)) as n
    from grid g, generate_series(0, 199) n;
"""
ROWS = """
    insert into house (id, grid_no, address, point, source)
    select gen_random_uuid(), grid_no, 'a', st_setsrid(st_makepoint(x, y), 4326), 'made' from spot order by n;
    insert into incident (id, grid_no, handled_grid_no, kind, text, occurred_at, point, source)
    select gen_random_uuid(), grid_no, grid_no, 'k' || (1 + n % 8), '',
           timestamptz '2021-11-01' + n * interval '157 seconds', st_setsrid(st_makepoint(x, y), 4326), 'made'
    from spot order by n;
"""


@pytest.fixture(scope="module")
def million(settings, template):
    """5,000 grids of 200 houses and 200 incidents each, the incidents of five years."""
    database = Database(settings, "wangge_million")
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(f"create database wangge_million template {template} owner {OWNER_ROLE}")
        try:
            with psycopg.connect(database.conninfo(SUPERUSER), autocommit=True) as filler:
                filler.execute("set session_replication_role = replica")
                filler.execute("set work_mem = '128MB'")
                filler.execute(MAP)
                with without_indexes(filler, "house", "incident"):
                    filler.execute(ROWS)
                filler.execute("select recount_counts()")
                filler.execute("insert into cell_count select * from recount_cells()")
                filler.execute("vacuum analyze")
            yield database
        finally:
            database.dispose()
            admin.execute("drop database wangge_million with (force)")


def plan_of(database, query, values, scope=ALL):
    """The plan behind the policies, as the reading door makes it."""

    async def question(connection):
        cursor = await connection.execute(sql.SQL("explain {}").format(query), values, prepare=False)
        return "\n".join(row["QUERY PLAN"] for row in await cursor.fetchall())

    return ask(database, scope, question)


def takes(plan, index, *tables):
    """The plan takes the index, and reads none of the tables whole."""
    assert f"using {index} " in plan or f"on {index} " in plan, plan
    for table in tables:
        assert f"Seq Scan on {table} " not in plan, plan


def tile_at(zoom):
    """The tile that holds the middle."""
    x = int((LON + 180) / 360 * 2**zoom)
    # The row of 25.305 degrees north at zoom 20: (1 - asinh(tan(latitude)) / pi) / 2 of 2^20.
    return {"z": zoom, "x": x, "y": 448_061 >> (20 - zoom)}


@pytest.mark.parametrize(
    ("layer", "index"), [("house", "ix_house_strip"), ("incident", "ix_incident_strip"), ("grid", "ix_grid_geom_m")]
)
@pytest.mark.parametrize("zoom", [14, 16])
def test_a_tile_is_found_by_its_index(million, layer, index, zoom):
    values = {"layer": layer} | tile_at(zoom) | ALL.params()
    takes(plan_of(million, sql.SQL(read_sql(f"tiles/{layer}.sql")), values), index, "house", "incident")


@pytest.mark.parametrize("layer", ["house", "incident"])
@pytest.mark.parametrize("zoom", [9, 11, 13])
def test_a_tile_of_counts_is_read_from_its_index_alone(million, layer, zoom):
    values = {"layer": layer} | tile_at(zoom) | ALL.params()
    plan = plan_of(million, sql.SQL(read_sql("tiles/cells.sql")), values)
    assert "Index Only Scan using ix_cell_count_register_cell" in plan


@pytest.mark.parametrize("kinds", [None, ["k1"]])
def test_heat_by_sql_reads_the_grids_in_the_window(million, kinds):
    grids = [530106001001001 + n for n in range(10)]
    values = {"numbers": grids, "since": date(2024, 1, 1), "until": date(2024, 7, 1), "kinds": kinds, "step": 0}
    values |= {"base_row": 1.0, "widths": [1.0], "first_band": 0}
    values |= {"west_units": 0, "east_units": 1, "south_units": 0, "north_units": 1} | ALL.params()
    plan = plan_of(million, sql.SQL(load("heat.sql")["cells"]), values)
    takes(plan, "ix_incident_grid_no_occurred_on", "incident")


def test_the_grids_in_a_window_are_found_by_their_shape(million):
    values = {"west": LON, "east": LON + 0.01, "south": LAT, "north": LAT + 0.01, "first": ALL.lo, "last": ALL.hi}
    takes(plan_of(million, sql.SQL(load("heat.sql")["places"]), values | ALL.params()), "ix_grid_geom")


@pytest.mark.parametrize("place", [ALL, Scope.of_region("530106"), Scope.of_region("530106001001")])
@pytest.mark.parametrize("query", ["incidents", "steps", "parts_by_kind"])
def test_counts_come_from_the_keys_of_the_roll_ups(million, place, query):
    question = Question(place.lo, place.hi, date(2024, 1, 20), date(2024, 4, 3), ("k1",), ALL)
    text, values = incident_query(query, question, 15)
    plan = plan_of(million, text, values | {"step": "day", "apart": False})
    takes(plan, "pk_incident_month", "incident", "incident_day", "incident_month")
    takes(plan, "pk_incident_day")


def test_a_choropleth_is_one_stretch_of_the_key(million):
    question = Question(ALL.lo, ALL.hi, date(2024, 2, 1), date(2024, 3, 1), ("k1",), ALL)
    plan = plan_of(million, *incident_query("incidents", question, 15))
    takes(plan, "pk_incident_month", "incident_month")
    assert "Sort" not in plan


def test_here_is_found_by_the_grids_shape(million):
    found = ask(million, ALL, lambda connection: here(connection, ALL, LON, LAT))
    assert found.grid_no.startswith("5301")
    query = sql.SQL("select min(grid_no) from grid where upper_inf(validity) and st_covers(geom, {point})")
    point = sql.SQL("st_setsrid(st_makepoint(103.005, 25.305), 4326)")
    takes(plan_of(million, query.format(point=point), {}), "ix_grid_geom", "grid")


@pytest.mark.parametrize("radius_m", [100.0, 20_000.0])
def test_near_houses_are_found_by_their_grids(million, radius_m):
    window = ewkb(shapely.box(*box_around(LON, LAT, radius_m)))
    values = {"lon": LON, "lat": LAT, "k": 10, "radius_m": radius_m, "window": window} | ALL.params()
    plan = plan_of(million, sql.SQL(load("here.sql")["near_houses"]), values)
    assert "Seq Scan on house " not in plan


@pytest.mark.parametrize(("side", "deep"), [(0.05, False), (0.05, True), (0.2, False)])
def test_a_page_of_a_box_is_read_column_by_column(million, side, deep):
    """The limit ends the search: the columns come sorted, and only within one are rows sorted."""
    filters = Filters(bbox=(LON - side / 2, LAT - side / 2, LON + side / 2, LAT + side / 2))
    house = find_list("house")

    async def values_of_strips(connection):
        return dict(await strips_of(connection, ALL, filters))

    values = ask(million, ALL, values_of_strips) | {"layer": "house", "numbers": None, "limit": 1001, "skip": 0}
    values |= {"shapes": False, "after": str(uuid.UUID(int=5)) if deep else None, "after_m": None}
    values |= {"after_strip": (values["west"] + 7 << 31) + values["south"] if deep else None}
    plan = plan_of(million, sql.SQL(list_sql(house, filters)), values | filters.values() | ALL.params())
    takes(plan, "ix_house_strip", "house")
    assert "Presorted Key: columns.no" in plan, plan


@pytest.mark.parametrize("deep", [False, True])
def test_a_page_of_features_is_read_by_index_however_deep(million, deep):
    with psycopg.connect(million.conninfo(SUPERUSER)) as admin:
        row = admin.execute("select id from house order by id offset 900000 limit 1").fetchone()
    values = {"layer": "house", "numbers": None, "limit": 1001, "skip": 0, "shapes": False}
    values |= {"after_m": None, "after_strip": None}
    values |= {"after": row[0] if deep else None} | Filters().values() | ALL.params()
    takes(plan_of(million, sql.SQL(list_sql(find_list("house"), Filters())), values), "pk_house", "house")
