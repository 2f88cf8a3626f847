"""Heat as a picture for reports: the density with borders, legend, scale and north; what was counted and what not."""

from __future__ import annotations

import asyncio
import io
import math
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFont

from layers.codes import region_range
from layers.db import ReadPool, reading
from layers.errors import NotFound
from layers.heat.answer import Heat
from layers.heat.drawing import BREAKS, COLOURS, PALETTE, Order, bandwidth_for, classes, latitudes, mercator, raster_of
from layers.heat.kernel import Raster, metres_a_degree
from layers.heat.lattice import Box
from layers.heat.source import HeatSource
from layers.heat.words import WORDS, Language, kinds_line, length_text
from layers.queries import load

__all__ = ["picture"]

_WIDTH, _HEIGHT = 1240, 960
_MAP_LEFT, _MAP_TOP, _MAP_WIDTH, _MAP_HEIGHT = 20, 116, 940, 764
_INK, _SOFT, _LINE, _OUTLINE, _ALARM = "#22313a", "#5a6b75", "#9aa7ae", "#22313a", "#b30000"
_NICE = (1, 2, 5)
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class _Frame:
    """Where the map lies on the picture: web-map coordinates (0 to 1) of its corner, and pixels to one."""

    west: float
    north: float
    pixels: float

    @classmethod
    def around(cls, box: Box) -> _Frame:
        """A frame with the box in the middle of the map."""
        west, east = (box[0] + 180) / 360, (box[2] + 180) / 360
        north, south = mercator(box[3]), mercator(box[1])
        pixels = 0.94 * min(_MAP_WIDTH / (east - west), _MAP_HEIGHT / (south - north))
        return cls((west + east - _MAP_WIDTH / pixels) / 2, (north + south - _MAP_HEIGHT / pixels) / 2, pixels)

    @property
    def box(self) -> Box:
        """West, south, east, north of the map in degrees."""
        lats = latitudes(np.array([self.north + _MAP_HEIGHT / self.pixels, self.north]))
        west, east = self.west * 360 - 180, (self.west + _MAP_WIDTH / self.pixels) * 360 - 180
        return max(west, -180.0), max(float(lats[0]), -85.0), min(east, 180.0), min(float(lats[1]), 85.0)

    @property
    def half_pixel_degrees(self) -> float:
        """How far a border may be off before the picture shows it."""
        return 180 / self.pixels

    @property
    def pixel_m(self) -> float:
        """Metres of one pixel in the middle of the map."""
        middle = (self.box[1] + self.box[3]) / 2
        return float(metres_a_degree(np.array([middle]))[1][0]) * 360 / self.pixels

    def place(self, lon_lat: tuple[float, float]) -> tuple[float, float]:
        """The pixel of a place."""
        x = ((lon_lat[0] + 180) / 360 - self.west) * self.pixels
        return _MAP_LEFT + x, _MAP_TOP + (mercator(lon_lat[1]) - self.north) * self.pixels


async def picture(
    source: HeatSource, pool: ReadPool, order: Order, region: str, bandwidth_m: int | None, language: Language
) -> bytes:
    """A PNG of a region; by default the bandwidth is the narrowest that is 14 pixels wide.

    Whoever may open the cases sees the region's incidents alone, anyone else all of their scope around it too, so that
    no cell is cut by a border. Without a Chinese font on this machine the words are English and the region its code.

    Raises:
        NotFound: when there is no such region.
        Invalid: when neither it nor any region in it has a shape, or as `answer.asked`.
    """
    language = "en" if _font() is None else language
    subject = await _subject(pool, order, region, language)
    frame = _Frame.around(await source.box(region))
    borders = await _borders(pool, region, frame.half_pixel_degrees)
    chosen_m = bandwidth_m or bandwidth_for(frame.pixel_m)
    found, raster = await raster_of(source, order, frame.box, chosen_m)
    return await asyncio.to_thread(_paint, found, raster, frame, borders, chosen_m, subject)


@dataclass(frozen=True)
class _Subject:
    """What the picture is of: the place's name, the kinds' titles (None: all), and whether borders there are made."""

    language: Language
    name: str
    kinds: tuple[str, ...] | None
    synthetic: bool


async def _subject(pool: ReadPool, order: Order, region: str, language: Language) -> _Subject:
    first, last = region_range(region)
    asked = {"code": region, "first": first, "last": last, "kinds": list(order.kinds or ())}
    async with reading(pool) as connection:
        cursor = await connection.execute(load("heat.sql")["subject"], asked)
        row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"There is no region {region!r} here.")
    name = row["name"] if _font() is not None else region
    kinds = None if order.kinds is None else tuple(row[f"kinds_{language}"] or ())
    return _Subject(language, name, kinds, row["synthetic"])


async def _borders(pool: ReadPool, region: str, tolerance: float) -> Sequence[Mapping[str, Any]]:
    async with reading(pool) as connection:
        cursor = await connection.execute(load("heat.sql")["borders"], {"code": region, "tolerance": tolerance})
        return await cursor.fetchall()


