"""What changes from one plan of a village to another: grids, households, borders."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely import MultiLineString

from gridding.label import label_houses
from gridding.lattice import Floats, Shapes, among, snap
from gridding.number import best_partners, common_shares
from gridding.overlay import ON_BORDER_M, narrow
from gridding.segments import edges_of, undirected_keys
from gridding.types import Plan
from gridding.village import Village

__all__ = ["Borders", "Diff", "compare"]


@dataclass(frozen=True, eq=False)
class Borders:
    """The borders between grids, in the village's plane: in both plans (`kept`), in the first alone, in the second."""

    kept: MultiLineString
    gone: MultiLineString
    new: MultiLineString

    @property
    def kept_m(self) -> float:
        """The length of the borders that stay point for point, in metres."""
        return float(self.kept.length)

    @property
    def gone_m(self) -> float:
        """The length of the borders given up, in metres."""
        return float(self.gone.length)

    @property
    def new_m(self) -> float:
        """The length of the borders drawn anew, in metres."""
        return float(self.new.length)


@dataclass(frozen=True, eq=False)
class Diff:
    """What changes from the plan `before` to the plan `after`, counted with the houses of one village.

    `goes_on`: seq after -> seq before that the grid goes on from, missing for a new one; `begun` (seqs after) and
    `ended` (seqs before) are the rest. `unchanged`: seqs after whose land is that of the grid they go on from.
    `split`: seq before -> the seqs after that hold most of theirs from it, where they are two or more; `merged`:
    seq after -> the seqs before that give most of theirs to it.

    `moved`: one row per house whose grid after does not go on from its grid before: id, origin (seq before), goal
    (seq after), load. `gained` and `lost`: id, seq, load of houses in a grid of one plan only. `load_before` and
    `load_after`: seq -> load. `shared_load` is that of the houses in a grid of both plans.
    """

    goes_on: "pd.Series[int]"
    begun: tuple[int, ...]
    ended: tuple[int, ...]
    unchanged: tuple[int, ...]
    split: Mapping[int, tuple[int, ...]]
    merged: Mapping[int, tuple[int, ...]]
    moved: pd.DataFrame
    gained: pd.DataFrame
    lost: pd.DataFrame
    load_before: "pd.Series[int]"
    load_after: "pd.Series[int]"
    shared_load: int
    borders: Borders

    @property
    def moved_load(self) -> int:
        """The load of all houses that moved."""
        return int(self.moved["load"].sum())

    @property
    def moved_share(self) -> float:
        """The moved load as a share of that of the houses in both plans; 0 without any."""
        return self.moved_load / self.shared_load if self.shared_load else 0.0

    @property
    def flows(self) -> pd.DataFrame:
        """Who moves, summed up: origin, goal, houses, load; one row per pair of grids, in rising order."""
        pairs = self.moved.groupby(["origin", "goal"], as_index=False)
        return pairs.agg(houses=("id", "size"), load=("load", "sum"))

    @property
    def empty(self) -> bool:
        """Whether nothing changes: every grid goes on as it is, with the same houses."""
        whole = not (self.begun or self.ended) and len(self.unchanged) == len(self.goes_on)
        return bool(whole and not len(self.moved) and not len(self.gained) and not len(self.lost))


def compare(before: Plan, after: Plan, village: Village) -> Diff:
    """Give what changes from one plan to another, in the plane of the village whose houses are counted.

    A grid goes on by the rule of `succeed`: from the grid with which it shares most load, if that one too shares most
    with it; without load in common, area decides; exclusive grids of one name are one grid. The plans may cover
    different land (a corrected boundary), and each may have labels of houses that the village does not list any more:
    such a house counts with a load of 0.

    Cost: n log n in houses and vertices, one overlay per pair of grids that meet.
    Limit: `borders` are those that two grids share within 0.01 mm, whatever vertices stand on them: of a drawn plan
    with gaps and overlaps they are not complete.
    """
    origin, goal = _labels(before, village), _labels(after, village)
    load = village.houses.set_index("id")["load"]
    houses = pd.DataFrame({"origin": origin, "goal": goal}).rename_axis("id").sort_index()
    houses["load"] = load.reindex(houses.index).fillna(0).astype("int64")
    best_old, best_new = _partners(before, after, village)
    heirs = {seq: old for seq, old in best_old.items() if best_new[old] == seq}
    goes_on = _series(after.grids, heirs)
    both = houses[["origin", "goal"]].notna().all(axis=1)
    shared = houses[both].astype("int64")
    stays = shared["goal"].map(goes_on).eq(shared["origin"]).fillna(False).astype(bool)
    return Diff(
        goes_on=goes_on,
        begun=tuple(seq for seq in goes_on.index if seq not in heirs),
        ended=tuple(sorted(set(before.grids["seq"].tolist()) - set(heirs.values()))),
        unchanged=_unchanged(before, after, heirs),
        split=_groups(best_old),
        merged=_groups(best_new),
        moved=shared[~stays].reset_index(),
        gained=_only(houses, "goal", "origin"),
        lost=_only(houses, "origin", "goal"),
        load_before=_summed(before, houses, "origin"),
        load_after=_summed(after, houses, "goal"),
        shared_load=int(shared["load"].sum()),
        borders=_borders(snap(before.grids.geometry.to_numpy()), snap(after.grids.geometry.to_numpy())),
    )


