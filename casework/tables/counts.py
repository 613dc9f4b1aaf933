"""The tables of counts: what the data are, headlines, months, breakdowns, heat, backlog, limits, handling, repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.analytics.definitions import band_names
from casework.analytics.review import Breakdown, ControlChart, Handling, Headline, Part, Review
from casework.i18n import _
from casework.tables import words
from casework.tables.cells import WITHHELD, Cell, Column, Kind, Table, is_withheld

if TYPE_CHECKING:
    from casework.analytics.figures import Report


def data(review: Review) -> tuple[Table, ...]:
    """Rows, duplicates, problems, holes; words that nobody mapped; how the sources drifted."""
    found = review.quality
    facts: list[tuple[Cell, ...]] = [
        (_("Rows read"), found.rows),
        (_("Cases counted"), found.cases),
        (_("Rows that repeat a case"), found.duplicates),
        (_("Cases that several sources have (counted once)"), found.shared),
        (_("Cells that could not be used"), found.problems),
        (_("Cases received after the as-of date (left out)"), found.future),
        (_("Rows without a received date"), found.undated),
        (_("Closings before their receipt"), found.negative),
    ]
    remarks: list[tuple[Cell, ...]] = [
        (_("First and last month"), f"{found.first_month or '–'} … {found.last_month or '–'}")
    ]
    if found.incomplete:
        remarks.append((_("Months that are not over"), _(", ").join(found.incomplete)))
    remarks += [
        (_("No case from {channel}").format(channel=words.value(gap.channel)), _(", ").join(gap.months))
        for gap in found.gaps
    ]
    remarks += [(_("Changed in the source"), text) for text in found.drift]
    unmapped = tuple((words.dimension(name), word, cases) for name, word, cases in found.unmapped)
    what, count = Column(_("What"), "text"), Column(_("Number"))
    return (
        Table("data", _("What the data are"), (what, count), tuple(facts)),
        Table("remarks", _("Remarks on the data"), (what, Column(_("Remark"), "text")), tuple(remarks)),
        Table(
            "unmapped",
            _("Words that the office's vocabulary does not know"),
            (Column(_("Column"), "text"), Column(_("Word"), "text"), Column(_("Cases"))),
            unmapped,
        ),
    )


def change(now: Cell, before: Cell) -> Cell:
    """The change as a share of what was before; None where there is nothing to compare with."""
    if isinstance(now, str) or isinstance(before, str) or now is None or before is None:
        return None
    if is_withheld(now) or is_withheld(before):
        return WITHHELD
    return now / before - 1 if before else None


_HEADLINE_KINDS: dict[str, Kind] = {
    "claimed": "money",
    "recovered": "money",
    "median_days": "days",
    "on_time": "share",
}


def headlines(review: Review) -> Table:
    """The headline figures beside the period before and the same months last year, each row of its own kind."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            words.headline(one.name),
            *(one.now, one.before, one.last_year),
            *_changes(one),
            words.verdict(one.verdict),
        )
        for one in review.headlines
    )
    columns = (
        Column(_("Figure"), "text"),
        Column(_("This period"), "row"),
        Column(_("Period before"), "row"),
        Column(_("Same period last year"), "row"),
        *_change_columns(),
        Column(_("By the control chart"), "text"),
    )
    note = _("A change is called unusual only where the control chart of the months says so.")
    kinds: tuple[Kind, ...] = tuple(_HEADLINE_KINDS.get(one.name, "count") for one in review.headlines)
    return Table("headlines", _("Headline figures"), columns, rows, note, kinds)


def _changes(one: Headline) -> tuple[Cell, Cell]:
    """Counts and sums change by a share of themselves; for a share or a median that would mislead."""
    if one.name in ("on_time", "median_days"):
        return None, None
    return change(one.now, one.before), change(one.now, one.last_year)


def _change_columns() -> tuple[Column, Column]:
    return Column(_("Against the period before"), "change"), Column(_("Against last year"), "change")


def months(review: Review) -> tuple[Table, ...]:
    """Received, closed and open by month; what the control charts say of them; their limits and who moved them."""
    festivals = dict(review.festivals)
    judged = {chart.name: {point.month: point for point in chart.points} for chart in review.controls}
    rows: list[tuple[Cell, ...]] = []
    for one in review.monthly:
        points = [judged.get(name, {}).get(one.month) for name in ("received", "open")]
        said = [words.verdict(point.verdict) if point else "" for point in points]
        remark = [_(name) for name in festivals.get(one.month, ())]
        if one.month in review.quality.incomplete:
            remark.append(_("not over"))
        rows.append((one.month, one.received, one.closed, one.open, *said, _(", ").join(remark)))
    columns = (
        Column(_("Month"), "text"),
        Column(_("Received")),
        Column(_("Closed")),
        Column(_("Open at the end")),
        Column(_("Received: by the control chart"), "text"),
        Column(_("Open: by the control chart"), "text"),
        Column(_("Remark"), "text"),
    )
    return (
        Table("months", _("Received and closed by month"), columns, tuple(rows)),
        *map(_control, review.controls),
        _limits(review.controls),
        _signals(review.controls),
        _rebases(review),
    )


