"""What can go wrong, in words of the domain; no HTTP here.

WanggeError
 ├─ NotFound      no such thing, or outside the caller's scope
 ├─ Conflict      someone else changed it, or its state forbids the act
 ├─ Invalid       the input has faults; all of them are listed
 ├─ Forbidden     the caller's role may not do this
 ├─ TooMany       asked too often
 └─ Unavailable   the database cannot serve: missing, old or not migrated
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Conflict", "Fault", "Forbidden", "Invalid", "NotFound", "TooMany", "Unavailable", "WanggeError"]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it is in the input, what it is, and its place (lon, lat) if it has one."""

    where: str
    message: str
    place: tuple[float, float] | None = None


class WanggeError(Exception):
    """Something went wrong."""

    def __init__(self, detail: str = "", faults: Sequence[Fault] = ()) -> None:
        self.detail = detail or self.title
        self.faults = tuple(faults)
        super().__init__(self.detail)

    @property
    def title(self) -> str:
        """The first line of the class's docstring."""
        return (type(self).__doc__ or "").strip().splitlines()[0]

    def __str__(self) -> str:
        lines = [self.detail, *(f"  {fault.where}: {fault.message}" for fault in self.faults)]
        return "\n".join(lines)


class NotFound(WanggeError):
    """No such thing here."""


class Conflict(WanggeError):
    """The thing has changed, or its state does not allow this."""


class Invalid(WanggeError):
    """The input has faults."""


class Forbidden(WanggeError):
    """Your role may not do this."""


class TooMany(WanggeError):
    """Too many attempts; wait and try again."""


class Unavailable(WanggeError):
    """The database cannot serve."""
