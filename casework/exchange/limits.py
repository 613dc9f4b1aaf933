"""How large an export may be. Every limit can be raised at the desk by an environment variable of its name.

| variable | what it bounds | default |
|---|---|---|
| ``CASEWORK_MAX_ENTRIES`` | parts of a workbook, or members of a zip of exports | 2,000 |
| ``CASEWORK_MAX_RATIO`` | how many times one part may expand (parts over 1 MB only) | 400 |
| ``CASEWORK_MAX_EXPANDED_MB`` | megabytes that all parts together may expand to | 4,096 |
| ``CASEWORK_MAX_ROWS`` | rows of a sheet | 1,048,576 |
| ``CASEWORK_MAX_COLUMNS`` | columns of a sheet | 16,384 |
| ``CASEWORK_MAX_CELLS`` | cells of a table that no fast reader takes (HTML, XML, ODS, irregular text) | 20,000,000 |
| ``CASEWORK_MAX_CELL_KB`` | kilobytes of text in one cell | 16,384 |

The rectangle that a sheet's cells span, blank ones included, may be 20 times ``CASEWORK_MAX_CELLS``.

They are read when a file is opened, so a change needs no restart of anything but the command itself.
"""

from __future__ import annotations

import os

from casework.errors import BadFile
from casework.i18n import _

_DEFAULTS = {
    "CASEWORK_MAX_ENTRIES": 2_000,
    "CASEWORK_MAX_RATIO": 400,
    "CASEWORK_MAX_EXPANDED_MB": 4_096,
    "CASEWORK_MAX_ROWS": 1_048_576,
    "CASEWORK_MAX_COLUMNS": 16_384,
    "CASEWORK_MAX_CELLS": 20_000_000,
    "CASEWORK_MAX_CELL_KB": 16_384,
}

_BLANK_SHARE = 20


def limit(name: str) -> int:
    """The limit in force: the environment variable ``name`` where it is a whole number above 0, else the default."""
    given = os.environ.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and int(given) else _DEFAULTS[name]


def check_area(height: int, width: int, where: str) -> None:
    """Refuse a rectangle that nobody can have filled: two cells in far corners cost as much as a full sheet."""
    if height * width > _BLANK_SHARE * limit("CASEWORK_MAX_CELLS"):
        what = _("The table spans {rows} rows and {columns} columns.").format(rows=height, columns=width)
        raise over(what, "CASEWORK_MAX_CELLS", where)


def over(what: str, name: str, where: str) -> BadFile:
    """The refusal of what exceeds the limit ``name``; the remedy names the variable that raises it."""
    return BadFile(
        what,
        where=where,
        remedy=_("If the file is genuine, set {variable} higher than {limit} and try again.").format(
            variable=name, limit=limit(name)
        ),
    )
