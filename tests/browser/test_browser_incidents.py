"""An officer looks at incidents: heat, period and kind."""

from __future__ import annotations

from browser.desk import Desk, NewDesk, Site

from fixtures.load import OFFICER_TOWNSHIP

COUNT = """
    select count(*) from incident where grid_no / 1000000 = :town and occurred_on between :first and :last
    and (cast(:kind as text) is null or kind = :kind)
"""
COMMONEST = (
    "select kind from incident where grid_no / 1000000 = :town group by kind order by count(*) desc, kind limit 1"
)
PAINTED = """() => {
    const canvas = document.querySelector("canvas.density");
    if (canvas === null) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, at) => at % 4 === 3 && value > 0).length;
}"""


def expected(desk: Desk, site: Site, kind: str | None = None) -> str:
    """The incidents of the period that the page shows, counted past the API."""
    days = {"first": desk.page.input_value("#filter-from"), "last": desk.page.input_value("#filter-to")}
    return f"{site.number(COUNT, town=int(OFFICER_TOWNSHIP), kind=kind, **days):,}"


def test_each_period_has_its_own_number(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer")
    seen = []
    for days in (7, 30, 90, 365):
        desk.page.click(f"#days-{days}")
        desk.settle()
        assert desk.page.get_attribute(f"#days-{days}", "aria-pressed") == "true"
        assert desk.figures()[3] == expected(desk, site)
        seen.append(desk.figures()[3])
    assert len(set(seen)) > 1


def test_a_period_of_two_dates_is_counted_with_both_days(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer")
    desk.page.click("#days-365")
    desk.settle()
    day = str(site.rows("select max(occurred_on) from incident where grid_no / 1000000 = :town",
                        town=int(OFFICER_TOWNSHIP))[0][0])  # fmt: skip
    # The last day first is earlier than the first day and put back; so the first day is moved first.
    desk.page.fill("#filter-from", day)
    desk.settle()
    desk.page.fill("#filter-to", day)
    desk.settle()
    assert desk.page.input_value("#filter-to") == day
    assert desk.figures()[3] == expected(desk, site)
    assert desk.figures()[3] != "0"


def test_a_period_that_ends_before_it_begins_is_put_back(new_desk: NewDesk) -> None:
    desk = new_desk("officer")
    before, figures = desk.page.input_value("#filter-to"), desk.figures()
    desk.page.fill("#filter-to", "2001-01-01")
    desk.settle()
    assert desk.page.input_value("#filter-to") == before
    assert desk.figures() == figures


def test_a_kind_has_fewer_than_all(new_desk: NewDesk, site: Site) -> None:
    kind = str(site.rows(COMMONEST, town=int(OFFICER_TOWNSHIP))[0][0])
    desk = new_desk("officer")
    desk.page.click("#days-365")
    desk.settle()
    every = desk.figures()[3]
    desk.page.check(f"#kind-{kind}")
    desk.settle()
    assert desk.figures()[3] == expected(desk, site, kind)
    assert desk.figures()[3] != every


def test_heat_is_painted_and_taken_off(new_desk: NewDesk) -> None:
    desk = new_desk("officer")
    desk.page.click("#days-365")
    desk.settle()
    desk.page.check("#layer-heat")
    desk.settle()
    assert desk.page.evaluate(PAINTED) > 0
    desk.page.uncheck("#layer-heat")
    desk.settle()
    assert desk.page.evaluate(PAINTED) == 0
    assert "件/km²/天" not in desk.words("#legend-card")


def test_the_bandwidth_is_what_the_legend_says(new_desk: NewDesk) -> None:
    desk = new_desk("officer")
    desk.page.click("#shade-density")
    desk.settle()
    desk.page.select_option("#bandwidth", index=1)
    desk.settle()
    chosen = desk.page.locator("#bandwidth option").nth(1).inner_text()
    assert f"带宽 {chosen}" in desk.words("#legend")