def _control(chart: ControlChart) -> Table:
    """A control chart month by month, with the limits that hold there."""
    columns = (
        Column(_("Month"), "text"),
        Column(_("Cases")),
        *(Column(title, "number") for title in (_("Lower limit"), _("Centre"), _("Upper limit"))),
        Column(_("By the control chart"), "text"),
        Column(_("Rules"), "text"),
    )
    rows: list[tuple[Cell, ...]] = []
    for point in chart.points:
        phase = next((one for one in chart.phases if one.first <= point.month <= one.last), None)
        limits = (phase.lower, phase.centre, phase.upper) if phase else (None, None, None)
        rules = _(", ").join(map(words.rule, point.rules))
        rows.append((point.month, point.value, *limits, words.verdict(point.verdict), rules))
    title = _("Control chart: {series}").format(series=words.control(chart.name))
    return Table(f"control_{chart.name}", title, columns, tuple(rows))


def _limits(charts: tuple[ControlChart, ...]) -> Table:
    columns = (
        Column(_("Series"), "text"),
        Column(_("From"), "text"),
        Column(_("To"), "text"),
        *(Column(title, "number") for title in (_("Lower limit"), _("Centre"), _("Upper limit"))),
        Column(_("Remark"), "text"),
    )
    rows: list[tuple[Cell, ...]] = []
    for chart in charts:
        name = words.control(chart.name)
        rows += [(name, one.first, one.last, one.lower, one.centre, one.upper, "") for one in chart.phases]
        if chart.reason:
            rows.append((name, None, None, None, None, None, _(chart.reason)))
    note = _("Limits: mean and 2.66 times the mean moving range to either side (XmR chart).")
    return Table("limits", _("Limits of the control charts"), columns, tuple(rows), note)


def _signals(charts: tuple[ControlChart, ...]) -> Table:
    columns = (
        Column(_("Series"), "text"),
        Column(_("Month"), "text"),
        Column(_("Cases")),
        Column(_("By the control chart"), "text"),
        Column(_("Rules"), "text"),
    )
    rows = tuple(
        (
            words.control(chart.name),
            point.month,
            point.value,
            words.verdict(point.verdict),
            _(", ").join(map(words.rule, point.rules)),
        )
        for chart in charts
        for point in chart.points
        if point.rules
    )
    return Table("signals", _("Months that break a rule of the control chart"), columns, rows)


def _rebases(review: Review) -> Table:
    titles = (_("Series"), _("From"), _("Who"), _("Why"), _("When"))
    rows = tuple((words.control(one.name), one.month, one.who, one.why, one.at) for one in review.rebases)
    columns = tuple(Column(title, "text") for title in titles)
    return Table("rebases", _("Limits computed anew by a person's decision"), columns, rows)


def breakdowns(review: Review) -> tuple[Table, ...]:
    """One table a dimension, most first, with shares of all cases received."""
    return tuple(breakdown(one) for one in review.breakdowns)


def breakdown(one: Breakdown) -> Table:
    """Cases received in the period by one dimension; shares are of the total in the last row."""
    rows = [_part(words.value(part.value), part, one.total) for part in one.parts]
    if one.rest is not None:
        others = _("{count} others").format(count=max(one.distinct - len(one.parts), 1))
        rows.append(_part(others, one.rest, one.total))
    rows.append((_("Total"), one.total, _share(one.total, one.total), None, None, None, None, None))
    columns = (
        Column(words.dimension(one.dimension), "text"),
        Column(_("Received")),
        Column(_("Share"), "share"),
        Column(_("Period before")),
        Column(_("Same period last year")),
        *_change_columns(),
        Column(_("Closed")),
    )
    title = _("Received by {dimension}").format(dimension=words.dimension(one.dimension).lower())
    note = _("Shares are of all cases received in the period.")
    return Table(one.dimension, title, columns, tuple(rows), note)


def _part(name: str, part: Part, total: int) -> tuple[Cell, ...]:
    against = change(part.received, part.before), change(part.received, part.last_year)
    share = _share(part.received, total)
    return name, part.received, share, part.before, part.last_year, *against, part.closed


def _share(count: int | None, total: int | None) -> Cell:
    if is_withheld(count) or is_withheld(total):
        return WITHHELD
    return count / total if count is not None and total else None


