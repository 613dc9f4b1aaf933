"""Limits met and missed, by channel."""

from __future__ import annotations

import numpy as np

from casework.analytics.definitions import channel_name
from casework.analytics.review import Clock
from casework.charts.canvas import SMALL, Canvas, Room, label_room, nice_ticks
from casework.charts.chart import Chart, Rows
from casework.charts.context import Context, join
from casework.charts.lettering import fit, number, percent, width
from casework.charts.looks import BLUE, ORANGE, PALE, RED, SKY, Look
from casework.i18n import _

MOST_ROWS = 20
_LOOKS = (Look(BLUE), Look(RED, "///"), Look(SKY, "|||"), Look(ORANGE, "xxx"))


def clocks_chart(context: Context) -> Chart:
    """Cases closed in the period by or after their due date, and open ones not due yet or overdue, by channel."""
    title = _("Limits met and missed by channel")
    clocks = [one for one in context.review.clocks if _counted(one)]
    if not clocks:
        return context.nothing("clocks", title, _why_none(context))
    drawn = sorted(clocks, key=lambda one: -_counted(one))[:MOST_ROWS]
    labels = [(channel_name(one.channel), "") for one in drawn]
    top = max(map(_counted, drawn))
    room = Room(left=label_room(labels), right=112.0, above=26.0, below=30.0, height=19.0 * len(drawn))

    def draw(canvas: Canvas) -> None:
        canvas.x_range = (0.0, float(top))
        ticks = [tick for tick in nice_ticks(top, 6) if tick <= top]
        canvas.x_axis(ticks, [number(tick) for tick in ticks], _("cases"))
        _draw_rows(canvas, drawn, labels)
        _key(canvas)

    return context.chart(
        "clocks",
        title,
        alt=_words(context.review.clocks),
        units=_("cases"),
        n=sum(map(_counted, clocks)),
        table=_table(context.review.clocks),
        draw=draw,
        room=room,
        subtitle=_("closed in {period}, and open on {day}").format(
            period=context.period_name(), day=context.report.as_of
        ),
        remark=_remark(context, len(clocks)),
    )


def _counts(one: Clock) -> tuple[int, int, int, int]:
    return one.met, one.missed, one.running, one.overdue


def _counted(one: Clock) -> int:
    return sum(_counts(one))


def _why_none(context: Context) -> str:
    if "due" not in context.review.has and not context.review.clocks:
        return _("No due date is known, so no limit can be called met or missed.")
    return _("No case with a known due date was closed in the period or is open.")


def _names() -> tuple[str, str, str, str]:
    return _("closed in time"), _("closed late"), _("open, not due yet"), _("open, overdue")


def _draw_rows(canvas: Canvas, drawn: list[Clock], labels: list[tuple[str, str]]) -> None:
    step = (canvas.top - canvas.bottom) / len(drawn)
    places = np.array([canvas.top - step * (row + 0.5) for row in range(len(drawn))])
    per_case = (canvas.right - canvas.left) / canvas.x_range[1]
    base = np.full(len(drawn), canvas.left)
    for look, values in zip(_LOOKS, zip(*map(_counts, drawn), strict=True), strict=True):
        over = base + np.asarray(values) * per_case
        canvas.boxes(np.column_stack([base, places - 6, over, places + 6]), look)
        base = over
    canvas.row_labels(labels, places.tolist())
    for one, y in zip(drawn, places, strict=True):
        canvas.text(canvas.right + 8, y - 3, fit(_rate(one), SMALL, 102.0), size=SMALL)


def _rate(one: Clock) -> str:
    """The share closed in time, with what it is a share of."""
    if not one.met + one.missed:
        return _("none closed")
    share = percent(one.met / (one.met + one.missed))
    return _("{share} of {n} in time").format(share=share, n=number(one.met + one.missed))


def _key(canvas: Canvas) -> None:
    x = canvas.left - 40
    for label, look in zip(_names(), _LOOKS, strict=True):
        canvas.boxes([x, canvas.top + 8, x + 14, canvas.top + 17], look, edge=PALE)
        canvas.text(x + 18, canvas.top + 9.5, label, size=SMALL)
        x += 36 + width(label, SMALL)


def _words(clocks: tuple[Clock, ...]) -> str:
    met, missed, running, overdue = (sum(column) for column in zip(*map(_counts, clocks), strict=True))
    share = percent(met / (met + missed)) if met + missed else "-"
    return _(
        "of {closed} closed cases with a due date {met} were in time ({share}); {overdue} of {open} open ones are overdue."
    ).format(
        closed=f"{met + missed:,}",
        met=f"{met:,}",
        share=share,
        overdue=f"{overdue:,}",
        open=f"{running + overdue:,}",
    )


def _remark(context: Context, count: int) -> str:
    unknown = sum(one.unknown for one in context.review.clocks)
    return join(
        [
            _("{count} cases have no known due date and are not judged.").format(count=f"{unknown:,}")
            if unknown
            else "",
            _("{count} more channels are in the table only.").format(count=count - MOST_ROWS)
            if count > MOST_ROWS
            else "",
        ]
    )


def _table(clocks: tuple[Clock, ...]) -> tuple[tuple[str, ...], Rows]:
    header = (_("Channel"), *_names(), _("due date not known"), _("share in time"))
    return header, tuple(
        (
            channel_name(one.channel),
            *_counts(one),
            one.unknown,
            one.met / (one.met + one.missed) if one.met + one.missed else None,
        )
        for one in clocks
    )
