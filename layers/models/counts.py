"""Roll-ups: how many there are, kept by triggers in the transaction that changes it (`sql/functions/070_counts.sql`).

A count may stand in several rows, told apart by `part`, so that writers never wait for each other: readers add them up.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Identity, Integer
from sqlalchemy.orm import Mapped, mapped_column

from layers.models.base import Base

__all__ = ["CountyDay", "CountyMonth", "IncidentDay", "IncidentMonth", "RegisterCount"]


class _IncidentCount:
    """Incidents of one period, kind and number for place; `begins_on` is the period's first day in Asia/Shanghai.

    The period comes first in the key: a map of all grids of a county is one stretch of it for each month and kind.
    """

    begins_on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    grid_no: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    part: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)


class IncidentDay(_IncidentCount, Base):
    """Incidents by grid, day and kind."""

    __tablename__ = "incident_day"


class IncidentMonth(_IncidentCount, Base):
    """Incidents by grid, month and kind."""

    __tablename__ = "incident_month"


class CountyDay(_IncidentCount, Base):
    """Incidents by county, day and kind; `grid_no` is the county's own number."""

    __tablename__ = "county_day"


class CountyMonth(_IncidentCount, Base):
    """Incidents by county, month and kind; `grid_no` is the county's own number."""

    __tablename__ = "county_month"


class RegisterCount(Base):
    """What is registered under one number for place: houses, people living there now, and so on."""

    __tablename__ = "register_count"
    register: Mapped[str] = mapped_column(
        CheckConstraint(
            "register in ('building', 'house', 'household', 'person', 'assumed_household')", name="register"
        ),
        primary_key=True,
    )
    grid_no: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    part: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
