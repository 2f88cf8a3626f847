"""The catalog of the layers that the caller may draw."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from layers.accounts import Caller
from layers.catalog import CATALOG, LayerSpec
from spatial_api.access import AnyCaller, held
from spatial_api.answers import LayerAnswer
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery

__all__ = ["may_draw", "router"]

router = APIRouter(prefix="/api", tags=["layers"])


def may_draw(caller: Caller, spec: LayerSpec) -> bool:
    """Whether a caller may draw a layer."""
    return not held(caller).isdisjoint(spec.needs)


@router.get("/layers", responses=problems(401, 422, 503))
async def catalog(caller: AnyCaller, _: Annotated[NoQuery, Query()]) -> list[LayerAnswer]:
    """The layers that the caller may draw, in drawing order."""
    return [LayerAnswer(**spec.model_dump()) for spec in CATALOG.values() if may_draw(caller, spec)]
