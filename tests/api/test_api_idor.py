"""Nobody reaches another's things by their ids: what is foreign answers as what does not exist, and is in no list."""

from __future__ import annotations

import json
import math
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import pytest
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import select
from town import BOTTOM, EAST, LEFT, MIDDLE, RIGHT, TOP, WEST, buildings, lattice, square

from gridding import Target
from layers import accounts, job_rows, plans, tokens
from layers.catalog import CATALOG
from layers.imports import begin
from layers.listing import LISTS
from layers.models import Account, Duplicate, Duty, House, Household, Incident, Person, Region, Review, Visit
from layers.publish import publish
from layers.scope import Scope

PASSWORD = "correct horse battery"
FAR_COUNTY, FAR = "532902", "532902001001"
FAR_EDGE = 100.26
STREETS = {WEST: "西乡路", EAST: "东乡路", FAR: "远乡路"}
PLACES = {WEST: (LEFT, MIDDLE), EAST: (MIDDLE, RIGHT), FAR: (RIGHT, FAR_EDGE)}
OWNERS = {WEST: "planner", EAST: "east", FAR: "far"}
"""Who owns the job, the token and the import of a village."""
MORE_ACCOUNTS = {
    "east-administrator": ("administrator", EAST),
    "east-field": ("field", EAST),
    "far": ("planner", FAR_COUNTY),
    "far-officer": ("officer", FAR_COUNTY),
    "far-field": ("field", FAR_COUNTY),
}
ROLES = ("administrator", "planner", "officer", "field")
CALLERS = {
    "administrator": (FAR,),
    "planner": (FAR,),
    "officer": (FAR,),
    "field": (EAST, FAR),
    "east-administrator": (WEST, FAR),
    "east": (WEST, FAR),
    "east-officer": (WEST, FAR),
    "east-field": (WEST, FAR),
}
"""Login -> the villages in which everything is foreign to it."""
ROLE = {login: login.removeprefix("east-").replace("east", "planner") for login in CALLERS}
NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Things:
    """The ids of one thing of each kind, as text.

    `spot` is lon,lat, `at` the same as a query, and `box` west,south,east,north.
    """

    village: str
    grid: str
    name: str
    street: str
    address: str
    spot: str
    at: str
    box: str
    plan: str
    building: str
    house: str
    incident: str
    visit: str
    review: str
    household: str
    person: str
    duplicate: str
    import_id: str
    job: str
    table: str
    export: str
    token: str

    def marks(self):
        """What must be in no answer to somebody to whom these are foreign."""
        own = (self.village, self.name, self.address, self.plan, self.building, self.house, self.incident)
        return (
            *own,
            self.visit,
            self.review,
            self.household,
            self.person,
            self.duplicate,
            self.import_id,
            self.job,
            self.table,
            self.export,
            self.token,
        )


UNKNOWN = Things(
    village="539999999999",
    grid="539999999999001",
    name="无此村",
    street="无此路",
    address="无此路9号",
    spot="110.0,10.0",
    at="lon=110.0&lat=10.0",
    box="110.0,10.0,110.01,10.01",
    **{
        kind: str(uuid.UUID(int=number, version=4))
        for number, kind in enumerate(
            (
                "plan",
                "building",
                "house",
                "incident",
                "visit",
                "review",
                "household",
                "person",
                "duplicate",
                "import_id",
                "job",
                "table",
                "export",
                "token",
            ),
            start=10**9,
        )
    },
)
PERIOD = "from=2026-01-01&to=2026-02-01"
THAN = "than_from=2025-01-01&than_to=2026-01-01"
LATELY = NOW.isoformat()
VISIT = {"id": str(uuid.UUID(int=7)), "house_id": "{house}", "visited_at": LATELY, "outcome": "met"}
INCIDENT = {"id": str(uuid.UUID(int=8)), "kind": "noise", "text": "吵闹", "occurred_at": LATELY}
TARGET = {"village": "{village}", "load": 8, "band": [6, 10], "tolerance": 0.2}
TOKEN = {"name": "x", "capabilities": ["grid:read"], "days": 1, "region": "{village}"}
P403 = (403, 404, 403, 403)  # for planners: they are told that it is not there
O403 = (403, 403, 404, 404)  # for officers and field workers
READ = (403, 404, 404, 404)  # for all but administrators
PEOPLE = (403, 403, 404, 403)  # for officers alone
DAY = "2026-01-01"
PERSON = {"on": DAY, "name": "张三", "residence": "registered"}
LEAVING = {"rev": 1, "on": "2026-01-02"}
REVIEW = (403, 404, 404, 403)  # for planners and officers
NONE = (403, 200, 200, 200)  # the same, as an empty list

