"""Regions renamed, recoded, merged and split: what is in force afterwards, and where everything went."""

from __future__ import annotations

import uuid

import pandas as pd
import pytest
import shapely
from sqlalchemy import text
from town import (
    BOTTOM,
    COUNTY,
    EAST,
    LEFT,
    MIDDLE,
    RIGHT,
    TOP,
    WEST,
    buildings,
    household,
    incidents,
    lattice,
    regions,
    square,
)

from gridding import Target
from layers import changes, plans
from layers.doctor import examine
from layers.errors import Conflict, Invalid
from layers.imports import begin
from layers.models import Account, Duty
from layers.publish import publish

TARGET = Target(load=16, band=(12, 20))
NEW = "532901001009"
NORTH = "532901001003"
HEADER = "old_code,new_code,new_name,kind\n"


@pytest.fixture
def town(session):
    """Two published villages with 32 buildings each, a family, two incidents, and who is responsible."""
    regions(session)
    ids = buildings(session, lattice(8)[::2])
    household(session, ids[0], people=2)
    incidents(session, [shapely.Point(LEFT + 0.001, BOTTOM + 0.001), shapely.Point(RIGHT - 0.001, BOTTOM + 0.001)])
    for code in (WEST, EAST):
        plan = plans.divide_village(session, code, TARGET)
        publish(session, plan.id, plans.submit(session, plan.id, 1).rev)
    assert clean(session)
    return session


@pytest.fixture
def change(session, tmp_path):
    """Store the changes of these lines."""

    def act(*lines, shapes=None):
        path = tmp_path / f"{uuid.uuid4()}.csv"
        path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
        return changes.store(session, changes.read(path), path.name, path.stem, shapes)

    return act


def clean(session):
    found = {name: faults for name, faults in examine(session, None) if faults}
    assert found == {}
    return True


def account(session, region, login="wang"):
    found = Account(id=uuid.uuid4(), login=login, name="王五", role="field", region_code=region, password_hash="x")
    session.add(found)
    session.flush()
    return found.id


def duty(session, holder, number):
    session.add(Duty(id=uuid.uuid4(), account_id=holder, grid_no=number, status="active"))
    session.flush()


def duties(session):
    query = "select grid_no, status from duty where upper_inf(validity) order by grid_no, status"
    return [tuple(row) for row in session.execute(text(query))]


def make_exclusive(session, number):
    """A grid in force as the exclusive one of a school."""
    session.execute(
        text("""update plan_grid d set kind = 'exclusive', name = '学校' from grid g
                where g.grid_no = :number and upper_inf(g.validity) and g.plan_id = d.plan_id
                  and st_equals(g.geom, d.geom)"""),
        {"number": number},
    )
    query = "update grid set kind = 'exclusive', name = '学校', grid_no = :new where grid_no = :old"
    new = number // 1000 * 1000 + 900
    session.execute(text(query), {"old": number, "new": new})
    for table in ("building", "house", "household", "person", "incident"):
        session.execute(text(f"update {table} set grid_no = :new where grid_no = :old"), {"old": number, "new": new})
    assert clean(session)
    return new


def in_force(session):
    return list(session.execute(text("select grid_no from grid where upper_inf(validity) order by 1")).scalars())


def region(session, code):
    query = "select name, parent_code, geom is not null as drawn from region where code = :code and upper_inf(validity)"
    return session.execute(text(query), {"code": code}).one_or_none()


def numbers(session, table):
    return dict(session.execute(text(f"select grid_no, count(*) from {table} group by 1 order by 1")).all())


def aliases(session, code):
    query = "select name from region_alias where region_code = :code and kind = 'old' and valid_to is not null"
    return list(session.execute(text(query), {"code": code}).scalars())


def moved(code):
    """The number under the county's new code."""
    return int(str(code).replace("532901", "532902", 1))


class TestRenamed:
    def test_the_old_name_is_another_name_from_now_on(self, town, change):
        result = change(f"{COUNTY},{COUNTY},大理县,renamed")
        assert result.counts["renamed"] == 1
        assert region(town, COUNTY).name == "大理县"
        assert aliases(town, COUNTY) == ["大理市"]
        assert clean(town)


