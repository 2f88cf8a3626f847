"""Faults and problems in Chinese: every sentence has its words, and what came from a file stays as it came."""

from __future__ import annotations

import csv
import io
import re
import time

import orjson
import pytest
import shapely
from pydantic_core._pydantic_core import list_all_errors  # the only list of them
from sentences import PROJECT, sentences_in_code, titles_of_errors
from town import WEST

from layers.errors import Fault
from layers.models import FacilityKind
from layers.scope import Scope
from spatial_api.problems import BY_SLUG, problem_body
from spatial_api.words import Catalogue, in_chinese, place_in_chinese, translate

SECTIONS = orjson.loads((PROJECT / "spatial_api/words/faults.zh.json").read_bytes())
PAIRS = [(section, said, spoken) for section, entries in SECTIONS.items() for said, spoken in entries.items()]
KNOWN = {said for _, said, _ in PAIRS}
SHOWN = re.compile(r"\{([1-9])(?::([a-z]+)\*?)?\}")

NOT_SAID = {
    "outbox lost: %s": "a log line",
    "heat store lost: %s": "a log line",
    "heat is answered by SQL: %s": "a log line",
    "{name} 事件热力": "the title of a picture",
    "{first} 至 {last}（{days} 天），共 {n} 件在图范围内": "words of a picture",
    "≥ {a}": "words of a picture",
    "高斯核，带宽 {m} 米": "words of a picture",
    "另有 {n} 件未定位到街道或待确认，未上图": "words of a picture",
    "另有 {n} 件所在单元过小，未显示": "words of a picture",
    "{name}: incident heat": "the title of a picture",
    "{first} to {last} ({days} days), {n} incidents in the picture": "words of a picture",
    "per km² per day": "words of a picture",
    "Gaussian, bandwidth {m} m": "words of a picture",
    "{n} more are not known to their street or wait for review: not drawn": "words of a picture",
    "{n} more lie in cells too small to show": "words of a picture",
    "Protected: figures in fives, cells under 5 merged": "words of a picture",
    "{kinds} 等 {n} 类": "words of a picture",
    "制图日期 {day}": "words of a picture",
    "Kinds: {kinds}": "words of a picture",
    "Kinds: all": "words of a picture",
    "{kinds} and others, {n} in all": "words of a picture",
    "Made on {day}": "words of a picture",
    "Synthetic data, no real statistics": "words of a picture",
    "{} km": "a scale bar",
    "{} m": "a scale bar",
    "A day or a kind does not fit.": "a fault of the program, caught in it",
    "A place lies too far north or south.": "a fault of the program, caught in it",
    "a list's query has no place for a filter": "a check of a file of the program",
    "Plan Rows": "a key of EXPLAIN",
    "the table, as JSON or as a CSV file": "a description in OpenAPI",
    "the file": "a description in OpenAPI",
    "the part of the file that Range asks for": "a description in OpenAPI",
    "what was asked for": "a description in OpenAPI",
    "events `ready`, `changes` and `reset`; see docs/live.md": "a description in OpenAPI",
    "the phone has it already": "a description in OpenAPI",
    "id: {}\n\n": "an event",
    "id: {}\nevent: {}\ndata: ": "an event",
    "Accept-Encoding, Cookie, Authorization": "a header",
    "wangge 网格": "the name of the program",
    "/* and what else is asked */": "a mark in SQL",
    "/* rows */": "a mark in SQL",
    "/* rows end */": "a mark in SQL",
    "pd.Series[int] | None": "an annotation",
    "select place_of(st_setsrid(st_makepoint(%s, %s), 4326))": "SQL",
    "%Y-%m-%d %H:%M": "how a moment is written",
    "ESRI Shapefile": "the name of a driver",
    "text/csv; charset=utf-8": "a header",
    "attachment; filename=\"{}\"; filename*=UTF-8''{}": "a header",
    "private, no-store": "a header",
    "private, no-cache": "a header",
    "Accept-Encoding, Authorization, Cookie": "a header",
    "Outside China": "the name of a region",
    "OpenStreetMap contributors (ODbL), {}": "an attribution",
    "the same was stored before": "the API's document",
    "a page, or with `f` a file of all rows": "the API's document",
    "a page of faults, or all of them as a file": "the API's document",
    "the table with our columns": "the API's document",
    "The page `{}`; who may not open it is led to their own.": "the API's document",
    "another page first": "the API's document",
    "the tile (MVT 2)": "the API's document",
    "nothing lies in this tile": "the API's document",
    "the browser's copy is still right": "the API's document",
    "another version is in force; the tile as it is now": "the API's document",
}
"""What has a blank in it and is no message."""
KINDS_OF_FACILITIES = "layers/osm/facilities.py"
"""Has the names of kinds, in both languages; of its literals only those with a value are messages."""

