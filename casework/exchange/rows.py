"""Which rows below the header are data: blank ones, repeated headers, totals and remarks are left out and told."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from casework.exchange.grid import Grid
from casework.exchange.recognise import Layout
from casework.i18n import _

_TOTAL = re.compile(
    r"^\W*(合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|本页合计|累\s*计|(grand\s+)?total\b|sub-?total\b|sums?\b|count\b|average\b)",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"^\W*(time ?zone|时区|注[:：]|备注[:：]|说明[:：]?|制表|填表|打印|导出|数据来源|统计时间|审核|generated|exported|note|source|printed|report (run|date)|page \d)",
    re.IGNORECASE,
)
_SHOWN = 20

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class DataRows:
    """Indices, counted from ``first``, of the rows that hold data; ``notes`` say what was left out."""

    first: int
    keep: Ints
    notes: tuple[str, ...]


def data_rows(grid: Grid, layout: Layout, dated: Flags, unreadable: Flags) -> DataRows:
    """Tell data from the rest.

    ``dated`` and ``unreadable`` say of each row below the header whether its received cell is a date, or holds
    something else. A row with a date is always data.
    """
    first = layout.header.first
    keep: Flags = dated | unreadable
    repeats = _repeated_headers(grid, layout, first, np.flatnonzero(unreadable))
    keep[repeats] = False
    keep |= _filled_elsewhere(grid, first, ~keep & ~_marked(repeats, len(keep)))
    left_out = _totals_and_remarks(grid, layout, first, keep, np.flatnonzero(keep & ~dated))
    keep[left_out] = False
    return DataRows(
        first, np.flatnonzero(keep).astype(np.int64), _notes(grid, layout, first, repeats, left_out)
    )


def cells_below(grid: Grid, column: int, first: int) -> pa.Array:
    """A column's cells from index ``first``; an error cell shows its error instead of nothing."""
    cells = grid.columns[column]
    wrong = {row: text for (row, place), text in grid.errors.items() if place == column}
    if wrong:
        listed = cells.to_pylist()
        for row, text in wrong.items():
            listed[row] = text
        cells = pa.array(listed, pa.string())
    return cells.slice(first)


def _flags(array: pa.Array) -> Flags:
    flags: Flags = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
    return flags


def _marked(places: Ints, count: int) -> Flags:
    marked = np.zeros(count, dtype=np.bool_)
    marked[places] = True
    return marked


def _repeated_headers(grid: Grid, layout: Layout, first: int, among: Ints) -> Ints:
    """Rows further down that say the same as the header."""
    header = grid.row(layout.header.index)
    column = layout.columns["received"]
    if not header[column] or not len(among):
        return np.empty(0, np.int64)
    text = pc.utf8_trim_whitespace(grid.columns[column].take(pa.array(first + among)))
    alike = among[_flags(pc.equal(text, header[column]))]
    return np.array([i for i in alike if grid.row(first + int(i)) == header], dtype=np.int64)


def _filled_elsewhere(grid: Grid, first: int, asked: Flags) -> Flags:
    """Rows without a received date that hold something in another column."""
    found = np.zeros(len(asked), dtype=np.bool_)
    places = np.flatnonzero(asked)
    if not len(places):
        return found
    here = pa.array(places)
    for column in range(len(grid.columns)):
        below = cells_below(grid, column, first).take(here)
        found[places] |= _flags(pc.not_equal(pc.utf8_trim_whitespace(pc.fill_null(below, "")), ""))
    return found


def _totals_and_remarks(grid: Grid, layout: Layout, first: int, keep: Flags, undated: Ints) -> Ints:
    """Rows without a received date that are totals (anywhere), or remarks and lone cells at the end."""
    if len(undated) > 10_000:  # not a table with a few remarks, but one whose dates cannot be read
        return np.empty(0, np.int64)
    kept = np.flatnonzero(keep)
    end = len(kept)
    found = []
    for index in undated[::-1]:
        cells = [cell for cell in grid.row(first + int(index)) if cell]
        lone = len(cells) == 1 and len(layout.headers) > 2
        at_end = end > 0 and kept[end - 1] == index
        if _TOTAL.match(cells[0]) or (at_end and (lone or _REMARK.match(cells[0]))):
            found.append(int(index))
            end -= at_end
    return np.array(sorted(found), dtype=np.int64)


def _notes(grid: Grid, layout: Layout, first: int, repeats: Ints, left_out: Ints) -> tuple[str, ...]:
    notes = []
    if layout.header.units is not None:
        row = int(grid.row_numbers[layout.header.units])
        notes.append(_("Row {row} below the header was left out: it names units.").format(row=row))
    if len(repeats):
        notes.append(_("{count} repeated header rows were left out.").format(count=len(repeats)))
    if len(left_out):
        numbers = [str(grid.row_numbers[first + index]) for index in left_out[:_SHOWN]]
        rows = ", ".join(numbers) + (" …" if len(left_out) > _SHOWN else "")
        notes.append(_("Rows left out as totals or remarks: {rows}.").format(rows=rows))
    return tuple(notes)
