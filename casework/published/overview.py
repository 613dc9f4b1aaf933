"""总体情况: what was received, closed, open and recovered; by kind; month by month with the control chart's verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casework.analytics.periods import month_index
from casework.analytics.review import Month, Review
from casework.i18n import _
from casework.published.breakdowns import leading, ranking
from casework.published.comparing import Compared, Sums, bases, breaks, counts, sums
from casework.published.document import Block, Cell, Chart, Paragraph, Sentence, Table, sentence
from casework.published.frame import compared_sentence, facts_header, facts_row, money_header, money_row
from casework.published.judging import Judged, judged, judgement, verdict_word
from casework.published.numbers import count, grouped, word
from casework.published.wording import period_name

MONTHS = 13
KINDS = 10


def overview(review: Review) -> Iterator[Block]:
    """The blocks of the first section, in order."""
    received = _headline(review, "received")
    said = [_received(review, received), judgement(review, "received", received)]
    said += map(Sentence, breaks(review))
    yield _paragraph(said)
    yield _facts(review)
    yield _paragraph(_others(review))
    money = _money(review)
    if money.rows:
        yield money
    kinds = ranking(review, "kind", _("Received by kind"), KINDS)
    if kinds is not None:
        yield Paragraph((leading(_("By kind: {listed}."), kinds),))
        yield kinds.table
    months = _months(review)
    if months.rows:
        yield months
        yield Chart("months", _("Cases received month by month"), months)


def _paragraph(said: list[Sentence]) -> Paragraph:
    return Paragraph(tuple(line for line in said if line.text))


def _headline(review: Review, name: str) -> Compared:
    line = review.headline(name)
    values = (line.now, line.before, line.last_year) if line else (None, None, None)
    whole = [None if value is None else round(value) for value in values]
    return counts(whole[0], whole[1], whole[2], bases(review, name))


def _received(review: Review, row: Compared) -> Sentence:
    if row.now.value is None:
        return Sentence(_("It is not known how many cases were received."))
    template = _("In {period} {cases} cases were received")
    head = sentence(template.format(period=period_name(review.period), cases="{cases}"), cases=row.now)
    return compared_sentence(review.period, head, row)


def _recovered(review: Review) -> tuple[Sums, Compared]:
    money, allowed = review.money, bases(review, "closed")
    return sums(*money.recovered, allowed), counts(*money.recovered_cases, allowed)


def _facts(review: Review) -> Table:
    """The main figures; what no source has is left out."""
    span = review.period
    names = {
        "received": _("Received (cases)"),
        "closed": _("Closed (cases)"),
        "open": _("Open at the end (cases)"),
    }
    rows = [(title, _headline(review, name)) for name, title in names.items()]
    lines = tuple(facts_row(span, word(title), row) for title, row in rows if row.now.value is not None)
    notes = tuple(dict.fromkeys(note for name in names for note in bases(review, name).notes()))
    return Table(_("Main figures"), facts_header(span, _("Figure")), lines, notes)


def _money(review: Review) -> Table:
    """What was claimed and recovered, and in how many cases."""
    span, came = review.period, bases(review)
    recovered, cases = _recovered(review)
    rows: list[tuple[str, Compared | Sums]] = [
        (_("Recovered (CNY)"), recovered),
        (_("Cases with a sum recovered"), cases),
        (_("Claimed (CNY)"), sums(*review.money.claimed, came)),
        (_("Cases with a sum claimed"), counts(*review.money.claimed_cases, came)),
    ]
    lines = tuple(money_row(span, word(name), row) for name, row in rows if row.now.value is not None)
    return Table(_("Money"), money_header(span), lines)


def _others(review: Review) -> list[Sentence]:
    said = []
    closed, still = _headline(review, "closed"), _headline(review, "open")
    if closed.now.value is not None:
        said.append(sentence(_("{cases} cases were closed."), cases=closed.now))
    if still.now.value is not None:
        said.append(sentence(_("At the end of the period {cases} cases were open."), cases=still.now))
        said.append(judgement(review, "open", still))
    recovered, cases = _recovered(review)
    if recovered.now.value is not None and cases.now.value is not None:
        template = _("CNY {sum} were recovered for consumers in {cases} cases.")
        said.append(sentence(template, sum=recovered.now, cases=cases.now))
    return said


def _months(review: Review) -> Table:
    """The months up to the end of the period, and at least those of the period."""
    found = judged(review, "received")
    end = review.period.end if review.period else None
    rows = [row for row in review.monthly if end is None or month_index(row.month) < end]
    wanted = max(MONTHS, review.period.months) if review.period else len(rows)
    shown = rows[-wanted:] if wanted else rows
    lines = tuple(_month(review, row, found) for row in shown)
    header = (
        *(_("Month"), _("Received (cases)"), _("Lower limit"), _("Upper limit"), _("By the control chart")),
        *(_("Closed (cases)"), _("Open at month end (cases)")),
    )
    return Table(
        _("Month by month"), header, lines, (_("Limits: control chart of individual values (XmR)."),)
    )


def _month(review: Review, row: Month, found: Mapping[str, Judged]) -> tuple[Cell, ...]:
    one = found.get(row.month)
    incomplete = row.month in review.quality.incomplete
    verdict = word(_("not over")) if incomplete else verdict_word(one.verdict if one else "")
    limits = (one.lower, one.upper) if one else (None, None)
    closes = "closed" in review.has or row.open is not None
    return (
        *(word(row.month), count(row.received), *map(_limit, limits), verdict),
        *(count(row.closed if closes else None), count(row.open)),
    )


def _limit(value: float | None) -> Cell:
    if value is None:
        return count(None)
    tenths = round(10 * value)
    text = f"{grouped(tenths // 10)}.{tenths % 10}"
    return Cell(text, text, tenths, "limit")
