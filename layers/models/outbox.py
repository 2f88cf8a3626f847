"""What was changed, for whoever keeps a copy of it."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, Identity, Index, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from layers.models.base import Base

__all__ = ["Outbox", "OutboxState"]


class Outbox(Base):
    """What one statement changed in one table and village; see `layers.outbox.Change`."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    xid: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    table_name: Mapped[str]
    village: Mapped[int | None] = mapped_column(BigInteger)
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    rows: Mapped[int] = mapped_column(BigInteger)
    ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()))
    __table_args__ = (Index("ix_outbox_xid", "xid"), Index("ix_outbox_at", "at"))


class OutboxState(Base):
    """Which database this is, and the youngest transaction whose changes the outbox has forgotten."""

    __tablename__ = "outbox_state"
    epoch: Mapped[str] = mapped_column(primary_key=True)
    forgotten_xid: Mapped[int] = mapped_column(BigInteger)
