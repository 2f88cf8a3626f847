"""The review queue as the API answers it: who sees what, decisions and their undoing."""

from __future__ import annotations

import uuid
from itertools import count

import pytest
from found import because, meant
from geoalchemy2.shape import from_shape
from shapely import Point
from sqlalchemy import text
from town import BOTTOM, COUNTY, EAST, LEFT, WEST

from layers.models import Facility, FacilityKind, Incident
from layers.review import queue
from layers.scope import Scope

ZERO = int(WEST) * 1000
SPOT = (LEFT + 0.004, BOTTOM + 0.004)
NUMBERS = count(100)


@pytest.fixture(scope="module", autouse=True)
def kinds(town):
    with town.write(Scope.everything()) as session:
        session.add(FacilityKind(code="clinic", name_zh="卫生室", name_en="Clinic"))


@pytest.fixture
def wait(town):
    """Puts a row with one candidate into the queue; gives the id of its entry and the text, new each time."""

    def put(register="incident", number=ZERO, said=None):
        said = said or f"团结路{next(NUMBERS)}号"
        place = {"grid_no": number, "level": "village", "source": "geocoded", "address": said}
        place["point"] = from_shape(Point(*SPOT), 4326)
        with town.write(Scope.everything()) as session:
            if register == "incident":
                own = {"text": "吵", "occurred_at": "2026-01-02T09:00:00+08:00", "handled_grid_no": number}
                row = Incident(id=uuid.uuid4(), kind="noise", **own, **place)
            else:
                row = Facility(id=uuid.uuid4(), kind="clinic", name="卫生室", **place)
            session.add(row)
            session.flush()
            found = because("ambiguous", level="village", candidates=(meant("团结路9号", SPOT, "house", ZERO),))
            queue(session, register, [(row.id, said, number, found)])
            query = text("select id::text from review where row_id = :row")
            return session.scalar(query, {"row": row.id}), said

    return put


def settle(browser, review_id, rev=1, **decision):
    return browser.post(f"/api/reviews/{review_id}/decide", {"rev": rev, **decision})


def waiting(browser, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = browser.get(f"/api/reviews?limit=200&{query}")
    assert answer.status_code == 200, answer.text
    return {row["id"]: row for row in answer.json()["items"]}


def test_an_officer_sees_what_waits_in_their_region(login, wait):
    review_id, said = wait()
    line = waiting(login("officer"))[review_id]
    assert (line["text"], line["register"], line["region"], line["region_name"]) == (said, "incident", WEST, "西村")
    assert (line["candidates"], line["status"], line["rev"]) == (1, "open", 1)
    assert line["reasons"] == [{"kind": "ambiguous", "penalty": 0.1, "text": ""}]
    assert waiting(login("east-officer")) == {}
    assert review_id not in waiting(login("officer"), region=EAST)
    assert review_id in waiting(login("officer"), region=COUNTY, register="incident", reason="ambiguous")
    assert review_id not in waiting(login("officer"), grid=f"{WEST}001")


def test_a_planner_sees_no_entry_of_what_they_may_not_open(login, wait):
    case, _ = wait()
    clinic, _ = wait("facility")
    assert clinic in waiting(login("planner"))
    assert case not in waiting(login("planner"))
    assert waiting(login("planner"), register="incident") == {}
    assert login("planner").get(f"/api/reviews/{case}").status_code == 404
    assert settle(login("planner"), case, pick=0).status_code == 404
    assert login("planner").get(f"/api/reviews/{clinic}").status_code == 200


def test_the_count_is_of_what_the_caller_sees(login, wait):
    before = login("officer").get("/api/reviews/counts").json()["total"]
    wait()
    told = login("officer").get("/api/reviews/counts").json()
    assert told["total"] == before + 1 == sum(row["n"] for row in told["items"])
    assert told["items"][0]["name"] == "西村"
    assert login("officer").get("/api/reviews/counts?level=3").json()["items"][0]["code"] == COUNTY
    assert login("east-officer").get("/api/reviews/counts").json() == {"items": [], "total": 0}


def test_a_card_has_the_candidates_and_is_audited(login, town, wait):
    review_id, said = wait("facility")
    card = login("officer").get(f"/api/reviews/{review_id}").json()
    assert (card["text"], card["name"], card["path"][-1]["name"]) == (said, "卫生室", "西村")
    [candidate] = card["candidates"]
    assert (candidate["address"], candidate["grid_no"]) == ("团结路9号", f"{WEST}000")
    assert "house_id" not in candidate
    with town.write(Scope.everything()) as session:
        trace = session.execute(text("select act, subject_id from audit where subject = 'review' order by id")).all()
    assert tuple(trace[-1]) == ("read", review_id)


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        ({"pick": 0}, "picked"),
        ({"pin": {"point": SPOT, "crs": "wgs84"}}, "pinned"),
        ({"pin": {"point": SPOT, "crs": "gcj02", "radius_m": 90}}, "pinned"),
        ({"reject": "no_such_address"}, "rejected"),
    ],
)
def test_a_decision_settles_an_entry_and_can_be_taken_back(login, wait, decision, status):
    officer, (review_id, _) = login("officer"), wait()
    done = settle(officer, review_id, **decision)
    assert (done.status_code, done.json()["status"], done.json()["rev"]) == (200, status, 2)
    assert review_id not in waiting(officer)
    assert waiting(officer, state="decided")[review_id]["status"] == status
    assert settle(officer, review_id, rev=2, **decision).status_code == 409
    undone = officer.post(f"/api/reviews/{review_id}/undo", {"rev": 2})
    assert (undone.status_code, undone.json()["status"], undone.json()["rev"]) == (200, "open", 3)
    assert review_id in waiting(officer)
    assert officer.post(f"/api/reviews/{review_id}/undo", {"rev": 3}).status_code == 409


