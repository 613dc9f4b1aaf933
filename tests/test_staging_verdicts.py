"""What an import would do with each row, and why."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from typing import Any

import pyarrow as pa

from casework.model import Problem
from casework.staging import judge
from tests.staging import a_row, known_after, known_table, prepared


def verdicts(
    table: pa.Table, known: pa.Table | None = None, taken: Collection[str] = (), **more: Any
) -> list[tuple[str, str]]:
    """Verdict and reason of each row."""
    judged = judge(table, known if known is not None else known_table(), taken, **more)
    return list(zip(judged["verdict"].to_pylist(), judged["reason"].to_pylist(), strict=True))


def imported(*rows: dict[str, Any]) -> pa.Table:
    """What the store knows after these rows were imported."""
    return known_after(judge(prepared(*rows), known_table(), ()))


def test_a_number_that_nobody_knows_is_a_new_case() -> None:
    assert verdicts(prepared(a_row()))[0][0] == "new"


def test_the_same_file_twice_changes_nothing() -> None:
    rows = [a_row(case_no=str(number)) for number in range(3)] + [a_row(case_no=None), a_row(case_no=None)]
    known = imported(*rows)
    assert known.num_rows == 5
    assert [verdict for verdict, _reason in verdicts(prepared(*rows), known)] == ["unchanged"] * 5


def test_an_update_says_which_facts_changed_with_both_values() -> None:
    known = imported(a_row(status="处理中"))
    changed = prepared(a_row(status="已办结", closed=dt.datetime(2026, 5, 2), handler="王五"))
    verdict, reason = verdicts(changed, known)[0]
    assert verdict == "update"
    assert reason == "办结日期: 空 → 2026-05-02; 承办人: 李四 → 王五; 状态: 处理中 → 已办结"


def test_an_update_carries_the_case_and_the_facts_of_last_time() -> None:
    known = imported(a_row(handler="李四"))
    row = judge(prepared(a_row(handler="王五")), known, ()).to_pylist()[0]
    assert (row["case_pk"], row["version"], row["known_no"]) == (1, 1, "199000020250101001")
    assert json.loads(row["before"])["handler"] == "李四"
    assert json.loads(row["facts"])["handler"] == "王五"


def test_a_blank_never_counts_as_a_change_and_is_remembered_as_it_was() -> None:
    known = imported(a_row(closed=dt.datetime(2025, 2, 1)))
    verdict, reason = verdicts(prepared(a_row(closed=None)), known)[0]
    assert (verdict, reason) == ("unchanged", "导出表只是缺少了以前的内容，原内容保留。")
    judged = judge(prepared(a_row(closed=None, handler="王五")), known, ())
    assert judged["verdict"].to_pylist() == ["update"]
    assert json.loads(judged["facts"][0].as_py())["closed"] == "2025-02-01 00:00:00"
    again = known_after(judged, known)
    assert verdicts(prepared(a_row(closed=None, handler="王五")), again)[0][0] == "unchanged"


def test_a_long_value_is_cut_in_the_reason() -> None:
    known = imported(a_row(text="甲" * 500))
    _verdict, reason = verdicts(prepared(a_row(text="乙" * 500 + "\n丙")), known)[0]
    assert len(reason) < 120
    assert "…" in reason
    assert "\n" not in reason


def test_a_number_that_belongs_to_another_case_is_a_duplicate() -> None:
    verdict, reason = verdicts(prepared(a_row()), taken={"199000020250101001"})[0]
    assert verdict == "duplicate"
    assert "另一案件" in reason


def test_a_number_that_the_office_gave_to_another_case_of_the_source_is_a_duplicate() -> None:
    known = known_table(
        [{"number": "A", "case_pk": 1, "case_no": "B", "version": 3, "facts": "{}", "run": "R1"}]
    )
    assert verdicts(prepared(a_row(case_no="B")), known)[0][0] == "duplicate"
    assert verdicts(prepared(a_row(case_no="A")), known)[0][0] == "update"


def test_a_number_that_comes_twice_stands_for_its_first_row() -> None:
    found = verdicts(prepared(a_row(), a_row(), a_row(handler="王五"), a_row(case_no="other")))
    assert [verdict for verdict, _reason in found] == ["new", "duplicate", "duplicate", "new"]
    assert found[1][1] == "与本文件第 2 行内容相同。"
    assert found[2][1] == "与本文件第 2 行编号相同，但内容不同。"


def test_an_invalid_row_does_not_take_the_number_from_a_good_one() -> None:
    found = verdicts(prepared(a_row(received=None), a_row()))
    assert [verdict for verdict, _reason in found] == ["invalid", "new"]


def test_a_row_without_a_received_date_is_invalid_and_quotes_the_cell() -> None:
    problem = Problem(2, "登记日期", "三月份", "不是日期")
    verdict, reason = verdicts(prepared(a_row(received=None)), problems=[problem])[0]
    assert verdict == "invalid"
    assert reason == "没有可读取的接收日期。 登记日期 “三月份”: 不是日期"


def test_a_cut_number_is_invalid_even_where_a_case_has_it() -> None:
    problem = Problem(2, "登记编号", "199000020250101000", "只剩 15 位")
    known = imported(a_row())
    found = verdicts(prepared(a_row()), known, problems=[problem], number_header="登记编号")
    assert found[0][0] == "invalid"


def test_other_problems_are_in_the_reason_and_the_row_still_counts() -> None:
    problems = [Problem(2, "办结日期", "不详", "不是日期"), Problem(2, "消费金额", "若干", "不是金额")]
    verdict, reason = verdicts(
        prepared(a_row(amount=None, phone="见附件"), a_row(case_no="2")), problems=problems
    )[0]
    assert verdict == "new"
    assert "办结日期 “不详”: 不是日期" in reason
    assert "消费金额 “若干”: 不是金额" in reason
    assert "“电话”不是电话号码" in reason


def test_facts_that_nobody_can_read_back_do_not_stop_the_others() -> None:
    known = known_table(
        [{"number": "A", "case_pk": 1, "case_no": "A", "version": 1, "facts": '{"amount":7}', "run": "R1"}]
    )
    assert verdicts(prepared(a_row(case_no="A")), known)[0][0] == "update"


def test_an_empty_export_is_judged_without_rows() -> None:
    assert verdicts(prepared()) == []
