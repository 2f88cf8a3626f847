"""One contract for the gazetteer in PostGIS and the one in memory; and that what changes is in use at once."""

from __future__ import annotations

import subprocess
import sys
import uuid

import pytest
from builders import COUNTY, TOWNSHIP, VILLAGE, add, building, county, house, spot
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from layers.db import raw, set_scope
from layers.gazetteer import StoredGazetteer
from layers.geocode.gazetteer import Asked, Dwelling, KnownRegion, Remembered, Stretch
from layers.geocode.memory import MOST_ANSWERS, MemoryGazetteer
from layers.geocode.names import LearnedName
from layers.geocode.parts import Parts
from layers.models import NameAlias, RegionAlias
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE, EAST = ZERO + 1, ZERO + 1001
OTHER_COUNTY, ELSEWHERE = "532902", 532902001001000
LO, HI = 0, 10**15 - 1
KINDS = ("street", "estate", "hamlet")
NUMBERS = ("group_no", "number", "building_no", "unit", "floor", "room")
WORDS = st.sampled_from([None, "人民路", "解放路", "花园", "上村"])
DIGITS = st.sampled_from([None, "1", "2"])
PLACES = st.sampled_from([ZERO, ONE, ONE + 1, EAST, ELSEWHERE])
PARTS = st.builds(Parts, **dict.fromkeys(KINDS, WORDS), **dict.fromkeys(NUMBERS, DIGITS))
SPOTS = st.one_of(st.none(), st.tuples(st.floats(100, 100.02), st.floats(25, 25.01)))
HOUSES = st.tuples(PLACES, PARTS, SPOTS, st.sampled_from(["house", "building", "street", "village"]))
BOUNDS = st.sampled_from([(LO, HI), (ZERO, ZERO + 999), (ZERO + 1000, ZERO + 1999), (ONE, ONE), (ELSEWHERE, HI)])
NAMED = st.sampled_from(["人民路", "解放路", "花园", "上村", "nowhere"])
FINER = st.fixed_dictionaries({"group_no": DIGITS, "unit": DIGITS, "room": DIGITS})
QUESTIONS = st.one_of(
    st.tuples(st.sampled_from(["street", "hamlet"]), NAMED, BOUNDS, st.sampled_from("12"), DIGITS, FINER),
    st.tuples(st.just("estate"), NAMED, BOUNDS, DIGITS, st.sampled_from("12"), FINER),
    st.tuples(st.just("hamlet"), st.none(), st.just((ZERO, ZERO + 999)), st.sampled_from("12"), DIGITS, FINER),
)
STRETCHES = st.builds(lambda kind, name, bounds: Stretch(kind, name, *bounds), st.sampled_from(KINDS), NAMED, BOUNDS)


def dwelling(at, number, parts, point, level):
    """The house with this turn, as both gazetteers must tell it."""
    return Dwelling(str(uuid.UUID(int=at + 1)), f"a{at % 3}", parts, number, point, level, None, None)


def question(kind, name, bounds, number, building_no, finer):
    """What is asked of both gazetteers."""
    return Asked(kind, name, *bounds, number, building_no=building_no)._replace(**finer)


def store(session, dwellings):
    """Put dwellings into the database."""
    statement = """insert into house (id, address, street, estate, hamlet, group_no, number, building_no, unit, floor,
        room, grid_no, source, level, radius_m, point) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'made',
        %s, %s, st_setsrid(st_makepoint(%s, %s), 4326))"""
    with raw(session).cursor() as cursor:
        for one in dwellings:
            parts = [getattr(one.parts, name) for name in (*KINDS, *NUMBERS)]
            cursor.execute(statement, [one.house_id, one.address, *parts, one.grid_no, one.level, one.radius_m,
                                       *(one.point or (None, None))])  # fmt: skip


def same_area(one, other):
    """Whether two areas are the same but for how a distance is measured."""
    if one is None or other is None:
        return one is other
    return one.point == pytest.approx(other.point, abs=1e-7) and one.radius_m == pytest.approx(other.radius_m, rel=0.01)


