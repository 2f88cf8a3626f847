"""Gridding: border-deciding geometry in metres. Villages are divided into grids that fill them exactly."""

from gridding import edit
from gridding.check import check
from gridding.compare import Borders, Diff, compare
from gridding.divide import divide
from gridding.drawn_faults import DrawnFault
from gridding.errors import EditError, Fault, GriddingError, NumberError, RepairError, VillageError
from gridding.label import label_houses
from gridding.lattices import count_by_cell, h3_lattice, hexagon_lattice, square_lattice
from gridding.neighbours import check_neighbours
from gridding.number import number, succeed
from gridding.plane import Plane, densify
from gridding.rebalance import RebalanceError, narrowed, rebalance
from gridding.refit import refit
from gridding.repair import Proposal, examine
from gridding.types import Link, Plan, Reason, Report, Target
from gridding.village import Village

__all__ = [
    "Borders",
    "Diff",
    "DrawnFault",
    "EditError",
    "Fault",
    "GriddingError",
    "Link",
    "NumberError",
    "Plan",
    "Plane",
    "Proposal",
    "Reason",
    "RebalanceError",
    "RepairError",
    "Report",
    "Target",
    "Village",
    "VillageError",
    "check",
    "check_neighbours",
    "compare",
    "count_by_cell",
    "densify",
    "divide",
    "edit",
    "examine",
    "h3_lattice",
    "hexagon_lattice",
    "label_houses",
    "narrowed",
    "number",
    "rebalance",
    "refit",
    "square_lattice",
    "succeed",
]
