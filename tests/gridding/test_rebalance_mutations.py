"""Bugs planted into the repair: each must be seen by what is asserted of every repair."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from repairs import assert_honest, partitions

from gridding import shift
from gridding.shift import Shift


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
@given(case=partitions(most=10))
def honest(case):
    assert_honest(case)


def locks_ignored(monkeypatch):
    made = Shift.__init__

    def unlocked(self, graph, home, fixed, label, grids):
        made(self, graph, home, np.zeros_like(fixed), label, grids)

    monkeypatch.setattr(Shift, "__init__", unlocked)


def contiguity_unchecked(monkeypatch):
    monkeypatch.setattr(Shift, "leaving", lambda self, atom: [] if self.fixed[atom] else [atom])


def grids_emptied(monkeypatch):
    leaving = Shift.leaving

    def careless(self, atom):
        self.ending = frozenset(range(len(self.members)))
        return leaving(self, atom)

    monkeypatch.setattr(Shift, "leaving", careless)


def strays_left_behind(monkeypatch):
    leaving = Shift.leaving
    monkeypatch.setattr(Shift, "leaving", lambda self, atom: leaving(self, atom)[:1])


def load_not_updated(monkeypatch):
    move = Shift.move

    def forgetful(self, atoms, to):
        before = self.load.copy()
        move(self, atoms, to)
        self.load[to] = before[to]

    monkeypatch.setattr(Shift, "move", forgetful)


def too_much_moved(monkeypatch):
    flow = shift.least_flow
    monkeypatch.setattr(shift, "least_flow", lambda *args: 2 * flow(*args))


def nothing_given_back(monkeypatch):
    monkeypatch.setattr(Shift, "give_back", lambda self, ranges: None)


def moved_the_wrong_way(monkeypatch):
    flow = shift.least_flow
    monkeypatch.setattr(
        shift, "least_flow", lambda load, low, high, ways, cost: flow(load, low, high, ways[:, ::-1], cost)
    )


BUGS = (
    locks_ignored,
    contiguity_unchecked,
    grids_emptied,
    strays_left_behind,
    load_not_updated,
    too_much_moved,
    nothing_given_back,
    moved_the_wrong_way,
)


def test_without_a_bug_every_repair_is_honest():
    honest()


@pytest.mark.parametrize("plant", BUGS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_seen(monkeypatch, plant):
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        honest()
