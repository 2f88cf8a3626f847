"""Files made from the pages, two periods beside each other, and hot spots for those who see enough grids."""

from __future__ import annotations

import csv
import io
import os
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.desk import DESK, PHONE, Desk, NewDesk, Site
from builders import incident

from fixtures.load import OFFICER_TOWNSHIP
from gridding import Target
from layers import accounts, cube
from layers.jobs import divide_region
from layers.scope import Scope

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
PASSWORD = "county-officer-only"
DONE = "#exports-card li[data-status=done]"
GRIDS = "select count(*) from grid where upper_inf(validity) and grid_no / 1000000 = :place"
CENTRE = """
    with middle as (
        select geom from grid where upper_inf(validity) and grid_no / 1000000 = :place order by st_area(geom) limit 1)
    select g.grid_no from grid g, middle m where upper_inf(validity)
    order by st_distance(g.geom, m.geom), g.grid_no limit 4
"""
OTHER_TOWNSHIP = (
    "select code from region where level = 4 and parent_code = '532901' and code <> :own order by code limit 1"
)


def serious(desk: Desk) -> list[str]:
    """What axe finds serious on the page."""
    found = Axe().run(desk.page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def open_card(desk: Desk, card: str) -> None:
    desk.page.click(f"#{card} > summary")
    desk.settle()


def picture(desk: Desk, name: str) -> None:
    if folder := os.environ.get("HP_PICTURES"):
        desk.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture(scope="module")
def county_officer(site: Site) -> str:
    """The login of an officer of the whole county, in which a further township is divided and published.

    In four grids beside each other there were forty incidents each.
    """
    township = str(site.rows(OTHER_TOWNSHIP, own=OFFICER_TOWNSHIP)[0][0])
    divide_region(site.database, township, Target(load=60, band=(40, 90), tolerance=0.05), publish_too=True)
    with site.database.write(Scope.everything()) as session:
        for number in site.rows(CENTRE, place=int(OFFICER_TOWNSHIP)):
            for _ in range(40):
                incident(session, number[0], None, date.today() - timedelta(days=3), level="village")
        accounts.add(session, "wide", "县干事", "officer", "532901", PASSWORD)
    site.passwords["wide"] = PASSWORD
    return "wide"


@SIZES
def test_a_layer_becomes_a_file_that_is_fetched_and_deleted(
    new_desk: NewDesk, site: Site, size: tuple[int, int]
) -> None:
    desk = new_desk("planner", f"/planner#region={OFFICER_TOWNSHIP}", size)
    open_card(desk, "exports-card")
    desk.page.select_option("#export-layer", "grid")
    desk.page.select_option("#export-format", "xlsx")
    desk.page.select_option("#export-crs", "gcj02")
    desk.page.click("#export-begin")
    desk.page.wait_for_selector(DONE)
    desk.page.locator(DONE).scroll_into_view_if_needed()
    picture(desk, f"exports-{size[0]}")
    assert serious(desk) == []
    assert desk.overflow_px() == 0
    with desk.page.expect_download() as download:
        desk.page.click(f"{DONE} a")
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()), read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    assert download.value.suggested_filename == f"网格-{OFFICER_TOWNSHIP}.xlsx"
    assert len(rows) - 1 == site.number(GRIDS, place=int(OFFICER_TOWNSHIP))
    assert "GCJ-02" in str(rows[0][-1])
    desk.page.click(f"{DONE} button")
    desk.page.wait_for_selector(DONE, state="detached")
    desk.watch.check()


def test_a_system_that_no_spatial_file_can_state_is_not_offered_for_one(new_desk: NewDesk) -> None:
    desk = new_desk("planner", f"/planner#region={OFFICER_TOWNSHIP}")
    open_card(desk, "exports-card")
    desk.page.select_option("#export-crs", "bd09")
    desk.page.select_option("#export-format", "gpkg")
    systems = desk.page.locator("#export-crs option").evaluate_all("nodes => nodes.map(node => node.value)")
    assert systems == ["EPSG:4490", "EPSG:4326", "EPSG:4542"]
    assert desk.page.input_value("#export-crs") == "EPSG:4490"
    layers = desk.page.locator("#export-layer option").evaluate_all("nodes => nodes.map(node => node.value)")
    assert {"grid", "building", "township"} <= set(layers)
    assert not {"incident", "person", "household", "plan"} & set(layers)


