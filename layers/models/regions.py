"""Regions, and the lines that grids follow or may not cross."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from geoalchemy2.elements import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, SmallInteger, Uuid, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from layers.models.base import Base, drawn, geometry, label, new_id

__all__ = ["Barrier", "Link", "Region", "RegionAlias", "RegionLineage"]


class Region(Base):
    """A province, prefecture, county, township or village, as it was during `validity`."""

    __tablename__ = "region"
    id: Mapped[uuid.UUID] = new_id()
    code: Mapped[str]
    level: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str]
    name_en: Mapped[str | None]
    parent_code: Mapped[str | None]
    mca_code: Mapped[str | None]
    validity: Mapped[Range[datetime]] = mapped_column(server_default=text("tstzrange(now(), null)"))
    geom: Mapped[WKBElement | None] = mapped_column(geometry("MULTIPOLYGON"))
    geom_m: Mapped[WKBElement | None] = drawn("MULTIPOLYGON", "geom")
    label_m: Mapped[WKBElement | None] = label()
    area_m2: Mapped[float | None]
    synthetic: Mapped[bool] = mapped_column(server_default=text("false"))
    source: Mapped[str]
    lo: Mapped[int] = mapped_column(BigInteger, Computed("rpad(code, 15, '0')::bigint", persisted=True))
    hi: Mapped[int] = mapped_column(BigInteger, Computed("rpad(code, 15, '9')::bigint", persisted=True))
    import_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("import_log.id"))
    __table_args__ = (
        CheckConstraint("code ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$'", name="code"),
        CheckConstraint("level = array_position(array[2,4,6,9,12], length(code))", name="level"),
        CheckConstraint("(level = 1) = (parent_code is null)", name="parent"),
        CheckConstraint("parent_code = left(code, length(parent_code))", name="prefix"),
        ExcludeConstraint(("code", "="), ("validity", "&&"), using="gist", name="ex_region_code_validity"),
        Index("ix_region_parent_code", "parent_code"),
        Index("ix_region_level_lo", "level", "lo"),
        Index("ix_region_geom", "geom", postgresql_using="gist"),
        Index("ix_region_geom_m", "geom_m", postgresql_using="gist"),
    )


class RegionAlias(Base):
    """Another name under which people know a region."""

    __tablename__ = "region_alias"
    region_code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(CheckConstraint("kind in ('short', 'ethnic', 'old', 'learned')", name="kind"))
    valid_to: Mapped[date | None]
    review_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("review.id"))
    import_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("import_log.id"))
    __table_args__ = (
        Index("ix_region_alias_name", "name"),
        Index("ix_region_alias_import_id", "import_id", postgresql_where=text("import_id is not null")),
        Index("ix_region_alias_review_id", "review_id", postgresql_where=text("review_id is not null")),
    )


class RegionLineage(Base):
    """Which region went over into which: under another code, together with others, or as a part of it."""

    __tablename__ = "region_lineage"
    import_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("import_log.id"), primary_key=True)
    old_code: Mapped[str] = mapped_column(primary_key=True)
    new_code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(CheckConstraint("kind in ('recoded', 'merged', 'split')", name="kind"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        Index("ix_region_lineage_old_code", "old_code"),
        Index("ix_region_lineage_new_code", "new_code"),
    )


class Barrier(Base):
    """A line that grids may not cross (hard), or that pulls their borders onto itself (soft, with a cost)."""

    __tablename__ = "barrier"
    id: Mapped[uuid.UUID] = new_id()
    kind: Mapped[str] = mapped_column(
        CheckConstraint("kind in ('river', 'lake', 'railway', 'motorway', 'street', 'ridge', 'group')", name="kind")
    )
    hard: Mapped[bool]
    cost: Mapped[float] = mapped_column(server_default=text("1"))
    name: Mapped[str | None]
    geom: Mapped[WKBElement] = mapped_column(geometry("LINESTRING"))
    geom_m: Mapped[WKBElement | None] = drawn("LINESTRING", "geom")
    source: Mapped[str]
    import_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("import_log.id"))
    __table_args__ = (
        Index("ix_barrier_geom", "geom", postgresql_using="gist"),
        Index("ix_barrier_geom_m", "geom_m", postgresql_using="gist"),
    )


class Link(Base):
    """Where a hard barrier can be crossed: a bridge, a tunnel, a level crossing, a ford, or one that a planner drew."""

    __tablename__ = "link"
    id: Mapped[uuid.UUID] = new_id()
    kind: Mapped[str] = mapped_column(
        CheckConstraint("kind in ('bridge', 'tunnel', 'crossing', 'ford', 'drawn')", name="kind")
    )
    name: Mapped[str | None]
    geom: Mapped[WKBElement] = mapped_column(geometry("LINESTRING"))
    geom_m: Mapped[WKBElement | None] = drawn("LINESTRING", "geom")
    source: Mapped[str]
    import_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("import_log.id"))
    __table_args__ = (
        Index("ix_link_geom", "geom", postgresql_using="gist"),
        Index("ix_link_geom_m", "geom_m", postgresql_using="gist"),
    )
