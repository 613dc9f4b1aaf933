"""Pairs that may tell the same complaint twice."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.staging import Pair, likely_duplicates
from casework.staging.duplicates import find_duplicates, likeness
from tests.staging import a_row, people_table, prepared

TEXT = "客服在聊天中承诺七天无理由退款，付款后拒绝兑现，多次联系均无结果。"
REPHRASED = "客服聊天中承诺七天无理由退款，付款之后拒绝兑现，多次联系没有结果。"
OTHER = "孩子使用家长手机充值游戏，申请退还充值款被拒。"


def pairs(*rows: dict[str, Any], people: pa.Table | None = None) -> tuple[Pair, ...]:
    """The pairs among rows of an export, and with the people who are there."""
    return likely_duplicates(prepared(*rows), people if people is not None else people_table())


def a_pair(first: dict[str, Any], second: dict[str, Any]) -> tuple[Pair, ...]:
    """The pairs of two rows with numbers of their own."""
    return pairs(
        a_row(case_no="1", text=TEXT, **first), a_row(**{"case_no": "2", "text": REPHRASED, **second})
    )


def test_the_same_complaint_told_twice_is_listed_with_the_reasons() -> None:
    (pair,) = a_pair({}, {"received": dt.datetime(2025, 1, 4)})
    assert (pair.row, pair.case_no, pair.other_row, pair.other_no) == (2, "1", 3, "2")
    assert pair.reasons[:4] == ("电话相同", "投诉人相同", "被投诉方相同", "接收时间相差 2 天")
    assert 0.5 < pair.score < 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"phone": None}, {"phone": "13911111111"}),
        ({"complainant": "赵*子"}, {"complainant": "赵*子"}),
        (
            {"phone": "+86 139-0000-0001"},
            {"phone": "１３９０００００００１", "complainant": "赵甲子阿姨"},
        ),
        ({"respondent": "虚州星梭云网络科技有限责任公司"}, {}),
        ({"respondent": "虚州星梭云网络科技 有限公司"}, {}),
        ({"respondent": "Sparrow Cloud Ltd."}, {"respondent": "SPARROW CLOUD LIMITED"}),
        ({"respondent": "Sparrow Cloud, Inc"}, {"respondent": "Ｓparrow Cloud"}),
    ],
)
def test_spellings_of_one_person_and_one_company_are_the_same(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert a_pair(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"respondent": "虚州第1网络科技有限公司"}, {"respondent": "虚州第2网络科技有限公司"}),
        ({"phone": None, "complainant": None}, {"phone": None, "complainant": None}),
        ({"phone": "无", "complainant": "匿名"}, {"phone": "无", "complainant": "匿名"}),
        (
            {"phone": "00000000000", "complainant": "张女士"},
            {"phone": "00000000000", "complainant": "张女士"},
        ),
        ({"respondent": None}, {"respondent": None}),
        ({"phone": "1", "complainant": "赵甲子"}, {"phone": "2", "complainant": "钱乙丑"}),
        ({}, {"received": dt.datetime(2025, 3, 1)}),
        ({}, {"text": OTHER}),
        ({}, {"text": None, "conduct": None}),
    ],
)
def test_what_differs_or_is_blank_makes_no_pair(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert a_pair(first, second) == ()


def test_a_case_that_is_there_already_is_found() -> None:
    there = people_table(
        [
            {
                "case_no": "2025-0007",
                "received": dt.datetime(2024, 12, 20),
                "complainant": "赵 甲子",
                "phone": "",
                "company": "虚州星梭云网络科技有限公司",
                "summary": f"〔质量〕{TEXT}",
            }
        ]
    )
    (pair,) = pairs(a_row(text=REPHRASED), people=there)
    assert (pair.other_row, pair.other_no) == (None, "2025-0007")
    assert "电话相同" not in pair.reasons


def test_two_cases_that_are_both_there_are_nobodys_question_now() -> None:
    row = {
        "received": dt.datetime(2025, 1, 1),
        "complainant": "赵甲子",
        "phone": "13900000001",
        "company": "甲",
        "summary": TEXT,
    }
    there = people_table([row | {"case_no": "1"}, row | {"case_no": "2"}])
    assert pairs(a_row(respondent="乙"), people=there) == ()


def test_the_likeliest_come_first_and_no_more_than_asked_for() -> None:
    rows = [a_row(case_no=str(number), phone=f"139{number // 2:08d}", complainant=None, text=TEXT + str(number % 2) * number) for number in range(20)]  # fmt: skip
    found = find_duplicates(prepared(*rows), people_table(), limit=4)
    assert len(found.pairs) == 4
    assert found.more == 6
    assert [pair.score for pair in found.pairs] == sorted((pair.score for pair in found.pairs), reverse=True)


def many(rows: int, **columns: Any) -> pa.Table:
    """Many new rows of one company, each a minute after the other."""
    start = int(dt.datetime(2025, 1, 1, tzinfo=dt.UTC).timestamp()) * 1_000_000
    plain = {
        "row": pa.array(range(2, rows + 2), pa.int64()),
        "case_no": pa.array([str(number) for number in range(rows)]),
        "received_at": pa.array([start + number * 60_000_000 for number in range(rows)], pa.timestamp("us")),
        "respondent_company": pa.array(["虚州星梭云网络科技有限公司"] * rows),
        "complainant_name": pa.array([""] * rows),
        "complainant_phone": pa.array([""] * rows),
        "summary": pa.array([TEXT] * rows),
    }
    return pa.table(plain | columns)


@pytest.mark.slow
@pytest.mark.parametrize("phone", ["", "13900000001"])
def test_one_company_with_very_many_rows_takes_no_squared_time(phone: str) -> None:
    def spent(rows: int) -> float:
        table = many(rows, complainant_phone=pa.array([phone] * rows))
        begun = time.process_time()
        find_duplicates(table, people_table())
        return time.process_time() - begun

    spent(10_000)
    assert spent(50_000) < 15 * max(spent(10_000), 0.02)


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_a_share_and_knows_no_order(left: str, right: str) -> None:
    assert 0 <= likeness(left, right) <= 1
    assert likeness(left, right) == likeness(right, left)


def test_a_text_is_like_itself_and_unlike_a_blank_one() -> None:
    assert likeness(TEXT, TEXT) == 1
    assert likeness(TEXT, "") == likeness("", "") == 0
    assert likeness(TEXT, REPHRASED) > 0.7 > 0.3 > likeness(TEXT, OTHER)
