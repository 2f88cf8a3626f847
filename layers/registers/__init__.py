"""Lists from files: buildings, houses, households, persons, facilities, organisations, places, incidents, duties."""

from layers.registers.mapping import Proposal, propose
from layers.registers.reading import read
from layers.registers.sheet import Sheet
from layers.registers.specs import REGISTERS, Column, RegisterSpec
from layers.registers.store import store

__all__ = ["REGISTERS", "Column", "Proposal", "RegisterSpec", "Sheet", "propose", "read", "store"]
