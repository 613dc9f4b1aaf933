"""Marks in a template's text, such as ``{{received}}``: how they are found, checked and turned into values.

A mark is written in double braces; full-width braces and letters from a Chinese keyboard count as well, and so does
any mix of capitals. ``{{list.field}}`` belongs to a list, whose row is repeated for each record.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from casework.i18n import _

_MARK = re.compile(r"[{｛]{2}([^{}｛｝]*)[}｝]{2}")
_HALF = re.compile(r"[{｛]{2}|[}｝]{2}")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with marks: plain pieces and names in turn, plain first and last. ``whole``: nothing but one mark."""

    pieces: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names between the braces."""
        return self.pieces[1::2]

    @property
    def whole(self) -> bool:
        """Whether the text is one mark and nothing else."""
        return len(self.pieces) == 3 and not self.pieces[0].strip() and not self.pieces[2].strip()

    def text(self, values: Mapping[str, object]) -> str:
        """The text with every mark replaced, once: braces in a value stay what they are."""
        return "".join(
            as_text(values[piece]) if place % 2 else piece for place, piece in enumerate(self.pieces)
        )


def marked(text: str) -> Marked | None:
    """The marks of a text, names normalised; None where it has none."""
    pieces = _MARK.split(text)
    if len(pieces) == 1:
        return None
    return Marked(tuple(plain(piece) if place % 2 else piece for place, piece in enumerate(pieces)))


def half_mark(text: str) -> bool:
    """Whether braces are left over that open or close no mark."""
    return bool(_HALF.search(_MARK.sub("", text)))


def plain(name: str) -> str:
    """A name as it is looked up: half-width, small letters, no spaces around it or its dot."""
    flat = unicodedata.normalize("NFKC", name).replace("。", ".").casefold()
    return ".".join(part.strip() for part in flat.split("."))


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name that looks most like ``name``, if any does."""
    alike = difflib.get_close_matches(plain(name), known, n=1, cutoff=0.5)
    return alike[0] if alike else None


def as_text(value: object) -> str:
    """A value inside a sentence: dates in ISO form, times by days with two decimals, nothing as a dash."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:.2f}" if math.isfinite(value) else "-"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)


def escaped(text: str) -> str:
    """Text as a workbook keeps it: characters that XML has no place for as ``_xHHHH_``."""
    shielded = _ESCAPED.sub("_x005F_", text)
    return _CONTROL.sub(lambda found: f"_x{ord(found.group()):04X}_", shielded)


def whole(text: str) -> str:
    """Text without halves of characters, which no file can hold."""
    return _SURROGATE.sub("\ufffd", text)


def unescaped(text: str) -> str:
    """The text that a workbook keeps."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
