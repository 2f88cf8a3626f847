"""Files written as jobs: asked for, watched, fetched whole or by parts, deleted, and nobody else's."""

from __future__ import annotations

import csv
import io
import threading
import time
import uuid
from datetime import datetime
from functools import partial

import psycopg
import pytest
from sqlalchemy import text
from town import COUNTY, EAST, WEST

from layers import job_rows
from layers.cluster import SUPERUSER
from layers.export import run
from layers.scope import Scope
from spatial_api import exports
from spatial_api.exports import KEPT_HOURS, Exports

PATIENCE_S = 60.0


@pytest.fixture(scope="module", autouse=True)
def lamps(town):
    """Enough lamps for three batches."""
    with psycopg.connect(town.conninfo(SUPERUSER), autocommit=True) as admin:
        admin.execute("insert into facility_kind (code, name_zh, name_en) values ('lamp', '路灯', 'Lamp')")
        admin.execute(
            f"""insert into facility (id, kind, name, grid_no, point, source)
                select gen_random_uuid(), 'lamp', '路灯' || n, {WEST}001,
                       st_setsrid(st_makepoint(100.2, 25.5), 4326), 'made' from generate_series(1, 2500) n"""
        )


@pytest.fixture(autouse=True)
def nothing_kept(login):
    """Each test begins without files."""
    for name in ("planner", "officer"):
        for job in login(name).get("/api/exports").json()["items"]:
            assert login(name).ask("DELETE", f"/api/exports/{job['id']}").status_code == 204


def begun(browser, query="layer=facility&f=csv"):
    answer = browser.post(f"/api/exports?{query}")
    assert answer.status_code == 202, answer.text
    return answer.json()["job"]


def ended(browser, job):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        found = browser.get(f"/api/exports/{job['id']}").json()
        if found["status"] in ("done", "failed"):
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def files(server):
    """What lies in the folder of exports, but for the folders themselves."""
    folder = server.app.state.settings.data_dir / "exports"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_is_written_and_fetched(login):
    browser = login("planner")
    job = begun(browser, f"layer=facility&f=csv&region={WEST}&crs=gcj02")
    assert (job["layer"], job["name"], job["total"]) == ("facility", f"设施-{WEST}.csv", None)
    done = ended(browser, job)
    assert (done["status"], done["done"], done["total"], done["problem"]) == ("done", 2500, 2500, None)
    kept = datetime.fromisoformat(done["expires_at"]) - datetime.fromisoformat(done["finished_at"])
    assert kept.total_seconds() == KEPT_HOURS * 3600
    answer = browser.get(f"/api/exports/{job['id']}/file")
    assert (answer.status_code, len(answer.content)) == (200, done["bytes"])
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"filename*=UTF-8''%E8%AE%BE%E6%96%BD-{WEST}.csv" in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert (head[-1], len(rows)) == ("纬度（GCJ-02）", 2500)


def test_a_download_that_broke_off_goes_on(login):
    browser = login("planner")
    done = ended(browser, begun(browser, "layer=facility&f=gpkg"))
    path = f"/api/exports/{done['id']}/file"
    whole = browser.get(path)
    half = done["bytes"] // 2
    first = browser.get(path, range=f"bytes=0-{half - 1}")
    assert (first.status_code, first.headers["content-range"]) == (206, f"bytes 0-{half - 1}/{done['bytes']}")
    rest = browser.get(path, range=f"bytes={half}-", if_range=first.headers["etag"])
    assert (rest.status_code, first.content + rest.content) == (206, whole.content)
    # A file that is another one by now is sent from its beginning.
    assert browser.get(path, range=f"bytes={half}-", if_range='"another"').status_code == 200
    beyond = browser.get(path, range=f"bytes={done['bytes']}-")
    assert (beyond.status_code, beyond.json()["type"]) == (416, "/problems/no-such-part")
    assert beyond.headers["content-range"] == f"bytes */{done['bytes']}"
    strange = browser.get(path, range="bytes=1-0,x")
    assert (strange.status_code, strange.json()["type"]) == (400, "/problems/bad-request")


def test_ones_files_are_listed_until_they_are_deleted(login, server):
    browser = login("planner")
    jobs = [ended(browser, begun(browser, f"layer=facility&f={suffix}")) for suffix in ("csv", "fgb")]
    assert [row["id"] for row in browser.get("/api/exports").json()["items"]] == [job["id"] for job in jobs]
    assert len(files(server)) == 2
    assert browser.ask("DELETE", f"/api/exports/{jobs[0]['id']}").status_code == 204
    assert [row["id"] for row in browser.get("/api/exports").json()["items"]] == [jobs[1]["id"]]
    assert browser.get(f"/api/exports/{jobs[0]['id']}/file").status_code == 404
    assert len(files(server)) == 1


def test_a_file_is_its_makers_alone(login):
    job = ended(login("planner"), begun(login("planner")))
    for name in ("officer", "east"):
        for path in (f"/api/exports/{job['id']}", f"/api/exports/{job['id']}/file", f"/api/jobs/{job['id']}"):
            assert login(name).get(path).status_code in (403, 404), (name, path)
        assert login(name).ask("DELETE", f"/api/exports/{job['id']}").status_code == 404
        assert login(name).get("/api/exports").json()["items"] == []
    # Nor is it one of the imports.
    assert login("planner").get(f"/api/jobs/{job['id']}").status_code == 404


