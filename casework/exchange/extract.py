"""From a recognised grid to the rows that are measured or imported: typed, checked, each case once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from casework.exchange.amounts import read_amounts
from casework.exchange.dates import DateColumn, read_dates, tidy
from casework.exchange.grid import Grid
from casework.exchange.joined import join_repeated
from casework.exchange.order import ask_order, settle_order
from casework.exchange.recognise import Layout
from casework.exchange.rows import cells_below, data_rows
from casework.exchange.yes_no import NOTHING, UNREADABLE, read_answers, read_times
from casework.i18n import _
from casework.model import Problem
from casework.sources import DATE_ROLES, MONEY_ROLES, ROLES, YES_NO_ROLES, Question

MAX_PROBLEMS = 1_000
TEXT_ROLES = tuple(
    role for role in ROLES if role not in (*DATE_ROLES, *MONEY_ROLES, *YES_NO_ROLES, "reopened")
)
_ALWAYS = ("row", "received", "closed", "elapsed_us", "channel")
_EVENTS = tuple(role for role in DATE_ROLES if role != "received")
#: Columns that the table has only where the export has them; it always has the others, if need be of nulls.
_RARE = ("accepted", "due", "kind", "outcome", "agent", "recovered", *YES_NO_ROLES, "reopened")
_DAY_LESS_1 = np.timedelta64(86_400_000_000 - 1, "us")

#: What Excel makes of a number of more than 15 digits: the rest are zeros, or it is written with an exponent.
_CUT = r"^\d{15}0+$|^\d(\.\d+)?[eE]\+?\d{2}$"
_LONG = r"^\d{16,}$|^\d(\.\d+)?[eE]\+?\d{2}$"

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Stamps = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Extract:
    """Rows ready to be measured or imported.

    ``table`` has one row a case: row (int64, the spreadsheet's own), received, closed, first_response (timestamp[us],
    wall clock), elapsed_us (int64, received to closed with offsets counted; null while open), amount (float64), and
    the text roles (strings). Only where the export has them: accepted, due (timestamp[us]; a due date without a time is
    the end of its day), kind, outcome, agent (strings), on_time, satisfied (bool), recovered (float64), reopened (int32).
    ``rows`` counts data rows before repeated ones were joined, ``duplicates`` how many
    were joined; ``has_time`` is whether any date has a time of day. ``faulty`` are the grid's indices of the rows
    with a problem, ``problems`` the first few.
    """

    table: pa.Table
    rows: int
    duplicates: int
    problems: tuple[Problem, ...]
    problem_count: int
    faulty: Ints
    has_time: bool
    day_first: bool | None
    questions: tuple[Question, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Cells:
    """The cells of each role, data rows only, and the headers to name them by."""

    layout: Layout
    by_role: dict[str, pa.Array]

    def header(self, role: str) -> str:
        return self.layout.headers[self.layout.columns[role]]

    def text(self, role: str, index: int) -> str:
        return (self.by_role[role][index].as_py() or "").strip()

    def faults(self, role: str, wrong: Flags, problem: str) -> Iterator[_Fault]:
        """One problem for every marked cell."""
        for index in np.flatnonzero(wrong).tolist():
            yield index, self.header(role), self.text(role, index), problem


_Fault = tuple[int, str, str, str]


def extract(
    grid: Grid, layout: Layout, day_first: bool | None = None, roles: Collection[str] | None = None
) -> Extract:
    """Type the columns that play a role, list every problem, and join rows that repeat a case number.

    ``day_first`` is a person's answer, where no date settles the order of day and month. With ``roles`` the table has
    only their columns, beside those that every measure needs.
    """
    below = {
        role: cells_below(grid, column, layout.header.first)
        for role, column in layout.columns.items()
        if (grid.loaded is None or column in grid.loaded) and _asked(role, roles)
    }
    if "on_time" in below and layout.late_flags is not None:
        below[_LATE] = cells_below(grid, layout.late_flags, layout.header.first)
    with ThreadPoolExecutor(
        max_workers=1
    ) as thread:  # the numbers of a million cases take as long as their dates
        numbering = thread.submit(_numbered, below.get("case_no"))
        dates, order, questions = _dates(grid, layout, below, day_first)
        numbered = numbering.result()
    received = dates["received"]
    found = data_rows(grid, layout, ~np.isnat(received.wall), received.unreadable)
    if len(found.keep) < len(received.wall):
        numbered = None
        below = {role: column.take(pa.array(found.keep)) for role, column in below.items()}
        dates = {role: column.take(found.keep) for role, column in dates.items()}
    cells = _Cells(layout, below)
    numbers = grid.row_numbers[found.first :][found.keep]
    columns, faults = _columns(cells, dates, len(found.keep), numbered)
    table = pa.table({"row": pa.array(numbers), **columns})
    joined, duplicates, notes = (
        join_repeated(table, cells.header("case_no"), _codes(numbered, columns))
        if "case_no" in below
        else (table, 0, ())
    )
    if roles is not None:
        joined = joined.select([name for name in joined.column_names if name in {*_ALWAYS, *roles}])
    return Extract(
        table=joined,
        rows=len(numbers),
        duplicates=duplicates,
        problems=tuple(
            Problem(int(numbers[i]), header, value, text) for i, header, value, text in faults[:MAX_PROBLEMS]
        ),
        problem_count=len(faults),
        faulty=np.unique(found.first + found.keep[[fault[0] for fault in faults]])
        if faults
        else np.empty(0, np.int64),
        has_time=any(dates[role].has_time for role in ("received", "closed") if role in dates),
        day_first=order,
        questions=questions,
        notes=(*_layout_notes(layout), *found.notes, *notes),
    )


_LATE = "late"  # beside the roles: the cells that count what was late (see casework.exchange.yes_no)


def _asked(role: str, roles: Collection[str] | None) -> bool:
    """Whether a column is built: texts that nobody asked for hold no problems either."""
    return roles is None or role in roles or role in _ALWAYS or role not in TEXT_ROLES or role == "case_no"


_Numbered = tuple[pa.Array, pa.DictionaryArray]


def _numbered(cells: pa.Array | None) -> _Numbered | None:
    """The case numbers, and the same with equal ones coded alike."""
    if cells is None:
        return None
    numbers = tidy(cells)
    return numbers, numbers.dictionary_encode()


def _codes(numbered: _Numbered | None, columns: dict[str, pa.Array]) -> pa.DictionaryArray | None:
    """The codes made beforehand, as long as the numbers are still the same."""
    return numbered[1] if numbered and columns["case_no"] is numbered[0] else None


def _dates(
    grid: Grid, layout: Layout, below: dict[str, pa.Array], day_first: bool | None
) -> tuple[dict[str, DateColumn], bool | None, tuple[Question, ...]]:
    cells = {role: below[role] for role in DATE_ROLES if role in below}
    order, needed = settle_order(cells, grid.date_1904, day_first)
    questions: tuple[Question, ...] = ()
    if order is None and needed:
        if day_first is None:
            header = layout.headers[layout.columns["received"]]
            example = next(iter(tidy(cells["received"].slice(0, 1000)).drop_null().to_pylist()), "")
            questions = (ask_order(header, example),)
        order = "dmy" if day_first else "mdy"
    with ThreadPoolExecutor() as threads:  # Arrow lets go of the interpreter while it works
        read = {
            role: threads.submit(read_dates, column, order=order or "mdy", date_1904=grid.date_1904)
            for role, column in cells.items()
        }
        dates = {role: result.result() for role, result in read.items()}
    return dates, (order == "dmy") if needed else None, questions


def _columns(
    cells: _Cells, dates: dict[str, DateColumn], count: int, numbered: _Numbered | None
) -> tuple[dict[str, pa.Array], list[_Fault]]:
    faults: list[_Fault] = []
    received = dates["received"]
    faults += cells.faults("received", received.unreadable, _("not a date"))
    faults += cells.faults("received", received.blank, _("the received date is missing"))
    columns: dict[str, pa.Array] = {"received": _stamps(received.wall)}
    for role in _EVENTS:
        if role in _RARE and role not in dates:
            continue
        wall, elapsed = _event(cells, role, received, dates.get(role), faults)
        if role == "due" and not dates[role].has_time:
            wall = wall + _DAY_LESS_1  # due "on the day": in time until it ends
        columns[role] = _stamps(wall)
        if role == "closed":
            columns["elapsed_us"] = pa.array(elapsed, mask=np.isnat(wall))
    for role in MONEY_ROLES:
        if role not in _RARE or role in cells.by_role:
            amount = _amounts(cells, role, faults, count)
            columns[role] = pa.array(amount, mask=np.isnan(amount))
    columns |= _answers(cells, faults)
    known = {"case_no": numbered[0]} if numbered else {}
    texts = {
        role: known[role] if role in known else tidy(cells.by_role[role])
        for role in TEXT_ROLES
        if role in cells.by_role
    }
    for role in TEXT_ROLES:
        if role in texts or role not in _RARE:
            columns[role] = texts.get(role, pa.nulls(count, pa.string()))
    if "case_no" in texts:
        columns["case_no"] = _numbers(cells, texts["case_no"], faults)
    faults.sort()
    return columns, faults


def _event(
    cells: _Cells, role: str, received: DateColumn, event: DateColumn | None, faults: list[_Fault]
) -> tuple[Stamps, Ints]:
    """Times of an event and microseconds from receipt to it. One before the receipt is a problem and counts as none."""
    count = len(received.wall)
    if event is None:
        return np.full(count, np.datetime64("NaT"), dtype="datetime64[us]"), np.zeros(count, dtype=np.int64)
    faults += cells.faults(role, event.unreadable, _("not a date"))
    both = ~np.isnat(received.wall) & ~np.isnat(event.wall)
    span = event.wall - received.wall
    if event.offset.any() or received.offset.any():
        span = span - (event.offset - received.offset) * np.timedelta64(60_000_000, "us")
    elapsed: Ints = np.where(both, span.astype(np.int64), 0)
    if not event.has_time:  # closed "on the day": a case received that afternoon did not close before it
        same_day = both & (received.wall.astype("datetime64[D]") == event.wall.astype("datetime64[D]"))
        elapsed = np.where(same_day, np.maximum(elapsed, 0), elapsed)
    negative = both & (elapsed < 0)
    faults += cells.faults(role, negative, _EARLY[role]())
    wall = event.wall.copy()
    wall[negative | ~both] = np.datetime64("NaT")
    return wall, elapsed


_EARLY = {
    "closed": lambda: _("closed before it was received; counted as open"),
    "first_response": lambda: _("answered before it was received; left out"),
    "accepted": lambda: _("accepted before it was received; left out"),
    "due": lambda: _("due before it was received; left out"),
}


def _amounts(cells: _Cells, role: str, faults: list[_Fault], count: int) -> npt.NDArray[np.float64]:
    if role not in cells.by_role:
        return np.full(count, np.nan)
    amount, unreadable = read_amounts(cells.by_role[role], cells.header(role), cells.layout.header.unit)
    faults += cells.faults(role, unreadable, _("not an amount"))
    return amount


def _answers(cells: _Cells, faults: list[_Fault]) -> dict[str, pa.Array]:
    """The columns that say yes, no or how often."""
    columns: dict[str, pa.Array] = {}
    for role in (*YES_NO_ROLES, "reopened"):
        if role not in cells.by_role:
            continue
        if role == "reopened":
            code, problem = read_times(cells.by_role[role]), _("neither a number of times nor yes or no")
        else:
            late = cells.by_role.get(_LATE) if role == "on_time" else None
            code = read_answers(role, cells.header(role), cells.by_role[role], late)
            problem = _("neither yes nor no")
        faults += cells.faults(role, code == UNREADABLE, problem)
        kind = pa.int32() if role == "reopened" else pa.bool_()
        columns[role] = pa.array(code, mask=code <= NOTHING).cast(kind)
    return columns


def _numbers(cells: _Cells, numbers: pa.Array, faults: list[_Fault]) -> pa.Array:
    """Case numbers; those that Excel has cut to 15 digits are problems and identify nothing.

    A true number may end in zeros by chance: only where half of the long ones do were they cut.
    """
    if not len(numbers) or (pc.max(pc.utf8_length(numbers)).as_py() or 0) < 5:
        return numbers
    cut = pc.fill_null(pc.match_substring_regex(numbers, _CUT), False)
    cut_count = pc.sum(cut).as_py() or 0
    if not cut_count or cut_count < 0.5 * pc.sum(pc.match_substring_regex(numbers, _LONG)).as_py():
        return numbers
    problem = _("Excel has cut this number to 15 digits, so it identifies no case; export it as text")
    faults += cells.faults("case_no", cut.to_numpy(zero_copy_only=False), problem)
    return pc.if_else(cut, pa.scalar(None, pa.string()), numbers)


def _stamps(wall: Stamps) -> pa.Array:
    return pa.array(wall, pa.timestamp("us"), mask=np.isnat(wall))


def _layout_notes(layout: Layout) -> Iterator[str]:
    for choice in layout.choices:
        if choice.role == "received" and choice.confidence <= 0.5:
            text = _("“{header}” was taken as the received date because it is the only column of dates.")
            yield text.format(header=choice.header)
        if choice.rivals and choice.role in ("received", "closed"):
            text = _("“{chosen}” was taken for {role}; it could also have been: {rivals}.")
            role = _("received date") if choice.role == "received" else _("closing date")
            yield text.format(chosen=choice.header, role=role, rivals=", ".join(choice.rivals))
