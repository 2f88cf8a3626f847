"""Regions, grids, counts and heat as the API answers them."""

from __future__ import annotations

import pytest
from town import COUNTY, EAST, LEFT, TOP, WEST

PERIOD = "from=2026-01-01&to=2026-02-01"


def test_regions_without_a_question_are_the_callers_own(login):
    items = login("planner").get("/api/regions").json()["items"]
    assert [(row["code"], row["name"], row["level"]) for row in items] == [(COUNTY, "大理市", 3)]
    assert [row["code"] for row in login("east").get("/api/regions").json()["items"]] == [EAST]


def test_regions_below_one_come_in_pages(login):
    below = f"/api/regions?parent={WEST[:9]}&limit=1"
    first = login("planner").get(below).json()
    assert [row["code"] for row in first["items"]] == [WEST]
    second = login("planner").get(f"{below}&after={first['next']}").json()
    assert ([row["code"] for row in second["items"]], second["next"]) == ([EAST], None)


def test_a_region_says_what_is_registered_in_it(login):
    row = login("planner").get(f"/api/regions?code={WEST}").json()["items"][0]
    assert (row["households"], row["persons"], row["plan_status"]) == (1, 2, "published")
    assert row["assumed_households"] == 15
    assert row["grids"] == 2
    assert row["bbox"] == pytest.approx([100.20, 25.50, 100.22, 25.52], abs=1e-3)


def test_grids_of_a_village_have_their_facts(login):
    answer = login("planner").get(f"/api/grids?village={WEST}").json()
    assert answer["next"] is None
    assert [grid["grid_no"] for grid in answer["items"]] == [f"{WEST}001", f"{WEST}002"]
    first = answer["items"][0]
    assert (first["village"], first["kind"], first["to"]) == (WEST, "basic", None)
    assert first["from"].endswith("+08:00") or first["from"].endswith("Z")
    assert sum(grid["load"] for grid in answer["items"]) == 16
    assert first["deviation"] == pytest.approx(first["load"] / 8 - 1)


def test_grids_as_of_a_day_before_the_publish_are_none(login):
    assert login("planner").get(f"/api/grids?village={WEST}&as_of=2020-01-01T00:00:00%2B08:00").json()["items"] == []


def test_the_grid_at_a_place(login):
    items = login("planner").get(f"/api/grids?at={LEFT + 0.001},{TOP - 0.001}").json()["items"]
    assert [grid["grid_no"] for grid in items] == [f"{WEST}001"]
    assert login("planner").get("/api/grids?at=0,0").json()["items"] == []


def test_the_officer_counts_exactly_and_the_planner_sees_no_small_number(login):
    asked = f"/api/counts?by=village&{PERIOD}"
    exact = login("officer").get(asked).json()
    assert {row["code"]: row["n"] for row in exact["items"]} == {WEST: 3, EAST: 0}
    assert (exact["total"], exact["protected"]) == (3, False)
    hidden = login("planner").get(asked).json()
    assert hidden["protected"] is True
    assert all(row["protected"] and row["n"] is None for row in hidden["items"] if row["code"] == WEST)


def test_counts_are_of_the_period_and_the_kind(login):
    officer = login("officer")
    assert officer.get("/api/counts?by=village&from=2026-01-03&to=2026-02-01").json()["total"] == 0
    assert officer.get("/api/counts?by=village&from=2026-01-01&to=2026-01-02").json()["total"] == 0
    assert officer.get(f"/api/counts?by=village&kind=noise&{PERIOD}").json()["total"] == 3


def test_heat_shows_the_cell_to_the_officer_and_withholds_it_from_the_planner(login):
    asked = f"/api/heat?bbox=100,25,101,26&cell=1000&{PERIOD}"
    exact = login("officer").get(asked).json()
    assert [cell[2] for cell in exact["cells"]] == [3]
    assert exact["cells"][0][:2] == pytest.approx([100.201, 25.519], abs=0.01)
    assert (exact["cell_m"], exact["days"], exact["protected"]) == (1000, 31, False)
    hidden = login("planner").get(asked).json()
    assert (hidden["cells"], hidden["protected"]) == ([], True)


def test_the_heat_document_is_what_its_model_says(login, server):
    shape = server.app.openapi()["components"]["schemas"]["Heat"]
    answer = login("officer").get(f"/api/heat?bbox=100,25,101,26&{PERIOD}").json()
    assert sorted(answer) == sorted(shape["required"])


def test_facilities_of_a_village_are_a_page(login):
    assert login("planner").get(f"/api/facilities?village={WEST}").json() == {"items": [], "next": None}


def test_geocoding_says_what_it_does_not_know(login):
    found = login("officer").get("/api/geocode?text=西村99号").json()
    assert (found["region_code"], found["level"]) == (WEST, "village")
    assert found["radius_m"] > 100
    assert found["grid_no"] == f"{WEST}000"
    assert login("east-officer").get(f"/api/geocode?text=1号&within={WEST}").status_code == 404


def test_the_kinds_of_incidents_have_names_in_both_languages(login):
    items = login("officer").get("/api/kinds?of=incident").json()["items"]
    assert {"code": "noise", "name_zh": "噪音", "name_en": "noise"} in items
    assert login("officer").get("/api/kinds?of=person").status_code == 422