def test_whose_region_has_become_another_one_gets_no_file_of_the_old(login, town, server):
    browser = login("planner")
    job = ended(browser, begun(browser))
    heard = partial(server.portal.call, server.app.state.doors.follower.caught_up)
    with town.write(Scope.everything()) as session:
        session.execute(text("update account set region_code = :code where login = 'planner'"), {"code": EAST})
    heard()
    try:
        assert browser.get(f"/api/exports/{job['id']}/file").status_code == 404
        assert browser.get("/api/exports").json()["items"] == []
    finally:
        with town.write(Scope.everything()) as session:
            session.execute(text("update account set region_code = :code where login = 'planner'"), {"code": COUNTY})
        heard()
    assert browser.get(f"/api/exports/{job['id']}/file").status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("layer=facility", 422),
        ("layer=facility&f=json", 422),
        ("layer=facility&f=csv&limit=3", 422),
        ("layer=facility&f=csv&colour=red", 422),
        ("layer=facility&f=gpkg&crs=bd09", 422),
        ("layer=duty&f=gpkg", 422),
        ("layer=drains&f=csv", 403),
        ("layer=person&f=csv", 403),
        ("layer=facility&f=csv&region=54", 404),
    ],
)
def test_what_cannot_be_written_is_refused_at_once(login, query, status):
    assert login("planner").post(f"/api/exports?{query}").status_code == status
    assert login("planner").get("/api/exports").json()["items"] == []


class Gate:
    """Holds an export after its first batch."""

    def __init__(self, monkeypatch):
        self.reached, self.open = threading.Event(), threading.Event()
        estimate = run.Export._estimate

        async def held(export, connection):
            about = await estimate(export, connection)
            self.reached.set()
            assert self.open.wait(PATIENCE_S)
            return about

        monkeypatch.setattr(run.Export, "_estimate", held)


def test_a_job_that_is_taken_back_while_it_is_written_leaves_nothing(login, server, monkeypatch):
    browser, gate = login("planner"), Gate(monkeypatch)
    job = begun(browser, "layer=facility&f=geojson")
    assert gate.reached.wait(PATIENCE_S)
    assert browser.ask("DELETE", f"/api/exports/{job['id']}").status_code == 204
    gate.open.set()
    found = ended(browser, job)
    assert (found["status"], found["problem"]["detail"]) == ("failed", "任务已撤回。")
    # The next one is written once the first has come to its end.
    ended(browser, begun(browser))
    assert files(server) == ["file"]


def test_what_goes_wrong_is_the_jobs_problem_and_leaves_nothing(login, server, monkeypatch):
    def broken(_rows):
        raise RuntimeError("王小明")

    browser = login("planner")
    monkeypatch.setattr("layers.export.text._csv", broken)
    found = ended(browser, begun(browser))
    assert (found["status"], found["problem"]["status"]) == ("failed", 500)
    assert "王小明" not in str(found)
    assert files(server) == []


def test_an_account_keeps_so_many_files(login, monkeypatch):
    monkeypatch.setattr(exports, "MOST_KEPT", 2)
    browser = login("planner")
    jobs = [begun(browser) for _ in range(2)]
    answer = browser.post("/api/exports?layer=facility&f=csv")
    assert (answer.status_code, "2 个文件" in answer.json()["detail"]) == (429, True)
    assert ended(login("officer"), begun(login("officer")))["status"] == "done"
    assert [ended(browser, job)["status"] for job in jobs] == ["done", "done"]


def test_both_writings_are_audited_and_the_file_is_of_one_moment(login, town):
    browser = login("planner")
    ended(browser, begun(browser, f"layer=facility&f=csv&region={WEST}"))
    with psycopg.connect(town.conninfo(SUPERUSER)) as connection:
        ended_row, begun_row = connection.execute("select act, detail from audit order by id desc limit 2").fetchall()
    assert begun_row == ("export", {"format": "csv", "crs": "wgs84", "filters": {"region": WEST}})
    assert ended_row == ("exported", {"rows": 2500, "complete": True})


def test_an_old_file_and_what_belongs_to_no_job_are_deleted_at_the_start(town, tmp_path, login):
    account = uuid.uuid4()
    young, old = (job_rows.open_job(town, exports.KIND, account, COUNTY, {}) for _ in range(2))
    for job in (young, old):
        job_rows.finish(town, job, {}, ())
    with psycopg.connect(town.conninfo(SUPERUSER)) as connection:
        connection.execute("update job set finished_at = now() - interval '25 hours' where id = %s", [old])
    for name in (str(young), str(old), str(uuid.uuid4())):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    writer = Exports(town, tmp_path)
    writer.start()
    until = time.monotonic() + PATIENCE_S
    while len(list(tmp_path.iterdir())) > 1 and time.monotonic() < until:
        time.sleep(0.02)
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == [str(young)]
