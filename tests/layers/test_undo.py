"""An import is taken back whole, or refused with what stands against it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pandas as pd
import pytest
from sqlalchemy import text
from town import BOTTOM, EAST, LEFT, MIDDLE, TOP, WEST, lattice, regions, square
from town import buildings as add_buildings

from gridding import Target
from layers import accounts, divisions
from layers.db import raw, set_scope
from layers.doctor import examine
from layers.errors import Conflict, NotFound
from layers.import_log import find_import, list_imports
from layers.imports import begin
from layers.models import Plan
from layers.plans import divide_village, submit
from layers.publish import publish
from layers.regions import store_regions
from layers.registers import read, store
from layers.scope import Scope
from layers.undo import undo

LISTS = {
    "building": f"编号,村代码,经度,纬度\nL1,{WEST},100.21,25.51\n",
    "house": "编号,楼栋编号,地址\nF1,L1,幸福小区1栋101室\n",
    "household": "编号,房屋编号\nH1,F1\n",
    "person": "编号,户编号,姓名,人户状态\nR1,H1,张小山,户籍\n",
}


@pytest.fixture
def town(session):
    regions(session)
    return session


@pytest.fixture
def bring(town, vault, tmp_path):
    """The id of the import of a list."""

    def run(register, content=None):
        path = tmp_path / f"{register}.csv"
        path.write_text(content or LISTS[register], encoding="utf-8")
        sheet = read(path, register, crs="wgs84")
        return store(town, vault, sheet, path.name, content or register).import_id

    return run


def rows(session, query, **values):
    return [tuple(row) for row in session.execute(text(query), values)]


def reasons(session, import_id):
    with pytest.raises(Conflict) as caught:
        undo(session, import_id)
    return [(fault.where, fault.message) for fault in caught.value.faults]


def unclean(session):
    return [fault for _, faults in examine(session, None) for fault in faults]


def later(session):
    """Go on in another transaction: an import's versions of regions begin when its transaction does."""
    session.commit()
    set_scope(session, Scope.everything())


def test_lists_are_undone_from_the_last_to_the_first_and_come_in_again(town, bring, vault):
    first = {register: bring(register) for register in LISTS}
    for register in reversed(LISTS):
        result = undo(town, first[register])
        assert (result.kind, result.counts, result.reopened) == (register, {register: 1}, 0)
    assert rows(town, "select count(*) from building union all select count(*) from person") == [(0,), (0,)]
    assert unclean(town) == []
    for register in LISTS:
        bring(register)
    assert unclean(town) == []


def test_what_others_hang_on_stays_and_they_are_named(town, bring):
    ids = {register: bring(register) for register in LISTS}
    assert reasons(town, ids["building"]) == [("house F1", "stands in building L1 of this import")]
    assert reasons(town, ids["house"]) == [("household H1", "lives in house F1 of this import")]
    assert reasons(town, ids["household"]) == [("person R1", "belongs to household H1 of this import")]
    town.execute(text("insert into service_kind (code, name_zh, name_en) values ('elder', '独居老人', 'Elder')"))
    town.execute(
        text(
            "insert into enrolment (id, person_id, grid_no, service, purpose, starts_on, ends_on, review_on)"
            " select gen_random_uuid(), id, grid_no, 'elder', '送餐', '2026-01-01', '2027-01-01', '2026-06-01'"
            " from person"
        )
    )
    town.execute(
        text(
            "insert into visit (id, house_id, grid_no, visited_at, outcome)"
            " select gen_random_uuid(), id, grid_no, '2026-05-01', 'met' from house"
        )
    )
    [(where, message)] = reasons(town, ids["person"])
    assert where.startswith("enrolment ")
    assert message == "is of person R1 of this import"
    assert [message for _, message in reasons(town, ids["house"])] == [
        "lives in house F1 of this import",
        "was made at house F1 of this import",
    ]
    assert rows(town, "select count(*) from import_log where undone_at is not null") == [(0,)]


def test_rows_edited_since_are_counted_and_the_first_twenty_named(town, bring):
    many = "编号,村代码\n" + "".join(f"{number:03d},{WEST}\n" for number in range(25))
    import_id = bring("building", many)
    town.execute(text("update building set rev = 2"))
    found = reasons(town, import_id)
    assert found[0] == ("building 000", "was edited since (rev 2)")
    assert found[20] == ("…", "5 more like building 019")
    assert len(found) == 21


def test_rows_that_are_gone_stand_against_it_too(town, bring):
    import_id = bring("building")
    town.execute(text("delete from building"))
    assert reasons(town, import_id) == [
        ("1 rows of building", "of this import were deleted since, or lie outside your region")
    ]


