"""The sections of a review: charts with their tables, pictures drawn in the order in which they are seen."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.analytics.review import DIMENSIONS
from casework.i18n import _
from casework.tables import Section, printed
from casework.ui.chart import Chart
from casework.ui.numbers import NO_SHEET, Contents, Numbers, Sheet
from casework.ui.review.links import Linker

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.charts import Chart as Drawn

Act = Callable[[], None]
#: What the page shows in a way of its own.
ELSEWHERE = ("data", "headlines")
OWN_CHARTS = ("coverage", "headlines")
#: Under which name the end of the page is found.
PACK = "pack"
#: Which table of the review holds the numbers of a chart: printed with their units, and not listed a second time.
BEHIND = {
    **{f"by_{name}": name for name in DIMENSIONS},
    **{name: name for name in ("heat", "backlog", "clocks", "adjusted")},
    "control_received": "control_received",
    "control_open": "control_open",
    "curves": "times_resolution",
    "medians": "times_resolution",
    "within": "within_resolution",
    "first_response": "times_first_response",
    "acceptance": "times_acceptance",
    "ends": "incidence",
}
#: Where a chart stands that no section claims.
HOMES = {
    **{f"by_{name}": "breakdowns" for name in DIMENSIONS},
    **dict.fromkeys(("curves", "medians", "within", "first_response", "acceptance"), "resolution"),
    **dict.fromkeys(("backlog", "backlog_time", "control_open"), "backlog"),
    **dict.fromkeys(("volume", "control_received"), "volume"),
    "adjusted": "comparison",
    "by_outcome": "ends",
}


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
        self.seen: set[str] = set()  # the charts that are in view
        self._pen = threading.Lock()
        self.homeless: list[str] = []  # why charts are not there that have no section in this review
        self.contents: Contents = adopt(Contents())
        self.widget = VBox()

    def show(
        self,
        drawn: Sequence[Drawn],
        laid_out: Sequence[Section],
        report: Report,
        comments: Mapping[str, str],
    ) -> None:
        """Write everything but the pictures; those that stand there stay until their successors come."""
        linker = Linker(report)
        self._drawn = {chart.name: chart for chart in drawn if chart.name not in OWN_CHARTS}
        shown = [section for section in laid_out if section.name not in ELSEWHERE]
        homes = HOMES | {name: section.name for section in shown for name in section.charts}
        tables = {table.name: table for section in laid_out for table in section.tables}
        for name, chart in self._drawn.items():
            table = None if chart.reason else tables.get(BEHIND.get(name, ""))
            sheet = linker.table(table) if table else _sheet(chart, linker)
            self._write(chart, sheet, report, comments.get(name, ""))
        claimed = {BEHIND[name] for name, chart in self._drawn.items() if name in BEHIND and not chart.reason}
        for section in shown:
            here = [name for name in self._drawn if homes.get(name) == section.name]
            rest = [linker.table(table) for table in section.tables if table.name not in claimed]
            self._section(section, here, rest)
        names = {section.name for section in shown}
        self.homeless = [
            _("{chart}: {reason}").format(chart=chart.title, reason=chart.reason)
            for name, chart in self._drawn.items()
            if chart.reason and homes.get(name) not in names
        ]
        self._place([section.name for section in shown])
        self.contents.show([*((section.name, section.title) for section in shown), (PACK, _("The pack"))])

    def fade(self) -> None:
        """Show at once that what stands there is about to change."""
        for chart in self.charts.values():
            chart.stale = not chart.reason

    def _section(self, section: Section, charts: Sequence[str], rest: Sequence[Sheet]) -> None:
        if section.name not in self._boxes:
            self._make(section.name)
        self._heads[section.name].show(section.title, section.notes)
        self._tables[section.name].show("", (), rest)
        extra = [self._extras[section.name]] if section.name in self._extras else []
        parts = (*(self.charts[name] for name in charts), self._tables[section.name], *extra)
        children = (self._heads[section.name], *parts)
        if children != self._boxes[section.name].children:
            self._boxes[section.name].children = children

    def _place(self, names: Sequence[str]) -> None:
        """Put the sections in their order; those that have nothing to tell now are hidden."""
        for name, box in self._boxes.items():
            box.layout.display = "" if name in names else "none"
        hidden = [name for name in self._boxes if name not in names]
        children = tuple(self._boxes[name] for name in (*names, *hidden))
        if children != self.widget.children:
            self.widget.children = children

    def pictures(self, drawn: Sequence[Drawn], *, unseen: bool) -> Iterator[Act]:
        """Draw the charts, those in view first (the others only if ``unseen``), and yield what shows each of them.

        One that cannot be drawn says so in its place and does not keep the others away; its error comes last.
        """
        waiting = {chart.name: chart for chart in drawn if chart.name not in OWN_CHARTS and not chart.reason}
        failed: list[Exception] = []
        while waiting:
            name = next(
                (name for name in waiting if name in self.seen), next(iter(waiting)) if unseen else ""
            )
            if not name:
                break
            try:
                picture = self._image(waiting.pop(name), "png")
            except Exception as error:  # whatever it is: one chart must not take the page with it
                failed.append(error)
                yield partial(self._give_up, name)
            else:
                yield partial(self._put, name, picture)
        if failed:
            raise failed[0]

    def vector(self, name: str) -> bytes:
        """The picture of a chart as SVG."""
        return self._image(self._drawn[name], "svg")

    def _image(self, chart: Drawn, kind: Any) -> bytes:
        with self._pen:  # one figure is never drawn twice at a time
            return chart.image(kind)

    def _put(self, name: str, picture: bytes) -> None:
        if name in self.charts:
            self.charts[name].picture(picture)

    def _give_up(self, name: str) -> None:
        if name in self.charts:
            self.charts[name].refuse(_("This chart could not be drawn."))

    def _make(self, name: str) -> None:
        wish = partial(self._wish, name)
        self._heads[name] = self._adopt(Numbers(wish, name))
        self._tables[name] = self._adopt(Numbers(wish))
        box = VBox()
        box.add_class("cw-panel")
        box.add_class("cw-review")
        self._boxes[name] = box

    def _write(self, chart: Drawn, sheet: Sheet, report: Report, comment: str) -> None:
        if chart.name not in self.charts:
            self.charts[chart.name] = self._adopt(Chart(chart.name, partial(self._wish, chart.name)))
        widget = self.charts[chart.name]
        widget.comment = comment
        name = f"casework_{chart.name}_{report.month or report.as_of.isoformat()}"
        widget.describe(chart.title, chart.alt, chart.reason, sheet, re.sub(r"[^\w.-]", "-", name))

    def _wish(self, name: str, wish: dict[str, Any]) -> None:
        if "visible" in wish:
            (self.seen.add if wish["visible"] else self.seen.discard)(name)
        else:
            self._on_wish(name, wish)


def _sheet(chart: Drawn, linker: Linker) -> Sheet:
    """The numbers that a chart itself tells."""
    if not chart.rows:
        return NO_SHEET
    columns = [
        (title, any(isinstance(row[place], int | float) for row in chart.rows))
        for place, title in enumerate(chart.header)
    ]
    rows = [[_text(cell) for cell in row] for row in chart.rows]
    return linker.sheet(chart.name, chart.title, columns, rows)


def _text(cell: Any) -> str:
    return printed(cell, "days" if isinstance(cell, float) else "count")
