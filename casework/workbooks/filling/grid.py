"""A worksheet's cells as XML: their places, texts and values, and how a list's row is repeated."""

from __future__ import annotations

import copy
import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from casework.errors import BadFile
from casework.i18n import _
from casework.workbooks.cells import cell_text
from casework.workbooks.filling.formulas import (
    LAST_ROW,
    Growth,
    Growths,
    copied,
    letters,
    moved,
    moved_areas,
    number_of,
    shifted,
)
from casework.workbooks.filling.marks import Marked, as_text, escaped, unescaped, whole
from casework.workbooks.filling.package import Element
from casework.workbooks.filling.styles import Styles
from casework.workbooks.live import is_live

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
LAST_COLUMN = 16_384


def tag(name: str) -> str:
    """A name of SpreadsheetML with its namespace."""
    return f"{{{MAIN}}}{name}"


ROW, CELL, VALUE, FORMULA, INLINE, TEXT = (tag(name) for name in ("row", "c", "v", "f", "is", "t"))


def true(text: str | None) -> bool:
    """An XML boolean."""
    return text in ("1", "true")


def joined(element: Element) -> str:
    """The text of a string item: its runs joined, without the reading aids of East Asian text."""
    runs = (text for text in element.iter(TEXT) if text.getparent().tag != tag("rPh"))
    return unescaped("".join(text.text or "" for text in runs))


class Grid:
    """The rows of one worksheet; rows and columns count from 1."""

    def __init__(self, root: Element, strings: Sequence[str]) -> None:
        self.root, self._strings = root, strings
        data = root.find(tag("sheetData"))
        if data is None:
            raise BadFile(_("A part of the workbook is missing: {part}.").format(part="sheetData"))
        self.data = data
        self.rows: dict[int, Element] = {}
        self._number()

    def _number(self) -> None:
        """Give every row and cell its place in writing, as the format lets writers leave it out."""
        last = 0
        for row in self.data.iter(ROW):
            number = _whole(row.get("r"), last + 1)
            if not last < number <= LAST_ROW:
                raise _disordered()
            last = number
            row.set("r", str(number))
            self.rows[number] = row
            column = 0
            for cell in row.iter(CELL):
                column = _column(cell.get("r"), column + 1, number)
                cell.set("r", f"{letters(column)}{number}")

    def cells(self) -> Iterator[tuple[int, int, Element]]:
        """Every cell that is written, with its row and column."""
        for number, row in self.rows.items():
            for cell in row.iter(CELL):
                yield number, column_of(cell), cell

    def text(self, cell: Element) -> str | None:
        """The text of a cell that holds text and no formula."""
        if cell.find(FORMULA) is not None:
            return None
        kind, value = cell.get("t"), cell.find(VALUE)
        if kind == "s" and value is not None:
            place = _whole(value.text, -1)
            return self._strings[place] if 0 <= place < len(self._strings) else None
        if kind == "inlineStr":
            inline = cell.find(INLINE)
            return None if inline is None else joined(inline)
        return unescaped(value.text or "") if kind == "str" and value is not None else None

    def value(self, row: int, column: int) -> object:
        """What a cell shows: text, a number or None; ``...`` where only a program can tell (a formula)."""
        cell = self.find(row, column)
        if cell is None:
            return None
        if cell.find(FORMULA) is not None:
            return ...
        text = self.text(cell)
        value = cell.find(VALUE)
        if text is not None or value is None:
            return text
        try:
            return float(value.text or "")
        except ValueError:
            return None

    def find(self, row: int, column: int) -> Element | None:
        """A written cell, or None."""
        if row not in self.rows:
            return None
        name = f"{letters(column)}{row}"
        return next((cell for cell in self.rows[row].iter(CELL) if cell.get("r") == name), None)

    def cell(self, row: int, column: int) -> Element:
        """A cell, written or made in the style of its row or column."""
        found = self.find(row, column)
        return found if found is not None else self._new_cell(row, column)

    def _new_cell(self, row: int, column: int) -> Element:
        line = self.rows.get(row)
        if line is None:
            line = self._new_row(row)
        cell = line.makeelement(CELL, {"r": f"{letters(column)}{row}"})
        style = line.get("s") if true(line.get("customFormat")) else self._column_style(column)
        if style:
            cell.set("s", style)
        line.attrib.pop("spans", None)  # it says which columns are used, and may be left out
        before = [each for each in line.iter(CELL) if column_of(each) < column]
        if before:
            before[-1].addnext(cell)
        else:
            line.insert(0, cell)
        return cell

    def _new_row(self, row: int) -> Element:
        line = self.data.makeelement(ROW, {"r": str(row)})
        before = [number for number in self.rows if number < row]
        if before:
            self.rows[max(before)].addnext(line)
        else:
            self.data.insert(0, line)
        self.rows = dict(sorted({**self.rows, row: line}.items()))
        return line

    def _column_style(self, column: int) -> str | None:
        for each in self.root.iter(tag("col")):
            if _whole(each.get("min"), 0) <= column <= _whole(each.get("max"), 0):
                return str(each.get("style")) if each.get("style") else None
        return None

    def index(self) -> None:
        """Find the rows anew after they were repeated."""
        self.rows = {int(row.get("r")): row for row in self.data.iter(ROW)}

    def merges(self) -> list[tuple[int, int, int, int]]:
        """Merged cells as (first column, first row, last column, last row)."""
        return [corners(each.get("ref", "")) for each in self.root.iter(tag("mergeCell"))]

    def expand_shared(self) -> None:
        """Write a formula that several cells share into each of them."""
        masters: dict[str, tuple[int, int, str]] = {}
        for row, column, cell in self.cells():
            formula = cell.find(FORMULA)
            if formula is None or formula.get("t") != "shared":
                continue
            group = formula.get("si", "")
            if formula.text:
                masters[group] = (row, column, formula.text)
            elif group in masters:
                top, left, text = masters[group]
                formula.text = shifted(text, row - top, column - left)
            for name in ("t", "ref", "si"):
                formula.attrib.pop(name, None)

    def forget_results(self) -> None:
        """Take the results of formulas out, so that every program computes them anew."""
        for _row, _column, cell in self.cells():
            if cell.find(FORMULA) is not None:
                _drop(cell, VALUE)
                cell.attrib.pop("t", None)

    def move_formulas(self, home: str, growths: Growths) -> None:
        """Let formulas point to where their cells have gone."""
        own = growths.get(home.casefold(), Growth())
        for row, _column, cell in self.cells():
            formula = cell.find(FORMULA)
            if formula is not None and not own.holds(row):
                formula.text = moved(formula.text or "", home, growths)
                if formula.get("ref"):
                    formula.set("ref", moved_areas(formula.get("ref"), own))


