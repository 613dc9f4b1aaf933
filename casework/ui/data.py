"""The panel for exports: how a file is understood, what is wrong in it, and taking its cases in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.errors import CaseworkError
from casework.i18n import _
from casework.ui.export_files import ExportFiles
from casework.ui.facts import Fact, Facts, Notes
from casework.ui.form import Action, Form, Section
from casework.ui.page import Page
from casework.ui.problems import show_problems, show_sources
from casework.ui.table import DataTable

if TYPE_CHECKING:
    from casework.desk import Desk, ImportResult


class DataPage(Page):
    """Look first, then import: the same file, the same reading."""

    name = "data"

    def __init__(self, desk: Desk, lang: str) -> None:
        super().__init__(desk, lang)
        self.path: Path | str | None = None
        self.result: ImportResult | None = None
        self.files = ExportFiles(self.adopt, self.look_at_new)
        self.form = self.adopt(Form(self.act, values={"files": [], "paths": ""}))
        self.facts = self.adopt(Facts())
        self.understood = self.adopt(DataTable(page_size=5))
        self.problems = self.adopt(DataTable(page_size=15))
        self.note = self.adopt(Notes())
        self.importing = self.adopt(Form(lambda _action, _values: self.take_in()))
        self.choosing = VBox([self.files.upload, self.form])
        self.results = VBox([self.facts, self.understood, self.problems, self.note, self.importing])
        for part in (self.choosing, self.results):
            part.add_class("cw-panel")
        self.results.layout.display = "none"
        self.assemble(self.choosing, self.results)

    def lead(self) -> str:
        """See :class:`Page`."""
        return _("See how an export of another system is understood before its cases are taken in.")

    def draw(self) -> None:
        """See :class:`Page`."""
        super().draw()
        self.files.draw()
        self.form.show([Section("", (self.files.path_field(),))], [Action("show", _("Look at the file"))])
        if self.result is not None:
            self.draw_result(self.result)

    def act(self, _action: str, values: dict[str, Any]) -> None:
        """Look at the file whose path was typed."""
        chosen = self.files.chosen(values | {"files": []})
        if len(chosen) != 1:
            raise CaseworkError(_("Name one file."), remedy=_("Type its path, or upload it."))
        self.look(chosen[0])

    def look_at_new(self, names: list[str]) -> None:
        """Look at the last file that was uploaded."""
        self.look(self.files.paths[names[-1]])

    def look(self, path: Path | str) -> None:
        """Read a file without taking anything in."""
        self.path = self.result = None  # a file that is refused must not leave another one's button behind
        self.results.layout.display = "none"
        with self.busy(_("The file is being read …")):
            self.path, self.result = path, self.desk.import_export(path, dry_run=True)
            self.draw_result(self.result)

    def draw_result(self, result: ImportResult) -> None:
        """Show what an import did or would do."""
        self.facts.show(
            [
                Fact(_("Rows"), f"{result.source.rows:,}"),
                Fact(_("New cases"), f"{result.new:,}"),
                Fact(_("Already here"), f"{result.known:,}", _("left as they are")),
                Fact(_("Without a received date"), f"{result.skipped:,}", _("left out")),
            ]
        )
        show_sources(self.understood, [result.source])
        show_problems(self.problems, [result.source])
        label = _("Take {count} cases into the workspace").format(count=f"{result.new:,}")
        waiting = result.dry_run and result.new > 0
        self.importing.show(
            (), [Action("import", label, primary=True, disabled=not waiting)] if waiting else ()
        )
        self.note.show("" if waiting or not result.dry_run else _("There is nothing new to take in."))
        self.results.layout.display = ""

    def take_in(self) -> None:
        """Import the file: all of its new cases, or none."""
        if self.path is None:
            return
        with self.busy(_("The cases are being taken in …")):
            self.result = self.desk.import_export(self.path)
            self.draw_result(self.result)
        words = _("{count} cases were taken in as import {run}.")
        self.message.show("done", words.format(count=f"{self.result.new:,}", run=self.result.run))
