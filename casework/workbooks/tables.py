"""Big tables out, fast: Arrow columns to an .xlsx file at the speed of string kernels."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from casework.progress import Progress, quiet
from casework.workbooks.book import Book
from casework.workbooks.sheets import Sheet


def write_table(
    target: str | Path | BinaryIO,
    sheets: Sequence[Sheet],
    *,
    title: str = "",
    made_at: dt.datetime,
    progress: Progress = quiet,
) -> None:
    """Write sheets of columns as a workbook: headers bold and frozen, formats, widths, an Excel table each.

    A path is written whole or not at all, and an older file stays until then. Raises
    :class:`~casework.errors.CaseworkError` where a sheet is too wide.
    """
    book = Book(title, made_at=made_at, progress=progress)
    for sheet in sheets:
        book.grid(sheet)
    if not isinstance(target, str | Path):
        book.save(target)
        return
    path = Path(target)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            book.save(file)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
