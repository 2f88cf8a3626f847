"""Every error has one shape, and the table knows every error."""

from __future__ import annotations

from copy import copy

import pytest
from starlette.testclient import TestClient
from town import WEST

import layers.errors
import spatial_api.errors
from layers.errors import Fault, Unavailable, WanggeError
from spatial_api.app import create_app
from spatial_api.problems import BY_ERROR, BY_SLUG, UNEXPECTED, kind_of, problem_body

MEMBERS = ["detail", "faults", "status", "title", "type"]


def _subclasses(cls):
    return {cls}.union(*(_subclasses(below) for below in cls.__subclasses__()))


def _is_problem(answer, status, slug):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert sorted(body) == MEMBERS
    assert (body["status"], body["type"]) == (status, f"/problems/{slug}")
    return body


def test_the_table_knows_every_error_of_ours():
    ours = {cls for cls in _subclasses(WanggeError) if cls.__module__.split(".")[0] in ("layers", "spatial_api")}
    assert ours == set(BY_ERROR)
    named = [getattr(module, name) for module in (layers.errors, spatial_api.errors) for name in module.__all__]
    assert {cls for cls in named if cls is not Fault} == ours


def test_slugs_and_titles_are_each_one_things():
    kinds = list(BY_SLUG.values())
    assert len({kind.slug for kind in kinds}) == len(kinds)
    assert all(kind.title_zh and kind.title_en and kind.advice_zh and kind.advice_en for kind in kinds)
    assert all(400 <= kind.status < 600 for kind in kinds)


def test_an_error_below_a_known_one_is_that_problem():
    class Lost(layers.errors.NotFound):
        """Gone."""

    assert kind_of(Lost()).slug == "not-found"
    assert kind_of(WanggeError()) is UNEXPECTED


def test_faults_say_where_and_have_their_place():
    kind = BY_SLUG["invalid"]
    body = problem_body(kind, "two", [Fault("row 1", "bad"), Fault("row 2", "worse", (100.0, 25.0))])
    assert body["faults"] == [
        {"where": "第 1 条", "message": "bad", "place": None},
        {"where": "第 2 条", "message": "worse", "place": (100.0, 25.0)},
    ]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api/nowhere", "/static/old/app/map.mjs", "/problems/none", "/tiles/grid"]
)
def test_what_is_not_there(nobody, path):
    _is_problem(nobody.get(path), 404, "not-found")


def test_what_this_address_does_not_take(nobody):
    answer = nobody.ask("DELETE", "/api/plans")
    _is_problem(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/api/regions?limit=0", ["query.limit"]),
        ("/api/regions?code=12345", ["query.code"]),
        ("/api/regions?limt=5", ["query.limt"]),
        ("/api/regions?level=9&limit=x", ["query.level", "query.limit"]),
        ("/api/regions?code=53&q=x", ["query"]),
        ("/api/regions?q=%00", ["query.q"]),
        ("/api/me?x=1", ["query.x"]),
        ("/api/plans", ["query.village"]),
        ("/api/plans/none", ["path.plan_id"]),
        ("/api/grids", ["query"]),
        (f"/api/grids?village={WEST}&at=100,25", ["query"]),
        ("/api/grids?at=100", ["query.at"]),
        ("/api/grids?at=25,100", ["query.at"]),
        ("/api/grids?at=nan,25", ["query.at"]),
        (f"/api/grids?village={WEST}&as_of=2026-01-01T00:00:00", ["query.as_of"]),
        ("/api/counts?by=street&from=2026-01-01&to=2026-01-02", ["query.by"]),
        ("/api/counts?by=grid", ["query.from", "query.to"]),
        ("/api/counts?by=grid&from=2026-01-02&to=2026-01-02", ["query"]),
        ("/api/counts?by=grid&from=2016-01-01&to=2027-01-01", ["query"]),
        ("/api/counts?by=grid&from=2026-13-01&to=2026-01-02", ["query.from"]),
        ("/api/heat?from=2026-01-01&to=2026-01-02&bbox=1,2,3", ["query.bbox"]),
        ("/api/heat?from=2026-01-01&to=2026-01-02&bbox=3,2,1,4", ["query.bbox"]),
        ("/api/heat?from=2026-01-01&to=2026-01-02&bbox=1,2,3,91", ["query.bbox"]),
        ("/api/heat?from=2026-01-01&to=2026-01-02&bbox=1,2,inf,4", ["query.bbox"]),
        ("/tiles/grid/31/0/0.mvt", ["path.z"]),
        ("/tiles/grid/12/-1/0.mvt", ["path.x"]),
        ("/tiles/grid/1/2/0.mvt", ["tile"]),
    ],
)
def test_all_faults_of_a_question_are_told_with_where(login, path, where):
    body = _is_problem(login("planner").get(path), 422, "invalid")
    assert [fault["where"] for fault in body["faults"]] == where
    assert all(fault["message"] for fault in body["faults"])


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (None, ["body"]),
        ({}, ["body.village"]),
        ({"village": "x"}, ["body.village"]),
        ({"village": WEST, "load": 0, "k": 0}, ["body.load", "body.k"]),
        ({"village": WEST, "load": 900}, ["body"]),
        ({"village": WEST, "tolerance": 1}, ["body.tolerance"]),
        ({"village": WEST, "colour": "red"}, ["body.colour"]),
    ],
)
def test_all_faults_of_a_body_are_told_with_where(login, body, where):
    answer = _is_problem(login("planner").post("/api/plans", body), 422, "invalid")
    assert [fault["where"] for fault in answer["faults"]] == where


