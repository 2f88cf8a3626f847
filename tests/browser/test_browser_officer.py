"""The officer's page: incidents by area, as density, along time, by kind and one by one."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.desk import DESK, PHONE, Desk, NewDesk, Site
from playwright.sync_api import Route, expect

from fixtures.load import OFFICER_TOWNSHIP

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
INSIDE = """
    from incident where grid_no / cast(:wide as bigint) = :place and occurred_on >= :first and occurred_on < :last
    and (cast(:kind as text) is null or kind = any(string_to_array(:kind, ',')))
"""
BY_GRID = f"select lpad(grid_no::text, 15, '0'), count(*) {INSIDE} group by 1"
BY_KIND = f"select kind, count(*) {INSIDE} group by 1 order by 2 desc, 1"
PEOPLE = """
    select lpad(grid_no::text, 15, '0'), count(*) from person
    where grid_no / 1000 = :place and moved_out_on is null group by 1
"""
BUSIEST = """
    select i.grid_no / 1000 from incident i where i.grid_no / 1000000 = :town and i.grid_no % 1000 > 0
    and occurred_on > current_date - 85 group by 1 order by count(*) desc, 1 limit 1
"""
LOCATED = """
    select count(*) from incident i where i.grid_no / 1000 = :place and level in ('house', 'building', 'street')
    and occurred_on >= cast(:first as date) and occurred_on <= cast(:last as date)
    and not exists (select 1 from review v where v.row_id = i.id and v.status = 'open')
"""
UNLOCATED = """
    select count(*) from incident i where i.grid_no / 1000 = :place and occurred_on >= :first and occurred_on < :last
    and (level not in ('house', 'building', 'street')
         or exists (select 1 from review v where v.row_id = i.id and v.status = 'open'))
"""
LAST_DAY = "select max(occurred_on) from incident where grid_no / 1000000 = :town"
READINGS = "select count(*) from audit where act = 'read' and subject = 'incident' and subject_id = :id"
PAINTED = """() => {
    const canvas = document.querySelector("canvas.density");
    if (canvas === null) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, at) => at % 4 === 3 && value > 0).length;
}"""
# The colours of the areas are drawn on the canvases of the tiles.
HAS_COLOUR = """colour => [...document.querySelectorAll("canvas.vector-tile")].some((canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] > 150 && wanted.every((value, i) => Math.abs(value - data[at + i]) < 3)) return true;
    return false;
})"""
HOSTILE = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script> {{7*7}} =1+1"


def period(desk: Desk) -> dict[str, str]:
    """The period of the page: its first day, and the day after its last."""
    last = date.fromisoformat(desk.page.input_value("#filter-to"))
    return {"first": desk.page.input_value("#filter-from"), "last": str(last + timedelta(days=1))}


def found(desk: Desk, site: Site, query: str, place: str, kind: str | None = None) -> list[tuple[Any, ...]]:
    """What a query says of a place and the period of the page, past the API."""
    wide = 10 ** (15 - len(place))
    return site.rows(query, place=int(place), wide=wide, kind=kind, **period(desk))


def column(desk: Desk, key: str) -> dict[str, str]:
    """The texts of one column of the table by the code of its row, in the order of the page."""
    at = (
        desk.page.locator("#table thead button").evaluate_all("nodes => nodes.map(node => node.dataset.key)").index(key)
    )
    rows = desk.page.locator("#table tbody tr").evaluate_all(
        "(nodes, at) => nodes.map(node => [node.dataset.code, node.cells[at].innerText])", at
    )
    return dict(rows)


def press(desk: Desk, selector: str, key: str, times: int = 1) -> None:
    desk.page.focus(selector)
    for _ in range(times):
        desk.page.keyboard.press(key)
    desk.settle()


def drag(desk: Desk, selector: str, by_px: float) -> None:
    desk.page.locator(selector).scroll_into_view_if_needed()
    box = desk.page.locator(selector).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    desk.page.mouse.move(x, y)
    desk.page.mouse.down()
    desk.page.mouse.move(x + by_px / 2, y, steps=4)
    desk.page.mouse.move(x + by_px, y, steps=4)
    desk.page.mouse.up()
    desk.settle()


def check_table(desk: Desk, site: Site, village: str, kind: str | None = None) -> None:
    """The table of a village's grids is what SQL says: counts and rates."""
    counts = dict(found(desk, site, BY_GRID, village, kind))
    people = dict(site.rows(PEOPLE, place=int(village)))
    shown, rates = column(desk, "incidents"), column(desk, "rate")
    assert shown == {grid: f"{counts.get(grid, 0):,}" for grid in shown}
    for grid, text in rates.items():
        if grid in people:
            assert float(text.replace(",", "")) == pytest.approx(1000 * counts.get(grid, 0) / people[grid], abs=0.006)
        else:
            assert text == "—"


