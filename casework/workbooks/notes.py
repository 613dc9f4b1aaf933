"""The Notes sheet: what a workbook is, from what and when it was made, what its words mean."""

from __future__ import annotations

from casework.workbooks.cells import width
from casework.workbooks.page import Page

_LABEL_WIDTH, _NOTE_WIDTH = 28, 90  # in characters of the usual width


class NotesPage:
    """Lines of a label and a value, under headings."""

    def __init__(self, page: Page) -> None:
        self._page, self._row = page, 0
        page.sheet.set_column(0, 0, _LABEL_WIDTH + 2)
        page.sheet.set_column(1, 1, _NOTE_WIDTH + 6)

    def line(self, label: str, value: object) -> None:
        """Add a line; a long one gets the height that it needs."""
        lines = max(-(-width(str(value)) // _NOTE_WIDTH), -(-width(label) // _LABEL_WIDTH), 1)
        self._page.sheet.set_row(
            self._row, 17 * lines
        )  # a wrapped row does not grow by itself in every program
        self._page.text(self._row, 0, label, "note")
        style = "note" if isinstance(value, str) else "left" if isinstance(value, int) else ""
        self._page.cell(self._row, 1, value, style)
        self._row += 1

    def heading(self, text: str) -> None:
        """Begin a group of lines."""
        self._row += self._row > 0
        self._page.text(self._row, 0, text, "title")
        self._row += 1
