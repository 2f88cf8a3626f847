"""Changes of regions from a file: other names and codes, villages that become one or several, with their lineage."""

from layers.changes.lineage import Step, lineage
from layers.changes.reading import Change, Changes, read
from layers.changes.store import store

__all__ = ["Change", "Changes", "Step", "lineage", "read", "store"]
