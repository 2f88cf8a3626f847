"""A first plan: connected atoms halved again and again along the best of several directions."""

from typing import NamedTuple

import numpy as np

from gridding.compiled import compiled
from gridding.lattice import Ints
from gridding.partition import Land

__all__ = ["bisect", "fill", "parts_of"]

DIRECTIONS = 4
# A half may miss its share by this part of the tolerance; the rest is left for the halves below it.
SLACK = 0.5
# How often a sweep aims anew after land that it cut off has changed sides.
ATTEMPTS = 3
FIRST, SECOND, PART = 1, 2, 3


class _Room(NamedTuple):
    """Places for marks and searches, one per atom: the `side` an atom is on in a sweep (0: not in it), the `best`."""

    side: Ints
    best: Ints
    queue: Ints


def bisect(land: Land, atoms: Ints, first: int, k: int, tolerance: float, label: Ints) -> None:
    """Write the grids first..first+k-1 into the label of connected atoms: connected groups of nearly equal weight.

    At least k of the atoms must weigh something; each group holds one of these.

    Source: recursive bisection, Berger and Bokhari, IEEE Transactions on Computers C-36, 1987; here each half is made
    connected, and of all directions the one with the shortest cut is taken. Cost: n log n.
    """
    angles = np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    along_m = land.place[atoms] @ np.array([np.cos(angles), np.sin(angles)])
    _bisect(land, atoms[np.argsort(along_m, axis=0, kind="stable")].T.copy(), first, k, tolerance, label)


