"""What is asked for: lists of tiles, boxes and places drawn by a seed, the same for every server."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from bench.layers_data import City

__all__ = ["Tile", "boxes", "dense_tiles", "mix", "places", "tile_box", "tile_of"]

Tile = tuple[str, int, int, int]
"""Layer, z, x, y; y from the north."""
ZOOMS = (13, 14, 15, 16)
HOUSE_SHARE = 0.6


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    """The tile x, y at zoom `z` that holds a place."""
    size = 2**z
    rad = math.radians(lat)
    return int((lon + 180) / 360 * size), int((1 - math.asinh(math.tan(rad)) / math.pi) / 2 * size)


def tile_box(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a tile in degrees."""
    size = 2**z

    def lat(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / size))))

    return x / size * 360 - 180, lat(y + 1), (x + 1) / size * 360 - 180, lat(y)


def mix(city: City, count: int, seed: int, zooms: Sequence[int] = ZOOMS) -> list[Tile]:
    """Different tiles of houses (where houses are) and grids (anywhere), as many of each zoom, in random order."""
    rng = np.random.default_rng([city.recipe.seed, 11, seed])
    found: dict[Tile, None] = {}
    for z in zooms:
        each = count // len(zooms)
        houses = round(each * HOUSE_SHARE)
        found |= dict.fromkeys(_tiles("house", z, city.house_points, houses, rng))
        box = city.land.box
        spread = rng.uniform(box[:2], box[2:], (40 * each, 2))
        found |= dict.fromkeys(_tiles("grid", z, spread, each - houses, rng))
    tiles = list(found)
    rng.shuffle(tiles)
    return [(layer, int(z), int(x), int(y)) for layer, z, x, y in tiles]


def _tiles(layer: str, z: int, points: np.ndarray, count: int, rng: np.random.Generator) -> list[Tile]:
    """Up to `count` different tiles that hold one of the points."""
    drawn = points[rng.integers(0, len(points), 20 * count)]
    found = dict.fromkeys((layer, z, *tile_of(lon, lat, z)) for lon, lat in drawn.tolist())
    return list(found)[:count]


def dense_tiles(city: City, z: int, count: int) -> list[Tile]:
    """The tiles of houses at a zoom with the most houses in them."""
    points = city.house_points[:: max(1, len(city.house_points) // 100_000)]
    drawn = [tile_of(lon, lat, z) for lon, lat in points.tolist()]
    tiles, counts = np.unique(np.array(drawn), axis=0, return_counts=True)
    return [("house", z, int(x), int(y)) for x, y in tiles[np.argsort(-counts, kind="stable")][:count]]


def boxes(city: City, count: int, side: float, seed: int) -> list[tuple[float, float, float, float]]:
    """Boxes of `side` degrees around houses of chance."""
    rng = np.random.default_rng([city.recipe.seed, 12, seed])
    middles = city.house_points[rng.integers(0, city.recipe.houses, count)]
    return [(lon - side / 2, lat - side / 2, lon + side / 2, lat + side / 2) for lon, lat in middles.tolist()]


def places(city: City, count: int, seed: int) -> list[tuple[float, float]]:
    """Houses of chance, as lon, lat."""
    rng = np.random.default_rng([city.recipe.seed, 13, seed])
    return [(lon, lat) for lon, lat in city.house_points[rng.integers(0, city.recipe.houses, count)].tolist()]
