"""Atoms that go from grid to grid, one small step at a time, with every grid kept connected."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridding.flow import least_flow
from gridding.graph import Graph
from gridding.lattice import Bools, Floats, Ints

__all__ = ["Ranges", "Shift", "repair"]

# Wide borders are preferred where the load moved is the same: this is far less than one unit of load.
BORDER_SHARE = 1e-4
MOST_ROUNDS = 100


@dataclass(frozen=True)
class Ranges:
    """The lowest and the highest load that each grid may have, and whether it may give and take at all."""

    low: Ints
    high: Ints
    open: Bools

    def miss(self, load: Ints) -> int:
        """Give the load that lies outside the ranges of open grids."""
        outside = np.maximum(self.low - load, 0) + np.maximum(load - self.high, 0)
        return int(outside[self.open].sum())

    def with_range(self, grid: int, low: int, high: int) -> "Ranges":
        """Give the ranges with another one for a grid, which may be a new one after the last."""
        changed = [np.append(values, 0)[: max(len(values), grid + 1)] for values in (self.low, self.high)]
        changed[0][grid], changed[1][grid] = low, high
        is_open = np.append(self.open, True)[: max(len(self.open), grid + 1)]
        return Ranges(changed[0], changed[1], is_open)


class Shift:
    """A grid for each atom on the way from the grids in force, `home`, to better ones, `label`.

    Atoms that are `fixed` stay where they are. Each grid that is connected stays so. `load` is that of each grid,
    `changes` counts the atoms that each has given and the times it has taken some. No grid but those `ending` is left
    without an atom.
    """

    def __init__(self, graph: Graph, home: Ints, fixed: Bools, label: Ints, grids: int) -> None:
        self.graph = graph
        ends: list[int] = graph.start.tolist()
        ways: list[tuple[int, float]] = list(zip(graph.other.tolist(), graph.cost.tolist(), strict=True))
        self.rows: list[list[tuple[int, float]]] = [ways[first:last] for first, last in itertools.pairwise(ends)]
        self.weight: list[int] = graph.load.tolist()
        self.fixed: list[bool] = fixed.tolist()
        self.home: list[int] = home.tolist()
        self.label: list[int] = label.tolist()
        self.members: list[set[int]] = [set() for _ in range(grids)]
        for atom, grid in enumerate(self.label):
            self.members[grid].add(atom)
        self.changes = [0] * grids
        self.ending: frozenset[int] = frozenset()
        self.load = np.array([self._weight(members) for members in self.members], dtype=np.int64)

    def relabelled(self, label: Ints, grids: int) -> "Shift":
        """Give another way from the same grids in force: with these labels, of so many grids."""
        return Shift(self.graph, np.array(self.home), np.array(self.fixed), label, grids)

    @property
    def goes_on(self) -> Ints:
        """The grid in force that each grid goes on from, by the rule of `succeed`; -1 for a new one."""
        grids = len(self.members)
        common = np.zeros((grids, grids))
        np.add.at(common, (self.label, self.home), self.weight)
        # Of equal shares, and without any load, a grid goes on from itself.
        common[np.arange(grids), np.arange(grids)] += 0.5
        old, new = common.argmax(axis=1), common.argmax(axis=0)
        return np.where(new[old] == np.arange(grids), old, -1)

    @property
    def moved(self) -> int:
        """The load of the atoms whose grid does not go on from theirs."""
        return int(np.array(self.weight)[self.goes_on[self.label] != self.home].sum())

    @property
    def held(self) -> bool:
        """Whether the grid of each fixed atom goes on from the one in which it was."""
        return not (self.goes_on[self.label] != self.home)[self.fixed].any()

    @property
    def cut_m(self) -> float:
        """The cost of all borders between grids, each counted twice."""
        return sum(
            cost for atom, row in enumerate(self.rows) for other, cost in row if self.label[atom] != self.label[other]
        )

    def gain(self, atom: int, to: int) -> float:
        """Give by how much the borders get shorter when the atom alone goes to the grid `to`."""
        row = self.rows[atom]
        won = sum(cost for other, cost in row if self.label[other] == to)
        return won - sum(cost for other, cost in row if self.label[other] == self.label[atom])

    def leaving(self, atom: int) -> list[int]:
        """Give the atoms that must leave a grid with the atom: itself, and the parts that would lose touch.

        The part with most load stays. The answer is empty where a fixed atom would have to leave, or all atoms.
        """
        parts = self._parts_without(atom)
        if len(parts) > 1:
            parts.sort(key=lambda part: (-self._weight(part), -len(part), part[0]))
        group = [atom, *(other for part in parts[1:] for other in part)]
        home = self.label[atom]
        emptied = len(group) == len(self.members[home]) and home not in self.ending
        return [] if emptied or any(self.fixed[other] for other in group) else group

    def _parts_without(self, atom: int) -> list[list[int]]:
        home = self.label[atom]
        wanted = {other for other, _ in self.rows[atom] if self.label[other] == home}
        parts: list[list[int]] = []
        while wanted:
            start = min(wanted)
            wanted.discard(start)
            part, seen, place = [start], {atom, start}, 0
            # The last part need not be known to its end if it is the only one.
            while place < len(part) and (wanted or parts):
                for other, _ in self.rows[part[place]]:
                    if self.label[other] == home and other not in seen:
                        seen.add(other)
                        wanted.discard(other)
                        part.append(other)
                place += 1
            parts.append(sorted(part))
        return parts

    def _weight(self, atoms: Iterable[int]) -> int:
        return sum(self.weight[atom] for atom in atoms)

    def move(self, atoms: list[int], to: int) -> None:
        """Give atoms of one grid to another."""
        for atom in atoms:
            home, self.label[atom] = self.label[atom], to
            self.members[home].discard(atom)
            self.members[to].add(atom)
            self.load[home] -= self.weight[atom]
            self.load[to] += self.weight[atom]
            self.changes[home] += 1
        self.changes[to] += 1

    def ways(self, ranges: Ranges) -> tuple[Ints, Floats]:
        """Give the pairs of open grids (m x 2: from, to) with a border that atoms may cross, and what a unit costs."""
        border_m: dict[tuple[int, int], float] = {}
        for atom, row in enumerate(self.rows):
            one = self.label[atom]
            if self.fixed[atom] or not ranges.open[one]:
                continue
            for other, cost in row:
                if self.label[other] != one and ranges.open[self.label[other]]:
                    pair = (one, self.label[other])
                    border_m[pair] = border_m.get(pair, 0.0) + cost
        pairs = sorted(border_m)
        longest = max(border_m.values(), default=0.0) or 1.0
        per_unit = [1.0 + BORDER_SHARE * (1.0 - border_m[pair] / longest) for pair in pairs]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(per_unit, dtype=np.float64)

    def push(self, way: tuple[int, int], amount: int, slack: int, *, heavy_first: bool) -> int:
        """Move about `amount` of load one way, `slack` more at most, and give what was moved."""
        left = amount
        while left > 0 and (group := self._next(way, left, slack, heavy_first=heavy_first)):
            left -= self._weight(group)
            self.move(group, way[1])
        return amount - left

    def _next(self, way: tuple[int, int], amount: int, slack: int, *, heavy_first: bool) -> list[int]:
        """Give the next atoms to go: those that fit, else the least too many, else empty land before others."""
        home, to = way
        edge = [
            atom
            for atom in self.members[home]
            if not self.fixed[atom] and any(self.label[other] == to for other, _ in self.rows[atom])
        ]

        def rank(atom: int) -> tuple[bool, int, float, int]:
            return self.home[atom] != to, -self.weight[atom] if heavy_first else 0, -self.gain(atom, to), atom

        over: tuple[int, list[int]] | None = None
        empty: list[int] = []
        for atom in sorted(edge, key=rank):
            group = self.leaving(atom)
            weight = self._weight(group)
            if not group or weight > amount + slack:
                continue
            if 0 < weight <= amount:
                return group
            if weight == 0:
                empty = empty or group
            elif over is None or weight < over[0]:
                over = (weight, group)
        return over[1] if over else empty

    def give_back(self, ranges: Ranges) -> None:
        """Bring home every atom that need not have gone, where that makes borders shortest first."""
        back = True
        while back:
            away = [atom for atom, home in enumerate(self.home) if home != self.label[atom]]
            away.sort(key=lambda atom: (-self.gain(atom, self.home[atom]), atom))
            back = any([self._return(atom, ranges) for atom in away])

    def _return(self, atom: int, ranges: Ranges) -> bool:
        home, away = self.home[atom], self.label[atom]
        if not any(self.label[other] == home for other, _ in self.rows[atom]) or self.leaving(atom) != [atom]:
            return False
        load = self.load.copy()
        before = ranges.miss(load)
        load[away] -= self.weight[atom]
        load[home] += self.weight[atom]
        if ranges.miss(load) > before:
            return False
        self.move([atom], home)
        return True


def repair(shift: Shift, ranges: Ranges, *, heavy_first: bool = False) -> None:
    """Move atoms in place until every open grid is in its range, or no step is left that brings one nearer.

    A minimum-cost flow between the grids says how much must cross which border; atoms at that border carry it, those
    first that make it shortest (or, `heavy_first`, those with most load). What need not have moved goes back.

    Limit: the atoms that carry a flow are chosen one after another. A flow is no bound: when a grid has given land, its
    neighbours may touch and exchange atoms that the flow would have led through it.
    """
    shift.ending = frozenset(np.flatnonzero(ranges.high == 0).tolist())
    stuck: dict[tuple[int, int], tuple[int, int]] = {}
    for _ in range(MOST_ROUNDS):
        ways, cost = shift.ways(ranges)
        state = [(shift.changes[one], shift.changes[other]) for one, other in ways.tolist()]
        free = np.array([stuck.get((one, other)) != at for (one, other), at in zip(ways.tolist(), state, strict=True)])
        ways, cost = ways[free.astype(bool)], cost[free.astype(bool)]
        flow = least_flow(shift.load, ranges.low, ranges.high, ways, cost)
        if not flow.any():
            break
        _carry(shift, ranges, ways[flow > 0], flow[flow > 0], stuck, heavy_first=heavy_first)
    shift.give_back(ranges)


def _carry(
    shift: Shift,
    ranges: Ranges,
    ways: Ints,
    flow: Ints,
    stuck: dict[tuple[int, int], tuple[int, int]],
    *,
    heavy_first: bool,
) -> None:
    """Move what flows each way; remember in `stuck` how often both grids had changed where less went than should."""
    goal = shift.load.copy()
    np.subtract.at(goal, ways[:, 0], flow)
    np.add.at(goal, ways[:, 1], flow)
    for (one, other), amount in zip(ways.tolist(), flow.tolist(), strict=True):
        slack = max(0, min(int(goal[one] - ranges.low[one]), int(ranges.high[other] - goal[other])))
        moved = shift.push((one, other), amount, slack, heavy_first=heavy_first)
        goal[one] += amount - moved
        goal[other] -= amount - moved
        if moved < amount:
            stuck[one, other] = (shift.changes[one], shift.changes[other])
