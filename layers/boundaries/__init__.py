"""Boundary files: regions with their shapes, from any of the formats in which counties keep them."""

from layers.boundaries.model import Boundaries
from layers.boundaries.reading import read
from layers.boundaries.store import store

__all__ = ["Boundaries", "read", "store"]
