"""A day of the field worker: where am I, which house next, what came of the visit, what happened here."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.desk import DESK, PHONE, Desk, NewDesk, Site
from playwright.sync_api import BrowserContext, Page, Route

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
OWN = "select array_agg(grid_no) from duty where upper_inf(validity)"


def stand(context: BrowserContext, lon: float, lat: float, accuracy_m: float = 8) -> None:
    """Put the phone somewhere."""
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": accuracy_m})


def inside(site: Site) -> tuple[int, float, float]:
    """The first own grid, and a place in it."""
    query = """select g.grid_no, st_x(p), st_y(p) from grid g, st_pointonsurface(g.geom) p
               where upper_inf(g.validity) and g.grid_no in (select grid_no from duty) order by 1"""
    number, lon, lat = site.rows(query)[0]
    return int(str(number)), float(str(lon)), float(str(lat))


def west_of(site: Site) -> tuple[float, float]:
    """A place some hundred metres west of all own grids."""
    query = """select min(st_xmin(geom)) - 0.003, avg(st_y(st_centroid(geom))) from grid
               where upper_inf(validity) and grid_no in (select grid_no from duty)"""
    lon, lat = site.rows(query)[0]
    return float(str(lon)), float(str(lat))


def say(page: Page, selector: str, text: str) -> None:
    """Wait until an element holds a text."""
    page.locator(selector).filter(has_text=text).first.wait_for()


def open_nearest(desk: Desk) -> str:
    """Choose the first row of the list; gives the house's id."""
    desk.page.click("#view-list")
    row = desk.page.locator(".house-row").first
    found = str(row.get_attribute("id")).removeprefix("house-")
    row.click()
    desk.settle()
    return found


def test_a_day_of_the_field_worker(desk: Desk, site: Site) -> None:
    number, lon, lat = inside(site)
    page = desk.page
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    stand(page.context, *west_of(site))
    desk.enter("field")
    assert page.url == f"{site.url}/field"
    say(page, "#where-am-i", "不在我的网格内")
    stand(page.context, lon, lat)
    say(page, "#where-am-i", f"在第 {number % 1000:03d} 网格")
    assert "±8 m" in desk.words("#where-am-i")

    page.click("#view-list")
    count = site.number("select count(*) from house where grid_no in (select grid_no from duty)")
    say(page, "#list .note", f"共 {count} 处")
    page.click("#state-all")
    far = [
        float(text.split()[0]) * (1000 if "km" in text else 1)
        for text in page.locator(".far").all_inner_texts()
        if "m" in text
    ]
    assert far == sorted(far)
    page.click("#state-never")
    assert set(page.locator(".house-row .note").all_inner_texts()) == {"○ 未走访 · 从未走访"}

    page.click("#next")
    desk.settle()
    house = str(page.evaluate("document.querySelector('#house h2').textContent"))
    assert "**" in desk.words("#house")
    assert "null" not in desk.words("main")
    page.click("#send-visit")
    say(page, "#house .notice", "请先选择走访结果")
    page.click("#outcome-met")
    page.fill("#note", "一切正常 <b>好</b>")
    page.click("#due-30")
    page.click("#send-visit")
    desk.settle()
    say(page, "#notices", "走访已保存")
    say(page, "#house .state", "已完成")
    assert "一切正常 <b>好</b>" in desk.words("#house .visits")
    rows = site.rows(
        "select h.address, v.outcome, v.note, v.next_due_on - (v.visited_at at time zone 'Asia/Shanghai')::date"
        " from visit v join house h on h.id = v.house_id where v.note like '一切%'"
    )
    assert rows == [(house, "met", "一切正常 <b>好</b>", 30)]
    page.keyboard.press("Escape")
    assert page.is_hidden("#house")

    page.click("#view-report")
    page.select_option("#report-kind", index=1)
    page.fill("#report-text", "井盖缺失 <img src=x onerror=alert(1)>")
    page.click("#place-here")
    say(page, "#report-place", f"在第 {number % 1000:03d} 网格")
    page.click("#send-report")
    desk.settle()
    say(page, "#notices", f"已上报，归入第 {number % 1000:03d} 网格")
    assert site.rows("select grid_no, source from incident where text like '井盖缺失%'") == [(number, "reported")]
    assert page.input_value("#report-text") == ""
    page.click("#language")
    say(page, "#where-am-i", f"in grid {number % 1000:03d}")
    page.click("#language")
    page.click("#logout")
    page.wait_for_url(f"{site.url}/login")


