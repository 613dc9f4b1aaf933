"""The panel for evidence: attach files, say what each one is and proves, check that none has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.errors import CaseworkError
from casework.i18n import _
from casework.model import Case, Exhibit
from casework.ui.case_fields import Reading
from casework.ui.case_picker import CasePicker
from casework.ui.exhibit_form import batch_section, exhibit_section, exhibit_values, read_batch, read_exhibit
from casework.ui.form import Action, Field, Form, Option, Section
from casework.ui.page import Page
from casework.ui.table import Column, DataTable, fixed
from casework.ui.upload import Arrived, Upload
from casework.words import EXHIBITS, word

if TYPE_CHECKING:
    from casework.desk import Desk


class EvidencePage(Page):
    """Files in, exhibit list, one exhibit's fields, and the check of the stored files."""

    name = "evidence"

    def __init__(self, desk: Desk, lang: str) -> None:
        super().__init__(desk, lang)
        self.exhibit: Exhibit | None = None
        self.picker = CasePicker(desk, self.adopt, self.show_case)
        self.batch = self.adopt(Form(values={"kind": "", "source": "", "purpose": "", "obtained_on": ""}))
        self.upload = self.adopt(Upload(self.attach_files))
        self.inbox = self.adopt(Form(self.attach_inbox, values={"inbox": []}))
        self.table = self.adopt(DataTable(page_size=10, on_select=self.edit))
        self.verifying = self.adopt(Form(lambda _action, _values: self.verify()))
        self.form = self.adopt(Form(lambda _action, values: self.save(values)))
        self.adding = VBox([self.batch, self.upload, self.inbox])
        self.listing = VBox([self.table, self.verifying])
        for part in (self.adding, self.listing):
            part.add_class("cw-panel")
        self.parts = (self.adding, self.listing, self.form)
        self.show_parts()
        self.assemble(self.picker.widget, *self.parts)

    def lead(self) -> str:
        """See :class:`Page`."""
        return _(
            "Attach chat logs, payment records, screenshots and recordings. Originals are copied, never changed."
        )

    @property
    def case(self) -> Case | None:
        """The case that is worked on."""
        return self.picker.case

    def draw(self) -> None:
        """See :class:`Page`."""
        super().draw()
        self.picker.draw()
        self.batch.show([batch_section()])
        self.upload.show(_("Choose files, or drop them here"), _("received"))
        self.draw_inbox()
        self.table.show(self.columns(), _("Exhibit list (choose one to describe it)"), _("No exhibits yet."))
        self.verifying.show((), [Action("verify", _("Verify the stored files"))])
        self.form.show(
            [exhibit_section(self.exhibit)] if self.exhibit else (),
            [Action("save", _("Save the exhibit"), primary=True)] if self.exhibit else (),
        )
        self.draw_list()

    def columns(self) -> list[Column]:
        """The headings of the exhibit list."""
        return [
            Column("0", _("No.")),
            Column("1", _("Name")),
            Column("2", _("Kind")),
            Column("3", _("Purpose of proof")),
            Column("4", _("Pages")),
            Column("5", _("Original or copy")),
            Column("6", _("Obtained on")),
            Column("7", "SHA-256"),
        ]

    def show_parts(self) -> None:
        """Without a case there is nothing to attach to."""
        for part in self.parts:
            part.layout.display = "none" if self.case is None else ""

    def take_case(self, case_no: str) -> None:
        """See :class:`Page`."""
        if self.case is None:
            self.picker.choose(case_no)

    def refresh(self) -> None:
        """See :class:`Page`."""
        self.picker.refresh()
        if self.case is not None:
            self.picker.take(self.desk.workspace.store.case(self.case.case_no))
        self.draw_inbox()
        self.draw_list()

    def show_case(self, case: Case) -> None:
        """Show the exhibits of a case."""
        self.header.case_no = case.case_no
        self.exhibit = None
        self.upload.clear()
        self.message.clear()
        self.picker.take(case)
        self.show_parts()
        self.draw()

    def draw_list(self) -> None:
        """Show the exhibits as they are stored."""
        exhibits = sorted(self.case.exhibits, key=lambda exhibit: exhibit.number) if self.case else []
        self.table.feed(fixed([_row(exhibit) for exhibit in exhibits]))

    def draw_inbox(self) -> None:
        """Offer the files that lie in the workspace's inbox folder."""
        options = tuple(Option(name, name) for name in self.inbox_files())
        hint = _("Files put into the folder {folder} can be attached without uploading.").format(
            folder=self.inbox_folder()
        )
        field = Field("inbox", _("Inbox"), "ticks", options=options, hint=hint)
        actions = [Action("attach", _("Attach the chosen files"))] if options else []
        self.inbox.show([Section("", (field,))], actions)

    def inbox_folder(self) -> Path:
        """The folder where an office drops large files."""
        return Path(self.desk.workspace.folder) / "inbox"

    def inbox_files(self) -> list[str]:
        """The names of its files, in order; nothing hidden, no links."""
        folder = self.inbox_folder()
        if not folder.is_dir():
            return []
        entries = [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
        return sorted(path.name for path in entries if not path.name.startswith("."))[:200]

    def attach_files(self, files: list[Arrived]) -> None:
        """Attach files that came through the browser."""
        self.attach([file.path for file in files])
        self.upload.clear()

    def attach_inbox(self, _action: str, values: dict[str, Any]) -> None:
        """Attach the chosen files of the inbox folder."""
        names = [name for name in self.inbox_files() if name in values["inbox"]]
        if not names:
            raise CaseworkError(_("No file is chosen."), remedy=_("Tick the files to attach."))
        self.attach([self.inbox_folder() / name for name in names])
        self.inbox.fill({"inbox": []})

    def attach(self, paths: Iterable[Path]) -> None:
        """Attach files to the case with what was said about all of them."""
        if self.case is None:
            raise CaseworkError(_("No case is chosen."), remedy=_("Choose a case first."))
        details, errors = read_batch(self.batch.values)
        self.batch.errors = errors
        if errors:
            raise CaseworkError(_("The files are not attached: please correct the marked fields."))
        with self.busy(_("The files are being stored and hashed …")):
            added = self.desk.attach(self.case.case_no, list(paths), **details)
        self.refresh()
        numbers = ", ".join(str(exhibit.number) for exhibit in added)
        words_ = _("Attached as exhibit {numbers}. Choose it in the list to say what it contains and proves.")
        self.message.show("done", words_.format(numbers=numbers))

    def edit(self, number: str) -> None:
        """Show the fields of one exhibit."""
        found = (
            [exhibit for exhibit in self.case.exhibits if str(exhibit.number) == number] if self.case else []
        )
        self.exhibit = found[0] if found else None
        if self.exhibit is not None:
            self.form.fill(exhibit_values(self.exhibit))
            self.form.show(
                [exhibit_section(self.exhibit)], [Action("save", _("Save the exhibit"), primary=True)]
            )

    def save(self, values: dict[str, Any]) -> None:
        """Save what was said about the exhibit."""
        if self.case is None or self.exhibit is None:
            return
        reading = Reading()
        changed = read_exhibit(values, self.exhibit, reading)
        self.form.errors = reading.errors
        if reading.errors:
            raise CaseworkError(_("The exhibit is not saved yet: please correct the marked fields."))
        case = self.desk.workspace.store.case(self.case.case_no)
        if self.exhibit not in case.exhibits:
            raise CaseworkError(
                _("Someone else changed this exhibit in the meantime."),
                where=self.exhibit.name,
                remedy=_("Choose it in the list again to see what is stored now."),
            )
        exhibits = tuple(changed if each.id == changed.id else each for each in case.exhibits)
        self.picker.take(self.desk.save_case(replace(case, exhibits=exhibits)))
        self.draw_list()
        self.edit(str(changed.number))
        self.message.show("done", _("Exhibit {number} is saved.").format(number=changed.number))

    def verify(self) -> None:
        """Hash the stored files of the case again."""
        if self.case is None:
            return
        with self.busy(_("The stored files are being hashed again …")):
            findings = self.desk.verify_evidence(self.case.case_no)
        if findings:
            self.message.show(
                "error", _("Some evidence is not what was stored:"), [str(each) for each in findings]
            )
        else:
            stamp = f"{dt.datetime.now():%Y-%m-%d %H:%M}"
            text = _("All {count} files are unchanged, checked byte by byte at {time}.")
            self.message.show("done", text.format(count=len(self.case.exhibits), time=stamp))


def _row(exhibit: Exhibit) -> tuple[object, ...]:
    return (
        exhibit.number,
        exhibit.name,
        word(EXHIBITS, exhibit.kind),
        exhibit.purpose,
        exhibit.pages,
        _("Original") if exhibit.is_original else _("Copy"),
        exhibit.obtained_on,
        f"{exhibit.sha256[:12]}…",
    )
