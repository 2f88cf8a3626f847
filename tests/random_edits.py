"""Edits nobody thought of, and villages to make them in: for the tests and the benchmark."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString, Point, Polygon, box

from gridding import Plan, Village
from gridding.edit import Operation
from gridding.lattice import snap

__all__ = ["clustered_village", "random_edit"]

FEWEST, MOST = 4, 12
KINDS = ("move", "insert", "remove", "split", "merge", "hand_over", "snap", "set_apart")
WEIGHTS = (0.38, 0.12, 0.1, 0.12, 0.1, 0.12, 0.05, 0.01)


def clustered_village(rng: np.random.Generator, count: int, *, footprints: bool = False) -> Village:
    """A village with a lake, a river with a bridge, two streets, and houses in clusters at least 6 m apart."""
    side_m = 60.0 * np.sqrt(count)
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius_m = side_m / 2 * (1 + 0.25 * np.sin(3 * angle) + 0.05 * rng.standard_normal(40))
    rim = Polygon(np.column_stack([radius_m * np.cos(angle), radius_m * np.sin(angle)]))
    boundary = rim - Point(side_m / 6, side_m / 8).buffer(side_m / 16, quad_segs=4)
    river = LineString([(-side_m, -side_m / 5), (0, -side_m / 6), (side_m, -side_m / 4)])
    bridge = LineString([(0, -side_m / 6 - 30), (0, -side_m / 6 + 30)])
    streets = [LineString([(-side_m, 20), (side_m, -10)]), LineString([(-15, -side_m), (30, side_m)])]
    places = _places(rng, boundary - river.buffer(8), side_m, count)
    load = rng.choice([1, 2, 4, 20], p=[0.8, 0.13, 0.06, 0.01], size=len(places))
    shapes = [box(x - 2.5, y - 2, x + 2.5, y + 2) if footprints else Point(x, y) for x, y in places.tolist()]
    return Village(
        boundary,
        gpd.GeoDataFrame({"id": [f"h{row:05}" for row in range(len(places))], "load": load}, geometry=shapes),
        hard=gpd.GeoSeries([river]),
        soft=gpd.GeoDataFrame({"cost": [2.0, 1.0]}, geometry=streets),
        links=gpd.GeoSeries([bridge]),
    )


def _places(rng: np.random.Generator, land: shapely.Geometry, side_m: float, count: int) -> np.ndarray:
    shapely.prepare(land)
    centres = rng.uniform(-side_m / 2, side_m / 2, (max(3, count // 40), 2))
    centres = centres[shapely.contains_xy(land, centres)]
    spread = centres[rng.integers(0, len(centres), 6 * count)] + rng.normal(0, side_m / 12, (6 * count, 2))
    spread = spread[shapely.contains_xy(land, spread)]
    # One house to a square of 9 m, in the middle third of it.
    square = np.unique(np.floor(spread / 9), axis=0)
    square = square[rng.permutation(len(square))[:count]]
    places = (square + 0.5 + rng.uniform(-1 / 6, 1 / 6, square.shape)) * 9
    return np.round(places[shapely.contains_xy(land.buffer(-4), places)], 3)


def random_edit(rng: np.random.Generator, plan: Plan, village: Village) -> Operation:
    """Give an edit as a planner with an unsteady hand would make it; many will be refused.

    The number of basic grids is kept between 4 and 12 by what is drawn, so that edits may go on for ever.
    """
    basic = int((plan.grids["kind"] == "basic").sum())
    weights = np.array(WEIGHTS)
    weights[KINDS.index("merge")] *= (basic > FEWEST) * (5 if basic > MOST else 1)
    weights[KINDS.index("split")] *= (basic < MOST) * (5 if basic < FEWEST else 1)
    weights[KINDS.index("set_apart")] *= len(plan.grids) - basic < 3
    kind = str(rng.choice(KINDS, p=weights / weights.sum()))
    return Operation(kind, _MAKERS[kind](rng, plan, village))


def _move(rng: np.random.Generator, plan: Plan, village: Village) -> dict[str, object]:
    at = _vertex(rng, plan)
    step_m = rng.exponential(np.sqrt(village.boundary.area) / 60, 2) * rng.choice([-1, 1], 2)
    return {"at": at, "to": snap(Point(at.x + step_m[0], at.y + step_m[1]))}


def _insert(rng: np.random.Generator, plan: Plan, village: Village) -> dict[str, object]:
    border = _inner_border(plan, village)
    at = border.interpolate(rng.uniform(0, border.length)) if not border.is_empty else _vertex(rng, plan)
    return {"at": Point(at.x + rng.uniform(-0.5, 0.5), at.y)}


def _remove(rng: np.random.Generator, plan: Plan, village: Village) -> dict[str, object]:
    return {"at": _vertex(rng, plan)}


def _split(rng: np.random.Generator, plan: Plan, village: Village) -> dict[str, object]:
    seq, shape = _basic(rng, plan)
    middle = shapely.get_coordinates(shape.representative_point())[0]
    reach_m = np.hypot(*np.subtract(shape.bounds[2:], shape.bounds[:2]))
    angle = rng.uniform(0, 2 * np.pi)
    ahead = reach_m * np.array([np.cos(angle), np.sin(angle)])
    bend = middle + rng.normal(0, reach_m / 40, 2)
    line = snap(LineString([middle - ahead, bend, middle + ahead]))
    return {"seq": seq, "line": line}


def _merge(rng: np.random.Generator, plan: Plan, village: Village) -> dict[str, object]:
    seq, shape = _basic(rng, plan)
    basic = plan.grids[(plan.grids["kind"] == "basic") & (plan.grids["seq"] != seq)]
    near = basic[shapely.touches(basic.geometry.to_numpy(), shape)]
    others = near if len(near) else basic
    return {"seqs": [seq, int(others["seq"].iloc[int(rng.integers(len(others)))])]}


def _hand_over(rng: np.random.Generator, plan: Plan, village: Village) -> dict[str, object]:
    seq, shape = _basic(rng, plan)
    outside = village.houses["id"].map(plan.labels).to_numpy() != seq
    distance_m = np.where(outside, shapely.distance(shape, village.places), np.inf)
    nearest = np.argsort(distance_m, kind="stable")[: int(rng.integers(1, 5))]
    return {"house_id": village.houses["id"].iloc[int(nearest[-1])], "seq": seq}


def _snap(rng: np.random.Generator, plan: Plan, village: Village) -> dict[str, object]:
    line = village.soft[int(rng.integers(len(village.soft)))]
    return {**_merge(rng, plan, village), "line": line, "within_m": float(rng.choice([10.0, 30.0, 80.0]))}


def _set_apart(rng: np.random.Generator, plan: Plan, village: Village) -> dict[str, object]:
    seq, shape = _basic(rng, plan)
    middle = Point(shapely.get_coordinates(shape)[int(rng.integers(shapely.get_num_coordinates(shape)))])
    names = set(plan.grids["name"])
    name = next(name for name in (f"school {number}" for number in range(1, 100)) if name not in names)
    size_m = np.sqrt(shape.area) / 6
    polygon = box(middle.x - size_m, middle.y - size_m, middle.x + size_m, middle.y + size_m)
    return {"seqs": [seq], "polygon": snap(polygon), "name": name}


def _basic(rng: np.random.Generator, plan: Plan) -> tuple[int, shapely.Geometry]:
    basic = plan.grids[plan.grids["kind"] == "basic"]
    row = basic.iloc[int(rng.integers(len(basic)))]
    return int(row["seq"]), row["geometry"]


def _inner_border(plan: Plan, village: Village) -> shapely.Geometry:
    _, shape = max(zip(plan.grids["seq"], plan.grids.geometry, strict=True), key=lambda row: row[1].length)
    return shape.boundary.difference(village.boundary.boundary.buffer(0.001))


def _vertex(rng: np.random.Generator, plan: Plan) -> Point:
    """Give a vertex of a basic grid, now and then a place beside one."""
    _, shape = _basic(rng, plan)
    coordinates = shapely.get_coordinates(shape)
    at = coordinates[int(rng.integers(len(coordinates)))]
    return Point(at + rng.normal(0, 0.1, 2)) if rng.random() < 0.1 else Point(at)


_MAKERS = {
    "move": _move,
    "insert": _insert,
    "remove": _remove,
    "split": _split,
    "merge": _merge,
    "hand_over": _hand_over,
    "snap": _snap,
    "set_apart": _set_apart,
}
