"""办理情况: accepted, closed, mediated, on time, satisfied, overdue; every rate with its denominator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from casework.analytics.review import Clock, Handling, Review
from casework.i18n import _
from casework.published.comparing import bases, counts
from casework.published.document import Block, Cell, Chart, Paragraph, Sentence, Table, sentence
from casework.published.frame import YEAR, facts_header, facts_row
from casework.published.numbers import count, share, word


@dataclass(frozen=True, slots=True)
class _Rate:
    """A rate of the period, as the table and the sentence show it."""

    name: str
    said: str
    none: str
    parts: tuple[int | None, int | None, int | None]
    wholes: tuple[int | None, int | None, int | None]

    def share(self, place: int) -> Cell:
        return share(self.parts[place], self.wholes[place])


def handling(review: Review) -> Iterator[Block]:
    """The blocks of the section, in order."""
    counted, rates, clocks = _counted(review), _rates(review), _clocks(review)
    if not counted.rows and not clocks.rows:
        yield Paragraph((Sentence(_("The sources do not say when cases were accepted or closed.")),))
        return
    yield Paragraph((*_said_counts(review), *map(_said_rate, rates)))
    if counted.rows:
        yield counted
    yield _rate_table(review, rates)
    if clocks.rows:
        yield Paragraph(_said_clocks(review))
        yield clocks
    if counted.rows:
        yield Chart("bars", _("Accepted, closed and resolved (cases)"), counted)


def _three(review: Review, name: str) -> tuple[int | None, int | None, int | None]:
    now, before, last_year = (getattr(one, name) for one in review.handling)
    return now, before, last_year


def _counted(review: Review) -> Table:
    names = (
        ("accepted", _("Accepted (cases)")),
        ("closed", _("Closed (cases)")),
        ("resolved", _("Resolved by mediation (cases)")),
    )
    allowed = bases(review, "closed")
    ends_known = bool(review.handling[0].how_known)
    rows = [(title, _three(review, name)) for name, title in names if name != "resolved" or ends_known]
    lines = tuple(
        facts_row(review.period, word(title), counts(*values, allowed))
        for title, values in rows
        if values[0] is not None
    )
    return Table(_("Handling"), facts_header(review.period, _("Figure")), lines, allowed.notes())


def _said_counts(review: Review) -> Iterator[Sentence]:
    templates = {
        "accepted": _("{cases} cases were accepted."),
        "closed": _("{cases} cases were closed."),
    }
    for name, template in templates.items():
        value = getattr(review.handling[0], name)
        if value is not None:
            yield sentence(template, cases=count(value))


def _sum(one: Handling) -> int | None:
    return None if one.on_time is None or one.late is None else one.on_time + one.late


def _rates(review: Review) -> tuple[_Rate, ...]:
    now, before, last_year = map(_sum, review.handling)
    return (
        _Rate(
            _("Closed on time, of the closed with a known limit"),
            _("Of {whole} closed cases with a known limit {part} were closed on time ({share})."),
            _("No closed case has a known limit, so there is no rate of closing on time."),
            _three(review, "on_time"),
            (now, before, last_year),
        ),
        _Rate(
            _("Mediated successfully, of the closed with a known end"),
            _("Of {whole} closed cases with a known end {part} were resolved by mediation ({share})."),
            _("No closed case has a known end, so there is no rate of mediation."),
            _three(review, "resolved"),
            _three(review, "how_known"),
        ),
        _Rate(
            _("Satisfied, of the reply visits with an answer"),
            _("Of {whole} consumers asked at a reply visit {part} were satisfied ({share})."),
            _("No answer of a reply visit is known, so there is no rate of satisfaction."),
            _three(review, "satisfied"),
            _three(review, "asked"),
        ),
    )


def _said_rate(rate: _Rate) -> Sentence:
    cell = rate.share(0)
    if cell.value is None:
        return Sentence(rate.none)
    return sentence(rate.said, whole=count(rate.wholes[0]), part=count(rate.parts[0]), share=cell)


def _rate_table(review: Review, rates: tuple[_Rate, ...]) -> Table:
    span = review.period
    places = [0] if span is None else [0, 2] if span.months == YEAR else [0, 1, 2]
    names = (_("Rate (%)"), _("Period before (%)"), _("Same period last year (%)"))
    header = (_("Rate"), _("Cases counted"), _("Out of"), *(names[place] for place in places))
    rows = tuple(
        (
            *(word(rate.name), count(rate.parts[0]), count(rate.wholes[0])),
            *(rate.share(place) for place in places),
        )
        for rate in rates
    )
    return Table(_("Rates with their denominators"), header, rows)


def _open(review: Review) -> Clock | None:
    """The open cases of all channels together."""
    if not review.clocks:
        return None
    names = ("met", "missed", "running", "overdue", "unknown")
    return Clock(None, *(sum(getattr(one, name) for one in review.clocks) for name in names))


def _clocks(review: Review) -> Table:
    one = _open(review)
    header = (_("Limits as of this report"), _("Number of cases"))
    if one is None:
        return Table(_("Open cases and their limits"), header, ())
    rows = (
        (word(_("Open within the limit")), count(one.running)),
        (word(_("Open and overdue")), count(one.overdue)),
    )
    return Table(_("Open cases and their limits"), header, rows)


def _said_clocks(review: Review) -> tuple[Sentence, ...]:
    one = _open(review)
    if one is None:
        return ()
    template = _("As of this report {running} open cases are within their limit and {overdue} are overdue.")
    return (sentence(template, running=count(one.running), overdue=count(one.overdue)),)