COMPOSED = {
    "grids {} and {}": "grids {} and {} overlap by {} m2",
    "{} overlap by {} m2": "grids {} and {} overlap by {} m2",
    "is none of {}, EPSG:n": "{} is none of {}, EPSG:n",
    "is not in the EPSG register": "{} is not in the EPSG register",
    "has no longitude and latitude or plane coordinates": "{} has no longitude and latitude or plane coordinates",
    "line 1": "line {}",
    "{} line 1": "{} line {}",
    "row {} {} {}": "row {} {}",
    "{} {} (stored)": "row {} {} and {} (stored)",
}
"""Parts that are put together in the code, and the template that knows the whole."""
CUT_FROM_GRIDDING = {"overlap by {}", "leave {} between them", "has a hole of {}"}
"""What layers/boundaries leaves of gridding's messages when it names the regions itself."""
OF_CSV = {"unexpected end of data", "{} expected after {}", "field larger than field limit ({})"}
OF_FASTAPI = {"JSON decode error"}


def said_by_pydantic():
    """The messages of pydantic, with {} for each value."""
    for error in list_all_errors():
        text = error["message_template_python"].replace("{field_type}", "List")
        for plural in ("", "s"):
            yield re.sub(r"\{\w+\}", "{}", text.replace("{expected_plural}", plural))


def said_by_queries():
    """The literals of the queries that say what stands against undoing an import."""
    text = (PROJECT / "layers/sql/queries/undo.sql").read_text("utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    literals = re.findall(r"'((?:[^']|'')*)'", code)
    return {one.replace("''", "'") for one in literals if re.search("[a-z]{2}", one)}


def pieces(said):
    return {piece for piece in said.split("{}") if re.search("[a-z]{2}", piece)}


def test_every_sentence_of_the_code_is_in_the_catalogue():
    missing = [
        f"{sentence.place}: {sentence}"
        for sentence in sentences_in_code()
        if COMPOSED.get(sentence, sentence) not in KNOWN | NOT_SAID.keys()
        and not (sentence.place.startswith(KINDS_OF_FACILITIES) and "{}" not in sentence)
    ]
    assert missing == []


def test_every_error_without_a_detail_is_in_the_catalogue():
    assert {str(title) for title in titles_of_errors()} <= SECTIONS["sentence"].keys()


def test_every_reason_against_an_undo_is_in_the_catalogue():
    known = {piece for said in KNOWN for piece in pieces(said)}
    assert "was edited since (rev " in said_by_queries()
    assert said_by_queries() <= known


def test_what_is_listed_as_no_message_or_as_a_part_is_in_the_code():
    code = set(map(str, sentences_in_code()))
    assert NOT_SAID.keys() <= code
    assert COMPOSED.keys() <= code


def test_the_catalogue_has_no_sentence_that_nobody_says():
    code = set(map(str, [*sentences_in_code(), *titles_of_errors()]))
    others = {*COMPOSED.values(), *CUT_FROM_GRIDDING, *OF_CSV, *OF_FASTAPI, *said_by_pydantic()}
    others |= {"Input should be {} or {}"}  # pydantic's list of what may be given, when it has several
    queries = said_by_queries()
    reasons = {said for said in SECTIONS["sentence"] if pieces(said) and pieces(said) <= queries}
    geos = {said for said in SECTIONS["sentence"] if f"{said.removesuffix('[{}]')}[{{}}]" in SECTIONS["sentence"]}
    assert set(SECTIONS["sentence"]) - code - others - reasons - geos == set()


