"""From a recognised grid to the rows that are measured: typed, checked, each case once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from casework.exchange.amounts import read_amounts
from casework.exchange.dates import DateColumn, Order, day_month_order, read_dates, tidy
from casework.exchange.grid import Grid
from casework.exchange.recognise import Layout
from casework.i18n import _
from casework.model import Problem

MAX_PROBLEMS = 1_000
TEXT_ROLES = ("case_no", "channel", "status", "conduct", "respondent")

_FOOTER = re.compile(
    r"^(合计|总计|小计|共计|总数|合\s*计|total|grand total|sum|subtotal|time ?zone|时区|注[:：]|备注[:：]|说明|制表|填表|打印|导出|数据来源|generated|exported|note)",
    re.IGNORECASE,
)

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Extract:
    """Rows ready to be measured.

    ``table`` has one row a case: row (int64, the spreadsheet's own), case_no, received (timestamp[us], wall
    clock), closed, elapsed_us (int64, received to closed with offsets counted; null while open), channel,
    status, conduct, respondent (strings), amount (float64). ``rows`` counts data rows before repeated ones were
    joined, ``duplicates`` how many were joined; ``has_time`` is whether any date has a time of day.
    """

    table: pa.Table
    rows: int
    duplicates: int
    problems: tuple[Problem, ...]
    problem_count: int
    has_time: bool
    notes: tuple[str, ...]


def extract(grid: Grid, layout: Layout) -> Extract:
    """Type the columns that play a role, list every problem, and join rows that repeat a case number."""
    notes = list(layout.notes)
    first = layout.header + 1
    keep, dropped = _data_rows(grid, layout, first)
    notes += dropped
    cells = {role: _cells(grid, column, first) for role, column in layout.columns.items()}
    if len(keep) < grid.height - first:
        cells = {role: column.take(pa.array(keep)) for role, column in cells.items()}
    rows = grid.row_numbers[first:][keep]
    problems: list[tuple[int, str, str, str]] = []
    with ThreadPoolExecutor() as threads:  # Arrow lets go of the interpreter while it works
        texts = {role: threads.submit(tidy, cells[role]) for role in TEXT_ROLES if role in cells}
        dates = _read_dates(grid, layout, cells, notes)
        received, closed = dates["received"], dates.get("closed")
        _date_problems(problems, layout, cells, "received", received)
        wall, elapsed = _closings(problems, layout, cells, received, closed)
        amount = _amounts(problems, layout, cells, len(rows))
    columns: dict[str, pa.Array] = {
        "row": pa.array(rows),
        "received": _stamps(received.wall),
        "closed": _stamps(wall),
        "elapsed_us": pa.array(elapsed, mask=np.isnat(wall)),
        "amount": pa.array(amount, mask=np.isnan(amount)),
    }
    for role in TEXT_ROLES:
        columns[role] = texts[role].result() if role in texts else pa.nulls(len(rows), pa.string())
    table = pa.table(columns)
    table, duplicates = _join_repeated(table, layout, notes)
    problems.sort()
    return Extract(
        table=table,
        rows=len(rows),
        duplicates=duplicates,
        problems=tuple(
            Problem(int(rows[i]), header, value, text) for i, header, value, text in problems[:MAX_PROBLEMS]
        ),
        problem_count=len(problems),
        has_time=received.has_time or (closed is not None and closed.has_time),
        notes=tuple(notes),
    )


def _cells(grid: Grid, column: int, first: int) -> pa.Array:
    """A column's cells below the header; an error cell shows its error instead of nothing."""
    cells = grid.columns[column]
    wrong = {row: text for (row, place), text in grid.errors.items() if place == column}
    if wrong:
        listed = cells.to_pylist()
        for row, text in wrong.items():
            listed[row] = text
        cells = pa.array(listed, pa.string())
    return cells.slice(first)


