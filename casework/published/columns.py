"""How wide the columns of a table are, for Word and PDF alike: no figure and no word of a header is ever broken."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from casework.published.document import Cell, Table

_LEAST, _MOST = 6, 34
_MARGIN = 2


def weights(table: Table) -> list[int]:
    """Relative widths: what each column needs at least, and the rest of the line to the columns of words."""
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.header)
    pairs = list(zip(table.header, columns, strict=True))
    least = [_needed(header, cells) for header, cells in pairs]
    wished = [_wished(header, cells) for header, cells in pairs]
    return [max(low, high) for low, high in zip(least, wished, strict=True)]


def _needed(header: str, cells: Sequence[Cell]) -> int:
    figures = [size(cell.text) for cell in cells if cell.kind != "words"]
    words = [size(word) for word in header.split()]
    longest = max((min(word, _MOST // 3) for word in words), default=0)
    return max(_LEAST, longest, *figures, 0) + _MARGIN


def _wished(header: str, cells: Sequence[Cell]) -> int:
    words = [size(cell.text) for cell in cells if cell.kind == "words"]
    return min(max((*words, (size(header) + 2) // 3), default=_LEAST), _MOST) + _MARGIN


def size(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
