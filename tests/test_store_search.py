"""Words are found: Chinese of any length, English by their beginning, and never as a query language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casework.model import Case
from casework.store import Store
from tests.cases import a_case, texts


@pytest.fixture
def office(store: Store) -> Store:
    """Three cases of different words."""
    with store.unit("小李") as unit:
        unit.add(a_case("A-1", summary="客服泄露隐私，推诿不办"))
        unit.add(a_case("A-2", summary="Agent insulted the customer; ＲＥＦＵＮＤ refused", handler="张三丰"))
        unit.add(a_case("B-1", summary="诱导未成年人充值648元", filings=()))
        unit.commit()
    return store


def found(store: Store, words: str) -> set[str]:
    hits = {summary.case_no for summary in store.search(words)}
    assert store.count(words=words) == len(hits) or not words.strip()
    return hits


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("隐私", {"A-1"}),
        ("隐", {"A-1"}),
        ("私", {"A-1"}),
        ("泄露隐私", {"A-1"}),
        ("私隐", set()),
        ("隐私 推诿", {"A-1"}),
        ("隐私 未成年", set()),
        ("refund", {"A-2"}),
        ("Refu", {"A-2"}),
        ("fund", set()),
        ("INSULT custom", {"A-2"}),
        ("648", {"B-1"}),
        ("64", {"B-1"}),
        ("648元", {"B-1"}),
        ("充值648", {"B-1"}),
        ("６４８", {"B-1"}),
        ("A-", {"A-1", "A-2"}),
        ("a-2", {"A-2"}),
        ("张三丰", {"A-2"}),
        ("13800000000", {"A-1", "A-2", "B-1"}),
        ("SL-1", {"A-1", "A-2"}),
        ("聊天记录", {"A-1", "A-2", "B-1"}),
        ("", set()),
        (" \t ", set()),
        ("。", set()),
    ],
)
def test_these_words_find_these_cases(office: Store, words: str, expected: set[str]) -> None:
    assert found(office, words) == expected


def test_a_phrase_is_not_found_across_two_fields(store: Store) -> None:
    with store.unit("小李") as unit:
        unit.add(a_case(summary="末尾隐", handler="私人"))
        unit.commit()
    assert found(store, "隐私") == set()


def test_a_changed_case_is_found_by_its_new_words_only(office: Store) -> None:
    with office.unit("小李") as unit:
        unit.save(replace(office.case("A-1"), summary="虚假宣传"))
        unit.commit()
    assert (found(office, "虚假"), found(office, "泄露隐私")) == ({"A-1"}, set())


def test_a_long_text_is_found_at_its_beginning_and_at_its_end(store: Store) -> None:
    """A tsvector keeps 256 places of a word, so this fails on PostgreSQL unless the text is cut."""
    story = "开端" + "我说的是客服的态度的问题" * 2000 + "的结局"
    with store.unit("小李") as unit:
        unit.add(a_case("L", summary=story))
        unit.commit()
    for words in ("开端我", "问题的结局", "结局", "题我说的是客服的态度的问题我"):
        assert found(store, words) == {"L"}


def test_a_rare_han_character_is_found(store: Store) -> None:
    with store.unit("小李") as unit:
        unit.add(a_case("R", complainant=replace(a_case().complainant, name="𰻝𬎆")))
        unit.commit()
    assert found(store, "𰻝") == found(store, "𬎆") == {"R"}


@pytest.mark.parametrize(
    "words",
    [
        *(
            '"',
            "'",
            "*",
            "a*",
            'a" OR "b',
            "NEAR(a b)",
            "words:x",
            "-a",
            "^a",
            "a AND NOT b",
            "(",
            "{a b}: c",
        ),
        *(
            "\\",
            "a' & !b",
            "<->",
            "'a':*",
            "%",
            "_",
            "\0",
            "\ud800",
            ":words",
            "$1",
            "; DROP TABLE cases; --",
            "¶",
        ),
        *("x " * 5000, "隐" * 5000, "a" * 100_000),
    ],
)
def test_hostile_words_are_just_words(office: Store, words: str) -> None:
    found(office, words)
    assert office.count() == 3


@given(words=st.text(max_size=40))
@example(words="ﬀ")
@example(words="İ")
def test_any_words_at_all_are_just_words(office: Store, words: str) -> None:
    found(office, words)


@given(text=texts, cut=st.tuples(st.integers(0, 20), st.integers(0, 20)))
@example(text="客服泄露了隐私", cut=(4, 7))
def test_any_chinese_piece_of_a_text_finds_it(store: Store, text: str, cut: tuple[int, int]) -> None:
    text = "".join(char for char in text if "\u4e00" <= char <= "\u9fff")
    case = a_case(summary=text)
    case = Case(case.id, case.received_at, summary=text)
    with store.unit("小李") as unit:
        unit.add(case)
        unit.commit()
    piece = text[min(cut) : max(cut)]
    if piece:
        assert case.case_no in {summary.case_no for summary in store.cases(words=piece, limit=10_000)}