@pytest.fixture(scope="module")
def busy(site: Site) -> str:
    """The published village of the officer's township with the most incidents of the last months."""
    return str(site.rows(BUSIEST, town=int(OFFICER_TOWNSHIP))[0][0])


@SIZES
def test_a_day_of_the_officer(desk: Desk, site: Site, busy: str, size: tuple[int, int]) -> None:
    desk.page.set_viewport_size({"width": size[0], "height": size[1]})
    desk.enter("officer")
    assert desk.page.url.startswith(f"{site.url}/officer")
    counts = [int(text.replace(",", "")) for text in column(desk, "incidents").values()]
    assert counts == sorted(counts, reverse=True), "the hottest place stands first"

    desk.drill(busy)
    assert desk.words("#region .code").endswith(busy)
    desk.page.click("#days-90")
    desk.settle()
    assert desk.page.get_attribute("#brush-both", "aria-valuetext") == (
        f"{desk.page.input_value('#filter-from')} 至 {desk.page.input_value('#filter-to')}"
    )
    check_table(desk, site, busy)

    kind, n = found(desk, site, BY_KIND, busy)[0]
    label = desk.page.locator(f"label:has(#kind-{kind})")
    assert label.locator(".kind-number").inner_text() == f"{n:,}"
    desk.page.check(f"#kind-{kind}")
    desk.settle()
    assert desk.figures()[3] == f"{n:,}"
    check_table(desk, site, busy, kind)

    desk.page.click("#shade-rate")
    desk.settle()
    assert "件/千人" in (desk.page.text_content("#legend") or "")

    [(incident_id, text)] = site.rows(
        f"select id::text, text {INSIDE} order by occurred_at desc, id limit 1",
        place=int(busy), wide=1000, kind=kind, **period(desk),
    )  # fmt: skip
    first = desk.page.locator("#cases button.case").first
    assert first.get_attribute("data-id") == incident_id
    read_before = site.number(READINGS, id=incident_id)
    first.click()
    desk.settle()
    assert desk.page.inner_text("#case-card .case-text") == text
    assert busy in desk.page.inner_text("#case-card dl")
    desk.page.keyboard.press("Escape")
    assert not desk.page.is_visible("#case-card")
    assert first.evaluate("node => node === document.activeElement"), "the focus is back where it was"
    assert site.number(READINGS, id=incident_id) == read_before + 1

    # All kinds again: the few of one kind may all wait for review, and then none of them is painted.
    desk.page.uncheck(f"#kind-{kind}")
    desk.settle()
    desk.page.click("#shade-density")
    desk.settle()
    assert desk.page.evaluate(PAINTED) > 0
    desk.page.click("#language")
    desk.settle()
    assert desk.page.inner_text("#shade-density") == "Density"
    assert desk.overflow_px() == 0
    desk.page.click("#logout")
    desk.page.wait_for_url(re.compile("/login$"))
    desk.watch.check()


