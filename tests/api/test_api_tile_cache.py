"""What the server keeps: asked of the database once, forgotten when it changes, and nobody else's."""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import contextmanager
from copy import copy
from math import asinh, pi, radians, tan

import mapbox_vector_tile
import psycopg
import pytest
import shapely
from sqlalchemy import text
from starlette.testclient import TestClient
from town import COUNTY, EAST, LEFT, MIDDLE, TOP, WEST

from layers import accounts
from layers.catalog import CATALOG, Field, LayerSpec
from layers.cluster import SUPERUSER
from layers.scope import Scope
from layers.tile_cache import Address
from spatial_api.app import create_app

GRIDS = "/tiles/grid/12/3188/1747.mvt"
BUILDINGS = "/tiles/building/15/25504/13980.mvt"
PLACE = shapely.Point(LEFT + 0.001, TOP - 0.001)


@pytest.fixture
def admin(town):
    """A connection that may do everything."""
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as connection:
        yield connection


@contextmanager
def counted_queries(opened, monkeypatch):
    """The statements that the reading door is asked meanwhile."""
    asked = []
    execute = psycopg.AsyncConnection.execute

    async def watched(self, query, *args, **kwargs):
        asked.append(str(query))
        return await execute(self, query, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.AsyncConnection, "execute", watched)
        yield asked


def of_readers(asked):
    """Without those of the follower, which looks whenever it likes."""
    return [query for query in asked if "outbox" not in query]


def drawings(asked):
    """How many tiles were drawn."""
    return len([query for query in asked if "st_asmvt" in query])


@pytest.fixture
def later(monkeypatch):
    """Puts the clock of what is kept forward, by seconds from now."""

    def put(seconds):
        for module in ("tile_cache", "callers"):
            monkeypatch.setattr(f"layers.{module}.monotonic", lambda: time.monotonic() + seconds)

    return put


def names(answer):
    """The names of the grids in a tile."""
    features = mapbox_vector_tile.decode(answer.content)["grid"]["features"]
    return {feature["properties"].get("name") for feature in features}


def test_what_is_kept_is_answered_without_a_query(login, opened, settled, monkeypatch):
    browser = login("planner")
    tag = browser.get(GRIDS).headers["etag"]
    with counted_queries(opened, monkeypatch) as asked:
        again = browser.get(GRIDS)
        not_modified = browser.get(GRIDS, if_none_match=tag)
    assert (again.status_code, again.headers["etag"], not_modified.status_code) == (200, tag, 304)
    assert of_readers(asked) == []


def test_many_who_ask_at_a_time_are_one_query(login, opened, settled, monkeypatch):
    browser = login("planner")
    browser.get("/api/me")
    with counted_queries(opened, monkeypatch) as asked:
        seen = []
        threads = [threading.Thread(target=lambda: seen.append(browser.get(BUILDINGS).content)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(seen)) == 1
    assert drawings(asked) == 1


def test_a_change_is_seen_and_only_the_tiles_it_touches_are_drawn_anew(login, opened, settled, admin):
    browser = login("planner")
    east = Address(16, *tile_of(16, MIDDLE + 0.015, TOP - 0.001))
    far = f"/tiles/grid/16/{east.x}/{east.y}.mvt"
    first, elsewhere = browser.get(GRIDS), browser.get(far)
    assert elsewhere.status_code == 204
    kept = len(opened.tiles.cache._entries)
    admin.execute("update grid set name = '新名' where grid_no = %s", [int(f"{WEST}001")])
    settled()
    assert len(opened.tiles.cache._entries) < kept
    assert any(key.address == east for key in opened.tiles.cache._entries)
    second = browser.get(GRIDS)
    assert second.headers["etag"] != first.headers["etag"]
    assert names(second) == names(first) | {"新名"}


def tile_of(zoom, lon, lat):
    """Column and row of the tile at a place."""

    return int((lon + 180) / 360 * 2**zoom), int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**zoom)


