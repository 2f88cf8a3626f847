"""Two periods compared, place by place: how many more or fewer, and whether chance alone would explain it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scipy.special import betaincinv

from layers.counts import By, CountRow, Counts, incident_counts
from layers.db import ReadConnection
from layers.scope import Scope

__all__ = ["ChangeRow", "PeriodChange", "Ratio", "period_change", "ratio_of"]

_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Ratio:
    """How many times as many a day as before, and the range in which that lies with 95 % confidence.

    `ratio` and `high` are None where there was nothing before: no number is high enough.
    """

    ratio: float | None
    low: float
    high: float | None


@dataclass(frozen=True)
class ChangeRow:
    """The incidents of one place, `n` in the period and `before` in the earlier one; all None where one is protected.

    `ratio`, `low`, `high` as in `Ratio`; without exact counts there is no range. `differs`: the range does not hold 1.
    """

    code: str
    name: str | None
    n: int | None
    before: int | None
    difference: int | None
    ratio: float | None
    low: float | None
    high: float | None
    differs: bool | None
    protected: bool


@dataclass(frozen=True)
class PeriodChange:
    """All places of one level in a region, in order of code, the region itself as `total`, and the periods counted."""

    items: tuple[ChangeRow, ...]
    total: ChangeRow
    protected: bool
    begins_on: date
    ends_on: date
    before_begins_on: date
    before_ends_on: date


async def period_change(
    connection: ReadConnection,
    scope: Scope,
    *,
    by: By,
    period: tuple[date, date],
    before: tuple[date, date],
    region: str,
    kinds: Sequence[str] | None = None,
    exact: bool,
) -> PeriodChange:
    """Incidents on days in [from, to) of one period beside those of another, `before`, by places of `by`.

    Without `exact` both counts are those that `incident_counts` shows, and all else is worked out from these: so that
    it tells no more than they do. Raises, cost: as `incident_counts`, twice.
    """
    common = {"by": by, "region": region, "kinds": kinds, "exact": exact}
    now = await incident_counts(connection, scope, since=period[0], until=period[1], **common)  # type: ignore[arg-type]
    then = await incident_counts(connection, scope, since=before[0], until=before[1], **common)  # type: ignore[arg-type]
    days = ((now.ends_on - now.begins_on).days, (then.ends_on - then.begins_on).days)
    known = {row.code: row for row in then.items}
    items = tuple(_row(row, known[row.code], days, exact) for row in now.items)
    total = _row(_total(now, region), _total(then, region), days, exact)
    periods = (now.begins_on, now.ends_on, then.begins_on, then.ends_on)
    return PeriodChange(items, total, now.protected, *periods)


def ratio_of(n: int, days: int, before: int, days_before: int) -> Ratio:
    """The ratio of two rates of incidents a day, of which `n` and `before` were seen.

    Source: the exact interval for the ratio of two Poisson rates: given both together, one is binomial (Clopper and
    Pearson 1934; Przyborowski and Wilenski 1940).
    Limit: takes incidents to happen independently of each other; where one brings others it is too narrow.
    """
    tail, longer = (1 - _CONFIDENCE) / 2, days_before / days
    low = float(betaincinv(n, before + 1, tail)) if n else 0.0
    high = float(betaincinv(n + 1, before, 1 - tail)) if before else 1.0
    return Ratio(
        ratio=_rounded(n / before * longer) if before else None,
        low=_rounded(low / (1 - low) * longer),
        high=_rounded(high / (1 - high) * longer) if before else None,
    )


def _row(now: CountRow, then: CountRow, days: tuple[int, int], exact: bool) -> ChangeRow:
    if now.n is None or then.n is None:
        return ChangeRow(now.code, now.name, None, None, None, None, None, None, None, protected=True)
    found = ratio_of(now.n, days[0], then.n, days[1])
    low, high = (found.low, found.high) if exact else (None, None)
    differs = (found.low > 1 or (found.high is not None and found.high < 1)) if exact else None
    return ChangeRow(
        now.code, now.name, now.n, then.n, now.n - then.n, found.ratio, low, high, differs, protected=False
    )


def _total(counts: Counts, region: str) -> CountRow:
    return CountRow(region, None, counts.total, counts.total is None, counts.persons, counts.per_1000)


def _rounded(ratio: float) -> float:
    return float(f"{ratio:.3g}")
