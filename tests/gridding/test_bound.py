"""The bound against every contiguous partition there is."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridding.bound import least_deviation


@st.composite
def small_graphs(draw):
    count = draw(st.integers(1, 8))
    loads = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    graph = nx.Graph(draw(st.lists(pairs, max_size=12)))
    graph.add_nodes_from(range(count))
    return graph, loads


def partitions(nodes, k):
    """Every way to put the nodes in k non-empty groups."""
    if not nodes:
        if k == 0:
            yield []
        return
    first, *rest = nodes
    for groups in partitions(rest, k - 1) if k else ():
        yield [[first], *groups]
    for groups in partitions(rest, k):
        for place in range(len(groups)):
            yield [*groups[:place], [first, *groups[place]], *groups[place + 1 :]]


def best_deviation(graph, loads, k):
    mean = sum(loads) / k
    deviations = [
        max(abs(sum(loads[node] for node in group) - mean) / mean for group in groups)
        for groups in partitions(list(graph), k)
        if all(nx.is_connected(graph.subgraph(group)) for group in groups)
    ]
    return min(deviations, default=None)


@settings(max_examples=120, deadline=None)
@given(case=small_graphs(), k=st.integers(1, 4))
def test_no_contiguous_plan_beats_the_bound(case, k):
    graph, loads = case
    component = np.zeros(len(loads), dtype=np.int64)
    for number, nodes in enumerate(nx.connected_components(graph)):
        component[list(nodes)] = number
    best = best_deviation(graph, loads, k) if sum(loads) else 0.0
    if best is not None:
        assert least_deviation(np.array(loads), component, k) <= best + 1e-12


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(loads=st.lists(st.integers(0, 20), min_size=10, max_size=10), k=st.integers(2, 4))
def test_no_plan_of_ten_atoms_in_a_ring_beats_the_bound(loads, k):
    best = best_deviation(nx.cycle_graph(10), loads, k) if sum(loads) else 0.0
    assert least_deviation(np.array(loads), np.zeros(10, dtype=np.int64), k) <= best + 1e-12


@pytest.mark.parametrize(
    ("loads", "component", "k", "bound"),
    [
        ([9, 1, 1, 1], [0, 0, 0, 0], 2, 0.5),  # nine where six are due
        ([3, 3, 3], [0, 0, 0], 2, 1 / 3),  # 4.5 each: six and three
        ([3, 9], [0, 1], 2, 0.5),  # two islands: three and nine where six are due
        ([2, 2, 2, 2], [0, 0, 0, 0], 2, 0.0),
        ([0, 0], [0, 0], 2, 0.0),
    ],
)
def test_small_bounds(loads, component, k, bound):
    assert least_deviation(np.array(loads), np.array(component), k) == pytest.approx(bound)
