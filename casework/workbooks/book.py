"""An .xlsx file in the making: pages written cell by cell, and big sheets poured in by column."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import xlsxwriter

from casework.errors import CaseworkError
from casework.i18n import _
from casework.progress import Progress, Step, quiet
from casework.workbooks.cells import MAX_COLUMNS, can_be_table, cell_text, sheet_name
from casework.workbooks.looks import add_formats
from casework.workbooks.page import Page
from casework.workbooks.pour import Pieces, pour
from casework.workbooks.sheets import TEXT_STYLES, Sheet, style_of, width_of, wrapped_columns
from casework.workbooks.stream import STEP, CellStyles, letters, row_xml

_TABLE_STYLE = "Table Style Light 1"


class Book:
    """One workbook. The same content and the same ``made_at`` give the same bytes."""

    def __init__(
        self, title: str, *, made_at: dt.datetime, subject: str = "", progress: Progress = quiet
    ) -> None:
        self._buffer = io.BytesIO()
        self.xlsx: Any = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.xlsx.set_properties(
            {
                "title": title,
                "subject": subject,
                "author": "casework",
                "comments": "casework",
                "created": made_at,
            }
        )
        self.formats = add_formats(self.xlsx)
        self._progress = progress
        self._names: list[str] = []
        self._lists: dict[str, tuple[str, ...]] = {}
        self._tables = 0
        self._patches: dict[str, tuple[str, str]] = {}
        self._rows: dict[str, tuple[str, Pieces]] = {}

    def page(self, name: str, *, landscape: bool = False) -> Page:
        """Add a sheet that is written cell by cell."""
        page = self._page(name)
        page.sheet.set_default_row(18)
        page.print_set_up(landscape=landscape)
        return page

    def _page(self, name: str) -> Page:
        self._names.append(sheet_name(name, self._names))
        return Page(self.xlsx.add_worksheet(self._names[-1]), self.formats)

    def grid(self, sheet: Sheet) -> list[Page]:
        """Add a sheet of columns under a header: as an Excel table where its headers allow one, else with a filter.

        More rows than a sheet holds go on in further sheets. Returns the pages.
        """
        if len(sheet.columns) > MAX_COLUMNS:
            raise CaseworkError(
                _("A sheet has at most 16,384 columns."),
                where=sheet.name,
                remedy=_("Leave some columns out, or write a CSV file."),
            )
        return [self._grid(piece) for piece in sheet.pieces()]

    def _grid(self, sheet: Sheet) -> Page:
        page = self._page(sheet.name)
        page.print_set_up(landscape=True, repeat_header=True)
        page.sheet.freeze_panes(1, min(sheet.frozen, len(sheet.columns)))
        if 0 < sheet.printed < len(sheet.columns):
            page.sheet.print_area(0, 0, max(sheet.table.num_rows, 1), sheet.printed - 1)
        page.sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        styles = [self._column(page, sheet, place) for place in range(len(sheet.columns))]
        self._header(page, sheet)
        last = max(sheet.table.num_rows, 1)
        covered = f"A1:{letters(len(sheet.columns) - 1)}{last + 1}"
        part = f"xl/worksheets/sheet{len(self._names)}.xml"
        self._rows[part] = covered, lambda: self._told(sheet, styles)
        return page

    def blank(self, name: str, titles: Sequence[str], rows: int) -> Page:
        """Add a table of ``rows`` empty rows to be filled in: a header, and no cell below it."""
        page = self._page(name)
        page.print_set_up(landscape=True, repeat_header=True)
        page.sheet.freeze_panes(1, 0)
        columns = [{"header": title, "header_format": self.formats["header"]} for title in titles]
        page.sheet.add_table(0, 0, rows, len(titles) - 1, {"columns": columns, "style": _TABLE_STYLE})
        self._tables += 1
        return page

    def _column(self, page: Page, sheet: Sheet, place: int) -> CellStyles:
        column, values = sheet.columns[place], sheet.table.column(place)
        style = style_of(column, values.type)
        page.sheet.set_column(place, place, width_of(column, values))
        if column.choices in self._lists:
            self.drop_down(page, column.choices, 1, place, max(sheet.table.num_rows, 1), strict=False)
        # The number that a format has in the package is known to the formats only.
        quoted = f"{style} quoted" if style in TEXT_STYLES else style
        marked = style if style not in TEXT_STYLES else "marked"
        names = (style, quoted, marked, "marked quoted" if style in TEXT_STYLES else marked)
        return CellStyles(*(self.formats[name]._get_xf_index() for name in names))

    def _header(self, page: Page, sheet: Sheet) -> None:
        titles = [cell_text(column.title) for column in sheet.columns]
        last_row, last_column = max(sheet.table.num_rows, 1), len(titles) - 1
        if not titles:
            return
        if can_be_table(titles):
            looks = [self.formats[look] for look in _header_looks(sheet)]
            columns = [
                {"header": title, "header_format": look} for title, look in zip(titles, looks, strict=True)
            ]
            # One row here, all of them in the finished package: XlsxWriter walks through every cell of a table.
            page.sheet.add_table(0, 0, 1, last_column, {"columns": columns, "style": _TABLE_STYLE})
            self._tables += 1
            covered = f"A1:{letters(last_column)}"
            self._patches[f"xl/tables/table{self._tables}.xml"] = f"{covered}2", f"{covered}{last_row + 1}"
            return
        for place, (title, look) in enumerate(zip(titles, _header_looks(sheet), strict=True)):
            page.text(0, place, title, look)
        page.sheet.autofilter(0, 0, last_row, last_column)

    def _told(self, sheet: Sheet, styles: Sequence[CellStyles]) -> Iterator[memoryview]:
        """The rows of a sheet, with word of how far they are."""
        total = sheet.table.num_rows
        for place, piece in enumerate(row_xml(sheet.table, styles, 2, sheet.marked, wrapped_columns(sheet))):
            self._progress(
                Step(_("Writing {sheet}").format(sheet=sheet.name), min(place * STEP, total), total)
            )
            yield piece

    def lists(self, lists: Mapping[str, Sequence[str]]) -> None:
        """Take words for drop-downs: they go to a hidden sheet at the end, each list under a name of its own."""
        self._lists = {name: tuple(words) for name, words in lists.items() if words}

    def drop_down(self, page: Page, name: str, row: int, column: int, last_row: int, *, strict: bool) -> None:
        """Offer a list in cells of a column; ``strict`` refuses other words, else they are asked about."""
        page.sheet.data_validation(
            *(row, column, last_row, column),
            {
                "validate": "list",
                "source": f"=list_{name}",
                "error_type": "stop" if strict else "warning",
                "error_title": _("Not in the list"),
                "error_message": _("Choose one of the words in the list."),
            },
        )

    def save(self, target: BinaryIO) -> None:
        """Write the file. Nothing can be added after that."""
        if self._lists:
            self._write_lists()
        self.xlsx.close()
        pour(self._buffer.getvalue(), self._rows, self._patches, target)

    def content(self) -> bytes:
        """Return the file's bytes. Nothing can be added after that."""
        target = io.BytesIO()
        self.save(target)
        return target.getvalue()

    def _write_lists(self) -> None:
        page = self._page(_("Lists"))
        page.sheet.hide()
        name = page.sheet.get_name()
        for place, (key, words) in enumerate(self._lists.items()):
            for row, word in enumerate(words):
                page.text(row, place, word)
            letter = letters(place)
            self.xlsx.define_name(f"list_{key}", f"='{name}'!${letter}$1:${letter}${len(words)}")


def _header_looks(sheet: Sheet) -> list[str]:
    """The style of each header: over numbers it stands on the right, as they do."""
    styles = [
        style_of(column, kind) for column, kind in zip(sheet.columns, sheet.table.schema.types, strict=True)
    ]
    return ["header_right" if style in {"number", "money", "days"} else "header" for style in styles]
