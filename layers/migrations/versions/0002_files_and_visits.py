"""Files in and out, visits, tokens, jobs, and the lineage of regions."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the second release stores; what is there stays as it is."""
    text = (Path(__file__).parents[1] / "sql" / "0002_files_and_visits.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))
