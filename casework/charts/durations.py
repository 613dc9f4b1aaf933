"""How long channels take, one row a channel: medians with intervals, shares within so many days, adjusted medians."""

from __future__ import annotations

from collections.abc import Sequence

from casework.analytics.definitions import channel_name
from casework.analytics.figures import MIN_CASES
from casework.analytics.review import WITHIN_DAYS, Adjusted, Estimate, Timing
from casework.charts.canvas import SMALL, Canvas, Room, label_room, nice_ticks
from casework.charts.chart import Chart, Rows
from casework.charts.context import Context, join, listed, sentence, titled
from casework.charts.curves import labelled, median_words, timing_table, why_no_timing
from casework.charts.heat import grid, heading, heads_room
from casework.charts.lettering import fit, number, percent
from casework.charts.looks import BLUE, PALE, RED
from casework.i18n import _

MOST_ROWS = 20
_LANES = ((5.0, "o", BLUE), (0.0, "^", PALE), (-5.0, "D", PALE))


def medians_chart(context: Context) -> Chart:
    """The median, p75 and p90 of the time to resolution with 95% intervals, by channel, shortest median first."""
    title, rows = _("Days to resolution by channel: median, p75 and p90"), context.review.timing("resolution")
    if not rows:
        return context.nothing("medians", title, why_no_timing(context, "resolution"))
    ranked = [row for row in _channels(rows) if row.median.value is not None]
    drawn = [row for row in rows if row.overall and row.median.value is not None and row.n >= MIN_CASES]
    drawn += sorted(sorted(ranked, key=lambda row: -row.n)[:MOST_ROWS], key=_by_median)
    if not drawn:
        return context.nothing("medians", title, _why_no_median(rows))
    ends = [
        value for row in drawn for one in (row.median, row.p75, row.p90) for value in (one.value, one.high)
    ]
    edge = max((value for value in ends if value is not None), default=1.0) or 1.0
    names = [labelled(row) for row in drawn]

    def draw(canvas: Canvas) -> None:
        canvas.x_range, canvas.y_range = (0.0, edge * 1.06), (0.0, float(len(drawn)))
        places = _row_places(canvas, len(drawn))
        _days_axis(canvas, edge)
        canvas.row_labels(names, places)
        for row, y in zip(drawn, places, strict=True):
            for (lane, marker, color), one in zip(_LANES, (row.median, row.p75, row.p90), strict=True):
                _estimate(canvas, one, y + lane, marker, color, thick=marker == "o")
            canvas.text(
                canvas.right + 8, y - 3, _("{days:.1f} days").format(days=row.median.value), size=SMALL
            )
        _lane_key(canvas)

    return context.chart(
        "medians",
        title,
        alt=sentence(map(median_words, drawn)),
        units=_("days"),
        n=rows[0].n,
        table=timing_table(rows),
        draw=draw,
        room=Room(left=label_room(names), right=64.0, above=24.0, below=30.0, height=24.0 * len(drawn)),
        subtitle=_ranking_words(context, rows),
        remark=_left_out(rows, len(ranked)),
    )


def within_chart(context: Context) -> Chart:
    """The share resolved within 7, 15, 30, 60 and 90 days with its interval, by channel."""
    title, rows = _("Share resolved within so many days"), context.review.timing("resolution")
    if not rows:
        return context.nothing("within", title, why_no_timing(context, "resolution"))
    drawn = [row for row in rows if row.overall] + _channels(rows)[:MOST_ROWS]
    columns = [_("{days} days").format(days=days) for days in WITHIN_DAYS]
    names = [labelled(row) for row in drawn]
    shares = [[one.value for one in row.within] for row in drawn]
    texts = [[_share_words(one) for one in row.within] for row in drawn]
    left = label_room(names)
    heads = heading(columns, left)
    room = Room(left=left, right=4.0, above=heads_room(heads), below=2.0, height=19.0 * len(drawn))

    def draw(canvas: Canvas) -> None:
        grid(canvas, names, heads, shares, texts)

    overall = drawn[0]
    return context.chart(
        "within",
        title,
        alt=titled(
            _("all channels"),
            sentence(
                (
                    f"{column} {'-' if share is None else percent(share)}"
                    for column, share in zip(columns, shares[0], strict=True)
                ),
                comma=True,
            ),
        ),
        units=_("share of cases"),
        n=overall.n,
        table=_within_table(rows),
        draw=draw,
        room=room,
        subtitle=_("Kaplan-Meier, with 95% interval; “–”: not that long under observation."),
        remark=_left_out(rows, len(_channels(rows))),
    )  # fmt: skip


