"""Hidden counts: small ones cannot be read, nor worked out by subtraction at any level."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.protection import SMALLEST, coarse, fixed_period, hidden


def villages(*counts):
    """Counts of villages a, b, c …, as one level of one-letter codes."""
    return dict(zip("abcdefgh", counts, strict=False))


def test_large_counts_are_shown():
    assert hidden([villages(5, 9)], 14) == set()


def test_a_small_count_takes_the_next_smallest_with_it():
    assert hidden([villages(3, 7, 50)], 60) == {"a", "b"}


def test_two_small_counts_hide_each_other_when_their_sum_is_not_small():
    assert hidden([villages(3, 4, 50)], 57) == {"a", "b"}


def test_two_small_counts_with_a_small_sum_take_a_third_with_them():
    assert hidden([villages(1, 2, 50, 60)], 113) == {"a", "b", "c"}


def test_zero_is_a_small_count():
    assert hidden([villages(0, 9, 10)], 19) == {"a", "b"}


def test_a_small_rest_hides_the_smallest_child():
    assert hidden([villages(8, 9)], 18) == {"a"}


def test_a_large_rest_hides_a_small_child_by_itself():
    assert hidden([villages(3, 9)], 32) == {"a"}


def test_nothing_is_shown_of_a_small_whole():
    assert hidden([{"a": 4}, {"a1": 4}], 4) == {"", "a", "a1"}


def test_all_below_a_hidden_place_is_hidden():
    # b is hidden beside a; its children are large, but would add up to it.
    assert hidden([villages(2, 20, 90), {"a1": 2, "b1": 10, "b2": 10, "c1": 90}], 112) == {"a", "b", "a1", "b1", "b2"}


def others(total, shown, number):
    """All ways that `number` hidden counts and a rest can fill what the shown ones leave of the total."""
    left = total - sum(shown)
    if number == 0:
        return [()] if left >= 0 else []
    return [(n, *more) for n in range(left + 1) for more in others(total, [*shown, n], number - 1)]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=4), st.integers(0, 6))
def test_no_small_count_can_be_solved_from_what_is_shown(counts, rest):
    total = sum(counts) + rest
    secret = sorted(hidden([villages(*counts)], total))
    level = villages(*counts)
    assert {code for code, n in level.items() if n < SMALLEST} <= set(secret)
    if total < SMALLEST:
        return
    shown = [n for code, n in level.items() if code not in secret]
    ways = others(total, shown, len([code for code in secret if code]))
    for place in range(len(ways[0])):
        assert len({way[place] for way in ways}) > 1


@given(st.dictionaries(st.sampled_from(["a1", "a2", "a3", "b1", "b2", "c1"]), st.integers(0, 15), min_size=1))
def test_no_hidden_parent_is_the_sum_of_shown_children(children):
    parents = {}
    for code, n in children.items():
        parents[code[0]] = parents.get(code[0], 0) + n
    secret = hidden([parents, children], sum(parents.values()))
    for parent, whole in parents.items():
        family = [code for code in children if code[0] == parent]
        covered = [code in secret for code in family]
        if parent in secret:
            assert all(covered)
        elif any(covered):
            assert sum(covered) >= 2 or sum(children[code] for code in family) < whole


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_coarse_counts_differ_by_nothing_or_by_five_and_more(one, other):
    assert coarse(one) % SMALLEST == 0
    assert 0 <= one - coarse(one) < SMALLEST
    assert coarse(one) == coarse(other) or abs(coarse(one) - coarse(other)) >= SMALLEST


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        (date(2026, 5, 3), date(2026, 5, 4), (date(2026, 5, 1), date(2026, 6, 1))),
        (date(2026, 10, 25), date(2026, 11, 24), (date(2026, 11, 1), date(2026, 12, 1))),
        (date(2026, 5, 1), date(2026, 6, 1), (date(2026, 5, 1), date(2026, 6, 1))),
        (date(2026, 9, 1), date(2026, 12, 1), (date(2026, 10, 1), date(2027, 1, 1))),
        (date(2026, 4, 1), date(2026, 7, 1), (date(2026, 4, 1), date(2026, 7, 1))),
        (date(2025, 11, 23), date(2026, 11, 23), (date(2026, 1, 1), date(2027, 1, 1))),
        (date(2026, 12, 1), date(2027, 1, 1), (date(2026, 12, 1), date(2027, 1, 1))),
    ],
)
def test_a_protected_period_is_a_whole_month_quarter_or_year(since, until, told):
    assert fixed_period(since, until) == told


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 3000))
def test_a_protected_period_holds_the_last_day_and_stays_as_it_is(since, days):
    until = since + timedelta(days=days)
    told = fixed_period(since, until)
    assert told[0] < until <= told[1]
    assert fixed_period(*told) == told
