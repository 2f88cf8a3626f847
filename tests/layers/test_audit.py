"""The audit: a row for an act, gone with it when it is rolled back, and never changed."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from layers.audit import record
from layers.models import Audit
from layers.scope import Scope


def test_an_act_is_kept_with_who_and_why(database):
    who = uuid.uuid4()
    with database.write(Scope.nothing(), who) as session:
        record(session, "reveal", "person", "p1", grid_no=7, purpose="回访", detail={"field": "phone"})
    with database.write(Scope.nothing()) as session:
        row = session.scalar(select(Audit))
    assert (row.account_id, row.act, row.subject, row.subject_id) == (who, "reveal", "person", "p1")
    assert (row.grid_no, row.purpose, row.detail) == (7, "回访", {"field": "phone"})


def test_an_act_that_fails_leaves_no_row(database):
    with pytest.raises(ProgrammingError), database.write(Scope.nothing()) as session:
        _record_and_fail(session)
    with database.write(Scope.nothing()) as session:
        assert session.scalars(select(Audit)).all() == []


def _record_and_fail(session):
    record(session, "add", "house")
    session.flush()
    session.execute(text("select no_such_column"))


@pytest.mark.parametrize("change", ["update audit set act = 'x'", "delete from audit"])
def test_nobody_changes_the_audit(database, change):
    with pytest.raises(ProgrammingError, match="permission denied"), database.write(Scope.nothing()) as session:
        session.execute(text(change))
