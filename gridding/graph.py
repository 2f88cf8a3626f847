"""The graph of atoms: who may be in one grid with whom, and what a border between them costs."""

from dataclasses import dataclass
from functools import cached_property

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

__all__ = ["Graph", "build_graph", "join_components"]

# How far on each side of a barrier a link is asked for the atom it lands in.
LANDING_M = 0.01


@dataclass(frozen=True, eq=False)
class Graph:
    """Atoms as nodes, the ways between neighbours as rows of arrays.

    Per atom: `load`, `place` (n x 2, metres), `area_m2`, and `outer_m`, the length of its outline that is no open
    border to another atom (village border, hard barrier, exclusive land). The neighbours of atom a, in rising order,
    are `other[start[a]:start[a + 1]]`; beside them stand `length_m`, the length of the common border, and `cost`, that
    length made less where it lies on a soft barrier. Both are 0 over a link. Each way stands in both rows.
    """

    load: Ints
    place: Floats
    area_m2: Floats
    outer_m: Floats
    start: Ints
    other: Ints
    length_m: Floats
    cost: Floats

    @classmethod
    def of_pairs(
        cls, load: Ints, place: Floats, land_m: tuple[Floats, Floats], pairs: Ints, border_m: tuple[Floats, Floats]
    ) -> "Graph":
        """Give the graph of atoms with distinct pairs of neighbours (m x 2).

        `land_m` are area and outer length of the atoms, `border_m` length and cost of the pairs.
        """
        ends = np.concatenate([pairs, pairs[:, ::-1]])
        order = np.lexsort((ends[:, 1], ends[:, 0]))
        start = np.concatenate([[0], np.cumsum(np.bincount(ends[:, 0], minlength=len(load)))]).astype(np.int64)
        length_m, cost = (np.tile(values, 2)[order] for values in border_m)
        return cls(load, place, *land_m, start, np.ascontiguousarray(ends[order, 1]), length_m, cost)

    @property
    def atom(self) -> Ints:
        """The atom in whose row each way stands."""
        return np.repeat(np.arange(len(self.load)), np.diff(self.start))

    @cached_property
    def component(self) -> Ints:
        """The connected component of each atom, numbered in the order of their first atoms."""
        count = len(self.load)
        joined = scipy.sparse.coo_array((np.ones(len(self.other)), (self.atom, self.other)), shape=(count, count))
        return connected_components(joined, directed=False)[1].astype(np.int64)

    def with_pairs(self, pairs: Ints) -> "Graph":
        """Give the graph with these atoms (m x 2) made neighbours by borders of no length, where they are not yet."""
        once = self.atom < self.other
        together = np.vstack([np.column_stack([self.atom, self.other])[once], np.sort(pairs.reshape(-1, 2), axis=1)])
        # Of equal pairs the first is kept: the border that is there already.
        distinct, first = np.unique(together, axis=0, return_index=True)
        none = np.zeros(len(pairs))
        length_m, cost = (np.concatenate([values[once], none])[first] for values in (self.length_m, self.cost))
        return Graph.of_pairs(self.load, self.place, (self.area_m2, self.outer_m), distinct, (length_m, cost))


def build_graph(atoms: Atoms, village: Village) -> Graph:
    """Give the graph of the atoms with hard barriers crossed at the village's links only."""
    first, second = atoms.atom[atoms.edges.first], atoms.atom[atoms.edges.second]
    open_way = ~atoms.barriers.hard & (first != second) & (first >= 0) & (second >= 0)
    length_m = atoms.edges.length_m[open_way]
    cost = length_m / (1.0 + atoms.barriers.soft_cost[open_way])
    pairs, (lengths_m, costs) = sum_by_pair(first[open_way], second[open_way], length_m, cost)
    wide = lengths_m >= LEAST_BORDER_M
    pairs, lengths_m, costs = pairs[wide], lengths_m[wide], costs[wide]
    place, area_m2 = _places(atoms)
    outer_m = _outlines_m(atoms) - np.bincount(pairs.ravel(), np.repeat(lengths_m, 2), minlength=len(atoms.load))
    # Summing in another order may leave a rounding error where nothing is left.
    land_m = (area_m2, np.maximum(outer_m, 0.0))
    graph = Graph.of_pairs(atoms.load, place, land_m, pairs, (lengths_m, costs))
    linked = _linked_pairs(atoms, village)
    return graph.with_pairs(np.array(linked, dtype=np.int64)) if linked else graph


def _places(atoms: Atoms) -> tuple[Floats, Floats]:
    """Give the centroid (n x 2) and the area of each atom."""
    basic = atoms.atom >= 0
    area = shapely.area(atoms.faces[basic])
    centre = shapely.get_coordinates(shapely.centroid(atoms.faces[basic]))
    label = atoms.atom[basic]
    total = np.bincount(label, weights=area)
    place = np.column_stack([np.bincount(label, weights=area * centre[:, axis]) / total for axis in (0, 1)])
    return place, np.asarray(total, dtype=np.float64)


def _outlines_m(atoms: Atoms) -> Floats:
    """Give the length of the outline of each atom: borders between its own faces are no part of it."""
    basic = atoms.atom >= 0
    around_m = np.bincount(atoms.atom[basic], weights=shapely.length(atoms.faces[basic]))
    first = atoms.atom[atoms.edges.first]
    within = (first == atoms.atom[atoms.edges.second]) & (first >= 0)
    inner_m = np.bincount(first[within], weights=atoms.edges.length_m[within], minlength=len(around_m))
    return np.asarray(around_m - 2 * inner_m, dtype=np.float64)


def _linked_pairs(atoms: Atoms, village: Village) -> list[tuple[int, int]]:
    """Give the atoms on both sides of each barrier that each link crosses."""
    pairs = []
    barrier = shapely.union_all(village.hard)
    for link in village.links:
        common = shapely.get_parts(shapely.intersection(link, barrier))
        # A link that runs along a barrier for a while does not cross it there.
        crossings = common[shapely.get_dimensions(common) == 0]
        at_m = shapely.line_locate_point(link, crossings)
        # Nor does one that begins or ends on it.
        at_m = at_m[(at_m > LANDING_M) & (at_m < link.length - LANDING_M)]
        for before, after in zip(
            _landing(atoms, link, at_m - LANDING_M), _landing(atoms, link, at_m + LANDING_M), strict=True
        ):
            if before != after and min(before, after) >= 0:
                pairs.append((before, after))
    return pairs


def _landing(atoms: Atoms, link: shapely.LineString, at_m: Floats) -> list[int]:
    face = first_covering(atoms.faces, shapely.line_interpolate_point(link, at_m))
    landed: list[int] = np.append(atoms.atom, NOT_FOUND)[face].tolist()
    return landed


def join_components(graph: Graph, atoms: Atoms, least_load: float, most: int) -> tuple[Graph, tuple[Link, ...]]:
    """Give the graph with small components joined to their nearest neighbours, and the links that do it.

    Components below `least_load` are joined, lightest first; then the lightest go on until no more than `most` are
    left, because each component needs a grid of its own. Cost: one nearest-neighbour query per component joined.
    """
    links: list[Link] = []
    label = graph.component
    while len(load := np.bincount(label, weights=graph.load)) > 1:
        lightest = int(np.argmin(load))
        if load[lightest] >= least_load and len(load) <= most:
            break
        pair, line = _nearest_pair(atoms, label, lightest)
        links.append(Link(line, True, f"{load[lightest]:.0f} of load had no way to a neighbour"))
        graph = graph.with_pairs(np.array([pair], dtype=np.int64))
        label = graph.component
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
