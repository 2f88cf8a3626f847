"""The values that a filter's operators take: names, literals, shapes and periods, each checked and bound."""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from psycopg import sql

from layers.codes import WIDTH
from layers.cql import spatial
from layers.cql.temporal import SHANGHAI, Period
from layers.cql.types import Node, Queryable, QueryableType, Values
from layers.crs import Crs
from layers.errors import Invalid

__all__ = ["Operands", "fault_of_type"]

_NOTHING = sql.SQL("null")
_WORDS: Mapping[str, str] = {
    "id": "an id",
    "grid": f"a grid number of {WIDTH} digits",
    "text": "a text",
    "number": "a number",
    "moment": "a TIMESTAMP",
    "day": "a DATE",
    "boolean": "true or false",
    "geometry": "a geometry",
}
_ESCAPE_AT_END = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")
_LAST_OF_DAY = timedelta(days=1) - timedelta(microseconds=1)


def fault_of_type(op: str, types: Collection[str]) -> str:
    """What to say of values that cannot be compared."""
    return f"{op} cannot compare {', '.join(sorted(_WORDS[one] for one in types))}"


class Operands:
    """Compiles operands; a fault is kept, and the operand stands as null meanwhile."""

    def __init__(self, queryables: Mapping[str, Queryable], values: Values, crs: Crs) -> None:
        self.queryables = queryables
        self.values = values
        self.crs = crs
        self.faults: list[str] = []

    def named(self, node: Node) -> Queryable | None:
        """What `{"property": name}` names; None, with a fault, when it names nothing."""
        if not isinstance(node, dict) or set(node) != {"property"}:
            self.faults.append("the name of a queryable is needed")
            return None
        found = self.queryables.get(str(node["property"]))
        if found is None:
            known = ", ".join(self.queryables)
            self.faults.append(f"there is no queryable {str(node['property'])[:80]!r}; there are: {known}")
        return found

    def type_of(self, node: Node) -> QueryableType | None:
        """The type that a value has by itself; None for what takes its type from the others, and for what is wrong."""
        if isinstance(node, bool):
            return "boolean"
        if isinstance(node, int | float):
            return "number"
        if not isinstance(node, dict):
            return None
        if "property" in node:
            found = self.queryables.get(str(node["property"]))
            return found.type if found else None
        if node.get("op") == "casei":
            return "text"
        return "day" if "date" in node else "moment" if "timestamp" in node else None

    def scalar(self, node: Node, type_: QueryableType) -> sql.Composable:
        """A name or a literal as a value of a type."""
        if isinstance(node, dict) and "property" in node:
            found = self.named(node)
            return _NOTHING if found is None else found.expression
        if isinstance(node, dict) and node.get("op") == "casei":
            return self._lower(node)
        try:
            value = _literal(node, type_)
        except (ValueError, TypeError):
            self.faults.append(f"{_shown(node)} is not {_WORDS[type_]}")
            return _NOTHING
        return self.values.bind(value, type_)

    def as_text(self, node: Node) -> sql.Composable:
        """A text, or a grid number or id as it is written."""
        type_ = self.type_of(node)
        if type_ not in ("text", "grid", "id", None):
            self.faults.append(f"like takes a text, not {_WORDS[type_]}")
            return _NOTHING
        if type_ == "grid":
            return sql.SQL("lpad({}::text, 15, '0')").format(self.scalar(node, "grid"))
        return sql.SQL("{}::text").format(self.scalar(node, type_ or "text"))

    def pattern(self, node: Node) -> sql.Composable:
        """The pattern of `like`: % for any text, _ for one letter; a backslash before either makes it itself."""
        bare = node["args"][0] if _is_casei(node) else node
        if not isinstance(bare, str) or _ESCAPE_AT_END.search(bare):
            self.faults.append(f"{_shown(bare)} is no pattern")
            return _NOTHING
        return self.scalar(node, "text")

    def shape(self, node: Node) -> spatial.Shape:
        """A layer's shape, or one that stands in the filter."""
        if isinstance(node, dict) and "property" in node:
            found = self.named(node)
            if found is not None and found.type != "geometry":
                self.faults.append(f"{node['property']!r} is no geometry")
            return spatial.Shape(_NOTHING if found is None else found.expression, stored=True)
        try:
            literal = spatial.literal(node, self.crs)
        except Invalid as error:
            self.faults.append(error.detail)
            return spatial.Shape(_NOTHING, stored=False)
        return spatial.Shape(self.values.bind(spatial.ewkb_of(literal, self.crs), "geometry"), self.crs, stored=False)

    def period(self, node: Node) -> Period:
        """A moment, a day or an interval as its first and last moment."""
        if isinstance(node, dict) and isinstance(node.get("interval"), list) and len(node["interval"]) == 2:
            first, last = node["interval"]
            return Period(self._end(first, "-infinity").first, self._end(last, "infinity").last)
        return self._end(node, None)

    def _end(self, node: Node, endless: str | None) -> Period:
        if endless is not None and node == "..":
            return Period.at(self.values.bind(endless, "moment"))
        if isinstance(node, str):
            # Inside INTERVAL('a', 'b') moments and days are bare texts.
            node = {"date": node} if len(node) == len("2000-01-01") else {"timestamp": node}
        type_ = self.type_of(node)
        if type_ not in ("day", "moment"):
            self.faults.append(f"{_shown(node)} is neither a DATE nor a TIMESTAMP")
            return Period.at(_NOTHING)
        if type_ == "moment":
            moment = self.scalar(node, "moment")
            return Period.at(moment if endless is None else _or_endless(moment, endless))
        if "property" in node:
            return Period.of_day(self.scalar(node, "day"))
        return self._literal_day(node)

    def _literal_day(self, node: Node) -> Period:
        try:
            day = _literal(node, "day")
        except (ValueError, TypeError):
            self.faults.append(f"{_shown(node)} is not {_WORDS['day']}")
            return Period.at(_NOTHING)
        assert isinstance(day, date)  # noqa: S101 -- told to mypy
        return Period.of_day(self.values.bind(day, "day"))

    def _lower(self, node: Node) -> sql.Composable:
        args = node.get("args")
        if not isinstance(args, list) or len(args) != 1 or self.type_of(args[0]) not in ("text", None):
            self.faults.append("casei takes a text")
            return _NOTHING
        return sql.SQL("lower({})").format(self.scalar(args[0], "text"))


