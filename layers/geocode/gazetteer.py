"""What geocoding asks of the registers, as a protocol: PostGIS answers it, and a list in memory for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from layers.geocode.parts import Parts

__all__ = ["Area", "Dwelling", "Gazetteer", "Key", "KnownRegion"]

Key = Literal["estate", "street", "hamlet"]
"""By which names a dwelling is found: estate + building, street + number, hamlet + group + number."""


@dataclass(frozen=True)
class KnownRegion:
    """A region, its name and its other names."""

    code: str
    level: int
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dwelling:
    """A registered house: its parts, its point (lon, lat; EPSG:4326) and how well that is known."""

    address: str
    parts: Parts
    grid_no: int
    point: tuple[float, float] | None
    level: str
    radius_m: float | None
    building_id: str | None


@dataclass(frozen=True)
class Area:
    """A point in the middle (lon, lat; EPSG:4326) and the radius of a circle as large as the area around it."""

    point: tuple[float, float]
    radius_m: float


class Gazetteer(Protocol):
    """Where names are looked up; `lo` and `hi` bound the grid numbers of what is answered."""

    def regions_in(self, text: str, within: str | None) -> Sequence[KnownRegion]:
        """Regions whose name or alias may occur in the text; with `within` its ancestors, itself and those below."""

    def dwellings(self, key: Key, parts: Parts, lo: int, hi: int) -> Sequence[Dwelling]:
        """Houses at the name and number of `parts` that `key` says, whatever their unit and room; at most 200."""

    def along(self, key: Key, name: str, lo: int, hi: int) -> Area | None:
        """Around all houses of that street, estate or hamlet; None when there are none."""

    def area(self, code: str) -> Area | None:
        """A region's area, with a point inside it; None when its shape is unknown."""
