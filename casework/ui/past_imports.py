"""Imports that were made, and taking one back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.i18n import _
from casework.ui.facts import Notes
from casework.ui.form import Action, Form
from casework.ui.problems import short
from casework.ui.table import Column, DataTable, fixed

if TYPE_CHECKING:
    from casework.progress import Progress
    from casework.sources import ImportRun
    from casework.store import Undone
    from casework.ui.page import Page


class PastImports:
    """The runs; the one that is chosen can be undone. ``on_undone(run)`` is called afterwards."""

    def __init__(self, page: Page, on_undone: Callable[[str], None]) -> None:
        self._page, self._on_undone = page, on_undone
        self.run: ImportRun | None = None
        adopt: Callable[[Any], Any] = page.adopt
        self.head: Notes = adopt(Notes())
        self.table: DataTable = adopt(DataTable(page_size=5, on_select=self.choose))
        self.asking: Notes = adopt(Notes())
        self.form: Form = adopt(Form(lambda action, _values: self.act(action)))
        self.widget = VBox([self.head, self.table, self.asking, self.form])
        self.widget.add_class("cw-panel")

    def draw(self) -> None:
        """Read the runs again and write everything in the language in force."""
        self.head.show(_("Past imports"), [_("Choose one to take it back.")], "case")
        runs = self._page.desk.imports.runs()
        columns = [
            *(Column("0", _("Import")), Column("1", _("Source")), Column("2", _("File"))),
            *(Column("3", _("When"), align="fixed"), Column("4", _("Who"))),
            *(Column("5", _("New"), align="right"), Column("6", _("Changed"), align="right")),
            Column("7", _("Undone"), align="fixed"),
        ]
        self.table.feed(fixed([_row(run) for run in runs]))
        self.table.show(columns, _("Imports, newest first"), _("Nothing has been imported yet."))
        known = {run.run: run for run in runs}
        self.run = known.get(self.run.run) if self.run else None
        self._offer()

    def choose(self, name: str) -> None:
        """Offer to take a run back."""
        self.run = next((run for run in self._page.desk.imports.runs() if run.run == name), None)
        self._offer()

    def _offer(self) -> None:
        self.asking.show("")
        if self.run is None or self.run.undone_at is not None:
            self.form.show(())
            self.asking.show("", [_("This import was taken back.")]) if self.run else None
            return
        self.form.show((), [Action("ask", _("Undo import {run} …").format(run=self.run.run))])

    def act(self, action: str) -> None:
        """Ask once more, then undo."""
        if self.run is None:
            return
        if action == "ask":
            self.ask(self.run)
        elif action == "undo":
            self.undo(self.run.run)
        else:
            self._offer()

    def ask(self, run: ImportRun) -> None:
        """Say what undoing does, and offer both ways on."""
        title = _("Take import {run} of “{file}” back?").format(run=run.run, file=short(run.file))
        told = _("{new} cases will be removed, and {updated} will be put back exactly as they were.")
        self.asking.show(title, [told.format(new=f"{run.new:,}", updated=f"{run.updated:,}")], "missing")
        self.form.show((), [Action("undo", _("Yes, take it back")), Action("keep", _("No, keep it"))])

    def undo(self, name: str) -> None:
        """Take a run back; where later edits stand in the way, the page lists them."""

        def task(progress: Progress) -> Undone:
            return self._page.desk.imports.undo(name, progress=progress)

        self._page.work(_("The import is being taken back …"), task, self._undone, self._offer)

    def _undone(self, undone: Undone) -> None:
        self.run, self.table.selected = None, ""
        self.draw()
        self._on_undone(undone.run)
        text = _("Import {run} is undone: {removed} cases removed, {restored} put back as they were.")
        told = text.format(run=undone.run, removed=f"{undone.removed:,}", restored=f"{undone.restored:,}")
        self._page.message.show("done", told)


def _row(run: ImportRun) -> tuple[object, ...]:
    undone = f"{run.undone_at:%Y-%m-%d %H:%M}" if run.undone_at else ""
    return (
        *(run.run, run.source, short(run.file), f"{run.at:%Y-%m-%d %H:%M}", run.who),
        *(f"{run.new:,}", f"{run.updated:,}", undone),
    )
