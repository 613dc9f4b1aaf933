"""How cases end, and how soon: shares resolved, withdrawn, terminated within so many days, as competing risks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from casework.analytics.definitions import channel_name, no_closing_dates
from casework.analytics.review import ENDS, WITHIN_DAYS, Ends
from casework.charts.canvas import SMALL, Canvas, Room
from casework.charts.chart import Chart, Rows
from casework.charts.context import Context, listed
from casework.charts.lettering import percent
from casework.charts.looks import BLUE, ORANGE, PALE, RED, Look, text_color
from casework.i18n import _

_LOOKS = (Look(BLUE), Look(ORANGE, "///"), Look(RED, "---"), Look("#999999", "xxx"))
_OPEN = Look("#ffffff")


def end_names() -> dict[str, str]:
    """How a case can end, in words."""
    return {
        "resolved": _("resolved"),
        "withdrawn": _("withdrawn"),
        "terminated": _("terminated"),
        "other": _("closed, how is not known"),
    }


def ends_chart(context: Context) -> Chart:
    """The cumulative incidence of each end over all channels, stacked, at 7 to 90 days and at the end of what is known."""
    title = _("How cases end within so many days")
    overall = next((one for one in context.review.ends if one.overall), None)
    if overall is None or not overall.n:
        return context.nothing("ends", title, _why_none(context))
    if not any(overall.counts[: ENDS.index("other")]) and overall.counts[ENDS.index("other")]:
        return context.nothing("ends", title, _("The source does not say how cases ended."))
    known = [None not in column for column in zip(*overall.incidence, strict=True)]
    marks = [_("{days} days").format(days=days) for days in WITHIN_DAYS] + [_("in the end")]
    names = end_names()

    def draw(canvas: Canvas) -> None:
        canvas.x_range, canvas.y_range = (-0.6, len(marks) - 0.4), (0.0, 1.0)
        shares = [0.0, 0.25, 0.5, 0.75, 1.0]
        canvas.y_axis(shares, [f"{share:.0%}" for share in shares], _("share of cases"))
        canvas.x_axis(list(range(len(marks))), marks, _("days since receipt"), grid=False)
        _columns(canvas, overall, known)
        for place, is_known in enumerate(known):
            if not is_known:
                canvas.text(canvas.x(place), canvas.bottom + 5, "–", ha="center", color=PALE)
        canvas.floor()
        entries = [(names[end], "", look) for end, look in zip(ENDS, _LOOKS, strict=True)]
        canvas.key([(_("still open"), "", _OPEN), *reversed(entries)], swatch="area")

    last = listed(
        f"{names[end]} {percent(line[-1] or 0.0)}" for end, line in zip(ENDS, overall.incidence, strict=True)
    )
    return context.chart(
        "ends",
        title,
        alt=_("in the end {shares}; {open} of {n} cases are still open.").format(
            shares=last, open=f"{overall.open:,}", n=f"{overall.n:,}"
        ),
        units=_("share of cases"),
        n=overall.n,
        table=_table(context.review.ends, marks),
        draw=draw,
        room=Room(left=38.0, right=150.0),
        subtitle=_(
            "Cumulative incidence (Aalen-Johansen): each end competes with the others; open cases are counted as open."
        ),
    )


def _why_none(context: Context) -> str:
    return _("There is no case in the period.") if context.report.has_closing else no_closing_dates()


def _columns(canvas: Canvas, overall: Ends, known: Sequence[bool]) -> None:
    """Stacked columns of shares; what is neither is open. Shares of 5% and more are written in."""
    places = [place for place, is_known in enumerate(known) if is_known]
    base = np.zeros(len(places))
    x0 = [canvas.x(place - 0.4) for place in places]
    x1 = [canvas.x(place + 0.4) for place in places]
    written = []
    for line, look in zip(overall.incidence, _LOOKS, strict=True):
        over = base + np.array([line[place] or 0.0 for place in places])
        canvas.boxes(np.column_stack([x0, list(map(canvas.y, base)), x1, list(map(canvas.y, over))]), look)
        written += [
            (place, (low + high) / 2, high - low, look)
            for place, low, high in zip(places, base, over, strict=True)
        ]
        base = over
    tops = [canvas.y(1.0)] * len(base)
    canvas.outlines(np.column_stack([x0, [canvas.bottom] * len(base), x1, tops]), width=0.6)
    for place, middle, share, look in written:
        if share >= 0.055:
            _plate(canvas, canvas.x(place), canvas.y(middle), percent(share), look)


def _plate(canvas: Canvas, x: float, y: float, text: str, look: Look) -> None:
    """A number on its area; on a plate of the area's colour where a hatch would run through it."""
    if look.hatch:
        canvas.boxes([x - 17, y - 5.5, x + 17, y + 5.5], Look(look.color), edge=look.color)
    canvas.text(x, y - 3, text, size=SMALL, ha="center", color=text_color(look.color))


def _table(rows: Sequence[Ends], marks: Sequence[str]) -> tuple[tuple[str, ...], Rows]:
    names = end_names()
    header = (_("Channel"), _("End"), _("Cases"), *marks)
    return header, tuple(
        (_("all channels") if row.overall else channel_name(row.channel), names[end], count, *shares)
        for row in rows
        for end, count, shares in zip(ENDS, row.counts, row.incidence, strict=True)
    )
