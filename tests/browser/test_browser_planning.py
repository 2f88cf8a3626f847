"""A planner finds a village, divides it, compares, submits and publishes, and sees what came of it."""

from __future__ import annotations

import io
import re
import sqlite3
from contextlib import closing

import openpyxl
from browser.desk import TIMEOUT_MS, Desk, NewDesk, Site
from playwright.sync_api import expect

from fixtures.load import OFFICER_TOWNSHIP

IN_FORCE = "select count(*) from grid where upper_inf(validity) and grid_no / 1000 = :village"
PLACED = "select count(*) from household where grid_no / 1000 = :village and grid_no % 1000 > 0"
LARGEST = """
    select grid_no / 1000 from household where grid_no / 1000000 <> :town
    group by 1 having count(*) between 8 and 400 order by count(*) desc, 1 limit 3
"""
NEWEST = "select id from plan where village_code = :village order by created_at desc limit 1"


def press(desk: Desk, selector: str) -> None:
    desk.page.click(selector)
    desk.settle()


def order(desk: Desk, load: int, low: int, high: int, tolerance: int = 20) -> None:
    """Fill in the target and ask for a proposal."""
    for name, value in (("load", load), ("low", low), ("high", high), ("tolerance", tolerance)):
        desk.page.fill(f'#planner input[name="{name}"]', str(value))
    press(desk, "#divide")


def publish(desk: Desk) -> str:
    """Publish the plan in review; what the question said it would do."""
    desk.page.click("#plan-step")
    told = desk.words("dialog.confirm")
    desk.page.click("dialog.confirm button.primary")
    desk.page.wait_for_selector("dialog.confirm", state="detached")
    desk.settle()
    return told


def village_of(site: Site, at: int) -> str:
    """A village of the demo county without a plan; each test that changes what is in force has its own."""
    return str(site.rows(LARGEST, town=int(OFFICER_TOWNSHIP))[at][0])


def grid_files(desk: Desk) -> dict[str, tuple[int, str]]:
    """How many rows the files of the village's grids have, and the moment that their names bear."""
    found = {}
    for suffix in ("gpkg", "xlsx"):
        with desk.page.expect_download() as download:
            desk.page.click(f"#export-{suffix}")
        path = download.value.path()
        if suffix == "gpkg":
            with closing(sqlite3.connect(path)) as package:
                rows = int(package.execute("select count(*) from grid").fetchone()[0])
        else:
            rows = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active.max_row - 1
        name = download.value.suggested_filename.removesuffix(f".{suffix}")
        found[suffix] = rows, "-".join(name.split("-")[2:])
    return found


def moment_in(shown: str) -> str:
    """A minute of the field of date and time as the name of a file bears it."""
    return f"{shown.replace('-', '').replace('T', '-').replace(':', '')}00"


def test_the_day_of_a_planner(desk: Desk, site: Site) -> None:
    village = village_of(site, 0)
    name = str(site.rows("select name from region where code = :code", code=village)[0][0])
    desk.enter("planner")
    # By name, with the keyboard alone.
    desk.page.focus("#find")
    desk.page.keyboard.type(name)
    desk.settle()
    expect(desk.page.locator(f'#find-list li[data-code="{village}"]')).to_contain_text(f"› {name}")
    while desk.page.get_attribute('#find-list [aria-selected="true"]', "data-code") != village:
        desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")
    desk.settle()
    assert desk.words("#region h2") == name
    assert "尚未发布网格" in desk.words("#table")
    before = str(site.rows("select to_char(now() at time zone 'Asia/Shanghai', 'YYYY-MM-DD\"T\"HH24:MI')")[0][0])

    order(desk, load=60, low=40, high=90)
    expect(desk.page.locator("#proposal")).to_have_attribute("data-status", "draft")
    assert "新编号" in desk.words("#proposal-table tbody tr:first-child")
    desk.page.click("#tab-in_force")
    assert desk.page.is_visible("#table")
    assert desk.page.is_hidden("#proposal-table")
    assert "方案网格" in desk.words("#legend")
    press(desk, "#plan-step")
    expect(desk.page.locator("#proposal")).to_have_attribute("data-status", "in_review")
    assert site.number(IN_FORCE, village=int(village)) == 0

    told = publish(desk)
    begun = site.number(IN_FORCE, village=int(village))
    moved = site.number(PLACED, village=int(village))
    assert begun > 1
    assert f"新编号 {begun} 个" in told
    assert f"{moved:,} 户改归其他网格" in told
    assert f"已发布：新编号 {begun} 个，沿用编号但边界调整 0 个，未变 0 个，停用 0 个网格。" in desk.words("#notices")
    assert f"户改归：{moved}" in desk.words("#notices")
    assert desk.page.locator("#table tbody tr[data-code]").count() == begun
    assert desk.figures()[2] == str(begun)

    desk.page.fill("#as-of-moment", before)
    desk.settle()
    assert f"显示 {before.replace('T', ' ')}（北京时间）生效的网格" in desk.words("#as-of")
    assert desk.page.locator("#region .figures dd").all_inner_texts()[:2] == ["—", "—"], "who lived there is not known"
    assert desk.page.locator("#table tbody tr[data-code]").count() == 0
    assert desk.page.is_hidden("#planner")
    assert grid_files(desk) == {"gpkg": (0, moment_in(before)), "xlsx": (0, moment_in(before))}
    press(desk, "#as-of-now")
    assert desk.page.locator("#table tbody tr[data-code]").count() == begun
    assert desk.page.is_visible("#divide")

    assert grid_files(desk) == {"gpkg": (begun, ""), "xlsx": (begun, "")}
    desk.page.click("#logout")
    desk.page.wait_for_url(f"{site.url}/login")
    desk.settle()


