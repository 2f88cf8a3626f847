"""What tiles are drawn from: houses, drafts and labels in web-map metres, and counts by cell."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the drawn columns and the cells; what is there is counted when the functions are applied."""
    text = (Path(__file__).parents[1] / "sql" / "0006_tiles.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))
