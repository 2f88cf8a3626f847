"""The story of the design as one: a boundary file comes in, a village is divided, published, lived in, and seen."""

from __future__ import annotations

import csv
import math
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import mapbox_vector_tile
import pandas as pd
import pytest
import shapely
from sqlalchemy import text
from starlette.testclient import TestClient
from town import LEFT, MIDDLE, TOP, WEST, lattice, square

from layers import accounts
from layers.assign import assign
from layers.divisions import read as read_divisions
from layers.divisions import store as store_divisions
from layers.doctor import examine
from layers.imports import begin, copy_frame, digest
from layers.regions import set_shape
from layers.scope import Scope
from spatial_api.app import create_app
from spatial_api.settings import Settings

PASSWORD = "correct horse battery"
NOON = datetime(2026, 1, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
NAMES = {"53": "云南省", "5329": "大理白族自治州", "532901": "大理市", "532901001": "太和街道", WEST: "荷花村民委员会"}


def _division_file(path):
    levels = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
    parent = {4: 2, 6: 4, 9: 6, 12: 9}
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["level", "code", "name", "parent_code"])
        for code, name in NAMES.items():
            rows.writerow([levels[len(code)], code, name, code[: parent[len(code)]] if len(code) > 2 else ""])
    return path


def _log_in(client, login):
    answer = client.post("/api/login", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 204
    return {"x-csrf-token": client.get("/api/me").json()["csrf"]}


def _tile_of(lon, lat, zoom):
    x = int((lon + 180) / 360 * 2**zoom)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    return f"{zoom}/{x}/{y}"


@pytest.fixture
def client(database, settings):
    """The running app over this test's database."""
    own = Settings(database_url=None, data_root=settings.data_root, instance=settings.instance, key_file=None)
    with TestClient(create_app(own, database), base_url="http://localhost") as client:
        yield client


def test_from_a_boundary_file_to_a_house_on_the_map(database, client, vault, tmp_path):
    # The region tree comes in, checked, and the village gets its boundary.
    with database.write(Scope.everything()) as session:
        file = _division_file(tmp_path / "divisions.csv")
        store_divisions(session, read_divisions(file), file.name, digest(file))
        with begin(session, "shape", WEST, crs="EPSG:4326") as log:
            set_shape(log, WEST, square(LEFT, MIDDLE), "drawn")
        for login, role in (("planner", "planner"), ("officer", "officer")):
            accounts.add(session, login, f"{login} 甲", role, "532901", PASSWORD)
        # 32 buildings along two streets, one of them an incident's place.
        homes = [str(uuid.UUID(int=number)) for number in range(1, 33)]
        points = [point for point in lattice(8) if point.x < MIDDLE][::2]
        with begin(session, "test", "buildings") as log:
            common = {"grid_no": 0, "level": "building", "source": "made", "assumed_households": 1}
            log.copy("building", pd.DataFrame({"id": homes, "point": points, **common}))
            house = {"building_id": homes[0], "street": "人民路", "number": "12", "address": "人民路12号"}
            log.copy("house", pd.DataFrame([{**house, "grid_no": 0, "source": "made", "point": points[0]}]))
            assign(session, import_id=log.id)

    # The planner divides it: a draft, balanced, with its report.
    csrf = _log_in(client, "planner")
    target = {"village": WEST, "load": 10, "band": [8, 12], "tolerance": 0.15}
    plan = client.post("/api/plans", json=target, headers=csrf).json()
    assert plan["status"] == "draft"
    assert sum(grid["load"] for grid in plan["grids"]) == 32
    assert plan["report"]["deviation"] <= 0.15
    drawn = shapely.union_all([shapely.geometry.shape(grid["geometry"]) for grid in plan["grids"]])
    assert drawn.symmetric_difference(square(LEFT, MIDDLE)).area < 1e-9

    # It is reviewed and published: everything moves into its grid in one transaction.
    plan = client.post(f"/api/plans/{plan['id']}/submit", json={"rev": plan["rev"]}, headers=csrf).json()
    stale = client.post(f"/api/plans/{plan['id']}/publish", json={"rev": plan["rev"] - 1}, headers=csrf)
    assert stale.status_code == 409
    published = client.post(f"/api/plans/{plan['id']}/publish", json={"rev": plan["rev"]}, headers=csrf).json()
    assert published["moved"]["building"] == 32
    grids = client.get(f"/api/grids?village={WEST}").json()["items"]
    assert [grid["grid_no"] for grid in grids] == [f"{WEST}{number:03}" for number in range(1, len(grids) + 1)]

    # A house is added by its address alone: geocoded beside its neighbour, in its grid at once.
    csrf = _log_in(client, "officer")
    added = client.post(
        "/api/houses", json={"address": "大理市太和街道荷花村人民路12号201室", "village": WEST}, headers=csrf
    )
    assert added.status_code == 201, added.text
    house = added.json()
    assert house["level"] in ("house", "building")
    lon, lat = house["point"]
    [holder] = client.get(f"/api/grids?at={lon},{lat}").json()["items"]
    assert house["grid_no"] == holder["grid_no"]

    # Incidents happen there; tiles, counts and heat show them, and nobody without cases sees them singly.
    with database.write(Scope.everything()) as session:
        copy_frame(session, "incident_kind", pd.DataFrame([{"code": "noise", "name_zh": "噪音", "name_en": "noise"}]))
        common = {"grid_no": 0, "source": "made", "kind": "noise", "text": "夜间噪音", "occurred_at": NOON}
        common |= {"handled_grid_no": int(house["grid_no"])}
        with begin(session, "test", "incidents") as log:
            spots = [{"point": shapely.Point(lon, lat), "level": "house"}] * 3
            vague = [{"point": None, "level": "village"}]
            rows = [{**common, **spot} for spot in spots] + [{**common, **vague[0], "grid_no": int(WEST) * 1000}]
            log.copy("incident", pd.DataFrame(rows))
            assign(session, import_id=log.id)
    # Another process wrote them: this one hears of it in a moment.
    client.portal.call(client.app.state.doors.follower.caught_up)
    period = "from=2026-01-01&to=2026-02-01"
    counts = client.get(f"/api/counts?by=grid&{period}&region={WEST}").json()
    found = {row["code"]: row["n"] for row in counts["items"] if row["n"]}
    assert found[house["grid_no"]] == 3
    assert counts["unlocated"] == 1, "what is known to the village only is counted apart, never drawn"
    box = f"{LEFT},{TOP - 0.02},{MIDDLE},{TOP}"
    heat = client.get(f"/api/heat?{period}&bbox={box}&cell=250").json()
    assert sum(cell[2] for cell in heat["cells"]) == 3
    assert heat["unlocated"] == 1
    tile = client.get(f"/tiles/grid/{_tile_of(lon, lat, 15)}.mvt")
    names = {f["properties"]["grid_no"] for f in mapbox_vector_tile.decode(tile.content)["grid"]["features"]}
    assert house["grid_no"] in names

    csrf = _log_in(client, "planner")
    protected = client.get(f"/api/counts?by=grid&{period}&region={WEST}").json()
    assert protected["protected"]
    assert all(row["n"] is None or row["n"] >= 5 for row in protected["items"])
    assert client.get(f"/api/heat?{period}&bbox={box}&cell=250").json()["cells"] == []
    assert client.post("/api/houses", json={"address": "人民路12号"}, headers=csrf).status_code == 403

    # And the database holds all that it must.
    with database.write(Scope.everything()) as session:
        assert [(name, faults) for name, faults in examine(session, vault) if faults] == []
        acts = session.execute(text("select act from audit where act like 'plan.%' order by id")).scalars().all()
    assert acts == ["plan.divide", "plan.submit", "plan.publish"]
