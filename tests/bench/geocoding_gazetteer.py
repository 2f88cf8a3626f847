"""A province-sized gazetteer: the real region names of Yunnan, with invented streets, estates, hamlets and houses."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from bench.geocoding_names import estate_names, hamlet_names, street_names

from fixtures.buildings import allocate
from fixtures.divisions import county_figures
from layers.china import counties as county_polygons

__all__ = ["COLUMNS", "build", "read_regions"]

SHARED = Path(__file__).parents[3] / "shared" / "data"
PARTS = ("street", "estate", "hamlet", "group_no", "number", "building_no", "unit", "floor", "room")
COLUMNS = ("village_code", *PARTS, "address", "lon", "lat")
FIRST_RURAL = "200"
COUNTY, TOWNSHIP = 6, 9
# Degrees: townships lie anywhere in their county, villages and houses this far about them.
VILLAGE_SPREAD, HOUSE_SPREAD = 0.03, 0.003

Row = tuple[str | None, ...]


@dataclass
class Street:
    """A street of a town and the last door number given on it; it may run through several communities."""

    name: str
    last: int = 0


@dataclass
class Town:
    """The names that one town's communities share."""

    streets: list[Street]
    estates: Iterator[str]
    communities: int = field(default=0)


def read_regions() -> pd.DataFrame:
    """Give level, code, name and parent_code of all Yunnan's divisions, in order of code (text everywhere)."""
    with (SHARED / "yunnan" / "yunnan_divisions_nbs2023.csv").open(encoding="utf-8", newline="") as file:
        rows = [{name: row[name] for name in ("level", "code", "name", "parent_code")} for row in csv.DictReader(file)]
    rows.append({"level": "1", "code": "53", "name": "云南省", "parent_code": ""})
    return pd.DataFrame(rows).sort_values("code", ignore_index=True)


def build(houses: int, seed: int, counties: Sequence[str] | None = None) -> pd.DataFrame:
    """Give `houses` dwellings in the villages of these counties (6 digits; all of Yunnan without).

    Columns are `COLUMNS`: the parts of the address as the register of houses has them (None where absent), the
    standard address, and a WGS 84 point in the county. No two rows have the same address.
    Limit: the names of streets, estates and hamlets, and where anything lies inside its county, are invented.
    """
    rng = np.random.default_rng(seed)
    regions = read_regions()
    names = dict(zip(regions["code"], regions["name"], strict=True))
    villages = [code for code in regions.loc[regions["level"] == "5", "code"] if _wanted(code, counties)]
    counts = allocate(houses, _weights(villages, rng))
    towns = _towns(villages, names, rng)
    columns: dict[str, list[str | None]] = {name: [] for name in COLUMNS[:-2]}
    for village, count in zip(villages, counts.tolist(), strict=True):
        for parts in _houses(village, names[village], count, towns[_town_of(village, names)], rng):
            columns["village_code"].append(village)
            columns["address"].append(_address(village, parts, names))
            for name, value in zip(PARTS, parts, strict=True):
                columns[name].append(value)
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})
    return frame.assign(**_points(villages, counts, rng))


def _wanted(code: str, counties: Sequence[str] | None) -> bool:
    return counties is None or code[:COUNTY] in counties


def _weights(villages: Sequence[str], rng: np.random.Generator) -> np.ndarray:
    """People a village by the census of its county, more in communities, log-normal about it."""
    people = {county.code: county.people / county.villages for county in county_figures()}
    middle = np.array([people[code[:COUNTY]] for code in villages])
    urban = np.array([code[TOWNSHIP:] < FIRST_RURAL for code in villages])
    return middle * np.where(urban, 2.0, 1.0) * rng.lognormal(0.0, 0.5, len(villages))


def _town_of(village: str, names: dict[str, str]) -> str:
    """Give the county where its streets are those of the seat (its 街道), else the township."""
    return village[:COUNTY] if names[village[:TOWNSHIP]].endswith("街道") else village[:TOWNSHIP]


