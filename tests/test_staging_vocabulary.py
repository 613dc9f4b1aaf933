"""The words of an export: what they may mean, and that nobody decides it silently."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules import load_pack
from casework.sources import KEEP, Word
from casework.staging.vocabulary import (
    ASKED_OF_MANY,
    MOST_WORDS,
    _bare,
    _synonyms,
    apply,
    normal,
    suggest,
    vocabulary,
    word_questions,
)
from tests.staging import a_row, a_table

CN, GB = load_pack("cn"), load_pack("gb")


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("已办结", "closed"),
        ("处理中", "open"),
        ("已受理", "open"),
        ("Closed with explanation", "closed"),
        ("Closed with monetary relief", "closed"),
        ("CLOSED ", "closed"),
        ("已撤诉", "closed"),
        ("转办", "open"),
        ("已办结（调解成功）", "closed"),
        ("已办结-按期办结", "closed"),
        ("已 经办结", "closed"),
        ("In progress", "open"),
        ("未办结", "open"),
        ("Not closed", "open"),
        ("Unresolved", "open"),
        ("已办理结案", None),
        ("已办结/待回访", None),
        ("非办结", None),
        ("蓝色", None),
        ("", None),
        ("。", None),
    ],
)
def test_status_words_mean_open_or_closed_or_nothing(word: str, meaning: str | None) -> None:
    assert suggest("status", word, CN) == meaning


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("12315平台", "cn_samr_complaint"),
        ("全国12315平台网页", "cn_samr_complaint"),
        ("１２３１５热线", "cn_samr_complaint"),
        ("12315举报", "cn_samr_report"),
        ("12345政务服务便民热线", "cn_12345"),
        ("12345转12315", None),
        ("12345热线转办", None),
        ("消协", "cn_cca"),
        ("Market-regulation complaint (National 12315 platform)", "cn_samr_complaint"),
        ("消费者协会（消保委）", "cn_cca"),
        ("cn_court", "cn_court"),
        ("电话", KEEP),
        ("网站", KEEP),
        ("Web", KEEP),
        ("Phone", KEEP),
        ("Postal mail", KEEP),
        ("112315", None),
        ("隔壁老王", None),
    ],
)
def test_channel_words_name_a_body_or_a_medium(word: str, meaning: str | None) -> None:
    assert suggest("channel", word, CN) == meaning


def test_a_channel_that_the_pack_does_not_have_is_not_suggested() -> None:
    assert suggest("channel", "12315平台", GB) is None
    assert suggest("channel", "ICO", CN) is None
    assert suggest("channel", "ICO", GB) == "gb_ico"
    assert suggest("channel", "Trading Standards", GB) == "gb_cma_ts"


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("虚假宣传", "false_claims"),
        ("涉嫌虚假宣传问题", "false_claims"),
        ("不存在虚假宣传", None),
        ("虚假宣传和个人信息泄露", None),
        ("个人信息泄露", "privacy_leak"),
        ("侵害个人信息", "privacy_leak"),
        ("未成年人充值", "minors_spending"),
        ("False advertising", "false_claims"),
        ("质量", KEEP),
        ("售后服务", KEEP),
        ("天气", None),
    ],
)
def test_conduct_words_are_matched_with_care(word: str, meaning: str | None) -> None:
    assert suggest("conduct", word, CN) == meaning


def test_every_name_of_the_rule_pack_is_known_in_both_languages() -> None:
    for pack in (CN, GB):
        for role, records in (("channel", pack.channels), ("conduct", pack.conducts)):
            for key, record in records.items():
                for name in (key, record.names.zh, record.names.en):
                    assert suggest(role, name, pack) == key


def test_no_word_of_the_list_means_two_things() -> None:
    for role, groups in _synonyms().items():
        listed = [_bare(word) for group in groups.values() for word in group]
        twice = {word for word in listed if listed.count(word) > 1}
        assert not twice, (role, twice)
        known = {*CN.channels, *GB.channels, *CN.conducts, "open", "closed", "keep"}
        assert set(groups) <= known


@given(st.sampled_from(_synonyms()["status"]["closed"]), st.sampled_from(["未", "不", "待", "not "]))
def test_a_negated_closing_word_never_means_closed(word: str, negation: str) -> None:
    negated = negation + word
    known = _bare(negated) in map(_bare, _synonyms()["status"]["closed"])
    assert known or suggest("status", negated, CN) != "closed"


@given(st.text(max_size=30))
def test_any_word_at_all_gets_an_answer_that_exists(word: str) -> None:
    assert suggest("status", word, CN) in ("open", "closed", None)
    assert suggest("channel", word, CN) in (*CN.channels, KEEP, None)
    assert suggest("conduct", word, CN) in (*CN.conducts, KEEP, None)


def test_words_are_counted_over_their_spellings_and_unmapped_ones_are_seen() -> None:
    rows = [a_row(status=word) for word in ("已办结", " 已办结", "Ｏｐｅｎ", "OPEN", "挂起", None)]
    found = vocabulary(a_table(rows), (Word("status", "open", "open"),), CN)
    status = [entry for entry in found.entries if entry.role == "status"]
    assert [(entry.word, entry.count, entry.meaning, entry.suggestion) for entry in status] == [
        ("OPEN", 2, "open", None),
        ("已办结", 2, None, "closed"),
        ("挂起", 1, None, "open"),
    ]
    assert {entry.word for entry in found.unmapped} == {"已办结", "挂起", "12315平台", "虚假宣传"}


def test_a_suggestion_changes_nothing_until_someone_confirms_it() -> None:
    table = apply(
        a_table([a_row(status="已办结"), a_row(status="处理中")]), (Word("status", " 已办结", "closed"),)
    )
    assert table["status_meaning"].to_pylist() == ["closed", None]
    assert table["channel_meaning"].to_pylist() == [None, None]


def test_a_column_of_free_text_asks_about_few_words_and_says_so() -> None:
    rows = [a_row(conduct=f"第{number}号的长篇描述") for number in range(MOST_WORDS + 1)]
    found = vocabulary(a_table(rows), (), CN)
    assert dict(found.crowded) == {"conduct": MOST_WORDS + 1}
    assert sum(entry.role == "conduct" for entry in found.entries) == ASKED_OF_MANY
    assert str(MOST_WORDS + 1) in found.notes()[0]


def test_a_question_offers_the_suggestion_first_and_keeping_the_word() -> None:
    found = vocabulary(a_table([a_row(status="已办结")]), (), CN)
    asked = {question.subject: question for question in word_questions(found, CN)}
    question = asked["status:已办结"]
    assert question.about == "word"
    assert [value for value, _words in question.options] == ["closed", "open", KEEP]
    assert "已办结" in question.text
    assert "1 行" in question.text


@given(
    st.lists(st.sampled_from(["已办结", "处理中", "", None, "ＯＰＥＮ", "open ", "\u3000open"]), max_size=20)
)
def test_counts_add_up_to_the_rows_that_say_something(listed: list[str | None]) -> None:
    found = vocabulary(pa.table({"status": pa.array(listed, pa.string())}), (), CN)
    assert sum(entry.count for entry in found.entries) == sum(bool(word and normal(word)) for word in listed)
