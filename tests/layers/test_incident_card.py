"""One incident's card: what it says, to whom, and that reading it leaves a trace."""

from __future__ import annotations

import uuid

import pytest
from builders import COUNTY, TOWNSHIP, VILLAGE, add, county, grid, incident, kinds, plan, spot, square
from sqlalchemy import select

from layers.errors import NotFound
from layers.incidents import read_incident
from layers.models import Audit
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE, TWO = ZERO + 1, ZERO + 2
ALL = Scope.of_region(COUNTY)
HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} =cmd|'/c calc'!A1"


@pytest.fixture
def town(database):
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        made = plan(session)
        grid(session, made, ONE, square(0, 0, 0.5), name="一网格")
        grid(session, made, TWO, square(0.5, 0, 0.5), name="旧网格", validity="[2025-01-01,2026-01-01)")
    return database


def happen(town, number=ONE, **values):
    with town.write(Scope.everything()) as session:
        return incident(session, number, spot(0.2), **values)


def read(town, incident_id, scope=ALL, who=None):
    with town.write(scope, who) as session:
        return read_incident(session, incident_id)


def audited(town):
    with town.write(Scope.everything()) as session:
        rows = session.scalars(select(Audit)).all()
        return [(row.account_id, row.act, row.subject, row.subject_id, row.grid_no) for row in rows]


def test_a_card_says_what_when_and_where(town):
    card = read(town, happen(town, text=HOSTILE, handled_grid_no=TWO, radius_m=12.5, ref="A-7"))
    assert (card.text, card.kind, card.kind_name_zh, card.ref) == (HOSTILE, "noise", "noise", "A-7")
    assert card.occurred_at.isoformat() == "2026-05-01T12:00:00+08:00"
    assert [(row.level, row.name) for row in card.path] == [
        (1, "云南省"),
        (2, "大理白族自治州"),
        (3, "大理市"),
        (4, "下关街道"),
        (5, "东山村委会"),
    ]
    assert (card.grid_no, card.grid_name) == (str(ONE), "一网格")
    assert (card.handled_grid_no, card.handled_grid_name) == (str(TWO), "旧网格"), "it has ended since"
    assert (card.level, card.radius_m, card.source, card.source_import) == ("house", 12.5, "made", None)
    assert card.point == pytest.approx((100.002, 25.005))


@pytest.mark.parametrize("level", ["hamlet", "village", "township", "county"])
def test_the_middle_of_an_area_is_not_where_it_happened(town, level):
    assert read(town, happen(town, level=level)).point is None


def test_an_incident_known_only_to_its_township_has_a_shorter_path(town):
    card = read(town, happen(town, int(TOWNSHIP.ljust(15, "0")), level="township"))
    assert [row.level for row in card.path] == [1, 2, 3, 4]
    assert card.grid_name is None


def test_the_file_it_came_with_is_named(town):
    with town.write(Scope.everything()) as session:
        came = add(session, "import_log", kind="incident", source_name="五月事件.csv")
    card = read(town, happen(town, import_id=came))
    assert (card.source_import.id, card.source_import.source_name) == (came, "五月事件.csv")


def test_reading_is_audited_with_who_and_which(town):
    who, found = uuid.uuid4(), happen(town)
    read(town, found, who=who)
    assert audited(town) == [(who, "read", "incident", str(found), ONE)]


@pytest.mark.parametrize("scope", [Scope.of_region("532901003002"), Scope.of_grids([TWO]), Scope.nothing()])
def test_outside_the_scope_there_is_none_and_no_trace(town, scope):
    found = happen(town)
    with pytest.raises(NotFound):
        read(town, found, scope)
    with pytest.raises(NotFound):
        read(town, uuid.uuid4())
    assert audited(town) == []