def test_the_same_text_is_decided_at_once(login, wait):
    first, said = wait()
    second, _ = wait("facility", said=said)
    done = settle(login("officer"), first, pick=0).json()
    assert (done["also"], done["learned"]) == (1, ["address"])
    assert second not in waiting(login("officer"))


def test_a_planner_decides_nothing_of_what_they_may_not_open(login, wait):
    clinic, said = wait("facility")
    case, _ = wait(said=said)
    assert settle(login("planner"), clinic, pick=0).json()["also"] == 0
    assert case in waiting(login("officer"))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rev": 1},
        {"rev": 1, "pick": 0, "reject": "other"},
        {"rev": 1, "pick": 5},
        {"rev": 1, "pick": 1},
        {"rev": 1, "pin": {"point": SPOT}},
        {"rev": 1, "pin": {"point": SPOT, "crs": "paper"}},
        {"rev": 1, "pin": {"point": [181, 0], "crs": "wgs84"}},
        {"rev": 1, "reject": "because"},
        {"rev": 0, "pick": 0},
    ],
)
def test_what_is_no_decision_is_refused(login, wait, body):
    review_id, _ = wait()
    assert login("officer").post(f"/api/reviews/{review_id}/decide", body).status_code == 422
    assert review_id in waiting(login("officer"))


def test_a_pin_outside_the_scope_is_not_found(login, wait):
    review_id, _ = wait()
    answer = settle(login("officer"), review_id, pin={"point": [10.0, 10.0], "crs": "wgs84"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "query",
    ["state=all", "limit=0", "after=1", f"region={WEST}&grid={WEST}001", "register=person", "reason=A", "level=5"],
)
def test_what_is_asked_of_the_queue_is_checked(login, query):
    assert login("officer").get(f"/api/reviews?{query}").status_code == 422


def test_pages_go_on_after_a_key(login, wait):
    for _ in range(3):
        wait()
    officer = login("officer")
    first = officer.get("/api/reviews?limit=2").json()
    rest = officer.get(f"/api/reviews?limit=200&after={first['next']}").json()
    ids = [row["id"] for row in (*first["items"], *rest["items"])]
    assert set(ids) == set(waiting(officer))
    assert len(ids) == len(set(ids))
