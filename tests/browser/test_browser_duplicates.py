"""What is registered twice is offered, compared, merged by hand, kept apart and taken back, by mouse and by keys."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.desk import DESK, PHONE, Desk, NewDesk, Site
from browser.doubles import add_doubles

from fixtures.load import OFFICER_TOWNSHIP

SMALL = (360, 740)
STATUS = "select status from duplicate where id = cast(:id as uuid)"
ROWS = "select (select count(*) from house) + (select count(*) from person)"


@pytest.fixture(scope="module", autouse=True)
def doubles(site: Site) -> None:
    """Two houses and three persons of the officer's township are there twice."""
    add_doubles(site, OFFICER_TOWNSHIP)


def open_pairs(new_desk: NewDesk, size: tuple[int, int] = DESK) -> Desk:
    """The page with all pairs found and open."""
    desk = new_desk("officer", "/duplicates", size)
    desk.page.click("#find-pairs")
    desk.settle()
    return desk


def left(desk: Desk) -> int:
    found = re.search(r"\d+", desk.words(".review-left"))
    assert found is not None
    return int(found[0])


def chosen(desk: Desk) -> str:
    return str(desk.page.get_attribute(".review-row[aria-current]", "data-id"))


def press(desk: Desk, key: str) -> None:
    desk.page.keyboard.press(key)
    desk.settle()


def choose(desk: Desk, register: str) -> None:
    desk.page.select_option("#pairs-register", register)
    desk.settle()


def status(site: Site, offer: str) -> str:
    return str(site.rows(STATUS, id=offer)[0][0])


