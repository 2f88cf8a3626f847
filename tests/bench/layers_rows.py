"""One row of the table "how well": what must be, what was measured, and whether that is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.gridding_tables import table

__all__ = ["Missing", "Row", "rows_table"]


class Missing(Exception):
    """What is to be measured is not there (yet); the message says what."""


@dataclass(frozen=True)
class Row:
    """`met` is None where there is nothing to meet; `note` says how to read it.

    `factor` is how many times as fast as the peer ours is, `bar` how many times it must be: for the picture. `cost` is
    what one answer of ours costs in milliseconds, `size` how large it is, in any unit: what grows when the data do.
    """

    name: str
    must: str
    ours: str
    peer: str = ""
    ratio: str = ""
    met: bool | None = None
    note: str = ""
    factor: float | None = None
    bar: float | None = None
    cost: float | None = None
    size: float | None = None

    @property
    def verdict(self) -> str:
        """In one word."""
        return {True: "met", False: "**missed**", None: ""}[self.met]


def rows_table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, their notes as a list below it."""
    noted = [row for row in rows if row.note]
    lines = [[_name(row, noted), row.must, row.ours, row.peer, row.ratio, row.verdict] for row in rows]
    text = table(("", "must", "ours", "peers", "ratio", ""), lines)
    return "\n".join([text, "", *(f"{at}. {row.note}" for at, row in enumerate(noted, start=1))]).rstrip()


def _name(row: Row, noted: Sequence[Row]) -> str:
    return f"{row.name} [{noted.index(row) + 1}]" if row.note else row.name
