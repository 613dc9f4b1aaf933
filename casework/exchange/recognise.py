"""Which column plays which role: by its name, by what its values look like, or because a person said so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pyarrow as pa

from casework.exchange.dates import date_form, looks_like_date, tidy
from casework.exchange.grid import Grid
from casework.exchange.header import Header, find_header, likely_header
from casework.exchange.names import Names, bare, names, normal
from casework.exchange.yes_no import are_kinds, late_flags, reader_of, share_read, times
from casework.i18n import _
from casework.sources import DATE_ROLES, MENDING, MONEY_ROLES, ROLES, YES_NO_ROLES, ColumnProfile, RoleChoice

_SAMPLE = 300
_DATE_SHARE = 0.5
_EXACT, _WORDS, _BY_VALUES = 100.0, 40.0, 10.0
_SHORT = 40  # characters: an outcome is a word, not an account of it
_MOST_COLUMNS = 1_000  # columns beyond are not looked at


@dataclass(frozen=True)
class Layout:
    """How a grid was understood: its header, and the column that plays each role, with the reason."""

    header: Header
    choices: tuple[RoleChoice, ...]
    profile: tuple[ColumnProfile, ...]
    passed_over: frozenset[int] = frozenset()

    @property
    def columns(self) -> dict[str, int]:
        """The index of the column that plays each role."""
        return {choice.role: choice.column for choice in self.choices}

    @property
    def late_flags(self) -> int | None:
        """The column that counts the cases that were late, where that of ``on_time`` counts those in time."""
        chosen = self.columns.get("on_time")
        return None if chosen is None else late_flags(self.headers[chosen], self.headers)

    @property
    def headers(self) -> tuple[str, ...]:
        """The header texts, made unique."""
        return self.header.texts

    @property
    def unused(self) -> tuple[str, ...]:
        """Headers that play no role; blank ones are not told."""
        used = {*self.columns.values(), *self.passed_over, self.late_flags}
        return tuple(
            text
            for place, text in enumerate(self.headers)
            if place not in used and not text.startswith("(column ")
        )

    @property
    def fingerprint(self) -> str:
        """A hash over the header texts in their order: the same layout next month has the same."""
        texts = [normal(text) for place, text in enumerate(self.headers) if place not in self.passed_over]
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Candidate:
    score: float
    column: int


def recognise(grid: Grid, wanted: Mapping[str, str] | None = None) -> Layout | None:
    """Understand a grid, or return None where it has no header row.

    ``wanted`` are a person's own choices, role to header text (an empty text: no column plays it). A layout without
    a ``received`` column is one that a person has to complete.
    """
    wanted = wanted or {}
    header = find_header(grid, [text for text in wanted.values() if text]) or likely_header(grid)
    if header is None:
        return None
    samples = [
        _Sample.of(column if grid.loaded is None or place in grid.loaded else None, header.first)
        for place, column in enumerate(grid.columns[:_MOST_COLUMNS])
    ]
    chosen = _by_hand(wanted, header.texts)
    passed_over = _mending_columns(header.texts)
    taken = {choice.column for choice in chosen.values()} | passed_over
    for role in ROLES:
        if role in chosen or wanted.get(role) == "":  # a wanted header that is gone leaves the role open
            continue
        ranked = _candidates(role, header.texts, samples, taken)
        if ranked:
            chosen[role] = _choice(role, header.texts, samples, ranked)
            taken.add(ranked[0].column)
    profile = tuple(
        sample.profile(header.texts[place])
        for place, sample in enumerate(samples)
        if place not in passed_over
    )
    choices = tuple(chosen[role] for role in ROLES if role in chosen)
    return Layout(header, choices, profile, passed_over)


def _mending_columns(headers: tuple[str, ...]) -> frozenset[int]:
    """The columns that casework itself added to rows that it gave back to be mended."""
    for place, pair in enumerate(pairwise(headers)):
        if pair in MENDING.values():
            return frozenset((place, place + 1))
    return frozenset()


def still_fits(layout: Layout, head: Grid, whole: Grid) -> bool:
    """Whether what was recognised in a sheet's first rows holds for its whole columns, as far as they are loaded."""
    loaded = whole.loaded if whole.loaded is not None else frozenset(range(len(whole.columns)))
    seen, now = head.row(layout.header.index), whole.row(layout.header.index)
    if any(seen[place] != now[place] for place in loaded):
        return False
    return all(
        choice.confidence == 1.0
        or _values_fit(
            choice.role,
            _Sample.of(whole.columns[choice.column], layout.header.first),
            layout.headers[choice.column],
            by_name=True,
        )
        for choice in layout.choices
        if choice.column in loaded
    )


def _by_hand(wanted: Mapping[str, str], headers: tuple[str, ...]) -> dict[str, RoleChoice]:
    """A person's choices, as far as the headers still exist."""
    exact = {text: place for place, text in reversed(list(enumerate(headers)))}
    alike = {normal(text): place for place, text in reversed(list(enumerate(headers)))}
    found = {}
    for role, text in wanted.items():
        place = exact.get(text, alike.get(normal(text)) if text else None)
        if place is not None and role in ROLES:
            found[role] = RoleChoice(role, place, headers[place], 1.0, _("A person chose it."))
    return found


_MONEY = re.compile(
    r"^[-+(¥￥$€£\s]*[\d,.'\s]+\s*(?:元|万元|千元|万|分|yuan|rmb|cny|usd|eur)?\)?$", re.IGNORECASE
)
_PHONE = re.compile(r"^[+(（]?\d[\d\s()（）*-]{5,20}$")


