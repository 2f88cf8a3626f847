"""Whatever is asked, of every route and as every role: no 5xx, and an answer as /openapi.json says it is."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
import shapely
from geoalchemy2.shape import from_shape
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from schemathesis.specs.openapi.adapter import responses
from sqlalchemy import select
from starlette.testclient import TestClient
from town import COUNTY, EAST, LEFT, TOP, WEST

from gridding import Target
from layers import plans
from layers.catalog import CATALOG
from layers.decisions import Reject, decide
from layers.listing import LISTS
from layers.models import (
    Building,
    Duplicate,
    House,
    Household,
    Incident,
    OrganisationKind,
    Person,
    Review,
)
from layers.scope import Scope
from spatial_api.access import TOKEN_CAPABILITIES, may
from spatial_api.app import create_app
from spatial_api.settings import Settings

PASSWORD = "correct horse battery"
NEW_ID = "6f1c2b7e-3b0a-4c55-9a51-0d8f4f1f2a10"
ROLES = ("administrator", "planner", "officer", "field")
DOCUMENT = create_app(Settings(database_url=None)).openapi()
OPERATIONS = {found.ok().label: found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()}
LEFT_OUT = {
    "POST /api/logout": "it would end the session that asks; test_api_session.py logs out",
    "GET /api/live": "it does not end; test_api_live.py reads it",
}
PLACES = {
    "layer": sorted({*CATALOG, *LISTS}),
    "z": [12, 14],
    "x": [3188, 12752],
    "y": [1747, 6990],
    "version": ["0123456789abcdef"],
    "village": [WEST, EAST],
    "region": [COUNTY, WEST],
    "code": [COUNTY, WEST],
    "parent": [COUNTY],
    "within": [COUNTY],
    "grid": [f"{WEST}001"],
    "grid_no": [f"{WEST}001"],
    "at": [f"{LEFT + 0.001},{TOP - 0.001}"],
    "near": [f"{LEFT + 0.001},{TOP - 0.001}"],
    "bbox": ["100.1,25.4,100.3,25.6"],
    "crs": ["wgs84", "gcj02", "EPSG:4490"],
    "text": ["西村1号"],
    "address": ["东村9号"],
    "point": [[LEFT + 0.001, TOP - 0.001]],
    "from": ["2026-01-01"],
    "to": ["2026-02-01"],
    "as_of": ["2026-01-01T00:00:00+08:00"],
    "kind": ["noise", "facility", "regions"],
    "rev": [1, 2],
}
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
# Each tries a password, which is slow on purpose: one who asks is enough.
COSTLY = ("POST /api/login", "POST /api/me/password")
# What a path cannot hold otherwise than as its whole: nothing in it is refused, so there is no bad example to make.
ANY_PATH = ("GET /static/{version}/{name}", "GET /problems/{slug}")
# What this small town refuses whoever asks rightly: spots are told among thirty grids or more; a version of tiles is
# known from TileJSON alone. Their good answers are tried in test_spots.py and test_api_tile_cache.py.
REFUSED_HERE = ("GET /api/hotspots", "GET /tiles/{version}/{layer}/{z}/{x}/{y}.mvt")

JOBS = {"POST /api/geocode/jobs": "/api/geocode/jobs", "POST /api/exports": "/api/exports"}
"""Where the jobs of an operation are, unless they are imports."""
ADDRESSES = "住址\n西村1号\n".encode()
PERIOD = {"from": "2026-01-01", "to": "2026-02-01"}
# What is usually asked of routes that do not answer to an empty query; in bodies what is known takes the place of "".
# A file is sent as it is.
USUAL = {
    "POST /api/login": {"body": {"login": "field", "password": PASSWORD}},
    "POST /api/me/password": {"body": {"current": PASSWORD, "new": PASSWORD}},
    "GET /api/kinds": {"query": {"of": "incident"}},
    "GET /api/plans": {"query": {"village": WEST}},
    "POST /api/plans": {"body": {"village": WEST, "load": 8, "band": [6, 10], "tolerance": 0.2}},
    "DELETE /api/plans/{plan_id}": {"query": {"rev": 1}},
    "POST /api/plans/{plan_id}/submit": {"body": {"rev": 1}},
    "POST /api/plans/{plan_id}/publish": {"body": {"rev": 2}},
    "GET /api/grids": {"query": {"village": WEST, "shapes": True}},
    "GET /api/here": {"query": {"lon": LEFT + 0.001, "lat": TOP - 0.001}},
    "GET /api/near": {"query": {"lon": LEFT + 0.001, "lat": TOP - 0.001, "what": "facility"}},
    "GET /api/facilities": {"query": {"village": WEST}},
    "GET /api/counts": {"query": {"by": "grid", **PERIOD}},
    "GET /api/counts/days": {"query": PERIOD},
    "GET /api/counts/kinds": {"query": PERIOD},
    "GET /api/counts/change": {"query": {"by": "grid", **PERIOD, "than_from": "2025-01-01", "than_to": "2026-01-01"}},
    "GET /api/counts/table": {"query": PERIOD},
    "GET /api/hotspots": {"query": PERIOD},
    "GET /api/heat": {"query": {"bbox": PLACES["bbox"][0], **PERIOD}},
    "GET /api/heat/points": {"query": {"bbox": PLACES["bbox"][0], **PERIOD}},
    "GET /api/heat/tiles/{z}/{x}/{y}.png": {"path": {"z": 14, "x": 12752, "y": 6990}, "query": PERIOD},
    "GET /api/heat/picture.png": {"query": {"region": WEST, **PERIOD}},
    "GET /api/geocode": {"query": {"text": "1号"}},
    "POST /api/geocode": {"body": {"texts": ["1号"]}},
    "GET /api/reverse": {"query": {"lon": LEFT + 0.001, "lat": TOP - 0.001}},
    "POST /api/exports": {"query": {"layer": "grid", "f": "csv"}},
    "POST /api/geocode/jobs": {"query": {"name": "a.csv"}, "file": ADDRESSES},
    "POST /api/houses": {"body": {"address": "", "point": "", "crs": ""}},
    "POST /api/visits": {"body": {"id": NEW_ID, "house_id": "", "visited_at": "", "outcome": "met"}},
    "POST /api/incidents": {
        "body": {"id": NEW_ID, "kind": "", "text": "吵", "occurred_at": "", "point": "", "crs": ""},
    },
    "POST /api/imports/{kind}": {"path": {"kind": "divisions"}, "query": {"name": "a.csv"}},
    "POST /api/kinds/{of}": {"body": {"code": "", "name_zh": "茶", "name_en": "Tea"}},
    "PUT /api/kinds/{of}/{code}": {"body": {"name_zh": "茶", "name_en": "Tea"}},
    "POST /api/houses/{house_id}/households": {"body": {"on": "2026-01-01"}},
    "POST /api/households/{household_id}/persons": {
        "body": {"on": "2026-01-01", "name": "张三", "residence": "registered"},
    },
    "POST /api/households/{household_id}/move": {"body": {"rev": 1, "on": "2026-01-01", "house_id": ""}},
    "POST /api/households/{household_id}/move-out": {"body": {"rev": 1, "on": "2026-01-01"}},
    "POST /api/persons/{person_id}/move": {"body": {"rev": 1, "on": "2026-01-01", "household_id": ""}},
    "POST /api/persons/{person_id}/move-out": {"body": {"rev": 1, "on": "2026-01-01"}},
    "POST /api/duplicates/{duplicate_id}/merge": {"body": {"keep": "", "rev": 1}},
    "POST /api/imports/{kind}/proposal": {"path": {"kind": "facility"}, "query": {"name": "a.csv"}, "file": ADDRESSES},
    "POST /api/reviews/{review_id}/decide": {"body": {"rev": 1, "reject": "other"}},
    "POST /api/reviews/{review_id}/undo": {"body": {"rev": 2}},
    "POST /api/tokens": {"body": {"name": "x", "capabilities": ["grid:read"], "days": 1}},
}


@dataclass(frozen=True)
class Asker:
    """Someone with a session or a token: the headers that say so."""

    client: TestClient
    headers: Mapping[str, str]

    def get(self, path):
        return self.client.get(path, headers=self.headers)

    def send(self, case):
        """The answer to a generated case, as it stands byte for byte."""
        asked = case.as_transport_kwargs(base_url="http://localhost")
        ready = requests.Request(**{name: value for name, value in asked.items() if name != "cookies"}).prepare()
        parts = urlsplit(ready.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"content-type": ready.headers["content-type"]} if "content-type" in ready.headers else {}
        return self.client.request(
            ready.method, target, content=ready.body, headers={**headers, **self.headers}, follow_redirects=False
        )


@pytest.fixture(scope="module", autouse=True)
def tuples_as_documented():
    """Schemathesis 4.32 rewrites the `prefixItems` of an answer as draft 7 has them, and then reads it as 2020-12."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(responses, "to_json_schema", partial(responses.to_json_schema, convert_prefix_items=False))
        yield


