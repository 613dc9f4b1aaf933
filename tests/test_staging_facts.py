"""Rows of an export as new cases, their canonical text, and the names of rows that have no number."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.sources import ROLES, Word
from casework.staging import COLUMNS, incoming, meanings
from casework.staging.facts import BATCH, facts_text, prepare, read_facts
from casework.staging.labels import FACTS
from casework.staging.merge import load_facts, read
from casework.staging.vocabulary import Vocabulary
from tests.staging import WORDS, a_row, a_table, prepared

TEXT_ROLES = tuple(role for role in ROLES if role not in ("received", "closed", "first_response", "amount"))
texts = st.one_of(
    st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), st.sampled_from(['a"b', "\\", "一\n二\t", "无"])
)  # fmt: skip
moments = st.one_of(st.none(), st.datetimes(dt.datetime(1985, 1, 1), dt.datetime(2105, 1, 1)))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """Any row that a reader may hand over."""
    row: dict[str, Any] = {role: draw(texts) or None for role in TEXT_ROLES}
    row |= {role: draw(moments) for role in ("received", "closed", "first_response")}
    row["amount"] = draw(
        st.one_of(st.none(), st.floats(-1e6, 1e17), st.sampled_from([0.0, 0.01, 100.0, 1e300]))
    )
    row["status"] = draw(st.sampled_from(["已办结", "处理中", "另议", None]))
    row["conduct"] = draw(st.sampled_from(["虚假宣传", "质量", None]))
    row["channel"] = draw(st.sampled_from(["12315平台", "电话", "别处", None]))
    row["phone"] = draw(st.sampled_from(["13900000001", "无", "12", "１３９０００", None]))
    return row


def test_a_row_becomes_a_case_with_its_filing_and_its_amount() -> None:
    table = prepared(a_row(closed=dt.datetime(2025, 2, 1)))
    row = table.to_pylist()[0]
    assert row["number"] == row["case_no"] == "199000020250101001"
    assert (row["status"], row["filing_status"], row["channel"]) == ("closed", "closed", "cn_samr_complaint")
    assert (row["conducts"], row["summary"]) == (
        '["false_claims"]',
        "客服承诺七天无理由退款，付款后拒绝兑现。",
    )
    assert (row["amount_minor"], row["remedy_text"]) == (10000, "导出表所载金额")
    assert (row["row"], row["fault"], row["remark"]) == (2, None, None)


def test_the_table_has_exactly_the_columns_that_the_store_takes() -> None:
    table = incoming(a_table([a_row()]), Vocabulary(words=WORDS))
    assert tuple(table.column_names) == COLUMNS
    assert table.schema.field("amount_minor").type == pa.int64()
    assert table.schema.field("received_at").type == pa.timestamp("us")


def test_no_row_at_all_is_a_table_without_rows() -> None:
    assert incoming(a_table([]), Vocabulary()).num_rows == 0


def test_a_word_without_a_meaning_stays_the_exports_own_and_stands_before_the_text() -> None:
    unmapped, kept, bare = prepared(
        a_row(conduct="质量", channel="市长信箱", status="另议"),
        a_row(conduct="价格", channel="电话"),
        a_row(conduct="价格", channel=None, text=None),
        words=(*WORDS, Word("conduct", "价格", "=")),
    ).to_pylist()
    assert (unmapped["conducts"], unmapped["channel"], unmapped["status"]) == ("[]", "市长信箱", "open")
    assert unmapped["summary"].startswith("〔质量〕客服")
    assert (kept["channel"], kept["conducts"]) == ("电话", "[]")
    assert kept["summary"].startswith("〔价格〕客服")
    assert (bare["summary"], bare["channel"]) == ("价格", None)


def test_a_status_word_alone_closes_a_case() -> None:
    row = prepared(a_row(status="已办结")).to_pylist()[0]
    assert (row["status"], row["closed_at"], row["filing_status"]) == ("closed", None, "closed")


def test_facts_are_canonical_json_of_what_the_export_says() -> None:
    row = prepared(a_row(amount=12.5, text='他说"好"\n\\')).to_pylist()[0]
    facts = json.loads(row["facts"])
    assert row["facts"] == json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert facts["amount"] == "12.50"
    assert facts["received"] == "2025-01-01 09:30:00"
    assert facts["conduct"] == "虚假宣传"
    assert facts["text"] == '他说"好"\n\\'
    assert "closed" not in facts


@given(st.lists(rows(), max_size=5))
def test_facts_read_back_as_they_were_written(listed: list[dict[str, Any]]) -> None:
    text = prepared(*listed)["facts"].combine_chunks()
    columns = read_facts(text)
    assert tuple(columns) == FACTS
    assert facts_text(columns).to_pylist() == text.to_pylist()
    for place, whole in enumerate(text.to_pylist()):
        said = {role: columns[role][place].as_py() for role in FACTS}
        assert {role: value for role, value in said.items() if value is not None} == json.loads(whole)


@given(st.lists(rows(), min_size=1, max_size=4))
def test_a_merge_reads_facts_as_the_table_does(listed: list[dict[str, Any]]) -> None:
    for row in prepared(*listed).to_pylist():
        found = read(load_facts(row["facts"]), meanings(WORDS))
        assert found.received == row["received_at"]
        assert (found.closed, found.first_response) == (row["closed_at"], row["first_response_at"])
        assert (found.status, found.channel) == (row["status"], row["channel"])
        assert (json.dumps(list(found.conducts)), found.summary) == (row["conducts"], row["summary"])
        assert (found.handler, found.region) == (row["handler"], row["region"])
        assert (found.complainant, found.phone) == (row["complainant_name"], row["complainant_phone"])
        assert found.respondent == row["respondent_company"]
        fen = None if found.amount is None else int(found.amount * 100)
        assert fen == row["amount_minor"]


def test_a_closing_on_the_day_of_receipt_is_not_before_it() -> None:
    row = prepared(a_row(closed=dt.datetime(2025, 1, 1))).to_pylist()[0]
    assert row["closed_at"] == row["received_at"] == dt.datetime(2025, 1, 1, 9, 30)
    assert json.loads(row["facts"])["closed"] == "2025-01-01 00:00:00"


@pytest.mark.parametrize(
    ("said", "column", "lost"),
    [
        ({"closed": dt.datetime(2024, 1, 1)}, "办结日期", ("closed_at", None)),
        ({"closed": dt.datetime(1900, 1, 1)}, "办结日期", ("closed_at", None)),
        ({"first_response": dt.datetime(2300, 1, 1)}, "首次答复", ("first_response_at", None)),
        ({"amount": -5.0}, "金额", ("amount_minor", None)),
        ({"amount": 1e300}, "金额", ("amount_minor", None)),
        ({"phone": "见附件"}, "电话", ("complainant_phone", "")),
        ({"text": "一\x00二\x1b"}, "投诉内容", ("summary", "一二")),
    ],
)
def test_what_cannot_be_is_left_out_and_the_row_says_so(
    said: dict[str, Any], column: str, lost: tuple[str, Any]
) -> None:
    row = prepared(a_row(**said)).to_pylist()[0]
    assert f"“{column}”" in row["remark"]
    assert row[lost[0]] == lost[1]
    assert row["fault"] is None


def test_a_placeholder_for_a_telephone_is_no_telephone_and_no_problem() -> None:
    row = prepared(a_row(phone="无")).to_pylist()[0]
    assert (row["complainant_phone"], row["remark"]) == ("", None)


@pytest.mark.parametrize(
    "said",
    [
        {"received": None},
        {"received": dt.datetime(1899, 12, 31)},
        {"case_no": "1.99E+17"},
        {"case_no": "#REF!"},
        {"case_no": "x" * 201},
    ],
)
def test_a_row_that_cannot_be_used_has_a_fault(said: dict[str, Any]) -> None:
    assert prepared(a_row(**said)).to_pylist()[0]["fault"]


def test_half_a_surrogate_pair_in_arrows_memory_becomes_a_sign_that_can_be_stored() -> None:
    broken = pa.array([b"\xed\xa0\x80ok"], pa.binary()).view(pa.string())
    table = a_table([a_row()])
    table = table.set_column(table.schema.get_field_index("text"), "text", broken)
    row = prepare(table, Vocabulary(words=WORDS)).to_pylist()[0]
    assert row["summary"].endswith("ok")
    row["summary"].encode()


def test_a_row_without_a_number_is_named_by_what_it_says_and_known_again() -> None:
    first = prepared(a_row(case_no=None), a_row(case_no=None), a_row(case_no=None, text="别的"))
    again = prepared(
        a_row(case_no="other"),
        a_row(case_no=None, status="已办结", closed=dt.datetime(2025, 3, 1)),
        a_row(case_no=None),
    )
    names = first["number"].to_pylist()
    assert names[0].startswith("row-")
    assert len(names[0]) == 16
    assert names[1] == f"{names[0]}-2"
    assert names[2] not in names[:2]
    assert again["number"].to_pylist() == ["other", names[0], names[1]]


def test_rows_are_named_alike_whatever_batch_they_fall_in() -> None:
    table = a_table([a_row(case_no=None)])
    many = table.take(pa.array([0] * (BATCH + 1)))
    names = prepare(many, Vocabulary())["number"]
    name = names[0].as_py()
    assert names[BATCH].as_py() == f"{name}-{BATCH + 1}"
    assert len(set(names.to_pylist())) == BATCH + 1


def test_a_table_that_lacks_columns_is_read_as_blank() -> None:
    bare = pa.table(
        {"row": pa.array([2]), "received": pa.array([dt.datetime(2025, 1, 1)], pa.timestamp("us"))}
    )
    row = prepare(bare, Vocabulary()).to_pylist()[0]
    assert (row["summary"], row["channel"], row["amount_minor"]) == ("", None, None)
    assert row["number"].startswith("row-")
