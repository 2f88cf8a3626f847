"""What geocoding knows beside regions and houses, and what waits for a person to decide."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from geoalchemy2.elements import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, Uuid, func
from sqlalchemy import text as words
from sqlalchemy.orm import Mapped, mapped_column

from layers.models.base import Base, geometry, new_id

__all__ = ["AddressAlias", "GazetteerVersion", "NameAlias", "PlaceName", "Review"]

_KINDS = "kind in ('street', 'estate', 'hamlet')"


class PlaceName(Base):
    """A street, estate or hamlet of a village, and how many houses bear it; kept by triggers on house."""

    __tablename__ = "place_name"
    village_code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(CheckConstraint(_KINDS, name="kind"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    houses: Mapped[int] = mapped_column(Integer)


class NameAlias(Base):
    """Another name of a street, estate or hamlet of a county, learned from a review or brought in."""

    __tablename__ = "name_alias"
    id: Mapped[uuid.UUID] = new_id()
    county_code: Mapped[str]
    kind: Mapped[str] = mapped_column(CheckConstraint(_KINDS, name="kind"))
    alias: Mapped[str]
    name: Mapped[str]
    review_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("review.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    __table_args__ = (
        Index("uq_name_alias_county_code", "county_code", "kind", "alias", "name", unique=True),
        Index("ix_name_alias_review_id", "review_id", postgresql_where=words("review_id is not null")),
    )


class AddressAlias(Base):
    """A whole normalised text that a reviewer placed: a house, or a point."""

    __tablename__ = "address_alias"
    id: Mapped[uuid.UUID] = new_id()
    region_code: Mapped[str]
    text: Mapped[str]
    house_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("house.id", ondelete="CASCADE"))
    point: Mapped[WKBElement | None] = mapped_column(geometry("POINT"))
    grid_no: Mapped[int] = mapped_column(BigInteger)
    review_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("review.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    __table_args__ = (
        CheckConstraint("(house_id is null) <> (point is null)", name="place"),
        Index("uq_address_alias_text", "text", "region_code", unique=True),
        Index("ix_address_alias_grid_no", "grid_no"),
        Index("ix_address_alias_house_id", "house_id", postgresql_where=words("house_id is not null")),
        Index("ix_address_alias_review_id", "review_id", postgresql_where=words("review_id is not null")),
    )


class GazetteerVersion(Base):
    """A number that rises when the names of a county (6 digits), or the regions (`regions`), change."""

    __tablename__ = "gazetteer_version"
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)


class Review(Base):
    """A row of a register whose text led to no one place: what was found, and what a person decided.

    `reasons` and `candidates` are those of `layers.geocode`; `before` is what the decision changed, for undo.
    """

    __tablename__ = "review"
    id: Mapped[uuid.UUID] = new_id()
    register: Mapped[str] = mapped_column(
        CheckConstraint("register in ('building', 'house', 'facility', 'organisation', 'incident', 'place')",
                        name="register")
    )  # fmt: skip
    row_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    text: Mapped[str]
    grid_no: Mapped[int] = mapped_column(BigInteger)
    level: Mapped[str]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(server_default=words("'[]'"))
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(server_default=words("'[]'"))
    status: Mapped[str] = mapped_column(
        CheckConstraint("status in ('open', 'picked', 'pinned', 'rejected')", name="status"),
        server_default=words("'open'"),
    )
    rev: Mapped[int] = mapped_column(Integer, server_default=words("1"))
    before: Mapped[dict[str, Any] | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    import_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("import_log.id"))
    __table_args__ = (
        Index("ix_review_open", "grid_no", "id", postgresql_where=words("status = 'open'")),
        Index("ix_review_decided_at", "grid_no", "decided_at", postgresql_where=words("status <> 'open'")),
        Index("ix_review_row_id", "row_id"),
        Index("ix_review_import_id", "import_id", postgresql_where=words("import_id is not null")),
    )
