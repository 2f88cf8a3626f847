"""Answers are kept while nothing changes, and never a moment longer."""

from __future__ import annotations

import pytest
from builders import COUNTY, VILLAGE, county, house, spot

from layers import geocoding
from layers.geocoding import geocode_many
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
EAST = "532901003002"
TEXT = "大理市下关街道东山村委会人民路1号"
EVERYTHING = Scope.everything()


@pytest.fixture
def town(database):
    """A county with house 1, committed."""
    with database.write(EVERYTHING) as session:
        county(session)
        house(session, ZERO, spot(0.2), "人民路1号", street="人民路", number="1")
    return database


@pytest.fixture
def located(monkeypatch):
    """The texts that were really looked for, batch by batch."""
    seen: list[list[str]] = []
    whole = geocoding.locate_many

    def counted(texts, *others):
        seen.append(list(texts))
        return whole(texts, *others)

    monkeypatch.setattr(geocoding, "locate_many", counted)
    return seen


def ask(database, text=TEXT, scope=EVERYTHING):
    """Where the text is, asked in a session of its own."""
    with database.write(scope) as session:
        return geocode_many(session, [text])[0]


def test_a_text_seen_before_is_not_looked_for_again(town, located):
    first = ask(town)
    assert first.level == "house"
    assert ask(town) == first
    assert located == [[TEXT]]


def test_a_text_that_is_there_twice_is_looked_for_once(town, located):
    with town.write(EVERYTHING) as session:
        one, other = geocode_many(session, [TEXT, TEXT])
    assert one == other
    assert located == [[TEXT]]


def test_what_another_session_commits_is_found_at_once(town):
    assert ask(town, TEXT.replace("1号", "2号")).level == "street"
    with town.write(EVERYTHING) as session:
        house(session, ZERO, spot(0.4), "人民路2号", street="人民路", number="2")
    assert ask(town, TEXT.replace("1号", "2号")).level == "house"


def test_what_the_own_transaction_wrote_is_found_and_not_kept(town, located):
    with town.write(EVERYTHING) as session:
        house(session, ZERO, spot(0.4), "人民路2号", street="人民路", number="2")
        session.flush()
        assert geocode_many(session, [TEXT.replace("1号", "2号")])[0].level == "house"
        session.rollback()
    assert ask(town, TEXT.replace("1号", "2号")).level == "street"
    assert len(located) == 2


def test_what_changes_while_it_is_looked_for_is_not_kept(town, monkeypatch, located):
    whole = geocoding.locate_many

    def late(*given):
        found = whole(*given)
        with town.write(EVERYTHING) as session:
            house(session, ZERO, spot(0.4), "人民路2号", street="人民路", number="2")
        return found

    monkeypatch.setattr(geocoding, "locate_many", late)
    assert ask(town, TEXT.replace("1号", "2号")).level == "street"
    monkeypatch.setattr(geocoding, "locate_many", whole)
    assert ask(town, TEXT.replace("1号", "2号")).level == "house"


def test_no_scope_gets_the_answer_of_another(town, located):
    assert ask(town).house_id is not None
    assert ask(town, scope=Scope.of_region(EAST)).house_id is None
    assert ask(town, scope=Scope.of_region(COUNTY)).house_id is not None
    assert len(located) == 3


def test_what_is_kept_has_an_end(town, located, monkeypatch):
    monkeypatch.setattr("layers.answered._MOST_KEPT", 1)
    for text in (TEXT, TEXT + "旁", TEXT):
        ask(town, text)
    assert len(located) == 3