class TestRecoded:
    def test_everything_goes_on_under_the_new_code(self, town, change):
        tables = ("building", "house", "household", "person", "incident")
        before = {table: numbers(town, table) for table in tables}
        grids = in_force(town)
        result = change(f"{COUNTY},532902,大理县,recoded")
        assert (result.counts["recoded"], result.counts["building"], result.counts["person"]) == (1, 64, 2)
        assert region(town, COUNTY) is None
        assert region(town, str(moved(WEST))).name == "西村"
        assert region(town, "532902").name == "大理县"
        assert region(town, "532902001").parent_code == "532902"
        assert in_force(town) == [moved(number) for number in grids]
        for table in tables:
            assert numbers(town, table) == {moved(number): count for number, count in before[table].items()}
        assert clean(town)

    def test_plans_duties_accounts_and_names_go_along(self, town, change):
        first = in_force(town)[0]
        holder = account(town, COUNTY)
        duty(town, holder, first)
        change(f"{COUNTY},532902,大理县,recoded")
        assert town.scalar(text("select region_code from account")) == "532902"
        assert duties(town) == [(moved(first), "active")]
        assert [plan.status for plan in plans.of_village(town, str(moved(WEST)))] == ["published"]
        assert aliases(town, "532902") == ["大理市"]

    def test_the_grid_that_handled_an_incident_stays(self, town, change):
        change(f"{COUNTY},532902,,recoded")
        handled = town.execute(text("select distinct handled_grid_no from incident")).scalars().all()
        assert handled == [int(WEST) * 1000]

    def test_grids_have_lineage_and_keep_their_history(self, town, change):
        grids = in_force(town)
        change(f"{COUNTY},532902,,recoded")
        rows = dict(town.execute(text("select old_no, new_no from grid_lineage where old_no <> new_no")).all())
        assert rows == {number: moved(number) for number in grids}
        ended = town.execute(text("select grid_no from grid where not upper_inf(validity) order by 1")).scalars().all()
        assert ended == grids

    def test_a_village_divides_and_publishes_under_its_new_code(self, town, change):
        change(f"{COUNTY},532902,,recoded")
        plan = plans.divide_village(town, str(moved(EAST)), Target(load=32, band=(20, 40)))
        publish(town, plan.id, plans.submit(town, plan.id, 1).rev)
        assert clean(town)

    def test_the_named_county_of_yunnan_goes_on_with_all_its_names(self, session, change):
        """禄丰县 532331 became 禄丰市 532302 in 2021; its villages here are invented."""
        tree = {"53": "云南省", "5323": "楚雄彝族自治州", "532331": "禄丰县", "532331100": "金山镇"}
        tree |= {"532331100001": "东村", "532331100002": "西村"}
        parents = {2: None, 4: 2, 6: 4, 9: 6, 12: 9}
        levels = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
        rows = [
            {
                "code": c,
                "name": n,
                "level": levels[len(c)],
                "source": "test",
                "mca_code": None if len(c) != 6 else "532331",
            }
            | {"parent_code": c[: parents[len(c)]] if parents[len(c)] else None}
            for c, n in tree.items()
        ]
        with begin(session, "test", "tree") as log:
            log.copy("region", pd.DataFrame(rows))
        change("532331,532302,禄丰市,recoded")
        codes = session.execute(text("select code from region where upper_inf(validity) order by code")).scalars().all()
        assert codes == ["53", "5323", "532302", "532302100", "532302100001", "532302100002"]
        assert session.scalar(text("select mca_code from region where code = '532302'")) == "532331"
        assert [(s.old_code, s.old_name, s.new_code, s.new_name) for s in changes.lineage(session, "532302")] == [
            ("532331", "禄丰县", "532302", "禄丰市")
        ]
        assert len(changes.lineage(session, "532331100001")) == 1
        with pytest.raises(Invalid, match="no code is ever given again"):
            change("532302,532331,,recoded")
        assert clean(session)

    def test_a_county_that_was_recoded_twice_tells_both_steps(self, town, change):
        change(f"{COUNTY},532902,,recoded")
        change("532902,532903,,recoded")
        for code in (COUNTY, "532902", "532903"):
            steps = [(step.old_code, step.new_code) for step in changes.lineage(town, code)]
            assert steps == [(COUNTY, "532902"), ("532902", "532903")]


