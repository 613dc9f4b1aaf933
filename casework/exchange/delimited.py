"""CSV and other delimited text to a grid: encoding and separator by evidence, then Arrow at full speed.

Where the text is not regular (ragged rows, blank lines), the standard library's reader takes over, so that
row numbers stay those that a spreadsheet program shows.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from casework.errors import BadFile
from casework.exchange.grid import Grid
from casework.i18n import _

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",\t;|"
_SAMPLE_ROWS = 100
_MAX_CELL = 16 << 20


def read_text(path: Path) -> Grid:
    """Read delimited text as a grid. Raises :class:`BadFile` where it is not text or holds no table."""
    raw = path.read_bytes()
    encoding = detect_encoding(raw)
    if encoding is None:
        raise BadFile(
            _("This is neither a spreadsheet nor readable text."),
            where=path.name,
            remedy=_("Save it as .xlsx, or as CSV in UTF-8, and try again."),
        )
    text = raw.decode(encoding, errors="replace" if encoding == "cp1252" else "strict")
    del raw
    if not text.strip():
        raise BadFile(_("The file holds only blank lines."), where=path.name, remedy=_("Export it again."))
    if "\x00" in text:
        raise BadFile(_("This is neither a spreadsheet nor readable text."), where=path.name)
    delimiter = _delimiter(text)
    columns = _fast(text, delimiter) or _careful(text, delimiter, path.name)
    height = len(columns[0]) if columns else 0
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    return Grid(
        sheet=None,
        columns=tuple(columns),
        row_numbers=np.arange(1, height + 1, dtype=np.int64),
        encoding=name,
    )


def detect_encoding(raw: bytes) -> str | None:
    """Name the encoding by evidence: a byte-order mark, NUL patterns, strict UTF-8, then GB18030 or Windows-1252.

    Returns a codec name, or None where the bytes are not text.
    """
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return name if _decodes(raw, name) else None
    if b"\x00" in raw[:4096]:
        return _wide(raw)
    if _decodes(raw, "utf-8"):
        return "utf-8"
    if _decodes(raw, "gb18030") and _looks_chinese(raw):
        return "gb18030"
    return "cp1252" if _mostly_printable(raw) else None


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _wide(raw: bytes) -> str | None:
    """UTF-16 without a mark: the zero bytes of its ASCII part lie in every other place."""
    head = raw[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    name = "utf-16-le" if odd > even else "utf-16-be"
    return (
        name
        if max(even, odd) > 0.2 * (len(head) / 2)
        and min(even, odd) < 0.05 * len(head)
        and _decodes(raw, name)
        else None
    )


def _looks_chinese(raw: bytes) -> bool:
    """Whether most non-ASCII characters are the common Han (GB 2312 level 1) or Chinese punctuation.

    Accented Latin letters that happen to pair up into valid GB18030 land among the rare characters.
    """
    sample = raw[: 1 << 18].decode("gb18030", errors="ignore")
    foreign = [character for character in sample if ord(character) > 127]
    common = 0
    for character in foreign:
        coded = character.encode("gb18030")
        common += (
            len(coded) == 2 and (0xB0 <= coded[0] <= 0xD7 or 0xA1 <= coded[0] <= 0xA3) and coded[1] >= 0xA1
        )
    return bool(foreign) and common >= 0.6 * len(foreign)


def _mostly_printable(raw: bytes) -> bool:
    sample = raw[:65_536]
    control = sum(byte < 32 and byte not in (9, 10, 13) for byte in sample)
    return control <= 0.001 * len(sample)


def _delimiter(text: str) -> str:
    """The separator under which most of the first rows have the same number of cells, and the most cells."""
    sample = text[: 1 << 18]

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in itertools.islice(_rows(sample, delimiter), _SAMPLE_ROWS) if row]
        wide = [width for width in widths if width > 1]
        if not wide:
            return 0.0, 0
        common = max(set(wide), key=wide.count)
        return wide.count(common) / len(widths) * min(common, 4), common

    return max(_DELIMITERS, key=score)


def _rows(text: str, delimiter: str) -> csv.Reader:  # type: ignore[name-defined]  # typeshed hides the reader's class
    csv.field_size_limit(_MAX_CELL)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _fast(text: str, delimiter: str) -> list[pa.Array] | None:
    """Read with Arrow; None where a row is ragged or blank, because Arrow would drop it."""
    if any(mark in text for mark in ("\n\n", "\n\r\n", "\r\r")) or text[:1] in "\r\n":
        return None
    width = len(next(iter(_rows(text, delimiter)), []))
    names = [f"c{i}" for i in range(width)]
    data = pa.py_buffer(text.encode("utf-8"))
    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(column_names=names, block_size=8 << 20),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    return [
        column.combine_chunks() if column.num_chunks != 1 else column.chunk(0) for column in table.columns
    ]


def _careful(text: str, delimiter: str, name: str) -> list[pa.Array]:
    """Read with the standard library: every line keeps its row number, short rows are filled with blanks."""
    try:
        rows = list(_rows(text, delimiter))
    except csv.Error as error:
        raise BadFile(_("The text cannot be split into rows and columns."), where=name) from error
    width = max((len(row) for row in rows), default=0)
    padded = (row + [""] * (width - len(row)) for row in rows)
    return [pa.array(column, pa.string()) for column in zip(*padded, strict=True)]