# route; path and body with the names of the things in braces; the status for administrator, planner, officer, field.
ASKED = [
    ("GET /api/plans", "?village={village}", None, P403),
    ("POST /api/plans", "", TARGET, P403),
    ("GET /api/plans/{plan_id}", "/api/plans/{plan}", None, P403),
    ("DELETE /api/plans/{plan_id}", "/api/plans/{plan}?rev=1", None, P403),
    ("POST /api/plans/{plan_id}/submit", "/api/plans/{plan}/submit", {"rev": 1}, P403),
    ("POST /api/plans/{plan_id}/publish", "/api/plans/{plan}/publish", {"rev": 1}, P403),
    ("GET /api/grids", "?village={village}", None, READ),
    ("GET /api/grids", "?at={spot}", None, NONE),
    ("GET /api/here", "?{at}", None, NONE),
    ("GET /api/near", "?what=facility&{at}", None, NONE),
    ("GET /api/near", "?what=house&radius_m=200&{at}", None, (403, 403, 200, 200)),
    ("GET /api/pack/{grid_no}", "/api/pack/{grid}", None, O403),
    ("POST /api/exports", "?layer=grid&f=csv&region={village}", None, (403, 404, 404, 403)),
    ("GET /api/exports/{export_id}", "/api/exports/{export}", None, REVIEW),
    ("GET /api/exports/{export_id}/file", "/api/exports/{export}/file", None, REVIEW),
    ("DELETE /api/exports/{export_id}", "/api/exports/{export}", None, REVIEW),
    ("GET /api/facilities", "?village={village}", None, READ),
    ("GET /api/counts", f"?by=grid&region={{village}}&{PERIOD}", None, READ),
    ("GET /api/counts/days", f"?region={{village}}&{PERIOD}", None, READ),
    ("GET /api/counts/change", f"?by=grid&region={{village}}&{PERIOD}&{THAN}", None, READ),
    ("GET /api/counts/table", f"?region={{village}}&{PERIOD}", None, O403),
    ("GET /api/hotspots", f"?region={{village}}&{PERIOD}", None, O403),
    ("GET /api/counts/days", f"?grid={{grid}}&{PERIOD}", None, READ),
    ("GET /api/counts/kinds", f"?region={{village}}&{PERIOD}", None, READ),
    ("GET /api/counts/kinds", f"?grid={{grid}}&{PERIOD}", None, READ),
    ("GET /api/heat", f"?bbox={{box}}&cell=100&{PERIOD}", None, NONE),
    ("GET /api/heat", f"?region={{village}}&{PERIOD}", None, (403, 404, 404, 404)),
    ("GET /api/heat/points", f"?bbox={{box}}&{PERIOD}", None, (403, 403, 200, 200)),
    ("GET /api/heat/points", f"?region={{village}}&{PERIOD}", None, O403),
    ("GET /api/heat/tiles/{z}/{x}/{y}.png", f"/api/heat/tiles/14/12752/6990.png?{PERIOD}", None, NONE),
    ("GET /api/heat/picture.png", f"?region={{village}}&{PERIOD}", None, READ),
    ("GET /api/incidents/{incident_id}", "/api/incidents/{incident}", None, O403),
    ("GET /api/geocode", "?text=1号&within={village}", None, READ),
    ("GET /api/geocode", "?text={address}", None, NONE),
    ("POST /api/geocode", "", {"texts": ["1号"], "within": "{village}"}, READ),
    ("POST /api/geocode", "", {"texts": ["{address}"]}, NONE),
    ("GET /api/reverse", "?{at}", None, READ),
    ("POST /api/geocode/jobs", "?name=a.csv&within={village}", None, READ),
    ("GET /api/geocode/jobs/{table_id}", "/api/geocode/jobs/{table}", None, READ),
    ("GET /api/geocode/jobs/{table_id}/result", "/api/geocode/jobs/{table}/result", None, READ),
    ("DELETE /api/geocode/jobs/{table_id}", "/api/geocode/jobs/{table}", None, READ),
    ("POST /api/houses", "", {"address": "{address}", "building_id": "{building}"}, O403),
    ("POST /api/houses", "", {"address": "{address}", "village": "{village}"}, O403),
    ("GET /api/houses/{house_id}", "/api/houses/{house}", None, O403),
    ("POST /api/visits", "", VISIT, (403, 403, 403, 404)),
    ("POST /api/incidents", "", INCIDENT | {"house_id": "{house}"}, O403),
    ("POST /api/houses/{house_id}/households", "/api/houses/{house}/households", {"on": DAY}, PEOPLE),
    ("POST /api/households/{household_id}/persons", "/api/households/{household}/persons", PERSON, PEOPLE),
    (
        "POST /api/households/{household_id}/move",
        "/api/households/{household}/move",
        LEAVING | {"house_id": "{house}"},
        PEOPLE,
    ),
    ("POST /api/households/{household_id}/move-out", "/api/households/{household}/move-out", LEAVING, PEOPLE),
    (
        "POST /api/persons/{person_id}/move",
        "/api/persons/{person}/move",
        LEAVING | {"household_id": "{household}"},
        PEOPLE,
    ),
    ("POST /api/persons/{person_id}/move-out", "/api/persons/{person}/move-out", LEAVING, PEOPLE),
    ("GET /api/persons/{person_id}/stays", "/api/persons/{person}/stays", None, PEOPLE),
    ("GET /api/households/{household_id}/stays", "/api/households/{household}/stays", None, PEOPLE),
    ("GET /api/houses/{house_id}/stays", "/api/houses/{house}/stays", None, PEOPLE),
    ("GET /api/buildings/{building_id}", "/api/buildings/{building}", None, O403),
    ("GET /api/duplicates", "?region={village}", None, (403, 403, 200, 403)),
    ("GET /api/duplicates/counts", "?region={village}", None, (403, 403, 200, 403)),
    ("POST /api/duplicates/find", "", {"region": "{village}"}, PEOPLE),
    (
        "POST /api/duplicates/{duplicate_id}/merge",
        "/api/duplicates/{duplicate}/merge",
        {"keep": "{house}", "rev": 1},
        PEOPLE,
    ),
    ("POST /api/duplicates/{duplicate_id}/distinct", "/api/duplicates/{duplicate}/distinct", None, PEOPLE),
    ("POST /api/duplicates/{duplicate_id}/undo", "/api/duplicates/{duplicate}/undo", None, PEOPLE),
    ("GET /api/reviews", "?region={village}", None, (403, 200, 200, 403)),
    ("GET /api/reviews", "?grid={grid}&state=decided", None, (403, 200, 200, 403)),
    ("GET /api/reviews/counts", "?region={village}", None, (403, 200, 200, 403)),
    ("GET /api/reviews/{review_id}", "/api/reviews/{review}", None, REVIEW),
    ("POST /api/reviews/{review_id}/decide", "/api/reviews/{review}/decide", {"rev": 1, "reject": "other"}, REVIEW),
    ("POST /api/reviews/{review_id}/undo", "/api/reviews/{review}/undo", {"rev": 1}, REVIEW),
    ("GET /api/regions", "?code={village}", None, NONE),
    ("GET /api/regions", "?parent={village}", None, NONE),
    ("GET /api/regions", "?q={name}", None, NONE),
    ("GET /api/regions", "?order=imbalance&code={village}", None, NONE),
    ("GET /api/imports", "?after={import_id}", None, (403, 200, 403, 403)),
    ("GET /api/imports/{import_id}", "/api/imports/{import_id}", None, P403),
    ("POST /api/imports/{import_id}/undo", "/api/imports/{import_id}/undo", None, P403),
    ("GET /api/jobs/{job_id}", "/api/jobs/{job}", None, P403),
    ("GET /api/jobs/{job_id}/faults", "/api/jobs/{job}/faults", None, P403),
    ("DELETE /api/tokens/{token_id}", "/api/tokens/{token}", None, (404, 404, 404, 404)),
]
FILTERS = {
    "region": "region={village}",
    "grid": "grid={grid}",
    "bbox": "bbox={box}",
    "near": "near={spot}&radius_m=50",
}
BY_PLACE = "GET /api/layers/{layer}/items"
TILES = {"GET /tiles/{layer}/{z}/{x}/{y}.mvt", "GET /tiles/{version}/{layer}/{z}/{x}/{y}.mvt"}
# Those that take no id of anything; what they list is looked at below.
WITHOUT_IDS = {
    "POST /api/login",
    "POST /api/logout",
    "GET /api/me",
    "POST /api/me/password",
    "GET /api/layers",
    "GET /tiles/style.json",
    "GET /tiles/{layer}.json",
    "GET /api/kinds",
    "POST /api/kinds/{of}",
    "PUT /api/kinds/{of}/{code}",
    "DELETE /api/kinds/{of}/{code}",
    "GET /api/me/grids",
    "GET /api/live",
    "GET /api/exports",
    "GET /api/imports/kinds",
    "POST /api/imports/{kind}",
    "POST /api/imports/{kind}/proposal",
    "GET /api/tokens",
}
LISTED = [
    "/api/me",
    "/api/me/grids",
    "/api/tokens",
    "/api/live?once=true",
    "/api/exports",
    "/api/imports",
    "/api/duplicates",
    "/api/duplicates/counts",
    "/api/reviews",
    "/api/reviews/counts",
    "/api/regions",
    "/api/regions?q=村",
    "/api/regions?order=imbalance",
    "/tiles/style.json",
    *(f"/tiles/{layer}.json" for layer in CATALOG),
    f"/api/counts?by=village&{PERIOD}",
    f"/api/counts?by=grid&{PERIOD}",
    f"/api/counts/change?by=grid&{PERIOD}&{THAN}",
    "/api/geocode?text=9号",
    *(f"/api/layers/{layer}/items?limit=1000" for layer in LISTS),
    *(f"/api/layers/{layer}/items?f=csv" for layer in LISTS),
]


