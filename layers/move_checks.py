"""What is wrong with a move: its day, who comes, and what has happened to the row meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from layers.crypto import Vault
from layers.errors import Conflict, Fault, Invalid
from layers.models import Household, Person
from layers.registers.values import READERS

__all__ = [
    "NewPerson",
    "day_faults",
    "home_faults",
    "last_faults",
    "latest_day",
    "person_faults",
    "refuse",
    "refuse_changed",
    "refuse_gone",
    "seal_numbers",
]

_LONGEST_NAME = 100
_OLDEST_YEAR = 1880
_RESIDENCES = ("registered", "mobile", "left_behind", "abroad")


@dataclass(frozen=True)
class NewPerson:
    """A person who comes: `phone` and `id_no` are in clear here and sealed when stored."""

    name: str
    residence: str
    sex: str | None = None
    birth_year: int | None = None
    phone: str | None = None
    id_no: str | None = None


def refuse_changed(row: Household | Person, rev: int) -> None:
    """Return when the row is still at `rev`.

    Raises:
        Conflict: someone changed it since.
    """
    if row.rev != rev:
        raise Conflict(f"The record was changed meanwhile: it is at revision {row.rev}, you have {rev}; load it again.")


def refuse_gone(row: Household | Person) -> None:
    """Return when the row has not moved out.

    Raises:
        Conflict: it has.
    """
    if row.moved_out_on is not None:
        raise Conflict("The household or person has moved out already.")


def refuse(faults: Sequence[Fault]) -> None:
    """Return when there are no faults.

    Raises:
        Invalid: naming all of them.
    """
    if faults:
        raise Invalid("The move has faults.", faults)


def latest_day(rows: Sequence[Household | Person]) -> date | None:
    """The newest day on which one of the rows came; None where none of them is known."""
    return max((row.moved_in_on for row in rows if row.moved_in_on is not None), default=None)


def day_faults(on: date, today: date, last: date | None) -> list[Fault]:
    """What is wrong with a day as such, and after the `last` one on which the row came."""
    if on > today:
        return [Fault("on", "lies in the future")]
    if on.year < _OLDEST_YEAR:
        return [Fault("on", f"lies before {_OLDEST_YEAR}: is the year right?")]
    if last is not None and on <= last:
        return [Fault("on", f"must be after {last}, the day of moving in")]
    return []


def last_faults(row: Household | Person, on: date, today: date) -> list[Fault]:
    """What is wrong with the day of a move, after all that is known of the row."""
    if row.moved_out_on is not None and on < row.moved_out_on:
        return [Fault("on", f"lies before {row.moved_out_on}, the day of moving out")]
    return day_faults(on, today, None if row.moved_out_on is not None else row.moved_in_on)


def home_faults(household: Household, on: date, today: date) -> list[Fault]:
    """What is wrong with coming to a household on a day."""
    refuse_gone(household)
    if household.moved_in_on is not None and on < household.moved_in_on:
        return [Fault("on", f"lies before {household.moved_in_on}, when the household moved in")]
    return day_faults(on, today, None)


def person_faults(person: NewPerson, today: date) -> list[Fault]:
    """Everything that is wrong with what is said of a person, but for the numbers."""
    faults = []
    if not 0 < len(person.name.strip()) <= _LONGEST_NAME or "\0" in person.name:
        faults.append(Fault("name", f"must be 1 to {_LONGEST_NAME} characters without a zero byte"))
    if person.residence not in _RESIDENCES:
        faults.append(Fault("residence", f"must be one of {', '.join(_RESIDENCES)}"))
    if person.sex not in (None, "m", "f"):
        faults.append(Fault("sex", "must be m or f"))
    if person.birth_year is not None and not _OLDEST_YEAR <= person.birth_year <= today.year:
        faults.append(Fault("birth_year", f"must be {_OLDEST_YEAR} to this year"))
    return faults


def seal_numbers(vault: Vault, table: str, plain: dict[str, str | None]) -> tuple[dict[str, bytes | None], list[Fault]]:
    """The numbers under seal with their blind indexes, and what is wrong with them; a fault never quotes one."""
    sealed: dict[str, bytes | None] = {}
    faults = []
    for name, text in plain.items():
        try:
            known = None if text is None else str(READERS[name](text))
        except ValueError as error:
            faults.append(Fault(name, str(error)))
            continue
        context = f"{table}.{name}"
        sealed[f"{name}_cipher"] = None if known is None else vault.seal(known, context)
        sealed[f"{name}_index"] = None if known is None else vault.index(known, context)
    return sealed, faults
