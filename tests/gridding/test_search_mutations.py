"""Bugs planted in the search: an oracle that shares nothing with it must see each of them."""

import networkx as nx
import numpy as np
import pytest

from gridding import anneal as local
from gridding import solve as whole
from gridding.graph import Graph
from gridding.partition import can_leave, change, move

SIDE, K, TOLERANCE = 8, 4, 0.1


def village(seed):
    """Eight by eight squares of one metre with loads from one to five."""
    network = nx.convert_node_labels_to_integers(nx.grid_2d_graph(SIDE, SIDE), ordering="sorted")
    pairs = np.array(sorted(map(sorted, network.edges)))
    place = np.array([(x, y) for x in range(SIDE) for y in range(SIDE)], dtype=float)
    count, border_m = SIDE * SIDE, np.ones(len(pairs))
    land_m = (np.ones(count), 4.0 - np.bincount(pairs.ravel()))
    load = np.random.default_rng(seed).integers(1, 6, count)
    return network, Graph.of_pairs(load, place, land_m, pairs, (border_m, border_m))


def faults(network, load, label):
    """What is wrong with a plan, found with networkx and a recount."""
    found = set()
    for grid in range(K):
        atoms = [atom for atom in network if label[atom] == grid]
        if not atoms or not nx.is_connected(network.subgraph(atoms)):
            found.add("broken")
        if abs(sum(int(load[atom]) for atom in atoms) / (load.sum() / K) - 1) > TOLERANCE:
            found.add("unbalanced")
    if sum(label[one] != label[other] for one, other in network.edges) > 3 * SIDE:
        found.add("ragged")
    return found


def all_faults(tolerance=TOLERANCE):
    found = set()
    for seed in range(3):
        network, graph = village(seed)
        found |= faults(network, graph.load, whole.solve(graph, graph.load, K, tolerance))
    return found


@pytest.fixture
def plain(monkeypatch):
    """The search as plain Python, so that what it calls can be replaced."""
    monkeypatch.setattr(whole, "anneal", local.anneal.py_func)
    monkeypatch.setattr(whole, "descend", local.descend.py_func)
    monkeypatch.setattr(local, "_best_grid", local._best_grid.py_func)
    monkeypatch.setattr(whole, "SWEEPS", 40)
    monkeypatch.setattr(whole, "TRIES", 3)
    return monkeypatch


def without_overload(land, part, limits, atom, to):
    return change(land, part, limits._replace(excess_price=0.0), atom, to)


def with_the_wrong_sign(land, part, limits, atom, to):
    return -change(land, part, limits, atom, to)


def without_outlines(land, part, limits, atom, to):
    still = part._replace(outline_m=np.zeros(K), area_m2=np.full(K, np.inf))
    return change(land, still, limits, atom, to)


def whenever_asked(land, part, atom):
    return part.atoms[part.label[atom]] > 1


def forgetting_the_load(land, part, atom, to):
    load = part.load.copy()
    move(land, part, atom, to)
    part.load[:] = load


def loading_one_side_only(land, part, atom, to):
    home = part.label[atom]
    move(land, part, atom, to)
    part.load[home] += land.weight[atom]


def test_the_search_has_no_fault_in_the_eyes_of_the_oracle(plain):
    assert all_faults() == set()


@pytest.mark.parametrize(
    ("name", "bug", "seen"),
    [
        ("change", without_overload, "unbalanced"),
        ("change", with_the_wrong_sign, "unbalanced"),
        ("change", without_outlines, "ragged"),
        ("move", forgetting_the_load, "unbalanced"),
        ("move", loading_one_side_only, "unbalanced"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_planted_bug_is_seen(plain, name, bug, seen):
    plain.setattr(local, name, bug)
    assert seen in all_faults()


def test_a_search_that_may_leave_any_grid_breaks_some_for_an_exact_balance(plain):
    assert "broken" not in all_faults(tolerance=0.0)
    plain.setattr(local, "can_leave", whenever_asked)
    assert "broken" in all_faults(tolerance=0.0)


def test_a_search_that_may_leave_no_grid_changes_nothing(plain):
    """The other way round: what is never allowed is never done."""
    plain.setattr(local, "can_leave", lambda land, part, atom: can_leave(land, part, atom) and False)
    network, graph = village(0)
    start = whole.solve(graph, graph.load, K, TOLERANCE)
    assert start.tolist() == whole.solve(graph, graph.load, K, TOLERANCE).tolist()
    assert "broken" not in faults(network, graph.load, start)
