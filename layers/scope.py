"""What a caller may see: one range of grid numbers, or a short list inside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layers.codes import LEVELS, WIDTH, code_of, region_range

__all__ = ["Scope", "home_of"]


@dataclass(frozen=True)
class Scope:
    """Grid numbers from `lo` to `hi`, both included; of these only `grids` when that is not None."""

    lo: int
    hi: int
    grids: tuple[int, ...] | None = None

    @classmethod
    def everything(cls) -> Scope:
        """The whole database: for the local command line and for administrators' tasks without people."""
        return cls(0, 10**WIDTH - 1)

    @classmethod
    def nothing(cls) -> Scope:
        """No place at all."""
        return cls(0, -1, ())

    @classmethod
    def of_region(cls, code: str) -> Scope:
        """A region with all that is below it."""
        return cls(*region_range(code))

    @classmethod
    def of_grids(cls, numbers: Iterable[int]) -> Scope:
        """Exactly these grids."""
        grids = tuple(sorted(set(numbers)))
        return cls(grids[0], grids[-1], grids) if grids else cls.nothing()

    def covers(self, lo: int, hi: int) -> bool:
        """Whether every number from `lo` to `hi` is inside; a list of grids covers only single grids."""
        if self.grids is not None:
            return lo == hi and lo in self.grids
        return self.lo <= lo and hi <= self.hi

    def overlaps(self, lo: int, hi: int) -> bool:
        """Whether any number from `lo` to `hi` is inside."""
        if self.grids is not None:
            return any(lo <= number <= hi for number in self.grids)
        return self.lo <= hi and lo <= self.hi

    def contains(self, other: Scope) -> bool:
        """Whether all of another scope is inside."""
        if other.grids is not None:
            return all(self.covers(number, number) for number in other.grids)
        return self.covers(other.lo, other.hi)

    def params(self) -> dict[str, object]:
        """The values that every scoped query takes: `lo`, `hi`, `grids` (list or None)."""
        return {"lo": self.lo, "hi": self.hi, "grids": None if self.grids is None else list(self.grids)}

    def as_settings(self) -> dict[str, str]:
        """The values of the transaction-local settings that the row-level policies read."""
        grids = "" if self.grids is None else "{" + ",".join(map(str, self.grids)) + "}"
        return {"lo": str(self.lo), "hi": str(self.hi), "grids": grids}


def home_of(scope: Scope) -> str | None:
    """The deepest region that holds a whole scope: what an address without a county lies in. None: all regions."""
    if scope.hi < scope.lo:
        return None
    first, last = code_of(scope.lo), code_of(scope.hi)
    codes = [first[:length] for length in sorted(LEVELS, reverse=True) if first[:length] == last[:length]]
    return codes[0] if codes else None
