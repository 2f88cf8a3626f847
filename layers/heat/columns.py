"""Heat as binary columns: few bytes, and read by a page without parsing.

Layout, little-endian: `WGH1`, the length of the header (uint32), the header (JSON, UTF-8, filled up with blanks so that
the columns begin at a multiple of 8), then the columns one after the other, as the header names them: `name`,
`type` (int32, uint32, uint16, uint8), `offset` in bytes from the end of the header; all have `count` values.
Positions are `origin` (lon, lat in degrees) plus the column's number times `unit` degrees.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from layers.errors import Fault, Invalid
from layers.heat.answer import Heat
from layers.heat.lattice import UNIT
from layers.heat.question import Points, Question

__all__ = ["MOST_POINTS", "cell_columns", "point_columns"]

MOST_POINTS = 2_000_000
"""The most incidents one answer holds: 22 MB."""
_MAGIC = b"WGH1"
_ALIGNED = 8
_UNIX = date(1970, 1, 1)


def cell_columns(found: Heat) -> bytes:
    """The cells of heat: `lon`, `lat` of their middles and `n`."""
    lons, lats = np.rint(found.lons / UNIT).astype(np.int64), np.rint(found.lats / UNIT).astype(np.int64)
    origin = _origin(lons, lats)
    header = {
        "cell_m": found.cell_m,
        "from": found.since,
        "to": found.until,
        "protected": found.protected,
        "unlocated": found.unlocated,
        "withheld": found.withheld,
    }
    columns = {"lon": (lons - origin[0]).astype("<i4"), "lat": (lats - origin[1]).astype("<i4")}
    return _packed(header, origin, columns | {"n": found.numbers.astype("<u4")})


def point_columns(found: Points, question: Question) -> bytes:
    """Incidents in order of day: `lon`, `lat`, `day` from `from` on, and `kind` as an index into `kinds`.

    Raises:
        Invalid: when there are more than `MOST_POINTS`.
    """
    if len(found.days) > MOST_POINTS:
        fault = Fault("to", f"more than {MOST_POINTS} incidents: ask for a shorter period or a smaller box")
        raise Invalid("The question has faults.", [fault])
    origin = _origin(found.lons, found.lats)
    first = (question.since - _UNIX).days
    header = {"from": question.since, "to": question.until, "kinds": found.codes, "unlocated": found.unlocated}
    columns: dict[str, NDArray[Any]] = {
        "lon": (found.lons - origin[0]).astype("<i4"),
        "lat": (found.lats - origin[1]).astype("<i4"),
        "day": (found.days - first).astype("<u2"),
        "kind": found.kinds,
    }
    return _packed(header, origin, columns)


def _origin(lons: NDArray[np.int64], lats: NDArray[np.int64]) -> tuple[int, int]:
    """The south-west corner of what there is."""
    return (int(lons.min()), int(lats.min())) if len(lons) else (0, 0)


def _packed(header: dict[str, Any], origin: tuple[int, int], columns: dict[str, NDArray[Any]]) -> bytes:
    count = len(next(iter(columns.values())))
    common = {"count": count, "origin": [origin[0] * UNIT, origin[1] * UNIT], "unit": UNIT}
    offsets = np.cumsum([0, *(column.nbytes for column in columns.values())]).tolist()
    listed = [
        {"name": name, "type": column.dtype.name, "offset": offset}
        for (name, column), offset in zip(columns.items(), offsets, strict=False)
    ]
    text = orjson.dumps(header | common | {"columns": listed})
    text += b" " * (-(len(_MAGIC) + 4 + len(text)) % _ALIGNED)
    return b"".join([_MAGIC, len(text).to_bytes(4, "little"), text, *(column.tobytes() for column in columns.values())])
