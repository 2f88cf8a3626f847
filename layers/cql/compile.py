"""A filter's tree as a condition in SQL: an allow-list of operators and of names; values are bound, never written in.

Source: OGC 21-065r2, Common Query Language (CQL2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psycopg import sql

from layers.cql import spatial, temporal
from layers.cql.operands import Operands, fault_of_type
from layers.cql.types import Filter, Node, Queryable, Values
from layers.crs import CRS84, Crs
from layers.errors import Fault, Invalid

__all__ = ["MAX_LEVELS", "MAX_NODES", "compile_filter"]

MAX_LEVELS, MAX_NODES = 40, 4_000
"""How deep and how large a tree is taken."""
_COMPARED: Mapping[str, Any] = {op: op for op in ("=", "<>", "<", ">", "<=", ">=")}
_NEVER = sql.SQL("false")
_Handler = Callable[["_Compiler", str, Sequence[Node]], sql.Composable]


def compile_filter(
    tree: Node,
    queryables: Mapping[str, Queryable],
    *,
    crs: Crs = CRS84,
    where: str = "filter",
    prefix: str = "f",
) -> Filter:
    """The condition that a tree of CQL2 stands for.

    `crs` is that of the shapes in it. The names of its values begin with `prefix`.

    Raises:
        Invalid: naming every operator, name and value in it that is not known or does not fit.
    """
    if not _is_bounded(tree):
        message = f"is deeper than {MAX_LEVELS} levels or has more than {MAX_NODES} parts"
        raise Invalid("The filter has faults.", [Fault(where, message)])
    compiler = _Compiler(queryables, Values(prefix), crs)
    condition = compiler.condition(tree)
    if compiler.faults:
        messages = dict.fromkeys(compiler.faults)
        raise Invalid("The filter has faults.", [Fault(where, message) for message in messages])
    return Filter(condition, compiler.values.bound, spatial.window_of(tree, queryables, crs))


def _is_bounded(tree: Node) -> bool:
    """Whether a tree can be walked; coordinates count among its parts."""
    level, count = [tree], 0
    for _ in range(MAX_LEVELS):
        count += len(level)
        if count > MAX_NODES:
            return False
        level = [child for node in level for child in _children(node)]
        if not level:
            return True
    return False


def _children(node: Node) -> Sequence[Node]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else ()


class _Compiler(Operands):
    """Walks one tree; what is wrong is kept in `faults`, so that all of it can be told at once."""

    def condition(self, node: Node) -> sql.Composable:
        """A node that is true or false."""
        if isinstance(node, bool):
            return sql.SQL("true" if node else "false")
        if not isinstance(node, dict) or not isinstance(node.get("op"), str) or not isinstance(node.get("args"), list):
            return self._refuse("a condition is needed: an operator with its values")
        op, args = node["op"], node["args"]
        handler = _HANDLERS.get(op)
        if handler is None:
            return self._refuse(f"the operator {op[:40]!r} is not known here")
        return handler(self, op, args)

    def _all(self, op: str, args: Sequence[Node]) -> sql.Composable:
        if len(args) < 2:
            return self._refuse(f"{op} takes at least 2 values")
        word = sql.SQL(" and " if op == "and" else " or ")
        return sql.SQL("({})").format(word.join(self.condition(arg) for arg in args))

    def _not(self, op: str, args: Sequence[Node]) -> sql.Composable:
        if not self._has(op, args, 1):
            return _NEVER
        return sql.SQL("(not {})").format(self.condition(args[0]))

    def _compare(self, op: str, args: Sequence[Node]) -> sql.Composable:
        if not self._has(op, args, 2):
            return _NEVER
        left, right = self._alike(op, args)
        return sql.SQL("({} {} {})").format(left, sql.SQL(_COMPARED[op]), right)

    def _between(self, op: str, args: Sequence[Node]) -> sql.Composable:
        if not self._has(op, args, 3):
            return _NEVER
        return sql.SQL("({} between {} and {})").format(*self._alike(op, args))

    def _in(self, op: str, args: Sequence[Node]) -> sql.Composable:
        if not self._has(op, args, 2):
            return _NEVER
        if not isinstance(args[1], list) or not args[1]:
            return self._refuse("in takes a value and a list")
        value, *listed = self._alike(op, [args[0], *args[1]])
        return sql.SQL("({} in ({}))").format(value, sql.SQL(", ").join(listed))

    def _like(self, op: str, args: Sequence[Node]) -> sql.Composable:
        if not self._has(op, args, 2):
            return _NEVER
        return sql.SQL("({} like {})").format(self.as_text(args[0]), self.pattern(args[1]))

    def _is_null(self, op: str, args: Sequence[Node]) -> sql.Composable:
        if not self._has(op, args, 1):
            return _NEVER
        found = self.named(args[0])
        return _NEVER if found is None else sql.SQL("({} is null)").format(found.expression)

    def _spatial(self, op: str, args: Sequence[Node]) -> sql.Composable:
        if not self._has(op, args, 2):
            return _NEVER
        first, second = (self.shape(arg) for arg in args)
        return spatial.predicate(op, first, second)

    def _temporal(self, op: str, args: Sequence[Node]) -> sql.Composable:
        if not self._has(op, args, 2):
            return _NEVER
        first, second = (self.period(arg) for arg in args)
        return temporal.predicate(op, first, second)

    def _alike(self, op: str, args: Sequence[Node]) -> list[sql.Composable]:
        """Values that are compared with each other, all as the one type that they must have."""
        types = {found for found in (self.type_of(arg) for arg in args) if found is not None}
        if len(types) > 1 or "geometry" in types:
            self.faults.append(fault_of_type(op, types))
            return [_NEVER for _ in args]
        type_ = types.pop() if types else "text"
        return [self.scalar(arg, type_) for arg in args]

    def _has(self, op: str, args: Sequence[Node], count: int) -> bool:
        if len(args) != count:
            self._refuse(f"{op} takes {count} values, not {len(args)}")
        return len(args) == count

    def _refuse(self, message: str) -> sql.Composable:
        self.faults.append(message)
        return _NEVER


_HANDLERS: Mapping[str, _Handler] = {
    "and": _Compiler._all,
    "or": _Compiler._all,
    "not": _Compiler._not,
    "between": _Compiler._between,
    "in": _Compiler._in,
    "like": _Compiler._like,
    "isNull": _Compiler._is_null,
    **dict.fromkeys(_COMPARED, _Compiler._compare),
    **dict.fromkeys(spatial.OPERATORS, _Compiler._spatial),
    **dict.fromkeys(temporal.OPERATORS, _Compiler._temporal),
}
