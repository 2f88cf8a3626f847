"""What questions about a moment of the past need."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the grids that have ended by their shape."""
    op.execute("CREATE INDEX ix_grid_geom_ended ON grid USING gist (geom) WHERE not upper_inf(validity)")
