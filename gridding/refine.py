"""Local search: borders moved atom by atom, then pair by pair, until no step makes the plan better."""

from collections.abc import Sequence

from gridding.graph import Graph
from gridding.sweep import halve, parts_of

__all__ = ["Partition", "refine"]

# Balance decides before shape: one percent of excess outweighs any cut.
BALANCE_WEIGHT = 1e6
# A step must gain more than rounding errors, or the search might go round in circles.
LEAST_GAIN = 1e-9
MOST_ROUNDS = 4
MOST_PASSES = 60


class Partition:
    """A grid for each atom, kept connected, with the load of each grid.

    `cost` is the sum over grids of the squared excess of the deviation over the tolerance, weighted so that it decides
    first, plus the length of all borders as a share of `scale_m`. Atoms labelled -1 take no part.
    """

    def __init__(
        self, graph: Graph, weight: Sequence[int], label: list[int], k: int, tolerance: float, mean: float
    ) -> None:
        self.graph, self.weight, self.label = graph, weight, label
        self.tolerance, self.mean = tolerance, mean
        self.members: list[set[int]] = [set() for _ in range(k)]
        for atom, grid in enumerate(label):
            if grid >= 0:
                self.members[grid].add(atom)
        self.moves = [0] * k
        self.load = [sum(weight[atom] for atom in members) for members in self.members]
        self.scale_m = sum(cost for row in graph.borders for _, cost in row) / 2 or 1.0

    def penalty(self, load: float) -> float:
        """Give the cost of a grid of this load: 0 within the tolerance."""
        excess = abs(load - self.mean) / self.mean - self.tolerance
        return BALANCE_WEIGHT * excess * excess if excess > 0 else 0.0

    @property
    def penalties(self) -> float:
        """The cost of all grids outside the tolerance: 0 when there is none."""
        return sum(map(self.penalty, self.load))

    @property
    def cut_m(self) -> float:
        """The length of all borders between grids, each counted twice."""
        return sum(
            cost
            for atom, row in enumerate(self.graph.borders)
            for other, cost in row
            if self.label[atom] != self.label[other]
        )

    def gain(self, atom: int, to: int) -> float:
        """Give by how much the cost falls when the atom goes to the grid `to`."""
        home, weight = self.label[atom], self.weight[atom]
        balance = (
            self.penalty(self.load[home])
            + self.penalty(self.load[to])
            - self.penalty(self.load[home] - weight)
            - self.penalty(self.load[to] + weight)
        )
        kept = sum(cost for other, cost in self.graph.borders[atom] if self.label[other] == home)
        won = sum(cost for other, cost in self.graph.borders[atom] if self.label[other] == to)
        return balance + (won - kept) / self.scale_m

    def neighbour_grids(self, atom: int) -> list[int]:
        """Give the other grids that the atom touches, in rising order."""
        home = self.label[atom]
        return sorted({self.label[other] for other, _ in self.graph.borders[atom]} - {home, -1})

    def can_leave(self, atom: int) -> bool:
        """Whether the atom's grid stays connected, and keeps a load, without it."""
        home = self.label[atom]
        if self.load[home] == self.weight[atom] or len(self.members[home]) == 1:
            return False
        wanted = {other for other, _ in self.graph.borders[atom] if self.label[other] == home}
        queue = [wanted.pop()] if wanted else []
        seen = {atom, *queue}
        while queue and wanted:
            for other, _ in self.graph.borders[queue.pop()]:
                if self.label[other] == home and other not in seen:
                    seen.add(other)
                    wanted.discard(other)
                    # Following wanted atoms first ends most searches within a few steps.
                    queue.append(other)
        return not wanted

    def move(self, atom: int, to: int) -> None:
        """Give the atom to the grid `to`."""
        home = self.label[atom]
        self.members[home].discard(atom)
        self.members[to].add(atom)
        self.load[home] -= self.weight[atom]
        self.load[to] += self.weight[atom]
        self.label[atom] = to
        self.moves[home] += 1
        self.moves[to] += 1


def refine(partition: Partition) -> None:
    """Improve the partition in place: single atoms, then pairs of neighbouring grids shared out anew.

    Violations of the tolerance are mended first; what tolerance is left is spent on shorter borders.

    Cost: a pass is linear in the atoms at borders; a round of pairs costs one sweep of each pair.
    """
    _move_atoms(partition)
    tried: dict[tuple[int, int], tuple[int, int]] = {}
    for _ in range(MOST_ROUNDS):
        if not _resplit_pairs(partition, tried):
            return
        _move_atoms(partition)


def _move_atoms(partition: Partition) -> None:
    for _ in range(MOST_PASSES):
        moved = False
        for atom in range(len(partition.label)):
            if partition.label[atom] >= 0:
                moved |= _move_if_better(partition, atom)
        if not moved:
            return


def _move_if_better(partition: Partition, atom: int) -> bool:
    offers = [(partition.gain(atom, to), -to) for to in partition.neighbour_grids(atom)]
    if not offers:
        return False
    gain, negative = max(offers)
    if gain <= LEAST_GAIN or not partition.can_leave(atom):
        return False
    partition.move(atom, -negative)
    return True


def _resplit_pairs(partition: Partition, tried: dict[tuple[int, int], tuple[int, int]]) -> bool:
    """Share out each pair of neighbouring grids anew; give whether any became better.

    `tried` remembers how often the grids of a pair had changed when it was last tried: the same land gives the same
    halves.
    """
    better = False
    order = sorted(range(len(partition.members)), key=lambda grid: (-partition.penalty(partition.load[grid]), grid))
    for grid in order:
        for other in sorted({near for atom in partition.members[grid] for near in partition.neighbour_grids(atom)}):
            pair = (min(grid, other), max(grid, other))
            state = (partition.moves[pair[0]], partition.moves[pair[1]])
            if tried.get(pair) != state:
                better |= _resplit(partition, *pair)
                tried[pair] = (partition.moves[pair[0]], partition.moves[pair[1]])
    return better


def _resplit(partition: Partition, one: int, other: int) -> bool:
    atoms = sorted(partition.members[one] | partition.members[other])
    if len(parts_of(partition.graph, atoms)) > 1:
        # An earlier pair of this round has taken the land by which these two touched.
        return False
    allowed = partition.tolerance * partition.mean
    before = _pair_cost(partition, one, other)
    halves = halve(partition.graph, partition.weight, atoms, (1, 1), allowed)
    if halves is None:
        return False
    old = (sorted(partition.members[one]), sorted(partition.members[other]))
    moves = list(partition.moves)
    _relabel(partition, halves, (one, other))
    if _pair_cost(partition, one, other) < before - LEAST_GAIN:
        return True
    _relabel(partition, old, (one, other))
    partition.moves = moves
    return False


def _relabel(partition: Partition, halves: Sequence[list[int]], grids: tuple[int, int]) -> None:
    # The half that shares most atoms with the first grid stays the first.
    if len(set(halves[0]) & partition.members[grids[0]]) < len(set(halves[1]) & partition.members[grids[0]]):
        halves = halves[::-1]
    for half, grid in zip(halves, grids, strict=True):
        for atom in half:
            if partition.label[atom] != grid:
                partition.move(atom, grid)


def _pair_cost(partition: Partition, one: int, other: int) -> float:
    cut = 0.0
    for grid in (one, other):
        for atom in partition.members[grid]:
            cut += sum(cost for near, cost in partition.graph.borders[atom] if partition.label[near] not in (grid, -1))
    return partition.penalty(partition.load[one]) + partition.penalty(partition.load[other]) + cut / partition.scale_m
