"""Grids cut by lines into faces, and grids drawn anew from faces, with every vertex in all grids that share it."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridding.edit.rings import Edge, Key, keys_of, threaded, unthreaded
from gridding.lattice import LATTICE_M, ON_LINE_M, Floats, Ints, Shapes, array_of, lattice_keys
from gridding.linework import faces_of, first_covering, node
from gridding.overlay import narrow
from gridding.segments import edges_of, lines_of, shared_edges, straight_through, sum_by_pair, undirected_keys
from gridding.types import Plan

__all__ = [
    "Land",
    "Redrawn",
    "cut",
    "land_between",
    "neighbours",
    "outline",
    "redraw",
    "settled",
    "shapes_by_seq",
    "unique_edges",
]

# Edges farther than this from every line drawn are not looked at: nothing can move them.
NEAR_M = 1e-5
# A line that passes a vertex nearer than this goes through it.
SAME_M = 0.01


@dataclass(frozen=True)
class Redrawn:
    """What an edit wants: the new shape of each grid it changes or makes (by seq), and the grids that end.

    `names` gives the names of the exclusive grids among the new ones; all other new ones are basic.
    """

    shapes: dict[int, BaseGeometry]
    gone: frozenset[int] = frozenset()
    names: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Land:
    """Faces into which lines cut some grids: `seq` is the grid each face lies in."""

    faces: Shapes
    seq: Ints


def shapes_by_seq(plan: Plan) -> dict[int, BaseGeometry]:
    """Give seq -> shape of a plan's grids."""
    return dict(zip(plan.grids["seq"].tolist(), plan.grids.geometry.to_numpy(), strict=True))


def unique_edges(shapes: Shapes) -> tuple[Floats, Ints, Ints]:
    """Give each edge of the shapes once (n x 4), its undirected key (n x 4), and how many rings run along it."""
    edges, _ = edges_of(shapes)
    keys, first, uses = np.unique(undirected_keys(edges), axis=0, return_index=True, return_counts=True)
    return edges[first], keys, uses


def cut(touched: dict[int, BaseGeometry], lines: Shapes) -> Land:
    """Give the faces into which lines (on the lattice) cut grids; parts of lines that dangle cut nothing.

    Borders that no line comes near keep every vertex. Cost: n log n in the vertices of the grids touched.
    """
    return land_between(unique_edges(array_of(list(touched.values())))[0], lines, touched)


def land_between(edges: Floats, lines: Shapes, touched: dict[int, BaseGeometry]) -> Land:
    """Give the faces that edges (n x 4) and lines enclose inside grids; `cut` with other edges than the grids' own."""
    shapes, seqs = array_of(list(touched.values())), np.array(list(touched), dtype=np.int64)
    borders = lines_of(edges)
    lines = shapely.snap(lines, shapely.multipoints(shapely.get_coordinates(shapes)), SAME_M)
    near = np.zeros(len(borders), dtype=bool)
    near[shapely.STRtree(borders).query(lines, predicate="dwithin", distance=NEAR_M)[1]] = True
    faces = faces_of(np.concatenate([borders[~near], node(borders[near], lines)]))
    row = first_covering(shapes, shapely.point_on_surface(faces))
    return Land(faces[row >= 0], seqs[row[row >= 0]])


def settled(land: Land, home: Ints, least_m: float) -> Ints:
    """Give the home of each face where those narrower than a width follow the face of their grid they lie along."""
    home = home.copy()
    strips = narrow(land.faces, least_m)
    edges = shared_edges(land.faces)
    edges = edges.where(land.seq[edges.first] == land.seq[edges.second])
    while True:
        one_side = edges.where(strips[edges.first] != strips[edges.second])
        if not len(one_side.first):
            return home
        pairs, (length_m,) = sum_by_pair(one_side.first, one_side.second, one_side.length_m)
        first, second = pairs[np.argmax(length_m)].tolist()
        strip, side = (first, second) if strips[first] else (second, first)
        home[strip], strips[strip] = home[side], False


