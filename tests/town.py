"""A small town in two villages, put into a database: what tests of plans, publish and doctor start from.

Two squares of some 2 km side by side, `WEST` and `EAST`, in county 532901; buildings on a lattice so that counts can be
checked by head.
"""

from __future__ import annotations

import uuid

import pandas as pd
import shapely
from sqlalchemy.orm import Session

from gridding import densify
from layers.assign import assign
from layers.imports import begin, copy_frame

COUNTY = "532901"
WEST = "532901001001"
EAST = "532901001002"
LEFT, MIDDLE, RIGHT = 100.20, 100.22, 100.24
BOTTOM, TOP = 25.50, 25.52
_NAMES = {"53": "云南省", "5329": "大理州", COUNTY: "大理市", "532901001": "镇", WEST: "西村", EAST: "东村"}


def square(left: float, right: float, bottom: float = BOTTOM, top: float = TOP) -> shapely.MultiPolygon:
    """A rectangle in lon/lat with edges as an import makes them."""
    return shapely.MultiPolygon([densify(shapely.box(left, bottom, right, top))])


def regions(session: Session) -> None:
    """The county with its two villages."""
    shapes = {WEST: square(LEFT, MIDDLE), EAST: square(MIDDLE, RIGHT)}
    levels = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
    parents = {12: 9, 9: 6, 6: 4, 4: 2}
    rows = [
        {
            "code": code,
            "name": name,
            "level": levels[len(code)],
            "parent_code": code[: parents[len(code)]] if len(code) > 2 else None,
            "geom": shapes.get(code),
            "source": "test",
        }
        for code, name in _NAMES.items()
    ]
    with begin(session, "test", "regions") as log:
        log.copy("region", pd.DataFrame(rows))


def lattice(per_side: int, left: float = LEFT, right: float = RIGHT) -> list[shapely.Point]:
    """`2 * per_side * per_side` points, half of them in each village, none on a border."""
    width, height = (right - left) / (2 * per_side), (TOP - BOTTOM) / per_side
    return [
        shapely.Point(left + (column + 0.5) * width, BOTTOM + (row + 0.5) * height)
        for row in range(per_side)
        for column in range(2 * per_side)
    ]


def buildings(session: Session, points: list[shapely.Point], households: int = 1, first: int = 1) -> list[str]:
    """A building of so many assumed households at each point; their ids, numbered from `first`."""
    ids = [str(uuid.UUID(int=number)) for number in range(first, first + len(points))]
    common = {"grid_no": 0, "level": "building", "source": "made", "assumed_households": households}
    with begin(session, "test", "buildings") as log:
        log.copy("building", pd.DataFrame({"id": ids, "point": points, **common}))
        assign(session, import_id=log.id)
    return ids


def incidents(session: Session, points: list[shapely.Point | None], level: str = "house", number: int = 0) -> None:
    """An incident of kind `noise` at each point on 2026-01-02, handled in the west."""
    copy_frame(session, "incident_kind", pd.DataFrame([{"code": "noise", "name_zh": "噪音", "name_en": "noise"}]))
    common = {"grid_no": number, "level": level, "source": "made", "kind": "noise", "text": "test"}
    common |= {"occurred_at": pd.Timestamp("2026-01-02 09:00", tz="Asia/Shanghai"), "handled_grid_no": int(WEST) * 1000}
    with begin(session, "test", "incidents") as log:
        log.copy("incident", pd.DataFrame({"point": points, **common}))
        assign(session, import_id=log.id)


def household(session: Session, building_id: str, people: int = 1) -> None:
    """A house in that building with one household of so many people."""
    house_id, household_id = str(uuid.uuid4()), str(uuid.uuid4())
    with begin(session, "test", f"household in {building_id}") as log:
        house = {"id": house_id, "building_id": building_id, "address": "1号", "grid_no": 0, "source": "made"}
        log.copy("house", pd.DataFrame([house]))
        log.copy("household", pd.DataFrame([{"id": household_id, "house_id": house_id, "grid_no": 0}]))
        person = {"household_id": household_id, "grid_no": 0, "residence": "registered"}
        log.copy("person", pd.DataFrame([{**person, "name": f"甲{number}"} for number in range(people)]))
        assign(session, import_id=log.id)
