"""OpenDocument spreadsheets (.ods) to grids of text, as a stream. Runs only in the limited child process."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from casework.exchange.cells import Cells
from casework.exchange.guard import has_doctype, not_a_spreadsheet
from casework.exchange.markup import Doctype, Local, Malformed, attribute, parse_xml, pieces
from casework.exchange.values import iso_text, number_text

if TYPE_CHECKING:
    from casework.exchange.grid import Grid

_HIDDEN = ("collapse", "filter")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_ASIDES = ("annotation", "ruby-text", "shapes", "forms", "tracked-changes", "dde-links")


def read_sheets(path: Path) -> Iterator[Grid]:
    """Yield each sheet as text, visible ones first. Raises :class:`casework.errors.BadFile`."""
    events = _Events(path.name)
    try:
        with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
            parse_xml(pieces(stream), events.start, events.end, events.text)
    except Doctype as error:
        raise has_doctype(path.name) from error
    except (
        Malformed,
        KeyError,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
    ) as error:
        raise not_a_spreadsheet(path.name) from error
    for hidden in (False, True):
        for name, style, cells in events.tables:
            if (style in events.hidden_styles) == hidden:
                yield cells.grid(name, hidden=hidden)


class _Events:
    """Turns the events of ``content.xml`` into tables of cells."""

    def __init__(self, where: str) -> None:
        self._where, self._local = where, Local()
        self.tables: list[tuple[str, str, Cells]] = []
        self.hidden_styles: set[str] = set()
        self._style = ""
        self._aside = 0
        self._depth = 0
        self._row = self._column = self._column_defined = 0
        self._repeat_row = 1
        self._cell: dict[str, str] | None = None
        self._paragraphs: list[str] = []
        self._piece: list[str] | None = None
        self._found: list[tuple[int, int, str, bool]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._local[name]
        if self._aside or kind in _ASIDES:
            self._aside += 1
            return
        if kind in ("table-cell", "covered-table-cell"):
            self._cell, self._paragraphs = attributes, []
        elif kind == "p" or kind == "h":
            if self._cell is not None:
                self._piece = []
        elif kind == "table-row":
            self._open_row(attributes)
        elif self._piece is not None:
            self._inline(kind, attributes)
        elif kind == "table":
            self._open_table(attributes)
        elif kind == "table-column":
            self._open_column(attributes)
        elif kind == "style":
            self._style = attribute(attributes, "name")
        elif kind == "table-properties" and attribute(attributes, "display") == "false":
            self.hidden_styles.add(self._style)

    def text(self, data: str) -> None:
        if self._piece is not None and not self._aside:
            self._piece.append(data)

    def end(self, name: str) -> None:
        kind = self._local[name]
        if self._aside:
            self._aside -= 1
        elif kind in ("p", "h"):
            if self._piece is not None:
                self._paragraphs.append("".join(self._piece))
                self._piece = None
        elif kind in ("table-cell", "covered-table-cell"):
            self._close_cell(covered=kind != "table-cell")
        elif kind == "table-row":
            self._close_row()
        elif kind == "table":
            self._depth = max(self._depth - 1, 0)

    def _inline(self, kind: str, attributes: dict[str, str]) -> None:
        piece = self._piece
        if piece is None:
            return
        if kind == "s":
            piece.append(" " * min(_count(attributes, "c"), 10_000))
        elif kind == "tab":
            piece.append("\t")
        elif kind == "line-break":
            piece.append("\n")

    def _open_table(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:  # a table inside a cell is not a sheet
            style = attribute(attributes, "style-name")
            self.tables.append((attribute(attributes, "name"), style, Cells(self._where)))
            self._row = self._column_defined = 0

    def _open_column(self, attributes: dict[str, str]) -> None:
        repeat = _count(attributes, "number-columns-repeated")
        if self.tables and attribute(attributes, "visibility") in _HIDDEN:
            last = min(self._column_defined + repeat, 16_384)
            self.tables[-1][2].hidden_columns.update(range(self._column_defined, last))
        self._column_defined += repeat

    def _open_row(self, attributes: dict[str, str]) -> None:
        self._column, self._found = 0, []
        self._repeat_row = _count(attributes, "number-rows-repeated")
        if self.tables and attribute(attributes, "visibility") in _HIDDEN:
            self.tables[-1][2].hidden_rows.add(self._row + 1, self._repeat_row)

    def _close_cell(self, *, covered: bool) -> None:
        attributes, self._cell = self._cell, None
        if attributes is None or not self.tables:
            return
        repeat = _count(attributes, "number-columns-repeated")
        value, is_error = self._value(attributes)
        if value and not covered:
            cells = self.tables[-1][2]
            for column in range(self._column, min(self._column + repeat, self._column + 16_385)):
                self._found.append((column, repeat, value, is_error))
            right = self._column + _count(attributes, "number-columns-spanned") - 1
            cells.merge(
                self._row, self._column, self._row + _count(attributes, "number-rows-spanned") - 1, right
            )
        self._column += repeat

    def _close_row(self) -> None:
        if not self.tables:
            return
        cells = self.tables[-1][2]
        for column, _repeat, value, is_error in self._found:
            if is_error:
                cells.errors[self._row, column] = value
                cells.put(self._row, column, None)
            else:
                cells.put_down(self._row, column, value, self._repeat_row)
        self._row += self._repeat_row

    def _value(self, attributes: dict[str, str]) -> tuple[str, bool]:
        """The text of a cell, and whether it is an error."""
        shown = "\n".join(self._paragraphs)
        if attributes.get("calcext:value-type") == "error":
            return shown or "#ERROR!", True
        kind = attribute(attributes, "value-type") if attributes else ""
        if kind in ("float", "percentage", "currency"):
            return _number(attribute(attributes, "value"), shown), False
        if kind == "date":
            return iso_text(attribute(attributes, "date-value")) or shown, False
        if kind == "time":
            return _duration(attribute(attributes, "time-value"), shown), False
        if kind == "boolean":
            return attribute(attributes, "boolean-value") or shown, False
        return attribute(attributes, "string-value") or shown, False


def _count(attributes: dict[str, str], name: str) -> int:
    text = attribute(attributes, name)
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _number(value: str, shown: str) -> str:
    if value.isascii() and value.isdigit():
        return value.lstrip("0") or "0"
    try:
        return number_text(float(value))
    except ValueError:
        return shown


def _duration(value: str, shown: str) -> str:
    found = _DURATION.fullmatch(value)
    if not found or not any(found.groups()[1:]):
        return shown
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return f"{found.group(1)}{days * 24 + hours}:{minutes:02d}:{seconds:02d}"
