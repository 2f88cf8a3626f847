"""What the planner's page asks: who needs a plan, a proposal beside the grids in force, old drafts thrown away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from town import COUNTY, EAST, WEST

from layers.scope import Scope


@pytest.fixture
def planner(login):
    return login("planner")


def divide(planner, village, load=8, band=(6, 10)):
    answer = planner.post("/api/plans", {"village": village, "load": load, "band": list(band), "tolerance": 0.2})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_first_plan_of_a_village_begins_every_grid(planner):
    plan = divide(planner, EAST)
    assert plan["effect"] == {
        "kept": 0, "changed": 0, "begun": 2, "ended": 0, "moved_households": 0, "duties": 0,
    }  # fmt: skip
    assert {grid["goes_on_from"] for grid in plan["grids"]} == {None}
    assert [grid["deviation"] for grid in plan["grids"]] == [0, 0]


def test_the_same_plan_again_keeps_the_grids_in_force_and_moves_nobody(planner):
    plan = divide(planner, WEST)
    assert (plan["effect"]["kept"], plan["effect"]["ended"], plan["effect"]["moved_households"]) == (2, 0, 0)
    assert [grid["goes_on_from"] for grid in plan["grids"]] == [f"{WEST}001", f"{WEST}002"]
    # The one registered household has two persons; all other buildings are assumed to hold one.
    assert sum(grid["households"] for grid in plan["grids"]) == 1
    assert sorted(grid["persons"] for grid in plan["grids"]) == [0, 2]


def test_what_a_plan_says_it_will_do_is_what_publishing_does(planner, town):
    plan = divide(planner, WEST, load=4, band=(3, 5))
    told = plan["effect"]
    planner.post(f"/api/plans/{plan['id']}/submit", {"rev": 1})
    done = planner.post(f"/api/plans/{plan['id']}/publish", {"rev": 2}).json()
    assert {name: done[name] for name in ("kept", "changed", "begun", "ended")} == {
        name: told[name] for name in ("kept", "changed", "begun", "ended")
    }
    assert told["begun"] + told["changed"] + told["kept"] == 4
    assert done["moved"].get("household", 0) == told["moved_households"]
    after = planner.get(f"/api/plans/{plan['id']}").json()
    assert (after["status"], after["effect"]) == ("published", None)
    assert {grid["moved_households"] for grid in after["grids"]} == {None}


def test_a_draft_is_discarded_once_and_the_audit_remembers(planner, town):
    address = f"/api/plans/{divide(planner, EAST)['id']}"
    assert planner.ask("DELETE", f"{address}?rev=7").status_code == 409
    assert planner.ask("DELETE", f"{address}?rev=1").status_code == 204
    assert planner.ask("DELETE", f"{address}?rev=1").status_code == 404
    assert planner.get(address).status_code == 404
    with town.write(Scope.everything()) as session:
        acts = session.connection().exec_driver_sql("select count(*) from audit where act = 'plan.discard'")
        assert acts.scalar_one() == 1


def test_a_plan_in_force_cannot_be_discarded(planner):
    plans = planner.get(f"/api/plans?village={WEST}").json()["items"]
    [published] = [plan for plan in plans if plan["status"] == "published"]
    answer = planner.ask("DELETE", f"/api/plans/{published['id']}?rev={published['rev']}")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")


def test_a_plan_of_another_planner_is_not_there(planner, login):
    plan = divide(planner, WEST)
    assert login("east").ask("DELETE", f"/api/plans/{plan['id']}?rev=1").status_code == 404
    assert planner.ask("DELETE", f"/api/plans/{plan['id']}?rev=1").status_code == 204


def test_villages_come_by_their_need_of_a_planner_in_pages(planner):
    first = planner.get("/api/regions?level=5&order=imbalance&limit=1").json()
    second = planner.get(f"/api/regions?level=5&order=imbalance&limit=1&after={first['next']}").json()
    assert [first["items"][0]["code"], second["items"][0]["code"]] == [WEST, EAST]
    assert (first["items"][0]["imbalance"], first["items"][0]["off_band"]) == (0, 0)
    assert (second["items"][0]["imbalance"], second["next"]) == (None, None)
    assert first["items"][0]["parent_name"] == "镇"


def test_the_order_of_need_is_for_villages_inside_one_region(planner, login):
    for more in ("q=村", f"parent={COUNTY}", "level=4"):
        assert planner.get(f"/api/regions?order=imbalance&{more}").status_code == 422
    east = login("east").get(f"/api/regions?order=imbalance&code={COUNTY}").json()["items"]
    assert [village["code"] for village in east] == [EAST]
    assert login("east").get(f"/api/regions?order=imbalance&code={WEST}").json()["items"] == []


def test_grids_come_with_their_shapes_when_these_are_asked_for(planner):
    now = datetime.now(UTC).isoformat().replace("+", "%2B")
    for moment in ("", f"&as_of={now}"):
        grids = planner.get(f"/api/grids?village={WEST}&shapes=true{moment}").json()["items"]
        assert {grid["geometry"]["type"] for grid in grids} == {"MultiPolygon"}
    assert {grid["geometry"] for grid in planner.get(f"/api/grids?village={WEST}").json()["items"]} == {None}
    before = planner.get(f"/api/grids?village={WEST}&shapes=true&as_of=2001-01-01T00:00:00Z").json()
    assert before["items"] == []
