"""One village as gridding needs it: validated, on the lattice, in an order that does not depend on the rows given."""

from collections.abc import Hashable

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from gridding.errors import VillageError
from gridding.lattice import Bools, Floats, Ints, Shapes, array_of, snap
from gridding.places import places_of
from gridding.validate import AREAL, fit_faults, input_faults

__all__ = ["Village"]

# Two lines this near are one line drawn twice.
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
        faults = input_faults(boundary, houses, {"hard": hard, "links": links}, soft, exclusive, atoms)
        if faults:
            raise VillageError(faults)
        self.crs = houses.crs
        self.boundary: BaseGeometry = snap(boundary)
        self.houses = _ordered_houses(houses)
        self.places: Shapes = places_of(self.houses.geometry.to_numpy())
        self.ties: list[Hashable | None] = _ties(self.houses["tie"])
        hard_lines = _along_border(_lines(hard), self.boundary)
        self.hard: Shapes = hard_lines[shapely.length(hard_lines) > 0]
        self.links: Shapes = _lines(links)
        soft_lines, cost = _soft_lines(soft)
        soft_lines = _along_border(soft_lines, self.boundary)
        drawn = shapely.length(soft_lines) > 0
        self.soft, self.soft_cost = soft_lines[drawn], cost[drawn]
        self.exclusive, self.exclusive_names = _clipped_exclusive(exclusive, self.boundary)
        self.atoms: Shapes = _canonical(_parts(atoms))
        faults = fit_faults(self.boundary, self.exclusive, self.exclusive_names, self.atoms)
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


def _ties(column: "pd.Series[str]") -> list[Hashable | None]:
    missing = pd.isna(column).to_numpy()
    return [None if none else tie for tie, none in zip(column.tolist(), missing.tolist(), strict=True)]


def _ordered_houses(houses: GeoDataFrame) -> GeoDataFrame:
    ids = houses["id"].to_numpy(dtype=object)
    order = np.argsort(ids)
    columns = {
        "id": ids[order],
        "load": houses["load"].to_numpy(dtype=np.int64)[order],
        "tie": houses["tie"].to_numpy(dtype=object)[order] if "tie" in houses.columns else None,
    }
    return GeoDataFrame(columns, geometry=snap(houses.geometry.to_numpy()[order]), crs=houses.crs)


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


def _along_border(shapes: Shapes, boundary: BaseGeometry) -> Shapes:
    """Give lines or polygons with what lies within a centimetre of the boundary laid onto it.

    A river or a school that is also the border, drawn with other vertices, would else cut off land thinner than a
    hair, which folds over when the plan goes back to degrees.
    """
    if not len(shapes):
        return shapes
    border = boundary.boundary
    shapely.prepare(border)

    def pull(coordinates: Floats) -> Floats:
        points = shapely.points(coordinates)
        near = shapely.dwithin(border, points, BORDER_M)
        pulled = coordinates.copy()
        pulled[near] = shapely.get_coordinates(shapely.shortest_line(border, np.asarray(points)[near]))[::2]
        return pulled

    laid = shapes.copy()
    near = shapely.dwithin(border, shapes, BORDER_M)
    laid[near] = snap(shapely.transform(shapely.snap(shapes[near], border, BORDER_M), pull))
    return laid


def _clipped_exclusive(exclusive: GeoDataFrame | None, boundary: BaseGeometry) -> tuple[Shapes, list[str]]:
    if exclusive is None or exclusive.empty:
        return np.array([], dtype=object), []
    ordered = exclusive.sort_values("name", ignore_index=True)
    given = snap(ordered.geometry.to_numpy())
    laid = _along_border(given, boundary)
    # What is narrower than a centimetre somewhere may fold when it is laid onto the border: it stays as it is.
    given = np.where(shapely.is_valid(laid), laid, given)
    clipped = [shapely.intersection(shape, boundary) for shape in given]
    areal = [_areal(shape) for shape in clipped]
    return array_of(areal), ordered["name"].tolist()


def _areal(shape: BaseGeometry) -> BaseGeometry:
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type in AREAL]
    return shapely.unary_union(polygons)