@compiled
def _bisect(land: Land, orders: Ints, first: int, k: int, tolerance: float, label: Ints) -> None:
    """Do what `bisect` says; each row of `orders` has all the atoms as they lie along one direction."""
    count = len(label)
    room = _Room(np.zeros(count, np.int64), np.zeros(count, np.int64), np.empty(count, np.int64))
    waiting = [(0, orders.shape[1], first, k)]
    while waiting:
        begin, end, grid, share = waiting.pop()
        group = orders[:, begin:end]
        if share == 1:
            for atom in group[0]:
                label[atom] = grid
        elif _halve(land, group, share, tolerance, room):
            middle = begin + _part(group, room)
            waiting.append((begin, middle, grid, share // 2))
            waiting.append((middle, end, grid + share // 2, share - share // 2))
        else:
            _grow(land, group[0], grid, share, label)


@compiled
def _part(orders: Ints, room: _Room) -> int:
    """Put the first half of `room.best` before the second in each row, both as they were; give its size."""
    middle = 0
    for row in range(orders.shape[0]):
        order = orders[row]
        middle = beyond = 0
        for atom in order:
            if room.best[atom] == FIRST:
                order[middle] = atom
                middle += 1
            else:
                room.queue[beyond] = atom
                beyond += 1
        order[middle:] = room.queue[:beyond]
    return middle


@compiled
def _halve(land: Land, orders: Ints, share: int, tolerance: float, room: _Room) -> bool:
    """Write the best halves of all directions into `room.best`; give whether there are any."""
    total = 0
    for atom in orders[0]:
        total += land.weight[atom]
    one = share // 2
    goal, allowed = total * one / share, SLACK * tolerance * total * one / share
    best_miss = best_cut = np.inf
    for row in range(orders.shape[0]):
        order, aim = orders[row], goal
        for _ in range(ATTEMPTS):
            _sweep(land, order, aim, allowed, room)
            taken, cut, enough = _measured(land, order, room.side, share)
            miss = max(0.0, abs(taken - goal) - allowed)
            if enough and (miss < best_miss or (miss == best_miss and cut < best_cut)):
                best_miss, best_cut = miss, cut
                for atom in order:
                    room.best[atom] = room.side[atom]
            aim += goal - taken
            if miss == 0 or not 0 < aim < total:
                break
    for atom in orders[0]:
        room.side[atom] = 0
    return best_miss < np.inf


@compiled
def _sweep(land: Land, order: Ints, aim: float, allowed: float, room: _Room) -> None:
    """Write connected halves into `room.side`, the first of about the weight aimed at."""
    end = _best_end(land, order, room.side, aim, allowed)
    for place in range(len(order)):
        room.side[order[place]] = FIRST if place < end else SECOND
    _give_strays(land, order, FIRST, room)
    _give_strays(land, order, SECOND, room)


@compiled
def _best_end(land: Land, order: Ints, side: Ints, aim: float, allowed: float) -> int:
    """Give how many atoms to take: the shortest cut among those near the aim, else the nearest."""
    for atom in order:
        side[atom] = SECOND
    best, best_miss, best_cut = 1, np.inf, np.inf
    taken, cut = 0, 0.0
    for end in range(1, len(order)):
        atom = order[end - 1]
        taken += land.weight[atom]
        for way in range(land.start[atom], land.start[atom + 1]):
            if side[land.other[way]] == SECOND:
                cut += land.cost[way]
            elif side[land.other[way]] == FIRST:
                cut -= land.cost[way]
        side[atom] = FIRST
        miss = max(0.0, abs(taken - aim) - allowed)
        if miss < best_miss or (miss == best_miss and cut < best_cut):
            best, best_miss, best_cut = end, miss, cut
    return best


@compiled
def _give_strays(land: Land, group: Ints, half: int, room: _Room) -> None:
    """Give all parts of a half but the heaviest to the other half."""
    heaviest, most, part = -1, -1, PART
    for start in group:
        if room.side[start] == half:
            weight = _mark(land, start, part, room)
            if weight > most:
                heaviest, most = part, weight
            part += 1
    for atom in group:
        if room.side[atom] >= PART:
            room.side[atom] = half if room.side[atom] == heaviest else FIRST + SECOND - half


@compiled
def _mark(land: Land, start: int, mark: int, room: _Room) -> int:
    """Mark all atoms connected to the start on its side; give their weight."""
    half = room.side[start]
    room.queue[0] = start
    room.side[start] = mark
    head, found, weight = 0, 1, 0
    while head < found:
        atom = room.queue[head]
        head += 1
        weight += land.weight[atom]
        for way in range(land.start[atom], land.start[atom + 1]):
            near = land.other[way]
            if room.side[near] == half:
                room.side[near] = mark
                room.queue[found] = near
                found += 1
    return weight


@compiled
def _measured(land: Land, group: Ints, side: Ints, share: int) -> tuple[int, float, bool]:
    """Give weight and cut of the first half, and whether both halves can be shared out further."""
    taken, cut, lived_in, beyond = 0, 0.0, 0, 0
    for atom in group:
        if side[atom] == SECOND:
            beyond += land.weight[atom] > 0
            continue
        taken += land.weight[atom]
        lived_in += land.weight[atom] > 0
        for way in range(land.start[atom], land.start[atom + 1]):
            if side[land.other[way]] == SECOND:
                cut += land.cost[way]
    return taken, cut, lived_in >= share // 2 and beyond >= share - share // 2


@compiled
def _grow(land: Land, group: Ints, grid: int, share: int, label: Ints) -> None:
    """Write grids grown from the heaviest atoms: it succeeds where no sweep does, at stars and chains of few atoms."""
    for place in range(share):
        seed = -1
        for atom in group:
            if label[atom] < 0 and (seed < 0 or land.weight[atom] > land.weight[seed]):
                seed = atom
        label[seed] = grid + place
    fill(land, group, grid, share, label)


@compiled
def fill(land: Land, atoms: Ints, first: int, k: int, label: Ints) -> None:
    """Give the atoms without a grid (-1) to the grids first..first+k-1, ring by ring, each to its lightest neighbour.

    Atoms that none of these grids can reach stay as they are.
    """
    load = np.zeros(k, np.int64)
    for atom in atoms:
        if label[atom] >= 0:
            load[label[atom] - first] += land.weight[atom]
    goal = np.empty(len(atoms), np.int64)
    found = True
    while found:
        found = False
        for row in range(len(atoms)):
            goal[row] = -1
            if label[atoms[row]] < 0:
                goal[row] = _lightest(land, atoms[row], first, load, label)
                if goal[row] >= 0:
                    load[goal[row] - first] += land.weight[atoms[row]]
                    found = True
        for row in range(len(atoms)):
            if goal[row] >= 0:
                label[atoms[row]] = goal[row]


@compiled
def _lightest(land: Land, atom: int, first: int, load: Ints, label: Ints) -> int:
    best = -1
    for way in range(land.start[atom], land.start[atom + 1]):
        grid = label[land.other[way]]
        if first <= grid < first + len(load) and (best < 0 or load[grid - first] < load[best - first]):
            best = grid
    return best


@compiled
def parts_of(land: Land, atoms: Ints) -> Ints:
    """Give for each of the atoms its connected part among them, numbered by their first atoms."""
    count = len(land.weight)
    room = _Room(np.zeros(count, np.int64), np.zeros(0, np.int64), np.empty(count, np.int64))
    for atom in atoms:
        room.side[atom] = FIRST
    part = PART
    for atom in atoms:
        if room.side[atom] == FIRST:
            _mark(land, atom, part, room)
            part += 1
    number = np.empty(len(atoms), np.int64)
    for row in range(len(atoms)):
        number[row] = room.side[atoms[row]] - PART
    return number
