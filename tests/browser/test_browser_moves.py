"""A household, a person moves in, out and on: the page finds the house, asks for the day, and tells who lived there."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.desk import DESK, PHONE, Desk, NewDesk, Site

from fixtures.load import OFFICER_TOWNSHIP
from layers.codes import region_range

SMALL = (360, 740)
HOMES = """
    select h.id::text, h.address, k.id::text
    from house h join household k on k.house_id = h.id join person p on p.household_id = k.id
    where h.grid_no between :first and :last
      and (select count(*) from household other where other.house_id = h.id) = 1
      and (select count(*) from house same where same.address = h.address) = 1
      and k.moved_in_on < '2020-01-01'
    group by h.id, h.address, k.id
    having count(*) = 2 and bool_and(p.moved_out_on is null and p.moved_in_on < '2020-01-01')
    order by h.id limit 12
"""
LIVING = "select count(*) from person where household_id = cast(:id as uuid) and moved_out_on is null"
AT = "select house_id::text, moved_in_on::text from household where id = cast(:id as uuid)"

Home = tuple[str, str, str]
"""A house, its address, and the household of two that lives there."""


@pytest.fixture(scope="module")
def homes(site: Site) -> list[Home]:
    """Houses of the officer's township, each with one household of two; a test takes its own from the end."""
    first, last = region_range(OFFICER_TOWNSHIP)
    return [(str(a), str(b), str(c)) for a, b, c in site.rows(HOMES, first=first, last=last)]


def find(desk: Desk, address: str, house: str, box: str = "find") -> None:
    desk.page.fill(f"#{box}-text", address)
    desk.page.click(f"#{box}-go")
    desk.settle()
    desk.page.click(f'[data-house="{house}"]')
    desk.settle()


def open_home(new_desk: NewDesk, home: Home, size: tuple[int, int] = DESK) -> Desk:
    desk = new_desk("officer", "/moves", size)
    find(desk, home[1], home[0])
    return desk


def begin(desk: Desk, act: str, nth: int = 0) -> None:
    desk.page.locator(f'[data-act="{act}"]').nth(nth).click()


def send(desk: Desk, on: str) -> None:
    desk.page.fill("#move-on", on)
    desk.page.click("#move-send")
    desk.settle()


def test_a_house_is_found_by_its_address_and_tells_who_lives_there_masked(new_desk: NewDesk, homes: list[Home]) -> None:
    desk = new_desk("officer", "/moves")
    assert "先按地址查找" in desk.words("#house")
    find(desk, homes[0][1], homes[0][0])
    assert desk.words("#house-address").endswith(homes[0][1])
    names = [one.inner_text() for one in desk.page.locator("#residents li[data-person] > span:first-child").all()]
    assert len(names) == 2
    assert all("**" in name for name in names)
    assert "没有以前的居住记录" in desk.words("#house")


def test_what_is_not_there_is_told(new_desk: NewDesk) -> None:
    desk = new_desk("officer", "/moves")
    desk.page.fill("#find-text", "没有这样的地方XYZ")
    desk.page.click("#find-go")
    desk.settle()
    assert "没有找到" in desk.words("#finder")


def test_a_household_goes_to_another_house_and_both_tell_it(new_desk: NewDesk, site: Site, homes: list[Home]) -> None:
    (house, address, household), (there, other_address, _) = homes.pop(), homes.pop()
    desk = open_home(new_desk, (house, address, household))
    begin(desk, "move_household")
    desk.page.click("#move-send")
    assert "选定" in desk.words("#notices")
    find(desk, other_address, there, "target")
    assert other_address in desk.words("#target-house")
    send(desk, "2026-03-01")
    assert site.rows(AT, id=household) == [(there, "2026-03-01")]
    assert "2 人" in desk.words("#notices")
    assert "没有登记的住户" in desk.words("#house")
    assert desk.page.locator("#former li").count() == 2
    assert "2026-03-01" in desk.words("#former")
    find(desk, other_address, there)
    assert desk.page.locator("#residents > li").count() == 2


