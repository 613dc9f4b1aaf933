"""How a changed export meets a case that people have worked on."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.i18n import use_language
from casework.model import Case, Complainant, Filing, Remedy, Respondent
from casework.staging import load_facts, meanings
from casework.staging.merge import merge
from tests.staging import WORDS, a_row, prepared
from tests.test_staging_facts import rows

MEANINGS = meanings(WORDS)
CLOSED = dt.datetime(2026, 5, 2, 16, 0)


def facts_of(**said: Any) -> dict[str, str]:
    """The facts of a plain row with changes."""
    return load_facts(prepared(a_row(**said))["facts"][0].as_py())


def case_of(row: dict[str, Any], words: Any = WORDS) -> Case:
    """The case that the store makes of a row of an export."""
    made = prepared(row, words=words).to_pylist()[0]
    amount = made["amount_minor"]
    filing = Filing(
        made["channel"] or "",
        made["received_at"],
        status=made["filing_status"],
        first_response_at=made["first_response_at"],
        closed_at=made["closed_at"],
        outcome=made["outcome"] or "",
        id="filing",
    )
    return Case(
        made["case_no"],
        made["received_at"],
        Complainant(made["complainant_name"], made["complainant_phone"]),
        Respondent(made["respondent_company"]),
        tuple(json.loads(made["conducts"])),
        made["status"],
        made["summary"],
        made["handler"],
        made["region"],
        made["closed_at"],
        remedies=()
        if amount is None
        else (Remedy("other", made["remedy_text"], Decimal(amount) / 100, id="remedy"),),
        filings=(filing,) if made["channel"] else (),
        run="R1",
        id="case",
    )


CASE = case_of(a_row())


@given(rows().filter(lambda row: row["received"] and 1990 <= row["received"].year <= 2100))
def test_the_same_facts_change_nothing(row: dict[str, Any]) -> None:
    case = case_of(row)
    facts = load_facts(prepared(row)["facts"][0].as_py())
    assert merge(case, facts, facts, MEANINGS) == merge(case, facts, {}, MEANINGS)
    assert merge(case, facts, facts, MEANINGS).case is case


@given(rows(), rows())
def test_an_unedited_case_becomes_what_the_new_export_makes(old: dict[str, Any], new: dict[str, Any]) -> None:
    old["received"], new["received"] = dt.datetime(2025, 1, 1), dt.datetime(2025, 1, 2)
    new["channel"] = new["channel"] or old["channel"]
    before, after = (load_facts(prepared(row)["facts"][0].as_py()) for row in (old, new))
    merged = merge(case_of(old), before, after, MEANINGS)
    combined = {role: new[role] if new[role] is not None else old[role] for role in new}
    expected, found = case_of(combined), merged.case
    assert (found.received_at, found.handler, found.region) == (
        expected.received_at,
        expected.handler,
        expected.region,
    )
    assert found.respondent == expected.respondent
    if expected.summary:
        assert found.summary == expected.summary
    if expected.closed_at:
        assert (found.closed_at, found.status) == (expected.closed_at, "closed")


@pytest.mark.parametrize(
    ("said", "field", "ours"),
    [
        ({"handler": "王五"}, "handler", "赵六"),
        ({"region": "虚州市第2区"}, "region", "本区"),
        ({"text": "新的内容"}, "summary", "我们写的"),
        ({"received": dt.datetime(2025, 1, 2)}, "received_at", dt.datetime(2025, 1, 3)),
        ({"closed": CLOSED, "status": "已办结"}, "closed_at", dt.datetime(2026, 4, 1)),
        ({"conduct": "质量"}, "conducts", ("stalling",)),
        ({"complainant": "钱乙丑"}, "complainant", Complainant("孙丙寅", "13900000001")),
        ({"phone": "13911111111"}, "complainant", Complainant("赵甲子", "13922222222")),
        ({"respondent": "虚州第9网络科技有限公司"}, "respondent", Respondent("更正后的公司")),
    ],
)
def test_what_both_changed_stays_as_the_office_has_it_and_is_told(
    said: dict[str, Any], field: str, ours: Any
) -> None:
    edited = replace(CASE, **{field: ours})
    merged = merge(edited, facts_of(), facts_of(**said), MEANINGS)
    assert getattr(merged.case, field) == ours
    assert merged.kept
    assert "本单位已修改" in merged.kept[0]


def test_what_the_export_changed_and_nobody_edited_is_updated() -> None:
    merged = merge(CASE, facts_of(), facts_of(handler="王五", amount=250.0), MEANINGS)
    assert merged.kept == ()
    assert merged.case.handler == "王五"
    assert merged.case.remedies[0].amount == Decimal(250)


def test_an_edit_to_something_that_the_export_did_not_change_survives() -> None:
    edited = replace(CASE, summary="我们写的", region="本区")
    merged = merge(edited, facts_of(), facts_of(handler="王五"), MEANINGS)
    assert (merged.case.summary, merged.case.region, merged.case.handler) == ("我们写的", "本区", "王五")
    assert merged.kept == ()


def test_a_closing_closes_the_case_and_its_filing() -> None:
    merged = merge(CASE, facts_of(), facts_of(closed=CLOSED, status="已办结"), MEANINGS)
    assert (merged.case.status, merged.case.closed_at) == ("closed", CLOSED)
    assert (merged.case.filings[0].status, merged.case.filings[0].closed_at) == ("closed", CLOSED)
    assert merged.kept == ()


def test_a_status_word_alone_closes_both_and_opens_both_again() -> None:
    closed = merge(CASE, facts_of(), facts_of(status="已办结"), MEANINGS).case
    assert (closed.status, closed.filings[0].status) == ("closed", "closed")
    opened = merge(closed, facts_of(status="已办结"), facts_of(status="处理中"), MEANINGS).case
    assert (opened.status, opened.filings[0].status) == ("open", "filed")


def test_a_case_that_opens_again_without_a_date_is_told_and_stays_closed() -> None:
    before = facts_of(closed=CLOSED, status="已办结")
    case = case_of(a_row(closed=CLOSED, status="已办结"))
    merged = merge(case, before, facts_of(status="处理中"), MEANINGS)
    assert (merged.case.status, merged.case.closed_at) == ("closed", CLOSED)
    assert "重新办理" in merged.kept[0]


def test_a_blank_erases_nothing() -> None:
    before = facts_of(closed=CLOSED)
    case = case_of(a_row(closed=CLOSED))
    assert merge(case, before, {"received": before["received"]}, MEANINGS).case is case


def test_channel_and_first_response_live_in_the_filing() -> None:
    answered = dt.datetime(2025, 1, 5)
    merged = merge(CASE, facts_of(), facts_of(channel="电话", first_response=answered), MEANINGS)
    assert (merged.case.filings[0].channel, merged.case.filings[0].first_response_at) == ("电话", answered)


def test_a_filing_that_people_added_is_not_touched() -> None:
    own = Filing("cn_court", dt.datetime(2025, 3, 1), "受理001", "accepted", id="own")
    edited = replace(CASE, filings=(own, *CASE.filings))
    merged = merge(edited, facts_of(), facts_of(closed=CLOSED), MEANINGS)
    assert merged.case.filings[0] is own
    assert merged.case.filings[1].closed_at == CLOSED


def test_a_filing_that_people_removed_does_not_come_back() -> None:
    merged = merge(replace(CASE, filings=()), facts_of(), facts_of(channel="电话"), MEANINGS)
    assert merged.case.filings == ()
    assert "渠道" in merged.kept[0]


def test_a_channel_and_an_amount_named_for_the_first_time_are_added() -> None:
    case = case_of(a_row(channel=None, amount=None))
    before = facts_of(channel=None, amount=None)
    merged = merge(case, before, facts_of(), MEANINGS)
    assert [filing.channel for filing in merged.case.filings] == ["cn_samr_complaint"]
    assert [remedy.amount for remedy in merged.case.remedies] == [Decimal(100)]
    assert merged == merge(case, before, facts_of(), MEANINGS)


def test_an_amount_imported_in_another_language_is_found() -> None:
    with use_language("en"):
        case = case_of(a_row())
    merged = merge(case, facts_of(), facts_of(amount=250.0), MEANINGS)
    assert [remedy.amount for remedy in merged.case.remedies] == [Decimal(250)]


def test_a_conduct_imported_before_its_word_had_a_meaning_is_not_taken_for_an_edit() -> None:
    case = case_of(a_row(conduct="质量", channel="市长信箱"), words=())
    assert case.summary.startswith("〔质量〕")
    before = facts_of(conduct="质量", channel="市长信箱")
    merged = merge(case, before, facts_of(conduct="虚假宣传", channel="电话"), MEANINGS)
    assert (merged.case.conducts, merged.kept) == (("false_claims",), ())
    assert not merged.case.summary.startswith("〔")
    assert merged.case.filings[0].channel == "电话"


def test_a_closing_before_the_receipt_that_the_office_corrected_is_not_taken() -> None:
    edited = replace(CASE, received_at=dt.datetime(2026, 7, 1))
    merged = merge(edited, facts_of(), facts_of(closed=CLOSED), MEANINGS)
    assert (merged.case.closed_at, merged.case.status) == (None, "open")
    assert "办结日期" in merged.kept[0]


@given(rows(), st.sampled_from(["handler", "region", "summary"]), st.text(min_size=1, max_size=5))
def test_an_office_edit_survives_whatever_the_export_says(row: dict[str, Any], field: str, text: str) -> None:
    edited = replace(CASE, **{field: f"本单位：{text}"})
    after = load_facts(prepared(row)["facts"][0].as_py())
    merged = merge(edited, facts_of(), after, MEANINGS)
    assert getattr(merged.case, field) == f"本单位：{text}"
    assert merged.case.closed_at is None or merged.case.closed_at >= merged.case.received_at
    assert merged.case.closed_at is None or merged.case.status == "closed"


def test_an_outcome_that_the_export_now_has_is_the_filings_unless_the_office_wrote_its_own() -> None:
    before, after = facts_of(), facts_of(closed=CLOSED, outcome="调解成功")
    [filing] = merge(CASE, before, after, MEANINGS).case.filings
    assert (filing.outcome, filing.closed_at) == ("调解成功", CLOSED)
    own = replace(CASE, filings=(replace(CASE.filings[0], outcome="双方和解"),))
    merged = merge(own, before, after, MEANINGS)
    assert merged.case.filings[0].outcome == "双方和解"
    assert any("调解成功" in told for told in merged.kept)


def test_what_a_workspace_has_no_place_for_changes_nothing() -> None:
    assert facts_of(kind="投诉", agent="8801") == facts_of()
