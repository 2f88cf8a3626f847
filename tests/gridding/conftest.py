"""What every plan must satisfy, said once."""

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from gridding import Plan, Target, Village, check
from gridding.report import ROUNDING

Assertion = Callable[[Plan, Village, Target], None]


@pytest.fixture(scope="session")
def assert_sound() -> Assertion:
    return _assert_sound


def _assert_sound(plan: Plan, village: Village, target: Target) -> None:
    """Assert what is always true of a divided plan."""
    faults = check(plan, village).faults
    assert [fault for fault in faults if fault.severity == "fault"] == []
    shapes = plan.grids.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(village.boundary.area, abs=village.boundary.length * 1e-5)
    given = set(map(tuple, shapely.get_coordinates(village.boundary).tolist()))
    assert given <= set(map(tuple, shapely.get_coordinates(shapes).tolist()))
    assert plan.grids["load"].sum() == village.loads[village.inside].sum()
    assert set(plan.labels.index) == set(village.houses["id"][village.inside])
    _assert_explained(plan, target)


def _assert_explained(plan: Plan, target: Target) -> None:
    deviation = plan.report.grids["deviation"].abs()
    # What is just inside may be the least bit more as a float.
    out = set(deviation.index[deviation > target.tolerance + ROUNDING])
    assert out == {reason.seq for reason in plan.report.reasons if reason.seq is not None}
    assert plan.report.deviation >= plan.report.bound - ROUNDING or np.isnan(plan.report.deviation)
