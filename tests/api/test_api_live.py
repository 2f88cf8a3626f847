"""What changes, told over HTTP: to whom, from where on, across lost lines, restarts and killed backends."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx2
import psycopg
import pytest
import uvicorn
from sqlalchemy import select
from town import LEFT, TOP, WEST

from layers import accounts
from layers.cluster import SUPERUSER
from layers.live import MOST_OF_ONE
from layers.models import Account, Duty, Incident
from layers.scope import Scope
from spatial_api.access import CAPABILITIES, may
from spatial_api.app import create_app
from spatial_api.cli.serve import Server
from spatial_api.routes import live as route
from spatial_api.routes.live import TOLD

PASSWORD = "correct horse battery"
FIRST_GRID = f"{WEST}001"
PATIENCE_S = 30.0
INCIDENT = {"kind": "noise", "text": "吵闹", "point": [LEFT + 0.001, TOP - 0.001], "crs": "wgs84"}


@dataclass(frozen=True)
class Event:
    name: str
    data: dict
    id: str | None


def parsed(text):
    """The events in a text, as a browser reads them; comments are none."""
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            yield Event(fields["event"], json.loads(fields["data"]), fields["id"])


def once(browser, after=None):
    """The one event that there is since an id."""
    query = "" if after is None else f"&after={after}"
    answer = browser.get(f"/api/live?once=true{query}")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/event-stream")
    [event] = parsed(answer.text)
    return event


def report(browser):
    """The id of a new incident in the first grid of the west."""
    happened = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    answer = browser.post("/api/incidents", INCIDENT | {"id": str(uuid.uuid4()), "occurred_at": happened})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_a_new_incident_is_told_with_its_place(login):
    begin = once(login("officer"))
    assert (begin.name, begin.data) == ("ready", {})
    incident = report(login("field"))
    event = once(login("officer"), begin.id)
    assert event.name == "changes"
    [told] = [one for one in event.data["changes"] if one["table"] == "incident"]
    assert told == {
        "table": "incident",
        "village": WEST,
        "first": FIRST_GRID,
        "last": FIRST_GRID,
        "count": 1,
        "moved": 0,
        "ids": [incident],
    }
    assert once(login("officer"), event.id).name == "ready"


def test_nobody_is_told_of_what_is_not_theirs(login):
    begin = {name: once(login(name)).id for name in ("planner", "officer", "field", "east-officer", "administrator")}
    incident = report(login("officer"))
    told = {name: once(login(name), after) for name, after in begin.items()}
    assert [name for name, event in told.items() if incident in json.dumps(event.data)] == ["officer", "field"]
    # That there was one is told to nobody who may not open it: a count of one is below five.
    assert all("incident" not in json.dumps(told[name].data) for name in ("planner", "east-officer", "administrator"))


def test_who_is_told_of_a_table_may_list_it():
    everybody = {"planner", "officer", "field"}
    told = {table: {role for role in CAPABILITIES if needed & may(role)} for table, needed in TOLD.items()}
    assert all(told.pop(table) == everybody for table in ("region", "grid", "barrier", "link", "building"))
    assert all(told.pop(table) == everybody for table in ("facility", "organisation", "place"))
    assert told == {
        "house": {"officer", "field"},
        "visit": {"officer", "field"},
        "incident": {"officer", "field"},
        "household": {"officer"},
        "person": {"officer"},
        "plan": {"planner"},
        "plan_grid": {"planner"},
        "review": {"planner", "officer"},
        "duty": {"planner", "administrator"},
    }


def test_nothing_personal_is_in_an_event(login, town):
    begin = once(login("officer")).id
    house = {"address": "西村77号", "point": [LEFT + 0.001, TOP - 0.001], "crs": "wgs84"}
    house_id = login("officer").post("/api/houses", house).json()["id"]
    household = login("officer").post(f"/api/houses/{house_id}/households", {"on": "2026-01-01"}).json()
    person = {"on": "2026-01-01", "name": "王小明", "residence": "registered", "phone": "13900000000"}
    login("officer").post(f"/api/households/{household['id']}/persons", person)
    event = once(login("officer"), begin)
    text = json.dumps(event.data, ensure_ascii=False)
    assert {"house", "household", "person"} <= {one["table"] for one in event.data["changes"]}
    assert not any(word in text for word in ("王小明", "13900000000", "西村77号"))
    assert {one["table"] for one in once(login("field"), begin).data["changes"]} == {"house"}


@pytest.mark.parametrize("after", ["x", "1.1:1:", "0.0:0:", "%00", "-1", "甲"])
def test_from_a_moment_that_is_not_known_everything_is_looked_at_anew(login, after):
    event = once(login("officer"), after)
    assert (event.name, event.data) == ("reset", {})
    assert once(login("officer"), event.id).name == "ready"


def test_a_token_is_told_what_it_holds(login, server):
    made = login("officer").post("/api/tokens", {"name": "x", "capabilities": ["grid:read"], "days": 1}).json()
    headers = {"authorization": f"Bearer {made['secret']}"}
    begin = next(parsed(server.get("/api/live?once=true", headers=headers).text)).id
    report(login("officer"))
    [event] = parsed(server.get(f"/api/live?once=true&after={begin}", headers=headers).text)
    assert "incident" not in json.dumps(event.data)


@pytest.fixture(scope="module")
def opened(town, api_settings):
    """Starts and stops real servers over the town, on a port that stays the same."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]

    @contextmanager
    def serving():
        config = uvicorn.Config(
            create_app(api_settings, copy(town)), port=port, access_log=False, log_config=None, lifespan="on", ws="none"
        )
        server = Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        until = time.monotonic() + PATIENCE_S
        while not server.started:
            assert time.monotonic() < until
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()

    return serving


