"""Every control of the page is used, at desk and phone size; nothing complains, nothing is wider than the window."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.desk import DESK, PHONE, Desk, NewDesk
from playwright.sync_api import Locator

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
WIDTHS = (360, 768, 1024, 1440, 1920)
CONTROLS = "button, select, input, summary, textarea, a[href], [role=button]"
# What ends or leaves the page has tests of its own.
APART = {"logout", "skip"}
NAME = "node => node.id || node.dataset.key || node.name || node.getAttribute('aria-label') || node.className"


def names(desk: Desk) -> set[str]:
    """What is on the page to be used, each by the name that its element keeps when it is drawn anew."""
    shown = [node for node in desk.page.locator(CONTROLS).all() if node.is_visible()]
    return {str(node.evaluate(NAME)) for node in shown} - APART


def use(desk: Desk, control: Locator) -> None:
    """Change a control as its kind is changed, twice where that leads back, and wait for what it brings."""
    kind = control.evaluate("node => node.type || node.tagName.toLowerCase()")
    if kind == "checkbox":
        control.click()
        desk.settle()
        control.click()
    elif kind == "select-one":
        for index in range(control.locator("option").count() - 1, -1, -1):
            control.select_option(index=index)
            desk.settle()
    elif kind == "datetime-local":
        control.fill("2026-01-05T09:30")
        desk.settle()
        desk.page.click("#as-of-now")
    elif kind == "date":
        control.fill("2026-01-05")
    elif kind == "number":
        control.fill(control.input_value())
    else:
        control.click()
    desk.settle()


def open_cards(desk: Desk) -> None:
    """Unfold what a phone begins with folded."""
    for card in ("#layers-card", "#legend-card"):
        if not desk.page.evaluate("card => document.querySelector(card).open", card):
            desk.page.click(f"{card} summary")


@SIZES
def test_every_control_of_the_planners_page_works(new_desk: NewDesk, dense: str, size: tuple[int, int]) -> None:
    desk = new_desk("planner", f"/#region={dense}", size)
    open_cards(desk)
    used = 0
    for box in ("#layers", ".find", "#as-of", "#table thead"):
        for at in range(desk.page.locator(f"{box} :is({CONTROLS})").count()):
            control = desk.page.locator(f"{box} :is({CONTROLS})").nth(at)
            if control.is_visible():
                use(desk, control)
                used += 1
    assert used > 15
    assert desk.page.locator("#notices .bad").count() == 0


@SIZES
def test_the_map_its_cards_and_the_trail_work(new_desk: NewDesk, dense: str, size: tuple[int, int]) -> None:
    desk = new_desk("planner", f"/#region={dense}", size)
    open_cards(desk)
    desk.page.click(f'#table tr[data-code="{dense}001"] button')
    desk.settle()
    known = names(desk)
    for selector in (".leaflet-control-zoom-out", ".leaflet-control-zoom-in", "#grid button", "#language", "#language",
                     "#layers-card summary", "#legend-card summary", "#trail li:first-child button"):  # fmt: skip
        desk.page.click(selector)
        desk.settle()
    choice = desk.page.locator("#trail select")
    choice.select_option(dense[:9])
    desk.settle()
    assert desk.words("#region .code").endswith(dense[:9])
    desk.back()
    assert desk.words("#region .code").endswith(dense[:6])
    assert {"divide", "language", "layer-grid", "grid-mode", "find", "as-of-moment", "print", "export-gpkg"} <= known


def test_a_grid_is_chosen_on_the_map(new_desk: NewDesk, dense: str) -> None:
    desk = new_desk("planner", f"/#region={dense}&grid={dense}001")
    desk.page.click("#grid button")
    desk.settle()
    desk.page.mouse.click(*middle(desk))
    desk.settle()
    assert desk.page.is_visible("#grid")
    assert "grid=" in desk.page.url


def middle(desk: Desk) -> tuple[float, float]:
    """The middle of the map in the window."""
    box = desk.page.locator("#map_main").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("path", ["/#region=532901", "village"])
def test_the_page_is_never_wider_than_its_window(new_desk: NewDesk, dense: str, path: str) -> None:
    desk = new_desk("planner", f"/#region={dense}" if path == "village" else path)
    wider = {}
    for width in WIDTHS:
        desk.resize((width, 900))
        wider[width] = desk.overflow_px()
    assert wider == dict.fromkeys(WIDTHS, 0)


def test_the_login_page_is_never_wider_than_its_window(desk: Desk) -> None:
    desk.open("/login")
    for width in WIDTHS:
        desk.resize((width, 900))
        assert desk.overflow_px() == 0


def serious(desk: Desk) -> list[str]:
    """The serious and critical faults that axe finds, with the elements that have them."""
    found = Axe().run(desk.page).response["violations"]
    return [
        f"{fault['id']}: {node['html']}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@SIZES
def test_the_login_page_is_accessible(desk: Desk, size: tuple[int, int]) -> None:
    desk.open("/login")
    desk.resize(size)
    assert serious(desk) == []


@SIZES
@pytest.mark.parametrize("login", ["planner", "officer", "admin"])
def test_the_map_page_is_accessible(new_desk: NewDesk, dense: str, login: str, size: tuple[int, int]) -> None:
    desk = new_desk(login, "/" if login == "admin" else f"/#region={dense}&grid={dense}001", size)
    if login != "admin":
        open_cards(desk)
    assert serious(desk) == []
