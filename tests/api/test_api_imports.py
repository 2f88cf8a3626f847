"""Files brought in by upload: tried, imported, refused with every fault, looked at, and taken back."""

from __future__ import annotations

import csv
import io
import time
from copy import copy

import pytest
from starlette.testclient import TestClient
from town import EAST, LEFT, MIDDLE, TOP, WEST

from layers import job_rows
from layers.models import FacilityKind
from layers.scope import Scope
from spatial_api.app import create_app
from spatial_api.uploads import MOST_WAITING, shown_name

WEST_POINT = (LEFT + 0.003, TOP - 0.003)
EAST_POINT = (MIDDLE + 0.003, TOP - 0.003)


@pytest.fixture(scope="module", autouse=True)
def clinic(town):
    """The kind of facility that the lists here name."""
    with town.write(Scope.everything()) as session:
        session.add(FacilityKind(code="clinic", name_zh="卫生室", name_en="clinic", sort=1))


def facilities(*rows):
    """A list of facilities: ref, name, region and point of each."""
    lines = ["ref,kind,name,region_code,lon,lat"]
    lines += [f"{ref},clinic,{name},{region},{lon:.6f},{lat:.6f}" for ref, name, region, (lon, lat) in rows]
    return "\n".join(lines).encode()


def send(browser, content, *, kind="facility", name="list.csv", **query):
    """The answer to an upload."""
    asked = {"name": name, "crs": "wgs84"} | query
    given = {key: value for key, value in asked.items() if value is not None}
    headers = {"content-type": "application/octet-stream"}
    if browser.token is not None:
        headers |= {"cookie": f"wangge_session={browser.token}", "x-csrf-token": browser.csrf}
    return browser.client.post(f"/api/imports/{kind}", params=given, content=content, headers=headers)


def ended(browser, answer):
    """The job of an upload, when it has ended."""
    assert answer.status_code == 202, answer.text
    path = f"/api/jobs/{answer.json()['job']['id']}"
    for _ in range(600):
        job = browser.get(path).json()
        if job["status"] in ("done", "failed"):
            return job | {"faults": browser.get(f"{path}/faults").json()["items"]}
        time.sleep(0.05)
    raise AssertionError(f"the job does not end: {job}")


def number_of(town, table):
    with town.write(Scope.everything()) as session:
        return session.connection().exec_driver_sql(f"select count(*) from {table}").scalar_one()


def test_the_kinds_are_told_with_their_columns(login):
    told = login("planner").get("/api/imports/kinds").json()
    kinds = {kind["name"]: kind for kind in told["items"]}
    assert told["max_upload_bytes"] == 200_000_000
    assert list(kinds)[:5] == ["regions", "divisions", "aliases", "changes", "building"]
    assert (kinds["regions"]["takes_level"], kinds["divisions"]["takes_crs"]) == (True, False)
    assert {"name": "ref", "title": "设施编号", "required": True}.items() >= {"name": "ref", "required": True}.items()
    assert "ref" in [column["name"] for column in kinds["facility"]["columns"]]


def test_the_columns_of_a_list_are_proposed_and_confirmed(login, town):
    planner = login("planner")
    content = f"编码,设施类型,本村设施名称,村代码,民族\nP1,clinic,一所,{WEST},某族\n".encode()
    found = send(planner, content, kind="facility/proposal", crs=None).json()
    columns = {column["name"]: column for column in found["columns"]}
    assert (columns["kind"]["header"], columns["kind"]["samples"]) == ("设施类型", ["clinic"])
    assert (columns["name"]["header"], columns["name"]["guessed"]) == ("本村设施名称", True)
    assert found["dropped"] == [
        {"header": "编码", "why": None},
        {"header": "民族", "why": "列“民族”已舍弃：本系统不保存民族"},
    ]
    assert [fault["message"] for fault in found["faults"]] == ["缺少“设施编号”列（ref）"]
    fields = ["ref=编码", "name=本村设施名称"]
    job = ended(planner, send(planner, content, crs=None, field=fields))
    assert (job["status"], job["result"]["counts"]) == ("done", {"facility": 1})
    assert number_of(town, "facility where name = '一所'") == 1


def test_a_header_that_is_no_pair_and_options_of_other_files_are_refused(login):
    planner = login("planner")
    assert send(planner, b"ref", field=["ref"]).status_code == 422
    assert send(planner, b"ref", kind="divisions", crs=None, field=["ref=x"]).status_code == 422
    assert send(planner, b"ref", kind="regions/proposal").status_code == 422
    assert send(planner, b"", kind="facility/proposal").status_code == 422