def test_a_proposal_stands_beside_the_grids_in_force(new_desk: NewDesk, site: Site, dense: str) -> None:
    desk = new_desk("planner", f"/#region={dense}")
    order(desk, load=90, low=70, high=110)
    [plan] = site.rows(NEWEST, village=dense)
    answer = desk.page.request.get(f"{site.url}/api/plans/{plan[0]}").json()
    rows = desk.page.locator("#proposal-table tbody tr").all()
    assert len(rows) == len(answer["grids"])
    for row, grid in zip(rows, answer["grids"], strict=True):
        cells = row.locator("td").all_inner_texts()
        origin = "新编号" if grid["goes_on_from"] is None else grid["goes_on_from"][12:]
        assert cells[:3] == [f"{grid[name]:,}" for name in ("households", "persons", "load")]
        assert cells[5:] == [origin, f"{grid['moved_households']:,}"]
        assert re.match(r"[▼✓▲] ", cells[4])
    assert sum(grid["households"] for grid in answer["grids"]) == site.number(PLACED, village=int(dense))
    assert {"现行网格", "方案网格"} <= set(desk.page.locator("#legend li").all_inner_texts())
    assert set(desk.page.locator(".map-label").all_inner_texts()) <= {str(grid["seq"]) for grid in answer["grids"]}


def test_plans_are_listed_opened_and_discarded(new_desk: NewDesk, site: Site) -> None:
    village = village_of(site, 2)
    desk = new_desk("planner", f"/#region={village}")
    order(desk, load=60, low=40, high=90)
    order(desk, load=40, low=20, high=60)
    plans = desk.page.locator("#plans li")
    expect(plans).to_have_count(2)
    plans.nth(1).locator("button").click()
    desk.settle()
    assert desk.page.input_value('#planner input[name="load"]') == "60"
    desk.page.click("#plan-discard")
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("dialog")).to_have_count(0)
    expect(plans).to_have_count(2)
    desk.page.click("#plan-discard")
    desk.page.click("dialog.confirm button.primary")
    expect(plans).to_have_count(1)
    desk.settle()
    assert "方案已丢弃" in desk.words("#notices")
    assert site.number("select count(*) from plan where village_code = :code", code=village) == 1


def test_a_plan_in_force_can_only_be_read(new_desk: NewDesk, dense: str) -> None:
    desk = new_desk("planner", f"/#region={dense}")
    opened = desk.page.locator("#plans li", has_text="已发布").locator("button")
    if not opened.is_visible():
        desk.page.click("#planner summary")
    opened.click()
    desk.settle()
    expect(desk.page.locator("#proposal")).to_have_attribute("data-status", "published")
    assert "只读" in desk.words("#planner .buttons")
    assert desk.page.locator("#plan-step, #plan-discard").count() == 0
    press(desk, "#plan-close")
    assert desk.page.locator("#proposal").count() == 0


def test_a_stale_plan_offers_the_refitted_draft(new_desk: NewDesk, site: Site, dense: str) -> None:
    new_desk("planner", f"/#region={dense}").page.wait_for_selector("#divide")
    site.rows(
        "update plan set stale = true where village_code = :code and status = 'published' returning 1", code=dense
    )
    desk = new_desk("planner", f"/#region={dense}")
    order(desk, load=150, low=120, high=180)
    press(desk, "#plan-close")
    assert "村界已更正，现行方案不再吻合" in desk.words("#planner .banner")
    press(desk, "#refitted")
    expect(desk.page.locator("#proposal")).to_have_attribute("data-status", "draft")
    site.rows("update plan set stale = false where village_code = :code returning 1", code=dense)


