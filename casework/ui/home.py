"""The first panel: what is here, and the way to each part of the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipywidgets import VBox

from casework import __version__
from casework.i18n import _, mark
from casework.ui.case_list import case_columns, case_rows
from casework.ui.facts import Fact, Facts, Notes
from casework.ui.header import TITLES
from casework.ui.page import Page
from casework.ui.table import DataTable, Query, Rows

if TYPE_CHECKING:
    from casework.desk import Desk

WAYS = {
    "cases": mark("Enter a complaint, keep its chronology, remedies and filings."),
    "evidence": mark("Attach files, describe them as exhibits, check that none has changed."),
    "letters": mark("Write the letter that the channel wants, every fact tied to its exhibit."),
    "dashboard": mark("Review the month: volume, resolution time, what is still open."),
    "data": mark("Take in the exports of other systems; take records out as workbooks."),
}


class HomePage(Page):
    """Counts and ways on."""

    name = "home"

    def __init__(self, desk: Desk, lang: str) -> None:
        super().__init__(desk, lang)
        self.ways = self.adopt(Facts())
        self.counts = self.adopt(Facts())
        self.place = self.adopt(Notes())
        self.table = self.adopt(DataTable(self.open_cases, page_size=5, on_select=self.open))
        self.listing = VBox([self.table])
        self.listing.add_class("cw-panel")
        self.warning = self.adopt(Notes())
        self.assemble(self.warning, self.ways, self.counts, self.listing, self.place)

    def lead(self) -> str:
        """See :class:`Page`."""
        return _("From a consumer's call to the letter, and from a month's cases to the report.")

    def draw(self) -> None:
        """See :class:`Page`."""
        super().draw()
        ways = [Fact(_(TITLES[name]), note=_(text), path=f"{name}.ipynb") for name, text in WAYS.items()]
        self.ways.show(ways)
        self.table.show(case_columns(), _("Open cases, newest first"), _("No case found."))
        self.refresh()

    def open_cases(self, query: Query) -> Rows:
        """One page of the cases that still need work."""
        return case_rows(self.desk, query, status="open")

    def open(self, case_no: str) -> None:
        """Go to a case in its own panel."""
        self.header.go("cases", case_no)

    def refresh(self) -> None:
        """See :class:`Page`."""
        total, still_open = self.desk.count(), self.desk.count(status="open")
        counts = [
            Fact(_("Cases"), f"{total:,}"),
            Fact(_("Open"), f"{still_open:,}"),
            Fact(_("Closed"), f"{total - still_open:,}"),
        ]
        warnings = self.desk.workspace.warnings
        self.warning.show(_("Please note") if warnings else "", warnings, "missing")
        self.listing.layout.display = "" if still_open else "none"
        self.table.reload()
        self.counts.show(counts, title=_("In this workspace"))
        lines = [
            _("Workspace: {location}").format(location=self.desk.workspace.location),
            _("Signed in the log as: {actor}").format(actor=self.desk.actor),
            _("casework {version}. Everything stays on this computer; nothing is sent anywhere.").format(
                version=__version__
            ),
        ]
        if not total:
            lines.insert(0, _("There are no cases yet. Enter the first one under Cases."))
        self.place.show("", lines)
