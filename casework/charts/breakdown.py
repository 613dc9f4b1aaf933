"""Cases received in the period by one dimension, beside the same months of last year."""

from __future__ import annotations

from casework.analytics.definitions import channel_name
from casework.analytics.review import Breakdown, Part
from casework.charts.canvas import SMALL, Canvas, Room, label_room, nice_ticks
from casework.charts.chart import Cell, Chart, Rows
from casework.charts.context import Context, join, sentence
from casework.charts.lettering import fit, number, percent
from casework.charts.looks import BLUE, INK, Look
from casework.i18n import _

MOST_BARS = 15


def breakdown_chart(context: Context, dimension: str) -> Chart:
    """Bars by a dimension (chart ``by_`` and its name), most first; last year's as outlines."""
    name, title = f"by_{dimension}", dimension_titles()[dimension]
    found = context.review.breakdown(dimension)
    if found is None:
        return context.nothing(name, title, _("The source does not have this column."))
    if not found.total:
        return context.nothing(name, title, _("There is no case in the period."))
    bars = _bars(found)
    labels = [(_bar_name(found, part), "") for part in bars]
    counts = [count for part in bars for count in (part.received, part.last_year) if count is not None]
    top = max(max(counts), 1)
    room = Room(left=label_room(labels), right=104.0, above=8.0, below=30.0, height=19.0 * len(bars))

    def draw(canvas: Canvas) -> None:
        canvas.x_range, canvas.y_range = (0.0, float(top)), (0.0, 1.0)
        ticks = [tick for tick in nice_ticks(top, 6) if tick <= top]
        canvas.x_axis(ticks, [number(tick) for tick in ticks], _("cases"))
        _draw_bars(canvas, bars, labels, found.total)

    past = any(part.last_year is not None for part in bars)
    return context.chart(
        name,
        title,
        alt=sentence(
            [
                *(_part_words(channel_name(part.value), part, found.total) for part in found.parts[:5]),
                _("of {total} cases").format(total=f"{found.total:,}"),
            ],
            comma=True,
        ),
        units=_("cases"),
        n=found.total,
        table=_table(found),
        draw=draw,
        room=room,
        subtitle=join(
            [
                _("received in {period}").format(period=context.period_name()),
                _("(outline: the same months last year)") if past else "",
            ]
        ),
        remark=_remark(found),
    )


def dimension_titles() -> dict[str, str]:
    """The titles of the breakdowns, by dimension."""
    return {
        "channel": _("Cases by channel"),
        "kind": _("Cases by kind"),
        "conduct": _("Cases by conduct"),
        "respondent": _("Cases by respondent"),
        "region": _("Cases by region"),
        "handler": _("Cases by handler"),
        "status": _("Cases by status"),
        "outcome": _("Cases by outcome"),
    }


def _bars(found: Breakdown) -> list[Part]:
    """The parts that are drawn; those beyond are one bar, whose value is the empty text."""
    bars = list(found.parts)
    if len(bars) <= MOST_BARS and found.rest is None:
        return bars
    beyond = [*bars[MOST_BARS - 1 :], *([found.rest] if found.rest else [])]
    return [*bars[: MOST_BARS - 1], _together(beyond)]


def _together(parts: list[Part]) -> Part:
    def total(counts: list[int | None]) -> int | None:
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    return Part(
        "",
        sum(part.received for part in parts),
        total([part.before for part in parts]),
        total([part.last_year for part in parts]),
        sum(part.closed for part in parts),
    )


def _bar_name(found: Breakdown, part: Part) -> str:
    if part.value != "":
        return channel_name(part.value)
    stated = sum(one.value is not None for one in found.parts[: MOST_BARS - 1])
    return _("{count} others together").format(count=max(found.distinct - stated, 1))


def _draw_bars(canvas: Canvas, bars: list[Part], labels: list[tuple[str, str]], total: int) -> None:
    step = (canvas.top - canvas.bottom) / len(bars)
    places = [canvas.top - step * (row + 0.5) for row in range(len(bars))]
    filled = [
        (canvas.left, y - 5, canvas.x(part.received), y + 5) for part, y in zip(bars, places, strict=True)
    ]
    past = [
        (canvas.left, y - 7.5, canvas.x(part.last_year), y + 7.5)
        for part, y in zip(bars, places, strict=True)
        if part.last_year
    ]
    canvas.boxes([edge for box in filled for edge in box], Look(BLUE), edge=BLUE)
    canvas.outlines([edge for box in past for edge in box], color=INK, width=0.9)
    canvas.line([canvas.left, canvas.left], [canvas.bottom, canvas.top], color=INK, width=0.8)
    canvas.row_labels(labels, places)
    for part, y in zip(bars, places, strict=True):
        words = f"{number(part.received)} · {percent(part.received / total)}"
        canvas.text(canvas.right + 8, y - 3, fit(words, SMALL, 96.0), size=SMALL)


def _part_words(name: str, part: Part, total: int) -> str:
    return f"{name} {part.received:,} ({percent(part.received / total)})"


def _table(found: Breakdown) -> tuple[tuple[str, ...], Rows]:
    header = (
        *(_("Value"), _("Received"), _("Share"), _("Period before"), _("Same months last year"), _("Closed")),
    )

    def row(name: str, part: Part) -> tuple[Cell, ...]:
        share = part.received / found.total
        return (name, part.received, share, part.before, part.last_year, part.closed)

    rows = [row(channel_name(part.value), part) for part in found.parts]
    if found.rest is not None:
        rows.append(row(_("all others together"), found.rest))
    return header, tuple(rows)


def _remark(found: Breakdown) -> str:
    unstated = next((part.received for part in found.parts if part.value is None), 0)
    beyond = len(found.parts) + (1 if found.rest else 0) - MOST_BARS
    return join(
        [
            _("{count} cases do not state it.").format(count=f"{unstated:,}") if unstated else "",
            _("The smaller values are drawn together; the table has them.") if beyond > 0 else "",
        ]
    )
