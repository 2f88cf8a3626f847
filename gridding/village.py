"""One village as gridding needs it: validated, on the lattice, in an order that does not depend on the rows given."""

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely import Point
from shapely.geometry.base import BaseGeometry

from gridding.errors import Fault, VillageError
from gridding.lattice import Bools, Floats, Ints, Shapes, snap

__all__ = ["Village"]

AREAL = ("Polygon", "MultiPolygon")
LINEAR = ("LineString", "MultiLineString", "LinearRing")
# Given atoms and exclusive grids come from other maps: a millimetre along their outline is still "the same line".
SAME_LINE_M = 1e-3
BORDER_M = 0.01


class Village:
    """A boundary with everything in it that decides or carries a border, in one metric plane.

    `boundary`: Polygon or MultiPolygon. `houses`: one row per building: id (text), load (whole number >= 0), geometry
    (Point, or Polygon for a footprint), optional tie (rows with one tie stay in one grid). `hard`, `links`: series of
    lines. `soft`: lines with `cost` >= 0, the strength with which a line draws borders onto itself. `exclusive`:
    polygons with `name`. `atoms`: polygons that tile the boundary and are never cut.

    The attributes are copies on the lattice: `boundary`, `houses` (by id) with `places`, the point that stands for
    each, and `ties`; `hard`, `links`, `exclusive` with `exclusive_names`, `atoms`, `soft` with `soft_cost` as arrays.
    Barriers that run within a centimetre of the boundary are laid onto it; the boundary itself is never moved.

    Raises: VillageError with every fault found and its place.
    """

    def __init__(
        self,
        boundary: BaseGeometry,
        houses: GeoDataFrame,
        hard: GeoSeries | None = None,
        soft: GeoDataFrame | None = None,
        links: GeoSeries | None = None,
        exclusive: GeoDataFrame | None = None,
        atoms: GeoSeries | None = None,
    ) -> None:
        faults = [
            *_boundary_faults(boundary),
            *_house_faults(houses),
            *_shape_faults("hard", hard, LINEAR),
            *_shape_faults("links", links, LINEAR),
            *_table_faults("soft", soft, "cost", LINEAR),
            *_table_faults("exclusive", exclusive, "name", AREAL),
            *_shape_faults("atoms", atoms, AREAL),
            *_cost_faults(soft),
            *_crs_faults(houses),
        ]
        if faults:
            raise VillageError(faults)
        self.crs = houses.crs
        self.boundary: BaseGeometry = snap(boundary)
        self.houses = _ordered_houses(houses)
        self.places: Shapes = snap(_places(self.houses.geometry.to_numpy()))
        self.ties: list[Hashable | None] = [None if pd.isna(tie) else tie for tie in self.houses["tie"]]
        self.hard: Shapes = _along_border(_lines(hard), self.boundary)
        self.links: Shapes = _lines(links)
        self.soft, self.soft_cost = _soft_lines(soft)
        self.soft = _along_border(self.soft, self.boundary)
        self.exclusive, self.exclusive_names = _clipped_exclusive(exclusive, self.boundary)
        self.atoms: Shapes = _canonical(_parts(atoms))
        faults = [
            *_lattice_faults(self.boundary),
            *_exclusive_faults(self.exclusive, self.exclusive_names, self.boundary),
            *_tiling_faults(self.atoms, self.boundary),
        ]
        if faults:
            raise VillageError(faults)

    @property
    def loads(self) -> Ints:
        """The load of each building, in the order of `houses`."""
        return self.houses["load"].to_numpy(dtype=np.int64)

    @property
    def inside(self) -> Bools:
        """Whether each building belongs to the village: the boundary covers its place."""
        shapely.prepare(self.boundary)
        return np.asarray(shapely.covers(self.boundary, self.places), dtype=bool)


def _places(shapes: Shapes) -> Shapes:
    is_point = shapely.get_type_id(shapes) == 0
    return np.asarray(np.where(is_point, shapes, shapely.point_on_surface(shapes)), dtype=object)


def _ordered_houses(houses: GeoDataFrame) -> GeoDataFrame:
    ordered = houses.sort_values("id", ignore_index=True)
    columns = {
        "id": ordered["id"].to_numpy(dtype=object),
        "load": ordered["load"].to_numpy(dtype=np.int64),
        "tie": ordered["tie"].to_numpy(dtype=object) if "tie" in ordered.columns else None,
    }
    return GeoDataFrame(columns, geometry=snap(ordered.geometry.to_numpy()), crs=houses.crs)


def _canonical(shapes: Shapes) -> Shapes:
    # Linework is noded in this order; any fixed one makes the plan independent of the order of the rows given.
    order = sorted(range(len(shapes)), key=lambda row: shapely.to_wkb(shapes[row]))
    return shapes[np.array(order, dtype=np.int64)]


def _parts(series: GeoSeries | None) -> Shapes:
    if series is None:
        return np.array([], dtype=object)
    return np.asarray(shapely.get_parts(snap(series.to_numpy())), dtype=object)


def _lines(series: GeoSeries | None) -> Shapes:
    lines = _parts(series)
    return _canonical(lines[shapely.length(lines) > 0])


