"""Tokens: what a program may do with one, where, how long, and what no token ever does."""

from __future__ import annotations

import base64

import pytest
from town import COUNTY, EAST, WEST

from layers import accounts, tokens
from layers.scope import Scope
from spatial_api.access import CAPABILITIES, TOKEN_CAPABILITIES

READ_GRIDS = {"name": "QGIS", "capabilities": ["grid:read"], "days": 30}


def made(browser, **changes):
    """The secret of a new token."""
    answer = browser.post("/api/tokens", READ_GRIDS | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()["secret"]


def basic(login, secret):
    return "Basic " + base64.b64encode(f"{login}:{secret}".encode()).decode()


def test_a_token_is_told_once_and_listed_without_its_secret(login):
    secret = made(login("planner"), name="told once")
    listed = login("planner").get("/api/tokens")
    assert secret.startswith("wg_")
    assert len(secret) == 46
    assert secret not in listed.text
    row = listed.json()["items"][0]
    assert (row["name"], row["capabilities"], row["region_code"], row["revoked_at"]) == (
        "told once",
        ["grid:read"],
        None,
        None,
    )


def test_a_token_opens_what_it_holds_as_bearer_and_as_basic(login, nobody):
    secret = made(login("planner"))
    path = f"/api/grids?village={WEST}"
    assert nobody.get(path, authorization=f"Bearer {secret}").status_code == 200
    assert nobody.get(path, authorization=basic("planner", secret)).status_code == 200


def test_what_a_token_does_not_hold_is_refused_though_its_owner_may(login, nobody):
    secret = made(login("planner"))
    answer = nobody.get("/api/regions", authorization=f"Bearer {secret}")
    assert answer.status_code == 403
    assert login("planner").get("/api/regions").status_code == 200


def test_me_says_what_the_token_may_and_has_no_csrf(login, nobody):
    me = nobody.get("/api/me", authorization=f"Bearer {made(login('planner'))}").json()
    assert (me["login"], me["may"], me["csrf"]) == ("planner", ["grid:read"], "")


def test_counts_are_protected_for_a_token_without_cases(login, nobody):
    secret = made(login("officer"), capabilities=["counts:read"])
    path = f"/api/counts?by=grid&region={WEST}&from=2026-01-01&to=2026-02-01"
    assert nobody.get(path, authorization=f"Bearer {secret}").json()["protected"] is True
    assert login("officer").get(path).json()["protected"] is False


def test_a_token_draws_only_the_layers_it_holds(login, nobody):
    secret = made(login("officer"), capabilities=["grid:read"])
    names = [layer["name"] for layer in nobody.get("/api/layers", authorization=f"Bearer {secret}").json()]
    assert "grid" in names
    assert not {"house", "incident", "village"} & set(names)


def test_a_token_narrowed_to_a_region_sees_nothing_else(login, nobody):
    secret = made(login("planner"), region=EAST)
    there = {village: f"/api/grids?village={village}" for village in (EAST, WEST)}
    assert nobody.get(there[EAST], authorization=f"Bearer {secret}").status_code == 200
    assert nobody.get(there[WEST], authorization=f"Bearer {secret}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"capabilities": ["plan:publish"]}, "capabilities"),
        ({"capabilities": ["person:read"]}, "capabilities"),
        ({"capabilities": ["page:planner"]}, "capabilities"),
        ({"capabilities": ["case:open"]}, "capabilities"),
        ({"name": "   "}, "name"),
        ({"region": "11"}, "region"),
        ({"region": COUNTY[:4]}, "region"),
        ({"days": 366}, "body.days"),
        ({"days": 0}, "body.days"),
        ({"capabilities": []}, "body.capabilities"),
    ],
)
def test_what_a_planner_cannot_give_away_is_named(login, changes, where):
    answer = login("planner").post("/api/tokens", READ_GRIDS | changes)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["faults"]] == [where]


def test_no_token_reaches_persons_pages_plans_or_accounts():
    given = {name for names in CAPABILITIES.values() for name in names} & TOKEN_CAPABILITIES
    assert given == TOKEN_CAPABILITIES
    assert not any(name.startswith(("person:", "page:", "account:")) for name in given)
    # To locate an address changes no register: other systems place their lists in the owner's scope.
    assert {name for name in given if not name.endswith((":read", ":open"))} == {"import:write", "address:locate"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/tokens", None),
        ("POST", "/api/tokens", READ_GRIDS),
        ("DELETE", f"/api/tokens/{'0' * 8}-0000-0000-0000-{'0' * 12}", None),
        ("POST", "/api/logout", None),
        ("POST", "/api/me/password", {"current": "x", "new": "longer than ten"}),
    ],
)
def test_a_token_makes_no_token_and_ends_no_session(login, nobody, method, path, body):
    secret = made(login("planner"))
    answer = nobody.ask(method, path, body, authorization=f"Bearer {secret}")
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/forbidden"


def test_a_token_opens_no_page(login, nobody):
    secret = made(login("planner"))
    answer = nobody.get("/planner", authorization=f"Bearer {secret}")
    assert (answer.status_code, answer.headers["location"]) == (302, "/login")