class TestMerged:
    def test_two_villages_become_the_first(self, town, change):
        before, counts = in_force(town), numbers(town, "building")
        result = change(f"{EAST},{WEST},,merged")
        assert result.counts["merged"] == 1
        assert region(town, EAST) is None
        whole = town.scalar(
            text(
                "select st_area(st_symdifference(geom, st_geomfromtext(:all, 4326))) from region "
                "where code = :code and upper_inf(validity)"
            ),
            {"all": square(LEFT, RIGHT).wkt, "code": WEST},
        )
        assert whole < 1e-15
        assert in_force(town) == [int(WEST) * 1000 + n for n in range(1, 5)]
        assert [number for number in before if number // 1000 == int(WEST)] == in_force(town)[:2]
        assert sorted(numbers(town, "building").values()) == sorted(counts.values())
        assert sorted(plan.status for plan in plans.of_village(town, WEST)) == ["published", "retired"]
        assert aliases(town, WEST) == ["东村"]
        assert clean(town)

    def test_a_building_on_the_old_border_does_not_stop_it_and_is_named(self, town, change):
        wide = shapely.box(MIDDLE - 0.0005, BOTTOM + 0.001, MIDDLE + 0.0002, BOTTOM + 0.0012)
        query = text("select id from building where grid_no / 1000 = :west order by id limit 1")
        first = town.scalar(query, {"west": int(WEST)})
        values = {"id": first, "shape": wide.wkt, "point": wide.centroid.wkt}
        town.execute(
            text(
                "update building set footprint = st_geomfromtext(:shape, 4326), point = st_geomfromtext(:point, 4326),"
                " grid_no = place_of(st_geomfromtext(:point, 4326)) where id = :id"
            ),
            values,
        )
        result = change(f"{EAST},{WEST},,merged")
        told = [fault.message for fault in result.faults if str(first) in fault.message]
        assert len(told) == 1
        assert told[0].startswith("warning: on the old border, house")
        [published] = [plan for plan in plans.of_village(town, WEST) if plan.status == "published"]
        assert published.stale
        assert clean(town)

    def test_into_a_new_village_every_grid_gets_a_new_number(self, town, change):
        change(f"{EAST},{NEW},新村,merged", f"{WEST},{NEW},,merged")
        assert in_force(town) == [int(NEW) * 1000 + n for n in range(1, 5)]
        assert region(town, NEW).name == "新村"
        assert region(town, WEST) is None
        assert {number // 1000 for number in numbers(town, "incident")} == {int(NEW)}
        assert clean(town)

    def test_people_duties_and_lineage_move_with_their_grid(self, town, change):
        east = [number for number in in_force(town) if number // 1000 == int(EAST)]
        held = dict(town.execute(text("select id::text, grid_no from building")).all())
        duty(town, account(town, EAST), east[0])
        result = change(f"{EAST},{WEST},,merged")
        rows = town.execute(
            text("select old_no, new_no, households from grid_lineage where old_no = any(:east)"), {"east": east}
        )
        lineage = {row.old_no: (row.new_no, row.households) for row in rows}
        assert sorted(lineage) == east
        assert duties(town) == [(lineage[east[0]][0], "active")]
        after = dict(town.execute(text("select id::text, grid_no from building")).all())
        for id_, number in held.items():
            assert after[id_] == (lineage[number][0] if number in lineage else number)
        assert sum(households for _, households in lineage.values()) == 32
        assert town.scalar(text("select region_code from account")) == WEST
        assert any("accounts of" in fault.message for fault in result.faults)

    def test_villages_without_plans_become_one(self, session, change):
        regions(session)
        buildings(session, lattice(2))
        change(f"{EAST},{WEST},大村,merged")
        assert numbers(session, "building") == {int(WEST) * 1000: 8}
        assert region(session, WEST).name == "大村"
        assert clean(session)

    def test_borders_with_other_vertices_on_both_sides_make_one_coverage(self, town, change):
        """The grids of the east end on the common border where those of the west have no vertex."""
        plan = plans.divide_village(town, EAST, Target(load=8, band=(6, 10)))
        publish(town, plan.id, plans.submit(town, plan.id, 1).rev)
        change(f"{EAST},{WEST},,merged")
        assert len(in_force(town)) == 6
        assert clean(town)


HALVES = {WEST: square(LEFT, MIDDLE, BOTTOM, 25.51), NORTH: square(LEFT, MIDDLE, 25.51, TOP)}


class TestExclusive:
    def test_a_merger_takes_exclusive_grids_along(self, town, change):
        school = make_exclusive(town, int(EAST) * 1000 + 1)
        duty(town, account(town, EAST), school)
        change(f"{EAST},{NEW},新村,merged", f"{WEST},{NEW},,merged")
        assert in_force(town) == [int(NEW) * 1000 + n for n in (1, 2, 3, 900)]
        assert duties(town) == [(int(NEW) * 1000 + 900, "active")]
        assert clean(town)

    def test_a_split_leaves_it_in_the_part_where_it_lies(self, town, change):
        """The grids of the west lie one above the other; the upper one is a school's, the border runs below it."""
        top = town.scalar(
            text("""select grid_no from grid where upper_inf(validity) and grid_no / 1000 = :west
                    order by st_ymax(geom) desc, st_ymin(geom) desc limit 1"""),
            {"west": int(WEST)},
        )
        make_exclusive(town, top)
        low = {WEST: square(LEFT, MIDDLE, BOTTOM, 25.505), NORTH: square(LEFT, MIDDLE, 25.505, TOP)}
        change(f"{WEST},{WEST},,split", f"{WEST},{NORTH},北村,split", shapes=low)
        assert {number for number in in_force(town) if number % 1000 >= 900} == {int(NORTH) * 1000 + 900}
        assert clean(town)


class TestSplit:
    def test_a_village_keeps_its_code_and_gives_land_to_a_new_one(self, town, change):
        change(f"{WEST},{WEST},,split", f"{WEST},{NORTH},北村,split", shapes=HALVES)
        assert region(town, NORTH).name == "北村"
        lat = {
            row.id: row.lat
            for row in town.execute(text("select id, st_y(point) as lat from building where st_x(point) < 100.22"))
        }
        for id_, number in town.execute(text("select id, grid_no from building")):
            if id_ in lat:
                assert number // 1000 == int(WEST if lat[id_] < 25.51 else NORTH)
                assert number % 1000
        assert [plan.status for plan in plans.of_village(town, NORTH)] == ["published"]
        assert clean(town)

    def test_an_exclave_that_touches_nothing_takes_its_buildings_along(self, session, change):
        regions(session)
        apart = square(LEFT - 0.05, LEFT - 0.045, BOTTOM, BOTTOM + 0.005)
        both = shapely.MultiPolygon([*square(LEFT, MIDDLE).geoms, *apart.geoms])
        both_there = {"shape": both.wkt, "code": WEST}
        session.execute(text("update region set geom = st_geomfromtext(:shape, 4326) where code = :code"), both_there)
        [exclave, *_] = buildings(session, [apart.centroid, *lattice(8)[::2]])
        plan = plans.divide_village(session, WEST, TARGET)
        publish(session, plan.id, plans.submit(session, plan.id, 1).rev)
        assert clean(session)
        shapes = {WEST: square(LEFT, MIDDLE), NORTH: apart}
        result = change(f"{WEST},{WEST},,split", f"{WEST},{NORTH},北村,split", shapes=shapes)
        assert result.counts["building"] >= 1
        assert numbers(session, "building")[int(NORTH) * 1000 + 1] == 1
        place = session.scalar(text("select grid_no from building where id = :id"), {"id": exclave})
        assert place == int(NORTH) * 1000 + 1
        assert clean(session)

    def test_into_two_new_villages(self, town, change):
        shapes = {NEW: HALVES[WEST], NORTH: HALVES[NORTH]}
        incident = "insert into incident (id, kind, text, occurred_at, handled_grid_no, grid_no, level, source) "
        town.execute(
            text(incident + "values (gen_random_uuid(), 'noise', 't', now(), :n, :n, 'village', 'made')"),
            {"n": int(WEST) * 1000},
        )
        change(f"{WEST},{NEW},南村,split", f"{WEST},{NORTH},北村,split", shapes=shapes)
        assert region(town, WEST) is None
        assert {number // 1000 for number in numbers(town, "building")} == {int(NEW), int(NORTH), int(EAST)}
        assert sum(numbers(town, "building").values()) == 64
        assert int(WEST) * 1000 not in numbers(town, "incident")
        steps = [(step.old_code, step.new_code, step.kind) for step in changes.lineage(town, WEST)]
        assert steps == [(WEST, NORTH, "split"), (WEST, NEW, "split")]
        assert clean(town)

    def test_a_grid_that_goes_on_whole_keeps_who_is_responsible(self, town, change):
        """The new border runs between the grids: both go over as they are."""
        holder = account(town, WEST)
        mine = [number for number in in_force(town) if number // 1000 == int(WEST)]
        for number in mine:
            duty(town, holder, number)
        found = town.execute(
            text(
                "select st_asbinary(geom) as geom from grid where grid_no = any(:n) and upper_inf(validity)"
                " order by grid_no"
            ),
            {"n": mine},
        )
        one, other = (shapely.from_wkb(bytes(row.geom)) for row in found)
        change(f"{WEST},{NEW},甲村,split", f"{WEST},{NORTH},乙村,split", shapes={NEW: one, NORTH: other})
        assert duties(town) == [(int(NORTH) * 1000 + 1, "active"), (int(NEW) * 1000 + 1, "active")]
        assert clean(town)

    def test_shapes_that_do_not_cover_the_village_are_refused_with_their_place(self, town, change):
        short = {**HALVES, NORTH: square(LEFT, MIDDLE, 25.511, TOP)}
        with pytest.raises(Invalid) as refused:
            change(f"{WEST},{WEST},,split", f"{WEST},{NORTH},北村,split", shapes=short)
        (fault,) = refused.value.faults
        assert "lies in none of the new villages" in fault.message
        assert 25.51 < fault.place[1] < 25.511
        over = {**HALVES, NORTH: square(LEFT, MIDDLE + 0.001, 25.509, TOP)}
        with pytest.raises(Invalid) as refused:
            change(f"{WEST},{WEST},,split", f"{WEST},{NORTH},北村,split", shapes=over)
        assert len(refused.value.faults) == 2

    def test_without_shapes_it_is_refused(self, town, change):
        with pytest.raises(Invalid) as refused:
            change(f"{WEST},{WEST},,split", f"{WEST},{NORTH},,split")
        messages = [fault.message for fault in refused.value.faults]
        assert f"the file of shapes has none for {NORTH}" in messages
        assert f"the new village {NORTH} has no name" in messages


class TestRefused:
    def test_the_same_file_twice(self, town, tmp_path):
        path = tmp_path / "changes.csv"
        path.write_text(HEADER + f"{COUNTY},{COUNTY},大理县,renamed\n", encoding="utf-8")
        changes.store(town, changes.read(path), path.name, "abc")
        with pytest.raises(Conflict, match="imported before"):
            changes.store(town, changes.read(path), path.name, "abc")

    def test_every_wrong_line_is_named_and_nothing_is_changed(self, town, change):
        with pytest.raises(Invalid) as refused:
            change("532999,532998,,recoded", f"{WEST},{EAST[:-1]}9,,recoded", f"{EAST},999999999999,,recoded")
        told = [(fault.where, fault.message) for fault in refused.value.faults]
        assert ("line 2", "there is no region 532999 here") in told
        assert ("line 4", "999999999, the region above 999999999999, is not in force") in told
        assert region(town, WEST) is not None

    def test_a_code_that_a_grid_once_had_is_not_given_again(self, town, change):
        with pytest.raises(Invalid, match="used before"):
            change(f"{WEST},{EAST},,recoded")

    def test_a_village_with_a_stale_plan_is_not_merged(self, town, change):
        town.execute(text("update plan set stale = true where village_code = :west"), {"west": WEST})
        with pytest.raises(Invalid, match="does not fit its boundary"):
            change(f"{EAST},{WEST},,merged")

    def test_a_planned_and_an_undivided_village_are_not_merged(self, session, change):
        regions(session)
        buildings(session, lattice(8)[::2])
        plan = plans.divide_village(session, WEST, TARGET)
        publish(session, plan.id, plans.submit(session, plan.id, 1).rev)
        with pytest.raises(Invalid, match=f"{EAST} has no grids in force"):
            change(f"{EAST},{WEST},,merged")


WRONG = {
    "53290,53291,,recoded": "not 2, 4, 6, 9 or 12 digits",
    "532901,53290200,,recoded": "not 2, 4, 6, 9 or 12 digits",
    "532901,532901001,,recoded": "are not of one level",
    "532901,532901,,recoded": "has another code",
    "532901,532902,x,renamed": "keeps its code",
    "532901,532901,,renamed": "keeps its code",
    "532901,532902,x,swallowed": "is not one of",
    "532901,532902,x,merged": "only villages",
    f"{WEST},{NEW},{'长' * 101},recoded": "longer than 100",
    f"{WEST},{NEW},,split": "into one village only",
    f"532901,532902,,recoded\n{WEST},{NEW},,recoded": "which changes too",
    f"{WEST},{NEW},,recoded\n{WEST},{WEST},x,renamed": "changes in another line too",
    f"{WEST},{NEW},,merged\n{WEST},{NEW},,merged": "is there twice",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_refused_with_its_reason(tmp_path, line):
    path = tmp_path / "changes.csv"
    path.write_text(HEADER + line + "\n", encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        changes.read(path)
    assert any(WRONG[line] in fault.message and fault.where.startswith("line ") for fault in refused.value.faults)


def test_a_file_in_gbk_is_read_and_it_says_so(tmp_path):
    path = tmp_path / "changes.csv"
    path.write_bytes((HEADER + "532331,532302,禄丰市,recoded\n").encode("gbk"))
    found = changes.read(path)
    assert found.rows[0].new_name == "禄丰市"
    assert "GBK" in found.faults[0].message


def test_a_file_without_its_columns_is_refused(tmp_path):
    path = tmp_path / "changes.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        changes.read(path)
    assert len(refused.value.faults) == 4
    with pytest.raises(Invalid, match="no such file"):
        changes.read(tmp_path / "none.csv")
