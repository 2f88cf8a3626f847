"""All of one grid for a phone: what is in it, for whom, and that nothing old is ever sent."""

from __future__ import annotations

import gzip
import uuid
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text
from town import EAST, LEFT, TOP, WEST

from layers.cluster import SUPERUSER
from layers.outbox import Change, Changes
from layers.pack import Asked, Packs
from layers.scope import Scope

FIRST = f"{WEST}001"
PLACE = {"point": [LEFT + 0.001, TOP - 0.001], "crs": "wgs84"}


@pytest.fixture(scope="module", autouse=True)
def furniture(town):
    """A lamp, a shop, a square and a river in the first grid; a stream in the east."""
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        place = "st_setsrid(st_makepoint(100.201, 25.519), 4326)"
        for register, kind in (("facility", "lamp"), ("organisation", "shop"), ("place", "square")):
            admin.execute(f"insert into {register}_kind (code, name_zh, name_en) values ('{kind}', '甲', 'A')")
            admin.execute(
                f"insert into {register} (id, kind, name, grid_no, point, source)"
                f" values (gen_random_uuid(), '{kind}', '{kind} 1', {FIRST}, {place}, 'made')"
            )
        for name, lon in (("西河", 100.2005), ("东河", 100.235)):
            line = f"st_setsrid(st_makeline(st_makepoint({lon}, 25.519), st_makepoint({lon} + 0.0005, 25.519)), 4326)"
            admin.execute(
                "insert into barrier (id, kind, hard, name, geom, source)"
                f" values (gen_random_uuid(), 'river', true, '{name}', {line}, 'made')"
            )


