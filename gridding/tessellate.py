"""Faces that tile the village, each with the building (or given atom) that owns it."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse
import shapely
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gridding.cells import inner_ridges, sample_points
from gridding.lattice import Floats, Ints, Shapes
from gridding.linework import NOT_FOUND, enclosures, faces_of, first_covering, fixed_lines, node
from gridding.village import Village

__all__ = ["Faces", "tessellate"]

# Buildings nearer than this stand at one place; no border can run between them on purpose.
SAME_PLACE_M = 0.01
# Footprints drawn over each other by more than this are one building; less is a shared wall drawn twice.
OVERLAP_M2 = 0.01


@dataclass(frozen=True)
class Faces:
    """Polygons that tile the village vertex for vertex.

    For each: the enclosure and the exclusive grid it lies in, the owner of its land (a group of buildings that
    cannot be told apart, or a given atom) and the footprint it lies in; NOT_FOUND where there is none.
    """

    shapes: Shapes
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
        return Faces(regions, np.arange(len(regions)), exclusive, owner, none)
    homes = _find_homes(village, regions)
    inner = _all_ridges(homes, regions, exclusive)
    drawn = np.concatenate([inner, village.soft])
    faces = _noded_faces(node(fixed, drawn, _cut_outlines(village, homes, drawn)), regions, exclusive)
    return _own_footprints(_own_nearest(faces, homes), village, homes)


def _find_homes(village: Village, regions: Shapes) -> _Homes:
    enclosure = first_covering(regions, village.places)
    inside = np.flatnonzero(enclosure >= 0)
    samples, building = sample_points(village.houses.geometry.to_numpy()[inside], village.places[inside])
    return _Homes(enclosure, _same_building(village, enclosure), samples, inside[building])


def _same_building(village: Village, enclosure: Ints) -> Ints:
    """Give the group of each building; buildings at one place or drawn over each other share one."""
    shapes = village.houses.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    near = tree.query(village.places, predicate="dwithin", distance=SAME_PLACE_M)
    over = tree.query(shapes, predicate="intersects")
    over = over[:, over[0] < over[1]]
    common = shapely.area(shapely.intersection(shapes[over[0]], shapes[over[1]]))
    pairs = np.hstack([near, over[:, common > OVERLAP_M2]])
    pairs = pairs[:, enclosure[pairs[0]] == enclosure[pairs[1]]]
    joined = scipy.sparse.coo_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(len(shapes),) * 2)
    return connected_components(joined, directed=False)[1].astype(np.int64)


def _all_ridges(homes: _Homes, regions: Shapes, exclusive: Ints) -> Shapes:
    ridges = [np.array([], dtype=object)]
    for region in np.flatnonzero(exclusive == NOT_FOUND):
        here = homes.sample_enclosure == region
        ridges.append(inner_ridges(homes.samples[here], homes.owner[homes.sample_building[here]], regions[region]))
    return np.concatenate(ridges)


def _cut_outlines(village: Village, homes: _Homes, drawn: Shapes) -> Shapes:
    """Give the outlines of footprints that a drawn line enters: there the border must go round the building."""
    shapes = village.houses.geometry.to_numpy()
    areal = (shapely.get_dimensions(shapes) == 2) & (homes.enclosure >= 0)
    building, _ = shapely.STRtree(drawn).query(shapes[areal], predicate="intersects")
    return np.asarray(shapely.get_rings(shapes[areal][np.unique(building)]), dtype=object)


def _noded_faces(noded: Shapes, regions: Shapes, exclusive: Ints) -> Faces:
    shapes = faces_of(noded)
    enclosure = first_covering(regions, shapely.point_on_surface(shapes))
    inside = enclosure >= 0
    none = np.full(int(inside.sum()), NOT_FOUND, dtype=np.int64)
    return Faces(shapes[inside], enclosure[inside], exclusive[enclosure[inside]], none, none)


def _own_nearest(faces: Faces, homes: _Homes) -> Faces:
    owner = faces.owner.copy()
    inner = shapely.get_coordinates(shapely.point_on_surface(faces.shapes))
    for region in np.unique(homes.sample_enclosure):
        samples = np.flatnonzero(homes.sample_enclosure == region)
        here = np.flatnonzero(faces.enclosure == region)
        nearest = cKDTree(homes.samples[samples]).query(inner[here])[1]
        owner[here] = homes.owner[homes.sample_building[samples[nearest]]]
    return replace(faces, owner=owner)


def _own_footprints(faces: Faces, village: Village, homes: _Homes) -> Faces:
    owner, footprint = faces.owner.copy(), faces.footprint.copy()
    shapes = village.houses.geometry.to_numpy()
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    face, row = shapely.STRtree(shapes[areal]).query(shapely.point_on_surface(faces.shapes), predicate="intersects")
    building = areal[row]
    home = homes.enclosure[building] == faces.enclosure[face]
    face, building = face[home], building[home]
    order = np.lexsort((-building, face))
    footprint[face[order]] = building[order]
    owner[face[order]] = homes.owner[building[order]]
    return replace(faces, owner=owner, footprint=footprint)
