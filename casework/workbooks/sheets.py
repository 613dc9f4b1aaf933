"""A sheet as columns: what :func:`~casework.workbooks.tables.write_table` and the CSV writer take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from casework.workbooks.cells import MAX_ROWS, width

if TYPE_CHECKING:
    import pyarrow as pa

#: Styles whose cells are text, whatever they look like.
TEXT_STYLES = frozenset({"text", "id", "wrap", "note", "problem", "marked", "header", "header_right"})
_WIDTHS = {
    "stamp": 17.0,
    "day": 12.0,
    "money": 14.0,
    "number": 10.0,
    "left": 10.0,
    "count": 8.0,
    "days": 10.0,
    "wrap": 48.0,
}
_NARROWEST, _WIDEST = 8.0, 40.0


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is shown.

    ``style`` is a name of :mod:`casework.workbooks.looks`; "" chooses it by the type of the values. ``width`` is in
    characters; 0 fits it to the values. ``choices`` names one of the workbook's lists for a drop-down.
    """

    title: str
    style: str = ""
    width: float = 0
    choices: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, columns first.

    ``table`` holds one Arrow column for each of ``columns``, in their order: text, whole numbers, floats, decimals,
    dates and timestamps (without zone); null leaves a cell empty. ``frozen`` counts the columns that stay in view.
    ``marked`` maps a column's place to booleans, one a row: those cells stand out. ``printed`` counts the columns that
    go to paper, 0 for all.
    """

    name: str
    table: pa.Table
    columns: tuple[Column, ...]
    frozen: int = 1
    marked: Mapping[int, pa.Array] = field(default_factory=dict)
    printed: int = 0

    def pieces(self, rows: int = MAX_ROWS - 1) -> list[Sheet]:
        """Return the sheet in parts of at most ``rows`` rows below the header, at least one."""
        if self.table.num_rows <= rows:
            return [self]
        return [
            replace(
                self,
                table=self.table.slice(start, rows),
                marked={place: marks.slice(start, rows) for place, marks in self.marked.items()},
            )
            for start in range(0, self.table.num_rows, rows)
        ]


def plain_sheet(name: str, table: pa.Table) -> Sheet:
    """Return a sheet of a table as it is: its column names are the headers, its types choose the formats."""
    return Sheet(name, table, tuple(Column(title) for title in table.column_names))


def style_of(column: Column, kind: pa.DataType) -> str:
    """Return the style of a column: its own, or the one that suits its type."""
    import pyarrow as pa

    if column.style:
        return column.style
    if pa.types.is_timestamp(kind):
        return "stamp"
    if pa.types.is_date(kind):
        return "day"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "money"
    return "number" if pa.types.is_integer(kind) else "text"


def width_of(column: Column, values: pa.ChunkedArray) -> float:
    """Return the column's width in characters: its own, or one that fits its header and its first values."""
    import pyarrow as pa

    if column.width:
        return column.width
    style = style_of(column, values.type)
    if style in _WIDTHS:
        return max(_WIDTHS[style], min(width(column.title) + 4.0, 24.0))
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return 12.0
    first = values.slice(0, 200).to_pylist()
    widest = max([width(column.title) + 4, *(width(text[:100]) + 2 for text in first if text)])
    return float(min(max(widest, _NARROWEST), _WIDEST))


def wrapped_columns(sheet: Sheet) -> dict[int, float]:
    """Return the widths of the columns whose text makes rows grow: wrapped ones that go to paper, by place."""
    shown = sheet.printed or len(sheet.columns)
    return {
        place: width_of(column, sheet.table.column(place))
        for place, column in enumerate(sheet.columns[:shown])
        if column.style in {"wrap", "problem"}
    }
