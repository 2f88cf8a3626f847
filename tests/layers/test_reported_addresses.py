"""An incident told by an address: kept with it, placed as far as it leads, and queued where that is in doubt."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from builders import COUNTY, VILLAGE, county, grid, house, kinds, plan, spot, square
from sqlalchemy import text

from layers.db import set_scope
from layers.errors import Invalid
from layers.models import Incident
from layers.reports import Report, report_incident
from layers.scope import Scope

ONE = int(VILLAGE) * 1000 + 1
NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)


@pytest.fixture
def town(session):
    """One grid with 人民路 12; the session's scope is the county."""
    county(session)
    kinds(session)
    grid(session, plan(session), ONE, square(0))
    house(session, ONE, spot(0.2), "大理市人民路12号", street="人民路", number="12")
    set_scope(session, Scope.of_region(COUNTY))
    return session


def tell(session, address):
    """The stored incident of a report with that address."""
    report = Report(uuid.uuid4(), "noise", "夜间噪音", NOW, address=address)
    return session.get(Incident, report_incident(session, report, NOW).id)


def waiting(session):
    """What waits: register, text and level."""
    return session.execute(text("select register, text, level from review")).all()


def test_one_at_a_known_house_does_not_wait(town):
    found = tell(town, "大理市人民路12号")
    assert (found.address, found.level, found.grid_no) == ("大理市人民路12号", "house", ONE)
    assert waiting(town) == []


def test_one_known_to_its_street_waits_with_its_address_and_not_its_story(town):
    found = tell(town, "大理市人民路99号")
    assert (found.level, found.grid_no) == ("street", ONE)
    assert waiting(town) == [("incident", "大理市人民路99号", "street")]


def test_the_same_report_sent_again_waits_once(town):
    report = Report(uuid.uuid4(), "noise", "夜间噪音", NOW, address="大理市人民路99号")
    assert report_incident(town, report, NOW).is_new
    assert not report_incident(town, report, NOW).is_new
    assert len(waiting(town)) == 1


def test_one_beside_the_own_grid_waits_in_the_village(town):
    set_scope(town, Scope.of_grids([ONE + 1]))
    report = Report(uuid.uuid4(), "noise", "夜间噪音", NOW, address="东山村委会")
    assert not report_incident(town, report, NOW).visible
    set_scope(town, Scope.of_region(COUNTY))
    assert waiting(town) == [("incident", "东山村委会", "village")]


def test_an_address_that_leads_nowhere_is_refused(town):
    set_scope(town, Scope.everything())
    with pytest.raises(Invalid, match="county_missing"):
        tell(town, "人民路12号")
