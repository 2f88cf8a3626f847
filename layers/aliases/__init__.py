"""Other names of regions, old ones above all: from a file, and those that come with the program."""

from layers.aliases.reading import COLUMNS, KINDS, Alias, Aliases, read
from layers.aliases.shipped import OtherCode, other_codes, shipped
from layers.aliases.store import add, store

__all__ = ["COLUMNS", "KINDS", "Alias", "Aliases", "OtherCode", "add", "other_codes", "read", "shipped", "store"]
