"""Tokens in the database: what is stored of them, their bounds, and the audit."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select
from town import COUNTY, EAST, regions

from layers import accounts, tokens
from layers.codes import region_range
from layers.errors import Invalid, NotFound
from layers.models import AccessToken, Audit
from layers.scope import Scope

ALLOWED = {"grid:read", "export:read"}


@pytest.fixture
def owner(session):
    """An account of the county."""
    regions(session)
    return accounts.add(session, "lin", "林", "planner", COUNTY, "correct horse battery")


def make(session, owner, **changes):
    given = {"name": "QGIS", "capabilities": ["grid:read"], "days": 30, "allowed": ALLOWED} | changes
    return tokens.make(session, owner, given.pop("name"), given.pop("capabilities"), given.pop("days"), **given)


def test_only_the_digest_of_the_secret_is_stored(session, owner):
    made = make(session, owner)
    row = session.scalars(select(AccessToken)).one()
    assert row.secret_hash == hashlib.sha256(made.secret.encode()).digest()
    assert made.secret.removeprefix("wg_") not in repr(vars(row))


def test_a_token_ends_on_its_day(session, owner):
    token = make(session, owner, days=7).token
    assert (token.expires_at - token.created_at).days == 7


def test_all_faults_are_named_at_once(session, owner):
    with pytest.raises(Invalid) as refused:
        make(session, owner, name=" ", capabilities=["person:read"], days=400, region="11")
    assert [fault.where for fault in refused.value.faults] == ["name", "capabilities", "days", "region"]


def test_two_tokens_have_two_secrets(session, owner):
    assert make(session, owner).secret != make(session, owner).secret


def test_a_revoked_token_stays_in_the_list_and_is_not_revoked_twice(session, owner):
    made = make(session, owner)
    tokens.revoke(session, owner, made.token.id)
    assert [row.revoked_at is not None for row in tokens.list_tokens(session, owner)] == [True]
    with pytest.raises(NotFound):
        tokens.revoke(session, owner, made.token.id)


def test_making_and_revoking_are_audited_without_the_secret(session, owner):
    made = make(session, owner)
    tokens.revoke(session, owner, made.token.id)
    rows = session.scalars(select(Audit).where(Audit.subject == "access_token").order_by(Audit.id)).all()
    assert [row.act for row in rows] == ["make", "revoke"]
    assert made.secret not in str([row.detail for row in rows])


def test_a_disabled_account_gets_no_token(session, owner):
    accounts.disable(session, "lin")
    with pytest.raises(NotFound):
        make(session, owner)


def test_a_scope_is_narrowed_never_widened():
    county, east = Scope.of_region(COUNTY), Scope.of_region(EAST)
    assert tokens.narrowed(county, EAST) == east
    assert tokens.narrowed(east, COUNTY) == east
    assert tokens.narrowed(east, "11") == Scope.nothing()
    first = region_range(EAST)[0] + 1
    assert tokens.narrowed(Scope.of_grids([first, 5]), EAST) == Scope.of_grids([first])
