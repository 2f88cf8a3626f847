"""What tiles of low zooms are drawn from: how many rows lie in each cell."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from layers.models.base import Base

__all__ = ["CELL_COUNT"]

CELL_COUNT = Table(
    "cell_count",
    Base.metadata,
    Column("register", Text(), nullable=False),
    Column("cell", BigInteger(), nullable=False),
    Column("grid_no", BigInteger(), nullable=False),
    Column("n", Integer(), nullable=False),
    Index("ix_cell_count_register_cell", "register", "cell", "grid_no", postgresql_include=["n"]),
)
"""Drawn rows of a register by cell and grid number; kept by triggers (sql/functions/070_cells.sql), exact at all times.

`cell` is 4^level + the Morton number of the web map's tile of that level, for the levels 15, 16, 17 and 19: all cells
below a tile are one range. The sum of `n` counts, not the row: writers never wait for one another, they add rows.
"""