@pytest.mark.parametrize(("section", "said", "spoken"), PAIRS, ids=[f"{section}: {said}" for section, said, _ in PAIRS])
def test_a_template_gives_its_own_words_with_every_value(section, said, spoken):
    values = [f"⟨{number}⟩" for number in range(1, said.count("{}") + 1)]
    numbers = {int(number) for number, _ in SHOWN.findall(spoken)}
    assert numbers == set(range(1, len(values) + 1))
    assert {name for _, name in SHOWN.findall(spoken)} - {""} <= SECTIONS.keys()
    expected = SHOWN.sub(lambda match: values[int(match[1]) - 1], spoken)
    parts = said.split("{}")
    text = "".join(part + value for part, value in zip(parts, [*values, ""], strict=True))
    assert Catalogue(SECTIONS).say(section, text) == expected
    letters = SHOWN.sub("", spoken).replace("m²", "")
    assert re.search("[一-鿿]", letters) or not re.search("[A-Za-z]", letters)


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        (
            "its parent 530102 is neither in the file nor in the database",
            "上级区划 530102 既不在文件中，也不在数据库中",
        ),
        ("several house rows have the key A-1: state the region", "编号为 A-1 的房屋不止一个：请填写村代码"),
        ("A-1 is there already, in line 7, 房屋编号", "编号 A-1 已在第 7 行“房屋编号”列出现"),
        ("Only a draft can be submitted; this plan is in_review.", "只有草案可以提交审核；该方案现为“审核中”。"),
        ("columns not used: 备注, number 3", "未使用的列：备注, 第 3 列"),
        (
            "warning: refitted draft: 5.0 m2 of new land joined grid 3",
            "提醒：适配后的草案：有 5.0 m² 新增土地并入网格 3",
        ),
        (
            "wgs84 was stated, but its coordinates, the first (1, 2), are no degrees: state the right one (--crs)",
            "所选坐标系是 wgs84，但其坐标（第一个是 (1, 2)）不是经纬度：请选择正确的坐标系（--crs）",
        ),
        ("leads nowhere: ambiguous, room_unknown", "无法定位：有多个可能的地点, 没有这个房号"),
        ("load must lie in the band", "目标工作量须在规模区间之内"),
        ("12.0 m2 of grid 3 lie outside the village", "网格 3 有 12.0 m² 在村界之外"),
        ("2.5 m2 of grid 3 lie outside the village, in 甲村", "网格 3 有 2.5 m² 在村界之外，位于 甲村"),
        ("grids 1, 2 and 4 overlap by 7.0 m2, which go to grid 2", "网格 1, 2 与 4 重叠 7.0 m²，划入网格 2"),
        ("the polygon covers every basic grid", "所画的面覆盖了全部基础网格"),
        (
            "grid 2 has a load of 612, outside 300-500: one atom has a load of 520",
            "网格 2 的工作量为 612，不在 300–500 之内：有一个不可分割单元的工作量为 520",
        ),
        ("Nobody ever said this.", "Nobody ever said this."),
        ("", ""),
    ],
)
def test_messages_in_chinese(said, spoken):
    assert in_chinese(said) == spoken


@pytest.mark.parametrize(
    ("where", "spoken"),
    [
        ("line 12", "第 12 行"),
        ("line 7, 姓名", "第 7 行“姓名”列"),
        ("名册.csv line 1", "名册.csv 第 1 行"),
        ("row 3 530102 甲村", "第 3 条 530102 甲村"),
        ("row 3 1 甲 and row 4 2 乙", "第 3 条 1 甲 与第 4 条 2 乙"),
        ("house row 7", "房屋 第 7 行"),
        ("house A-1", "房屋 A-1"),
        ("3 rows of house", "3 行房屋"),
        ("body.password", "body.password"),
        ("query.limit", "query.limit"),
        ("530102001001", "530102001001"),
    ],
)
def test_places_in_chinese(where, spoken):
    assert place_in_chinese(where) == spoken