def test_the_log_keeps_the_import_and_says_who_took_it_back(town, bring):
    who = accounts.add(town, "desk.county", "县办", "administrator", "532901", "a-long-password")
    town.info["actor"] = who
    import_id = bring("building")
    undo(town, import_id)
    entry = find_import(town, import_id).entry
    assert (entry.kind, entry.counts, entry.by, entry.undone_by) == (
        "building",
        {"building": 1},
        "desk.county",
        "desk.county",
    )
    assert entry.undone_at is not None
    assert rows(town, "select act, subject_id, account_id from audit where act = 'import.undo'") == [
        ("import.undo", str(import_id), who)
    ]
    with pytest.raises(Conflict, match="undone already"):
        undo(town, import_id)


def test_an_import_elsewhere_is_not_there(town, bring):
    import_id = bring("building")
    set_scope(town, Scope.of_region(EAST))
    with pytest.raises(NotFound):
        undo(town, import_id)
    with pytest.raises(NotFound):
        find_import(town, import_id)
    assert list_imports(town).items == ()
    set_scope(town, Scope.of_region(WEST))
    assert [entry.id for entry in list_imports(town).items] == [import_id]
    with pytest.raises(NotFound):
        undo(town, uuid.uuid4())


def test_the_log_is_read_page_by_page_newest_first(town):
    ids = []
    for number in range(3):
        with begin(town, "osm", f"{number}.osm") as log:
            pass
        ids.append(log.id)
        town.execute(
            text("update import_log set at = :at where id = :id"),
            {"at": datetime(2026, 1, number + 1, tzinfo=UTC), "id": log.id},
        )
    first = list_imports(town, 3)
    second = list_imports(town, 3, first.next)
    kinds = [entry.source_name for entry in (*first.items, *second.items)]
    assert (kinds, second.next) == (["regions", "2.osm", "1.osm", "0.osm"], None)


@pytest.mark.parametrize(("kind", "advice"), [("changes", "no code is used twice"), ("demo", "cannot be undone")])
def test_other_kinds_are_refused_with_advice(town, kind, advice):
    with begin(town, kind, "x") as log:
        pass
    with pytest.raises(Conflict, match=advice):
        undo(town, log.id)


def test_a_duty_that_has_ended_since_is_history(town, bring):
    put_in_force(town)
    accounts.add(town, "wang.field", "王五", "field", "532901001", "a-long-password")
    import_id = bring("duty", f"账号,网格编号,开始日期\nwang.field,{WEST}001,2026-05-01\n")
    town.execute(text("update duty set validity = '[2026-05-01, 2026-06-01)'"))
    [(_, message)] = reasons(town, import_id)
    assert message == f"for grid {WEST}001 has ended since"
    town.execute(text("update duty set validity = '[2026-05-01,)'"))
    assert undo(town, import_id).counts == {"duty": 1}


def put_in_force(session):
    """One grid for each village."""
    add_buildings(session, lattice(2), households=10)
    for village in (WEST, EAST):
        plan = divide_village(session, village, Target(load=40, band=(1, 100)))
        submit(session, plan.id, plan.rev)
        publish(session, plan.id, plan.rev)


