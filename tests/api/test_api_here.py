"""What is at a place, what is near it, and what was there at a moment."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from town import COUNTY, EAST, LEFT, MIDDLE, TOP, WEST

from layers.cluster import SUPERUSER
from layers.models import Duty
from layers.scope import Scope

IN_FIRST = f"lon={LEFT + 0.001}&lat={TOP - 0.001}"
IN_EAST = f"lon={MIDDLE + 0.011}&lat={TOP - 0.001}"
LONG_AGO = "as_of=1990-01-01T00:00:00%2B08:00"
NOTHING = {"regions": [], "grid_no": None, "grid_kind": None, "grid_name": None, "holders": []}


def told(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_place_has_its_regions_and_its_grid(login):
    found = told(login("officer"), f"/api/here?{IN_FIRST}")
    assert [region["code"] for region in found["regions"]] == ["53", "5329", COUNTY, WEST[:9], WEST]
    assert [region["name"] for region in found["regions"]][-1] == "西村"
    assert (found["grid_no"], found["grid_kind"]) == (f"{WEST}001", "basic")


def test_a_place_without_a_grid_has_its_regions_alone(login):
    found = told(login("officer"), f"/api/here?{IN_EAST}")
    assert (found["regions"][-1]["code"], found["grid_no"], found["holders"]) == (EAST, None, [])


def test_the_name_of_the_holder_is_for_those_who_list_duties_and_for_oneself(login):
    def holders(login_name):
        return told(login(login_name), f"/api/here?{IN_FIRST}")["holders"]

    assert holders("planner") == [{"name": "field 甲", "own": False}]
    assert holders("officer") == [{"name": None, "own": False}]
    assert holders("field") == [{"name": "field 甲", "own": True}]


def test_outside_the_scope_and_outside_all_regions_there_is_nothing(login):
    assert told(login("east-officer"), f"/api/here?{IN_FIRST}") == NOTHING
    assert told(login("officer"), "/api/here?lon=10&lat=10") == NOTHING


def test_in_a_neighbours_grid_a_field_worker_is_told_the_village_and_not_the_grid(login):
    grids = told(login("planner"), f"/api/grids?village={WEST}")["items"]
    other = next(grid for grid in grids if grid["grid_no"] != f"{WEST}001")
    west, south, east, north = other["bbox"]
    found = told(login("field"), f"/api/here?lon={(west + east) / 2}&lat={(south + north) / 2}")
    assert (found["regions"][-1]["code"], found["grid_no"], found["holders"]) == (WEST, None, [])
    assert told(login("field"), f"/api/here?{IN_EAST}") == NOTHING


@pytest.fixture
def past(town):
    """Two years ago the western village was one grid, whose number is given to none of today's; somebody had it."""
    begin, end = datetime.now(UTC) - timedelta(days=730), datetime.now(UTC) - timedelta(days=365)
    number = int(f"{WEST}801")
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute(
            """insert into grid (id, grid_no, validity, plan_id, kind, load, geom, area_m2)
               select gen_random_uuid(), %s, tstzrange(%s, %s), p.id, 'basic', 16, r.geom, 1
               from region r, plan p where r.code = %s and p.village_code = r.code and p.status = 'published'""",
            [number, begin, end, WEST],
        )
        admin.execute("update region set validity = tstzrange(%s, null) where code like '53%%'", [begin])
        admin.execute(
            "insert into duty (id, account_id, grid_no, status, validity)"
            " select gen_random_uuid(), id, %s, 'active', tstzrange(%s, %s) from account where login = 'officer'",
            [number, begin, end],
        )
    yield (begin + timedelta(days=30)).isoformat().replace("+", "%2B")
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute("delete from grid where grid_no = %s", [number])
        admin.execute("delete from duty where grid_no = %s", [number])


def test_what_was_here_at_a_moment(login, past):
    found = told(login("planner"), f"/api/here?{IN_FIRST}&as_of={past}")
    assert found["grid_no"] == f"{WEST}801"
    assert found["holders"] == [{"name": "officer 甲", "own": False}]
    assert len(found["regions"]) == 5
    assert told(login("planner"), f"/api/here?{IN_FIRST}")["grid_no"] == f"{WEST}001"


def test_lists_of_a_moment_have_what_held_then(login, past):
    browser = login("planner")
    [grid] = told(browser, f"/api/grids?village={WEST}&as_of={past}")["items"]
    assert (grid["grid_no"], grid["households"]) == (f"{WEST}801", None)
    [same] = told(browser, f"/api/grids?at={LEFT + 0.001},{TOP - 0.001}&as_of={past}")["items"]
    assert same == grid
    [region] = told(browser, f"/api/regions?code={WEST}&as_of={past}")["items"]
    assert (region["name"], region["grids"], region["households"], region["plan_status"]) == ("西村", 1, None, None)
    [duty] = told(browser, f"/api/layers/duty/items?as_of={past}")["items"]
    assert (duty["grid_no"], duty["login"]) == (f"{WEST}801", "officer")
    lines = browser.get(f"/api/layers/grid/items?f=csv&as_of={past}").text.splitlines()
    assert [line.partition(",")[0] for line in lines[1:]] == [f"{WEST}801"]


