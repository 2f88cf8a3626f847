"""Tiles over HTTP: the same bytes have the same tag, and are not sent twice."""

from __future__ import annotations

import mapbox_vector_tile
import pytest
from isal import igzip
from town import WEST

from layers.catalog import CATALOG

GRIDS = "/tiles/grid/12/3188/1747.mvt"
NOWHERE = "/tiles/grid/12/0/0.mvt"


def test_a_tile_holds_the_layers_features(login):
    answer = login("planner").get(GRIDS, accept_encoding="identity")
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "content-encoding" not in answer.headers
    layers = mapbox_vector_tile.decode(answer.content)
    assert list(layers) == ["grid", "grid_label"]
    numbers = sorted(feature["properties"]["grid_no"] for feature in layers["grid"]["features"])
    assert numbers[0] == f"{WEST}001"
    assert {number[:12] for number in numbers} == {WEST}


def test_a_known_tile_is_not_sent_again(login):
    first = login("planner").get(GRIDS)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = login("planner").get(GRIDS, if_none_match=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == "private, no-cache"
    assert login("planner").get(GRIDS, if_none_match='"other"').status_code == 200


def test_the_tag_is_that_of_the_bytes(login):
    village = "/tiles/village/12/3188/1747.mvt"
    tags = {login("planner").get(path).headers["etag"] for path in (GRIDS, GRIDS, village)}
    assert len(tags) == 2


def test_gzip_is_another_representation_of_the_same_tile(login):
    plain = login("planner").get(GRIDS, accept_encoding="identity")
    squeezed = login("planner").get(GRIDS, accept_encoding="br, gzip;q=0.5")
    assert squeezed.headers["content-encoding"] == "gzip"
    assert squeezed.content == plain.content
    assert int(squeezed.headers["content-length"]) < len(plain.content)
    assert squeezed.headers["etag"] != plain.headers["etag"]
    assert squeezed.headers["vary"] == "Accept-Encoding, Authorization, Cookie"
    packed = igzip.compress(plain.content, compresslevel=1, mtime=0)
    assert len(packed) == int(squeezed.headers["content-length"])


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "gzip; q=0.0"])
def test_gzip_is_sent_only_where_it_is_taken(login, accepted):
    assert "content-encoding" not in login("planner").get(GRIDS, accept_encoding=accepted).headers


def test_an_empty_tile_has_no_body(login):
    answer = login("planner").get(NOWHERE)
    assert (answer.status_code, answer.content) == (204, b"")


def test_unknown_layers_and_zooms_are_not_found(login):
    assert login("planner").get("/tiles/nothing/12/0/0.mvt").status_code == 404
    assert login("planner").get("/tiles/grid/3/0/0.mvt").status_code == 404


def test_the_catalog_lists_what_the_caller_may_draw(login):
    def names(role):
        return [spec["name"] for spec in login(role).get("/api/layers").json()]

    everything = set(CATALOG)
    assert set(names("planner")) == everything - {"house", "incident"}
    assert set(names("officer")) == set(names("field")) == everything - {"plan", "duty"}
    assert names("administrator") == ["duty"]
    grid = next(spec for spec in login("planner").get("/api/layers").json() if spec["name"] == "grid")
    assert {"sql", "reads"}.isdisjoint(grid)
    assert {"title_zh", "title_en", "geometry", "min_zoom", "max_zoom", "fields", "legend", "personal"} <= set(grid)
