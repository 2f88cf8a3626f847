"""A layer's rows over HTTP: pages, who may see what, and files that other programs read."""

from __future__ import annotations

import csv
import html
import io
import itertools
import json
import re
import sqlite3
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import get_args
from urllib.parse import urlencode

import geopandas
import openpyxl
import pandas as pd
import psycopg
import pyarrow.parquet as pq
import pyproj
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from town import COUNTY, EAST, LEFT, TOP, WEST

from layers.cluster import SUPERUSER
from layers.export import FORMATS
from layers.listing import LISTS, FilterName
from layers.scope import Scope
from spatial_api.access import CAPABILITIES, may
from spatial_api.routes.items import NEEDS

SPATIAL = ("geojson", "gpkg", "fgb", "parquet")
HOSTILE = (
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\ttab",
    "\rreturn",
    "＝1+1",
    "<script>alert(1)</script>",
    '两行\n“引号”,"逗号"',
    "#N/A",
    "bell\x07 and \uffff",
    "'; drop table house; --",
)


@pytest.fixture(scope="module", autouse=True)
def homes(town):
    """A house for each hostile address, from west to east along the top of the western village."""
    with town.write(Scope.everything()) as session:
        for number, address in enumerate(HOSTILE):
            values = {"number": f"00000000-0000-0000-0000-0000000001{number:02d}", "address": address}
            session.execute(ADD, values | {"lon": LEFT + 0.001 * (number + 1), "lat": TOP - 0.001})


ADD = text(
    "insert into house (id, address, grid_no, point, source) values (:number, :address, 532901001001001,"
    " st_setsrid(st_makepoint(:lon, :lat), 4326), 'made')"
)