def redraw(plan: Plan, land: Land, home: Ints, drawn: Shapes, legal: BaseGeometry) -> dict[int, BaseGeometry]:
    """Give the new shape, by seq, of every grid that changes when each face of the land goes to its `home`.

    A new vertex on the outline of the land is put into the grid on the other side. Vertices that the edit leaves
    without use go: those that noding made, and junctions of a border that ends there no longer. Vertices of the lines
    `drawn` and of the village boundary `legal` stay.
    """
    before = shapes_by_seq(plan)
    after = {int(seq): shapely.coverage_union_all(land.faces[home == seq]) for seq in np.unique(home)}
    touched = set(np.unique(land.seq).tolist())
    around = neighbours(before, list(touched), set(before) - touched)
    beads = _beads(array_of([before[seq] for seq in sorted(touched)]), array_of(list(after.values())))
    for seq in around if beads else []:
        keys = set(map(tuple, undirected_keys(edges_of(array_of([before[seq]]))[0]).tolist()))
        if keys & set(beads):
            after[seq] = threaded(before[seq], beads)
    hood = {seq: before[seq] for seq in around} | after
    old = array_of([before[seq] for seq in [*sorted(touched), *around]])
    kept = keys_of(np.vstack([shapely.get_coordinates(drawn), shapely.get_coordinates(legal)]))
    idle = _left_idle(old, array_of(list(hood.values()))) - kept
    for seq, shape in hood.items() if idle else []:
        if keys_of(shapely.get_coordinates(shape)) & idle:
            after[seq] = unthreaded(shape, idle)
    return {seq: shapely.normalize(shape) for seq, shape in after.items()}


def neighbours(shapes: dict[int, BaseGeometry], middle: list[int], others: set[int]) -> list[int]:
    """Give those of the others, in rising order, whose bounds meet the bounds of one in the middle."""
    ordered = sorted(others)
    tree = shapely.STRtree(array_of([shapes[seq] for seq in ordered]))
    found = np.unique(tree.query(array_of([shapes[seq] for seq in middle]))[1])
    return [ordered[row] for row in found.tolist()]


def outline(shapes: Shapes) -> tuple[Floats, Ints]:
    """Give the edges (n x 4) that only one ring of the shapes runs along, with their undirected keys (n x 4)."""
    edges, keys, uses = unique_edges(shapes)
    return edges[uses == 1], keys[uses == 1]


def _beads(before: Shapes, after: Shapes) -> dict[Edge, Floats]:
    """Give for each edge of the old outline the new vertices on it, in the order of the undirected edge."""
    edges, keys = outline(before)
    known = keys_of(shapely.get_coordinates(before))
    points = np.unique(shapely.get_coordinates(after), axis=0)
    new = np.array([tuple(key) not in known for key in lattice_keys(points).tolist()], dtype=bool)
    points = points[new]
    lines = lines_of(edges)
    point, edge = shapely.STRtree(lines).query(shapely.points(points), predicate="dwithin", distance=ON_LINE_M)
    beads: dict[Edge, Floats] = {}
    for row in np.unique(edge).tolist():
        low = keys[row, :2] * LATTICE_M
        on = points[point[edge == row]]
        beads[tuple(keys[row].tolist())] = on[np.argsort(np.hypot(*(on - low).T), kind="stable")]
    return beads


def _left_idle(before: Shapes, after: Shapes) -> set[Key]:
    """Give the vertices on straight borders that are new, or where more than two borders met and do no longer."""
    old, new = unique_edges(before)[0], unique_edges(after)[0]
    places, uses = np.unique(lattice_keys(old.reshape(-1, 2)), axis=0, return_counts=True)
    plain = set(map(tuple, places[uses == 2].tolist()))
    ends = np.vstack([new, new[:, [2, 3, 0, 1]]])
    idle = keys_of(ends[straight_through(ends)][:, :2])
    return idle - plain