@pytest.fixture(scope="module")
def things(town):
    """One thing of each kind in each of the three villages, by village; every village has grids in force."""
    with town.write(Scope.everything()) as session:
        found_far_county(session)
        for login, (role, region) in MORE_ACCOUNTS.items():
            accounts.add(session, login, login, role, region, PASSWORD)
        logins = {row.login: row.id for row in session.scalars(select(Account))}
    for village in (EAST, FAR):
        put_into_force(town, village)
    with town.write(Scope.everything()) as session:
        for login, village in (("east-field", EAST), ("far-field", FAR)):
            session.add(Duty(id=uuid.uuid4(), account_id=logins[login], grid_no=int(f"{village}001"), status="active"))
    return {village: settle(town, village, logins[OWNERS[village]]) for village in PLACES}


def found_far_county(session):
    """A second county with one village, right beside the town."""
    levels = {FAR_COUNTY: (3, "5329", None), "532902001": (4, FAR_COUNTY, None), FAR: (5, "532902001", PLACES[FAR])}
    rows = [
        {
            "code": code,
            "name": f"远{level}",
            "level": level,
            "parent_code": parent,
            "geom": None if sides is None else square(*sides),
            "source": "test",
        }
        for code, (level, parent, sides) in levels.items()
    ]
    with begin(session, "test", "far") as log:
        log.copy("region", pd.DataFrame(rows))
    buildings(session, lattice(2, *PLACES[FAR]), first=500)


