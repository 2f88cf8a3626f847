"""What a list is filtered by, checked against what its layer knows, and turned into the values its query takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

import pyproj
import shapely

from layers.codes import WIDTH, region_range
from layers.errors import Fault, Invalid
from layers.imports import ewkb
from layers.listing import FilterName, ListSpec

__all__ = ["MAX_RADIUS_M", "Box", "Filters", "box_around"]

MAX_RADIUS_M = 50_000.0
"""The widest circle around a place, and the one that is meant when none is said."""

Box = tuple[float, float, float, float]
_LAST = 10**WIDTH - 1
_GEOD = pyproj.Geod(ellps="WGS84")
_MERCATOR_LAT = 85.0
"""Beyond it the plane that the indexes are in has no end; nothing that is stored lies there."""
_A_LITTLE_MORE = 1.001


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; every filter given must hold.

    `region`: a region's code; `grid`: 15 digits; `near`: lon, lat with `radius_m` (metres along the ground);
    `bbox`: west, south, east, north in degrees, EPSG:4326; `since`, `until`: days in Asia/Shanghai, [since, until);
    `as_of`: a moment with its offset; `q`: text looked for as it stands, without regard to case. `within`: a box in
    degrees that all that is asked for is known to lie in; it speeds the search, and is not tested itself.
    """

    region: str | None = None
    grid: str | None = None
    near: tuple[float, float] | None = None
    radius_m: float | None = None
    bbox: Box | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None
    as_of: datetime | None = None
    q: str | None = None
    within: Box | None = None

    def given(self) -> dict[FilterName, object]:
        """The filters that are given, by the name that a caller knows them by."""
        named: dict[FilterName, object] = {
            "region": self.region,
            "grid": self.grid,
            "near": self.near,
            "bbox": self.bbox,
            "kind": self.kind,
            "from": self.since,
            "to": self.until,
            "as_of": self.as_of,
            "q": self.q,
        }
        return {name: value for name, value in named.items() if value is not None}

    def check(self, spec: ListSpec) -> None:
        """Return when the layer can be filtered so.

        Raises:
            Invalid: naming every filter that the layer does not know, or that is wrong.
        """
        unknown = sorted(set(self.given()) - spec.filters)
        faults = [Fault(name, f"the layer {spec.name} cannot be filtered by this") for name in unknown]
        faults += self._place_faults()
        if self.since is not None and self.until is not None and self.since >= self.until:
            faults.append(Fault("to", "must be after from; it is not part of the period"))
        if self.as_of is not None and self.as_of.tzinfo is None:
            faults.append(Fault("as_of", "needs an offset, such as +08:00"))
        if self.q is not None and "\0" in self.q:
            faults.append(Fault("q", "holds a zero byte"))
        if faults:
            raise Invalid("The filters have faults.", faults)

    def values(self) -> dict[str, object]:
        """The values that the query of every layer takes; shapes as hexadecimal EWKB, longitude first."""
        first, last = self.number_range()
        box, window = self._box(), self.window()
        return {
            "first": first,
            "last": last,
            "region": self.region,
            "grid": None if self.grid is None else int(self.grid),
            "near": None if self.near is None else ewkb(shapely.Point(self.near)),
            "radius_m": None if self.near is None else self._radius_m(),
            "box": None if box is None else ewkb(shapely.box(*box)),
            "window": None if window is None else ewkb(shapely.box(*window)),
            "kind": self.kind,
            "since": self.since,
            "until": self.until,
            "as_of": self.as_of,
            "q": self.q or None,
        }

    def number_range(self) -> tuple[int, int]:
        """The first and the last grid number that region and grid leave; the last below the first when none is left."""
        first, last = (0, _LAST) if self.region is None else region_range(self.region)
        if self.grid is None:
            return first, last
        return max(first, int(self.grid)), min(last, int(self.grid))

    def window(self) -> Box | None:
        """The box around all that box, circle and `within` leave; where they do not meet, the first of them."""
        circle = None if self.near is None else box_around(*self.near, self._radius_m())
        given = [_clipped(box) for box in (circle, self.bbox, self.within) if box is not None]
        if not given:
            return None
        west, south, east, north = (pick(box[side] for box in given) for side, pick in enumerate((max, max, min, min)))
        return (west, south, east, north) if west <= east and south <= north else given[0]

    def _radius_m(self) -> float:
        return MAX_RADIUS_M if self.radius_m is None else self.radius_m

    def _place_faults(self) -> list[Fault]:
        faults = []
        if self.grid is not None and not (len(self.grid) == WIDTH and self.grid.isascii() and self.grid.isdigit()):
            faults.append(Fault("grid", f"{self.grid!r} is not a grid number of {WIDTH} digits"))
        if self.radius_m is not None and self.near is None:
            faults.append(Fault("radius_m", "needs near, the place it is around"))
        if self.radius_m is not None and not 0 < self.radius_m <= MAX_RADIUS_M:
            faults.append(Fault("radius_m", f"must be above 0 and at most {MAX_RADIUS_M:g}"))
        return faults

    def _box(self) -> Box | None:
        return None if self.bbox is None else _clipped(self.bbox)


def box_around(lon: float, lat: float, radius_m: float) -> Box:
    """The box around a circle on the ground. Limit: a circle across the 180th meridian is cut there."""
    reach = radius_m * _A_LITTLE_MORE
    _, north, _ = _GEOD.fwd(lon, lat, 0, reach)
    _, south, _ = _GEOD.fwd(lon, lat, 180, reach)
    # Towards the pole the meridians close up: the circle is widest on the side of its higher latitude.
    highest = min(max(abs(north), abs(south)), _MERCATOR_LAT)
    half = math.degrees(reach / (_GEOD.b * math.cos(math.radians(highest))))
    return lon - half, south, lon + half, north


def _clipped(box: Box) -> Box:
    west, south, east, north = box
    return (
        min(max(west, -180.0), 180.0),
        min(max(south, -_MERCATOR_LAT), _MERCATOR_LAT),
        max(min(east, 180.0), -180.0),
        max(min(north, _MERCATOR_LAT), -_MERCATOR_LAT),
    )
