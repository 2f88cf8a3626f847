"""What the routes of geocoding take and answer. Points are lon, lat on EPSG:4326 wherever nothing else is said."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from layers.codes import code_of
from spatial_api.parameters import LonLatText, RegionCode, Text
from spatial_api.schemas import Answer, Strict
from spatial_api.schemas.imports import FaultRow, JobProblem, ShortText

__all__ = [
    "MOST_TEXTS",
    "AddressParts",
    "Candidate",
    "GeocodeBody",
    "GeocodeJob",
    "GeocodeJobAnswer",
    "GeocodeJobQuery",
    "GeocodeJobResult",
    "GeocodeQuery",
    "Here",
    "Located",
    "LocatedList",
    "NearestHouse",
    "PathStep",
    "Reason",
    "ResultQuery",
    "ReverseQuery",
]

MOST_TEXTS = 1_000
LonLat = tuple[float, float]
CrsText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:]{3,16}$")]
GridText = Annotated[str, BeforeValidator(lambda number: code_of(number) if isinstance(number, int) else number)]
"""A grid number as its 15 digits."""
Level = Literal["house", "building", "street", "hamlet", "village", "township", "county", "unplaced"]


class GeocodeQuery(Strict):
    """An address to be located, inside a region when that is known, rather near a place than far from it."""

    text: Text = Field(examples=["人民路12号阳光小区3栋2单元501"])
    within: RegionCode | None = Field(None, description="the code of a region that it lies in for certain")
    near: LonLatText | None = Field(None, description="lon,lat: of several places that fit, the one nearest to it")
    crs: CrsText = Field("wgs84", description="of `near`: wgs84, cgcs2000, gcj02, bd09 or EPSG:n")


class GeocodeBody(Strict):
    """Addresses to be located together, as one by one."""

    texts: Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS, examples=[["人民路12号", "团结村3组8号"]])]
    within: RegionCode | None = None
    near: LonLatText | None = None
    crs: CrsText = "wgs84"


class ReverseQuery(Strict):
    """A place on the globe."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[102.71])]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[25.04])]
    crs: CrsText = Field("wgs84", description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n in degrees")


class PathStep(Answer):
    """A region on the way down, the province first."""

    code: str
    name: str
    level: int


class Reason(Answer):
    """Why an answer is less than certain: a word of a fixed list, what it takes off the confidence, and the words.

    `text` is what in the address it is about; `message` says both in the language of who asks.
    """

    kind: str
    penalty: float
    text: str
    message: str


class Candidate(Answer):
    """A place that an address may mean; `house_id` for those who may open houses."""

    address: str
    point: LonLat | None
    level: str
    grid_no: GridText | None
    house_id: str | None
    confidence: float


class AddressParts(Answer):
    """What an address says below the village; `rest` was not understood."""

    street: str | None
    estate: str | None
    hamlet: str | None
    group_no: str | None
    number: str | None
    building_no: str | None
    unit: str | None
    floor: str | None
    room: str | None
    rest: str


class Located(Answer):
    """The best known place of an address: the truth lies within `radius_m` of `point`.

    Only at the levels house and building does the point stand for one thing; at any other it is the middle of an area
    of that radius, never to be drawn as a house. `address` is the standard address as far as it is known, `path` the
    regions that it lies in. `house_id` for those who may open houses.
    """

    text: str
    point: LonLat | None
    level: Level
    radius_m: float | None
    confidence: float
    reasons: list[Reason]
    address: str
    parts: AddressParts
    region_code: str
    path: list[PathStep]
    grid_no: GridText | None
    house_id: str | None
    building_id: str | None
    candidates: list[Candidate]


class LocatedList(Answer):
    """The answers to several addresses, in their order."""

    items: list[Located]


class NearestHouse(Answer):
    """The nearest house inside the caller's scope; all but the distance for those who may open houses."""

    id: str | None
    address: str | None
    point: LonLat | None
    distance_m: float


class Here(Answer):
    """What lies at `point`: its regions, its grid if one in force holds it, and the nearest house within 5 km."""

    point: LonLat
    regions: list[PathStep]
    grid_no: str | None
    nearest: NearestHouse | None


class GeocodeJobQuery(Strict):
    """A table of addresses: which of its columns say what. What is left out is found out where it can be."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=1000)] = Field(
        description="the file's name; what it is, CSV, XLSX or Parquet, its content says"
    )
    column: ShortText | None = Field(None, description="the header of the address; 地址, 住址, address … unless given")
    within_column: ShortText | None = Field(None, description="the header of the code of the region a row lies in")
    within: RegionCode | None = Field(None, description="the region that all rows lie in, but for their own")
    crs: ShortText | None = Field(None, description="the datum of 经度/纬度, where the table has them as hints")
    encoding: ShortText | None = Field(None, description="of CSV; found out unless it is given")
    sheet: ShortText | None = Field(None, description="of a workbook; the first with anything on it unless given")


class GeocodeJobResult(Answer):
    """What came of a table: rows, how many at confidence 0.9 or more, and how many at each level.

    `expires_at`: until then it can be fetched.
    """

    rows: int
    sure: int
    levels: dict[str, int]
    expires_at: datetime


class GeocodeJob(Answer):
    """A table under way or ended; `stage` is reading, locating or done, `done` of `total` rows are behind it.

    `faults` are the first 100 of those for which it failed, or that did not stop it.
    """

    id: UUID
    name: str
    status: Literal["waiting", "running", "done", "failed"]
    stage: str | None
    done: int
    total: int | None
    result: GeocodeJobResult | None
    problem: JobProblem | None
    faults: list[FaultRow]
    created_at: datetime
    finished_at: datetime | None


class GeocodeJobAnswer(Answer):
    """The job that now waits."""

    job: GeocodeJob


class ResultQuery(Strict):
    """As what the result is wanted; the format of the table that was sent unless `f` says another."""

    f: Literal["csv", "xlsx", "parquet"] | None = None
    crs: CrsText = Field("wgs84", description="of the coordinates in the file")
