"""Rows of a sheet as XML, made from Arrow columns by string kernels: no Python object is made per cell.

A few thousand rows at a time, so that memory stays flat. Text is written inside its cell (``inlineStr``), so no table
of shared strings grows with the sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.workbooks.cells import MAX_TEXT, UNHOLDABLE, cell_text, escaped
from casework.workbooks.live import LIVE

if TYPE_CHECKING:
    import pyarrow as pa

STEP = 2048
#: Days between Excel's day 0 and 1970-01-01. Excel's calendar has a 29 February 1900, so earlier days are one off.
_EPOCH = 25_569
_LEAP_BUG = 61  # serial of 1900-03-01
_LINE_HEIGHT, _MOST_LINES = 16.5, 20  # points; Excel has at most 409 a row
_DAY_US = 86_400_000_000
_YEAR_1900_US = -25_567 * _DAY_US


@dataclass(frozen=True, slots=True)
class CellStyles:
    """The numbers of a column's formats in the workbook: plain, for live text, for marked cells (plain and live)."""

    plain: int
    quoted: int
    marked: int
    marked_quoted: int


def letters(place: int) -> str:
    """Return the letters of a column counted from 0: A, B, … Z, AA."""
    name, rest = "", place + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        name = chr(65 + last) + name
    return name


def row_xml(
    table: pa.Table,
    styles: Sequence[CellStyles],
    first_row: int,
    marked: Mapping[int, pa.Array],
    wrapped: Mapping[int, float],
) -> Iterator[memoryview]:
    """Yield the ``<row>`` elements of a table, some thousand at a time; ``first_row`` counts from 1.

    ``wrapped`` maps the places of columns that make a row grow to their widths in characters.
    """
    for start in range(0, table.num_rows, STEP):
        part = table.slice(start, STEP)
        numbers = _counted(first_row + start, part.num_rows)
        cells = [
            _cells(part.column(place), place, numbers, style, _part(marked.get(place), start, part.num_rows))
            for place, style in enumerate(styles)
        ]
        rows = joined('<row r="', numbers, _heights(part, wrapped), *cells, "</row>")
        yield from bytes_of(rows)


def _counted(first: int, count: int) -> Any:
    """The numbers from ``first`` on, as text."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = np.arange(first, first + count, dtype=np.int64)
    # Not pa.array(), which imports pandas to find out whether this is one of its values.
    return pc.cast(pa.Array.from_buffers(pa.int64(), count, [None, pa.py_buffer(numbers)]), pa.string())


def _heights(part: pa.Table, wrapped: Mapping[int, float]) -> Any:
    """The end of each ``<row`` tag, with a height where text is wrapped: not every program finds one by itself."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not wrapped:
        return '">'
    lines: Any = pa.scalar(1.0)
    for place, columns in wrapped.items():
        lines = pc.max_element_wise(lines, _lines(part.column(place).combine_chunks(), columns))
    heights = pc.multiply(pc.min_element_wise(lines, float(_MOST_LINES)), _LINE_HEIGHT)
    return joined('" ht="', pc.cast(heights, pa.string()), '" customHeight="1">')


def _lines(texts: Any, columns: float) -> Any:
    """How many lines each text takes in a column so many characters wide: a Chinese one (3 bytes) takes two places."""
    import pyarrow as pa
    import pyarrow.compute as pc

    units, size = pc.utf8_length(texts), pc.binary_length(texts)
    places = pc.divide(pc.cast(pc.add(units, size), pa.float64()), 2.0)
    breaks = pc.cast(pc.count_substring(texts, "\n"), pa.float64())
    return pc.add(pc.ceil(pc.divide(places, max(columns - 2.0, 1.0))), breaks)


def _part(marks: pa.Array | None, start: int, length: int) -> Any:
    return None if marks is None else marks.slice(start, length)


def joined(*parts: Any) -> Any:
    """Join columns of text and constants, row by row; null where one of them is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = [pa.scalar(part, pa.string()) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.string()))


def bytes_of(rows: Any) -> Iterator[memoryview]:
    """Yield the rows of a string array one after another, without a copy: the array's own data buffer."""
    for chunk in rows.chunks if hasattr(rows, "chunks") else [rows]:
        if len(chunk):
            offsets = memoryview(chunk.buffers()[1]).cast("i")
            begin, end = offsets[chunk.offset], offsets[chunk.offset + len(chunk)]
            yield memoryview(chunk.buffers()[2])[begin:end]


