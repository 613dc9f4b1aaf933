"""An import before it happens, whole."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Cancelled
from casework.model import Problem
from casework.progress import Step
from casework.rules import load_pack
from casework.sources import VERDICTS
from casework.staging import COLUMNS, Staged, remembered, stage
from tests.staging import WORDS, a_row, a_source, a_table, known_after, known_table, people_table
from tests.test_staging_facts import rows

CN = load_pack("cn")


def staged(*listed: dict[str, Any], known: pa.Table | None = None, **more: Any) -> Staged:
    """Stage rows of the usual source."""
    source = more.pop("source", a_source())
    values: dict[str, Any] = {"taken": (), "people": people_table(), "rules": CN} | more
    known = known if known is not None else known_table()
    return stage(a_table(listed), source, remembered("12315", a_source(), WORDS), known=known, **values)


def test_a_preview_counts_every_row_once_and_shows_it() -> None:
    found = staged(
        a_row(case_no="1"),
        a_row(case_no="2", closed=dt.datetime(2025, 2, 1)),
        a_row(case_no="2"),
        a_row(case_no="3", received=None),
        taken={"1"},
    )
    assert dict(found.counts) == {"new": 1, "update": 0, "unchanged": 0, "duplicate": 2, "invalid": 1}
    assert tuple(found.counts) == VERDICTS
    (line,) = found.page("invalid")
    assert (line.row, line.verdict, line.case_no, line.received) == (5, "invalid", "3", "")
    assert line.reason == "没有可读取的接收日期。"
    assert found.page("new")[0].received == "2025-01-01 09:30"
    assert [line.row for line in found.page(offset=1, limit=2)] == [3, 4]
    assert found.page("new", offset=5) == ()


def test_new_cases_are_exactly_what_the_store_takes_and_updates_bring_both_facts() -> None:
    first = staged(a_row(case_no="1"))
    assert tuple(first.new_cases().column_names) == COLUMNS
    second = staged(a_row(case_no="1", handler="王五"), a_row(case_no="2"), known=known_after(first.table))
    (update,) = second.updates().to_pylist()
    assert (update["case_pk"], update["version"], update["known_no"]) == (1, 1, "1")
    assert json.loads(update["before"])["handler"] == "李四"
    assert second.new_cases()["case_no"].to_pylist() == ["2"]


@given(st.lists(rows(), max_size=6), st.data())
def test_a_file_that_was_imported_changes_nothing(listed: list[dict[str, Any]], data: st.DataObject) -> None:
    for row in listed:
        row["case_no"] = data.draw(st.sampled_from(["A", "B", None]))
    first = staged(*listed)
    again = staged(*listed, known=known_after(first.table))
    assert again.counts["new"] == again.counts["update"] == 0
    assert again.counts["unchanged"] == first.counts["new"]
    assert again.counts["invalid"] == first.counts["invalid"]


@given(st.lists(rows(), max_size=4), st.lists(rows(), max_size=4))
def test_a_second_month_once_imported_changes_nothing_either(
    january: list[dict[str, Any]], february: list[dict[str, Any]]
) -> None:
    for listed in (january, february):
        for place, row in enumerate(listed):
            row["case_no"] = f"number {place}"
    known = known_after(staged(*january).table)
    known = known_after(staged(*february, known=known).table, known)
    again = staged(*february, known=known)
    assert again.counts["new"] == again.counts["update"] == 0


def test_who_knows_the_numbers_is_asked_for_those_of_rows_without_one_too() -> None:
    asked: list[str] = []

    def taken(numbers: Collection[str]) -> set[str]:
        asked.extend(numbers)
        return set(numbers)

    found = staged(a_row(case_no="1"), a_row(case_no=None), taken=taken)
    assert asked[0] == "1"
    assert asked[1].startswith("row-")
    assert found.counts["duplicate"] == 2
    again = staged(a_row(case_no="1"), known=known_after(staged(a_row(case_no="1")).table), taken=taken)
    assert again.counts["unchanged"] == 1


def test_staging_twice_gives_the_same() -> None:
    listed = [a_row(case_no=None), a_row(case_no="2", status="另议"), a_row(case_no="3", phone="见附件")]
    first, second = staged(*listed), staged(*listed)
    assert first.table.equals(second.table)
    assert (first.questions, first.pairs, first.notes) == (second.questions, second.pairs, second.notes)


def test_questions_of_the_reading_come_first_and_words_are_asked_with_or_without_a_memory() -> None:
    known = staged(a_row(status="另议"))
    fresh = stage(
        a_table([a_row(status="另议")]),
        a_source(),
        remembered("new", a_source()),
        rules=CN,
        known=known_table(),
        taken=(),
        people=people_table(),
        confirmed=False,
    )
    assert [question.subject for question in known.questions] == ["status:另议"]
    assert {question.subject for question in fresh.questions} == {
        "channel:12315平台",
        "status:另议",
        "conduct:虚假宣传",
    }


def test_a_likely_duplicate_is_listed_but_stays_a_new_case() -> None:
    found = staged(a_row(case_no="1"), a_row(case_no="2"))
    assert found.counts["new"] == 2
    assert [(pair.row, pair.other_row) for pair in found.pairs] == [(2, 3)]


def test_problems_of_the_reading_are_in_the_preview() -> None:
    source = a_source(
        problems=(Problem(2, "登记编号", "1E+17", "被截断"), Problem(3, "消费金额", "若干", "不是金额"))
    )
    found = staged(a_row(case_no="1"), a_row(case_no="2", amount=None), source=source)
    assert dict(found.counts)["invalid"] == 1
    assert "若干" in found.page("new")[0].reason
    assert found.problem_count == 2


def test_progress_is_told_and_an_exception_in_it_goes_through() -> None:
    steps: list[Step] = []
    staged(a_row(), progress=steps.append)
    assert len({step.stage for step in steps}) >= 4

    def stop(step: Step) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        staged(a_row(), progress=stop)
