"""Short words to answers, a whole column at a time: on time or not, satisfied or not, how often reopened.

Also what a column of kinds (complaint, report, enquiry) looks like. The words are those of ``yes_no.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from casework.exchange.dates import tidy
from casework.exchange.names import normal

Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]

#: What a cell says, beside a number: nothing (and nothing is wrong with that), or something that is no answer.
NOTHING, UNREADABLE = -1, -2
_TIMES = re.compile(r"(\d{1,4})(?:\.0+)?\s*(?:次|回|times?)?", re.IGNORECASE)


def read_answers(role: str, header: str, cells: pa.Array, late: pa.Array | None = None) -> Codes:
    """1 for yes, 0 for no, :data:`NOTHING` or :data:`UNREADABLE` of each cell of an ``on_time`` or ``satisfied`` column.

    ``late`` are the cells of a column that counts the cases that were not in time, where ``cells`` counts those that
    were.
    """
    code = _each(cells, reader_of(role, header))
    if late is not None:
        was_late = _each(late, reader_of("on_time", "overtime num"))
        code = np.where((was_late == 0) & (code != 1), 0, code)
    return code


def read_times(cells: pa.Array) -> Codes:
    """How often, of cells such as ``2``, ``2次``, 是 or no; :data:`NOTHING` or :data:`UNREADABLE`."""
    return _each(cells, times)


def times(text: str) -> int:
    """How often a cell says that a case was reopened."""
    found = _TIMES.fullmatch(text.strip())
    return int(found[1]) if found else _table("any").get(_plain(text), UNREADABLE)


def reader_of(role: str, header: str) -> Callable[[str], int]:
    """What reads one cell of a column of this role and header."""
    own, common = _table(role), _table("any")
    name = normal(header)
    turned = role == "on_time" and any(word in name for word in _said(role, "turned"))
    counts = role == "on_time" and any(word in name for word in _said(role, "counts"))

    def read(text: str) -> int:
        word = _plain(text)
        if word in own:
            return own[word]
        answer = common.get(word, UNREADABLE)
        if counts:
            answer = times(text)
            answer = NOTHING if answer == 0 else min(answer, 1)
        return 1 - answer if turned and answer >= 0 else answer

    return read


def share_read(read: Callable[[str], int], texts: Collection[str]) -> float:
    """The share of cells that a reader makes something of (1 where there is no cell)."""
    return sum(read(text) != UNREADABLE for text in texts) / len(texts) if texts else 1.0


def are_kinds(texts: Collection[str]) -> bool:
    """Whether nearly all of some cells are kinds of contact, and not all of them "other"."""
    found = [_kind(text) for text in texts]
    return "kind" in found and sum(map(bool, found)) >= 0.8 * len(found)


@cache
def _kind(text: str) -> str:
    word = _plain(text)
    if word in _said("kind", "plain"):
        return "plain"
    words, before, after = (_said("kind", part) for part in ("words", "before", "after"))
    heads = {word, *(word.removeprefix(part) for part in before)}
    tails = {*heads, *(head.removesuffix(part) for head in heads for part in after)}
    return "kind" if tails & words else ""


@cache
def late_flags(header: str, headers: tuple[str, ...]) -> int | None:
    """The place of the column that counts late cases beside one that counts those in time (INTIME…, OVERTIME…)."""
    name = normal(header)
    for one, other in (("intime", "overtime"), ("按期", "超期"), ("按时", "超时"), ("按时", "超期")):
        for place, text in enumerate(headers):
            if one in name and normal(text) == name.replace(one, other):
                return place
    return None


def _each(cells: pa.Array, read: Callable[[str], int]) -> Codes:
    """Each distinct word is read once."""
    coded = tidy(cells).dictionary_encode(null_encoding="encode")
    values = [NOTHING if text is None else read(text) for text in coded.dictionary.to_pylist()]
    code: Codes = np.array(values, np.int32)[coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)]
    return code


def _plain(text: str) -> str:
    return normal(text) or text.strip()


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("yes_no.toml").read_text(encoding="utf-8"))


@cache
def _said(role: str, part: str) -> frozenset[str]:
    return frozenset(_plain(word) for word in _document()[role].get(part, ()))


@cache
def _table(role: str) -> dict[str, int]:
    parts = (("yes", 1), ("no", 0), ("blank", NOTHING))
    return {word: answer for part, answer in parts for word in _said(role, part)}