def test_a_trial_tells_what_would_come_in_and_keeps_nothing(login, town):
    planner, before = login("planner"), number_of(town, "facility")
    job = ended(planner, send(planner, facilities(("T1", "一校", WEST, WEST_POINT)), dry_run=True))
    assert (job["status"], job["dry_run"], job["name"], job["stage"]) == ("done", True, "list.csv", "done")
    assert job["result"]["import_id"] is None
    assert job["result"]["counts"]["facility"] == 1
    assert number_of(town, "facility") == before


def test_a_list_comes_in_is_in_the_log_and_is_taken_back(login, town):
    planner, before = login("planner"), number_of(town, "facility")
    job = ended(planner, send(planner, facilities(("A1", "一校", WEST, WEST_POINT)), name="学校.csv"))
    assert job["status"] == "done", job["faults"]
    assert (job["done"], job["total"]) == (2, 2)
    assert number_of(town, "facility") == before + 1
    import_id = job["result"]["import_id"]
    entry = planner.get(f"/api/imports/{import_id}").json()["entry"]
    assert (entry["source_name"], entry["kind"], entry["rows"], entry["undone_at"]) == ("学校.csv", "facility", 1, None)
    assert import_id in [row["id"] for row in planner.get("/api/imports").json()["items"]]
    undone = planner.post(f"/api/imports/{import_id}/undo")
    assert undone.status_code == 200, undone.text
    assert number_of(town, "facility") == before
    assert planner.get(f"/api/imports/{import_id}").json()["entry"]["undone_at"] is not None
    assert planner.post(f"/api/imports/{import_id}/undo").status_code == 409


def test_every_fault_is_listed_with_its_row_and_nothing_comes_in(login, town):
    planner, before = login("planner"), number_of(town, "facility")
    rows = [("B1", "一校", WEST, WEST_POINT), ("B2", "二校", WEST, (0.0, 0.0)), ("B3", "三校", WEST, EAST_POINT)]
    job = ended(planner, send(planner, facilities(*rows)))
    assert (job["status"], job["result"]) == ("failed", None)
    assert (job["problem"]["type"], job["problem"]["status"]) == ("/problems/invalid", 422)
    page = planner.get(f"/api/jobs/{job['id']}/faults").json()
    assert page["total"] == page["kept"] == job["problem"]["fault_count"] >= 2
    assert {row["severity"] for row in page["items"]} >= {"fault"}
    assert number_of(town, "facility") == before


def test_faults_are_paged_and_downloaded(login):
    planner = login("planner")
    rows = [(f"C{number}", "校", WEST, (0.0, 0.0)) for number in range(5)]
    job = ended(planner, send(planner, facilities(*rows)))
    path = f"/api/jobs/{job['id']}/faults"
    first = planner.get(f"{path}?limit=2").json()
    second = planner.get(f"{path}?limit=2&after={first['next']}").json()
    assert [len(first["items"]), first["next"], len(second["items"])] == [2, 2, 2]
    assert first["items"] != second["items"]
    assert planner.get(f"{path}?severity=warning").json()["items"] == []
    table = planner.get(f"{path}?f=csv")
    assert len(list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))) == job["problem"]["fault_count"]
    assert table.headers["content-disposition"].startswith("attachment")
    assert planner.get(f"{path}?f=gpkg").content.startswith(b"SQLite format 3\0")


def test_a_person_brings_rows_into_their_own_region_only(login, town):
    east, before = login("east"), number_of(town, "facility")
    job = ended(east, send(east, facilities(("D1", "西校", WEST, WEST_POINT))))
    assert job["status"] == "failed"
    assert {fault["where"].split("“")[0] for fault in job["faults"]} == {"第 2 行"}
    assert number_of(town, "facility") == before
    assert ended(east, send(east, facilities(("D2", "东校", EAST, EAST_POINT))))["status"] == "done"


def test_regions_outside_ones_own_are_refused_in_a_list_of_divisions(login):
    content = "level,code,name,parent_code\n5,532901001003,南村,532901001\n".encode()
    east = login("east")
    job = ended(east, send(east, content, kind="divisions", crs=None))
    assert job["status"] == "failed"
    planner = login("planner")
    job = ended(planner, send(planner, content, kind="divisions", crs=None))
    assert (job["status"], job["result"]["counts"]["new"]) == ("done", 1)


def test_a_job_and_an_import_are_seen_by_whom_they_concern_only(login):
    planner = login("planner")
    job = ended(planner, send(planner, facilities(("E1", "一校", WEST, WEST_POINT))))
    import_id = job["result"]["import_id"]
    for path in (f"/api/jobs/{job['id']}", f"/api/jobs/{job['id']}/faults", f"/api/imports/{import_id}"):
        assert login("east").get(path).status_code == 404
        assert login("officer").get(path).status_code == 403
    assert login("east").post(f"/api/imports/{import_id}/undo").status_code == 404
    assert import_id not in login("east").get("/api/imports").text


