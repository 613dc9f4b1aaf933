"""Rows that may tell the same complaint twice, for a person to decide.

A pair: the same respondent, the same telephone or the same person, received within 30 days, and texts of which at
least half the two-character pieces are the same. Blank never matches blank. Rows are sorted into blocks of one
respondent and one telephone (or person), and each is compared with the next few of its block only, so that the work
grows with the rows and not with their square.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casework.i18n import _
from casework.progress import Progress, Step, quiet
from casework.staging.columns import STAMP, Flags, Numbers, column, flags, micros, text_column
from casework.staging.vocabulary import placeholders

#: Texts alike enough: twice the shared two-character pieces over all of them (Dice). Two complaints of one person
#: about one order come to 0.6 and more, two about different matters in the same trade to 0.2 to 0.4.
ALIKE = 0.5
DAYS = 30
NEIGHBOURS = 6  # how many of a block each row is compared with, in the order of receipt
MOST_COMPARED = 10_000  # pairs whose texts are compared, the nearest in time first
READ = 600  # characters of a text that are compared

_DAY = 86_400_000_000
_COMPANY_ENDINGS = r"(?:股份|有限责任|有限|责任|集团|总)*公司$|(?:co|company|corp|corporation|ltd|limited|inc|incorporated|llc|llp|plc|gmbh)$"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two complaints that may be one. ``row`` and ``other_row`` are rows of the file; the latter is None for a case
    that is already in the workspace. ``score`` is 0 to 1, ``reasons`` say in words what agrees."""

    row: int
    case_no: str
    other_row: int | None
    other_no: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The pairs, best first; ``more`` of them were not listed, and ``unread`` near ones were not compared."""

    pairs: tuple[Pair, ...] = ()
    more: int = 0
    unread: int = 0


def likely_duplicates(incoming_new: pa.Table, people: pa.Table, *, limit: int = 200) -> tuple[Pair, ...]:
    """The likeliest ``limit`` pairs among new rows, and between them and cases already there.

    ``incoming_new`` has the columns of :mod:`casework.staging.facts`; ``people`` has case_no, received, complainant,
    phone, company, summary.
    """
    return find_duplicates(incoming_new, people, limit=limit).pairs


def find_duplicates(
    incoming_new: pa.Table, people: pa.Table, *, limit: int = 200, progress: Progress = quiet
) -> Found:
    """:func:`likely_duplicates`, and how much was left out."""
    everyone = _Everyone(incoming_new, people)
    near, unread = _nearest(everyone)
    pairs = []
    for place, (left, right) in enumerate(near):
        if place % 500 == 0:
            progress(Step(_("Looking for duplicates"), place, len(near)))
        pair = everyone.pair(left, right)
        if pair is not None:
            pairs.append(pair)
    pairs.sort(key=lambda pair: (-pair.score, pair.row, pair.other_row or 0, pair.other_no))
    return Found(tuple(pairs[:limit]), max(0, len(pairs) - limit), unread)


def likeness(left: str, right: str) -> float:
    """How alike two texts are, 0 to 1: Dice over their two-character pieces; 0 where either has none."""
    first, second = _pieces(left), _pieces(right)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _pieces(text: str) -> set[str]:
    bare = re.sub(
        r"[\W_]", "", unicodedata.normalize("NFKC", re.sub("^〔[^〕]*〕", "", text[:READ])).casefold()
    )
    return {bare[place : place + 2] for place in range(len(bare) - 1)}


class _Everyone:
    """New rows first, then the cases that are there, with what identifies their people."""

    def __init__(self, new: pa.Table, there: pa.Table) -> None:
        self.new_count = new.num_rows
        names = (
            ("case_no", "case_no"),
            ("complainant_name", "complainant"),
            ("complainant_phone", "phone"),
            ("respondent_company", "company"),
            ("summary", "summary"),
        )
        joined = {
            name: pa.concat_arrays([text_column(new, name), text_column(there, other)])
            for name, other in names
        }
        self.number, self.summary = joined["case_no"], joined["summary"]
        self.row = column(new, "row", pa.int64())
        received = pa.concat_arrays([column(new, "received_at", STAMP), column(there, "received", STAMP)])
        self.received, dated = micros(received), flags(received.is_valid())
        company = _keys(joined["respondent_company"], _company)
        self.phone = _keys(joined["complainant_phone"], _phone)
        self.person = _keys(joined["complainant_name"], _person)
        usable = dated & (company >= 0)
        self.blocks = [_blocks(company, who, usable & (who >= 0)) for who in (self.phone, self.person)]

    def pair(self, left: int, right: int) -> Pair | None:
        """The pair of two places, the first of which is a new row, if their texts are alike."""
        texts = [self.summary[place].as_py() or "" for place in (left, right)]
        alike = likeness(*texts)
        if alike < ALIKE:
            return None
        days = abs(int(self.received[left]) - int(self.received[right])) / _DAY
        same_phone = bool(self.phone[left] >= 0 and self.phone[left] == self.phone[right])
        same_person = bool(self.person[left] >= 0 and self.person[left] == self.person[right])
        score = 0.7 * alike + 0.2 * (1 - days / DAYS) + (0.1 if same_phone and same_person else 0.0)
        return Pair(
            row=self.row[left].as_py(),
            case_no=self.number[left].as_py() or "",
            other_row=self.row[right].as_py() if right < self.new_count else None,
            other_no=self.number[right].as_py() or "",
            score=round(score, 3),
            reasons=_reasons(same_phone, same_person, days, alike),
        )


def _reasons(same_phone: bool, same_person: bool, days: float, alike: float) -> tuple[str, ...]:
    return (
        *([_("same telephone")] if same_phone else []),
        *([_("same complainant")] if same_person else []),
        _("same respondent"),
        _("received on the same day") if days < 1 else _("received {days} days apart").format(days=int(days)),
        _("texts {percent}% alike").format(percent=round(alike * 100)),
    )


def _nearest(everyone: _Everyone) -> tuple[list[tuple[int, int]], int]:
    """The pairs of neighbours in a block, at least one of them new, nearest in time first."""
    found = [_neighbours(everyone, block, order) for block, order in everyone.blocks]
    left, right = (np.concatenate([pairs[side] for pairs in found]) for side in (0, 1))
    low, high = np.minimum(left, right), np.maximum(left, right)
    key = np.sort(low * len(everyone.received) + high)
    key = key[np.r_[True, key[1:] != key[:-1]]] if len(key) else key
    low, high = key // max(1, len(everyone.received)), key % max(1, len(everyone.received))
    gap = np.abs(everyone.received[low] - everyone.received[high])
    order = np.argsort(gap, kind="stable")[:MOST_COMPARED]
    return list(zip(low[order].tolist(), high[order].tolist(), strict=True)), len(key) - len(order)


def _neighbours(everyone: _Everyone, block: Numbers, order: Numbers) -> tuple[Numbers, Numbers]:
    """Of rows in blocks, each with the next few received within :data:`DAYS`."""
    by_time = np.lexsort((everyone.received[order], block))
    block, order = block[by_time], order[by_time]
    received = everyone.received[order]
    left, right = [], []
    for step in range(1, NEIGHBOURS + 1):
        together = (block[step:] == block[:-step]) & (received[step:] - received[:-step] <= DAYS * _DAY)
        first, second = order[:-step][together], order[step:][together]
        new = (first < everyone.new_count) | (second < everyone.new_count)
        left.append(first[new])
        right.append(second[new])
        if not together.any():
            break
    return np.concatenate(left), np.concatenate(right)


def _blocks(company: Numbers, who: Numbers, usable: Flags) -> tuple[Numbers, Numbers]:
    """For the usable places of more than one row: the block of each, and the places."""
    places = np.flatnonzero(usable)
    width = int(who.max(initial=0)) + 1
    block = company[places] * width + who[places]
    _unique, inverse, counts = np.unique(block, return_inverse=True, return_counts=True)
    several = counts[inverse] > 1
    return block[several], places[several]


def _keys(array: pa.Array, normalise: Callable[[pa.Array], pa.Array]) -> Numbers:
    """Equal values as equal numbers, -1 where there is nothing to compare by."""
    coded = array.dictionary_encode()
    normalised = normalise(coded.dictionary).dictionary_encode()
    code = pc.fill_null(normalised.indices, -1)
    return np.asarray(
        pc.fill_null(code.take(coded.indices), -1).to_numpy(zero_copy_only=False), dtype=np.int64
    )


def _plain(array: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(pc.utf8_lower(pc.utf8_normalize(array, "NFKC")), r"\s+", "")


def _company(array: pa.Array) -> pa.Array:
    """A company's name without what every company's name ends in, and without punctuation."""
    bare = pc.replace_substring_regex(_plain(array), r"[\pP\pS]+", "")
    short = pc.replace_substring_regex(bare, _COMPANY_ENDINGS, "")
    return _named(pc.if_else(pc.equal(short, ""), bare, short))


def _person(array: pa.Array) -> pa.Array:
    """A name of two characters or more that is not a placeholder, a mask or only a form of address."""
    name = _plain(array)
    vague = pc.or_(
        pc.match_substring_regex(name, r"[*＊×?]|某|^.?(?:先生|女士|小姐|mr\.?|mrs\.?|ms\.?)$"),
        pc.less(pc.utf8_length(name), 2),
    )
    return _named(pc.if_else(vague, pa.scalar(None, pa.string()), name))


def _phone(array: pa.Array) -> pa.Array:
    """The digits of a number of seven or more, without the country's code, not all the same."""
    digits = pc.replace_substring_regex(_plain(array), r"[^\d*]", "")
    number = pc.replace_substring_regex(digits, r"^(?:00)?86(1\d{10})$", r"\1")
    vague = pc.or_(
        pc.less(pc.utf8_length(number), 7),
        pc.match_substring_regex(number, r"^(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|\**|1?234567890?\d*)$"),
    )
    return pc.if_else(vague, pa.scalar(None, pa.string()), number)


def _named(array: pa.Array) -> pa.Array:
    """Null where a text says nothing."""
    nothing = pa.array(sorted({"", *(re.sub(r"[\W_]", "", word) for word in placeholders())}), pa.string())
    return pc.if_else(pc.is_in(array, value_set=nothing), pa.scalar(None, pa.string()), array)