def test_a_household_leaves_with_its_persons(new_desk: NewDesk, site: Site, homes: list[Home]) -> None:
    home = homes.pop()
    desk = open_home(new_desk, home)
    begin(desk, "out_household")
    send(desk, "2026-04-01")
    assert site.number(LIVING, id=home[2]) == 0
    assert "没有登记的住户" in desk.words("#house")
    assert desk.page.locator("#former li").count() == 2


def test_a_day_that_cannot_be_is_refused_in_words_and_the_form_stays(
    new_desk: NewDesk, site: Site, homes: list[Home]
) -> None:
    desk = open_home(new_desk, homes[0])
    begin(desk, "out_person")
    send(desk, "1990-01-01")
    desk.watch.check(refused=(422,))
    assert "迁入" in desk.words("#notices")
    assert desk.page.input_value("#move-on") == "1990-01-01"
    assert site.number(LIVING, id=homes[0][2]) == 2
    desk.page.click("#move-leave")
    assert desk.page.locator("#move-form").count() == 0


def test_a_person_leaves_and_another_goes_to_another_household(
    new_desk: NewDesk, site: Site, homes: list[Home]
) -> None:
    home, other = homes.pop(), homes.pop()
    desk = open_home(new_desk, home)
    begin(desk, "out_person")
    send(desk, "2026-02-01")
    assert site.number(LIVING, id=home[2]) == 1
    begin(desk, "move_person")
    find(desk, other[1], other[0], "target")
    assert desk.page.input_value("#move-household") == other[2]
    send(desk, "2026-02-02")
    assert site.number(LIVING, id=other[2]) == 3
    assert "没有登记人员的一户" in desk.words("#residents"), "the household itself has not left"


def test_a_new_household_comes_with_a_new_person(new_desk: NewDesk, site: Site, homes: list[Home]) -> None:
    home = homes.pop()
    desk = open_home(new_desk, home)
    begin(desk, "in_household")
    send(desk, "2026-05-01")
    assert desk.page.locator("#residents > li").count() == 2
    empty = desk.page.locator("#residents > li", has_text="没有登记人员的一户")
    empty.locator('[data-act="in_person"]').click()
    desk.page.fill("#move-name", "欧阳一")
    desk.page.select_option("#move-residence", "mobile")
    send(desk, "2026-05-02")
    assert "欧**" in desk.words("#residents")
    query = "select residence, sex, birth_year from person where name = '欧阳一'"
    assert site.rows(query) == [("mobile", None, None)]


def test_what_somebody_else_moved_meanwhile_is_told_and_seen(new_desk: NewDesk, homes: list[Home]) -> None:
    home = homes.pop()
    mine, theirs = open_home(new_desk, home), open_home(new_desk, home)
    begin(theirs, "out_household")
    send(theirs, "2026-04-01")
    begin(mine, "out_person")
    send(mine, "2026-04-01")
    mine.watch.check(refused=(409,))
    assert mine.words("#notices") != ""
    assert "没有登记的住户" in mine.words("#house")


def test_the_page_speaks_english(new_desk: NewDesk, homes: list[Home]) -> None:
    desk = open_home(new_desk, homes[0])
    desk.page.click("#language")
    desk.settle()
    assert "Who lives here" in desk.words("#house")
    desk.page.click("#language")
    desk.settle()


@pytest.mark.parametrize(("login", "first"), [("planner", "planner"), ("field", "field")])
def test_who_may_not_move_anybody_is_led_to_their_own_page(new_desk: NewDesk, login: str, first: str) -> None:
    desk = new_desk(login, "/moves")
    assert desk.page.url.endswith(f"/{first}")


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL])
def test_the_page_fits_its_window_and_keeps_nobody_out(
    new_desk: NewDesk, homes: list[Home], size: tuple[int, int]
) -> None:
    desk = open_home(new_desk, homes[0], size)
    begin(desk, "move_person")
    find(desk, homes[1][1], homes[1][0], "target")
    assert desk.overflow_px() <= 0
    found = Axe().run(desk.page).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")] == []