@given(
    rows=st.lists(HOUSES, max_size=12),
    asked=st.lists(QUESTIONS, min_size=1, max_size=8),
    stretches=st.lists(STRETCHES, min_size=1, max_size=4),
)
@hypothesis_settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_gazetteers_answer_the_same(session, rows, asked, stretches):
    session.execute(text("delete from house"))
    dwellings = [dwelling(at, *row) for at, row in enumerate(rows)]
    store(session, dwellings)
    stored, listed = StoredGazetteer(session), MemoryGazetteer([], dwellings)
    asked = [question(*one) for one in asked]
    assert stored.dwellings(asked) == listed.dwellings(asked)
    assert all(map(same_area, stored.along(stretches), listed.along(stretches)))
    counties = [COUNTY, OTHER_COUNTY, "532903"]
    mine, theirs = stored.names(counties), listed.names(counties)
    assert set(mine) == set(theirs) == set(counties)
    for code in counties:
        for written in ("人民路", "解放路", "花园", "上村", "nowhere", "人名路", "在人民路"):
            assert mine[code].exact(written) == theirs[code].exact(written)
            assert mine[code].ends(written) == theirs[code].ends(written)
            assert mine[code].near(written) == theirs[code].near(written)


def test_the_regions_are_those_of_the_memory(session):
    county(session)
    session.add(RegionAlias(region_code=COUNTY, name="榆城市", kind="short"))
    session.add(RegionAlias(region_code=COUNTY, name="老大理县", kind="old"))
    session.flush()
    session.execute(text("update region set validity = tstzrange(lower(validity), now()) where code = '532901003002'"))
    listed = MemoryGazetteer(
        [
            KnownRegion("53", 1, "云南省"),
            KnownRegion("5329", 2, "大理白族自治州"),
            KnownRegion(COUNTY, 3, "大理市", ("榆城市",), ("老大理县",)),
            KnownRegion(TOWNSHIP, 4, "下关街道"),
            KnownRegion(VILLAGE, 5, "东山村委会"),
        ],
        [],
    )
    stored = StoredGazetteer(session)
    for written in ("云南省大理市", "大理州", "榆城市", "老大理县", "下关街道办事处", "东山村", "西山村"):
        for block in (COUNTY, ""):
            one, other = stored.regions().at(written, 0, block), listed.regions().at(written, 0, block)
            assert sorted(one) == sorted(other)
    assert stored.regions() is stored.regions()


def test_learned_names_and_remembered_texts_are_those_of_the_memory(session):
    county(session)
    home = house(session, ONE, spot(0.2), "人民路1号", street="人民路", number="1", level="building", radius_m=9.0)
    session.add(NameAlias(county_code=COUNTY, kind="street", alias="老街", name="人民路"))
    add(session, "address_alias", region_code=COUNTY, text="老王家", house_id=home, grid_no=ONE)
    add(session, "address_alias", region_code=TOWNSHIP, text="老王家", point=spot(1.2), grid_no=EAST)
    parts, point = Parts(street="人民路", number="1"), (spot(0.2).x, spot(0.2).y)
    known = Dwelling(str(home), "人民路1号", parts, ONE, point, "building", 9.0, None)
    pinned = Dwelling(None, "老王家", Parts(), EAST, (spot(1.2).x, spot(1.2).y), "house", None, None)
    remembered = {"老王家": [Remembered(COUNTY, known), Remembered(TOWNSHIP, pinned)]}
    listed = MemoryGazetteer([], [known], {}, {COUNTY: [LearnedName("street", "老街", "人民路")]}, remembered)
    stored = StoredGazetteer(session)
    assert stored.remembered(["老王家", "谁家"]) == listed.remembered(["老王家", "谁家"]) == remembered
    assert stored.names([COUNTY])[COUNTY].exact("老街") == listed.names([COUNTY])[COUNTY].exact("老街") != ()
    set_scope(session, Scope.of_region("532901003002"))
    assert stored.remembered(["老王家"]) == {"老王家": [Remembered(TOWNSHIP, pinned)]}


