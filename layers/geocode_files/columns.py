"""Which columns of a table hold the address, the region it lies in and a hint of its place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from layers.errors import Fault, Invalid
from layers.registers.specs import header_key

__all__ = ["Asked", "Columns", "choose", "known_headers"]

_ADDRESS = (
    "标准地址",
    "详细地址",
    "地址",
    "住址",
    "家庭住址",
    "现住址",
    "居住地址",
    "门楼牌",
    "通讯地址",
    "单位地址",
    "经营地址",
    "事发地址",
    "户籍地址",
    "address",
    "full_address",
    "addr",
)
"""Usual headers of an address, the better one first."""
_PART = ("地址", "住址", "address")
_LON = ("经度", "lon", "lng", "longitude")
_LAT = ("纬度", "lat", "latitude")


@dataclass(frozen=True)
class Asked:
    """What a caller says of a table: headers of columns, None where they are to be found out.

    `within_column` holds the code of the region that each address lies in. `crs` is the datum of the coordinates that
    the table has as hints; without any they are not looked at.
    """

    column: str | None = None
    within_column: str | None = None
    crs: str | None = None


@dataclass(frozen=True)
class Columns:
    """Where the address stands in a row; the code of its region, and longitude and latitude, where there are such."""

    address: int
    within: int | None = None
    lon: int | None = None
    lat: int | None = None

    def address_of(self, row: Sequence[str]) -> str:
        """The text to place."""
        return row[self.address].strip()

    def within_of(self, row: Sequence[str]) -> str | None:
        """The code of the region that the address lies in, as it stands; None where the cell is empty."""
        return (row[self.within].strip() or None) if self.within is not None else None

    def hint_of(self, row: Sequence[str]) -> tuple[float, float] | None:
        """Longitude and latitude as they stand; None where they are no two finite numbers."""
        if self.lon is None or self.lat is None:
            return None
        try:
            lon, lat = float(row[self.lon]), float(row[self.lat])
        except ValueError:
            return None
        return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None


def known_headers(asked: Asked) -> frozenset[str]:
    """The headers by which that of a workbook is found under its titles, as `header_key` gives them."""
    named = [word for word in (asked.column, asked.within_column) if word is not None]
    return frozenset(map(header_key, (*_ADDRESS, *_LON, *_LAT, *named)))


def choose(header: Sequence[str], asked: Asked, *, hints: bool) -> Columns:
    """The columns of a table with this header: those that were named, else the usual ones; with `hints` those too.

    Without a name the address is the first of the usual headers that is there, else the only one with 地址, 住址 or
    address in it.

    Raises:
        Invalid: when a column that was named is missing or there twice, or the address cannot be told.
    """
    faults: list[Fault] = []
    address = _named(header, "column", asked.column, faults) if asked.column else _guessed(header, faults)
    within = _named(header, "within_column", asked.within_column, faults) if asked.within_column else None
    if faults or address is None:
        raise Invalid("The columns of this table cannot be told.", faults)
    if not hints:
        return Columns(address, within)
    lon, lat = _first(header, _LON), _first(header, _LAT)
    return Columns(address, within) if None in (lon, lat) else Columns(address, within, lon, lat)


def _named(header: Sequence[str], where: str, name: str, faults: list[Fault]) -> int | None:
    found = [at for at, word in enumerate(header) if word.strip() == name.strip()]
    found = found or [at for at, word in enumerate(header) if header_key(word) == header_key(name)]
    if len(found) == 1:
        return found[0]
    if found:
        faults.append(Fault(where, f"the column {name} is there {len(found)} times; the table has {_listed(header)}"))
    else:
        faults.append(Fault(where, f"the column {name} is missing; the table has {_listed(header)}"))
    return None


def _guessed(header: Sequence[str], faults: list[Fault]) -> int | None:
    usual = _first(header, _ADDRESS)
    if usual is not None:
        return usual
    alike = [at for at, word in enumerate(header) if any(part in word.lower() for part in _PART)]
    if len(alike) != 1:
        faults.append(Fault("column", f"say which column holds the address; the table has {_listed(header)}"))
        return None
    return alike[0]


def _first(header: Sequence[str], names: Sequence[str]) -> int | None:
    keys = [header_key(word) for word in header]
    return next((keys.index(header_key(name)) for name in names if header_key(name) in keys), None)


def _listed(header: Sequence[str]) -> str:
    return ", ".join(word or f"({at})" for at, word in enumerate(header, start=1))