HOSTILE = [
    "{1}",
    "{}",
    "{1:sentence}",
    "%s {0} \\1 \\g<0> $1",
    ".*(a+)+$",
    "[^",
    "is missing",
    "house",
    "<script>alert(1)</script>",
    "甲\n乙\r\0",
    "' or '",
    "warning: x",
    "",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_values_come_through_unchanged(value):
    assert in_chinese(f"the column {value} is there twice") == f"列 {value} 重复"
    assert in_chinese(f"it has no field {value!r}; its fields: a") == f"文件没有字段 {value!r}；现有字段：a"
    assert place_in_chinese(f"line 3, {value}") == f"第 3 行“{value}”列"


@pytest.mark.parametrize("value", HOSTILE)
def test_a_list_of_values_comes_through_unchanged(value):
    assert in_chinese(f"columns not used: 甲, {value}, 乙") == f"未使用的列：甲, {value}, 乙"


def test_a_value_that_speaks_like_another_message_does_not_change_what_is_said():
    value = "it has no code; a repair would change its area from 1 to 2 m², by 3: more than 4"
    said = f"the name {value!r} is longer than 50 letters or has control characters"
    assert in_chinese(said) == f"名称 {value!r} 超过 50 个字，或含有控制字符"


def test_long_and_repetitive_texts_are_answered():
    """A pattern that goes back over its text would not end with these."""
    for said in KNOWN:
        head = said.split("{}")[0]
        assert "!" in in_chinese(head + (said.replace("{}", " ") + "; ") * 300 + "!")
    assert in_chinese("x" * 1_000_000) == "x" * 1_000_000


def test_a_nest_of_messages_is_opened_a_few_times_only():
    assert in_chinese("refitted draft: " * 50_000).startswith("适配后的草案：适配后的草案：")


def test_what_geos_says_of_a_shape_is_known():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    hole = shapely.Polygon([(0, 0), (1, 0), (1, 1), (0, 1)], [[(5, 5), (6, 5), (6, 6)]])
    twice = shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(1, 1, 2, 2)])
    reasons = [in_chinese(f"grid 1: {shapely.is_valid_reason(shape)}") for shape in (bow, hole, twice)]
    assert reasons == [
        "网格 1：边界自相交（0.5 0.5）",
        "网格 1：空洞在外边界之外（5 5）",
        "网格 1：外边界互相嵌套（2 1）",
    ]


def test_an_english_fault_stays_and_a_chinese_one_keeps_its_mark_and_place():
    fault = Fault("line 2", "warning: its published plan fits the boundary again", (100.0, 25.0))
    assert translate(fault, english=True) == fault
    assert translate(fault, english=False) == Fault("第 2 行", "warning: 已发布的方案重新与边界相符", (100.0, 25.0))


def test_a_problem_speaks_one_language():
    faults = [Fault("line 2", "it has no code"), Fault("line 3", "warning: it has no code")]
    english = problem_body(BY_SLUG["invalid"], "The list of changes has 1 faults.", faults, english=True)
    assert [fault["message"] for fault in english["faults"]] == ["it has no code", "warning: it has no code"]
    chinese = problem_body(BY_SLUG["invalid"], "The list of changes has 1 faults.", faults)
    assert chinese["detail"] == "区划变更表有 1 处错误。"
    assert [(fault["where"], fault["message"]) for fault in chinese["faults"]] == [
        ("第 2 行", "没有代码"),
        ("第 3 行", "提醒：没有代码"),
    ]
    assert problem_body(BY_SLUG["unavailable"])["detail"] == BY_SLUG["unavailable"].title_zh


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ({}, "没有图层 'nothing'。"),
        ({"accept_language": "zh-CN,zh;q=0.9,en;q=0.8"}, "没有图层 'nothing'。"),
        ({"accept_language": "fr"}, "没有图层 'nothing'。"),
        ({"accept_language": "en-GB,en;q=0.9"}, "There is no layer 'nothing'."),
    ],
)
def test_the_browser_chooses_the_language(login, language, detail):
    answer = login("planner").get("/tiles/nothing/1/0/0.mvt", **language)
    assert (answer.status_code, answer.json()["detail"]) == (404, detail)


