"""The field worker's routes: own grids, a house's card, visits that are stored once, reports in their true grid."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from sqlalchemy import select, text
from town import EAST, LEFT, MIDDLE, TOP, WEST

from layers.assign import place_of
from layers.crypto import Vault
from layers.models import Audit, House, Household, Person, Visit
from layers.scope import Scope
from layers.visits import OUTCOMES
from spatial_api.schemas.fieldwork import Outcome

FIRST = int(f"{WEST}001")
INSIDE = (LEFT + 0.001, TOP - 0.001)
PHONE = "13812345678"
HOSTILE = '<img src=x onerror="alert(1)">\n=cmd|"/c calc"!A1'


def rows(town, query, **values):
    with town.write(Scope.everything()) as session:
        return [tuple(row) for row in session.execute(text(query), values)]


@pytest.fixture(scope="module")
def houses(town, api_settings):
    """One house in the field worker's grid with two people, one in the other grid of the village, one in the east."""
    ids, vault = {}, Vault.open_file(api_settings.key_path)
    with town.write(Scope.everything()) as session:
        other = session.scalar(
            text("select grid_no from grid where grid_no <> :first order by 1 limit 1"), {"first": FIRST}
        )
        for name, number in (("own", FIRST), ("neighbour", other), ("east", int(EAST) * 1000)):
            point = f"SRID=4326;POINT({INSIDE[0]} {INSIDE[1]})" if name == "own" else None
            level = "house" if name == "own" else "village"
            house = House(
                address=f"西村{name}9号", grid_no=number, point=point, level=level, source="made", unit="2", room="501"
            )
            session.add(house)
            session.flush()
            ids[name] = str(house.id)
        home = Household(
            house_id=uuid.UUID(ids["own"]), grid_no=FIRST, phone_cipher=vault.seal(PHONE, "household.phone")
        )
        session.add(home)
        session.flush()
        people = (("王小明", "m", 1980, None), ("欧阳慧", "f", None, None), ("李走了", "f", 1999, "2020-01-01"))
        for person, sex, year, gone in people:
            found = Person(
                name=person,
                sex=sex,
                birth_year=year,
                moved_out_on=gone,
                residence="registered",
                household_id=home.id,
                grid_no=FIRST,
            )
            session.add(found)
    return ids


def visit(house, **changes):
    now = datetime.now(UTC).replace(microsecond=0)
    body = {"id": str(uuid.uuid4()), "house_id": house, "visited_at": now.isoformat(), "outcome": "met", "note": "在家"}
    body["next_due_on"] = str((now + timedelta(days=30)).date())
    return body | changes


def incident(**changes):
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    body = {"id": str(uuid.uuid4()), "kind": "noise", "text": "路灯不亮", "occurred_at": now}
    return body | {"point": INSIDE, "crs": "wgs84", "accuracy_m": 8} | changes


def ago(**past):
    return (datetime.now(UTC) - timedelta(**past)).isoformat()


def test_my_grids_are_those_of_my_duty_with_their_border(login, houses):
    [grid] = login("field").get("/api/me/grids").json()["items"]
    assert (grid["grid_no"], grid["village_name"]) == (f"{WEST}001", "西村")
    assert grid["boundary"]["type"] == "MultiPolygon"
    west, south, east, north = grid["bbox"]
    assert (west <= INSIDE[0] <= east, south <= INSIDE[1] <= north) == (True, True)
    assert (grid["houses"], grid["due"]) == rows_of_first(login)


def rows_of_first(login):
    listed = login("field").get("/api/layers/house/items?limit=100").json()["items"]
    return len(listed), sum(house["visit_state"] != "done" for house in listed)


