"""Roll-ups of incidents and registers."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counts; the functions applied next fill them from what is there."""
    text = (Path(__file__).parents[1] / "sql" / "0005_counts.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))
