"""What clients of tiles are told: TileJSON 3.0 and a MapLibre style."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Style", "TileJson", "VectorLayer", "VectorSource"]

Box = tuple[float, float, float, float]


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class VectorLayer(_Document):
    """One layer inside the tiles, with the names of its fields and what they hold."""

    id: str
    description: str
    minzoom: int
    maxzoom: int
    fields: dict[str, str]


class VectorSource(_Document):
    """Where tiles are: addresses with {z}, {x} and {y}; `bounds` are west, south, east, north in degrees."""

    type: Literal["vector"] = "vector"
    tiles: list[str]
    minzoom: int
    maxzoom: int
    bounds: Box
    attribution: str


class TileJson(_Document):
    """A layer's tiles as TileJSON 3.0.

    `data_version` and `immutable_tiles` are there for published layers: tiles under that address never change, and for
    as long as the version is in force they are those of `tiles`.
    """

    tilejson: Literal["3.0.0"] = "3.0.0"
    name: str
    description: str
    attribution: str
    scheme: Literal["xyz"] = "xyz"
    tiles: list[str]
    minzoom: int
    maxzoom: int
    bounds: Box
    vector_layers: list[VectorLayer]
    data_version: str | None = None
    immutable_tiles: list[str] | None = None


class Style(_Document):
    """All layers that the caller may draw, as a MapLibre style of version 8; text is left to the client's own fonts."""

    version: Literal[8] = 8
    name: str
    metadata: dict[str, Any] = Field(default_factory=dict)
    sources: dict[str, VectorSource]
    layers: list[dict[str, Any]]
