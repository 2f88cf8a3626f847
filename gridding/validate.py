"""The faults of what is given as a village, each with its place."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely import Point
from shapely.geometry.base import BaseGeometry

from gridding.errors import Fault
from gridding.lattice import Bools, Shapes

__all__ = ["AREAL", "fit_faults", "input_faults", "is_finite"]

AREAL = ("Polygon", "MultiPolygon")
LINEAR = ("LineString", "MultiLineString", "LinearRing")
# Given atoms and exclusive grids come from other maps: a millimetre along their outline is still "the same line".
SAME_LINE_M = 1e-3
# The bound adds loads up bit by bit; in other units than households they are to be scaled down.
MOST_LOAD = 100_000_000


def input_faults(
    boundary: BaseGeometry,
    houses: GeoDataFrame,
    lines: Mapping[str, GeoSeries | None],
    soft: GeoDataFrame | None,
    exclusive: GeoDataFrame | None,
    atoms: GeoSeries | None,
) -> list[Fault]:
    """Give what is wrong with each table and geometry by itself; `lines` are series of lines by name."""
    wrong = _type_faults(boundary, houses)
    if wrong:
        return wrong
    return [
        *_boundary_faults(boundary),
        *_house_faults(houses),
        *(fault for name, series in lines.items() for fault in _shape_faults(name, series, LINEAR)),
        *_table_faults("soft", soft, "cost", LINEAR),
        *_cost_faults(soft),
        *_table_faults("exclusive", exclusive, "name", AREAL),
        *_shape_faults("atoms", atoms, AREAL),
        *_crs_faults(houses, {**lines, "soft": soft, "exclusive": exclusive, "atoms": atoms}),
    ]


def _type_faults(boundary: object, houses: object) -> list[Fault]:
    faults = []
    if not isinstance(boundary, BaseGeometry):
        faults.append(Fault("boundary_type", f"the boundary is a {type(boundary).__name__}, not a polygon"))
    if not isinstance(houses, GeoDataFrame) or houses.active_geometry_name is None:
        faults.append(Fault("house_columns", "houses have no column geometry"))
    return faults


def fit_faults(boundary: BaseGeometry, exclusive: Shapes, names: list[str], atoms: Shapes) -> list[Fault]:
    """Give where exclusive grids and atoms, all on the lattice, do not fit the boundary or each other."""
    if not boundary.is_valid:
        return [_invalid("boundary", boundary)]
    return [*_exclusive_faults(exclusive, names, boundary), *_tiling_faults(atoms, boundary)]


def _boundary_faults(boundary: BaseGeometry) -> Iterable[Fault]:
    if boundary.geom_type not in AREAL:
        return [Fault("boundary_type", f"the boundary is a {boundary.geom_type}, not a polygon", boundary)]
    if boundary.is_empty:
        return [Fault("boundary_empty", "the boundary is empty")]
    if not is_finite(boundary):
        return [Fault("boundary_coordinates", "the boundary has coordinates that are not finite numbers")]
    if not boundary.is_valid:
        return [_invalid("boundary", boundary)]
    return []


def _invalid(name: str, shape: BaseGeometry) -> Fault:
    why = shapely.is_valid_reason(shape)
    if "[" not in why:
        return Fault(f"{name}_invalid", why, shape)
    x, y = why[why.index("[") + 1 : why.index("]")].split()[:2]
    return Fault(f"{name}_invalid", why, Point(float(x), float(y)))


def is_finite(shape: BaseGeometry | None) -> bool:
    """Give whether all coordinates are finite numbers; those of nothing are."""
    return bool(np.isfinite(shapely.get_coordinates(shape)).all())


def _house_faults(houses: GeoDataFrame) -> Iterable[Fault]:
    missing = [column for column in ("id", "load") if column not in houses.columns]
    if missing:
        return [Fault("house_columns", f"houses have no column {', '.join(missing)}")]
    shapes = houses.geometry
    ids = houses["id"].to_numpy(dtype=object)
    return [
        *_shape_faults("house", shapes, ("Point", "Polygon"), ids),
        *_identity_faults(ids, shapes.to_numpy()),
        *_load_faults(houses["load"], ids, shapes.to_numpy()),
    ]


def _identity_faults(ids: Shapes, shapes: Shapes) -> Iterable[Fault]:
    for row, identity in enumerate(ids.tolist()):
        if not isinstance(identity, str) or not identity:
            yield Fault("house_id", f"house id {identity!r} is not a text", shapes[row] or Point())
    for row in np.flatnonzero(pd.Index(ids, dtype=object).duplicated(keep="first")).tolist():
        yield Fault("house_duplicate", f"house id {ids[row]!r} is given twice", shapes[row] or Point())


def _load_faults(loads: "pd.Series[int]", ids: Shapes, shapes: Shapes) -> Iterable[Fault]:
    numbers = pd.to_numeric(loads, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    given = loads.tolist()
    for row in np.flatnonzero(~(numbers >= 0) | (numbers % 1 != 0)).tolist():
        message = f"house {ids[row]!r} has load {given[row]!r}, not a whole number >= 0"
        yield Fault("house_load", message, shapes[row] or Point())
    if np.isfinite(numbers).all() and numbers.sum() > MOST_LOAD:
        yield Fault("house_load", f"the houses have a load of {numbers.sum():.0f} together, more than {MOST_LOAD}")


def _shape_faults(
    name: str, series: GeoSeries | None, types: tuple[str, ...], names: Shapes | None = None
) -> Iterable[Fault]:
    if series is None:
        return
    shapes = np.asarray(series, dtype=object)
    labels = np.asarray(series.index if names is None else names, dtype=object)
    for row in np.flatnonzero(_doubtful(shapes, types)).tolist():
        shape, label = shapes[row], labels[row]
        if shape is None or shape.is_empty:
            yield Fault(f"{name}_empty", f"{name} {label!r} has no geometry")
        elif shape.geom_type not in types:
            yield Fault(f"{name}_type", f"{name} {label!r} is a {shape.geom_type}, not a {' or '.join(types)}", shape)
        elif not is_finite(shape):
            yield Fault(f"{name}_coordinates", f"{name} {label!r} has coordinates that are not finite numbers")
        elif not shape.is_valid and shape.geom_type in AREAL:
            yield _invalid(name, shape)


def _doubtful(shapes: Shapes, types: tuple[str, ...]) -> Bools:
    """Give whether each shape may be wrong: empty, of another type, not finite, or no valid area."""
    doubtful = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    doubtful |= ~np.isin(shapely.get_type_id(shapes), [shapely.GeometryType[kind.upper()] for kind in types])
    coordinates, row = shapely.get_coordinates(shapes, return_index=True)
    doubtful[row[~np.isfinite(coordinates).all(axis=1)]] = True
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    doubtful[areal[~shapely.is_valid(shapes[areal])]] = True
    return np.asarray(doubtful, dtype=bool)


def _table_faults(name: str, table: GeoDataFrame | None, column: str, types: tuple[str, ...]) -> Iterable[Fault]:
    if table is None:
        return []
    if column not in table.columns:
        return [Fault(f"{name}_columns", f"{name} has no column {column}")]
    return _shape_faults(name, table.geometry, types)


def _cost_faults(soft: GeoDataFrame | None) -> Iterable[Fault]:
    if soft is None or "cost" not in soft.columns:
        return []
    wrong = ~(pd.to_numeric(soft["cost"], errors="coerce") >= 0)
    return [
        Fault("soft_cost", f"soft barrier {row!r} has cost {cost!r}, not a number >= 0", shape or Point())
        for row, cost, shape in zip(soft.index[wrong], soft.loc[wrong, "cost"], soft.geometry[wrong], strict=True)
    ]


def _crs_faults(houses: GeoDataFrame, others: Mapping[str, GeoSeries | GeoDataFrame | None]) -> Iterable[Fault]:
    if houses.crs is None:
        return
    if houses.crs.is_geographic:
        yield Fault("crs_degrees", f"{houses.crs.to_string()} is in degrees; project to a Plane first")
    for name, table in others.items():
        if table is not None and table.crs is not None and table.crs != houses.crs:
            yield Fault("crs_mixed", f"{name} are in another coordinate reference system than the houses")


def _exclusive_faults(shapes: Shapes, names: list[str], boundary: BaseGeometry) -> Iterable[Fault]:
    for name, shape in zip(names, shapes, strict=True):
        if shape.is_empty:
            yield Fault("exclusive_outside", f"exclusive grid {name!r} lies outside the boundary", boundary)
    for first, second in shapely.STRtree(shapes).query(shapes, predicate="intersects").T.tolist():
        common = shapely.intersection(shapes[first], shapes[second])
        if first < second and common.area > common.length * SAME_LINE_M:
            yield Fault("exclusive_overlap", f"exclusive grids {names[first]!r} and {names[second]!r} overlap", common)


def _tiling_faults(atoms: Shapes, boundary: BaseGeometry) -> Iterable[Fault]:
    if not len(atoms):
        return
    together = shapely.unary_union(atoms)
    for kind, rest in (("atoms_gap", boundary - together), ("atoms_outside", together - boundary)):
        for part in shapely.get_parts(rest):
            if part.area > part.length * SAME_LINE_M:
                yield Fault(kind, f"the atoms miss the boundary by {part.area:.2f} m2", part)
    for first, second in shapely.STRtree(atoms).query(atoms, predicate="overlaps").T.tolist():
        common = shapely.intersection(atoms[first], atoms[second])
        if first < second and common.area > common.length * SAME_LINE_M:
            yield Fault("atoms_overlap", f"two atoms overlap by {common.area:.2f} m2", common)
