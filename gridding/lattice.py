"""The shared lattice: every coordinate that decides a border is a multiple of one micrometre.

Coordinates on one lattice are equal or differ visibly, so that borders built from both sides meet bit for bit.
"""

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = [
    "LATTICE_M",
    "ON_LINE_M",
    "Bools",
    "Complexes",
    "Floats",
    "Ints",
    "Shapes",
    "among",
    "array_of",
    "lattice_keys",
    "on_lattice",
    "snap",
]

LATTICE_M = 1e-6
# A vertex noded into a line lies up to 0.71 lattice steps beside it; two of them bound "lies on that line".
ON_LINE_M = 2e-6

Bools = npt.NDArray[np.bool_]
Complexes = npt.NDArray[np.complex128]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

Geometry = TypeVar("Geometry")


def on_lattice(coordinates: Floats) -> Floats:
    """Give metre coordinates of any shape moved to the nearest places of the lattice."""
    # Adding zero turns -0.0 into 0.0, which would otherwise be other bytes for the same place.
    return np.asarray(np.round(coordinates, 6) + 0.0, dtype=np.float64)


def snap(geometry: Geometry) -> Geometry:
    """Give the geometry (or array of geometries) in two dimensions with its vertices on the lattice.

    Limit: unlike `shapely.set_precision` this leaves no precision on the result that would round later overlays;
    it does not repair a ring that rounding folds.
    """
    flat = shapely.force_2d(geometry) if np.any(shapely.has_z(geometry)) else geometry  # type: ignore[call-overload]
    snapped: Geometry = shapely.transform(flat, on_lattice)  # type: ignore[type-var]
    return snapped


def lattice_keys(coordinates: Floats) -> Ints:
    """Give whole lattice steps for metre coordinates of any shape: equal keys mean the same place."""
    return np.rint(coordinates / LATTICE_M).astype(np.int64)


def among(keys: Ints, others: Ints) -> Bools:
    """Give whether each row of keys (n x k) is one of the other rows (m x k)."""
    known = set(map(tuple, others.tolist()))
    return np.array([tuple(key) in known for key in keys.tolist()], dtype=bool)


def array_of(shapes: Iterable[BaseGeometry | None]) -> Shapes:
    """Give an array of the geometries, never one of their coordinates."""
    return np.array([*shapes, None], dtype=object)[:-1]
