"""Alembic's entry: runs the migrations on the connection that layers.migrate hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from layers.models import Base


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
