"""The page /account: who one is, one's password, one's tokens."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.desk import DESK, PHONE, Desk, NewDesk, Site


def serious(desk: Desk) -> list[str]:
    """The serious and critical faults that axe finds."""
    found = Axe().run(desk.page).response["violations"]
    return [json.dumps(fault["id"]) for fault in found if fault["impact"] in ("serious", "critical")]


def status_of(site: Site, secret: str) -> int:
    """The status that a program with this token gets."""
    asked = urllib.request.Request(f"{site.url}/api/me", headers={"Authorization": f"Bearer {secret}"})
    try:
        with urllib.request.urlopen(asked) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_token_is_made_shown_once_used_and_revoked(new_desk: NewDesk, site: Site, size) -> None:
    desk = new_desk("planner", "/account", size)
    desk.page.fill("#token-name", f"QGIS {size[0]}")
    desk.page.check('input[value="grid:read"]')
    desk.page.click("#token-make")
    desk.page.locator("#token-secret").wait_for()
    desk.settle()
    secret = desk.page.input_value("#token-secret")
    assert status_of(site, secret) == 200
    assert desk.overflow_px() == 0
    assert serious(desk) == []
    desk.page.click("#token-hide")
    assert secret not in desk.page.content()
    desk.page.locator("#tokens tbody tr", has_text=f"QGIS {size[0]}").locator("button").click()
    desk.page.locator("#notices .good").wait_for()
    desk.settle()
    assert status_of(site, secret) == 401
    assert "已吊销" in desk.words("#tokens tbody")


def test_a_token_without_a_purpose_or_a_right_is_not_asked_for(new_desk: NewDesk) -> None:
    desk = new_desk("planner", "/account")
    desk.page.fill("#token-name", "nothing ticked")
    desk.page.click("#token-make")
    assert "至少选择一项" in desk.words("#notices")
    assert desk.page.input_value("#token-name") == "nothing ticked"


def test_two_unlike_passwords_are_noticed_before_anything_is_sent(new_desk: NewDesk) -> None:
    desk = new_desk("officer", "/account")
    desk.page.fill("#password-current", "whatever it is")
    desk.page.fill("#password-new", "one two three four")
    desk.page.fill("#password-again", "one two three five")
    desk.page.click("#password-change")
    assert "不一致" in desk.words("#notices")


def test_a_wrong_current_password_is_refused_in_words(new_desk: NewDesk) -> None:
    desk = new_desk("officer", "/account")
    desk.page.fill("#password-current", "not my password")
    desk.page.fill("#password-new", "one two three four")
    desk.page.fill("#password-again", "one two three four")
    desk.page.click("#password-change")
    desk.page.locator("#notices .bad").wait_for()
    desk.settle()
    desk.watch.check(refused=(422,))


def test_everybody_has_the_page_and_it_says_who_they_are(new_desk: NewDesk) -> None:
    for login, role in (("admin", "管理员"), ("field", "网格员")):
        desk = new_desk(login, "/account")
        assert role in desk.words("#me")
        assert desk.page.locator("#pages a").last.get_attribute("href") == "/account"
    desk.page.click("#language")
    desk.settle()
    assert "My account" in desk.words("#me")
    desk.page.click("#language")
    desk.settle()