def _cells(column: Any, place: int, numbers: Any, styles: CellStyles, marks: Any) -> Any:
    """The ``<c>`` elements of one column, one a row; "" where there is no value and no mark."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = column.combine_chunks() if hasattr(column, "combine_chunks") else column
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_large_string(values.type):
        values = values.cast(pa.string())
    if pa.types.is_string(values.type):
        values, live = text_values(values)
        kind, close = '" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
    else:
        values, live = number_values(values), None
        kind, close = '"><v>', "</v></c>"
    style = _style(styles, live, marks)
    cells = joined(f'<c r="{letters(place)}', numbers, '" s="', style, kind, values, close)
    return pc.fill_null(_with_early(cells, column, place, numbers, styles), "")


def _with_early(cells: Any, column: Any, place: int, numbers: Any, styles: CellStyles) -> Any:
    """Dates before 1900 as text: Excel's calendar does not have them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_date(column.type) or pa.types.is_timestamp(column.type)):
        return cells
    stamps = _stamps(column)
    early = pc.fill_null(pc.less(stamps.cast(pa.int64()), _YEAR_1900_US), False)
    if not pc.any(early).as_py():
        return cells
    text = stamps if pa.types.is_timestamp(column.type) else stamps.cast(pa.date32())
    kind, close = f'" s="{styles.plain}" t="inlineStr"><is><t>', "</t></is></c>"
    written = joined(f'<c r="{letters(place)}', numbers, kind, pc.cast(text, pa.string()), close)
    return pc.if_else(early, written, cells)


def _style(styles: CellStyles, live: Any, marks: Any) -> Any:
    """The format of each cell: one for all where nothing stands out."""
    import pyarrow.compute as pc

    plain: Any = str(styles.plain)
    if live is not None:
        plain = pc.if_else(live, str(styles.quoted), str(styles.plain))
    if marks is None:
        return plain
    marked = (
        str(styles.marked)
        if live is None
        else pc.if_else(live, str(styles.marked_quoted), str(styles.marked))
    )
    return pc.if_else(marks, marked, plain)


def text_values(values: Any) -> tuple[Any, Any]:
    """Return texts as XML holds them, and which of them are live (None: none is)."""
    import pyarrow.compute as pc

    live = pc.fill_null(pc.match_substring_regex(values, LIVE), False)
    texts = mended(values, pc.greater(pc.utf8_length(values), MAX_TEXT // 2), cell_text)
    texts = mended(texts, pc.match_substring_regex(texts, UNHOLDABLE), escaped)
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        if pc.any(pc.match_substring(texts, sign)).as_py():
            texts = pc.replace_substring(texts, sign, entity)
    return texts, live if pc.any(live).as_py() else None


def mended(values: Any, which: Any, mend: Callable[[str], str]) -> Any:
    """Return the texts with some of them, seldom any, put through a Python function."""
    import pyarrow as pa
    import pyarrow.compute as pc

    which = pc.fill_null(which, False)
    if not pc.any(which).as_py():
        return values
    texts = [mend(text) for text in values.filter(which).to_pylist()]
    return pc.replace_with_mask(values, which, pa.array(texts, pa.string()))


def number_values(values: Any) -> Any:
    """Return numbers, dates and times as the text of ``<v>``; what is no number (NaN, infinity) becomes null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if pa.types.is_boolean(kind):
        values = values.cast(pa.int8())
    elif pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        values = _serials(values)
    elif pa.types.is_floating(kind):
        values = pc.if_else(pc.is_finite(values), values, pa.scalar(None, kind))
    return pc.cast(values, pa.string())


def _stamps(values: Any) -> Any:
    import pyarrow as pa

    whole = values.combine_chunks() if hasattr(values, "combine_chunks") else values
    return whole.cast(pa.timestamp("us"), safe=False)


def _serials(values: Any) -> Any:
    """Days since Excel's day 0, with the fraction of the day; null before 1900, which Excel's calendar lacks."""
    import pyarrow as pa
    import pyarrow.compute as pc

    micros = _stamps(values).cast(pa.int64())
    serials = pc.add(pc.divide(pc.cast(micros, pa.float64(), safe=False), float(_DAY_US)), float(_EPOCH))
    early = pc.less(serials, float(_LEAP_BUG))
    if not pc.any(early).as_py():
        return serials
    serials = pc.if_else(early, pc.subtract(serials, 1.0), serials)
    return pc.if_else(pc.less(serials, 1.0), pa.scalar(None, pa.float64()), serials)
