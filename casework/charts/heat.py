"""Numbers in shaded cells: channel by conduct, and any other grid."""

from __future__ import annotations

from collections.abc import Sequence

from casework.analytics.definitions import channel_name
from casework.analytics.review import Heat
from casework.charts.canvas import BODY, EDGE, SMALL, WIDTH, Canvas, Room, label_room
from casework.charts.chart import Chart
from casework.charts.context import Context, join
from casework.charts.lettering import fit, number, width, wrap
from casework.charts.looks import shade, text_color
from casework.i18n import _

_ROW = 19.0
_HEAD_LINES = 4
_RIGHT = 4.0


def heat_chart(context: Context) -> Chart:
    """Cases received in the period by channel and conduct, the number in each cell."""
    title, heat = _("Cases by channel and conduct"), context.review.heat
    total = sum(map(sum, heat.counts))
    if "conduct" not in context.review.has:
        return context.nothing("heat", title, _("The source does not say what the conduct was."))
    if not total:
        return context.nothing("heat", title, _("There is no case in the period."))
    names = [channel_name(channel) for channel in heat.channels]
    columns = [channel_name(conduct) for conduct in heat.conducts]
    most = max(max(line) for line in heat.counts)
    shares = [[count / most for count in line] for line in heat.counts]
    texts = [[number(count) if count else "" for count in line] for line in heat.counts]
    labels = [(name, "") for name in names]
    left = label_room(labels)
    heads = heading(columns, left)

    def draw(canvas: Canvas) -> None:
        grid(canvas, labels, heads, shares, texts)

    return context.chart(
        "heat",
        title,
        alt=_words(context, heat, names, columns),
        units=_("cases"),
        n=total,
        table=(
            (_("Channel"), *columns),
            tuple((name, *line) for name, line in zip(names, heat.counts, strict=True)),
        ),
        draw=draw,
        room=Room(left=left, right=_RIGHT, above=heads_room(heads), below=2.0, height=_ROW * len(names)),
        subtitle=_("received in {period}").format(period=context.period_name()),
        remark=_beyond(heat),
    )


def _words(context: Context, heat: Heat, names: Sequence[str], columns: Sequence[str]) -> str:
    """How many cases, and the fullest cell."""
    cells = (
        (count, row, column) for row, line in enumerate(heat.counts) for column, count in enumerate(line)
    )
    most, row, column = max(cells, key=lambda cell: cell[0])
    return _("{count} cases in {period}; the most, {most}, are {conduct} through {channel}.").format(
        count=f"{sum(map(sum, heat.counts)):,}",
        period=context.period_name(),
        most=f"{most:,}",
        conduct=columns[column],
        channel=names[row],
    )


def _beyond(heat: Heat) -> str:
    rows, columns = heat.other_rows, heat.other_columns
    return join(
        [
            _("{count} more channels are not shown.").format(count=rows) if rows else "",
            _("{count} more conducts are not shown.").format(count=columns) if columns else "",
        ]
    )


def heading(columns: Sequence[str], left: float) -> list[list[str]]:
    """The names of columns in lines that fit between ``left`` points of row names and the edge."""
    across = (WIDTH - 2 * EDGE - left - _RIGHT) / len(columns)
    return [wrap(name, SMALL, across - 4, _HEAD_LINES) for name in columns]


def heads_room(heads: Sequence[Sequence[str]]) -> float:
    """The points that the names of columns need above the cells."""
    return 10.0 * max(map(len, heads)) + 8


def grid(
    canvas: Canvas,
    names: Sequence[tuple[str, str]],
    heads: Sequence[Sequence[str]],
    shares: Sequence[Sequence[float | None]],
    texts: Sequence[Sequence[str]],
) -> None:
    """Draw cells shaded by share, with a text in each that stands out from its shade, and names around them."""
    across, down = (canvas.right - canvas.left) / len(heads), (canvas.top - canvas.bottom) / len(names)
    boxes, colors = [], []
    for row, shaded in enumerate(shares):
        for column, share in enumerate(shaded):
            x, y = canvas.left + across * column, canvas.top - down * (row + 1)
            boxes.append((x, y, x + across, y + down))
            colors.append("#f4f4f4" if share is None else shade(share))
    canvas.cells(boxes, colors)
    cells = [text for line in texts for text in line]
    size = next((one for one in (BODY, SMALL, 7.0) if all(width(t, one) <= across - 4 for t in cells)), 6.0)
    for (x, y, _x1, y1), color, text in zip(boxes, colors, cells, strict=True):
        if text:
            canvas.text(
                x + across / 2, (y + y1) / 2 - size * 0.35, fit(text, size, across - 2), size=size, ha="center",
                color=text_color(color),
            )  # fmt: skip
    places = [canvas.top - down * (row + 0.5) for row in range(len(names))]
    canvas.row_labels(names, places)
    for column, lines in enumerate(heads):
        for place, line in enumerate(reversed(lines)):
            canvas.text(
                canvas.left + across * (column + 0.5),
                canvas.top + 5 + 10 * place,
                line,
                size=SMALL,
                ha="center",
            )
