"""What every accepted edit must leave, said once; and the drawn villages that edits are tried on."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point

from gridding import EditError, Plan, Report, Village, check, label_houses
from gridding.edit import with_exclusive

__all__ = ["assert_edited", "bytes_of", "plan_of", "refused", "shapes_of", "village_of"]


def village_of(boundary, *houses, ties=None, **more):
    """A village with houses h00, h01, ... of load 1 at points, or of these footprints."""
    shapes = [house if hasattr(house, "geom_type") else Point(house) for house in houses]
    ids = [f"h{n:02}" for n in range(len(shapes))]
    return Village(boundary, gpd.GeoDataFrame({"id": ids, "load": 1, "tie": ties}, geometry=shapes), **more)


def plan_of(*shapes, links=()):
    """A plan of basic grids 1, 2, ... of these shapes, drawn by hand."""
    grids = gpd.GeoDataFrame({"seq": range(1, len(shapes) + 1), "kind": "basic", "name": None}, geometry=list(shapes))
    return Plan(grids, report=Report(links=tuple(links)))


def shapes_of(plan):
    """Give seq -> shape."""
    return dict(zip(plan.grids["seq"].tolist(), plan.grids.geometry, strict=True))


def bytes_of(plan):
    """Give everything of a plan that a file would hold."""
    return (
        plan.grids.drop(columns="geometry").astype(str).to_numpy().tolist(),
        plan.grids.geometry.to_wkb().tolist(),
        list(plan.labels.items()),
    )


def refused(edit, *arguments):
    """Give the kind of fault for which an edit is refused, and the first place."""
    with pytest.raises(EditError) as caught:
        edit(*arguments)
    faults = caught.value.faults
    (kind,) = {fault.kind for fault in faults}
    return kind, faults[0].where


def assert_edited(before: Plan, after: Plan, village: Village) -> None:
    """Assert what is true after every accepted edit, by a check that shares nothing with the edits."""
    known = with_exclusive(village, after)
    report = check(after, known)
    assert [fault for fault in report.faults if fault.severity == "fault"] == []
    shapes = after.grids.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    legal = set(map(tuple, shapely.get_coordinates(village.boundary).tolist()))
    assert legal <= set(map(tuple, shapely.get_coordinates(shapes).tolist()))
    beyond = shapely.symmetric_difference(shapely.coverage_union_all(shapes), village.boundary).area
    assert beyond <= village.boundary.length * 1e-5
    assert after.labels.equals(label_houses(after.grids, village.houses))
    assert after.grids["load"].sum() == village.loads[village.inside].sum()
    columns = ["load", "deviation", "polsby_popper", "hull_ratio"]
    pd.testing.assert_frame_equal(after.report.grids[columns], report.grids.loc[after.grids["seq"], columns], atol=1e-9)
    assert np.allclose(after.report.grids["barrier_share"], report.grids["barrier_share"], atol=1e-4, equal_nan=True)
    old, new = shapes_of(before), shapes_of(after)
    changed = [seq for seq in old.keys() & new.keys() if old[seq].wkb != new[seq].wkb]
    ended = shapely.union_all([old[seq] for seq in [*changed, *(old.keys() - new.keys())]])
    for seq in old.keys() & new.keys() - set(changed):
        assert new[seq].wkb == old[seq].wkb
    assert all(old[seq].intersects(ended) for seq in changed)
