"""Density as pictures: the colours of its classes, and tiles of web maps."""

from __future__ import annotations

import asyncio
import io
import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layers.errors import Fault, Invalid
from layers.heat.answer import Heat, asked, heat
from layers.heat.kernel import Floats, Raster, cell_for, grown, smooth
from layers.heat.lattice import Box
from layers.heat.source import HeatSource
from layers.scope import Scope

__all__ = [
    "BREAKS",
    "COLOURS",
    "PALETTE",
    "HeatTiles",
    "Order",
    "bandwidth_for",
    "box_of_tile",
    "classes",
    "latitudes",
    "mercator",
    "raster_of",
]

BREAKS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Incidents per km² per day at which a colour begins; below the first nothing is drawn. The pages use the same."""
COLOURS = ("#fde3c0", "#fdbb84", "#fc8d59", "#e34a33", "#b30000", "#67000d")
PALETTE = np.array(
    [(255, 255, 255), *(tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5)) for colour in COLOURS)], np.uint8
)
"""Red, green and blue of each class."""
BANDWIDTHS_M = (100, 250, 500, 1000, 2500, 5000, 10000, 25000)
_ALPHA = 190
_SIDE = 256
_LEAST_PIXELS, _GOOD_PIXELS = 2, 14
_KEPT = 2_000
_EARTH_M = 40_075_016.686


@dataclass(frozen=True)
class Order:
    """What is drawn for a caller, days in [since, until); `region` None: all in scope."""

    scope: Scope
    since: date
    until: date
    kinds: tuple[str, ...] | None
    region: str | None
    exact: bool


class HeatTiles:
    """Draws tiles, and keeps the newest as long as the incidents are those in memory at that moment."""

    def __init__(self, source: HeatSource) -> None:
        self._source = source
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()

    async def tile(self, order: Order, z: int, x: int, y: int, bandwidth_m: int | None) -> bytes:
        """A PNG of 256 by 256 pixels; by default the bandwidth is the narrowest that is 14 pixels wide.

        Raises:
            Invalid: when the bandwidth is under two pixels there, or as `answer.heat`.
        """
        box = box_of_tile(z, x, y)
        pixel_m = _EARTH_M * math.cos(math.radians((box[1] + box[3]) / 2)) / 2 ** (z + 8)
        chosen_m = bandwidth_m or bandwidth_for(pixel_m)
        if chosen_m < _LEAST_PIXELS * pixel_m:
            raise Invalid("The question has faults.", [Fault("bandwidth", "is under two pixels in this tile")])
        key = (self._source.version, order, z, x, y, chosen_m)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found, raster = await raster_of(self._source, order, box, chosen_m)
        drawn = await asyncio.to_thread(_draw, raster, z, x, y) if len(found.numbers) else _draw(None, z, x, y)
        if key[0] is not None:
            self._kept[key] = drawn
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return drawn


async def raster_of(source: HeatSource, order: Order, box: Box, bandwidth_m: float) -> tuple[Heat, Raster]:
    """The cells that reach into a box, and the density over it."""
    question = asked(
        order.scope,
        since=order.since,
        until=order.until,
        bbox=grown(box, bandwidth_m),
        cell_m=cell_for(bandwidth_m),
        kinds=order.kinds,
        region=order.region,
        exact=order.exact,
    )
    found = await heat(source, question)
    places = found.lons, found.lats, found.numbers
    return found, await asyncio.to_thread(smooth, *places, box=box, bandwidth_m=bandwidth_m, days=found.days)


def bandwidth_for(pixel_m: float) -> int:
    """The narrowest bandwidth that is 14 pixels wide, or the widest there is."""
    return next((metres for metres in BANDWIDTHS_M if metres >= _GOOD_PIXELS * pixel_m), BANDWIDTHS_M[-1])


def classes(densities: Floats) -> NDArray[np.uint8]:
    """The class of each density: 0 is drawn as nothing, 1 in the first colour."""
    return np.searchsorted(BREAKS, densities, side="right").astype(np.uint8)


def mercator(lat: float) -> float:
    """The height of a latitude on a web map whose width is one, from the north edge."""
    return (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2


def latitudes(heights: Floats) -> Floats:
    """The latitudes at these heights of a web map."""
    result: Floats = np.degrees(np.arctan(np.sinh(math.pi * (1 - 2 * heights))))
    return result


def box_of_tile(z: int, x: int, y: int) -> Box:
    """West, south, east, north of a tile, in degrees.

    Raises:
        Invalid: when there is no such tile.
    """
    side = 2**z
    if not (0 <= x < side and 0 <= y < side):
        raise Invalid("The question has faults.", [Fault("path", f"zoom {z} has tiles 0 to {side - 1}")])
    north, south = latitudes(np.array([y / side, (y + 1) / side])).tolist()
    return x / side * 360 - 180, max(south, -85.0), (x + 1) / side * 360 - 180, min(north, 85.0)


def _draw(raster: Raster | None, z: int, x: int, y: int) -> bytes:
    drawn = np.zeros((_SIDE, _SIDE), np.uint8)
    if raster is not None:
        pixels = (np.arange(_SIDE) + 0.5) / _SIDE
        lons, lats = (x + pixels) / 2**z * 360 - 180, latitudes((y + pixels) / 2**z)
        drawn = classes(raster.at(lons, lats))
    image = Image.fromarray(drawn, "P")
    image.putpalette(PALETTE.tobytes())
    written = io.BytesIO()
    image.save(written, "PNG", compress_level=1, transparency=bytes([0, *[_ALPHA] * len(COLOURS)]))
    return written.getvalue()