def test_a_card_masks_people_and_tells_of_phones_only_that_they_are_known(login, houses):
    answer = login("field").get(f"/api/houses/{houses['own']}")
    card = answer.json()
    assert (card["unit"], card["room"], card["village_name"], card["point"]) == ("2", "501", "西村", list(INSIDE))
    [home] = card["households"]
    assert [(one["name"], one["sex"], one["age_band"]) for one in home["persons"]] == [
        ("王**", "m", "18-59"),
        ("欧**", "f", None),
    ]
    assert (home["phone_known"], home["persons"][0]["phone_known"]) == (True, False)
    assert not any(secret in answer.text for secret in ("小明", "阳慧", "1980", PHONE, PHONE[:3]))


def test_reading_a_card_is_audited_without_what_was_read(login, town, houses):
    before = rows(town, "select count(*) from audit where act = 'read' and subject_id = :id", id=houses["own"])
    login("field").get(f"/api/houses/{houses['own']}")
    with town.write(Scope.everything()) as session:
        found = session.scalars(select(Audit).where(Audit.act == "read", Audit.subject_id == houses["own"])).all()
    assert len(found) == before[0][0] + 1
    assert (found[-1].subject, found[-1].grid_no, found[-1].detail) == ("house", FIRST, {})
    assert found[-1].account_id is not None


@pytest.mark.parametrize("foreign", ["neighbour", "east"])
def test_a_foreign_house_is_not_there(login, town, houses, foreign):
    answer = login("field").get(f"/api/houses/{houses[foreign]}")
    nowhere = login("field").get(f"/api/houses/{uuid.uuid4()}")
    assert (answer.status_code, nowhere.status_code) == (404, 404)
    assert answer.json()["title"] == nowhere.json()["title"]
    body = visit(houses[foreign])
    assert login("field").post("/api/visits", body).status_code == 404
    assert login("field").post("/api/incidents", at_house(houses[foreign])).status_code == 404
    assert rows(town, "select count(*) from visit where house_id = :id", id=houses[foreign]) == [(0,)]
    assert login("officer").get(f"/api/houses/{houses[foreign]}").status_code == 200


def at_house(house):
    body = incident(house_id=house)
    return {name: value for name, value in body.items() if name not in ("point", "crs", "accuracy_m")}


def test_a_visit_is_stored_under_its_houses_grid_and_changes_its_state(login, town, houses):
    body = visit(houses["own"])
    answer = login("field").post("/api/visits", body)
    assert answer.status_code == 201, answer.text
    stored = answer.json()
    assert (stored["grid_no"], stored["house"]["visit_state"], stored["note"]) == (f"{WEST}001", "done", "在家")
    found = rows(
        town,
        "select v.grid_no, v.outcome, a.login from visit v join account a on a.id = v.created_by where v.id = :id",
        id=body["id"],
    )
    assert found == [(FIRST, "met", "field")]
    card = login("field").get(f"/api/houses/{houses['own']}").json()
    assert (card["visits"][0]["id"], card["visits"][0]["by"], card["state"]["visit_state"]) == (
        body["id"],
        "field 甲",
        "done",
    )
    assert rows(town, "select act, grid_no, detail ->> 'house' from audit where subject_id = :id", id=body["id"]) == [
        ("add", FIRST, houses["own"])
    ]