def test_nothing_is_there_until_it_is_looked_for_and_the_page_says_so(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer", "/duplicates")
    assert "没有疑似重复" in desk.words("#pairs-list")
    assert desk.page.locator("#pairs-card").is_hidden()
    rows = site.number(ROWS)
    desk.page.click("#find-pairs")
    desk.settle()
    assert "新发现" in desk.words("#notices")
    assert left(desk) == desk.page.locator(".review-row").count() >= 5
    assert site.number(ROWS) == rows, "nothing is merged by itself"
    desk.page.click("#find-pairs")
    desk.settle()
    assert "没有新发现" in desk.words("#notices")


def test_a_pair_is_shown_side_by_side_with_what_differs(new_desk: NewDesk) -> None:
    desk = open_pairs(new_desk)
    choose(desk, "person")
    marked = set()
    for _ in range(left(desk)):
        card = desk.words("#pairs-card")
        assert "是同一个人吗" in card
        assert re.search(r"\d{15}[\dX]|1\d{10}", desk.words('#pairs-card [data-field="id_no"]')) is None
        marked |= {row.get_attribute("data-field") for row in desk.page.locator("#pairs-card tr.differs").all()}
        press(desk, "j")
    assert {"name", "phone"} <= marked
    assert "created_at" not in marked
    choose(desk, "house")
    assert "是同一处房屋吗" in desk.words("#pairs-card")
    assert "address" not in desk.words("#pairs-card")


def test_the_one_that_is_chosen_stays_and_the_merge_is_taken_back_by_a_key(new_desk: NewDesk, site: Site) -> None:
    desk = open_pairs(new_desk)
    before, offer, rows = left(desk), chosen(desk), site.number(ROWS)
    press(desk, "2")
    assert status(site, offer) == "merged"
    assert site.number(ROWS) == rows - 1
    assert (left(desk), chosen(desk) == offer) == (before - 1, False), "the next one opens by itself"
    assert "撤销" in desk.words("#notices")
    press(desk, "u")
    assert (status(site, offer), site.number(ROWS), left(desk), chosen(desk)) == ("open", rows, before, offer)


def test_without_keys_the_last_decision_is_taken_back_by_a_button(new_desk: NewDesk, site: Site) -> None:
    desk = open_pairs(new_desk, PHONE)
    assert desk.page.locator("#undo-last").count() == 0
    offer = chosen(desk)
    desk.page.click("#keep-other")
    desk.settle()
    assert status(site, offer) == "merged"
    desk.page.click("#undo-last")
    desk.settle()
    assert (status(site, offer), desk.page.locator("#undo-last").count()) == ("open", 0)


def test_two_that_are_two_do_not_come_back(new_desk: NewDesk, site: Site) -> None:
    desk = open_pairs(new_desk)
    before, offer = left(desk), chosen(desk)
    desk.page.click("#keep-apart")
    desk.settle()
    assert (status(site, offer), left(desk)) == ("distinct", before - 1)
    desk.page.click("#find-pairs")
    desk.settle()
    assert left(desk) == before - 1
    desk.page.select_option("#pairs-status", "distinct")
    desk.settle()
    assert chosen(desk) == offer
    assert desk.page.locator("#keep-kept").count() == 0
    desk.page.click("#undo-decision")
    desk.settle()
    assert (status(site, offer), left(desk)) == ("open", before)


def test_a_merge_of_another_day_is_found_and_undone(new_desk: NewDesk, site: Site) -> None:
    desk = open_pairs(new_desk)
    choose(desk, "house")
    offer = chosen(desk)
    desk.page.click("#keep-kept")
    desk.settle()
    later = new_desk("officer", "/duplicates")
    later.page.select_option("#pairs-status", "merged")
    later.settle()
    assert chosen(later) == offer
    assert "保留的一条" in later.words("#pairs-card")
    later.page.click("#undo-decision")
    later.settle()
    assert status(site, offer) == "open"


def test_what_somebody_else_decided_is_told_and_gone(new_desk: NewDesk, site: Site) -> None:
    mine, theirs = open_pairs(new_desk), new_desk("officer", "/duplicates")
    offer = chosen(mine)
    assert chosen(theirs) == offer
    press(theirs, "n")
    press(mine, "1")
    mine.watch.check(refused=(409,))
    assert "已" in mine.words("#notices")
    assert chosen(mine) != offer
    press(theirs, "u")
    assert status(site, offer) == "open"


def test_the_list_is_narrowed_by_village(new_desk: NewDesk) -> None:
    desk = open_pairs(new_desk)
    choices = desk.page.locator("#pairs-region option").all()[1:]
    told = {str(one.get_attribute("value")): one.inner_text() for one in choices}
    assert len(desk.page.locator(".review-region").all()) == len(told)
    village, name = next(iter(told.items()))
    desk.page.select_option("#pairs-region", village)
    desk.settle()
    assert desk.page.locator(".review-row").count() == int(re.findall(r"\d+", name)[-1])
    assert desk.page.locator(".review-region").count() == 1


def test_keys_are_told_and_do_nothing_while_one_chooses(new_desk: NewDesk, site: Site) -> None:
    desk = open_pairs(new_desk)
    press(desk, "?")
    assert "不是同一个" in desk.words("dialog[open]")
    press(desk, "n")
    press(desk, "Escape")
    first = chosen(desk)
    assert status(site, first) == "open"
    desk.page.focus("#pairs-register")
    press(desk, "j")
    assert chosen(desk) == first


def test_the_page_speaks_english(new_desk: NewDesk) -> None:
    desk = open_pairs(new_desk)
    desk.page.click("#language")
    desk.settle()
    assert desk.words(".review-left").endswith("left")
    assert "They are two" in desk.words("#pairs-card")
    desk.page.click("#language")
    desk.settle()


@pytest.mark.parametrize(("login", "first"), [("planner", "planner"), ("field", "field")])
def test_who_may_not_see_persons_is_led_to_their_own_page(new_desk: NewDesk, login: str, first: str) -> None:
    desk = new_desk(login, "/duplicates")
    assert desk.page.url.endswith(f"/{first}")
    assert desk.page.locator('#pages a[href="/duplicates"]').count() == 0


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_nothing_keeps_anybody_out(new_desk: NewDesk, size: tuple[int, int]) -> None:
    desk = open_pairs(new_desk, size)
    choose(desk, "person")
    found = Axe().run(desk.page).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL])
def test_the_page_fits_its_window(new_desk: NewDesk, size: tuple[int, int]) -> None:
    desk = open_pairs(new_desk, size)
    for register in ("person", "house"):
        choose(desk, register)
        assert desk.overflow_px() <= 0
