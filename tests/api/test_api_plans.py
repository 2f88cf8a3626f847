"""Divide, look, submit, publish, and a new house that is in its grid at once: the API's own story."""

from __future__ import annotations

import pytest
from town import EAST

TARGET = {"village": EAST, "load": 8, "band": [6, 10], "tolerance": 0.2, "k": None}


@pytest.fixture
def planner(login):
    return login("planner")


@pytest.fixture
def plan(planner):
    answer = planner.post("/api/plans", TARGET)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_new_plan_is_a_draft_with_its_grids(plan):
    assert (plan["village"], plan["status"], plan["rev"], plan["stale"]) == (EAST, "draft", 1, False)
    assert [grid["seq"] for grid in plan["grids"]] == [1, 2]
    assert sum(grid["load"] for grid in plan["grids"]) == 16
    assert {grid["geometry"]["type"] for grid in plan["grids"]} == {"MultiPolygon"}
    assert plan["report"]["faults"] == []


def test_a_plan_is_found_again(planner, plan):
    assert planner.get(f"/api/plans/{plan['id']}").json() == plan
    listed = planner.get(f"/api/plans?village={EAST}").json()["items"]
    assert {key: value for key, value in plan.items() if key not in ("grids", "effect")} in listed


def test_a_plan_goes_through_its_states_once(planner, plan):
    address = f"/api/plans/{plan['id']}"
    early = planner.post(f"{address}/publish", {"rev": 1})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/conflict")
    stale = planner.post(f"{address}/submit", {"rev": 7})
    assert stale.status_code == 409
    submitted = planner.post(f"{address}/submit", {"rev": 1}).json()
    assert (submitted["status"], submitted["rev"]) == ("in_review", 2)
    published = planner.post(f"{address}/publish", {"rev": 2})
    assert published.status_code == 200
    assert published.json()["grids"] == 2
    assert planner.post(f"{address}/publish", {"rev": 3}).status_code == 409
    assert planner.get(address).json()["status"] == "published"
    assert len(planner.get(f"/api/grids?village={EAST}").json()["items"]) == 2


def test_a_new_house_is_in_its_grid_at_once(planner, login, plan):
    address = f"/api/plans/{plan['id']}"
    planner.post(f"{address}/submit", {"rev": 1})
    planner.post(f"{address}/publish", {"rev": 2})
    officer = login("officer")
    body = {"address": "东村8组77号", "point": [100.2301, 25.5101], "crs": "wgs84"}
    house = officer.post("/api/houses", body)
    assert house.status_code == 201, house.text
    at = officer.get("/api/grids?at=100.2301,25.5101").json()["items"][0]["grid_no"]
    assert house.json()["grid_no"] == at
    assert officer.post("/api/houses", body).status_code == 409


def test_a_house_must_state_its_datum_and_one_place(login):
    officer = login("officer")
    for body, message in (
        ({"address": "东村1号", "point": [100.23, 25.51]}, "坐标须注明坐标系"),
        ({"address": "东村1号", "crs": "wgs84"}, "坐标系须有坐标"),
        ({"address": "东村1号", "point": [100.23, 25.51], "crs": "nad27"}, "nad27"),
    ):
        answer = officer.post("/api/houses", body)
        assert answer.status_code == 422
        assert message in answer.json()["faults"][0]["message"]


def test_a_house_outside_the_scope_is_refused(login):
    body = {"address": "西村8号", "point": [100.205, 25.505], "crs": "wgs84"}
    assert login("east-officer").post("/api/houses", body).status_code == 404
