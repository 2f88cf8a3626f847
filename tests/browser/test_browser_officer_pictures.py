"""The pictures of the officer's guide; WANGGE_WRITE_PICTURES=1 writes them anew, from a county of full size."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.desk import DESK, PHONE, NewDesk, Site
from browser.doubles import add_doubles
from browser.pictures import keep

from fixtures.load import OFFICER_TOWNSHIP
from layers.codes import region_range


@pytest.mark.parametrize(
    ("name", "size", "clicks"),
    [
        ("officer-areas", DESK, ["#days-90", "#shade-count"]),
        ("officer-density", DESK, ["#days-90", "#shade-density"]),
        ("officer-card", PHONE, ["#days-90", "button.case >> nth=0"]),
    ],
)
def test_a_picture_of_the_officers_page_is_neither_empty_nor_large(
    new_desk: NewDesk, dense: str, tmp_path: Path, name: str, size: tuple[int, int], clicks: list[str]
) -> None:
    region = dense if name == "officer-card" else OFFICER_TOWNSHIP
    desk = new_desk("officer", f"/officer#region={region}", size)
    for selector in clicks:
        desk.page.click(selector)
        desk.settle()
    keep(desk, tmp_path, name)


def test_a_picture_of_the_review_queue(new_desk: NewDesk, tmp_path: Path) -> None:
    desk = new_desk("officer", "/review")
    for _ in range(40):
        if desk.page.locator(".review-candidates button").count() > 1:
            break
        desk.page.keyboard.press("j")
        desk.settle()
    keep(desk, tmp_path, "review")


def test_a_picture_of_what_is_registered_twice(new_desk: NewDesk, site: Site, tmp_path: Path) -> None:
    add_doubles(site, OFFICER_TOWNSHIP)
    desk = new_desk("officer", "/duplicates")
    desk.page.click("#find-pairs")
    desk.settle()
    desk.page.select_option("#pairs-register", "person")
    desk.settle()
    keep(desk, tmp_path, "duplicates")


def test_a_picture_of_a_house_and_who_lives_there(new_desk: NewDesk, site: Site, tmp_path: Path) -> None:
    first, last = region_range(OFFICER_TOWNSHIP)
    query = """select h.id, h.address from house h join household k on k.house_id = h.id
               join person p on p.household_id = k.id
               where h.grid_no between :first and :last and h.level = 'house'
               group by h.id, h.address having count(*) = 3 and count(distinct k.id) = 1 order by h.id limit 1"""
    [(house, address)] = site.rows(query, first=first, last=last)
    desk = new_desk("officer", "/moves")
    desk.page.fill("#find-text", str(address))
    desk.page.click("#find-go")
    desk.settle()
    desk.page.click(f'[data-house="{house}"]')
    desk.settle()
    desk.page.locator('[data-act="out_person"]').first.click()
    keep(desk, tmp_path, "moves")
