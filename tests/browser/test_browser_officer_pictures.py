"""The pictures of the officer's guide; WANGGE_WRITE_PICTURES=1 writes them anew, from a county of full size."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.desk import DESK, PHONE, NewDesk, Site
from browser.doubles import add_doubles
from browser.pictures import keep

from fixtures.load import OFFICER_TOWNSHIP


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