def pack(browser, grid=FIRST, **headers):
    answer = browser.get(f"/api/pack/{grid}", **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_pack_has_all_of_the_grid(login, town):
    house = login("officer").post("/api/houses", {"address": "西村5号", **PLACE}).json()["id"]
    household = login("officer").post(f"/api/houses/{house}/households", {"on": "2026-01-01"})
    assert household.status_code == 201
    happened = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    case = {"id": str(uuid.uuid4()), "kind": "noise", "text": "吵", "occurred_at": happened, **PLACE}
    assert login("field").post("/api/incidents", case).status_code == 201
    visit = {"id": str(uuid.uuid4()), "house_id": house, "visited_at": happened, "outcome": "met"}
    assert login("field").post("/api/visits", visit).status_code == 201
    found = pack(login("field"))
    assert (found["grid_no"], found["village"], found["village_name"]) == (FIRST, WEST, "西村")
    assert found["boundary"]["type"] == "MultiPolygon"
    [own] = [row for row in found["houses"] if row["id"] == house]
    assert (own["address"], own["households"], own["visit_state"], own["last_outcome"]) == (
        "大理市镇西村5号",
        1,
        "done",
        "met",
    )
    assert own["point"] == pytest.approx([LEFT + 0.001, TOP - 0.001])
    # The town's own are of January 2026.
    assert case["id"] in [row["id"] for row in found["incidents"]]
    assert [row["name"] for part in ("facilities", "organisations", "places") for row in found[part]] == [
        "lamp 1",
        "shop 1",
        "square 1",
    ]
    assert [(row["name"], row["hard"]) for row in found["barriers"]] == [("西河", True)]
    assert found["holders"] == [{"name": "field 甲", "own": True}]
    assert found["households"] >= 1


def test_neighbours_are_those_that_touch(login):
    found = pack(login("officer"))
    grids = login("officer").get(f"/api/grids?village={WEST}").json()["items"]
    assert {row["grid_no"] for row in found["neighbours"]} <= {row["grid_no"] for row in grids} - {FIRST}
    assert found["neighbours"] == pack(login("field"))["neighbours"] != []


def test_the_pack_of_another_grid_is_not_there(login):
    for browser, grid in (
        ("field", f"{WEST}002"),
        ("east-officer", FIRST),
        ("officer", f"{EAST}001"),
        ("officer", "9" * 15),
    ):
        assert login(browser).get(f"/api/pack/{grid}").status_code == 404, grid
    assert login("officer").get("/api/pack/53").status_code == 422
    assert login("planner").get(f"/api/pack/{FIRST}").status_code == 403


def test_a_pack_is_compressed_for_those_who_take_it(login):
    plain = login("officer").get(f"/api/pack/{FIRST}", accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    packed = login("officer").get(f"/api/pack/{FIRST}", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert (packed.json(), packed.headers["etag"]) == (plain.json(), plain.headers["etag"])
    assert int(packed.headers["content-length"]) < len(plain.content) / 2


def etag(browser):
    return browser.get(f"/api/pack/{FIRST}").headers["etag"]


def test_what_the_phone_has_is_not_sent_again_until_anything_changes(login, town, server):
    browser = login("field")
    known = etag(browser)
    answer = browser.get(f"/api/pack/{FIRST}", if_none_match=known)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", known)
    with town.write(Scope.everything()) as session:
        session.execute(text("update facility set name = 'lamp 1b' where name = 'lamp 1'"))
    follower = server.app.state.doors.follower
    server.portal.call(follower.caught_up)
    answer = browser.get(f"/api/pack/{FIRST}", if_none_match=known)
    assert (answer.status_code, answer.json()["facilities"][0]["name"]) == (200, "lamp 1b")


CHANGES = {
    "a house": "update house set address = address || 'x' where grid_no = 532901001001001",
    "a visit": "update visit set outcome = 'absent'",
    "an incident": "update incident set text = text || 'x'",
    "a river": "update barrier set name = name || 'x' where name like '西河%'",
    "a neighbour": "update grid set name = coalesce(name, '') || 'x' where grid_no <> 532901001001001",
    "the village": "update region set name = name || 'x' where code = '532901001001'",
    "the holder": "update account set name = name || 'x' where login = 'field'",
    "a duty": "update duty set status = 'proposed'",
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_makes_another_pack(login, town, server, what):
    browser = login("officer" if what == "a duty" else "field")
    known = etag(browser)
    with town.write(Scope.everything()) as session:
        session.execute(text(CHANGES[what]))
    server.portal.call(server.app.state.doors.follower.caught_up)
    assert etag(browser) != known, what


ASKED = Asked(uuid.UUID(int=1), frozenset({"house:read"}), Scope.of_grids([int(FIRST)]), int(FIRST), date(2026, 1, 1))
BOX = (0.0, 0.0, 10.0, 10.0)


def told(table, lo=0, hi=10**15 - 1, box=None):
    return Changes((Change(table, None, lo, hi, box, None, None, 1, ()),), "c")


@pytest.fixture
def packs():
    made = Packs(lambda: 0.0)
    made.keep(ASKED, b"{}", BOX, made.turn)
    assert made.find(ASKED) is not None
    return made


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        (told("house", int(f"{EAST}001"), int(f"{EAST}001")), True),
        (told("house", int(f"{WEST}005"), int(f"{WEST}005")), False),
        (told("session"), True),
        (told("barrier", box=(20.0, 20.0, 30.0, 30.0)), True),
        (told("barrier", box=(10.0, 10.0, 30.0, 30.0)), False),
        (told("barrier"), False),
        (told("grid", int(f"{EAST}001"), int(f"{EAST}001"), (9.0, 9.0, 11.0, 11.0)), False),
        (told("grid", int(f"{EAST}001"), int(f"{EAST}001"), (11.0, 9.0, 12.0, 11.0)), True),
    ],
)
def test_what_touches_a_pack_and_nothing_else_makes_it_forgotten(packs, change, stays):
    packs.changed(change)
    assert (packs.find(ASKED) is not None) == stays


def test_what_was_read_before_a_change_is_not_kept():
    packs = Packs(lambda: 0.0)
    turn = packs.turn
    packs.changed(told("house", 1, 1))
    packs.keep(ASKED, b"{}", BOX, turn)
    assert packs.find(ASKED) is None
    turn = packs.turn
    packs.reset()
    packs.keep(ASKED, b"{}", BOX, turn)
    assert packs.find(ASKED) is None


def test_a_pack_is_kept_for_its_account_and_for_ten_minutes():
    now = [0.0]
    packs = Packs(lambda: now[0])
    kept = packs.keep(ASKED, b"{}", BOX, packs.turn)
    assert gzip.decompress(kept.body) == b"{}"
    other = Asked(uuid.UUID(int=2), ASKED.may, ASKED.scope, ASKED.grid_no, ASKED.day)
    assert (packs.find(ASKED), packs.find(other)) == (kept, None)
    now[0] = 601.0
    assert packs.find(ASKED) is None


def test_so_many_packs_are_kept_and_no_more():
    packs = Packs(lambda: 0.0)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(201)]
    asked = [Asked(ASKED.account_id, ASKED.may, ASKED.scope, ASKED.grid_no, day) for day in days]
    for one in asked:
        packs.keep(one, b"{}", BOX, packs.turn)
    assert packs.find(asked[0]) is None
    assert packs.find(asked[1]) is not None
