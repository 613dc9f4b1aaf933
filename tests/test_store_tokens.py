"""Thousands of texts at once have the tokens that each has by itself."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casework.store import search
from casework.store.bulk_tokens import Tokeniser

TOKENISER = Tokeniser()
#: Letters that join, fold to several or to nothing, stand alone, separate, and a stroke between two fields.
ODD = "a1Ａ，。…隐私¶_ßﬀİ\u0301ᅡ각ｶﾞ \n\u1100\u1161\u11a8℃①\U0001f600\U00030000ς"
words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from(ODD), max_size=30
)
long_words = st.builds(lambda a, count, b: f"{a}{'x' * count}{b}", words, st.integers(98, 103), words)


@given(texts=st.lists(words | long_words, max_size=5))
@example(texts=[""])
@example(texts=["", "隐" * 300, "", "x" * 101 + "隐", "e\u0301"])
def test_many_texts_have_the_tokens_that_each_has(texts: list[str]) -> None:
    together = [found.split() for found in TOKENISER.words(texts)]
    assert together == [search.text_tokens(text) for text in texts]


@pytest.mark.parametrize("shape", ["a{}b", "{0}{0}", "隐{}私"])
def test_every_character_of_the_basic_plane_is_read_alike(shape: str) -> None:
    texts = [shape.format(chr(code)) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]
    together = [found.split() for found in TOKENISER.words(texts)]
    assert together == [search.text_tokens(text) for text in texts]