@pytest.fixture(scope="module")
def askers(login, server):
    """Everybody of every role, and a program with all that a planner's token can hold."""
    everybody = {role: login(role) for role in ROLES}
    held = sorted(may("planner") & TOKEN_CAPABILITIES)
    answer = everybody["planner"].post("/api/tokens", {"name": "all", "capabilities": held, "days": 1})
    told = {
        role: Asker(server, {"cookie": f"wangge_session={browser.token}", "x-csrf-token": browser.csrf})
        for role, browser in everybody.items()
    }
    return told | {"token": Asker(server, {"authorization": f"Bearer {answer.json()['secret']}"})}


@pytest.fixture(scope="module")
def known(town, login):
    """What is there, by the name of the parameter that can ask for it."""
    planner = login("planner")
    token = planner.post("/api/tokens", {"name": "one", "capabilities": ["grid:read"], "days": 1}).json()["token"]
    job = ended(planner, upload(planner))
    # In the grid of the field worker.
    house = {"address": "西村8号", "point": PLACES["point"][0], "crs": "wgs84"}
    house_id = login("officer").post("/api/houses", house).json()["id"]
    with town.write(Scope.everything()) as session:
        tables = {"incident_id": Incident, "building_id": Building}
        ids = {name: sorted(map(str, session.scalars(select(table.id).limit(3)))) for name, table in tables.items()}
    ids["house_id"] = [house_id]
    imports = {"import_id": [job["result"]["import_id"]], "job_id": [job["id"]], "token_id": [token["id"]]}
    lately = (datetime.now(UTC) - timedelta(days=2)).replace(microsecond=0).isoformat()
    return PLACES | ids | imports | {"visited_at": [lately], "occurred_at": [lately]}