@SIZES
def test_the_days_are_played_without_a_question(
    new_desk: NewDesk, site: Site, busy: str, size: tuple[int, int]
) -> None:
    desk = new_desk("officer", f"/officer#region={busy}", size)
    desk.page.click("#days-90")
    desk.settle()
    assert not desk.page.is_visible("#playback")
    desk.page.click("#shade-density")
    desk.settle()
    [(waiting,)] = site.rows(UNLOCATED, place=int(busy), **period(desk))
    assert waiting > 0
    [(name,)] = site.rows("select name from region where code = :code", code=busy)
    of_region = f"{name}全时段另有 {waiting} 件未上图"
    assert of_region in (desk.page.text_content("#legend") or "")
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    desk.page.select_option("#play-window", "30")
    desk.page.click("#play")
    expect(desk.page.locator("#play-day")).not_to_have_value("0")
    desk.page.click("#play")
    desk.settle()
    assert [path for path in asked if path != "/api/live"] == ["/api/heat/points"], (
        "read once, and no question for a frame"
    )
    day = int(desk.page.input_value("#play-day"))
    first = date.fromisoformat(period(desk)["first"]) + timedelta(days=day)
    last = first + timedelta(days=29)
    [(n,)] = site.rows(LOCATED, place=int(busy), first=str(first), last=str(last))
    assert desk.page.inner_text("#playback output") == f"{first} 至 {last}：{n:,} 件已定位"
    assert desk.page.evaluate(PAINTED) > 0
    assert desk.overflow_px() == 0
    assert "未上图" not in (desk.page.text_content("#legend") or ""), "of the whole period, not of these days"
    desk.page.click("#play-whole")
    desk.settle()
    assert of_region in (desk.page.text_content("#legend") or "")
    assert asked.count("/api/heat") == 1, "the whole period is asked for again"
    with desk.page.expect_download() as download:
        desk.page.click("#heat-png")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    desk.watch.check()


@SIZES
def test_the_brush_moves_the_period_by_mouse_and_keys(
    new_desk: NewDesk, site: Site, busy: str, size: tuple[int, int]
) -> None:
    desk = new_desk("officer", f"/officer#region={busy}", size)
    desk.page.click("#days-90")
    desk.settle()
    before = period(desk)
    press(desk, "#brush-from", "ArrowRight", times=3)
    assert date.fromisoformat(period(desk)["first"]) == date.fromisoformat(before["first"]) + timedelta(days=3)
    assert period(desk)["last"] == before["last"]
    press(desk, "#brush-to", "PageDown")
    assert date.fromisoformat(period(desk)["last"]) == date.fromisoformat(before["last"]) - timedelta(days=7)
    check_table(desk, site, busy)
    length = date.fromisoformat(period(desk)["last"]) - date.fromisoformat(period(desk)["first"])
    drag(desk, "#brush-both", -60)
    moved = period(desk)
    assert moved["last"] < before["last"]
    assert date.fromisoformat(moved["last"]) - date.fromisoformat(moved["first"]) == length
    drag(desk, "#brush-from", -30)
    assert period(desk)["first"] < moved["first"]
    assert period(desk)["last"] == moved["last"]
    press(desk, "#brush-both", "Home")
    assert desk.page.get_attribute("#brush-both", "aria-valuenow") == "0"
    check_table(desk, site, busy)


def test_the_histogram_is_also_a_table_of_the_same_numbers(new_desk: NewDesk, site: Site, busy: str) -> None:
    desk = new_desk("officer", f"/officer#region={busy}")
    desk.page.select_option("#brush-window", "92")
    desk.settle()
    desk.page.click(".brush-numbers summary")
    rows = dict(
        desk.page.locator(".numbers tr").evaluate_all(
            "rows => rows.map(r => [r.cells[0].innerText, r.cells[1].innerText])"
        )
    )
    assert len(rows) == 92
    query = "select occurred_on::text, count(*)::text from incident where grid_no / 1000 = :place group by 1"
    counts = dict(site.rows(query, place=int(busy)))
    assert rows == {day: counts.get(day, "0") for day in rows}
    assert len(set(rows.values())) > 1


def test_areas_and_density_never_cover_one_another(new_desk: NewDesk, busy: str) -> None:
    desk = new_desk("officer", f"/officer#region={busy}")
    desk.page.click("#days-365")
    desk.settle()
    darkest = "#14396f"
    assert desk.page.evaluate(PAINTED) == 0
    assert "分位数" in desk.page.inner_text("#legend")
    assert "件/km²/天" not in desk.page.inner_text("#legend")
    assert desk.page.evaluate(HAS_COLOUR, darkest)
    desk.page.click("#shade-density")
    desk.settle()
    assert desk.page.evaluate(PAINTED) > 0
    assert not desk.page.evaluate(HAS_COLOUR, darkest)
    assert "件/km²/天" in desk.page.inner_text("#legend")
    assert "分位数" not in desk.page.inner_text("#legend")
    assert desk.page.is_checked("#layer-heat")


