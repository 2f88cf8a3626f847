"""The rows of a boundary file as they stand in it: texts decoded, shapes not yet looked at."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from layers.boundaries.archive import Part, unpacked
from layers.boundaries.encoding import decode, find_encoding
from layers.boundaries.model import WARNING, refusal

__all__ = ["Source", "open_source"]

Objects = NDArray[np.object_]

_DRIVERS = {
    "shapefile": "ESRI Shapefile",
    "geopackage": "GPKG",
    "geojson": "GeoJSON",
    "flatgeobuf": "FlatGeobuf",
}
_BYTES = "ISO-8859-1"
"""Every byte is a letter in it, so that texts come through unharmed until their encoding is known."""
# Nothing of ours is ever on a network: an address in a file must stay a text.
pyogrio.set_gdal_config_options({"CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none", "GDAL_HTTP_TIMEOUT": "1"})


@dataclass(frozen=True)
class Source:
    """The rows of one layer, in order of the file.

    `columns`: by field, in the file's order, texts or numbers; `wkb`: the shapes, None where there is none. `crs` is
    what the file says (an authority's code or WKT), None when it says nothing; `kind` as in `Part`.
    """

    path: Path
    kind: str
    layer: str
    columns: dict[str, Objects]
    wkb: Objects
    crs: str | None
    remarks: tuple[str, ...]


def open_source(path: Path, *, encoding: str | None = None, layer: str | None = None) -> Source:
    """The one layer with shapes of a boundary file, or the one named `layer`.

    Raises:
        Invalid: when the file cannot be read, or has several layers and none is named; it says which there are.
    """
    with unpacked(path) as parts, warnings.catch_warnings():
        # GDAL's remarks about rings and fields are looked at below, row by row.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            part, name = _choose(path, [found for part in parts for found in _layers(path, part)], layer)
            return _read(path, part, name, encoding)
        except FeatureError as error:
            raise refusal(path, f"it is cut off or damaged ({error})") from error
        except (DataSourceError, DataLayerError, IndexError) as error:  # the last for a FlatGeobuf without a layer
            raise refusal(path, "it is cut off, damaged, or not what its beginning says") from error
        except UnicodeDecodeError as error:
            raise refusal(path, f"its texts are not UTF-8, which this format demands ({error.reason})") from error


def _layers(path: Path, part: Part) -> Iterator[tuple[Part, str]]:
    if part.kind == "shapefile" and not part.path.with_suffix(".dbf").exists():
        raise refusal(
            path, f"{part.name}.shp comes without its .dbf, which has the codes and names: give both, or a zip"
        )
    if part.kind != "geopackage":
        yield part, part.name
        return
    for name, geometry in pyogrio.list_layers(part.path).tolist():
        if geometry is not None:
            yield part, str(name)


def _choose(path: Path, found: Sequence[tuple[Part, str]], wanted: str | None) -> tuple[Part, str]:
    names = ", ".join(name for _, name in found)
    if not found:
        raise refusal(path, "it has no layer with shapes")
    if wanted is None:
        if len(found) > 1:
            raise refusal(path, f"it has several layers: {names}; say which one (--layer)")
        return found[0]
    chosen = [each for each in found if each[1] == wanted]
    if len(chosen) != 1:
        raise refusal(path, f"it has no layer named {wanted[:80]!r}; there are: {names}")
    return chosen[0]


def _read(path: Path, part: Part, name: str, encoding: str | None) -> Source:
    remarks: list[str] = []
    options: dict[str, Any] = {}
    if part.kind == "geopackage":
        options["layer"] = name
    if part.kind == "shapefile":
        options["encoding"] = _BYTES
        if not part.path.with_suffix(".shx").exists():
            remarks.append(f"{WARNING}its .shx is missing; it was made again")
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    # The prefix keeps drivers away that would run what stands in a file of JSON.
    place = f"GeoJSON:{part.path}" if part.kind == "geojson" else part.path
    if part.kind == "geojson":
        _make_utf8(path, part, remarks)
    driver = pyogrio.read_info(place, **options)["driver"]
    if driver != _DRIVERS[part.kind]:
        raise refusal(path, f"it is {driver}, which is not read here")
    meta, _, wkb, data = pyogrio.raw.read(place, **options)
    if wkb is None:
        raise refusal(path, "it has no shapes")
    columns = dict(zip(map(str, meta["fields"]), (np.asarray(values, dtype=object) for values in data), strict=True))
    if part.kind == "shapefile":
        columns, told = _decoded(path, part, columns, encoding)
        remarks += told
    return Source(path, part.kind, name, columns, np.asarray(wkb, dtype=object), meta["crs"], tuple(remarks))


def _decoded(
    path: Path, part: Part, columns: dict[str, Objects], stated: str | None
) -> tuple[dict[str, Objects], list[str]]:
    texts = [value.encode(_BYTES) for values in columns.values() for value in values if isinstance(value, str)]
    if all(text.isascii() for text in texts):
        # Names of fields are cut, numbered and so torn by many programs: they are asked last.
        texts = [field.encode(_BYTES) for field in columns]
    encoding, remarks = find_encoding(path, part.path, texts, stated)
    decoded: dict[str, Objects] = {}
    for field, values in columns.items():
        name = decode(field.encode(_BYTES), encoding, "ignore")
        # Two names that were cut to the same letters must not become one field.
        name = name if name not in decoded else f"{name} ({len(decoded) + 1})"
        plain = [decode(value.encode(_BYTES), encoding) if isinstance(value, str) else value for value in values]
        decoded[name] = _objects(plain)
    return decoded, remarks


def _objects(values: Sequence[object]) -> Objects:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _make_utf8(path: Path, part: Part, remarks: list[str]) -> None:
    """Put a UTF-8 copy in place of a GeoJSON file in GB18030, which the format forbids and people write."""
    data = part.path.read_bytes()
    try:
        data.decode("utf-8")
        return
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise refusal(path, "its texts are neither UTF-8 nor GB18030") from error
    remarks.append(f"{WARNING}its texts are not UTF-8; they were read as GB18030")
    copy = part.path.with_suffix(".utf8")
    copy.write_text(text, encoding="utf-8")
    shutil.move(copy, part.path)
