"""A server of one's own: what is unfit is refused with what to do, and what is fit works with roles taken at login."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql
from town import regions

from layers.cluster import SUPERUSER, Cluster
from layers.db import Database
from layers.errors import Unavailable
from layers.migrate import migrate, require_ready, status
from layers.scope import Scope
from layers.settings import DatabaseSettings


@pytest.fixture
def own(settings: DatabaseSettings, template: str) -> Iterator[Callable[..., Database]]:
    """Makes databases as an administrator would, and gives each as one reached by WANGGE_DATABASE_URL."""
    made: list[Database] = []
    host = Cluster(settings).socket_dir

    def make(name: str, *extensions: str, encoding: str = "UTF8", ctype: str = "C.UTF-8") -> Database:
        with psycopg.connect(Database(settings).conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
            statement = sql.SQL("create database {} template template0 encoding {} lc_collate 'C' lc_ctype {}")
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
            admin.execute(statement.format(sql.Identifier(name), sql.Literal(encoding), sql.Literal(ctype)))
        url = f"postgresql://{SUPERUSER}@/{name}?host={host}"
        with psycopg.connect(url, autocommit=True, client_encoding="utf8") as admin:
            for extension in extensions:
                admin.execute(sql.SQL("create extension {}").format(sql.Identifier(extension)))
        made.append(Database(DatabaseSettings(database_url=url, data_root=settings.data_root, instance="own")))
        return made[-1]

    yield make
    for database in made:
        database.dispose()


def test_a_fit_server_is_migrated_and_takes_both_roles(own):
    database = own("own_fit", "postgis")
    assert migrate(database).problems == ()
    require_ready(database)
    with database.write(Scope.everything()) as session:
        regions(session)
        assert session.connection().exec_driver_sql("select current_user, session_user").one() == (
            "wangge_api",
            "postgres",
        )
        assert session.connection().exec_driver_sql("select count(*) from person").scalar() == 0
    with psycopg.connect(database.conninfo("wangge_read"), autocommit=True) as connection:
        connection.execute("reset role")
        assert connection.execute("select current_user").fetchone() == ("wangge_read",)


@pytest.mark.parametrize(
    ("name", "extensions", "encoding", "ctype", "words"),
    [
        ("own_ascii", ("postgis",), "SQL_ASCII", "C", "not UTF-8"),
        ("own_c", ("postgis",), "UTF8", "C", "LC_CTYPE is C"),
        ("own_bare", (), "UTF8", "C.UTF-8", "PostGIS is missing"),
    ],
)
def test_an_unfit_server_is_refused_with_what_to_do(own, name, extensions, encoding, ctype, words):
    database = own(name, *extensions, encoding=encoding, ctype=ctype)
    with pytest.raises(Unavailable) as caught:
        migrate(database)
    assert any(words in fault.message for fault in caught.value.faults)
    assert any(words in problem for problem in status(database).problems)


def test_a_server_that_is_not_migrated_is_refused(own):
    database = own("own_empty", "postgis", "btree_gist")
    with pytest.raises(Unavailable) as caught:
        require_ready(database)
    assert [fault.message for fault in caught.value.faults] == [
        f"its schema is empty, this program needs {status(database).newest}: wangge db migrate"
    ]


def test_no_server_at_all_is_said_plainly(settings):
    url = "postgresql://nobody@127.0.0.1:1/none"
    database = Database(DatabaseSettings(database_url=url, data_root=settings.data_root, instance="own"))
    with pytest.raises(Unavailable, match="WANGGE_DATABASE_URL"):
        status(database)
    with pytest.raises(Unavailable, match="WANGGE_DATABASE_URL"):
        migrate(database)
