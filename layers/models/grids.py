"""Plans, the grids they become when published, where those came from, and who is responsible for them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from geoalchemy2.elements import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, Uuid, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from layers.models.base import Base, drawn, geometry, label, new_id

__all__ = ["Duty", "Grid", "GridLineage", "Plan", "PlanGrid"]


class Plan(Base):
    """A set of grids for one village: draft → in review → published → retired. `stale`: its village has changed."""

    __tablename__ = "plan"
    id: Mapped[uuid.UUID] = new_id()
    village_code: Mapped[str] = mapped_column(CheckConstraint("village_code ~ '^[0-9]{12}$'", name="village_code"))
    status: Mapped[str] = mapped_column(
        CheckConstraint("status in ('draft', 'in_review', 'published', 'retired')", name="status"),
        server_default=text("'draft'"),
    )
    stale: Mapped[bool] = mapped_column(server_default=text("false"))
    rev: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    target_load: Mapped[int] = mapped_column(Integer)
    band_low: Mapped[int] = mapped_column(Integer)
    band_high: Mapped[int] = mapped_column(Integer)
    tolerance: Mapped[float]
    k: Mapped[int | None] = mapped_column(Integer)
    report: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    published_at: Mapped[datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    __table_args__ = (
        CheckConstraint("0 < band_low and band_low <= band_high and target_load > 0", name="band"),
        Index("ix_plan_village_code", "village_code"),
        Index(
            "uq_plan_published",
            "village_code",
            unique=True,
            postgresql_where=text("status = 'published'"),
        ),
    )


class PlanGrid(Base):
    """One grid of a plan, before it has a code."""

    __tablename__ = "plan_grid"
    plan_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(CheckConstraint("kind in ('basic', 'exclusive')", name="kind"))
    name: Mapped[str | None]
    load: Mapped[int] = mapped_column(Integer)
    geom: Mapped[WKBElement] = mapped_column(geometry("MULTIPOLYGON"))
    geom_m: Mapped[WKBElement | None] = drawn("MULTIPOLYGON", "geom")
    __table_args__ = (Index("ix_plan_grid_geom_m", "geom_m", postgresql_using="gist"),)


class Grid(Base):
    """A published management grid during `validity`; in force while that has no end."""

    __tablename__ = "grid"
    id: Mapped[uuid.UUID] = new_id()
    grid_no: Mapped[int] = mapped_column(BigInteger)
    validity: Mapped[Range[datetime]]
    plan_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("plan.id"))
    kind: Mapped[str] = mapped_column(CheckConstraint("kind in ('basic', 'exclusive')", name="kind"))
    name: Mapped[str | None]
    load: Mapped[int] = mapped_column(Integer)
    geom: Mapped[WKBElement] = mapped_column(geometry("MULTIPOLYGON"))
    geom_m: Mapped[WKBElement | None] = drawn("MULTIPOLYGON", "geom")
    label_m: Mapped[WKBElement | None] = label()
    area_m2: Mapped[float]
    __table_args__ = (
        CheckConstraint("grid_no between 1 and 999999999999999", name="grid_no"),
        CheckConstraint("(kind = 'exclusive') = (grid_no % 1000 >= 900)", name="number"),
        CheckConstraint("grid_no % 1000 > 0", name="not_zero"),
        CheckConstraint("not isempty(validity)", name="validity"),
        ExcludeConstraint(("grid_no", "="), ("validity", "&&"), using="gist", name="ex_grid_grid_no_validity"),
        Index("ix_grid_in_force", "grid_no", postgresql_where=text("upper_inf(validity)")),
        Index("ix_grid_geom", "geom", postgresql_using="gist", postgresql_where=text("upper_inf(validity)")),
        Index("ix_grid_geom_ended", "geom", postgresql_using="gist", postgresql_where=text("not upper_inf(validity)")),
        Index("ix_grid_geom_m", "geom_m", postgresql_using="gist", postgresql_where=text("upper_inf(validity)")),
    )


class GridLineage(Base):
    """How many households came from which grid to which, at one publish."""

    __tablename__ = "grid_lineage"
    plan_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("plan.id"), primary_key=True)
    old_no: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    new_no: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    households: Mapped[int] = mapped_column(Integer)


class Duty(Base):
    """Who is responsible for a grid, from–to; `proposed` ones are heirs that wait for a person's word."""

    __tablename__ = "duty"
    id: Mapped[uuid.UUID] = new_id()
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("account.id"))
    grid_no: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(CheckConstraint("status in ('active', 'proposed')", name="status"))
    validity: Mapped[Range[datetime]] = mapped_column(server_default=text("tstzrange(now(), null)"))
    import_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("import_log.id"))
    __table_args__ = (
        ExcludeConstraint(
            ("account_id", "="),
            ("grid_no", "="),
            ("validity", "&&"),
            using="gist",
            name="ex_duty_account_grid_validity",
        ),
        Index("ix_duty_grid_no", "grid_no"),
        Index("ix_duty_account_id", "account_id"),
    )