def test_who_changes_something_sees_it_in_the_next_tile(login, town):
    browser = login("officer")
    column, row = tile_of(16, LEFT + 0.0005, TOP - 0.0005)
    tile = f"/tiles/house/16/{column}/{row}.mvt"
    before = browser.get(tile)
    for number in range(3):
        body = {"address": f"西村{number + 40}号", "point": [LEFT + 0.0005, TOP - 0.0005], "crs": "wgs84"}
        answer = browser.post("/api/houses", body)
        assert answer.status_code == 201, answer.text
        after = browser.get(tile)
        assert after.headers.get("etag") != before.headers.get("etag")
        before = after


def test_a_household_changes_the_tile_of_its_building(login, settled, admin):
    browser = login("planner")
    house_id, building_id = admin.execute("select id, building_id from house where building_id is not null").fetchone()
    x, y = admin.execute("select st_x(point), st_y(point) from building where id = %s", [building_id]).fetchone()
    column, row = tile_of(16, x, y)
    tile = f"/tiles/building/16/{column}/{row}.mvt"

    def households():
        features = mapbox_vector_tile.decode(browser.get(tile).content)["building"]["features"]
        return next(f["properties"]["households"] for f in features if f["properties"]["id"] == str(building_id))

    count = households()
    insert = "insert into household (id, house_id, grid_no) select %s, id, grid_no from house where id = %s"
    admin.execute(insert, [uuid.uuid4(), house_id])
    settled()
    assert households() == count + 1
    admin.execute("update house set building_id = null where id = %s", [house_id])
    settled()
    assert households() != count + 1


def test_an_incident_leaves_its_tile_while_it_waits_for_review(login, settled, admin):
    browser = login("officer")
    column, row = tile_of(16, PLACE.x, PLACE.y)

    def features():
        answer = browser.get(f"/tiles/incident/16/{column}/{row}.mvt")
        return len(mapbox_vector_tile.decode(answer.content)["incident"]["features"]) if answer.content else 0

    count = features()
    admin.execute(
        "insert into review (id, register, row_id, text, grid_no, level)"
        " select gen_random_uuid(), 'incident', id, '', grid_no, 'street' from incident order by id limit 1"
    )
    settled()
    assert features() == count - 1
    admin.execute("delete from review where register = 'incident'")
    settled()
    assert features() == count


def test_a_tile_of_duties_is_drawn_anew_when_one_ends_by_itself(login, opened, settled, admin, later, monkeypatch):
    browser = login("administrator")
    column, row = tile_of(16, PLACE.x, PLACE.y)

    def holders():
        answer = browser.get(f"/tiles/duty/16/{column}/{row}.mvt")
        return {f["properties"].get("holders") for f in mapbox_vector_tile.decode(answer.content)["duty"]["features"]}

    assert holders() == {"field 甲"}
    admin.execute("update account set name = '李某' where login = 'field'")
    settled()
    assert holders() == {"李某"}
    admin.execute("update duty set validity = tstzrange(lower(validity), now() + interval '1 hour')")
    settled()
    assert holders() == {"李某"}
    with counted_queries(opened, monkeypatch) as asked:
        later(3000)
        assert holders() == {"李某"}
        assert drawings(asked) == 0
        later(3601)
        assert holders() == {"李某"}
        assert drawings(asked) == 1
    admin.execute("update duty set validity = tstzrange(lower(validity), null)")
    admin.execute("update account set name = 'field 甲' where login = 'field'")
    settled()
    assert holders() == {"field 甲"}


def test_what_one_may_see_is_never_given_to_another(login, settled):
    for path in (GRIDS, "/tiles/village/12/3188/1747.mvt", GRIDS):
        west, east, field = (login(name).get(path) for name in ("planner", "east", "field"))
        assert len({answer.content for answer in (west, east, field)}) == 3
    assert login("administrator").get(GRIDS).status_code == 403


