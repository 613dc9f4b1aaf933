"""Excel workbooks to grids of text, through fastexcel (calamine). Runs only in the limited child process.

Arrow and numpy are imported where they are used: the reader can start without them. What fastexcel does not tell or
misreads comes from :mod:`casework.exchange.ooxml`; so do workbooks that it cannot read at all.

Hidden rows and columns are read and counted. For an .xlsx they are looked for where that costs little: in sheets of up
to 32 MB of XML, and in larger ones only where the sheet says that a filter hides rows. Merged areas likewise, in larger
sheets only where the caller asks (a header looks as if it had some). Other formats do not say.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import fastexcel

from casework.errors import BadFile
from casework.exchange.cells import Cells, blank_column
from casework.exchange.guard import Kind, has_doctype, not_a_spreadsheet, password_protected
from casework.exchange.limits import check_area, limit, over
from casework.exchange.markup import Doctype, Enough, Malformed, parse_xml, pieces
from casework.exchange.ooxml import Formats, SheetEvents, SheetPart, Workbook, mended, scan
from casework.exchange.values import DAYS_1904, ERRORS, Format
from casework.i18n import _

if TYPE_CHECKING:
    import pyarrow as pa
    from fastexcel._fastexcel import ColumnInfoNoDtype

    from casework.exchange.grid import Grid

_SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam"),
    "xlsb": (".xlsb",),
    "xls": (".xls", ".xlt", ".xla"),
}
_SCAN_MOST = 32 << 20
_CAREFUL_MOST = 8 << 20
_HEAD_MOST = 2 << 20
_HEAD_ROWS = 400


def read_sheets(path: Path, kind: Kind) -> Iterator[Grid]:
    """Yield each worksheet as text, visible ones first, in the workbook's order.

    True dates come as ``YYYY-MM-DD HH:MM:SS``, times of day and durations as ``H:MM:SS``. Raises :class:`BadFile`.
    """
    book = _Book(path, kind)
    names = book.names(hidden=False) + book.names(hidden=True)
    failures: list[BadFile] = []
    later: list[Grid] = []
    for name in names:
        try:
            grid = book.read(name)
        except BadFile as error:  # a chart sheet, or one sheet damaged: the others may serve
            failures.append(error)
            continue
        if grid.hidden and not book.knows_hidden:
            later.append(grid)  # formats that tell only when the sheet is read
        else:
            yield grid
    yield from later
    if failures and len(failures) == len(names):
        raise failures[0]


def read_sheet(path: Path, kind: Kind, name: str, columns: Sequence[int] | None = None) -> Grid:
    """Read one sheet, or only some ``columns`` of it (A is 0), which takes less time and memory.

    Columns keep their places: those not asked for are blank, and ``loaded`` says which were. Raises :class:`BadFile`.
    """
    return _Book(path, kind).read(name, None if columns is None else frozenset(columns))


@contextmanager
def _contained() -> Iterator[None]:
    """A panic of the reader, which is no ordinary exception, counts as its error."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise fastexcel.FastExcelError("the reader failed on the file") from error
        raise


