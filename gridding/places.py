"""Where a building stands."""

import numpy as np
import shapely

from gridding.lattice import Shapes, snap

__all__ = ["places_of"]


def places_of(shapes: Shapes) -> Shapes:
    """Give the point that stands for each building, on the lattice: itself, or a point inside its footprint."""
    places = np.asarray(snap(shapes), dtype=object)
    areal = shapely.get_dimensions(shapes) == 2
    places[areal] = snap(shapely.point_on_surface(places[areal]))
    return places