class Writer:
    """Puts values into cells; styles stay, but for dates in a cell without a number format and quoted text."""

    def __init__(self, styles: Styles, *, date1904: bool) -> None:
        self._styles = styles
        self._epoch = dt.datetime(1904, 1, 1) if date1904 else dt.datetime(1899, 12, 30)

    def put(self, cell: Element, marks: Marked, scope: Mapping[str, object]) -> None:
        """Fill a cell: a lone mark as what it is, marks among words as text."""
        clear(cell)
        if marks.whole:
            self._value(cell, scope[marks.names[0]])
        else:
            self._text(cell, marks.text(scope))

    def _value(self, cell: Element, value: object) -> None:
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return
        if isinstance(value, dt.date):
            self._date(cell, value)
        elif isinstance(value, bool):
            cell.set("t", "b")
            _add(cell, VALUE, str(int(value)))
        elif isinstance(value, float | Decimal) or (isinstance(value, int) and abs(value) < 10**15):
            _add(cell, VALUE, repr(float(value)) if isinstance(value, float) else f"{value}")
        else:
            self._text(cell, as_text(value))

    def _date(self, cell: Element, value: dt.date) -> None:
        style = _whole(cell.get("s"), 0)
        moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
        serial = (moment.replace(tzinfo=None) - self._epoch) / dt.timedelta(days=1)
        if self._styles.is_text(style) or serial < 0:
            self._text(cell, as_text(value))
            return
        cell.set("s", str(self._styles.dated(style, timed=isinstance(value, dt.datetime))))
        _add(cell, VALUE, f"{serial:.10f}".rstrip("0").rstrip("."))

    def _text(self, cell: Element, text: str) -> None:
        text = cell_text(whole(text))
        if not text:
            return
        if is_live(text):
            cell.set("s", str(self._styles.quoted(_whole(cell.get("s"), 0))))
        cell.set("t", "inlineStr")
        inline = _add(cell, INLINE, None)
        _add(inline, TEXT, escaped(text)).set(_SPACE, "preserve")