@pytest.fixture
def here(known, town, login, label):
    """What is known, and for this operation alone what others would move, decide or delete."""
    names = {one.name for one in OPERATIONS[label].path_parameters}
    if "table_id" in names:
        return known | {"table_id": [located(login("planner"))]}
    if "plan_id" in names:
        return known | new_plan(town, handed_in=label.endswith("/publish"))
    if "export_id" in names:
        return known | {"export_id": [written(login("planner"))]}
    if "of" in names:
        return known | new_kind(town, there=label.startswith(("PUT", "DELETE")))
    if names & {"house_id", "household_id", "person_id", "duplicate_id", "review_id"}:
        return known | new_rows(town, decided=label.endswith("/undo"))
    return known


def new_plan(town, *, handed_in):
    """A plan of the east, alone there under way: one of the west would end the field worker's grid and duty."""
    with town.write(Scope.everything()) as session:
        for plan in plans.of_village(session, EAST):
            if plan.status in ("draft", "in_review"):
                plans.discard(session, plan.id, plan.rev)
        plan = plans.divide_village(session, EAST, Target(load=8, band=(6, 10), tolerance=0.2))
        if handed_in:
            plans.submit(session, plan.id, plan.rev)
        return {"plan_id": [str(plan.id)]}


def new_kind(town, *, there):
    """A kind that is there, or the code of one that is not."""
    code = f"tea_{uuid.uuid4().hex[:6]}"
    if there:
        with town.write(Scope.everything()) as session:
            session.add(OrganisationKind(code=code, name_zh="茶", name_en="Tea"))
    return {"of": ["organisation"], "code": [code]}


def new_rows(town, *, decided):
    """Two houses with a household each, one person, and what is offered and waits about them, or is decided."""
    point = from_shape(shapely.Point(PLACES["point"][0]), 4326)
    placed = {"grid_no": int(f"{WEST}001"), "level": "street", "source": "made"}
    with town.write(Scope.everything()) as session:
        houses = [House(address=f"西村{uuid.uuid4().hex[:6]}号", point=point, **placed) for _ in range(2)]
        session.add_all(houses)
        session.flush()
        moved_in = {"grid_no": placed["grid_no"], "moved_in_on": date(2025, 1, 1)}
        homes = [Household(id=uuid.uuid4(), house_id=house.id, **moved_in) for house in houses]
        session.add_all(homes)
        session.flush()
        person = Person(household_id=homes[1].id, name="张三", residence="registered", **moved_in)
        pair = {"register": "house", "kept_id": houses[0].id, "other_id": houses[1].id, "why": ["address"]}
        status = "distinct" if decided else "open"
        offer = Duplicate(status=status, grid_no=placed["grid_no"], **pair)
        about = {"register": "house", "row_id": houses[0].id, "text": houses[0].address}
        entry = Review(grid_no=placed["grid_no"], level="street", **about)
        session.add_all([person, offer, entry])
        session.flush()
        if decided:
            decide(session, entry.id, 1, Reject("other"), ["house"])
        ids = {"household_id": homes[0], "person_id": person, "duplicate_id": offer, "review_id": entry}
        # The household can move to the house of the person, the person into the household.
        ids |= {"house_id": houses[1], "keep": houses[0]}
        return {name: [str(row.id)] for name, row in ids.items()}


