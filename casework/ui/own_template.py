"""The office's own report template: choose it, and download it filled with the report in view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.i18n import _
from casework.ui.download import Produced
from casework.ui.facts import Notes
from casework.ui.long_download import XLSX, LongDownload
from casework.ui.upload import Arrived, Upload

if TYPE_CHECKING:
    from casework.progress import Progress
    from casework.ui.dashboard import DashboardPage


class OwnTemplate:
    """A workbook made in Excel, whose named or marked cells are filled; its styling stays."""

    def __init__(self, page: DashboardPage) -> None:
        self._page = page
        self.path: Path | None = None
        adopt: Callable[[Any], Any] = page.adopt
        self.head: Notes = adopt(Notes())
        self.upload: Upload = adopt(Upload(self.take, keep=True, accept=".xlsx"))
        self.download: LongDownload = adopt(LongDownload(page, self.fill, disabled=True))
        self.widget = VBox([self.head, self.upload, self.download])
        self.widget.add_class("cw-panel")

    def draw(self) -> None:
        """Write everything in the language in force."""
        told = _(
            "A workbook made in Excel with marks such as {{received}}; docs/templates.md lists them all."
        )
        self.head.show(_("The office's own report template"), [told], "case")
        self.upload.show(_("Choose the template (.xlsx), or drop it here"), _("received"))
        name = self.path.name if self.path else ""
        label = _("Download {name} with these figures").format(name=name)
        self.download.label = label if name else _("Download it with these figures")
        self.download.disabled = self.path is None

    def take(self, files: list[Arrived]) -> None:
        """Use the last file that came."""
        self.path = files[-1].path
        self.draw()

    def fill(self, _progress: Progress) -> Produced | None:
        """Fill the template with the report in view."""
        if self.path is None or self._page.measured is None:
            return None
        made_at = dt.datetime.now().replace(microsecond=0)
        name, content = self._page.desk.fill_template(self._page.measured, self.path, made_at=made_at)
        return Produced(name, content, XLSX)
