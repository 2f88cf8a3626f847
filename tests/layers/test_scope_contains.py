"""Which scope lies inside which."""

from __future__ import annotations

import pytest

from layers.scope import Scope

COUNTY, VILLAGE, ONE, TWO = "532901", "532901001001", 532901001001001, 532901001001002


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        (Scope.of_region(COUNTY), Scope.of_region(VILLAGE), True),
        (Scope.of_region(VILLAGE), Scope.of_region(COUNTY), False),
        (Scope.of_region(VILLAGE), Scope.of_grids([ONE, TWO]), True),
        (Scope.of_grids([ONE, TWO]), Scope.of_grids([TWO]), True),
        (Scope.of_grids([TWO]), Scope.of_grids([ONE, TWO]), False),
        (Scope.of_grids([ONE]), Scope.of_region(VILLAGE), False),
        (Scope.of_region("5329"), Scope.of_grids([ONE, 530102001001001]), False),
        (Scope.nothing(), Scope.nothing(), True),
        (Scope.nothing(), Scope.of_grids([ONE]), False),
    ],
)
def test_a_scope_contains_what_is_all_inside(outer, inner, inside):
    assert outer.contains(inner) is inside
