"""The points, lines and areas of an OpenStreetMap file, through GDAL's OSM driver."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyogrio
from geopandas import GeoDataFrame
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from layers.errors import Fault, Invalid

__all__ = ["SUFFIXES", "Source", "open_source"]

SUFFIXES = (".osm.pbf", ".osm.gz", ".osm")
_TAGS = Path(__file__).parent / "osmconf.ini"


@dataclass(frozen=True)
class Source:
    """Nodes with tags, ways, and closed ways and multipolygon relations, lon/lat; tags are columns.

    The column `element` says which it is in OpenStreetMap: "node 7", "way 7", "relation 7". `stem` is the file's name
    without its ending; `faults` are GDAL's warnings.
    """

    stem: str
    points: GeoDataFrame
    lines: GeoDataFrame
    areas: GeoDataFrame
    faults: tuple[Fault, ...]


def open_source(path: Path) -> Source:
    """The content of a `.osm.pbf`, `.osm.gz` or `.osm` file.

    Raises:
        Invalid: when it is not such a file, is cut off, or holds nothing.
    Limit: all of it is in memory, about 1 kB an element.
    """
    suffix = next((suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)), None)
    if suffix is None:
        raise _refusal(path, f"the name must end in {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise _refusal(path, "there is no such file")
    with _plain(path, suffix) as plain, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            points, lines, areas = (_layer(plain, layer) for layer in ("points", "lines", "multipolygons"))
        except FeatureError as error:  # a DataLayerError too
            raise _refusal(path, f"it is cut off or damaged ({error})") from error
        except (DataSourceError, DataLayerError) as error:
            raise _refusal(path, "it is not an OpenStreetMap file, whatever its name says") from error
    if points.empty and lines.empty and areas.empty:
        raise _refusal(path, "it holds nothing")
    told = [warning.message for warning in caught if issubclass(warning.category, RuntimeWarning)]  # GDAL's
    faults = tuple(Fault(path.name, f"warning: {message}") for message in told)
    stem = path.name[: -len(suffix)]
    return Source(stem, points, lines, areas, faults)


@contextmanager
def _plain(path: Path, suffix: str) -> Iterator[Path]:
    if suffix != ".osm.gz":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="wangge-osm-") as folder:
        plain = Path(folder) / "plain.osm"
        try:
            with gzip.open(path) as packed, plain.open("wb") as file:
                shutil.copyfileobj(packed, file, length=1 << 20)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise _refusal(path, f"it cannot be unpacked ({error})") from error
        yield plain


def _layer(path: Path, layer: str) -> GeoDataFrame:
    frame: GeoDataFrame = pyogrio.read_dataframe(path, layer=layer, CONFIG_FILE=str(_TAGS))
    frame = frame[frame.geometry.notna() & ~frame.geometry.is_empty].reset_index(drop=True)
    if layer != "multipolygons":
        kind = "node " if layer == "points" else "way "
        return frame.assign(element=kind + frame["osm_id"])
    relation, way = "relation " + frame["osm_id"], "way " + frame["osm_way_id"]
    return frame.assign(element=relation.fillna(way))


def _refusal(path: Path, message: str) -> Invalid:
    return Invalid("This file cannot be imported.", [Fault(path.name, message)])
