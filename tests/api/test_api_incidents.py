"""Incidents by day and kind, rates, and one incident's card, as the API answers them."""

from __future__ import annotations

import uuid

import pytest
import shapely
from sqlalchemy import text
from town import COUNTY, EAST, LEFT, TOP, WEST

from layers.scope import Scope

PERIOD = "from=2026-01-01&to=2026-02-01"
GRID = f"{WEST}001"


@pytest.fixture(scope="module")
def incident_id(town):
    """One of the three incidents of 2 January in the west."""
    with town.write(Scope.everything()) as session:
        return str(session.execute(text("select id from incident order by id limit 1")).scalar_one())


def test_counts_have_people_and_a_rate(login):
    rows = {row["code"]: row for row in login("officer").get(f"/api/counts?by=village&{PERIOD}").json()["items"]}
    assert (rows[WEST]["persons"], rows[WEST]["per_1000"]) == (2, 1500.0)
    assert (rows[EAST]["persons"], rows[EAST]["per_1000"]) == (0, None)
    hidden = login("planner").get(f"/api/counts?by=village&{PERIOD}").json()
    assert all(row["per_1000"] is None for row in hidden["items"])


@pytest.fixture
def drain(login):
    """The code of a kind of incident that the county has just added, of which there is none."""
    body = {"code": "drain", "name_zh": "下水道", "name_en": "Drain"}
    assert login("planner").post("/api/kinds/incident", body).status_code == 201
    yield "drain"
    assert login("planner").ask("DELETE", "/api/kinds/incident/drain").status_code == 204


FILTERED = (
    f"/api/counts?by=village&{PERIOD}",
    f"/api/counts/days?{PERIOD}",
    f"/api/counts/table?{PERIOD}",
    f"/api/counts/change?by=village&{PERIOD}&than_from=2025-12-01&than_to=2026-01-01",
    f"/api/hotspots?{PERIOD}",
    f"/api/heat?bbox=100,25,101,26&{PERIOD}",
    f"/api/heat/points?bbox=100,25,101,26&{PERIOD}",
    f"/api/heat/tiles/14/12752/6990.png?{PERIOD}",
    f"/api/heat/picture.png?{PERIOD}",
    f"/api/layers/incident/items?{PERIOD}",
    f"/api/layers/incident/items?f=csv&{PERIOD}",
)


@pytest.mark.parametrize("route", FILTERED)
def test_a_kind_that_there_is_not_is_refused_and_named(login, route):
    answer = login("officer").get(f"{route}&kind=noise,noises,x", accept_language="en")
    assert answer.status_code == 422, answer.text
    told = [(fault["where"], fault["message"]) for fault in answer.json()["faults"]]
    assert told == [("kind", "there is no kind 'noises' of incident"), ("kind", "there is no kind 'x' of incident")]
    chinese = login("officer").get(f"{route}&kind=noises", accept_language="zh-CN").json()
    assert "没有类别" in chinese["faults"][0]["message"]


@pytest.mark.parametrize("layer", ["facility", "organisation", "place", "grid", "barrier", "link"])
def test_a_list_refuses_a_kind_of_another_layer(login, layer):
    assert login("officer").get(f"/api/layers/{layer}/items?kind=noise").status_code == 422


def test_the_fixed_kinds_are_known(login):
    for layer, kind in (("grid", "basic"), ("barrier", "river"), ("link", "bridge")):
        assert login("officer").get(f"/api/layers/{layer}/items?kind={kind}").status_code == 200


def test_several_kinds_are_asked_for_with_commas(login, drain):
    officer = login("officer")
    for route in ("/api/counts?by=village", "/api/counts/days?", "/api/heat?bbox=100,25,101,26"):
        answer = officer.get(f"{route}&{PERIOD}&kind={drain},noise")
        assert answer.status_code == 200, answer.text
    assert officer.get(f"/api/counts?by=village&{PERIOD}&kind={drain},noise").json()["total"] == 3
    assert officer.get(f"/api/counts?by=village&{PERIOD}&kind={drain}").json()["total"] == 0
    assert officer.get(f"/api/counts?by=village&{PERIOD}&kind=noise,").status_code == 422
    assert len(officer.get(f"/api/layers/incident/items?{PERIOD}&kind={drain},noise").json()["items"]) == 3
    assert officer.get(f"/api/layers/incident/items?{PERIOD}&kind={drain}").json()["items"] == []