def _towns(villages: Sequence[str], names: dict[str, str], rng: np.random.Generator) -> dict[str, Town]:
    urban: dict[str, int] = {}
    for village in villages:
        town = _town_of(village, names)
        urban[town] = urban.get(town, 0) + (village[TOWNSHIP:] < FIRST_RURAL)
    return {
        town: Town([Street(name) for name in street_names(3 + communities, rng)], estate_names(rng))
        for town, communities in urban.items()
    }


def _houses(village: str, name: str, count: int, town: Town, rng: np.random.Generator) -> Iterator[Row]:
    """Give the parts of the address of each house of a village."""
    urban = village[TOWNSHIP:] < FIRST_RURAL
    streets = _crossed(town, rng) if urban else []
    hamlets = hamlet_names(name, 2 if urban else int(rng.integers(2, 8)), rng)
    groups = _grouped(hamlets, rng)
    left = count
    while left > 0:
        if urban and rng.random() < 0.9:
            block = _urban_block(streets[int(rng.integers(len(streets)))], town, rng)
        else:
            block = _rural_block(groups, rng)
        yield from block[:left]
        left -= len(block)


def _crossed(town: Town, rng: np.random.Generator) -> list[Street]:
    """Give some neighbouring streets of the town: the next community has some of the same."""
    town.communities += 1
    wide = min(len(town.streets), int(rng.integers(3, 7)))
    return [town.streets[(town.communities + step) % len(town.streets)] for step in range(wide)]


def _urban_block(street: Street, town: Town, rng: np.random.Generator) -> list[Row]:
    """Give an estate, a row of doors, a compound on one door, or a house of rented rooms."""
    chance = rng.random()
    if chance < 0.4:
        return _estate(street, town, rng)
    if chance < 0.75:
        return [_door(street, rng) for _ in range(int(rng.integers(4, 15)))]
    street.last += 1
    number = str(street.last)
    if chance < 0.9:
        return [(street.name, None, None, None, number, *rest) for rest in _buildings(rng, most=3)]
    rooms = [(str(floor), f"{floor}{room:02d}") for floor in range(1, 6) for room in range(1, 4)]
    return [(street.name, None, None, None, number, None, None, floor, room) for floor, room in rooms]


def _door(street: Street, rng: np.random.Generator) -> Row:
    """The next door of a street, or a second one of the last (附1号)."""
    if street.last and rng.random() < 0.08:
        # The step onward keeps the next such door of this number apart.
        number = f"{street.last}附{int(rng.integers(1, 5))}"
        street.last += 1
    else:
        street.last += 1 + (rng.random() < 0.1)
        number = str(street.last)
    return (street.name, None, None, None, number, None, None, None, None)


def _estate(street: Street, town: Town, rng: np.random.Generator) -> list[Row]:
    """Give the dwellings of an estate; every third one has a door number on its street."""
    name = next(town.estates)
    if rng.random() < 0.33:
        street.last += 1
        return [(street.name, name, None, None, str(street.last), *rest) for rest in _buildings(rng, most=6)]
    if rng.random() < 0.1:
        villas = range(1, int(rng.integers(8, 30)))
        return [(None, name, None, None, None, str(villa), None, None, None) for villa in villas]
    return [(None, name, None, None, None, *rest) for rest in _buildings(rng, most=12)]


