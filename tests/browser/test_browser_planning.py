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
    assert f"已发布：新启用 {begun} 个，保持 0 个，停用 0 个网格。" in desk.words("#notices")
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


def test_a_target_that_cannot_be_met_is_refused_in_words(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("planner", f"/#region={OFFICER_TOWNSHIP}009")
    desk.page.fill('#planner input[name="low"]', "500")
    desk.page.fill('#planner input[name="high"]', "300")
    press(desk, "#divide")
    expect(desk.page.locator("#notices .bad")).to_be_visible(timeout=TIMEOUT_MS)
    desk.watch.check(refused=(422,))


def test_an_officer_is_offered_no_dividing(new_desk: NewDesk) -> None:
    desk = new_desk("officer", f"/#region={OFFICER_TOWNSHIP}009")
    assert desk.page.is_hidden("#planner")
    assert desk.page.locator("#divide").count() == 0
