"""Excel workbooks to grids of text, through fastexcel (calamine). Runs only in the limited child process.

Arrow and numpy are imported where they are used: the reader can start without them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import fastexcel

from casework.errors import BadFile
from casework.exchange.guard import Kind, not_a_spreadsheet, password_protected
from casework.i18n import _

if TYPE_CHECKING:
    import pyarrow as pa

    from casework.exchange.grid import Grid

_DAYS_1904 = 1462  # between the 1900 and the 1904 date system


def read_sheets(path: Path, kind: Kind) -> Iterator[Grid]:
    """Yield each worksheet as text, visible ones first, in the workbook's order.

    True dates come as ``YYYY-MM-DD HH:MM:SS``. Raises :class:`BadFile`.
    """
    try:
        reader = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        if "password" in str(error).lower():
            raise password_protected(path.name) from error
        raise not_a_spreadsheet(path.name) from error
    flag = _date_1904_flag(path) if kind == "xlsx" else ""
    later: list[Grid] = []
    failures: list[Exception] = []
    for name in reader.sheet_names:
        try:
            grid = _read_sheet(reader, name, flag)
        except fastexcel.FastExcelError as error:  # a chart sheet, or one sheet damaged: the others may serve
            failures.append(error)
            continue
        if grid.hidden:
            later.append(grid)
        else:
            yield grid
    yield from later
    if failures and len(failures) == len(reader.sheet_names):
        raise BadFile(
            _("No sheet of the workbook can be read: it is damaged."),
            where=path.name,
            remedy=_("Open it in Excel, save it as .xlsx, and try again."),
        ) from failures[0]


def _read_sheet(reader: fastexcel.ExcelReader, name: str, flag: str) -> Grid:
    sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    import numpy as np

    from casework.exchange.grid import Grid

    hidden = sheet.visible != "visible"
    batch, cell_errors = sheet.to_arrow_with_errors()
    columns = tuple(batch.columns)
    if flag == "true":  # fastexcel honours date1904="1" but not the equally valid "true"
        columns = tuple(_move_1904(column) for column in columns)
    errors = {}
    for error in cell_errors.errors if cell_errors else ():
        found = re.search(r"Error\((\w+)\)", error.detail)
        errors[error.position] = f"#{found.group(1).upper()}!" if found else "#ERROR!"
    return Grid(
        sheet=name,
        columns=columns,
        row_numbers=np.arange(1, batch.num_rows + 1, dtype=np.int64),
        date_1904=flag in ("1", "true"),
        hidden=hidden,
        errors=errors,
    )


def _move_1904(column: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    true_date = pc.fill_null(pc.match_substring_regex(column, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"), False)
    if not pc.any(true_date).as_py():
        return column
    stamps = pc.if_else(true_date, column, pa.scalar(None, pa.string())).cast(pa.timestamp("s"))
    moved = pc.strftime(
        pc.add(stamps, pa.scalar(_DAYS_1904 * 86_400, pa.duration("s"))), format="%Y-%m-%d %H:%M:%S"
    )
    return pc.if_else(true_date, moved, column)


def _date_1904_flag(path: Path) -> str:
    """The workbook's ``date1904`` attribute as written, or ``""``."""
    with zipfile.ZipFile(path) as archive:
        try:
            head = archive.open("xl/workbook.xml").read(65_536)
        except (KeyError, OSError, zipfile.BadZipFile):
            return ""
    found = re.search(rb"date1904\s*=\s*[\"'](\w+)[\"']", head)
    return found.group(1).decode("ascii", "replace").lower() if found else ""
