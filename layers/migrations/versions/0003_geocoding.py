"""Geocoding, the review queue, duplicates, and who lived where and when."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the third release stores; what is there stays as it is."""
    text = (Path(__file__).parents[1] / "sql" / "0003_geocoding.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))
