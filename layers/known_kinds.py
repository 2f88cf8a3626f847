"""The kinds that a filter may name, as this process knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

from layers.db import ReadPool, reading
from layers.errors import Fault, Invalid
from layers.kinds import Extendable, kinds

__all__ = ["KnownKinds"]

_FIXED: Mapping[str, frozenset[str]] = {
    "grid": frozenset({"basic", "exclusive"}),
    "barrier": frozenset({"river", "lake", "railway", "motorway", "street", "ridge", "group"}),
    "link": frozenset({"bridge", "tunnel", "crossing", "ford", "drawn"}),
}
"""What the tables' own checks allow."""
_EXTENDABLE: Mapping[str, Extendable] = {register: register for register in get_args(Extendable)}


class KnownKinds:
    """Tells kinds from misspelt ones: a code that this process has met needs no question to the database.

    One that it has not met is looked up, so that what a county has added a moment ago is known at once.
    Limit: a kind that was taken away is still known until the process ends; it can only be one that no row has.
    """

    def __init__(self, pool: ReadPool) -> None:
        self._pool = pool
        self._met = dict(_FIXED)

    async def check(self, layer: str, given: Iterable[str] | None) -> None:
        """Return when all these codes are kinds of the layer; None: nothing is asked for.

        Raises:
            Invalid: naming every code that is none.
        """
        asked = list(dict.fromkeys(given or ()))
        if set(asked) <= self._met.get(layer, frozenset()):
            return
        if (register := _EXTENDABLE.get(layer)) is not None:
            async with reading(self._pool) as connection:
                self._met[layer] = frozenset(kind.code for kind in await kinds(connection, register))
        known = self._met.get(layer, frozenset())
        if faults := [Fault("kind", f"there is no kind {code!r} of {layer}") for code in asked if code not in known]:
            raise Invalid("The filters have faults.", faults)