@pytest.mark.parametrize(
    "path",
    [
        f"/api/grids?village={WEST}&",
        f"/api/grids?at={LEFT + 0.001},{TOP - 0.001}&",
        f"/api/regions?code={WEST}&",
        "/api/regions?parent=53&",
        *(f"/api/layers/{layer}/items?region={WEST}&" for layer in ("village", "grid", "duty")),
        *(f"/api/layers/{layer}/items?" for layer in ("county", "township", "village", "grid", "duty")),
    ],
)
def test_before_everything_a_list_is_empty(login, path):
    assert told(login("planner"), path + LONG_AGO)["items"] == []


def test_before_everything_nothing_is_here_and_a_file_has_no_rows(login):
    assert told(login("planner"), f"/api/here?{IN_FIRST}&{LONG_AGO}") == NOTHING
    answer = login("planner").get(f"/api/layers/village/items?f=csv&region={WEST}&{LONG_AGO}")
    assert (answer.status_code, len(answer.text.splitlines())) == (200, 1)


@pytest.mark.parametrize(
    "path",
    [f"/api/here?{IN_FIRST}", f"/api/grids?village={WEST}", f"/api/regions?code={WEST}", "/api/layers/grid/items?q=1"],
)
def test_a_moment_without_an_offset_is_refused_with_the_reason(login, path):
    answer = login("planner").get(f"{path}&as_of=2026-01-01T00:00:00", accept_language="en")
    [fault] = answer.json()["faults"]
    assert (answer.status_code, fault["where"]) == (422, "query.as_of")
    assert "offset" in fault["message"]
    assert "时区" in login("planner").get(f"{path}&as_of=2026-01-01T00:00:00").json()["faults"][0]["message"]


def test_what_a_place_is_not(login):
    for query in ("lon=181&lat=0", "lon=0&lat=91", "lon=nan&lat=0", "lon=1", f"{IN_FIRST}&grid=1"):
        assert login("planner").get(f"/api/here?{query}").status_code == 422, query


@pytest.fixture(scope="module")
def lamps(town):
    """Lamps to the east of the corner of the western village, 0.001 degrees apart, and houses beside them."""
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute("insert into facility_kind (code, name_zh, name_en) values ('lamp', '路灯', 'Lamp')")
        admin.execute("select set_config('wangge.lo', '0', false), set_config('wangge.hi', '999999999999999', false)")
        place = "st_setsrid(st_makepoint(100.2 + 0.001 * n, 25.519), 4326)"
        many = "from generate_series(1, 15) n"
        admin.execute(
            f"insert into facility (id, kind, name, grid_no, point, source)"
            f" select gen_random_uuid(), 'lamp', '灯' || n, place_of({place}), {place}, 'made' {many}"
        )
        admin.execute(
            f"insert into house (id, address, grid_no, point, source, level)"
            f" select gen_random_uuid(), '路' || n || '号', place_of({place}), {place}, 'made',"
            f" case when n = 3 then 'village' else 'house' end {many}"
        )
    return town


def near(browser, what, query):
    return told(browser, f"/api/near?what={what}&lon=100.2005&lat=25.519&{query}")["items"]


@pytest.mark.parametrize(("what", "name"), [("facility", "灯{}"), ("house", "路{}号")])
def test_the_nearest_come_first_with_their_distance_on_the_ground(login, lamps, what, name):
    found = near(login("officer"), what, "k=2")
    assert [row["name"] for row in found] == [name.format(1), name.format(2)]
    # 0.0005 and 0.0015 degrees of longitude at 25.519 degrees north are 50.26 m and 150.79 m on WGS 84.
    assert [row["distance_m"] for row in found] == pytest.approx([50.26, 150.79], abs=0.05)
    assert found[0]["grid_no"] == f"{WEST}001"


def test_what_is_known_to_its_village_is_not_near(login, lamps):
    names = [row["name"] for row in near(login("officer"), "house", "k=100&radius_m=50000")]
    assert "路3号" not in names
    assert {"路2号", "路15号"} <= set(names)


def test_a_circle_ends_where_it_ends(login, lamps):
    assert [row["name"] for row in near(login("officer"), "facility", "k=100&radius_m=160")] == ["灯1", "灯2"]
    assert near(login("officer"), "facility", "radius_m=50") == []
    assert near(login("officer"), "place", "radius_m=50000") == []


def test_nothing_near_is_told_from_outside_the_scope(login, lamps):
    for what in ("facility", "house"):
        assert near(login("east-officer"), what, "k=100&radius_m=50000") == []
        own = {row["grid_no"] for row in near(login("field"), what, "k=100&radius_m=50000")}
        assert own == {f"{WEST}001"}


def test_houses_are_for_those_who_may_list_them(login, lamps):
    assert login("planner").get(f"/api/near?what=house&{IN_FIRST}").status_code == 403
    assert login("planner").get(f"/api/near?what=facility&{IN_FIRST}").status_code == 200


@pytest.mark.parametrize("query", ["k=0", "k=101", "radius_m=0", "radius_m=50001", "what=person"])
def test_what_cannot_be_near(login, query):
    asked = f"/api/near?{IN_FIRST}&{query}" + ("" if "what" in query else "&what=facility")
    assert login("officer").get(asked).status_code == 422


def test_a_proposed_duty_is_nobodys(login, town):
    with town.write(Scope.everything()) as session:
        account = told(login("planner"), "/api/me")["login"]
        found = session.connection().exec_driver_sql("select id from account where login = %s", (account,)).scalar_one()
        session.add(Duty(id=uuid.uuid4(), account_id=found, grid_no=int(f"{WEST}001"), status="proposed"))
    assert len(told(login("planner"), f"/api/here?{IN_FIRST}")["holders"]) == 1
