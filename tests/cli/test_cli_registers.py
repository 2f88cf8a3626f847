"""`wangge duplicates …` and `wangge kinds …`."""

from __future__ import annotations

import pytest
from town import WEST

from layers.models import House
from layers.scope import Scope


@pytest.fixture
def twice(town):
    """Two houses of one address in the west, in no building."""
    with town.write(Scope.everything()) as session:
        for _ in range(2):
            session.add(House(address="西村9号", grid_no=int(WEST) * 1000, level="village", source="made"))
    return town


def test_a_house_that_is_there_twice_is_found_merged_and_taken_apart(twice, told, run):
    assert told("duplicates", "find", "--region", WEST) == {"house": 1, "person": 0}
    [offer] = told("duplicates", "list")["duplicates"]
    assert (offer["why"], offer["kept"]["address"]) == (["address"], "西村9号")
    assert offer["id"] in run("duplicates", "list").stdout
    kept = offer["other"]["id"]
    assert told("duplicates", "merge", offer["id"], "--keep", kept, "--rev", "1") == {"id": kept, "rev": 2}
    assert told("duplicates", "list")["duplicates"] == []
    assert told("duplicates", "undo", offer["id"])["status"] == "open"
    assert told("duplicates", "distinct", offer["id"])["status"] == "distinct"
    assert told("duplicates", "find") == {"house": 0, "person": 0}
    assert told("duplicates", "undo", "x", code=1)["status"] == 422


def test_a_county_keeps_kinds_of_its_own(town, told):
    added = {"code": "tea_house", "name_zh": "茶馆", "name_en": "Tea house"}
    assert told("kinds", "add", "place", *added.values()) == added
    assert told("kinds", "add", "place", *added.values(), code=1)["status"] == 409
    told("kinds", "rename", "place", "tea_house", "茶室", "Tea room")
    assert told("kinds", "list", "place") == [{"code": "tea_house", "name_zh": "茶室", "name_en": "Tea room"}]
    assert told("kinds", "remove", "place", "tea_house") == {"removed": "tea_house"}
    assert told("kinds", "list", "place") == []
