"""Accounts: who may be one, what a login gives, and what ends it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from builders import COUNTY, TOWNSHIP, add, county, with_pool
from sqlalchemy import select

from layers import accounts
from layers.db import READ_ROLE
from layers.errors import Conflict, Invalid, NotFound
from layers.models import Account, Audit, LoginSession
from layers.queries import load
from layers.scope import Scope

PASSWORD = "correct horse"
NOW = datetime.now(UTC)


@pytest.fixture
def office(database):
    """A county with the account `li` of its planner."""
    with database.write(Scope.everything()) as session:
        county(session)
        accounts.add(session, "li", "李四", "planner", COUNTY, PASSWORD)
    return database


def come_in(office, password=PASSWORD, login="li", now=NOW):
    with office.write(Scope.nothing()) as session:
        return accounts.login(session, login, password, now)


def who(office, token):
    return with_pool(office, lambda pool: accounts.caller(pool, token))


def test_a_login_gives_a_caller_with_the_regions_scope(office):
    result = come_in(office)
    caller = who(office, result.token)
    assert (caller.login, caller.name, caller.role, caller.csrf) == ("li", "李四", "planner", result.csrf)
    assert caller.scope == Scope.of_region(COUNTY)
    assert result.expires_at == NOW + timedelta(hours=12)


def test_neither_password_nor_token_is_stored(office):
    result = come_in(office)
    with office.write(Scope.nothing()) as session:
        account = session.scalar(select(Account))
        stored = session.scalar(select(LoginSession))
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in account.password_hash
    assert result.token.encode() not in stored.token_hash
    assert len(result.token) >= 43


def test_a_wrong_login_is_no_caller(office):
    assert come_in(office, "wrong horse") is None
    assert come_in(office, login="nobody") is None
    assert come_in(office, login="li\0") is None
    assert who(office, "no token") is None


def test_an_unknown_login_is_checked_against_a_password_too(office, monkeypatch):
    checked = []
    monkeypatch.setattr(accounts, "_verify", lambda password_hash, password: checked.append(password_hash) or False)
    come_in(office, login="nobody")
    come_in(office)
    assert [text.startswith("$argon2id$") for text in checked] == [True, True]


def test_eight_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(office):
    for _ in range(8):
        assert come_in(office, "wrong horse") is None
    assert come_in(office) is None, "a locked account answers like a wrong password"
    assert come_in(office, now=NOW + timedelta(minutes=14)) is None
    assert come_in(office, now=NOW + timedelta(minutes=16)) is not None
    with office.write(Scope.nothing()) as session:
        assert session.scalars(select(Audit.act).order_by(Audit.id)).all() == ["add", "lock"]


def test_a_right_password_forgets_the_wrong_ones(office):
    for _ in range(2):
        for _ in range(7):
            come_in(office, "wrong horse")
        assert come_in(office) is not None


def test_a_session_ends_by_logout_and_by_time(office):
    token = come_in(office).token
    with office.write(Scope.nothing()) as session:
        accounts.logout(session, token)
    assert who(office, token) is None
    assert who(office, come_in(office, now=NOW - timedelta(hours=13)).token) is None


def test_a_disabled_account_is_out_at_once(office):
    token = come_in(office).token
    with office.write(Scope.nothing()) as session:
        accounts.disable(session, "li")
    assert who(office, token) is None
    assert come_in(office) is None
    with office.write(Scope.nothing()) as session:
        assert [(row.login, row.disabled) for row in accounts.accounts(session)] == [("li", True)]


def test_a_new_password_ends_sessions_and_the_lock(office):
    token = come_in(office).token
    for _ in range(8):
        come_in(office, "wrong horse")
    with office.write(Scope.nothing()) as session:
        accounts.set_password(session, "li", "another horse")
    assert who(office, token) is None
    assert come_in(office, "another horse") is not None
    assert come_in(office) is None


def test_a_field_workers_scope_is_the_duties_active_now(office):
    numbers = [int(TOWNSHIP) * 10**6 + 1000 + n for n in range(5)]
    with office.write(Scope.everything()) as session:
        worker = accounts.add(session, "wang", "王五", "field", TOWNSHIP, PASSWORD)
        for number, status, validity in zip(
            numbers,
            ("active", "active", "active", "proposed", "active"),
            ("[2020-01-01,)", "[2020-01-01,2021-01-01)", "[2999-01-01,)", "[2020-01-01,)", "[2020-01-01,2999-01-01)"),
            strict=True,
        ):
            add(session, "duty", account_id=worker, grid_no=number, status=status, validity=validity)
    assert who(office, come_in(office, login="wang").token).scope == Scope.of_grids([numbers[0], numbers[4]])


def test_a_field_worker_without_duty_sees_nothing(office):
    with office.write(Scope.everything()) as session:
        accounts.add(session, "wang", "王五", "field", TOWNSHIP, PASSWORD)
    assert who(office, come_in(office, login="wang").token).scope == Scope.nothing()


def test_all_faults_of_an_account_are_told_at_once(office):
    with office.write(Scope.everything()) as session, pytest.raises(Invalid) as caught:
        accounts.add(session, "a b", " ", "king", "999999", "short")
    assert [fault.where for fault in caught.value.faults] == ["login", "name", "role", "password", "region"]


def test_a_login_is_taken_once(office):
    with office.write(Scope.everything()) as session, pytest.raises(Conflict):
        accounts.add(session, "li", "李二", "officer", COUNTY, PASSWORD)


def test_who_is_not_there_cannot_be_changed(office):
    with office.write(Scope.everything()) as session:
        for act in (lambda: accounts.disable(session, "nobody"), lambda: accounts.set_password(session, "nobody", "x")):
            with pytest.raises(NotFound):
                act()


def test_the_reading_door_sees_no_password(office):
    with psycopg.connect(office.conninfo(READ_ROLE)) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("select password_hash from account")


def test_the_caller_is_found_by_the_key_of_the_session(office):
    with office.write(Scope.nothing()) as session:
        owner = session.scalar(select(Account.id))
        for _ in range(2000):
            row = LoginSession(token_hash=uuid.uuid4().bytes, account_id=owner, csrf="", expires_at=NOW)
            session.add(row)
    with psycopg.connect(office.conninfo("postgres"), autocommit=True) as admin:
        admin.execute("analyze")
        lines = admin.execute("explain " + load("accounts.sql")["caller"], {"token_hash": b"1"}).fetchall()
    assert "pk_session" in "\n".join(line for (line,) in lines)
