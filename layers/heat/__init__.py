"""Incidents as heat: counted by the cells of a fixed lattice, smoothed to a density, drawn, and as columns of points."""

from layers.heat.answer import Heat, heat
from layers.heat.lattice import CELL_SIZES_M

__all__ = ["CELL_SIZES_M", "Heat", "heat"]
