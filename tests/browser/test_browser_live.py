"""Pages follow what happens elsewhere: incidents that arrive, grids that somebody else publishes."""

from __future__ import annotations

import uuid

from browser.desk import Desk, NewDesk, Site
from sqlalchemy import text

from fixtures.load import OFFICER_TOWNSHIP
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


def test_who_is_logged_out_elsewhere_is_led_to_the_way_in(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk()
    desk.enter("officer")
    csrf = desk.page.evaluate("fetch('/api/me').then((answer) => answer.json())")["csrf"]
    with site.database.write(Scope.everything()) as session:
        session.execute(text("delete from session where csrf = :csrf"), {"csrf": csrf})
    desk.page.wait_for_url(f"{site.url}/login")
    desk.settle()
    desk.watch.check((401,))
