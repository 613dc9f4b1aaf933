"""SpreadsheetML 2003 (XML under the name .xls or .xml) to grids of text. Runs only in the limited child process."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from casework.exchange.cells import Cells
from casework.exchange.guard import has_doctype, not_a_spreadsheet
from casework.exchange.markup import Doctype, Local, Malformed, attribute, parse_xml, pieces
from casework.exchange.ooxml import mended
from casework.exchange.values import iso_text, number_text

if TYPE_CHECKING:
    from casework.exchange.grid import Grid

_DECLARED = re.compile(rb"""<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']""")
_OURS = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030", "big5": "big5hkscs"}
_FAR = 1 << 24  # further down or to the right than any sheet


def read_sheets(path: Path) -> Iterator[Grid]:
    """Yield each worksheet as text, visible ones first. Raises :class:`casework.errors.BadFile`."""
    try:
        events, encoding = _parse(path)
    except Doctype as error:
        raise has_doctype(path.name) from error
    except (Malformed, UnicodeDecodeError, LookupError) as error:
        raise not_a_spreadsheet(path.name) from error
    for hidden in (False, True):
        for sheet in events.sheets:
            if sheet.hidden == hidden:
                yield sheet.cells.grid(sheet.name, hidden=hidden, encoding=encoding)


def _parse(path: Path) -> tuple[_Events, str]:
    with path.open("rb") as stream:
        head = stream.read(1024)
    declared = _DECLARED.search(head.replace(b"\x00", b""))
    name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    name = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else name
    try:
        return _events(path, name, mend=False), name
    except Malformed:  # careless programs write a bare & into the text
        return _events(path, name, mend=True), name


def _events(path: Path, encoding: str, *, mend: bool) -> _Events:
    events = _Events(path.name)
    ours = _OURS.get(encoding)
    with path.open("rb") as stream:
        if ours:
            chunks = _transcoded(stream, ours)
        elif mend and encoding == "utf-16":
            chunks, ours = _transcoded(stream, "utf-16"), "utf-16"
        else:
            chunks = pieces(stream)
        chunks = mended(chunks) if mend else chunks
        parse_xml(chunks, events.start, events.end, events.text, "utf-8" if ours else None)
    return events


def _transcoded(stream: IO[bytes], encoding: str) -> Iterator[bytes]:
    """The same in UTF-8: the parser does not know the Chinese encodings."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in pieces(stream):
        yield decoder.decode(chunk).encode("utf-8")
    yield decoder.decode(b"", True).encode("utf-8")


class _Sheet:
    """One worksheet being read."""

    def __init__(self, name: str, where: str) -> None:
        self.name, self.hidden, self.cells = name, False, Cells(where)
        self.row = self.column = -1
        self.column_defined = 0


class _Events:
    """Turns the events of a workbook into sheets of cells."""

    def __init__(self, where: str) -> None:
        self._where, self._local = where, Local()
        self.sheets: list[_Sheet] = []
        self._type = ""
        self._merge = (0, 0)
        self._comment = False
        self._piece: list[str] | None = None
        self._visible: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._local[name]
        if kind == "Worksheet":
            self.sheets.append(_Sheet(attribute(attributes, "Name"), self._where))
        elif not self.sheets:
            return
        elif kind == "Cell":
            self._open_cell(attributes)
        elif kind == "Data" and not self._comment:
            self._type, self._piece = attribute(attributes, "Type"), []
        elif kind == "Row":
            self._open_row(attributes)
        elif kind == "Column":
            self._open_column(attributes)
        elif kind == "Comment":
            self._comment = True
        elif kind == "Visible":
            self._visible = []
        elif kind == "br" and self._piece is not None:
            self._piece.append("\n")

    def text(self, data: str) -> None:
        if self._piece is not None:
            self._piece.append(data)
        elif self._visible is not None:
            self._visible.append(data)

    def end(self, name: str) -> None:
        kind = self._local[name]
        if kind == "Data":
            if self._piece is not None:
                self._put("".join(self._piece))
                self._piece = None
        elif kind == "Cell" and self.sheets:
            self.sheets[-1].column += self._merge[0]
        elif kind == "Comment":
            self._comment = False
        elif kind == "Visible" and self._visible is not None:
            self.sheets[-1].hidden = "Hidden" in "".join(self._visible)
            self._visible = None

    def _open_row(self, attributes: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        sheet.row = _index(attributes, sheet.row + 1)
        sheet.column = -1
        span = _count(attributes, "Span")
        if attribute(attributes, "Hidden") == "1":
            sheet.cells.hidden_rows.add(sheet.row + 1, span + 1)
        sheet.row += span  # a span of rows has no cells

    def _open_column(self, attributes: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        first = _index(attributes, sheet.column_defined)
        last = min(first + _count(attributes, "Span"), 16_383)
        if attribute(attributes, "Hidden") == "1":
            sheet.cells.hidden_columns.update(range(first, last + 1))
        sheet.column_defined = last + 1

    def _open_cell(self, attributes: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        sheet.column = _index(attributes, sheet.column + 1)
        self._merge = _count(attributes, "MergeAcross"), _count(attributes, "MergeDown")
        if any(self._merge) and sheet.row >= 0:
            right, bottom = sheet.column + self._merge[0], sheet.row + self._merge[1]
            sheet.cells.merge(sheet.row, sheet.column, bottom, right)

    def _put(self, text: str) -> None:
        sheet = self.sheets[-1]
        row, column = max(sheet.row, 0), max(sheet.column, 0)
        if self._type == "Error":
            sheet.cells.put(row, column, None)
            sheet.cells.errors[row, column] = text.strip()
        elif text:
            sheet.cells.put(row, column, _value(text, self._type))


def _value(text: str, kind: str) -> str:
    if kind == "DateTime":
        return iso_text(text)
    if kind == "Boolean":
        return "true" if text.strip() in ("1", "true", "True") else "false"
    if kind == "Number":
        return _number(text.strip())
    return text


def _number(text: str) -> str:
    if text.isascii() and text.isdigit():
        return text
    try:
        return number_text(float(text))
    except ValueError:
        return text


def _index(attributes: dict[str, str], following: int) -> int:
    text = attribute(attributes, "Index")
    return (
        min(int(text), _FAR) - 1
        if text.isascii() and text.isdigit() and len(text) < 20 and int(text)
        else following
    )


def _count(attributes: dict[str, str], name: str) -> int:
    text = attribute(attributes, name)
    return min(int(text), _FAR) if text.isascii() and text.isdigit() and len(text) < 20 else 0
