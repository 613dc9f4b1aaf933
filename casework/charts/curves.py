"""The share still waiting against days since receipt (Kaplan-Meier), by channel, with 95% bands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from casework.analytics.definitions import channel_name
from casework.analytics.figures import MIN_CASES
from casework.analytics.review import WITHIN_DAYS, Timing
from casework.analytics.survival import Curve
from casework.charts.canvas import Canvas, Floats, Room, nice_ticks
from casework.charts.chart import Chart, Rows
from casework.charts.context import Context, join, sentence
from casework.charts.lettering import number
from casework.charts.looks import INK, PALE, Look
from casework.i18n import _

#: More steps than this across a picture fall on the same dots of it.
_COLUMNS = 1200
_MOST_BANDS = 4  # more bands than that hide each other


def curves_chart(context: Context, stage: str) -> Chart:
    """The curves of one stage: resolution (chart ``curves``), first_response or acceptance (charts of that name)."""
    name, title = _names()[stage]
    rows = context.review.timing(stage)
    if not rows:
        return context.nothing(name, title, why_no_timing(context, stage))
    shown = _shown(context, rows)
    if not shown:
        return context.nothing(name, title, _why_no_curve(rows))
    limit, longest = _limit(shown)
    looks = {
        id(row): Look(INK, "", (1.2, 1.2), "") if row.overall else context.looks[row.channel] for row in shown
    }

    def draw(canvas: Canvas) -> None:
        canvas.x_range, canvas.y_range = (0.0, limit), (0.0, 1.0)
        shares = [0.0, 0.25, 0.5, 0.75, 1.0]
        canvas.y_axis(shares, [f"{share:.0%}" for share in shares], _("share still waiting"))
        ticks = [tick for tick in nice_ticks(limit, 8) if tick <= limit]
        canvas.x_axis(ticks, [number(tick) for tick in ticks], _("days since receipt"), grid=False)
        canvas.floor()
        canvas.line([canvas.left, canvas.right], [canvas.y(0.5)] * 2, color=PALE, width=0.8, dashes=(1, 2))
        few = len(shown) <= _MOST_BANDS
        for row in shown:
            if few:
                _band(canvas, row.curve, limit, looks[id(row)].color)
        for place, row in enumerate(shown):
            _curve(canvas, row.curve, limit, looks[id(row)], place / max(1, len(shown)))
        canvas.key([(*labelled(row), looks[id(row)]) for row in shown], swatch="line")

    return context.chart(
        name,
        title,
        alt=sentence(median_words(row) for row in rows if row.overall or row in shown),
        units=_("share of cases"),
        n=rows[0].n,
        table=timing_table(rows),
        draw=draw,
        room=Room(left=38.0, right=170.0, below=30.0),
        subtitle=_("Kaplan-Meier; cases still waiting are counted as waiting. The dotted line is one half."),
        remark=_remark(context, rows, shown, limit, longest),
    )


def thin(time: Floats, limit: float, columns: int = _COLUMNS) -> npt.NDArray[np.intp]:
    """The places of a step curve that a picture of so many columns can show: the first and last step in each."""
    inside = int(np.searchsorted(time, limit, side="right"))
    if inside <= 2 * columns:
        return np.arange(inside)
    column = (time[:inside] * (columns / limit)).astype(np.int64)
    last = np.append(np.flatnonzero(np.diff(column)), inside - 1)
    return np.unique(np.concatenate([[0], last, np.minimum(last + 1, inside - 1)]))


def steps(time: Floats, share: Floats, limit: float) -> tuple[Floats, Floats]:
    """The corners of a step curve up to ``limit``."""
    kept = thin(time, limit)
    x = np.repeat(np.append(time[kept], min(limit, float(time[-1]))), 2)[1:]
    y = np.repeat(np.append(share[kept], share[kept][-1]), 2)[:-1]
    return x, y


def median_words(row: Timing) -> str:
    """The median of a channel in a few words."""
    name = _("all channels") if row.overall else channel_name(row.channel)
    if row.n < MIN_CASES:
        return _("{channel}: too few cases ({n})").format(channel=name, n=row.n)
    if row.median.value is None:
        return _("{channel}: less than half there (n={n})").format(channel=name, n=f"{row.n:,}")
    words = _("{channel}: median {days:.1f} days (n={n})")
    return words.format(channel=name, days=row.median.value, n=f"{row.n:,}")


def timing_table(rows: Sequence[Timing]) -> tuple[tuple[str, ...], Rows]:
    """Every number of the timings of one stage, all channels together first."""
    within = (_("within {days} days").format(days=days) for days in WITHIN_DAYS)
    header = (
        *(_("Channel"), _("Cases"), _("Ended")),
        *(_("Median days"), _("95% low"), _("95% high")),
        *(
            _("75% within, days"),
            _("95% low"),
            _("95% high"),
            _("90% within, days"),
            _("95% low"),
            _("95% high"),
        ),
        *within,
        _("Remark"),
    )
    return header, tuple(
        (
            _("all channels") if row.overall else channel_name(row.channel),
            *(row.n, row.ended),
            *(value for one in (row.median, row.p75, row.p90) for value in (one.value, one.low, one.high)),
            *(one.value for one in row.within),
            _("too few to compare (fewer than {count})").format(count=MIN_CASES) if row.n < MIN_CASES else "",
        )
        for row in rows
    )


def why_no_timing(context: Context, stage: str) -> str:
    """Why a stage has no timings at all."""
    role = {"resolution": "closed", "handling": "closed", "acceptance": "accepted"}.get(stage, stage)
    if role in context.review.has:
        return _("There is no case in the period.")
    return {
        "closed": _("The source has no closing date, so no time to resolution can be computed."),
        "first_response": _("The source has no date of the first response."),
        "accepted": _("The source has no date of acceptance."),
    }[role]


def _names() -> dict[str, tuple[str, str]]:
    return {
        "resolution": ("curves", _("Share still open by days since receipt")),
        "first_response": ("first_response", _("Share still without a first response by days since receipt")),
        "acceptance": ("acceptance", _("Share not yet accepted by days since receipt")),
    }


def _shown(context: Context, rows: Sequence[Timing]) -> list[Timing]:
    """The leading channels that have enough cases, in the order of their looks; all together last."""
    named = {
        row.channel: row for row in rows if not row.overall and row.n >= MIN_CASES and row.curve is not None
    }
    kept = [named[channel] for channel in context.leading if channel in named]
    return kept + [row for row in rows if row.overall and row.curve is not None and len(kept) != 1]


def _why_no_curve(rows: Sequence[Timing]) -> str:
    if all(row.curve is None for row in rows):
        return _("These numbers were recalled without their curves; measure again to draw them.")
    return _("No channel has enough cases (at least {count}).").format(count=MIN_CASES)


def _limit(shown: Sequence[Timing]) -> tuple[float, float]:
    """Where the picture ends, and the longest time: a few very old cases must not squeeze all others."""
    longest = max(float(row.curve.time[-1]) for row in shown)
    late = [row.p90.value for row in shown]
    if any(value is None for value in late):
        return longest or 1.0, longest
    return min(longest, max(30.0, *(1.5 * (value or 0.0) for value in late))) or 1.0, longest


def _curve(canvas: Canvas, curve: Curve, limit: float, look: Look, turn: float) -> None:
    x, y = steps(curve.time, curve.open_share, limit)
    across, up = _to_points(canvas, x, y)
    canvas.line(across, up, color=look.color, width=1.8, dashes=look.dashes)
    if look.marker:  # at days of its own, so that the marks of two curves do not cover each other
        days = np.linspace(0.04, 0.92, 6) * limit + turn * 0.14 * limit
        days = days[days <= float(curve.time[-1])]
        places = np.searchsorted(curve.time, days, side="right") - 1
        canvas.marks(
            *_to_points(canvas, days, curve.open_share[places]), look.marker, color=look.color, size=6
        )


def _band(canvas: Canvas, curve: Curve, limit: float, color: str) -> None:
    x, low = steps(curve.time, curve.low, limit)
    _x, high = steps(curve.time, curve.high, limit)
    across, down = _to_points(canvas, x, low)
    canvas.area(across, down, _to_points(canvas, x, high)[1], color, 0.15)


def _to_points(canvas: Canvas, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    across = (canvas.right - canvas.left) / canvas.x_range[1]
    up = (canvas.top - canvas.bottom) / canvas.y_range[1]
    return canvas.left + x * across, canvas.bottom + y * up


def labelled(row: Timing) -> tuple[str, str]:
    """The name of a channel and, to stand behind it, how many cases it has."""
    return _("all channels") if row.overall else channel_name(row.channel), f" (n={number(row.n)})"


def _remark(
    context: Context, rows: Sequence[Timing], shown: Sequence[Timing], limit: float, longest: float
) -> str:
    channels = [row for row in rows if not row.overall]
    few = [row for row in channels if row.n < MIN_CASES]
    left = len(channels) - len(few) - sum(not row.overall for row in shown)
    return join(
        [
            _("Drawn to {limit:.0f} days; the longest is {longest:.0f}.").format(limit=limit, longest=longest)
            if longest > limit
            else "",
            _("{count} channels with too few cases are in the table only.").format(count=len(few))
            if few
            else "",
            _("{count} smaller channels are in the table only.").format(count=left) if left else "",
        ]
    )
