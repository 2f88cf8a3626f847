"""A worker process that geocodes texts and says what it took: of texts in batches, or one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.geocoding_store import Meter, house_at, settings_of

from layers.db import Database
from layers.geocode.answer import Location
from layers.geocoding import geocode_many
from layers.scope import Scope

__all__ = ["Answer", "Batch", "Text", "batch", "begin_work", "one_by_one"]

Text = tuple[str, str | None]
_open: list[Database] = []


@dataclass(frozen=True)
class Answer:
    """What the geocoder said, with houses as rows of the gazetteer."""

    house: int | None
    level: str
    confidence: float
    region: str
    candidates: tuple[int | None, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Answers in order, and the CPU seconds and the highest memory (MB) of the worker that gave them."""

    answers: list[Answer] = field(repr=False)
    cpu_s: float
    peak_mb: float
    each_s: list[float] = field(default_factory=list, repr=False)


def begin_work(root: Path) -> None:
    """Open the database in this process."""
    _open.append(Database(settings_of(root)))


def batch(texts: Sequence[Text]) -> Batch:
    """Geocode all in one call."""
    with _open[0].write(Scope.everything()) as session:
        meter = Meter(session)
        begun = meter.seconds()
        found = geocode_many(session, [text for text, _ in texts], within=[within for _, within in texts])
        cpu_s = meter.seconds() - begun
    return Batch([_answer(location) for location in found], cpu_s, _peak_mb())


def one_by_one(texts: Sequence[Text]) -> Batch:
    """Geocode each in a call of its own, all over one connection."""
    answers, each_s = [], []
    with _open[0].write(Scope.everything()) as session:
        meter = Meter(session)
        for text, within in texts:
            begun = meter.seconds()
            (location,) = geocode_many(session, [text], within=within)
            each_s.append(meter.seconds() - begun)
            answers.append(_answer(location))
    return Batch(answers, sum(each_s), _peak_mb(), each_s)


def _answer(location: Location) -> Answer:
    return Answer(
        house_at(location.house_id),
        location.level,
        location.confidence,
        location.region_code,
        tuple(house_at(candidate.house_id) for candidate in location.candidates),
        tuple(reason.kind for reason in location.reasons),
    )


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))
