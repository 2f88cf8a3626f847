"""What goes into and comes out of gridding: target, plan, report."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from shapely import LineString

from gridding.errors import Fault

__all__ = ["GridKind", "Link", "Plan", "Reason", "ReasonKind", "Report", "Target"]

GridKind = Literal["basic", "exclusive"]
ReasonKind = Literal["band", "too_few_atoms", "heavy_atom", "component", "granularity", "not_found", "locked"]

REPORT_COLUMNS = ("kind", "load", "deviation", "polsby_popper", "hull_ratio", "barrier_share")


@dataclass(frozen=True)
class Target:
    """What load a grid shall have.

    `load` is aimed at inside `band` (lowest and highest legal load of a grid); `tolerance` is the share by which a
    grid may differ from total/k; `k` fixes the number of basic grids instead of deriving it from the load.

    Raises: ValueError for a target that contradicts itself.
    """

    load: int = 400
    band: tuple[int, int] = (300, 500)
    tolerance: float = 0.05
    k: int | None = None

    def __post_init__(self) -> None:
        whole = {"load": self.load, "lowest": self.band[0], "highest": self.band[1], "k": self.k or 1}
        for name, value in whole.items():
            if not isinstance(value, int | np.integer) or isinstance(value, bool):
                raise ValueError(f"{name} {value!r} must be a whole number")
        lowest, highest = self.band
        if not 0 < lowest <= self.load <= highest:
            raise ValueError(f"load {self.load} must be positive and lie in the band {lowest}-{highest}")
        if not 0 <= self.tolerance < 1:
            raise ValueError(f"tolerance {self.tolerance} must lie in [0, 1)")
        if self.k is not None and self.k < 1:
            raise ValueError(f"k {self.k} must be at least 1")


@dataclass(frozen=True)
class Reason:
    """Why a grid (or, with `seq` None, the whole plan) is not as the target wishes.

    `bound` is the largest deviation that no contiguous plan of as many grids could avoid, as a share of total/k.
    """

    kind: ReasonKind
    message: str
    seq: int | None
    bound: float


@dataclass(frozen=True)
class Link:
    """A way over a barrier or a gap by which one grid may lie on both sides.

    `line` ends inside the two pieces it joins; `automatic` ones were made by `divide` for pieces below half a target.
    """

    line: LineString
    automatic: bool
    message: str = ""


@dataclass(frozen=True)
class Report:
    """Measures, reasons and faults of one plan.

    `grids` is indexed by seq: kind, load, deviation (signed share of `mean_load`, basic grids only), polsby_popper
    (4 pi area / perimeter^2), hull_ratio (area / area of the convex hull), barrier_share (share of the border with
    other grids that lies on a hard or soft barrier; missing where a grid has no such border). `raw_compactness` is what
    `compactness` was before borders were smoothed; only a divided plan knows it.
    """

    grids: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(REPORT_COLUMNS)))
    mean_load: float = 0.0
    bound: float = 0.0
    reasons: tuple[Reason, ...] = ()
    links: tuple[Link, ...] = ()
    faults: tuple[Fault, ...] = ()
    barrier_share: float | None = None
    raw_compactness: float | None = None

    @property
    def deviation(self) -> float:
        """The largest deviation of a basic grid from total/k, as a share; 0 without basic grids."""
        basic = self.grids.loc[self.grids["kind"] == "basic", "deviation"]
        return float(basic.abs().max()) if len(basic) else 0.0

    @property
    def compactness(self) -> float:
        """The median Polsby-Popper of the basic grids: 1 is a circle; 0 without basic grids."""
        basic = self.grids.loc[self.grids["kind"] == "basic", "polsby_popper"]
        return float(basic.median()) if len(basic) else 0.0

    @property
    def sound(self) -> bool:
        """Whether nothing but warnings was found."""
        return all(fault.severity == "warning" for fault in self.faults)


@dataclass(frozen=True, eq=False)
class Plan:
    """A coverage of one village by grids.

    `grids`: seq (1..n, reading order: rows from north to south, each from west to east, basic before exclusive), kind,
    name (of an exclusive grid, else None), load, geometry, in the village's plane. `labels`: house id -> seq, always
    derived from the geometry; houses outside the village are left out. A hand-made plan is `Plan(grids=...)`: it
    has no labels until `label_houses` gives them.
    """

    grids: GeoDataFrame
    labels: "pd.Series[int]" = field(default_factory=lambda: pd.Series(dtype="int64", name="seq"))
    report: Report = field(default_factory=Report)
