"""The panel for the monthly review: sources, month, charts with their tables, the workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import HBox, VBox

from casework.errors import CaseworkError, NotFound
from casework.i18n import _
from casework.ui.case_fields import Reading
from casework.ui.chart import Chart
from casework.ui.download import Produced
from casework.ui.export_files import ExportFiles
from casework.ui.facts import Fact, Facts, Notes
from casework.ui.form import Action, Field, Form, Option, Section
from casework.ui.long_download import XLSX, LongDownload
from casework.ui.own_template import OwnTemplate
from casework.ui.page import Page
from casework.ui.problems import show_choices, show_problems, show_sources
from casework.ui.table import DataTable

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.desk import Desk
    from casework.exchange.read import Unsettled
    from casework.progress import Progress

CHARTS = ("volume", "curves", "medians", "backlog")


class DashboardPage(Page):
    """Measures of the workspace, of export files, or of both together."""

    name = "dashboard"

    def __init__(self, desk: Desk, lang: str) -> None:
        super().__init__(desk, lang)
        self.measured: Report | None = None
        self.day_first: bool | None = None
        self.files = ExportFiles(self.adopt, self.add_files)
        blank = {"own": desk.count() > 0, "files": [], "paths": "", "as_of": ""}
        self.sources = self.adopt(Form(lambda _action, _values: self.measure(), values=blank))
        self.period = self.adopt(Form(on_change=lambda _path, _values: self.measure(), values={"month": ""}))
        self.question = self.adopt(Form(lambda action, _values: self.settle(action)))
        self.question.layout.display = "none"
        self.facts = self.adopt(Facts())
        self.reason = self.adopt(Notes())
        self.charts = {name: self.adopt(Chart()) for name in CHARTS}
        self.understood = self.adopt(DataTable(page_size=20))
        self.chosen = self.adopt(DataTable(page_size=15, folded=True))
        self.problems = self.adopt(DataTable(page_size=10))
        self.download = self.adopt(LongDownload(self, self.produce, primary=True))
        self.template = OwnTemplate(self)
        self.choosing = VBox([self.files.upload, self.sources])
        self.data = VBox([self.understood, self.chosen, self.problems])
        for part in (self.choosing, self.data, *self.charts.values()):
            part.add_class("cw-panel")
        line = HBox([self.period, self.download])
        line.add_class("cw-line")
        parts = [line, self.facts, self.reason, *self.charts.values(), self.template.widget, self.data]
        self.results = VBox(parts)
        self.results.layout.display = "none"
        self.assemble(self.choosing, self.question, self.results)

    def lead(self) -> str:
        """See :class:`Page`."""
        return _("Volume and resolution time by channel, from the office's own cases and from exports.")

    def draw(self) -> None:
        """See :class:`Page`."""
        super().draw()
        self.draw_sources()
        self.files.draw()
        self.download.label = _("Download the workbook (.xlsx)")
        self.template.draw()
        if self.measured is not None:
            self.measure()  # the names of channels change with the language

    def draw_sources(self) -> None:
        """Write the fields that choose the data."""
        own = Field(
            "own", _("The office's own cases ({count})").format(count=f"{self.desk.count():,}"), "flag"
        )
        as_of = Field("as_of", _("As of"), "date", hint=_("Empty: the latest date in the data."))
        fields = (own, as_of, self.files.path_field("third"), self.files.field())
        section = Section("", tuple(field for field in fields if field is not None))
        self.sources.show([section], [Action("show", _("Show the dashboard"), primary=True)])

    def shown(self, case_no: str) -> None:
        """See :class:`Page`; the first time, show the office's own cases at once."""
        if self.measured is None and self.sources.values["own"] and not self.sources.touched:
            self.measure()

    def add_files(self, names: list[str]) -> None:
        """Take uploaded files in and show them, alone unless the person had chosen more."""
        values = self.sources.values
        first = not values["files"] and not values["paths"] and not self.sources.touched
        chosen = list(dict.fromkeys([*values["files"], *names]))
        self.sources.fill(values | {"files": chosen, "own": values["own"] and not first})
        self.draw_sources()
        self.day_first = None  # the answer for other files says nothing about these

        def back() -> None:  # a refused file must not stand in the way of the next one
            self.sources.fill(values)
            self.draw_sources()

        self.measure(back)

    def settle(self, answer: str) -> None:
        """Take the answer to whether the day or the month stands first, and measure."""
        self.day_first = answer in ("dmy", "day", "day_first")
        self.measure()

    def measure(self, failed: Callable[[], None] = lambda: None) -> None:
        """Compute the measures of what is chosen and show them."""
        values, month = self.sources.values, self.period.values["month"]
        reading = Reading()
        as_of = reading.day("as_of", values["as_of"])
        self.sources.errors = reading.errors
        chosen = self.files.chosen(values)
        if reading.errors:
            raise CaseworkError(_("Please correct the marked fields."))
        if not chosen and not values["own"]:
            raise CaseworkError(
                _("No data are chosen."), remedy=_("Choose the office's own cases or an export file.")
            )
        from casework.desk import WORKSPACE

        sources = [*([WORKSPACE] if values["own"] else []), *chosen]

        def task(progress: Progress) -> Report | Unsettled:
            return self.report(sources, month or None, as_of, progress)

        self.work(_("The data are being read and measured …"), task, self.measured_as, failed)

    def report(
        self, sources: list[str | Path], month: str | None, as_of: dt.date | None, progress: Progress
    ) -> Report | Unsettled:
        """Measure one month, or all where other sources than before lack it; a question comes back as such."""
        from casework.exchange.read import Unsettled

        try:
            return self.desk.report(
                sources, month=month, as_of=as_of, day_first=self.day_first, progress=progress
            )
        except Unsettled as question:
            return question
        except NotFound:
            if month is None:
                raise
        return self.report(sources, None, as_of, progress)

    def measured_as(self, found: Report | Unsettled) -> None:
        """Show what was measured, or ask what only a person knows."""
        from casework.exchange.read import Unsettled

        self.question.layout.display = "none"
        if isinstance(found, Unsettled):
            self.ask(found)
        else:
            self.measured = found
            self.draw_report(found)

    def ask(self, unsettled: Unsettled) -> None:
        """Offer the answers to a question about the data as buttons."""
        question = unsettled.question
        note = _("The file {file} can be read in two ways.").format(file=unsettled.where)
        actions = [Action(value, words) for value, words in question.options]
        self.question.show([Section(question.text, (), note)], actions)
        self.question.layout.display = ""
        self.results.layout.display = "none"
        self.message.show("info", question.text)

    def draw_report(self, report: Report) -> None:
        """Show a report: figures, charts, how the data were understood."""
        self.draw_months(report)
        self.facts.show(_figures(report))
        self.draw_charts(report)
        show_sources(self.understood, report.sources)
        show_choices(self.chosen, report.sources)
        show_problems(self.problems, report.sources)
        self.results.layout.display = ""

    def draw_months(self, report: Report) -> None:
        """Offer the months that the data have, the latest first."""
        options = (Option("", _("All months")), *(Option(month, month) for month in reversed(report.months)))
        self.period.show([Section("", (Field("month", _("Month"), "choice", options=options),))])
        if self.period.values["month"] != (report.month or ""):
            self.period.fill({"month": report.month or ""})

    def draw_charts(self, report: Report) -> None:
        """Draw every chart that the data allow and say why others are not there."""
        from casework.charts import all_charts

        drawn = {chart.name: chart for chart in all_charts(report)}
        for name, widget in self.charts.items():
            widget.layout.display = "" if name in drawn else "none"
            if name in drawn:
                chart = drawn[name]
                rows = [["" if cell is None else _cell(cell) for cell in row] for row in chart.rows]
                widget.show(
                    chart.image(),
                    chart.alt,
                    summary=_("The numbers behind this chart"),
                    columns=chart.header,
                    rows=rows,
                )
        missing = (
            []
            if report.has_closing
            else [_("There are no closing dates in these data, so no time to resolution can be measured.")]
        )
        self.reason.show(_("Not shown") if missing else "", missing)

    def produce(self, _progress: Progress) -> Produced | None:
        """Make the workbook of the report in view."""
        if self.measured is None:
            return None
        name, content = self.desk.workbook(self.measured, made_at=dt.datetime.now().replace(microsecond=0))
        return Produced(name, content, XLSX)


def _cell(value: Any) -> str:
    return (
        f"{value:,.1f}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def _figures(report: Report) -> list[Fact]:
    period = report.month or _("all months")
    facts = [Fact(_("Received"), f"{report.received:,}", period)]
    if report.has_closing:
        facts.append(Fact(_("Closed"), f"{report.closed:,}", period))
        facts.append(Fact(_("Still open"), f"{report.open:,}", _("as of {day}").format(day=report.as_of)))
    facts.append(
        Fact(_("Data up to"), report.as_of.isoformat(), _("{count} months").format(count=len(report.months)))
    )
    return facts
