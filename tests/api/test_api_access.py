"""Who may do what: every route and every role, the token of a page, and the scope."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from town import EAST, LEFT, TOP, WEST

from spatial_api import routes
from spatial_api.access import CAPABILITIES, may

ROUTES = Path(routes.__file__).parent
ROLES = ("administrator", "planner", "officer", "field")
PERIOD = "from=2026-01-01&to=2026-02-01"
THAN = "than_from=2025-01-01&than_to=2026-01-01"
PLACE = f"{LEFT + 0.001},{TOP - 0.001}"
BOX = "100,25,101,26"
NO_PLAN = uuid.UUID(int=0)
TARGET = {"village": EAST, "load": 8, "band": [6, 10], "tolerance": 0.2}
HOUSE = {"address": "东村9号", "point": [100.23, 25.51], "crs": "wgs84"}
LONG_AGO = "2026-01-01T09:00:00+08:00"
VISIT = {"id": str(uuid.UUID(int=1)), "house_id": str(NO_PLAN), "visited_at": LONG_AGO, "outcome": "met"}
INCIDENT = {"id": str(uuid.UUID(int=1)), "kind": "noise", "text": "吵闹", "occurred_at": LONG_AGO, "address": "东村9号"}
PERSON = {"on": "2026-01-01", "name": "张三", "residence": "registered"}
LEAVING = {"rev": 1, "on": "2026-01-02"}

# method, path, body, and the status for administrator, planner, officer, field; 404 is: allowed, but not there.
MATRIX = [
    ("GET", "/api/me", None, (200, 200, 200, 200)),
    ("GET", "/api/layers", None, (200, 200, 200, 200)),
    ("POST", "/api/me/password", {"current": "wrong", "new": "short"}, (422, 422, 422, 422)),
    ("GET", "/api/tokens", None, (200, 200, 200, 200)),
    ("POST", "/api/tokens", {"name": "x", "capabilities": ["grid:read"], "days": 1}, (422, 201, 201, 201)),
    ("DELETE", f"/api/tokens/{NO_PLAN}", None, (404, 404, 404, 404)),
    ("GET", "/api/imports/kinds", None, (403, 200, 403, 403)),
    ("GET", "/api/imports", None, (403, 200, 403, 403)),
    ("GET", f"/api/imports/{NO_PLAN}", None, (403, 404, 403, 403)),
    ("POST", f"/api/imports/{NO_PLAN}/undo", None, (403, 404, 403, 403)),
    ("POST", "/api/imports/duty?name=a.csv&level=1", None, (403, 422, 403, 403)),
    ("POST", "/api/imports/duty/proposal?name=a.csv&level=1", None, (403, 422, 403, 403)),
    ("GET", f"/api/jobs/{NO_PLAN}", None, (403, 404, 403, 403)),
    ("GET", f"/api/jobs/{NO_PLAN}/faults", None, (403, 404, 403, 403)),
    ("GET", "/api/reviews", None, (403, 200, 200, 403)),
    ("GET", "/api/reviews/counts", None, (403, 200, 200, 403)),
    ("GET", f"/api/reviews/{NO_PLAN}", None, (403, 404, 404, 403)),
    ("POST", f"/api/reviews/{NO_PLAN}/decide", {"rev": 1, "pick": 0}, (403, 404, 404, 403)),
    ("POST", f"/api/reviews/{NO_PLAN}/undo", {"rev": 1}, (403, 404, 404, 403)),
    ("GET", "/api/kinds?of=incident", None, (200, 200, 200, 200)),
    ("POST", "/api/kinds/place", {"code": "X", "name_zh": "甲", "name_en": "A"}, (422, 422, 403, 403)),
    ("PUT", "/api/kinds/place/none", {"name_zh": "甲", "name_en": "A"}, (404, 404, 403, 403)),
    ("DELETE", "/api/kinds/place/none", None, (404, 404, 403, 403)),
    ("POST", f"/api/houses/{NO_PLAN}/households", {"on": "2026-01-01"}, (403, 403, 404, 403)),
    ("POST", f"/api/households/{NO_PLAN}/persons", PERSON, (403, 403, 404, 403)),
    ("POST", f"/api/households/{NO_PLAN}/move", LEAVING | {"house_id": str(NO_PLAN)}, (403, 403, 404, 403)),
    ("POST", f"/api/households/{NO_PLAN}/move-out", LEAVING, (403, 403, 404, 403)),
    ("POST", f"/api/persons/{NO_PLAN}/move", LEAVING | {"household_id": str(NO_PLAN)}, (403, 403, 404, 403)),
    ("POST", f"/api/persons/{NO_PLAN}/move-out", LEAVING, (403, 403, 404, 403)),
    ("GET", f"/api/persons/{NO_PLAN}/stays", None, (403, 403, 404, 403)),
    ("GET", f"/api/households/{NO_PLAN}/stays", None, (403, 403, 404, 403)),
    ("GET", f"/api/houses/{NO_PLAN}/stays?on=2026-01-01", None, (403, 403, 404, 403)),
    ("GET", f"/api/buildings/{NO_PLAN}", None, (403, 403, 404, 404)),
    ("GET", "/api/duplicates", None, (403, 403, 200, 403)),
    ("GET", "/api/duplicates/counts", None, (403, 403, 200, 403)),
    ("POST", "/api/duplicates/find", {}, (403, 403, 200, 403)),
    ("POST", f"/api/duplicates/{NO_PLAN}/merge", {"keep": str(NO_PLAN), "rev": 1}, (403, 403, 404, 403)),
    ("POST", f"/api/duplicates/{NO_PLAN}/distinct", None, (403, 403, 404, 403)),
    ("POST", f"/api/duplicates/{NO_PLAN}/undo", None, (403, 403, 404, 403)),
    ("GET", "/api/regions", None, (403, 200, 200, 200)),
    ("GET", f"/api/plans?village={WEST}", None, (403, 200, 403, 403)),
    ("POST", "/api/plans", TARGET, (403, 201, 403, 403)),
    ("GET", f"/api/plans/{NO_PLAN}", None, (403, 404, 403, 403)),
    ("DELETE", f"/api/plans/{NO_PLAN}?rev=1", None, (403, 404, 403, 403)),
    ("POST", f"/api/plans/{NO_PLAN}/submit", {"rev": 1}, (403, 404, 403, 403)),
    ("POST", f"/api/plans/{NO_PLAN}/publish", {"rev": 1}, (403, 404, 403, 403)),
    ("GET", f"/api/grids?village={WEST}", None, (403, 200, 200, 200)),
    ("GET", f"/api/grids?at={PLACE}", None, (403, 200, 200, 200)),
    ("GET", f"/api/here?lon={LEFT + 0.001}&lat={TOP - 0.001}", None, (403, 200, 200, 200)),
    ("GET", f"/api/near?what=place&lon={LEFT + 0.001}&lat={TOP - 0.001}", None, (403, 200, 200, 200)),
    ("GET", f"/api/near?what=house&lon={LEFT + 0.001}&lat={TOP - 0.001}", None, (403, 403, 200, 200)),
    ("GET", f"/api/facilities?village={WEST}", None, (403, 200, 200, 200)),
    ("GET", f"/api/counts?by=grid&region={WEST}&{PERIOD}", None, (403, 200, 200, 200)),
    ("GET", f"/api/counts/days?region={WEST}&{PERIOD}", None, (403, 200, 200, 200)),
    ("GET", f"/api/counts/kinds?region={WEST}&{PERIOD}", None, (403, 200, 200, 200)),
    ("GET", f"/api/counts/change?by=grid&region={WEST}&{PERIOD}&{THAN}", None, (403, 200, 200, 200)),
    ("GET", f"/api/counts/table?region={WEST}&{PERIOD}", None, (403, 403, 200, 200)),
    # Two villages have too few grids to tell spots among.
    ("GET", f"/api/hotspots?region={WEST}&{PERIOD}", None, (403, 403, 422, 422)),
    ("GET", f"/api/heat?bbox={BOX}&{PERIOD}&cell=1000", None, (403, 200, 200, 200)),
    ("GET", f"/api/heat/points?bbox={BOX}&{PERIOD}", None, (403, 403, 200, 200)),
    ("GET", f"/api/heat/tiles/14/12752/6990.png?{PERIOD}", None, (403, 200, 200, 200)),
    ("GET", f"/api/heat/picture.png?region={WEST}&{PERIOD}", None, (403, 200, 200, 200)),
    ("GET", f"/api/incidents/{NO_PLAN}", None, (403, 403, 404, 404)),
    ("GET", "/api/layers/village/items", None, (403, 200, 200, 200)),
    ("GET", "/api/layers/grid/items", None, (403, 200, 200, 200)),
    ("GET", "/api/layers/house/items", None, (403, 403, 200, 200)),
    ("GET", "/api/layers/incident/items", None, (403, 403, 200, 200)),
    ("GET", "/api/layers/visit/items", None, (403, 403, 200, 200)),
    ("GET", "/api/layers/household/items", None, (403, 403, 200, 403)),
    ("GET", "/api/layers/person/items", None, (403, 403, 200, 403)),
    ("GET", "/api/layers/duty/items", None, (200, 200, 403, 403)),
    ("GET", "/api/layers/grid/items?f=csv", None, (403, 200, 200, 403)),
    ("POST", "/api/exports?layer=grid&f=csv", None, (403, 202, 202, 403)),
    ("GET", "/api/exports", None, (403, 200, 200, 403)),
    ("GET", f"/api/exports/{NO_PLAN}", None, (403, 404, 404, 403)),
    ("GET", f"/api/exports/{NO_PLAN}/file", None, (403, 404, 404, 403)),
    ("DELETE", f"/api/exports/{NO_PLAN}", None, (403, 404, 404, 403)),
    ("GET", "/api/live?once=true", None, (200, 200, 200, 200)),
    ("GET", f"/api/pack/{WEST}999", None, (403, 403, 404, 404)),
    ("GET", "/api/geocode?text=东村1号", None, (403, 200, 200, 200)),
    ("POST", "/api/geocode", {"texts": ["东村1号"]}, (403, 200, 200, 200)),
    ("GET", f"/api/reverse?lon={LEFT + 0.001}&lat={TOP - 0.001}", None, (403, 200, 200, 200)),
    ("POST", "/api/geocode/jobs?name=a.csv&crs=mars", None, (403, 422, 422, 422)),
    ("GET", f"/api/geocode/jobs/{NO_PLAN}", None, (403, 404, 404, 404)),
    ("GET", f"/api/geocode/jobs/{NO_PLAN}/result", None, (403, 404, 404, 404)),
    ("DELETE", f"/api/geocode/jobs/{NO_PLAN}", None, (403, 404, 404, 404)),
    ("POST", "/api/houses", HOUSE, (403, 403, 201, 404)),
    ("GET", "/api/me/grids", None, (403, 403, 403, 200)),
    ("GET", f"/api/houses/{NO_PLAN}", None, (403, 403, 404, 404)),
    ("POST", "/api/visits", VISIT, (403, 403, 403, 404)),
    ("POST", "/api/incidents", INCIDENT, (403, 403, 422, 422)),
    ("GET", "/tiles/village/12/3188/1747.mvt", None, (403, 200, 200, 200)),
    ("GET", "/tiles/grid/12/3188/1747.mvt", None, (403, 200, 200, 200)),
    ("GET", "/tiles/building/14/12752/6990.mvt", None, (403, 200, 200, 200)),
    ("GET", "/tiles/house/15/25504/13980.mvt", None, (403, 403, 204, 204)),
    ("GET", "/tiles/incident/14/12752/6990.mvt", None, (403, 403, 200, 200)),
    ("GET", "/tiles/house/12/0/0.mvt", None, (403, 403, 204, 204)),
    ("GET", "/tiles/building/12/3188/1747.mvt", None, (403, 200, 200, 200)),
    ("GET", "/tiles/incident/12/3188/1747.mvt", None, (403, 403, 200, 200)),
    ("GET", "/tiles/plan/12/0/0.mvt", None, (403, 204, 403, 403)),
    ("GET", "/tiles/duty/12/3188/1747.mvt", None, (200, 200, 403, 403)),
    ("GET", "/tiles/0123456789abcdef/grid/12/3188/1747.mvt", None, (403, 307, 307, 307)),
    ("GET", "/tiles/grid.json", None, (403, 200, 200, 200)),
    ("GET", "/tiles/house.json", None, (403, 403, 200, 200)),
    ("GET", "/tiles/style.json", None, (200, 200, 200, 200)),
]
ASKED = [row[:3] for row in MATRIX]
# page, and who is let in; everybody else is led to their own first page.
PAGES = [
    ("/planner", ("planner",)),
    ("/officer", ("planner", "officer")),
    ("/field", ("field",)),
    ("/imports", ("planner",)),
    ("/review", ("planner", "officer")),
    ("/duplicates", ("officer",)),
    ("/moves", ("officer",)),
    ("/account", ROLES),
]
FIRST = {"administrator": "/account", "planner": "/planner", "officer": "/officer", "field": "/field"}
OPEN = {"/", "/login", "/static/{version}/{name}", "/problems/{slug}", "/health", "/ready", "/api/login"}
OPEN |= {page for page, _ in PAGES}


def _template_matches(template, path):
    parts, given = template.split("/"), path.partition("?")[0].split("/")
    return len(parts) == len(given) and all(
        part == word or "{" in part for part, word in zip(parts, given, strict=True)
    )


@pytest.mark.parametrize(("method", "path", "body", "statuses"), MATRIX)
def test_every_role_gets_what_the_table_says(login, method, path, body, statuses):
    found = tuple(login(role).ask(method, path, body).status_code for role in ROLES)
    assert found == statuses


@pytest.mark.parametrize(("page", "roles"), PAGES)
def test_a_page_lets_in_whom_it_is_for_and_leads_others_to_theirs(login, nobody, page, roles):
    for role in ROLES:
        answer = login(role).get(page)
        assert (answer.status_code, answer.headers.get("location")) == ((200, None) if role in roles else (302, "/"))
    answer = nobody.get(page)
    assert (answer.status_code, answer.headers["location"]) == (302, "/login")


@pytest.mark.parametrize(("role", "page"), FIRST.items())
def test_the_front_door_leads_to_the_page_of_the_role(login, role, page):
    answer = login(role).get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, page)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(asked[:2]))
def test_without_a_session_everything_is_401(nobody, asked):
    answer = nobody.ask(*asked)
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/no-session"


def test_the_table_knows_every_route(server):
    asked = [asked[:2] for asked in ASKED] + [("POST", "/api/logout")]
    untried = [
        f"{method.upper()} {template}"
        for template, operations in server.app.openapi()["paths"].items()
        for method in operations
        if template not in OPEN
        and not any(method.upper() == tried and _template_matches(template, path) for tried, path in asked)
    ]
    assert untried == []


@pytest.mark.parametrize("asked", [asked for asked in ASKED if asked[0] == "POST"], ids=lambda asked: asked[1])
@pytest.mark.parametrize("token", ["", "wrong", "甲"])
def test_a_change_without_the_pages_token_is_refused(login, asked, token):
    answer = login("planner").ask(*asked, x_csrf_token=token.encode())
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/foreign-request"


def test_one_sessions_token_does_not_serve_another(new_session):
    first, second = new_session("planner"), new_session("planner")
    answer = first.post("/api/plans", TARGET, x_csrf_token=second.csrf)
    assert answer.json()["type"] == "/problems/foreign-request"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:81", "http://localhost.evil.example"]
)
def test_a_change_asked_for_by_another_site_is_refused(login, nobody, origin):
    assert login("planner").post("/api/plans", TARGET, origin=origin).status_code == 403
    answer = nobody.post("/api/login", {"login": "planner", "password": "whatever it is"}, origin=origin)
    assert answer.json()["type"] == "/problems/foreign-request"


def test_our_own_origin_is_taken(login):
    assert (
        login("planner").post(f"/api/plans/{NO_PLAN}/submit", {"rev": 1}, origin="http://localhost").status_code == 404
    )


def test_reading_needs_no_token_and_minds_no_origin(login):
    assert login("planner").get("/api/me", origin="https://evil.example").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.2", "[::2]", "["])
def test_a_foreign_host_name_is_refused(nobody, host):
    answer = nobody.get("/health", host=host)
    assert answer.status_code == 421
    assert answer.json()["type"] == "/problems/unknown-host"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "[::1]"])
def test_the_machines_own_names_are_taken(nobody, host):
    assert nobody.get("/health", host=host).status_code == 200


def test_routes_ask_what_the_caller_holds_not_what_the_role_may():
    # A token holds less than its owner's role: who asks `may` forgets the token.
    asking = {path.name for path in ROUTES.glob("*.py") if re.search(r"\bmay\(", path.read_text("utf-8"))}
    # What a new token could be given is the role's; pages are for sessions, which a token never is.
    assert asking == {"tokens.py", "pages.py"}


def test_capabilities_are_those_of_the_roles():
    assert may("administrator") == {"account:manage", "kind:manage"}
    assert may("nobody") == frozenset()
    assert "case:open" not in may("planner")
    assert {"plan:publish", "plan:submit", "plan:divide"} <= may("planner")
    assert not any("plan:publish" in may(role) for role in ("officer", "field", "administrator"))
    assert sorted(CAPABILITIES) == sorted(ROLES)


@pytest.mark.parametrize(
    "path",
    [
        f"/api/plans?village={WEST}",
        f"/api/grids?village={WEST}",
        f"/api/facilities?village={WEST}",
        f"/api/counts?by=grid&region={WEST}&{PERIOD}",
    ],
)
def test_what_lies_outside_the_scope_does_not_exist(login, path):
    inside = path.replace(WEST, EAST)
    assert login("east").get(inside).status_code == 200
    answer = login("east").get(path)
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-found"


def test_a_foreign_plan_does_not_exist(login):
    plan = login("planner").get(f"/api/plans?village={WEST}").json()["items"][0]
    for method, path, body in (
        ("GET", f"/api/plans/{plan['id']}", None),
        ("POST", f"/api/plans/{plan['id']}/submit", {"rev": plan["rev"]}),
        ("POST", f"/api/plans/{plan['id']}/publish", {"rev": plan["rev"]}),
    ):
        foreign = login("east").ask(method, path, body)
        unknown = login("east").ask(method, path.replace(plan["id"], str(NO_PLAN)), body)
        assert (foreign.status_code, unknown.status_code) == (404, 404)
        assert foreign.json()["title"] == unknown.json()["title"]


def test_a_foreign_village_cannot_be_divided(login):
    assert login("east").post("/api/plans", {**TARGET, "village": WEST}).status_code == 404


def test_foreign_regions_are_in_no_list(login):
    for query in (f"code={WEST}", "q=西村", f"parent={WEST}"):
        assert login("east").get(f"/api/regions?{query}").json()["items"] == []
    assert [row["code"] for row in login("east").get("/api/regions?q=东村").json()["items"]] == [EAST]


def test_a_foreign_place_is_in_no_grid(login):
    assert len(login("planner").get(f"/api/grids?at={PLACE}").json()["items"]) == 1
    assert login("east").get(f"/api/grids?at={PLACE}").json()["items"] == []


def test_a_field_worker_sees_their_own_grids_only(login):
    every = login("planner").get(f"/api/grids?village={WEST}").json()["items"]
    own = login("field").get(f"/api/grids?village={WEST}").json()["items"]
    assert len(every) > 1
    assert [grid["grid_no"] for grid in own] == [every[0]["grid_no"]]


def test_a_foreign_incident_is_in_no_tile(login):
    tile = "/tiles/incident/14/12752/6990.mvt"
    assert len(login("officer").get(tile).content) > 0
    assert login("east-officer").get(tile).status_code == 204
