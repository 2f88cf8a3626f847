"""The data of the gridding benchmark: generated villages, a town of street blocks, two real regions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.random import Generator
from scipy.spatial import cKDTree
from shapely import LineString, Polygon

from gridding import Plane, Target, Village, densify

__all__ = [
    "SETS",
    "Case",
    "block_town",
    "brown_county",
    "cases_of",
    "draw_loads",
    "houses_of",
    "liechtenstein",
    "village_frame",
    "village_of",
    "wide",
    "with_tower",
]

SHARED = Path(__file__).parents[3] / "shared" / "data"
METRES = "EPSG:6933"
LAND_PER_HOUSE_M2 = 2100.0
LEAST_APART_M = 4.0
BLOCKS, BLOCK_M = 691, 120.0
HEAVIEST_BLOCK = 129
# Blocks with as many people as a grid of some hundred households has.
BROWN_TARGET = 2500
# Ten grids at the smallest size, which is there for the peers that end nowhere else.
TARGETS = {"v500": 80}
SIZES = {"v500": 500, "v2000": 2_000, "v10000": 10_000, "v50000": 50_000}
SETS = (*SIZES, "blk", "liechtenstein", "brown")


@dataclass(frozen=True)
class Case:
    """One village to be divided by everybody: `k` grids of about `target.load`."""

    name: str
    village: Village
    target: Target

    @property
    def k(self) -> int:
        """The number of grids: round(total / load)."""
        return max(1, round(int(self.village.loads[self.village.inside].sum()) / self.target.load))


def cases_of(name: str, seeds: int) -> list[Case]:
    """Give the cases of a set: one a seed where it is generated, one a municipality in Liechtenstein."""
    if name in SIZES:
        target = wide(TARGETS.get(name, 400))
        return [Case(f"{name}/{seed}", village_of(SIZES[name], seed), target) for seed in range(1, seeds + 1)]
    if name == "blk":
        return [Case(f"{name}/{seed}", block_town(seed), wide(400)) for seed in range(1, seeds + 1)]
    return {"liechtenstein": liechtenstein, "brown": brown_county}[name]()


def wide(load: int) -> Target:
    """Give a target whose band excludes nothing, so that k follows from the load alone."""
    return Target(load=load, band=(1, 10**9))


def village_frame(houses: int, seed: int) -> tuple[Polygon, gpd.GeoDataFrame]:
    """Give the boundary (with a lake) and the houses of a generated village, in metres.

    Six of seven houses stand in clusters, no two nearer than 4 m.
    """
    rng = np.random.default_rng(seed)
    radius_m = float(np.sqrt(houses * LAND_PER_HOUSE_M2 / np.pi))
    boundary = _shore(rng, radius_m)
    places = _scatter(rng, boundary, houses, radius_m)
    return boundary, houses_of(places, draw_loads(rng, houses))


def village_of(houses: int, seed: int) -> Village:
    """Give a generated village."""
    return Village(*village_frame(houses, seed))


def houses_of(places: np.ndarray, load: np.ndarray, prefix: str = "h") -> gpd.GeoDataFrame:
    """Give point houses at places (n x 2, metres)."""
    ids = [f"{prefix}{row:06}" for row in range(len(places))]
    return gpd.GeoDataFrame({"id": ids, "load": load}, geometry=shapely.points(places), crs=METRES)


def draw_loads(rng: Generator, houses: int) -> np.ndarray:
    """Give households per house: 80 % one, 13 % two, 6 % three to six, 1 % twelve to sixty."""
    chance = rng.uniform(size=houses)
    few, many = rng.integers(3, 7, houses), rng.integers(12, 61, houses)
    return np.select([chance < 0.80, chance < 0.93, chance < 0.99], [1, 2, few], many)


def _shore(rng: Generator, radius_m: float) -> Polygon:
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    round_m = np.column_stack([np.cos(turn), np.sin(turn)])
    waves = 1 + 0.25 * np.sin(3 * turn + rng.uniform(0, 6)) + 0.15 * np.sin(5 * turn + rng.uniform(0, 6))
    lake = np.array([0.3, 0.1]) * radius_m + 0.15 * radius_m * round_m
    return Polygon(radius_m * waves[:, None] * round_m, [lake[::-1]])


def _scatter(rng: Generator, boundary: Polygon, count: int, radius_m: float) -> np.ndarray:
    """Give `count` places inside, none nearer than 4 m to another: six of seven in clusters, one anywhere."""
    centre = rng.uniform(-radius_m, radius_m, (max(3, count // 60), 2))
    spread_m = rng.uniform(0.05, 0.2, len(centre)) * radius_m
    places = np.empty((0, 2))
    while len(places) < count:
        cluster = rng.integers(len(centre), size=3 * count)
        near = centre[cluster] + rng.normal(size=(3 * count, 2)) * spread_m[cluster][:, None]
        anywhere = rng.uniform(-1.4 * radius_m, 1.4 * radius_m, (count // 2, 2))
        more = np.vstack([near, anywhere])
        rng.shuffle(more)
        places = _apart(np.vstack([places, more[shapely.contains_xy(boundary, more)]]))
    return places[:count]


def _apart(places: np.ndarray) -> np.ndarray:
    """Give the places without those nearer than 4 m to an earlier one."""
    pairs = cKDTree(places).query_pairs(LEAST_APART_M, output_type="ndarray")
    return np.delete(places, np.unique(pairs.max(axis=1, initial=0)) if len(pairs) else [], axis=0)


def with_tower(village: Village, load: int) -> Village:
    """Give the village with that load in the building nearest to its middle."""
    places = shapely.get_coordinates(village.places)
    middle = np.argmin(((places - places.mean(axis=0)) ** 2).sum(axis=1))
    loads = village.loads.copy()
    loads[middle] = load
    return Village(village.boundary, village.houses.assign(load=loads))


# --- the town of street blocks -----------------------------------------------------------------------------------


def block_town(seed: int) -> Village:
    """Give a town of 691 street blocks with a river through it and two bridges; blocks are given as atoms."""
    rng = np.random.default_rng(seed)
    side = 33
    corner = _corners(rng, side)
    cells = [(column, row) for column in range(side) for row in range(side)]
    middle = np.array(cells) + 0.5 - side / 2
    inside = np.argsort(np.hypot(middle[:, 0], middle[:, 1] * 1.15), kind="stable")[:BLOCKS]
    blocks = [_block(corner, *cells[at]) for at in np.sort(inside)]
    boundary = shapely.coverage_union_all(blocks)
    river_rows = _river_rows(rng, side)
    river = LineString(_river(corner, river_rows))
    load = np.minimum(rng.gamma(1.5, 16.5, BLOCKS).astype(np.int64), HEAVIEST_BLOCK)
    places = shapely.get_coordinates(shapely.point_on_surface(blocks))
    bridges = [_bridge(corner, column, river_rows[column]) for column in (side // 2 - 6, side // 2 + 5)]
    return Village(
        boundary,
        houses_of(places, load, "b"),
        hard=gpd.GeoSeries([river.intersection(boundary)], crs=METRES),
        links=gpd.GeoSeries(bridges, crs=METRES),
        atoms=gpd.GeoSeries(blocks, crs=METRES),
    )


def _corners(rng: Generator, side: int) -> np.ndarray:
    """Give the street corners (side + 1, side + 1, 2) in metres: a square lattice, shaken."""
    even = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="ij"), axis=-1)
    return np.round((even + rng.uniform(-0.22, 0.22, even.shape)) * BLOCK_M, 3)


def _block(corner: np.ndarray, column: int, row: int) -> Polygon:
    steps = ((0, 0), (1, 0), (1, 1), (0, 1))
    return Polygon([corner[column + east, row + north] for east, north in steps])


def _river_rows(rng: Generator, side: int) -> np.ndarray:
    """Give the row of corners along which the river passes below each column of blocks: it winds in the middle only."""
    along = np.linspace(-1, 1, side)
    waves = np.sin(rng.uniform(0, 2 * np.pi) + rng.uniform(4, 8) * along) + rng.uniform(-0.3, 0.3, side)
    return side // 2 + np.rint(3 * waves * (1 - along**2)).astype(np.int64)


def _river(corner: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    """Give the river's course along block borders from west to east."""
    course = [corner[0, rows[0]]]
    for column, row in enumerate(rows):
        before = rows[max(0, column - 1)]
        course += [corner[column, step] for step in range(before, row, 1 if row > before else -1)][1:]
        course += [corner[column, row], corner[column + 1, row]]
    return course