def test_the_villages_most_in_need_lead_to_their_plans(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("planner")
    press(desk, "#unbalanced-card summary")
    rows = desk.page.locator("#unbalanced li")
    expect(rows).to_have_count(10)
    press(desk, "#unbalanced-more")
    expect(rows).to_have_count(20)
    codes = [button.get_attribute("data-code") for button in rows.locator("button").all()]
    assert len(set(codes)) == 20
    assert "最大偏离" in rows.first.inner_text()
    rows.first.locator("button").click()
    desk.settle()
    assert desk.words("#region .code").endswith(str(codes[0]))


def test_a_search_without_result_says_so_and_escape_closes_it(new_desk: NewDesk) -> None:
    desk = new_desk("planner")
    desk.page.fill("#find", "no such village")
    desk.settle()
    assert desk.words("#find-list") == "没有找到"
    desk.page.keyboard.press("Escape")
    assert desk.page.is_hidden("#find-list")
    desk.page.fill("#find", OFFICER_TOWNSHIP)
    desk.settle()
    assert desk.page.locator("#find-list li").count() > 3


def test_another_planners_change_is_refused_in_words(new_desk: NewDesk, site: Site) -> None:
    village = village_of(site, 1)
    first = new_desk("planner", f"/#region={village}")
    order(first, load=40, low=20, high=60)
    second = new_desk("planner", f"/#region={village}")
    press(first, "#plan-step")
    press(second, "#plan-step")
    assert second.page.locator("#notices .bad").inner_text() != ""
    assert "409" not in second.words("#notices strong")
    second.watch.check(refused=(409,))


def test_a_target_outside_its_band_is_told_and_stays_in_the_form(new_desk: NewDesk) -> None:
    desk = new_desk("planner", f"/#region={OFFICER_TOWNSHIP}009")
    order(desk, load=400, low=500, high=600)
    assert "目标户数须在下限与上限之间" in desk.words("#notices .bad")
    desk.page.click("#language")
    desk.settle()
    typed = [desk.page.input_value(f'#planner input[name="{name}"]') for name in ("load", "low", "high", "tolerance")]
    desk.page.click("#language")
    desk.settle()
    assert typed == ["400", "500", "600", "20"]


def test_a_refused_target_stays_in_the_form(new_desk: NewDesk) -> None:
    desk = new_desk("planner", f"/#region={OFFICER_TOWNSHIP}009")
    desk.page.route("**/api/plans", lambda route: route.abort())
    order(desk, load=123, low=100, high=150)
    expect(desk.page.locator("#notices .bad")).to_be_visible(timeout=TIMEOUT_MS)
    assert desk.page.input_value('#planner input[name="load"]') == "123"
    # Chromium writes of the request that was cut.
    desk.watch.faults.clear()


def test_a_draft_says_why_it_misses_the_target(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("planner", f"/#region={village_of(site, 1)}")
    order(desk, load=2, low=1, high=3, tolerance=1)
    assert int(re.findall(r"(\d+) 个网格超出容差", desk.words("#proposal p"))[0]) > 0
    assert desk.words("#proposal .faults li:first-child").startswith("第 ")
    assert "grid" not in desk.words("#proposal")


def test_the_map_and_the_table_are_printed_on_one_page(new_desk: NewDesk, dense: str) -> None:
    desk = new_desk("planner", f"/#region={dense}")
    paper = desk.page.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    desk.settle()
    desk.page.emulate_media(media="print")
    # With a draft under way its table stands in the place of the grids in force.
    assert desk.page.is_visible("#table") or desk.page.is_visible("#proposal")
    assert desk.page.is_visible("#map_main")
    assert [desk.page.is_hidden(box) for box in (".find", "#tools", "#divide", "#layers-card")] == [True] * 4
    desk.page.emulate_media(media="screen")
    desk.page.evaluate("window.print = () => { window.printed = document.documentElement.className; }")
    press(desk, "#print")
    desk.page.wait_for_function("() => window.printed !== undefined")
    assert desk.page.evaluate("window.printed") == "printing"
    desk.settle()


def test_an_officer_has_no_planners_page(new_desk: NewDesk) -> None:
    desk = new_desk("officer", f"/planner#region={OFFICER_TOWNSHIP}009")
    assert desk.page.url.split("#")[0].endswith("/officer")
    assert desk.page.locator("#divide").count() == 0
