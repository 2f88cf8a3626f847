"""The graph of atoms: who may be in one grid with whom, and what a border between them costs."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse
import shapely
from scipy.sparse.csgraph import connected_components

from gridding.atoms import Atoms
from gridding.lattice import Floats, Ints
from gridding.linework import NOT_FOUND, first_covering
from gridding.segments import LEAST_BORDER_M, sum_by_pair
from gridding.types import Link
from gridding.village import Village

__all__ = ["Graph", "build_graph", "components", "join_components"]

# How far on each side of a barrier a link is asked for the atom it lands in.
LANDING_M = 0.01


@dataclass(frozen=True)
class Graph:
    """Atoms as nodes: `load`, `place` (n x 2, metres), and `borders` between neighbours.

    `borders[a]` are pairs (b, cost) in rising order of b; cost is the length in metres of the common border, less where
    it lies on a soft barrier, and 0 over a link.
    """

    load: Ints
    place: Floats
    borders: tuple[tuple[tuple[int, float], ...], ...]

    def with_pairs(self, pairs: list[tuple[int, int]]) -> "Graph":
        """Give the graph with these atoms made neighbours at no cost."""
        costs = [dict(row) for row in self.borders]
        for first, second in pairs:
            costs[first].setdefault(second, 0.0)
            costs[second].setdefault(first, 0.0)
        return Graph(self.load, self.place, tuple(tuple(sorted(row.items())) for row in costs))


def build_graph(atoms: Atoms, village: Village) -> Graph:
    """Give the graph of the atoms with hard barriers crossed at the village's links only."""
    first, second = atoms.atom[atoms.edges.first], atoms.atom[atoms.edges.second]
    open_way = ~atoms.barriers.hard & (first != second) & (first >= 0) & (second >= 0)
    length_m = atoms.edges.length_m[open_way]
    cost = length_m / (1.0 + atoms.barriers.soft_cost[open_way])
    pairs, (lengths_m, costs) = sum_by_pair(first[open_way], second[open_way], length_m, cost)
    rows: list[dict[int, float]] = [{} for _ in atoms.load]
    for (one, other), border_m, border_cost in zip(pairs.tolist(), lengths_m.tolist(), costs.tolist(), strict=True):
        if border_m >= LEAST_BORDER_M:
            rows[one][other] = rows[other][one] = border_cost
    graph = Graph(atoms.load, _places(atoms), tuple(tuple(sorted(row.items())) for row in rows))
    return graph.with_pairs(_linked_pairs(atoms, village))


def _places(atoms: Atoms) -> Floats:
    basic = atoms.atom >= 0
    area = shapely.area(atoms.faces[basic])
    centre = shapely.get_coordinates(shapely.centroid(atoms.faces[basic]))
    label = atoms.atom[basic]
    total = np.bincount(label, weights=area)
    return np.column_stack([np.bincount(label, weights=area * centre[:, axis]) / total for axis in (0, 1)])


def _linked_pairs(atoms: Atoms, village: Village) -> list[tuple[int, int]]:
    """Give the atoms on both sides of each barrier that each link crosses."""
    pairs = []
    barrier = shapely.union_all(village.hard)
    for link in village.links:
        common = shapely.get_parts(shapely.intersection(link, barrier))
        # A link that runs along a barrier for a while does not cross it there.
        crossings = common[shapely.get_dimensions(common) == 0]
        at_m = shapely.line_locate_point(link, crossings)
        for before, after in zip(
            _landing(atoms, link, at_m - LANDING_M), _landing(atoms, link, at_m + LANDING_M), strict=True
        ):
            if before != after and min(before, after) >= 0:
                pairs.append((before, after))
    return pairs


def _landing(atoms: Atoms, link: shapely.LineString, at_m: Floats) -> list[int]:
    points = shapely.line_interpolate_point(link, np.clip(at_m, 0.0, link.length))
    face = first_covering(atoms.faces, points)
    landed: list[int] = np.append(atoms.atom, NOT_FOUND)[face].tolist()
    return landed


def components(graph: Graph) -> Ints:
    """Give the connected component of each atom, numbered in the order of their first atoms."""
    count = len(graph.load)
    pairs = [(atom, other) for atom, row in enumerate(graph.borders) for other, _ in row]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    joined = scipy.sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    return connected_components(joined, directed=False)[1].astype(np.int64)


def join_components(graph: Graph, atoms: Atoms, least_load: float, most: int) -> tuple[Graph, tuple[Link, ...]]:
    """Give the graph with small components joined to their nearest neighbours, and the links that do it.

    Components below `least_load` are joined, lightest first; then the lightest go on until no more than `most` are
    left, because each component needs a grid of its own. Cost: one nearest-neighbour query per component joined.
    """
    links: list[Link] = []
    label = components(graph)
    while len(load := np.bincount(label, weights=graph.load)) > 1:
        lightest = int(np.argmin(load))
        if load[lightest] >= least_load and len(load) <= most:
            break
        pair, line = _nearest_pair(atoms, label, lightest)
        links.append(Link(line, True, f"{load[lightest]:.0f} of load had no way to a neighbour"))
        graph = graph.with_pairs([pair])
        label = components(graph)
    return graph, tuple(links)


def _nearest_pair(atoms: Atoms, label: Ints, component: int) -> tuple[tuple[int, int], shapely.LineString]:
    """Give the nearest atoms inside and outside a component; of touching ones those with the longest border."""
    face_label = np.append(label, NOT_FOUND)[atoms.atom]
    mine = np.flatnonzero(face_label == component)
    others = np.flatnonzero((face_label >= 0) & (face_label != component))
    one, other = _touching_faces(atoms, face_label, component) or _closest_faces(atoms, mine, others)
    ends = shapely.point_on_surface(atoms.faces[[one, other]])
    return (int(atoms.atom[one]), int(atoms.atom[other])), shapely.LineString(ends.tolist())


def _touching_faces(atoms: Atoms, face_label: Ints, component: int) -> tuple[int, int] | None:
    first, second = face_label[atoms.edges.first], face_label[atoms.edges.second]
    across = ((first == component) != (second == component)) & (first >= 0) & (second >= 0)
    if not across.any():
        return None
    edges = atoms.edges.where(across)
    pairs, (length_m,) = sum_by_pair(edges.first, edges.second, edges.length_m)
    one, other = pairs[np.argmax(length_m)].tolist()
    return (one, other) if face_label[one] == component else (other, one)


def _closest_faces(atoms: Atoms, mine: Ints, others: Ints) -> tuple[int, int]:
    found, distance_m = shapely.STRtree(atoms.faces[others]).query_nearest(atoms.faces[mine], return_distance=True)
    pairs = np.column_stack([mine[found[0]], others[found[1]]])
    best = np.lexsort((pairs[:, 1], pairs[:, 0], distance_m))[0]
    return int(pairs[best, 0]), int(pairs[best, 1])
