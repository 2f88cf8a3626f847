"""What the parts of a filter's compiler hand each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from psycopg import sql

__all__ = ["Filter", "Node", "Queryable", "QueryableType", "Values"]

Node = Any
"""One node of a CQL2 JSON tree, as it came from a caller."""
QueryableType = Literal["id", "grid", "text", "number", "moment", "day", "boolean", "geometry"]


@dataclass(frozen=True)
class Queryable:
    """What a name in a filter stands for: an expression of the query and its type.

    A `grid` is a grid number, written with 15 digits; an `id` a UUID; a `geometry` is in lon/lat, SRID 4326.
    """

    type: QueryableType
    expression: sql.Composable


@dataclass(frozen=True)
class Filter:
    """A condition and the values bound in it.

    `window` is a box (west, south, east, north in degrees) outside which nothing fits; None: unknown.
    """

    condition: sql.Composable
    values: Mapping[str, object]
    window: tuple[float, float, float, float] | None = None


@dataclass
class Values:
    """The values of one filter, each under a name of its own."""

    prefix: str
    bound: dict[str, object] = field(default_factory=dict)

    def bind(self, value: object, type_: str) -> sql.Composable:
        """The placeholder of a value, with its type in SQL."""
        name = f"{self.prefix}{len(self.bound)}"
        self.bound[name] = value
        return sql.SQL("{}::{}").format(sql.Placeholder(name), sql.SQL(_TYPES[type_]))


_TYPES: Mapping[str, Any] = {
    "text": "text",
    "number": "float8",
    "boolean": "boolean",
    "day": "date",
    "moment": "timestamptz",
    "id": "uuid",
    "grid": "bigint",
    "geometry": "geometry",
}
