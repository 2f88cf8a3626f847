"""Ids of rows that come together: of version 7, all different, in order."""

from __future__ import annotations

import time
import uuid

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from layers.new_ids import new_ids


@given(count=st.integers(0, 10_000))
@hypothesis_settings(max_examples=20, deadline=None)
def test_ids_are_of_version_7_all_different_and_in_order(count):
    found = new_ids(count)
    assert len(found) == len(set(found)) == count
    assert found == sorted(found)
    assert all(one.version == 7 and one.variant == uuid.RFC_4122 for one in found)


def test_an_id_begins_with_the_moment_it_was_made_at():
    before_ms = time.time_ns() // 1_000_000
    [first, *_, last] = new_ids(4096)
    after_ms = time.time_ns() // 1_000_000
    assert before_ms <= first.int >> 80 == last.int >> 80 <= after_ms


def test_the_next_millisecond_is_taken_where_the_count_is_full():
    found = new_ids(4097)
    assert (found[-1].int >> 80) - (found[0].int >> 80) == 1


def test_ids_of_the_same_millisecond_differ_by_chance():
    ends = {one.int & (2**62 - 1) for _ in range(50) for one in new_ids(2)}
    assert len(ends) == 100
