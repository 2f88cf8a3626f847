"""Addresses located by HTTP: one, many, and places told as addresses; every answer says how well it is known."""

from __future__ import annotations

import pytest
from town import BOTTOM, COUNTY, EAST, LEFT, MIDDLE, TOP, WEST

from layers.datum import from_wgs84
from layers.geocode.answer import PENALTIES
from spatial_api.reasons import REASONS, in_words

HERE = (MIDDLE + 0.0045, TOP - 0.0045)
FAR_AWAY = (110.0, 10.0)


@pytest.fixture(scope="module", autouse=True)
def house(login):
    """A house of the eastern village, known by its point."""
    body = {"address": "东村人民路12号", "point": HERE, "crs": "wgs84"}
    answer = login("officer").post("/api/houses", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def located(browser, text, **query):
    answer = browser.client.get(
        "/api/geocode", params={"text": text, **query}, headers={"cookie": f"wangge_session={browser.token}"}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_house_is_found_with_all_that_is_known_of_it(login, house):
    found = located(login("officer"), "大理市东村人民路12号")
    assert (found["text"], found["level"]) == ("大理市东村人民路12号", "house")
    assert found["point"] == pytest.approx(HERE)
    assert found["radius_m"] > 0
    assert 0.9 <= found["confidence"] <= 1
    assert found["grid_no"] == house["grid_no"]
    assert found["address"] == "云南省大理州大理市镇东村人民路12号"
    assert [(step["code"], step["name"], step["level"]) for step in found["path"]] == [
        ("53", "云南省", 1),
        ("5329", "大理州", 2),
        (COUNTY, "大理市", 3),
        ("532901001", "镇", 4),
        (EAST, "东村", 5),
    ]
    assert (found["parts"]["street"], found["parts"]["number"]) == ("人民路", "12")


def test_what_is_not_registered_is_told_with_its_reason_and_its_radius(login):
    found = located(login("officer"), "大理市东村人民路99号")
    assert found["level"] not in ("house", "building")
    assert found["radius_m"] > 0
    assert found["house_id"] is None
    assert "number_unknown" in [reason["kind"] for reason in found["reasons"]]
    assert all(0 <= reason["penalty"] <= 1 for reason in found["reasons"])
    assert found["confidence"] < 0.9


def test_reasons_are_told_in_the_language_of_who_asks(login):
    path = "/api/geocode?text=大理市东村人民路99号"
    officer = login("officer")
    chinese = officer.get(path).json()["reasons"]
    english = officer.get(path, accept_language="en").json()["reasons"]
    assert [reason["kind"] for reason in chinese] == [reason["kind"] for reason in english]
    by_kind = {reason["kind"]: reason["message"] for reason in chinese}
    assert by_kind["number_unknown"].startswith("该处没有登记这个门牌号")
    assert {reason["kind"]: reason["message"] for reason in english}["number_unknown"].startswith("the number")


def test_every_reason_has_words_in_both_languages():
    assert set(REASONS) == set(PENALTIES)
    for kind, words in REASONS.items():
        assert in_words(kind, "", english=True) == words
        assert in_words(kind, "", english=False) != words, kind
        assert in_words(kind, "甲 -> 乙", english=False).endswith("：甲 -> 乙")


def test_many_are_the_same_as_one_by_one(login):
    texts = ["大理市东村人民路12号", "西村99号", "东村人民路99号", "xyz", "大理市东村人民路12号"]
    officer = login("officer")
    answer = officer.post("/api/geocode", {"texts": texts})
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"] == [located(officer, text) for text in texts]


def test_so_many_and_no_more_are_taken_at_once(login):
    officer = login("officer")
    assert len(officer.post("/api/geocode", {"texts": ["1号"] * 1000}).json()["items"]) == 1000
    assert officer.post("/api/geocode", {"texts": ["1号"] * 1001}).status_code == 422
    assert officer.post("/api/geocode", {"texts": []}).status_code == 422
    assert officer.post("/api/geocode", {"texts": ["1号"], "wihtin": EAST}).status_code == 422


def test_who_may_not_open_houses_gets_no_house(login, house):
    planner = located(login("planner"), "大理市东村人民路12号")
    assert (planner["level"], planner["house_id"]) == ("house", None)
    assert planner["point"] == pytest.approx(HERE)
    near = login("planner").get(f"/api/reverse?lon={HERE[0]}&lat={HERE[1]}").json()["nearest"]
    assert near == {"id": None, "address": None, "point": None, "distance_m": pytest.approx(0, abs=0.1)}
    assert login("officer").get(f"/api/reverse?lon={HERE[0]}&lat={HERE[1]}").json()["nearest"]["id"] == house["id"]


def test_a_house_outside_the_scope_is_not_found(login):
    west = login("officer").post("/api/houses", {"address": "西村幸福路8号", "building_id": None, "village": WEST,
                                                 "point": (LEFT + 0.004, TOP - 0.004), "crs": "wgs84"})  # fmt: skip
    assert west.status_code == 201, west.text
    assert located(login("officer"), "大理市西村幸福路8号")["level"] == "house"
    assert located(login("east-officer"), "大理市西村幸福路8号")["level"] != "house"
    answer = login("east-officer").get(f"/api/geocode?text=1号&within={WEST}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("text=", "query.text"),
        ("text=1&within=53290", "query.within"),
        ("text=1&near=100", "query.near"),
        ("text=1&near=100,25&crs=mars", "crs"),
        ("text=1&speed=9", "query.speed"),
        ("text=" + "1" * 201, "query.text"),
    ],
)
def test_what_is_asked_wrongly_is_refused_with_where(login, query, where):
    answer = login("officer").get(f"/api/geocode?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert where in [fault["where"] for fault in answer.json()["faults"]]


def test_a_place_is_told_as_regions_grid_and_house(login, house):
    here = login("officer").get(f"/api/reverse?lon={HERE[0] + 0.001}&lat={HERE[1]}").json()
    assert [step["name"] for step in here["regions"]] == ["云南省", "大理州", "大理市", "镇", "东村"]
    assert here["grid_no"] is None, "the eastern village has no grids yet"
    assert (here["nearest"]["id"], here["nearest"]["address"]) == (house["id"], house["address"])
    assert here["nearest"]["distance_m"] == pytest.approx(100.5, abs=1)
    west = login("officer").get(f"/api/reverse?lon={LEFT + 0.001}&lat={BOTTOM + 0.001}").json()
    assert west["grid_no"].startswith(WEST)


def test_a_place_in_another_datum_is_the_same_place(login):
    lon, lat = (float(value[0]) for value in from_wgs84([HERE[0]], [HERE[1]], "gcj02"))
    here = login("officer").get(f"/api/reverse?lon={lon}&lat={lat}&crs=gcj02").json()
    assert here["point"] == pytest.approx(HERE, abs=1e-7)
    assert here["nearest"]["distance_m"] == pytest.approx(0, abs=0.1)


def test_a_place_outside_is_not_there(login):
    assert login("officer").get("/api/reverse?lon=110&lat=10").status_code == 404
    assert login("east-officer").get(f"/api/reverse?lon={LEFT + 0.001}&lat={TOP - 0.001}").status_code == 404
    assert login("officer").get("/api/reverse?lon=190&lat=10").status_code == 422
    assert login("officer").get("/api/reverse?lon=nan&lat=10").status_code == 422
