"""The page /imports: a list is tried, its faults are looked at, it is imported, and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.desk import DESK, PHONE, Desk, NewDesk, Site

CENTRE = "select code, st_x(p), st_y(p) from (select code, st_pointonsurface(geom) p from region where level = 5) x"


def serious(desk: Desk) -> list[str]:
    """The serious and critical faults that axe finds."""
    found = Axe().run(desk.page).response["violations"]
    return [json.dumps(fault["id"]) for fault in found if fault["impact"] in ("serious", "critical")]


def facility_list(site: Site, folder: Path, name: str, rows: int, *, wrong: int = 0) -> Path:
    """A list of facilities in the middle of a village, `wrong` more of which lie at 0,0."""
    code, lon, lat = site.rows(f"{CENTRE} order by code limit 1")[0]
    lines = ["ref,kind,name,region_code,lon,lat"]
    lines += [f"{name}{n},clinic,卫生室{n},{code},{lon},{lat}" for n in range(rows)]
    lines += [f"{name}W{n},clinic,卫生室{n},{code},0,0" for n in range(wrong)]
    path = folder / f"{name}.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def choose(desk: Desk, path: Path, kind: str = "facility", crs: str = "wgs84") -> None:
    desk.page.select_option("#import-kind", kind)
    desk.page.set_input_files("#import-file", path)
    desk.page.select_option("#import-crs", crs)


def verdict(desk: Desk) -> str:
    desk.page.locator("#import-verdict").wait_for()
    desk.settle()
    return desk.words("#import-verdict strong")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_list_is_tried_imported_and_taken_back(new_desk: NewDesk, site: Site, tmp_path: Path, size) -> None:
    desk = new_desk("planner", "/imports", size)
    before = site.number("select count(*) from facility")
    choose(desk, facility_list(site, tmp_path, f"good{size[0]}", 3))
    desk.page.click("#import-try")
    assert verdict(desk) == "可以导入：没有发现问题。"
    assert site.number("select count(*) from facility") == before
    desk.page.click("#import-now")
    desk.page.locator("#import-verdict", has_text="已导入").wait_for()
    desk.settle()
    assert site.number("select count(*) from facility") == before + 3
    row = desk.page.locator("#import-log tbody tr").first
    assert f"good{size[0]}.csv" in row.inner_text()
    row.locator("button").click()
    assert desk.page.evaluate("document.activeElement.closest('dialog') !== null")
    desk.page.click("#undo-yes")
    desk.page.locator("#notices .good").wait_for()
    desk.settle()
    assert site.number("select count(*) from facility") == before
    assert "撤销" in desk.page.locator("#import-log tbody tr").first.inner_text()
    assert desk.overflow_px() == 0
    assert serious(desk) == []


def test_every_fault_is_shown_in_pages_and_can_be_downloaded(new_desk: NewDesk, site: Site, tmp_path: Path) -> None:
    desk = new_desk("planner", "/imports")
    choose(desk, facility_list(site, tmp_path, "bad", 1, wrong=130))
    desk.page.click("#import-try")
    assert "不能导入" in verdict(desk)
    assert desk.page.locator("#import-now").count() == 0
    assert desk.page.locator(".fault-list tbody tr").count() == 100
    desk.page.click("#faults-on")
    desk.settle()
    assert 0 < desk.page.locator(".fault-list tbody tr").count() <= 100
    desk.page.select_option("#fault-severity", "warning")
    desk.settle()
    assert desk.page.locator(".fault-list tr.fault").count() == 0
    with desk.page.expect_download() as download:
        desk.page.click('a[download="faults.csv"]')
    assert "bad" not in download.value.suggested_filename
    assert len(Path(download.value.path()).read_text("utf-8-sig").splitlines()) > 130
    assert serious(desk) == []


def test_without_a_file_nothing_is_sent_and_the_page_says_so(new_desk: NewDesk) -> None:
    desk = new_desk("planner", "/imports")
    desk.page.click("#import-try")
    assert "请先选择" in desk.words("#notices")


def test_a_hostile_name_stays_text(new_desk: NewDesk, site: Site, tmp_path: Path) -> None:
    desk = new_desk("planner", "/imports")
    choose(desk, facility_list(site, tmp_path, "<img src=x onerror=alert(1)>", 1))
    desk.page.click("#import-try")
    assert verdict(desk)
    assert "<img" in desk.words("#import-job .note")
    assert desk.page.locator("main img").count() == 0


def test_the_form_follows_the_kind_and_the_language(new_desk: NewDesk) -> None:
    desk = new_desk("planner", "/imports")
    assert desk.page.locator("#import-level").count() == 1
    desk.page.select_option("#import-kind", "household")
    assert desk.page.locator("#import-level, #import-crs").count() == 0
    desk.page.select_option("#import-kind", "building")
    desk.page.select_option("#import-crs", "epsg")
    assert desk.page.evaluate("document.activeElement.id") == "import-crs"
    desk.page.fill("#import-epsg", "4526")
    desk.page.click("#language")
    desk.settle()
    assert desk.words("#import-try") == "Try first"
    assert desk.page.input_value("#import-epsg") == "4526"
    desk.page.click("#language")
    desk.settle()


def test_a_refused_undo_names_the_rows(new_desk: NewDesk, site: Site, tmp_path: Path) -> None:
    desk = new_desk("planner", "/imports")
    choose(desk, facility_list(site, tmp_path, "edited", 1))
    desk.page.click("#import-import")
    assert verdict(desk) == "已导入。"
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql("update facility set rev = 2 where ref = 'edited0'")
    desk.page.locator("#import-log tbody tr").first.locator("button").click()
    desk.page.click("#undo-yes")
    desk.page.locator("#notices .bad").wait_for()
    desk.settle()
    assert "edited0" in desk.words("#notices")
    desk.watch.check(refused=(409,))
