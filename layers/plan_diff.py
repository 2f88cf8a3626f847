"""What a plan changes, grid by grid, against the grids in force or another plan; with the lines to draw it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from gridding import Diff, Village, VillageError, compare
from gridding import Plan as Coverage
from layers.errors import Fault, Invalid
from layers.grid_rows import GridRow, planar_frame
from layers.models import Plan
from layers.plans import faults_in_lonlat, grids_of
from layers.villages import build, plane_of, read_inputs

__all__ = ["DiffLines", "Fate", "Flow", "GridChange", "PlanDiff", "diff"]

Fate = Literal["kept", "changed", "begun", "ended"]
XY = tuple[float, float]


@dataclass(frozen=True)
class GridChange:
    """One grid before and after: its numbers and loads (None where it is not), and what becomes of it.

    `partner` is the grid (before) that a begun one was split from, or the one (after) that an ended one joins.
    """

    before: str | None
    after: str | None
    name: str | None
    load_before: int | None
    load_after: int | None
    fate: Fate
    partner: str | None


@dataclass(frozen=True)
class Flow:
    """Houses, and their load, that leave one grid for another."""

    origin: str
    goal: str
    houses: int
    load: int


@dataclass(frozen=True)
class PlanDiff:
    """What changes in a village: its grids, who moves, and metres of border kept, given up and drawn anew.

    `gained` and `lost` are the loads of houses that only the second or only the first has in a grid.
    """

    village_code: str
    village_name: str
    grids: tuple[GridChange, ...]
    flows: tuple[Flow, ...]
    moved_load: int
    moved_share: float
    gained: int
    lost: int
    kept_m: float
    gone_m: float
    new_m: float


@dataclass(frozen=True)
class DiffLines:
    """The same as lines and points in metres east and north: `moves` are houses with the number of their new grid."""

    outline: tuple[tuple[XY, ...], ...]
    kept: tuple[tuple[XY, ...], ...]
    gone: tuple[tuple[XY, ...], ...]
    new: tuple[tuple[XY, ...], ...]
    labels: tuple[tuple[XY, str], ...]
    moves: tuple[tuple[XY, str], ...]


def diff(session: Session, after: Plan, before: Plan | None = None) -> tuple[PlanDiff, DiffLines]:
    """What changes from the grids in force, or from another plan of the village, to a plan, for today's houses.

    Cost: reads the village as dividing does.

    Raises:
        NotFound: when the village is not in the scope any longer.
        Invalid: when the village has faults now, or the plans are of different villages.
    """
    if before is not None and before.village_code != after.village_code:
        raise Invalid("The plans are of different villages.", [Fault("before", before.village_code)])
    inputs = read_inputs(session, after.village_code)
    plane = plane_of(inputs)
    try:
        village = build(inputs, plane)
    except VillageError as error:
        raise Invalid("The village has faults.", faults_in_lonlat(error.faults, plane)) from error
    old = inputs.in_force if before is None else grids_of(session, before.id)
    new = grids_of(session, after.id)
    old_names = {row.number: f"{row.number:03d}" if before is None else str(row.number) for row in old}
    new_names = {row.number: str(row.number) for row in new}
    one, other = planar_frame(old, "seq", plane), planar_frame(new, "seq", plane)
    found = compare(Coverage(one), Coverage(other), village)
    changes = PlanDiff(
        village_code=inputs.code,
        village_name=inputs.name,
        grids=tuple(_changes(found, old, new, old_names, new_names)),
        flows=tuple(
            Flow(old_names[origin], new_names[goal], houses, load)
            for origin, goal, houses, load in found.flows.itertuples(index=False, name=None)
        ),
        moved_load=found.moved_load,
        moved_share=round(found.moved_share, 6),
        gained=int(found.gained["load"].sum()),
        lost=int(found.lost["load"].sum()),
        kept_m=round(found.borders.kept_m, 1),
        gone_m=round(found.borders.gone_m, 1),
        new_m=round(found.borders.new_m, 1),
    )
    return changes, _drawn(found, village, other, new_names)


def _changes(
    found: Diff,
    old: Sequence[GridRow],
    new: Sequence[GridRow],
    old_names: Mapping[int, str],
    new_names: Mapping[int, str],
) -> Iterable[GridChange]:
    """The grids after by number, then those that end."""
    heirs = {int(str(seq)): int(number) for seq, number in found.goes_on.dropna().items()}
    split_from = {seq: origin for origin, seqs in found.split.items() for seq in seqs}
    joining = {number: seq for seq, numbers in found.merged.items() for number in numbers}
    for row in new:
        number = heirs.get(row.number)
        yield GridChange(
            before=None if number is None else old_names[number],
            after=new_names[row.number],
            name=row.name,
            load_before=None if number is None else int(found.load_before[number]),
            load_after=int(found.load_after[row.number]),
            fate="begun" if number is None else "kept" if row.number in found.unchanged else "changed",
            partner=old_names.get(split_from.get(row.number, 0)) if number is None else None,
        )
    for row in old:
        if row.number in found.ended:
            load = int(found.load_before[row.number])
            partner = new_names.get(joining.get(row.number, 0))
            yield GridChange(old_names[row.number], None, row.name, load, None, "ended", partner)


def _drawn(found: Diff, village: Village, grids: GeoDataFrame, names: Mapping[int, str]) -> DiffLines:
    places = dict(zip(village.houses["id"], shapely.get_coordinates(village.places).tolist(), strict=True))
    moved = zip(found.moved["id"], found.moved["goal"], strict=True)
    inner = shapely.get_coordinates(grids.geometry.representative_point().to_numpy()).tolist()
    return DiffLines(
        outline=_lines(village.boundary.boundary),
        kept=_lines(found.borders.kept),
        gone=_lines(found.borders.gone),
        new=_lines(found.borders.new),
        labels=tuple(((x, y), names[int(seq)]) for (x, y), seq in zip(inner, grids["seq"], strict=True)),
        moves=tuple(
            ((places[house][0], places[house][1]), names[int(goal)]) for house, goal in moved if house in places
        ),
    )


def _lines(shape: BaseGeometry) -> tuple[tuple[XY, ...], ...]:
    parts = shapely.get_parts(shape)
    return tuple(tuple((x, y) for x, y in shapely.get_coordinates(part).tolist()) for part in parts)