def listed(browser, layer, query=""):
    """The items of a page."""
    answer = browser.get(f"/api/layers/{layer}/items?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def download(browser, layer, suffix, query="", path=None):
    """The bytes of a file, also written to `path` when that is given."""
    answer = browser.get(f"/api/layers/{layer}/items?f={suffix}&{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == FORMATS[suffix].media_type
    if path is not None:
        path.write_bytes(answer.content)
    return answer.content


def frame(browser, layer, suffix, tmp_path, query=""):
    """A spatial file as geopandas reads it."""
    path = tmp_path / f"file.{suffix}"
    download(browser, layer, suffix, query, path)
    return geopandas.read_parquet(path) if suffix == "parquet" else geopandas.read_file(path)


def sheet_rows(content):
    """The rows of a sheet, as openpyxl reads the cells."""
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows())


def csv_rows(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_page_has_its_layer_its_items_and_the_key_of_the_next(login):
    first = login("officer").get("/api/layers/house/items?limit=5").json()
    assert (first["layer"], len(first["items"])) == ("house", 5)
    second = login("officer").get(f"/api/layers/house/items?limit=1000&after={first['next']}").json()
    assert (len(second["items"]), second["next"]) == (len(HOSTILE) + 1 - 5, None)
    assert {row["id"] for row in first["items"]}.isdisjoint(row["id"] for row in second["items"])


def test_a_house_is_what_the_contract_says(login):
    names = [column.name for column in LISTS["house"].columns]
    near = f"near={LEFT + 0.001},{TOP - 0.001}&radius_m=1"
    [house] = listed(login("field"), "house", near)
    assert list(house) == [*names, "lon", "lat", "distance_m"]
    assert (house["address"], house["grid_no"], house["visit_state"]) == (HOSTILE[0], f"{WEST}001", "never")
    assert house["distance_m"] == 0


def test_incidents_are_filtered_by_period_kind_and_box(login):
    def count(query):
        return len(listed(login("officer"), "incident", query))

    assert count("from=2026-01-02&to=2026-01-03") == 3
    assert count("from=2026-01-03") == count("to=2026-01-02") == 0
    assert count("kind=noise") == 3
    assert (count("bbox=100.2,25.5,100.21,25.52"), count("bbox=100.21,25.5,100.22,25.51")) == (3, 0)
    assert count(f"region={WEST}&grid={WEST}001&near=100.201,25.519&radius_m=10&q=test") == 3


@pytest.mark.parametrize("role", CAPABILITIES)
@pytest.mark.parametrize("layer", sorted(LISTS))
def test_a_role_lists_what_it_may_and_exports_what_it_may(login, role, layer):
    allowed = bool(NEEDS[layer] & may(role))
    assert login(role).get(f"/api/layers/{layer}/items").status_code == (200 if allowed else 403)
    taken = allowed and "export:read" in may(role)
    assert login(role).get(f"/api/layers/{layer}/items?f=csv").status_code == (200 if taken else 403)


def test_persons_are_for_officers_and_people_for_nobody_else():
    asked = {layer: {role for role in CAPABILITIES if NEEDS[layer] & may(role)} for layer in LISTS}
    assert asked["person"] == asked["household"] == {"officer"}
    assert asked["house"] == asked["incident"] == asked["visit"] == {"officer", "field"}
    assert asked["duty"] == {"planner", "administrator"}
    assert set(LISTS) <= set(NEEDS)


def test_nobody_gets_nothing(nobody):
    assert nobody.get("/api/layers/house/items").status_code == 401
    assert nobody.get("/api/layers/house/items?f=gpkg").status_code == 401


@pytest.mark.parametrize("suffix", ["json", *FORMATS])
@pytest.mark.parametrize("query", [f"region={WEST}", f"grid={WEST}001", f"region={COUNTY[:4]}99"])
def test_what_lies_outside_the_scope_is_not_there(login, suffix, query):
    assert login("east-officer").get(f"/api/layers/house/items?f={suffix}&{query}").status_code == 404


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_holds_the_callers_scope_alone(login, suffix, tmp_path):
    content = download(login("east-officer"), "house", suffix)
    rows = {"csv": lambda: csv_rows(content)[1:], "xlsx": lambda: sheet_rows(content)[1:]}
    found = rows[suffix]() if suffix in rows else frame(login("east-officer"), "house", suffix, tmp_path)
    assert len(found) == 0


def test_an_unknown_layer_is_not_there(login):
    assert login("officer").get("/api/layers/drains/items").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "limit=0",
        "limit=1001",
        "after=x",
        "near=1",
        "radius_m=5",
        "near=1,1&radius_m=60000",
        "bbox=2,2,1,1",
        "from=2026-01-01",
        "as_of=2026-01-01T00:00:00Z",
        "kind=x",
        "q=",
        "grid=1",
        "region=1",
        "f=shp",
        "crs=EPSG:4326",
        "f=csv&limit=5",
        "f=csv&after=00000000-0000-0000-0000-000000000000",
        "f=csv&crs=mars",
        "f=csv&crs=EPSG:4978",
        "f=csv&crs=EPSG:999999",
        *(f"f={suffix}&crs={datum}" for suffix in SPATIAL for datum in ("gcj02", "bd09")),
    ],
)
def test_what_is_wrong_is_refused_with_its_fault(login, query):
    answer = login("officer").get(f"/api/layers/house/items?{query}")
    assert (answer.status_code, bool(answer.json()["faults"])) == (422, True)


