"""Control charts (XmR): whether a month differs from the others by more than they differ among themselves.

What is a signal is shown by the shape of its mark, and said in words below the title.
"""

from __future__ import annotations

from collections.abc import Sequence

from casework.analytics.review import ControlChart, ControlPoint, Phase
from casework.charts.canvas import EDGE, SMALL, WIDTH, Canvas, Room, scale
from casework.charts.chart import Cell, Chart, Rows
from casework.charts.context import Context, join
from casework.charts.lettering import number, wrap
from casework.charts.looks import BLUE, GREEN, INK, PALE, PINK, RED
from casework.charts.months import BELOW, months_axis
from casework.charts.volume import festival_words
from casework.i18n import _

#: The mark of each rule, in the order in which one is chosen where several are broken.
_SHAPES = {
    "beyond": ("s", RED),
    "shift": ("D", PINK),
    "trend": ("^", GREEN),
    "two_of_three": ("v", INK),
}


def control_chart(context: Context, series: str) -> Chart:
    """The control chart of ``received`` or ``open`` (charts ``control_received`` and ``control_open``)."""
    name = f"control_{series}"
    title = _titles()[series]
    chart = context.review.control(series)
    if chart is None or not chart.points:
        return context.nothing(name, title, _why_none(context, series))
    shown = [point for point in chart.points if point.month in context.months]
    if not shown:
        return context.nothing(name, title, _("There is no case in these months."))
    phases = [
        phase for phase in chart.phases if phase.last >= shown[0].month and phase.first <= shown[-1].month
    ]
    top = max([point.value for point in shown] + [phase.upper for phase in phases])
    ticks, labels, left = scale(top)

    def draw(canvas: Canvas) -> None:
        canvas.x_range, canvas.y_range = (-0.6, len(context.months) - 0.4), (0.0, max(ticks[-1], top))
        canvas.y_axis(ticks, labels, _("cases"))
        places = {month: place for place, month in enumerate(context.months)}
        for phase in phases:
            _limits(canvas, phase, shown, places)
        changed = _changes(canvas, context, series, places)
        _points(canvas, shown, places)
        _key(canvas, shown, bool(phases), changed)
        months_axis(canvas, context.months, context.review.festivals)

    verdict = _verdict(chart, shown, phases)
    return context.chart(
        name,
        title,
        alt=join([verdict, _signals(shown)]),
        units=_("cases"),
        n=round(sum(point.value for point in shown)) if series == "received" else round(shown[-1].value),
        table=_table(shown, chart.phases),
        draw=draw,
        room=Room(left=left, right=158.0, below=BELOW),
        subtitle=verdict,
        remark=join([_rebases(context, series), festival_words(context)]),
    )


def _titles() -> dict[str, str]:
    return {
        "received": _("Is the number of complaints unusual?"),
        "open": _("Is the number of open cases unusual?"),
    }


def rule_names() -> dict[str, str]:
    """The rules of the control chart in words."""
    return {
        "beyond": _("outside the limits"),
        "shift": _("run on one side of the centre"),
        "trend": _("steady rise or fall"),
        "two_of_three": _("two of three near a limit"),
    }


def _why_none(context: Context, series: str) -> str:
    if series == "open" and not context.report.has_closing:
        return _("The source has no closing date, so the open cases cannot be counted.")
    return _("There is no case in these months.")


def _limits(canvas: Canvas, phase: Phase, shown: Sequence[ControlPoint], places: dict[str, int]) -> None:
    inside = [places[point.month] for point in shown if phase.first <= point.month <= phase.last]
    if not inside:
        return
    x = [canvas.x(inside[0] - 0.45), canvas.x(inside[-1] + 0.45)]
    canvas.line(x, [canvas.y(phase.centre)] * 2, color=PALE, width=1.2)
    for limit in (phase.lower, phase.upper):
        canvas.line(x, [canvas.y(limit)] * 2, color=PALE, width=1.1, dashes=(5, 3))


def _points(canvas: Canvas, shown: Sequence[ControlPoint], places: dict[str, int]) -> None:
    whole = [point for point in shown if not point.incomplete]
    rest = [point for point in shown if point.incomplete]

    def put(points: Sequence[ControlPoint]) -> tuple[list[float], list[float]]:
        return [canvas.x(places[p.month]) for p in points], [canvas.y(p.value) for p in points]

    canvas.line(*put(whole), color=BLUE, width=1.2)
    canvas.line(*put([*whole[-1:], *rest]), color=BLUE, width=1.2, dashes=(2, 2))
    dot = 6 if len(shown) <= 40 else 3.5
    for rule in ("", *_SHAPES):
        some = [point for point in whole if _shape(point) == rule]
        marker, color = _SHAPES.get(rule, ("o", BLUE))
        canvas.marks(*put(some), marker, color=color, size=9 if rule else dot)
    canvas.marks(*put(rest), "o", color=BLUE, size=6, hollow=True)


