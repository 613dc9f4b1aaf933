"""What an import would do: how many rows of each verdict, the rows, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.i18n import _, mark
from casework.ui.download import Produced
from casework.ui.facts import Fact, Facts, Notes
from casework.ui.form import Field, Form, Option, Section
from casework.ui.held import Held
from casework.ui.likely import Likely
from casework.ui.long_download import XLSX, LongDownload
from casework.ui.problems import show_problems
from casework.ui.table import Column, DataTable, Query, Row, Rows

if TYPE_CHECKING:
    from casework.desk import Desk
    from casework.progress import Progress
    from casework.ui.page import Page

VERDICTS = {
    "new": (mark("New cases"), mark("will be added")),
    "update": (mark("Changed cases"), mark("will be brought up to date")),
    "unchanged": (mark("Unchanged"), mark("already here, the same")),
    "duplicate": (mark("Number taken"), mark("by a case of another origin; left out")),
    "invalid": (mark("Cannot be imported"), mark("see the reason; left out")),
}

ROW_VERDICTS = {
    "new": mark("new"),
    "update": mark("update"),
    "unchanged": mark("unchanged"),
    "duplicate": mark("number taken"),
    "invalid": mark("cannot be imported"),
}


class Preview:
    """The preview of one staged table."""

    def __init__(self, page: Page) -> None:
        self._desk: Desk = page.desk
        self._held: Held | None = None
        adopt: Callable[[Any], Any] = page.adopt
        self.head: Notes = adopt(Notes())
        self.facts: Facts = adopt(Facts())
        self.filter: Form = adopt(Form(on_change=lambda _path, _values: self.turn(), values={"verdict": ""}))
        self.rows: DataTable = adopt(DataTable(self._page, page_size=10))
        self.problems: DataTable = adopt(DataTable(page_size=10))
        self.likely = Likely(page)
        self.workbook: LongDownload = adopt(LongDownload(page, self._mendable))
        parts = [
            self.head,
            self.facts,
            self.filter,
            self.rows,
            self.problems,
            self.workbook,
            self.likely.widget,
        ]
        self.widget = VBox(parts)
        self.widget.add_class("cw-panel")

    def show(self, held: Held, step: int, *, again: bool = False) -> int:
        """Show what importing a table would do, if that can be said yet; return the number of the next step."""
        self._held = held
        self.widget.layout.display = "" if held.staged else "none"
        if held.staged is None:
            return step
        title = _("{step}. What the import would do").format(step=step)
        self.head.show(title, [_("Nothing has been changed so far.")], "case")
        counts = held.staged.counts
        self.facts.show(
            [Fact(_(name), f"{counts[key]:,}", _(note)) for key, (name, note) in VERDICTS.items()]
        )
        named = (
            (key, f"{_(name)} ({counts[key]:,})") for key, (name, _note) in VERDICTS.items() if counts[key]
        )
        options = (Option("", _("All rows")), *(Option(key, name) for key, name in named))
        if not again or not counts.get(self.filter.values["verdict"]):
            self.filter.fill({"verdict": ""})
        self.filter.show([Section("", (Field("verdict", _("Rows to show"), "choice", options=options),))])
        self.rows.offset = self.rows.offset if again else 0
        self.rows.show(_columns(), _("Rows of the file"), _("There are no such rows."))
        source = held.understood.export.source
        show_problems(self.problems, [source])
        self.workbook.label = _("Download the rows with problems, to be mended in Excel")
        wrong = bool(source.problem_count or counts["invalid"] or counts["duplicate"])
        self.workbook.layout.display = "" if wrong else "none"
        self.likely.show(held.staged)
        return step + 1

    def turn(self) -> None:
        """Show the rows of the verdict that was chosen, from the first on."""
        self.rows.offset = 0
        self.rows.reload()

    def _page(self, query: Query) -> Rows:
        if self._held is None or self._held.staged is None:
            return Rows((), 0)
        staged, verdict = self._held.staged, str(self.filter.values.get("verdict", ""))
        total = staged.counts[verdict] if verdict in staged.counts else sum(staged.counts.values())
        lines = staged.page(verdict if verdict in staged.counts else None, query.offset, query.limit)
        return Rows(
            [
                Row(
                    str(line.row),
                    (
                        str(line.row),
                        _(ROW_VERDICTS[line.verdict]),
                        *(line.case_no, line.received, line.respondent, line.reason),
                    ),
                )
                for line in lines
            ],
            total,
        )

    def _mendable(self, _progress: Progress) -> Produced | None:
        if self._held is None or self._held.staged is None:
            return None
        name, content = self._desk.imports.problem_workbook(self._held.understood, self._held.staged)
        return Produced(name, content, XLSX)


def _columns() -> list[Column]:
    return [
        Column("0", _("Row"), align="right"),
        Column("1", _("Verdict"), align="fixed"),
        Column("2", _("Case number"), align="fixed"),
        Column("3", _("Received"), align="fixed"),
        Column("4", _("Respondent")),
        Column("5", _("Reason")),
    ]
