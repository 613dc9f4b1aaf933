"""The parts of an .xlsx workbook, read as a stream of events: slower than the fast reader, exact cell by cell.

Serves three ends: a look at the first rows (:mod:`casework.exchange.peek`), what the fast reader does not tell (hidden
rows and columns, merged areas, which numbers are durations), and workbooks that it cannot read. Names of elements are
compared without their prefix, so strict and transitional workbooks, and those with odd prefixes, read alike.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from casework.errors import BadFile
from casework.exchange.cells import Cells
from casework.exchange.markup import Enough, Local, attribute, parse_xml, pieces
from casework.exchange.values import CHINESE_DATES, Format, builtin_format, format_of_code, formatted
from casework.i18n import _

_TRUE = ("1", "true", "on")
_BLANKS = " \t\r\n"
_STRINGS_MOST = 16 << 20
_SMALL_PART = 16 << 20  # a workbook's own description and its styles are never larger


@dataclass(frozen=True)
class SheetPart:
    """A sheet of the workbook, and the part of the zip that holds it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Formats:
    """What the workbook's cell styles show, by style number; whether the fast reader misreads some of them."""

    styles: tuple[Format, ...] = ()
    durations: bool = False
    chinese_dates: bool = False

    @property
    def misread(self) -> bool:
        """The fast reader takes durations for dates, and dates in Chinese built-in formats for numbers."""
        return self.durations or self.chinese_dates


@dataclass
class Workbook:
    """An open .xlsx file. Use it as a context manager."""

    path: Path
    archive: zipfile.ZipFile
    sheets: list[SheetPart] = field(default_factory=list)
    date_1904: bool = False
    date_1904_lost: bool = (
        False  # an extension's element of the same name follows: the fast reader heeds that one
    )
    strings_part: str = ""
    styles_part: str = ""

    @classmethod
    def open(cls, path: Path) -> Workbook:
        """Read the workbook part and its relations. Raises :class:`KeyError` where there is none."""
        book = cls(path, zipfile.ZipFile(path))
        try:
            book._find_parts()
        except BaseException:
            book.archive.close()
            raise
        return book

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.archive.close()

    def stream(self, part: str) -> IO[bytes]:
        """A part of the zip; names are compared without regard to case, as Excel does."""
        try:
            return self.archive.open(part)
        except KeyError:
            wanted = part.lower().replace("\\", "/").lstrip("/")
            for name in self.archive.namelist():
                if name.lower().replace("\\", "/").lstrip("/") == wanted:
                    return self.archive.open(name)
            raise

    def _small(self, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
        with self.stream(part) as stream:
            parse_xml(pieces(stream, most=_SMALL_PART), start, _nothing, _nothing)

    def _find_parts(self) -> None:
        names = [name for name in self.archive.namelist() if name.lower().endswith("workbook.xml")]
        main = min(names, key=len) if names else "xl/workbook.xml"
        listed: list[tuple[str, str, bool]] = []
        local = Local()

        def start(name: str, attributes: dict[str, str]) -> None:
            if local[name] == "sheet":
                state = attributes.get("state", "visible")
                listed.append((attributes.get("name", ""), _relation(attributes), state != "visible"))
            elif local[name] == "workbookPr":
                said = attributes.get("date1904", "").lower() in _TRUE
                self.date_1904, self.date_1904_lost = self.date_1904 or said, self.date_1904 and not said

        self._small(main, start)
        targets = self._relations(main)
        self.sheets = [SheetPart(n, targets[r], h) for n, r, h in listed if r in targets]

    def _relations(self, main: str) -> dict[str, str]:
        """Worksheets by relation id; remembers where strings and styles lie."""
        folder, base = posixpath.split(main)
        found: dict[str, str] = {}
        local = Local()

        def start(name: str, attributes: dict[str, str]) -> None:
            if local[name] != "Relationship" or attributes.get("TargetMode") == "External":
                return
            target = attributes.get("Target", "").replace("\\", "/")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            kind = attributes.get("Type", "").rpartition("/")[2]
            if kind == "worksheet":
                found[attributes.get("Id", "")] = part
            elif kind == "sharedStrings":
                self.strings_part = part
            elif kind == "styles":
                self.styles_part = part

        self._small(f"{folder}/_rels/{base}.rels".lstrip("/"), start)
        return found

    def formats(self) -> Formats:
        """What each cell style makes of a number; empty where there are no styles."""
        if not self.styles_part:
            return Formats()
        codes: dict[int, str] = {}
        numbers: list[int] = []
        inside = [False]
        local = Local()

        def start(name: str, attributes: dict[str, str]) -> None:
            kind = local[name]
            if kind == "numFmt":
                codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            elif kind in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
                inside[0] = kind == "cellXfs"
            elif kind == "xf" and inside[0]:
                numbers.append(_number(attributes.get("numFmtId")))

        try:
            self._small(self.styles_part, start)
        except KeyError:
            return Formats()
        styles = tuple(format_of_code(codes[n]) if n in codes else builtin_format(n) for n in numbers)
        chinese = any(n in CHINESE_DATES and n not in codes for n in numbers)
        return Formats(styles, "duration" in styles, chinese)

    def strings(self, most: int | None = None, first: int | None = None) -> list[str]:
        """The shared strings: all, or the ``first`` so many within ``most`` bytes (:class:`Enough` beyond)."""
        if not self.strings_part:
            return []
        reader = _Strings(first)
        with self.stream(self.strings_part) as stream:
            parse_xml(
                pieces(stream, small=first is not None, most=most), reader.start, reader.end, reader.text
            )
        return reader.found


def _nothing(*_seen: object) -> None:
    """Look away."""


def _relation(attributes: dict[str, str]) -> str:
    """The ``r:id`` of a sheet, whatever the prefix of the relations' namespace."""
    return next((value for key, value in attributes.items() if key.endswith(":id")), "")


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


class _Strings:
    """Shared strings: the runs of a rich text joined, its phonetic guide left out."""

    def __init__(self, first: int | None) -> None:
        self.found: list[str] = []
        self._first, self._local = first, Local()
        self._runs: list[str] = []
        self._piece: list[str] | None = None
        self._keep = self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._local[name]
        if kind == "t":
            if not self._phonetic:
                self._piece, self._keep = [], _keeps_blanks(attributes)
        elif kind == "rPh":
            self._phonetic = True

    def text(self, data: str) -> None:
        if self._piece is not None:
            self._piece.append(data)

    def end(self, name: str) -> None:
        kind = self._local[name]
        if kind == "t":
            if self._piece is not None:
                self._runs.append(run_text("".join(self._piece), self._keep))
                self._piece = None
        elif kind == "rPh":
            self._phonetic = False
        elif kind == "si":
            self.found.append("".join(self._runs))
            self._runs = []
            if len(self.found) == self._first:
                raise Enough


def _keeps_blanks(attributes: dict[str, str]) -> bool:
    return attributes.get("xml:space") == "preserve"


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def run_text(text: str, keep: bool) -> str:
    """The text of one run: blanks around it count only where the file says so; ``_x000D_`` is a character."""
    if not keep:
        text = text.strip(_BLANKS)
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    return text


_LETTERS: dict[str, int] = {}


def column_of(letters: str) -> int | None:
    """``"A"`` is 0; None where these are not the letters of a column."""
    if letters in _LETTERS:
        return _LETTERS[letters]
    if not letters or len(letters) > 3 or not letters.isascii() or not letters.isalpha():
        return None
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    _LETTERS[letters] = place - 1
    return place - 1


def area_of(reference: str) -> tuple[int, int, int, int] | None:
    """``"B2:C3"`` as (1, 1, 2, 2); None where it is no area."""
    found = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})", reference)
    if not found:
        return None
    left, right = column_of(found.group(1)), column_of(found.group(3))
    top, bottom = int(found.group(2)) - 1, int(found.group(4)) - 1
    if left is None or right is None or not 0 <= top <= bottom or left > right:
        return None
    return top, left, bottom, right


