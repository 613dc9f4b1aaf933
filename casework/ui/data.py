"""The panel for exports: choose files, see how they are understood, correct it, look at the preview, import, undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.errors import CaseworkError
from casework.i18n import _
from casework.sources import Mapping, Question
from casework.ui.explaining import Explaining
from casework.ui.export_files import ExportFiles
from casework.ui.facts import Notes
from casework.ui.form import Action, Form, Section
from casework.ui.held import Held, read_tables, remapped, renamed, spoken, staged
from casework.ui.known_sources import KnownSources
from casework.ui.page import Page
from casework.ui.past_imports import PastImports
from casework.ui.preview import Preview
from casework.ui.problems import short
from casework.ui.table import Column, DataTable, fixed
from casework.ui.taking_in import TakingIn
from casework.ui.taking_out import TakingOut
from casework.ui.understanding import Answers, Understanding

if TYPE_CHECKING:
    from casework.desk import Desk
    from casework.imports import Confirmed
    from casework.progress import Progress

Read = tuple[list[Held], list[CaseworkError]]


class DataPage(Page):
    """Nothing is changed before the import button, and one import can be taken back whole."""

    name = "data"

    def __init__(self, desk: Desk, lang: str) -> None:
        super().__init__(desk, lang)
        self.tables: list[Held] = []
        self.place = 0
        self.files = ExportFiles(self.adopt, self.look_at_new, folder=Path(desk.workspace.folder) / "inbox")
        self.choosing_head = self.adopt(Notes())
        self.form = self.adopt(Form(self.act, values={"files": [], "inbox": [], "paths": ""}))
        self.listing = self.adopt(DataTable(page_size=10, on_select=lambda key: self.choose(int(key) - 1)))
        answers = Answers(self.correct, self.settle, self.accept_all, self.rename)
        self.understanding = Understanding(self.adopt, answers)
        self.explaining = Explaining(self.adopt, desk.workspace.rules, self.read_by)
        self.preview = Preview(self)
        self.taking_in = TakingIn(self, self.imported, self.look_again)
        self.past = PastImports(self, self.undone)
        self.known = KnownSources(self)
        self.out = TakingOut(self)
        self.choosing = VBox([self.choosing_head, self.files.upload, self.form])
        self.several = VBox([self.listing])
        for part in (self.choosing, self.several):
            part.add_class("cw-panel")
        self.steps = (
            *(self.understanding.widget, self.explaining.widget, self.preview.widget, self.taking_in.widget),
        )
        self.assemble(
            *(self.choosing, self.several, *self.steps, self.past.widget, self.known.widget, self.out.widget)
        )

    def lead(self) -> str:
        """See :class:`Page`."""
        return _("Take in the exports of other systems, step by step, and take the office's own records out.")

    def draw(self) -> None:
        """See :class:`Page`."""
        super().draw()
        self.choosing_head.show(_("1. Choose the files"), (), "case")
        self.files.draw()
        self.draw_choice()
        self.past.draw()
        self.known.draw()
        self.out.draw()
        self.draw_table()

    def draw_choice(self) -> None:
        """Write the fields that name files which need no upload."""
        fields = (self.files.inbox_field(), self.files.path_field())
        section = Section("", tuple(field for field in fields if field is not None))
        self.form.show([section], [Action("show", _("Look at these files"))])

    def refresh(self) -> None:
        """See :class:`Page`."""
        self.draw_choice()
        self.past.draw()
        self.known.draw()

    def switch(self, lang: str) -> None:
        """See :class:`Page`; what the program said about the table is said again in the other language."""
        super().switch(lang)
        held = self.held
        if held is not None:
            self.guarded(lambda: self.rework(lambda progress: spoken(self.desk.imports, held, progress)))

    # ------------------------------------------------------------------ which files

    @property
    def held(self) -> Held | None:
        """The table in view."""
        return self.tables[self.place] if self.tables else None

    def act(self, _action: str, values: dict[str, Any]) -> None:
        """Look at the files that were ticked or whose paths were typed."""
        chosen = self.files.chosen(values | {"files": []})
        if not chosen:
            raise CaseworkError(
                _("No file is chosen."), remedy=_("Upload one, tick one of the inbox, or type its path.")
            )
        self.look(chosen)

    def look_at_new(self, names: list[str]) -> None:
        """Look at the files that were uploaded."""
        self.look([self.files.paths[name] for name in names])

    def look(self, sources: Sequence[Path | str]) -> None:
        """Understand files, each of which may hold several tables, and stage the first."""
        from casework.exchange.read import find_files

        paths = find_files(sources)
        self.tables, self.place = [], 0  # a file that is refused must not leave another one's button behind
        self.draw_table()

        def task(progress: Progress) -> Read:
            held, refused = read_tables(self.desk.imports, paths, progress)
            if held:
                held[0] = staged(self.desk.imports, held[0], progress)
            return held, refused

        self.work(_("The file is being read …"), task, self.took)

    def took(self, read: Read) -> None:
        """Show what was read, and say what could not be."""
        self.tables, refused = read
        self.draw_table()
        if len(refused) == 1:
            raise refused[0]
        if refused:
            told = _("{count} files could not be read.").format(count=len(refused))
            self.message.show("error", told, [str(error) for error in refused])

    def choose(self, place: int) -> None:
        """Show another table, compared anew with the cases that are there."""
        self.place = place
        held = self.tables[place]
        if held.done is not None:
            self.draw_table()
        else:
            self.rework(lambda progress: staged(self.desk.imports, held, progress))

    # ------------------------------------------------------------------ what a person settles

    def correct(self, role: str, header: str) -> None:
        """Give a role to another column."""
        from casework.staging.answers import with_column

        if self.held is not None:
            self.read_by(with_column(self.held.mapping, role, header))

    def settle(self, question: Question, value: str) -> None:
        """Take the answer to a question."""
        from casework.staging.answers import answer

        if self.held is not None:
            source = self.held.understood.export.source
            self.read_by(answer(self.held.mapping, question, value, source))

    def accept_all(self) -> None:
        """Take everything that drifted as it is now."""
        from casework.staging.answers import refreshed

        if self.held is not None:
            self.read_by(refreshed(self.held.mapping, self.held.understood.export.source))

    def rename(self, name: str) -> None:
        """Call the source otherwise; an empty name is no name."""
        held = self.held
        if held is None:
            return
        if not name:
            raise CaseworkError(_("A source needs a name."))
        self.rework(lambda progress: renamed(self.desk.imports, held, name, progress))

    def read_by(self, mapping: Mapping) -> None:
        """Read and stage the table in view by another mapping; the other answers are in it."""
        held = self.held
        if held is not None:
            self.rework(lambda progress: remapped(self.desk.imports, held, mapping, progress))

    def look_again(self) -> None:
        """Compare the table in view anew with the cases that are there."""
        held = self.held
        if held is not None:
            self.rework(lambda progress: staged(self.desk.imports, held, progress))

    def rework(self, task: Callable[[Progress], Held]) -> None:
        """Put what ``task`` returns in the place of the table in view."""

        def then(held: Held) -> None:
            self.tables[self.place] = held
            self.draw_table(again=True)

        self.work(_("The file is being compared with the cases …"), task, then, self.draw_table)

    # ------------------------------------------------------------------ what it did

    def imported(self, place: int, done: Confirmed) -> None:
        """Note that a table was imported; what was said of the others is to be looked at again."""
        self.tables = [replace(held, staged=held.staged if held.done else None) for held in self.tables]
        self.tables[place] = replace(self.tables[place], done=done)

    def undone(self, run: str) -> None:
        """A run was taken back: its table can be imported again."""
        self.tables = [
            replace(held, done=None, staged=None) if held.done and held.done.run.run == run else held
            for held in self.tables
        ]
        held = self.held
        if held is not None and held.done is None:
            message = self.message.text
            self.look_again()
            if not self.message.text:
                self.message.show("done", message)

    # ------------------------------------------------------------------ showing it

    def draw_table(self, *, again: bool = False) -> None:
        """Show the table in view, or nothing."""
        held = self.held
        self.several.layout.display = "" if len(self.tables) > 1 else "none"
        for step in self.steps:
            step.layout.display = "none" if held is None else ""
        self.draw_list()
        if held is None:
            return
        self.understanding.show(held)
        step = self.explaining.show(held, 3, again=again)
        step = self.preview.show(held, step, again=again)
        self.taking_in.show(self.tables, self.place, step)

    def draw_list(self) -> None:
        """List the tables where there are several."""
        rows = [_listed(place, held) for place, held in enumerate(self.tables, 1)]
        columns = [
            *(Column("0", _("No.")), Column("1", _("File")), Column("2", _("Sheet"))),
            *(Column("3", _("Rows"), align="right"), Column("4", _("Source")), Column("5", _("State"))),
        ]
        self.listing.selected = str(self.place + 1) if self.tables else ""
        self.listing.feed(fixed(rows))
        self.listing.show(columns, _("The tables in these files. Choose one to look at."), _("No data yet."))


def _listed(place: int, held: Held) -> tuple[object, ...]:
    source = held.understood.export.source
    return (
        place,
        short(source.file),
        source.sheet or "",
        f"{source.rows:,}",
        held.mapping.name,
        _state(held),
    )


def _state(held: Held) -> str:
    if held.done is not None:
        return _("imported as {run}").format(run=held.done.run.run)
    if held.blocking or held.refusal:
        return _("a question is open")
    return _("ready") if held.staged is not None and held.changes else _("nothing new") if held.staged else ""
