"""A plan beside the grids in force, and what discards one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spatial_api import answers
from spatial_api.schemas import Answer, Strict

__all__ = ["ComparedGrid", "ComparedPlan", "EffectAnswer", "RevQuery"]


class RevQuery(Strict):
    """The revision of a plan that the caller has seen; another one in force is a conflict."""

    rev: Annotated[int, Field(ge=1)]


class ComparedGrid(answers.PlanGrid):
    """One grid of a plan with those who live in it today; `geometry` is a GeoJSON MultiPolygon in lon, lat.

    `deviation` is load / mean load of the plan's basic grids - 1. `goes_on_from` is the number of the grid in force
    that it goes on from, null for a new one; `moved_households` live in another grid than that one. Both are null of a
    plan that is not under way.
    """

    households: int
    persons: int
    deviation: float | None
    goes_on_from: str | None
    moved_households: int | None


class EffectAnswer(Answer):
    """What publishing would do now: grids `kept`, `changed` in shape, `begun` and `ended`, households that move.

    `duties` are those of the ended grids, for which heirs would be proposed.
    """

    kept: int
    changed: int
    begun: int
    ended: int
    moved_households: int
    duties: int


class ComparedPlan(answers.PlanSummary):
    """A plan with its grids in reading order; `effect` is null where it is not under way or its village has faults."""

    grids: list[ComparedGrid]
    effect: EffectAnswer | None
