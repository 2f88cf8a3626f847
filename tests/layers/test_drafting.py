"""Villages drafted by several processes: whatever befalls one of them, the others are drafted."""

from __future__ import annotations

import multiprocessing
import os
import signal

import pytest
from geopandas import GeoDataFrame, GeoSeries
from shapely import MultiPolygon, Point, box

from gridding import Target
from layers import drafting
from layers.drafting import draft_all
from layers.errors import Fault, Invalid, WanggeError
from layers.plans import Draft
from layers.villages import VillageInputs

TARGET = Target(load=4, band=(3, 5), tolerance=0.25)
CODES = [f"532901001{number:03d}" for number in range(1, 9)]
BAD = CODES[2]


def given(code, shape=None):
    """A village of eight buildings in a square of some kilometre."""
    boundary = shape or box(100, 25, 100.01, 25.01)
    points = [Point(100.002 + 0.002 * (n % 4), 25.003 + 0.004 * (n // 4)) for n in range(8)]
    buildings = GeoDataFrame({"id": [str(n) for n in range(8)], "load": 1}, geometry=points, crs=4326)
    barriers = GeoDataFrame({"hard": [], "cost": []}, geometry=GeoSeries([], crs=4326), crs=4326)
    links = GeoSeries([], crs=4326)
    return code, VillageInputs(code, "村", MultiPolygon([boundary]), buildings, barriers, links, [])


@pytest.fixture
def planted(monkeypatch, tmp_path):
    """Plants a fault into the drafting of one village; forked workers have what is patched here."""

    def plant(fault):
        def draft(inputs, target):
            if inputs.code == BAD:
                fault(tmp_path / "before")
            return Draft(inputs.code, target, [], {"deviation": 0.0})

        monkeypatch.setattr(drafting, "draft", draft)
        monkeypatch.setattr(drafting, "warm_up", lambda: None)
        monkeypatch.setattr(drafting, "_PROCESSES", multiprocessing.get_context("fork"))

    return plant


def outcomes(workers):
    made = dict(draft_all(map(given, CODES), TARGET, workers))
    assert sorted(made) == CODES, "each village once"
    return {code: found.detail for code, found in made.items() if isinstance(found, WanggeError)}


def kill_process(_before):
    os.kill(os.getpid(), signal.SIGKILL)


def kill_process_once(before):
    if not before.exists():
        before.touch()
        kill_process(before)


def refuse(_before):
    raise Invalid("Not this one.", [Fault("gap", "it has a gap")])


def break_down(_before):
    raise KeyError("seq")


def test_a_village_is_the_same_whoever_drafts_it():
    (alone,) = draft_all([given(CODES[0])], TARGET, 1)
    (by_another,) = draft_all([given(CODES[0])], TARGET, 2)
    assert len(alone[1].grids) == 2
    assert alone == by_another


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_what_nobody_foresaw_refuses_its_village_only(planted, workers):
    planted(break_down)
    assert outcomes(workers) == {BAD: "internal error: KeyError: 'seq'"}


def test_its_traceback_is_in_the_log(planted, caplog):
    planted(break_down)
    outcomes(1)
    assert "break_down" in caplog.text


@pytest.mark.parametrize("workers", [1, 2])
def test_a_refusal_keeps_its_faults(planted, workers):
    planted(refuse)
    made = dict(draft_all(map(given, CODES), TARGET, workers))
    assert made[BAD].faults == (Fault("gap", "it has a gap"),)


def test_inputs_that_were_refused_are_handed_through():
    refused = Invalid("It has no boundary.")
    assert list(draft_all([(BAD, refused)], TARGET, 1)) == [(BAD, refused)]


@pytest.mark.parametrize("workers", [2, 3])
def test_a_village_whose_process_dies_once_is_tried_again(planted, workers):
    planted(kill_process_once)
    assert outcomes(workers) == {}


@pytest.mark.parametrize("workers", [2, 3])
def test_a_village_that_always_ends_its_process_is_refused(planted, workers):
    planted(kill_process)
    refused = outcomes(workers)
    assert list(refused) == [BAD]
    assert "ended twice" in refused[BAD]


def test_a_draft_that_cannot_be_handed_over_is_an_internal_error(planted, monkeypatch):
    planted(refuse)
    monkeypatch.setattr(drafting, "draft", lambda inputs, target: lambda: inputs.code)
    (made,) = draft_all([given(BAD)], TARGET, 2)
    assert "internal error" in made[1].detail


def test_inputs_are_read_only_as_far_ahead_as_workers_need(planted):
    planted(break_down)
    read = []

    def reading():
        for number in range(200):
            read.append(number)
            yield given(f"532901001{number:03d}")

    drafts = draft_all(reading(), TARGET, 2)
    for done, _ in enumerate(drafts, start=1):
        assert len(read) - done <= 2 * 2 + 1
        if done == 20:
            break
    drafts.close()
    assert len(read) <= 25, "closed, it reads no more"
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(("workers", "times"), [(1, 0), (2, 1)])
def test_it_compiles_once_before_others_begin(planted, monkeypatch, workers, times):
    planted(break_down)
    warmed = []
    monkeypatch.setattr(drafting, "warm_up", lambda: warmed.append(os.getpid()))
    outcomes(workers)
    assert warmed == [os.getpid()] * times
