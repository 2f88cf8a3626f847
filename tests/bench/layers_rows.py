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
    """`met` is None where there is nothing to meet or nothing was measured; `note` says how to read it."""

    name: str
    must: str
    ours: str
    peer: str = ""
    ratio: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """In one word."""
        return {True: "met", False: "**missed**", None: ""}[self.met]


def rows_table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, their notes as a list below it."""
    noted = [row for row in rows if row.note]
    lines = [
        [row.name + (f" [{noted.index(row) + 1}]" if row.note else ""), row.must, row.ours, row.peer, row.ratio]
        + [row.verdict]
        for row in rows
    ]
    text = table(("", "must", "ours", "peers", "ratio", ""), lines)
    return text + "".join(f"\n{at}. {row.note}" for at, row in enumerate(noted, start=1)).join(("\n", ""))
