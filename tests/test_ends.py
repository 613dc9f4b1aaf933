"""How a case ended, from the words of other systems: told where they tell it, and never guessed."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.analytics.ends import end_of_word, ends_of
from casework.analytics.review import ENDS

RESOLVED = [
    "调解成功", "达成调解协议", "双方达成和解", "和解", "已退款", "调解成功（已退款）", "达成一致意见", "非常圆满解决", "退货退款", "虚拟商品已退款",
    "Closed with monetary relief", "Closed with non-monetary relief", "Resolved", "settled", "Fixed - Council", "Partially upheld", "Resolvida",
]  # fmt: skip
WITHDRAWN = [
    "撤诉",
    "投诉人撤回",
    "撤回投诉",
    "已撤单",
    "双方和解并撤诉",
    "用户取消",
    "Withdrawn",
    "Complaint withdrawn by consumer",
]
TERMINATED = [
    "终止调解", "调解终止", "调解不成", "未达成和解", "未达成调解协议", "不予受理", "不予立案", "协商未果", "未调解成功", "驳回",
    "Closed without relief", "Mediation terminated", "Not upheld", "not resolved", "Unresolved", "no agreement reached", "Não Resolvida", "Unable to Fix",
]  # fmt: skip
SAYS_NOTHING = [
    "", "  ", "已办结", "办结", "closed", "Closed with explanation", "转办", "处理中", "调解中", "待调解", "中止调解", "拟终止调解", "未撤诉", "不同意撤诉", "要求退款",
    "申请退款", "In progress", "pending settlement", "not fully settled", "Cancelled", "duplicate", "其他", "x" * 61, "和解" * 40,
]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "end"),
    [
        *((word, "resolved") for word in RESOLVED),
        *((word, "withdrawn") for word in WITHDRAWN),
        *((word, "terminated") for word in TERMINATED),
        *((word, None) for word in SAYS_NOTHING),
    ],
)
def test_a_word_says_how_a_case_ended_or_nothing(word, end):
    assert end_of_word(word) == end


def test_the_outcome_counts_before_the_status_and_an_open_case_has_no_end():
    outcome = pa.array(["调解成功", None, "已办结", "其他", "调解成功", None])
    status = pa.array(["终止调解", "撤诉", "撤诉", "已办结", "已办结", None])
    closed = pa.array([True, True, True, True, False, None])
    assert ends_of(outcome, status, closed).to_pylist() == [
        "resolved", "withdrawn", "withdrawn", "other", None, None,
    ]  # fmt: skip


def test_without_any_words_closed_cases_ended_in_another_way():
    nothing = pa.nulls(3, pa.string())
    closed = pa.array([True, False, True])
    assert ends_of(nothing, nothing, closed).to_pylist() == ["other", None, "other"]
    assert len(ends_of(pa.nulls(0, pa.string()), pa.nulls(0), pa.nulls(0, pa.bool_()))) == 0


def test_columns_in_pieces_sliced_or_coded_give_the_same():
    words = pa.array(["-", "撤诉", "调解成功", None, "已办结"])
    closed = pa.array([False, True, True, True, True])
    plain = ends_of(words, words, closed).to_pylist()
    pieces = pa.chunked_array([words.slice(0, 2), words.slice(2)])
    assert ends_of(pieces, words.dictionary_encode(), pa.chunked_array([closed])).to_pylist() == plain
    assert ends_of(words.slice(1), words.slice(1), closed.slice(1)).to_pylist() == plain[1:]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*RESOLVED, *WITHDRAWN, *TERMINATED, *SAYS_NOTHING, None]),
            st.one_of(st.none(), st.text(max_size=8)),
            st.booleans(),
        ),
        max_size=30,
    )
)
def test_a_column_ends_as_its_words_one_by_one(rows):
    outcome, status, closed = ([row[place] for row in rows] for place in range(3))
    expected = [
        (end_of_word(one or "") or end_of_word(other or "") or "other") if shut else None
        for one, other, shut in rows
    ]
    found = ends_of(
        pa.array(outcome, pa.string()), pa.array(status, pa.string()), pa.array(closed, pa.bool_())
    )
    assert found.to_pylist() == expected
    assert {one for one in expected if one} <= set(ENDS)


def test_pandas_is_not_imported_for_it():
    script = (
        "import sys, pyarrow as pa; from casework.analytics.ends import ends_of; words = pa.nulls(3, pa.string());"
        "ends_of(words, words, pa.nulls(3, pa.bool_())); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