def test_a_narrowed_token_sees_no_job_of_the_whole(login, nobody):
    planner = login("planner")
    job = ended(planner, send(planner, facilities(("F1", "一校", WEST, WEST_POINT)), dry_run=True))
    order = {"name": "loader", "capabilities": ["import:write"], "days": 1}
    whole = planner.post("/api/tokens", order).json()["secret"]
    east = planner.post("/api/tokens", order | {"region": EAST}).json()["secret"]
    path = f"/api/jobs/{job['id']}"
    assert nobody.get(path, authorization=f"Bearer {whole}").status_code == 200
    assert nobody.get(path, authorization=f"Bearer {east}").status_code == 404


def test_a_token_uploads_without_cookie_and_csrf(login, server):
    order = {"name": "loader", "capabilities": ["import:write"], "days": 1}
    secret = login("planner").post("/api/tokens", order).json()["secret"]
    content = facilities(("G1", "一校", WEST, WEST_POINT))
    query = {"name": "a.csv", "crs": "wgs84", "dry_run": "true"}
    headers = {"authorization": f"Bearer {secret}"}
    answer = server.post("/api/imports/facility", params=query, content=content, headers=headers)
    assert ended(login("planner"), answer)["status"] == "done"


@pytest.mark.parametrize(
    ("kind", "query", "status"),
    [
        ("nothing", {}, 422),
        ("facility", {"crs": "moon"}, 422),
        ("facility", {"level": 5}, 422),
        ("divisions", {"crs": "wgs84"}, 422),
        ("facility", {"name": None}, 422),
        ("facility", {"surprise": "1"}, 422),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_received(login, kind, query, status):
    assert send(login("planner"), b"x", kind=kind, **query).status_code == status


def test_an_empty_file_is_refused(login):
    answer = send(login("planner"), b"")
    assert answer.status_code == 422
    assert answer.json()["faults"] == [{"where": "body", "message": "文件是空的", "place": None}]


@pytest.mark.parametrize("role", ["officer", "field", "administrator"])
def test_who_may_not_import_uploads_nothing(login, role):
    assert send(login(role), facilities()).status_code == 403


def test_an_upload_without_the_pages_token_is_refused(login):
    planner = login("planner")
    headers = {"cookie": f"wangge_session={planner.token}"}
    answer = planner.client.post("/api/imports/facility?name=a.csv", content=b"x", headers=headers)
    assert answer.json()["type"] == "/problems/foreign-request"


def test_only_a_file_may_be_larger_than_other_requests(town, api_settings, login):
    small = api_settings.model_copy(update={"max_body_bytes": 1_000, "max_upload_bytes": 3_000})
    planner = login("planner")
    with TestClient(create_app(small, copy(town)), base_url="http://localhost") as client:
        own = type(planner)(client, planner.token, planner.csrf)
        assert send(own, b"x" * 2_000, dry_run=True).status_code == 202
        assert send(own, b"x" * 4_000).status_code == 413
        assert own.post("/api/tokens", {"name": "x" * 2_000}).status_code == 413


def test_files_are_deleted_whatever_came_of_them(login, api_settings):
    planner = login("planner")
    ended(planner, send(planner, facilities(("H1", "一校", WEST, WEST_POINT)), dry_run=True))
    ended(planner, send(planner, b"\0\xff\0", name="broken.gpkg", kind="regions"))
    send(planner, b"")
    folder = api_settings.data_dir / "uploads"
    for _ in range(100):
        if list(folder.iterdir()) == []:
            break
        time.sleep(0.05)
    assert list(folder.iterdir()) == []
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_queue_that_is_full_turns_uploads_away(login, server, monkeypatch):
    uploads = server.app.state.doors.uploads
    taken = [uploads._slots.acquire(blocking=False) for _ in range(MOST_WAITING + 1)]
    try:
        assert all(taken)
        answer = send(login("planner"), b"x")
        assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many")
    finally:
        for _ in taken:
            uploads._slots.release()


def test_jobs_of_a_server_that_died_are_ended_at_the_next_start(town, api_settings, login):
    me = login("planner")
    with town.write(Scope.everything()) as session:
        account_id = session.connection().exec_driver_sql("select id from account where login = 'planner'").scalar_one()
    job_id = job_rows.open_job(town, "facility", account_id, "532901", {"name": "x.csv", "dry_run": False})
    with TestClient(create_app(api_settings, copy(town)), base_url="http://localhost"):
        time.sleep(0.5)
    job = me.get(f"/api/jobs/{job_id}").json()
    assert (job["status"], job["problem"]["type"]) == ("failed", "/problems/unavailable")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("list.csv", "list.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\甲\\村界.zip", "村界.zip"),
        ("a\0b\n.csv", "ab.csv"),
        ("/", "file"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_files_name_is_shown_without_its_path(given, shown):
    assert shown_name(given) == shown
