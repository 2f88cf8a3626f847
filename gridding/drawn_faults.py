"""What is wrong with drawn grids: every piece of land that a repair gives to another than it was drawn for."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridding.claims import claimed_by, connected
from gridding.errors import Fault
from gridding.lattice import Ints, Shapes
from gridding.linework import NOT_FOUND, faces_of, first_covering, node
from gridding.overlay import narrow
from gridding.segments import rings_of, shared_edges
from gridding.village import Village

__all__ = ["DrawnFault", "land_faults"]


@dataclass(frozen=True)
class DrawnFault(Fault):
    """A fault of a drawn plan and what the repair does about it.

    `area_m2` is the land that changes hands, `grids` the seqs it was drawn for (none: a gap), `goal` the seq that gets
    it (none: it is cut off).
    """

    area_m2: float = 0.0
    grids: tuple[int, ...] = ()
    goal: int | None = None


@dataclass(frozen=True)
class _Piece:
    """Connected land of one fate: the rows that claim it, the row that gets it, how far off those who claim it lie."""

    shape: BaseGeometry
    claims: tuple[int, ...]
    goal: int
    apart_m: float


def land_faults(
    drawn: tuple[Shapes, Ints],
    land: Shapes,
    grids: GeoDataFrame,
    village: Village,
    near_m: float,
    neighbours: GeoSeries | None,
) -> list[DrawnFault]:
    """Give the faults of drawn grids (rings and the row of each) whose repaired `land` (by row, or None) is known.

    `grids`: seq, kind and name of each row. What misses by less than `near_m` is summed up per
    set of grids, all else is a fault of its own.
    """
    seqs = grids["seq"].tolist()
    names = ["" if kind == "basic" else str(name) for kind, name in zip(grids["kind"], grids["name"], strict=True)]
    pieces = _pieces(drawn, land, village)
    faults = []
    for piece in pieces:
        if not _misses(piece, near_m):
            faults.append(_fault(piece, names, seqs, near_m, neighbours))
    near: dict[tuple[int, ...], list[BaseGeometry]] = {}
    for piece in pieces:
        if _misses(piece, near_m):
            rows = {*piece.claims, piece.goal} - {NOT_FOUND}
            near.setdefault(tuple(sorted(seqs[row] for row in rows)), []).append(piece.shape)
    faults.sort(key=lambda fault: (-fault.area_m2, fault.kind, fault.grids))
    return faults + [_near_fault(grids, shapes, near_m) for grids, shapes in sorted(near.items())]


def _pieces(drawn: tuple[Shapes, Ints], land: Shapes, village: Village) -> list[_Piece]:
    rings, row = drawn
    held = np.flatnonzero([shape is not None for shape in land])
    border = rings_of(np.array([village.boundary], dtype=object))[0]
    faces = faces_of(node(rings, rings_of(land[held])[0], border))
    inner = shapely.point_on_surface(faces)
    shapely.prepare(village.boundary)
    found = first_covering(land[held], inner)
    goal = np.where(found == NOT_FOUND, NOT_FOUND, held[found])
    goal[~shapely.intersects(village.boundary, inner)] = NOT_FOUND
    claims: list[tuple[int, ...]] = [()] * len(faces)
    for face, grid in zip(*(side.tolist() for side in claimed_by(faces, rings, row)), strict=True):
        claims[face] = (*claims[face], grid)
    return list(_grouped(faces, claims, goal, land))


def _grouped(faces: Shapes, claims: list[tuple[int, ...]], goal: Ints, land: Shapes) -> Iterable[_Piece]:
    fates = [(some, one) for some, one in zip(claims, goal.tolist(), strict=True)]
    wrong = np.array([fate != ((fate[1],), fate[1]) and fate != ((), NOT_FOUND) for fate in fates], dtype=bool)
    names = {fate: name for name, fate in enumerate(sorted(set(fates)))}
    name = np.where(wrong, [names[fate] for fate in fates], NOT_FOUND)
    part = connected(shared_edges(faces), name)
    for one in np.unique(part[wrong]).tolist():
        mine = part == one
        shape = shapely.coverage_union_all(faces[mine])
        if not narrow(np.array([shape], dtype=object))[0]:
            some, home = fates[int(np.flatnonzero(mine)[0])]
            apart_m = min((shape.distance(land[row]) for row in some if land[row] is not None), default=math.inf)
            yield _Piece(shape, some, home, apart_m)


def _misses(piece: _Piece, near_m: float) -> bool:
    leftover = len(piece.claims) == 1 and piece.goal != NOT_FOUND and piece.apart_m > near_m
    return bool(narrow(np.array([piece.shape], dtype=object), near_m)[0]) and not leftover


def _fault(
    piece: _Piece, names: Sequence[str], seqs: Sequence[int], near_m: float, neighbours: GeoSeries | None
) -> DrawnFault:
    grids = tuple(sorted(seqs[row] for row in piece.claims))
    area = f"{piece.shape.area:.1f} m2"
    goal = None if piece.goal == NOT_FOUND else seqs[piece.goal]
    if goal is None:
        kind, message = "outside", f"{area} of {_told(grids)} lie outside the village{_among(piece.shape, neighbours)}"
    elif not grids:
        kind, message = "gap", f"{area} lie in no grid and go to grid {goal}"
    elif len(grids) > 1:
        kind, message = "overlap", f"{_told(grids)} overlap by {area}, which go to grid {goal}"
    elif names[piece.goal] or names[piece.claims[0]]:
        name = names[piece.goal] or names[piece.claims[0]]
        kind, message = "exclusive_land", f"{area} of grid {grids[0]} go to grid {goal}: exclusive grid {name!r} stands"
    else:
        kind, message = "sliver", f"{area} of grid {grids[0]} are narrower than {near_m:g} m and go to grid {goal}"
    return DrawnFault(kind, message, piece.shape, area_m2=float(piece.shape.area), grids=grids, goal=goal)


def _told(grids: tuple[int, ...]) -> str:
    numbers = [str(seq) for seq in grids]
    return f"grid {numbers[0]}" if len(numbers) == 1 else f"grids {', '.join(numbers[:-1])} and {numbers[-1]}"


def _among(shape: BaseGeometry, neighbours: GeoSeries | None) -> str:
    if neighbours is None:
        return ""
    common = shapely.intersection(neighbours.to_numpy(), shape)
    names = [str(name) for name, part in zip(neighbours.index, common, strict=True) if part.area > part.length * 1e-5]
    return f", in {' and '.join(sorted(names))}" if names else ""


def _near_fault(grids: tuple[int, ...], shapes: list[BaseGeometry], near_m: float) -> DrawnFault:
    where = MultiPolygon(list(shapely.get_parts(shapes)))
    area_m2 = float(sum(shape.area for shape in shapes))
    message = f"borders of {_told(grids)} miss by less than {near_m:g} m; made one, {area_m2:.1f} m2 change hands"
    return DrawnFault("near_miss", message, where, area_m2=area_m2, grids=grids)
