"""How wide the columns of a table are, for Word and PDF alike: no figure and no word of a header is ever broken."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from casework.published.document import Cell, Table

_LEAST, _MOST = 6, 44
_MARGIN = 2


def weights(table: Table, room: int) -> list[int]:
    """Widths in half-width characters of a line of ``room``: what figures and headers need, the rest to words."""
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.header)
    pairs = list(zip(table.header, columns, strict=True))
    least = [_needed(header, cells) for header, cells in pairs]
    more = [max(0, _wished(header, cells) - low) for (header, cells), low in zip(pairs, least, strict=True)]
    spare = max(0, room - sum(least))
    if sum(more) > spare:
        return [low + extra * spare // sum(more) for low, extra in zip(least, more, strict=True)]
    return [low + extra for low, extra in zip(least, more, strict=True)]


def _needed(header: str, cells: Sequence[Cell]) -> int:
    figures = [
        size(cell.text) * 5 // 4 for cell in cells if cell.kind != "words"
    ]  # some faces have wide digits
    words = [_unbroken(word) for word in header.split()]
    return max(_LEAST, *words, *figures) + _MARGIN


def _unbroken(word: str) -> int:
    """What a word of a header needs: Chinese may be set in two lines, a western word is not broken."""
    wide = size(word)
    return (wide + 1) // 2 if wide > len(word) else min(wide, _MOST // 4)


def _wished(header: str, cells: Sequence[Cell]) -> int:
    words = [size(cell.text) for cell in cells if cell.kind == "words"]
    return min(max(_LEAST, *words, size(header) // 2), _MOST) + _MARGIN


def size(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
