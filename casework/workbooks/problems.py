"""The bad rows of an import, to be mended in Excel and imported again.

Every original cell stands as text under its original header, in the original order; behind them what is wrong with the
row, and where it stood in the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from casework.i18n import _, language
from casework.progress import Progress, quiet
from casework.sources import MENDING
from casework.workbooks.book import Book
from casework.workbooks.notes import NotesPage
from casework.workbooks.sheets import Column, Sheet

if TYPE_CHECKING:
    import pyarrow as pa


def problem_workbook(
    headers: Sequence[str],
    cells: pa.Table,
    rows: Sequence[int],
    problems: Sequence[str],
    *,
    made_at: dt.datetime,
    marked: Iterable[tuple[int, int]] = (),
    file: str = "",
    progress: Progress = quiet,
) -> bytes:
    """Return the rows as the bytes of an .xlsx file.

    ``cells`` has one text column for each of ``headers`` (its own names do not matter) and one row for each of ``rows``
    (row numbers of the file) and ``problems``. ``marked`` are (row of ``cells``, column) counted from 0: the cells that
    are wrong. ValueError where the counts do not agree.
    """
    if not (len(headers) == cells.num_columns and cells.num_rows == len(rows) == len(problems)):
        raise ValueError("headers, cells, rows and problems do not agree")
    book = Book(_("Rows to mend"), subject=file, made_at=made_at, progress=progress)
    book.grid(_sheet(headers, cells, rows, problems, marked))
    _notes(NotesPage(book.page(_("Notes"))), file, len(rows), made_at)
    return book.content()


def _sheet(
    headers: Sequence[str],
    cells: pa.Table,
    rows: Sequence[int],
    problems: Sequence[str],
    marked: Iterable[tuple[int, int]],
) -> Sheet:
    import pyarrow as pa

    columns = [Column(header, "id") for header in headers]
    problem, place = MENDING[language()]
    columns += [Column(problem, "problem", 50), Column(place, "left", 14)]
    arrays = [column.cast(pa.string()) for column in cells.columns]
    arrays += [pa.array(problems, pa.string()), pa.array(rows, pa.int64())]
    table = pa.table(arrays, names=[str(place) for place in range(len(arrays))])
    return Sheet(_("Rows to mend"), table, tuple(columns), marked=_marks(marked, cells.num_rows))


def _marks(marked: Iterable[tuple[int, int]], count: int) -> dict[int, Any]:
    import numpy as np
    import pyarrow as pa

    marks: dict[int, Any] = {}
    for row, column in marked:
        marks.setdefault(column, np.zeros(count, dtype=bool))[row] = True
    return {column: pa.array(flags) for column, flags in marks.items()}


def _notes(notes: NotesPage, file: str, count: int, made_at: dt.datetime) -> None:
    notes.heading(_("Rows to mend"))
    if file:
        notes.line(_("File"), file)
    notes.line(_("Rows"), count)
    notes.line(_("Made at"), made_at)
    notes.heading(_("What to do"))
    notes.line(_("Mend"), _("Correct the red cells; the column Problem says what is wrong with each row."))
    notes.line(
        _("Import again"),
        _("Save, and import this file. The last two columns are not read; rows that were taken before stay."),
    )
    notes.line(_("Personal data"), _("The rows are as the other system wrote them, not masked."))
