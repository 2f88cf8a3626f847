"""The OpenAPI 3.0 document of OGC API is valid, and whatever is asked of it: no 5xx, and an answer as it says."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema_rs
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from town import BOTTOM, LEFT, RIGHT, TOP, WEST

from layers.listing import LISTS
from spatial_api.ogc.document import document
from spatial_api.routes import ogc, ogc_tiles

DOCUMENT = document("http://localhost/ogc")
OPERATIONS = {found.ok().label: found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()}
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "ogc.md"
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
KNOWN = {
    "collectionId": ["grid", "building", "house"],
    "featureId": [f"{WEST}001", "532901"],
    "tileMatrix": [12],
    "tileRow": [1747],
    "tileCol": [3188],
    "bbox": [[LEFT, BOTTOM, RIGHT, TOP]],
    "datetime": ["2026-01-02", "2026-01-01T00:00:00Z/.."],
    "filter": ["true", "s_intersects(geometry, BBOX(100, 25, 101, 26))"],
    "limit": [1, 5],
}
# What a path cannot hold otherwise than as its whole: nothing in it is refused.
ANY_PATH = re.compile(r"GET /collections/\w+/items/\{featureId\}")


def test_it_is_openapi_3_0_and_uses_nothing_of_3_1():
    assert DOCUMENT["openapi"] == "3.0.3"
    seen = list(nodes(DOCUMENT))
    assert not [node for node in seen if isinstance(node.get("type"), list) or node.get("type") == "null"]
    newer = {"const", "examples", "prefixItems", "$defs", "if", "patternProperties", "webhooks", "contentEncoding"}
    assert not [node for node in seen if newer & set(node)]
    assert not [node for node in seen if isinstance(node.get("exclusiveMinimum"), int | float)]
    assert not [node for node in seen if "$ref" in node and len(node) > 1]


def nodes(node):
    """Every object of a document."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from nodes(value)


def test_its_shapes_are_json_schemas_and_its_references_lead_somewhere():
    for name, shape in DOCUMENT["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid({"$schema": "http://json-schema.org/draft-04/schema#", **shape}), name
    for node in nodes(DOCUMENT):
        if "$ref" in node:
            _, kind, name = node["$ref"].removeprefix("#/").split("/")
            assert name in DOCUMENT["components"][kind], node


def test_every_operation_is_named_once_and_every_path_parameter_is_told():
    names = [path["get"]["operationId"] for path in DOCUMENT["paths"].values()]
    assert len(set(names)) == len(names)
    for path, methods in DOCUMENT["paths"].items():
        asked = [one.get("$ref", "").rsplit("/", 1)[-1] for one in methods["get"]["parameters"]]
        told = {DOCUMENT["components"]["parameters"][one]["name"] for one in asked if one}
        assert set(re.findall(r"\{(\w+)\}", path)) <= told, path


def test_it_knows_every_route_and_the_guide_every_path():
    routes = [*ogc.router.routes, *ogc_tiles.router.routes]
    routed = {re.sub(r"\{\w+\}", "{}", route.path.removeprefix("/ogc")) or "/" for route in routes}
    named = "|".join(spec.name for spec in LISTS.values())
    told = {re.sub(rf"/collections/({named})/", "/collections/{}/", path) for path in DOCUMENT["paths"]}
    assert {re.sub(r"\{\w+\}", "{}", path) for path in told} == routed
    guide = set(re.findall(r"^\| `(/[^`]*)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {re.sub(r"\{\w+\}", "{}", path) for path in guide} == routed


@pytest.fixture(scope="module")
def askers(login):
    return [login(role) for role in ("planner", "officer", "field", "east")]


def cases(operation):
    """What the document allows, the same of things that are there, and what it forbids."""
    allowed = operation.as_strategy(GenerationMode.POSITIVE)
    there = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in KNOWN.items()})
    strategies = [allowed, st.builds(of_what_is_there, allowed, there)]
    if not ANY_PATH.match(operation.label):
        strategies.append(operation.as_strategy(GenerationMode.NEGATIVE))
    return st.one_of(strategies)


def of_what_is_there(case, chosen):
    for given_values in (case.path_parameters, case.query):
        if isinstance(given_values, dict):
            given_values.update({name: chosen[name] for name in given_values if name in chosen})
    return case


def sent(browser, case):
    """The answer to a generated case."""
    asked = case.as_transport_kwargs(base_url="http://localhost/ogc")
    ready = requests.Request(**{name: value for name, value in asked.items() if name != "cookies"}).prepare()
    return browser.ask(ready.method, ready.url)


def try_out(operation, askers, max_examples):
    @settings(
        max_examples=max_examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(operation), st.sampled_from(askers))
    def send(case, asker):
        case.validate_response(sent(asker, case), checks=CHECKS)

    send()


@pytest.mark.parametrize("label", list(OPERATIONS))
def test_every_answer_is_as_documented(label, askers):
    try_out(OPERATIONS[label], askers, max_examples=12)


@pytest.mark.slow
@pytest.mark.parametrize("label", list(OPERATIONS))
def test_every_answer_is_as_documented_when_asked_very_often(label, askers):
    try_out(OPERATIONS[label], askers, max_examples=300)
