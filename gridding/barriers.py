"""Which borders between faces lie on barriers."""

from dataclasses import dataclass

import numpy as np

from gridding.lattice import Bools, Floats
from gridding.segments import SharedEdges, distance_at_most
from gridding.village import Village

__all__ = ["Barriers"]


@dataclass(frozen=True)
class Barriers:
    """For each edge: whether it lies on a hard barrier, and the cost of the soft one it lies on (0: none)."""

    hard: Bools
    soft_cost: Floats

    @classmethod
    def along(cls, edges: SharedEdges, village: Village) -> "Barriers":
        """Find the barriers that the edges lie on."""
        soft = distance_at_most(village.soft, edges.middle)
        return cls(
            hard=distance_at_most(village.hard, edges.middle) >= 0,
            soft_cost=np.append(village.soft_cost, 0.0)[soft],
        )

    @property
    def free(self) -> Bools:
        """The edges on no barrier at all."""
        return np.asarray(~self.hard & (self.soft_cost == 0), dtype=bool)