def _buildings(rng: np.random.Generator, most: int) -> list[Row]:
    """Give building, unit, floor and room: walk-ups with units, or towers without."""
    buildings = int(rng.integers(1, most + 1))
    letters = rng.random() < 0.06
    tower = rng.random() < 0.3
    units = 1 if tower else int(rng.integers(1, 5))
    floors, rooms = (int(rng.integers(9, 27)), 4) if tower else (int(rng.integers(5, 8)), 2)
    every = [
        ("ABCDEFGHIJKL"[b] if letters else str(b + 1), None if tower else str(u + 1), str(f), f"{f}{r:02d}")
        for b in range(buildings)
        for u in range(units)
        for f in range(1, floors + 1)
        for r in range(1, rooms + 1)
    ]
    # A part of the dwellings keeps many estates in few houses.
    kept = np.sort(rng.permutation(len(every))[: max(1, len(every) // 3)])
    return [every[at] for at in kept.tolist()]


@dataclass
class Group:
    """A villager group or a hamlet, and the last house number given in it."""

    hamlet: str | None
    group_no: str | None
    last: int = 0


def _grouped(hamlets: Sequence[str], rng: np.random.Generator) -> list[Group]:
    """Give the groups of a village: numbered through it, numbered with hamlet names, or hamlets alone."""
    way = rng.random()
    if way < 0.25:
        return [Group(None, str(at)) for at in range(1, len(hamlets) + 3)]
    if way < 0.6:
        return [Group(hamlet, None) for hamlet in hamlets]
    groups = []
    for hamlet in hamlets:
        # Some number the groups of each hamlet from one, some through the village.
        first = len(groups) + 1 if way < 0.8 else 1
        groups += [Group(hamlet, str(first + step)) for step in range(int(rng.integers(1, 4)))]
    return groups


def _rural_block(groups: Sequence[Group], rng: np.random.Generator) -> list[Row]:
    """Give some houses of one group, numbered on."""
    group = groups[int(rng.integers(len(groups)))]
    rows: list[Row] = []
    for _ in range(int(rng.integers(3, 12))):
        group.last += 1 + (rng.random() < 0.06)
        number = str(group.last)
        if rng.random() < 0.04:
            rows.append((None, None, group.hamlet, group.group_no, f"{number}附1", None, None, None, None))
        rows.append((None, None, group.hamlet, group.group_no, number, None, None, None, None))
    return rows


def _address(village: str, parts: Row, names: dict[str, str]) -> str:
    """Give the standard text: county, township, then street and number, or village and what is in it."""
    street, estate, hamlet, group_no, number, building, unit, _, room = parts
    door = "" if number is None else number.replace("附", "号附") + "号"
    yard = "院" if street and building and not estate else ""
    inner = (street or "") + (door + yard if street else "") + (estate or "") + (hamlet or "")
    inner += f"{group_no}组" if group_no else ""
    inner += "" if street else door
    inner += f"{building}栋" if building else ""
    inner += f"{unit}单元" if unit else ""
    inner += f"{room}室" if room else ""
    above = names[village[:COUNTY]] + names[village[:TOWNSHIP]]
    return above + (inner if street else names[village] + inner)


def _points(villages: Sequence[str], counts: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Give lon and lat of every house, each in its county."""
    polygons = county_polygons("53")
    centres: dict[str, np.ndarray] = {}
    for township in dict.fromkeys(code[:TOWNSHIP] for code in villages):
        centres[township] = _inside(polygons[township[:COUNTY]], rng)
    middle = np.array([centres[code[:TOWNSHIP]] for code in villages])
    middle += rng.uniform(-VILLAGE_SPREAD, VILLAGE_SPREAD, middle.shape)
    at = np.repeat(np.arange(len(villages)), counts)
    points = middle[at] + rng.normal(0.0, HOUSE_SPREAD, (len(at), 2))
    for code in dict.fromkeys(code[:COUNTY] for code in villages):
        of_county = np.array([village.startswith(code) for village in villages])[at]
        polygon = polygons[code]
        shapely.prepare(polygon)
        out = of_county & ~shapely.contains_xy(polygon, points[:, 0], points[:, 1])
        seats = np.array([centres[villages[village][:TOWNSHIP]] for village in at[out]]).reshape(-1, 2)
        points[out] = seats
    return {"lon": points[:, 0].round(6), "lat": points[:, 1].round(6)}


def _inside(polygon: shapely.Geometry, rng: np.random.Generator) -> np.ndarray:
    """A point of the polygon, drawn evenly."""
    west, south, east, north = polygon.bounds
    while True:
        lon, lat = rng.uniform((west, south), (east, north))
        if shapely.contains_xy(polygon, lon, lat):
            return np.array([lon, lat])
