"""A reviewer says where things are: picks, pins, rejects and takes back, with the mouse and by keys alone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.desk import DESK, PHONE, Desk, NewDesk, Site

OPEN = "select count(*) from review where status = 'open' and grid_no between 532901003000000 and 532901003999999"
DECIDED = "select status, grid_no from review where id = cast(:id as uuid)"
PLACED = """
    select i.level, i.radius_m from incident i join review r on r.row_id = i.id where r.id = cast(:id as uuid)
"""
SMALL = (360, 740)


def left(desk: Desk) -> int:
    """What the page says is left."""
    found = re.search(r"\d+", desk.words(".review-left").replace(",", ""))
    assert found is not None
    return int(found[0])


def chosen(desk: Desk) -> str:
    """The id of the entry that is open."""
    return str(desk.page.get_attribute(".review-row[aria-current]", "data-id"))


def press(desk: Desk, key: str) -> None:
    desk.page.keyboard.press(key)
    desk.settle()


def find(desk: Desk, *, candidates: bool) -> None:
    """Go on until an entry with candidates is open, or one without."""
    for _ in range(40):
        if (desk.page.locator(".review-candidates button").count() > 0) is candidates:
            return
        press(desk, "j")
    raise AssertionError("no such entry waits")


def test_what_waits_is_listed_counted_and_drawn(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer", "/review")
    assert left(desk) == site.number(OPEN)
    assert desk.words("#pages a[aria-current]").startswith("待确认")
    assert desk.words("#left-badge") == str(left(desk))
    find(desk, candidates=True)
    numbers = desk.page.locator(".leaflet-marker-icon .candidate-pin")
    assert desk.page.locator(".review-candidates button").count() == numbers.count()
    assert desk.words("#review-text") in desk.words(".review-row[aria-current]")
    assert desk.words(".review-reasons") != ""


def test_keys_go_on_pick_and_take_back(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer", "/review")
    first = chosen(desk)
    press(desk, "j")
    second = chosen(desk)
    assert second != first
    press(desk, "k")
    assert chosen(desk) == first
    find(desk, candidates=True)
    picked, before = chosen(desk), left(desk)
    press(desk, "1")
    assert site.rows(DECIDED, id=picked)[0][0] == "picked"
    assert left(desk) < before
    assert chosen(desk) != picked, "the next one opens by itself"
    press(desk, "u")
    assert site.rows(DECIDED, id=picked)[0][0] == "open"
    assert left(desk) == before
    assert chosen(desk) == picked


def test_a_place_is_pinned_by_keys_in_the_middle_of_the_map(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer", "/review")
    entry = chosen(desk)
    press(desk, "p")
    assert desk.page.locator(".drop-pin").count() == 1
    press(desk, "Escape")
    assert desk.page.locator(".drop-pin").count() == 0
    press(desk, "p")
    desk.page.select_option("#review-radius", "100")
    desk.page.click("#review-drop")
    desk.settle()
    assert site.rows(DECIDED, id=entry)[0][0] == "pinned"
    stored = (
        "select i.level, i.radius_m from incident i join review r on r.row_id = i.id where r.id = cast(:id as uuid)"
    )
    assert site.rows(stored, id=entry) == [("street", 100.0)]
    press(desk, "u")
    assert site.rows(DECIDED, id=entry)[0][0] == "open"


def test_a_pin_goes_where_the_map_is_clicked_and_enter_drops_it(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer", "/review")
    entry = chosen(desk)
    press(desk, "p")
    before = desk.page.locator(".drop-pin").bounding_box()
    desk.page.mouse.click(500, 450)
    desk.settle()
    after = desk.page.locator(".drop-pin").bounding_box()
    assert before is not None
    assert after is not None
    assert (round(before["x"]), round(before["y"])) != (round(after["x"]), round(after["y"]))
    press(desk, "Enter")
    assert site.rows(DECIDED, id=entry)[0][0] == "pinned"
    press(desk, "u")


def test_a_rejection_needs_a_reason_and_can_be_left(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer", "/review")
    entry = chosen(desk)
    press(desk, "r")
    assert desk.page.locator("dialog[open]").count() == 1
    press(desk, "Escape")
    assert site.rows(DECIDED, id=entry)[0][0] == "open"
    press(desk, "r")
    press(desk, "2")
    assert site.rows(DECIDED, id=entry)[0][0] == "rejected"
    desk.page.click("#review-state")
    desk.settle()
    assert chosen(desk) == entry
    assert "不是地址" in desk.words("#review-card")
    desk.page.click("#review-undo")
    desk.settle()
    assert site.rows(DECIDED, id=entry)[0][0] == "open"


def test_an_entry_that_somebody_else_decided_is_told_and_gone(new_desk: NewDesk, site: Site) -> None:
    mine, theirs = new_desk("officer", "/review"), new_desk("officer", "/review")
    entry = chosen(mine)
    press(theirs, "r")
    press(theirs, "1")
    press(mine, "r")
    press(mine, "1")
    mine.watch.check(refused=(409,))
    assert "已" in mine.words("#notices")
    assert chosen(mine) != entry
    press(theirs, "u")
    assert site.rows(DECIDED, id=entry)[0][0] == "open"


def test_the_queue_is_narrowed_by_village_and_reason(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer", "/review")
    village = str(desk.page.locator("#review-region option").nth(1).get_attribute("value"))
    desk.page.select_option("#review-region", village)
    desk.settle()
    query = "select count(*) from review where status = 'open' and grid_no / 1000 = :village"
    assert desk.page.locator(".review-row").count() == site.number(query, village=int(village))
    desk.page.select_option("#review-region", "")
    desk.page.select_option("#review-reason", "ambiguous")
    desk.settle()
    asked = f'{OPEN} and reasons @> \'[{{"kind": "ambiguous"}}]\''
    assert desk.page.locator(".review-row").count() == left(desk) == site.number(asked)


def test_the_keys_are_told_and_do_nothing_while_one_chooses(new_desk: NewDesk) -> None:
    desk = new_desk("officer", "/review")
    press(desk, "?")
    assert "下一条" in desk.words("dialog[open]")
    press(desk, "Escape")
    first = chosen(desk)
    desk.page.focus("#review-region")
    press(desk, "j")
    assert chosen(desk) == first


def test_the_page_speaks_english(new_desk: NewDesk) -> None:
    desk = new_desk("officer", "/review")
    desk.page.click("#language")
    desk.settle()
    assert desk.words(".review-left").endswith("left")
    assert "Why it waits" in desk.words("#review-card")
    desk.page.click("#language")
    desk.settle()


def test_a_planner_sees_no_incident_that_waits(new_desk: NewDesk) -> None:
    desk = new_desk("planner", "/review")
    assert left(desk) == 0
    assert "没有待确认" in desk.words("#review-list")


def test_a_field_worker_is_led_to_their_own_page(new_desk: NewDesk) -> None:
    desk = new_desk("field", "/review")
    assert desk.page.url.endswith("/field")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_nothing_keeps_anybody_out(new_desk: NewDesk, size: tuple[int, int]) -> None:
    desk = new_desk("officer", "/review", size)
    find(desk, candidates=True)
    press(desk, "p")
    found = Axe().run(desk.page).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL])
def test_the_page_fits_its_window(new_desk: NewDesk, size: tuple[int, int]) -> None:
    desk = new_desk("officer", "/review", size)
    find(desk, candidates=True)
    press(desk, "p")
    assert desk.overflow_px() <= 0


def test_other_pages_say_how_much_is_left(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer", "/officer")
    desk.page.wait_for_function("document.getElementById('left-badge')?.textContent !== ''")
    assert desk.words("#left-badge") == str(site.number(OPEN))
