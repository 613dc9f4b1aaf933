"""The one door to all readers: a file of any kind becomes grids of text. Runs only in the limited child process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from casework.errors import BadFile
from casework.i18n import _

if TYPE_CHECKING:
    from casework.exchange.grid import Grid
    from casework.exchange.guard import Kind


def open_tables(path: Path, kind: Kind) -> Iterator[Grid]:
    """Yield the tables of a file of this ``kind`` one by one, visible sheets first.

    ``kind`` comes from :func:`casework.exchange.guard.file_kind`; a ``zip`` is not a table: its members, from
    :func:`casework.exchange.archive.read_members`, are. Raises :class:`BadFile`.
    """
    if kind == "text":
        from casework.exchange.delimited import read_text

        yield read_text(path)
    elif kind == "html":
        from casework.exchange.html import read_tables

        yield from read_tables(path)
    elif kind == "spreadsheetml":
        from casework.exchange import spreadsheetml

        yield from spreadsheetml.read_sheets(path)
    elif kind == "ods":
        from casework.exchange import opendocument

        yield from opendocument.read_sheets(path)
    elif kind == "zip":
        raise BadFile(
            _("An archive inside the archive is not opened: unpack it first."),
            where=path.name,
            remedy=_("Unpack it, and give the spreadsheets in it."),
        )
    else:
        from casework.exchange.spreadsheet import read_sheets

        yield from read_sheets(path, kind)