def test_an_area_is_that_of_the_region_in_force(session):
    county(session)
    stored = StoredGazetteer(session)
    found = stored.areas([VILLAGE, COUNTY, "5329", "999999"])
    assert sorted(found) == sorted([VILLAGE, COUNTY])
    assert found[COUNTY].point == pytest.approx((100.01, 25.005), abs=1e-6)
    assert found[COUNTY].radius_m == pytest.approx(found[VILLAGE].radius_m * 2**0.5, rel=0.001)
    session.execute(text("update region set geom = null where code = :code"), {"code": COUNTY})
    assert stored.areas([COUNTY]) == {}


def test_no_question_is_answered_without_end(session):
    dwellings = [dwelling(at, ONE, Parts(street="人民路", number="1"), None, "house") for at in range(MOST_ANSWERS + 5)]
    store(session, dwellings)
    (found,) = StoredGazetteer(session).dwellings([Asked("street", "人民路", LO, HI, "1")])
    assert len(found) == MOST_ANSWERS
    assert found == MemoryGazetteer([], dwellings).dwellings([Asked("street", "人民路", LO, HI, "1")])[0]


def test_nothing_is_asked_for_nothing(session):
    stored = StoredGazetteer(session)
    assert [stored.dwellings([]), stored.along([])] == [[], []]
    assert [stored.areas([]), stored.names([]), stored.remembered([])] == [{}, {}, {}]


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope.everything(), {ZERO, ONE, EAST, ELSEWHERE}),
        (Scope.of_region(VILLAGE), {ZERO, ONE}),
        (Scope.of_grids([ONE, EAST]), {ONE, EAST}),
        (Scope.nothing(), set()),
    ],
)
def test_houses_outside_the_scope_are_not_there(session, scope, seen):
    county(session)
    for number in (ZERO, ONE, EAST, ELSEWHERE):
        home = house(session, number, spot(0.2), street="人民路", estate="花园", number="1", building_no="1")
        add(session, "address_alias", region_code=COUNTY, text=f"t{number}", house_id=home, grid_no=number)
    set_scope(session, scope)
    stored = StoredGazetteer(session)
    for kind, name in (("street", "人民路"), ("estate", "花园")):
        (found,) = stored.dwellings([Asked(kind, name, LO, HI, "1", None, "1")])
        assert {one.grid_no for one in found} == seen
        assert (stored.along([Stretch(kind, name, LO, HI)]) == [None]) == (not seen)
    texts = [f"t{number}" for number in (ZERO, ONE, EAST, ELSEWHERE)]
    assert {one.dwelling.grid_no for found in stored.remembered(texts).values() for one in found} == seen


def test_a_new_name_is_in_use_at_once_and_gone_with_its_last_house(session):
    stored = StoredGazetteer(session)
    before = stored.names([COUNTY])[COUNTY]
    assert before.exact("新街") == ()
    house(session, ONE, spot(0.2), street="新街", number="1")
    assert [match.villages for match in stored.names([COUNTY])[COUNTY].exact("新街")] == [(VILLAGE,)]
    house(session, EAST, spot(1.2), street="新街", number="2")
    assert [match.villages for match in stored.names([COUNTY])[COUNTY].exact("新街")] == [(VILLAGE, "532901003002")]
    kept = stored.names([COUNTY])[COUNTY]
    house(session, ONE, spot(0.2), street="新街", number="3")
    assert stored.names([COUNTY])[COUNTY] is kept
    session.execute(text("delete from house"))
    assert stored.names([COUNTY])[COUNTY].exact("新街") == ()


def test_what_was_rolled_back_is_forgotten_even_when_the_next_change_has_its_version(database):
    def exact(session, word):
        return bool(StoredGazetteer(session).names([COUNTY])[COUNTY].exact(word))

    with database.write(Scope.everything()) as session:
        house(session, ONE, spot(0.2), street="老街")
    with database.write(Scope.everything()) as session:
        house(session, ONE, spot(0.2), street="假街")
        assert exact(session, "假街")
        session.rollback()
    with database.write(Scope.everything()) as session:
        assert not exact(session, "假街")
        house(session, ONE, spot(0.2), street="真街")
    with database.write(Scope.everything()) as session:
        assert (exact(session, "假街"), exact(session, "真街"), exact(session, "老街")) == (False, True, True)


