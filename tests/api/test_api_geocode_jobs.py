"""Tables of addresses by upload: located, fetched in every format by their maker alone, cut and gone on with."""

from __future__ import annotations

import csv
import io
import json
import shutil
import time
import uuid
from copy import copy

import openpyxl
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient
from town import EAST, MIDDLE, TOP, WEST

from layers import job_rows
from layers.geocode_files import crew, source
from layers.geocode_files.kept import Kept
from layers.scope import Scope
from spatial_api.app import create_app
from spatial_api.geocode_jobs import KEPT_HOURS, KIND

HERE = (MIDDLE + 0.0045, TOP - 0.0045)
HEADER = "编号,住址,电话"
ROWS = ["7,大理市东村人民路12号,13800000000", "8,大理市东村人民路99号,", '9,"=1+1",@x']
TABLE = "\n".join([HEADER, *ROWS]).encode()


@pytest.fixture(scope="module", autouse=True)
def house(login):
    """A house of the eastern village."""
    answer = login("officer").post("/api/houses", {"address": "东村人民路12号", "point": HERE, "crs": "wgs84"})
    assert answer.status_code == 201, answer.text
    return answer.json()


def send(browser, content=TABLE, name="名单.csv", **query):
    headers = {"cookie": f"wangge_session={browser.token}", "x-csrf-token": browser.csrf}
    return browser.client.post("/api/geocode/jobs", params={"name": name, **query}, content=content, headers=headers)


def ended(browser, answer):
    assert answer.status_code == 202, answer.text
    path = f"/api/geocode/jobs/{answer.json()['job']['id']}"
    for _ in range(1200):
        job = browser.get(path).json()
        if job["status"] in ("done", "failed"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"the job does not end: {job}")


def rows_of(answer):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def result(browser, job, **query):
    headers = {"cookie": f"wangge_session={browser.token}"}
    return browser.client.get(f"/api/geocode/jobs/{job['id']}/result", params=query, headers=headers)


@pytest.fixture(scope="module")
def done(login):
    """A job of the officer's that is done."""
    return ended(login("officer"), send(login("officer")))


def test_a_table_is_located_row_by_row(login, done, house):
    assert (done["status"], done["name"], done["stage"]) == ("done", "名单.csv", "done")
    assert (done["done"], done["total"], done["result"]["rows"], done["result"]["sure"]) == (3, 3, 3, 1)
    assert done["result"]["levels"]["house"] == 1
    assert sum(done["result"]["levels"].values()) == 3
    first, second, third = rows_of(result(login("officer"), done))
    assert (first["编号"], first["住址"], first["电话"]) == ("7", "大理市东村人民路12号", "13800000000")
    assert float(first["经度（EPSG:4326）"]) == pytest.approx(HERE[0])
    assert float(first["纬度（EPSG:4326）"]) == pytest.approx(HERE[1])
    assert (first["级别"], first["网格编号"]) == ("房屋", house["grid_no"])
    assert first["标准地址"] == "云南省大理州大理市镇东村人民路12号"
    assert second["级别"] not in ("房屋", "楼栋")
    assert float(second["半径（米）"]) > 0
    assert "该处没有登记这个门牌号" in second["原因"]
    assert (third["住址"], third["电话"]) == ("'=1+1", "'@x"), "a spreadsheet must not take it for a formula"


def test_the_same_in_another_format_and_datum(login, done):
    officer = login("officer")
    book = openpyxl.load_workbook(io.BytesIO(result(officer, done, f="xlsx", crs="gcj02").content))
    head, first, _, third = book.active.iter_rows(values_only=True)
    assert head[:5] == ("编号", "住址", "电话", "经度（GCJ-02）", "纬度（GCJ-02）")
    assert 0.001 < abs(first[3] - HERE[0]) < 0.01, "shifted, and not by much"
    assert third[1] == "=1+1"
    assert book.active["B4"].data_type == "s"
    table = pq.read_table(io.BytesIO(result(officer, done, f="parquet").content))
    assert table.column("住址").to_pylist()[0] == "大理市东村人民路12号"
    assert table.column("经度（EPSG:4326）").to_pylist()[0] == pytest.approx(HERE[0])


