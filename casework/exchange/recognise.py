"""Find the header row of a grid, and the columns that matter, by their names and by what their values look like."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from casework.exchange.dates import looks_like_date, tidy
from casework.exchange.grid import Grid
from casework.i18n import _

ROLES = ("received", "closed", "channel", "status", "case_no", "conduct", "respondent", "amount")
DATE_ROLES = ("received", "closed")

_HEADER_DEPTH = 40
_SAMPLE = 300
_DATE_SHARE = 0.5
_EXACT, _WORDS, _BY_VALUES = 100.0, 40.0, 10.0


@dataclass(frozen=True)
class Names:
    """How other systems name one role: see ``headers.toml``."""

    exact: dict[str, int]
    words: tuple[tuple[str, ...], ...]
    never: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How a grid was understood: the header's index, its texts, and the column index that plays each role.

    ``notes`` says in words what was decided and which other columns could have played the role.
    """

    header: int
    headers: tuple[str, ...]
    columns: dict[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    score: float
    column: int


def normal(header: str) -> str:
    """A header as it is compared: NFKC, lower case, letters, digits and ``#`` only."""
    return re.sub(r"[^\w#]|_", "", unicodedata.normalize("NFKC", header).casefold())


@cache
def names() -> dict[str, Names]:
    """The synonyms of each role, from ``headers.toml``."""
    data = tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))
    return {
        role: Names(
            exact={normal(header): place for place, header in reversed(list(enumerate(entry["exact"])))},
            words=tuple(tuple(normal(word) for word in group) for group in entry.get("words", ())),
            never=tuple(normal(word) for word in entry.get("never", ())),
        )
        for role, entry in data.items()
    }


def recognise(grid: Grid) -> Layout | None:
    """Understand a grid, or return None where no header row with a received date is found."""
    header = _header_row(grid)
    if header is None:
        return None
    headers = tuple(_header_texts(grid.row(header)))
    samples = [_Sample.of(column, header) for column in grid.columns]
    columns: dict[str, int] = {}
    notes: list[str] = []
    for role in ROLES:
        ranked = _candidates(role, headers, samples, taken=set(columns.values()))
        if not ranked:
            continue
        best = ranked[0]
        columns[role] = best.column
        notes += _notes(role, headers, ranked)
    if "received" not in columns:
        return None
    return Layout(header=header, headers=headers, columns=columns, notes=tuple(notes))


def _header_row(grid: Grid) -> int | None:
    """The row among the first ones that names the most roles; among equals, the widest, then the first.

    Without any known name, the first row that is mostly text above a column of dates.
    """
    best: tuple[int, int, int] | None = None
    for index in range(min(_HEADER_DEPTH, grid.height - 1)):
        cells = grid.row(index)
        known = _known_roles(cells)
        if not known:
            continue
        filled = sum(bool(cell) for cell in cells)
        if best is None or (known, filled) > best[:2]:
            best = (known, filled, -index)
    return -best[2] if best else _unknown_header_row(grid)


def _unknown_header_row(grid: Grid) -> int | None:
    """Where no name is known: the first row of words with a date below one of them."""
    for index in range(min(_HEADER_DEPTH, grid.height - 1)):
        cells, below = grid.row(index), grid.row(index + 1)
        words = [bool(cell) and not re.search(r"\d{3}", cell) for cell in cells]
        if sum(words) < 2 or sum(words) < sum(bool(cell) for cell in cells):
            continue
        dated = looks_like_date(pa.array(below, pa.string()))
        if any(word and date for word, date in zip(words, dated, strict=True)):
            return index
    return None


def _known_roles(cells: list[str]) -> int:
    """How many roles a row names. A title such as "2025 complaints" names none: only whole headers count."""
    found = set()
    for cell in cells:
        if not cell or len(cell) > 60:
            continue
        text = normal(cell)
        for role, known in names().items():
            if text in known.exact or _by_words(text, known):
                found.add(role)
    return len(found)


def _header_texts(cells: list[str]) -> list[str]:
    """Header texts made unique: a blank one is ``(column 3)``, a repeated one gets its count."""
    seen: dict[str, int] = {}
    result = []
    for place, cell in enumerate(cells, start=1):
        text = cell or f"(column {place})"
        seen[text] = seen.get(text, 0) + 1
        result.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return result