class Window:
    """A page that watches: the events that came, and whether the stream is over."""

    def __init__(self, address, token, after=None):
        self.events, self.ended, self.status = [], threading.Event(), None
        self._came = threading.Condition()
        self._address, self._token, self._after = address, token, after
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self):
        headers = {"cookie": f"wangge_session={self._token}"}
        if self._after is not None:
            headers["last-event-id"] = self._after
        try:
            with httpx2.stream("GET", f"{self._address}/api/live", headers=headers, timeout=PATIENCE_S) as answer:
                self.status = answer.status_code
                text = ""
                for piece in answer.iter_text():
                    text += piece
                    *whole, text = text.split("\n\n")
                    with self._came:
                        self.events += parsed("\n\n".join(whole))
                        self._came.notify_all()
        except httpx2.TransportError:
            pass
        finally:
            self.ended.set()

    def wait(self, name, number=1):
        """So many events of a name, once they came."""

        def came():
            return [event for event in self.events if event.name == name]

        with self._came:
            assert self._came.wait_for(lambda: len(came()) >= number, PATIENCE_S), (name, self.events)
            return came()


def incidents(window):
    return [
        row_id
        for event in window.events
        for one in event.data.get("changes", [])
        if one["table"] == "incident"
        for row_id in one["ids"]
    ]


def add_incident(town, number):
    """The id of an incident, added past the API."""
    with town.write(Scope.everything()) as session:
        incident = Incident(
            kind="noise",
            text="吵",
            occurred_at=datetime.now(UTC),
            grid_no=int(FIRST_GRID),
            handled_grid_no=int(FIRST_GRID),
            source="made",
            ref=f"live-{number}",
        )
        session.add(incident)
        session.flush()
        return str(incident.id)


def test_a_window_goes_on_across_a_restart_of_the_server(opened, town, new_session):
    token = new_session("officer").token
    with opened() as address:
        window = Window(address, token)
        [ready] = window.wait("ready")
        added = [add_incident(town, 1)]
        window.wait("changes")
    assert window.ended.wait(PATIENCE_S)
    last = window.events[-1].id
    # While nobody serves.
    added.append(add_incident(town, 2))
    with opened() as address:
        again = Window(address, token, after=last)
        again.wait("changes")
        added.append(add_incident(town, 3))
        again.wait("changes", 2)
        early = Window(address, token, after=ready.id)
        early.wait("changes")
        assert incidents(window) + incidents(again) == added == incidents(early)


def test_nothing_is_lost_when_the_listening_backend_is_killed(opened, town, new_session):
    token = new_session("officer").token
    with opened() as address:
        window = Window(address, token)
        window.wait("ready")
        added = []
        for number in range(4, 7):
            with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
                killed = admin.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and query ilike '%%outbox%%' and pid <> pg_backend_pid()"
                ).fetchall()
            assert killed
            added.append(add_incident(town, number))
            window.wait("changes", len(added))
        assert incidents(window) == added


def test_the_stream_ends_with_the_session(opened, town, new_session):
    browser = new_session("officer")
    with opened() as address:
        window = Window(address, browser.token)
        window.wait("ready")
        assert browser.post("/api/logout").status_code == 204
        assert window.ended.wait(PATIENCE_S)
        assert [event.name for event in window.events] == ["ready", "reset"]
        add_incident(town, 8)
        again = Window(address, browser.token, after=window.events[-1].id)
        assert again.ended.wait(PATIENCE_S)
        assert (again.status, again.events) == (401, [])


def test_the_stream_ends_when_a_duty_changes_what_may_be_seen(opened, town, new_session):
    token = new_session("field").token
    with opened() as address:
        window = Window(address, token)
        window.wait("ready")
        with town.write(Scope.everything()) as session:
            field = session.scalars(select(Account.id).where(Account.login == "field")).one()
            duty = Duty(id=uuid.uuid4(), account_id=field, grid_no=int(f"{WEST}002"), status="active")
            session.add(duty)
        assert window.ended.wait(PATIENCE_S)
        assert window.events[-1].name == "reset"
        again = Window(address, token, after=window.events[-1].id)
        again.wait("ready")
        with town.write(Scope.everything()) as session:
            session.delete(session.get(Duty, duty.id))
        assert again.ended.wait(PATIENCE_S)


def test_the_duty_of_another_ends_nothing(opened, town, new_session):
    token = new_session("officer").token
    with opened() as address:
        window = Window(address, token)
        window.wait("ready")
        with town.write(Scope.everything()) as session:
            accounts.set_password(session, "east", PASSWORD)
        add_incident(town, 9)
        window.wait("changes")
        assert not window.ended.is_set()


def test_it_says_now_and_then_that_it_is_there(opened, new_session, monkeypatch):
    monkeypatch.setattr(route, "_HEARTBEAT_S", 0.05)
    token = new_session("officer").token
    with opened() as address:
        headers = {"cookie": f"wangge_session={token}"}
        with httpx2.stream("GET", f"{address}/api/live", headers=headers, timeout=PATIENCE_S) as answer:
            text = ""
            for piece in answer.iter_text():
                text += piece
                if text.count(": still here\n\n") + text.count("\n\nid: ") >= 3:
                    break
    assert [event.name for event in parsed(text)] == ["ready"]


def test_an_account_watches_in_so_many_windows(opened, new_session):
    token = new_session("officer").token
    with opened() as address:
        windows = [Window(address, token) for _ in range(MOST_OF_ONE)]
        for window in windows:
            window.wait("ready")
        more = Window(address, token)
        assert more.ended.wait(PATIENCE_S)
        assert more.status == 429
        other = Window(address, new_session("planner").token)
        other.wait("ready")