def put_into_force(town, village):
    with town.write(Scope.everything()) as session:
        plan = plans.divide_village(session, village, Target(load=8, band=(6, 10), tolerance=0.2))
        plan = plans.submit(session, plan.id, plan.rev)
        publish(session, plan.id, plan.rev)


def settle(town, village, account_id):
    """One thing of each kind in a village, made by an account."""
    grid, number = f"{village}001", list(PLACES).index(village)
    west, east = PLACES[village]
    spot = shapely.Point((west + east) / 2, (BOTTOM + TOP) / 2)
    placed = {"grid_no": int(grid), "point": from_shape(spot, 4326), "level": "house", "source": "made"}
    with town.write(Scope.everything(), account_id) as session:
        with begin(session, "house", f"{village}.csv", region_code=village) as log:
            pass
        [building] = buildings(session, [spot], first=900 + number)
        house = House(address=f"{STREETS[village]}9号", building_id=uuid.UUID(building), **placed)
        session.add(house)
        happened = {"kind": "noise", "text": "吵", "occurred_at": NOW, "handled_grid_no": int(grid)}
        incident = Incident(**happened, **placed)
        session.add(incident)
        session.flush()
        visit = Visit(id=uuid.uuid4(), house_id=house.id, grid_no=int(grid), visited_at=NOW, outcome="met")
        session.add(visit)
        household = Household(id=uuid.uuid4(), house_id=house.id, grid_no=int(grid))
        twin = House(address=f"{STREETS[village]}9号", **placed)
        session.add_all([household, twin])
        session.flush()
        person = Person(household_id=household.id, grid_no=int(grid), name="张三", residence="registered")
        twice = Duplicate(register="house", kept_id=house.id, other_id=twin.id, grid_no=int(grid), why=["address"])
        session.add_all([person, twice])
        session.flush()
        waiting = Review(register="house", row_id=house.id, text="吵", grid_no=int(grid), level="street")
        session.add(waiting)
        plan = plans.divide_village(session, village, Target(load=8, band=(6, 10), tolerance=0.2))
        token = tokens.make(session, account_id, village, ["grid:read"], 1, allowed=["grid:read"]).token
        name = session.scalars(select(Region.name).where(Region.code == village)).one()
        ids = {
            "plan": plan.id,
            "house": house.id,
            "incident": incident.id,
            "visit": visit.id,
            "review": waiting.id,
            "household": household.id,
            "person": person.id,
            "duplicate": twice.id,
            "token": token.id,
        }
    job = job_rows.open_job(town, "house", account_id, village, {"name": f"{village}.csv", "dry_run": True})
    request = {"name": f"{village}.csv", "scope": Scope.of_region(village).params()}
    table = job_rows.open_job(town, "geocode", account_id, village, request)
    export = job_rows.open_job(town, "export", account_id, village, request | {"layer": "grid", "f": "csv"})
    return Things(
        village=village,
        grid=grid,
        name=name,
        street=STREETS[village],
        address=f"{STREETS[village]}9号",
        spot=f"{spot.x},{spot.y}",
        at=f"lon={spot.x}&lat={spot.y}",
        box=f"{west + 0.001},{BOTTOM},{east - 0.001},{TOP}",
        building=building,
        import_id=str(log.id),
        job=str(job),
        table=str(table),
        export=str(export),
        **{kind: str(value) for kind, value in ids.items()},
    )