@given(after=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_garbled_key_is_refused(login, after):
    answer = login("officer").client.get(
        "/api/layers/house/items",
        params={"after": f"{after}!"},
        headers={"cookie": f"wangge_session={login('officer').token}"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("suffix", SPATIAL)
@pytest.mark.parametrize("layer", [name for name, spec in LISTS.items() if spec.geometry is not None])
def test_a_spatial_file_has_the_rows_of_the_list(login, layer, suffix, tmp_path):
    browser = login("officer")
    found, rows = frame(browser, layer, suffix, tmp_path), listed(browser, layer)
    names = [column.name for column in LISTS[layer].columns]
    assert len(found) == len(rows)
    # A GeoJSON without features has no columns either.
    assert set(names) <= set(found.columns) or (suffix == "geojson" and not rows)
    assert found.crs.to_epsg() == 4326
    for name in ("id", "code", "name", "grid_no", "level", "load", "hard"):
        if name in names and rows:
            told = [None if pd.isna(value) else value for value in found[name]]
            assert told == [row[name] for row in rows], name
    points = found.geometry.representative_point()
    if LISTS[layer].geometry == "point":
        assert [None if point is None else (point.x, point.y) for point in points] == [
            None if row["lon"] is None else (row["lon"], row["lat"]) for row in rows
        ]


@pytest.mark.parametrize("suffix", SPATIAL)
def test_a_spatial_file_is_in_the_crs_that_was_asked_for(login, suffix, tmp_path):
    query = f"crs=EPSG:4545&near={LEFT + 0.001},{TOP - 0.001}&radius_m=1"
    found = frame(login("officer"), "house", suffix, tmp_path, query)
    assert found.crs.to_epsg() == 4545
    # Gauss-Krueger around 108 degrees east, by PROJ directly.
    to_plane = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:4545", always_xy=True)
    [point] = found.geometry
    assert (point.x, point.y) == pytest.approx(to_plane.transform(LEFT + 0.001, TOP - 0.001), abs=1e-6)


def test_a_shifted_datum_stands_in_the_head_of_a_table(login):
    near = f"near={LEFT + 0.001},{TOP - 0.001}&radius_m=1"
    head, row = csv_rows(download(login("officer"), "house", "csv", f"crs=gcj02&{near}"))
    assert head[-2:] == ["经度（GCJ-02）", "纬度（GCJ-02）"]
    assert 100 < abs(float(row[-2]) - LEFT - 0.001) * 100_000 < 600
    head, row = csv_rows(download(login("officer"), "house", "csv", f"crs=EPSG:4545&{near}"))
    assert head[-2:] == ["东坐标（EPSG:4545）", "北坐标（EPSG:4545）"]


def test_geojson_is_rfc_7946_on_wgs84_and_says_so_elsewhere(login):
    plain = json.loads(download(login("planner"), "village", "geojson"))
    assert (plain["type"], "crs" in plain) == ("FeatureCollection", False)
    assert [feature["id"] for feature in plain["features"]] == [WEST, EAST]
    [ring] = plain["features"][0]["geometry"]["coordinates"][0]
    turned = sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in itertools.pairwise(ring))
    assert turned < 0
    other = json.loads(download(login("planner"), "village", "geojson", "crs=cgcs2000"))
    assert other["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4490"


def test_geoparquet_says_what_its_columns_are(login, tmp_path):
    path = tmp_path / "villages.parquet"
    download(login("planner"), "village", "parquet", path=path)
    geo = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["MultiPolygon"])
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4326}


def test_a_geopackage_has_chinese_aliases(login, tmp_path):
    path = tmp_path / "houses.gpkg"
    download(login("officer"), "house", "gpkg", path=path)
    with sqlite3.connect(path) as file:
        aliases = dict(file.execute("select column_name, name from gpkg_data_columns where table_name = 'house'"))
        extensions = {name for (name,) in file.execute("select extension_name from gpkg_extensions")}
        [(title,)] = file.execute("select identifier from gpkg_contents")
    file.close()
    assert aliases == {column.name: column.title_zh for column in LISTS["house"].columns}
    assert "gpkg_schema" in extensions
    assert title == "房屋"


def test_a_csv_opens_in_a_spreadsheet_with_chinese_heads_and_no_formula(login):
    content = download(login("officer"), "house", "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv_rows(content)
    assert head[:4] == ["编号", "版本", "原编号", "地址"]
    assert head[-2:] == ["经度（EPSG:4326）", "纬度（EPSG:4326）"]
    addresses = [row[3] for row in rows if row[0].startswith("00000000")]
    assert [address.startswith("'") for address in addresses] == [True] * 7 + [False] * 4 + [True]
    assert [address.removeprefix("'") for address in addresses[:-1]] == list(HOSTILE[:-1])
    assert addresses[-1] == HOSTILE[-1]
    for row in rows:
        assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in row)


def test_a_sheet_has_texts_where_texts_were(login):
    content = download(login("officer"), "house", "xlsx")
    head, *rows = sheet_rows(content)
    assert [cell.value for cell in head][:4] == ["编号", "版本", "原编号", "地址"]
    addresses = [row[3] for row in rows if row[0].value.startswith("00000000")]
    assert {cell.data_type for cell in addresses} == {"s"}
    told = [cell.value for cell in addresses]
    assert told[0] == HOSTILE[0]
    assert told[7] == "<script>alert(1)</script>"
    assert told[10] == "bell and "
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_moments_and_numbers_keep_their_kind_in_a_sheet(login):
    head, row, *_ = sheet_rows(download(login("officer"), "incident", "xlsx"))
    cells = {title.value: cell.value for title, cell in zip(head, row, strict=True)}
    assert cells["发生时间（北京时间）"].isoformat() == "2026-01-02T09:00:00"
    assert (cells["版本"], cells["网格编号"]) == (1, f"{WEST}001")


def test_persons_leave_masked_in_every_format(login, town, tmp_path):
    for suffix in FORMATS:
        content = download(login("officer"), "person", suffix)
        if suffix == "xlsx":
            content = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
            # Written with lxml, what is not ASCII stands in it as references.
            content = html.unescape(content.decode()).encode()
        elif suffix == "parquet":
            content = str(frame(login("officer"), "person", suffix, tmp_path)["name"].tolist()).encode()
        assert "甲**".encode() in content, suffix
        assert "甲0".encode() not in content, suffix


@pytest.mark.parametrize("suffix", SPATIAL)
def test_duties_have_no_place_and_are_tables_only(login, suffix):
    assert login("planner").get(f"/api/layers/duty/items?f={suffix}").status_code == 422
    head, row = csv_rows(download(login("planner"), "duty", "csv"))
    assert (head[1], row[1]) == ("登录名", "field")


def test_a_file_bears_its_name_in_both_alphabets(login):
    answer = login("planner").get(f"/api/layers/village/items?f=csv&region={COUNTY}")
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="village-{COUNTY}.csv"; '
        f"filename*=UTF-8''%E6%9D%91%EF%BC%88%E7%A4%BE%E5%8C%BA%EF%BC%89-{COUNTY}.csv"
    )
    assert "no-store" in answer.headers["cache-control"]


