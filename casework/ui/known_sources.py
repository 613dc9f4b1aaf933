"""The sources that are remembered, and forgetting one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.i18n import _
from casework.ui.facts import Notes
from casework.ui.form import Action, Form
from casework.ui.table import Column, DataTable, fixed
from casework.words import ROLES, word

if TYPE_CHECKING:
    from casework.sources import Mapping
    from casework.ui.page import Page


class KnownSources:
    """How each source is read; the one that is chosen can be forgotten."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.chosen = ""
        adopt: Callable[[Any], Any] = page.adopt
        self.head: Notes = adopt(Notes())
        self.table: DataTable = adopt(DataTable(page_size=5, on_select=self.choose))
        self.asking: Notes = adopt(Notes())
        self.form: Form = adopt(Form(lambda action, _values: self.act(action)))
        self.widget = VBox([self.head, self.table, self.asking, self.form])
        self.widget.add_class("cw-panel")

    def draw(self) -> None:
        """Read the sources again and write everything in the language in force."""
        sources = self._page.desk.imports.sources()
        self.widget.layout.display = "" if sources else "none"
        self.head.show(_("Remembered sources"), [_("Their next export is read as you confirmed it.")], "case")
        columns = [
            Column("0", _("Source")),
            Column("1", _("Columns")),
            Column("2", _("Words"), align="right"),
        ]
        self.table.feed(fixed([_row(mapping) for mapping in sources]))
        self.table.show(columns, _("Sources, the last used first"), _("No source is remembered yet."))
        if self.chosen not in {mapping.name for mapping in sources}:
            self.chosen = ""
        self._offer()

    def choose(self, name: str) -> None:
        """Offer to forget a source."""
        self.chosen = name
        self._offer()

    def _offer(self) -> None:
        self.asking.show("")
        label = _("Forget source {name} …").format(name=self.chosen)
        self.form.show((), [Action("ask", label)] if self.chosen else [])

    def act(self, action: str) -> None:
        """Ask once more, then forget."""
        if action == "ask":
            title = _("Forget how to read “{name}”?").format(name=self.chosen)
            self.asking.show(
                title, [_("Its cases stay. Its next export has to be explained again.")], "missing"
            )
            self.form.show((), [Action("forget", _("Yes, forget it")), Action("keep", _("No, keep it"))])
        elif action == "forget":
            self._page.desk.imports.forget(self.chosen)
            told = _("The source {name} is forgotten; its cases stay.").format(name=self.chosen)
            self.chosen, self.table.selected = "", ""
            self.draw()
            self._page.message.show("done", told)
        else:
            self._offer()


def _row(mapping: Mapping) -> tuple[object, ...]:
    columns = (f"{word(ROLES, role)} ← {header}" for role, header in mapping.columns if header)
    return mapping.name, _("; ").join(columns), f"{len(mapping.words):,}"
