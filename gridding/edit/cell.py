"""The land of some buildings inside one grid: what is nearer to them than to the grid's other buildings."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from gridding.cells import inner_ridges, sample_points
from gridding.lattice import Bools, Floats, Ints, Shapes, array_of
from gridding.linework import NOT_FOUND, first_covering
from gridding.segments import lines_of, rings_of
from gridding.village import Village

__all__ = ["Cell", "cell_of"]


@dataclass(frozen=True)
class Cell:
    """The land of a group of buildings: `lines` that cut it out, `ground` that is theirs or others' by right.

    Land in a ground belongs to its owner, all other land to the owner of the nearest of the `samples` (n x 2);
    `ground_ours` and `sample_ours` tell whether that is the group.
    """

    lines: Shapes
    ground: Shapes
    ground_ours: Bools
    samples: Floats
    sample_ours: Bools

    def holds(self, faces: Shapes) -> Bools:
        """Give whether each face, none of which the lines cut, belongs to the group."""
        inner = shapely.point_on_surface(faces)
        ours = self.sample_ours[cKDTree(self.samples).query(shapely.get_coordinates(inner))[1]]
        ground = first_covering(self.ground, inner)
        return np.asarray(np.where(ground == NOT_FOUND, ours, np.append(self.ground_ours, False)[ground]))


def cell_of(village: Village, shape: BaseGeometry, mine: Ints, group: Bools) -> Cell:
    """Give the land of a group among the buildings (rows `mine`) of the grid with this shape.

    Where the village has given atoms, it is the atoms that the group stands on.
    Cost: n log n in the buildings of the grid.
    """
    places = village.places[mine]
    if len(village.atoms):
        ours = np.isin(np.arange(len(village.atoms)), first_covering(village.atoms, places[group]))
        lines = rings_of(village.atoms[ours])[0]
        return Cell(lines, village.atoms, ours, shapely.get_coordinates(places), group)
    shapes = village.houses.geometry.to_numpy()[mine]
    samples, row = sample_points(shapes, places)
    part_of_sample = first_covering(shapely.get_parts(shape), np.asarray(shapely.points(samples), dtype=object))
    cells = [array_of([])]
    for number, part in enumerate(shapely.get_parts(shape)):
        here = part_of_sample == number
        ridges = inner_ridges(samples[here], group[row[here]].astype(np.int64), part)
        cells += [lines_of(ridges.whole), ridges.clipped]
    lines = np.concatenate(cells)
    areal = shapely.get_dimensions(shapes) == 2
    ground, ours = shapes[areal], group[areal]
    entered = np.unique(shapely.STRtree(ground).query(lines, predicate="intersects")[1])
    outlines = rings_of(ground[entered])[0]
    return Cell(np.concatenate([lines, outlines]), ground, ours, samples, group[row])
