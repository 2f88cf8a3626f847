"""`wangge plan compare`: what a plan changes, as data and as a picture."""

from xml.etree import ElementTree

import pytest
from town import EAST, WEST

TWO = ("--load", "8", "--band", "6", "10", "--tolerance", "0.2")
ONE = ("--load", "16", "--band", "10", "20")


@pytest.fixture
def plans(town, told):
    """A village's two grids in force, and a draft with one."""
    old = told("plan", "divide", "--village", WEST, *TWO, "--publish")["id"]
    return old, told("plan", "divide", "--village", WEST, *ONE)["id"]


def test_a_plan_is_compared_with_the_grids_in_force(plans, told, run):
    _, new = plans
    found = told("plan", "compare", new)
    stays, ends = found["grids"]
    assert (stays["after"], stays["fate"], stays["partner"]) == ("1", "changed", None)
    assert (ends["after"], ends["fate"], ends["partner"]) == (None, "ended", "1")
    assert {stays["before"], ends["before"]} == {"001", "002"}
    assert stays["load_before"] >= ends["load_before"] == found["moved_load"]
    assert stays["load_after"] == stays["load_before"] + found["moved_load"]
    [flow] = found["flows"]
    assert (flow["origin"], flow["goal"], flow["load"]) == (ends["before"], "1", found["moved_load"])
    assert found["gone_m"] > 0 == found["new_m"]
    assert "ended" in run("plan", "compare", new).stdout


def test_two_plans_are_compared_and_drawn(plans, told, tmp_path):
    old, new = plans
    picture = tmp_path / "sheet.svg"
    found = told("plan", "compare", new, old, "--picture", str(picture))
    assert sorted((row["after"] or "", row["fate"]) for row in found["grids"]) == [("", "ended"), ("1", "changed")]
    root = ElementTree.parse(picture).getroot()
    assert any("并入新网格 1" in (text.text or "") for text in root.iter())
    told("plan", "compare", new, old, "--picture", str(picture), "--language", "en")
    assert "joins 1" in picture.read_text("utf-8")


def test_a_plan_in_force_changes_nothing(plans, told):
    old, _ = plans
    found = told("plan", "compare", old)
    assert [row["fate"] for row in found["grids"]] == ["kept", "kept"]
    assert (found["moved_load"], found["gone_m"], found["new_m"]) == (0, 0, 0)


def test_plans_of_two_villages_are_not_compared(plans, told):
    other = told("plan", "divide", "--village", EAST, *TWO)["id"]
    problem = told("plan", "compare", plans[0], other, code=1)
    assert problem["detail"] == "The plans are of different villages."


def test_a_picture_that_cannot_be_written_is_told(plans, told, tmp_path):
    problem = told("plan", "compare", plans[1], "--picture", str(tmp_path / "none" / "sheet.svg"), code=1)
    assert problem["detail"] == "The picture cannot be written."