def adjusted_chart(context: Context) -> Chart:
    """Each channel's median as it is, and as it would be if all channels handled the same mix of conducts."""
    title, comparison = (
        _("Median days, as they are and at the same mix of conducts"),
        context.review.comparison,
    )
    rows = [row for row in comparison.adjusted if row.median is not None or row.adjusted is not None]
    if not rows or not comparison.mix_differs:
        return context.nothing("adjusted", title, _why_not_adjusted(context))
    drawn = rows[:MOST_ROWS]
    edge = max(value for row in drawn for value in (row.median, row.adjusted) if value is not None) or 1.0
    names = [
        (channel_name(row.channel), f" (n={number(row.n)})" + ("*" if row.covered < 1 else ""))
        for row in drawn
    ]

    def draw(canvas: Canvas) -> None:
        canvas.x_range, canvas.y_range = (0.0, edge * 1.06), (0.0, float(len(drawn)))
        places = _row_places(canvas, len(drawn))
        _days_axis(canvas, edge)
        canvas.row_labels(names, places)
        for row, y in zip(drawn, places, strict=True):
            _dumbbell(canvas, row, y)
        _mark_key(canvas, [("o", BLUE, True, _("as it is")), ("D", RED, False, _("at the same mix"))])

    partly = [row for row in drawn if row.covered < 1]
    return context.chart(
        "adjusted",
        title,
        alt=sentence(map(_adjusted_words, drawn)),
        units=_("days"),
        n=sum(row.n for row in drawn),
        table=_adjusted_table(comparison.adjusted),
        draw=draw,
        room=Room(left=label_room(names), right=20.0, above=24.0, below=30.0, height=20.0 * len(drawn)),
        subtitle=_("The channels handle different conducts; a part of their difference is that."),
        remark=_("*: over the part of the mix that the channel has cases for.") if partly else "",
    )


def _channels(rows: Sequence[Timing]) -> list[Timing]:
    return [row for row in rows if not row.overall and row.n >= MIN_CASES]


def _by_median(row: Timing) -> tuple[float, int]:
    return (row.median.value or 0.0, -row.n)


def _row_places(canvas: Canvas, count: int) -> list[float]:
    """The middles of rows from the top, with pale lines between them."""
    step = (canvas.top - canvas.bottom) / count
    canvas.lines(
        [
            (canvas.left, canvas.top - step * row, canvas.right, canvas.top - step * row)
            for row in range(count + 1)
        ],
        color="#eeeeee",
        width=0.6,
    )
    return [canvas.top - step * (row + 0.5) for row in range(count)]


def _days_axis(canvas: Canvas, edge: float) -> None:
    ticks = [tick for tick in nice_ticks(edge, 8) if tick <= canvas.x_range[1]]
    canvas.x_axis(ticks, [number(tick) for tick in ticks], _("days since receipt (open cases counted)"))


def _estimate(canvas: Canvas, one: Estimate, y: float, marker: str, color: str, *, thick: bool) -> None:
    """A mark with its interval; an arrow where the interval has no upper end."""
    if one.value is None:
        return
    low = canvas.x(one.value if one.low is None else one.low)
    high = canvas.right if one.high is None else canvas.x(one.high)
    canvas.line([low, high], [y, y], color=color, width=2.2 if thick else 1.0)
    if one.high is None:
        canvas.marks([high - 2], [y], ">", color=color, size=5)
    canvas.marks([canvas.x(one.value)], [y], marker, color=color, size=7 if thick else 5)


def _lane_key(canvas: Canvas) -> None:
    _mark_key(canvas, [("o", BLUE, False, _("median")), ("^", PALE, False, "p75"), ("D", PALE, False, "p90")])


def _mark_key(canvas: Canvas, entries: Sequence[tuple[str, str, bool, str]]) -> None:
    """A legend in one line above the plot."""
    x = canvas.left
    for marker, color, hollow, words in entries:
        canvas.marks([x + 4], [canvas.top + 11], marker, color=color, size=6, hollow=hollow)
        canvas.text(x + 12, canvas.top + 8, fit(words, SMALL, 120.0), size=SMALL)
        x += 130.0 if len(words) > 8 else 80.0