def _bridge(corner: np.ndarray, column: int, row: int) -> LineString:
    below, above = (_block(corner, column, row + step).centroid for step in (-1, 0))
    return LineString([below, above])


# --- real regions ------------------------------------------------------------------------------------------------


def liechtenstein() -> list[Case]:
    """Give the municipalities of Liechtenstein: footprints, the Rhine as hard, main streets as soft barriers."""
    source = SHARED / "osm" / "liechtenstein-2013-08-03.osm.pbf"
    areas = pyogrio.read_dataframe(source, layer="multipolygons")
    lines = pyogrio.read_dataframe(source, layer="lines")
    towns = areas[areas["admin_level"] == "8"].sort_values("name")
    borders = [densify(shape) for shape in towns.geometry]
    plane = Plane.around(tuple(shapely.total_bounds(borders)))
    rows = areas[areas["building"].notna()].explode(ignore_index=True)
    ids = [f"b{row:04}" for row in rows.index]
    buildings = gpd.GeoDataFrame({"id": ids, "load": 1}, geometry=plane.to_plane(rows.geometry), crs=plane.crs)
    streets = plane.to_plane(lines[lines["highway"].isin(["primary", "secondary"])].geometry)
    hard = plane.to_plane(lines[lines["waterway"] == "river"].geometry)
    soft = gpd.GeoDataFrame({"cost": 3.0}, index=streets.index, geometry=streets)
    cases = []
    for name, border in zip(towns["name"], map(plane.to_plane, borders), strict=True):
        village = Village(border, buildings[buildings.intersects(border)], hard=hard, soft=soft)
        cases.append(Case(f"liechtenstein/{name}", village, wide(60)))
    return cases


def brown_county() -> list[Case]:
    """Give the census blocks of Brown County as given atoms with their people, made into a valid coverage first."""
    blocks = pyogrio.read_dataframe(SHARED / "census" / "brown_wi_blocks2000.gpkg").to_crs("EPSG:4326")
    plane = Plane.around(tuple(blocks.total_bounds))
    shapes = shapely.make_valid(plane.to_plane(blocks.geometry).to_numpy())
    shapes = shapely.coverage_clean(shapes, snapping_distance=0.01)
    peopled = blocks["POP"].to_numpy(dtype=np.int64)
    kept = shapely.area(shapes) > 0
    people = gpd.GeoDataFrame(
        {"id": [f"b{row:05}" for row in np.flatnonzero(kept)], "load": peopled[kept]},
        geometry=shapely.point_on_surface(shapes[kept]),
        crs=plane.crs,
    )
    village = Village(
        shapely.coverage_union_all(shapes[kept]), people, atoms=gpd.GeoSeries(shapes[kept], crs=plane.crs)
    )
    return [Case("brown", village, wide(BROWN_TARGET))]
