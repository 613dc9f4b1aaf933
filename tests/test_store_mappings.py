"""What is remembered of a source comes back as it was, and says in words when it cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from casework.errors import CaseworkError, Damaged, NotFound, Unavailable
from casework.sources import ColumnProfile, Mapping, Word
from casework.store import Store, engine
from tests.cases import texts

MAPPING = Mapping(
    "12315 平台", "f" * 64, (("received", "登记日期"), ("closed", "")), None,
    (Word("channel", "电话", "cn_samr_complaint"), Word("status", "已办结", "closed"), Word("channel", "来人", "=")),
    (ColumnProfile("登记日期", "date", "0000-00-00", 0.25), ColumnProfile("备注", "empty", blank=1.0)),
)  # fmt: skip

mappings = st.builds(
    Mapping,
    texts.filter(str.strip), texts, st.lists(st.tuples(texts, texts), max_size=4).map(tuple),
    st.none() | st.booleans(), st.lists(st.builds(Word, texts, texts, texts), max_size=4).map(tuple),
    st.lists(st.builds(ColumnProfile, texts, texts, texts, st.floats(0, 1)), max_size=4).map(tuple),
)  # fmt: skip


def remember(store: Store, mapping: Mapping) -> None:
    with store.unit("小李") as unit:
        unit.save_mapping(mapping)
        unit.commit()


@given(mapping=mappings)
def test_any_mapping_comes_back(store: Store, mapping: Mapping) -> None:
    remember(store, mapping)
    assert store.mapping(mapping.name) == mapping
    assert mapping in store.mappings()


def test_a_mapping_is_changed_and_forgotten_and_the_log_says_so(store: Store) -> None:
    remember(store, MAPPING)
    remember(store, MAPPING)
    changed = replace(MAPPING, day_first=True)
    remember(store, changed)
    assert store.mappings() == [changed]
    with store.unit("小王") as unit:
        unit.forget_mapping(MAPPING.name)
        unit.commit()
    assert store.mappings() == []
    log = [(entry.action, entry.subject, entry.who) for entry in store.audit_entries()]
    assert log == [
        ("source.save", MAPPING.name, "小李"), ("source.save", MAPPING.name, "小李"),
        ("source.forget", MAPPING.name, "小王"),
    ]  # fmt: skip
    _first, second, third = store.audit_entries()
    assert (second.before, second.after) == ({"day_first": None}, {"day_first": True})
    assert third.before is not None
    assert third.before["columns"] == [["received", "登记日期"], ["closed", ""]]


def test_a_source_that_is_not_known_names_those_that_are(store: Store) -> None:
    with pytest.raises(NotFound):
        store.mapping("x")
    remember(store, MAPPING)
    with pytest.raises(NotFound, match="12315 平台"):
        store.mapping("x")
    with store.unit("小李") as unit, pytest.raises(NotFound, match="12315 平台"):
        unit.forget_mapping("x")


@pytest.mark.parametrize(
    "bad",
    [
        replace(MAPPING, name=" "),
        replace(MAPPING, name="a\0"),
        replace(MAPPING, columns=(("received", "\ud800"),)),
        replace(MAPPING, words=(Word("channel", "\0", "="),)),
    ],
    ids=["nameless", "nul", "half a pair", "word"],
)
def test_what_cannot_be_kept_is_refused(store: Store, bad: Mapping) -> None:
    with store.unit("小李") as unit, pytest.raises(CaseworkError):
        unit.save_mapping(bad)
    assert store.mappings() == []


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", Damaged), ("{", Damaged), ("[]", Damaged), ("null", Damaged), ("{}", Damaged), ('{"form":null}', Damaged),
        ('{"form":1,"name":"other"}', Damaged), ("[" * 100_000, Damaged), ('{"form":2}', Unavailable),
        ('{"form":1,"name":"12315 平台","fingerprint":"","columns":[["a"]],"day_first":null,"words":[],"profile":[]}',
         Damaged),
        ('{"form":1,"name":"12315 平台","fingerprint":"","columns":[],"day_first":"no","words":[],"profile":[]}',
         Damaged),
        ('{"form":1,"name":"12315 平台","fingerprint":"","columns":[],"day_first":null,"words":[[1,2,3]],"profile":[]}',
         Damaged),
    ],
)  # fmt: skip
def test_garbled_memory_is_said_in_words_and_can_be_replaced_or_forgotten(
    store: Store, store_url: str, written: str, kind: type[CaseworkError]
) -> None:
    remember(store, MAPPING)
    opened = engine.open_engine(store_url)
    with engine.writing(opened) as connection:
        connection.execute(text("UPDATE sources SET mapping = :written"), {"written": written})
        connection.commit()
    opened.dispose()
    for ask in (store.mappings, lambda: store.mapping(MAPPING.name)):
        with pytest.raises(kind, match="12315 平台"):
            ask()
    remember(store, MAPPING)
    assert store.mappings() == [MAPPING]
    with store.unit("小李") as unit:
        unit.forget_mapping(MAPPING.name)
        unit.commit()
    assert store.verify_audit() == []
