"""Villages side by side: valid rings, and no gap or overlap wider than the eye of the law."""

from collections.abc import Iterable

import numpy as np
import shapely
from geopandas import GeoSeries
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from gridding.errors import Fault

__all__ = ["check_neighbours"]

# Overlap and gap area may be the length along which two villages run together times this.
WIDEST_M = 1e-3
# A gap is looked for between borders no further apart than this; wider ones are land of somebody else.
SEARCH_M = 1.0


def check_neighbours(villages: GeoSeries) -> list[Fault]:
    """Give the faults of the villages (polygons in one metric plane, indexed by a name) with each other.

    Kinds: `village_invalid`, `village_overlap`, `village_gap`. Gaps are found where borders up to 1 m apart leave land
    between them, and where villages together enclose land that is none of theirs.

    Limit: a lake that several villages enclose and that is no part of any is reported as a gap.
    Cost: one overlay per pair of neighbours.
    """
    ordered = villages.sort_index()
    faults = [
        Fault("village_invalid", f"{name}: {shapely.is_valid_reason(shape)}", shape)
        for name, shape in ordered.items()
        if not shape.is_valid or shape.is_empty
    ]
    sound = GeoSeries(ordered[[shape.is_valid and not shape.is_empty for shape in ordered]])
    return [*faults, *_overlaps(sound), *_gaps(sound)]


def _overlaps(villages: GeoSeries) -> list[Fault]:
    faults = []
    shapes, names = villages.to_numpy(), villages.index
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for one, other in sorted(map(tuple, pairs.T.tolist())):
        common = shapely.intersection(shapes[one], shapes[other])
        if one < other and _wide(common):
            message = f"{names[one]} and {names[other]} overlap by {common.area:.2f} m2"
            faults.append(Fault("village_overlap", message, common))
    return faults


def _wide(shape: BaseGeometry) -> bool:
    # Half the outline of a narrow shape is the length along which the two borders run.
    return bool(shape.area > shape.length / 2 * WIDEST_M)


def _gaps(villages: GeoSeries) -> list[Fault]:
    shapes = villages.to_numpy()
    together = shapely.union_all(shapes)
    closed = together.buffer(SEARCH_M / 2, join_style="mitre").buffer(-SEARCH_M / 2, join_style="mitre")
    cracks = [part for part in shapely.get_parts(closed - together) if part.length / 2 > 4 * SEARCH_M]
    own = {hole.normalize().wkb for hole in _holes(shapely.get_parts(shapes))}
    holes = _holes(shapely.get_parts(together))
    lakes = [hole for hole in holes if hole.normalize().wkb in own]
    enclosed = [hole for hole in holes if hole.normalize().wkb not in own]
    tree = shapely.STRtree(np.array([*lakes, *enclosed], dtype=object))
    cracks = [crack for crack in cracks if not len(tree.query(crack, predicate="covered_by"))]
    return [
        Fault("village_gap", f"{_names_at(villages, gap)} leave {gap.area:.2f} m2 between them", gap)
        for gap in [*enclosed, *cracks]
        if _wide(gap)
    ]


def _holes(polygons: Iterable[Polygon]) -> list[Polygon]:
    return [Polygon(ring) for polygon in polygons for ring in polygon.interiors]


def _names_at(villages: GeoSeries, gap: BaseGeometry) -> str:
    near = villages[villages.distance(gap) < SEARCH_M]
    return " and ".join(str(name) for name in near.index)
