"""Choosing the case to work on: a search and a list that folds away once the choice is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.i18n import _
from casework.model import Case
from casework.ui.case_list import case_columns, case_rows
from casework.ui.facts import Notes
from casework.ui.form import Action, Form
from casework.ui.table import DataTable

if TYPE_CHECKING:
    from casework.desk import Desk


class CasePicker:
    """``on_case(case)`` is called with the case that was chosen."""

    def __init__(self, desk: Desk, adopt: Callable[[Any], Any], on_case: Callable[[Case], None]) -> None:
        self._desk, self._on_case = desk, on_case
        self.case: Case | None = None
        self.chosen: Notes = adopt(Notes())
        self.change: Form = adopt(Form(lambda _action, _values: self.unfold()))
        source = lambda query: case_rows(desk, query)  # noqa: E731
        self.table: DataTable = adopt(DataTable(source, page_size=5, searchable=True, on_select=self.choose))
        self.change.add_class("cw-corner")
        self._folded = VBox([self.chosen, self.change])
        self.widget = VBox([self._folded, self.table])
        self.widget.add_class("cw-panel")
        self.unfold()

    def draw(self) -> None:
        """Write the words in the language in force."""
        self.table.show(case_columns(), _("Choose a case"), _("No case found."), _("Search"))
        self.change.show((), [Action("change", _("Choose another case"))])
        self._draw_chosen()

    def _draw_chosen(self) -> None:
        if self.case is None:
            return
        words = _("Case {case_no}: {complainant} against {company}")
        title = words.format(
            case_no=self.case.case_no,
            complainant=self.case.complainant.name or "—",
            company=self.case.respondent.company or "—",
        )
        self.chosen.show(title, [self.case.summary] if self.case.summary else [], "case")

    def choose(self, case_no: str) -> None:
        """Open a case and fold the list away."""
        case = self._desk.case(case_no)
        self.take(case)
        self._on_case(case)

    def take(self, case: Case) -> None:
        """Show ``case`` as the chosen one."""
        self.case = case
        self.table.selected = case.case_no
        self._draw_chosen()
        self._folded.layout.display, self.table.layout.display = "", "none"

    def unfold(self) -> None:
        """Show the list again."""
        self._folded.layout.display = "none" if self.case is None else ""
        self.table.layout.display = ""

    def refresh(self) -> None:
        """Read the list again."""
        self.table.reload()
