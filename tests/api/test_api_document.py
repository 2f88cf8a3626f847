"""/openapi.json tells the truth: every route with its model, its tag and its problems."""

from __future__ import annotations

import pytest

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.fixture(scope="module")
def document(server):
    return server.get("/openapi.json").json()


@pytest.fixture
def operations(document):
    return [(f"{method} {path}", it) for path, ops in document["paths"].items() for method, it in ops.items()]


def test_it_is_openapi_3_1_and_has_no_pages_from_elsewhere(document, nobody):
    assert document["openapi"].startswith("3.1")
    assert nobody.get("/docs").status_code == 404
    assert nobody.get("/redoc").status_code == 404


def test_every_error_of_every_route_is_a_problem(operations):
    for name, operation in operations:
        errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert {"421", "500", "422"} <= set(errors), name
        assert all(answer["content"] == PROBLEM for answer in errors.values()), name


def test_every_route_behind_the_session_says_so(operations):
    for name, operation in operations:
        if "/api/" in name or "/tiles/" in name:
            assert {"401", "503"} <= set(operation["responses"]), name


def test_every_answer_has_a_model_and_every_route_a_tag_and_words(document, operations):
    tags = {tag["name"] for tag in document["tags"]}
    for name, operation in operations:
        assert len(operation["tags"]) == 1, name
        assert operation["tags"][0] in tags, name
        assert operation["description"], name
        answer = operation["responses"].get("200") or operation["responses"].get("201")
        json = (answer or {}).get("content", {}).get("application/json")
        assert json is None or json["schema"], name


def test_every_reference_leads_somewhere(document):
    names = set(document["components"]["schemas"])
    wanted = set()

    def walk(node):
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str):
                wanted.add(reference.rsplit("/", 1)[-1])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document)
    assert wanted <= names
    pages = {"RegionPage", "GridPage", "ComparedPlan", "Counts", "Heat", "Located"}
    assert {"Problem", "FaultAnswer", "Me", *pages} <= names


def test_an_answer_that_is_a_problem_fits_the_documented_shape(document, nobody):
    shape = document["components"]["schemas"]["Problem"]
    assert sorted(nobody.get("/api/me").json()) == sorted(shape["required"])