def _is_casei(node: Node) -> bool:
    return isinstance(node, dict) and node.get("op") == "casei" and bool(node.get("args"))


def _or_endless(moment: sql.Composable, endless: str) -> sql.Composable:
    # What is in force has no end yet.
    return sql.SQL("coalesce({}, {}::timestamptz)").format(moment, sql.Literal(endless))


def _literal(node: Node, type_: QueryableType) -> object:
    """The value of a literal.

    Raises:
        ValueError, TypeError: when it is none of that type.
    """
    if type_ == "number":
        return _number(node)
    if type_ == "boolean" and isinstance(node, bool):
        return node
    if type_ == "day":
        return date.fromisoformat(_member(node, "date"))
    if type_ == "moment":
        return _moment(_member(node, "timestamp"))
    if type_ in _FROM_TEXT and isinstance(node, str) and "\0" not in node:
        return _FROM_TEXT[type_](node)
    raise ValueError(type_)


def _number(node: Node) -> float:
    if isinstance(node, bool) or not math.isfinite(node):
        raise ValueError
    return float(node)


def _member(node: Node, name: str) -> str:
    if not isinstance(node, dict) or not isinstance(node.get(name), str):
        raise ValueError(name)
    return str(node[name])


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if len(text) <= len("2000-01-01"):
        raise ValueError(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=SHANGHAI)


def _grid(text: str) -> int:
    if len(text) != WIDTH or not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


_FROM_TEXT: Mapping[str, Callable[[str], object]] = {"id": uuid.UUID, "grid": _grid, "text": str}


def _shown(node: Node) -> str:
    if isinstance(node, dict):
        node = node.get("date", node.get("timestamp", node.get("op", node)))
    return repr(node)[:80]