def located(browser):
    """A table of addresses of the caller's that is located."""
    job = ended(browser, sent_by(browser, "/api/geocode/jobs?name=a.csv", ADDRESSES), "/api/geocode/jobs")
    assert job["status"] == "done", job
    return job["id"]


def written(browser):
    """A file of the caller's that is written; what was written before is deleted, since an account keeps ten."""
    headers = {"cookie": f"wangge_session={browser.token}", "x-csrf-token": browser.csrf}
    for kept in browser.get("/api/exports").json()["items"]:
        browser.client.request("DELETE", f"/api/exports/{kept['id']}", headers=headers)
    answer = browser.client.post("/api/exports?layer=grid&f=csv", headers=headers)
    job = ended(browser, answer.json()["job"]["id"], "/api/exports")
    assert job["status"] == "done", job
    return job["id"]


def upload(browser):
    """The job that brings one more village in."""
    content = "level,code,name,parent_code\n5,532901001003,南村,532901001\n".encode()
    return sent_by(browser, "/api/imports/divisions?name=a.csv", content)


def sent_by(browser, path, content):
    """The id of the job that a file begins."""
    headers = {"cookie": f"wangge_session={browser.token}", "x-csrf-token": browser.csrf}
    answer = browser.client.post(path, content=content, headers=headers)
    assert answer.status_code == 202, answer.text
    return answer.json()["job"]["id"]


def ended(asker, job_id, jobs="/api/jobs"):
    """A job when it has ended, asked for by who began it."""
    for _ in range(600):
        answer = asker.get(f"{jobs}/{job_id}")
        assert answer.status_code == 200, answer.text
        job = answer.json()
        if job["status"] in ("done", "failed"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"the job does not end: {job}")


def cases(operation, known):
    """Examples of an operation: what its document allows, the same of things that are there, and what it forbids."""
    allowed = operation.as_strategy(GenerationMode.POSITIVE)
    choices = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in known.items()})
    strategies = [allowed, st.builds(of_what_is_there, allowed, choices)]
    takes = [*operation.path_parameters, *operation.query, *operation.body]
    if takes and operation.label not in ANY_PATH:
        strategies.append(operation.as_strategy(GenerationMode.NEGATIVE))
    return st.one_of(strategies)


def usual(operation, known):
    """The example that somebody gets a good answer to."""
    asked = USUAL.get(operation.label, {})
    there = asked.get("path", {})
    path = {
        one.name: there[one.name] if one.name in there else known.get(one.name, ["x"])[0]
        for one in operation.path_parameters
    }
    body = {name: value if value != "" else known[name][0] for name, value in asked.get("body", {}).items()}
    sent = {"body": body, "media_type": "application/json"} if body else {}
    if "file" in asked:
        sent = {"body": asked["file"], "media_type": "application/octet-stream"}
    return operation.Case(path_parameters=path, query=asked.get("query", {}), **sent)


def of_what_is_there(case, chosen):
    """A case that asks for things that are there, wherever its parameters bear their names."""
    for given_values in (case.path_parameters, case.query, case.body):
        if isinstance(given_values, dict):
            given_values.update({name: chosen[name] for name in given_values if name in chosen})
    return case


def try_out(operation, askers, known, max_examples):
    """Send examples of one operation as everybody, and look at every answer."""
    asking = [askers["planner"]] if operation.label in COSTLY else list(askers.values())

    statuses = set()

    @settings(
        max_examples=max_examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @example(usual(operation, known))
    @given(cases(operation, known))
    def send(case):
        for asker in asking:
            answer = asker.send(case)
            case.validate_response(answer, checks=CHECKS)
            statuses.add(answer.status_code)
            if answer.status_code == 202:
                job = ended(asker, answer.json()["job"]["id"], JOBS.get(operation.label, "/api/jobs"))
                assert job["problem"] is None or job["problem"]["status"] < 500, job

    send()
    assert operation.label in (*ANY_PATH, *REFUSED_HERE) or min(statuses) < 400, (
        "nobody got an answer that is not a problem"
    )


@pytest.mark.parametrize("label", [label for label in OPERATIONS if label not in LEFT_OUT])
def test_every_answer_is_as_documented(label, askers, here):
    try_out(OPERATIONS[label], askers, here, max_examples=10)


@pytest.mark.slow
@pytest.mark.parametrize("label", [label for label in OPERATIONS if label not in LEFT_OUT])
def test_every_answer_is_as_documented_when_asked_very_often(label, askers, here):
    try_out(OPERATIONS[label], askers, here, max_examples=300)
