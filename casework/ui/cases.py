"""The panel for entering cases and changing them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.errors import EditConflict, Incomplete
from casework.i18n import _
from casework.model import Case, Finding
from casework.ui.case_fields import FIELD_OF, case_values, read_case
from casework.ui.case_form import case_sections
from casework.ui.case_list import case_columns, case_rows
from casework.ui.conflict import Conflict
from casework.ui.form import Action, Form
from casework.ui.page import Page
from casework.ui.table import DataTable

if TYPE_CHECKING:
    from casework.desk import Desk


class CasesPage(Page):
    """The list of cases, and the form of the one that is open or being entered."""

    name = "cases"

    def __init__(self, desk: Desk, lang: str) -> None:
        super().__init__(desk, lang)
        self.base: Case | None = None
        self.table = self.adopt(
            DataTable(lambda query: case_rows(desk, query), page_size=6, searchable=True, on_select=self.open)
        )
        self.start = self.adopt(Form(self.act))
        self.form = self.adopt(Form(self.act))
        self.form.add_class("cw-keep")
        self.conflict = Conflict(self.adopt, self.keep_mine, self.take_theirs)
        self.card = VBox([self.start, self.table])
        self.start.add_class("cw-corner")
        self.card.add_class("cw-panel")
        self.assemble(self.card, self.conflict.widget, self.form)
        self.guarded(self.new)

    def lead(self) -> str:
        """See :class:`Page`."""
        return _("Enter a case while you speak with the consumer; look one up and bring it up to date.")

    def draw(self) -> None:
        """See :class:`Page`."""
        super().draw()
        self.start.show((), [Action("new", _("New case"))])
        self.table.show(case_columns(), _("Cases, newest first"), _("No case found."), _("Search"))
        self.conflict.draw()
        self.draw_form()

    def draw_form(self) -> None:
        """Write the form of the case that is open."""
        used = [filing.channel for filing in self.base.filings] if self.base else []
        self.form.show(
            case_sections(self.desk.workspace.rules, used), [Action("save", self.save_label(), primary=True)]
        )

    def save_label(self) -> str:
        """The button's words say whether a case is entered or changed."""
        if self.base is None:
            return _("Enter the case")
        return _("Save case {case_no}").format(case_no=self.base.case_no)

    def refresh(self) -> None:
        """See :class:`Page`."""
        self.table.reload()
        if self.base is not None:
            self.follow(self.base)

    def follow(self, base: Case) -> None:
        """Take over what was saved elsewhere, such as new exhibits, unless it touches what is being typed here."""
        stored = self.desk.workspace.store.case(base.case_no)
        if stored.version == base.version:
            return
        if not self.form.touched:
            self.show_case(stored, stored)
        elif case_values(stored) == case_values(base):
            self.base = stored

    def take_case(self, case_no: str) -> None:
        """See :class:`Page`."""
        if not self.form.touched:
            self.open(case_no)

    def act(self, action: str, values: dict[str, Any]) -> None:
        """One of the page's buttons was pressed."""
        if action == "new":
            self.new()
        else:
            self.save(values)

    def new(self) -> None:
        """Show an empty form with the next number."""
        now = dt.datetime.now().replace(second=0, microsecond=0)
        blank = Case(case_no=self.desk.next_case_no(now.date()), received_at=now, handler=self.desk.actor)
        self.show_case(None, blank)
        self.table.selected = ""
        self.message.clear()

    def open(self, case_no: str) -> None:
        """Show a case that is there."""
        case = self.desk.case(case_no)
        self.show_case(case, case)
        self.message.show("info", _("Case {case_no} is open.").format(case_no=case_no))

    def show_case(self, base: Case | None, shown: Case) -> None:
        """Fill the form with ``shown``; ``base`` is what a save will change (None: a new case)."""
        self.base = base
        self.conflict.clear()
        self.form.fill(case_values(shown))
        self.draw_form()
        if base is not None:
            self.table.selected = self.header.case_no = base.case_no

    def save(self, values: dict[str, Any]) -> None:
        """Enter the new case or save the changed one; errors stand beside their fields."""
        case, errors = read_case(values, self.base)
        if case is None:
            self.form.errors = errors
            self.message.show("error", _("The case is not saved yet: please correct the marked fields."))
            return
        try:
            saved = self.desk.new_case(case) if self.base is None else self.desk.save_case(case)
        except Incomplete as error:
            self.form.errors = _by_field(error)
            raise
        except EditConflict as error:
            self.conflict.show(case, error.theirs)
            raise
        self.saved(saved)

    def saved(self, case: Case) -> None:
        """Show what was saved and say what comes next."""
        self.show_case(case, case)
        self.table.reload()
        words = _("Case {case_no} is saved. Next: attach its evidence, then write the letter.")
        self.message.show("done", words.format(case_no=case.case_no))

    def keep_mine(self, mine: Case, theirs: Case) -> None:
        """Save my version over the one that was saved first: a decision of the person, not of the program."""
        self.base = theirs
        case, _errors = read_case(case_values(mine), theirs)
        if case is not None:
            self.saved(self.desk.save_case(case))

    def take_theirs(self, _mine: Case, theirs: Case) -> None:
        """Drop my changes and go on from the saved version."""
        self.show_case(theirs, theirs)
        self.message.show("info", _("This is the saved version."))


def _by_field(error: Incomplete) -> dict[str, str]:
    """Return what to say beside each field that a finding names."""
    findings = [finding for finding in error.findings if isinstance(finding, Finding) and finding.field]
    return {
        FIELD_OF.get(finding.field, finding.field): f"{finding.problem} {finding.remedy}".strip()
        for finding in findings
    }
