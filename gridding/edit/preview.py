"""What an edit would do to the loads, fast enough to be shown while the planner's hand still moves."""

import numpy as np
import pandas as pd
import shapely
from shapely import LineString, Point

from gridding.edit.accept import whole
from gridding.edit.grids import basic_grids
from gridding.edit.handing import group_of
from gridding.edit.hood import grid_of_each_house
from gridding.edit.intact import redrawn_faults
from gridding.edit.land import shapes_by_seq
from gridding.edit.slide import slid_land
from gridding.edit.split import split_land
from gridding.edit.vertex import VertexAt, find_vertex
from gridding.edit.vertices import moved_vertex
from gridding.errors import EditError
from gridding.lattice import LATTICE_M, Ints, array_of, snap
from gridding.linework import NOT_FOUND, first_covering
from gridding.types import Plan
from gridding.village import Village

__all__ = ["Preview"]


class Preview:
    """The loads that edits of one plan would give; made once, asked at every step of a drag.

    Each answer is a table by seq of the grids that the edit changes: `before` and `after`, loads; 0 where there is
    no such grid. The seqs are those that the edit itself gives.

    Cost: a tree of all houses once; then what lies in the land that changes hands.
    """

    def __init__(self, plan: Plan, village: Village) -> None:
        self._plan, self._village = whole(plan, village), village
        self._tree = shapely.STRtree(village.places)
        self._seq = grid_of_each_house(self._plan, village)
        self._load: Ints = village.loads
        self._grasped: tuple[Point, VertexAt] | None = None

    def move(self, at: Point, to: Point) -> pd.DataFrame:
        """Give the loads if a vertex were moved.

        Raises: EditError as `edit.move` for the shape of the grids; land and buildings cut off, and where the
        end of a border that slides meets others, only the edit itself finds.
        """
        vertex, goal = self._grasp(at), snap(to)
        if vertex.slides:
            land, home = slid_land(self._plan, vertex, goal)
            houses = np.flatnonzero(np.isin(self._seq, land.seq))
            return self._moved(houses, first_covering(land.faces, self._village.places[houses]), home)
        redrawn = moved_vertex(vertex, goal)
        shapes = redrawn.shapes
        faults = redrawn_faults(shapes_by_seq(self._plan), redrawn, self._village)
        if faults:
            raise EditError(faults)
        seqs = np.array(sorted(shapes), dtype=np.int64)
        places = shapely.multipoints(np.array([vertex.key, *vertex.ends]) * LATTICE_M)
        houses = np.sort(self._tree.query(shapely.envelope(shapely.union(places, goal))))
        face = first_covering(array_of([shapes[seq] for seq in seqs]), self._village.places[houses])
        return self._moved(houses, face, seqs)

    def split(self, seq: int, line: LineString) -> pd.DataFrame:
        """Give the loads if a grid were split.

        Raises: EditError as `edit.split`, but for buildings and land cut off.
        """
        land, home = split_land(self._plan, self._village, seq, line, self._seq)
        houses = np.flatnonzero(self._seq == seq)
        return self._moved(houses, first_covering(land.faces, self._village.places[houses]), home)

    def hand_over(self, house_id: str, seq: int) -> pd.DataFrame:
        """Give the loads if a building were handed over, with all that goes along.

        Raises: EditError: house_unknown, house_there; whether its land lies beside the grid, the edit itself finds.
        """
        giver, houses, group = group_of(self._village, house_id, seq, self._seq)
        basic_grids(self._plan, [giver, seq])
        return self._moved(houses, group.astype(np.int64), np.array([giver, seq], dtype=np.int64))

    def _grasp(self, at: Point) -> VertexAt:
        if self._grasped is None or self._grasped[0] != at:
            self._grasped = (at, find_vertex(self._plan, at))
        return self._grasped[1]

    def _moved(self, houses: Ints, face: Ints, home: Ints) -> pd.DataFrame:
        """Give the loads if houses (rows) lay in the faces given, each of which has its home; those in none stay."""
        after = np.where(face == NOT_FOUND, self._seq[houses], home[face])
        seqs = np.unique(home)
        load, old = self._load[houses], self._seq[houses]
        held = dict(zip(self._plan.grids["seq"].tolist(), self._plan.grids["load"].tolist(), strict=True))
        before = np.array([held.get(seq, 0) for seq in seqs.tolist()], dtype=np.int64)
        gained = np.array([load[after == seq].sum() - load[old == seq].sum() for seq in seqs], dtype=np.int64)
        return pd.DataFrame({"before": before, "after": before + gained}, index=pd.Index(seqs, name="seq"))
