"""What the tables have in common."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from geoalchemy2.elements import WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "Base",
    "Kind",
    "Listed",
    "Placed",
    "Register",
    "drawn",
    "geometry",
    "label",
    "listed_indexes",
    "new_id",
    "strip",
]

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

PLACE_LEVELS = ("house", "building", "street", "hamlet", "village", "township", "county", "unplaced")
"""How exactly a point is known; below `street` it is never drawn as a point."""


class Base(DeclarativeBase):
    """All tables of wangge."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads it from the class
        str: Text(),
        float: Float(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
        Range[datetime]: TSTZRANGE(),
    }


def geometry(kind: str, srid: int = 4326) -> Geometry:
    """A geometry type without an index of its own: each index is declared beside the query that needs it."""
    return Geometry(kind, srid=srid, spatial_index=False)


def drawn(kind: str, expression: str) -> Mapped[WKBElement | None]:
    """The generated EPSG:3857 column that tiles draw from, and nothing else reads."""
    return mapped_column(
        geometry(kind, 3857), Computed(f"st_transform({expression}, 3857)", persisted=True), nullable=True
    )


def label() -> Mapped[WKBElement | None]:
    """The generated EPSG:3857 point inside a shape where tiles write its name."""
    return mapped_column(
        geometry("POINT", 3857), Computed("st_pointonsurface(st_transform(geom, 3857))", persisted=True), nullable=True
    )


def strip() -> Mapped[int | None]:
    """The generated number by which tiles find points that may be drawn, behind row-level security; null for others.

    It is the web map's column of level 19 (some 76 m wide at the equator) times 2^31, plus the ten-millionths of a
    degree from the south pole: in a column, from south to north is one range.
    """
    column, height = "floor((st_x(point) / 360 + 0.5) * 524288)", "floor((st_y(point) + 90) * 10000000)"
    number = f"({column}::bigint << 31) | {height}::bigint"
    expression = f"case when level in ('house', 'building', 'street') then {number} end"
    return mapped_column(BigInteger, Computed(expression, persisted=True), nullable=True)


def new_id() -> Mapped[uuid.UUID]:
    """A primary key made by the writer, so that phones offline and merged databases never collide."""
    return mapped_column(Uuid(), primary_key=True, default=uuid.uuid4)


class Register:
    """A row of a register: its revision, who and when, and the import it came from."""

    rev: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    import_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("import_log.id"))


class Listed:
    """A row that lists bring in: `ref` is the list's own key for it, by which other lists name it."""

    ref: Mapped[str | None]


def listed_indexes(table: str) -> tuple[Index, Index]:
    """The indexes by which references of lists are followed and an import's rows are found."""
    return (
        Index(f"ix_{table}_ref", "ref", postgresql_where=text("ref is not null")),
        Index(f"ix_{table}_import_id", "import_id", postgresql_where=text("import_id is not null")),
    )


class Placed:
    """A placed row: its number for place, its best known point and how well that is known.

    `point` is lon/lat; `radius_m` the distance within which the truth lies; `source_crs` the datum it was stated in.
    """

    grid_no: Mapped[int] = mapped_column(BigInteger)
    point: Mapped[WKBElement | None] = mapped_column(geometry("POINT"))
    level: Mapped[str] = mapped_column(
        CheckConstraint(f"level in {PLACE_LEVELS}", name="level"), server_default=text("'house'")
    )
    radius_m: Mapped[float | None]
    confidence: Mapped[float | None]
    source: Mapped[str]
    source_crs: Mapped[str | None]


class Kind:
    """A code table that a county can extend."""

    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    sort: Mapped[int] = mapped_column(Integer, server_default=text("0"))
