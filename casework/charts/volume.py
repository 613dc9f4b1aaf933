"""Cases received by month, stacked by channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from casework.charts.canvas import Canvas, Room, scale
from casework.charts.chart import Cell, Chart, Rows
from casework.charts.context import Context, join, lead_and_rest, listed, shown_name
from casework.charts.looks import Look
from casework.charts.months import BELOW, months_axis
from casework.i18n import _

Lines = Sequence[tuple[str | None, Sequence[int]]]


def volume_chart(context: Context) -> Chart:
    """Cases received by month, stacked by channel: at most eight channels and the others together.

    One month is shown beside the twelve before it, so that it can be compared.
    """
    title, months = _("Complaints received by month and channel"), context.months
    lines = _lines(context)
    totals = [sum(column) for column in zip(*(values for _channel, values in lines), strict=True)]
    if not any(totals):
        return context.nothing("volume", title, _("There is no case in these months."))
    ticks, labels, left = scale(max(totals))

    def draw(canvas: Canvas) -> None:
        canvas.x_range, canvas.y_range = (-0.6, len(months) - 0.4), (0.0, max(ticks[-1], max(totals)))
        canvas.y_axis(ticks, labels, _("cases"))
        stack(canvas, [context.looks[channel] for channel, _values in lines], [v for _c, v in lines])
        entries = [(shown_name(channel), "", context.looks[channel]) for channel, _values in lines]
        canvas.key(entries + _mark_incomplete(canvas, context, totals), swatch="area")
        months_axis(canvas, months, context.review.festivals)

    most = totals.index(max(totals))
    return context.chart(
        "volume",
        title,
        alt=_(
            "{count} cases from {first} to {last}; the most, {most}, in {month}; last month {latest}."
        ).format(
            count=f"{sum(totals):,}",
            first=months[0],
            last=months[-1],
            most=f"{totals[most]:,}",
            month=months[most],
            latest=f"{totals[-1]:,}",
        ),
        units=_("cases"),
        n=sum(totals),
        table=_table(months, lines, totals),
        draw=draw,
        room=Room(left=left, right=150.0, below=BELOW),
        subtitle=_incomplete_words(context),
        remark=join([context.remark, festival_words(context)]),
    )


def stack(canvas: Canvas, looks: Sequence[Look], lines: Sequence[Sequence[int]]) -> None:
    """Draw bars stacked upwards at x = 0, 1, …, one line of heights after the other."""
    base = np.zeros(len(lines[0])) if lines else np.zeros(0)
    across = breadth(canvas)
    x = np.array([canvas.x(place) - across / 2 for place in range(len(base))])
    per_case = canvas.y(1) - canvas.y(0)
    for look, values in zip(looks, lines, strict=True):
        low = canvas.bottom + base * per_case
        base = base + np.asarray(values, dtype=np.float64)
        high = canvas.bottom + base * per_case
        canvas.boxes(np.column_stack([x, low, x + across, high]), look)


def breadth(canvas: Canvas) -> float:
    """How broad a bar is, in points."""
    return min(0.8 * (canvas.x(1) - canvas.x(0)), 60.0)


def festival_words(context: Context) -> str:
    """The festivals in view, for those who cannot see the marks."""
    found = [
        f"{month} {'·'.join(map(_, names))}"
        for month, names in context.review.festivals
        if month in context.months
    ]
    return _("Festivals: {names}.").format(names=listed(found, 40)) if found else ""


def _lines(context: Context) -> list[tuple[str | None, list[int]]]:
    places = {month: place for place, month in enumerate(context.months)}
    counts: dict[str | None, list[int]] = defaultdict(lambda: [0] * len(places))
    for row in context.report.history:
        if row.month in places:
            counts[row.channel][places[row.month]] += row.received
    return lead_and_rest(list(counts.items()), context.leading)


def _mark_incomplete(canvas: Canvas, context: Context, totals: Sequence[int]) -> list[tuple[str, str, Look]]:
    """Hatch the months that are not over, and return their entry in the legend."""
    places = [context.months.index(month) for month in context.incomplete]
    look, half = Look("#ffffff", "////"), breadth(canvas) / 2
    boxes = [
        (canvas.x(place) - half, canvas.bottom, canvas.x(place) + half, canvas.y(totals[place]))
        for place in places
        if totals[place]
    ]
    for x0, y0, x1, y1 in boxes:
        canvas.boxes([x0, y0, x1, y1], Look("#ffffff"), alpha=0.55)
        canvas.hatch([x0, y0, x1, y1])
    return [(_("month not over"), "", look)] if boxes else []


def _incomplete_words(context: Context) -> str:
    return join(
        _("{month} is not over: the data end on {day}.").format(month=month, day=context.report.as_of)
        for month in context.incomplete
    )


def _table(months: Sequence[str], lines: Lines, totals: Sequence[int]) -> tuple[tuple[str, ...], Rows]:
    header = (_("Month"), *(shown_name(channel) for channel, _values in lines), _("Total"))
    columns = [values for _channel, values in lines]

    def row(place: int, month: str) -> tuple[Cell, ...]:
        return (month, *(values[place] for values in columns), totals[place])

    return header, tuple(row(place, month) for place, month in enumerate(months))
