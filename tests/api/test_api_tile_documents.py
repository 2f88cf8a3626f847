"""TileJSON, the style, and addresses that may be kept for ever."""

from __future__ import annotations

import mapbox_vector_tile
import psycopg
import pytest
from town import BOTTOM, LEFT, MIDDLE, RIGHT, TOP, WEST

from layers.catalog import CATALOG
from layers.cluster import SUPERUSER

GRIDS = "/tiles/grid/12/3188/1747.mvt"


def versioned(browser, layer="grid"):
    """The address of the town's tile of zoom 12 in the version in force."""
    told = browser.get(f"/tiles/{layer}.json").json()
    address = told["immutable_tiles"][0].removeprefix("http://localhost")
    return address.format(z=12, x=3188, y=1747)


@pytest.mark.parametrize("layer", CATALOG)
def test_every_layer_is_told_as_tilejson(login, layer):
    told = login("planner" if layer in ("plan", "duty") else "officer").get(f"/tiles/{layer}.json").json()
    spec = CATALOG[layer]
    assert told["tilejson"] == "3.0.0"
    assert told["tiles"] == [f"http://localhost/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt"]
    assert (told["minzoom"], told["maxzoom"]) == (spec.min_zoom, spec.max_zoom)
    ids = [one["id"] for one in told["vector_layers"]]
    assert ids == ([layer, f"{layer}_label"] if spec.labels else [layer])
    fields = told["vector_layers"][0]["fields"]
    assert list(fields) == [field.name for field in spec.fields]
    assert set(fields.values()) <= {"String", "Number", "Boolean"}
    assert ("data_version" in told) == ("immutable_tiles" in told) == spec.is_published


def test_the_box_is_that_of_the_callers_region(login):
    told = login("east-officer").get("/tiles/grid.json").json()
    assert told["bounds"] == pytest.approx([MIDDLE, BOTTOM, RIGHT, TOP], abs=1e-6)
    # The town's county has no shape of its own: its box is that of what is in it, or the world.
    west, south, east, north = login("officer").get("/tiles/grid.json").json()["bounds"]
    assert west <= LEFT < RIGHT <= east
    assert south <= BOTTOM < TOP <= north


def test_tilejson_is_for_whoever_may_draw_the_layer(login, nobody):
    assert login("planner").get("/tiles/house.json").status_code == 403
    assert login("planner").get("/tiles/nothing.json").status_code == 404
    assert login("planner").get("/tiles/grid.json?x=1").status_code == 422
    assert nobody.get("/tiles/grid.json").status_code == 401


@pytest.mark.parametrize("role", ["administrator", "planner", "officer", "field"])
def test_the_style_draws_what_the_caller_may_draw_and_names_no_other_host(login, role):
    browser = login(role)
    answer = browser.get("/tiles/style.json")
    style = answer.json()
    assert style["version"] == 8
    assert list(style["sources"]) == [spec["name"] for spec in browser.get("/api/layers").json()]
    assert answer.text.replace("http://localhost/tiles/", "").count("://") == 0
    ids = [layer["id"] for layer in style["layers"]]
    assert len(ids) == len(set(ids))
    for layer in style["layers"][1:]:
        spec = CATALOG[layer["source"]]
        assert layer["source-layer"] == spec.name
        assert layer["type"] in ("fill", "line", "circle")
        assert layer["minzoom"] < layer.get("maxzoom", 24)


def test_a_style_draws_counts_up_to_the_zoom_where_the_rows_begin(login):
    layers = {layer["id"]: layer for layer in login("officer").get("/tiles/style.json").json()["layers"]}
    assert (layers["house-cells"]["maxzoom"], layers["house"]["minzoom"]) == (14, 14)
    assert layers["building"]["type"] == "fill"
    assert layers["barrier"]["paint"]["line-color"][:2] == ["match", ["get", "kind"]]


def test_a_tile_of_the_version_in_force_may_be_kept_for_ever(login, settled):
    browser = login("planner")
    answer = browser.get(versioned(browser))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.content == browser.get(GRIDS).content
    assert browser.get(versioned(browser), if_none_match=answer.headers["etag"]).status_code == 304


