"""Open cases: by age at as-of, and at the end of each month."""

from __future__ import annotations

from collections.abc import Sequence

from casework.analytics.definitions import band_names
from casework.charts.canvas import SMALL, Canvas, Room, scale
from casework.charts.chart import Cell, Chart
from casework.charts.context import Context, lead_and_rest, sentence, shown_name, titled
from casework.charts.lettering import number
from casework.charts.looks import BLUE
from casework.charts.months import BELOW, months_axis
from casework.charts.volume import festival_words, stack
from casework.i18n import _


def backlog_chart(context: Context) -> Chart:
    """Cases open at as-of by age, stacked by channel."""
    title, report = _("Open cases by age"), context.report
    if not report.has_closing:
        return context.nothing(
            "backlog", title, _("The source has no closing date, so the open cases cannot be counted.")
        )
    lines = lead_and_rest([(row.channel, row.open) for row in report.backlog], context.leading)
    bands = band_names()
    totals = [sum(column) for column in zip(*(values for _channel, values in lines), strict=True)]
    if not any(totals):
        return context.nothing("backlog", title, _("No case is open."))
    ticks, labels, left = scale(max(totals))

    def draw(canvas: Canvas) -> None:
        canvas.x_range, canvas.y_range = (-0.6, len(bands) - 0.4), (0.0, max(ticks[-1], max(totals)))
        canvas.y_axis(ticks, labels, _("cases"))
        canvas.x_axis(list(range(len(bands))), bands, _("days since receipt"), grid=False)
        canvas.floor()
        stack(canvas, [context.looks[channel] for channel, _values in lines], [v for _c, v in lines])
        canvas.key(
            [(shown_name(channel), "", context.looks[channel]) for channel, _v in lines], swatch="area"
        )
        for place, total in enumerate(totals):
            canvas.text(canvas.x(place), canvas.y(total) + 3, number(total), size=SMALL, ha="center")

    rows: list[tuple[Cell, ...]] = [(shown_name(channel), *values, sum(values)) for channel, values in lines]
    rows.append((_("Total"), *totals, sum(totals)))
    return context.chart(
        "backlog",
        title,
        alt=titled(
            _("{count} cases open on {day}").format(count=f"{sum(totals):,}", day=report.as_of),
            sentence(
                (
                    _("{band} days {count}").format(band=band, count=f"{total:,}")
                    for band, total in zip(bands, totals, strict=True)
                ),
                comma=True,
            ),
        ),
        units=_("cases"),
        n=sum(totals),
        table=((_("Channel"), *bands, _("Total")), tuple(rows)),
        draw=draw,
        room=Room(left=left, right=150.0, above=26.0),
    )


def backlog_time_chart(context: Context) -> Chart:
    """Cases open at the end of each month; of a month that is not over, at as-of."""
    title = _("Open cases at the end of each month")
    if not context.report.has_closing:
        return context.nothing(
            "backlog_time", title, _("The source has no closing date, so the open cases cannot be counted.")
        )
    known = {row.month: row.open for row in context.review.monthly if row.open is not None}
    points = [(place, month, known[month]) for place, month in enumerate(context.months) if month in known]
    if not points:
        return context.nothing("backlog_time", title, _("There is no case in these months."))
    top = max(count for _place, _month, count in points)
    ticks, labels, left = scale(top)

    def draw(canvas: Canvas) -> None:
        canvas.x_range, canvas.y_range = (-0.6, len(context.months) - 0.4), (0.0, max(ticks[-1], top))
        canvas.y_axis(ticks, labels, _("cases"))
        _line(canvas, context, points)
        months_axis(canvas, context.months, context.review.festivals)

    first, last = points[0], points[-1]
    return context.chart(
        "backlog_time",
        title,
        alt=_(
            "{start} at the end of {first}, {end} at the end of {last}; the most, {most}, in {month}."
        ).format(
            start=f"{first[2]:,}",
            first=first[1],
            end=f"{last[2]:,}",
            last=last[1],
            most=f"{top:,}",
            month=next(month for _place, month, count in points if count == top),
        ),
        units=_("cases"),
        n=last[2],
        table=((_("Month"), _("Open")), tuple((month, count) for _place, month, count in points)),
        draw=draw,
        room=Room(left=left, right=26.0, above=22.0, below=BELOW, height=190.0),
        subtitle=_("The last point, hollow, is of a month that is not over.") if context.incomplete else "",
        remark=festival_words(context),
    )


def _line(canvas: Canvas, context: Context, points: Sequence[tuple[int, str, int]]) -> None:
    """The line of (place, month, open cases); a month that is not over has a hollow mark."""
    x = [canvas.x(place) for place, _month, _count in points]
    y = [canvas.y(count) for _place, _month, count in points]
    canvas.area(x, [canvas.bottom] * len(x), y, BLUE, 0.15)
    canvas.line(x, y, color=BLUE, width=1.8)
    dot = 6 if len(x) <= 40 else 3.5
    over = [month not in context.incomplete for _place, month, _count in points]
    for whole in (True, False):
        some = [place for place, is_over in enumerate(over) if is_over is whole]
        canvas.marks([x[i] for i in some], [y[i] for i in some], "o", color=BLUE, size=dot, hollow=not whole)
    canvas.text(x[-1], max(y[-2:]) + 7, number(points[-1][2]), size=SMALL, ha="center")
