"""The pictures of the field worker's guide; WANGGE_WRITE_PICTURES=1 writes them anew, =small from a small county."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.desk import PHONE, Desk, NewDesk, Site
from browser.pictures import keep


def show_map(desk: Desk) -> None:
    desk.page.click("#go-here")


def show_list(desk: Desk) -> None:
    desk.page.click("#view-list")


def show_card(desk: Desk) -> None:
    desk.page.click("#next")
    desk.settle()
    desk.page.click("#outcome-met")
    desk.page.click("#due-30")
    desk.page.evaluate("document.querySelector('#house form').scrollIntoView({block: 'end'})")


@pytest.mark.parametrize(("name", "act"), [("map", show_map), ("list", show_list), ("card", show_card)])
def test_a_picture_of_the_field_workers_page(new_desk: NewDesk, site: Site, tmp_path: Path, name: str, act) -> None:
    query = """select st_x(h.point), st_y(h.point) from house h where h.grid_no in (select grid_no from duty)
               order by h.grid_no, h.id limit 1"""
    lon, lat = site.rows(query)[0]
    desk = new_desk("field", "/login", PHONE)
    desk.page.context.grant_permissions(["geolocation"])
    desk.page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 8})
    desk.open("/field")
    desk.page.locator("#go-here").wait_for()
    act(desk)
    desk.settle()
    keep(desk, tmp_path, f"field-{name}")
