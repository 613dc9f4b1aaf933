"""The columns in which a figure stands beside its bases, and the clauses that say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casework.analytics.periods import Span
from casework.i18n import _
from casework.published.comparing import Compared, Sums
from casework.published.document import Cell, Sentence, Table, joined, sentence

YEAR = 12


def facts_header(span: Span | None, name: str) -> tuple[str, ...]:
    """Name, now, the period before with the change, last year's with the change; a year has one base only."""
    if span is None:
        return name, _("This period")
    before = (_("Period before"), _("More or fewer than before"), _("On the period before (%)"))
    year = (_("Same period last year"), _("More or fewer than last year"), _("On the year (%)"))
    return (name, _("This period"), *(() if span.months == YEAR else before), *year)


def facts_row(span: Span | None, name: Cell, row: Compared) -> tuple[Cell, ...]:
    """The cells below :func:`facts_header`."""
    if span is None:
        return name, row.now
    before = () if span.months == YEAR else (row.before, row.more, row.change)
    return (name, row.now, *before, row.last_year, row.more_on_year, row.change_on_year)


def money_header(span: Span | None) -> tuple[str, ...]:
    """As :func:`facts_header`, without the differences."""
    if span is None:
        return _("Figure"), _("This period")
    before = (_("Period before"), _("On the period before (%)"))
    year = (_("Same period last year"), _("On the year (%)"))
    return (_("Figure"), _("This period"), *(() if span.months == YEAR else before), *year)


def money_row(span: Span | None, name: Cell, row: Compared | Sums) -> tuple[Cell, ...]:
    """The cells below :func:`money_header`."""
    if span is None:
        return name, row.now
    before = () if span.months == YEAR else (row.before, row.change)
    return (name, row.now, *before, row.last_year, row.change_on_year)


def parts_header(span: Span | None, name: str) -> tuple[str, ...]:
    """Name, now, share, last year's, on the year, on the period before: the form that offices publish."""
    if span is None:
        return name, _("This period (cases)"), _("Share (%)")
    year = (_("Same period last year (cases)"), _("On the year (%)"))
    before = () if span.months == YEAR else (_("On the period before (%)"),)
    return (name, _("This period (cases)"), _("Share (%)"), *year, *before)


def parts_row(span: Span | None, name: Cell, part: Cell, row: Compared) -> tuple[Cell, ...]:
    """The cells below :func:`parts_header`."""
    if span is None:
        return name, row.now, part
    before = () if span.months == YEAR else (row.change,)
    return (name, row.now, part, row.last_year, row.change_on_year, *before)


def shares_note(shares: Sequence[Cell]) -> tuple[str, ...]:
    """A line where the printed shares do not add up to the whole because of rounding."""
    known = [cell.value for cell in shares if cell.value is not None]
    if not known or len(known) < len(shares) or sum(known) == 10_000:
        return ()
    return (_("The shares do not add up to exactly the whole because each is rounded."),)


def compared_sentence(span: Span | None, head: Sentence, row: Compared) -> Sentence:
    """``head``, then more or fewer than in the period before and a year ago, as counts and per cent, without judging."""
    clauses = [head]
    if span is not None and span.months != YEAR:
        clauses.append(_before(row))
    if span is not None:
        clauses.append(_last_year(row))
    return joined(clauses, _("; "), _("."))


def _before(row: Compared) -> Sentence:
    if row.more.value is None or row.change.value is None:
        return Sentence(_("there is no comparable figure for the period before"))
    if row.more.value == 0:
        return Sentence(_("as many as in the period before"))
    template = (
        _("{more} more than in the period before ({change})")
        if row.more.value > 0
        else _("{more} fewer than in the period before ({change})")
    )
    return sentence(template, more=row.more, change=row.change)


def _last_year(row: Compared) -> Sentence:
    if row.more_on_year.value is None or row.change_on_year.value is None:
        return Sentence(_("there is no comparable figure for the same period last year"))
    if row.more_on_year.value == 0:
        return Sentence(_("as many as in the same period last year"))
    template = (
        _("{more} more than in the same period last year ({change})")
        if row.more_on_year.value > 0
        else _("{more} fewer than in the same period last year ({change})")
    )
    return sentence(template, more=row.more_on_year, change=row.change_on_year)


def listed(template: str, clauses: Sequence[Sentence]) -> Sentence:
    """A template with one ``{listed}``, filled with clauses."""
    inner = joined(clauses, _("; "), "")
    return Sentence(template.format(listed=inner.text), inner.cells)


def with_notes(table: Table, notes: Iterator[str] | Sequence[str]) -> Table:
    """The table with more notes, each once."""
    every = tuple(dict.fromkeys((*table.notes, *notes)))
    return Table(table.caption, table.header, table.rows, every, table.total)
