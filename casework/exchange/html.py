"""HTML tables under the name of a spreadsheet to grids of text: what most web back offices export as .xls.

The page is read as a stream of events, through libxml2's forgiving parser without network, entities or a tree. Nested
tables are tables of their own. Merged cells (colspan, rowspan) have their text in the top left cell only.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from casework.errors import BadFile
from casework.exchange.cells import Cells
from casework.exchange.encoding import decode, detect_encoding, known_encoding
from casework.i18n import _

if TYPE_CHECKING:
    from casework.exchange.grid import Grid

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEAD = 16_384
_PIECE = 1 << 20
_SPAN_MOST = 16_384
_DEEPEST = 200  # nested tables; a page that nests deeper is no export
_BLANK = re.compile(r"[ \t\r\n\f\u00a0]+")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_ROUNDED = re.compile(r"\s*-?\d(?:\.\d+)?E[+-]?\d+\s*", re.IGNORECASE)
_CELLS = ("td", "th")
_SKIPPED = ("script", "style", "title", "head", "xml", "noscript")
_BREAKING = ("p", "div", "li", "tr")


def read_tables(path: Path) -> Iterator[Grid]:
    """Yield each table of more than one row (or the only table there is). Raises :class:`BadFile`."""
    raw = path.read_bytes()
    for page in _pages(raw, path.name):
        encoding = _encoding(page)
        if encoding is None:
            raise BadFile(
                _("This is neither a spreadsheet nor readable text."),
                where=path.name,
                remedy=_("Save it as .xlsx, or as CSV in UTF-8, and try again."),
            )
        tables = _tables(decode(page, encoding), path.name)
        worth = [cells for cells in tables if cells.height > 1] or [cells for cells in tables if cells.height]
        if not worth:
            raise BadFile(
                _("The web page holds no table."),
                where=path.name,
                remedy=_("Export the table as .xlsx or .csv."),
            )
        name = known_encoding(encoding)
        for number, cells in enumerate(worth, 1):
            sheet = _("Table {number}").format(number=number) if len(worth) > 1 else None
            yield cells.grid(sheet, encoding=name)


def _pages(raw: bytes, name: str) -> list[bytes]:
    """The page itself, or the pages of a web archive (.mht)."""
    if (
        not raw[:200]
        .lstrip(b"\xef\xbb\xbf\r\n ")
        .lower()
        .startswith((b"mime-version:", b"from:", b"content-type:"))
    ):
        return [raw]
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    parts = [
        part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html"
    ]
    pages = [part for part in parts if isinstance(part, bytes) and b"<t" in part.lower()]
    if not pages:
        raise BadFile(
            _("The web page holds no table."), where=name, remedy=_("Export the table as .xlsx or .csv.")
        )
    return pages


def _encoding(raw: bytes) -> str | None:
    """A byte-order mark, else what the page declares where it holds, else the evidence."""
    evidence = detect_encoding(raw)
    if evidence is None or evidence.startswith(("utf-16", "utf-32", "utf-8-sig")):
        return evidence
    declared = _CHARSET.search(raw[:_HEAD])
    name = known_encoding(declared.group(1).decode("ascii", "replace")) if declared else ""
    if not name or name.startswith(("utf-16", "utf-32")):
        return evidence
    try:
        raw.decode(name)
    except (UnicodeDecodeError, LookupError):
        return evidence
    return name


def _tables(text: str, where: str) -> list[Cells]:
    from lxml import etree

    target = _Target(where)
    parser = etree.HTMLParser(target=target, no_network=True, huge_tree=False, encoding="utf-8")
    data = text.encode("utf-8", "replace")
    del text
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
        parser.close()
    except (etree.LxmlError, AssertionError) as error:
        raise BadFile(
            _("The web page is damaged or nested too deeply."),
            where=where,
            remedy=_("Open it in Excel, save it as .xlsx, and try again."),
        ) from error
    return target.tables


class _Table:
    """One table being read; a nested one has its own."""

    def __init__(self, where: str) -> None:
        self.cells = Cells(where)
        self.row, self.column = -1, 0
        self.taken: dict[int, int] = {}  # column: the last row that a cell from above still covers
        self.text: list[str] | None = None
        self.exact = ""
        self.spans = (1, 1)
        self.defined = 0


class _Target:
    """What the parser tells its events to."""

    def __init__(self, where: str) -> None:
        self._where = where
        self.tables: list[Cells] = []
        self._open: list[_Table] = []
        self._skipped = 0
        self._preformatted = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag == "table":
            self._open_table()
        elif not self._open:
            return
        elif tag in _CELLS:
            self._close_cell()
            self._open_cell(attributes)
        elif tag == "tr":
            self._close_cell()
            self._open_row(attributes)
        elif tag == "col":
            self._column(attributes)
        elif tag == "pre":
            self._preformatted += 1
        elif self._open[-1].text is not None and (tag == "br" or tag in _BREAKING):
            self._open[-1].text.append("\n" if tag == "br" else "\v")

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in _SKIPPED:
            self._skipped = max(self._skipped - 1, 0)
        elif not self._open:
            return
        elif tag in _CELLS or tag == "tr":
            self._close_cell()
        elif tag == "table":
            self._close_cell()
            self._open.pop()
        elif tag == "pre":
            self._preformatted = max(self._preformatted - 1, 0)

    def data(self, data: str) -> None:
        if self._open and not self._skipped:
            table = self._open[-1]
            if table.text is not None:
                table.text.append(data if self._preformatted else _BLANK.sub(" ", data))

    def comment(self, _text: str) -> None:
        """Conditional comments of Office hold nothing of the table."""

    def close(self) -> None:
        """End of the page: what is still open is finished."""
        while self._open:
            self._close_cell()
            self._open.pop()

    def _open_table(self) -> None:
        if len(self._open) >= _DEEPEST:
            raise BadFile(
                _("The web page is damaged or nested too deeply."),
                where=self._where,
                remedy=_("Open it in Excel, save it as .xlsx, and try again."),
            )
        table = _Table(self._where)
        self._open.append(table)
        self.tables.append(table.cells)

    def _open_row(self, attributes: dict[str, str]) -> None:
        table = self._open[-1]
        table.row += 1
        table.column = 0
        if _is_hidden(attributes):
            table.cells.hidden_rows.add(table.row + 1)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        table = self._open[-1]
        table.row = max(table.row, 0)
        while table.taken.get(table.column, -1) >= table.row:
            table.column += 1
        table.text, table.exact = [], attributes.get("x:num", attributes.get("num", ""))
        table.spans = _span(attributes, "rowspan"), _span(attributes, "colspan")

    def _close_cell(self) -> None:
        table = self._open[-1]
        if table.text is None:
            return
        text, table.text = _tidy("".join(table.text)), None
        if table.exact and _ROUNDED.fullmatch(text):  # the page shows 1.23E+11, and says the number beside it
            text = table.exact
        if text:
            table.cells.put(table.row, table.column, text)
        down, across = table.spans
        if down > 1 or across > 1:
            table.cells.merge(table.row, table.column, table.row + down - 1, table.column + across - 1)
        if down > 1:
            table.taken.update(
                dict.fromkeys(range(table.column, table.column + across), table.row + down - 1)
            )
        table.column += across

    def _column(self, attributes: dict[str, str]) -> None:
        table = self._open[-1]
        count = _span(attributes, "span")
        if _is_hidden(attributes):
            table.cells.hidden_columns.update(range(table.defined, min(table.defined + count, _SPAN_MOST)))
        table.defined += count


def _is_hidden(attributes: dict[str, str]) -> bool:
    return bool(_HIDDEN.search(attributes.get("style", ""))) or "hidden" in attributes


def _span(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "").strip()
    return min(max(int(text), 1), _SPAN_MOST) if text.isascii() and text.isdigit() and len(text) < 20 else 1


def _tidy(text: str) -> str:
    """Blanks at the ends of lines go; a paragraph begins a line, but not at the start of the cell."""
    if "\n" not in text and "\v" not in text:
        return text.strip(" \u00a0")
    lines = [line.strip(" \u00a0") for line in re.split(r"\v+|\n", text)]
    return "\n".join(lines).strip("\n")
