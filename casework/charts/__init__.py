"""A report's numbers as charts: words and tables at once, pictures when they are asked for.

:func:`all_charts` returns one :class:`Chart` for each of :data:`CHART_NAMES`, in that order, whatever the data: where
nothing true can be drawn, ``reason`` says why. Nothing here shows or saves anything by itself, and pyplot is not used, so that
no global state builds up in a long-lived kernel.
"""

from __future__ import annotations

from casework.analytics.figures import Report
from casework.charts.backlog import backlog_chart, backlog_time_chart
from casework.charts.breakdown import breakdown_chart
from casework.charts.chart import Chart
from casework.charts.clocks import clocks_chart
from casework.charts.context import Context
from casework.charts.control import control_chart
from casework.charts.curves import curves_chart
from casework.charts.durations import adjusted_chart, medians_chart, within_chart
from casework.charts.ends import ends_chart
from casework.charts.heat import heat_chart
from casework.charts.looks import PALETTE
from casework.charts.sparkline import sparkline
from casework.charts.volume import volume_chart

_MAKERS = {
    "volume": volume_chart,
    "control_received": lambda context: control_chart(context, "received"),
    "by_channel": lambda context: breakdown_chart(context, "channel"),
    "by_kind": lambda context: breakdown_chart(context, "kind"),
    "by_conduct": lambda context: breakdown_chart(context, "conduct"),
    "heat": heat_chart,
    "by_respondent": lambda context: breakdown_chart(context, "respondent"),
    "by_region": lambda context: breakdown_chart(context, "region"),
    "by_handler": lambda context: breakdown_chart(context, "handler"),
    "backlog": backlog_chart,
    "backlog_time": backlog_time_chart,
    "control_open": lambda context: control_chart(context, "open"),
    "curves": lambda context: curves_chart(context, "resolution"),
    "medians": medians_chart,
    "within": within_chart,
    "adjusted": adjusted_chart,
    "first_response": lambda context: curves_chart(context, "first_response"),
    "acceptance": lambda context: curves_chart(context, "acceptance"),
    "ends": ends_chart,
    "by_outcome": lambda context: breakdown_chart(context, "outcome"),
    "by_status": lambda context: breakdown_chart(context, "status"),
    "clocks": clocks_chart,
}
#: Every chart of a report, in the order in which a review reads them.
CHART_NAMES: tuple[str, ...] = tuple(_MAKERS)


def all_charts(report: Report) -> tuple[Chart, ...]:
    """Every chart of a report in the order of :data:`CHART_NAMES`, in the language in force; none is drawn yet."""
    context = Context(report)
    return tuple(make(context) for make in _MAKERS.values())


def some_charts(report: Report, names: tuple[str, ...]) -> tuple[Chart, ...]:
    """The charts of those names, in that order."""
    context = Context(report)
    return tuple(_MAKERS[name](context) for name in names)


__all__ = ["CHART_NAMES", "PALETTE", "Chart", "all_charts", "some_charts", "sparkline"]