def test_broken_json_is_a_problem(login):
    browser = login("planner")
    headers = {"cookie": f"wangge_session={browser.token}", "x-csrf-token": browser.csrf}
    headers["content-type"] = "application/json"
    answer = browser.client.post("/api/plans", content="{", headers=headers)
    assert _is_problem(answer, 422, "invalid")["faults"][0]["where"].startswith("body")


@pytest.mark.parametrize("stated", [True, False])
def test_a_body_that_is_too_large_is_refused(api_settings, town, stated):
    small = api_settings.model_copy(update={"max_body_bytes": 1000})
    content = b'{"login": "' + b"a" * 2000 + b'", "password": "x"}'
    sent = content if stated else iter([content[:600], content[600:]])
    with TestClient(create_app(small, copy(town)), base_url="http://localhost") as client:
        answer = client.post("/api/login", content=sent, headers={"content-type": "application/json"})
    _is_problem(answer, 413, "too-large")


@pytest.mark.parametrize(
    ("accepted", "title"), [("", "没有找到"), ("zh-CN,en;q=0.5", "没有找到"), ("en-GB,zh;q=0.5", "Not found")]
)
def test_a_problem_speaks_chinese_unless_english_is_preferred(nobody, accepted, title):
    answer = nobody.get("/nowhere", accept_language=accepted)
    assert answer.json()["title"] == title
    assert answer.headers["content-language"] == ("en" if title == "Not found" else "zh-CN")


def test_what_nobody_foresaw_is_a_problem_that_tells_nothing(api_settings, town, monkeypatch):
    app = create_app(api_settings, copy(town))

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the password of 甲 is swordfish")

    with TestClient(app, base_url="http://localhost") as client:
        answer = client.get("/broken")
    _is_problem(answer, 500, "internal")
    assert "swordfish" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_outage_is_told_without_its_inside(api_settings, town):
    app = create_app(api_settings, copy(town))

    @app.get("/gone")
    def gone() -> None:
        raise Unavailable("The socket /run/secret does not answer", [Fault("database", "postgres")])

    with TestClient(app, base_url="http://localhost") as client:
        answer = client.get("/gone")
    body = _is_problem(answer, 503, "unavailable")
    assert "secret" not in answer.text
    assert body["faults"] == []
    assert answer.headers["retry-after"] == "5"


def test_every_problem_is_explained_where_its_type_points(nobody):
    for slug, kind in BY_SLUG.items():
        page = nobody.get(f"/problems/{slug}")
        assert page.status_code == 200
        assert kind.title_zh in page.text
        assert kind.advice_en.replace("`", "`") in page.text.replace("&#x27;", "'")
