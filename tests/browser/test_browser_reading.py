"""What the page shows is what the database holds."""

from __future__ import annotations

from browser.desk import NewDesk, Site

from fixtures.load import OFFICER_TOWNSHIP

HOUSEHOLDS = "select count(*) from household where moved_out_on is null and grid_no between :lo and :hi"
PERSONS = "select count(*) from person where moved_out_on is null and grid_no between :lo and :hi"
GRIDS = "select count(*) from grid where upper_inf(validity) and grid_no between :lo and :hi"


def counts(site: Site, code: str) -> list[str]:
    """Households, persons and grids of a region as the page writes them."""
    free = 15 - len(code)
    ends = {"lo": int(code + "0" * free), "hi": int(code + "9" * free)}
    return [f"{site.number(query, **ends):,}" for query in (HOUSEHOLDS, PERSONS, GRIDS)]


def codes_below(site: Site, code: str) -> list[str]:
    rows = site.rows(
        "select code from region where parent_code = :code and upper_inf(validity) order by code", code=code
    )
    return [str(row[0]) for row in rows]


def test_the_townships_of_a_county_have_the_numbers_of_the_database(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("planner")
    codes = codes_below(site, "532901")
    assert len(codes) > 5
    assert desk.figures()[:3] == counts(site, "532901")
    assert {code: desk.cells(code)[:3] for code in codes} == {code: counts(site, code) for code in codes}


def test_the_villages_of_a_township_have_the_numbers_of_the_database(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("planner")
    desk.drill(OFFICER_TOWNSHIP)
    codes = codes_below(site, OFFICER_TOWNSHIP)
    assert desk.page.locator("#table tbody tr").count() == len(codes)
    assert {code: desk.cells(code)[:3] for code in codes} == {code: counts(site, code) for code in codes}


def test_the_grids_of_a_village_have_the_numbers_of_the_database(new_desk: NewDesk, site: Site, dense: str) -> None:
    desk = new_desk("planner", f"/#region={dense}")
    query = "select grid_no from grid where upper_inf(validity) and grid_no / 1000 = :village order by 1"
    numbers = [str(row[0]) for row in site.rows(query, village=int(dense))]
    assert len(numbers) > 1
    assert {number: desk.cells(number)[:2] for number in numbers} == {
        number: counts(site, number)[:2] for number in numbers
    }


def test_incidents_of_the_period_are_counted(new_desk: NewDesk, site: Site) -> None:
    desk = new_desk("officer")
    query = "select count(*) from incident where grid_no / 1000000 = :town and occurred_on between :first and :last"
    period = {name: desk.page.input_value(f"#filter-{name}") for name in ("from", "to")}
    expected = site.number(query, town=int(OFFICER_TOWNSHIP), first=period["from"], last=period["to"])
    assert expected > 0
    assert desk.figures()[3] == f"{expected:,}"


def test_synthetic_data_is_called_so(new_desk: NewDesk) -> None:
    desk = new_desk("planner", f"/#region={OFFICER_TOWNSHIP}")
    assert "合成数据" in desk.words("#region .badges")


def test_every_scale_of_the_legend_has_a_unit(new_desk: NewDesk) -> None:
    desk = new_desk("officer")
    assert "事件（件）" in desk.words("#legend")
    desk.page.click("#shade-density")
    desk.settle()
    assert "事件热力（件/km²/天）" in desk.words("#legend")


def test_the_load_of_a_grid_is_in_households(new_desk: NewDesk, dense: str) -> None:
    desk = new_desk("planner", f"/#region={dense}")
    assert "工作量（户）" in desk.words("#legend")


def test_a_grid_tells_its_facts_and_is_left_again(new_desk: NewDesk, dense: str) -> None:
    desk = new_desk("planner", f"/#region={dense}")
    number = f"{dense}001"
    desk.drill(number)
    assert number in desk.words("#grid")
    desk.page.click("#grid button")
    assert desk.page.is_hidden("#grid")


def test_facilities_are_off_at_first(new_desk: NewDesk) -> None:
    desk = new_desk("planner")
    assert not desk.page.is_checked("#layer-facility")
    assert desk.page.is_checked("#layer-grid")


def test_a_county_with_synthetic_townships_is_called_synthetic(new_desk: NewDesk) -> None:
    desk = new_desk("planner")
    assert desk.words("#region .code").endswith("532901")
    assert "合成数据" in desk.words("#region .badges")


def test_protected_counts_are_explained_under_the_table(new_desk: NewDesk) -> None:
    assert "其余数字向下取为 5 的倍数" in new_desk("planner", "/officer").words("#table > .note")
    assert "取整" not in new_desk("officer").words("#table")
