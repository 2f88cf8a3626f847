"""What geocoding asks of the registers, as a protocol: PostGIS answers it, and lists in memory for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from layers.geocode.parts import Parts

if TYPE_CHECKING:
    from layers.geocode.names import NameIndex
    from layers.geocode.regions import RegionIndex

__all__ = ["Area", "Asked", "Dwelling", "Gazetteer", "Key", "Kind", "KnownRegion", "Remembered", "Stretch"]

Kind = Literal["street", "estate", "hamlet"]
"""By which name a dwelling is found: street + number, estate + building, hamlet + group + number."""
Key = Kind


@dataclass(frozen=True)
class KnownRegion:
    """A region in force, its other names in use, and the names that it had before."""

    code: str
    level: int
    name: str
    aliases: tuple[str, ...] = ()
    old_names: tuple[str, ...] = ()


class Asked(NamedTuple):
    """Which dwellings are asked for: `kind` and `name`, with all the numbers that are not None, in `lo` … `hi`.

    `number` is always there for a street or a hamlet, `building_no` for an estate. `name` is None for the houses of a
    village by group and number alone, whatever their hamlet. With kind hamlet only houses without a street are meant.
    """

    kind: Kind
    name: str | None
    lo: int
    hi: int
    number: str | None = None
    group_no: str | None = None
    building_no: str | None = None
    unit: str | None = None
    room: str | None = None


class Stretch(NamedTuple):
    """All houses of a street, an estate or a hamlet with grid numbers in `lo` … `hi`."""

    kind: Kind
    name: str
    lo: int
    hi: int


class Dwelling(NamedTuple):
    """A registered house: its parts, its point (lon, lat; EPSG:4326) and how well that is known.

    A place that a reviewer pinned for a text is one too, with no `house_id`.
    """

    house_id: str | None
    address: str
    parts: Parts
    grid_no: int
    point: tuple[float, float] | None
    level: str
    radius_m: float | None
    building_id: str | None


class Remembered(NamedTuple):
    """Where a reviewer placed a text, and the region in which that holds."""

    region_code: str
    dwelling: Dwelling


@dataclass(frozen=True)
class Area:
    """A point in the middle (lon, lat; EPSG:4326) and the radius of a circle as large as the area around it."""

    point: tuple[float, float]
    radius_m: float


class Gazetteer(Protocol):
    """Where names are looked up, for a whole batch in each call; only what its reader may see is answered."""

    def regions(self) -> RegionIndex:
        """All regions in force by all their names; the same object as long as none changes."""

    def names(self, counties: Sequence[str]) -> Mapping[str, NameIndex]:
        """The streets, estates and hamlets of counties (6 digits); an index without names where there are none."""

    def dwellings(self, asked: Sequence[Asked]) -> Sequence[Sequence[Dwelling]]:
        """For each question its houses in order of grid number, address and id; at most 200."""

    def remembered(self, texts: Sequence[str]) -> Mapping[str, Sequence[Remembered]]:
        """Which of these normalised texts a reviewer placed, and where."""

    def along(self, stretches: Sequence[Stretch]) -> Sequence[Area | None]:
        """For each stretch the area around its houses; None when there are none with a point."""

    def areas(self, codes: Sequence[str]) -> Mapping[str, Area]:
        """The areas of regions, with a point inside each; those whose shape is unknown are left out."""
