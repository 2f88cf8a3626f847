"""A reversible log of edits."""

from collections.abc import Iterable

from gridding.edit.operation import Operation, apply
from gridding.types import Plan
from gridding.village import Village

__all__ = ["Log"]


class Log:
    """The edits made on a plan, one after the other: each can be undone, and done again, to the same bytes.

    `plan` is the plan as it is now. The plans before and after each edit are kept; they share the shapes of all grids
    that the edit left alone. `operations` as plain data, with the plan first given, are all that is to be stored.

    Raises: EditError when one of the operations given is refused.
    """

    def __init__(self, plan: Plan, village: Village, operations: Iterable[Operation] = ()) -> None:
        self.village = village
        self._plans = [plan]
        self._operations: list[Operation] = []
        self._done = 0
        for operation in operations:
            self.apply(operation)

    @property
    def plan(self) -> Plan:
        """The plan after the edits done and not undone."""
        return self._plans[self._done]

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The edits done and not undone, the first one first."""
        return tuple(self._operations[: self._done])

    @property
    def undone(self) -> tuple[Operation, ...]:
        """The edits that `redo` would do, the next one first."""
        return tuple(self._operations[self._done :])

    def apply(self, operation: Operation) -> Plan:
        """Give the plan after an edit; edits undone before it can be redone no longer.

        Raises: EditError when the edit is refused; the log is then as it was.
        """
        after = apply(self.plan, self.village, operation)
        self._plans[self._done + 1 :] = [after]
        self._operations[self._done :] = [operation]
        self._done += 1
        return after

    def undo(self) -> Plan:
        """Give the plan before the last edit; without one, the plan first given."""
        self._done = max(0, self._done - 1)
        return self.plan

    def redo(self) -> Plan:
        """Give the plan after the edit undone last; without one, the plan as it is."""
        self._done = min(len(self._operations), self._done + 1)
        return self.plan
