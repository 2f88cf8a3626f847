"""Whatever is asked, of every route and as every role: no 5xx, and an answer as /openapi.json says it is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
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
from layers.listing import LISTS
from layers.models import Building, Incident, Plan
from layers.scope import Scope
from spatial_api.access import TOKEN_CAPABILITIES, may
from spatial_api.app import create_app
from spatial_api.settings import Settings

PASSWORD = "correct horse battery"
NEW_ID = "6f1c2b7e-3b0a-4c55-9a51-0d8f4f1f2a10"
ROLES = ("administrator", "planner", "officer", "field")
DOCUMENT = create_app(Settings(database_url=None)).openapi()
OPERATIONS = {found.ok().label: found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()}
LEFT_OUT = {"POST /api/logout": "it would end the session that asks; test_api_session.py logs out"}
PLACES = {
    "layer": sorted({*CATALOG, *LISTS}),
    "z": [12, 14],
    "x": [3188, 12752],
    "y": [1747, 6990],
    "village": [WEST, EAST],
    "region": [COUNTY, WEST],
    "code": [COUNTY, WEST],
    "parent": [COUNTY],
    "within": [COUNTY],
    "grid": [f"{WEST}001"],
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
# A draft can be submitted, published or discarded once: whichever of them is tried first leaves none to the others.
ONCE = ("POST /api/plans/{plan_id}/submit", "POST /api/plans/{plan_id}/publish", "DELETE /api/plans/{plan_id}")

JOBS = {"POST /api/geocode/jobs": "/api/geocode/jobs"}
"""Where the jobs of an operation are, unless they are imports."""
PERIOD = {"from": "2026-01-01", "to": "2026-02-01"}
# Each has a plan of its own, by its label.
UNDER_WAY = (
    "DELETE /api/plans/{plan_id}",
    "POST /api/plans/{plan_id}/submit",
    "POST /api/plans/{plan_id}/publish",
)
# What is usually asked of routes that do not answer to an empty query; in bodies what is known takes the place of "".
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
    "GET /api/facilities": {"query": {"village": WEST}},
    "GET /api/counts": {"query": {"by": "grid", **PERIOD}},
    "GET /api/counts/days": {"query": PERIOD},
    "GET /api/counts/kinds": {"query": PERIOD},
    "GET /api/heat": {"query": {"bbox": PLACES["bbox"][0], **PERIOD}},
    "GET /api/geocode": {"query": {"text": "1号"}},
    "POST /api/geocode": {"body": {"texts": ["1号"]}},
    "GET /api/reverse": {"query": {"lon": LEFT + 0.001, "lat": TOP - 0.001}},
    "POST /api/geocode/jobs": {"query": {"name": "a.csv"}},
    "POST /api/houses": {"body": {"address": "", "point": "", "crs": ""}},
    "POST /api/visits": {"body": {"id": NEW_ID, "house_id": "", "visited_at": "", "outcome": "met"}},
    "POST /api/incidents": {
        "body": {"id": NEW_ID, "kind": "", "text": "吵", "occurred_at": "", "point": "", "crs": ""},
    },
    "POST /api/imports/{kind}": {"path": {"kind": "divisions"}, "query": {"name": "a.csv"}},
    "POST /api/kinds/{of}": {"body": {"code": "tea", "name_zh": "茶", "name_en": "Tea"}},
    "PUT /api/kinds/{of}/{code}": {"body": {"name_zh": "茶", "name_en": "Tea"}},
    "POST /api/houses/{house_id}/households": {"body": {"on": "2026-01-01"}},
    "POST /api/households/{household_id}/persons": {
        "body": {"on": "2026-01-01", "name": "张三", "residence": "registered"},
    },
    "POST /api/households/{household_id}/move": {"body": {"rev": 1, "on": "2026-01-01", "house_id": NEW_ID}},
    "POST /api/households/{household_id}/move-out": {"body": {"rev": 1, "on": "2026-01-01"}},
    "POST /api/persons/{person_id}/move": {"body": {"rev": 1, "on": "2026-01-01", "household_id": NEW_ID}},
    "POST /api/persons/{person_id}/move-out": {"body": {"rev": 1, "on": "2026-01-01"}},
    "POST /api/duplicates/{duplicate_id}/merge": {"body": {"keep": NEW_ID, "rev": 1}},
    "POST /api/imports/{kind}/proposal": {"path": {"kind": "building"}, "query": {"name": "a.csv"}},
    "POST /api/reviews/{review_id}/decide": {"body": {"rev": 1, "reject": "other"}},
    "POST /api/reviews/{review_id}/undo": {"body": {"rev": 1}},
    "POST /api/tokens": {"body": {"name": "x", "capabilities": ["grid:read"], "days": 1}},
}


@dataclass(frozen=True)
class Asker:
    """Someone with a session or a token: the headers that say so."""

    client: TestClient
    headers: Mapping[str, str]

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
        target = Target(load=8, band=(6, 10), tolerance=0.2)
        # A village can have one plan handed in.
        drafts = [plans.divide_village(session, village, target) for village in (EAST, WEST, EAST)]
        # The last is handed in, as it must be before it can be published.
        plans.submit(session, drafts[2].id, drafts[2].rev)
        under_way = dict(zip(UNDER_WAY, ([str(draft.id)] for draft in drafts), strict=True))
        tables = {"plan_id": Plan, "incident_id": Incident, "building_id": Building}
        ids = {name: sorted(map(str, session.scalars(select(table.id).limit(3)))) for name, table in tables.items()}
    ids["house_id"] = [house_id]
    imports = {"import_id": [job["result"]["import_id"]], "job_id": [job["id"]], "token_id": [token["id"]]}
    lately = (datetime.now(UTC) - timedelta(days=2)).replace(microsecond=0).isoformat()
    return PLACES | ids | imports | under_way | {"visited_at": [lately], "occurred_at": [lately]}


def upload(browser):
    """The job that brings one more village in."""
    headers = {"cookie": f"wangge_session={browser.token}", "x-csrf-token": browser.csrf}
    content = "level,code,name,parent_code\n5,532901001003,南村,532901001\n".encode()
    answer = browser.client.post("/api/imports/divisions?name=a.csv", content=content, headers=headers)
    assert answer.status_code == 202, answer.text
    return answer.json()["job"]["id"]


def ended(browser, job_id, jobs="/api/jobs"):
    """A job when it has ended."""
    for _ in range(600):
        job = browser.get(f"{jobs}/{job_id}").json()
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
        one.name: there[one.name] if one.name in there else known.get(operation.label, known.get(one.name, ["x"]))[0]
        for one in operation.path_parameters
    }
    body = {name: value if value != "" else known[name][0] for name, value in asked.get("body", {}).items()}
    sent = {"body": body, "media_type": "application/json"} if body else {}
    return operation.Case(path_parameters=path, query=asked.get("query", {}), **sent)


def of_what_is_there(case, chosen):
    """A case that asks for things that are there, wherever its parameters bear their names."""
    for given_values in (case.path_parameters, case.query, case.body):
        if isinstance(given_values, dict):
            given_values.update({name: chosen[name] for name in given_values if name in chosen})
    return case


def try_out(operation, askers, known, login, max_examples):
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
                job = ended(login("planner"), answer.json()["job"]["id"], JOBS.get(operation.label, "/api/jobs"))
                assert job["problem"] is None or job["problem"]["status"] < 500, job

    send()
    assert operation.label in (*ANY_PATH, *ONCE) or min(statuses) < 400, "nobody got an answer that is not a problem"


@pytest.mark.parametrize("label", [label for label in OPERATIONS if label not in LEFT_OUT])
def test_every_answer_is_as_documented(label, askers, known, login):
    try_out(OPERATIONS[label], askers, known, login, max_examples=15)


@pytest.mark.slow
@pytest.mark.parametrize("label", [label for label in OPERATIONS if label not in LEFT_OUT])
def test_every_answer_is_as_documented_when_asked_very_often(label, askers, known, login):
    try_out(OPERATIONS[label], askers, known, login, max_examples=300)