def _shape(point: ControlPoint) -> str:
    return next((rule for rule in _SHAPES if rule in point.rules), "")


def _key(canvas: Canvas, shown: Sequence[ControlPoint], limits: bool, changed: bool) -> None:
    """What marks and lines mean, to the right; only those that are there."""
    x, y = canvas.right + 14, canvas.top - 6
    room = WIDTH - EDGE - x - 26
    words = rule_names()
    judged = all(point.verdict for point in shown if not point.incomplete)
    entries = [("o", BLUE, False, _("usual") if limits and judged else _("month without a signal"))]
    entries += [(*_SHAPES[rule], False, words[rule]) for rule in _SHAPES if rule in set(map(_shape, shown))]
    entries += [("o", BLUE, True, _("month not over"))] if any(point.incomplete for point in shown) else []
    for marker, color, hollow, text in entries:
        canvas.marks([x + 9], [y], marker, color=color, size=8, hollow=hollow)
        y = _key_words(canvas, x + 24, y, text, room)
    for dashes, text in (((), _("centre (mean)")), ((5, 3), _("limits of usual variation"))):
        if limits:
            canvas.line([x, x + 18], [y, y], color=PALE, width=1.2, dashes=dashes)
            y = _key_words(canvas, x + 24, y, text, room)
    if changed:
        canvas.line([x + 9, x + 9], [y - 6, y + 6], color=INK, width=1.2, dashes=(1, 1.5))
        _key_words(canvas, x + 24, y, _("new limits from here"), room)


def _changes(canvas: Canvas, context: Context, series: str, places: dict[str, int]) -> bool:
    """Draw an upright dotted line before each month from which a person set new limits; whether there is any."""
    at = [places[one.month] for one in context.review.rebases if one.name == series and one.month in places]
    for place in at:
        x = canvas.x(place - 0.5)
        canvas.line([x, x], [canvas.bottom, canvas.top], color=INK, width=1.0, dashes=(1, 1.5))
    return bool(at)


def _key_words(canvas: Canvas, x: float, y: float, text: str, room: float) -> float:
    for line in wrap(text, SMALL, room, 3):
        canvas.text(x, y - 3, line, size=SMALL)
        y -= 10.5
    return y - 5


def _verdict(chart: ControlChart, shown: Sequence[ControlPoint], phases: Sequence[Phase]) -> str:
    """What may be said of the last whole month."""
    if not phases:
        return join([_(chart.reason), _("So no month is called unusual.")])
    last = next((point for point in reversed(shown) if not point.incomplete), None)
    if last is None or not last.verdict:
        return _("{month} is not judged: too few months since the limits began.").format(
            month=last.month if last else shown[-1].month
        )
    phase = next((one for one in phases if one.first <= last.month <= one.last), phases[-1])
    words = {
        "high": _("{month}: unusually high, {value} (usual: {low} to {high})."),
        "low": _("{month}: unusually low, {value} (usual: {low} to {high})."),
        "usual": _("{month}: usual variation, {value} (usual: {low} to {high}). Neither a rise nor a fall."),
    }
    return words[last.verdict].format(
        month=last.month, value=number(last.value), low=number(phase.lower), high=number(phase.upper)
    )


def _signals(shown: Sequence[ControlPoint]) -> str:
    words = rule_names()
    found = [
        f"{point.month} ({', '.join(words.get(rule, rule) for rule in point.rules)})"
        for point in shown
        if point.rules
    ]
    if not found:
        return _("No month in view is unusual.") if any(point.verdict for point in shown) else ""
    return _("Unusual months: {months}.").format(months="; ".join(found))


def _rebases(context: Context, series: str) -> str:
    return join(
        _("New limits from {month}: {why} ({who}).").format(month=one.month, why=one.why, who=one.who)
        for one in context.review.rebases
        if one.name == series and one.month in context.months
    )


def _table(shown: Sequence[ControlPoint], phases: Sequence[Phase]) -> tuple[tuple[str, ...], Rows]:
    header = (
        *(_("Month"), _("Cases"), _("Centre"), _("Lower limit"), _("Upper limit")),
        *(_("Verdict"), _("Rules"), _("Remark")),
    )
    verdicts = {"high": _("unusually high"), "low": _("unusually low"), "usual": _("usual"), "": ""}
    words = rule_names()

    def row(point: ControlPoint) -> tuple[Cell, ...]:
        phase = next((one for one in phases if one.first <= point.month <= one.last), None)
        limits = (
            (None, None, None)
            if phase is None or point.incomplete
            else (phase.centre, phase.lower, phase.upper)
        )
        rules = ", ".join(words.get(rule, rule) for rule in point.rules)
        remark = _("month not over") if point.incomplete else ""
        return (point.month, point.value, *limits, verdicts[point.verdict], rules, remark)

    return header, tuple(map(row, shown))
