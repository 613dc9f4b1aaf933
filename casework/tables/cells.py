"""Typed cells, and how they are printed: None is "not known" and never 0, a withheld count is a star."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from casework.i18n import _

#: ``share`` is 0 to 1, ``days`` with fractions, ``money`` in cents; ``change`` is a share with its sign; ``p`` a probability. Cells
#: of a column ``row`` have each the kind of their row (:attr:`Table.row_kinds`).
Kind = Literal["text", "count", "share", "days", "money", "change", "p", "number", "row"]
Cell = str | int | float | None


class _Withheld(float):
    """Not a number: whatever is computed with it is not a number either, and a chart leaves a gap."""

    def __repr__(self) -> str:
        return "WITHHELD"

    def __copy__(self) -> _Withheld:
        return self

    def __deepcopy__(self, _seen: object) -> _Withheld:
        return self


#: A count that a pack for outside does not show (:mod:`casework.pack.suppress`).
WITHHELD: Final = _Withheld("nan")
STAR = "*"
UNKNOWN = "–"


def is_withheld(value: object) -> bool:
    """Whether a value is withheld, or was computed from one that is."""
    return isinstance(value, float) and value != value


@dataclass(frozen=True, slots=True)
class Column:
    """A column's title and the kind of its cells."""

    title: str
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titles. ``note`` says what a reader has to know, such as the denominator.

    ``row_kinds`` are the kinds of the rows' cells in columns of kind ``row``.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    row_kinds: tuple[Kind, ...] = ()

    def kind(self, row: int, column: int) -> Kind:
        """The kind of one cell."""
        kind = self.columns[column].kind
        return self.row_kinds[row] if kind == "row" else kind

    def texts(self) -> tuple[tuple[str, ...], ...]:
        """All cells as they are printed."""
        return tuple(
            tuple(printed(cell, self.kind(place, column)) for column, cell in enumerate(row))
            for place, row in enumerate(self.rows)
        )

    def first(self, most: int) -> Table:
        """The first rows, and a note of how many are left out."""
        if len(self.rows) <= most:
            return self
        more = _("{count} more rows are in the workbook.").format(count=len(self.rows) - most)
        return replace(self.cut(0, most), note=_joined(self.note, more))

    def cut(self, first: int, last: int | None = None) -> Table:
        """Some rows of the table, counted as slices are."""
        return replace(self, rows=self.rows[first:last], row_kinds=self.row_kinds[first:last])

    def only(self, places: Sequence[int]) -> Table:
        """The table with some of its columns."""
        there = [place for place in places if place < len(self.columns)]
        return replace(
            self,
            columns=tuple(self.columns[place] for place in there),
            rows=tuple(tuple(row[place] for place in there) for row in self.rows),
        )

    def without_empty_columns(self) -> Table:
        """The table without columns in which nothing is known; words stay."""
        kept = [
            place
            for place, column in enumerate(self.columns)
            if column.kind == "text" or any(row[place] is not None for row in self.rows)
        ]
        return self.only(kept)


@dataclass(frozen=True, slots=True)
class Section:
    """One question of the meeting: tables, and the names of the charts that show them."""

    name: str
    title: str
    tables: tuple[Table, ...]
    charts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def printed(value: Cell, kind: Kind) -> str:
    """A cell as text: thousands with commas, one decimal of days and percent, yuan with two decimals."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return value
    if is_withheld(value):
        return STAR
    return _NUMBERS.get(kind, "{:,}").format(value / 100 if kind == "money" else value)


_NUMBERS: dict[Kind, str] = {
    "count": "{:,.0f}",
    "share": "{:.1%}",
    "change": "{:+.1%}",
    "days": "{:,.1f}",
    "money": "{:,.2f}",
    "p": "{:.4f}",
    "number": "{:,.2f}",
}


def _joined(*texts: str) -> str:
    return " ".join(text for text in texts if text)
