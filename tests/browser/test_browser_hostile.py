"""Hostile text in the database is shown as text; nothing in it runs."""

from __future__ import annotations

import pytest
from browser.desk import TIMEOUT_MS, Desk, NewDesk, Site
from playwright.sync_api import expect
from sqlalchemy import text

from layers.db import Database
from layers.scope import Scope

IMAGE = "<img src=x onerror=window.hacked=1>"
SCRIPT = "</script><script>window.hacked=1</script>"
RENAMES = (
    "update region set name = :image where code like '532901003%'",
    "update region set name = :script where code = '532901'",
    "update grid set name = :script where upper_inf(validity)",
    "update facility set name = :image",
    "update account set name = :script where login = 'planner'",
    "update incident_kind set name_zh = :script",
)


def poison(database: Database) -> None:
    """Give everything that has a name a hostile one."""
    with database.write(Scope.everything()) as session:
        for statement in RENAMES:
            session.execute(text(statement), {"image": IMAGE, "script": SCRIPT})


@pytest.fixture(scope="module")
def poisoned(site: Site) -> Site:
    poison(site.database)
    return site


def hacked(desk: Desk) -> object:
    """What the hostile text would have set; None when it did not run."""
    return desk.page.evaluate("window.hacked ?? null")


def test_names_of_regions_and_accounts_are_text(poisoned: Site, new_desk: NewDesk) -> None:
    desk = new_desk("planner")
    assert desk.words("#region h2") == SCRIPT
    assert SCRIPT in desk.words("#account")
    assert desk.page.inner_text('#table tr[data-code="532901003"] button') == IMAGE
    assert IMAGE in desk.page.locator("#trail option").all_text_contents()
    assert hacked(desk) is None


def test_names_of_grids_and_kinds_are_text(poisoned: Site, new_desk: NewDesk, dense: str) -> None:
    desk = new_desk("planner", f"/#region={dense}&grid={dense}001")
    assert desk.words("#grid h3") == SCRIPT
    assert IMAGE in desk.words("#table caption")
    assert SCRIPT in desk.page.locator(".map-label").all_text_contents()
    assert hacked(desk) is None


def test_names_of_kinds_are_text(poisoned: Site, new_desk: NewDesk) -> None:
    desk = new_desk("planner", "/officer")
    assert SCRIPT in desk.words("body")
    assert hacked(desk) is None


def test_names_that_are_found_are_text(poisoned: Site, new_desk: NewDesk) -> None:
    desk = new_desk("planner")
    desk.page.fill("#find", "<img")
    desk.settle()
    assert IMAGE in desk.words("#find-0")
    desk.page.press("#find", "Escape")
    desk.page.click("#unbalanced-card summary")
    expect(desk.page.locator("#unbalanced")).to_contain_text(IMAGE, timeout=TIMEOUT_MS)
    assert hacked(desk) is None


def test_a_hostile_address_fragment_is_ignored(new_desk: NewDesk) -> None:
    desk = new_desk("planner", f"/#region={IMAGE}&grid={SCRIPT}")
    assert desk.words("#region .code").endswith("532901")
    assert hacked(desk) is None


def test_a_hostile_login_is_not_echoed(desk: Desk) -> None:
    desk.log_in(IMAGE, SCRIPT)
    desk.page.locator("#notices .bad").wait_for()
    assert desk.page.locator("#notices img, #notices script").count() == 0
    assert hacked(desk) is None
    desk.watch.check(refused=(401,))
