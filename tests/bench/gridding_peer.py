"""One peer divides one board, as a process in the peers' environment: `gridding_peer.py NAME BOARD.npz ANSWER.npz`.

The answer holds a grid for each atom, the CPU seconds of the solve alone (reading, imports and what has to be built
for the peer's own types are not counted), and the call as it was made. The process is ended by its caller's CPU limit.
"""

# ruff: noqa: PLC0415 -- a peer's process loads that peer's library only
from __future__ import annotations

import importlib.metadata
import itertools
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SEED = 1
# Edge weights are whole numbers: decimetres of common border.
PER_METRE = 10


@dataclass(frozen=True)
class Peer:
    """A library, the call that is printed, and a function that prepares and gives what is timed."""

    library: str
    call: str
    prepare: Callable[[dict[str, np.ndarray]], Callable[[], np.ndarray]]


def weights(board: dict[str, np.ndarray]) -> np.ndarray:
    """Whole edge weights, at least 1."""
    return np.maximum(1, np.rint(board["length_m"] * PER_METRE)).astype(np.int32)


def pymetis(board: dict[str, np.ndarray], ufactor: int) -> Callable[[], np.ndarray]:
    """METIS k-way, connected parts asked for, at most ufactor / 1000 above the mean."""
    from pymetis import CSRAdjacency, Options, part_graph

    adjacency = CSRAdjacency(board["start"].astype(np.int32), board["other"].astype(np.int32))
    load, edge = board["load"].astype(np.int32), weights(board)
    options = Options(ufactor=ufactor, contig=1, seed=SEED)
    k = int(board["k"])
    return lambda: np.array(
        part_graph(k, adjacency, vweights=load, eweights=edge, recursive=False, options=options).vertex_part
    )


def kahip(board: dict[str, np.ndarray]) -> Callable[[], np.ndarray]:
    """KaFFPa, eco: its setting between fast and strong."""
    import kahip as library

    start, other = board["start"].astype(np.int32), board["other"].astype(np.int32)
    load, edge, k = board["load"].astype(np.int32), weights(board), int(board["k"])
    return lambda: np.array(library.kaffpa(load, start, edge, other, k, 0.03, True, SEED, 1)[1])


def kmeans(board: dict[str, np.ndarray]) -> Callable[[], np.ndarray]:
    """The recipe that is copied most: cluster the places, weighted by load."""
    from sklearn.cluster import KMeans

    model = KMeans(int(board["k"]), n_init=10, random_state=SEED)
    return lambda: model.fit_predict(board["place"], sample_weight=board["load"])


def edges(board: dict[str, np.ndarray]) -> list[tuple[int, int]]:
    """Each border once."""
    one = np.repeat(np.arange(len(board["load"])), np.diff(board["start"]))
    return [(a, b) for a, b in zip(one.tolist(), board["other"].tolist(), strict=True) if a < b]


def gerrychain(board: dict[str, np.ndarray]) -> Callable[[], np.ndarray]:
    """Random spanning trees cut again and again."""
    import networkx as nx
    from gerrychain import Graph
    from gerrychain.tree import recursive_tree_part

    plain = nx.Graph()
    plain.add_nodes_from((atom, {"load": int(load)}) for atom, load in enumerate(board["load"]))
    plain.add_edges_from(edges(board))
    graph, k = Graph.from_networkx(plain), int(board["k"])

    def solve() -> np.ndarray:
        found = recursive_tree_part(graph, range(k), board["load"].sum() / k, "load", 0.05, rng=SEED)
        return np.array([found[atom] for atom in range(len(board["load"]))])

    return solve


def spopt_input(board: dict[str, np.ndarray]):
    """The frame and the weights object that spopt wants."""
    import geopandas as gpd
    from libpysal.weights import W
    from shapely import from_wkb

    near = {atom: [] for atom in range(len(board["load"]))}
    for one, other in edges(board):
        near[one].append(other)
        near[other].append(one)
    bounds = np.concatenate([[0], board["land_end"]])
    raw = board["land"].tobytes()
    land = [from_wkb(raw[a:b]) for a, b in itertools.pairwise(bounds)]
    place = board["place"]
    frame = gpd.GeoDataFrame({"x": place[:, 0], "y": place[:, 1], "load": board["load"]}, geometry=land)
    return frame, W(near, silence_warnings=True)


def skater(board: dict[str, np.ndarray]) -> Callable[[], np.ndarray]:
    """Spanning tree pruning on places."""
    from spopt.region import Skater

    frame, w = spopt_input(board)
    model = Skater(frame, w, ["x", "y"], n_clusters=int(board["k"]))
    return lambda: (model.solve(), np.array(model.labels_))[1]


def region_kmeans(board: dict[str, np.ndarray]) -> Callable[[], np.ndarray]:
    """K-means on places whose clusters stay connected."""
    from spopt.region import RegionKMeansHeuristic

    _, w = spopt_input(board)
    model = RegionKMeansHeuristic(board["place"], int(board["k"]), w, seed=SEED)
    return lambda: (model.solve(), np.array(model.labels_))[1]


def maxp(board: dict[str, np.ndarray]) -> Callable[[], np.ndarray]:
    """As many regions as possible with at least 95 % of the mean."""
    from spopt.region import MaxPHeuristic

    frame, w = spopt_input(board)
    least = 0.95 * board["load"].sum() / int(board["k"])
    model = MaxPHeuristic(frame, w, ["x", "y"], "load", least, 2, 3, 3)

    def solve() -> np.ndarray:
        np.random.seed(SEED)
        model.solve()
        return np.array(model.labels_) - 1

    return solve


PEERS = {
    "pymetis-30": Peer(
        "pymetis",
        "part_graph(k, adjacency, vweights=load, eweights=border_dm, recursive=False, "
        "options=Options(ufactor=30, contig=1, seed=1))",
        lambda board: pymetis(board, 30),
    ),
    "pymetis-5": Peer("pymetis", "the same with ufactor=5", lambda board: pymetis(board, 5)),
    "kahip-eco": Peer("kahip", "kaffpa(load, xadj, border_dm, adjncy, k, 0.03, True, 1, 1)", kahip),
    "kmeans": Peer(
        "scikit-learn", "KMeans(k, n_init=10, random_state=1).fit_predict(place, sample_weight=load)", kmeans
    ),
    "gerrychain": Peer(
        "gerrychain", 'recursive_tree_part(graph, range(k), total / k, "load", 0.05, rng=1)', gerrychain
    ),
    "skater": Peer("spopt", 'Skater(frame, w, ["x", "y"], n_clusters=k).solve()', skater),
    "region-kmeans": Peer("spopt", "RegionKMeansHeuristic(place, k, w, seed=1).solve()", region_kmeans),
    "maxp": Peer("spopt", 'MaxPHeuristic(frame, w, ["x", "y"], "load", 0.95 * total / k, 2, 3, 3).solve()', maxp),
}


def main() -> None:
    """Read, solve, write."""
    name, source, target = sys.argv[1:]
    with np.load(source) as file:
        board = dict(file)
    peer = PEERS[name]
    solve = peer.prepare(board)
    begun = time.process_time()
    label = solve()
    seconds = time.process_time() - begun
    version = importlib.metadata.version(peer.library)
    np.savez(target, label=label.astype(np.int64), seconds=seconds, call=peer.call, library=f"{peer.library} {version}")


if __name__ == "__main__":
    main()
