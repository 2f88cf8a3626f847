"""Read a boundary file as regions, with every fault by its row."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from shapely import MultiPolygon

from layers.boundaries.codes import code_from, parent_fault
from layers.boundaries.columns import find_columns, plain_text
from layers.boundaries.crs import find_crs
from layers.boundaries.model import Boundaries, is_warning, refusal
from layers.boundaries.outlines import Outlines, parse_shapes, to_outlines, vertices
from layers.boundaries.outside import give_codes
from layers.boundaries.source import open_source
from layers.codes import level_of, parent_of
from layers.errors import Fault, Invalid
from layers.shapes import place_of_shape

__all__ = ["read"]

_LONGEST_NAME = 100
_VILLAGE = 5


def read(
    path: Path,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    fields: Mapping[str, str] | None = None,
    level: int | None = None,
    repair_limit: float = 0.01,
    outside: bool = False,
) -> Boundaries:
    """The regions of a GeoPackage, GeoJSON, FlatGeobuf, Shapefile, or a zip with one.

    `crs` states the datum or CRS (`layers.datum.parse_crs`), needed where the file does not. `fields` names the file's
    field of `code`, `name` or `parent` where it is none of the usual ones. `level` (1-5) is that of all rows, where the
    length of the codes does not say it. `repair_limit` is the share of a shape's area that repairing a crooked ring may
    change. `outside` makes codes under province 99, by order of name, for files from outside China.

    Raises:
        Invalid: naming every wrong row and why the file cannot be read; warnings stand among them.
    Cost: linear in the vertices, some 10 µs each.
    """
    if faults := _option_faults(level, repair_limit, outside):
        raise Invalid("The options have faults.", faults)
    source = open_source(path, encoding=encoding, layer=layer)
    if not len(source.wkb):
        raise refusal(path, "it has no rows")
    columns = find_columns(source, fields or {}, ["name"] if outside else ["code"])
    texts = {column: [plain_text(value) for value in values] for column, values in columns.items()}
    shapes = parse_shapes(source)
    frame, remarks = find_crs(source, vertices(shapes), crs)
    labels = _labels(texts["name" if outside else "code"])
    outlines = to_outlines(source, shapes, frame, labels, repair_limit)
    told = [Fault(path.name, message) for message in (*source.remarks, *remarks)] + outlines.faults
    rows, row_faults = _named(texts, outlines, labels) if outside else _coded(texts, outlines, labels, level)
    told += row_faults
    if any(not is_warning(fault) for fault in told):
        raise refusal(path, more=told)
    if outside:
        rows, more = give_codes(rows)
        told += more
    return Boundaries(rows.sort_values("code", ignore_index=True), tuple(told), frame.label, path.stem, outside)


def _option_faults(level: int | None, repair_limit: float, outside: bool) -> list[Fault]:
    faults = []
    if level is not None and level not in range(1, 6):
        faults.append(Fault("level", f"{level} is not 1 (province) to 5 (village)"))
    if not 0 <= repair_limit < 1:
        faults.append(Fault("repair-limit", f"{repair_limit} is not a share from 0 to 1"))
    if outside and level not in (None, _VILLAGE):
        faults.append(Fault("level", "boundaries from outside China can only be villages (5)"))
    return faults


def _labels(texts: Sequence[str]) -> list[str]:
    return [f"row {number} {text[:30]}".rstrip() for number, text in enumerate(texts, start=1)]


def _coded(
    texts: Mapping[str, list[str]], outlines: Outlines, labels: Sequence[str], level: int | None
) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows with code, name, level, parent_code and geom, and the faults of their codes and names."""
    count = len(labels)
    names, parents = (texts.get(column, [""] * count) for column in ("name", "parent"))
    rows, faults = [], []
    seen: dict[str, int] = {}
    for number, (text, name, parent, shape) in enumerate(
        zip(texts["code"], names, parents, outlines.shapes, strict=True)
    ):
        messages = _name_faults(name)
        try:
            code = code_from(text, level)
        except ValueError as error:
            code, messages = "", [str(error), *messages]
        else:
            messages += [wrong] if (wrong := parent_fault(code, parent)) else []
            if code in seen:
                messages.append(_doubled(code, shape, seen[code], outlines))
            seen.setdefault(code, number)
        place = None if shape is None else place_of_shape(shape)
        faults += [Fault(labels[number], message, place) for message in messages]
        if not messages:
            rows.append((number + 1, code, name or None, level_of(code), parent_of(code), shape))
    return pd.DataFrame(rows, columns=["row", "code", "name", "level", "parent_code", "geom"]), faults


def _named(
    texts: Mapping[str, list[str]], outlines: Outlines, labels: Sequence[str]
) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows with name and geom, and the faults of their names."""
    rows, faults = [], []
    for number, (name, shape) in enumerate(zip(texts["name"], outlines.shapes, strict=True)):
        messages = _name_faults(name) or ([] if name else ["it has no name"])
        faults += [Fault(labels[number], message) for message in messages]
        if not messages:
            rows.append((number + 1, name, shape))
    return pd.DataFrame(rows, columns=["row", "name", "geom"]), faults


def _name_faults(name: str) -> list[str]:
    if len(name) > _LONGEST_NAME or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return [f"the name {name[:20]!r} is longer than {_LONGEST_NAME} letters or has control characters"]
    return []


def _doubled(code: str, shape: MultiPolygon | None, first: int, outlines: Outlines) -> str:
    earlier = outlines.shapes[first]
    same = shape is not None and earlier is not None and bool(earlier.equals(shape))
    return f"code {code} is there already, in row {first + 1}, {'with the same' if same else 'with another'} shape"
