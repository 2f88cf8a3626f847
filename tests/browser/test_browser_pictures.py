"""The pictures in README and the planner's guide; WANGGE_WRITE_PICTURES=1 writes them, from a county of full size."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.desk import DESK, PHONE, NewDesk
from browser.pictures import keep

from fixtures.load import OFFICER_TOWNSHIP

CITY = "() => map_main.setView([25.578, 100.224], 15, {animate: false})"
INCIDENTS = "() => map_main.setView([25.583, 100.229], 14, {animate: false})"
CLOSER = "() => map_main.zoomIn(1, {animate: false})"


@pytest.mark.parametrize(
    ("name", "login", "path", "size", "clicks", "look"),
    [
        ("map-desk", "planner", f"/#region={OFFICER_TOWNSHIP}", DESK, ["#layer-barrier"], CITY),
        ("map-heat", "officer", "/", DESK, ["#days-90", "#layer-barrier", "#shade-density"], INCIDENTS),
        ("map-phone", "planner", f"/#region={OFFICER_TOWNSHIP}009", PHONE, [], CLOSER),
    ],
)  # fmt: skip
def test_a_picture_of_the_page_is_neither_empty_nor_large(
    new_desk: NewDesk, tmp_path: Path, name: str, login: str, path: str, size: tuple[int, int],
    clicks: list[str], look: str,
) -> None:  # fmt: skip
    desk = new_desk(login, path, size)
    for selector in clicks:
        desk.page.click(selector)
        desk.settle()
    desk.page.evaluate(look)
    desk.settle()
    keep(desk, tmp_path, name)


def test_a_picture_of_the_search_and_the_villages_in_need(new_desk: NewDesk, tmp_path: Path) -> None:
    desk = new_desk("planner", size=DESK)
    desk.page.click("#unbalanced-card summary")
    desk.settle()
    desk.page.fill("#find", OFFICER_TOWNSHIP)
    desk.settle()
    keep(desk, tmp_path, "planner-find")


def test_pictures_of_a_proposal_and_of_the_question_before_it_is_published(
    new_desk: NewDesk, dense: str, tmp_path: Path
) -> None:
    desk = new_desk("planner", f"/#region={dense}", DESK)
    for name, value in (("load", 90), ("low", 70), ("high", 110), ("tolerance", 10)):
        desk.page.fill(f'#planner input[name="{name}"]', str(value))
    desk.page.click("#divide")
    desk.settle()
    desk.page.locator("#proposal").scroll_into_view_if_needed()
    desk.page.evaluate("document.querySelector('#planner').scrollIntoView()")
    keep(desk, tmp_path, "planner-proposal")
    desk.page.click("#plan-step")
    desk.settle()
    desk.page.click("#plan-step")
    keep(desk, tmp_path, "planner-publish")
    desk.page.keyboard.press("Escape")
