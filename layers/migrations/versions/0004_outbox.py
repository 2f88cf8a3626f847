"""The outbox: what was changed, for whoever keeps a copy of it."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the caches and live pages follow; what is there stays as it is."""
    text = (Path(__file__).parents[1] / "sql" / "0004_outbox.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))