@pytest.mark.parametrize(
    "given",
    [
        "Bearer wg_" + "A" * 43,
        "Bearer ",
        "Bearer %00",
        "Basic not base64!",
        "Basic " + base64.b64encode(b"\xff\xfe:wg").decode(),
        basic("planner", "correct horse battery"),
        basic("plan\0ner", "wg_" + "A" * 43),
        "Digest x",
        "",
    ],
)
def test_whatever_is_no_token_gets_one_answer(nobody, given):
    answer = nobody.get("/api/me", authorization=given)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "请先登录。"


def test_anothers_login_does_not_go_with_a_token(login, nobody):
    secret = made(login("planner"))
    answer = nobody.get("/api/me", authorization=basic("officer", secret))
    assert (answer.status_code, answer.json()["detail"]) == (401, "请先登录。")


def test_programs_are_asked_for_a_token_and_pages_are_not(nobody):
    asked = nobody.get("/api/me").headers.get_list("www-authenticate")
    assert asked == ['Basic realm="wangge"', 'Bearer realm="wangge"']
    assert "www-authenticate" not in nobody.get("/api/me", referer="http://localhost/planner").headers
    assert "www-authenticate" not in nobody.get("/api/me", sec_fetch_mode="cors").headers


def test_the_token_wins_over_the_session_and_never_widens_it(login):
    secret = made(login("planner"))
    assert login("planner").get("/api/regions", authorization=f"Bearer {secret}").status_code == 403
    assert login("planner").get("/api/me", authorization="Bearer wrong").status_code == 401


def test_a_revoked_token_is_worth_nothing(login, nobody):
    secret = made(login("planner"), name="to revoke")
    row = next(one for one in login("planner").get("/api/tokens").json()["items"] if one["name"] == "to revoke")
    assert login("planner").ask("DELETE", f"/api/tokens/{row['id']}").status_code == 204
    assert nobody.get("/api/me", authorization=f"Bearer {secret}").status_code == 401
    assert login("planner").ask("DELETE", f"/api/tokens/{row['id']}").status_code == 404


def test_a_foreign_token_cannot_be_revoked(login, nobody):
    secret = made(login("planner"), name="mine")
    row = next(one for one in login("planner").get("/api/tokens").json()["items"] if one["name"] == "mine")
    assert login("officer").ask("DELETE", f"/api/tokens/{row['id']}").status_code == 404
    assert nobody.get("/api/me", authorization=f"Bearer {secret}").status_code == 200
    assert "mine" not in login("officer").get("/api/tokens").text


def test_making_and_revoking_need_the_pages_csrf_token(login):
    assert login("planner").post("/api/tokens", READ_GRIDS, x_csrf_token="wrong").status_code == 403


def test_a_disabled_owners_token_is_out_at_once(new_session, nobody, town, settled):
    with town.write(Scope.everything()) as session:
        accounts.add(session, "gone", "丁", "planner", EAST, "correct horse battery")
    secret = made(new_session("gone"))
    assert nobody.get("/api/me", authorization=f"Bearer {secret}").status_code == 200
    with town.write(Scope.everything()) as session:
        accounts.disable(session, "gone")
    settled()
    assert nobody.get("/api/me", authorization=f"Bearer {secret}").status_code == 401


def test_an_account_holds_no_more_than_fifty(new_session, town, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    with town.write(Scope.everything()) as session:
        accounts.add(session, "many", "戊", "planner", EAST, "correct horse battery")
    browser = new_session("many")
    made(browser)
    assert browser.post("/api/tokens", READ_GRIDS).status_code == 409


def test_ones_own_password_is_changed_and_other_sessions_end(new_session, nobody, town):
    with town.write(Scope.everything()) as session:
        accounts.add(session, "changer", "己", "planner", EAST, "correct horse battery")
    first, second = new_session("changer"), new_session("changer")
    body = {"current": "correct horse battery", "new": "another horse battery"}
    assert first.post("/api/me/password", body).status_code == 204
    assert (first.get("/api/me").status_code, second.get("/api/me").status_code) == (200, 401)
    assert nobody.post("/api/login", {"login": "changer", "password": body["new"]}).status_code == 204
    nobody.client.cookies.clear()


def test_a_wrong_current_password_is_counted_like_at_the_login(new_session, nobody, town):
    with town.write(Scope.everything()) as session:
        accounts.add(session, "guesser", "庚", "planner", EAST, "correct horse battery")
    browser = new_session("guesser")
    wrong = {"current": "wrong", "new": "another horse battery"}
    assert [browser.post("/api/me/password", wrong).status_code for _ in range(8)] == [422] * 8
    right = wrong | {"current": "correct horse battery"}
    assert browser.post("/api/me/password", right).status_code == 422, "locked"
    answer = nobody.post("/api/login", {"login": "guesser", "password": "correct horse battery"})
    assert answer.status_code == 401


def test_a_new_password_that_is_too_short_is_refused(new_session):
    browser = new_session("planner")
    answer = browser.post("/api/me/password", {"current": "correct horse battery", "new": "short"})
    assert [fault["where"] for fault in answer.json()["faults"]] == ["new"]
