"""The panel for letters: what is missing, how it will read, and the Word file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.i18n import _
from casework.model import Case, Finding
from casework.ui.case_form import channel_name
from casework.ui.case_picker import CasePicker
from casework.ui.download import Download, Produced
from casework.ui.facts import Notes, Paper
from casework.ui.form import Field, Form, Option, Section
from casework.ui.page import Page

if TYPE_CHECKING:
    from casework.desk import Desk

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class LettersPage(Page):
    """A case, a channel, a language; the letter below."""

    name = "letters"

    def __init__(self, desk: Desk, lang: str) -> None:
        super().__init__(desk, lang)
        self.picker = CasePicker(desk, self.adopt, self.show_case)
        self.form = self.adopt(
            Form(on_change=lambda _path, _values: self.draw_letter(), values=self.choice(None))
        )
        self.missing = self.adopt(Notes())
        self.remarks = self.adopt(Notes())
        self.paper = self.adopt(Paper())
        self.download = self.adopt(Download(self.produce, on_saved=self.saved, primary=True))
        self.parts = VBox([self.form, self.missing, self.remarks, self.download, self.paper])
        self.show_parts()
        self.assemble(self.picker.widget, self.parts)

    def lead(self) -> str:
        """See :class:`Page`."""
        return _("Choose where to complain. The letter can be written when nothing is missing.")

    @property
    def case(self) -> Case | None:
        """The case that is written about."""
        return self.picker.case

    def choice(self, case: Case | None) -> dict[str, str]:
        """The channel, kind and language that stand in the form at first."""
        rules = self.desk.workspace.rules
        fitting = rules.channels_for(case.conducts) if case else []
        channels = [channel.id for channel in (*fitting, *rules.channels.values()) if channel.letters]
        return {
            "channel": channels[0] if channels else "",
            "kind": "complaint",
            "lang": self.lang,
            "addressee": "",
        }

    def draw(self) -> None:
        """See :class:`Page`."""
        super().draw()
        self.picker.draw()
        self.form.show(
            [
                Section(
                    "",
                    (self.channel_field(), self.kind_field(), self.language_field(), self.addressee_field()),
                )
            ]
        )
        self.download.label = _("Download the letter (.docx)")
        self.draw_letter()

    def channel_field(self) -> Field:
        """Channels for the case's conduct first, the others after them."""
        rules = self.desk.workspace.rules
        fitting = rules.channels_for(self.case.conducts) if self.case else []
        ordered = dict.fromkeys((*fitting, *rules.channels.values()))
        options = tuple(Option(channel.id, channel_name(channel)) for channel in ordered if channel.letters)
        return Field("channel", _("Channel"), "choice", options=options, width="half")

    def kind_field(self) -> Field:
        """The kinds of letter."""
        return Field(
            "kind", _("Letter"), "choice", options=(Option("complaint", _("Complaint")),), width="quarter"
        )

    def language_field(self) -> Field:
        """The language of the letter, which need not be that of the screen."""
        options = (Option("zh", "中文"), Option("en", "English"))
        return Field("lang", _("Language of the letter"), "choice", options=options, width="quarter")

    def addressee_field(self) -> Field:
        """The office that the letter goes to, where the channel is a kind of office."""
        hint = _("The office by its full name. Empty: the letter names the kind of office.")
        return Field("addressee", _("Addressed to"), hint=hint, width="full")

    def show_parts(self) -> None:
        """Without a case there is no letter."""
        self.parts.layout.display = "none" if self.case is None else ""

    def take_case(self, case_no: str) -> None:
        """See :class:`Page`."""
        if self.case is None:
            self.picker.choose(case_no)

    def refresh(self) -> None:
        """See :class:`Page`."""
        self.picker.refresh()
        if self.case is not None:
            self.picker.take(self.desk.workspace.store.case(self.case.case_no))
            self.draw_letter()

    def show_case(self, case: Case) -> None:
        """Show the letter of a case."""
        self.header.case_no = case.case_no
        self.message.clear()
        self.show_parts()
        self.form.fill(self.choice(case))
        self.draw()

    def wanted(self) -> dict[str, Any]:
        """The kind, language and addressee that are chosen."""
        return {name: self.form.values[name] for name in ("kind", "lang", "addressee")}

    def draw_letter(self) -> None:
        """List what is missing, or show the letter."""
        if self.case is None:
            return
        number, channel = self.case.case_no, self.form.values["channel"]
        findings = self.desk.check_letter(number, channel, **self.wanted())
        self.download.disabled = bool(findings)
        if findings:
            self.draw_findings(findings)
        else:
            self.draw_preview(number, channel)

    def draw_findings(self, findings: Sequence[Finding]) -> None:
        """List everything that is missing."""
        title = _("Still missing for this letter ({count}):").format(count=len(findings))
        self.missing.show(title, [str(finding) for finding in findings], "missing")
        self.remarks.show("")
        self.paper.show((), label="", lang=self.lang)

    def draw_preview(self, number: str, channel: str) -> None:
        """Show the letter, and what could be better in it."""
        today = dt.date.today()
        self.missing.show(_("Nothing is missing. This is how the letter will read:"), (), "good")
        remarks = self.desk.letter_remarks(
            number, channel, today=today, addressee=self.form.values["addressee"]
        )
        title = _("Could be better, but does not block the letter:") if remarks else ""
        self.remarks.show(title, [str(remark) for remark in remarks])
        paragraphs = self.desk.preview_letter(number, channel, today=today, **self.wanted())
        shown = [(paragraph.kind, paragraph.text) for paragraph in paragraphs]
        self.paper.show(shown, label=_("Preview of the letter"), lang=self.form.values["lang"])

    def produce(self) -> Produced | None:
        """Write the Word file."""
        if self.case is None:
            return None
        name, document = self.desk.letter(
            self.case.case_no, self.form.values["channel"], today=dt.date.today(), **self.wanted()
        )
        return Produced(name, document, WORD)

    def saved(self, file: Produced) -> None:
        """Say that the file is with the person."""
        self.message.show("done", _("{name} was downloaded.").format(name=file.name))
