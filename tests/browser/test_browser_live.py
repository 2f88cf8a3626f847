"""Pages follow what happens elsewhere: incidents that arrive, grids that somebody else publishes."""

from __future__ import annotations

import uuid

from browser.desk import Desk, NewDesk, Site
from sqlalchemy import text

from fixtures.load import OFFICER_TOWNSHIP
from gridding import Target
from layers.jobs import divide_region
from layers.scope import Scope

ARRIVE = """
    insert into incident (id, kind, text, occurred_at, grid_no, handled_grid_no, point, source)
    select :id, i.kind, :words, now() - interval '1 minute', i.grid_no, i.grid_no, i.point, 'made'
    from incident i where i.grid_no / 1000000 = :town and i.point is not null order by i.id limit 1
"""
ELSEWHERE = """
    insert into incident (id, kind, text, occurred_at, grid_no, handled_grid_no, point, source)
    select :id, i.kind, :words, now() - interval '1 minute', i.grid_no, i.grid_no, i.point, 'made'
    from incident i where i.grid_no / 1000000 <> :town order by i.id limit 1
"""
COUNT = """
    select count(*) from incident where grid_no / 1000000 = :town and occurred_on between :first and :last
"""


def arrive(site: Site, words: str, query: str = ARRIVE) -> str:
    """The id of an incident that somebody reports now, in the officer's township."""
    row_id = str(uuid.uuid4())
    with site.database.write(Scope.everything()) as session:
        values = {"id": row_id, "words": words, "town": int(OFFICER_TOWNSHIP)}
        assert session.execute(text(query), values).rowcount == 1  # type: ignore[attr-defined]  # a cursor's
    return row_id


def counted(desk: Desk, site: Site) -> str:
    days = {"first": desk.page.input_value("#filter-from"), "last": desk.page.input_value("#filter-to")}
    return f"{site.number(COUNT, town=int(OFFICER_TOWNSHIP), **days):,}"


def test_an_incident_arrives_on_the_officers_page(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer")
    before = desk.figures()[3]
    assert desk.page.is_hidden("#news")
    with desk.page.expect_response(lambda answer: "/api/counts?" in answer.url):
        arrive(site, "井盖丢失")
    desk.page.wait_for_selector("#news-button")
    desk.settle()
    assert desk.words("#news-button") == "有 1 条新增或变化的事件"
    assert desk.figures()[3] == counted(desk, site) != before
    with desk.page.expect_response(lambda answer: "/api/counts?" in answer.url):
        arrive(site, "路灯不亮")
    desk.page.wait_for_function("document.querySelector('#news-button').textContent.includes('2')")
    desk.settle()
    assert desk.figures()[3] == counted(desk, site)
    desk.page.click("#news-button")
    assert desk.page.is_hidden("#news")


def test_what_arrives_outside_ones_region_is_not_heard(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer")
    arrive(site, "别处的事", ELSEWHERE)
    with desk.page.expect_response(lambda answer: "/api/counts?" in answer.url):
        arrive(site, "这里的事")
    desk.page.wait_for_selector("#news-button")
    desk.settle()
    assert desk.words("#news-button") == "有 1 条新增或变化的事件"


def test_a_planner_is_told_that_grids_changed_and_chooses_when_to_see_it(
    new_desk: NewDesk, site: Site, dense: str
) -> None:
    desk = new_desk("planner", f"/planner#region={dense}")
    grid = f"{dense}001"
    with site.database.write(Scope.everything()) as session:
        session.execute(text("update grid set name = '新名' where grid_no = :grid"), {"grid": int(grid)})
    desk.page.wait_for_selector("#news-button")
    assert desk.words("#news-button") == "此处网格已有变化，点此更新"
    assert "新名" not in desk.words("#table")
    desk.page.click("#news-button")
    desk.page.wait_for_selector("#news-button", state="hidden")
    desk.settle()
    assert "新名" in desk.words("#table")


IN_FORCE = (
    "select lpad(grid_no::text, 15, '0') from grid where grid_no / 1000 = :village and upper_inf(validity) order by 1"
)
# The grids whose shapes the tiles on the screen hold.
DRAWN = """village => {
    const found = new Set();
    window.map_main.eachLayer((layer) => {
        if (layer._spec?.name !== "grid") return;
        for (const { el } of Object.values(layer._tiles))
            for (const { properties } of layer._drawn.get(el) ?? [])
                if (properties.village === village) found.add(properties.grid_no);
    });
    return [...found].sort();
}"""


def check_one_state(desk: Desk, site: Site, village: str) -> None:
    """Header, table, labels and shapes are of the grids in force."""
    grids = [str(row[0]) for row in site.rows(IN_FORCE, village=int(village))]
    assert desk.figures()[2] == str(len(grids))
    codes = desk.page.locator("#table tbody tr").evaluate_all("rows => rows.map(row => row.dataset.code)")
    assert sorted(codes) == grids
    assert desk.page.evaluate(DRAWN, village) == grids
    assert desk.page.evaluate("document.querySelectorAll('.map-label').length") <= len(grids)


def test_the_officers_map_is_of_one_state_after_a_publish(new_desk: NewDesk, site: Site, dense: str) -> None:
    desk = new_desk("officer", f"/officer#region={dense}")
    desk.page.click("#days-90")
    desk.settle()
    check_one_state(desk, site, dense)
    before = len(site.rows(IN_FORCE, village=int(dense)))
    divide_region(site.database, dense, Target(load=60, band=(40, 90), tolerance=0.05), publish_too=True)
    desk.page.wait_for_selector("#news-button")
    desk.page.wait_for_function("grids => document.querySelectorAll('#table tbody tr').length !== grids", arg=before)
    desk.settle()
    assert len(site.rows(IN_FORCE, village=int(dense))) != before
    check_one_state(desk, site, dense)
    assert desk.words("#news-button") == "此处网格已重新划分，图表已更新", "no incident is new"
    desk.page.click("#news-button")
    desk.settle()
    check_one_state(desk, site, dense)


def test_what_was_not_heard_live_is_seen_at_the_next_question(new_desk: NewDesk, site: Site, dense: str) -> None:
    desk = new_desk("officer", f"/officer#region={dense}")
    desk.page.evaluate("window.dispatchEvent(new Event('signout'))")
    divide_region(site.database, dense, Target(load=150, band=(120, 180), tolerance=0.05), publish_too=True)
    desk.page.click("#days-7")
    desk.settle()
    check_one_state(desk, site, dense)
    assert desk.page.is_hidden("#news")


def test_who_is_logged_out_elsewhere_is_led_to_the_way_in(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk()
    desk.enter("officer")
    csrf = desk.page.evaluate("fetch('/api/me').then((answer) => answer.json())")["csrf"]
    with site.database.write(Scope.everything()) as session:
        session.execute(text("delete from session where csrf = :csrf"), {"csrf": csrf})
    desk.page.wait_for_url(f"{site.url}/login")
    desk.settle()
    desk.watch.check((401,))