def _data_rows(grid: Grid, layout: Layout, first: int) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Indices (from ``first``) of the rows that hold data, and notes on what was left out.

    Blank rows, repeated header rows and the footer (totals, time zone, remarks) are left out.
    """
    header = grid.row(layout.header)
    received = _cells(grid, layout.columns["received"], first)
    text = pc.utf8_trim_whitespace(pc.fill_null(received, ""))
    keep = pc.not_equal(text, "").to_numpy(zero_copy_only=False).copy()
    repeats = np.flatnonzero(
        pc.equal(text, header[layout.columns["received"]]).to_numpy(zero_copy_only=False)
    )
    repeats = np.array([i for i in repeats if grid.row(first + int(i)) == header], dtype=np.int64)
    keep[repeats] = False
    for index in np.flatnonzero(~keep):
        if index not in repeats and any(grid.row(first + int(index))):
            keep[index] = True
    notes = []
    if len(repeats):
        notes.append(_("{count} repeated header rows were left out.").format(count=len(repeats)))
    footer = _footer(grid, layout, first, keep)
    keep[footer] = False
    if footer:
        rows = ", ".join(str(grid.row_numbers[first + index]) for index in sorted(footer))
        notes.append(_("Rows {rows} at the end were left out as totals or remarks.").format(rows=rows))
    return np.flatnonzero(keep).astype(np.int64), notes


def _footer(grid: Grid, layout: Layout, first: int, keep: Flags) -> list[int]:
    footer = []
    for index in np.flatnonzero(keep)[::-1]:
        cells = [cell for cell in grid.row(first + int(index)) if cell]
        lone = len(cells) == 1 and len(layout.headers) > 2
        if not (lone or _FOOTER.match(cells[0])):
            break
        date = read_dates(pa.array([grid.row(first + int(index))[layout.columns["received"]]], pa.string()))
        if not np.isnat(date.wall[0]):
            break
        footer.append(int(index))
    return footer


def _read_dates(
    grid: Grid, layout: Layout, cells: dict[str, pa.Array], notes: list[str]
) -> dict[str, DateColumn]:
    roles = [role for role in ("received", "closed") if role in cells]
    order, needed = day_month_order([cells[role] for role in roles])
    if order is None and needed:
        order = _order_by_sense(cells, grid.date_1904)
        shown = _("month/day") if order == "mdy" else _("day/month")
        notes.append(
            _("No date settles whether day or month comes first; {order} was assumed. Check it.").format(
                order=shown
            )
        )
    return {role: read_dates(cells[role], order=order or "mdy", date_1904=grid.date_1904) for role in roles}


def _order_by_sense(cells: dict[str, pa.Array], date_1904: bool) -> Order:
    """The order under which fewer cases close before they were received; month first where both are equal."""
    if "closed" not in cells:
        return "mdy"

    def impossible(order: Order) -> int:
        received, closed = (
            read_dates(cells[role], order=order, date_1904=date_1904) for role in ("received", "closed")
        )
        return int((closed.wall < received.wall).sum() + received.unreadable.sum() + closed.unreadable.sum())

    return "dmy" if impossible("dmy") < impossible("mdy") else "mdy"


def _date_problems(
    problems: list[tuple[int, str, str, str]],
    layout: Layout,
    cells: dict[str, pa.Array],
    role: str,
    dates: DateColumn,
) -> None:
    header = layout.headers[layout.columns[role]]
    for index in np.flatnonzero(dates.unreadable):
        problems.append(
            (int(index), header, (cells[role][int(index)].as_py() or "").strip(), _("not a date"))
        )
    if role == "received":
        for index in np.flatnonzero(dates.blank):
            problems.append((int(index), header, "", _("the received date is missing")))


def _closings(
    problems: list[tuple[int, str, str, str]],
    layout: Layout,
    cells: dict[str, pa.Array],
    received: DateColumn,
    closed: DateColumn | None,
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.int64]]:
    """Closing times and elapsed microseconds. A closing before its received date is a problem and counts as none."""
    n = len(received.wall)
    if closed is None:
        return np.full(n, np.datetime64("NaT"), dtype="datetime64[us]"), np.zeros(n, dtype=np.int64)
    _date_problems(problems, layout, cells, "closed", closed)
    minute = np.timedelta64(60_000_000, "us")
    both = ~np.isnat(received.wall) & ~np.isnat(closed.wall)
    elapsed = np.zeros(n, dtype=np.int64)
    span = (closed.wall - closed.offset * minute) - (received.wall - received.offset * minute)
    elapsed[both] = span[both].astype(np.int64)
    if not closed.has_time:  # closed "on the day": a case received that afternoon did not close before it
        same_day = both & (received.wall.astype("datetime64[D]") == closed.wall.astype("datetime64[D]"))
        elapsed[same_day] = np.maximum(elapsed[same_day], 0)
    negative = both & (elapsed < 0)
    header = layout.headers[layout.columns["closed"]]
    for index in np.flatnonzero(negative):
        value = (cells["closed"][int(index)].as_py() or "").strip()
        problems.append((int(index), header, value, _("closed before it was received; counted as open")))
    wall = closed.wall.copy()
    wall[negative | ~both] = np.datetime64("NaT")
    return wall, elapsed


def _amounts(
    problems: list[tuple[int, str, str, str]], layout: Layout, cells: dict[str, pa.Array], n: int
) -> npt.NDArray[np.float64]:
    if "amount" not in cells:
        return np.full(n, np.nan)
    header = layout.headers[layout.columns["amount"]]
    amount, unreadable = read_amounts(cells["amount"], header)
    for index in np.flatnonzero(unreadable):
        problems.append(
            (int(index), header, (cells["amount"][int(index)].as_py() or "").strip(), _("not an amount"))
        )
    return amount


def _stamps(wall: npt.NDArray[np.datetime64]) -> pa.Array:
    return pa.array(wall, pa.timestamp("us"), mask=np.isnat(wall))


def _join_repeated(table: pa.Table, layout: Layout, notes: list[str]) -> tuple[pa.Table, int]:
    """Rows with the same case number are one case: its first row, with the earliest receipt and the latest closing.

    Where repeated numbers mostly come with different received dates they do not identify a case, and every row
    stays a case of its own.
    """
    numbers = table["case_no"].combine_chunks()
    valid = numbers.is_valid().to_numpy(zero_copy_only=False)
    coded = numbers.dictionary_encode()
    codes, distinct = coded.indices, len(coded.dictionary)
    repeated = int(valid.sum()) - distinct
    if not repeated:
        return table, 0
    code = np.where(valid, pc.fill_null(codes, -1).to_numpy(zero_copy_only=False), -1).astype(np.int64)
    lone = np.flatnonzero(~valid)
    code[lone] = distinct + np.arange(len(lone))
    received = table["received"].cast(pa.int64()).to_numpy()
    received = np.where(table["received"].is_valid().to_numpy(), received, np.iinfo(np.int64).max)
    groups = distinct + len(lone)
    earliest, latest = np.full(groups, np.iinfo(np.int64).max), np.full(groups, np.iinfo(np.int64).min)
    np.minimum.at(earliest, code, received)
    np.maximum.at(
        latest, code, np.where(received == np.iinfo(np.int64).max, np.iinfo(np.int64).min, received)
    )
    sizes = np.bincount(code, minlength=groups)
    several = sizes > 1
    header = layout.headers[layout.columns["case_no"]]
    if (latest[several] > earliest[several]).mean() > 0.2:
        notes.append(
            _(
                "The numbers in “{header}” repeat with different received dates, so each row was counted as a case."
            ).format(header=header)
        )
        return table, 0
    notes.append(
        _(
            "{count} rows repeat a case number in “{header}” and were joined: first row, earliest receipt, latest closing."
        ).format(count=repeated, header=header)
    )
    return _joined(table, code, groups, earliest), repeated


def _joined(
    table: pa.Table, code: npt.NDArray[np.int64], groups: int, earliest: npt.NDArray[np.int64]
) -> pa.Table:
    first = np.full(groups, len(code), dtype=np.int64)
    np.minimum.at(first, code, np.arange(len(code)))
    elapsed = np.where(
        table["elapsed_us"].is_valid().to_numpy(), table["elapsed_us"].fill_null(0).to_numpy(), -1
    )
    last = first.copy()
    order = np.argsort(elapsed, kind="stable")
    last[code[order]] = order  # the row with the longest elapsed time of each case
    keep = np.sort(first)
    by_case = np.argsort(first, kind="stable")
    result = table.take(pa.array(keep))
    closing = table.take(pa.array(last[by_case]))
    received = pa.array(earliest[by_case], pa.int64(), mask=earliest[by_case] == np.iinfo(np.int64).max).cast(
        pa.timestamp("us")
    )
    for name, column in (
        ("received", received),
        ("closed", closing["closed"]),
        ("elapsed_us", closing["elapsed_us"]),
    ):
        result = result.set_column(result.schema.get_field_index(name), name, column)
    return result
