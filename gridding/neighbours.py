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
_FAULTS = ("village_invalid", "village_overlap", "village_gap")


def check_neighbours(villages: GeoSeries, *, every: bool = False) -> list[Fault]:
    """Give the faults of the villages (polygons in one metric plane, indexed by a name) with each other.

    Kinds: `village_invalid`, `village_overlap`, `village_gap`. Gaps are found where borders up to 1 m apart leave land
    between them, and where villages together enclose land that is none of theirs. With `every` what breaks no rule is
    given too: `village_sliver`, overlaps and enclosed gaps narrower than a millimetre, and `village_hole`, land inside
    a single village that is nobody's.

    Limit: a lake that several villages enclose and that is no part of any is reported as a gap.
    Cost: one overlay per pair of neighbours, and one of all villages together.
    """
    ordered = villages.sort_index()
    faults = [
        Fault("village_invalid", f"{name}: {shapely.is_valid_reason(shape)}", shape)
        for name, shape in ordered.items()
        if not shape.is_valid or shape.is_empty
    ]
    sound = GeoSeries(ordered[[shape.is_valid and not shape.is_empty for shape in ordered]])
    tree = shapely.STRtree(sound.to_numpy())
    found = [*_overlaps(sound, tree), *_gaps(sound, tree)]
    return faults + [fault for fault in found if every or fault.kind in _FAULTS]


def _overlaps(villages: GeoSeries, tree: shapely.STRtree) -> list[Fault]:
    faults = []
    shapes, names = villages.to_numpy(), villages.index
    pairs = tree.query(shapes, predicate="intersects")
    for one, other in sorted(map(tuple, pairs[:, pairs[0] < pairs[1]].T.tolist())):
        common = shapely.intersection(shapes[one], shapes[other])
        if common.area > 0:
            kind = "village_overlap" if _wide(common) else "village_sliver"
            faults.append(Fault(kind, f"{names[one]} and {names[other]} overlap by {_size(common)}", common))
    return faults


def _wide(shape: BaseGeometry) -> bool:
    # Half the outline of a narrow shape is the length along which the two borders run.
    return bool(shape.area > shape.length / 2 * WIDEST_M)


def _size(shape: BaseGeometry) -> str:
    return f"{shape.area:.2f} m2" if shape.area >= 0.005 else f"{shape.area:.1g} m2"


def _gaps(villages: GeoSeries, tree: shapely.STRtree) -> list[Fault]:
    shapes = villages.to_numpy()
    together = shapely.union_all(shapes)
    closed = together.buffer(SEARCH_M / 2, join_style="mitre").buffer(-SEARCH_M / 2, join_style="mitre")
    cracks = [part for part in shapely.get_parts(closed - together) if part.length / 2 > 4 * SEARCH_M]
    own = {hole.normalize().wkb for hole in _holes(shapely.get_parts(shapes))}
    holes = _holes(shapely.get_parts(together))
    lakes = [hole for hole in holes if hole.normalize().wkb in own]
    enclosed = [hole for hole in holes if hole.normalize().wkb not in own]
    known = shapely.STRtree(np.array([*lakes, *enclosed], dtype=object))
    # A crack that is open at an end and narrower than the tolerance cannot be told from the buffer's rounding.
    cracks = [crack for crack in cracks if _wide(crack) and not len(known.query(crack, predicate="covered_by"))]
    faults = []
    for gap in [*enclosed, *cracks]:
        names = _names_at(villages, tree, gap)
        kind = "village_gap" if _wide(gap) else "village_sliver"
        faults.append(Fault(kind, f"{names} leave {_size(gap)} between them", gap))
    return faults + [
        Fault("village_hole", f"{_names_at(villages, tree, lake)} has a hole of {_size(lake)}", lake) for lake in lakes
    ]


def _holes(polygons: Iterable[Polygon]) -> list[Polygon]:
    return [Polygon(ring) for polygon in polygons for ring in polygon.interiors]


def _names_at(villages: GeoSeries, tree: shapely.STRtree, gap: BaseGeometry) -> str:
    near = sorted(tree.query(gap, predicate="dwithin", distance=SEARCH_M).tolist())
    return " and ".join(str(villages.index[number]) for number in near)
