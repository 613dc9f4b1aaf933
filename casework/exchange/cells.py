"""Cells as a careful reader meets them, gathered into a grid within the limits of :mod:`casework.exchange.limits`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from casework.exchange.grid import MERGED_DEPTH, Grid
from casework.exchange.limits import check_area, limit, over
from casework.i18n import _

if TYPE_CHECKING:
    import pyarrow as pa

_SPANS = 20  # so many runs of hidden rows are named


class Cells:
    """One table being read: :meth:`put` cells in any order, then ask for the :meth:`grid`. Places count from 0."""

    def __init__(self, where: str) -> None:
        """``where`` names the file, for a refusal."""
        self._where = where
        self._columns: dict[int, list[str | int | None]] = {}
        self._room = limit("CASEWORK_MAX_CELLS")
        self._most_rows, self._most_columns = limit("CASEWORK_MAX_ROWS"), limit("CASEWORK_MAX_COLUMNS")
        self.height = 0
        self.errors: dict[tuple[int, int], str] = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden_columns: set[int] = set()
        self.hidden_rows = HiddenRows()

    def put(self, row: int, column: int, text: str | int | None) -> None:
        """Set a cell. A number stands for a shared string, see :meth:`grid`. Raises :class:`BadFile` over a limit."""
        values = self._columns.get(column)
        if values is None:
            if column >= self._most_columns:
                raise self._too_wide()
            values = self._columns[column] = []
        gap = row - len(values)
        if gap < 0:
            values[row] = text
            return
        if row >= self._most_rows:
            raise self._too_long()
        self._room -= gap + 1
        if self._room < 0:
            raise self._too_many()
        if gap:
            values.extend([None] * gap)
        values.append(text)
        if row >= self.height:
            self.height = row + 1

    def put_down(self, row: int, column: int, text: str, count: int) -> None:
        """Set ``count`` cells below each other to the same text."""
        self.put(row, column, text)
        if count < 2:
            return
        if row + count > self._most_rows:
            raise self._too_long()
        self._room -= count - 1
        if self._room < 0:
            raise self._too_many()
        values = self._columns[column]
        values[row:] = [text] * count
        self.height = max(self.height, row + count)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Remember a merged area that begins near the top."""
        if top < MERGED_DEPTH and (top, left) != (bottom, right) and len(self.merged) < 10_000:
            self.merged.append((top, left, bottom, right))

    def texts(self, row: int) -> dict[int, str | int]:
        """The cells of a row that are not blank, by column."""
        return {
            place: value
            for place, values in self._columns.items()
            if row < len(values) and (value := values[row]) not in (None, "")
        }

    def grid(self, sheet: str | None, shared: Sequence[str] = (), **facts: Any) -> Grid:
        """The grid of all cells; ``shared`` resolves those put as numbers. ``facts`` are fields of :class:`Grid`."""
        import numpy as np

        width = max(self._columns, default=-1) + 1
        check_area(self.height, width, self._where)
        if self.height * len(self._columns) > limit("CASEWORK_MAX_CELLS"):
            raise self._too_many()
        blank = blank_column(self.height)
        columns = tuple(
            self._array(self._columns.pop(place), shared) if place in self._columns else blank
            for place in range(width)
        )
        return Grid(
            sheet=sheet,
            columns=columns,
            row_numbers=np.arange(1, self.height + 1, dtype=np.int64),
            errors=self.errors,
            merged=tuple(self.merged),
            hidden_columns=tuple(sorted(self.hidden_columns)),
            hidden_rows=self.hidden_rows.count,
            hidden_spans=self.hidden_rows.spans(),
            **facts,
        )

    def _array(self, values: list[str | int | None], shared: Sequence[str]) -> pa.Array:
        known = len(shared)
        texts = [
            (shared[value] if 0 <= value < known else None) if type(value) is int else value
            for value in values
        ]
        texts.extend([None] * (self.height - len(texts)))
        return text_array(texts)

    def _too_long(self) -> Exception:
        what = _("The table has more than {limit} rows.").format(limit=self._most_rows)
        return over(what, "CASEWORK_MAX_ROWS", self._where)

    def _too_wide(self) -> Exception:
        what = _("The table has more than {limit} columns.").format(limit=self._most_columns)
        return over(what, "CASEWORK_MAX_COLUMNS", self._where)

    def _too_many(self) -> Exception:
        what = _("The table has more than {limit} cells.").format(limit=limit("CASEWORK_MAX_CELLS"))
        return over(what, "CASEWORK_MAX_CELLS", self._where)


class HiddenRows:
    """Counts hidden rows and names their first runs; rows come in ascending order, from 1."""

    def __init__(self) -> None:
        self.count = 0
        self._spans: list[list[int]] = []

    def add(self, row: int, repeated: int = 1) -> None:
        """Count ``repeated`` hidden rows from this number on."""
        self.count += repeated
        if self._spans and self._spans[-1][1] == row - 1:
            self._spans[-1][1] = row + repeated - 1
        elif len(self._spans) < _SPANS:
            self._spans.append([row, row + repeated - 1])

    def spans(self) -> tuple[tuple[int, int], ...]:
        """The first runs of row numbers, each (first, last)."""
        return tuple((first, last) for first, last in self._spans)


def text_array(texts: Sequence[object]) -> pa.Array:
    """Texts as an Arrow array; what is no Unicode character becomes a question mark."""
    import pyarrow as pa

    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        mended = [
            text.encode("utf-8", "replace").decode() if isinstance(text, str) else text for text in texts
        ]
        return pa.array(mended, pa.string())


def blank_column(height: int) -> pa.Array:
    """A column without a text."""
    import pyarrow as pa

    return pa.nulls(height, pa.string())