def _soft_lines(soft: GeoDataFrame | None) -> tuple[Shapes, Floats]:
    if soft is None:
        return np.array([], dtype=object), np.array([], dtype=np.float64)
    lines, row = shapely.get_parts(snap(soft.geometry.to_numpy()), return_index=True)
    cost = soft["cost"].to_numpy(dtype=np.float64)[row]
    order = np.lexsort((cost, [shapely.to_wkb(line, hex=True) for line in lines]))
    return lines[order], cost[order]


def _along_border(lines: Shapes, boundary: BaseGeometry) -> Shapes:
    """Give the lines with what lies within a centimetre of the boundary laid onto it.

    A river that is also the border, drawn with other vertices, would else cut off land thinner than a hair, which
    folds over when the plan goes back to degrees.
    """
    border = boundary.boundary
    shapely.prepare(border)

    def pull(coordinates: Floats) -> Floats:
        points = shapely.points(coordinates)
        near = shapely.dwithin(border, points, BORDER_M)
        pulled = coordinates.copy()
        pulled[near] = shapely.get_coordinates(shapely.shortest_line(border, np.asarray(points)[near]))[::2]
        return pulled

    laid = lines.copy()
    near = shapely.dwithin(border, lines, BORDER_M)
    laid[near] = snap(shapely.transform(shapely.snap(lines[near], border, BORDER_M), pull))
    return laid[shapely.length(laid) > 0]


def _clipped_exclusive(exclusive: GeoDataFrame | None, boundary: BaseGeometry) -> tuple[Shapes, list[str]]:
    if exclusive is None or exclusive.empty:
        return np.array([], dtype=object), []
    ordered = exclusive.sort_values("name", ignore_index=True)
    clipped = [shapely.intersection(shape, boundary) for shape in snap(ordered.geometry.to_numpy())]
    areal = [_areal(shape) for shape in clipped]
    return np.array([*areal, None], dtype=object)[:-1], ordered["name"].tolist()


def _areal(shape: BaseGeometry) -> BaseGeometry:
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type in AREAL]
    return shapely.unary_union(polygons)


def _boundary_faults(boundary: BaseGeometry) -> Iterable[Fault]:
    if boundary.geom_type not in AREAL:
        return [Fault("boundary_type", f"the boundary is a {boundary.geom_type}, not a polygon", boundary)]
    if boundary.is_empty:
        return [Fault("boundary_empty", "the boundary is empty")]
    if not _finite(boundary):
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


def _finite(shape: BaseGeometry) -> bool:
    return bool(np.isfinite(shapely.get_coordinates(shape)).all())


def _house_faults(houses: GeoDataFrame) -> Iterable[Fault]:
    missing = [column for column in ("id", "load") if column not in houses.columns]
    if missing:
        return [Fault("house_columns", f"houses have no column {', '.join(missing)}")]
    return [
        *_shape_faults("house", houses.geometry, ("Point", "Polygon"), houses["id"]),
        *_identity_faults(houses),
        *_load_faults(houses),
    ]


def _identity_faults(houses: GeoDataFrame) -> Iterable[Fault]:
    for identity, shape in zip(houses["id"], houses.geometry, strict=True):
        if not isinstance(identity, str) or not identity:
            yield Fault("house_id", f"house id {identity!r} is not a text", shape or Point())
    twice = houses["id"].duplicated(keep="first")
    for identity, shape in zip(houses.loc[twice, "id"], houses.geometry[twice], strict=True):
        yield Fault("house_duplicate", f"house id {identity!r} is given twice", shape or Point())


def _load_faults(houses: GeoDataFrame) -> Iterable[Fault]:
    loads = pd.to_numeric(houses["load"], errors="coerce")
    wrong = ~(loads >= 0) | (loads % 1 != 0)
    for identity, load, shape in zip(
        houses.loc[wrong, "id"], houses.loc[wrong, "load"], houses.geometry[wrong], strict=True
    ):
        yield Fault("house_load", f"house {identity!r} has load {load!r}, not a whole number >= 0", shape or Point())


def _shape_faults(
    name: str, series: GeoSeries | None, types: tuple[str, ...], names: Iterable[object] | None = None
) -> Iterable[Fault]:
    if series is None:
        return
    for row, shape in zip(series.index if names is None else names, series, strict=True):
        if shape is None or shape.is_empty:
            yield Fault(f"{name}_empty", f"{name} {row!r} has no geometry")
        elif shape.geom_type not in types:
            yield Fault(f"{name}_type", f"{name} {row!r} is a {shape.geom_type}, not a {' or '.join(types)}", shape)
        elif not _finite(shape):
            yield Fault(f"{name}_coordinates", f"{name} {row!r} has coordinates that are not finite numbers")
        elif not shape.is_valid and shape.geom_type in AREAL:
            yield _invalid(name, shape)


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


def _crs_faults(houses: GeoDataFrame) -> Iterable[Fault]:
    if houses.crs is not None and houses.crs.is_geographic:
        return [Fault("crs_degrees", f"{houses.crs.to_string()} is in degrees; project to a Plane first")]
    return []


def _lattice_faults(boundary: BaseGeometry) -> Iterable[Fault]:
    return [] if boundary.is_valid else [_invalid("boundary", boundary)]


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
