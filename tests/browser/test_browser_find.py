"""Finding an address on the desks: a house as a dot, what is known less exactly as a circle, and why, in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.desk import DESK, PHONE, Desk, NewDesk, Site
from playwright.sync_api import expect

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
LOGINS = pytest.mark.parametrize("login", ["planner", "officer"])
A_HOUSE = """
    select h.address, r.name, t.name from house h
    join region r on r.code = left(lpad(h.grid_no::text, 15, '0'), 12) and upper_inf(r.validity)
    join region t on t.code = r.parent_code and upper_inf(t.validity)
    where h.street is not null and h.number is not null and h.point is not null and h.level = 'house'
    and h.grid_no between :lo and :hi
    order by h.address, h.id limit 1
"""
DOTS = """() => { let n = 0; map_main.eachLayer(l => { n += l instanceof L.CircleMarker && !(l instanceof L.Circle)
    && l.options.color === "#8f2d56"; }); return n; }"""
CIRCLES = """() => { const r = []; map_main.eachLayer(l => { if (l instanceof L.Circle) r.push(l.getRadius()); });
    return r; }"""


def a_house(site: Site, desk: Desk) -> tuple[str, str]:
    """The address of a house of whoever sits at the desk, with its township and village, and these alone."""
    scope = desk.page.evaluate("fetch('/api/me').then(answer => answer.json())")["scope"]
    address, village, township = site.rows(A_HOUSE, lo=int(scope["lo"]), hi=int(scope["hi"]))[0]
    place = f"{township}{village}"
    return str(address) if str(address).startswith(place) else f"{place}{address}", place


def find(desk: Desk, text: str) -> None:
    """Type a text and choose the first address in the list."""
    desk.page.fill("#find", text)
    desk.settle()
    expect(desk.page.locator("#find-list [data-level]").first).to_be_visible()
    desk.page.locator("#find-list [data-level]").first.dispatch_event("mousedown")
    desk.settle()


def keep(desk: Desk, name: str) -> None:
    if folder := os.environ.get("WANGGE_LOOK"):
        desk.page.screenshot(path=Path(folder) / f"{name}.png")


@SIZES
@LOGINS
def test_a_house_is_a_dot_and_what_is_known_less_exactly_a_circle(
    new_desk: NewDesk, site: Site, login: str, size: tuple[int, int]
) -> None:
    desk = new_desk(login, size=size)
    house, village = a_house(site, desk)
    find(desk, house)
    assert desk.page.evaluate(DOTS) == 1
    assert desk.page.evaluate(CIRCLES) == []
    assert "定位到房屋" in desk.words("#found")
    assert "置信度" in desk.words("#found")
    keep(desk, f"find-house-{login}-{size[0]}")
    find(desk, f"{village}没有这条大道8号")
    assert desk.page.evaluate(DOTS) == 0
    (radius,) = desk.page.evaluate(CIRCLES)
    assert radius > 0
    assert "半径" in desk.words("#found")
    assert desk.page.locator("#found-reasons li").count() > 0
    keep(desk, f"find-village-{login}-{size[0]}")
    assert desk.overflow_px() == 0
    faults = Axe().run(desk.page, context="#panel").response["violations"]
    assert [fault["id"] for fault in faults] == []
    desk.page.click("#found-close")
    assert desk.page.is_hidden("#found")
    assert desk.page.evaluate(CIRCLES) == []
    desk.watch.check()


def test_words_change_with_the_language(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer", size=DESK)
    house, _ = a_house(site, desk)
    find(desk, house)
    desk.page.click("#language")
    desk.settle()
    assert "located to its house" in desk.words("#found")
    assert desk.page.get_attribute("#find", "placeholder") == "Village, code or address"
    desk.watch.check()


def test_the_keyboard_finds_an_address_after_the_regions(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer", size=DESK)
    house, _ = a_house(site, desk)
    desk.page.focus("#find")
    desk.page.keyboard.type(house)
    desk.settle()
    while desk.page.get_attribute('#find-list [aria-selected="true"]', "data-level") is None:
        desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")
    desk.settle()
    assert desk.page.is_visible("#found")
    assert desk.page.evaluate(DOTS) == 1
    desk.watch.check()


def test_what_is_nothing_finds_nothing_and_hostile_text_stays_text(new_desk: NewDesk) -> None:
    desk = new_desk("officer", size=DESK)
    desk.page.fill("#find", "<img src=x onerror=alert(1)>号")
    desk.settle()
    assert desk.page.locator("#find-list img").count() == 0
    assert desk.page.is_visible("#find-list")
    desk.watch.check()