def repeat(
    grid: Grid,
    row: int,
    scopes: Sequence[Mapping[str, object]],
    marks: Mapping[int, Marked],
    writer: Writer,
    home: str,
    growths: Growths,
) -> None:
    """Repeat a list's row, once for each of ``scopes``; without any, the row stays and is emptied.

    ``marks`` are those of the row by column. The copies get their final row numbers; the row itself does too.
    """
    line = grid.rows[row]
    start = growths.get(home.casefold(), Growth()).row(row)
    for column in marks:
        grid.cell(row, column)
    if not scopes:
        for cell in line.iter(CELL):
            clear(cell)
        renumber(line, start)
        return
    fit_height(line)
    formulas = [(place, cell.find(FORMULA)) for place, cell in enumerate(line.iter(CELL))]
    wanted = [marks.get(column_of(cell)) for cell in line.iter(CELL)]
    last = line
    for step, scope in enumerate(scopes[1:], start=1):
        fresh = copy.deepcopy(line)
        last.addnext(fresh)
        last = fresh
        _fill_row(fresh, wanted, scope, writer)
        _follow(fresh, formulas, home, growths, row, step)
        renumber(fresh, start + step)
    _fill_row(line, wanted, scopes[0], writer)
    _follow(line, formulas, home, growths, row, 0)
    renumber(line, start)


def _fill_row(
    line: Element, wanted: Sequence[Marked | None], scope: Mapping[str, object], writer: Writer
) -> None:
    for cell, marks in zip(line.iter(CELL), wanted, strict=True):
        if marks is not None:
            writer.put(cell, marks, scope)


def _follow(
    line: Element, formulas: Sequence[tuple[int, Element]], home: str, growths: Growths, row: int, step: int
) -> None:
    texts = {place: formula.text for place, formula in formulas if formula is not None and formula.text}
    if not texts:
        return
    for place, cell in enumerate(line.iter(CELL)):
        formula = cell.find(FORMULA)
        if formula is None or place not in texts:
            continue
        formula.text = copied(texts[place], home, growths, row, step)
        if formula.get("ref"):
            first = growths.get(home.casefold(), Growth()).row(row) + step
            formula.set("ref", re.sub(r"\d+", str(first), formula.get("ref")))


def fit_height(line: Element) -> None:
    """Let the program choose the height of a filled row, unless a person has set it."""
    if not true(line.get("customHeight")):
        line.attrib.pop("ht", None)


def renumber(line: Element, number: int) -> None:
    """Give a row and its cells another row number."""
    line.set("r", str(number))
    for cell in line.iter(CELL):
        cell.set("r", cell.get("r", "").rstrip("0123456789") + str(number))


def clear(cell: Element) -> None:
    """Empty a cell; its style stays."""
    for child in list(cell):
        cell.remove(child)
    for name in ("t", "cm", "vm"):
        cell.attrib.pop(name, None)


def corners(ref: str) -> tuple[int, int, int, int]:
    """The corners of ``A1:C3`` or ``A1``: first column, first row, last column, last row."""
    found = _CELL.findall(ref.replace("$", "").upper())
    if not found:
        return 0, 0, 0, 0
    (left, top), (right, bottom) = found[0], found[-1]
    return number_of(left), int(top), number_of(right), int(bottom)


def column_of(cell: Element) -> int:
    """The column of a cell by its reference."""
    return number_of(cell.get("r", "").rstrip("0123456789"))


def _add(parent: Element, name: str, text: str | None) -> Element:
    child = parent.makeelement(name)
    child.text = text
    parent.append(child)
    return child


def _drop(cell: Element, name: str) -> None:
    for child in cell.findall(name):
        cell.remove(child)


def _whole(text: str | None, default: int) -> int:
    if text is None or not (text := text.strip()):
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise _disordered()
    return int(text)


def _column(ref: str | None, least: int, row: int) -> int:
    if ref is None:
        return least
    found = _CELL.fullmatch(ref)
    column = number_of(found[1]) if found else 0
    if not found or int(found[2]) != row or not least <= column <= LAST_COLUMN:
        raise _disordered()
    return column


def _disordered() -> BadFile:
    return BadFile(
        _("A sheet of the template is damaged: its rows or cells are out of order."),
        remedy=_("Open the template in Excel and save it anew."),
    )
