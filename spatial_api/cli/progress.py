"""How far a long job is: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from layers.export import Export
from layers.jobs import Done

__all__ = ["ExportProgress", "RegionProgress"]

# Into a log file no bar is drawn: a line now and then says that it goes on.
_TOLD_EVERY = 10
_ROWS_TOLD_EVERY = 100_000


class RegionProgress:
    """Told of each village that is done, it says on stderr how many are, how fast it goes and how well.

    It is used in a `with`, around the job.
    """

    def __init__(self, region: str) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        figures = TextColumn("{task.fields[figures]}")
        self._console = Console(stderr=True)
        self._bar = Progress(*columns, figures, console=self._console, disable=not self._console.is_terminal)
        self._task = self._bar.add_task(region, total=None, figures="")
        self._began = time.monotonic()
        self._worst = 0.0
        self._refused = 0
        self._done = 0
        self._total = 0

    def __enter__(self) -> RegionProgress:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def __call__(self, village: Done) -> None:
        """Take one village in."""
        self._done, self._total = village.position, village.total
        self._worst = max(self._worst, village.deviation)
        self._refused += bool(village.faults)
        figures = self._figures()
        self._bar.update(
            self._task, completed=self._done, total=self._total, description=village.code, figures=", ".join(figures)
        )
        if village.faults:
            self._say(f"{village.code}: {village.faults[0].message}")
        if not self._console.is_terminal and (self._done % _TOLD_EVERY == 0 or self._done == self._total):
            self._say(", ".join([f"{self._done} of {self._total} villages", *figures, self._to_go()]))

    def stop(self) -> None:
        """Say that the job was stopped, and how it goes on."""
        self._say(f"Stopped after {self._done} of {self._total} villages. They are kept: start it again to go on.")

    def _say(self, words: str) -> None:
        # A message may hold text of a file: it is shown as it is, never read as markup.
        self._console.print(words, markup=False, highlight=False, soft_wrap=True)

    def _figures(self) -> list[str]:
        speed = self._done / max(time.monotonic() - self._began, 1e-9)
        return [f"{speed:.1f}/s", f"worst deviation {self._worst:.1%}", f"{self._refused} refused"]

    def _to_go(self) -> str:
        took_s = time.monotonic() - self._began
        return f"{took_s / self._done * (self._total - self._done):.0f} s to go"


class ExportProgress:
    """Told of each batch that is written, it says on stderr how many rows are, of about how many.

    It is used in a `with`, around the export.
    """

    def __init__(self, layer: str) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._console = Console(stderr=True)
        self._bar = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._task = self._bar.add_task(layer, total=None)
        self._told = 0

    def __enter__(self) -> ExportProgress:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def __call__(self, export: Export) -> None:
        """Take one batch in."""
        # PostgreSQL may have expected fewer rows than there are: a bar is never more than full.
        about = max(export.about or 0, export.rows)
        self._bar.update(self._task, completed=export.rows, total=about)
        if not self._console.is_terminal and export.rows - self._told >= _ROWS_TOLD_EVERY:
            self._told = export.rows
            self._console.print(f"{export.rows:,} of about {about:,} rows", highlight=False, soft_wrap=True)
