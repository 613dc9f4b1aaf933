"""The page of the monthly review: what the data are, what happened, how long it took, what is left, the pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.analytics.behind import Place
from casework.analytics.periods import Span, parse_span
from casework.analytics.review import Filters
from casework.errors import CaseworkError, NotFound
from casework.i18n import _, language
from casework.measuring import WORKSPACE
from casework.tables import Section as Part
from casework.tables import sections, words
from casework.ui.beside import Act, Beside
from casework.ui.facts import Notes
from casework.ui.form import Action, Form, Section
from casework.ui.own_template import OwnTemplate
from casework.ui.page import Page
from casework.ui.problems import show_choices, show_problems, show_sources
from casework.ui.review.behind import CasesBehind
from casework.ui.review.board import Board
from casework.ui.review.choosing import Choosing, Chosen
from casework.ui.review.filters import FilterBar
from casework.ui.review.headlines import Headlines
from casework.ui.review.kept import Kept
from casework.ui.review.links import filter_of, link_of
from casework.ui.review.looking import Looking, renamed
from casework.ui.review.packing import Packing
from casework.ui.review.period import PeriodChoice, usual
from casework.ui.review.quality import DataFirst
from casework.ui.review.rebasing import Rebasing
from casework.ui.table import DataTable
from casework.ui.working import running_loop

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.charts import Chart as Drawn
    from casework.desk import Desk
    from casework.exchange.read import Unsettled
    from casework.progress import Progress
    from casework.ui.parameters import Parameters


class DashboardPage(Page):
    """Measures of the workspace, of export files, or of both together."""

    name = "dashboard"

    def __init__(self, desk: Desk, lang: str) -> None:
        super().__init__(desk, lang)
        self.looking: Looking | None = None
        self.measured: Report | None = None
        self.day_first: bool | None = None
        self.wanted: Span | None = None  # the period that a person chose; the usual one until then
        self.chose_period = False
        self.files: list[str | Path] = []  # the sources in view that are files
        self.notes: dict[str, Any] = {"comments": {}, "editorial": {}}
        self.beside = Beside(self.guarded)
        self._make_parts()
        self._arrange()

    def _make_parts(self) -> None:
        self.choosing = Choosing(self.desk, self.adopt, self.measure, self.measure_new)
        self.question = self.adopt(Form(lambda action, _values: self.settle(action)))
        self.question.layout.display = "none"
        self.period = self.adopt(PeriodChoice(self.change_period))
        self.filters = self.adopt(FilterBar(self.change_filters, self.list_values))
        self.quality = self.adopt(DataFirst(self.unfold))
        self.understood = self.adopt(DataTable(page_size=20))
        self.chosen = self.adopt(DataTable(page_size=15, folded=True))
        self.problems = self.adopt(DataTable(page_size=10))
        self.headlines = self.adopt(Headlines())
        self.reason = self.adopt(Notes())
        self.rebasing = Rebasing(self.adopt, self.decide)
        self.board = Board(self.adopt, self.wish, {"volume": self.rebasing.form})
        self.behind = CasesBehind(self.adopt, self.list_cases, self.open_case, self.tell)
        self.packing = Packing(self)
        self.template = OwnTemplate(self)

    def _arrange(self) -> None:
        self.data = VBox([self.quality, self.understood, self.chosen, self.problems])
        self.data.add_class("cw-panel")
        self.narrowing = VBox([self.period, self.filters])
        self.narrowing.add_class("cw-panel")
        figures = [self.headlines, self.board.contents, self.board.widget, self.reason, self.behind.widget]
        end = [self.packing.widget, self.template.widget]
        self.results = VBox([self.narrowing, self.data, *figures, *end])
        self.results.layout.display = "none"
        self.assemble(self.choosing.widget, self.question, self.results)

    def lead(self) -> str:
        """See :class:`Page`."""
        return _("The monthly review: what happened, how long it took, what is left, and how sure that is.")

    def draw(self) -> None:
        """See :class:`Page`."""
        super().draw()
        self.choosing.draw()
        self.template.draw()
        self.packing.draw()
        if self.looking is not None:
            self.measure()  # the names of channels change with the language

    def shown(self, case_no: str) -> None:
        """See :class:`Page`; the first time, show the office's own cases at once."""
        super().shown("")
        if self.looking is None and self.choosing.form.values["own"] and not self.choosing.form.touched:
            self.measure()

    def begin(self, asked: Parameters) -> Any:
        """See :class:`Page`; the notebook keeps the figures as a page without widgets as well."""
        self.working.apart = self.beside.apart = False
        try:
            self.choosing.fill(asked.sources, asked.as_of)
            if asked.period:
                self.chose_period = True
                self.wanted = None if asked.period == "all" else parse_span(asked.period)
            self.measure()
        finally:
            self.working.apart = self.beside.apart = True
        if self.measured is None:  # a question that nobody is there to answer
            raise CaseworkError(
                self.message.text, remedy=_("Answer it once in the dashboard, or name another file.")
            )
        if asked.period and self.measured.period != self.wanted:
            raise NotFound(_("There are no cases in this period."), where=asked.period)
        return Kept(self.widget, self.measured, self.board)

    # ------------------------------------------------------------------ reading the data

    def measure_new(self, failed: Callable[[], None]) -> None:
        """Files arrived: the answer for others says nothing about them."""
        self.day_first = None
        self.measure(failed)

    def settle(self, answer: str) -> None:
        """Take the answer to whether the day or the month stands first, and measure."""
        self.day_first = answer in ("dmy", "day", "day_first")
        self.measure()

    def measure(self, failed: Callable[[], None] = lambda: None) -> None:
        """Read what is chosen and show it."""
        chosen = self.choosing.chosen()
        lang, self.files = language(), [source for source in chosen.sources if source != WORKSPACE]

        def task(progress: Progress) -> Looking | Unsettled:
            return self.look(chosen, lang, progress)

        self.work(_("The data are being read and measured …"), task, self.looked, failed)

    def look(self, chosen: Chosen, lang: str, progress: Progress) -> Looking | Unsettled:
        """Read the sources; a question that only a person can answer comes back as such."""
        from casework.exchange.read import Unsettled

        try:
            data = self.desk.measured(
                chosen.sources, as_of=chosen.as_of, day_first=self.day_first, progress=progress
            )
        except Unsettled as question:
            return question
        return Looking(data, lang)

    def looked(self, found: Looking | Unsettled) -> None:
        """Show what was read, or ask."""
        self.question.layout.display = "none"
        if not isinstance(found, Looking):
            self.ask(found)
            return
        filters = self.filters.filters
        if self.looking is not None:
            filters = renamed(filters, self.desk.workspace.rules, self.looking.lang, found.lang)
            self.beside.drop()
            self.looking.close()
        self.looking = found
        self.draw_data(found)
        self.figure(self._period_of(found), filters)

    def _period_of(self, looking: Looking) -> Span | None:
        """The period that the person chose where the data have it, else the last month that is over."""
        months = looking.whole.months
        if self.chose_period and (self.wanted is None or set(self.wanted.names()) & set(months)):
            return self.wanted
        return usual(months, looking.whole.as_of)

    def ask(self, unsettled: Unsettled) -> None:
        """Offer the answers to a question about the data as buttons."""
        question = unsettled.question
        note = _("The file {file} can be read in two ways.").format(file=unsettled.where)
        actions = [Action(value, words) for value, words in question.options]
        self.question.show([Section(question.text, (), note)], actions)
        self.question.layout.display = ""
        self.results.layout.display = "none"
        self.message.show("info", question.text)

    def draw_data(self, looking: Looking) -> None:
        """Tell what the data are, before any figure."""
        sources = looking.whole.sources
        show_sources(self.understood, sources)
        show_choices(self.chosen, sources)
        show_problems(self.problems, sources)
        self.behind.sources = sources
        self.behind.hide()
        self.quality.show(looking.whole.review.quality, looking.coverage, fresh=True)
        self.unfold(self.quality.unfolded)

    def unfold(self, is_open: bool) -> None:
        """Show how the data were understood, or put it away."""
        empty = {self.problems: not self.problems.total, self.chosen: not self.chosen.total}
        for table in (self.understood, self.chosen, self.problems):
            table.layout.display = "" if is_open and not empty.get(table, False) else "none"

    # ------------------------------------------------------------------ looking at them

    def change_period(self, period: Span | None) -> None:
        """Another period was chosen."""
        self.chose_period, self.wanted = True, period
        self.figure(period, self.filters.filters)

    def change_filters(self, filters: Filters) -> None:
        """Other filters were chosen: they show at once, their figures follow."""
        if self.looking is not None:
            self.filters.show(self.looking.dimensions, filters)
            self.figure(self.period.span, filters)

    def figure(self, period: Span | None, filters: Filters) -> None:
        """Measure a period under filters and show it, the charts in view first."""
        looking = self.looking
        if looking is None:
            return
        self.period.offer(looking.whole.months, period)
        self.filters.show(looking.dimensions, filters)

        unseen = (
            not self.beside.apart or running_loop() is not None
        )  # whoever waits for the page waits for what is in view only

        def steps() -> Iterator[Act]:
            from casework.charts import all_charts

            report = looking.report(period, filters)
            drawn, laid_out = all_charts(report), sections(report)
            yield lambda: self.figured(report, drawn, laid_out)
            yield from self.board.pictures(drawn, unseen=unseen)

        self.beside.run(steps)

    def figured(self, report: Report, drawn: Sequence[Drawn], laid_out: Sequence[Part]) -> None:
        """Show the figures of a report; its pictures follow."""
        self.measured = report
        self.notes = self.desk.review_notes(self.notes_key())
        self.headlines.show(report.review)
        self.board.show(drawn, laid_out, report, self.notes["comments"])
        self.rebasing.show(report.review.controls, report.review.rebases)
        missing = [*([] if report.has_closing else [no_closing()]), *self.board.homeless]
        self.reason.show(_("Not shown") if missing else "", missing)
        self.packing.show(report)
        self.results.layout.display = ""
        self.say(report)

    def say(self, report: Report) -> None:
        """Tell in one line what is in view, for those who do not see it change."""
        period = words.period(report.period) if report.period else _("all months")
        told = _("{period}: {count} cases received").format(period=period, count=f"{report.received:,}")
        narrowed = words.filtered(report.review.filters)
        self.message.show("info", f"{told} ({narrowed})" if narrowed else told)

    def notes_key(self) -> str:
        """Under which name the comments of the period in view are kept."""
        return (self.measured.month if self.measured else None) or "all"

    # ------------------------------------------------------------------ what a person does with it

    def wish(self, name: str, wish: dict[str, Any]) -> None:
        """A chart or a table was used."""
        if "filter" in wish:
            self.filters.only(*filter_of(str(wish["filter"])))
        elif "cases" in wish:
            link = link_of(str(wish["cases"]))
            place = link.place(self.filters.filters, self.period.span)
            self.behind.show(place, link.words(place.period))
        elif "comment" in wish:
            self.comment(name, self.board.charts[name].comment)
        elif "svg" in wish:
            self.board.charts[name].give_svg(self.board.vector(name))
        elif "told" in wish:
            self.told(str(wish["told"]), str(wish.get("name", "")))

    def told(self, what: str, name: str) -> None:
        """Say what the browser did with a picture."""
        if what == "refused":
            self.message.show(
                "error", _("The browser does not allow copying here. Save the picture instead.")
            )
        elif what == "copied":
            self.message.show("done", _("The picture was copied."))
        else:
            self.message.show("done", _("{name} was downloaded.").format(name=name))

    def comment(self, name: str, text: str) -> None:
        """Keep the supervisor's comment on a chart; it goes into the pack of this period."""
        comments = {**self.notes["comments"], name: text.strip()}
        self.notes = {**self.notes, "comments": {key: said for key, said in comments.items() if said}}
        self.desk.save_review_notes(self.notes_key(), self.notes)
        self.message.show("done", _("The comment is kept for {period}.").format(period=self.notes_key()))

    def keep_editorial(self, editorial: dict[str, Any]) -> None:
        """Keep what the supervisor chose and wrote for the published report of this period."""
        self.notes = {**self.notes, "editorial": editorial}
        self.desk.save_review_notes(self.notes_key(), self.notes)

    def decide(self, name: str, month: str, why: str | None) -> None:
        """Record new limits of a control chart, or take them back, and draw it again."""
        at = dt.datetime.now().replace(microsecond=0)
        rebases = (
            self.desk.drop_rebase(name, month) if why is None else self.desk.rebase(name, month, why, at=at)
        )
        if self.looking is not None:
            self.looking.rebase(rebases)
            self.figure(self.period.span, self.filters.filters)

    def list_values(self, dimension: str, typed: str) -> tuple[list[tuple[str | None, int]], int]:
        """The values of a dimension in the period in view, whatever it is narrowed to otherwise."""
        if self.looking is None:
            return [], 0
        return self.looking.values(dimension, Place(self.filters.filters, self.period.span), typed)

    def list_cases(self, place: Place, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
        """One page of the cases behind a figure."""
        return self.looking.behind(place, offset, limit) if self.looking else ([], 0)

    def open_case(self, case_no: str) -> None:
        """Go to a case in its own panel."""
        self.header.go("cases", case_no)

    def tell(self, text: str) -> None:
        """Say something in the page's line."""
        self.message.show("info", text)


def no_closing() -> str:
    """Why there are fewer charts than usual."""
    return _("There are no closing dates in these data, so no time to resolution can be measured.")
