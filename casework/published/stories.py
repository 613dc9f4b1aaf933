"""热点与典型案例: what the supervisor chose, with figures computed now and room for their own words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.analytics.review import Part, Review
from casework.i18n import _, mark
from casework.published.comparing import ALL, Bases, Compared, bases, counts
from casework.published.document import (
    NOT_KNOWN,
    Block,
    Cell,
    Heading,
    OwnWords,
    Paragraph,
    Sentence,
    Table,
    sentence,
)
from casework.published.editorial import Editorial, HotSpot, TypicalCase, case_facts, part_of
from casework.published.frame import facts_header, facts_row
from casework.published.numbers import count, line, money, printable, rounded, word
from casework.published.wording import DIMENSIONS, heading_number

if TYPE_CHECKING:
    from casework.analytics.figures import Report

_ENDS = {
    "resolved": mark("settled"),
    "withdrawn": mark("withdrawn by the consumer"),
    "terminated": mark("mediation ended"),
    "other": mark("closed otherwise"),
}
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class _Hot:
    spot: HotSpot
    name: Cell
    row: Compared


def hot_spots(review: Review, editorial: Editorial) -> Iterator[Block]:
    """The table of the chosen hot spots, a sentence for each with figures, and the words written about each."""
    chosen = [spot for spot in editorial.hot_spots if spot.use]
    found = [(spot, part_of(review, spot)) for spot in chosen]
    rows = [_hot(review, spot, part) for spot, part in found if part is not None]
    if rows:
        yield Paragraph(tuple(_said(one) for one in rows))
        lines = tuple(facts_row(review.period, one.name, one.row) for one in rows)
        notes = tuple(dict.fromkeys(note for one in rows for note in _bases(review, one.spot).notes()))
        yield Table(_("Hot spots (cases)"), facts_header(review.period, _("Hot spot")), lines, notes)
    elif not chosen:
        yield Paragraph((Sentence(_("No hot spot was chosen for this period.")),))
    for spot in chosen:
        if spot.words:
            yield OwnWords("hot_spots", printable(spot.words).strip())


def _hot(review: Review, spot: HotSpot, part: Part) -> _Hot:
    value = spot.value if spot.value is not None else _("(not stated)")
    name = _("{dimension}: {value}").format(
        dimension=_(DIMENSIONS.get(spot.dimension, spot.dimension)), value=value
    )
    row = counts(part.received, part.before, part.last_year, _bases(review, spot))
    return _Hot(spot, word(name), row)


def _bases(review: Review, spot: HotSpot) -> Bases:
    return bases(review, channel=spot.value if spot.dimension == "channel" else ALL)


def _said(one: _Hot) -> Sentence:
    row = one.row
    more = row.more
    if more.value is None or NOT_KNOWN in (more.text, row.before.text):
        return sentence(_("{name}: {cases} cases."), name=one.name, cases=row.now)
    template = (
        _("{name}: {cases} cases, {more} more than in the period before.")
        if more.value > 0
        else _("{name}: {cases} cases, {more} fewer than in the period before.")
    )
    if more.value == 0:
        return sentence(
            _("{name}: {cases} cases, as many as in the period before."), name=one.name, cases=row.now
        )
    return sentence(template, name=one.name, cases=row.now, more=more)


def typical_cases(report: Report, editorial: Editorial, section: int) -> Iterator[Block]:
    """Each chosen case: its title, what may be told of it, and the words written about it."""
    chosen = [one for one in editorial.typical_cases if one.use]
    if not chosen:
        yield Paragraph((Sentence(_("No typical case was chosen for this period.")),))
    facts = case_facts(report.cases, [one.case for one in chosen])
    for place, one in enumerate(chosen, start=1):
        title = line(one.title) or _("A typical case")
        yield Heading(2, heading_number(section, place), title)
        if one.case in facts:
            yield _case_table(facts[one.case])
        yield _told(one)


def _told(one: TypicalCase) -> OwnWords:
    return OwnWords(
        "cases", one.words, _("Tell the case here, without names, numbers or addresses of people.")
    )


def _case_table(facts: dict[str, Any]) -> Table:
    end = _ENDS.get(facts.get("end") or "")
    rows = [
        (_("Type of case"), facts.get("kind")),
        (_("Source"), facts.get("channel")),
        (_("Nature"), facts.get("conduct")),
        (_("Outcome"), _(end) if end else None),
    ]
    cells = [(word(name), word(str(value))) for name, value in rows if value]
    figures = [
        (_("Amount in dispute (CNY)"), money(facts.get("amount_minor"))),
        (_("Recovered (CNY)"), money(facts.get("recovered_minor"))),
        (_("Days to closing"), count(_days(facts.get("elapsed_us")))),
    ]
    cells += [(word(name), cell) for name, cell in figures if cell.value is not None]
    return Table("", (_("Fact"), _("Of the case")), tuple(cells))


def _days(elapsed: int | None) -> int | None:
    return None if elapsed is None or elapsed < 0 else rounded(elapsed, _DAY)
