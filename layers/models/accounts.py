"""Who may come in, what they did, and what was imported."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from layers.models.base import Base, new_id

__all__ = ["AccessToken", "Account", "Audit", "ImportLog", "Job", "LoginSession"]


class Account(Base):
    """A user: a role, and the region that bounds what they may see."""

    __tablename__ = "account"
    id: Mapped[uuid.UUID] = new_id()
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(
        CheckConstraint("role in ('administrator', 'planner', 'officer', 'field')", name="role")
    )
    region_code: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]
    failed_logins: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    locked_until: Mapped[datetime | None]


class LoginSession(Base):
    """An open login: the digest of its cookie, never the cookie."""

    __tablename__ = "session"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="CASCADE"))
    csrf: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    __table_args__ = (Index("ix_session_account_id", "account_id"),)


class AccessToken(Base):
    """What a program logs in with: the digest of its secret, fewer rights than its owner's, and an end."""

    __tablename__ = "access_token"
    id: Mapped[uuid.UUID] = new_id()
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    capabilities: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    region_code: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_access_token_account_id", "account_id"),)


class Job(Base):
    """Long work under way or done: how far it is, what came of it, and why it failed."""

    __tablename__ = "job"
    id: Mapped[uuid.UUID] = new_id()
    kind: Mapped[str]
    account_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    region_code: Mapped[str | None]
    status: Mapped[str] = mapped_column(
        CheckConstraint("status in ('waiting', 'running', 'done', 'failed')", name="status"),
        server_default=text("'waiting'"),
    )
    stage: Mapped[str | None]
    done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    total: Mapped[int | None] = mapped_column(Integer)
    request: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    result: Mapped[dict[str, Any] | None]
    problem: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_job_account_id_created_at", "account_id", "created_at"),)


class ImportLog(Base):
    """One file brought in, in one transaction: this row exists exactly when its rows do, or did until `undone_at`."""

    __tablename__ = "import_log"
    id: Mapped[uuid.UUID] = new_id()
    kind: Mapped[str]
    source_name: Mapped[str]
    sha256: Mapped[str | None]
    crs: Mapped[str | None]
    rows: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    faults: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    region_code: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    __table_args__ = (Index("ix_import_log_kind", "kind", "source_name"),)


class Audit(Base):
    """What was done, by whom, to what, and for what purpose; rows are only ever added."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    account_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    act: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[str | None]
    grid_no: Mapped[int | None] = mapped_column(BigInteger)
    purpose: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    __table_args__ = (
        Index("ix_audit_subject", "subject", "subject_id"),
        Index("ix_audit_account_id_at", "account_id", "at"),
    )