def test_the_list_and_the_files_are_those_of_the_grid_chosen(new_desk: NewDesk, site: Site, busy: str) -> None:
    desk = new_desk("officer", f"/officer#region={busy}")
    desk.page.click("#days-90")
    desk.settle()
    grid = next(iter(column(desk, "incidents")))
    desk.page.click(f'#table tr[data-code="{grid}"] button')
    desk.settle()
    expected = found(desk, site, f"select id::text {INSIDE} order by occurred_at desc, id limit 50", grid)
    listed = desk.page.locator("#cases button.case").evaluate_all("nodes => nodes.map(node => node.dataset.id)")
    assert listed == [row[0] for row in expected]
    with desk.page.expect_download() as download:
        desk.page.click("#cases-csv")
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(rows) - 1 == len(found(desk, site, f"select id {INSIDE}", grid))


def test_hostile_words_of_an_incident_are_text(new_desk: NewDesk, site: Site, busy: str) -> None:
    day = str(date.today() - timedelta(days=1))
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "select set_config('wangge.lo', '0', true), set_config('wangge.hi', '999999999999999', true)"
        )
        connection.exec_driver_sql(
            """insert into incident (id, kind, text, occurred_at, handled_grid_no, grid_no, level, source)
               select gen_random_uuid(), (select min(code) from incident_kind), %(text)s,
                      %(day)s::date + time '23:59:59', %(n)s, %(n)s, 'village', %(text)s""",
            {"text": HOSTILE, "day": day, "n": int(busy) * 1000},
        )
    desk = new_desk("officer", f"/officer#region={busy}")
    row = desk.page.locator("button.case", has_text="window.hacked").first
    assert HOSTILE in row.inner_text()
    row.click()
    desk.settle()
    assert desk.page.inner_text("#case-card .case-text") == HOSTILE
    assert "只知所在村" in desk.page.inner_text("#case-card")
    assert desk.page.locator("#case-card img, #case-card script, #cases img").count() == 0
    assert desk.page.evaluate("window.hacked") is None
    desk.page.click("#case-close")
    assert "未归入网格" in desk.page.inner_text("#table")


def test_several_kinds_are_the_sum_of_each(new_desk: NewDesk, site: Site, busy: str) -> None:
    desk = new_desk("officer", f"/officer#region={busy}")
    desk.page.click("#days-365")
    desk.settle()
    (first, n), (second, m) = found(desk, site, BY_KIND, busy)[:2]
    for kind in (first, second):
        desk.page.check(f"#kind-{kind}")
        desk.settle()
    assert desk.figures()[3] == f"{n + m:,}"
    desk.page.click("#kind-all")
    desk.settle()
    assert not desk.page.is_checked(f"#kind-{first}")
    assert desk.page.get_attribute("#kind-all", "aria-pressed") == "true"


def test_a_planner_sees_protected_figures_and_no_case(new_desk: NewDesk, busy: str) -> None:
    desk = new_desk("planner", f"/officer#region={busy}")
    desk.page.click("#days-7")
    desk.settle()
    shown = [text for text in column(desk, "incidents").values() if text != "受保护"]
    assert all(int(text) % 5 == 0 and int(text) > 0 for text in shown)
    assert desk.page.locator("#cases *").count() == 0
    desk.page.click(".brush-numbers summary")
    assert "受保护" in desk.page.inner_text(".brush-numbers")
    assert "受保护" in desk.page.inner_text("#legend")


def with_many_grids(route: Route) -> None:
    told = route.fetch().json()
    route.fulfill(json=told | {"items": [region | {"grids": 40} for region in told["items"]]})


