"""Cases by one dimension: the leading values, the rest together, the total, and the sentence about them."""

from __future__ import annotations

from dataclasses import dataclass

from casework.analytics.review import Breakdown, Part, Review
from casework.i18n import _
from casework.published.comparing import ALL, Bases, Compared, bases, counts
from casework.published.document import Cell, Sentence, Table, sentence
from casework.published.frame import listed, parts_header, parts_row, shares_note, with_notes
from casework.published.numbers import count, share, word
from casework.published.wording import DIMENSIONS

TOP = 5
#: Named values of these dimensions are people's and firms': one with fewer cases is counted with the rest.
SMALL = ("respondent", "region", "handler", "conduct")
FEWEST = 5
_BODIES = (
    *("局", "所", "科", "处", "中心", "大队", "支队", "分局", "院", "委", "办", "办公室", "协会", "站"),
    *("政府", "街道", "镇", "乡", "公司", "集团", "部", "厅", "会", "组", "班", "室", "股"),
    *(
        "bureau",
        "office",
        "department",
        "agency",
        "council",
        "team",
        "unit",
        "division",
        "authority",
        "center",
    ),
    *("centre", "commission", "committee", "group", "board", "service", "services"),
)


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    now: int
    before: int | None
    last_year: int | None
    bases: Bases
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """The table of a dimension, and the clauses of its leading values."""

    table: Table
    clauses: tuple[Sentence, ...]


def ranking(review: Review, dimension: str, caption: str, top: int = TOP) -> Ranking | None:
    """The leading values of a dimension; None where the data do not have it or nothing was received."""
    found = review.breakdown(dimension)
    if found is None or not found.total:
        return None
    rows = _rows(review, found, top)
    shares = [share(row.now, found.total) for row in rows]
    total = _total(review, found)
    lines = [
        parts_row(review.period, word(row.name), part, _compared(row))
        for row, part in zip(rows, shares, strict=True)
    ]
    whole = share(total.now, found.total)
    lines.append(parts_row(review.period, word(total.name), whole, _compared(total)))
    header = parts_header(review.period, _(DIMENSIONS[dimension]))
    table = Table(caption, header, (*lines,), shares_note(shares), total=True)
    notes = [note for row in (*rows, total) for note in row.bases.notes()]
    clauses = tuple(
        _clause(dimension, row, part) for row, part in zip(rows, shares, strict=True) if row.stated
    )
    return Ranking(with_notes(table, [*notes, *unmapped_note(review, dimension)]), clauses)


def leading(template: str, found: Ranking) -> Sentence:
    """The sentence that lists the leading values; ``template`` has ``{listed}``."""
    if not found.clauses:
        return Sentence(_("No value has enough cases to be named."))
    return listed(template, found.clauses)


def are_bodies(review: Review, dimension: str = "handler") -> bool:
    """Whether who handles cases are bodies: the names of people are not published."""
    found = review.breakdown(dimension)
    named = [part.value for part in found.parts if part.value] if found else []
    return bool(named) and all(value.strip().lower().endswith(_BODIES) for value in named)


def unmapped_note(review: Review, dimension: str) -> tuple[str, ...]:
    """A line where words of the dimension are not in the office's vocabulary."""
    if not any(name == dimension for name, _word, _cases in review.quality.unmapped):
        return ()
    return (_("Some words of the sources are not in the office's vocabulary and stand as they are."),)


def _compared(row: _Row) -> Compared:
    return counts(row.now, row.before, row.last_year, row.bases)


def _clause(dimension: str, row: _Row, part: Cell) -> Sentence:
    cells = {"name": word(row.name), "cases": count(row.now), "share": part}
    on_year = _compared(row).change_on_year
    if dimension == "kind" and on_year.value:
        template = (
            _("{name} {cases} ({share}; {change} more than a year before)")
            if on_year.value > 0
            else _("{name} {cases} ({share}; {change} fewer than a year before)")
        )
        return sentence(template, **cells, change=on_year)
    return sentence(_("{name} {cases} ({share})"), **cells)


def _rows(review: Review, found: Breakdown, top: int) -> list[_Row]:
    fewest = FEWEST if found.dimension in SMALL else 1
    stated = [part for part in found.parts if part.value is not None and part.received >= fewest][:top]
    none = [part for part in found.parts if part.value is None and part.received]
    rows = [_row(review, found.dimension, part, part.value or "") for part in stated]
    rows += [_row(review, found.dimension, part, _("(not stated)")) for part in none]
    others = _others(review, found, rows)
    return [*rows, others] if others.now or others.before or others.last_year else rows


def _row(review: Review, dimension: str, part: Part, name: str) -> _Row:
    channel = part.value if dimension == "channel" else ALL
    allowed = bases(review, channel=channel)
    return _Row(name, part.received, part.before, part.last_year, allowed, stated=part.value is not None)


def _others(review: Review, found: Breakdown, rows: list[_Row]) -> _Row:
    """The values that are not listed, by what is left of the total."""
    total = _total(review, found)
    now = found.total - sum(row.now for row in rows)
    before = _left(total.before, [row.before for row in rows])
    last_year = _left(total.last_year, [row.last_year for row in rows])
    return _Row(_("Others"), now, before, last_year, bases(review))


def _left(total: int | None, listed_values: list[int | None]) -> int | None:
    known = [value for value in listed_values if value is not None]
    if total is None or len(known) < len(listed_values) or sum(known) > total:
        return None
    return total - sum(known)


def _total(review: Review, found: Breakdown) -> _Row:
    """The total with its bases, which the headline knows."""
    line = review.headline("received")
    before = last_year = None
    if line is not None and line.now == found.total:
        before = None if line.before is None else round(line.before)
        last_year = None if line.last_year is None else round(line.last_year)
    return _Row(_("Total"), found.total, before, last_year, bases(review))
