"""A table located from its first row to its last, and written with our columns."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from layers.export.place import Target
from layers.geocode_files.answers import Answer
from layers.geocode_files.cells import LEVELS_ZH, NUMBERS, Say, cells_of, heads_for
from layers.geocode_files.crew import Asking, Batch, Crew
from layers.geocode_files.source import AddressTable
from layers.geocode_files.writing import write_table

__all__ = ["SURE", "Located", "Summary", "locate_table", "write_located"]

SURE = 0.9
"""From this confidence on an answer counts as sure."""

Located = tuple[Sequence[Sequence[str]], Sequence[Answer]]
"""Rows of a table, and the answer to each."""


@dataclass
class Summary:
    """How many rows were located, how many of them surely, and how many at each level, the finest first."""

    rows: int = 0
    sure: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, answers: Iterable[Answer]) -> None:
        """Count more answers."""
        for answer in answers:
            self.rows += 1
            self.sure += answer.confidence >= SURE
            self.counts[answer.level] += 1

    @property
    def levels(self) -> Mapping[str, int]:
        """The number of rows by level, those without a row left out."""
        return {level: self.counts[level] for level in LEVELS_ZH if self.counts[level]}


def locate_table(table: AddressTable, crew: Crew, asking: Asking, skip: int = 0) -> Generator[Located]:
    """The rows of a table in batches with their answers, without the first `skip` batches.

    Memory: the batches that the crew has in hand.

    Raises:
        Invalid: when the table has faults; see also `Crew.locate`.
    """
    waiting: deque[Sequence[Sequence[str]]] = deque()

    def batches() -> Iterator[Batch]:
        for number, rows in enumerate(table.batches()):
            if number >= skip:
                waiting.append(rows)
                yield table.batch_of(rows)

    for answers in crew.locate(batches(), asking):
        yield waiting.popleft(), answers


def write_located(
    path: Path,
    format_: str,
    table: AddressTable,
    located: Iterable[Located],
    target: Target,
    say: Say,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Summary:
    """Write a table with our columns after its own; `progress` is told the number of rows behind us.

    Raises:
        Invalid: as `write_table`, and when a place cannot be told in the CRS of `target`.
    """
    summary = Summary()
    head = [*table.head, *heads_for(table.head, target)]
    numbers = [len(table.head) + at for at in NUMBERS]

    def rows() -> Iterator[list[list[object]]]:
        for given, answers in located:
            cells = cells_of(answers, target, say)
            yield [[*row, *ours] for row, ours in zip(given, cells, strict=True)]
            summary.add(answers)
            progress(summary.rows)

    write_table(path, format_, head, numbers, rows())
    return summary
