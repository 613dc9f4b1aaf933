"""CSV that Excel opens as it is meant: UTF-8 with a byte order mark, CRLF, and no text that it would run.

Which text gets an apostrophe, and which stays, is in :mod:`casework.workbooks.live`. Text stands in quotes; numbers and
dates do not. Excel takes the type of each cell from its looks: a long identifier keeps its digits in the file, but
Excel shows 15 of them. Whoever needs more takes the workbook.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO

from casework.progress import Progress, Step, quiet
from casework.workbooks.live import LIVE, neutral
from casework.workbooks.sheets import Sheet

if TYPE_CHECKING:
    import pyarrow as pa

BOM = b"\xef\xbb\xbf"
_STEP = 8192


def csv_bytes(sheet: Sheet, progress: Progress = quiet) -> bytes:
    """Return a sheet's header and rows as CSV. Its name, formats and marks have no place there."""
    target = io.BytesIO()
    _write(target, sheet, progress)
    return target.getvalue()


def _write(target: BinaryIO, sheet: Sheet, progress: Progress) -> None:
    from casework.workbooks.stream import bytes_of, joined

    target.write(BOM)
    target.write((",".join(_quoted(column.title) for column in sheet.columns) + "\r\n").encode())
    for start in range(0, sheet.table.num_rows, _STEP):
        progress(Step(sheet.name, start, sheet.table.num_rows))
        part = sheet.table.slice(start, _STEP).combine_chunks()
        cells: list[Any] = []
        for place in range(part.num_columns):
            cells += [",", _cells(part.column(place))]
        for piece in bytes_of(joined(*cells[1:], "\r\n")):
            target.write(piece)


def _quoted(text: str) -> str:
    return '"' + neutral(text).replace('"', '""') + '"'


def _cells(column: pa.ChunkedArray) -> Any:
    """One column's cells as CSV text; "" where there is no value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from casework.workbooks.stream import joined, mended

    values = column.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return pc.fill_null(_plain(values), "")
    values = values.cast(pa.string())
    texts = mended(values, pc.match_substring_regex(values, LIVE), neutral)
    return pc.fill_null(joined('"', pc.replace_substring(texts, '"', '""'), '"'), "")


def _plain(values: Any) -> Any:
    """Numbers and dates as people read them: times to the minute, unless there are seconds."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_timestamp(values.type):
        return pc.cast(values, pa.string())
    text = pc.cast(values.cast(pa.timestamp("s"), safe=False), pa.string())
    minutes = pc.all(pc.ends_with(text, ":00")).as_py()
    return pc.utf8_slice_codeunits(text, 0, 16) if minutes else text
