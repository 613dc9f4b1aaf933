"""The charts of a report as files: SVG to print and to zoom, PNG for slides. Each is drawn when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.charts import Chart


@dataclass(frozen=True)
class Picture:
    """One chart; ``alt`` says in words what it shows."""

    chart: Chart

    @property
    def name(self) -> str:
        """The chart's name, by which comments find it."""
        return self.chart.name

    @property
    def title(self) -> str:
        """What it shows, in a line."""
        return self.chart.title

    @property
    def alt(self) -> str:
        """What it shows, in words."""
        return self.chart.alt

    @cached_property
    def svg(self) -> bytes:
        """The picture as SVG."""
        return self.chart.image("svg")

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG."""
        return self.chart.image("png")


def picture_names() -> tuple[str, ...]:
    """The name of every chart that a report may have."""
    from casework.charts import CHART_NAMES

    return CHART_NAMES


def pictures(report: Report) -> dict[str, Picture]:
    """Every chart that these data can fill, by name. What cannot be drawn truly is left out: its table says why."""
    from casework.charts import all_charts
    from casework.pack.drawable import drawable

    return {chart.name: Picture(chart) for chart in all_charts(drawable(report)) if not chart.reason}
