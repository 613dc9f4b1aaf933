"""The charts of a report as files: SVG to print and to zoom, PNG for slides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.analytics.figures import Report


@dataclass(frozen=True)
class Picture:
    """One chart as it was drawn. ``alt`` says in words what it shows; ``width`` and ``height`` are of the PNG."""

    name: str
    title: str
    alt: str
    svg: bytes
    png: bytes


def pictures(report: Report) -> dict[str, Picture]:
    """Every chart that these data can fill, by name."""
    from casework.charts import all_charts

    return {
        chart.name: Picture(chart.name, chart.title, chart.alt, chart.image("svg"), chart.image("png"))
        for chart in all_charts(report)
    }