@pytest.mark.parametrize("act", ["load = load + 1", "name = '改名'", "validity = tstzrange(lower(validity), now())"])
def test_a_change_of_grids_begins_another_version_and_the_old_address_leads_to_the_tile_as_it_is(
    login, settled, town, act
):
    browser = login("planner")
    old = versioned(browser)
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute(f"update grid set {act} where id = (select id from grid where upper_inf(validity) limit 1)")
    settled()
    led = browser.get(old)
    assert (led.status_code, led.headers["location"], led.headers["cache-control"]) == (307, GRIDS, "no-store")
    new = versioned(browser)
    assert new != old
    assert browser.get(new).content == browser.get(GRIDS).content


def test_the_version_is_the_same_until_something_changes_and_another_for_another_scope(login, settled):
    planner = login("planner")
    assert versioned(planner) == versioned(planner)
    assert versioned(planner, "village") != versioned(planner).replace("/grid/", "/village/")
    others = {versioned(login(name)) for name in ("east", "field", "planner")}
    assert len(others) == 3
    # Who learns another's version learns nothing by it.
    assert login("east").get(versioned(planner)).status_code == 307


def test_only_published_layers_have_versions(login):
    version = "0123456789abcdef"
    assert login("officer").get(f"/tiles/{version}/house/15/25504/13980.mvt").status_code == 404
    assert login("officer").get(f"/tiles/{version}/nothing/15/25504/13980.mvt").status_code == 404
    assert login("planner").get(f"/tiles/{version}/house/15/25504/13980.mvt").status_code == 403
    assert login("officer").get(f"/tiles/{version[:-1]}/grid/12/3188/1747.mvt").status_code == 422
    assert login("officer").get(f"/tiles/{version[:-1]}G/grid/12/3188/1747.mvt").status_code == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tiles/nothing/12/0/0.mvt", 404),
        ("/tiles/grid/3/0/0.mvt", 404),
        ("/tiles/grid/1/2/0.mvt", 422),
        ("/tiles/grid/31/0/0.mvt", 422),
        ("/tiles/grid/12/-1/0.mvt", 422),
        ("/tiles/grid/12/4096/0.mvt", 422),
        ("/tiles/grid/12/0/99999999999999999999.mvt", 422),
        ("/tiles/grid/12/1.5/0.mvt", 422),
        ("/tiles/grid/12/0/0.mvt?x=1", 422),
        ("/tiles/grid/12/0/0", 404),
        ("/tiles/GRID/12/3188/1747.mvt", 422),
        ("/tiles/grid;drop/12/3188/1747.mvt", 422),
        ("/tiles/0123456789abcdef/grid/12/9999/0.mvt", 422),
    ],
)
def test_bad_addresses_are_problems_and_cost_no_query(login, opened, settled, monkeypatch, path, status):
    browser = login("planner")
    browser.get("/api/layers")
    asked = []
    execute = psycopg.AsyncConnection.execute

    async def watched(self, query, *args, **kwargs):
        asked.append(str(query))
        return await execute(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", watched)
    answer = browser.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert [query for query in asked if "outbox" not in query] == []


def test_odd_but_whole_numbers_are_answered_by_the_route_behind(login):
    plain = login("planner").get(GRIDS)
    assert login("planner").get("/tiles/grid/012/3188/1747.mvt").content == plain.content


def test_a_tile_is_logged_by_its_template_and_problems_speak_the_browsers_language(login, capsys):
    answer = login("planner").get("/tiles/nothing/1/0/0.mvt", accept_language="en")
    assert answer.json()["detail"] == "There is no layer 'nothing'."
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "/tiles/{layer}/{z}/{x}/{y}.mvt" in capsys.readouterr().out


def test_who_may_draw_what_is_said_by_the_catalog_alone(login):
    for name in ("administrator", "planner", "officer", "field"):
        for layer, spec in CATALOG.items():
            may = login(name).get(f"/tiles/{layer}.json").status_code != 403
            capabilities = set(login(name).get("/api/me").json()["may"])
            assert may == bool(capabilities & set(spec.needs)), (name, layer)


def test_the_tile_of_a_version_decodes_with_its_labels(login, settled):
    browser = login("officer")
    layers = mapbox_vector_tile.decode(browser.get(versioned(browser, "village")).content)
    assert set(layers) == {"village", "village_label"}
    assert WEST in {feature["properties"]["code"] for feature in layers["village"]["features"]}
