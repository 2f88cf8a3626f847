"""Who comes in, what each role sees, and what the server says to the browser."""

from __future__ import annotations

import pytest
from browser.desk import Desk, Site


def test_without_a_session_the_map_leads_to_the_login(desk: Desk, site: Site) -> None:
    desk.open("/")
    assert desk.page.url == f"{site.url}/login"


def test_a_wrong_password_is_refused_in_words(desk: Desk, site: Site) -> None:
    desk.log_in("planner", "not the password")
    notice = desk.page.locator("#notices .bad")
    notice.wait_for()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in notice.locator("strong").inner_text())
    assert desk.page.url == f"{site.url}/login"
    assert desk.page.is_enabled("#login-button")
    desk.watch.check(refused=(401,))


def test_leaving_ends_the_session(desk: Desk, site: Site) -> None:
    desk.enter("planner")
    desk.page.click("#logout")
    desk.page.wait_for_url(f"{site.url}/login")
    desk.open("/")
    assert desk.page.url == f"{site.url}/login"


def test_a_session_that_ended_elsewhere_leads_to_the_login(desk: Desk, site: Site) -> None:
    desk.enter("planner")
    desk.page.context.clear_cookies()
    desk.page.click("#table tbody tr:first-child button")
    desk.page.wait_for_url(f"{site.url}/login")
    desk.settle()
    assert set(desk.watch.refused) == {401}
    desk.watch.refused.clear()


@pytest.mark.parametrize(
    ("login", "pages", "first"),
    [
        ("planner", ["planner", "officer", "review", "imports", "account"], "planner"),
        ("officer", ["officer", "review", "duplicates", "moves", "account"], "officer"),
        ("admin", ["account"], "account"),
    ],
)
def test_each_role_enters_its_own_page_and_is_offered_no_other(
    desk: Desk, site: Site, login: str, pages: list[str], first: str
) -> None:
    desk.enter(login)
    assert desk.page.url == f"{site.url}/{first}"
    links = [link.get_attribute("href") for link in desk.page.locator("#pages a").all()]
    assert links == [f"/{page}" for page in pages]
    assert desk.page.get_attribute(f'#pages a[href="/{first}"]', "aria-current") == "page"


def test_a_page_of_another_role_leads_to_ones_own(desk: Desk, site: Site) -> None:
    desk.enter("officer")
    desk.open("/planner")
    assert desk.page.url == f"{site.url}/officer"


def test_the_policy_allows_nothing_foreign(desk: Desk, site: Site) -> None:
    answer = desk.page.goto(f"{site.url}/login")
    assert answer is not None
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"].startswith("'self' 'nonce-")
    assert "unsafe" not in str(policy)
    desk.settle()


def test_the_policy_stops_a_script_that_got_into_the_page(desk: Desk) -> None:
    desk.open("/login")
    desk.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked=1\">')")
    desk.page.wait_for_timeout(200)
    assert desk.page.evaluate("window.hacked") is None
    assert any("CSP: script-src-attr" in fault for fault in desk.watch.faults)
    desk.watch.faults.clear()
    desk.watch.refused.clear()


@pytest.mark.parametrize("login", ["planner", "officer"])
def test_the_language_changes_and_is_remembered(desk: Desk, login: str) -> None:
    desk.enter(login)
    assert desk.page.get_attribute("html", "lang") == "zh-CN"
    assert desk.words("#language") == "English"
    desk.page.click("#language")
    desk.settle()
    assert desk.page.get_attribute("html", "lang") == "en"
    assert desk.words("#layers-card summary") == "Layers"
    desk.page.reload()
    desk.settle()
    assert desk.words("#layers-card summary") == "Layers"
    desk.page.click("#language")
    assert desk.words("#layers-card summary") == "图层"


def test_the_keyboard_alone_drills_down(desk: Desk) -> None:
    desk.enter("planner")
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.className") == "skip"
    desk.page.keyboard.press("Enter")
    for _ in range(60):
        desk.page.keyboard.press("Tab")
        if desk.page.evaluate("document.activeElement.matches('#table tbody button')"):
            break
    name = desk.page.evaluate("document.activeElement.textContent")
    desk.page.keyboard.press("Enter")
    desk.settle()
    assert desk.words("#region h2") == name