def test_another_reader_sees_a_name_when_it_is_committed_and_not_before(database):
    with database.write(Scope.everything()) as reader:
        stored = StoredGazetteer(reader)
        with database.write(Scope.everything()) as writer:
            house(writer, ONE, spot(0.2), street="新街")
            assert StoredGazetteer(writer).names([COUNTY])[COUNTY].exact("新街") != ()
            assert stored.names([COUNTY])[COUNTY].exact("新街") == ()
        assert stored.names([COUNTY])[COUNTY].exact("新街") != ()


ADD = """
import sys
from layers.db import Database
from layers.models import House, NameAlias, RegionAlias
from layers.scope import Scope
from layers.settings import DatabaseSettings
import uuid
from pathlib import Path
settings = DatabaseSettings(database_url=None, data_root=Path(sys.argv[1]), instance=sys.argv[2], key_file=None)
with Database(settings, sys.argv[3]).write(Scope.everything()) as session:
    address = {"address": "新街1号", "street": "新街", "number": "1"}
    session.add(House(id=uuid.uuid4(), grid_no=532901003001001, source="made", **address))
    session.add(NameAlias(county_code="532901", kind="street", alias="后街", name="新街"))
    session.add(RegionAlias(region_code="532901", name="榆城", kind="learned"))
"""


def test_what_another_process_adds_is_found_by_the_next_question(database, settings):
    with database.write(Scope.everything()) as session:
        county(session)
        stored = StoredGazetteer(session)
        assert (stored.names([COUNTY])[COUNTY].exact("后街"), list(stored.regions().at("榆城", 0, ""))) == ((), [])
    name = database.conninfo("wangge_api").split("?")[0].rsplit("/", 1)[1]
    command = [sys.executable, "-c", ADD, str(settings.data_root), settings.instance, name]
    subprocess.run(command, check=True, timeout=60)
    with database.write(Scope.everything()) as session:
        stored = StoredGazetteer(session)
        assert [match.name for match in stored.names([COUNTY])[COUNTY].exact("后街")] == ["新街"]
        assert [named.code for _, named in stored.regions().at("榆城", 0, "")] == [COUNTY]
        assert [one.address for one in stored.dwellings([Asked("street", "新街", LO, HI, "1")])[0]] == ["新街1号"]


@pytest.mark.parametrize(
    ("kind", "index"), [("street", "ix_house_street"), ("estate", "ix_house_estate"), ("hamlet", "ix_house_hamlet")]
)
def test_houses_are_found_by_index_behind_the_policies(session, monkeypatch, kind, index):
    building(session, ONE, spot(0.1))
    raw(session).execute(
        """insert into house (id, grid_no, source, address, street, estate, hamlet, number, building_no)
           select gen_random_uuid(), 532901003001000 + n % 800, 'made', '',
                  case when n % 3 = 0 then '路' || n % 300 end, case when n % 3 = 1 then '园' || n % 300 end,
                  case when n % 3 = 2 then '村' || n % 300 end, (n % 50)::text, (n % 50)::text
           from generate_series(1, 30000) n"""
    )
    raw(session).execute("select analyze_registers()")
    set_scope(session, Scope.of_region(COUNTY))
    explained = []
    stored = StoredGazetteer(session)
    monkeypatch.setattr(stored, "_fetch", lambda query, values: explained.append((query, values)) or [])
    name = {"street": "路3", "estate": "园1", "hamlet": "村2"}[kind]
    stored.dwellings([Asked(kind, name, ZERO, ZERO + 999, name[-1], None, name[-1])] * 50)
    stored.along([Stretch(kind, name, ZERO, ZERO + 999)])
    for query, values in explained:
        lines = raw(session).execute("explain " + query.as_string(raw(session)), values).fetchall()
        plan = "\n".join(str(line) for (line,) in lines)
        assert index in plan
        assert "Seq Scan on house" not in plan