_MONEY = re.compile(r"^[-+¥￥$€£\s]*[\d,.]+\s*(?:元|万元|分|yuan|rmb|cny)?$", re.IGNORECASE)


@dataclass(frozen=True)
class _Sample:
    """Up to 300 non-blank cells below the header, spread over the whole column, and what they look like."""

    cells: pa.Array

    @classmethod
    def of(cls, column: pa.Array, header: int) -> _Sample:
        below = column.slice(header + 1)
        filled = tidy(below.take(pa.array(_spread(len(below), 3 * _SAMPLE)))).drop_null()
        return cls(filled.take(pa.array(_spread(len(filled), _SAMPLE))))

    @cached_property
    def dates(self) -> float:
        """The share of cells that read as dates."""
        return float(looks_like_date(self.cells).mean()) if len(self.cells) else 0.0

    @cached_property
    def numbers(self) -> float:
        """The share of cells that read as plain numbers or amounts."""
        texts = self.cells.to_pylist()
        return sum(bool(_MONEY.match(text)) for text in texts) / len(texts) if texts else 0.0


def _spread(length: int, count: int) -> np.ndarray:
    return (
        np.unique(np.linspace(0, length - 1, min(length, count)).astype(np.int64))
        if length
        else np.empty(0, np.int64)
    )


def _by_words(text: str, known: Names) -> bool:
    return bool(known.words) and all(any(word in text for word in group) for group in known.words)


def _candidates(
    role: str, headers: tuple[str, ...], samples: list[_Sample], taken: set[int]
) -> list[_Candidate]:
    known = names()[role]
    found = []
    for column, header in enumerate(headers):
        if column in taken:
            continue
        score = _name_score(header, known, role)
        if score and _values_fit(role, samples[column], by_name=score > _BY_VALUES):
            found.append(_Candidate(score, column))
    found.sort(key=lambda item: (-item.score, item.column))
    if role == "received" and len(found) > 1 and found[0].score <= _BY_VALUES:
        return []  # several unknown date columns: choosing one would be a guess
    return found


def _name_score(header: str, known: Names, role: str) -> float:
    text = normal(re.sub(r"[(（\[【].*?[)）\]】]", "", header)) or normal(header)
    whole = normal(header)
    for form in (whole, text):
        if form in known.exact:
            return _EXACT - known.exact[form] * 0.25
    if any(word in whole for word in known.never):
        return 0.0
    if _by_words(whole, known):
        return _WORDS
    return _BY_VALUES if role == "received" else 0.0


def _values_fit(role: str, sample: _Sample, *, by_name: bool) -> bool:
    count = len(sample.cells)
    if role in DATE_ROLES:
        if not count:
            return role == "closed"
        needed = _DATE_SHARE if by_name else 0.9
        return sample.dates >= needed and (by_name or sample.numbers <= 0.5)
    if not count:
        return True
    if role == "amount":
        return sample.numbers >= 0.5
    if role in ("channel", "status"):
        kinds = sample.cells.unique().to_pylist()
        places = sum(bool(re.fullmatch("[A-Z]{2}", kind)) for kind in kinds)  # "state" may be MA, CA, TX
        few = len(kinds) <= max(20, count // (2 if role == "channel" else 8))
        return few and places <= len(kinds) // 2 and sample.dates <= 0.5
    return True


def _notes(role: str, headers: tuple[str, ...], ranked: list[_Candidate]) -> list[str]:
    notes = []
    if ranked[0].score <= _BY_VALUES:
        notes.append(
            _("“{header}” was taken as the received date because it is the only column of dates.").format(
                header=headers[ranked[0].column]
            )
        )
    rivals = [headers[item.column] for item in ranked[1:4] if item.score >= _WORDS]
    if rivals and role in DATE_ROLES:
        notes.append(
            _("“{chosen}” was taken for {role}; it could also have been: {rivals}.").format(
                chosen=headers[ranked[0].column], role=_ROLE_WORDS[role](), rivals=", ".join(rivals)
            )
        )
    return notes


_ROLE_WORDS = {"received": lambda: _("received date"), "closed": lambda: _("closing date")}
