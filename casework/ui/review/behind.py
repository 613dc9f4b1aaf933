"""The cases behind a figure: a table of them, and the way to the office's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.analytics.behind import Place
from casework.i18n import _
from casework.tables import words
from casework.ui.form import Action, Form
from casework.ui.table import Column, DataTable, Query, Row, Rows

if TYPE_CHECKING:
    from casework.model import ExportSource

#: What answers which cases a figure counts: rows from an offset, at most so many, and how many there are in all.
Cases = Callable[[Place, int, int], tuple[list[dict[str, Any]], int]]


class CasesBehind:
    """A panel that stays away until a figure is asked for its cases.

    ``open_case(case_no)`` goes to one of the office's own; ``tell(text)`` says where another one stands.
    """

    def __init__(
        self,
        adopt: Callable[[Any], Any],
        cases: Cases,
        open_case: Callable[[str], None],
        tell: Callable[[str], None],
    ) -> None:
        self._cases, self._open_case, self._tell = cases, open_case, tell
        self._place: Place | None = None
        self._asked = 0
        self._heading = ""
        self._found: dict[str, dict[str, Any]] = {}
        self.sources: tuple[ExportSource, ...] = ()
        self.table: DataTable = adopt(DataTable(self._rows, page_size=15, on_select=self.choose))
        self.close: Form = adopt(Form(lambda _action, _values: self.hide()))
        self.close.add_class("cw-corner")
        self.widget = VBox([self.close, self.table])
        self.widget.add_class("cw-panel")
        self.widget.add_class("cw-cases-behind")
        self.widget.layout.display = "none"

    def show(self, place: Place, heading: str) -> None:
        """List the cases of a place and bring the list into view."""
        self._place, self._heading = place, heading
        self.table.offset = 0
        self.draw()
        self.widget.layout.display = ""
        self._asked += 1
        self.table.taken = self._asked

    def hide(self) -> None:
        """Put the list away."""
        self._place = None
        self.widget.layout.display = "none"
        self.table.taken = 0

    def draw(self) -> None:
        """Write the list in the language in force."""
        if self._place is None:
            return
        self.close.show((), [Action("close", _("Close the list"))])
        columns = [
            Column("case_no", _("Case number")),
            Column("received", _("Received on"), align="fixed"),
            Column("closed", _("Closed on"), align="fixed"),
            *(Column(name, words.dimension(name)) for name in ("channel", "conduct", "respondent", "status")),
            Column("source", _("Source")),
        ]
        self.table.show(columns, self._heading, _("No case found."))

    def choose(self, key: str) -> None:
        """Open a case of the office, or say where the case of an export stands."""
        case = self._found.get(key)
        if case is None:
            return
        if self._is_own(case):
            self._open_case(str(case["case_no"]))
            return
        self._tell(
            _("Case {case_no} is in row {row} of {file}.").format(
                case_no=case["case_no"] or "–", row=case["row"], file=self._source(case)
            )
        )

    def _rows(self, query: Query) -> Rows:
        if self._place is None:
            return Rows([], 0)
        found, total = self._cases(self._place, query.offset, query.limit)
        self._found = {f"{case['source']}:{case['row']}": case for case in found}
        return Rows([Row(key, self._cells(case)) for key, case in self._found.items()], total)

    def _cells(self, case: dict[str, Any]) -> tuple[str, ...]:
        days = [f"{case[name]:%Y-%m-%d}" if case[name] else "–" for name in ("received", "closed")]
        said = [case[name] or "–" for name in ("channel", "conduct", "respondent", "status")]
        return (case["case_no"] or "–", *days, *said, self._source(case))

    def _is_own(self, case: dict[str, Any]) -> bool:
        at = case["source"]
        return at < len(self.sources) and self.sources[at].header_row is None and bool(case["case_no"])

    def _source(self, case: dict[str, Any]) -> str:
        if self._is_own(case):
            return _("The office's own cases")
        at = case["source"]
        return self.sources[at].file.replace("\\", "/").rsplit("/", 1)[-1] if at < len(self.sources) else ""