class SheetEvents:
    """Turns the events of a worksheet into cells. Stops with :class:`Enough` after ``most_rows`` rows."""

    def __init__(
        self, cells: Cells, formats: Formats, date_1904: bool, where: str, most_rows: int | None = None
    ) -> None:
        self.cells, self._styles, self._date_1904 = cells, formats.styles, date_1904
        self._where, self._most_rows = where, most_rows
        self._local = Local()
        self._row, self._column = -1, -1
        self._type, self._style = "", 0
        self._value: str | None = None
        self._runs: list[str] | None = None
        self._piece: list[str] | None = None
        self._keep = self._phonetic = False
        self.strings_needed = 0
        self.misread: dict[int, dict[Format, int]] = {}
        self.filtered = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take note of where the next text belongs."""
        kind = self._local[name]
        if kind == "c":
            self._open_cell(attributes)
        elif kind == "v":
            self._piece = []
        elif kind == "t":
            if not self._phonetic:
                self._piece, self._keep = [], _keeps_blanks(attributes)
        elif kind == "row":
            self._open_row(attributes)
        elif kind == "rPh":
            self._phonetic = True
        elif kind == "col":
            self._hidden_columns(attributes)
        elif kind == "mergeCell":
            area = area_of(attributes.get("ref", ""))
            if area:
                self.cells.merge(*area)
        elif kind == "sheetPr":
            self.filtered = attributes.get("filterMode") in _TRUE

    def text(self, data: str) -> None:
        """Keep text of a value."""
        if self._piece is not None:
            self._piece.append(data)

    def end(self, name: str) -> None:
        """Finish a value or a cell."""
        kind = self._local[name]
        if kind == "v":
            if self._piece is not None:
                self._value, self._piece = "".join(self._piece), None
        elif kind == "t":
            if self._piece is not None:
                self._runs = self._runs or []
                self._runs.append(run_text("".join(self._piece), self._keep))
                self._piece = None
        elif kind == "c":
            self._close_cell()
        elif kind == "rPh":
            self._phonetic = False

    @property
    def rows_seen(self) -> int:
        """How far down the sheet was read."""
        return self._row + 1

    def _open_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "")
        row = int(given) - 1 if given.isascii() and given.isdigit() and len(given) < 12 else self._row + 1
        if self._most_rows is not None and row >= self._most_rows:
            raise Enough
        if row < 0 or row >= 1 << 24:
            raise self._impossible()
        self._row, self._column = row, -1
        if attributes.get("hidden") in _TRUE:
            self.cells.hidden_rows.add(row + 1)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        column = column_of(reference.rstrip("0123456789"))
        self._column = self._column + 1 if column is None else column
        if self._row < 0:  # a cell outside a row
            self._row = 0
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "")
        self._style = int(style) if style.isascii() and style.isdigit() and len(style) < 8 else 0
        self._value = self._runs = None

    def _close_cell(self) -> None:
        value, kind = self._value, self._type
        if kind == "inlineStr" or (value is None and self._runs is not None):
            if self._runs is not None:
                self.cells.put(self._row, self._column, "".join(self._runs))
        elif value is None:
            return
        elif kind == "s":
            self._put_shared(value)
        elif kind == "e":
            self.cells.put(self._row, self._column, None)
            self.cells.errors[self._row, self._column] = value.strip()
        elif kind == "b":
            self.cells.put(self._row, self._column, "true" if value.strip() in _TRUE else "false")
        elif kind in ("str", "d"):
            self.cells.put(self._row, self._column, value)
        else:
            self._put_number(value)

    def _put_shared(self, value: str) -> None:
        index = value.strip()
        if index.isascii() and index.isdigit() and len(index) < 10:
            place = int(index)
            self.strings_needed = max(self.strings_needed, place + 1)
            self.cells.put(self._row, self._column, place)

    def _put_number(self, value: str) -> None:
        try:
            number = float(value)
        except ValueError:
            self.cells.put(self._row, self._column, value)
            return
        form: Format = self._styles[self._style] if self._style < len(self._styles) else "number"
        if form != "number":
            counts = self.misread.setdefault(self._column, {})
            counts[form] = counts.get(form, 0) + 1
        self.cells.put(self._row, self._column, formatted(number, form, self._date_1904))

    def _hidden_columns(self, attributes: dict[str, str]) -> None:
        if attribute(attributes, "hidden") in _TRUE:
            first, last = _number(attributes.get("min")), _number(attributes.get("max"))
            self.cells.hidden_columns.update(range(max(first, 1) - 1, min(last, 16_384)))

    def _impossible(self) -> BadFile:
        return BadFile(
            _("A cell has an address that no sheet has."),
            where=self._where,
            remedy=_("Open it in Excel, save it as .xlsx, and try again."),
        )


_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_CONTROL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcBCefEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)


def mended(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """XML that a careless program wrote: a bare ``&`` becomes ``&amp;``, characters that XML cannot hold go."""
    held = b""
    for chunk in chunks:
        piece = held + chunk
        cut = piece.rfind(b"&", max(len(piece) - 12, 0))
        held = piece[cut:] if cut >= 0 else b""
        piece = piece[:cut] if cut >= 0 else piece
        yield _BARE_AMPERSAND.sub(b"&amp;", _CONTROL.sub(b"", piece))
    yield _BARE_AMPERSAND.sub(b"&amp;", _CONTROL.sub(b"", held))


_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\bhidden=[\"'](?:1|true)[\"'][^>]*>")
_ROW_NUMBER = re.compile(rb"\br=[\"'](\d{1,7})[\"']")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")


def scan(stream: IO[bytes], cells: Cells, *, most: int) -> int:
    """Find hidden rows and merged areas by their bytes, in at most ``most`` of them: far quicker than parsing.

    Returns how many row elements there are; 0 where they have a prefix.
    """
    held, left, rows = b"", most, 0
    while left > 0 and (chunk := stream.read(min(1 << 20, left))):
        left -= len(chunk)
        piece = held + chunk
        cut = piece.rfind(b"<")
        held, piece = (piece[cut:], piece[:cut]) if cut > 0 else (b"", piece)
        rows += piece.count(b"<row")
        if b"hidden=" in piece:
            for found in _HIDDEN_ROW.finditer(piece):
                number = _ROW_NUMBER.search(found.group())
                cells.hidden_rows.add(int(number.group(1)) if number else 0)
        if b"mergeCell" in piece:
            for found in _MERGE.finditer(piece):
                area = area_of(found.group(1).decode("ascii"))
                if area:
                    cells.merge(*area)
    return rows