def test_the_same_visit_sent_again_is_stored_once(login, town, houses):
    body = visit(houses["own"])
    answers = [login("field").post("/api/visits", body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert rows(town, "select count(*) from visit where id = :id", id=body["id"]) == [(1,)]
    assert rows(town, "select count(*) from audit where subject_id = :id", id=body["id"]) == [(1,)]


@pytest.mark.parametrize(
    "change", [{"outcome": "absent"}, {"note": None}, {"visited_at": ago(hours=1)}, {"next_due_on": None}]
)
def test_another_visit_with_the_same_id_is_a_conflict(login, town, houses, change):
    body = visit(houses["own"])
    login("field").post("/api/visits", body)
    assert login("field").post("/api/visits", body | change).status_code == 409
    assert rows(town, "select outcome, note from visit where id = :id", id=body["id"]) == [("met", "在家")]


def test_somebody_elses_visit_is_not_taken_for_ones_own(login, town, houses):
    body = visit(houses["own"])
    with town.write(Scope.everything()) as session:
        session.add(
            Visit(
                id=uuid.UUID(body["id"]),
                house_id=uuid.UUID(houses["east"]),
                grid_no=int(EAST) * 1000,
                visited_at=datetime.now(UTC),
                outcome="met",
            )
        )
    assert login("field").post("/api/visits", body).status_code == 409


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("visited_at", {"visited_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}),
        ("visited_at", {"visited_at": ago(days=31), "next_due_on": None}),
        ("visited_at", {"visited_at": "0001-01-01T00:00:00+14:00"}),
        ("visited_at", {"visited_at": "9999-12-31T23:59:59-14:00"}),
        ("visited_at", {"visited_at": "2026-11-01T09:00:00"}),
        ("next_due_on", {"next_due_on": "2020-01-01"}),
        ("next_due_on", {"next_due_on": "9999-12-31"}),
        ("outcome", {"outcome": "asleep"}),
        ("note", {"note": "zero \0 byte"}),
        ("note", {"note": "長" * 1001}),
        ("name", {"name": "unknown"}),
    ],
)
def test_faults_of_a_visit_say_where_they_are(login, houses, where, change):
    answer = login("field").post("/api/visits", visit(houses["own"]) | change)
    assert answer.status_code == 422, answer.text
    assert any(where in fault["where"] for fault in answer.json()["faults"])


def test_the_outcomes_are_those_of_the_table():
    assert get_args(Outcome) == OUTCOMES


def test_hostile_text_comes_back_as_it_was(login, houses):
    body = visit(houses["own"], note=HOSTILE)
    assert login("field").post("/api/visits", body).json()["note"] == HOSTILE
    card = login("field").get(f"/api/houses/{houses['own']}")
    assert HOSTILE in [one["note"] for one in card.json()["visits"]]
    assert card.headers["content-type"] == "application/json"


def test_an_incident_falls_into_the_grid_that_holds_it_and_the_officer_sees_it(login, town, houses):
    body = incident(text=HOSTILE)
    answer = login("field").post("/api/incidents", body)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["grid_no"], told["level"], told["radius_m"], told["visible"]) == (f"{WEST}001", "house", 8, True)
    found = rows(
        town, "select grid_no, handled_grid_no, source, source_crs, text from incident where id = :id", id=body["id"]
    )
    assert found == [(FIRST, FIRST, "reported", "wgs84", HOSTILE)]
    listed = login("officer").get(f"/api/layers/incident/items?grid={WEST}001&limit=100").json()["items"]
    assert HOSTILE in [one["text"] for one in listed if one["id"] == body["id"]]
    assert rows(town, "select act, grid_no from audit where subject_id = :id", id=body["id"]) == [("report", FIRST)]


def test_an_incident_next_door_is_stored_there_and_the_reporter_is_told(login, town, houses):
    other, lon, lat = rows(
        town,
        "select grid_no, st_x(p), st_y(p) from grid, st_pointonsurface(geom) p where grid_no > :first order by 1",
        first=FIRST,
    )[0]
    body = incident(point=(lon, lat))
    told = login("field").post("/api/incidents", body).json()
    assert (told["grid_no"], told["visible"]) == (str(other), False)
    again = login("field").post("/api/incidents", body)
    assert (again.status_code, again.json()) == (200, told)
    mine = login("field").get("/api/layers/incident/items?limit=100").json()["items"]
    assert body["id"] not in [one["id"] for one in mine]


@pytest.mark.parametrize("point", [(MIDDLE + 0.01, TOP - 0.001), (0, 0), (181, 0)])
def test_an_incident_elsewhere_is_refused(login, town, houses, point):
    body = incident(point=point)
    assert login("field").post("/api/incidents", body).status_code in (404, 422)
    assert rows(town, "select count(*) from incident where id = :id", id=body["id"]) == [(0,)]


@pytest.mark.parametrize(("accuracy_m", "level"), [(20, "house"), (50, "building"), (150, "street"), (500, "hamlet")])
def test_what_is_known_less_exactly_is_said_to_be(login, houses, accuracy_m, level):
    assert login("field").post("/api/incidents", incident(accuracy_m=accuracy_m)).json()["level"] == level


def test_a_bare_point_claims_no_house(login, town, houses):
    body = incident(accuracy_m=None)
    assert login("field").post("/api/incidents", body).json()["level"] == "street"
    radius = "select level, radius_m from incident where id = :id"
    assert rows(town, radius, id=body["id"]) == [("street", 150.0)]
    assert login("field").post("/api/incidents", body).status_code == 200, "sent again it is the same"


def test_an_incident_at_a_house_or_an_address_stands_there(login, town, houses):
    told = login("field").post("/api/incidents", at_house(houses["own"])).json()
    assert (told["grid_no"], told["level"]) == (f"{WEST}001", "house")
    body = at_house(None) | {"address": "西村无名路"}
    del body["house_id"]
    told = login("field").post("/api/incidents", body).json()
    assert (told["grid_no"], told["level"], told["visible"]) == (f"{WEST}000", "village", False)


@pytest.mark.parametrize("change", [{"text": "别的"}, {"point": (LEFT + 0.002, TOP - 0.001)}, {"accuracy_m": 9}])
def test_another_incident_with_the_same_id_is_a_conflict(login, houses, change):
    body = incident()
    assert login("field").post("/api/incidents", body).status_code == 201
    assert login("field").post("/api/incidents", body | change).status_code == 409


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("occurred_at", {"occurred_at": ago(days=-1)}),
        ("occurred_at", {"occurred_at": ago(days=40)}),
        ("kind", {"kind": "unheard_of"}),
        ("accuracy_m", {"accuracy_m": 501}),
        ("crs", {"crs": "mars2000"}),
        ("text", {"text": "  "}),
        ("body", {"crs": None}),
        ("body", {"address": "西村1号"}),
    ],
)
def test_faults_of_a_report_say_where_they_are(login, houses, where, change):
    answer = login("field").post("/api/incidents", incident() | change)
    assert answer.status_code == 422, answer.text
    assert any(where in fault["where"] for fault in answer.json()["faults"])


