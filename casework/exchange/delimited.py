"""CSV and other delimited text to a grid: encoding, separator and quotes by evidence, then Arrow at full speed.

Where the text is not regular (ragged rows, blank lines), the standard library's reader takes over, so that
row numbers stay those that a spreadsheet program shows.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from casework.errors import BadFile
from casework.exchange.cells import text_array
from casework.exchange.encoding import decode, detect_encoding
from casework.exchange.grid import Grid
from casework.exchange.limits import limit, over
from casework.i18n import _

_DELIMITERS = ",\t;|"
_QUOTES = "\"'#"
_SAMPLE_ROWS = 100
_SAMPLE = 1 << 18
_SWALLOWED = 50  # lines in one cell: a quote that was never closed
_SEPARATOR_LINE = re.compile(r"""\ufeff?"?sep=(.)"?(?:\r\n|\r|\n)""", re.IGNORECASE)


@dataclass(frozen=True)
class _Dialect:
    """How the cells of a line are kept apart; no ``quote`` where quotes mean nothing."""

    delimiter: str
    quote: str = '"'


def read_text(path: Path) -> Grid:
    """Read delimited text as a grid. Raises :class:`BadFile` where it is not text or holds no table.

    A first line ``sep=;`` says the separator and counts for no row, as in Excel. A cell written ``="0012"`` is the
    text in it.
    """
    raw = path.read_bytes()
    encoding = detect_encoding(raw)
    if encoding is None:
        raise BadFile(
            _("This is neither a spreadsheet nor readable text."),
            where=path.name,
            remedy=_("Save it as .xlsx, or as CSV in UTF-8, and try again."),
        )
    text = decode(raw, encoding)
    del raw
    if not text.strip():
        raise BadFile(_("The file holds only blank lines."), where=path.name, remedy=_("Export it again."))
    told = _SEPARATOR_LINE.match(text)
    text = text[told.end() :] if told else text
    dialect = _dialect(text, told.group(1) if told else None)
    columns = _columns(text, dialect, path.name)
    height = len(columns[0]) if columns else 0
    return Grid(
        sheet=None,
        columns=tuple(_unwrapped(column) for column in columns),
        row_numbers=np.arange(1, height + 1, dtype=np.int64),
        encoding="utf-8" if encoding == "utf-8-sig" else encoding,
    )


def _columns(text: str, dialect: _Dialect, name: str) -> list[pa.Array]:
    odd = text.count(dialect.quote) % 2 == 1
    return (None if odd else _fast(text, dialect, name)) or _careful(text, dialect, name)


def _dialect(text: str, delimiter: str | None) -> _Dialect:
    """The separator under which most of the first rows have the same number of cells, and the most cells.

    Quotes other than the usual ones are believed only where they make the rows more alike.
    """
    sample = text[:_SAMPLE]
    delimiters = [delimiter] if delimiter else list(_DELIMITERS)
    best = max((_Dialect(each) for each in delimiters), key=lambda each: _score(sample, each))
    others = [
        _Dialect(each, quote)
        for quote in _QUOTES[1:]
        if re.search(rf"(?:^|[{re.escape(''.join(delimiters))}\r\n]){quote}", sample)
        for each in delimiters
    ]
    rival = max(others, key=lambda each: _score(sample, each), default=best)
    return rival if _score(sample, rival)[0] > _score(sample, best)[0] and _quoted(sample, rival) else best


def _score(sample: str, dialect: _Dialect) -> tuple[float, int]:
    try:
        widths = [len(row) for row in itertools.islice(_rows(sample, dialect), _SAMPLE_ROWS) if row]
    except csv.Error:
        return 0.0, 0
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0.0, 0
    common = max(set(wide), key=wide.count)
    return wide.count(common) / len(widths) * min(common, 4), common


def _quoted(sample: str, dialect: _Dialect) -> bool:
    """Whether a quote that opens a cell is always the one that closes it."""
    edge, quote = f"[{re.escape(dialect.delimiter)}]", re.escape(dialect.quote)
    opened = len(re.findall(rf"(?:^|{edge}|[\r\n]){quote}", sample))
    paired = len(re.findall(rf"(?:^|{edge}|[\r\n]){quote}[^{quote}]+{quote}(?=$|{edge}|[\r\n])", sample))
    return opened == paired > 0


def _rows(text: str, dialect: _Dialect) -> Iterator[list[str]]:
    csv.field_size_limit(limit("CASEWORK_MAX_CELL_KB") << 10)
    lines = io.StringIO(text, newline="")
    if not dialect.quote:
        return iter(csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE))
    return iter(csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote))


def _fast(text: str, dialect: _Dialect, name: str) -> list[pa.Array] | None:
    """Read with Arrow; None where a row is ragged or blank, because Arrow would drop it."""
    if any(mark in text for mark in ("\n\n", "\n\r\n", "\r\r")) or text[:1] in "\r\n":
        return None
    try:
        width = len(next(_rows(text, dialect), []))
    except csv.Error:
        return None
    _check_width(width, name)
    names = [f"c{i}" for i in range(width)]
    data = pa.py_buffer(text.encode("utf-8", "replace"))
    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(column_names=names, block_size=8 << 20),
            parse_options=pacsv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote,
                newlines_in_values=True,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    _check_height(table.num_rows, name)
    return [
        column.combine_chunks() if column.num_chunks != 1 else column.chunk(0) for column in table.columns
    ]


def _careful(text: str, dialect: _Dialect, name: str) -> list[pa.Array]:
    """Read with the standard library: every line keeps its row number, short rows are filled with blanks.

    Where a quote was opened and never closed, quotes mean nothing: the program that wrote the file knew none.
    """
    try:
        rows = _gathered(text, dialect, name)
        if any("\n" in cell and cell.count("\n") > _SWALLOWED for cell in rows[-1] if rows):
            rows = _gathered(text, _Dialect(dialect.delimiter, ""), name)
    except csv.Error as error:
        what = _(
            "The text cannot be split into rows and columns, or a cell holds more than {limit} KB."
        ).format(limit=limit("CASEWORK_MAX_CELL_KB"))
        raise over(what, "CASEWORK_MAX_CELL_KB", name) from error
    width = max((len(row) for row in rows), default=0)
    if width * len(rows) > limit("CASEWORK_MAX_CELLS"):
        what = _("The table has more than {limit} cells.").format(limit=limit("CASEWORK_MAX_CELLS"))
        raise over(what, "CASEWORK_MAX_CELLS", name)
    padded = (row + [""] * (width - len(row)) for row in rows)
    return [text_array(column) for column in zip(*padded, strict=True)]


def _gathered(text: str, dialect: _Dialect, name: str) -> list[list[str]]:
    rows: list[list[str]] = []
    room = limit("CASEWORK_MAX_CELLS")
    for row in _rows(text, dialect):
        _check_width(len(row), name)
        room -= len(row)
        if room < 0:
            what = _("The table has more than {limit} cells.").format(limit=limit("CASEWORK_MAX_CELLS"))
            raise over(what, "CASEWORK_MAX_CELLS", name)
        rows.append(row)
    _check_height(len(rows), name)
    return rows


def _check_width(width: int, name: str) -> None:
    if width > limit("CASEWORK_MAX_COLUMNS"):
        what = _("The table has more than {limit} columns.").format(limit=limit("CASEWORK_MAX_COLUMNS"))
        raise over(what, "CASEWORK_MAX_COLUMNS", name)


def _check_height(height: int, name: str) -> None:
    """A text file may be longer than a sheet, and no shorter file is refused for it: cells are what is bounded."""
    if height > 4 * limit("CASEWORK_MAX_ROWS"):
        what = _("The table has more than {limit} rows.").format(limit=4 * limit("CASEWORK_MAX_ROWS"))
        raise over(what, "CASEWORK_MAX_ROWS", name)


def _unwrapped(column: pa.Array) -> pa.Array:
    """``="0012"`` is how a program tells Excel that digits are text."""
    wrapped = pc.fill_null(pc.starts_with(column, '="'), False)
    if not pc.any(wrapped).as_py():
        return column
    return pc.replace_substring_regex(column, r'(?s)^="([^"]*)"\s*$', r"\1")