def bring_divisions(session, tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_text("level,code,name,parent_code,mca_code\n" + content, encoding="utf-8")
    return divisions.store(session, divisions.read(path), path.name, content).import_id


def test_new_and_renamed_regions_go_back(town, tmp_path):
    later(town)
    import_id = bring_divisions(
        town, tmp_path, f"5,{WEST},新名村,532901001,\n5,532901001009,九村,532901001,\n4,532901002,二镇,532901,\n"
    )
    later(town)
    result = undo(town, import_id)
    assert (result.counts, result.reopened) == ({"region": 3, "region_alias": 1}, 1)
    found = rows(town, "select name, upper_inf(validity) from region where code in (:one, '532901001009')", one=WEST)
    assert found == [("西村", True)]
    assert unclean(town) == []
    assert bring_divisions(town, tmp_path, f"5,{WEST},新名村,532901001,\n") != import_id


def test_regions_that_others_build_on_stay(town, tmp_path, bring):
    later(town)
    new = "532901002001"
    import_id = bring_divisions(town, tmp_path, f"4,532901002,二镇,532901,\n5,{new},九村,532901002,\n")
    later(town)
    town.execute(text("insert into facility_kind (code, name_zh, name_en) values ('clinic', '卫生室', 'Clinic')"))
    bring("facility", f"编号,类型,村代码\nS1,clinic,{new}\n")
    accounts.add(town, "desk.two", "二镇", "officer", "532901002", "a-long-password")
    bring_divisions(town, tmp_path, "5,532901002002,十村,532901002,\n")
    town.add(Plan(id=uuid.uuid4(), village_code=new, target_load=1, band_low=1, band_high=1, tolerance=0.1))
    town.flush()
    assert [message for _, message in reasons(town, import_id)] == [
        "lies in region 532901002 of this import",
        f"is of village {new} of this import",
        "is of region 532901002 of this import",
        f"is registered in region {new} of this import",
    ]


def test_a_civil_affairs_code_put_right_in_place_cannot_be_taken_back(town, tmp_path):
    later(town)
    import_id = bring_divisions(town, tmp_path, f"5,{WEST},西村,532901001,530000000001\n")
    later(town)
    [(where, message)] = reasons(town, import_id)
    assert (where, message.partition(":")[0]) == (f"region {WEST}", "its civil affairs' code was changed in place")


def reshape(session, right):
    """An import of boundaries in which the west ends further to the left: a new version of its row."""
    with begin(session, "regions", "corrected.gpkg", sha256=str(right)) as log:
        raw(session).execute(
            "update region set validity = tstzrange(lower(validity), now()) where code = %s and upper_inf(validity)",
            [WEST],
        )
        row = {"code": WEST, "level": 5, "name": "西村", "parent_code": "532901001", "source": "corrected.gpkg"}
        log.copy("region", pd.DataFrame([{**row, "geom": square(LEFT, right)}]))
    return log.id


def test_a_boundary_goes_back_and_plans_fit_what_they_were_made_for(town):
    put_in_force(town)
    later(town)
    before = rows(town, "select st_astext(geom) from region where code = :code and upper_inf(validity)", code=WEST)
    import_id = reshape(town, MIDDLE - 0.001)
    town.execute(text("update plan set stale = true where village_code = :code"), {"code": WEST})
    refitted = Plan(id=uuid.uuid4(), village_code=WEST, target_load=1, band_low=1, band_high=1, tolerance=0.1)
    town.add(refitted)
    later(town)
    result = undo(town, import_id)
    assert (result.counts, result.reopened) == ({"region": 1}, 1)
    assert (
        rows(town, "select st_astext(geom) from region where code = :code and upper_inf(validity)", code=WEST) == before
    )
    found = rows(town, "select status, stale from plan where village_code = :code order by status", code=WEST)
    assert found == [("draft", True), ("published", False)]
    assert unclean(town) == []


def test_a_boundary_changed_again_or_published_on_stays(town):
    put_in_force(town)
    later(town)
    first = reshape(town, MIDDLE - 0.001)
    later(town)
    second = reshape(town, MIDDLE - 0.002)
    later(town)
    [(where, message)] = reasons(town, first)
    assert (where, message.partition(" on ")[0]) == (f"region {WEST}", "was changed again")
    town.execute(text("update plan set published_at = now() where village_code = :code"), {"code": WEST})
    [(_, message)] = reasons(town, second)
    assert message == f"was published on the boundary of {WEST} of this import"


def test_rows_go_where_the_old_boundary_puts_them(town, bring):
    later(town)
    import_id = reshape(town, MIDDLE - 0.001)
    later(town)
    strip = f"编号,经度,纬度\nL1,{MIDDLE - 0.0015},{(BOTTOM + TOP) / 2}\n"
    bring("building", strip)
    assert undo(town, import_id).reopened == 1
    assert unclean(town) == []


def test_an_osm_import_takes_its_regions_and_rows_along(town):
    later(town)
    with begin(town, "osm", "t.osm", sha256="a") as log:
        frame = pd.DataFrame(
            [
                ("99", 1, "外", None),
                ("9901", 2, "外一", "99"),
                ("990101", 3, "县", "9901"),
                ("990101001", 4, "镇", "990101"),
                ("990101001001", 5, "村", "990101001"),
            ],
            columns=["code", "level", "name", "parent_code"],
        )
        shape = square(9.5, 9.52, 47.1, 47.12)
        store_regions(log, frame.assign(source="osm", geom=[None] * 4 + [shape]))
        log.copy("building", pd.DataFrame([{"grid_no": 990101001001000, "source": "osm", "level": "building"}]))
    later(town)
    assert undo(town, log.id).counts == {"building": 1, "region": 5}
    assert rows(town, "select count(*) from region where code like '99%'") == [(0,)]