def _dumbbell(canvas: Canvas, row: Adjusted, y: float) -> None:
    if row.median is not None and row.adjusted is not None:
        canvas.line([canvas.x(row.median), canvas.x(row.adjusted)], [y, y], color=PALE, width=1.5)
    if row.median is not None:
        canvas.marks([canvas.x(row.median)], [y], "o", color=BLUE, size=8, hollow=True)
    if row.adjusted is not None:
        canvas.marks([canvas.x(row.adjusted)], [y], "D", color=RED, size=6)


def _ranking_words(context: Context, rows: Sequence[Timing]) -> str:
    """Whether channels differ beyond chance, and which are not ranked."""
    comparison = context.review.comparison
    few = [f"{channel_name(row.channel)} ({row.n})" for row in rows if not row.overall and row.n < MIN_CASES]
    if comparison.test is None:
        told = ""
    elif comparison.test.p < 0.05:
        told = _("The channels differ (log-rank test, p {p}).").format(p=p_words(comparison.test.p))
    else:
        told = _("No difference between channels is shown (log-rank test, p {p}).").format(
            p=p_words(comparison.test.p)
        )
    names = _("Too few to rank: {channels}.").format(channels=listed(few, 6)) if few else ""
    return join([told, names])


def p_words(p: float) -> str:
    """A probability as papers print it, with its sign."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _left_out(rows: Sequence[Timing], ranked: int) -> str:
    channels = _channels(rows)
    few = sum(not row.overall and row.n < MIN_CASES for row in rows)
    unreached = [channel_name(row.channel) for row in channels if row.median.value is None]
    return join(
        [
            _("{count} channels have too few cases to be ranked.").format(count=few) if few else "",
            _("Less than half resolved: {channels}.").format(channels=listed(unreached)) if unreached else "",
            _("{count} more channels are in the table only.").format(count=ranked - MOST_ROWS)
            if ranked > MOST_ROWS
            else "",
        ]
    )


def _why_no_median(rows: Sequence[Timing]) -> str:
    if all(row.n < MIN_CASES for row in rows):
        return _("No channel has enough cases (at least {count}).").format(count=MIN_CASES)
    return _("Less than half of the cases are resolved in every channel, so there is no median yet.")


def _why_not_adjusted(context: Context) -> str:
    comparison = context.review.comparison
    if comparison.reason:
        return _(comparison.reason)
    if "conduct" not in context.review.has:
        return _("The source does not say what the conduct was.")
    return _("The channels handle much the same mix of conducts, so nothing has to be adjusted.")


def _share_words(one: Estimate) -> str:
    if one.value is None:
        return "–"
    if one.low is None or one.high is None:
        return percent(one.value)
    return f"{percent(one.value)} ({one.low * 100:.0f}–{one.high * 100:.0f})"


def _within_table(rows: Sequence[Timing]) -> tuple[tuple[str, ...], Rows]:
    header = [_("Channel"), _("Cases")]
    for days in WITHIN_DAYS:
        header += [_("within {days} days").format(days=days), _("95% low"), _("95% high")]
    return (*header, _("Remark")), tuple(
        (
            _("all channels") if row.overall else channel_name(row.channel),
            row.n,
            *(value for one in row.within for value in (one.value, one.low, one.high)),
            _("too few to compare (fewer than {count})").format(count=MIN_CASES) if row.n < MIN_CASES else "",
        )
        for row in rows
    )


def _adjusted_words(row: Adjusted) -> str:
    def days(value: float | None) -> str:
        return "-" if value is None else f"{value:.1f}"

    words = _("{channel}: {crude} days, at the same mix {adjusted}")
    return words.format(
        channel=channel_name(row.channel), crude=days(row.median), adjusted=days(row.adjusted)
    )


def _adjusted_table(rows: Sequence[Adjusted]) -> tuple[tuple[str, ...], Rows]:
    header = (
        _("Channel"),
        _("Cases"),
        _("Median days"),
        _("Median days at the same mix"),
        _("Share of the mix"),
    )
    return header, tuple(
        (channel_name(one.channel), one.n, one.median, one.adjusted, one.covered) for one in rows
    )
