"""Atoms: the pieces of land that are never cut, each with the load of the buildings on it."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import scipy.sparse
from scipy.sparse.csgraph import connected_components, dijkstra

from gridding.barriers import Barriers
from gridding.errors import Fault
from gridding.lattice import Bools, Ints, Shapes
from gridding.linework import NOT_FOUND
from gridding.segments import LEAST_BORDER_M, SharedEdges, sum_by_pair, whole_border_m
from gridding.tessellate import Faces, tessellate
from gridding.village import Village

__all__ = ["Atoms", "absorb_orphans", "build_atoms"]


@dataclass(frozen=True)
class Atoms:
    """Faces that tile the village, grouped into atoms.

    `atom` and `exclusive` give for each face its atom and its exclusive grid, NOT_FOUND where it has none (every face
    has exactly one of the two). `load` is per atom. `edges` are all borders between faces, `barriers` what lies on
    them. `warnings` name ties that could not be kept.
    """

    faces: Shapes
    atom: Ints
    exclusive: Ints
    load: Ints
    edges: SharedEdges
    barriers: Barriers
    warnings: tuple[Fault, ...]


def build_atoms(village: Village) -> Atoms:
    """Give the atoms of the village: connected land of one owner on one side of every barrier.

    A piece that lost touch with its building goes to the neighbour with the longest common border; an enclosure
    without buildings is an atom of load 0. Tied buildings are one atom, with the land between them if need be.
    """
    faces = tessellate(village)
    edges = faces.edges
    barriers = _inside_footprints_free(Barriers.along(edges, village), edges, faces)
    basic = faces.exclusive == NOT_FOUND
    at = faces.at
    housed = np.flatnonzero(at >= 0)
    housed = housed[basic[at[housed]]]
    piece = _pieces(faces, edges.where(barriers.free))
    if not len(village.atoms):
        lived_in = np.unique(piece[at[housed]])
        for crossable in (barriers.free, ~barriers.hard):
            piece = absorb_orphans(piece, lived_in, edges.where(crossable & _within(basic, edges)))
    wide = whole_border_m(edges) >= LEAST_BORDER_M
    passable = edges.where(~barriers.hard & wide & _within(basic, edges))
    piece, warnings = _join_ties(piece, at, housed, village, passable)
    atom = np.full(len(piece), NOT_FOUND, dtype=np.int64)
    atom[basic] = np.unique(piece[basic], return_inverse=True)[1]
    load = np.zeros(atom.max(initial=NOT_FOUND) + 1, dtype=np.int64)
    np.add.at(load, atom[at[housed]], village.loads[housed])
    return Atoms(faces.shapes, atom, faces.exclusive, load, edges, barriers, warnings)


def _within(basic: Bools, edges: SharedEdges) -> Bools:
    return np.asarray(basic[edges.first] & basic[edges.second])


def _inside_footprints_free(barriers: Barriers, edges: SharedEdges, faces: Faces) -> Barriers:
    first, second = faces.footprint[edges.first], faces.footprint[edges.second]
    inside = (first == second) & (first >= 0)
    return Barriers(barriers.hard, np.where(inside, 0.0, barriers.soft_cost))


def _pieces(faces: Faces, free: SharedEdges) -> Ints:
    """Give the connected piece of each face among faces of one owner and one exclusive grid."""
    same = (faces.owner[free.first] == faces.owner[free.second]) & (
        faces.exclusive[free.first] == faces.exclusive[free.second]
    )
    count = len(faces.shapes)
    joined = scipy.sparse.coo_array((np.ones(same.sum()), (free.first[same], free.second[same])), shape=(count, count))
    return connected_components(joined, directed=False)[1].astype(np.int64)


def absorb_orphans(piece: Ints, lived_in: Ints, passable: SharedEdges) -> Ints:
    """Give the pieces after each one without a house joined the neighbour with the longest common border.

    Pieces that touch no such neighbour wait for a round in which a neighbour has been absorbed.
    """
    piece = piece.copy()
    while True:
        between = passable.relabelled(piece)
        pairs, (length_m,) = sum_by_pair(between.first, between.second, between.length_m)
        settled = np.isin(pairs, lived_in)
        one_side = settled[:, 0] != settled[:, 1]
        if not one_side.any():
            return piece
        homes: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for (first, second), border_m, (first_in, _) in zip(
            pairs[one_side].tolist(), length_m[one_side].tolist(), settled[one_side].tolist(), strict=True
        ):
            orphan, home = (second, first) if first_in else (first, second)
            homes[orphan].append((-border_m, home))
        new_home = np.arange(piece.max() + 1)
        for orphan, offers in homes.items():
            new_home[orphan] = min(offers)[1]
        piece = new_home[piece]


def _join_ties(
    piece: Ints, at: Ints, housed: Ints, village: Village, passable: SharedEdges
) -> tuple[Ints, tuple[Fault, ...]]:
    """Give the pieces with tied buildings in one, joined over the land between them that carries least load."""
    tied: dict[Hashable, list[int]] = defaultdict(list)
    for house in housed.tolist():
        if village.ties[house] is not None:
            tied[village.ties[house]].append(house)
    warnings = []
    for tie, houses in tied.items():
        piece, apart = _join_pieces(piece, at[houses], at, housed, village, passable)
        if apart:
            message = f"buildings tied by {tie!r} are on two sides of a barrier and stay apart"
            warnings.append(Fault("tie_apart", message, village.places[houses[0]], "warning"))
    return piece, tuple(warnings)


def _join_pieces(
    piece: Ints, tied_faces: Ints, at: Ints, housed: Ints, village: Village, passable: SharedEdges
) -> tuple[Ints, bool]:
    """Give the pieces with those of the faces joined, and whether some could not be reached."""
    wanted = np.unique(piece[tied_faces])
    if len(wanted) == 1:
        return piece, False
    count = int(piece.max()) + 1
    load = np.bincount(piece[at[housed]], weights=village.loads[housed], minlength=count)
    between = passable.relabelled(piece)
    pairs = np.unique(np.column_stack([between.first, between.second]), axis=0)
    pairs = np.vstack([pairs, pairs[:, ::-1]])
    # Entering a piece costs the load it would add, and one for the step itself.
    steps = scipy.sparse.csr_array((1.0 + load[pairs[:, 1]], (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    start = int(wanted[np.argmax(load[wanted])])
    distance, before = dijkstra(steps, indices=[start], return_predecessors=True)
    reached = [int(goal) for goal in wanted if np.isfinite(distance[0, goal])]
    swallowed = {start}
    for goal in reached:
        step = goal
        while step != start:
            swallowed.add(step)
            step = int(before[0, step])
    joined = np.arange(count)
    joined[sorted(swallowed)] = start
    return joined[piece], len(reached) < len(wanted)
