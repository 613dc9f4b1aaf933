"""Rows that repeat a case number: one case, unless the numbers do not identify one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from casework.i18n import _

Ints = npt.NDArray[np.int64]

_NEVER = np.iinfo(np.int64).max
#: What the closing row says of the end; the row before that says it where the closing row does not.
_AT_THE_END = ("status", "outcome", "on_time", "satisfied", "recovered", "due")
#: Steps that count from the first time they were taken.
_FIRST_TIME = ("first_response", "accepted")
#: Counts that grow from row to row.
_HIGHEST = ("reopened",)


def join_repeated(
    table: pa.Table, header: str, coded: pa.DictionaryArray | None = None
) -> tuple[pa.Table, int, tuple[str, ...]]:
    """Join rows with the same case number: the first row, with the earliest receipt and the latest closing.

    Status, outcome, due date and answers are those of the closing row, else of the last row that has one; the first
    response and the acceptance are the earliest, reopened is the most.

    Where repeated numbers mostly come with different received dates they do not identify a case, and every row
    stays a case of its own. ``coded`` are the numbers with equal ones coded alike, where that was done before. Returns the table, how many rows were joined, and notes.
    """
    code, groups = _codes(
        coded if coded is not None else table["case_no"].combine_chunks().dictionary_encode()
    )
    repeated = len(code) - groups
    if not repeated:
        return table, 0, ()
    received = _received(table)
    earliest, latest = np.full(groups, _NEVER), np.full(groups, -1 - _NEVER)
    np.minimum.at(earliest, code, received)
    np.maximum.at(latest, code, np.where(received == _NEVER, -1 - _NEVER, received))
    several = np.bincount(code, minlength=groups) > 1
    if (latest[several] > earliest[several]).mean() > 0.2:
        note = _(
            "The numbers in “{header}” repeat with different received dates, so each row was counted as a case."
        )
        return table, 0, (note.format(header=header),)
    note = _(
        "{count} rows repeat a case number in “{header}” and were joined: first row, earliest receipt, latest closing."
    )
    return _joined(table, code, groups, earliest), repeated, (note.format(count=repeated, header=header),)


def _codes(coded: pa.DictionaryArray) -> tuple[Ints, int]:
    """One code a case: equal numbers share one, a blank number has one of its own."""
    distinct = len(coded.dictionary)
    if coded.null_count == 0:
        code: Ints = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        return code, distinct
    code = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    lone = np.flatnonzero(code < 0)
    code[lone] = distinct + np.arange(len(lone))
    return code, distinct + len(lone)


def _received(table: pa.Table) -> Ints:
    column = table["received"].combine_chunks().cast(pa.int64())
    received: Ints = pc.fill_null(column, _NEVER).to_numpy(zero_copy_only=False)
    return received


def _joined(table: pa.Table, code: Ints, groups: int, earliest: Ints) -> pa.Table:
    first = np.full(groups, len(code), dtype=np.int64)
    np.minimum.at(first, code, np.arange(len(code)))
    order = _by_closing(table)
    last = _last(code, order, groups)
    by_case = np.argsort(first, kind="stable")
    result = table.take(pa.array(np.sort(first)))
    closing = pa.array(last[by_case])
    stamps = earliest[by_case]
    received = pa.array(stamps, pa.int64(), mask=stamps == _NEVER).cast(pa.timestamp("us"))
    columns = {"received": received, **{name: table[name].take(closing) for name in ("closed", "elapsed_us")}}
    columns |= _others(table, code, order, groups, by_case)
    for name, column in columns.items():
        result = result.set_column(result.schema.get_field_index(name), name, column)
    return result


def _by_closing(table: pa.Table) -> Ints:
    """Rows in the order of their elapsed time, open ones first."""
    elapsed = pc.fill_null(table["elapsed_us"].combine_chunks(), -1).to_numpy(zero_copy_only=False)
    order: Ints = np.argsort(elapsed, kind="stable")
    return order


def _last(code: Ints, order: Ints, groups: int) -> Ints:
    """The last row of each case in this order; -1 where it has none."""
    last = np.full(groups, -1, dtype=np.int64)
    last[code[order]] = order
    return last


def _others(table: pa.Table, code: Ints, order: Ints, groups: int, by_case: Ints) -> dict[str, pa.Array]:
    """The columns that do not stay those of the first row, one value a case in the order of ``by_case``."""
    columns = {}
    for name in (*_AT_THE_END, *_FIRST_TIME, *_HIGHEST):
        if name not in table.column_names or table[name].null_count == table.num_rows:
            continue
        column = table[name].combine_chunks()
        given = order[column.is_valid().to_numpy(zero_copy_only=False)[order]]
        if name not in _AT_THE_END:
            value = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)[given]
            rank = np.argsort(-value if name in _FIRST_TIME else value, kind="stable")
            given = given[rank]
        place = _last(code, given, groups)[by_case]
        columns[name] = column.take(pa.array(place, mask=place < 0))
    return columns
