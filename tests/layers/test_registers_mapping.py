"""Which header is which column: what is found, what is guessed, what a person says, and what nobody gets to see."""

from __future__ import annotations

import openpyxl
import pytest

from layers.errors import Invalid
from layers.registers import propose, read

INVENTED = {
    "序号": "1", "公民身份号码": "532901198001010014", "姓名": "王五", "曾用名": "王小五", "性别": "男",
    "出生日期": "1980-01-01", "民族": "某族", "籍贯": "云南大理", "婚姻状况": "已婚", "政治面貌": "群众",
    "学历": "本科", "宗教信仰": "无", "职业类别": "农业", "职业": "农民", "服务处所": "甲合作社",
    "联系方式": "13800000001", "户籍地": "大理市", "户籍门（楼）详址": "镇西村1号", "现住地": "大理市",
    "现住门（楼）详址": "镇西村1号", "人户一致标识": "01", "户号": "H-001", "户主公民身份号码": "532901198001010014",
    "户主姓名": "王五", "与户主关系": "本人", "户主联系方式": "13800000001", "人口类型": "户籍人口",
    "流入原因": "务工", "健康状况": "良好", "个人年收入": "10000", "家庭主要困难及诉求": "无",
    "关注类型": "重点关注人员", "犯罪前科": "无", "积分": "5",
}  # fmt: skip
"""A sheet in the shape of GB/T 31000 (registered and mobile population), with a person that nobody is."""
KEPT = {"ref", "id_no", "name", "sex", "birth_year", "phone", "household_ref", "residence"}


@pytest.fixture
def standard_sheet(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["实有人口信息登记表"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(INVENTED))
    sheet.append(list(INVENTED))
    sheet.append(list(INVENTED.values()))
    path = tmp_path / "gbt31000.xlsx"
    book.save(path)
    return path


@pytest.fixture
def save(tmp_path):
    def run(content):
        path = tmp_path / "list.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return run


def columns(proposal):
    return {one.name: one for one in proposal.columns}


def test_a_sheet_in_the_shape_of_the_standard_brings_what_service_needs_and_nothing_else(standard_sheet):
    found = read(standard_sheet, "person", fields={"ref": "序号"})
    assert set(found.columns) == KEPT
    told = [fault.message for fault in found.warnings]
    assert told[:-1] == [
        "warning: the column 民族 was dropped: the model keeps no ethnicity",
        "warning: the column 政治面貌 was dropped: the model keeps no politics",
        "warning: the column 宗教信仰 was dropped: the model keeps no religion",
        "warning: the column 犯罪前科 was dropped: the model keeps no criminal records",
        "warning: the column 积分 was dropped: the model keeps no scores of people",
    ]
    named = told[-1].removeprefix("warning: columns not used: ").split(", ")
    assert set(named) | {"民族", "政治面貌", "宗教信仰", "犯罪前科", "积分"} == set(INVENTED) - set(
        found.headers.values()
    )


def test_the_proposal_for_it_names_all_that_is_dropped_and_shows_no_person(standard_sheet):
    found = propose(standard_sheet, "person", fields={"ref": "序号"})
    used = {one.name: one.header for one in found.columns if one.header is not None}
    assert set(used) == KEPT
    assert {one.header for one in found.dropped} == set(INVENTED) - set(used.values())
    assert {one.header for one in found.dropped if one.refused} == {"民族", "政治面貌", "宗教信仰", "犯罪前科", "积分"}
    shown = columns(found)
    assert [shown[name].samples for name in ("name", "id_no", "phone")] == [("**",), ("*" * 18,), ("*" * 11,)]
    assert "民族" not in found.headers
    assert (found.faults, found.sheet, found.needs_crs) == ((), "Sheet", False)


def test_a_header_that_only_resembles_is_a_guess_and_not_used_without_a_word(save):
    path = save("编号,村代码,本楼名称\nA,532901001001,一号\n")
    guess = columns(propose(path, "building"))["name"]
    assert (guess.header, guess.guessed, guess.samples) == ("本楼名称", True, ("一号",))
    assert "name" not in read(path, "building").columns
    said = {"name": "本楼名称"}
    assert read(path, "building", fields=said).columns["name"] == ["一号"]
    assert not columns(propose(path, "building", fields=said))["name"].guessed


def test_a_column_that_is_found_can_be_left_out(save):
    path = save("编号,村代码,名称\nA,532901001001,一号\n")
    assert "name" not in read(path, "building", fields={"name": ""}).columns
    assert columns(propose(path, "building", fields={"name": ""}))["name"].header is None


def test_what_is_missing_and_a_datum_that_is_needed_are_told_before_anything_is_sent(save):
    found = propose(save("经度,纬度\n100.2,25.5\n"), "facility")
    assert [fault.message for fault in found.faults] == ["设施编号 (ref) is missing", "设施类型 (kind) is missing"]
    assert found.needs_crs


def test_what_is_no_list_or_no_table_is_refused(save):
    path = save("编号\nA\n")
    with pytest.raises(Invalid, match="no such list"):
        propose(path, "nothing")
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(Invalid):
        propose(path, "building")
