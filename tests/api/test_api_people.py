"""Moves, stays, duplicates, rooms and kinds over HTTP: who may, what is answered, and that nothing is told in clear."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from layers.models import Building, House, Household, Person
from layers.scope import Scope

JAN, MAR, MAY = "2026-01-01", "2026-03-01", "2026-05-01"
ZHANG = {"on": JAN, "name": "张小山", "residence": "registered", "id_no": "11010519491231002X"}


@pytest.fixture
def two_houses(town):
    """Two new houses in the first building of the west: their ids and that of the building."""
    with town.write(Scope.everything()) as session:
        building = session.scalars(select(Building).order_by(Building.id)).first()
        rows = [
            House(
                address=f"西村{uuid.uuid4().hex[:6]}{room}室",
                building_id=building.id,
                grid_no=building.grid_no,
                point=building.point,
                unit="1",
                floor=floor,
                room=room,
                source="made",
            )
            for floor, room in (("2", "201"), ("10", "1001"))
        ]
        session.add_all(rows)
        session.flush()
        return [str(row.id) for row in rows], str(building.id)


@pytest.fixture
def family(login, two_houses):
    """A household with one person in the first of the two houses: both answers."""
    officer = login("officer")
    household = officer.post(f"/api/houses/{two_houses[0][0]}/households", {"on": JAN, "phone": "13800000001"})
    assert household.status_code == 201
    person = officer.post(f"/api/households/{household.json()['id']}/persons", ZHANG)
    assert person.status_code == 201
    return household.json(), person.json()


def test_what_the_stays_tell_is_enough_for_the_next_move(login, two_houses, family):
    officer, home = login("officer"), two_houses[0][0]
    [stay] = officer.get(f"/api/houses/{home}/stays?on={MAR}").json()["items"]
    out = officer.post(f"/api/persons/{stay['person_id']}/move-out", {"rev": stay["person_rev"], "on": MAR})
    assert out.status_code == 200
    [empty] = officer.get(f"/api/houses/{home}/stays?on={MAR}").json()["items"]
    assert (empty["person_id"], empty["person_rev"]) == (None, None)
    path = f"/api/households/{empty['household_id']}/move-out"
    assert officer.post(path, {"rev": empty["household_rev"], "on": MAY}).status_code == 200


def test_a_household_moves_with_its_person_and_both_houses_know_it(login, two_houses, family):
    officer, (homes, _), (household, person) = login("officer"), two_houses, family
    body = {"rev": 1, "on": MAR, "house_id": homes[1]}
    moved = officer.post(f"/api/households/{household['id']}/move", body)
    assert (moved.status_code, moved.json()["rev"], moved.json()["persons"]) == (200, 2, 1)
    assert officer.post(f"/api/households/{household['id']}/move", body).status_code == 409
    stays = officer.get(f"/api/persons/{person['id']}/stays").json()["items"]
    assert {stay["household_rev"] for stay in stays} == {2}
    assert [(stay["house_id"], stay["begins_on"], stay["ends_on"]) for stay in stays] == [
        (homes[1], MAR, None),
        (homes[0], JAN, MAR),
    ]
    then = officer.get(f"/api/houses/{homes[0]}/stays?on=2026-02-01").json()["items"]
    assert [(stay["person_id"], stay["name"]) for stay in then] == [(person["id"], "张**")]
    assert officer.get(f"/api/houses/{homes[0]}/stays?on={MAY}").json()["items"] == []


def test_who_moves_out_is_in_no_room_any_more(login, two_houses, family):
    officer, (homes, building), (household, _) = login("officer"), two_houses, family

    def lived_in():
        units = officer.get(f"/api/buildings/{building}").json()["units"]
        rooms = [room for unit in units for floor in unit["floors"] for room in floor["rooms"]]
        return [room["persons"] for room in rooms if room["house_id"] in homes]

    assert lived_in() == [1, 0]
    assert officer.post(f"/api/households/{household['id']}/move-out", {"rev": 1, "on": MAR}).status_code == 200
    assert lived_in() == [0, 0]


def test_a_refused_move_says_why_in_both_languages(login, two_houses, family):
    officer, household = login("officer"), family[0]["id"]
    path, body = f"/api/households/{household}/move-out", {"rev": 1, "on": "2999-01-01"}
    english = officer.post(path, body, accept_language="en").json()["faults"]
    chinese = officer.post(path, body, accept_language="zh").json()["faults"]
    assert [fault["message"] for fault in english] == ["lies in the future"]
    assert [fault["message"] for fault in chinese] == ["在将来"]


def test_the_same_person_twice_is_offered_merged_and_taken_apart(town, login, two_houses, family):
    officer, (homes, _), (_, person) = login("officer"), two_houses, family
    other = officer.post(f"/api/houses/{homes[1]}/households", {"on": JAN}).json()["id"]
    twin = officer.post(f"/api/households/{other}/persons", ZHANG | {"name": "张晓山"}).json()
    assert officer.post("/api/duplicates/find", {}).json()["person"] >= 1
    page = officer.get("/api/duplicates?register=person&limit=200").json()["items"]
    [offer] = [one for one in page if twin["id"] in (one["kept"]["id"], one["other"]["id"])]
    assert offer["why"] == ["id_no"]
    assert "小山" not in str(page)
    assert "11010519491231002X" not in str(page)
    assert offer["same"] == {"name": False, "phone": None, "id_no": True}
    counted = officer.get("/api/duplicates/counts?register=person").json()
    assert counted["total"] == sum(row["n"] for row in counted["items"]) == len(page)
    keep, rev = offer["kept"]["id"], offer["kept"]["rev"]
    kept = officer.post(f"/api/duplicates/{offer['id']}/merge", {"keep": keep, "rev": rev})
    assert kept.json() == {"id": keep, "rev": rev + 1}
    gone = offer["other"]["id"]
    assert officer.get(f"/api/persons/{gone}/stays").status_code == 404
    assert officer.post(f"/api/duplicates/{offer['id']}/undo").status_code == 204
    assert officer.get(f"/api/persons/{gone}/stays").status_code == 200
    assert officer.post(f"/api/duplicates/{offer['id']}/distinct").status_code == 204
    with town.write(Scope.everything()) as session:
        assert session.get(Person, uuid.UUID(person["id"])) is not None
        assert session.get(Household, uuid.UUID(other)) is not None


def test_a_planner_adds_a_kind_that_every_form_then_offers(login):
    planner, body = login("planner"), {"code": "tea_house", "name_zh": "茶馆", "name_en": "Tea house"}
    assert planner.post("/api/kinds/organisation", body).status_code == 201
    assert planner.post("/api/kinds/organisation", body).status_code == 409
    assert body in login("field").get("/api/kinds?of=organisation").json()["items"]
    renamed = {"name_zh": "茶室", "name_en": "Tea room"}
    assert planner.ask("PUT", "/api/kinds/organisation/tea_house", renamed).json()["name_zh"] == "茶室"
    assert planner.ask("DELETE", "/api/kinds/organisation/tea_house").status_code == 204
    assert planner.get("/api/kinds?of=organisation").json()["items"] == []


def test_a_kind_in_use_is_not_taken_away(login):
    answer = login("planner").ask("DELETE", "/api/kinds/incident/noise", accept_language="en")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "The kind noise is in use; it cannot be removed."
