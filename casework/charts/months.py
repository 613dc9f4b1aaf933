"""The axis of months: numbers, years below them, festivals by name where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from casework.charts.canvas import SMALL, Canvas
from casework.charts.lettering import clean, width
from casework.charts.looks import INK, PALE
from casework.i18n import _

#: The room that the axis needs below the plot.
BELOW = 50.0
_TINY = 7.5
_MOST_NAMED = 37


def months_axis(
    canvas: Canvas, months: Sequence[str], festivals: Sequence[tuple[str, tuple[str, ...]]]
) -> None:
    """Label months at x = 0, 1, …; the x range of the canvas is from -0.6 to their number less 0.4."""
    canvas.floor()
    spacing = canvas.x(1) - canvas.x(0)
    step = _step(spacing)
    year = ""
    for place in _labelled(months, step, spacing):
        month, x = months[place], canvas.x(place)
        if step < 12:
            canvas.text(x, canvas.bottom - 12, str(int(month[5:])), ha="center", size=SMALL, color=PALE)
        if month[:4] != year:
            year = month[:4]
            canvas.text(x, canvas.bottom - 23, year, ha="center", size=SMALL, color=PALE)
    _festivals(canvas, months, dict(festivals))


def _labelled(months: Sequence[str], step: int, spacing: float) -> list[int]:
    """The places that are labelled: every so many months from January, and the first where there is room for its year."""
    found = [place for place, month in enumerate(months) if (int(month[5:]) - 1) % step == 0]
    january = next((place for place, month in enumerate(months) if month[5:] == "01"), None)
    if january and january * spacing < 26:
        return [place for place in found if place >= january]
    return found if found and (found[0] == 0 or found[0] * spacing < 26) else [0, *found]


def _step(spacing: float) -> int:
    """Every how many months a label has room: the year below needs 22 points, a month 13."""
    return next((step for step in (1, 2, 3, 6) if spacing * step >= 13 and spacing * 12 >= 26), 12)


def _festivals(canvas: Canvas, months: Sequence[str], festivals: dict[str, tuple[str, ...]]) -> None:
    """A small triangle on the axis; names in two rows, without those that have no room."""
    marked = [
        (canvas.x(place), festivals[month]) for place, month in enumerate(months) if festivals.get(month)
    ]
    if not marked:
        return
    canvas.marks([x for x, _names in marked], [canvas.bottom] * len(marked), "^", color=INK, size=5)
    if len(months) > _MOST_NAMED:  # every year the same names in what room there is: the remark has them
        return
    ends = [0.0, 0.0]
    for x, names in marked:
        text = clean("·".join(map(_, names)))
        half = width(text, _TINY) / 2
        middle = min(max(x, 12.0 + half), canvas.right + 10 - half)
        row = next((row for row, end in enumerate(ends) if middle - half >= end + 5), None)
        if row is not None and half < 60:
            canvas.text(middle, canvas.bottom - 34 - 9.5 * row, text, ha="center", size=_TINY, color=PALE)
            ends[row] = middle + half
