"""What a cell, a sheet's name and a table's header may hold, and how wide they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from casework.i18n import _

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767  # UTF-16 units a cell
MAX_NAME = 31

#: What XML 1.0 cannot hold, or would change (a carriage return), and what reads like its escape.
UNHOLDABLE = "[\\x00-\\x08\\x0b-\\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_"
_unholdable = re.compile(UNHOLDABLE)


def cell_text(text: str) -> str:
    """Return the text as a cell can hold it: what is too long is cut, and says so at its end."""
    if len(text) * 2 <= MAX_TEXT or _units(text) <= MAX_TEXT:
        return text
    remark = _(" … [cut here: {count} characters, a cell holds 32,767]").format(count=len(text))
    kept = text.encode("utf-16-le")[: 2 * (MAX_TEXT - _units(remark))].decode("utf-16-le", "ignore")
    return kept + remark


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def escaped(text: str) -> str:
    """Return the text with what XML cannot hold written as Excel writes it: ``_xHHHH_``."""
    return _unholdable.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    part = found.group()
    return f"_x{ord(part):04X}_" if len(part) == 1 else "_x005F" + part


def width(text: str) -> int:
    """Return how many character cells the widest line takes; a Chinese character takes two."""
    return max(
        (
            sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)
            for line in text.splitlines()
        ),
        default=0,
    )


def sheet_name(wanted: str, taken: Iterable[str] = ()) -> str:
    """Return a name that Excel accepts for a sheet, like the one wanted and unlike those taken.

    At most 31 UTF-16 units; none of ``[ ] : * ? / \\``, no control, no apostrophe at either end, no sign at its
    beginning that a formula could start with, not the reserved name History.
    """
    name = "".join("_" if char in "[]:*?/\\" or not char.isprintable() else char for char in wanted)
    name = name.strip().strip("'").strip() or "-"
    if unicodedata.normalize("NFKC", name)[:1] in tuple("=+-@") or name.casefold() == "history":
        name = "_" + name
    used = {each.casefold() for each in taken}
    number, fitting = 1, _cut(name, MAX_NAME)
    while fitting.casefold() in used:
        number += 1
        fitting = _cut(name, MAX_NAME - len(f" {number}")) + f" {number}"
    return fitting


def _cut(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").rstrip().rstrip("'")


def can_be_table(titles: Sequence[str]) -> bool:
    """Whether Excel takes these headers for a table: each its own, none blank, all on one line, at most 255 long."""
    own = {title.casefold() for title in titles}
    return len(own) == len(titles) and all(
        title.strip() and title.isprintable() and _units(title) <= 255 and title == escaped(title)
        for title in titles
    )
