"""The rows of a layer: a page as JSON, or all of them as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from anyio import to_thread
from fastapi import APIRouter, Query
from starlette.responses import Response

from layers.accounts import Caller
from layers.catalog import CATALOG
from layers.db import read
from layers.errors import Forbidden
from layers.export import FORMATS, Order, prepare
from layers.export.cells import local
from layers.items import find_list, items
from layers.known_kinds import KnownKinds
from layers.listing import ListSpec
from spatial_api.access import AnyCaller, Doors, OpenDoors, held
from spatial_api.download import Spooled, attachment
from spatial_api.openapi import problems
from spatial_api.parameters import CatalogName
from spatial_api.schemas.items import ItemPage, ItemQuery

__all__ = ["NEEDS", "file_names", "refuse_export", "refuse_unknown_kinds", "refuse_unlisted", "router"]

router = APIRouter(prefix="/api", tags=["layers"])

_PAGE = 100

NEEDS: Mapping[str, frozenset[str]] = {
    **{name: frozenset(spec.needs) for name, spec in CATALOG.items()},
    "household": frozenset({"person:read"}),
    "person": frozenset({"person:read"}),
    "visit": frozenset({"house:read"}),
}
"""Who may list a layer: whoever has one of these, as the catalog says of what can be drawn.

A layer that is not here is nobody's until someone says whose.
"""


_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "a page, or with `f` a file of all rows",
        "content": {
            format_.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for format_ in FORMATS.values()
        },
    }
}


@router.get("/layers/{layer}/items", responses={**_FILES, **problems(401, 403, 404, 422, 503)}, response_model=ItemPage)
async def list_items(
    layer: CatalogName, caller: AnyCaller, opened: OpenDoors, asked: Annotated[ItemQuery, Query()]
) -> Response:
    """A page of a layer's rows that lie in the caller's scope; with `f` all of them as a file."""
    spec = find_list(layer)
    refuse_unlisted(layer, caller)
    await refuse_unknown_kinds(spec, asked.kind, opened.kinds)
    if asked.f != "json":
        return await _file(spec, caller, opened, asked)
    async with read(opened.pool, caller.scope) as connection:
        page = await items(
            connection, caller.scope, layer, asked.filters(), limit=asked.limit or _PAGE, after=asked.after
        )
    # A thousand rows: written as they are, not checked one by one against the model.
    body = orjson.dumps({"layer": layer, "items": page.items, "next": page.next})
    return Response(body, media_type="application/json")


def refuse_unlisted(layer: str, caller: Caller) -> None:
    """Return when the caller may list a layer.

    Raises:
        Forbidden: when the role may not, or the token.
    """
    if NEEDS.get(layer, frozenset()) & held(caller):
        return
    if caller.limited_to is not None:
        raise Forbidden(f"This token may not list the layer {layer!r}.")
    raise Forbidden(f"The role {caller.role} may not list the layer {layer!r}.")


async def refuse_unknown_kinds(spec: ListSpec, kind: str | None, known: KnownKinds) -> None:
    """Return when a list that can be filtered by kind knows what is asked for; of incidents that may be several.

    Raises:
        Invalid: naming every kind that there is not.
    """
    if kind is not None and "kind" in spec.filters:
        await known.check(spec.name, kind.split(",") if spec.name == "incident" else [kind])


async def _file(spec: ListSpec, caller: Caller, opened: Doors, asked: ItemQuery) -> Response:
    refuse_export(caller)
    order = Order(spec.name, asked.filters(), asked.f, asked.crs or "EPSG:4326")
    export = await prepare(opened.database, opened.pool, caller.scope, order, caller.account_id)
    pieces = export.pieces()
    # The first piece is made before the answer begins: until then whatever goes wrong can still be told as a problem.
    first = await to_thread.run_sync(next, pieces, b"", limiter=opened.export_limit)
    plain, name = file_names(order)
    return Spooled(first, pieces, opened.export_limit, export.format.media_type, attachment(plain, name))


def refuse_export(caller: Caller) -> None:
    """Return when the caller may take whole lists away.

    Raises:
        Forbidden: when they may not.
    """
    if "export:read" not in held(caller):
        raise Forbidden(f"This needs the capability export:read, which the role {caller.role} has not.")


def file_names(order: Order) -> tuple[str, str]:
    """What the file of an order is called: in ASCII, and in Chinese; with the moment it is of, on China's clocks."""
    filters = order.filters
    moment = None if filters.as_of is None else local(filters.as_of).strftime("%Y%m%d-%H%M%S")
    about = "".join(f"-{part}" for part in (filters.grid or filters.region, moment) if part)
    spec = find_list(order.layer)
    return f"{spec.name}{about}.{order.format}", f"{spec.title_zh}{about}.{order.format}"
