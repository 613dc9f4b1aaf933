"""The table of cases that every measure reads: one row a case (a filing, in the office's own records).

Whatever an export or the store can tell is brought into one form by :func:`as_cases`; what it cannot tell is null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

#: Wall-clock times, as their source wrote them.
STAMPS = ("received", "closed", "first_response", "accepted", "due")
#: What cases are counted and found by.
WORDS = (
    *(
        "case_no",
        "channel",
        "kind",
        "conduct",
        "respondent",
        "agent",
        "region",
        "handler",
        "status",
        "outcome",
    ),
)
#: Microseconds: ``received_us`` is the receipt since 1970 by the wall clock; ``elapsed_us`` from receipt to closing with
#: offsets from UTC counted, null while open; ``first_us`` to the first response, ``accepted_us`` to acceptance,
#: ``handled_us`` from acceptance to closing.
TIMES = ("received_us", "elapsed_us", "first_us", "accepted_us", "handled_us")
#: Columns by the name of their type: ``amount_minor`` claimed and ``recovered_minor`` recovered, in cents; ``reopened``
#: how often; ``on_time`` what the source itself says of its limit; ``satisfied`` the answer at the reply visit; ``end``
#: one of :data:`casework.analytics.review.ENDS`, null while open; ``can_close`` whether the source has closing dates;
#: ``source`` counts sources from 0; ``row`` is the source's own row number.
COLUMNS: dict[str, str] = {
    **dict.fromkeys(STAMPS, "timestamp"),
    **dict.fromkeys(TIMES, "int64"),
    **dict.fromkeys(WORDS, "string"),
    "end": "string",
    "amount_minor": "int64",
    "recovered_minor": "int64",
    "reopened": "int32",
    "on_time": "bool",
    "satisfied": "bool",
    "can_close": "bool",
    "source": "int16",
    "row": "int64",
}


#: No dispute is about so much: such an amount is a slip of the pen and would drown all others, or overflow their sum.
_MOST_CENTS = 1e13


def schema() -> pa.Schema:
    """The Arrow schema of the table of cases."""
    import pyarrow as pa

    types = {
        "timestamp": pa.timestamp("us"),
        "int64": pa.int64(),
        "int32": pa.int32(),
        "int16": pa.int16(),
        "string": pa.string(),
        "bool": pa.bool_(),
    }
    return pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])


def as_cases(table: pa.Table, *, can_close: bool, source: int = 0) -> pa.Table:
    """Bring the rows of one source into the form of :data:`COLUMNS`.

    ``table`` has received, closed (timestamp[us]), elapsed_us and channel, and any other of the columns;
    ``amount`` and ``recovered`` (float64, yuan) become cents.
    """
    import pyarrow as pa

    count, wanted = table.num_rows, schema()
    made = {name: table[name] for name in table.column_names if name in COLUMNS}
    made |= _cents(table) | _times(table)
    if "end" not in made:
        made["end"] = _ends(table)
    made["can_close"] = _repeated(pa.scalar(can_close), count)
    made["source"] = _repeated(pa.scalar(source, pa.int16()), count)
    arrays = [
        made[field.name].cast(field.type) if field.name in made else pa.nulls(count, field.type)
        for field in wanted
    ]
    return pa.Table.from_arrays(arrays, schema=wanted)


def _repeated(value: pa.Scalar, count: int) -> pa.Array:
    import pyarrow as pa

    return pa.repeat(value, count)


def _cents(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    """Yuan as cents, where a source does not give cents itself; beyond :data:`_MOST_CENTS` not known."""
    import pyarrow.compute as pc

    wanted = [name for name in ("amount", "recovered") if name in table.column_names]
    return {
        f"{name}_minor": _whole_cents(pc.round(pc.multiply(table[name], 100.0)))
        for name in wanted
        if f"{name}_minor" not in table.column_names
    }


def _whole_cents(cents: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    within = pc.less(pc.abs(cents), _MOST_CENTS)
    return pc.if_else(within, cents, pa.scalar(None, pa.float64())).cast(pa.int64())


def _times(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    import pyarrow as pa
    import pyarrow.compute as pc

    stamps = {name: table[name].cast(pa.int64()) for name in STAMPS if name in table.column_names}
    times = {"received_us": stamps["received"]}
    if "first_response" in stamps:
        times["first_us"] = pc.subtract(stamps["first_response"], stamps["received"])
    if "accepted" in stamps:
        times["accepted_us"] = pc.subtract(stamps["accepted"], stamps["received"])
        times["handled_us"] = pc.subtract(stamps["closed"], stamps["accepted"])
    if "elapsed_us" not in table.column_names:
        times["elapsed_us"] = pc.subtract(stamps["closed"], stamps["received"])
    return times


def _ends(table: pa.Table) -> pa.Array:
    import pyarrow as pa

    from casework.analytics.ends import ends_of

    def words(name: str) -> pa.Array:
        known = name in table.column_names
        return table[name].combine_chunks() if known else pa.nulls(table.num_rows, pa.string())

    return ends_of(words("outcome"), words("status"), table["closed"].combine_chunks().is_valid())


def together(tables: Sequence[pa.Table]) -> tuple[pa.Table, int]:
    """Put the cases of several sources (:func:`as_cases`) together, a case that several of them have once.

    A case is the same where its number and its day of receipt are. Of several, that of the last source counts which
    knows it as closed, else that of the last. Returns the table and how many rows were left out.
    """
    import pyarrow as pa

    whole = pa.concat_tables(tables)
    if len([table for table in tables if table.num_rows]) < 2:
        return whole, 0
    kept = _once(whole)
    return (whole, 0) if kept is None else (whole.filter(kept), whole.num_rows - kept.true_count)


def _once(whole: pa.Table) -> pa.BooleanArray | None:
    """Which rows count, None where all of them do."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    numbered = whole["case_no"].is_valid().to_numpy() & whole["received"].is_valid().to_numpy()
    if not numbered.any():
        return None
    numbers = pc.fill_null(pc.utf8_upper(pc.utf8_trim_whitespace(whole["case_no"])), "")
    code = numbers.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    day = pc.fill_null(whole["received_us"], 0).to_numpy() // 86_400_000_000
    _keys, key = np.unique(np.stack([code, day]), axis=1, return_inverse=True)
    key = key.reshape(-1)
    source = whole["source"].to_numpy().astype(np.int64)
    rank = source + np.where(whole["closed"].is_valid().to_numpy(), 1 << 20, 0)
    best = np.full(key.max() + 1, -1, dtype=np.int64)
    np.maximum.at(best, key[numbered], rank[numbered])
    kept = ~numbered | (best[key] % (1 << 20) == source)
    return None if kept.all() else pa.array(kept)


def latest(cases: pa.Table, today: dt.date = dt.date.max) -> dt.date:
    """The latest received or closed date up to ``today`` (a year mistyped is no news); 1970 where there is none.

    Where all dates lie after ``today``, the latest of them.
    """
    import pyarrow.compute as pc

    stamps = [cases[name] for name in ("received", "closed")]
    if today < dt.date.max:
        tomorrow = dt.datetime.combine(today + dt.timedelta(days=1), dt.time())
        past = [column.filter(pc.less(column, tomorrow)) for column in stamps]
        stamps = past if any(len(column) for column in past) else stamps
    days = [found for column in stamps if (found := pc.max(column).as_py()) is not None]
    return max(days).date() if days else dt.date(1970, 1, 1)