def _labels(plan: Plan, village: Village) -> "pd.Series[int]":
    gone = plan.labels[~plan.labels.index.isin(village.houses["id"])]
    return pd.concat([label_houses(plan.grids, village.houses), gone])


def _partners(before: Plan, after: Plan, village: Village) -> tuple[dict[int, int], dict[int, int]]:
    """Give the grid before with which each one after shares most, and the other way round."""
    old = before.grids.rename(columns={"seq": "number"})
    shared = common_shares(after.grids, old, village)
    namesakes = _namesakes(before.grids, after.grids)
    named = {seq for seq, _ in namesakes}, {number for _, number in namesakes}
    shared = {pair: share for pair, share in shared.items() if pair[0] not in named[0] and pair[1] not in named[1]}
    shared |= dict.fromkeys(namesakes, (0, 0.0))
    return (
        {seq: number for seq, (_, number) in best_partners(shared, 0).items()},
        {number: seq for number, (seq, _) in best_partners(shared, 1).items()},
    )


def _namesakes(before: GeoDataFrame, after: GeoDataFrame) -> list[tuple[int, int]]:
    """Give the seqs (after, before) of exclusive grids with one name that no other grid of their plan has."""
    old, new = _by_name(before), _by_name(after)
    return [(new[name], old[name]) for name in sorted(set(old) & set(new))]


def _by_name(grids: GeoDataFrame) -> dict[str, int]:
    if "name" not in grids.columns:
        return {}
    named = grids[(grids["kind"] == "exclusive") & grids["name"].notna() & ~grids["name"].duplicated(keep=False)]
    return {str(name): int(seq) for name, seq in zip(named["name"], named["seq"], strict=True)}


def _series(grids: GeoDataFrame, heirs: Mapping[int, int]) -> "pd.Series[int]":
    seqs = pd.Index(sorted(grids["seq"].tolist()), name="seq")
    return pd.Series([heirs.get(seq) for seq in seqs], index=seqs, dtype="Int64", name="before")


def _groups(best: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    members: dict[int, list[int]] = {}
    for one, other in sorted(best.items()):
        members.setdefault(other, []).append(one)
    return {other: tuple(ones) for other, ones in sorted(members.items()) if len(ones) > 1}


def _unchanged(before: Plan, after: Plan, heirs: Mapping[int, int]) -> tuple[int, ...]:
    old, new = before.grids.set_index("seq").geometry, after.grids.set_index("seq").geometry
    pairs = sorted(heirs.items())
    rest = [shapely.get_parts(new[seq].symmetric_difference(old[number])) for seq, number in pairs]
    return tuple(seq for (seq, _), parts in zip(pairs, rest, strict=True) if narrow(parts).all())


def _only(houses: pd.DataFrame, here: str, there: str) -> pd.DataFrame:
    rows = houses.loc[houses[here].notna() & houses[there].isna(), [here, "load"]]
    return rows.astype("int64").rename(columns={here: "seq"}).reset_index()


def _summed(plan: Plan, houses: pd.DataFrame, column: str) -> "pd.Series[int]":
    seqs = pd.Index(sorted(plan.grids["seq"].tolist()), name="seq")
    return houses.groupby(column)["load"].sum().reindex(seqs, fill_value=0).rename("load").astype("int64")


def _borders(before: Shapes, after: Shapes) -> Borders:
    vertices = np.unique(shapely.get_coordinates(np.concatenate([before, after])), axis=0)
    old, new = _inner(before, vertices), _inner(after, vertices)
    in_new = among(undirected_keys(old), undirected_keys(new))
    in_old = among(undirected_keys(new), undirected_keys(old))
    return Borders(_lines(old[in_new]), _lines(old[~in_new]), _lines(new[~in_old]))


def _inner(shapes: Shapes, vertices: Floats) -> Floats:
    """Give each edge (n x 4) that two of the shapes share, once, cut at the vertices (n x 2) that lie on it."""
    edges = _cut(edges_of(shapes)[0], vertices)
    _, first, uses = np.unique(undirected_keys(edges), axis=0, return_index=True, return_counts=True)
    return edges[first[uses > 1]]


def _cut(edges: Floats, points: Floats) -> Floats:
    if not len(edges):
        return edges
    lines = np.asarray(shapely.linestrings(edges.reshape(-1, 2, 2)))
    ends = np.asarray(shapely.points(points))
    point, edge = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=ON_BORDER_M)
    along_m = shapely.line_locate_point(lines[edge], ends[point])
    inside = (along_m > ON_BORDER_M) & (along_m < shapely.length(lines[edge]) - ON_BORDER_M)
    point, edge, along_m = point[inside], edge[inside], along_m[inside]
    row = np.concatenate([np.arange(len(edges)), edge, np.arange(len(edges))])
    place = np.concatenate([np.full(len(edges), -1.0), along_m, np.full(len(edges), np.inf)])
    order = np.lexsort((place, row))
    stops = np.vstack([edges[:, :2], points[point], edges[:, 2:]])[order]
    same = row[order][1:] == row[order][:-1]
    return np.asarray(np.hstack([stops[:-1], stops[1:]])[same], dtype=np.float64)


def _lines(edges: Floats) -> MultiLineString:
    merged = shapely.line_merge(MultiLineString(list(edges.reshape(-1, 2, 2))))
    return MultiLineString(list(shapely.get_parts(merged.normalize())))