def test_a_file_of_a_moment_bears_it_as_clocks_in_china_show_it(login):
    asked = {"f": "csv", "region": COUNTY, "as_of": "2026-11-23T16:05:00+00:00"}
    answer = login("planner").get(f"/api/layers/grid/items?{urlencode(asked)}")
    assert f'filename="grid-{COUNTY}-20261124-000500.csv"' in answer.headers["content-disposition"]


def test_an_export_is_audited_without_the_text_that_was_looked_for(login, town):
    download(login("officer"), "house", "csv", f"region={WEST}&q=script&near=100.2,25.5&radius_m=5000")
    with psycopg.connect(town.conninfo(SUPERUSER)) as connection:
        rows = connection.execute(
            "select a.act, a.subject, a.detail, c.login from audit a join account c on c.id = a.account_id"
            " order by a.id desc limit 2"
        ).fetchall()
    ended, begun = rows
    assert begun[:2] == ("export", "house")
    assert begun[2]["filters"] == {"region": WEST, "near": "…", "q": "…"}
    assert (ended[0], ended[2], ended[3]) == ("exported", {"rows": 1, "complete": True}, "officer")


@contextmanager
def crowd(town, count):
    """So many facilities for a while."""
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute("insert into facility_kind (code, name_zh, name_en) values ('lamp', '路灯', 'Lamp')")
        admin.execute(
            """insert into facility (id, kind, name, grid_no, point, source)
               select gen_random_uuid(), 'lamp', '路灯', 532901001001001,
                      st_setsrid(st_makepoint(100.2, 25.5), 4326), 'made' from generate_series(1, %s)""",
            [count],
        )
        try:
            yield
        finally:
            admin.execute("delete from facility where kind = 'lamp'")
            admin.execute("delete from facility_kind where code = 'lamp'")


def test_a_file_has_what_all_pages_have(login, town):
    """Two and a half batches: the pages one after the other and the file give the same rows in the same order."""
    with crowd(town, 2_500):
        browser, paged, after = login("planner"), [], ""
        while after is not None:
            page = browser.get(f"/api/layers/facility/items?limit=1000{after and f'&after={after}'}").json()
            paged += [row["id"] for row in page["items"]]
            after = page["next"]
        written = [row[0] for row in csv_rows(download(browser, "facility", "csv"))[1:]]
        features = json.loads(download(browser, "facility", "geojson"))["features"]
    assert len(paged) == 2_500
    assert written == paged == [feature["id"] for feature in features]


def cells(page, heading):
    """What stands in backticks in the table under a heading: first column -> the other columns."""
    lines = page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0].splitlines()
    rows = [[re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:-1]] for line in lines]
    return {row[0][0]: row[1:] for row in rows if row and row[0]}


def test_the_page_about_exports_names_every_layer_filter_and_format():
    page = (Path(__file__).resolve().parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
    layers = cells(page, "Layers")
    assert list(layers) == list(LISTS)
    for name, (who, filters, columns) in layers.items():
        spec = LISTS[name]
        assert (set(who), set(filters)) == (NEEDS[name], spec.filters), name
        assert columns == [column.name for column in spec.columns], name
    assert list(cells(page, "Filters")) == list(get_args(FilterName))
    assert list(cells(page, "Files")) == list(FORMATS)
