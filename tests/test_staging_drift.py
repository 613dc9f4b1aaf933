"""What changed in a source, and what a person answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import CaseworkError
from casework.rules import load_pack
from casework.sources import ColumnProfile, Mapping, Question, Word
from casework.staging import (
    answer,
    best_mapping,
    refreshed,
    remembered,
    with_column,
    with_day_first,
    with_word,
)
from casework.staging.drift import blanks_jumped, drift
from casework.staging.vocabulary import Vocabulary, vocabulary
from tests.staging import HEADERS, PROFILE, WORDS, a_row, a_source, a_table

CN = load_pack("cn")
MAPPING = remembered("12315", a_source(), WORDS)


def drifted(profile: Iterable[ColumnProfile], rows: int = 100) -> tuple[Question, ...]:
    """The questions about an export whose columns look like this."""
    return drift(MAPPING, a_source(tuple(profile), rows=rows), Vocabulary(), CN)


def changed(which: str, /, **changes: Any) -> tuple[ColumnProfile, ...]:
    """The usual columns, one of them changed."""
    return tuple(replace(column, **changes) if column.header == which else column for column in PROFILE)


def test_an_export_as_it_always_was_asks_nothing() -> None:
    words = vocabulary(a_table([a_row()]), MAPPING.words, CN)
    assert drift(MAPPING, a_source(), words, CN) == ()


def test_the_order_of_columns_alone_is_no_drift() -> None:
    assert drifted(reversed(PROFILE)) == ()


def test_a_column_that_plays_a_role_and_is_gone_is_asked_for() -> None:
    (question,) = drifted(column for column in PROFILE if column.header != "办结日期")
    assert question.subject == "办结日期"
    assert "办结日期" in question.text
    assert [value for value, _words in question.options] == ["column:closed="]


def test_a_new_column_is_told() -> None:
    (question,) = drifted([*PROFILE, ColumnProfile("满意度", "text")])
    assert (question.subject, question.options[0][0]) == ("满意度", "accept")


@pytest.mark.parametrize("new", ["办结时间", "结案时刻"])
def test_a_renamed_column_is_recognised_by_its_name_or_its_place(new: str) -> None:
    (question,) = drifted(changed("办结日期", header=new))
    assert "办结日期" in question.text
    assert new in question.text
    assert question.options[0][0] == f"column:closed={new}"


def test_two_renamed_columns_are_told_apart() -> None:
    profile = changed("办结日期", header="办结时间")
    profile = tuple(
        replace(each, header="登记时间") if each.header == "登记日期" else each for each in profile
    )
    assert {question.options[0][0] for question in drifted(profile)} == {
        "column:received=登记时间",
        "column:closed=办结时间",
    }


def test_another_type_and_another_date_form_are_told_with_both_values() -> None:
    (kind,) = drifted(changed("消费金额", kind="text"))
    assert "数字" in kind.text
    assert "文字" in kind.text
    (form,) = drifted(changed("登记日期", form="00/00/0000"))
    assert "0000-00-00" in form.text
    assert "00/00/0000" in form.text


def test_a_column_that_is_all_blank_this_time_has_no_new_type() -> None:
    assert drifted(changed("备注", kind="empty", blank=0.6)) == ()


def test_words_that_nobody_explained_are_asked() -> None:
    words = vocabulary(a_table([a_row(status="挂起"), a_row()]), MAPPING.words, CN)
    (question,) = drift(MAPPING, a_source(), words, CN)
    assert (question.about, question.subject) == ("word", "status:挂起")


def test_a_jump_of_blanks_is_told_and_chance_is_not() -> None:
    (question,) = drifted(changed("办结日期", blank=0.75))
    assert "10%" in question.text
    assert "75%" in question.text
    assert drifted(changed("办结日期", blank=0.29)) == ()
    assert drifted(changed("办结日期", blank=0.5), rows=4) == ()


@pytest.mark.parametrize(
    ("before", "now", "rows", "jumped"),
    [
        (0.0, 0.25, 4, False),
        (0.0, 0.5, 2, False),
        (0.0, 1.0, 10, True),
        (0.5, 0.72, 20, False),
        (0.5, 0.72, 200, True),
        (0.5, 0.69, 200_000, False),
        (0.9, 0.3, 1000, True),
        (0.3, 0.3, 0, False),
    ],
)
def test_the_rule_for_a_jump_of_blanks(before: float, now: float, rows: int, jumped: bool) -> None:
    assert blanks_jumped(before, now, rows) is jumped


@given(st.floats(0, 1), st.integers(0, 2000))
def test_a_share_that_stays_has_not_jumped(share: float, rows: int) -> None:
    assert not blanks_jumped(share, share, rows)


def test_a_mapping_without_a_profile_only_misses_its_roles() -> None:
    bare = replace(MAPPING, profile=())
    gone = a_source(tuple(column for column in PROFILE if column.header != "办结日期"))
    gone = replace(gone, columns=tuple(pair for pair in gone.columns if pair[0] != "closed"))
    assert drift(bare, a_source(), Vocabulary(), CN) == ()
    assert [question.subject for question in drift(bare, gone, Vocabulary(), CN)] == ["办结日期"]


# ------------------------------------------------------------------ whose export is it


def test_the_same_layout_is_known_by_its_fingerprint() -> None:
    other = replace(MAPPING, name="other", fingerprint="x")
    assert best_mapping([other, MAPPING], a_source()) is MAPPING


def test_a_layout_with_most_headers_in_common_is_the_same_source() -> None:
    source = a_source((*PROFILE, ColumnProfile("满意度", "text")))
    assert best_mapping([MAPPING], source) is MAPPING


def test_another_systems_layout_is_nobodys() -> None:
    profile = tuple(ColumnProfile(header, "text") for header in ("Ticket", "Created", "Closed", "State"))
    assert best_mapping([MAPPING], a_source(profile)) is None
    assert best_mapping([], a_source()) is None


def test_among_equals_the_most_recent_wins() -> None:
    source = a_source((*PROFILE, ColumnProfile("满意度", "text")))
    first, second = replace(MAPPING, name="new"), replace(MAPPING, name="old")
    assert best_mapping([first, second], source) is first


# ------------------------------------------------------------------ answers


def answered(profile: tuple[ColumnProfile, ...]) -> Mapping:
    """The mapping after the first option of every question was chosen."""
    mapping, source = MAPPING, a_source(profile)
    for question in drift(mapping, source, Vocabulary(), CN):
        mapping = answer(mapping, question, question.options[0][0], source)
    return mapping


@pytest.mark.parametrize(
    "profile",
    [
        tuple(column for column in PROFILE if column.header != "办结日期"),
        tuple(column for column in PROFILE if column.header != "备注"),
        (ColumnProfile("满意度", "text"), *PROFILE),
        changed("办结日期", header="结案时刻"),
        changed("备注", header="备注说明"),
        changed("消费金额", kind="text"),
        changed("登记日期", form="00/00/0000"),
        changed("办结日期", blank=0.75),
    ],
)
def test_what_was_answered_is_not_asked_again(profile: tuple[ColumnProfile, ...]) -> None:
    assert drift(MAPPING, a_source(profile), Vocabulary(), CN)
    assert drift(answered(profile), a_source(profile), Vocabulary(), CN) == ()


def test_a_renamed_column_keeps_its_role() -> None:
    mapping = answered(changed("办结日期", header="结案时刻"))
    assert dict(mapping.columns)["closed"] == "结案时刻"


def test_a_word_is_given_a_meaning_changed_and_taken_back() -> None:
    question = Question("word", "status:挂起", "?", (("open", ""),))
    mapping = answer(MAPPING, question, "open")
    assert Word("status", "挂起", "open") in mapping.words
    mapping = with_word(mapping, "status", " 挂起", "closed")
    assert [word.meaning for word in mapping.words if word.word.strip() == "挂起"] == ["closed"]
    assert set(with_word(mapping, "status", "挂起", "").words) == set(WORDS)
    assert MAPPING.words == WORDS


def test_a_word_with_a_colon_keeps_it() -> None:
    mapping = answer(MAPPING, Question("word", "conduct:其他：杂项:x", "?"), "=")
    assert Word("conduct", "其他：杂项:x", "=") in mapping.words


def test_the_order_of_day_and_month_is_remembered() -> None:
    question = Question("day_month", "登记日期", "?", (("dmy", ""), ("mdy", "")))
    assert answer(MAPPING, question, "dmy").day_first is True
    assert answer(MAPPING, question, "mdy").day_first is False
    assert with_day_first(MAPPING, None).day_first is None


def test_a_column_plays_one_role() -> None:
    mapping = with_column(MAPPING, "first_response", "办结日期")
    assert dict(mapping.columns)["first_response"] == "办结日期"
    assert dict(mapping.columns)["closed"] == ""
    assert answer(MAPPING, Question("role", "text", "?"), "备注") == with_column(MAPPING, "text", "备注")


@pytest.mark.parametrize(
    ("role", "header"), [("received", ""), ("colour", "备注"), ("closed", HEADERS["received"])]
)
def test_a_mapping_never_loses_its_received_date(role: str, header: str) -> None:
    with pytest.raises(CaseworkError):
        with_column(MAPPING, role, header)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (Question("drift", "备注", "?", (("accept", ""),)), "yes"),
        (Question("day_month", "登记日期", "?"), "ymd"),
        (Question("word", "status:挂起", "?"), "cn_court"),
        (Question("word", "region:挂起", "?"), "="),
        (Question("other", "x", "?"), "accept"),
    ],
)
def test_an_answer_to_another_question_is_refused(question: Question, value: str) -> None:
    with pytest.raises(CaseworkError):
        answer(MAPPING, question, value, a_source())


def test_a_refreshed_mapping_knows_the_new_layout() -> None:
    source = a_source(tuple(column for column in PROFILE if column.header != "办结日期"))
    mapping = refreshed(MAPPING, source)
    assert best_mapping([mapping], source) is mapping
    assert dict(mapping.columns)["closed"] == ""
    assert drift(mapping, source, Vocabulary(), CN) == ()