def test_a_point_in_another_datum_is_converted(login, town, houses):
    body = incident(crs="gcj02", accuracy_m=None)
    told = login("field").post("/api/incidents", body)
    # GCJ-02 lies some hundred metres off: the place is in the village or just outside it, never where it was said.
    if told.status_code == 201:
        [(lon, lat)] = rows(town, "select st_x(point), st_y(point) from incident where id = :id", id=body["id"])
        assert 0.0005 < abs(lon - INSIDE[0]) + abs(lat - INSIDE[1]) < 0.01


def test_the_state_is_told_alike_by_card_list_and_grid(login, town, houses):
    house = houses["own"]
    expected = {"overdue": (40, -1), "due": (20, 3), "done": (20, 30)}
    for state, (days_ago, due_in) in expected.items():
        with town.write(Scope.everything()) as session:
            session.execute(text("delete from visit where house_id = :id"), {"id": house})
            session.execute(
                text("insert into visit (id, house_id, grid_no, visited_at, outcome, next_due_on) values"
                     " (gen_random_uuid(), :id, :no, now() - make_interval(days => :ago), 'met',"
                     " (now() at time zone 'Asia/Shanghai')::date + :due)"),
                {"id": house, "no": FIRST, "ago": days_ago, "due": due_in},
            )  # fmt: skip
        card = login("field").get(f"/api/houses/{house}").json()["state"]
        listed = {one["id"]: one for one in login("field").get("/api/layers/house/items?limit=100").json()["items"]}
        assert (card["visit_state"], listed[house]["visit_state"]) == (state, state)
        [grid] = login("field").get("/api/me/grids").json()["items"]
        assert grid["due"] == sum(one["visit_state"] != "done" for one in listed.values())


def test_place_of_the_first_grid_is_the_first_grid(town):
    with town.write(Scope.everything()) as session:
        assert place_of(session, *INSIDE) == FIRST