def test_no_hot_spot_is_said_with_what_was_asked_and_what_stands_out_alone(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer")
    rows = [{"code": f"532901003001{n:03d}", "name": None, "n": 1, "z": 0, "level": 0, "before": 0, "change": None}
            for n in range(1, 41)]  # fmt: skip
    rows[6]["n"] = 61
    answer = {"items": rows, "within": OFFICER_TOWNSHIP, "compared": 40, "mean": 2.5}
    desk.page.route("**/api/hotspots?*", lambda route: route.fulfill(json=answer))
    # The small county has too few grids for hot spots.
    desk.page.route("**/api/regions?*", with_many_grids)
    desk.page.reload()
    desk.settle()
    desk.page.click("#shade-spots")
    desk.settle()
    told = desk.words("#spots")
    assert "没有热点不等于没有事件" in told
    assert "61 件，占参与比较的 100 件的 61%：一格单独突出" in told
    assert desk.page.get_attribute("#spots-alone button", "data-code") == "532901003001007"


def test_days_without_data_are_no_decrease(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer")
    [(last,)] = site.rows(LAST_DAY, town=int(OFFICER_TOWNSHIP))
    desk.page.click("#days-90")
    desk.settle()
    desk.page.click("#change-card summary")
    end = date.fromisoformat(str(last)) + timedelta(days=30)
    desk.page.fill("#filter-to", str(end))
    desk.settle()
    said = f"登记的最后一件事件在 {last}，其后的日子没有数据。"
    assert desk.words("#last-on") == said
    assert desk.words("#change-lack") == f"{said}减少可能只是缺数据。"
    desk.page.fill("#filter-to", str(last))
    desk.settle()
    assert desk.page.locator("#last-on, #change-lack").count() == 0


def test_what_the_page_does_not_take_it_says(new_desk: NewDesk, busy: str) -> None:
    desk = new_desk("officer", f"/officer#region={busy}")
    before = period(desk)
    early = str(date.fromisoformat(before["first"]) - timedelta(days=5))
    desk.page.fill("#filter-to", early)
    desk.settle()
    assert f"日期 {early} 不可用：结束不能早于开始" in desk.words("#notices")
    assert period(desk) == before
    foreign = f"{int(OFFICER_TOWNSHIP) + 1}"
    for named in (foreign, "banana"):
        desk = new_desk("officer", f"/officer#region={named}")
        assert f"没有 {named} 这个地方，或不在您的范围内" in desk.words("#notices")
        assert desk.words("#region .code").endswith(OFFICER_TOWNSHIP)
        assert desk.page.url.endswith(f"#region={OFFICER_TOWNSHIP}")


def test_a_phone_shows_the_units_and_a_header_of_two_rows(new_desk: NewDesk, busy: str) -> None:
    desk = new_desk("officer", f"/officer#region={busy}", PHONE)
    assert desk.page.is_visible("#legend")
    box, legend = (desk.page.locator(one).bounding_box() for one in ("#map_main", "#legend-card"))
    assert box is not None
    assert legend is not None
    assert legend["y"] >= box["y"] + box["height"], "below the map, not over it"
    tops = desk.page.evaluate(
        "['.brand', '#pages', '#account', '#trail'].map(one => document.querySelector(`.bar ${one}`))"
        ".map(node => { const b = node.getBoundingClientRect(); return Math.round(b.top + b.height / 2); })"
    )
    assert max(tops[:3]) - min(tops[:3]) < 8, "one row"
    assert tops[3] > max(tops[:3])


@pytest.mark.parametrize("login", ["officer", "planner"])
@SIZES
def test_the_page_is_accessible_and_fits(new_desk: NewDesk, busy: str, login: str, size: tuple[int, int]) -> None:
    desk = new_desk(login, f"/officer#region={busy}", size)
    desk.page.click(".brush-numbers summary")
    if login == "officer":
        desk.page.locator("button.case").first.click()
        desk.settle()
        assert serious(desk) == []
        desk.page.keyboard.press("Escape")
    assert serious(desk) == []
    for width in (360, 768, 1920):
        desk.resize((width, size[1]))
        assert desk.overflow_px() == 0, width


def serious(desk: Desk) -> list[str]:
    found = Axe().run(desk.page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]
