"""Names that are safe to show, to write and to give to any system."""

from __future__ import annotations

import re
import unicodedata

#: Bytes of UTF-8 that a name may have, its ending included.
LONGEST = 150

_LONGEST_ENDING = 20
_SEPARATORS = re.compile(r'[\\/:*?"<>|]')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])( *\.|$)", re.IGNORECASE)


def display_name(raw: str) -> str:
    """Return a file name as it may be shown and written anywhere: NFC, one line, at most :data:`LONGEST` bytes.

    Control characters, marks that turn the direction of writing, and half surrogate pairs are left out;
    separators become ``_``; names reserved by Windows get a leading ``_``; dots and spaces at the end go.
    """
    text = "".join(map(_seen, unicodedata.normalize("NFC", raw)))
    text = _SEPARATORS.sub("_", unicodedata.normalize("NFC", " ".join(text.split())))
    text = _shortened(text).rstrip(". ")
    if _RESERVED.match(text):
        text = _shortened("_" + text).rstrip(". ")
    return text or "_"


def _seen(char: str) -> str:
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in _UNSEEN else char


def _shortened(text: str) -> str:
    """Cut the name before its ending, so that the whole fits."""
    stem, dot, ending = text.rpartition(".")
    if not stem or len((dot + ending).encode()) > _LONGEST_ENDING:
        stem, dot, ending = text, "", ""
    room = LONGEST - len((dot + ending).encode())
    cut = stem.encode()[:room].decode(errors="ignore")
    return (cut if cut == stem else cut.rstrip(". ")) + dot + ending