def test_days_are_told_one_by_one_with_the_step(login):
    answer = login("officer").get(f"/api/counts/days?{PERIOD}&region={WEST}").json()
    assert (answer["step"], answer["protected"], len(answer["items"])) == ("day", False, 31)
    assert answer["last_on"] == "2026-01-02"
    assert answer["items"][1] == {"from": "2026-01-02", "to": "2026-01-03", "n": 3}
    assert sum(row["n"] for row in answer["items"]) == 3
    assert login("officer").get(f"/api/counts/days?{PERIOD}&grid={GRID}").json()["items"][1]["n"] == 3


def test_a_planner_sees_months_and_no_small_number(login):
    answer = login("planner").get(f"/api/counts/days?{PERIOD}").json()
    assert answer == {
        "step": "month",
        "items": [{"from": "2026-01-01", "to": "2026-02-01", "n": None}],
        "protected": True,
        "last_on": None,
    }
    kinds = login("planner").get(f"/api/counts/kinds?{PERIOD}").json()
    assert kinds == {"items": [{"kind": "noise", "n": None}], "protected": True}


def test_kinds_are_counted(login):
    answer = login("officer").get(f"/api/counts/kinds?{PERIOD}&region={COUNTY}").json()
    assert answer == {"items": [{"kind": "noise", "n": 3}], "protected": False}


@pytest.mark.parametrize("route", ["days", "kinds"])
def test_what_is_asked_of_days_and_kinds_is_checked(login, route):
    officer = login("officer")
    asked = f"/api/counts/{route}?{PERIOD}"
    assert officer.get(f"{asked}&region={WEST}&grid={GRID}").status_code == 422
    assert officer.get(f"{asked}&village={WEST}").status_code == 422
    assert officer.get(f"/api/counts/{route}?from=2026-01-02&to=2026-01-02").status_code == 422
    assert officer.get("/api/counts/kinds?kind=noise&from=2026-01-01&to=2026-01-02").status_code == 422
    for place in (f"region={WEST}", f"grid={GRID}"):
        assert login("east-officer").get(f"{asked}&{place}").status_code == 404
    assert login("administrator").get(asked).status_code == 403


def test_a_card_has_its_place_in_words_and_is_audited(login, town, incident_id):
    card = login("officer").get(f"/api/incidents/{incident_id}").json()
    assert (card["text"], card["kind_name_zh"], card["grid_no"]) == ("test", "噪音", GRID)
    assert [row["name"] for row in card["path"]][-3:] == ["大理市", "镇", "西村"]
    assert card["handled_grid_no"] == f"{WEST}000"
    assert card["occurred_at"] == "2026-01-02T09:00:00+08:00"
    assert shapely.Point(card["point"]).distance(shapely.Point(LEFT + 0.001, TOP - 0.001)) < 1e-9
    assert card["source_import"]["source_name"] == "incidents"
    with town.write(Scope.everything()) as session:
        trace = session.execute(text("select act, subject_id from audit where subject = 'incident' order by id")).all()
    assert tuple(trace[-1]) == ("read", incident_id)


def test_a_card_is_for_those_who_may_open_cases_inside_their_scope(login, nobody, incident_id):
    path = f"/api/incidents/{incident_id}"
    assert login("field").get(path).status_code == 200
    assert login("planner").get(path).status_code == 403
    assert login("east-officer").get(path).status_code == 404
    assert nobody.get(path).status_code == 401
    assert login("officer").get(f"/api/incidents/{uuid.uuid4()}").status_code == 404
    assert login("officer").get("/api/incidents/1").status_code == 422
    assert login("officer").get(f"{path}?as=admin").status_code == 422
