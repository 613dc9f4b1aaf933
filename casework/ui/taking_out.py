"""The office's own records as files, and a blank workbook for those who take cases in without casework."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipywidgets import HBox, VBox

from casework.errors import CaseworkError
from casework.i18n import _, mark
from casework.ui import choices
from casework.ui.download import Produced
from casework.ui.facts import Notes
from casework.ui.form import Field, Form, Option, Section
from casework.ui.long_download import XLSX, LongDownload

if TYPE_CHECKING:
    from casework.outgoing import Wanted
    from casework.progress import Progress
    from casework.ui.page import Page

KINDS = {
    "cases": mark("Cases"),
    "filings": mark("Filings"),
    "exhibits": mark("Exhibits"),
    "letters": mark("Letters"),
}
BLANK = {
    "what": list(KINDS),
    "form": "xlsx",
    "status": "",
    "shown": "masked",
    "sure": False,
    "password": "",
    "again": "",
}


class TakingOut:
    """Masked unless a person asks otherwise and says so twice."""

    def __init__(self, page: Page) -> None:
        self._page = page
        adopt: Callable[[Any], Any] = page.adopt
        self.head: Notes = adopt(Notes())
        self.form: Form = adopt(Form(on_change=lambda _path, _values: self.draw_fields(), values=BLANK))
        self.warning: Notes = adopt(Notes())
        self.records: LongDownload = adopt(LongDownload(page, self._records, primary=True))
        self.intake: LongDownload = adopt(LongDownload(page, self._intake))
        buttons = HBox([self.records, self.intake])
        buttons.add_class("cw-buttons")
        self.widget = VBox([self.head, self.form, self.warning, buttons])
        self.widget.add_class("cw-panel")

    def draw(self) -> None:
        """Write everything in the language in force."""
        lines = [_("A workbook for the supervisor, or one table as CSV; or a blank form for field staff.")]
        self.head.show(_("Take records out"), lines, "case")
        self.intake.label = _("Download a blank intake workbook (.xlsx)")
        self.draw_fields()

    def draw_fields(self) -> None:
        """Write the fields that what is chosen so far calls for."""
        values = self.form.values
        is_csv, clear = values["form"] == "csv", values["shown"] == "clear"
        fields = [
            *(self._what(is_csv), self._form(), self._status(), _shown()),
            *([] if is_csv else _passwords()),
            *(
                [Field("sure", _("I need the personal data in clear and may pass them on."), "flag")]
                if clear
                else []
            ),
        ]
        self.form.show([Section("", tuple(fields))])
        told = _("Names, telephone numbers, addresses and texts will stand in the file as they are.")
        self.warning.show(_("Personal data in clear") if clear else "", [told] if clear else (), "missing")
        self.records.label = _("Download the records (.csv)") if is_csv else _("Download the records (.xlsx)")
        self.records.disabled = clear and not values["sure"]

    def wanted(self) -> Wanted:
        """What the fields ask for. Raises :class:`CaseworkError` where they cannot be meant."""
        from casework.outgoing import Wanted

        values = self.form.values
        is_csv, clear = values["form"] == "csv", values["shown"] == "clear"
        what = tuple(values["what"])
        if not what:
            raise CaseworkError(_("Nothing is chosen."), remedy=_("Tick what the file shall hold."))
        if clear and not values["sure"]:
            raise CaseworkError(_("Confirm first that the personal data are needed in clear."))
        password = "" if is_csv else values["password"]
        if password != ("" if is_csv else values["again"]):
            raise CaseworkError(_("The two passwords differ."), remedy=_("Try again."))
        return Wanted(what, values["form"], values["status"] or None, not clear, password or None)

    def _records(self, progress: Progress) -> Produced:
        name, content = self._page.desk.export_records(self.wanted(), made_at=_now(), progress=progress)
        return Produced(name, content, "text/csv" if name.endswith(".csv") else XLSX)

    def _intake(self, _progress: Progress) -> Produced:
        name, content = self._page.desk.intake_workbook(made_at=_now())
        return Produced(name, content, XLSX)

    def _what(self, is_csv: bool) -> Field:
        options = tuple(Option(kind, _(name)) for kind, name in KINDS.items())
        hint = _("A CSV file holds one table: tick one.") if is_csv else ""
        return Field("what", _("What goes out"), "ticks", options=options, hint=hint)

    def _form(self) -> Field:
        options = (Option("xlsx", _("Excel workbook (.xlsx)")), Option("csv", _("CSV for Excel (.csv)")))
        return Field("form", _("Kind of file"), "choice", options=options)

    def _status(self) -> Field:
        options = (Option("", _("all")), *choices.statuses())
        return Field("status", _("Cases by status"), "choice", options=options)


def _shown() -> Field:
    options = (Option("masked", _("masked (as in 张** and 138****0000)")), Option("clear", _("in clear")))
    return Field("shown", _("Personal data"), "choice", options=options)


def _passwords() -> list[Field]:
    hint = _("Empty: no password. Without it nobody can open the file, we neither.")
    return [
        Field("password", _("Password of the file"), "password", hint=hint),
        Field("again", _("The same password again"), "password"),
    ]


def _now() -> dt.datetime:
    return dt.datetime.now().replace(microsecond=0)
