"""The search on graphs, with networkx as the judge of contiguity."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridding.graph import Graph, components
from gridding.refine import Partition, refine
from gridding.solve import solve
from gridding.sweep import grow_from, halve, partition, parts_of

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def to_graph(network, loads, place=None):
    """Unit squares as atoms, each border one metre; loops are left out."""
    edges = [pair for pair in sorted(map(sorted, network.edges)) if pair[0] != pair[1]]
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    one, border_m = np.ones(len(loads)), np.ones(len(pairs))
    outer_m = np.maximum(0.0, 4.0 - np.bincount(pairs.ravel(), minlength=len(loads)))
    places = np.array(place or [(node, 0) for node in sorted(network)], dtype=float)
    return Graph.of_pairs(np.array(loads), places, (one, outer_m), pairs, (border_m, border_m))


def lattice(width, height, loads=None):
    """Squares in rows, each the neighbour of four."""
    network = nx.convert_node_labels_to_integers(nx.grid_2d_graph(width, height), ordering="sorted")
    place = [(x, y) for x in range(width) for y in range(height)]
    return network, to_graph(network, loads or [1] * len(place), place)


@st.composite
def connected(draw):
    """A random connected graph of up to 30 atoms with loads."""
    count = draw(st.integers(2, 30))
    network = nx.Graph([(node, draw(st.integers(0, node - 1))) for node in range(1, count)])
    extra = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    network.add_edges_from(draw(st.lists(extra, max_size=40)))
    loads = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    return network, loads


@QUICK
@given(case=connected(), k=st.integers(1, 6))
def test_every_grid_is_connected_and_none_is_empty(case, k):
    network, loads = case
    k = min(k, len(loads))
    label = solve(to_graph(network, loads), np.array(loads), k, 0.05)
    assert sorted(set(label)) == list(range(k))
    for grid in range(k):
        assert nx.is_connected(network.subgraph(np.flatnonzero(label == grid).tolist()))


@QUICK
@given(case=connected())
def test_components_and_parts_are_those_of_networkx(case):
    network, loads = case
    network.remove_edges_from(list(network.edges)[:3])
    graph = to_graph(network, loads)
    expected = sorted(sorted(part) for part in nx.connected_components(network))
    assert parts_of(graph, range(len(loads))) == expected
    label = components(graph)
    assert sorted(np.flatnonzero(label == part).tolist() for part in range(label.max() + 1)) == expected


@QUICK
@given(case=connected())
def test_a_move_is_allowed_where_the_grid_stays_connected(case):
    network, loads = case
    half = len(loads) // 2 or 1
    first = sorted(nx.bfs_tree(network, 0))[:half]
    if not nx.is_connected(network.subgraph(first)):
        first = [0]
    label = [0 if node in first else 1 for node in range(len(loads))]
    state = Partition(to_graph(network, loads), loads, label, 2, 0.05, sum(loads) / 2)
    for node in first:
        rest = network.subgraph(set(first) - {node})
        assert state.can_leave(node) == (len(rest) > 0 and nx.is_connected(rest))


@QUICK
@given(case=connected(), k=st.integers(2, 4))
def test_refining_never_makes_a_plan_worse(case, k):
    network, loads = case
    k = min(k, len(loads))
    graph = to_graph(network, loads)
    groups = partition(graph, loads, list(range(len(loads))), k, 0.05)
    label = [next(grid for grid, group in enumerate(groups) if node in group) for node in range(len(loads))]
    state = Partition(graph, loads, label, k, 0.05, sum(loads) / k)
    before = sum(map(state.penalty, state.load))
    refine(state)
    assert sum(map(state.penalty, state.load)) <= before
    assert sum(state.load) == sum(loads)


def test_a_strip_is_halved_in_the_middle():
    _, graph = lattice(8, 2)
    first, second = halve(graph, [1] * 16, list(range(16)), (1, 1), 0.0)
    assert sorted([first, second]) == [list(range(8)), list(range(8, 16))]


def test_shares_need_not_be_equal():
    _, graph = lattice(9, 1)
    halves = halve(graph, [1] * 9, list(range(9)), (1, 2), 0.0)
    assert sorted(len(half) for half in halves) == [3, 6]


def test_a_star_that_no_sweep_can_halve_is_grown():
    graph = to_graph(nx.star_graph(5), [1] * 6)
    groups = partition(graph, [1] * 6, list(range(6)), 3, 0.05)
    assert sorted(map(len, groups)) == [1, 1, 4]


def test_groups_grow_over_everything_lightest_first():
    graph = to_graph(nx.path_graph(6), [1] * 6)
    assert grow_from(graph, [1] * 6, range(6), [[0], [5]]) == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("k", [2, 3, 4, 6, 8, 12])
def test_a_square_of_equal_atoms_is_balanced(k):
    _, graph = lattice(12, 12)
    label = solve(graph, graph.load, k, 0.05)
    assert np.bincount(label) / (144 / k) == pytest.approx(np.ones(k), abs=0.0501)


def test_two_misplaced_atoms_are_given_back():
    _, graph = lattice(4, 4)
    label = [0] * 8 + [1] * 8
    label[4], label[8] = 1, 0
    state = Partition(graph, [1] * 16, label, 2, 0.05, 8)
    refine(state)
    assert sorted(map(sorted, state.members)) == [list(range(8)), list(range(8, 16))]