def heat(review: Review) -> Table:
    """Channels down, conducts across."""
    found = review.heat
    columns = (
        Column(_("Channel"), "text"),
        *(Column(words.value(conduct)) for conduct in found.conducts),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (words.value(channel), *line) for channel, line in zip(found.channels, found.counts, strict=True)
    )
    left_out = (found.other_rows, found.other_columns)
    note = (
        _("Not shown: {rows} further channels and {columns} further conducts.").format(
            rows=left_out[0], columns=left_out[1]
        )
        if any(left_out)
        else ""
    )
    return Table("heat", _("Cases received by channel and conduct"), columns, rows, note)


def backlog(report: Report) -> tuple[Table, ...]:
    """Open cases by channel and age."""
    columns = (
        Column(_("Channel"), "text"),
        *(Column(_("{band} days").format(band=band)) for band in band_names()),
        Column(_("Total")),
    )
    rows = tuple((words.value(line.channel), *line.open, total(line.open)) for line in report.backlog)
    title = _("Open cases by age (days since receipt)")
    return (Table("backlog", title, columns, rows),)


def total(counts: tuple[int, ...]) -> Cell:
    """The sum of counts, withheld where one of them is."""
    return WITHHELD if any(map(is_withheld, counts)) else sum(counts)


def clocks(review: Review) -> Table:
    """Due dates met and missed, by channel; the rate is of those closed whose due date is known."""
    columns = (
        Column(_("Channel"), "text"),
        Column(_("Met")),
        Column(_("Missed")),
        Column(_("Met, share"), "share"),
        Column(_("Running")),
        Column(_("Overdue")),
        Column(_("Due date not known")),
    )
    rows = tuple(
        (
            words.value(one.channel),
            one.met,
            one.missed,
            _share(one.met, one.met + one.missed),
            one.running,
            one.overdue,
            one.unknown,
        )
        for one in review.clocks
    )
    note = _("Share: of the cases closed in the period whose due date is known (met and missed).")
    return Table("clocks", _("Limits met and missed"), columns, rows, note)


def handling(review: Review) -> tuple[Table, ...]:
    """The counts behind the rates, the rates, and money, for the period and the two it is compared with."""
    spans = (_("This period"), _("Period before"), _("Same period last year"))
    names = (
        ("accepted", _("Accepted")),
        ("closed", _("Closed")),
        ("how_known", _("Closed, how is known")),
        ("resolved", _("of these resolved")),
        ("on_time", _("Closed on time")),
        ("late", _("Closed late")),
        ("asked", _("Asked at the reply visit")),
        ("satisfied", _("of these satisfied")),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (title, *(getattr(one, name) for one in review.handling)) for name, title in names
    )
    columns = (Column(_("Figure"), "text"), *(Column(span) for span in spans))
    known = tuple(row for row in rows if any(cell is not None for cell in row[1:]))
    return (
        Table("handling", _("Handling"), columns, known),
        _rates(review.handling, spans),
        _money(review, spans),
    )


def _rates(three: tuple[Handling, Handling, Handling], spans: tuple[str, ...]) -> Table:
    columns = (Column(_("Rate"), "text"), *(Column(span, "share") for span in spans))
    rows: tuple[tuple[Cell, ...], ...] = (
        (
            _("Resolved, of those whose end is known"),
            *(_share(one.resolved, one.how_known) for one in three),
        ),
        (
            _("On time, of those whose due date is known"),
            *(_share(one.on_time, _sum(one.on_time, one.late)) for one in three),
        ),
        (_("Satisfied, of those asked"), *(_share(one.satisfied, one.asked) for one in three)),
    )
    known = tuple(row for row in rows if any(cell is not None for cell in row[1:]))
    return Table("rates", _("Rates"), columns, known)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _money(review: Review, spans: tuple[str, ...]) -> Table:
    money = review.money
    columns: list[Column] = [Column(_("Money"), "text")]
    for span in spans:
        columns += [
            Column(_("{span}, yuan").format(span=span), "money"),
            Column(_("{span}, cases").format(span=span)),
        ]
    rows: list[tuple[Cell, ...]] = []
    for title, sums, cases in (
        (_("Claimed (by month of receipt)"), money.claimed, money.claimed_cases),
        (_("Recovered (by month of closing)"), money.recovered, money.recovered_cases),
    ):
        cells = [cell for pair in zip(sums, cases, strict=True) for cell in pair]
        if any(cell is not None for cell in cells):
            rows.append((title, *cells))
    return Table("money", _("Money claimed and recovered"), tuple(columns), tuple(rows))


def repeats(review: Review) -> Table:
    """Respondents and agents with two or more cases in a year."""
    columns = (
        Column(_("Respondent"), "text"),
        Column(_("Agent"), "text"),
        Column(_("This period")),
        Column(_("Twelve months")),
    )
    rows = tuple((words.value(one.respondent), one.agent, one.now, one.year) for one in review.repeats)
    return Table("repeats", _("Two or more cases in twelve months"), columns, rows)
