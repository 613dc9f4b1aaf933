"""A file whose making takes a while: the page shows how far it is, and the person can stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from casework.i18n import _
from casework.progress import Progress
from casework.ui.download import Download, Produced

if TYPE_CHECKING:
    from casework.ui.page import Page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LongDownload(Download):
    """A :class:`Download` whose ``make`` runs beside the page."""

    def __init__(self, page: Page, make: Callable[[Progress], Produced | None], **traits: Any) -> None:
        super().__init__(lambda: None, on_saved=lambda file: _saved(page, file), **traits)
        self._page, self._make = page, make

    def _begin(self) -> None:
        self._file = None
        started = False
        try:
            self._page.work(_("The file is being written …"), self._make, self._offer, self._refuse)
            started = True
        finally:
            if not started and self._file is None:
                self._refuse()

    def _offer(self, file: Produced | None) -> None:
        if file is None:
            self._refuse()
        else:
            self._give(file)


def _saved(page: Page, file: Produced) -> None:
    page.message.show("done", _("{name} was downloaded.").format(name=file.name))
