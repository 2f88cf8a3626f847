"""The search on graphs, with networkx as the judge of contiguity."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridding.anneal import anneal, descend
from gridding.first_plan import first_plan
from gridding.graph import Graph
from gridding.partition import Limits, can_leave, change, labelled, land_of, move, price
from gridding.solve import solve
from gridding.sweep import bisect, fill, parts_of

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


@st.composite
def pieces(draw):
    """A random graph of up to three components with a load of at least one in each, and a k it allows."""
    networks = [draw(connected()) for _ in range(draw(st.integers(1, 3)))]
    network = nx.disjoint_union_all([network for network, _ in networks])
    loads = [load for _, loads in networks for load in loads]
    empty = draw(st.lists(st.booleans(), min_size=len(loads), max_size=len(loads)))
    loads = [0 if none and place % 3 else load for place, (load, none) in enumerate(zip(loads, empty, strict=True))]
    most = sum(load > 0 for load in loads)
    return network, loads, draw(st.integers(min(len(networks), most), min(most, 9)))


def partition_of(graph, label, k):
    return labelled(land_of(graph, graph.load), np.array(label), k)


def limits_of(graph, k, tolerance=0.05, excess_price=1e4, soft_price=0.3):
    mean = graph.load.sum() / k
    return Limits(
        np.full(k, mean * (1 - tolerance)), np.full(k, mean * (1 + tolerance)), mean, excess_price, soft_price
    )


def outline_m(graph, label, grid):
    """The outline of a grid counted anew, border by border."""
    ways = [
        (atom, other, length)
        for atom, other, length in zip(graph.atom, graph.other, graph.length_m, strict=True)
        if label[atom] == grid != label[other]
    ]
    return graph.outer_m[np.array(label) == grid].sum() + sum(length for _, _, length in ways)


@QUICK
@given(case=pieces())
def test_every_grid_is_connected_and_none_is_empty(case):
    network, loads, k = case
    label = solve(to_graph(network, loads), np.array(loads), k, 0.05)
    assert sorted(set(label)) == list(range(k))
    for grid in range(k):
        assert nx.is_connected(network.subgraph(np.flatnonzero(label == grid).tolist()))


@QUICK
@given(case=pieces())
def test_the_first_plan_is_connected_too(case):
    network, loads, k = case
    graph = to_graph(network, loads)
    label, aims = first_plan(land_of(graph, graph.load), graph.component, k, 0.05)
    assert sorted(set(label)) == list(range(k))
    assert len(aims) == k
    for grid in range(k):
        assert nx.is_connected(network.subgraph(np.flatnonzero(label == grid).tolist()))


@QUICK
@given(case=connected())
def test_components_and_parts_are_those_of_networkx(case):
    network, loads = case
    network.remove_edges_from(list(network.edges)[:3])
    graph = to_graph(network, loads)
    expected = sorted(sorted(part) for part in nx.connected_components(network))
    for label in (graph.component, parts_of(land_of(graph, graph.load), np.arange(len(loads)))):
        assert [np.flatnonzero(label == part).tolist() for part in range(label.max() + 1)] == expected


@QUICK
@given(case=connected())
def test_a_move_is_allowed_where_the_grid_stays_connected(case):
    network, loads = case
    half = len(loads) // 2 or 1
    first = sorted(nx.bfs_tree(network, 0))[:half]
    if not nx.is_connected(network.subgraph(first)):
        first = [0]
    graph = to_graph(network, loads)
    part = partition_of(graph, [0 if node in first else 1 for node in range(len(loads))], 2)
    for node in first:
        rest = network.subgraph(set(first) - {node})
        assert can_leave(land_of(graph, graph.load), part, node) == (len(rest) > 0 and nx.is_connected(rest))


@QUICK
@given(case=pieces(), seed=st.integers(0, 99))
def test_a_search_keeps_its_books(case, seed):
    """Loads, areas, outlines and prices that were carried along are those counted anew."""
    network, loads, k = case
    graph = to_graph(network, loads)
    land, limits = land_of(graph, graph.load), limits_of(graph, k, excess_price=3.0)
    part = labelled(land, first_plan(land, graph.component, k, 0.05)[0], k)
    anneal(land, part, limits, np.arange(len(loads)), 5, (0.5, 0.1), seed)
    assert part.load.tolist() == np.bincount(part.label, weights=loads, minlength=k).tolist()
    assert part.atoms.tolist() == np.bincount(part.label, minlength=k).tolist()
    assert part.area_m2 == pytest.approx(np.bincount(part.label, minlength=k))
    assert part.outline_m == pytest.approx([outline_m(graph, part.label, grid) for grid in range(k)])


@QUICK
@given(case=connected(), k=st.integers(2, 4))
def test_a_change_is_what_the_price_rises_by(case, k):
    network, loads = case
    k = min(k, len(loads))
    graph = to_graph(network, loads)
    land, limits = land_of(graph, graph.load), limits_of(graph, k, tolerance=0.0, excess_price=1.0)
    part = labelled(land, first_plan(land, graph.component, k, 0.05)[0], k)
    for atom in range(len(loads)):
        for to in sorted({int(part.label[other]) for other in network[atom]} - {int(part.label[atom])}):
            if not can_leave(land, part, atom):
                continue
            home, expected = part.label[atom], change(land, part, limits, atom, to)
            before = whole_price(land, part, limits)
            move(land, part, atom, to)
            assert whole_price(land, part, limits) - before == pytest.approx(expected, abs=1e-9)
            move(land, part, atom, home)


def whole_price(land, part, limits):
    outside = np.maximum(np.maximum(limits.low - part.load, part.load - limits.high), 0) / limits.mean
    return limits.excess_price * (outside * (1 + outside)).sum() + price(land, part, limits)[1]


@QUICK
@given(case=connected(), k=st.integers(2, 4))
def test_descending_never_makes_a_plan_worse(case, k):
    network, loads = case
    k = min(k, len(loads))
    graph = to_graph(network, loads)
    land, limits = land_of(graph, graph.load), limits_of(graph, k)
    part = labelled(land, first_plan(land, graph.component, k, 0.05)[0], k)
    before = whole_price(land, part, limits)
    descend(land, part, limits, 20)
    assert whole_price(land, part, limits) <= before + 1e-9


def divided(graph, k):
    """The groups that bisecting gives."""
    label = np.full(len(graph.load), -1)
    bisect(land_of(graph, graph.load), np.arange(len(label)), 0, k, 0.05, label)
    return sorted(np.flatnonzero(label == grid).tolist() for grid in range(k))


def test_a_strip_is_halved_in_the_middle():
    assert divided(lattice(8, 2)[1], 2) == [list(range(8)), list(range(8, 16))]


def test_a_strip_of_three_is_cut_twice():
    assert sorted(map(len, divided(lattice(9, 1)[1], 3))) == [3, 3, 3]


def test_a_star_that_no_sweep_can_halve_is_grown():
    assert sorted(map(len, divided(to_graph(nx.star_graph(5), [1] * 6), 3))) == [1, 1, 4]


def test_atoms_without_a_grid_go_to_the_lightest_beside_them():
    graph = to_graph(nx.path_graph(6), [1, 1, 1, 1, 1, 5])
    label = np.array([0, -1, -1, -1, -1, 1])
    fill(land_of(graph, graph.load), np.arange(6), 0, 2, label)
    assert label.tolist() == [0, 0, 0, 1, 1, 1]


def test_a_heavy_atom_is_alone_and_the_rest_alike():
    graph = to_graph(nx.path_graph(7), [12, 2, 2, 2, 2, 2, 2])
    label = solve(graph, graph.load, 4, 0.05)
    assert sorted(np.bincount(label, weights=graph.load)) == [4, 4, 4, 12]


def test_a_heavy_atom_in_the_middle_of_a_cross_takes_the_tips():
    """Each arm must go through the middle: only one arm can be a grid of its own."""
    graph = to_graph(nx.star_graph(3), [9, 3, 1, 1])
    label = solve(graph, graph.load, 2, 0.05)
    assert sorted(np.bincount(label, weights=graph.load)) == [3, 11]


@pytest.mark.parametrize("k", [2, 3, 4, 6, 8, 12])
def test_a_square_of_equal_atoms_is_balanced(k):
    _, graph = lattice(12, 12)
    label = solve(graph, graph.load, k, 0.05)
    assert np.bincount(label) / (144 / k) == pytest.approx(np.ones(k), abs=0.0501)


def test_four_quarters_of_a_square_are_squares():
    _, graph = lattice(10, 10)
    label = solve(graph, graph.load, 4, 0.0)
    assert [outline_m(graph, label, grid) for grid in range(4)] == [20, 20, 20, 20]


def test_two_misplaced_atoms_are_given_back():
    _, graph = lattice(4, 4)
    label = [0] * 8 + [1] * 8
    label[4], label[8] = 1, 0
    part = partition_of(graph, label, 2)
    descend(land_of(graph, graph.load), part, limits_of(graph, 2, tolerance=0.2), 20)
    assert part.label.tolist() == [0] * 8 + [1] * 8


def test_the_same_dice_give_the_same_plan_and_others_another():
    _, graph = lattice(20, 20)
    land, limits = land_of(graph, graph.load), limits_of(graph, 4, excess_price=10.0)
    found = []
    for seed in (1, 1, 2):
        part = labelled(land, np.repeat(np.arange(4), 100), 4)
        anneal(land, part, limits, np.arange(400), 10, (0.5, 0.5), seed)
        found.append(part.label.tolist())
    assert found[0] == found[1] != found[2]


def test_a_border_lies_on_the_cheaper_line():
    """Eight columns of four; the street runs after the third one, and 12 : 20 is within a tolerance of 30 %."""
    _, graph = lattice(8, 4)
    columns = np.sort([graph.atom // 4, graph.other // 4], axis=0)
    street = (columns[0] == 2) & (columns[1] == 3)
    cheap = replace(graph, cost=np.where(street, 0.1, graph.cost))
    assert sorted(np.bincount(solve(cheap, cheap.load, 2, 0.3))) == [12, 20]