def test_while_changes_are_not_heard_of_nothing_kept_is_answered(login, opened, settled, admin, monkeypatch):
    browser = login("planner")
    before = browser.get(GRIDS)
    monkeypatch.setattr(type(opened.follower), "healthy", False)
    with counted_queries(opened, monkeypatch) as asked:
        assert browser.get(GRIDS).content == before.content
        assert browser.get(GRIDS).content == before.content
    assert drawings(asked) == 2
    assert len([query for query in asked if "from session" in query]) == 2


def test_another_server_starts_with_the_same_tags(login, settled, api_settings, town):
    browser = login("planner")
    tag = browser.get(GRIDS).headers["etag"]
    with TestClient(create_app(api_settings, copy(town)), base_url="http://localhost") as other:
        cookie = {"cookie": f"wangge_session={browser.token}", "if-none-match": tag}
        assert other.get(GRIDS, headers=cookie).status_code == 304


def test_not_one_tile_is_stale_while_others_write(login, opened, settled, town, server):
    """Readers note what was committed and settled before they asked: a tile may be newer, never older."""
    browser = login("planner")
    settled_names, faults, stop = [0], [], threading.Event()

    def read():
        while not stop.is_set():
            known = settled_names[0]
            shown = max((int(name) for name in names(browser.get(GRIDS)) if name and name.isdigit()), default=0)
            if shown < known:
                faults.append((shown, known))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as writer:
        for number in range(1, 41):
            writer.execute("update grid set name = %s where grid_no = %s", [str(number), int(f"{WEST}001")])
            server.portal.call(opened.follower.settle, opened.pool)
            settled_names[0] = number
        stop.set()
        for reader in readers:
            reader.join()
        writer.execute("update grid set name = null")
    assert faults == []


def test_a_new_layer_is_one_entry_and_one_file(login, settled, monkeypatch, tmp_path):
    query = """select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile
               from (select %(lo)s::bigint as first, st_makepoint(2048, 2048) as geom
                     where %(z)s::int + %(x)s::int + %(y)s::int + %(hi)s::bigint > 0
                       and %(grids)s::bigint[] is null) drawn"""
    (tmp_path / "middle.sql").write_text(query, encoding="utf-8")
    spec = LayerSpec(
        name="middle", title_zh="中心", title_en="Middle", geometry="point", min_zoom=3, max_zoom=9, colour="#123456",
        fields=(Field(name="first", title_zh="首号", title_en="First", type="integer"),),
        needs=("grid:read",), reads=("grid",), sql=str(tmp_path / "middle.sql"),
    )  # fmt: skip
    monkeypatch.setitem(CATALOG, "middle", spec)
    monkeypatch.setattr("layers.tiles.read_sql", lambda path: (tmp_path / path.removeprefix("tiles/")).read_text())
    browser = login("planner")
    assert "middle" in [entry["name"] for entry in browser.get("/api/layers").json()]
    told = browser.get("/tiles/middle.json").json()
    assert told["vector_layers"][0]["fields"] == {"first": "Number"}
    style = browser.get("/tiles/style.json").json()
    assert style["sources"]["middle"]["tiles"] == told["tiles"]
    assert "middle" in [layer["id"] for layer in style["layers"]]
    tile = mapbox_vector_tile.decode(browser.get("/tiles/middle/5/1/1.mvt").content)
    assert tile["middle"]["features"][0]["properties"] == {"first": int(f"{COUNTY}000000000")}
    assert login("administrator").get("/tiles/middle/5/1/1.mvt").status_code == 403


def test_a_demoted_or_disabled_account_is_refused_at_once(new_session, settled, town):
    with town.write(Scope.everything()) as session:
        accounts.add(session, "clerk", "辛", "officer", WEST, "correct horse battery")
    browser = new_session("clerk")
    house = "/tiles/house/15/25504/13980.mvt"
    assert browser.get(house).status_code in (200, 204)
    with town.write(Scope.everything()) as session:
        session.execute(text("update account set role = 'planner' where login = 'clerk'"))
    settled()
    assert (browser.get(house).status_code, browser.get(GRIDS).status_code) == (403, 200)
    with town.write(Scope.everything()) as session:
        session.execute(text("update account set region_code = :code where login = 'clerk'"), {"code": EAST})
    settled()
    assert names_of_villages(browser) == {EAST}
    with town.write(Scope.everything()) as session:
        accounts.disable(session, "clerk")
    settled()
    assert browser.get(GRIDS).status_code == 401


