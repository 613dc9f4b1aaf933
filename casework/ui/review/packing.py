"""The end of a review: what the pack holds, for whom it is, and the button that makes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import HBox, VBox

from casework.errors import CaseworkError
from casework.i18n import _
from casework.ui.download import Produced
from casework.ui.form import Field, Form, Option, Section
from casework.ui.long_download import XLSX, LongDownload
from casework.ui.numbers import Numbers
from casework.ui.review.board import PACK
from casework.ui.review.editorial import Editing
from casework.ui.upload import Arrived, Upload

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.progress import Progress
    from casework.ui.dashboard import DashboardPage

ZIP = "application/zip"


class Packing:
    """Formats, readers, an office's templates, the words for the published report, and one download."""

    def __init__(self, page: DashboardPage) -> None:
        self._page = page
        self.templates: dict[str, Path] = {}
        adopt: Callable[[Any], Any] = page.adopt
        blank = {"formats": [".xlsx", ".pdf", ".html"], "readers": "inside", "smallest": "5"}
        self.head: Numbers = adopt(Numbers(anchor=PACK))
        self.form: Form = adopt(Form(on_change=self._changed, values=blank))
        self.upload: Upload = adopt(Upload(self.take, keep=True, accept=".pptx,.docx"))
        self.editing = Editing(adopt, page.keep_editorial)
        self.download: LongDownload = adopt(LongDownload(page, self.make, primary=True))
        self.alone: LongDownload = adopt(LongDownload(page, self.workbook))
        buttons = HBox([self.download, self.alone])
        buttons.add_class("cw-buttons")
        self.widget = VBox([self.head, self.form, self.upload, self.editing.form, buttons])
        self.widget.add_class("cw-panel")

    def draw(self) -> None:
        """Write everything in the language in force."""
        formats: tuple[Option, ...] = (
            Option(".xlsx", _("Workbook (.xlsx)")),
            Option(".pdf", _("To print (.pdf)")),
            Option(".html", _("One page to read (.html)")),
            Option(".pptx", _("Slides (.pptx)")),
        )
        if self.form.values["readers"] != "outside":  # its sentences say whole numbers, none of them withheld
            formats = (*formats, Option(".docx", _("The report to publish (.docx)")))
        readers = (
            Option("inside", _("for the office")),
            Option("outside", _("for outside: small counts are withheld")),
        )
        fields = [
            Field("formats", _("What the pack holds"), "ticks", options=formats),
            Field("readers", _("For whom"), "choice", options=readers),
        ]
        if self.form.values["readers"] == "outside":
            hint = _(
                "Smaller counts, and those from which they could be worked out, are withheld. The report to publish is left out."
            )
            fields.append(Field("smallest", _("Smallest count shown"), "whole", hint=hint))
        note = _(
            "The numbers, what they were made from, and your comments go in as well, so that it can be checked later."
        )
        self.head.show(_("The pack"), [note])
        self.form.show([Section("", tuple(fields))])
        named = _(", ").join(path.name for path in self.templates.values())
        choose = _("Choose the office's own slides (.pptx) or Word file (.docx), or drop them here")
        self.upload.show(f"{choose} – {named}" if named else choose, _("received"))
        self.download.label = _("Download the pack (.zip)")
        self.alone.label = _("Download the workbook (.xlsx)")
        self.editing.draw()
        self._arrange()

    def show(self, report: Report) -> None:
        """A report came into view: suggest what to write about."""
        self.editing.show(report, self._page.notes["editorial"])
        self._arrange()

    def take(self, files: list[Arrived]) -> None:
        """Use the last template of each kind."""
        self.templates |= {file.path.suffix.lower(): file.path for file in files}
        self.draw()

    def make(self, progress: Progress) -> Produced | None:
        """Make the pack of the report in view."""
        report, values = self._page.measured, self.form.values
        if report is None or self._page.looking is None:
            return None
        if not values["formats"]:
            raise CaseworkError(_("No format is chosen."), remedy=_("Tick what the pack shall hold."))
        own = self._page.template.path
        name, content = self._page.looking.pack(
            self._page.desk,
            report,
            files=self._page.files,
            formats=tuple(values["formats"]),
            smallest=_whole(values["smallest"]) if values["readers"] == "outside" else None,
            templates=self.templates | ({".xlsx": own} if own else {}),
            day_first=self._page.day_first,
            made_at=dt.datetime.now().replace(microsecond=0),
            progress=progress,
        )
        return Produced(name, content, ZIP)

    def workbook(self, _progress: Progress) -> Produced | None:
        """Make the workbook of the report in view alone."""
        report = self._page.measured
        if report is None:
            return None
        name, content = self._page.desk.workbook(report, made_at=dt.datetime.now().replace(microsecond=0))
        return Produced(name, content, XLSX)

    def _changed(self, path: str, values: dict[str, Any]) -> None:
        if path == "readers":
            self.draw()
        else:
            self._arrange()

    def _arrange(self) -> None:
        """The words for the published report are asked for only where it is made."""
        values = self.form.values
        wanted = (
            ".docx" in values["formats"]
            and values["readers"] != "outside"
            and self._page.measured is not None
        )
        self.editing.form.layout.display = "" if wanted else "none"
        self.download.disabled = not self.form.values["formats"]


def _whole(text: Any) -> int:
    """The smallest count that is shown. Raises :class:`CaseworkError` where it is no whole number from 2 to 1000."""
    typed = str(text).strip()
    if not typed.isdecimal() or not 2 <= int(typed) <= 1000:
        raise CaseworkError(
            _("The smallest count must be a whole number from 2 to 1000."),
            where=typed,
            remedy=_("Usual is 5."),
        )
    return int(typed)
