"""What was done to whom and why: rows that are only ever added, in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from layers.db import actor
from layers.models import Audit

__all__ = ["record"]


def record(
    session: Session,
    act: str,
    subject: str,
    subject_id: str | None = None,
    *,
    grid_no: int | None = None,
    purpose: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add one row to the audit, by the account that acts in this session; an act that is rolled back leaves none.

    `act` is a verb ("add", "reveal"), `subject` a table's name, `subject_id` its row. `detail` never holds a secret or
    a person's data: whoever reads the audit may not see those.
    """
    session.add(
        Audit(
            account_id=actor(session),
            act=act,
            subject=subject,
            subject_id=subject_id,
            grid_no=grid_no,
            purpose=purpose,
            detail=dict(detail or {}),
        )
    )
