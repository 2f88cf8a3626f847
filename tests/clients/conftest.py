"""A real server over the small town, and an officer's token: what clients that we did not write are tried against."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import shapely
import uvicorn
from builders import TABLES, add, placed
from geoalchemy2.shape import from_shape
from psycopg import sql
from sqlalchemy import select
from sqlalchemy.orm import Session
from town import COUNTY, LEFT, RIGHT, TOP, WEST, buildings, household, incidents, lattice, regions, square

from gridding import Target
from layers import accounts, plans, tokens
from layers.cluster import SUPERUSER
from layers.db import OWNER_ROLE, Database
from layers.models import House, Region
from layers.publish import publish
from layers.scope import Scope
from layers.settings import DatabaseSettings
from spatial_api.access import TOKEN_CAPABILITIES, may
from spatial_api.app import create_app
from spatial_api.settings import Settings

_NAME = "wangge_clients"
_PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Served:
    """A running server and who may ask it: `login` with `secret` as the password of HTTP Basic."""

    url: str
    login: str
    secret: str

    @property
    def ogc(self) -> str:
        """Where OGC API begins."""
        return f"{self.url}/ogc"

    @property
    def with_user(self) -> str:
        """The same with the user in the address."""
        return self.ogc.replace("://", f"://{self.login}:{self.secret}@")


@pytest.fixture(scope="session")
def clients() -> Path:
    """The Python of the test suites that need an environment of their own; `./run clients` makes it."""
    found = Path(os.environ.get("WANGGE_CLIENTS", ".setup/clients")) / "bin" / "python"
    assert found.exists(), f"{found} is not there: ./run clients makes it"
    return found.absolute()


@pytest.fixture(scope="session")
def served(settings: DatabaseSettings, template: str) -> Iterator[Served]:
    """The server, with all that an officer's token can hold."""
    database = Database(settings, _NAME)
    names = [sql.Identifier(word) for word in (_NAME, template, OWNER_ROLE)]
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template {} owner {}").format(*names))
    secret = _fill(database)
    own = Settings(database_url=None, data_root=settings.data_root, instance=settings.instance, key_file=None)
    config = uvicorn.Config(create_app(own, database), access_log=False, log_config=None, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{door.getsockname()[1]}", "officer", secret)
        finally:
            server.should_exit = True
            thread.join()
            database.dispose()


def _shape_county(session: Session) -> None:
    """The regions above the villages get a shape: the schemas of ogctests know no feature without one."""
    above = session.scalars(select(Region).where(Region.level < 5))
    for region in above:
        region.geom = from_shape(square(LEFT, RIGHT), 4326)


def _one_of_each(session: Session) -> None:
    """A row in every other collection, placed: the same schemas know no empty collection either."""
    point = shapely.Point(LEFT + 0.001, TOP - 0.001)
    line = shapely.LineString([(LEFT, TOP), (RIGHT, TOP)])
    number = int(WEST) * 1000
    for house in session.scalars(select(House)):
        house.point, house.level = from_shape(point, 4326), "house"
        visit = {"house_id": house.id, "visited_at": "2026-01-02 09:00+08", "outcome": "met"}
        add(session, "visit", grid_no=number, **visit)
    add(session, "barrier", kind="river", hard=True, geom=line, source="made")
    add(session, "link", kind="bridge", geom=line, source="made")
    for register in ("facility", "organisation", "place"):
        session.add(TABLES[f"{register}_kind"](code="one", name_zh="一", name_en="One"))
        session.flush()
        placed(session, register, number, point, kind="one", name="甲")


def _fill(database: Database) -> str:
    """Two villages, the western one divided and published; the secret of the officer's token."""
    with database.write(Scope.everything()) as session:
        regions(session)
        _shape_county(session)
        ids = buildings(session, lattice(4))
        household(session, ids[0], people=2)
        incidents(session, [shapely.Point(LEFT + 0.001, TOP - 0.001)] * 3)
        _one_of_each(session)
        accounts.add(session, "officer", "officer 甲", "officer", COUNTY, _PASSWORD)
    with database.write(Scope.everything()) as session:
        plan = plans.divide_village(session, WEST, Target(load=8, band=(6, 10), tolerance=0.2))
        plan = plans.submit(session, plan.id, plan.rev)
        publish(session, plan.id, plan.rev)
        [officer] = accounts.accounts(session)
        held = may("officer") & TOKEN_CAPABILITIES
        return tokens.make(session, officer.account_id, "clients", held, 1, allowed=held).secret
