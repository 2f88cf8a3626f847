"""A real server over a small demo county, and Chromium before it. A missing browser is an error, never a skip."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
import uvicorn
from browser.desk import DESK, TIMEOUT_MS, Desk, Site, Watch
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from psycopg import sql

from fixtures.county import make
from fixtures.load import OFFICER_TOWNSHIP, give_duties, load_county
from fixtures.logins import read_logins
from gridding import Target
from layers.cluster import SUPERUSER
from layers.db import OWNER_ROLE, Database
from layers.jobs import divide_region
from layers.settings import DatabaseSettings
from spatial_api.app import create_app
from spatial_api.cli.serve import Server
from spatial_api.settings import Settings

_COUNTY = "wangge_browser_county"
# The pictures in the documents show a county of full size.
_SEED, _SCALE = 1, 1.0 if os.environ.get("WANGGE_WRITE_PICTURES") == "1" else 0.05
_CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=zh-CN",
    # Nothing but the server under test can be reached; who tries is heard by the watch.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
# Any page that breaks its policy says so on the console, where the watch hears it.
_SAY_VIOLATIONS = "addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective))"


@pytest.fixture(scope="session")
def passwords(settings: DatabaseSettings, template: str) -> dict[str, str]:
    """The passwords of the small county, whose database is made with them: its dense township divided and published.

    Read at once: the file of logins is one for the whole run, and tests of the fixtures write it anew.
    """
    database = Database(settings, _COUNTY)
    _clone(database, template)
    load_county(database, make(_SEED, _SCALE), _SEED, _SCALE, lambda _table, _rows: None)
    target = Target(load=150, band=(120, 180), tolerance=0.05)
    divide_region(database, OFFICER_TOWNSHIP, target, publish_too=True)
    give_duties(database)
    database.dispose()
    return {one.login: one.password for one in read_logins(settings)}


def _clone(database: Database, source: str) -> None:
    name = database.engine.url.database
    assert name is not None
    names = [sql.Identifier(word) for word in (name, source, OWNER_ROLE)]
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(names[0]))
        admin.execute(sql.SQL("create database {} template {} owner {}").format(*names))


@pytest.fixture(scope="module")
def site(settings: DatabaseSettings, passwords: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Site]:
    """A server of this test module over its own copy of the county."""
    database = Database(settings, f"{_COUNTY}_{request.module.__name__.rsplit('.', 1)[-1]}")
    _clone(database, _COUNTY)
    own = Settings(database_url=None, data_root=settings.data_root, instance=settings.instance, key_file=None)
    config = uvicorn.Config(create_app(own, database), access_log=False, log_config=None, lifespan="on", ws="none")
    server = Server(config)
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield Site(f"http://127.0.0.1:{door.getsockname()[1]}", database, passwords)
        finally:
            server.should_exit = True
            thread.join()
            database.dispose()


# Of a module, not of the run: while it is open, this thread counts as one with a running event loop.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, headless=True, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def seats(chromium: Browser, site: Site) -> Iterator[Callable[[str], BrowserContext]]:
    """The browser of each person, logged in once and used by all tests of a module: its cache stays warm."""
    taken: dict[str, BrowserContext] = {}

    def sit_down(login: str) -> BrowserContext:
        if login not in taken:
            taken[login] = _new_context(chromium)
            body = {"login": login, "password": site.passwords[login]}
            assert taken[login].request.post(f"{site.url}/api/login", data=body).status == 204
        return taken[login]

    yield sit_down
    for context in taken.values():
        context.close()


def _new_context(chromium: Browser) -> BrowserContext:
    context = chromium.new_context(locale="zh-CN")
    context.set_default_timeout(TIMEOUT_MS)
    context.add_init_script(_SAY_VIOLATIONS)
    return context


@pytest.fixture
def new_desk(chromium: Browser, site: Site, seats: Callable[[str], BrowserContext]) -> Iterator[Callable[..., Desk]]:
    """Opens a page of its own, by default without a session; at the end of a test no page may have misbehaved."""
    desks: list[Desk] = []

    def open_desk(login: str | None = None, path: str = "/", size: tuple[int, int] = DESK) -> Desk:
        context = _new_context(chromium) if login is None else seats(login)
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        watch = Watch(site)
        watch.listen(page)
        desks.append(Desk(page, site, watch))
        if login is not None:
            desks[-1].open(path)
        return desks[-1]

    yield open_desk
    for desk in desks:
        desk.page.close()
    for desk in desks:
        desk.watch.check()


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    """A page without a session."""
    return new_desk()


@pytest.fixture(scope="module")
def dense(site: Site) -> str:
    """The code of the published village with the most grids."""
    query = "select grid_no / 1000, count(*) from grid where upper_inf(validity) group by 1 order by 2 desc, 1 limit 1"
    return str(site.rows(query)[0][0])