class _Book:
    """A workbook opened by the fast reader, and where it is an .xlsx, by its parts as well."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self._path = path
        self._reader: fastexcel.ExcelReader | None = None
        self._parts: list[SheetPart] = []
        self._formats = Formats()
        self._date_1904 = self._date_1904_lost = False
        if kind == "xlsx":
            self._look_inside()
        try:
            right = path.suffix.lower() in _SUFFIXES.get(kind, ())
            with _contained():
                self._reader = fastexcel.read_excel(path if right else path.read_bytes())
        except fastexcel.FastExcelError as error:
            if "password" in str(error).lower():
                raise password_protected(path.name) from error
            if not self._parts:
                raise not_a_spreadsheet(path.name) from error

    def _look_inside(self) -> None:
        try:
            with Workbook.open(self._path) as book:
                self._parts, self._formats = book.sheets, book.formats()
                self._date_1904, self._date_1904_lost = book.date_1904, book.date_1904_lost
        except Doctype as error:
            raise has_doctype(self._path.name) from error
        except (*_BROKEN, Enough):
            self._parts = []

    @property
    def knows_hidden(self) -> bool:
        """Whether the workbook's parts say which sheets are hidden before they are read."""
        return bool(self._parts)

    def names(self, hidden: bool) -> list[str]:
        """The names of the sheets that the parts say are visible, or hidden; all are visible where they do not say."""
        states = {part.name: part.hidden for part in self._parts}
        known = self._reader.sheet_names if self._reader else [part.name for part in self._parts]
        return [name for name in known if states.get(name, False) == hidden]

    def read(self, name: str, columns: frozenset[int] | None = None) -> Grid:
        """One sheet, by the fast reader where it reads rightly, else cell by cell."""
        part = next((part for part in self._parts if part.name == name), None)
        if part and self._formats.misread and self._size(part) <= _CAREFUL_MOST:
            try:
                return self._careful(part)
            except BadFile:  # the fast reader may forgive what this one does not
                pass
        try:
            with _contained():
                grid = self._fast(name, columns)
        except fastexcel.FastExcelError as error:
            if part is None:
                raise _damaged(self._path.name) from error
            return self._careful(part)
        return self._with_facts(grid, part) if part else grid

    def _size(self, part: SheetPart) -> int:
        with self._open() as book:
            return book.archive.getinfo(part.part).file_size if part.part in book.archive.NameToInfo else 0

    @contextmanager
    def _open(self) -> Iterator[Workbook]:
        try:
            with Workbook.open(self._path) as book:
                yield book
        except Doctype as error:
            raise has_doctype(self._path.name) from error
        except (*_BROKEN, Enough) as error:
            raise _damaged(self._path.name) from error

    def _careful(self, part: SheetPart) -> Grid:
        """Cell by cell; where the XML is not well formed, once more with the usual slips mended."""
        with self._open() as book:
            try:
                return self._parsed(book, part, mend=False)
            except Malformed:
                return self._parsed(book, part, mend=True)

    def _parsed(self, book: Workbook, part: SheetPart, *, mend: bool) -> Grid:
        cells = Cells(self._path.name)
        events = SheetEvents(cells, self._formats, self._date_1904, self._path.name)
        with book.stream(part.part) as stream:
            chunks = pieces(stream)
            parse_xml(mended(chunks) if mend else chunks, events.start, events.end, events.text)
        shared = book.strings() if events.strings_needed else []
        return cells.grid(part.name, shared, date_1904=self._date_1904, hidden=part.hidden)

    def _fast(self, name: str, columns: frozenset[int] | None) -> Grid:
        if self._reader is None:
            raise fastexcel.FastExcelError("the workbook does not open")
        places: list[int] = []

        def wanted(column: ColumnInfoNoDtype) -> bool:
            places.append(column.absolute_index)
            return (
                columns is None or column.absolute_index in columns or len(places) == 1
            )  # never none at all

        sheet = self._reader.load_sheet(
            name,
            header_row=None,
            skip_rows=0,
            dtypes="string",
            use_columns=None if columns is None else wanted,
        )
        if columns is None:
            places = [column.absolute_index for column in sheet.selected_columns]
        if places and max(places) >= limit("CASEWORK_MAX_COLUMNS"):
            what = _("The table has more than {limit} columns.").format(limit=limit("CASEWORK_MAX_COLUMNS"))
            raise over(what, "CASEWORK_MAX_COLUMNS", self._path.name)
        return self._grid(sheet, places, columns)

    def _grid(self, sheet: fastexcel.ExcelSheet, places: list[int], columns: frozenset[int] | None) -> Grid:
        import numpy as np

        from casework.exchange.grid import Grid

        batch, cell_errors = sheet.to_arrow_with_errors()
        if batch.num_rows > limit("CASEWORK_MAX_ROWS"):
            what = _("The table has more than {limit} rows.").format(limit=limit("CASEWORK_MAX_ROWS"))
            raise over(what, "CASEWORK_MAX_ROWS", self._path.name)
        check_area(batch.num_rows, max(places, default=-1) + 1, self._path.name)
        blank = blank_column(batch.num_rows)
        chosen = [column.absolute_index for column in sheet.selected_columns]
        found = dict(zip(chosen, (self._mend(column) for column in batch.columns), strict=True))
        width = max(places, default=-1) + 1
        errors = {}
        for error in cell_errors.errors if cell_errors else ():
            told = re.search(r"Error\((\w+)\)", error.detail)
            row, column = error.position
            if told:
                errors[row, column + (places[0] if places else 0)] = ERRORS.get(told.group(1), "#ERROR!")
        return Grid(
            sheet=sheet.name,
            columns=tuple(found.get(place, blank) for place in range(width)),
            row_numbers=np.arange(1, batch.num_rows + 1, dtype=np.int64),
            date_1904=self._date_1904,
            hidden=sheet.visible != "visible",
            errors=errors,
            loaded=columns,
        )

    def _mend(self, column: pa.Array) -> pa.Array:
        """Times of day as such; and the 1904 system where the fast reader lost sight of it."""
        heeded = self._date_1904 and not self._date_1904_lost
        column = _times(column, "1904-01-01 " if heeded else "1899-12-31 ")
        return _move_1904(column) if self._date_1904_lost else column

    def _with_facts(self, grid: Grid, part: SheetPart) -> Grid:
        """Add what the fast reader does not tell, as far as it is cheap."""
        cells = Cells(self._path.name)
        events = SheetEvents(cells, self._formats, grid.date_1904, self._path.name, _HEAD_ROWS)
        with self._open() as book:
            with book.stream(part.part) as stream:
                head = stream.read(_HEAD_MOST)
            small = self._size(part) <= _SCAN_MOST
            if self._formats.misread or b"<col" in head[:_HEAD_MOST]:
                _parse_head(head, events)
            facts, written = Cells(self._path.name), 0
            if small or events.filtered or b"filterMode" in head[:4096]:
                with book.stream(part.part) as stream:
                    written = scan(stream, facts, most=1 << 40)
        if written and grid.height > written and _filled_rows(grid) > written:
            return self._careful(
                part
            )  # cells say another row than the one they stand in: the row is believed
        if self._formats.misread:
            grid = _reread_columns(grid, events.misread)
        return replace(
            grid,
            hidden_columns=tuple(
                sorted(place for place in cells.hidden_columns if place < len(grid.columns))
            ),
            hidden_rows=facts.hidden_rows.count,
            hidden_spans=facts.hidden_rows.spans(),
            merged=tuple(facts.merged),
        )