def test_the_officer_sees_what_was_reported(new_desk: NewDesk, site: Site) -> None:
    number, lon, lat = inside(site)
    desk = new_desk("field", "/field", PHONE)
    stand(desk.page.context, lon, lat)
    desk.open("/field")
    say(desk.page, "#where-am-i", "在第")
    report(desk, "路灯不亮")
    officer = new_desk("officer", "/officer")
    answer = officer.page.request.get(f"{site.url}/api/layers/incident/items?grid={number:015d}&q=路灯不亮")
    assert [one["text"] for one in answer.json()["items"]] == ["路灯不亮"]


def report(desk: Desk, text: str) -> None:
    desk.page.click("#view-report")
    desk.page.select_option("#report-kind", index=1)
    desk.page.fill("#report-text", text)
    desk.page.click("#place-here")
    desk.page.click("#send-report")
    desk.settle()


def lose_answer(route: Route) -> None:
    """Let the server have the request, and the page no answer."""
    route.fetch()
    route.abort("connectionreset")


def test_a_lost_answer_makes_one_visit(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("field", "/field", PHONE)
    house = open_nearest(desk)
    before = site.number("select count(*) from visit where house_id = :id", id=house)
    desk.page.route("**/api/visits", lose_answer)
    desk.page.click("#outcome-absent")
    desk.page.fill("#note", "敲门无人")
    desk.page.click("#send-visit")
    say(desk.page, "#house .notice", "没有收到服务器的回复")
    assert desk.page.input_value("#note") == "敲门无人"
    assert desk.page.is_disabled("#note")
    # What was typed is there again when the house was closed meanwhile.
    desk.page.keyboard.press("Escape")
    assert open_nearest(desk) == house
    assert desk.page.input_value("#note") == "敲门无人"
    desk.page.unroute("**/api/visits")
    desk.page.click("#send-visit")
    desk.settle()
    say(desk.page, "#notices", "走访已保存")
    assert site.number("select count(*) from visit where house_id = :id", id=house) == before + 1
    assert desk.page.input_value("#note") == ""
    assert [fault for fault in desk.watch.faults if "ERR_CONNECTION_RESET" not in fault] == []
    desk.watch.faults.clear()


def test_what_was_changed_after_a_lost_answer_is_said_to_be_another_visit(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("field", "/field", PHONE)
    house = open_nearest(desk)
    before = site.number("select count(*) from visit where house_id = :id", id=house)
    desk.page.route("**/api/visits", lose_answer)
    desk.page.click("#outcome-met")
    desk.page.click("#send-visit")
    say(desk.page, "#house .notice", "没有收到服务器的回复")
    desk.page.unroute("**/api/visits")
    desk.page.click("#change-visit")
    desk.page.fill("#note", "补充说明")
    desk.page.click("#send-visit")
    desk.settle()
    say(desk.page, "#house .notice", "先前的版本已经保存")
    assert site.number("select count(*) from visit where house_id = :id", id=house) == before + 1
    desk.page.click("#send-visit")
    desk.settle()
    assert site.number("select count(*) from visit where house_id = :id", id=house) == before + 2
    desk.watch.faults.clear()
    desk.watch.check(refused=(409,))


def test_without_a_position_the_place_is_set_by_hand(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("field", "/login", PHONE)
    desk.page.context.clear_permissions()
    desk.open("/field")
    say(desk.page, "#here", "浏览器未获准使用定位")
    desk.page.click("#set-here")
    say(desk.page, "#picking", "请在地图上点击您所在的位置")
    touch_map(desk)
    say(desk.page, "#where-am-i", "网格")
    assert desk.page.is_hidden("#picking")
    desk.page.click("#view-report")
    desk.page.click("#place-tap")
    touch_map(desk)
    assert desk.page.get_attribute("main", "data-view") == "report"
    assert "尚未选择位置" not in desk.words("#report-place")


def touch_map(desk: Desk) -> None:
    box = desk.page.locator("#map_main").bounding_box()
    assert box is not None
    # Between houses: what is touched is not always a house.
    desk.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 70)
    desk.settle()


def test_a_building_on_the_map_leads_to_its_houses(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("field", "/field", PHONE)
    query = """select st_x(point), st_y(point), array_agg(address) from house
               where grid_no in (select grid_no from duty)
               group by point order by count(*) desc, min(id::text) limit 1"""
    lon, lat, addresses = site.rows(query)[0]
    desk.page.evaluate(f"() => {{ map_main.setView([{lat}, {lon}], 19, {{animate: false}}); }}")
    desk.settle()
    box = desk.page.locator("#map_main").bounding_box()
    assert box is not None
    desk.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    say(desk.page, "#state-building", f"同一栋楼（{len(list(addresses))} 处）")
    assert set(desk.page.locator(".house-row strong").all_inner_texts()) <= set(addresses)
    desk.page.click("#state-building")
    assert desk.page.locator("#state-building").count() == 0
    assert "null" not in desk.words("main")


def serious(desk: Desk) -> list[str]:
    found = Axe().run(desk.page).response["violations"]
    return [
        f"{fault['id']}: {node['html']}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@SIZES
def test_every_view_is_accessible_and_large_enough_for_a_thumb(new_desk: NewDesk, size: tuple[int, int]) -> None:
    desk = new_desk("field", "/field", size)
    for view in ("map", "list", "report"):
        desk.page.click(f"#view-{view}")
        assert serious(desk) == []
    open_nearest(desk)
    assert serious(desk) == []
    small = desk.page.evaluate(
        """() => [...document.querySelectorAll("main button, main select, main input, main textarea, #views button")]
            .filter((node) => node.offsetParent !== null && node.offsetHeight < 48).map((node) => node.outerHTML)"""
    )
    assert small == []


@pytest.mark.parametrize("view", ["map", "list", "report"])
def test_the_page_is_never_wider_than_its_window(new_desk: NewDesk, view: str) -> None:
    desk = new_desk("field", "/field")
    desk.page.click(f"#view-{view}")
    wider = {}
    for width in (360, 390, 768, 1440, 1920):
        desk.resize((width, 800))
        wider[width] = desk.overflow_px()
    assert set(wider.values()) == {0}


def test_the_keyboard_alone_records_a_visit(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("field", "/field", PHONE)
    before = site.number("select count(*) from visit")
    press(desk, "view-list")
    desk.page.locator(".house-row").first.focus()
    desk.page.keyboard.press("Enter")
    desk.settle()
    assert desk.page.evaluate("document.activeElement.matches('#house h2')")
    for button in ("outcome-absent", "send-visit"):
        press(desk, button)
    desk.settle()
    assert site.number("select count(*) from visit") == before + 1


def press(desk: Desk, button: str) -> None:
    """Reach a button by Tab and press it."""
    for _ in range(120):
        if desk.page.evaluate("document.activeElement.id") == button:
            desk.page.keyboard.press("Enter")
            return
        desk.page.keyboard.press("Tab")
    raise AssertionError(f"#{button} cannot be reached")


def test_neither_address_nor_people_are_in_url_or_storage(new_desk: NewDesk) -> None:
    desk = new_desk("field", "/field", PHONE)
    open_nearest(desk)
    address = desk.words("#house h2")
    kept = desk.page.evaluate("JSON.stringify([location.href, {...localStorage}, {...sessionStorage}])")
    assert address not in kept
    assert json.loads(kept)[0].endswith("/field")
