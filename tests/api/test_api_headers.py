"""The headers of every answer, the pages' policy, and what the log keeps to itself."""

from __future__ import annotations

import json
import logging
import re
from copy import copy

import pytest
import structlog
from starlette.testclient import TestClient
from town import WEST

from layers.db import Database
from spatial_api.app import create_app
from spatial_api.request_log import configure_logs

SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    "path",
    ["/", "/login", "/health", "/api/me", "/api/regions", "/nowhere", "/tiles/grid/12/3188/1747.mvt", "/openapi.json"],
)
def test_every_answer_has_the_security_headers(login, nobody, path):
    for browser in (login("planner"), nobody):
        answer = browser.get(path)
        assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "server" not in answer.headers


def test_answers_about_people_are_not_stored(login):
    for path in ("/api/me", "/api/regions", f"/api/grids?village={WEST}"):
        assert login("planner").get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/planner", "/officer", "/imports", "/account", "/login"])
def test_a_page_runs_only_scripts_with_its_own_nonce(login, path):
    pages = [login("planner").get(path) for _ in range(2)]
    nonces = [re.search(r"'nonce-([^']+)'", page.headers["content-security-policy"]).group(1) for page in pages]
    assert nonces[0] != nonces[1]
    assert len(nonces[0]) >= 22
    for page, nonce in zip(pages, nonces, strict=True):
        assert page.status_code == 200
        assert nonce in page.text
        inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page.text)
        assert inline
        assert all(f'nonce="{nonce}"' in tag for tag in inline)
        assert "style=" not in page.text
        assert page.headers["cache-control"] == "no-store"


def test_without_a_session_the_front_door_leads_to_the_login(nobody):
    answer = nobody.get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/login")
    assert nobody.get("/", cookie="wangge_session=invented").status_code == 302


def test_every_file_of_a_page_is_there_and_kept_for_ever(login, nobody):
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', login("planner").get("/planner").text)
    assert len(found) >= 4
    for path in found:
        answer = nobody.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    version = found[0].split("/")[2]
    for path in ("../../pyproject.toml", "%2e%2e/%2e%2e/pyproject.toml", "/etc/passwd", "app/none.mjs"):
        assert nobody.get(f"/static/{version}/{path}").status_code == 404


def test_the_page_speaks_the_language_asked_for(nobody):
    assert '<html lang="zh-CN">' in nobody.get("/login").text
    assert '<html lang="en">' in nobody.get("/login?lang=en").text
    assert nobody.get("/login?lang=fr").status_code == 422


def test_the_log_has_the_template_and_no_query(api_settings, town):
    client = TestClient(create_app(api_settings, copy(town)), base_url="http://localhost")
    with structlog.testing.capture_logs() as lines, client:
        client.get("/api/geocode?text=甲的家&secret=1")
        client.get("/api/plans/00000000-0000-0000-0000-000000000009?name=甲")
        client.get("/甲/的/家?x=1")
    assert [line["path"] for line in lines] == ["/api/geocode", "/api/plans/{plan_id}", "unknown"]
    assert [line["status"] for line in lines] == [401, 401, 404]
    assert not any(word in str(lines) for word in ("甲", "secret", "name=", "000000000009"))


def test_the_log_names_the_account_and_the_request(login):
    with structlog.testing.capture_logs() as lines:
        answer = login("planner").get("/api/me")
    assert lines[-1]["request_id"] == answer.headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f-]{36}", lines[-1]["account_id"])
    assert (lines[-1]["method"], lines[-1]["status"]) == ("GET", 200)


def test_an_unforeseen_error_is_logged_by_kind_and_line_and_not_by_its_words(api_settings, town):
    app = create_app(api_settings, copy(town))

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the password of 甲 is swordfish")

    with structlog.testing.capture_logs() as lines, TestClient(app, base_url="http://localhost") as client:
        client.get("/broken")
    failed = next(line for line in lines if line["event"] == "request failed")
    assert failed["error"] == "builtins.RuntimeError"
    assert any("broken" in line for line in failed["through"])
    assert "swordfish" not in str(lines)


@pytest.fixture
def logs_as_before():
    """Puts back what `configure_logs` changes for the whole process."""
    structures, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    yield
    structlog.configure(**structures)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_logs_are_json_on_stderr(capsys, logs_as_before):
    configure_logs("info")
    structlog.get_logger("wangge").info("hello", name="甲")
    structlog.get_logger("wangge").debug("not this")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert json.loads(said.err)["event"] == "hello"


def test_without_a_database_it_says_so_and_is_still_there(api_settings, settings):
    gone = Database(settings, "wangge_that_is_not_there")
    with TestClient(create_app(api_settings, gone), base_url="http://localhost") as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/login").status_code == 200
        for answer in (
            client.get("/ready"),
            client.post("/api/login", json={"login": "planner", "password": "correct horse battery"}),
        ):
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"] == "/problems/unavailable"
            assert "wangge_that_is_not_there" not in answer.text


def test_with_a_database_it_is_ready(nobody):
    assert nobody.get("/ready").json() == {"status": "ok"}