@dataclass(frozen=True)
class _Sample:
    """Up to 300 non-blank cells below the header, spread over the whole column, and what they look like."""

    cells: pa.Array
    blank: float

    @classmethod
    def of(cls, column: pa.Array | None, first: int) -> _Sample:
        if column is None:  # not loaded, because nothing asked for it
            return cls(pa.array([], pa.string()), 0.0)
        below = column.slice(first)
        looked = tidy(below.take(pa.array(_spread(len(below), 3 * _SAMPLE))))
        filled = looked.drop_null()
        blank = looked.null_count / len(looked) if len(looked) else 1.0
        return cls(filled.take(pa.array(_spread(len(filled), _SAMPLE))), blank)

    @cached_property
    def texts(self) -> list[str]:
        return list(self.cells.to_pylist())

    @cached_property
    def dates(self) -> float:
        """The share of cells that read as dates."""
        return float(looks_like_date(self.cells).mean()) if len(self.cells) else 0.0

    @cached_property
    def numbers(self) -> float:
        """The share of cells that read as plain numbers or amounts."""
        return self._share(_MONEY)

    @cached_property
    def phones(self) -> float:
        """The share of cells that read as telephone numbers."""
        return self._share(_PHONE)

    def _share(self, pattern: re.Pattern[str]) -> float:
        return sum(bool(pattern.match(text)) for text in self.texts) / len(self.texts) if self.texts else 0.0

    def profile(self, header: str) -> ColumnProfile:
        kind = "empty" if not self.texts else "text"
        if self.texts and self.dates >= _DATE_SHARE and self.numbers <= _DATE_SHARE:
            return ColumnProfile(header, "date", date_form(self.cells), round(self.blank, 4))
        if self.texts and self.numbers >= 0.9:
            kind = "number"
        return ColumnProfile(header, kind, "", round(self.blank, 4))


def _spread(length: int, count: int) -> np.ndarray:
    return (
        np.unique(np.linspace(0, length - 1, min(length, count)).astype(np.int64))
        if length
        else np.empty(0, np.int64)
    )


def _candidates(
    role: str, headers: tuple[str, ...], samples: list[_Sample], taken: set[int]
) -> list[_Candidate]:
    known = names()[role]
    found = []
    for column, header in enumerate(headers[: len(samples)]):
        if column in taken:
            continue
        score = _name_score(header, known, role)
        if score and _values_fit(role, samples[column], header, by_name=score > _BY_VALUES):
            found.append(_Candidate(score, column))
    found.sort(key=lambda item: (-item.score, item.column))
    if role == "received" and len(found) > 1 and found[0].score <= _BY_VALUES:
        return []  # several unknown date columns: choosing one would be a guess
    return found


def _name_score(header: str, known: Names, role: str) -> float:
    whole = normal(header)
    for form in (whole, bare(header), bare(header.rpartition("/")[2])):
        if form in known.exact and (form == whole or not any(word in whole for word in known.never)):
            return _EXACT - known.exact[form] * 0.25 - (form != whole) * 0.1
    if any(word in whole for word in known.never):
        return 0.0
    if known.by_words(whole):
        return _WORDS
    return _BY_VALUES if role == "received" else 0.0


def _values_fit(role: str, sample: _Sample, header: str, *, by_name: bool) -> bool:
    if role in DATE_ROLES:
        return _dates_fit(role, sample, by_name=by_name)
    if role == "kind":  # its names are those of conducts too
        return are_kinds(sample.texts)
    if not sample.texts:
        return True
    if role in YES_NO_ROLES:
        return share_read(reader_of(role, header), sample.texts) >= 0.5
    if role == "reopened":
        return share_read(times, sample.texts) >= 0.5
    if role in MONEY_ROLES:
        return sample.numbers >= 0.5
    if role == "phone":
        return sample.phones >= 0.5
    if role in ("channel", "status"):
        return _few_words(role, sample)
    if role == "outcome":
        return (
            _few_words(role, sample) and sorted(map(len, sample.texts))[len(sample.texts) * 9 // 10] <= _SHORT
        )
    if role in ("respondent", "complainant", "handler", "text", "region", "agent"):
        return sample.dates <= 0.5 or sample.numbers > 0.5
    return True


def _dates_fit(role: str, sample: _Sample, *, by_name: bool) -> bool:
    if not sample.texts:
        return role != "received"
    needed = _DATE_SHARE if by_name else 0.9
    return sample.dates >= needed and (by_name or sample.numbers <= 0.5)


def _few_words(role: str, sample: _Sample) -> bool:
    kinds = set(sample.texts)
    places = sum(bool(re.fullmatch("[A-Z]{2}", kind)) for kind in kinds)  # "state" may be MA, CA, TX
    few = len(kinds) <= max(20, len(sample.texts) // (2 if role == "channel" else 8))
    return few and places <= len(kinds) // 2 and sample.dates <= 0.5


def _choice(
    role: str, headers: tuple[str, ...], samples: list[_Sample], ranked: list[_Candidate]
) -> RoleChoice:
    best = ranked[0]
    sample = samples[best.column]
    rivals = tuple(headers[item.column] for item in ranked[1:6] if item.score >= _WORDS)
    if best.score > _WORDS:
        confidence, reason = 0.98, _("Its name is one that other systems use for this.")
    elif best.score > _BY_VALUES:
        confidence, reason = 0.8, _("Parts of its name say so.")
    else:
        confidence, reason = 0.5, _("It is the only column of dates.")
    if role in DATE_ROLES and sample.texts:
        reason += " " + _("{share} of its cells are dates.").format(share=f"{sample.dates:.0%}")
        confidence *= 0.5 + sample.dates / 2
    if rivals and ranked[1].score > _WORDS:
        confidence -= 0.1
    return RoleChoice(role, best.column, headers[best.column], round(max(confidence, 0.1), 2), reason, rivals)
