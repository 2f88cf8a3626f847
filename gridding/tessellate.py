"""Faces that tile the village, each with the building (or given atom) that owns it."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse
import shapely
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gridding.cells import Ridges, inner_ridges, sample_points
from gridding.lattice import ON_LINE_M, Bools, Floats, Ints, Shapes
from gridding.linework import NOT_FOUND, enclosures, faces_of, first_covering, fixed_lines, node, onto
from gridding.segments import SharedEdges, lines_of, pieces_of, shared_edges
from gridding.subdivision import subdivide
from gridding.village import Village

__all__ = ["Faces", "tessellate"]

# Buildings nearer than this stand at one place; no border can run between them on purpose.
SAME_PLACE_M = 0.01
# Footprints drawn over each other by more than this are one building; less is a shared wall drawn twice.
OVERLAP_M2 = 0.01
RELATIVE_ROUNDING = 1e-9


@dataclass(frozen=True)
class Faces:
    """Polygons that tile the village vertex for vertex.

    For each: the enclosure and the exclusive grid it lies in, the owner of its land (a group of buildings that
    cannot be told apart, or a given atom) and the footprint it lies in; NOT_FOUND where there is none. `edges` are the
    borders between faces; `at` is for each building the lowest face that covers its place.
    """

    shapes: Shapes
    edges: SharedEdges
    at: Ints
    enclosure: Ints
    exclusive: Ints
    owner: Ints
    footprint: Ints


@dataclass(frozen=True)
class _Homes:
    """Where buildings stand: `enclosure` and `owner` by building; samples with the building and enclosure of each."""

    enclosure: Ints
    owner: Ints
    samples: Floats
    sample_building: Ints

    @property
    def sample_enclosure(self) -> Ints:
        return self.enclosure[self.sample_building]


def tessellate(village: Village) -> Faces:
    """Give the faces of given atoms, or else those grown from the buildings.

    A face belongs to the footprint it lies in, else to the nearest building of its enclosure.

    Source: Fleischmann et al., Morphological tessellation, Computers, Environment and Urban Systems 80, 2020, for cells
    grown from footprints inside enclosures. Cost: n log n in the number of buildings.
    """
    fixed = fixed_lines(village)
    regions, exclusive = enclosures(village, fixed)
    if len(village.atoms):
        owner = first_covering(village.atoms, shapely.point_on_surface(regions))
        none = np.full(len(regions), NOT_FOUND, dtype=np.int64)
        at = first_covering(regions, village.places)
        return Faces(regions, shared_edges(regions), at, np.arange(len(regions)), exclusive, owner, none)
    homes = _find_homes(village, regions, exclusive)
    ridges = _onto_corners(_all_ridges(homes, regions, exclusive), fixed)
    faces = _placed(*_noded_faces(village, homes, ridges, fixed), regions, exclusive, village)
    if not _fill(faces.shapes, regions):
        # Rounding has led a ridge over a border beside its end: noded all together, nothing is lost.
        faces = _placed(*_all_noded(village, homes, ridges, fixed), regions, exclusive, village)
    return _own_footprints(_own_nearest(faces, homes), village, homes)


def _find_homes(village: Village, regions: Shapes, exclusive: Ints) -> _Homes:
    # On the outline of exclusive land a building belongs to the basic grid: these have the lower numbers.
    order = np.argsort(exclusive != NOT_FOUND, kind="stable")
    enclosure = np.append(order, NOT_FOUND)[first_covering(regions[order], village.places)]
    inside = np.flatnonzero(enclosure >= 0)
    samples, building = sample_points(village.houses.geometry.to_numpy()[inside], village.places[inside])
    return _Homes(enclosure, _same_building(village, enclosure), samples, inside[building])


def _same_building(village: Village, enclosure: Ints) -> Ints:
    """Give the group of each building; buildings at one place or drawn over each other share one."""
    shapes = village.houses.geometry.to_numpy()
    pairs = np.hstack([_at_one_place(village, shapes), _drawn_over(shapes)])
    pairs = pairs[:, enclosure[pairs[0]] == enclosure[pairs[1]]]
    if not pairs.size:
        return np.arange(len(shapes), dtype=np.int64)
    joined = scipy.sparse.coo_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(len(shapes),) * 2)
    return connected_components(joined, directed=False)[1].astype(np.int64)


def _at_one_place(village: Village, shapes: Shapes) -> Ints:
    """Give pairs of buildings (2 x n) of which one stands within a centimetre of the place of the other."""
    places = cKDTree(shapely.get_coordinates(village.places)) if len(shapes) else None
    pairs = places.query_pairs(SAME_PLACE_M, output_type="ndarray").T if places else np.empty((2, 0))
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    near = shapely.STRtree(shapes[areal]).query(village.places, predicate="dwithin", distance=SAME_PLACE_M)
    return np.hstack([pairs, np.vstack([near[0], areal[near[1]]])]).astype(np.int64)


def _drawn_over(shapes: Shapes) -> Ints:
    """Give pairs of footprints (2 x n) that are drawn over each other."""
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    over = shapely.STRtree(shapes[areal]).query(shapes[areal], predicate="intersects")
    over = areal[over[:, over[0] < over[1]]]
    common = shapely.area(shapely.intersection(shapes[over[0]], shapes[over[1]]))
    return np.asarray(over[:, common > OVERLAP_M2], dtype=np.int64)


def _all_ridges(homes: _Homes, regions: Shapes, exclusive: Ints) -> Ridges:
    none = np.array([], dtype=object)
    ridges = [Ridges(np.empty((0, 4)), none, none)]
    for region in np.flatnonzero(exclusive == NOT_FOUND):
        here = homes.sample_enclosure == region
        owner = homes.owner[homes.sample_building[here]]
        ridges.append(inner_ridges(homes.samples[here], owner, regions[region]))
    return Ridges(
        np.concatenate([part.whole for part in ridges]),
        np.concatenate([part.clipped for part in ridges]),
        np.concatenate([part.rim for part in ridges]),
    )


def _onto_corners(ridges: Ridges, fixed: Shapes) -> Ridges:
    """Give the ridges with ends that miss a vertex of a fixed line by rounding laid onto it.

    Where the village is a grid in force, ridges end at its vertices: the same buildings made both.
    """
    corners = shapely.get_coordinates(fixed)
    clipped, rim = (
        np.asarray(shapely.transform(lines, lambda ends: onto(corners, ends, ON_LINE_M)), dtype=object)
        for lines in (ridges.clipped, ridges.rim)
    )
    return Ridges(onto(corners, ridges.whole.reshape(-1, 2), ON_LINE_M).reshape(-1, 4), clipped, rim)


def _noded_faces(village: Village, homes: _Homes, ridges: Ridges, fixed: Shapes) -> tuple[Shapes, SharedEdges]:
    """Give the faces between all lines, and their common edges.

    Ridges are noded already where they meet: they share ends. Only what touches a line that was drawn is noded with
    it, unless rounding has made ridges cross: then everything is.
    """
    if not _crossed(village):
        found = subdivide(np.vstack([ridges.whole, pieces_of(np.concatenate([ridges.clipped, ridges.rim]))]))
        if found.sound:
            return found.faces, found.shared
    lines = lines_of(ridges.whole)
    drawn = np.concatenate([village.soft, _cut_outlines(village, homes, ridges, lines)])
    near = _near(lines, np.concatenate([fixed, drawn]))
    meeting = node(fixed, ridges.clipped, lines[near], drawn)
    found = subdivide(np.vstack([ridges.whole[~near], pieces_of(meeting)]))
    return (found.faces, found.shared) if found.sound else _all_noded(village, homes, ridges, fixed)


def _all_noded(village: Village, homes: _Homes, ridges: Ridges, fixed: Shapes) -> tuple[Shapes, SharedEdges]:
    lines = lines_of(ridges.whole)
    drawn = np.concatenate([village.soft, _cut_outlines(village, homes, ridges, lines)])
    shapes = faces_of(node(fixed, ridges.clipped, lines, drawn))
    return shapes, shared_edges(shapes)


def _fill(faces: Shapes, regions: Shapes) -> bool:
    """Give whether the faces have the area of the regions, but for what rounding moves along the borders."""
    whole_m2 = float(shapely.area(regions).sum())
    rounding_m2 = ON_LINE_M * float(shapely.length(regions).sum()) + RELATIVE_ROUNDING * whole_m2
    return bool(abs(float(shapely.area(faces).sum()) - whole_m2) <= rounding_m2)


def _crossed(village: Village) -> bool:
    """Give whether anything is drawn in the village that ridges may cross: lines, exclusive land, footprints."""
    lines = len(village.soft) + len(village.hard) + len(village.exclusive)
    return bool(lines or (shapely.get_dimensions(village.houses.geometry.to_numpy()) == 2).any())


def _cut_outlines(village: Village, homes: _Homes, ridges: Ridges, lines: Shapes) -> Shapes:
    """Give the outlines of footprints that a drawn line enters: there the border must go round the building."""
    shapes = village.houses.geometry.to_numpy()
    areal = (shapely.get_dimensions(shapes) == 2) & (homes.enclosure >= 0)
    if not areal.any():
        return np.array([], dtype=object)
    drawn = np.concatenate([lines, ridges.clipped, village.soft])
    building, _ = shapely.STRtree(drawn).query(shapes[areal], predicate="intersects")
    return np.asarray(shapely.get_rings(shapes[areal][np.unique(building)]), dtype=object)


def _near(lines: Shapes, drawn: Shapes) -> Bools:
    """Give which lines touch a drawn one, or pass it so closely that rounding may make them."""
    near = np.zeros(len(lines), dtype=bool)
    # Piece by piece: the box around a long line would be near to everything.
    pieces = lines_of(pieces_of(drawn))
    near[shapely.STRtree(lines).query(pieces, predicate="dwithin", distance=ON_LINE_M)[1]] = True
    return near


def _placed(shapes: Shapes, edges: SharedEdges, regions: Shapes, exclusive: Ints, village: Village) -> Faces:
    """Give the faces inside the village, ordered by place, without owners."""
    inner = shapely.point_on_surface(shapes)
    enclosure = first_covering(regions, inner)
    order = np.lexsort((shapely.get_y(inner), shapely.get_x(inner)))
    order = order[enclosure[order] >= 0]
    row = np.full(len(shapes), NOT_FOUND, dtype=np.int64)
    row[order] = np.arange(len(order))
    none = np.full(len(order), NOT_FOUND, dtype=np.int64)
    shapes, enclosure = shapes[order], enclosure[order]
    at = first_covering(shapes, village.places)
    return Faces(shapes, edges.relabelled(row), at, enclosure, exclusive[enclosure], none, none)


def _own_nearest(faces: Faces, homes: _Homes) -> Faces:
    """Give the faces with the building in each, or else the nearest one of its enclosure, as owner."""
    owner = faces.owner.copy()
    home = np.flatnonzero((faces.at >= 0) & (faces.enclosure[faces.at] == homes.enclosure))[::-1]
    owner[faces.at[home]] = homes.owner[home]
    for region in np.unique(homes.sample_enclosure):
        here = np.flatnonzero((faces.enclosure == region) & (owner == NOT_FOUND))
        if len(here):
            samples = np.flatnonzero(homes.sample_enclosure == region)
            inner = shapely.get_coordinates(shapely.point_on_surface(faces.shapes[here]))
            nearest = cKDTree(homes.samples[samples]).query(inner)[1]
            owner[here] = homes.owner[homes.sample_building[samples[nearest]]]
    return replace(faces, owner=owner)


def _own_footprints(faces: Faces, village: Village, homes: _Homes) -> Faces:
    owner, footprint = faces.owner.copy(), faces.footprint.copy()
    shapes = village.houses.geometry.to_numpy()
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if not len(areal):
        return faces
    face, row = shapely.STRtree(shapes[areal]).query(shapely.point_on_surface(faces.shapes), predicate="intersects")
    building = areal[row]
    home = homes.enclosure[building] == faces.enclosure[face]
    face, building = face[home], building[home]
    order = np.lexsort((-building, face))
    footprint[face[order]] = building[order]
    owner[face[order]] = homes.owner[building[order]]
    return replace(faces, owner=owner, footprint=footprint)
