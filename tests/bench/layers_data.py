"""The data of the layers bench: grids that fill a city without gap, clustered houses, five years of incidents.

Everything follows from the recipe: numbers, shapes, points, ids. A chunk at a time, so memory does not grow with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from fixtures.rhythm import KINDS

__all__ = ["CHUNK", "CITY", "FIRST_DAY", "PROVINCE", "Chunk", "City", "Land", "Recipe"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST_DAY = np.datetime64("2021-11-01")
DAYS = 5 * 365
CHUNK = 250_000
GRIDS_OF_VILLAGE = 10
VILLAGES_OF_TOWNSHIP = 10
COUNTIES_OF_PREFECTURE = 10
# An edge between two vertices, in widths of a square grid: some 84 of them around a grid, as a drawn border has.
EDGE = 0.0495
JITTER = 0.0006
"""An incident lies some 60 m from a house."""
LOCATED = 0.92
HOUR_US = 3_600_000_000
VERSION = 1


@dataclass(frozen=True)
class Land:
    """Where all lies: `box` is west, south, east, north in degrees, `centres` how many towns houses gather in."""

    box: tuple[float, float, float, float]
    counties: int
    centres: int


CITY = Land((102.7, 25.04, 103.3, 25.64), counties=10, centres=300)
"""A dense city of some 60 by 67 km."""
PROVINCE = Land((97.5, 21.2, 106.2, 29.2), counties=125, centres=6_000)
"""As wide as Yunnan."""


@dataclass(frozen=True)
class Recipe:
    """How much of everything, and where; the same recipe always makes the same rows."""

    houses: int
    grids: int
    incidents: int
    seed: int = 1
    version: int = VERSION
    land: Land = CITY

    @property
    def digest(self) -> str:
        """Ten hexadecimal digits that no other recipe has."""
        words = asdict(self)
        if self.land == CITY:
            del words["land"]
        return hashlib.sha256(repr(sorted(words.items())).encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Chunk:
    """Rows of houses or incidents: ids as (n, 16) bytes, points as (n, 2) lon/lat, grid numbers.

    Of incidents also microseconds since 1970 (UTC), the kind as a place in `KINDS`, and whether the point is known.
    """

    ids: NDArray[np.uint8]
    points: Floats
    numbers: Ints
    occurred_us: Ints | None = None
    kinds: NDArray[np.int8] | None = None
    located: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.ids)


class City:
    """Regions, grids, houses and incidents of a recipe."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.land = recipe.land
        if recipe.grids % (self.land.counties * GRIDS_OF_VILLAGE):
            raise ValueError(f"grids: must be a multiple of {self.land.counties * GRIDS_OF_VILLAGE}")

    def _dice(self, *words: int) -> np.random.Generator:
        return np.random.default_rng([self.recipe.seed, *words])

    @cached_property
    def cells(self) -> NDArray[np.object_]:
        """The grids' polygons (lon/lat) in order of their numbers: a Voronoi diagram with vertices along its edges."""
        west, south, east, north = self.land.box
        seeds = self._dice(1).uniform((west, south), (east, north), (self.recipe.grids, 2))
        box = shapely.box(*self.land.box)
        edge = EDGE * (box.area / self.recipe.grids) ** 0.5
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=box))
        # Each shared border gets its vertices once, so that neighbours have the same ones.
        borders = shapely.union_all(shapely.boundary(shapely.intersection(cells, box)))
        borders = shapely.segmentize(shapely.get_parts(borders), edge)
        cells = shapely.get_parts(shapely.polygonize(borders))
        return self._in_order(np.asarray(cells, dtype=object))

    def _in_order(self, cells: NDArray[np.object_]) -> NDArray[np.object_]:
        """West to east into counties, south to north inside them: neighbours have near numbers."""
        middles = shapely.get_coordinates(shapely.centroid(cells))
        by_lon = np.argsort(middles[:, 0], kind="stable").reshape(self.land.counties, -1)
        order = np.concatenate([strip[np.argsort(middles[strip, 1], kind="stable")] for strip in by_lon])
        return np.asarray(cells[order], dtype=object)

    @cached_property
    def villages(self) -> list[str]:
        """The villages' 12-digit codes, in the order of their grids."""
        count = self.recipe.grids // GRIDS_OF_VILLAGE // self.land.counties
        return [
            f"53{county // COUNTIES_OF_PREFECTURE + 1:02d}{county % COUNTIES_OF_PREFECTURE + 1:02d}"
            f"{at // VILLAGES_OF_TOWNSHIP + 1:03d}{at % VILLAGES_OF_TOWNSHIP + 1:03d}"
            for county in range(self.land.counties)
            for at in range(count)
        ]

    @cached_property
    def numbers(self) -> Ints:
        """The grids' numbers, ascending."""
        of_village = np.repeat(np.array([int(code) for code in self.villages]), GRIDS_OF_VILLAGE)
        return of_village * 1000 + np.tile(np.arange(1, GRIDS_OF_VILLAGE + 1), len(self.villages))

    def regions(self) -> Iterator[tuple[str, shapely.MultiPolygon]]:
        """Code and shape of every region from the province to the villages: unions of its grids."""
        numbers = np.char.zfill(self.numbers.astype(str), 15)
        shapes: dict[str, shapely.Geometry] = {}
        groups: dict[str, list[shapely.Geometry]] = {}
        for number, cell in zip(numbers, self.cells, strict=True):
            groups.setdefault(str(number[:12]), []).append(cell)
        for above in (9, 6, 4, 2, 0):
            shapes |= {code: shapely.union_all(parts) for code, parts in groups.items()}
            higher: dict[str, list[shapely.Geometry]] = {}
            for code in groups:
                higher.setdefault(code[:above], []).append(shapes[code])
            groups = higher
        for code in sorted(shapes, key=lambda code: (len(code), code)):
            shape = shapes[code]
            yield code, shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])

    @cached_property
    def house_points(self) -> Floats:
        """Lon/lat of every house, in order of grid: towns of many sizes, and a tenth of them scattered."""
        rng = self._dice(2)
        west, south, east, north = self.land.box
        count = self.recipe.houses
        towns = self.land.centres
        centres = rng.uniform((west + 0.02, south + 0.02), (east - 0.02, north - 0.02), (towns, 2))
        weights = rng.lognormal(0.0, 1.0, towns)
        own = rng.choice(towns, count, p=weights / weights.sum())
        spread = rng.uniform(0.002, 0.012, towns)
        points = centres[own] + rng.normal(0, 1, (count, 2)) * spread[own, None]
        alone = rng.random(count) < 0.1
        points[alone] = rng.uniform((west, south), (east, north), (int(alone.sum()), 2))
        points = self._inside(points)
        return np.asarray(points[np.argsort(self._cell_of(points), kind="stable")])

    @cached_property
    def house_numbers(self) -> Ints:
        """The number of the grid that holds each house."""
        return self.numbers[self._cell_of(self.house_points)]

    def _inside(self, points: Floats) -> Floats:
        west, south, east, north = self.land.box
        return np.clip(points, (west + 1e-6, south + 1e-6), (east - 1e-6, north - 1e-6))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.cells)

    def _cell_of(self, points: Floats) -> Ints:
        """The lowest grid that covers each point."""
        found = np.full(len(points), len(self.cells), dtype=np.int64)
        at, cells = self._tree.query(shapely.points(points), predicate="intersects")
        np.minimum.at(found, at, cells)
        return found

    def houses(self) -> Iterator[Chunk]:
        """All houses, a chunk at a time."""
        for begin in range(0, self.recipe.houses, CHUNK):
            points = self.house_points[begin : begin + CHUNK]
            numbers = self.house_numbers[begin : begin + CHUNK]
            yield Chunk(self.ids(3, begin, len(points)), points, numbers)

    def ids(self, table: int, begin: int, count: int) -> NDArray[np.uint8]:
        """Ids of chance for the rows of a chunk that begins at `begin`; houses are table 3, incidents table 5."""
        return self._dice(table, begin).integers(0, 256, (count, 16), dtype=np.uint8)

    def incidents(self) -> Iterator[Chunk]:
        """All incidents in order of time, a chunk at a time."""
        total = self.recipe.incidents
        for begin in range(0, total, CHUNK):
            yield self._incident_chunk(
                begin, min(CHUNK, total - begin), begin / total, min(begin + CHUNK, total) / total
            )

    def _incident_chunk(self, begin: int, count: int, since: float, until: float) -> Chunk:
        rng = self._dice(4, begin)
        at = rng.integers(0, self.recipe.houses, count)
        points = self._inside(self.house_points[at] + rng.normal(0, JITTER, (count, 2)))
        located = rng.random(count) < LOCATED
        numbers = self.numbers[self._cell_of(points)]
        # What is known to its village only lies in no grid.
        numbers = np.where(located, numbers, numbers // 1000 * 1000)
        first_us = FIRST_DAY.astype("datetime64[us]").astype(np.int64) - 8 * HOUR_US
        times = np.sort(rng.uniform(since * DAYS, until * DAYS, count) * 24 * HOUR_US).astype(np.int64) + first_us
        kinds = rng.choice(len(KINDS), count, p=[kind.share for kind in KINDS]).astype(np.int8)
        return Chunk(self.ids(5, begin, count), points, numbers, times, kinds, located)
