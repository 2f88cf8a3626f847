"""The coordinates of an export: rows come in lon/lat on WGS 84 and leave in the CRS that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from layers.datum import from_wgs84, parse_crs
from layers.errors import Fault, Invalid

__all__ = ["Target"]

Row = dict[str, Any]
_EPSG = {"wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490"}


@dataclass(frozen=True)
class Target:
    """A CRS to write in; `name` is "wgs84", "cgcs2000", "gcj02", "bd09" or "EPSG:n"."""

    name: str

    @classmethod
    def of(cls, text: str) -> Target:
        """The target that a caller names.

        Raises:
            Invalid: when there is no such CRS.
        """
        name = parse_crs(text)
        return cls({code: datum for datum, code in _EPSG.items()}.get(name, name))

    @property
    def epsg(self) -> str | None:
        """The "EPSG:n" that a file can state; None for the shifted datums, which no register has."""
        return self.name if self.name.startswith("EPSG:") else _EPSG.get(self.name)

    @property
    def label(self) -> str:
        """What a table's header calls it."""
        return self.epsg or {"gcj02": "GCJ-02", "bd09": "BD-09"}[self.name]

    @cached_property
    def crs(self) -> pyproj.CRS:
        """The CRS of a file; only where there is an `epsg`."""
        return pyproj.CRS.from_user_input(self.epsg)

    @cached_property
    def in_degrees(self) -> bool:
        """Whether its coordinates are longitude and latitude."""
        return self.epsg is None or self.crs.is_geographic

    def points(self, rows: Sequence[Row]) -> list[tuple[float, float] | tuple[None, None]]:
        """The place of each row, longitude or easting first; None, None where it has none.

        Raises:
            Invalid: when a place cannot be told in this CRS.
        """
        lon = np.array([row["lon"] for row in rows], dtype=np.float64)
        lat = np.array([row["lat"] for row in rows], dtype=np.float64)
        known = ~np.isnan(lon)
        pairs = np.column_stack(from_wgs84(lon, lat, self.name))
        self._refuse_unknown(pairs[known])
        return [(x, y) if is_known else (None, None) for (x, y), is_known in zip(pairs.tolist(), known, strict=True)]

    def shapes(self, rows: Sequence[Row]) -> NDArray[np.object_]:
        """The shape of each row as a shapely geometry, None where it has none.

        Raises:
            Invalid: as `points`.
        """
        shapes = shapely.from_wkb(np.array([row["shape"] for row in rows], dtype=object))
        if self.name in _EPSG:
            return np.asarray(shapes, dtype=object)
        return np.asarray(shapely.transform(shapes, self._convert), dtype=object)

    def _convert(self, pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        converted = np.column_stack(from_wgs84(pairs[:, 0], pairs[:, 1], self.name))
        self._refuse_unknown(converted)
        return converted

    def _refuse_unknown(self, pairs: NDArray[np.float64]) -> None:
        if not np.isfinite(pairs).all():
            raise Invalid("These rows have no place in that CRS.", [Fault("crs", f"{self.label} does not reach there")])
