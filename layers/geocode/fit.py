"""How well registered houses fit what was asked, and which of them is meant."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from layers.codes import code_of
from layers.geocode.body import Try
from layers.geocode.gazetteer import Dwelling
from layers.geocode.parts import Parts

__all__ = ["Found", "best_first", "degrees_away", "fit"]

_Said = Callable[[str], str | None]
_SAME_TIE = 0.1


class Found(NamedTuple):
    """A house that fits one try; `whole`: the text says all the numbers that tell it from its neighbours."""

    cost: float
    dwelling: Dwelling
    made: Try
    whole: bool


def fit(made: Try, dwelling: Dwelling) -> Found | None:
    """The house as an answer to the try; None when a number contradicts."""
    asked, known = made.said.get, dwelling.parts
    if asked("floor") is not None and known.floor is not None and asked("floor") != known.floor:
        return None
    cost = made.cost + _left_out(asked, known) + _context(asked, known) + _elsewhere(made, dwelling)
    whole = known.room is None or asked("room") is not None
    if known.building_no is not None and asked("building_no") is None and asked("room") is None:
        whole = False
    return Found(cost if whole else cost + 0.5, dwelling, made, whole)


def best_first(found: Iterable[Found], near: tuple[float, float] | None) -> list[Found]:
    """The likeliest reading of each house, best first; the nearer to the hint where they are equally likely."""
    best: dict[object, Found] = {}
    for one in found:
        key = one.dwelling.house_id or (one.dwelling.grid_no, one.dwelling.address)
        if key not in best or one.cost < best[key].cost:
            best[key] = one
    return sorted(best.values(), key=lambda one: (round(one.cost, 3), *_order(one.dwelling, near)))


def _order(dwelling: Dwelling, near: tuple[float, float] | None) -> tuple[float, int, str, str]:
    return degrees_away(dwelling, near), dwelling.grid_no, dwelling.address, dwelling.house_id or ""


def degrees_away(dwelling: Dwelling, near: tuple[float, float] | None) -> float:
    """How far a house is from a hint in degrees of latitude, longitudes as wide as in Yunnan; 0 where unknown."""
    if near is None or dwelling.point is None:
        return 0.0
    east, north = (dwelling.point[0] - near[0]) * 0.9, dwelling.point[1] - near[1]
    return math.hypot(east, north)


def _left_out(asked: _Said, known: Parts) -> float:
    """Numbers and names that the house has and the text leaves out."""
    cost = 0.0
    if known.group_no is not None and asked("group_no") is None:
        cost += 0.4
    if known.hamlet is not None and asked("hamlet") is None and asked("street") is None:
        cost += 0.4
    if known.unit is not None and asked("unit") is None and asked("room") is not None:
        cost += 0.3
    if known.building_no is not None and asked("building_no") is None and asked("room") is not None:
        cost += 0.4
    return cost


def _context(asked: _Said, known: Parts) -> float:
    """Names beside the one that was asked for."""
    cost = 0.0
    if asked("estate") is not None and asked("estate") != known.estate:
        cost += 0.5 if known.estate is None else 1.2
    if asked("street") is not None and known.street is not None and asked("street") != known.street:
        cost += 0.8
    if asked("number") is not None and known.number is not None and asked("number") != known.number:
        cost += 1.2
    if asked("group_no") is not None and known.group_no is None:
        cost += 0.8
    return cost


def _elsewhere(made: Try, dwelling: Dwelling) -> float:
    """A street that crosses villages may lead out of the one that is named; what was asked for decides the rest."""
    return 0.0 if code_of(dwelling.grid_no).startswith(made.code) or made.lo != made.hi else _SAME_TIE
