"""One export from order to bytes: checked, audited, read from a connection of its own and written by a thread."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio.from_thread

from layers import audit
from layers.db import Database, ReadConnection, ReadPool, read, snapshot
from layers.errors import Fault, Invalid
from layers.export.formats import FORMATS, Format
from layers.export.place import Target
from layers.export.table import Table
from layers.export.titles import Titles, titles_of
from layers.items import Filters, batches, estimate, find_list, refuse_unseen
from layers.listing import ListSpec
from layers.scope import Scope

__all__ = ["Export", "Order", "prepare"]


@dataclass(frozen=True)
class Order:
    """What is to be written, and how; `format` is a key of `FORMATS`, `crs` as `datum.parse_crs` takes it."""

    layer: str
    filters: Filters
    format: str
    crs: str = "EPSG:4326"


@dataclass
class Export:
    """An export that may begin: `rows` counts what was read so far, of about `about` rows.

    `progress` is called after each batch, in the thread that writes; what it raises ends the export.
    """

    database: Database
    scope: Scope
    by: uuid.UUID | None
    order: Order
    spec: ListSpec
    format: Format
    target: Target
    titles: Titles
    rows: int = 0
    about: int | None = None
    progress: Callable[[Export], None] = lambda _export: None
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    def pieces(self) -> Generator[bytes]:
        """The file's bytes, piece by piece; to be walked through in a worker thread of anyio.

        The audit has a row "export" before the first row is read, and a row "exported" at the end, which says how many
        rows were read and whether that was all: also when whoever takes the pieces goes away. All rows are of one
        moment. Memory: one batch. Time: linear in the rows.

        Raises:
            NotFound, Invalid: as `layers.items.items`, before the first piece.
        """
        self._note("export", {"format": self.format.suffix, "crs": self.target.name, "filters": self._told()})
        complete, batches_read = False, self._batches()
        try:
            yield from self.format.pieces(Table(self.spec, self.target, batches_read, self.titles))
            complete = True
        finally:
            batches_read.close()
            self._note("exported", {"rows": self.rows, "complete": complete})

    def _batches(self) -> Generator[Sequence[dict[str, Any]]]:
        """All rows as they are at one moment, read as fast as they are written."""
        opened = snapshot(self.database, self.scope)
        connection = anyio.from_thread.run(opened.__aenter__)
        found = batches(connection, self.scope, self.spec.name, self.order.filters, shapes=self.format.spatial)
        try:
            self.about = anyio.from_thread.run(self._estimate, connection)
            while (rows := anyio.from_thread.run(_next, found)) is not None:
                self.rows += len(rows)
                self.progress(self)
                yield rows
        finally:
            anyio.from_thread.run(found.aclose)
            anyio.from_thread.run(opened.__aexit__, None, None, None)

    async def _estimate(self, connection: ReadConnection) -> int:
        return await estimate(connection, self.scope, self.spec.name, self.order.filters)

    def _note(self, act: str, detail: dict[str, object]) -> None:
        with self.database.write(self.scope, self.by) as session:
            audit.record(session, act, self.spec.name, str(self.id), detail=detail)

    def _told(self) -> dict[str, str]:
        # A text that was looked for may be a name, a place somebody's position: that they were given is enough.
        given = self.order.filters.given()
        return {name: "…" if name in ("q", "near") else str(value) for name, value in given.items()}


async def prepare(
    database: Database, pool: ReadPool, scope: Scope, order: Order, by: uuid.UUID | None = None
) -> Export:
    """The export of an order that can be carried out; `by` is the account that asks, None for the command line.

    Raises:
        NotFound: when there is no such layer, or region or grid are unknown or outside the scope.
        Invalid: when the filters, the format or the CRS have faults.
    """
    spec = find_list(order.layer)
    order.filters.check(spec)
    if order.format not in FORMATS:
        raise Invalid("There is no such format.", [Fault("f", f"must be one of {', '.join(FORMATS)}")])
    format_, target = FORMATS[order.format], Target.of(order.crs)
    if faults := _faults(spec, format_, target):
        raise Invalid("This cannot be written so.", faults)
    async with read(pool, scope) as connection:
        await refuse_unseen(connection, scope, order.filters)
        titles = await titles_of(connection, spec.name)
    return Export(database, scope, by, order, spec, format_, target, titles)


def _faults(spec: ListSpec, format_: Format, target: Target) -> list[Fault]:
    faults = []
    if format_.spatial and spec.geometry is None:
        faults.append(Fault("f", f"the rows of {spec.name} have no place: take csv or xlsx"))
    if format_.spatial and target.epsg is None:
        faults.append(Fault("crs", f"{format_.suffix} must state its CRS, and {target.label} has none: csv or xlsx"))
    return faults


async def _next(rows: AsyncIterator[Sequence[dict[str, Any]]]) -> Sequence[dict[str, Any]] | None:
    return await anext(rows, None)
