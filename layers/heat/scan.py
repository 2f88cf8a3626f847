"""The loops over stored incidents, compiled; each runs without Python's lock, so that other requests go on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridding.compiled import compiled

__all__ = ["Bools", "Days", "kept", "matching", "tally", "touches"]

Days = NDArray[np.int16]
Bools = NDArray[np.bool_]


@compiled
def _from_day(days: Days, day: int) -> int:
    """The first index of sorted `days` at or after a day."""
    low, high = 0, len(days)
    while low < high:
        middle = (low + high) // 2
        if days[middle] < day:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def tally(
    columns: tuple[Days, NDArray[np.uint8], NDArray[np.int32], NDArray[np.uint16]],
    own_places: NDArray[np.int32],
    period: tuple[int, int],
    wanted: tuple[Bools, Bools, bool],
    shift: int,
    counts: NDArray[np.uint32],
) -> None:
    """Add one to `counts[cell >> shift]` for each incident of a period that is wanted.

    `columns` are days, kinds, places and cells, `own_places` the places that occur; `wanted` is told by place, by kind,
    and whether all kinds are.
    """
    days, kinds, places, cells = columns
    in_place, of_kind, is_any_kind = wanted
    number = 0
    for place in own_places:
        number += in_place[place]
    if number == 0:
        return
    first, last = _from_day(days, period[0]), _from_day(days, period[1])
    if number == len(own_places) and is_any_kind:
        for at in range(first, last):
            counts[cells[at] >> shift] += 1
    elif number == len(own_places):
        for at in range(first, last):
            counts[cells[at] >> shift] += of_kind[kinds[at]]
    else:
        for at in range(first, last):
            counts[cells[at] >> shift] += in_place[places[at]] & of_kind[kinds[at]]


@compiled
def matching(
    days: Days,
    kinds: NDArray[np.uint8],
    places: NDArray[np.int32],
    period: tuple[int, int],
    in_place: Bools,
    of_kind: Bools,
) -> NDArray[np.int64]:
    """The indexes of the incidents of a period in wanted places and of wanted kinds."""
    first, last = _from_day(days, period[0]), _from_day(days, period[1])
    found = np.empty(last - first, np.int64)
    number = 0
    for at in range(first, last):
        if in_place[places[at]] and of_kind[kinds[at]]:
            found[number] = at
            number += 1
    return found[:number]


@compiled
def touches(own_places: NDArray[np.int32], first_days: NDArray[np.int32], last_days: NDArray[np.int32]) -> bool:
    """Whether any of these places has days, `first_days` to `last_days` by place, both included."""
    return bool(np.any(first_days[own_places] <= last_days[own_places]))


@compiled
def kept(
    days: Days, places: NDArray[np.int32], first_days: NDArray[np.int32], last_days: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Which incidents do not lie in the days of their place."""
    result = np.empty(len(days), np.bool_)
    for at in range(len(days)):
        place = places[at]
        result[at] = not first_days[place] <= days[at] <= last_days[place]
    return result
