"""The doctor finds each planted fault, and nothing in a clean database."""

from __future__ import annotations

import psycopg
import pytest
import shapely
from sqlalchemy import text
from town import LEFT, WEST, buildings, household, incidents, lattice, regions

from gridding import Target
from layers import plans
from layers.crypto import Vault
from layers.db import OWNER_ROLE, Database
from layers.doctor import CHECKS, examine
from layers.publish import publish

FIRST = int(WEST) * 1000 + 1


@pytest.fixture
def town(session):
    """A village with published grids, people and an incident."""
    regions(session)
    ids = buildings(session, lattice(8))
    household(session, ids[0])
    incidents(session, [shapely.Point(LEFT + 0.001, 25.501)])
    plan = plans.submit(session, plans.divide_village(session, WEST, Target(load=20, band=(15, 25))).id, 1)
    publish(session, plan.id, plan.rev)
    return session


def found(session, vault=None):
    return {name: faults for name, faults in examine(session, vault) if faults}


def test_a_clean_town_has_no_faults_and_every_check_runs(town, vault):
    assert [name for name, _ in examine(town, vault)] == list(CHECKS)
    assert found(town, vault) == {}


PLANTED = {
    "region_without_parent": "delete from region where code = '532901001'",
    "region_invalid_shape": """update region set geom = st_multi(st_geomfromtext('POLYGON((100.2 25.5, 100.22 25.52,
        100.22 25.5, 100.2 25.52, 100.2 25.5))', 4326)) where code = '532901001002'""",
    "villages_overlap": """update region set geom = st_multi(st_makeenvelope(100.2199, 25.5, 100.24, 25.52, 4326))
        where code = '532901001002'""",
    "grid_outside_villages": "delete from region where code = '532901001001'",
    "grid_without_published_plan": "update plan set status = 'retired'",
    "published_plan_differs": "delete from plan_grid where seq = 1",
    "number_used_again": """insert into grid (id, grid_no, validity, plan_id, kind, load, geom, area_m2)
        select gen_random_uuid(), grid_no, '[2001-01-01,2002-01-01)', plan_id, kind, load, geom, area_m2
        from grid limit 1""",
    "duty_without_grid": """with a as (insert into account (id, login, name, role, region_code, password_hash)
        values (gen_random_uuid(), 'w', 'w', 'field', '532901', 'x') returning id)
        insert into duty (id, account_id, grid_no, status)
        select gen_random_uuid(), id, 532901001001777, 'active' from a""",
    "house_apart_from_building": "update house set grid_no = 532901001002000",
    "household_apart_from_house": "update household set grid_no = 532901001002000",
    "person_apart_from_household": "update person set grid_no = 532901001002000",
    "misplaced": "update incident set grid_no = 532901001002000",
    "unknown_number": "update incident set grid_no = 532901001001555",
    "imported_rows": "update import_log set counts = '{\"incident\": 0}' where source_name = 'incidents'",
    "grids_cover_villages": """update grid set geom = st_multi(st_difference(geom,
        st_buffer(st_pointonsurface(geom), 0.0002))) where grid_no = 532901001001001""",
}


@pytest.mark.parametrize("check", PLANTED)
def test_a_planted_fault_is_found(town, check):
    town.execute(text(PLANTED[check]))
    faults = found(town)
    assert check in faults
    assert all(fault.where and fault.message for fault in faults[check])


def test_a_hole_in_a_grid_is_found_with_its_place(town):
    town.execute(text(PLANTED["grids_cover_villages"]))
    place = found(town)["grids_cover_villages"][0].place
    shape = town.execute(
        text("select st_astext(st_envelope(geom)) from grid where grid_no = :n"), {"n": FIRST}
    ).scalar()
    assert shapely.from_wkt(shape).buffer(1e-4).covers(shapely.Point(place))


def test_a_value_sealed_with_another_key_is_found(town, vault):
    sealed = Vault(b"x" * 32).seal("19900000000", "person.phone")
    town.execute(text("update person set phone_cipher = :sealed"), {"sealed": sealed})
    assert "sealed_values" in found(town, vault)
    own = vault.seal("19900000000", "person.phone")
    town.execute(text("update person set phone_cipher = :sealed"), {"sealed": own})
    assert found(town, vault) == {}


def test_a_sealed_value_of_another_column_does_not_open(vault):
    sealed = vault.seal("19900000000", "household.phone")
    with pytest.raises(Exception, match=r"person\.phone"):
        vault.open(sealed, "person.phone")


def test_owner_too_is_behind_the_policies(database: Database):
    with psycopg.connect(database.conninfo(OWNER_ROLE)) as connection:
        assert connection.execute("select count(*) from person").fetchone() == (0,)
