"""An edit as plain data: what a page sends, a log keeps and a file stores."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from gridding.edit.accept import refuse
from gridding.edit.exclusive import set_apart
from gridding.edit.handing import hand_over
from gridding.edit.merge import merge
from gridding.edit.snapping import snap
from gridding.edit.split import split
from gridding.edit.vertices import insert, move, remove
from gridding.errors import NOWHERE
from gridding.types import Plan
from gridding.village import Village

__all__ = ["KINDS", "Operation", "apply"]

KINDS: dict[str, tuple[Callable[..., Plan], tuple[str, ...]]] = {
    "split": (split, ("seq", "line")),
    "merge": (merge, ("seqs",)),
    "move": (move, ("at", "to")),
    "insert": (insert, ("at",)),
    "remove": (remove, ("at",)),
    "snap": (snap, ("seqs", "line", "within_m")),
    "hand_over": (hand_over, ("house_id", "seq")),
    "set_apart": (set_apart, ("seqs", "polygon", "name")),
}
GEOMETRIES = frozenset({"line", "at", "to", "polygon"})


@dataclass(frozen=True)
class Operation:
    """One edit: its kind, a name of `KINDS`, and its arguments by name, geometries as shapely ones in the plane."""

    kind: str
    arguments: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Give plain data: `kind` and `arguments`, each geometry a GeoJSON one. JSON keeps every bit of it."""
        plain = {
            name: mapping(value) if isinstance(value, BaseGeometry) else value for name, value in self.arguments.items()
        }
        return {"kind": self.kind, "arguments": plain}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Operation":
        """Give the operation of plain data.

        Raises: EditError: operation_unknown, operation_arguments, operation_geometry.
        """
        kind, given = data.get("kind"), data.get("arguments")
        if kind not in KINDS:
            raise refuse("operation_unknown", f"there is no edit {kind!r}", NOWHERE)
        names = KINDS[kind][1]
        if not isinstance(given, Mapping) or set(given) != set(names):
            raise refuse("operation_arguments", f"edit {kind!r} takes {', '.join(names)}", NOWHERE)
        return cls(kind, {name: _geometry(given[name]) if name in GEOMETRIES else given[name] for name in names})


def _geometry(value: object) -> BaseGeometry:
    try:
        return shape(cast(dict[str, Any], value))
    except (shapely.errors.ShapelyError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise refuse("operation_geometry", "an argument of the edit is no GeoJSON geometry", NOWHERE) from error


def apply(plan: Plan, village: Village, operation: Operation) -> Plan:
    """Give the plan after an operation.

    Raises: EditError as the edit itself.
    """
    edit, _ = KINDS[operation.kind]
    return edit(plan, village, **operation.arguments)
