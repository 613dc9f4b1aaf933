"""The roles that a monthly review needs: kinds, ends, limits, answers and money, told from other columns by their cells."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.exchange.read import LISTED, MEASURED, Export, read_export
from casework.exchange.read import export as told
from casework.exchange.understand import Request, understand
from casework.exchange.yes_no import are_kinds, read_answers, read_times
from casework.i18n import use_language
from casework.sources import ROLES
from casework.words import ROLES as NAMES

from .shared import shared_data

Stamp = dt.datetime


@pytest.fixture(autouse=True)
def english():
    with use_language("en"):
        yield


def export(folder: Path, rows: list[list[str]], **asked: object) -> Export:
    path = folder / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return told(understand(Request(str(path), **asked))[0])


def columns(found: Export) -> dict[str, str]:
    return dict(found.source.columns)


def cells(found: Export, role: str) -> list:
    return found.table[role].to_pylist()


def problems(found: Export) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.value) for one in found.source.problems]


BACK_OFFICE = [
    ["工单号", "登记时间", "受理时间", "办结时限", "办结时间", "工单类型", "问题分类", "处理结果", "是否超期", "回访满意度", "重办次数", "客服工号", "消费金额(元)", "挽回经济损失(万元)", "办理状态"],
    ["A1", "2026-03-01 09:00", "2026-03-02 10:00", "2026-03-20", "2026-03-10 09:00", "投诉", "虚假宣传", "调解成功", "否", "满意", "0", "8801", "100", "0.01", "已办结"],
    ["A2", "2026-03-02 09:00", "2026-03-02 11:00", "2026-03-20", "2026-03-25 09:00", "举报", "售后服务", "终止调解", "是", "不满意", "2", "8802", "200", "-", "已办结"],
    ["A3", "2026-03-03 09:00", "", "", "", "咨询", "售后服务", "", "", "未回访", "", "", "", "", "办理中"],
]  # fmt: skip


def test_a_back_office_export_gives_every_measure_its_column(tmp_path):
    found = export(tmp_path, BACK_OFFICE)
    assert columns(found) == {
        "case_no": "工单号", "received": "登记时间", "closed": "办结时间", "accepted": "受理时间", "due": "办结时限", "kind": "工单类型", "status": "办理状态",
        "outcome": "处理结果", "on_time": "是否超期", "satisfied": "回访满意度", "reopened": "重办次数", "conduct": "问题分类", "agent": "客服工号",
        "amount": "消费金额(元)", "recovered": "挽回经济损失(万元)",
    }  # fmt: skip
    assert problems(found) == [] and found.source.unused == ()
    assert cells(found, "kind") == ["投诉", "举报", "咨询"]
    assert cells(found, "outcome") == ["调解成功", "终止调解", None]
    assert cells(found, "on_time") == [True, False, None]
    assert cells(found, "satisfied") == [True, False, None]
    assert cells(found, "reopened") == [0, 2, None]
    assert cells(found, "recovered") == [100.0, None, None]
    assert cells(found, "accepted") == [Stamp(2026, 3, 2, 10), Stamp(2026, 3, 2, 11), None]
    types = {name: found.table.schema.field(name).type for name in found.table.column_names}
    assert (types["on_time"], types["reopened"], types["recovered"]) == (pa.bool_(), pa.int32(), pa.float64())
    assert types["due"] == types["accepted"] == pa.timestamp("us")


def test_a_due_date_without_a_time_is_the_end_of_its_day(tmp_path):
    assert cells(export(tmp_path, BACK_OFFICE), "due")[0] == Stamp(2026, 3, 20, 23, 59, 59, 999999)
    timed = [
        ["id", "created", "due date"],
        ["1", "2026-03-01 09:00", "2026-03-20 00:00"],
        ["2", "2026-03-01 09:00", "2026-03-20 17:00"],
    ]
    assert cells(export(tmp_path, timed), "due") == [Stamp(2026, 3, 20), Stamp(2026, 3, 20, 17)]


def test_a_limit_in_days_is_no_due_date(tmp_path):
    found = export(
        tmp_path,
        [["工单号", "登记日期", "办理时限"], ["1", "2026-03-01", "15个工作日"], ["2", "2026-03-02", "15"]],
    )
    assert "due" not in columns(found) and found.source.unused == ("办理时限",)


def test_without_these_columns_the_table_has_none_of_them(tmp_path):
    found = export(tmp_path, [["工单号", "登记日期"], ["1", "2026-03-01"]])
    assert not {
        "accepted",
        "due",
        "kind",
        "outcome",
        "on_time",
        "satisfied",
        "reopened",
        "agent",
        "recovered",
    } & set(found.table.column_names)


@pytest.mark.parametrize(
    ("headers", "received", "accepted"),
    [
        (["受理时间"], "受理时间", None),
        (["接收日期", "受理日期"], "接收日期", "受理日期"),
        (["受理日期", "提交时间"], "提交时间", "受理日期"),
        (["Created", "Confirmed"], "Created", "Confirmed"),
        (["受理时间", "派单时间"], "受理时间", None),
    ],
)
def test_an_acceptance_is_a_receipt_only_where_nothing_else_is(headers, received, accepted, tmp_path):
    found = export(tmp_path, [["工单号", *headers], ["1", *["2026-03-01"] * len(headers)]])
    assert (columns(found)["received"], columns(found).get("accepted")) == (received, accepted)


@pytest.mark.parametrize(
    ("values", "role"),
    [
        (["投诉", "举报", "投诉"], "kind"),
        (["消费投诉", "咨询类", "其他"], "kind"),
        (["Complaint", "Enquiry", "Complaints"], "kind"),
        (["虚假宣传", "售后服务", "价格"], "conduct"),
        (["其他", "其他", "其他"], "conduct"),
        (["Noise", "Complaint", "Rodents"], "conduct"),
        (["", "", ""], "conduct"),
    ],
)
def test_a_type_is_a_kind_only_where_its_cells_are(values, role, tmp_path):
    rows = [
        ["id", "received", "类型"],
        *([str(place), "2026-03-01", value] for place, value in enumerate(values)),
    ]
    assert {one: header for one, header in columns(export(tmp_path, rows)).items() if header == "类型"} == {
        role: "类型"
    }


def test_a_long_account_of_what_was_done_is_no_outcome(tmp_path):
    rows = [
        ["id", "received", "处理结果"],
        *(
            [str(n), "2026-03-01", f"经核实第{n}号投诉，商家已经联系消费者并说明了情况，" * 3]
            for n in range(40)
        ),
    ]
    assert "outcome" not in columns(export(tmp_path, rows))


ON_TIME = [
    ("ontime", ["ONTIME", "OVERDUE", "", "x"], [1, 0, -1, -2]),
    ("Timely response?", ["Yes", "No", "N/A"], [1, 0, -1]),
    ("是否超期", ["是", "否", "未超期", "超期", "按期办结", "超期3天"], [0, 1, 1, 0, 1, -2]),
    ("Overdue", ["0", "1", "1.0", "true"], [1, 0, -2, 0]),
    ("是否按时办结", ["1", "0", "√", "×", "办理中"], [1, 0, 1, 0, -1]),
    ("INTIME_ARCHIVE_NUM", ["1", "0", "-", "3"], [1, -1, -1, 1]),
    ("OVERTIME_ARCHIVE_NUM", ["1", "0", "-"], [0, -1, -1]),
]


@pytest.mark.parametrize(("header", "words", "answers"), ON_TIME)
def test_a_word_says_whether_it_was_in_time_whichever_way_it_was_asked(header, words, answers):
    assert read_answers("on_time", header, pa.array(words)).tolist() == answers


def test_two_columns_of_counts_say_together_whether_it_was_in_time(tmp_path):
    rows = [
        ["REC_ID", "CREATE_TIME", "EVENT_SRC_NAME", "INTIME_ARCHIVE_NUM", "OVERTIME_ARCHIVE_NUM"],
        ["1", "2026-03-01 10:00:00", "热线", "1", "-"],
        ["2", "2026-03-01 10:00:00", "热线", "0", "1"],
        ["3", "2026-03-01 10:00:00", "热线", "-", "-"],
        ["4", "2026-03-01 10:00:00", "热线", "0", "0"],
    ]
    for found in (export(tmp_path, rows), export(tmp_path, rows, roles=MEASURED)):
        assert cells(found, "on_time") == [True, False, None, None]
        assert found.source.unused == ()


def test_what_is_no_answer_is_a_problem_of_its_cell_and_the_rest_counts(tmp_path):
    rows = [
        ["id", "received", "accepted", "due date", "是否按期", "满意度", "重办次数", "挽回金额"],
        ["1", "2026-03-05", "2026-03-01", "2026-03-01", "是", "满意", "1次", "12元"],
        ["2", "2026-03-05", "soon", "2026-03-09", "maybe", "★★", "often", "much"],
        ["3", "2026-03-05", "2026-03-06", "2026-03-09", "否", "一般", "否", "¥3"],
        ["4", "2026-03-05", "2026-03-06", "2026-03-09", "是", "不满意", "2", "1"],
    ]
    found = export(tmp_path, rows)
    assert problems(found) == [
        (2, "accepted", "2026-03-01"), (2, "due date", "2026-03-01"), (3, "accepted", "soon"), (3, "挽回金额", "much"),
        (3, "是否按期", "maybe"), (3, "满意度", "★★"), (3, "重办次数", "often"),
    ]  # fmt: skip
    assert cells(found, "accepted") == [None, None, Stamp(2026, 3, 6), Stamp(2026, 3, 6)]
    assert cells(found, "on_time") == [True, None, False, True]
    assert cells(found, "satisfied") == [True, None, None, False]
    assert cells(found, "reopened") == [1, None, 0, 2]
    assert cells(found, "recovered") == [12, None, 3, 1]


def test_a_case_in_several_rows_ends_as_its_closing_row_says(tmp_path):
    rows = [
        ["工单号", "登记时间", "受理时间", "办结时间", "办理状态", "处理结果", "重办次数", "类型"],
        ["1", "2026-03-01", "2026-03-04", "2026-03-20", "已办结", "调解成功", "1", "投诉"],
        ["1", "2026-03-01", "2026-03-02", "", "办理中", "", "0", "举报"],
        ["2", "2026-03-01", "", "", "办理中", "", "", "投诉"],
        ["3", "2026-03-01", "", "2026-03-09", "已办结", "撤诉", "", "投诉"],
        ["3", "2026-03-01", "", "2026-03-12", "已办结", "", "", "投诉"],
    ]
    found = export(tmp_path, rows)
    assert (found.source.rows, found.source.duplicates) == (5, 2)
    assert cells(found, "case_no") == ["1", "2", "3"]
    assert cells(found, "closed") == [Stamp(2026, 3, 20), None, Stamp(2026, 3, 12)]
    assert cells(found, "status") == ["已办结", "办理中", "已办结"]
    assert cells(found, "outcome") == ["调解成功", None, "撤诉"]
    assert cells(found, "accepted") == [Stamp(2026, 3, 2), None, None]
    assert cells(found, "reopened") == [1, None, None]
    assert cells(found, "kind") == ["投诉", "投诉", "投诉"]


def test_the_offices_own_people_are_no_agents_of_a_respondent(tmp_path):
    rows = [["id", "received", "agent", "工号", "客服姓名"], ["1", "2026-03-01", "Wang", "007", "李四"]]
    found = export(tmp_path, rows)
    assert (columns(found)["handler"], columns(found)["agent"]) == ("agent", "客服姓名")


def test_real_exports_give_their_limits_and_answers():
    boston = read_export(shared_data("boston311/boston311-100.csv"))
    chosen = columns(boston)
    assert (chosen["due"], chosen["on_time"], chosen["status"]) == ("target_dt", "ontime", "case_status")
    assert "outcome" not in chosen and "accepted" not in chosen
    assert (boston.table["on_time"].to_pylist().count(False), boston.table["due"].null_count) == (17, 11)
    bureau = read_export(shared_data("cfpb-xlsx/consumer_complaints.xlsx"))
    chosen = columns(bureau)
    assert (chosen["on_time"], chosen["status"]) == ("timely_response", "company_response_to_consumer")
    assert bureau.table["on_time"].to_pylist().count(False) == 16


def test_a_response_beside_a_status_is_the_outcome(tmp_path):
    rows = [
        ["Complaint ID", "Date received", "Status", "Company response to consumer"],
        ["1", "2026-03-01", "Closed", "Closed with monetary relief"],
    ]
    chosen = columns(export(tmp_path, rows))
    assert (chosen["status"], chosen["outcome"]) == ("Status", "Company response to consumer")


def test_only_what_was_asked_for_is_built(tmp_path):
    found = export(tmp_path, BACK_OFFICE, roles=("received", "kind"))
    assert set(found.table.column_names) == {"row", "received", "closed", "elapsed_us", "channel", "kind"}
    assert set(MEASURED) <= set(LISTED) <= set(ROLES)
    assert not {"complainant", "phone", "text"} & set(MEASURED)


def test_every_role_has_a_name_for_the_person():
    assert set(NAMES) == set(ROLES)


@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=6), st.sampled_from(["1", "否", "超期", "2次", "投诉"])),
        max_size=20,
    )
)
def test_each_cell_is_read_as_if_it_stood_alone(words):
    column = pa.array(words, pa.string())
    for role, header in (("on_time", "是否超期"), ("satisfied", "满意度")):
        whole = read_answers(role, header, column).tolist()
        assert whole == [read_answers(role, header, column.slice(place, 1))[0] for place in range(len(words))]
        assert set(whole) <= {1, 0, -1, -2}
    assert min(read_times(column).tolist(), default=0) >= -2
    assert are_kinds([word for word in words if word]) in (True, False)
