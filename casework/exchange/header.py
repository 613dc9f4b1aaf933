"""Find where a table's header is: below titles and blank rows, in one row or in two merged ones, with units below."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa

from casework.exchange.dates import looks_like_date
from casework.exchange.grid import Grid
from casework.exchange.names import known_roles, normal

_DEPTH = 40
_LONGEST_HEADER = 60

_UNIT = (
    r"[(（\[【]?\s*(?:单位\s*[:：]\s*)?(?:元|千元|万元|亿元|角|分|人民币|rmb|cny|yuan|usd|eur|天|日|小时|分钟|件|次|人|个|%|％"
    r"|days?|hours?|minutes?|cases?|文本|文字|日期|时间|年月日|年[-/]月[-/]日|年月日时分秒?|数字|数值|text|date|datetime|number|string|varchar|int|yyyy[-/年.]?mm[-/月.]?(?:dd日?)?(?:\s*hh:?mm(?::?ss)?)?)"
    r"\s*[)）\]】]?"
)
_DATA = re.compile(r"[¥￥$€£]?\s*[\d０-９][\d０-９\s:：./年月日,，TZ+-]*(?:[AaPp]\.?[Mm]\.?)?")
_UNITS = re.compile(_UNIT, re.IGNORECASE)
_UNIT_LINE = re.compile(r"(?:金额)?单位\s*[:：]\s*(人民币)?\s*(万元|亿元|千元|元|分)")


@dataclass(frozen=True)
class Header:
    """A table's header: index of its (last) row, its texts as written, made unique, and where the data begin.

    ``unit`` is the unit of money that a title line names (``万元``), ``units`` the unit line's row index, if any.
    """

    index: int
    texts: tuple[str, ...]
    first: int
    unit: str = ""
    units: int | None = None


def find_header(grid: Grid, wanted: Collection[str] = ()) -> Header | None:
    """Return the header, or None where no row looks like one.

    It is the row among the first 40 that names the most roles (or the most of the ``wanted`` headers); among
    equals the widest, then the first. Without any known name: the first row of words above a column of dates.
    """
    found = _best_row(grid, {normal(text) for text in wanted} - {""})
    if found is None:
        found = _above_dates(grid)
    if found is None:
        return None
    index, cells = found
    units = _unit_row(grid, index)
    first = index + 1 if units is None else units + 1
    texts = tuple(_unique(_with_units(cells, grid.row(units)) if units is not None else cells))
    return Header(index, texts, first, _title_unit(grid, index), units)


def likely_header(grid: Grid) -> Header | None:
    """Where nothing is known: the widest of the first rows that holds words only, for a person to look at."""
    best: tuple[int, int] | None = None
    for index in range(min(_DEPTH, grid.height)):
        cells = [cell for cell in grid.row(index) if cell]
        wordy = all(len(cell) <= _LONGEST_HEADER and not re.search(r"\d{3}", cell) for cell in cells)
        if len(cells) > 1 and wordy and (best is None or len(cells) > -best[0]):
            best = (-len(cells), index)
    if best is None:
        return None
    return Header(best[1], tuple(_unique(grid.row(best[1]))), best[1] + 1)


def _best_row(grid: Grid, wanted: set[str]) -> tuple[int, list[str]] | None:
    best: tuple[tuple[int, int, int], list[str]] | None = None
    for index in range(min(_DEPTH, grid.height)):
        for cells in _readings(grid, index):
            known = _score(cells, wanted)
            if not wanted and known <= sum(bool(_DATA.fullmatch(cell)) for cell in cells):
                continue  # a row of values in which a word happens to be a role's name
            rank = (known, sum(map(bool, cells)), -index)
            if known and (best is None or rank > best[0]):
                best = rank, cells
    return (-best[0][2], best[1]) if best else None


def _score(cells: list[str], wanted: set[str]) -> int:
    texts = [cell for cell in cells if cell and len(cell) <= _LONGEST_HEADER]
    if wanted:
        return len(wanted & {normal(text) for text in texts})
    return len(set().union(*(known_roles(text) for text in texts)))


def _readings(grid: Grid, index: int) -> list[list[str]]:
    """The row as it is, and joined with the row above where that one spans it."""
    cells = grid.row(index)
    if index == 0:
        return [cells]
    above = grid.row(index - 1)
    spread = _spread_right(grid, index - 1, above)
    shared = sum(bool(low and high) for low, high in zip(cells, spread, strict=True))
    spans = sum(map(bool, spread)) > sum(map(bool, above)) or _blank_below(cells, above)
    if not spans or shared < 2 or sum(map(bool, above)) < 2 or _has_data(cells):
        return [cells]
    return [cells, [_joined(high, low) for high, low in zip(spread, cells, strict=True)]]


def _spread_right(grid: Grid, row: int, cells: list[str]) -> list[str]:
    """Repeat a group's label over the columns it spans: by the merged cells, else over the blanks that follow it."""
    merged = [area for area in grid.merged if area[0] <= row <= area[2] and area[3] > area[1]]
    result = list(cells)
    for _top, left, _bottom, right in merged:
        if left < len(result):
            result[left : right + 1] = [cells[left]] * (min(right, len(result) - 1) - left + 1)
    if merged:
        return result
    below = grid.row(row + 1)
    for place in range(1, len(result)):
        if not result[place] and below[place]:
            result[place] = result[place - 1]
    return result


def _blank_below(cells: list[str], above: list[str]) -> bool:
    """A label that is merged downwards leaves a blank below it."""
    return any(high and not low for high, low in zip(above, cells, strict=True)) and any(cells)


def _has_data(cells: list[str]) -> bool:
    return any(re.search(r"\d{2}", cell) for cell in cells)


def _joined(high: str, low: str) -> str:
    if not high or not low or high == low:
        return low or high
    return f"{high}/{low}"


def _above_dates(grid: Grid) -> tuple[int, list[str]] | None:
    for index in range(min(_DEPTH, grid.height - 1)):
        cells, below = grid.row(index), grid.row(index + 1)
        words = [bool(cell) and not re.search(r"\d{3}", cell) for cell in cells]
        if sum(words) < 2 or sum(words) < sum(map(bool, cells)):
            continue
        dated = looks_like_date(pa.array(below, pa.string()))
        if any(word and date for word, date in zip(words, dated, strict=True)):
            return index, cells
    return None


def _unit_row(grid: Grid, header: int) -> int | None:
    """The row below the header, where it names nothing but units or kinds of value."""
    if header + 1 >= grid.height:
        return None
    cells = [cell for cell in grid.row(header + 1) if cell]
    return header + 1 if cells and all(_UNITS.fullmatch(cell) for cell in cells) else None


def _with_units(cells: list[str], units: list[str]) -> list[str]:
    money = re.compile(r"万元|亿元|千元|元|分")
    result = []
    for cell, unit in zip(cells, units, strict=True):
        found = money.search(unit)
        result.append(f"{cell}({found.group()})" if cell and found and "(" not in cell else cell)
    return result


def _title_unit(grid: Grid, header: int) -> str:
    for index in range(header):
        for cell in grid.row(index):
            found = _UNIT_LINE.search(cell)
            if found:
                return found.group(2)
    return ""


def _unique(cells: list[str]) -> list[str]:
    """Header texts made unique: a blank one is ``(column 3)``, a repeated one gets its count."""
    seen: dict[str, int] = {}
    result = []
    for place, cell in enumerate(cells, start=1):
        text = " ".join(cell.split()) or f"(column {place})"
        seen[text] = seen.get(text, 0) + 1
        result.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return result
