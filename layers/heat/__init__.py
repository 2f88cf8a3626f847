"""Incidents as heat: counted by the cells of a fixed lattice, smoothed to a density, drawn, and one by one."""

from layers.heat.answer import Heat, heat
from layers.heat.lattice import CELL_SIZES_M

__all__ = ["CELL_SIZES_M", "Heat", "heat"]
