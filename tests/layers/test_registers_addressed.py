"""Rows with an address and no coordinates stand where it leads, no more exactly than it says; doubts wait."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import text
from town import COUNTY, EAST, LEFT, MIDDLE, TOP, WEST, regions

from layers.datum import from_wgs84
from layers.db import set_scope
from layers.errors import Invalid
from layers.models import FacilityKind, IncidentKind, OrganisationKind, PlaceKind
from layers.registers import read, store
from layers.scope import Scope
from layers.undo import undo

POINT = (LEFT + 0.005, TOP - 0.005)
IN_EAST = (MIDDLE + 0.005, TOP - 0.005)
HOUSES = f"""编号,地址,村代码,经度,纬度
F-1,人民路1号,{WEST},{POINT[0]},{POINT[1]}
F-2,人民路2号,{WEST},{POINT[0] + 0.0004},{POINT[1]}
F-3,人民路3号,{WEST},{POINT[0] + 0.0008},{POINT[1]}
F-4,建设路1号,{EAST},{IN_EAST[0]},{IN_EAST[1]}
"""


@pytest.fixture
def town(session):
    """Two villages with four houses that stand at known points."""
    regions(session)
    for kind in (FacilityKind, OrganisationKind, PlaceKind, IncidentKind):
        session.add(kind(code="one", name_zh="一", name_en="one"))
    session.flush()
    return session


@pytest.fixture
def bring(town, vault, tmp_path):
    """Store a list given as text."""

    def run(register, content, crs="wgs84"):
        path = tmp_path / f"{register}.csv"
        path.write_text(content, encoding="utf-8")
        sheet = read(path, register, crs=crs)
        return store(town, vault, sheet, path.name, hashlib.sha256(path.read_bytes()).hexdigest())

    run("house", HOUSES)
    return run


def rows(session, query):
    return [tuple(row) for row in session.execute(text(query))]


def faults(bring, *arguments, **options):
    with pytest.raises(Invalid) as caught:
        bring(*arguments, **options)
    return [(fault.where, fault.message) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("register", "header", "rest"),
    [
        ("facility", "编号,类型,地址", "one,{}"),
        ("organisation", "编号,类型,名称,地址", "one,甲店,{}"),
        ("place", "编号,类型,名称,地址", "one,广场,{}"),
        ("incident", "编号,类型,描述,发生时间,发生地点", "one,路灯不亮,2026-05-01 08:00,{}"),
        ("building", "编号,地址", "{}"),
    ],
)
def test_a_row_stands_where_the_house_of_its_address_stands(town, bring, register, header, rest):
    bring(register, f"{header}\nA,{rest.format('大理市西村人民路2号')}\n")
    query = f"select level, source, source_crs, round(st_x(point) * 10000), grid_no / 1000 from {register}"
    assert rows(town, query) == [("house", "geocoded", None, round((POINT[0] + 0.0004) * 10000), int(WEST))]
    assert rows(town, f"select address, confidence >= 0.9 from {register}") == [("大理市西村人民路2号", True)]
    assert rows(town, "select count(*) from review") == [(0,)]


def test_what_is_known_less_exactly_says_so_and_waits(town, bring):
    content = "编号,类型,地址\nA,one,大理市西村人民路99号\nB,one,大理市西村\nC,one,大理市东村建设路1号\n"
    bring("facility", content)
    found = rows(town, "select ref, level, point is null, source from facility order by ref")
    assert [found[0][1] in ("street", "building"), *found[1:]] == [
        True,
        ("B", "village", True, "geocoded"),
        ("C", "house", False, "geocoded"),
    ]
    waiting = rows(town, "select text, grid_no / 1000, status from review order by text")
    assert waiting == [("大理市西村", int(WEST), "open"), ("大理市西村人民路99号", int(WEST), "open")]


def test_an_address_that_leads_nowhere_is_a_fault_unless_the_village_is_known(town, bring):
    assert [where for where, _ in faults(bring, "facility", "编号,类型,地址\nA,one,火星基地\n")] == ["line 2, 地址"]
    bring("facility", f"编号,类型,地址,村代码\nA,one,火星基地,{EAST}\n")
    assert rows(town, "select level, point is null, grid_no from facility") == [("village", True, int(EAST) * 1000)]
    assert rows(town, "select register, text, grid_no from review") == [("facility", "火星基地", int(EAST) * 1000)]


def test_the_region_that_a_row_states_holds_for_certain(town, bring):
    bring("facility", f"编号,类型,地址,村代码\nA,one,建设路1号,{EAST}\nB,one,人民路1号,{WEST}\n")
    assert rows(town, "select ref, level, grid_no / 1000 from facility order by ref") == [
        ("A", "house", int(EAST)),
        ("B", "house", int(WEST)),
    ]


def test_without_a_region_the_callers_own_is_meant(town, bring):
    set_scope(town, Scope.of_region(COUNTY))
    bring("facility", "编号,类型,地址\nA,one,人民路1号\n")
    assert rows(town, "select level, grid_no / 1000 from facility") == [("house", int(WEST))]


def test_coordinates_in_another_village_than_the_address_names_are_kept_and_wait(town, bring):
    lon, lat = IN_EAST
    result = bring("facility", f"编号,类型,地址,经度,纬度\nA,one,大理市西村人民路1号,{lon + 0.001},{lat}\n")
    assert [(fault.where, fault.message) for fault in result.faults] == [
        ("line 2, 地址", f"warning: the address lies in {WEST}, its coordinates in {EAST}")
    ]
    assert rows(town, "select level, source, grid_no / 1000 from facility") == [("house", "list", int(EAST))]
    ((reasons, number),) = rows(town, "select reasons, grid_no / 1000 from review")
    assert ("outside_stated" in [reason["kind"] for reason in reasons], number) == (True, int(EAST))


def test_rows_with_coordinates_and_their_own_address_do_not_wait(town, bring):
    assert (
        bring("facility", f"编号,类型,地址,经度,纬度\nA,one,大理市西村人民路1号,{POINT[0]},{POINT[1]}\n").faults == ()
    )
    assert rows(town, "select count(*) from review") == [(0,)]


def test_points_beside_the_houses_of_their_addresses_betray_the_datum(town, bring):
    lines = ["编号,类型,地址,经度,纬度"]
    for at, number in enumerate((1, 2, 3)):
        lon, lat = (float(value) for value in from_wgs84(POINT[0] + at * 0.0004, POINT[1], "gcj02"))
        lines.append(f"A{at},one,大理市西村人民路{number}号,{lon},{lat}")
    # All of them lie in their village in either datum: only the houses tell.
    told = ("crs", "its points lie where they should when read as gcj02: it is not wgs84")
    assert faults(bring, "facility", "\n".join(lines) + "\n") == [told]
    bring("facility", "\n".join(lines) + "\n", crs="gcj02")
    assert rows(town, "select count(*) from facility") == [(3,)]


def test_undoing_an_import_takes_its_waiting_rows_along(town, bring):
    result = bring("facility", f"编号,类型,地址,村代码\nA,one,火星基地,{EAST}\n")
    undo(town, result.import_id)
    assert rows(town, "select (select count(*) from facility), (select count(*) from review)") == [(0, 0)]
