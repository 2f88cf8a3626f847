"""A planner divides a village, submits and publishes, and sees what came of it."""

from __future__ import annotations

from browser.desk import TIMEOUT_MS, Desk, NewDesk, Site
from playwright.sync_api import expect

from fixtures.load import OFFICER_TOWNSHIP

IN_FORCE = "select count(*) from grid where upper_inf(validity) and grid_no / 1000 = :village"
PLACED = "select count(*) from household where grid_no / 1000 = :village and grid_no % 1000 > 0"
EXTREMES = """
    select grid_no / 1000 from household where grid_no / 1000 not in (select grid_no / 1000 from grid)
    group by 1 having count(*) between 20 and 400 order by count(*) desc, 1 limit 2
"""


def press(desk: Desk, selector: str) -> None:
    desk.page.click(selector)
    desk.settle()


def order(desk: Desk, load: int, low: int, high: int) -> None:
    """Fill in the target and ask for a proposal."""
    for name, value in (("load", load), ("low", low), ("high", high), ("tolerance", 20)):
        desk.page.fill(f'#planner input[name="{name}"]', str(value))
    press(desk, "#divide")


def test_a_village_is_divided_submitted_and_published(new_desk: NewDesk, site: Site) -> None:
    village = str(site.rows(EXTREMES)[0][0])
    desk = new_desk("planner")
    desk.drill(village[:9])
    desk.drill(village)
    assert "尚未发布网格" in desk.words("#table")
    order(desk, load=60, low=40, high=90)
    expect(desk.page.locator("#proposal")).to_have_attribute("data-status", "draft")
    press(desk, "#plan-step")
    expect(desk.page.locator("#proposal")).to_have_attribute("data-status", "in_review")
    assert site.number(IN_FORCE, village=int(village)) == 0
    press(desk, "#plan-step")
    begun = site.number(IN_FORCE, village=int(village))
    assert begun > 1
    done = f"已发布：新编号 {begun} 个，沿用编号但边界调整 0 个，未变 0 个，停用 0 个网格。"
    assert done in desk.words("#notices")
    assert f"户改归：{site.number(PLACED, village=int(village))}" in desk.words("#notices")
    assert desk.page.locator("#table tbody tr[data-code]").count() == begun
    assert desk.figures()[2] == str(begun)


def test_a_stale_plan_is_refused_in_words(new_desk: NewDesk, site: Site) -> None:
    village = str(site.rows(EXTREMES)[1][0])
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


def test_a_draft_shows_its_grids_and_why_they_miss_the_target(new_desk: NewDesk, site: Site) -> None:
    village = str(site.rows(EXTREMES)[1][0])
    desk = new_desk("planner", f"/#region={village}")
    for name, value in (("load", 2), ("low", 1), ("high", 3), ("tolerance", 1)):
        desk.page.fill(f'#planner input[name="{name}"]', str(value))
    press(desk, "#divide")
    plan = "select id from plan where village_code = :village order by created_at desc limit 1"
    stored = "select seq::text, load::text from plan_grid where plan_id = :plan order by plan_grid.seq"
    grids = site.rows(stored, plan=site.rows(plan, village=village)[0][0])
    rows = desk.page.locator("#proposal tbody tr")
    shown = [tuple(row.locator("th, td").all_inner_texts()[:2]) for row in rows.all()]
    assert shown == grids
    missed = desk.page.locator("#proposal tr.missed").count()
    assert missed > 0
    assert f"{missed} 个网格未达标" in desk.words("#proposal p")
    assert desk.words("#proposal .faults li:first-child").startswith("第 ")
    assert "grid" not in desk.words("#proposal")
    assert set(desk.page.locator(".map-label").all_inner_texts()) <= {seq for seq, _load in grids}


def test_an_officer_is_offered_no_dividing(new_desk: NewDesk) -> None:
    desk = new_desk("officer", f"/#region={OFFICER_TOWNSHIP}009")
    assert desk.page.is_hidden("#planner")
    assert desk.page.locator("#divide").count() == 0