def test_a_result_bears_the_name_of_its_table(login, done):
    answer = result(login("officer"), done)
    assert "%E5%90%8D%E5%8D%95-%E5%9C%B0%E7%90%86%E7%BC%96%E7%A0%81.csv" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-store"


def test_only_its_maker_has_it(login, done):
    for other in ("planner", "east-officer", "field"):
        assert login(other).get(f"/api/geocode/jobs/{done['id']}").status_code == 404
        assert login(other).get(f"/api/geocode/jobs/{done['id']}/result").status_code == 404
        assert login(other).ask("DELETE", f"/api/geocode/jobs/{done['id']}").status_code == 404


def test_a_field_worker_has_what_they_sent(login):
    field = login("field")
    job = ended(field, send(field))
    assert (job["status"], len(rows_of(result(field, job)))) == ("done", 3)
    assert field.ask("DELETE", f"/api/geocode/jobs/{job['id']}").status_code == 204


def test_ids_of_houses_are_for_those_who_may_open_them(login, done, house):
    planners = ended(login("planner"), send(login("planner")))
    seen = {name: rows_of(result(login(name), job))[0] for name, job in (("officer", done), ("planner", planners))}
    assert {name: (row["级别"], row["房屋编号"]) for name, row in seen.items()} == {
        "officer": ("房屋", house["id"]),
        "planner": ("房屋", ""),
    }


def test_a_job_of_geocoding_is_no_import(login, done):
    assert login("planner").get(f"/api/jobs/{done['id']}").status_code == 404
    assert login("planner").get(f"/api/geocode/jobs/{uuid.uuid4()}").status_code == 404


def test_what_lies_outside_the_scope_stays_unknown(login):
    browser = login("east-officer")
    west = "住址\n大理市西村幸福路8号\n".encode()
    made = login("officer").post("/api/houses", {"address": "西村幸福路8号", "village": WEST,
                                                 "point": (MIDDLE - 0.004, TOP - 0.004), "crs": "wgs84"})  # fmt: skip
    assert made.status_code == 201, made.text
    (row,) = rows_of(result(browser, ended(browser, send(browser, west))))
    assert row["级别"] not in ("房屋", "楼栋")
    (row,) = rows_of(result(login("officer"), ended(login("officer"), send(login("officer"), west))))
    assert row["级别"] == "房屋"
    assert send(browser, west, within=WEST).status_code == 404


def test_each_row_may_say_its_region(login):
    officer = login("officer")
    content = f"村,住址\n{EAST},人民路12号\n{WEST},人民路12号\n,大理市东村人民路12号\n".encode()
    job = ended(officer, send(officer, content, within_column="村"))
    rows = rows_of(result(officer, job))
    assert ["位于所述区划之外" in row["原因"] for row in rows] == [False, True, False]


