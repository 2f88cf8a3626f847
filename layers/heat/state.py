"""Every incident in memory: any period, kinds and place counted by one pass over a few bytes each.

A state is never changed but replaced by the next one, so a question sees one state from beginning to end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layers.heat.lattice import BAND, CHUNK, Ints, Window
from layers.heat.places import Places
from layers.heat.question import Counted, Points, Question
from layers.heat.rows import NO_ROWS, NOWHERE, Chunk, Key, Rows, pack, positions, row_and_column
from layers.heat.scan import Bools, kept, matching, tally, touches
from layers.heat.span import EPOCH, Span

__all__ = ["State", "built"]

_BITS = 6


@dataclass(frozen=True)
class State:
    """All incidents at one moment; `codes` are the kinds, of which incidents hold the index plus one."""

    chunks: Mapping[Key, Chunk]
    places: Places
    codes: tuple[str, ...]

    def __len__(self) -> int:
        return sum(map(len, self.chunks.values()))

    @cached_property
    def _keys(self) -> Ints:
        return np.array([key for key in self.chunks if key != NOWHERE], np.int64).reshape(-1, 2)

    @cached_property
    def _listed(self) -> list[Chunk]:
        """The chunks of the keys."""
        return [chunk for key, chunk in self.chunks.items() if key != NOWHERE]

    def cells(self, question: Question) -> Counted:
        """The incidents by cell of the question's lattice.

        Cost: one step for each incident in the period in a largest cell that the window reaches.
        """
        step = question.window.lattice.step
        wanted, period = self._wanted(question), _days(question)
        reached = np.flatnonzero(_reached(question.window, self._keys))
        keys = self._keys[reached]
        counts = np.zeros((len(keys) + 1, 1 << 2 * (_BITS - step)), np.uint32)
        # Plain numbers: thousands of new lists or tuples would set off the collector of garbage, which costs far more.
        for number, index in enumerate(reached.tolist()):
            _tally(self._listed[index], period, wanted, 2 * step, counts[number])
        if NOWHERE in self.chunks:
            _tally(self.chunks[NOWHERE], period, wanted, 2 * step, counts[-1])
        at, codes = np.nonzero(counts[:-1])
        row, column = row_and_column(codes, _BITS - step)
        rows, columns = (keys[at, 0] << _BITS - step) + row, (keys[at, 1] << _BITS - step) + column
        inside = question.window.holds(rows, columns)
        order = np.flatnonzero(inside)[np.lexsort((columns[inside], rows[inside]))]
        return Counted(
            rows[order], columns[order], counts[at[order], codes[order]].astype(np.int64), int(counts[-1, 0])
        )

    def points(self, question: Question) -> Points:
        """The incidents one by one. Cost: as `cells`, and sorting those found."""
        in_place, of_kind, _ = self._wanted(question)
        period, found = _days(question), []
        for row, column in self._keys[_reached(question.window, self._keys)].tolist():
            chunk = self.chunks[row, column]
            chosen = matching(chunk.days, chunk.kinds, chunk.places, period, in_place, of_kind)
            lon, lat = positions((row, column), chunk, chosen)
            found.append(np.stack([lon, lat, chunk.days[chosen], chunk.kinds[chosen]]))
        nowhere = self.chunks.get(NOWHERE)
        unlocated = 0
        if nowhere is not None:
            unlocated = len(matching(nowhere.days, nowhere.kinds, nowhere.places, period, in_place, of_kind))
        return Points.of(
            np.concatenate(found, axis=1) if found else np.empty((4, 0), np.int64),
            self.codes,
            unlocated,
            question.window.box,
        )

    def with_places(self, places: Places) -> State:
        """The same incidents among other places."""
        return replace(self, places=places)

    def replaced(self, spans: Sequence[Span], raw: NDArray[np.void], codes: Sequence[str]) -> State:
        """The state in which these spans hold `raw` and nothing else; no two spans share a number.

        `codes` are the kinds that `raw` counts; those that were known stand first.
        """
        places, indexes = self.places.with_numbers(raw["grid_no"].astype(np.int64))
        first_days, last_days = places.days_of(spans)
        chunks, added = dict(self.chunks), dict(pack(raw, indexes))
        for key, chunk in self.chunks.items():
            is_touched = touches(chunk.own_places, first_days, last_days)
            stays = kept(chunk.days, chunk.places, first_days, last_days) if is_touched else None
            new = added.pop(key, NO_ROWS)
            if len(new) or (stays is not None and not stays.all()):
                chunks[key] = chunk.changed(stays, new)
                if len(chunks[key]) == 0:
                    del chunks[key]
        chunks |= {key: Chunk.of([rows]) for key, rows in added.items()}
        return State(chunks, places, tuple(codes))

    def _wanted(self, question: Question) -> tuple[Bools, Bools, bool]:
        """Which places, which kinds, and whether all kinds are asked for."""
        of_kind = np.zeros(256, np.bool_)
        for index, code in enumerate(self.codes, start=1):
            of_kind[index] = question.kinds is None or code in question.kinds
        return self.places.asked(question), of_kind, question.kinds is None


def built(places: Places, codes: Sequence[str], batches: Iterable[NDArray[np.void]]) -> State:
    """The state that holds what comes in batches.

    Raises:
        NotHeld: as `rows.pack`.
    """
    pieces = defaultdict[Key, list[Rows]](list)
    for raw in batches:
        places, indexes = places.with_numbers(raw["grid_no"].astype(np.int64))
        for key, rows in pack(raw, indexes):
            pieces[key].append(rows)
    # One chunk at a time, so that nothing is held twice.
    return State({key: Chunk.of(pieces.pop(key)) for key in sorted(pieces)}, places, tuple(codes))


def _tally(
    chunk: Chunk, period: tuple[int, int], wanted: tuple[Bools, Bools, bool], shift: int, counts: NDArray[np.uint32]
) -> None:
    columns = chunk.days, chunk.kinds, chunk.places, chunk.cells
    tally(columns, chunk.own_places, period, wanted, shift, counts)


def _days(question: Question) -> tuple[int, int]:
    return (question.since - EPOCH).days, (question.until - EPOCH).days


def _reached(window: Window, keys: Ints) -> NDArray[np.bool_]:
    """Which largest cells hold any cell of the window."""
    first, beyond = window.rows
    rows, columns = keys[:, 0] * CHUNK, keys[:, 1] * CHUNK
    reached = (rows + CHUNK > first) & (rows < beyond)
    for band in window.bands:
        start, end = window.columns(band)
        reached &= (rows // BAND != band) | ((columns + CHUNK > start) & (columns < end))
    return reached
