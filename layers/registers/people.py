"""Persons and households of a list: what an id number tells, and the sealing of phones and id numbers."""

from __future__ import annotations

from typing import cast

from layers.crypto import Vault
from layers.db import raw, scope_of
from layers.queries import load
from layers.registers.rows import Rows
from layers.registers.values import born_on, sex_of

__all__ = ["derive", "seal"]


def derive(rows: Rows) -> None:
    """Fill an empty sex and birth year from the id number; where they differ the list's own stays, with a warning."""
    sexes, years = rows.column("sex"), rows.column("birth_year")
    for at, id_no in enumerate(rows.column("id_no")):
        if id_no is None:
            continue
        if sexes[at] is None and not rows.stated(at, "sex"):
            sexes[at] = sex_of(id_no)
        elif sexes[at] is not None and sexes[at] != sex_of(id_no):
            rows.fault(at, "sex", "warning: it is not the one that the id number states")
        if years[at] is None and not rows.stated(at, "birth_year"):
            years[at] = born_on(id_no).year
        elif years[at] is not None and years[at] != born_on(id_no).year:
            rows.fault(at, "birth_year", "warning: it is not the one that the id number states")


def seal(rows: Rows, vault: Vault) -> None:
    """Put `phone` and `id_no` under seal, each with its blind index; a doubled id number gets a warning."""
    for name in ("phone", "id_no"):
        if name not in rows.spec.names:
            continue
        context = f"{rows.spec.name}.{name}"
        plain = rows.column(name)
        rows.values[f"{name}_cipher"] = [None if text is None else vault.seal(text, context) for text in plain]
        rows.values[f"{name}_index"] = [None if text is None else vault.index(text, context) for text in plain]
    if rows.spec.name == "person":
        _warn_of_doubles(rows)


def _warn_of_doubles(rows: Rows) -> None:
    scope = scope_of(rows.session)
    values = {"indexes": rows.distinct("id_no_index"), "lo": scope.lo, "hi": scope.hi}
    found = raw(rows.session).execute(load("lists_in.sql")["id_numbers"], values).fetchall()
    taken = {bytes(row[0]) for row in cast(list[tuple[bytes]], found)}
    first: dict[bytes, int] = {}
    for at, index in enumerate(rows.column("id_no_index")):
        if index is None:
            continue
        if index in first:
            rows.fault(at, "id_no", f"warning: the same id number is in {rows.where(first[index])}")
        elif index in taken:
            rows.fault(at, "id_no", "warning: a person with this id number is registered already")
        first.setdefault(index, at)