@pytest.mark.parametrize(
    ("content", "query", "message"),
    [
        (b"name,phone\na,b\n", {}, "请指明地址所在的列；表中有：name, phone"),
        (TABLE, {"column": "门牌"}, "缺少列 门牌"),
        (b"", {}, "文件"),
        ("住址,x\n一,二\n三\n".encode(), {}, "列"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, {}, "Excel"),
        (TABLE, {"crs": "mars"}, "mars"),
        (TABLE, {"sheet": "一"}, "sheet"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(login, content, query, message):
    officer = login("officer")
    answer = send(officer, content, **query)
    if answer.status_code == 202:
        job = ended(officer, answer)
        assert (job["status"], job["problem"]["type"]) == ("failed", "/problems/invalid")
        row = faults(officer, job)
        assert message in row + job["problem"]["detail"]
    else:
        assert answer.status_code == 422
        assert message in answer.text


def faults(browser, job):
    return json.dumps(browser.get(f"/api/geocode/jobs/{job['id']}").json()["faults"], ensure_ascii=False)


def test_what_is_taken_back_is_gone(login, api_settings):
    officer = login("officer")
    job = ended(officer, send(officer))
    folder = api_settings.data_dir / "geocoding" / job["id"]
    assert folder.is_dir()
    assert officer.ask("DELETE", f"/api/geocode/jobs/{job['id']}").status_code == 204
    assert not folder.exists()
    assert result(officer, job).status_code == 404
    after = officer.get(f"/api/geocode/jobs/{job['id']}").json()
    assert (after["status"], after["result"], after["problem"]["status"]) == ("failed", None, 404)


def test_nobody_else_on_the_machine_may_look_into_it(done, api_settings):
    folder = api_settings.data_dir / "geocoding"
    kept = folder / done["id"]
    assert [path.stat().st_mode & 0o077 for path in (folder, kept, *kept.glob("*.csv"))] == [0, 0, 0]


def test_nothing_of_a_table_is_in_the_job_or_the_audit(login, done, town):
    with town.write(Scope.everything()) as session:
        run = session.connection().exec_driver_sql
        rows = run(f"select row_to_json(j)::text from job j where id = '{done['id']}'").scalars().all()
        rows += run(f"select detail::text from audit where subject_id = '{done['id']}'").scalars().all()
    assert len(rows) == 2
    assert not [row for row in rows if "人民路" in row or "13800000000" in row]


def test_a_job_that_was_cut_goes_on_after_its_last_batch(login, town, api_settings, monkeypatch):
    """Half of a table was located when the server was killed: the next start locates the other half alone."""
    monkeypatch.setattr(source, "BATCH_ROWS", 2)
    officer = login("officer")
    account = town_account(town)
    scope = {"lo": 532901 * 10**9, "hi": 532902 * 10**9 - 1, "grids": None}
    request = {
        "name": "a.csv",
        "column": None,
        "within_column": None,
        "within": None,
        "crs": None,
        "encoding": None,
        "sheet": None,
    }
    job_id = job_rows.open_job(town, KIND, account, "532901", {**request, "scope": scope})
    kept = Kept(api_settings.data_dir / "geocoding" / str(job_id))
    kept.make()
    (kept.folder / "a.csv").write_bytes("住址\n大理市东村人民路12号\n二\n三\n四\n五\n".encode())
    batch = crew.Batch(["大理市东村人民路12号", "二"], [None, None], [None, None])
    before = crew.locate_batch(town, batch, crew.Asking(Scope.everything()))
    marked = [one.__class__(**{**vars(one), "address": "未重新定位"}) for one in before]
    kept.add(0, marked)
    with TestClient(create_app(api_settings, copy(town)), base_url="http://localhost") as again:
        browser = officer.__class__(again, officer.token, officer.csrf)
        for _ in range(600):
            job = browser.get(f"/api/geocode/jobs/{job_id}").json()
            if job["status"] != "waiting" and job["status"] != "running":
                break
            time.sleep(0.05)
        assert (job["status"], job["result"]["rows"]) == ("done", 5), job
        rows = rows_of(result(browser, job))
    assert [row["标准地址"] == "未重新定位" for row in rows] == [True, True, False, False, False]


def test_a_job_whose_file_was_lost_fails_and_old_results_are_deleted(login, town, api_settings, done):
    request = {
        "name": "a.csv",
        "column": None,
        "within_column": None,
        "within": None,
        "crs": None,
        "encoding": None,
        "sheet": None,
    }
    request["scope"] = {"lo": 532901 * 10**9, "hi": 532901 * 10**9 + 1, "grids": None}
    lost = job_rows.open_job(town, KIND, town_account(town), "532901", request)
    stray = api_settings.data_dir / "geocoding" / str(uuid.uuid4())
    stray.mkdir()
    with town.write(Scope.everything()) as session:
        age = f"update job set finished_at = now() - interval '{KEPT_HOURS + 1} hours' where id = '{done['id']}'"
        session.connection().exec_driver_sql(age)
    officer = login("officer")
    with TestClient(create_app(api_settings, copy(town)), base_url="http://localhost") as again:
        browser = officer.__class__(again, officer.token, officer.csrf)
        for _ in range(600):
            job = browser.get(f"/api/geocode/jobs/{lost}").json()
            if job["status"] == "failed" and not stray.exists():
                break
            time.sleep(0.05)
        assert "请重新发送" in job["problem"]["detail"]
        assert not stray.exists()
        assert not (api_settings.data_dir / "geocoding" / done["id"]).exists()
        assert result(browser, done).status_code == 404
    shutil.rmtree(stray, ignore_errors=True)


def town_account(town):
    with town.write(Scope.everything()) as session:
        query = "select id from account where login = 'officer'"
        return session.connection().exec_driver_sql(query).scalar_one()