def names_of_villages(browser):
    """The codes of the villages that a browser sees."""
    features = mapbox_vector_tile.decode(browser.get("/tiles/village/12/3188/1747.mvt").content)["village"]["features"]
    return {feature["properties"]["code"] for feature in features}


def test_who_logs_out_is_out_before_the_answer_comes(new_session, settled):
    for _ in range(5):
        browser = new_session("planner")
        assert browser.get(GRIDS).status_code == 200
        assert browser.post("/api/logout").status_code == 204
        assert browser.get(GRIDS).status_code == 401


def test_a_token_revoked_or_over_opens_no_tile(login, nobody, opened, settled, admin, later, monkeypatch):
    made = login("planner").post("/api/tokens", {"name": "QGIS", "capabilities": ["grid:read"], "days": 1}).json()
    bearer = {"authorization": f"Bearer {made['secret']}"}
    assert nobody.get(GRIDS, **bearer).status_code == 200
    assert nobody.get("/tiles/village/12/3188/1747.mvt", **bearer).status_code == 403
    admin.execute("update access_token set expires_at = now() - interval '1 s' where name = 'QGIS'")
    settled()
    assert nobody.get(GRIDS, **bearer).status_code == 401
    admin.execute("update access_token set expires_at = now() + interval '1 hour' where name = 'QGIS'")
    settled()
    assert nobody.get(GRIDS, **bearer).status_code == 200
    with counted_queries(opened, monkeypatch) as asked:
        later(3000)
        assert nobody.get(GRIDS, **bearer).status_code == 200
        assert of_readers(asked) == []
        later(3601)
        nobody.get(GRIDS, **bearer)
        assert len([query for query in asked if "from access_token" in query]) == 1
    admin.execute("update access_token set revoked_at = now() where name = 'QGIS'")
    settled()
    assert nobody.get(GRIDS, **bearer).status_code == 401


def test_a_field_workers_grids_are_asked_for_when_a_duty_begins_by_itself(
    login, opened, settled, admin, later, monkeypatch
):
    def grids():
        answer = login("field").get(GRIDS)
        return {f["properties"]["grid_no"] for f in mapbox_vector_tile.decode(answer.content)["grid"]["features"]}

    admin.execute(
        "insert into duty (id, account_id, grid_no, status, validity) select gen_random_uuid(), id, %s, 'active',"
        " tstzrange(now() + interval '1 hour', null) from account where login = 'field'",
        [int(f"{WEST}002")],
    )
    settled()
    assert grids() == {f"{WEST}001"}
    with counted_queries(opened, monkeypatch) as asked:
        later(3000)
        grids()
        assert of_readers(asked) == []
        later(3601)
        grids()
        assert len([query for query in asked if "from session" in query]) == 1
    admin.execute("update duty set validity = tstzrange(now(), null) where grid_no = %s", [int(f"{WEST}002")])
    settled()
    assert grids() == {f"{WEST}001", f"{WEST}002"}
    admin.execute("delete from duty where grid_no = %s", [int(f"{WEST}002")])
    settled()
    assert grids() == {f"{WEST}001"}


def test_the_caller_is_asked_for_once_and_again_when_accounts_change(login, opened, settled, admin, monkeypatch):
    browser = login("planner")
    browser.get(GRIDS)
    with counted_queries(opened, monkeypatch) as asked:
        browser.get(GRIDS)
        admin.execute("update account set name = name where login = 'officer'")
        settled()
        browser.get(GRIDS)
        browser.get(GRIDS)
    assert len([query for query in asked if "from session" in query]) == 1
