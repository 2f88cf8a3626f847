"""A plan beside the grids in force: who would live in each of its grids, and what publishing it would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geopandas import GeoDataFrame
from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from gridding import Plan as Coverage
from gridding import Plane, Report, VillageError, label_houses, succeed
from layers.codes import grid_no
from layers.db import raw
from layers.grid_rows import GridRow, planar_frame
from layers.models import Plan
from layers.queries import load
from layers.villages import VillageInputs, build, plane_of, read_inputs

__all__ = ["Comparison", "Effect", "GridFigures", "compare"]

_UNDER_WAY = ("draft", "in_review")

_People = tuple[int, int]
"""Households and persons."""

_NOBODY: _People = (0, 0)


@dataclass(frozen=True)
class GridFigures:
    """One grid of a plan with those who live in it today.

    `deviation` is load / mean load of the plan's basic grids - 1, None for exclusive ones. `goes_on_from` is the number
    (15 digits) of the grid in force that it goes on from, None for a new grid; `moved_households` live in another grid
    than that one now, or in none. Both are told of plans under way alone.
    """

    households: int
    persons: int
    deviation: float | None
    goes_on_from: str | None
    moved_households: int | None


@dataclass(frozen=True)
class Effect:
    """What publishing would do now: grids `kept` as they are, `changed` in shape under their number, `begun`, `ended`.

    `moved_households` get another grid; `duties` are those of ended grids, for which heirs would be proposed.
    """

    kept: int
    changed: int
    begun: int
    ended: int
    moved_households: int
    duties: int


@dataclass(frozen=True)
class Comparison:
    """The figures of a plan's grids by seq, and its effect: None where the plan is not under way."""

    grids: Mapping[int, GridFigures]
    effect: Effect | None


def compare(session: Session, plan: Plan, rows: Sequence[GridRow]) -> Comparison:
    """A plan and its grids beside what is in force now.

    Of a plan that is not under way, and of one whose village has faults now, nothing is said of its effect.

    Cost: reads the village as dividing does.

    Raises:
        NotFound: when the village is not in the scope any longer.
        Invalid: when it has no shape.
    """
    inputs = read_inputs(session, plan.village_code)
    plane = plane_of(inputs)
    houses = inputs.buildings.set_geometry(plane.to_plane(inputs.buildings.geometry))
    seqs = _labels(rows, "seq", houses, plane)
    people = _people(session, inputs)
    going_on = _heirs(plan, rows, inputs, plane)
    living = _summed({carrier: people.get(carrier, _NOBODY) for carrier in seqs}, seqs)
    moving = (
        None if going_on is None else _moving(people, seqs, going_on, _labels(inputs.in_force, "number", houses, plane))
    )
    basic = [row.load for row in rows if row.kind == "basic"]
    mean_load = sum(basic) / len(basic) if basic else 0
    figures = {}
    for row in rows:
        households, persons = living.get(row.number, _NOBODY)
        old = None if going_on is None else going_on.get(row.number)
        figures[row.number] = GridFigures(
            households=households,
            persons=persons,
            deviation=row.load / mean_load - 1 if row.kind == "basic" and mean_load > 0 else None,
            goes_on_from=None if old is None else f"{plan.village_code}{old:03d}",
            moved_households=None if moving is None else moving.get(row.number, _NOBODY)[0],
        )
    if going_on is None or moving is None:
        return Comparison(figures, None)
    moved = sum(households for households, _ in moving.values())
    return Comparison(figures, _effect(session, rows, inputs, going_on, moved))


def _people(session: Session, inputs: VillageInputs) -> dict[str, _People]:
    """Who lives in each building or loose house; without those in which nobody is registered."""
    with raw(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(load("plans.sql")["people"], {"ids": inputs.buildings["id"].to_list()}).fetchall()
    return {row["id"]: (row["households"], row["persons"]) for row in rows}


def _labels(rows: Sequence[GridRow], column: str, houses: GeoDataFrame, plane: Plane) -> dict[str, int]:
    """The number of the grid that holds each building or loose house; without those in none."""
    if not rows:
        return {}
    labels = label_houses(planar_frame(rows, column, plane), houses, column)
    return {str(carrier): int(number) for carrier, number in zip(labels.index, labels, strict=True)}


def _heirs(plan: Plan, rows: Sequence[GridRow], inputs: VillageInputs, plane: Plane) -> dict[int, int] | None:
    """Seq -> number in force of the grids that go on; None where that is not asked or cannot be said."""
    if plan.status not in _UNDER_WAY:
        return None
    if not inputs.in_force:
        return {}
    try:
        village = build(inputs, plane)
    except VillageError:
        # The faults are told when the plan is published, with their places.
        return None
    coverage = Coverage(grids=planar_frame(rows, "seq", plane), report=Report())
    found = succeed(coverage, planar_frame(inputs.in_force, "number", plane), village)
    return {int(str(seq)): int(number) for seq, number in found.dropna().items()}


def _moving(
    people: Mapping[str, _People],
    seqs: Mapping[str, int],
    going_on: Mapping[int, int],
    old: Mapping[str, int],
) -> dict[int, _People]:
    """Those by seq who live in another grid than the one it goes on from, or in none; `old` is the number of each."""
    movers = {
        carrier: people[carrier]
        for carrier, seq in seqs.items()
        if carrier in people and (seq not in going_on or old.get(carrier) != going_on[seq])
    }
    return _summed(movers, seqs)


def _summed(people: Mapping[str, _People], seqs: Mapping[str, int]) -> dict[int, _People]:
    sums: dict[int, _People] = {}
    for carrier, (households, persons) in people.items():
        before = sums.get(seqs[carrier], _NOBODY)
        sums[seqs[carrier]] = (before[0] + households, before[1] + persons)
    return sums


def _effect(
    session: Session, rows: Sequence[GridRow], inputs: VillageInputs, going_on: Mapping[int, int], moved: int
) -> Effect:
    old = {row.number: row for row in inputs.in_force}
    kept = sum(row.number in going_on and row.same_as(old[going_on[row.number]]) for row in rows)
    ended = [grid_no(inputs.code, number) for number in sorted(set(old) - set(going_on.values()))]
    with raw(session).cursor(row_factory=dict_row) as cursor:
        [duties] = cursor.execute(load("plans.sql")["duties_on"], {"numbers": ended}).fetchall()
    return Effect(
        kept=kept,
        changed=len(going_on) - kept,
        begun=len(rows) - len(going_on),
        ended=len(ended),
        moved_households=moved,
        duties=duties["n"],
    )
