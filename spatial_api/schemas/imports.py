"""What the routes of imports and of their jobs take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from layers.lists import PAGE
from spatial_api.schemas import Answer, Strict

__all__ = [
    "DroppedColumn",
    "FaultPage",
    "FaultQuery",
    "FaultRow",
    "FileKind",
    "ImportKind",
    "ImportKinds",
    "ImportPage",
    "ImportProposal",
    "ImportQuery",
    "ImportRow",
    "ImportWithFaults",
    "ImportsQuery",
    "Job",
    "JobAnswer",
    "JobProblem",
    "JobResult",
    "KnownColumn",
    "ListKind",
    "ProposedColumn",
    "Undone",
]

ImportKind = Literal[
    "regions",
    "divisions",
    "aliases",
    "changes",
    "building",
    "house",
    "household",
    "person",
    "facility",
    "organisation",
    "place",
    "incident",
    "duty",
]
ListKind = Literal["building", "house", "household", "person", "facility", "organisation", "place", "incident", "duty"]
FieldText = Annotated[str, StringConstraints(min_length=2, max_length=500)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class ImportQuery(Strict):
    """How a file is to be read, and whether it is only tried."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=1000)] = Field(description="the file's name")
    crs: ShortText | None = Field(None, description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n")
    encoding: ShortText | None = Field(None, description="found out unless it is given")
    level: int | None = Field(None, ge=1, le=5, description="of regions: 1 province to 5 village")
    sheet: ShortText | None = Field(None, description="of a workbook: the first visible one that holds anything")
    field: list[FieldText] = Field(
        [], max_length=100, description="COLUMN=HEADER, the file's header for one of our columns"
    )
    dry_run: bool = Field(False, description="do everything, tell the faults, keep nothing")


class ImportsQuery(Strict):
    """Which page of the import log."""

    limit: int = Field(50, ge=1, le=PAGE)
    after: UUID | None = None


class FaultQuery(Strict):
    """Which faults of a job, and as what."""

    f: Literal["json", "csv", "gpkg"] = "json"
    severity: Literal["fault", "warning"] | None = None
    limit: int = Field(100, ge=1, le=PAGE)
    after: int = Field(0, ge=0, le=1_000_000, description="`next` of the page before")


class FaultRow(Answer):
    """One fault or warning; `place` is lon, lat."""

    where: str
    severity: Literal["fault", "warning"]
    message: str
    place: tuple[float, float] | None


class FaultPage(Answer):
    """Faults in their order; `kept` can be looked at of `total` that were found."""

    items: list[FaultRow]
    next: int | None
    kept: int
    total: int


class JobResult(Answer):
    """What a job did; `import_id` is null when it was a trial."""

    import_id: UUID | None
    dry_run: bool
    counts: dict[str, int]
    fault_count: int


class JobProblem(Answer):
    """Why a job failed, in the words of a problem; its faults are a list of their own."""

    type: str
    title: str
    status: int
    detail: str
    fault_count: int


class Job(Answer):
    """An import under way or ended; `stage` is reading, checking (a trial), storing or done."""

    id: UUID
    kind: str
    name: str
    dry_run: bool
    status: Literal["waiting", "running", "done", "failed"]
    stage: str | None
    done: int
    total: int | None
    result: JobResult | None
    problem: JobProblem | None
    created_at: datetime
    finished_at: datetime | None


class JobAnswer(Answer):
    """The job that now waits."""

    job: Job


class ImportRow(Answer):
    """One import as the log has it."""

    id: UUID
    kind: str
    source_name: str
    crs: str | None
    rows: int
    counts: dict[str, int]
    fault_count: int
    at: datetime
    by: str | None
    region_code: str | None
    undone_at: datetime | None
    undone_by: str | None


class ImportPage(Answer):
    """A page of the import log, newest first."""

    items: list[ImportRow]
    next: str | None


class ImportWithFaults(Answer):
    """One import with its first faults."""

    entry: ImportRow
    faults: list[FaultRow]


class Undone(Answer):
    """What taking an import back did."""

    import_id: UUID
    kind: str
    source_name: str
    counts: dict[str, int]
    reopened: int


class ProposedColumn(Answer):
    """One of our columns, and the header proposed for it; `guessed` until a person confirms it.

    `samples` are its first cells; names, phones, id numbers and free text are masked.
    """

    name: str
    title: str
    required: bool
    header: str | None
    guessed: bool
    samples: list[str]


class DroppedColumn(Answer):
    """A header that is not used; `why` is told where the model keeps nothing of the kind."""

    header: str
    why: str | None


class ImportProposal(Answer):
    """How a list would be read: confirm it, or change it, with `field` of the import."""

    register_name: str
    columns: list[ProposedColumn]
    dropped: list[DroppedColumn]
    headers: list[str]
    sheet: str | None
    sheets: list[str]
    crs: str | None
    needs_crs: bool
    faults: list[FaultRow]


class KnownColumn(Answer):
    """A column that a kind of file can have, and the Chinese heading under which it is usual."""

    name: str
    title: str
    required: bool


class FileKind(Answer):
    """A kind of file, its columns, and its options: a datum, an encoding, a level, headers for our columns."""

    name: ImportKind
    takes_crs: bool
    takes_encoding: bool
    takes_level: bool
    takes_fields: bool
    suffixes: list[str]
    columns: list[KnownColumn]


class ImportKinds(Answer):
    """Every kind of file, and the largest that is taken."""

    items: list[FileKind]
    max_upload_bytes: int
