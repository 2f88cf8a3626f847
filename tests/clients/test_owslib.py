"""OWSLib reads collections, queryables and features, filtered and in pages."""

from __future__ import annotations

import pytest
from owslib.ogcapi.features import Features
from owslib.util import Authentication
from town import BOTTOM, LEFT, MIDDLE, TOP, WEST


@pytest.fixture
def api(served):
    return Features(served.ogc, auth=Authentication(served.login, served.secret))


def test_it_finds_the_collections(api):
    assert {"county", "village", "grid", "building", "house", "incident"} <= set(api.feature_collections())
    assert "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter" in api.conformance()["conformsTo"]
    assert api.api()["openapi"] == "3.0.3"
    assert api.collection("grid")["itemType"] == "feature"
    assert "load" in api.collection_queryables("grid")["properties"]


def test_it_reads_boxes_times_and_filters(api):
    every = api.collection_items("building", limit=1000)
    assert every["numberReturned"] == 32
    assert api.collection_items("building", bbox=[LEFT, BOTTOM, MIDDLE, TOP])["numberReturned"] == 16
    west = api.collection_items("building", limit=1000, filter=f"grid_no like '{WEST}%'")
    assert west["numberReturned"] == 16
    assert api.collection_items("incident", datetime_="2026-01-02/2026-01-02")["numberReturned"] == 3


def test_it_reads_one_feature(api):
    [village, _] = api.collection_items("village")["features"]
    assert api.collection_item("village", village["id"])["properties"]["name"] == "西村"
