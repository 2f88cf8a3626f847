"""The real application over a real town: two villages, the western one published, one account of each role."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import shapely
from httpx2 import Response
from psycopg import sql
from starlette.testclient import TestClient
from town import COUNTY, EAST, LEFT, TOP, WEST, buildings, household, incidents, lattice, regions

from gridding import Target
from layers import accounts, plans
from layers.cluster import SUPERUSER
from layers.db import OWNER_ROLE, Database
from layers.models import Duty
from layers.publish import publish
from layers.scope import Scope
from layers.settings import DatabaseSettings
from spatial_api.access import Doors
from spatial_api.app import create_app
from spatial_api.settings import Settings

PASSWORD = "correct horse battery"
ACCOUNTS = {
    "administrator": ("administrator", COUNTY),
    "planner": ("planner", COUNTY),
    "officer": ("officer", COUNTY),
    "field": ("field", COUNTY),
    "east": ("planner", EAST),
    "east-officer": ("officer", EAST),
}
"""Login -> role and region; the two of the east see nothing of the west."""
FIRST_GRID = f"{WEST}001"
_TOWN = "wangge_api_town"


@dataclass
class Browser:
    """A browser without or with a session, over the one running app."""

    client: TestClient
    token: str | None = None
    csrf: str | None = None

    def ask(self, method: str, path: str, json: Any = None, **headers: str) -> Response:
        """The answer to a request; header names with _ for -."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            sent.setdefault("cookie", f"wangge_session={self.token}")
        if self.csrf is not None and method not in ("GET", "HEAD"):
            sent.setdefault("x-csrf-token", self.csrf)
        return self.client.request(method, path, json=json, headers=sent, follow_redirects=False)

    def get(self, path: str, **headers: str) -> Response:
        return self.ask("GET", path, **headers)

    def post(self, path: str, json: Any = None, **headers: str) -> Response:
        return self.ask("POST", path, json, **headers)


def fill(database: Database) -> None:
    """Build the town."""
    with database.write(Scope.everything()) as session:
        regions(session)
        ids = buildings(session, lattice(4))
        household(session, ids[0], people=2)
        incidents(session, [shapely.Point(LEFT + 0.001, TOP - 0.001)] * 3)
        for login, (role, region) in ACCOUNTS.items():
            accounts.add(session, login, f"{login} 甲", role, region, PASSWORD)
    with database.write(Scope.everything()) as session:
        plan = plans.divide_village(session, WEST, Target(load=8, band=(6, 10), tolerance=0.2))
        plan = plans.submit(session, plan.id, plan.rev)
        publish(session, plan.id, plan.rev)
        field = next(row for row in accounts.accounts(session) if row.login == "field")
        duty = Duty(id=uuid.uuid4(), account_id=field.account_id, grid_no=int(FIRST_GRID), status="active")
        session.add(duty)


@pytest.fixture(scope="session")
def town_template(settings: DatabaseSettings, template: str) -> str:
    """The name of a database that holds the town."""
    town = Database(settings, _TOWN)
    clone(town, template)
    fill(town)
    town.dispose()
    return _TOWN


def clone(database: Database, source: str) -> None:
    """Make a database as a copy of another one."""
    name = database.engine.url.database
    assert name is not None
    names = [sql.Identifier(word) for word in (name, source, OWNER_ROLE)]
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(names[0]))
        admin.execute(sql.SQL("create database {} template {} owner {}").format(*names))


@pytest.fixture(scope="module")
def town(settings: DatabaseSettings, town_template: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """The town in a database of this test module."""
    database = Database(settings, f"{_TOWN}_{request.module.__name__.rsplit('.', 1)[-1]}")
    clone(database, town_template)
    try:
        yield database
    finally:
        database.dispose()


@pytest.fixture(scope="module")
def api_settings(settings: DatabaseSettings) -> Settings:
    """Settings of the server under test, whatever the environment says."""
    return Settings(database_url=None, data_root=settings.data_root, instance=settings.instance, key_file=None)


@pytest.fixture(scope="module")
def server(town: Database, api_settings: Settings) -> Iterator[TestClient]:
    """The running app over the town."""
    with TestClient(create_app(api_settings, town), base_url="http://localhost") as client:
        yield client


@pytest.fixture
def opened(server: TestClient) -> Doors:
    """The doors of the running app."""
    found = server.app.state.doors
    assert isinstance(found, Doors)
    return found


@pytest.fixture
def settled(server: TestClient, opened: Doors) -> Callable[[], None]:
    """Waits until the server was told of everything that others committed; called once, before the test."""

    def wait() -> None:
        if not opened.follower.healthy:
            server.portal.call(opened.follower.caught_up)
        server.portal.call(opened.follower.settle, opened.pool)
        assert opened.follower.healthy

    wait()
    return wait


@pytest.fixture(scope="module")
def login(server: TestClient) -> Callable[[str], Browser]:
    """A browser logged in as one of the accounts; the same one for every test of a module."""
    known: dict[str, Browser] = {}

    def as_account(name: str) -> Browser:
        if name not in known:
            known[name] = log_in(server, name)
        return known[name]

    return as_account


def log_in(server: TestClient, name: str) -> Browser:
    """A browser with a new session."""
    answer = server.post("/api/login", json={"login": name, "password": PASSWORD})
    assert answer.status_code == 204, answer.text
    token = answer.cookies["wangge_session"]
    # The client keeps cookies for all: each browser sends its own.
    server.cookies.clear()
    browser = Browser(server, token)
    browser.csrf = browser.get("/api/me").json()["csrf"]
    return browser


@pytest.fixture
def nobody(server: TestClient) -> Browser:
    """A browser without a session."""
    return Browser(server)


@pytest.fixture
def new_session(server: TestClient) -> Callable[[str], Browser]:
    """A browser with a session that no other test uses."""
    return lambda name: log_in(server, name)