@SIZES
def test_a_period_stands_beside_the_one_before(new_desk: NewDesk, site: Site, size: tuple[int, int]) -> None:
    desk = new_desk("officer", f"/officer#region={OFFICER_TOWNSHIP}", size)
    desk.page.click("#days-90")
    desk.settle()
    open_card(desk, "change-card")
    told = site_change(desk)
    assert f"{told['before']:,} → {told['n']:,} 件" in desk.words("#change-total")
    assert f"{told['low']:.2f}".rstrip("0").rstrip(".") in desk.words("#change-total")
    desk.page.locator("#change-card").scroll_into_view_if_needed()
    picture(desk, f"change-{size[0]}")
    desk.page.click("#than-year_before")
    desk.settle()
    assert desk.page.get_attribute("#than-year_before", "aria-pressed") == "true"
    assert serious(desk) == []
    assert desk.overflow_px() == 0
    with desk.page.expect_download() as download:
        desk.page.click("#cube-csv")
    assert download.value.suggested_filename.startswith("事件明细_")
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert sum(int(row[-1]) for row in rows[1:]) == told["n"]
    desk.watch.check()


def test_a_table_that_is_too_long_is_refused_in_words(new_desk: NewDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cube, "MOST_ROWS", 3)
    desk = new_desk("officer", f"/officer#region={OFFICER_TOWNSHIP}")
    desk.page.click("#days-90")
    desk.settle()
    open_card(desk, "change-card")
    desk.page.click("#cube-csv")
    desk.settle()
    desk.watch.check(refused=(422,))
    assert "表格超过 3 行，请缩小区划或缩短时段" in desk.words("#notices")


def site_change(desk: Desk) -> dict[str, float]:
    """What the API says of the region as a whole, in the period of the page beside the one before."""
    script = """async () => {
        const day = (date, by) => new Date(Date.parse(date) + by * 864e5).toISOString().slice(0, 10);
        const shown = (id) => document.querySelector(id).value;
        const [from, to] = [shown("#filter-from"), day(shown("#filter-to"), 1)];
        const before = day(from, -(Date.parse(to) - Date.parse(from)) / 864e5);
        const region = new URLSearchParams(location.hash.slice(1)).get("region");
        const asked = new URLSearchParams({ by: "village", region, from, to, than_from: before, than_to: from });
        return (await (await fetch(`/api/counts/change?${asked}`)).json()).total;
    }"""
    return dict(desk.page.evaluate(script))


def test_without_enough_grids_hot_spots_are_off_and_the_page_says_why(new_desk: NewDesk) -> None:
    desk = new_desk("officer", f"/officer#region={OFFICER_TOWNSHIP}")
    assert desk.page.is_disabled("#shade-spots")
    assert "少于 30 个" in desk.words("#spots-why")
    desk.watch.check()


@SIZES
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_officer_of_the_county_sees_hot_spots(
    new_desk: NewDesk, county_officer: str, size: tuple[int, int], language: str
) -> None:
    desk = new_desk(county_officer, "/officer#region=532901", size)
    if desk.page.get_attribute("html", "lang")[:2] != language:
        desk.page.click("#language")
        desk.settle()
    desk.page.click("#days-30")
    desk.settle()
    assert desk.page.is_enabled("#shade-spots")
    desk.page.click("#shade-spots")
    desk.settle()
    assert desk.page.get_attribute("#shade-spots", "aria-pressed") == "true"
    desk.page.locator("#shading").scroll_into_view_if_needed()
    assert desk.page.locator("#shading button.spot").count() > 0
    picture(desk, f"spots-{size[0]}-{language}")
    assert desk.overflow_px() == 0
    assert serious(desk) == []
    desk.watch.check()
