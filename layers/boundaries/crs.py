"""Which CRS the coordinates of a boundary file are in, and the same coordinates on WGS 84."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from layers.boundaries.model import WARNING, refusal
from layers.boundaries.source import Source
from layers.datum import DATUMS, parse_crs, to_wgs84

__all__ = ["Frame", "find_crs"]

Floats = NDArray[np.float64]

_SAME_M = 1.0
"""Two CRSs say the same when they put every vertex at the same metre."""
_BEYOND_AREA = 3.0
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Frame:
    """A CRS by the name it was stated under, with the way from its coordinates (x first) to WGS 84 in degrees."""

    label: str
    crs: pyproj.CRS
    datum: str | None = None

    @property
    def in_degrees(self) -> bool:
        """Whether its coordinates are longitude and latitude."""
        return bool(self.crs.is_geographic)

    @cached_property
    def _transformer(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)

    def to_lonlat(self, points: Floats) -> Floats:
        """Longitude and latitude (n, 2) of coordinates (n, 2); what cannot be converted becomes NaN."""
        if self.datum is not None:
            return np.column_stack(to_wgs84(points[:, 0], points[:, 1], self.datum))
        found = np.column_stack(self._transformer.transform(points[:, 0], points[:, 1]))
        return np.where(np.isfinite(found).all(axis=1, keepdims=True), found, np.nan)


def find_crs(source: Source, points: Floats, stated: str | None) -> tuple[Frame, list[str]]:
    """The CRS of a file's coordinates `points` (n, 2), and what is to be told about how it was found.

    Raises:
        Invalid: when none is stated by caller or file, when they contradict each other, or when the coordinates cannot
            be in it: metres under degrees, degrees under metres, latitude before longitude, another zone.
    Limit: the CRS that GeoJSON has by its standard is not taken for a statement of the file, since files in any CRS
        call themselves so.
    """
    own = _own(source)
    given = None if stated is None else _given(parse_crs(stated))
    if given is None and own is None:
        raise refusal(
            source.path,
            "it does not say its coordinate reference system (a shapefile says it in its .prj), and none was stated:"
            f" state it (--crs {', '.join(DATUMS)} or EPSG:n)",
        )
    if given is None:
        assert own is not None  # noqa: S101 -- told to mypy
        _refuse_misfit(source, own, points, f"it says {own.label}")
        return own, []
    _refuse_misfit(source, given, points, f"{given.label} was stated")
    if own is None:
        return given, []
    if _misfit(own, points) is not None:
        return given, [f"{WARNING}it says {own.label}, which its coordinates cannot be in; {given.label} was stated"]
    if not (source.kind == "geojson" and own.label == "EPSG:4326") and not _agree(given, own, points):
        message = f"it says {own.label}, and {given.label} was stated, which is elsewhere: one of them is wrong"
        raise refusal(source.path, message)
    return given, []


def _own(source: Source) -> Frame | None:
    if source.crs is None:
        return None
    try:
        crs = pyproj.CRS.from_user_input(source.crs)
    except CRSError:
        return None
    if not (crs.is_geographic or crs.is_projected):
        return None
    authority = crs.to_authority(min_confidence=70)
    return Frame(":".join(authority) if authority else crs.name, crs)


def _given(standard: str) -> Frame:
    if standard in DATUMS:
        return Frame(standard, pyproj.CRS.from_epsg(4326), standard)
    return Frame(standard, pyproj.CRS.from_user_input(standard))


def _refuse_misfit(source: Source, frame: Frame, points: Floats, who: str) -> None:
    why = _misfit(frame, points)
    if why is not None:
        raise refusal(source.path, f"{who}, but {why}: state the right one (--crs)")


def _misfit(frame: Frame, points: Floats) -> str | None:
    """Why the coordinates cannot be in the CRS, None when they can."""
    sound = points[np.isfinite(points).all(axis=1)]
    if not len(sound):
        return None
    x, y = np.abs(sound).max(axis=0).tolist()
    first = f"({sound[0, 0]:,.6g}, {sound[0, 1]:,.6g})"
    if frame.in_degrees and (x > 180 or y > 90):
        if x <= 90 and y <= 180:
            return f"its coordinates, the first {first}, have latitude before longitude"
        return f"its coordinates, the first {first}, are no degrees"
    if not frame.in_degrees and x <= 180 and y <= 90:
        return f"its coordinates, the first {first}, are degrees"
    return _misplaced(frame, sound)


def _misplaced(frame: Frame, points: Floats) -> str | None:
    lonlat = frame.to_lonlat(points)
    if np.isnan(lonlat).any():
        return "its coordinates cannot be converted from it"
    area = frame.crs.area_of_use
    if frame.in_degrees or area is None or area.west > area.east:
        return None
    west, south = lonlat.min(axis=0) + _BEYOND_AREA
    east, north = lonlat.max(axis=0) - _BEYOND_AREA
    if west < area.west or south < area.south or east > area.east or north > area.north:
        lon, lat = lonlat[0].tolist()
        return f"it would lie at {lon:.2f}, {lat:.2f}, outside the area that CRS is made for (another zone?)"
    return None


def _agree(one: Frame, other: Frame, points: Floats) -> bool:
    if one.datum in ("gcj02", "bd09"):
        # No file can say that it is shifted: what it says then is the datum before the shift.
        return other.in_degrees
    apart = np.abs(one.to_lonlat(points) - other.to_lonlat(points)) * _METRES_PER_DEGREE
    return bool(np.nanmax(apart, initial=0.0) <= _SAME_M)
