"""The first rows of an .xlsx without parsing the rest: columns can be recognised before the big read.

The text of each cell is what :mod:`casework.exchange.spreadsheet` gives, so a layout found here holds there.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING

from casework.errors import CaseworkError
from casework.exchange.cells import Cells
from casework.exchange.markup import Doctype, Enough, Malformed, parse_xml
from casework.exchange.ooxml import SheetEvents, SheetPart, Workbook, scan

if TYPE_CHECKING:
    from casework.exchange.grid import Grid

ROWS = 400
_SHEET_MOST = 2 << 20
_STRINGS_MOST = 16 << 20
_FEW = 50  # rows: a sheet of longer rows than that gives is read whole
_PIECE = 1 << 16
_HEADER_DEPTH = 20
_SCAN_MOST = 1 << 40


def peek(path: Path, name: str | None = None) -> Grid | None:
    """The first 400 rows at most of the first visible sheet that has any cell (or of the sheet ``name``).

    None where that would take more than 2 MB of the sheet or 16 MB of shared strings, or where anything is odd: read
    the sheet whole then. Hidden rows are counted in the head only; merged areas are found where the header looks as
    if it had some.
    """
    try:
        with Workbook.open(path) as book:
            return _peek(book, name)
    except (CaseworkError, Doctype, Enough, Malformed, KeyError, ValueError, OSError, EOFError):
        return None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return None


def _peek(book: Workbook, name: str | None) -> Grid | None:
    for sheet in book.sheets:
        if sheet.name == name or (name is None and not sheet.hidden):
            grid = _head(book, sheet)
            if name is not None or grid is None or grid.height:
                return grid
    return None


def _head(book: Workbook, sheet: SheetPart) -> Grid | None:
    formats = book.formats()
    cells = Cells(book.path.name)
    flag = book.date_1904
    events = SheetEvents(cells, formats, flag, book.path.name, ROWS)
    with book.stream(sheet.part) as stream:
        whole = _feed(stream, events)
    if not whole and events.rows_seen < _FEW:
        return None
    shared: list[str] = []
    if events.strings_needed:
        shared = _strings(book, events.strings_needed)
    if not whole and _looks_merged(cells):
        with book.stream(sheet.part) as stream:
            found = Cells(book.path.name)
            scan(stream, found, most=_SCAN_MOST)
        cells.merged = found.merged
    return cells.grid(sheet.name, shared, date_1904=flag, hidden=sheet.hidden)


def _feed(stream: IO[bytes], events: SheetEvents) -> bool:
    """Parse up to the limit; True where that was the whole sheet."""
    cut = False

    def head() -> Iterator[bytes]:
        nonlocal cut
        left = _SHEET_MOST
        while left > 0 and (chunk := stream.read(min(_PIECE, left))):
            left -= len(chunk)
            yield chunk
        if left <= 0:
            cut = True
            raise Enough

    return parse_xml(head(), events.start, events.end, events.text) and not cut


def _strings(book: Workbook, count: int) -> list[str]:
    try:
        return book.strings(_STRINGS_MOST, count)
    except Enough:
        raise ValueError("the strings of the head lie too deep") from None


def _looks_merged(cells: Cells) -> bool:
    """Whether the first row that looks like a header has gaps above text of the row below, as merged headers do."""
    rows = [cells.texts(row) for row in range(min(cells.height, _HEADER_DEPTH))]
    for upper, lower in pairwise(rows):
        if len(upper) < 2:
            continue
        below = set(lower) - set(upper)
        return bool(below) and not any(_is_number(value) for value in lower.values())
    return False


def _is_number(value: str | int) -> bool:
    """Whether a cell holds a number or a date itself; text lies elsewhere and is known by its place only."""
    return isinstance(value, str) and value[:1].isdigit()


def visible_sheets(path: Path) -> list[str]:
    """The names of the visible worksheets, in order; none where the workbook cannot be looked into."""
    try:
        with Workbook.open(path) as book:
            return [sheet.name for sheet in book.sheets if not sheet.hidden]
    except (CaseworkError, Doctype, Enough, Malformed, KeyError, ValueError, OSError, EOFError):
        return []
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return []
