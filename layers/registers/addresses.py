"""Houses of a list: in their buildings, their addresses in parts and in one spelling, none of them twice."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, cast

from layers.addresses import chain_of, parts_of, spelling
from layers.codes import code_of, village_of
from layers.db import raw
from layers.geocode.gazetteer import KnownRegion
from layers.geocode.parts import Parts
from layers.queries import load
from layers.registers.rows import Rows

__all__ = ["PARTS", "in_buildings", "read_addresses"]

PARTS = tuple(field.name for field in fields(Parts) if field.name != "rest")
"""The parts of an address that a house keeps, named as its columns."""
_Key = tuple[object, ...]


def in_buildings(rows: Rows) -> None:
    """A house in a building stands where the building is, whatever coordinates the list has for it."""
    found = raw(rows.session).execute(load("lists_in.sql")["building_places"], {"ids": rows.distinct("parent_id")})
    places = {str(row[0]): row[1:] for row in cast(list[tuple[Any, ...]], found.fetchall())}
    unused = 0
    for at, building_id in enumerate(rows.column("parent_id")):
        if building_id is not None:
            lon, lat, level, radius_m, source_crs = places[building_id]
            rows.column("point")[at] = None if lon is None else (lon, lat)
            rows.column("level")[at], rows.column("radius_m")[at] = level, radius_m
            rows.column("source_crs")[at] = source_crs
            unused += rows.stated(at, "lon")
    if unused:
        first = next(
            at for at, one in enumerate(rows.column("parent_id")) if one is not None and rows.stated(at, "lon")
        )
        message = f"warning: the coordinates of {unused} houses were not used: they stand where their buildings are"
        rows.fault(first, "lon", message)


def read_addresses(rows: Rows) -> None:
    """Fill the parts of each placed house's address, and put it in standard spelling where all of it is understood.

    Parts that the list has columns for go before those read from its text. An address that stands in the same building
    (or, without one, the same village) twice in the list is a fault; one that is registered already is a warning, and
    both houses are offered for merging.
    """
    chains: dict[str, list[KnownRegion]] = {}
    for at, (address, number) in enumerate(zip(rows.column("address"), rows.column("grid_no"), strict=True)):
        if address is None or number is None:
            continue
        village = village_of(number)
        if village not in chains:
            chains[village] = chain_of(rows.session, village)
        parts = _parts(rows, at, address, chains[village])
        for name in PARTS:
            rows.column(name)[at] = getattr(parts, name)
        rows.column("address")[at] = spelling(parts, chains[village]) or address
    _refuse_same(rows)


def _parts(rows: Rows, at: int, address: str, chain: list[KnownRegion]) -> Parts:
    parts = parts_of(address, chain)
    stated = {name: rows.column(name)[at] for name in PARTS if rows.stated(at, name)}
    return replace(parts, **{name: value for name, value in stated.items() if value is not None})


def _refuse_same(rows: Rows) -> None:
    first: dict[_Key, int] = {}
    taken = _registered(rows)
    for at, (address, number) in enumerate(zip(rows.column("address"), rows.column("grid_no"), strict=True)):
        if address is None or number is None:
            continue
        parts = tuple(rows.column(name)[at] for name in PARTS)
        key = _key(rows.column("parent_id")[at], number, address, parts)
        if key in first:
            rows.fault(at, "address", f"the same address stands there already, in {rows.where(first[key])}")
        elif key in taken:
            rows.fault(at, "address", "warning: a house with this address is registered there already")
        first.setdefault(key, at)


def _registered(rows: Rows) -> set[_Key]:
    numbers = [number for number in rows.column("grid_no") if number is not None]
    if not numbers:
        return set()
    # Whole villages: a house may be numbered in any grid of the one that the list places it in.
    lo, hi = int(code_of(min(numbers))[:12] + "000"), int(code_of(max(numbers))[:12] + "999")
    values = {"addresses": rows.distinct("address"), "lo": lo, "hi": hi}
    found = raw(rows.session).execute(load("lists_in.sql")["same_addresses"], values).fetchall()
    return {_key(row[0], row[1], row[2], row[3:]) for row in cast(list[tuple[Any, ...]], found)}


def _key(building_id: str | None, number: int, address: str, parts: tuple[Any, ...]) -> _Key:
    return (building_id or village_of(number), address, parts)