def ask(browser, route, path, body, things):
    """The answer to a request for these things, with their ids taken out of it."""
    method, template = route.split(" ")
    path = (path if path.startswith("/") else template + path).format(**vars(things))
    told = None if body is None else json.loads(replaced(json.dumps(body, ensure_ascii=False), things))
    answer = browser.ask(method, path, told)
    text = answer.text
    for name, value in sorted(vars(things).items(), key=lambda pair: -len(pair[1])):
        text = text.replace(value, f"<{name}>")
    return answer.status_code, answer.headers.get("content-type"), text


def replaced(text, things):
    for name, value in vars(things).items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.mark.parametrize(("route", "path", "body", "statuses"), ASKED)
@pytest.mark.parametrize("login_name", CALLERS)
def test_what_is_foreign_answers_as_what_is_not_there(login, things, login_name, route, path, body, statuses):
    browser = login(login_name)
    unknown = ask(browser, route, path, body, UNKNOWN)
    assert unknown[0] == statuses[ROLES.index(ROLE[login_name])]
    for village in CALLERS[login_name]:
        assert ask(browser, route, path, body, things[village]) == unknown


@pytest.mark.parametrize("login_name", CALLERS)
def test_no_token_is_made_for_a_foreign_region(login, things, login_name):
    # The region of an account bounds its tokens: a field worker's is the whole county.
    unknown = ask(login(login_name), "POST /api/tokens", "", TOKEN, UNKNOWN)
    assert unknown[0] == 422
    assert ask(login(login_name), "POST /api/tokens", "", TOKEN, things[FAR]) == unknown


@pytest.mark.parametrize("layer", LISTS)
@pytest.mark.parametrize("login_name", CALLERS)
def test_a_layer_has_nothing_of_a_foreign_place(login, things, login_name, layer):
    browser = login(login_name)
    filters = {
        "region": "region={village}",
        "grid": "grid={grid}",
        "bbox": "bbox={box}",
        "near": "near={spot}&radius_m=50",
    }
    for name in sorted(LISTS[layer].filters & set(filters)):
        path = f"/api/layers/{layer}/items?{filters[name]}"
        unknown = ask(browser, BY_PLACE, path, None, UNKNOWN)
        assert unknown[0] in (403, 404) or json.loads(unknown[2])["items"] == []
        for village in CALLERS[login_name]:
            assert ask(browser, BY_PLACE, path, None, things[village]) == unknown, path


