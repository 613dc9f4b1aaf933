"""The sections of a review: charts with their tables, pictures drawn in the order in which they are seen."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.i18n import _
from casework.tables import Section, printed
from casework.ui.chart import Chart
from casework.ui.numbers import NO_SHEET, Numbers
from casework.ui.review.links import Linker

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.charts import Chart as Drawn

Act = Callable[[], None]
#: What the page shows in a way of its own.
ELSEWHERE = ("data", "headlines")
OWN_CHARTS = ("coverage", "headlines")


class Board:
    """Widgets are made once for each name and used again, so that a redraw never jumps.

    ``on_wish(name, wish)`` hears what a person does with a chart or a table; ``extras`` are widgets that stand at the
    end of a section.
    """

    def __init__(
        self,
        adopt: Callable[[Any], Any],
        on_wish: Callable[[str, dict[str, Any]], None],
        extras: Mapping[str, Any],
    ) -> None:
        self._adopt, self._on_wish, self._extras = adopt, on_wish, extras
        self.charts: dict[str, Chart] = {}
        self._boxes: dict[str, VBox] = {}
        self._heads: dict[str, Numbers] = {}
        self._tables: dict[str, Numbers] = {}
        self._drawn: dict[str, Drawn] = {}
        self._seen: set[str] = set()
        self._pen = threading.Lock()
        self.widget = VBox()

    def show(self, sections: Sequence[Section], linker: Linker) -> None:
        """Write headings, remarks and tables; the charts that stand there stay until their successors come."""
        shown = [section for section in sections if section.name not in ELSEWHERE]
        for section in shown:
            if section.name not in self._boxes:
                self._make(section.name)
            self._heads[section.name].show(section.title, section.notes)
            self._tables[section.name].show("", (), [linker.table(table) for table in section.tables])
            self._boxes[section.name].layout.display = ""
        names = [section.name for section in shown]
        for name, box in self._boxes.items():
            if name not in names:
                box.layout.display = "none"
        children = tuple(self._boxes[name] for name in self._ordered(names))
        if children != self.widget.children:
            self.widget.children = children

    def describe(
        self, drawn: Sequence[Drawn], sections: Sequence[Section], linker: Linker, report: Report, comments: Mapping[str, str]
    ) -> None:
        """Put the charts into their sections and write all but their pictures."""
        self._drawn = {chart.name: chart for chart in drawn if chart.name not in OWN_CHARTS}
        placed: dict[str, list[str]] = {}
        homes = {name: section.name for section in sections for name in section.charts}
        shown = [section.name for section in sections if section.name not in ELSEWHERE]
        for name, chart in self._drawn.items():
            home = homes.get(name, shown[-1] if shown else "")
            if home in self._boxes:
                placed.setdefault(home, []).append(name)
                self._write(chart, linker, report, comments.get(name, ""))
        for name in shown:
            self._fill(name, placed.get(name, []))

    def pictures(self, drawn: Sequence[Drawn]) -> Iterator[Act]:
        """Draw the charts, those in view first, and yield what shows each of them."""
        waiting = {chart.name: chart for chart in drawn if chart.name not in OWN_CHARTS and not chart.reason}
        while waiting:
            name = next((name for name in waiting if name in self._seen), next(iter(waiting)))
            yield partial(self._put, name, self._image(waiting.pop(name), "png"))

    def vector(self, name: str) -> bytes:
        """The picture of a chart as SVG."""
        return self._image(self._drawn[name], "svg")

    def _image(self, chart: Drawn, kind: Any) -> bytes:
        with self._pen:  # one figure is never drawn twice at a time
            return chart.image(kind)

    def _put(self, name: str, picture: bytes) -> None:
        if name in self.charts:
            self.charts[name].picture(picture)

    def _make(self, name: str) -> None:
        wish = partial(self._wish, name)
        self._heads[name] = self._adopt(Numbers(wish))
        self._tables[name] = self._adopt(Numbers(wish))
        box = VBox()
        box.add_class("cw-panel")
        box.add_class("cw-review")
        self._boxes[name] = box
        self._fill(name, [])

    def _fill(self, name: str, charts: Sequence[str]) -> None:
        extra = [self._extras[name]] if name in self._extras else []
        children = (self._heads[name], *(self.charts[one] for one in charts), self._tables[name], *extra)
        if children != self._boxes[name].children:
            self._boxes[name].children = children

    def _write(self, chart: Drawn, linker: Linker, report: Report, comment: str) -> None:
        if chart.name not in self.charts:
            self.charts[chart.name] = self._adopt(Chart(partial(self._wish, chart.name)))
        columns = [
            (title, any(isinstance(row[place], int | float) for row in chart.rows))
            for place, title in enumerate(chart.header)
        ]
        rows = [[_text(cell) for cell in row] for row in chart.rows]
        sheet = linker.sheet(chart.name, chart.title, columns, rows) if rows else NO_SHEET
        widget = self.charts[chart.name]
        widget.comment = comment
        name = f"casework_{chart.name}_{report.month or report.as_of.isoformat()}"
        widget.describe(chart.title, chart.alt, chart.reason, sheet, re.sub(r"[^\w.-]", "-", name))

    def _wish(self, name: str, wish: dict[str, Any]) -> None:
        if "visible" in wish:
            (self._seen.add if wish["visible"] else self._seen.discard)(name)
        else:
            self._on_wish(name, wish)

    def _ordered(self, names: Sequence[str]) -> list[str]:
        gone = [name for name in self._boxes if name not in names]
        return [*names, *gone]


def _text(cell: Any) -> str:
    return printed(cell, "days" if isinstance(cell, float) else "count")


def no_closing() -> str:
    """Why there are fewer charts than usual."""
    return _("There are no closing dates in these data, so no time to resolution can be measured.")
