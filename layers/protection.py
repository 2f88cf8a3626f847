"""Which counts must stay hidden so that no small one can be read or worked out from the others; pure.

Counts stand in a tree: a parent's count is the sum of its children's, and of what is known only to lie in the parent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from layers.errors import Fault

__all__ = ["SMALLEST", "coarse", "fixed_period", "hidden", "kind_faults"]

SMALLEST = 5
"""The smallest count that is ever shown to whoever may not open the cases."""


def coarse(count: int) -> int:
    """A shown count rounded down to a multiple of `SMALLEST`.

    Whatever is subtracted from whatever else (two periods, a kind from all, one cell size from another) then gives 0 or
    at least `SMALLEST` in size, never a small count.

    Source: rounding to a base, Handbook on Statistical Disclosure Control, chapter 5.
    Limit: who asks for every day one after the other sees on which day a count passes a multiple.
    """
    return count // SMALLEST * SMALLEST


_MONTH_DAYS, _QUARTER_DAYS = 31, 92
"""The longest periods that become a month and a quarter."""


def fixed_period(since: date, until: date) -> tuple[date, date]:
    """The calendar month, quarter or year [since, until) that is told for a period: by its length and last day.

    Were any two days a period, the rounded counts of overlapping periods would bound each day from both sides, and
    single incidents could be worked out (they were, in a trial: a fifth of the days, without one error).

    Limit: a month in its quarter in its year are still three bounds on the same incidents; together they tell a count
    exactly only where all of them lie at the ends of their fives.
    """
    last = until - timedelta(days=1)
    months = 1 if (until - since).days <= _MONTH_DAYS else 3 if (until - since).days <= _QUARTER_DAYS else 12
    first = date(last.year, (last.month - 1) // months * months + 1, 1)
    following = first.month - 1 + months
    return first, date(first.year + following // 12, following % 12 + 1, 1)


def kind_faults(kinds: Sequence[str] | None) -> list[Fault]:
    """What is wrong with kinds asked for: any set of several is one more bound on each, so it is one or all."""
    if kinds is None or len(kinds) == 1:
        return []
    return [Fault("kind", "one kind or all: this account may not open cases")]


def hidden(levels: Sequence[Mapping[str, int]], total: int) -> set[str]:
    """The codes whose counts must be hidden, of all levels.

    `levels` hold count by code, from the coarsest to the finest; a child's code begins with its parent's, which must
    be there. `total` is the count of the whole. The rule, from the top down:

    1. a count below `SMALLEST` is hidden, zero too;
    2. all below a hidden place is hidden;
    3. under a shown parent, hidden counts are joined by the next smallest until they are at least two and together
       at least `SMALLEST`: so neither one of them nor their sum is a small count that subtraction gives away.
       What is known only to lie in the parent takes part when it is a small count; it is never shown itself.

    Source: cell suppression with its complement, Handbook on Statistical Disclosure Control, chapter 5.
    Limit: protects one answer, and answers at several levels for one period and kind; against differences between
    periods, kinds and callers of different scopes the shown counts are made `coarse`.
    """
    found: set[str] = set()
    parents: Mapping[str, int] = {"": total}
    if total < SMALLEST:
        found.add("")
    for level in levels:
        for parent, children in _families(parents, level).items():
            if parent in found:
                found.update(children)
            else:
                found.update(_hide_in_family(children, parents[parent] - sum(children.values())))
        parents = level
    return found


def _families(parents: Mapping[str, int], level: Mapping[str, int]) -> dict[str, dict[str, int]]:
    length = len(next(iter(parents), ""))
    families: dict[str, dict[str, int]] = defaultdict(dict)
    for code, count in level.items():
        families[code[:length]][code] = count
    return families


def _hide_in_family(children: Mapping[str, int], rest: int) -> set[str]:
    """What to hide of one family; `rest` is the parent's count that belongs to no child."""
    by_size = sorted(children, key=lambda code: (children[code], code))
    number = sum(count < SMALLEST for count in children.values())
    rest_is_small = 0 < rest < SMALLEST
    if not number and not rest_is_small:
        return set()
    while number < len(by_size):
        together = sum(children[code] for code in by_size[:number]) + rest
        if number + (rest > 0) >= 2 and together >= SMALLEST:
            break
        number += 1
    return set(by_size[:number])