@pytest.mark.parametrize("layer", CATALOG)
@pytest.mark.parametrize("login_name", CALLERS)
def test_a_tile_has_nothing_of_a_foreign_place(login, things, login_name, layer):
    for village in CALLERS[login_name]:
        answer = login(login_name).get(tile_of(layer, things[village].spot), accept_encoding="identity")
        assert answer.status_code in (200, 204, 403)
        assert marks_in(answer.content, things[village]) == []
        if CATALOG[layer].is_published:
            told = login(login_name).get(f"/tiles/{layer}.json").json()
            address = tile_of(layer, things[village].spot).replace("/tiles/", f"/tiles/{told.get('data_version')}/")
            assert marks_in(login(login_name).get(address).content, things[village]) == []


@pytest.mark.parametrize("path", LISTED)
@pytest.mark.parametrize("login_name", CALLERS)
def test_no_list_has_anything_foreign(login, things, login_name, path):
    answer = login(login_name).get(path)
    assert answer.status_code in (200, 403)
    for village in CALLERS[login_name]:
        assert marks_in(answer.content, things[village]) == []


def test_whoever_may_see_these_things_finds_them(login, things):
    # Otherwise the tests above would find nothing because they do not know how to look.
    far, own = login("far"), things[FAR]
    pages = [
        *(login("far-officer").get(f"/api/layers/{layer}/items?limit=1000") for layer in LISTS),
        *(login("far-officer").get(f"/api/{path}") for path in ("reviews", "duplicates")),
        *(far.get(path) for path in ("/api/regions?q=远", "/api/imports", "/api/tokens", f"/api/plans?village={FAR}")),
        far.get(f"/api/jobs/{own.job}"),
        far.get(f"/api/geocode/jobs/{own.table}"),
        far.get("/api/exports"),
    ]
    assert {mark for page in pages for mark in marks_in(page.content, own)} == set(own.marks())
    assert marks_in(login("far-officer").get(tile_of("incident", own.spot)).content, own) != []


def test_anothers_job_and_token_are_not_there_though_their_region_is_ones_own(login, things):
    planner = login("planner")
    for route, path in (
        ("GET /api/jobs/{job_id}", "/api/jobs/{job}"),
        ("GET /api/jobs/{job_id}/faults", "/api/jobs/{job}/faults"),
        ("GET /api/geocode/jobs/{table_id}", "/api/geocode/jobs/{table}"),
        ("DELETE /api/geocode/jobs/{table_id}", "/api/geocode/jobs/{table}"),
        ("DELETE /api/tokens/{token_id}", "/api/tokens/{token}"),
    ):
        unknown = ask(planner, route, path, None, UNKNOWN)
        assert unknown[0] == 404
        assert ask(planner, route, path, None, things[EAST]) == unknown


def test_a_house_of_another_grid_is_not_there_for_a_field_worker(login, things):
    # Both stand in villages of the officer's county.
    assert login("officer").get(f"/api/houses/{things[EAST].house}").status_code == 200
    assert login("field").get(f"/api/houses/{things[EAST].house}").status_code == 404
    assert login("field").get(f"/api/houses/{things[WEST].house}").status_code == 200


@pytest.mark.parametrize(("route", "path", "body"), [row[:3] for row in ASKED])
def test_without_a_session_nothing_is_told(nobody, things, route, path, body):
    unknown = ask(nobody, route, path, body, UNKNOWN)
    assert unknown[0] == 401
    assert ask(nobody, route, path, body, things[WEST]) == unknown


def test_every_route_is_swept(server):
    operations = {
        f"{method.upper()} {template}"
        for template, methods in server.app.openapi()["paths"].items()
        for method in methods
        if template.startswith(("/api/", "/tiles/"))
    }
    assert operations == {row[0] for row in ASKED} | {BY_PLACE, *TILES, "POST /api/tokens"} | WITHOUT_IDS


def tile_of(layer, spot):
    """The address of the smallest tile that the layer has of a place."""
    lon, lat = map(float, spot.split(","))
    zoom = CATALOG[layer].max_zoom
    across = 2**zoom
    x = int((lon + 180) / 360 * across)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * across)
    return f"/tiles/{layer}/{zoom}/{x}/{y}.mvt"


def marks_in(content, things):
    return [mark for mark in things.marks() if mark.encode() in content]
