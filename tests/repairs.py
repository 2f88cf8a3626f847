"""Atoms, grids and ranges made at random, and what every repair of them must keep to: an oracle of its own."""

import itertools

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from gridding.graph import Graph
from gridding.shift import Ranges, Shift, repair


@st.composite
def partitions(draw_, most=8):
    """A random connected graph of a few atoms with a grid for each atom, connected, and ranges."""
    count = draw_(st.integers(3, most))
    tree = [(draw_(st.integers(0, atom - 1)), atom) for atom in range(1, count)]
    more = draw_(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=count))
    pairs = sorted({*tree, *((min(pair), max(pair)) for pair in more if pair[0] != pair[1])})
    load = np.array(draw_(st.lists(st.integers(0, 5), min_size=count, max_size=count)), dtype=np.int64)
    border_m = np.array(draw_(st.lists(st.integers(1, 9), min_size=len(pairs), max_size=len(pairs))), dtype=float)
    none = np.zeros(count)
    graph = Graph.of_pairs(load, np.zeros((count, 2)), (none + 1, none), np.array(pairs), (border_m, border_m))
    grids = draw_(st.integers(2, 3))
    # Cutting edges of the tree leaves connected grids.
    cuts = draw_(st.lists(st.sampled_from(tree), min_size=grids - 1, max_size=grids - 1, unique=True))
    parts = nx.connected_components(
        nx.Graph([pair for pair in tree if pair not in cuts] + [(a, a) for a in range(count)])
    )
    home = np.empty(count, dtype=np.int64)
    for grid, atoms in enumerate(sorted(parts, key=min)):
        home[list(atoms)] = grid
    low = draw_(st.integers(0, int(load.sum()) // grids))
    high = draw_(st.integers(-(-int(load.sum()) // grids), int(load.sum()) + 1))
    return graph, home, Ranges(np.full(grids, low), np.full(grids, max(high, 1)), np.ones(grids, dtype=bool))


def connected(graph, label, grids):
    """Whether every grid has an atom and hangs together, as networkx sees it."""
    ways = nx.Graph(list(zip(graph.atom.tolist(), graph.other.tolist(), strict=True)))
    ways.add_nodes_from(range(len(graph.load)))
    members = [np.flatnonzero(np.asarray(label) == grid).tolist() for grid in range(grids)]
    return all(atoms and nx.is_connected(ways.subgraph(atoms)) for atoms in members)


def fewest(graph, home, ranges):
    """The least load outside the ranges, and the least load away from home, over all connected plans."""
    grids, best = len(ranges.open), None
    for label in itertools.product(range(grids), repeat=len(home)):
        away = int(graph.load[np.array(label) != home].sum())
        score = ranges.miss(np.bincount(label, weights=graph.load, minlength=grids).astype(int)), away
        if (best is None or score < best) and connected(graph, label, grids):
            best = score
    return best


def away(shift):
    return int(np.array(shift.weight)[np.array(shift.label) != np.array(shift.home)].sum())


def beginning(graph, home, fixed=None):
    return Shift(graph, home, np.zeros(len(home), dtype=bool) if fixed is None else fixed, home, int(home.max()) + 1)


def assert_honest(case, repaired=repair):
    """Assert that a repair keeps grids connected, counts right, leaves what is fixed, and never makes it worse."""
    graph, home, ranges = case
    fixed = np.arange(len(home)) % 4 == 3
    shift = beginning(graph, home, fixed)
    before = ranges.miss(shift.load)
    repaired(shift, ranges)
    label = np.array(shift.label)
    loads = np.bincount(label, weights=graph.load, minlength=len(ranges.open)).astype(int)
    assert shift.load.tolist() == loads.tolist(), "the loads are those of the atoms"
    assert connected(graph, label, len(ranges.open))
    assert (label[fixed] == home[fixed]).all()
    assert ranges.miss(loads) <= before
    if before == 0:
        assert (label == home).all(), "nothing is moved without need"
    # No single atom could go home again.
    for atom in np.flatnonzero(label != home):
        back = label.copy()
        back[atom] = home[atom]
        fits = ranges.miss(np.bincount(back, weights=graph.load, minlength=len(loads)).astype(int)) <= ranges.miss(
            loads
        )
        assert not (fits and connected(graph, back, len(loads)) and not fixed[atom])
