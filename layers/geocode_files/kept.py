"""A table under way and its answers on disk: what was located stays located when the server stops."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import orjson

from layers.geocode_files.answers import Answer

__all__ = ["Kept"]

_PART = "{:06d}.json"
_PARTS = "parts"


class Kept:
    """The folder of one table: the file as it came, and one file of answers for each batch.

    Nobody but the user of the server may open it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        """Make the folder.

        Raises:
            FileExistsError: when it is there.
        """
        self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700)
        (self.folder / _PARTS).mkdir(mode=0o700)

    def remove(self) -> None:
        """Delete the folder with all that is in it; nothing when it is gone already."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def file(self) -> Path | None:
        """The file as it came; None when there is none."""
        found = sorted(path for path in self.folder.glob("*") if path.is_file())
        return found[0] if found else None

    @property
    def parts(self) -> int:
        """How many batches are located: they were written one after the other."""
        parts = self.folder / _PARTS
        count = 0
        while (parts / _PART.format(count)).is_file():
            count += 1
        return count

    def add(self, number: int, answers: Sequence[Answer]) -> None:
        """Keep the answers to a batch; whole or not at all."""
        part = self.folder / _PARTS / _PART.format(number)
        beside = part.with_suffix(".part")
        with beside.open("wb") as file:
            file.write(orjson.dumps([asdict(answer) for answer in answers]))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(part)

    def answers(self) -> Iterator[list[Answer]]:
        """The answers batch by batch, as far as they were located."""
        for number in range(self.parts):
            text = (self.folder / _PARTS / _PART.format(number)).read_bytes()
            yield [Answer(**answer) for answer in orjson.loads(text)]
