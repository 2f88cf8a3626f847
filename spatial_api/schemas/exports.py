"""What the jobs that write files take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from spatial_api.parameters import CatalogName
from spatial_api.schemas import Answer
from spatial_api.schemas.imports import JobProblem
from spatial_api.schemas.items import CrsText, FileFormat, ItemFilters

__all__ = ["ExportJob", "ExportJobAnswer", "ExportJobList", "ExportQuery"]


class ExportQuery(ItemFilters):
    """A layer as a file: all rows that the filters leave."""

    layer: CatalogName
    f: FileFormat
    crs: CrsText = "EPSG:4326"


class ExportJob(Answer):
    """A file under way or written: `done` of about `total` rows; `bytes` and `expires_at` when it can be fetched."""

    id: UUID
    layer: str
    name: str
    status: Literal["waiting", "running", "done", "failed"]
    done: int
    total: int | None
    bytes: int | None
    expires_at: datetime | None
    problem: JobProblem | None
    created_at: datetime
    finished_at: datetime | None


class ExportJobAnswer(Answer):
    """The job that now waits."""

    job: ExportJob


class ExportJobList(Answer):
    """The caller's own jobs that are under way, and those whose files are kept; the oldest first."""

    items: list[ExportJob]
