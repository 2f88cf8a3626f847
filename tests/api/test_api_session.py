"""Log in, stay, log out; too many wrong passwords."""

from __future__ import annotations

from copy import copy
from http.cookies import SimpleCookie

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from town import COUNTY, EAST, WEST

from layers import accounts
from layers.scope import Scope
from spatial_api.app import create_app

RIGHT = {"login": "planner", "password": "correct horse battery"}


def test_the_sessions_cookie_is_for_this_site_and_not_for_scripts(nobody):
    answer = nobody.post("/api/login", RIGHT)
    nobody.client.cookies.clear()
    cookie = SimpleCookie(answer.headers["set-cookie"])["wangge_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "strict", "/", "")
    assert len(cookie.value) >= 43
    assert answer.status_code == 204


def test_the_cookie_is_for_https_only_where_settings_say_so(api_settings, town):
    secure = api_settings.model_copy(update={"session_cookie_secure": True})
    with TestClient(create_app(secure, copy(town)), base_url="http://localhost") as client:
        answer = client.post("/api/login", json=RIGHT)
    assert "; Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "given",
    [
        {"login": "planner", "password": "wrong horse battery"},
        {"login": "nobody", "password": "correct horse battery"},
        {"login": "' or 1=1 --", "password": "correct horse battery"},
        {"login": "plan\0ner", "password": "correct horse battery"},
    ],
)
def test_wrong_login_and_wrong_password_get_one_answer(nobody, given):
    answer = nobody.post("/api/login", given)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "登录名与密码不符，或该账号已停用、暂时锁定。"
    assert "set-cookie" not in answer.headers


def test_a_login_that_is_no_json_is_refused(nobody):
    answer = nobody.client.post(
        "/api/login", content='{"login": "planner", "password": "x"}', headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_password_is_never_said_back(nobody):
    answer = nobody.post("/api/login", {"login": "planner", "password": "secret-word" * 100})
    assert answer.status_code == 422
    assert "secret-word" not in answer.text
    assert [fault["where"] for fault in answer.json()["faults"]] == ["body.password"]


def test_me_says_who_i_am_and_what_i_may(login):
    me = login("planner").get("/api/me").json()
    assert (me["login"], me["role"]) == ("planner", "planner")
    assert me["region"]["code"] == COUNTY
    assert me["region"]["name"] == "大理市"
    assert me["scope"] == {"lo": "532901000000000", "hi": "532901999999999", "grids": None}
    plans = ["plan:divide", "plan:publish", "plan:read", "plan:submit"]
    rights = ["region:read", "review:decide"]
    pages = ["page:imports", "page:officer", "page:planner", "page:review"]
    assert me["may"] == [
        "address:locate",
        "counts:read",
        "export:read",
        "grid:read",
        "import:write",
        "kind:manage",
        *pages,
        *plans,
        *rights,
    ]


def test_me_knows_the_box_of_a_region_with_a_shape(login):
    assert login("east").get("/api/me").json()["region"]["bbox"] == pytest.approx(
        [100.22, 25.5, 100.24, 25.52], abs=1e-3
    )


def test_me_lists_the_grids_of_a_field_worker(login):
    scope = login("field").get("/api/me").json()["scope"]
    assert scope == {"lo": f"{WEST}001", "hi": f"{WEST}001", "grids": [f"{WEST}001"]}


def test_after_logout_the_cookie_is_worth_nothing(new_session):
    browser = new_session("planner")
    answer = browser.post("/api/logout")
    assert answer.status_code == 204
    assert 'wangge_session=""' in answer.headers["set-cookie"]
    assert browser.get("/api/me").status_code == 401


def test_logout_ends_this_session_only(new_session):
    first, second = new_session("planner"), new_session("planner")
    first.post("/api/logout")
    assert second.get("/api/me").status_code == 200


def test_an_invented_cookie_is_no_session(nobody):
    for value in ("x", "A" * 43, "%00", "a" * 4000):
        assert nobody.get("/api/me", cookie=f"wangge_session={value}").status_code == 401


def test_a_disabled_account_is_out_at_once(new_session, town, settled):
    with town.write(Scope.everything()) as session:
        accounts.add(session, "leaver", "乙", "planner", EAST, "correct horse battery")
    browser = new_session("leaver")
    assert browser.get("/api/me").status_code == 200
    with town.write(Scope.everything()) as session:
        accounts.disable(session, "leaver")
    settled()
    assert browser.get("/api/me").status_code == 401


def test_eight_wrong_passwords_lock_the_account(nobody, town):
    with town.write(Scope.everything()) as session:
        accounts.add(session, "locked", "丙", "planner", EAST, "correct horse battery")
    wrong = [nobody.post("/api/login", {"login": "locked", "password": "wrong"}).status_code for _ in range(8)]
    assert wrong == [401] * 8
    answer = nobody.post("/api/login", {"login": "locked", "password": "correct horse battery"})
    assert answer.status_code == 401, "the lock does not tell that the login exists"
    assert answer.json()["type"] == "/problems/no-session"


def test_a_flood_of_logins_is_turned_away_at_once(nobody, monkeypatch):
    monkeypatch.setattr("spatial_api.routes.session._MOST_WAITING", 0)
    answer = nobody.post("/api/login", {"login": "planner", "password": "correct horse battery"})
    assert answer.status_code == 429
    assert answer.json()["type"] == "/problems/too-many"


@pytest.mark.parametrize("origin", ["http://[", "ftp://localhost", "null", "http://elsewhere"])
def test_an_origin_that_is_not_ours_is_refused(nobody, origin):
    answer = nobody.post("/api/login", {"login": "planner", "password": "x"}, origin=origin)
    assert answer.status_code == 403


def test_it_is_told_where_data_are_made(login, town):
    def told():
        return login("planner").get("/api/me").json()["region"]["synthetic"]

    assert told() is False
    mark = "update region set synthetic = :made where code = :code"
    try:
        with town.write(Scope.everything()) as session:
            session.execute(text(mark), {"made": True, "code": WEST})
        assert told() is True, "a village in the planner's county"
    finally:
        with town.write(Scope.everything()) as session:
            session.execute(text(mark), {"made": False, "code": WEST})
