"""Who lived where and when, and what may be in a register twice."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from layers.models.base import Base, new_id

__all__ = ["Duplicate", "Occupancy", "Residence"]


class Residence(Base):
    """A person belongs to a household from a day to a day; the place follows the household's house of that time."""

    __tablename__ = "residence"
    id: Mapped[uuid.UUID] = new_id()
    person_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("person.id", ondelete="CASCADE"))
    household_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("household.id"))
    grid_no: Mapped[int] = mapped_column(BigInteger)
    during: Mapped[Range[date]] = mapped_column(DATERANGE())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    __table_args__ = (
        ExcludeConstraint(("person_id", "="), ("during", "&&"), using="gist", name="ex_residence_person_id_during"),
        Index("ix_residence_grid_no", "grid_no"),
        Index("ix_residence_household_id", "household_id"),
    )


class Occupancy(Base):
    """A household lives in a house from a day to a day."""

    __tablename__ = "occupancy"
    id: Mapped[uuid.UUID] = new_id()
    household_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("household.id", ondelete="CASCADE"))
    house_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("house.id"))
    grid_no: Mapped[int] = mapped_column(BigInteger)
    during: Mapped[Range[date]] = mapped_column(DATERANGE())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    __table_args__ = (
        ExcludeConstraint(
            ("household_id", "="), ("during", "&&"), using="gist", name="ex_occupancy_household_id_during"
        ),
        Index("ix_occupancy_grid_no", "grid_no"),
        Index("ix_occupancy_house_id", "house_id"),
    )


class Duplicate(Base):
    """Two rows of a register that may be one: offered for merging, never merged by themselves.

    `why` says what agrees: id_no, address, name_birth_year_house. `before` is what a merge changed, for undo.
    """

    __tablename__ = "duplicate"
    id: Mapped[uuid.UUID] = new_id()
    register: Mapped[str] = mapped_column(CheckConstraint("register in ('house', 'person')", name="register"))
    kept_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    other_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    grid_no: Mapped[int] = mapped_column(BigInteger)
    why: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    status: Mapped[str] = mapped_column(
        CheckConstraint("status in ('open', 'merged', 'distinct')", name="status"), server_default=text("'open'")
    )
    before: Mapped[dict[str, Any] | None]
    found_at: Mapped[datetime] = mapped_column(server_default=func.now())
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    __table_args__ = (
        CheckConstraint("kept_id <> other_id", name="two"),
        Index("uq_duplicate_kept_id", "register", "kept_id", "other_id", unique=True),
        Index("ix_duplicate_open", "grid_no", "id", postgresql_where=text("status = 'open'")),
        Index("ix_duplicate_other_id", "other_id"),
    )