_BROKEN = (
    KeyError,
    ValueError,
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
)


def _parse_head(head: bytes, events: SheetEvents) -> None:
    def chunks() -> Iterator[bytes]:
        yield head
        raise Enough

    try:
        parse_xml(chunks(), events.start, events.end, events.text)
    except Malformed:
        return


def _filled_rows(grid: Grid) -> int:
    """How many rows hold anything."""
    import numpy as np

    there = np.zeros(grid.height, dtype=bool)
    for column in grid.columns:
        if column.null_count < len(column):
            there |= column.is_valid().to_numpy(zero_copy_only=False)
    for row, _column in grid.errors:
        there[row] = True
    return int(there.sum())


def _damaged(name: str) -> BadFile:
    return BadFile(
        _("No sheet of the workbook can be read: it is damaged."),
        where=name,
        remedy=_("Open it in Excel, save it as .xlsx, and try again."),
    )


def _times(column: pa.Array, first_day: str) -> pa.Array:
    """Less than a day is a time of day: ``1899-12-31 04:43:25`` becomes ``4:43:25``."""
    import pyarrow as pa
    import pyarrow.compute as pc

    there = pc.fill_null(pc.starts_with(column, first_day), False)
    if not pc.any(there).as_py():
        return column
    pattern = rf"^{first_day}0?(\d{{1,2}}:\d\d:\d\d)(\.\d+)?$"
    return pc.if_else(there, pc.replace_substring_regex(column, pattern, r"\1"), column).cast(pa.string())


def _move_1904(column: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    true_date = pc.fill_null(pc.match_substring_regex(column, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"), False)
    if not pc.any(true_date).as_py():
        return column
    stamps = pc.if_else(true_date, column, pa.scalar(None, pa.string())).cast(pa.timestamp("s"))
    moved = pc.strftime(
        pc.add(stamps, pa.scalar(DAYS_1904 * 86_400, pa.duration("s"))), format="%Y-%m-%d %H:%M:%S"
    )
    return pc.if_else(true_date, moved, column)


def _reread_columns(grid: Grid, forms: dict[int, dict[Format, int]]) -> Grid:
    """A large sheet: columns whose first rows are durations, or dates in Chinese formats, are taken for such."""
    columns = list(grid.columns)
    for place, counts in forms.items():
        if place >= len(columns):
            continue
        if counts.get("duration", 0) > counts.get("date", 0):
            columns[place] = _durations(columns[place], grid.date_1904)
        elif counts.get("date", 0):
            columns[place] = _serial_dates(columns[place], grid.date_1904)
    return replace(grid, columns=tuple(columns))


def _durations(column: pa.Array, date_1904: bool) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    there = pc.fill_null(pc.match_substring_regex(column, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"), False)
    stamps = pc.if_else(there, column, pa.scalar(None, pa.string())).cast(pa.timestamp("s")).cast(pa.int64())
    origin = -2_082_844_800 if date_1904 else -2_209_161_600  # 1904-01-01; 1899-12-30
    seconds = pc.subtract(stamps, origin)
    if not date_1904:  # before the 29 February 1900 that never was, days count one less
        seconds = pc.if_else(pc.less(seconds, 61 * 86_400), pc.subtract(seconds, 86_400), seconds)
    texts = pc.binary_join_element_wise(
        pc.divide(seconds, 3600).cast(pa.string()),
        _two_digits(pc.divide(_modulo(seconds, 3600), 60)),
        _two_digits(_modulo(seconds, 60)),
        ":",
    )
    return pc.if_else(there, texts, column)


def _modulo(values: pa.Array, by: int) -> pa.Array:
    import pyarrow.compute as pc

    return pc.subtract(values, pc.multiply(pc.divide(values, by), by))


def _two_digits(values: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.utf8_lpad(values.cast(pa.string()), 2, "0")


def _serial_dates(column: pa.Array, date_1904: bool) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    there = pc.fill_null(pc.match_substring_regex(column, r"^\d{1,7}(\.\d+)?$"), False)
    days = pc.if_else(there, column, pa.scalar(None, pa.string())).cast(pa.float64())
    days = pc.add(days, float(DAYS_1904)) if date_1904 else days
    seconds = pc.round(pc.multiply(pc.subtract(days, 25_569.0), 86_400.0)).cast(pa.int64())
    texts = pc.strftime(seconds.cast(pa.timestamp("s")), format="%Y-%m-%d %H:%M:%S")
    return pc.if_else(there, texts, column)
