"""One worksheet and the formats that its cells take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.tables.cells import STAR, is_withheld
from casework.workbooks.cells import cell_text
from casework.workbooks.live import is_live
from casework.workbooks.sheets import TEXT_STYLES

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


@dataclass(frozen=True)
class Page:
    """One worksheet. Rows and columns count from 0; ``style`` is a name of :mod:`casework.workbooks.looks`."""

    sheet: Worksheet
    formats: dict[str, Any]

    def text(self, row: int, column: int, value: str, style: str = "text") -> None:
        """Write text as text: what looks like a formula or a link stays as typed."""
        safe = cell_text(value)
        if safe.startswith("<r>") and safe.endswith("</r>"):
            safe += " "  # XlsxWriter takes such a text for markup of its own
        if not safe:
            self.sheet.write_blank(row, column, None, self.formats[style])
            return
        quoted = f"{style} quoted" if style in TEXT_STYLES and is_live(safe) else style
        self.sheet.write_string(row, column, safe, self.formats[quoted])

    def cell(self, row: int, column: int, value: object, style: str = "") -> None:
        """Write a number, a date or text by its type; None leaves the cell empty, a withheld count is a star."""
        if value is None:
            return
        if is_withheld(value):
            self.text(row, column, STAR, "star")
            return
        if isinstance(value, dt.datetime):
            self.sheet.write_datetime(row, column, value, self.formats[style or "stamp"])
        elif isinstance(value, dt.date):
            midnight = dt.datetime.combine(value, dt.time())
            self.sheet.write_datetime(row, column, midnight, self.formats["day"])
        elif isinstance(value, int | float):
            self.sheet.write_number(row, column, value, self.formats[style or "number"])
        else:
            self.text(row, column, str(value), style or "text")

    def header(self, row: int, titles: Sequence[str], first: int = 0, *, words: int = 1) -> None:
        """Write a header row; the titles after the first ``words`` stand over numbers, on the right."""
        for place, title in enumerate(titles):
            style = "header" if place < words else "header_right"
            self.sheet.write_string(row, first + place, title, self.formats[style])

    def print_set_up(self, *, landscape: bool = False, repeat_header: bool = False) -> None:
        """A4, one page wide, sheet name and page numbers in the footer."""
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.set_footer("&L&A&R&P / &N")
        if landscape:
            self.sheet.set_landscape()
        if repeat_header:
            self.sheet.repeat_rows(0)
            self.sheet.hide_gridlines(0)  # which prints them: a table on paper needs lines