def test_faults_of_a_request_are_in_chinese(login):
    answer = login("planner").get("/api/regions?limit=0&surprise=1")
    told = {(fault["where"], fault["message"]) for fault in answer.json()["faults"]}
    assert told == {("query.limit", "不得小于 1"), ("query.surprise", "没有这个参数")}


@pytest.fixture
def failed_job(login, wait_for_job):
    """The job of a list with a point at 0, 0 and an unknown kind."""
    rows = f"ref,kind,name,region_code,lon,lat\nA,mill,磨坊,{WEST},0,0\n".encode()
    return wait_for_job(login("planner"), rows)


@pytest.fixture
def wait_for_job():
    """Sends a list of facilities and gives its job's path when that has ended."""

    def send(browser, content):
        headers = {"cookie": f"wangge_session={browser.token}", "x-csrf-token": browser.csrf}
        headers |= {"content-type": "application/octet-stream"}
        query = {"name": "名册.csv", "crs": "wgs84"}
        answer = browser.client.post("/api/imports/facility", params=query, content=content, headers=headers)
        path = f"/api/jobs/{answer.json()['job']['id']}"
        for _ in range(600):
            if browser.get(path).json()["status"] in ("done", "failed"):
                return path
            time.sleep(0.05)
        raise AssertionError("the job does not end")

    return send


def test_a_job_and_its_faults_are_in_the_language_of_who_asks(login, failed_job):
    planner = login("planner")
    chinese, english = planner.get(failed_job).json(), planner.get(failed_job, accept_language="en").json()
    assert chinese["problem"]["detail"] == "“设施”名册有 2 处错误，没有保留任何数据。"
    assert english["problem"]["detail"] == "The list of facility has 2 faults; nothing was stored."
    told = [(row["where"], row["message"]) for row in planner.get(f"{failed_job}/faults").json()["items"]]
    assert told == [("第 2 行“kind”列", "'mill' 不是已有的设施类型"), ("第 2 行“lon”列", "坐标为 0, 0，位置不明")]
    rows = planner.get(f"{failed_job}/faults", accept_language="en").json()["items"]
    assert [row["where"] for row in rows] == ["line 2, kind", "line 2, lon"]


def test_the_files_of_faults_are_in_the_language_of_who_asks(login, failed_job):
    planner = login("planner")
    for language, word in (
        ({}, "坐标为 0, 0，位置不明"),
        ({"accept_language": "en"}, "the point is 0, 0: it is not known"),
    ):
        table = planner.get(f"{failed_job}/faults?f=csv", **language).content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(table)))
        assert [(row["severity"], row["message"]) for row in rows][1] == ("fault", word)
        assert word.encode() in planner.get(f"{failed_job}/faults?f=gpkg", **language).content


def test_an_imports_warnings_are_in_the_language_of_who_asks(login, town, wait_for_job):
    planner = login("planner")
    region = f"ref,kind,name,民族,region_code\nW1,school,学校,x,{WEST}\n".encode()
    with town.write(Scope.everything()) as session:
        session.merge(FacilityKind(code="school", name_zh="学校", name_en="school", sort=2))
    path = wait_for_job(planner, region)
    result = planner.get(path).json()["result"]
    address = f"/api/imports/{result['import_id']}"
    (chinese,), (english,) = (
        planner.get(address, **language).json()["faults"] for language in ({}, {"accept_language": "en"})
    )
    assert (chinese["severity"], chinese["where"]) == ("warning", "名册.csv 第 1 行")
    assert chinese["message"] == "列“民族”已舍弃：本系统不保存民族"
    assert english["message"] == "the column 民族 was dropped: the model keeps no ethnicity"
