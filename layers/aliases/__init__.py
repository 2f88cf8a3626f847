"""Other names of regions, old ones above all: from a file, and those that come with the program."""

from layers.aliases.reading import COLUMNS, KINDS, Alias, Aliases, read
from layers.aliases.shipped import shipped
from layers.aliases.store import add, store

__all__ = ["COLUMNS", "KINDS", "Alias", "Aliases", "add", "read", "shipped", "store"]
