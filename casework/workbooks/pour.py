"""Rows poured into the sheets of a finished package, so that big sheets cost neither memory nor time a cell.

XlsxWriter makes the package: sheets with their headers, tables, drop-downs, charts and print set-up. Only the rows below
the headers come from elsewhere.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

_LEVEL = 4  # of deflate: nearly as small as 6, in two thirds of the time
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')

Pieces = Callable[[], Iterable[bytes | memoryview]]


def pour(
    package: bytes,
    rows: Mapping[str, tuple[str, Pieces]],
    ranges: Mapping[str, tuple[str, str]],
    target: BinaryIO,
) -> None:
    """Copy a package to ``target`` with the rows of some of its sheets added.

    ``rows`` maps the name of a part to the range that its sheet then covers and a function that yields its rows;
    ``ranges`` maps the name of a table's part to its range before and after. The same input gives the same bytes.
    """
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as filled,
    ):
        for item in source.infolist():
            content = source.read(item)
            if item.filename in ranges:
                before, after = (f'ref="{each}"'.encode() for each in ranges[item.filename])
                content = content.replace(before, after)
            with filled.open(item.filename, "w", force_zip64=item.filename in rows) as part:
                for piece in _pieces(content, rows.get(item.filename)):
                    part.write(piece)


def _pieces(content: bytes, added: tuple[str, Pieces] | None) -> Iterator[bytes | memoryview]:
    return iter([content]) if added is None else _with_rows(content, added[0], added[1]())


def _with_rows(
    content: bytes, covered: str, pieces: Iterable[bytes | memoryview]
) -> Iterator[bytes | memoryview]:
    head, end, tail = content.partition(b"</sheetData>")
    yield _DIMENSION.sub(b'<dimension ref="' + covered.encode() + b'"/>', head, count=1)
    yield from pieces
    yield end + tail
