"""What can be wrong with a village or a numbering, each fault with its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shapely import Point
from shapely.geometry.base import BaseGeometry

__all__ = ["EditError", "Fault", "GriddingError", "NumberError", "RepairError", "Severity", "VillageError"]

NOWHERE = Point()

Severity = Literal["fault", "warning"]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a stable `kind` for programs, a `message` for people, and the place.

    `where` is a geometry in the same coordinates as the input; it is empty when the fault has no place (a missing
    column). A `warning` is worth showing and does not make a plan unsound.
    """

    kind: str
    message: str
    where: BaseGeometry = NOWHERE
    severity: Severity = "fault"


class GriddingError(Exception):
    """A request that gridding refuses, with every fault found and not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.kind}: {fault.message}" for fault in self.faults))


class VillageError(GriddingError):
    """The boundary, houses or barriers given cannot be divided."""


class NumberError(GriddingError):
    """The numbers of a village are used up, or a number is given twice."""


class RepairError(GriddingError):
    """What was drawn is too far from a plan of the village to be repaired."""


class EditError(GriddingError):
    """An edit that would break the plan, or cannot be made as it was drawn."""