def _paint(
    found: Heat,
    raster: Raster,
    frame: _Frame,
    borders: Sequence[Mapping[str, Any]],
    bandwidth_m: int,
    subject: _Subject,
) -> bytes:
    words = WORDS[subject.language]
    image = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    _paint_density(image, raster, frame)
    draw = ImageDraw.Draw(image)
    for row in reversed([row for row in borders if row["shape"] is not None]):
        _paint_border(draw, frame, row["shape"], is_own=row["is_own"])
    draw.rectangle((_MAP_LEFT, _MAP_TOP, _MAP_LEFT + _MAP_WIDTH, _MAP_TOP + _MAP_HEIGHT), outline=_LINE)
    _paint_caption(draw, subject, found, _inside(found, frame.box))
    _paint_legend(draw, words, bandwidth_m)
    _paint_scale(draw, frame)
    _paint_north(draw, words["north"])
    _paint_notes(draw, words, found)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _paint_caption(draw: ImageDraw.ImageDraw, subject: _Subject, found: Heat, inside: int) -> None:
    """What was counted, where and when; on which day the picture was made, and whether of made data."""
    words, right = WORDS[subject.language], _WIDTH - _MAP_LEFT
    period = {"first": found.since, "last": _last_day(found), "days": found.days, "n": inside}
    draw.text((_MAP_LEFT, 10), words["title"].format(name=subject.name), _INK, _sized(30))
    draw.text((_MAP_LEFT, 54), words["period"].format(**period), _SOFT, _sized(18))
    room = right - _MAP_LEFT
    line = kinds_line(subject.kinds, words, lambda text: draw.textlength(text, _sized(18)) <= room)
    draw.text((_MAP_LEFT, 82), line, _SOFT, _sized(18))
    made_on = datetime.now(_ZONE).date()
    draw.text((right, 20), words["made_on"].format(day=made_on), _SOFT, _sized(16), anchor="ra")
    if subject.synthetic:
        draw.text((right, 54), words["synthetic"], _ALARM, _sized(18), anchor="ra")


def _last_day(found: Heat) -> Any:
    return found.until.fromordinal(found.until.toordinal() - 1)


def _inside(found: Heat, box: Box) -> int:
    """The incidents of the cells whose middles are on the map."""
    inside = (found.lons >= box[0]) & (found.lons < box[2]) & (found.lats >= box[1]) & (found.lats < box[3])
    return int(found.numbers[inside].sum())


def _paint_density(image: Image.Image, raster: Raster, frame: _Frame) -> None:
    xs, ys = (np.arange(_MAP_WIDTH) + 0.5) / frame.pixels, (np.arange(_MAP_HEIGHT) + 0.5) / frame.pixels
    densities = raster.at((frame.west + xs) * 360 - 180, latitudes(frame.north + ys))
    image.paste(Image.fromarray(PALETTE[classes(densities)], "RGB"), (_MAP_LEFT, _MAP_TOP))


def _paint_border(draw: ImageDraw.ImageDraw, frame: _Frame, shape: bytes, *, is_own: bool) -> None:
    for part in shapely.get_parts(shapely.from_wkb(shape)):
        for ring in (part.exterior, *part.interiors):
            line = [frame.place(place) for place in ring.coords]
            draw.line(line, _OUTLINE if is_own else _LINE, 3 if is_own else 1)


def _paint_legend(draw: ImageDraw.ImageDraw, words: Mapping[str, str], bandwidth_m: int) -> None:
    left, top = _MAP_LEFT + _MAP_WIDTH + 24, _MAP_TOP + 90
    draw.text((left, top), words["legend"], _INK, _sized(18))
    for at, colour in enumerate(COLOURS):
        y = top + 34 + 34 * at
        draw.rectangle((left, y, left + 34, y + 24), colour, _LINE)
        following = BREAKS[at + 1] if at + 1 < len(BREAKS) else None
        text = words["above"].format(a=f"{BREAKS[at]:g}") if following is None else f"{BREAKS[at]:g} – {following:g}"
        draw.text((left + 46, y), text, _INK, _sized(18))
    draw.text((left, top + 34 * 8), words["bandwidth"].format(m=f"{bandwidth_m:,}"), _SOFT, _sized(15))


def _paint_scale(draw: ImageDraw.ImageDraw, frame: _Frame) -> None:
    """A bar of a round length, at most 200 pixels long."""
    most_m = 200 * frame.pixel_m
    power = 10 ** math.floor(math.log10(most_m))
    length_m = max(step * power for step in _NICE if step * power <= most_m)
    left, y = _MAP_LEFT + _MAP_WIDTH + 24, _MAP_TOP + _MAP_HEIGHT - 20
    right = left + length_m / frame.pixel_m
    draw.line([(left, y - 8), (left, y), (right, y), (right, y - 8)], _INK, 2)
    draw.text((left, y - 34), length_text(length_m), _INK, _sized(16))


def _paint_north(draw: ImageDraw.ImageDraw, word: str) -> None:
    x, y = _MAP_LEFT + _MAP_WIDTH + 42, _MAP_TOP + 4
    draw.polygon([(x, y), (x - 12, y + 40), (x, y + 30), (x + 12, y + 40)], _INK)
    draw.text((x + 22, y + 10), word, _INK, _sized(18))


def _paint_notes(draw: ImageDraw.ImageDraw, words: Mapping[str, str], found: Heat) -> None:
    notes = [words["protected"]] if found.protected else []
    notes += [words[name].format(n=getattr(found, name)) for name in ("unlocated", "withheld") if getattr(found, name)]
    for at, note in enumerate(notes):
        draw.text((_MAP_LEFT, _MAP_TOP + _MAP_HEIGHT + 10 + 22 * at), note, _SOFT, _sized(16))


def _sized(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    font = _font()
    return ImageFont.load_default(size) if font is None else ImageFont.truetype(font, size)


@cache
def _font() -> str | None:
    """The file of a font for Chinese, as this machine's fontconfig names it; None without one."""
    command = shutil.which("fc-list")
    if command is None:
        return None
    listed = subprocess.run([command, ":lang=zh-cn", "file"], capture_output=True, text=True, check=False)  # noqa: S603
    files = sorted(line.rstrip(": ") for line in listed.stdout.splitlines())
    return next((file for file in files if "Sans" in file and "Regular" in file), files[0] if files else None)
