"""Gridding: border-deciding geometry in metres. Villages are divided into grids that fill them exactly."""

from gridding import edit
from gridding.check import check
from gridding.divide import divide
from gridding.errors import EditError, Fault, GriddingError, NumberError, VillageError
from gridding.label import label_houses
from gridding.neighbours import check_neighbours
from gridding.number import number, succeed
from gridding.plane import Plane, densify
from gridding.refit import refit
from gridding.types import Link, Plan, Reason, Report, Target
from gridding.village import Village

__all__ = [
    "EditError",
    "Fault",
    "GriddingError",
    "Link",
    "NumberError",
    "Plan",
    "Plane",
    "Reason",
    "Report",
    "Target",
    "Village",
    "VillageError",
    "check",
    "check_neighbours",
    "densify",
    "divide",
    "edit",
    "label_houses",
    "number",
    "refit",
    "succeed",
]
