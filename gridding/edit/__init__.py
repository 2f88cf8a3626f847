"""Edits by hand: from a coverage and a planner's wish to the next coverage, or a refusal with its place."""

from gridding.edit.exclusive import set_apart
from gridding.edit.handing import hand_over
from gridding.edit.hood import with_exclusive
from gridding.edit.log import Log
from gridding.edit.merge import merge
from gridding.edit.operation import Operation, apply
from gridding.edit.order import in_reading_order
from gridding.edit.preview import Preview
from gridding.edit.snapping import snap
from gridding.edit.split import split
from gridding.edit.vertices import insert, move, remove

__all__ = [
    "Log",
    "Operation",
    "Preview",
    "apply",
    "hand_over",
    "in_reading_order",
    "insert",
    "merge",
    "move",
    "remove",
    "set_apart",
    "snap",
    "split",
    "with_exclusive",
]
