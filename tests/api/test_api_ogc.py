"""OGC API – Features and Tiles over HTTP: documents, pages, parameters, reference systems, access, bad input."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qsl, quote, urlsplit

import mapbox_vector_tile
import pytest
from town import BOTTOM, LEFT, MIDDLE, RIGHT, TOP, WEST

from layers.catalog import CATALOG
from layers.crs import KNOWN
from layers.listing import LISTS
from spatial_api.ogc.describe import CONFORMS_TO

HOST = "http://localhost/ogc"
COLLECTIONS = [spec.name for spec in LISTS.values() if spec.queryables is not None]
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
PLANNERS = {name for name in COLLECTIONS if name not in ("house", "incident", "visit")}
OFFICERS = {name for name in COLLECTIONS if name != "duty"}


def page(browser, path, **query):
    """The features that a query gives."""
    asked = "&".join(f"{name.replace('_', '-')}={quote(str(value))}" for name, value in query.items())
    answer = browser.get(f"/ogc{path}?{asked}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(browser, path):
    """What is wrong with a request, by where."""
    answer = browser.get(f"/ogc{path}", accept_language="en")
    assert answer.status_code == 400, (answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["faults"], answer.text
    return {fault["where"]: fault["message"] for fault in answer.json()["faults"]}


def test_the_landing_page_leads_to_everything(nobody):
    for path in ("/ogc", "/ogc/"):
        links = {one["rel"]: one for one in nobody.get(path).json()["links"]}
        assert links["service-desc"]["type"] == "application/vnd.oai.openapi+json;version=3.0"
        assert [links[rel]["href"] for rel in ("conformance", "data")] == [f"{HOST}/conformance", f"{HOST}/collections"]


def test_head_says_what_get_says_without_a_body(login):
    browser = login("officer")
    for path in ("", "/conformance", "/collections/grid", "/collections/grid/items?limit=1", "/tileMatrixSets"):
        told, headed = browser.get(f"/ogc{path}"), browser.ask("HEAD", f"/ogc{path}")
        assert (headed.status_code, headed.content) == (200, b"")
        same = ("content-type", "content-length", "link", "content-crs")
        assert [headed.headers.get(name) for name in same] == [told.headers.get(name) for name in same]
    assert browser.ask("HEAD", "/ogc/collections/nothing").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "squeezed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("identity", False), ("gzip;q=0, *", False)],
)
def test_a_page_is_squeezed_for_whoever_takes_that(login, accepted, squeezed):
    answer = login("officer").get("/ogc/collections/grid/items", accept_encoding=accepted)
    assert answer.headers.get("content-encoding") == ("gzip" if squeezed else None)
    assert answer.headers["vary"] == "Accept-Encoding"
    assert len(answer.json()["features"]) == answer.json()["numberReturned"] > 1


def test_conformance_names_each_class_once(nobody):
    classes = nobody.get("/ogc/conformance").json()["conformsTo"]
    assert classes == CONFORMS_TO
    assert len(set(classes)) == len(classes)
    assert not [one for one in classes if "html" in one or "gml" in one or "arithmetic" in one or "array" in one]


@pytest.mark.parametrize(
    ("role", "names"), [("administrator", {"duty"}), ("planner", PLANNERS), ("officer", OFFICERS), ("field", OFFICERS)]
)
def test_collections_are_the_lists_that_a_role_may_see(login, role, names):
    browser = login(role)
    told = browser.get("/ogc/collections").json()["collections"]
    assert {one["id"] for one in told} == names
    assert [browser.get(f"/ogc/collections/{one['id']}").json() for one in told] == told
    for name in COLLECTIONS:
        for path in ("", "/queryables", "/schema", "/items", "/items/x"):
            status = browser.get(f"/ogc/collections/{name}{path}").status_code
            assert (status == 403) == (name not in names), (name, path, status)


@pytest.mark.parametrize("name", ["household", "person", "nothing", "account", "%00", "grid'--"])
def test_what_is_no_collection_is_not_found(login, name):
    for path in ("", "/queryables", "/schema", "/items", "/items/x", "/tiles", "/tiles/WebMercatorQuad"):
        assert login("officer").get(f"/ogc/collections/{name}{path}").status_code == 404


GRID = "/collections/grid"
QUAD = f"{GRID}/tiles/WebMercatorQuad"
GUARDED = ["/collections", GRID, f"{GRID}/items", f"{GRID}/items/1", f"{GRID}/queryables", f"{GRID}/schema"]


@pytest.mark.parametrize("path", [*GUARDED, f"{GRID}/tiles", QUAD, f"{QUAD}/12/1747/3188"])
def test_without_a_login_data_are_401_and_programs_are_asked_for_a_token(nobody, path):
    answer = nobody.get(f"/ogc{path}")
    assert answer.status_code == 401
    assert 'Basic realm="wangge"' in answer.headers.get_list("www-authenticate")


def test_a_token_opens_what_it_holds_and_no_more(login, server):
    made = login("officer").post("/api/tokens", {"name": "qgis", "capabilities": ["grid:read"], "days": 1}).json()
    basic = base64.b64encode(f"officer:{made['secret']}".encode()).decode()
    for authorization in (f"Bearer {made['secret']}", f"Basic {basic}"):
        headers = {"authorization": authorization}
        names = {one["id"] for one in server.get("/ogc/collections", headers=headers).json()["collections"]}
        assert names == {"grid", "barrier", "link", "building", "facility", "organisation", "place"}
        assert server.get("/ogc/collections/grid/items", headers=headers).status_code == 200
        assert server.get("/ogc/collections/house/items", headers=headers).status_code == 403


def test_a_collection_tells_its_place_its_systems_and_its_words(login):
    told = login("planner").get("/ogc/collections/grid").json()
    assert told["title"] == "网格"
    assert (told["crs"][0], told["storageCrs"]) == (f"{'http://www.opengis.net/def/crs/OGC/1.3/'}CRS84",) * 2
    assert login("planner").get("/ogc/collections/grid", accept_language="en").json()["title"] == "Grids"
    east = login("east").get("/ogc/collections/grid").json()
    assert east["extent"]["spatial"]["bbox"] == [pytest.approx([MIDDLE, BOTTOM, RIGHT, TOP])]
    assert "spatial" not in login("administrator").get("/ogc/collections/duty").json()["extent"]


def test_queryables_and_schema_say_what_the_catalog_says(login):
    for name in COLLECTIONS:
        browser = login("officer" if name in OFFICERS else "administrator")
        answer = browser.get(f"/ogc/collections/{name}/queryables")
        assert answer.headers["content-type"] == "application/schema+json"
        spec, told = LISTS[name], answer.json()
        shape = {"geometry"} if spec.geometry else set()
        assert set(told["properties"]) == set(spec.queryables) | shape
        assert told["additionalProperties"] is False
        held = browser.get(f"/ogc/collections/{name}/schema").json()["properties"]
        assert set(held) == {column.name for column in spec.columns} | shape
        assert held[spec.key]["x-ogc-role"] == "id"


def test_pages_of_every_collection_follow_their_links_to_the_end(login):
    for name in COLLECTIONS:
        browser = login("officer" if name in OFFICERS else "administrator")
        every = page(browser, f"/collections/{name}/items", limit=1000)
        assert "numberMatched" not in every
        met, href = [], f"{HOST}/collections/{name}/items?limit=3"
        while href:
            told = browser.get(href.removeprefix("http://localhost")).json()
            assert told["numberReturned"] == len(told["features"]) <= 3
            met += [one["id"] for one in told["features"]]
            href = next((one["href"] for one in told["links"] if one["rel"] == "next"), None)
        assert met == [one["id"] for one in every["features"]]


def test_the_next_link_keeps_what_was_asked(login):
    told = page(login("planner"), "/collections/grid/items", limit=1, filter="load > 0 and kind = 'basic'", f="json")
    [href] = [one["href"] for one in told["links"] if one["rel"] == "next"]
    asked = dict(parse_qsl(urlsplit(href).query))
    assert asked.pop("after") == told["features"][-1]["id"]
    assert asked == {"limit": "1", "filter": "load > 0 and kind = 'basic'", "f": "json"}


def test_a_feature_is_what_its_page_says(login):
    one = page(login("planner"), "/collections/grid/items", limit=1)["features"][0]
    answer = login("planner").get(f"/ogc/collections/grid/items/{one['id']}")
    assert answer.headers["content-type"] == "application/geo+json"
    told = answer.json()
    assert {link["rel"] for link in told.pop("links")} == {"self", "collection"}
    assert told == one


def test_what_is_foreign_is_not_there(login):
    west = page(login("planner"), "/collections/building/items", limit=1000)["features"]
    foreign = [one["id"] for one in west if one["properties"]["grid_no"].startswith(WEST)]
    own = page(login("east"), "/collections/building/items", limit=1000, filter="true")["features"]
    assert foreign
    assert not {one["id"] for one in own} & set(foreign)
    assert login("east").get(f"/ogc/collections/building/items/{foreign[0]}").status_code == 404
    asked = page(login("east"), "/collections/building/items", id=foreign[0])
    assert asked["features"] == []


def test_boxes_in_every_reference_system_find_the_same(login):
    box = (LEFT, BOTTOM, LEFT + 0.006, TOP)
    browser = login("planner")
    known = [
        one["id"] for one in page(browser, "/collections/building/items", bbox=",".join(map(str, box)))["features"]
    ]
    assert 0 < len(known) < 32
    for crs in KNOWN.values():
        if not crs.is_degrees:
            continue
        sides = [box[1], box[0], box[3], box[2]] if crs.swaps else box
        asked = {"bbox": ",".join(map(str, sides)), "bbox_crs": crs.uri, "crs": crs.uri}
        answer = page(browser, "/collections/building/items", **asked)
        assert [one["id"] for one in answer["features"]] == known
    mercator = "11154213,2936000,11154900,2940000"
    found = page(browser, "/collections/building/items", bbox=mercator, bbox_crs=f"{EPSG}3857")["features"]
    assert [one["id"] for one in found] == known


def test_the_system_asked_for_is_told_and_its_axes_kept(login):
    browser = login("planner")
    first = "/ogc/collections/building/items?limit=1"
    lon, lat = browser.get(first).json()["features"][0]["geometry"]["coordinates"]
    assert browser.get(first).headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    for code, order in ((4326, [lat, lon]), (4490, [lat, lon])):
        answer = browser.get(f"{first}&crs={EPSG}{code}")
        assert answer.headers["content-crs"] == f"<{EPSG}{code}>"
        assert answer.json()["features"][0]["geometry"]["coordinates"] == pytest.approx(order)
    north, east = browser.get(f"{first}&crs={EPSG}4542").json()["features"][0]["geometry"]["coordinates"]
    assert (2_800_000 < north < 2_850_000, 600_000 < east < 650_000) == (True, True)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("datetime=2026-01-02T01:00:00Z", 3),
        ("datetime=2026-01-02", 3),
        ("datetime=2026-01-03", 0),
        ("datetime=2026-01-01/2026-01-03", 3),
        ("datetime=../2026-01-01", 0),
        ("datetime=2026-01-02/..", 3),
        ("datetime=/2026-01-02T01:00:00Z", 3),
        ("kind=noise", 3),
        ("kind=hazard", 0),
        ("kind=noise&datetime=2026-01-03/..", 0),
        ("bbox=170,-10,-170,10", 0),
        ("bbox=100.1,25.4,0,100.3,25.6,9", 3),
        ("bbox=-180,-90,180,90", 3),
        ("limit=99999999999", 3),
        ("filter-lang=cql2-json&filter=" + quote(json.dumps({"op": "=", "args": [{"property": "kind"}, "noise"]})), 3),
    ],
)
def test_times_values_and_boxes(login, query, count):
    assert login("officer").get(f"/ogc/collections/incident/items?{query}").json()["numberReturned"] == count


def test_a_moment_shows_what_was_in_force_then(login):
    assert page(login("planner"), "/collections/grid/items", datetime="2000-01-01T00:00:00Z")["features"] == []
    now = page(login("planner"), "/collections/grid/items")["features"]
    assert page(login("planner"), "/collections/grid/items", datetime="2000-01-01/..")["features"] == now != []
    assert page(login("planner"), "/collections/grid/items", datetime="../2000-01-01")["features"] == []


BAD = [
    ("surprise=1", {"surprise"}),
    ("limit=0", {"limit"}),
    ("limit=-1", {"limit"}),
    ("limit=unlimited", {"limit"}),
    ("limit=1&limit=2", {"limit"}),
    ("limit=٣", {"limit"}),
    ("f=html", {"f"}),
    ("bbox=1,2,3", {"bbox"}),
    ("bbox=nan,1,2,3", {"bbox"}),
    ("bbox=-inf,-inf,inf,inf", {"bbox"}),
    ("bbox=100,26,101,25", {"bbox"}),
    ("bbox=100,25,101,91", {"bbox"}),
    ("bbox=181,0,182,1", {"bbox"}),
    ("bbox=", {"bbox"}),
    (f"bbox=1e300,1e300,2e300,2e300&bbox-crs={EPSG}3857", {"bbox"}),
    ("bbox-crs=EPSG:4326", {"bbox-crs"}),
    ("crs=http://www.opengis.net/def/crs/EPSG/0/2154", {"crs"}),
    ("datetime=yesterday", {"datetime"}),
    ("datetime=2026-02-30", {"datetime"}),
    ("datetime=2026-02-02/2026-02-01", {"datetime"}),
    ("datetime=2026-01-01T00:00:00", {"datetime"}),
    ("datetime=../..", {"datetime"}),
    ("datetime=a/b/c", {"datetime"}),
    ("after=x", {"after"}),
    ("after='; drop table grid; --", {"after"}),
    ("filter=", {"filter"}),
    ("filter=load %3D", {"filter"}),
    ("filter=nothing %3D 1", {"filter"}),
    ("filter=load %3D 'x'", {"filter"}),
    ("filter=foo(load) %3D 1", {"filter"}),
    ("filter=load %2B 1 > 2", {"filter"}),
    ("filter=name like 'a%5C'", {"filter"}),
    ("filter=" + "not " * 5000 + "load=1", {"filter"}),
    ("filter=" + "not " * 60 + "load=1", {"filter"}),
    ("filter=" + "(" * 15, {"filter"}),
    ("filter=" + "(" * 15 + "load=1" + ")" * 15, {"filter"}),
    ("filter=s_intersects(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", {"filter"}),
    ("filter=s_intersects(geometry, POINT(500 0))", {"filter"}),
    ("filter=s_intersects(geometry, LINESTRING(" + ",".join(f"{i / 100} 0" for i in range(5000)) + "))", {"filter"}),
    ("filter=name %3D 'a%00b'", {"filter"}),
    ("filter-lang=cql2-json&filter={", {"filter"}),
    ("filter-lang=cql2-json&filter=" + '{"op":"not","args":[' * 60 + "true" + "]}" * 60, {"filter"}),
    ("filter-lang=cql&filter=true", {"filter-lang"}),
    (f"filter-crs={EPSG}1", {"filter-crs"}),
    ("load=many", {"load"}),
    ("grid_no=1", {"grid_no"}),
    ("limit=0&bbox=1&datetime=x&filter=x(&crs=1", {"limit", "bbox", "datetime", "filter", "crs"}),
]


@pytest.mark.parametrize(("query", "where"), BAD, ids=lambda value: value[:40] if isinstance(value, str) else "")
def test_bad_input_names_every_fault_and_asks_the_database_nothing(login, query, where, monkeypatch):
    browser = login("planner")
    # Whoever is asked for data would fail: nothing may come so far.
    monkeypatch.setattr("spatial_api.routes.ogc.read", None)
    assert set(refused(browser, f"/collections/grid/items?{query}")) == where


@pytest.mark.parametrize("path", ["/", "/conformance", "/api", "/tileMatrixSets", f"{GRID}/tiles", QUAD, *GUARDED])
def test_an_unknown_parameter_is_refused_everywhere(login, path):
    assert set(refused(login("planner"), f"{path}?surprise=1")) == {"surprise"}


def test_an_address_too_long_is_refused_before_anything_else(login):
    answer = login("planner").get("/ogc/collections/grid/items?filter=" + "x" * 64_000)
    assert (answer.status_code, answer.json()["type"]) == (414, "/problems/too-long")


def test_elsewhere_bad_input_stays_422(login):
    assert login("planner").get("/api/layers/grid/items?limit=0").status_code == 422


def test_tiles_are_those_of_the_tile_routes(login):
    browser = login("planner")
    tile = browser.get("/ogc/collections/grid/tiles/WebMercatorQuad/12/1747/3188")
    plain = browser.get("/tiles/grid/12/3188/1747.mvt")
    assert (tile.status_code, tile.content, tile.headers["etag"]) == (200, plain.content, plain.headers["etag"])
    assert "grid" in mapbox_vector_tile.decode(tile.content)
    again = browser.get("/ogc/collections/grid/tiles/WebMercatorQuad/12/1747/3188", if_none_match=tile.headers["etag"])
    assert again.status_code == 304


def test_a_tile_set_says_where_its_tiles_are(login):
    browser = login("planner")
    told = browser.get("/ogc/collections/grid/tiles/WebMercatorQuad").json()
    [template] = [one["href"] for one in told["links"] if one["rel"] == "item"]
    assert template == f"{HOST}/collections/grid/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    assert browser.get("/ogc/collections/grid/tiles").json()["tilesets"] == [told]
    spec = CATALOG["grid"]
    zooms = [int(one["tileMatrix"]) for one in told["tileMatrixSetLimits"]]
    assert zooms == list(range(spec.min_zoom, spec.max_zoom + 1))
    east = login("east").get("/ogc/collections/grid/tiles/WebMercatorQuad").json()["tileMatrixSetLimits"]
    [at_12] = [one for one in east if one["tileMatrix"] == "12"]
    assert (at_12["minTileCol"], at_12["minTileRow"], at_12["maxTileRow"]) == (3188, 1747, 1747)


def test_the_tiling_is_that_of_web_maps(nobody):
    told = nobody.get("/ogc/tileMatrixSets/WebMercatorQuad").json()
    assert nobody.get("/ogc/tileMatrixSets").json()["tileMatrixSets"][0]["uri"] == told["uri"]
    assert [one["matrixWidth"] for one in told["tileMatrices"][:4]] == [1, 2, 4, 8]
    assert told["tileMatrices"][0]["scaleDenominator"] == 559082264.028717


@pytest.mark.parametrize("place", ["99/0/0", "0/-1/0", "x/0/0", "12/999999/0", "1/0/0"])
def test_tiles_that_are_none(login, place):
    answer = login("planner").get(f"/ogc/collections/grid/tiles/WebMercatorQuad/{place}")
    assert answer.status_code in (400, 404)


def test_a_layer_without_tiles_has_no_tile_set(login):
    assert login("officer").get("/ogc/collections/visit/tiles").status_code == 404
    assert "tiles" not in str(login("officer").get("/ogc/collections/visit").json()["links"])
