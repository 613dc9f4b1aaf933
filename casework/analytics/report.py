"""Tables of cases to a report: run the measures, turn their counts into figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from casework.analytics.figures import Backlog, Report, Resolution, Volume
from casework.analytics.measures import AGE_BANDS, DAY_US, Period, backlog, durations, volume
from casework.analytics.survival import Curve, kaplan_meier
from casework.model import ExportSource

if TYPE_CHECKING:
    import pyarrow as pa


def warm() -> Any:
    """Load the engine and compile the measures now, so that they are ready when a file has been read.

    Returns the engine, for :func:`measure`.
    """
    import ibis
    import pyarrow as pa

    stamp, text = pa.timestamp("us"), pa.string()
    types = {"received": stamp, "closed": stamp, "elapsed_us": pa.int64(), "channel": text}
    engine = ibis.duckdb.connect()
    measure(
        [pa.Table.from_batches([], schema=pa.schema(types.items()))],
        [],
        can_close=[True],
        has_time=True,
        engine=engine,
    )
    return engine


def measure(
    tables: Sequence[pa.Table],
    sources: Iterable[ExportSource],
    *,
    can_close: Sequence[bool],
    has_time: bool,
    as_of: dt.date | None = None,
    month: str | None = None,
    engine: Any = None,
) -> Report:
    """Compute a report over the cases of all ``tables`` (columns as in :mod:`casework.analytics.measures`).

    ``can_close`` says which tables have closing dates. ``as_of`` defaults to the latest received or closed date;
    ``engine`` is an Ibis backend, by default DuckDB in this process.
    """
    import ibis

    cases = _together(tables, can_close)
    last_day = as_of or _latest(cases) or dt.date(1970, 1, 1)
    period = Period(last_day, month, has_time)
    engine = engine or ibis.duckdb.connect()
    table = ibis.memtable(cases)
    whole = Period(last_day, None, has_time)
    counts = engine.to_pyarrow(volume(table, whole)).to_pylist()
    resolution = _resolutions(engine.to_pyarrow(durations(table, period)))
    open_now = engine.to_pyarrow(backlog(table, whole))
    volumes = sorted(
        (Volume(row["month"], row["channel"], row["received"], row["closed"]) for row in counts),
        key=_by_month,
    )
    return Report(
        sources=tuple(sources),
        as_of=last_day,
        month=month,
        months=tuple(sorted({row.month for row in volumes})),
        volume=tuple(row for row in volumes if month in (None, row.month)),
        history=tuple(volumes),
        resolution=resolution,
        backlog=_backlogs(open_now),
        has_closing=any(can_close),
        has_time=has_time,
        cases=cases,
    )


def _by_month(row: Volume) -> tuple[str, bool, str]:
    return row.month, row.channel is None, row.channel or ""


def _together(tables: Sequence[pa.Table], can_close: Sequence[bool]) -> pa.Table:
    import pyarrow as pa

    shared = set.intersection(*(set(table.column_names) for table in tables))
    ready = []
    for whole, closes in zip(tables, can_close, strict=True):
        table = whole.select([name for name in tables[0].column_names if name in shared])
        marked = table.append_column("received_us", table["received"].cast(pa.int64()))
        ready.append(marked.append_column("can_close", _flags(closes, table.num_rows)))
    return pa.concat_tables(ready)


def _flags(value: bool, count: int) -> pa.Array:
    """``count`` times ``value``, from its bits: pyarrow's ways from a Python value import pandas (0.3 s) to look at it."""
    import pyarrow as pa

    bits = (b"\xff" if value else b"\x00") * ((count + 7) // 8)
    return pa.Array.from_buffers(pa.bool_(), count, [None, pa.py_buffer(bits)])


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """A column without nulls as numpy; by way of one chunk, which spares the import of pandas as well."""
    numbers: npt.NDArray[np.int64] = column.combine_chunks().to_numpy(zero_copy_only=False)
    return numbers


def _latest(cases: pa.Table) -> dt.date | None:
    import pyarrow.compute as pc

    stamps = [pc.max(cases[name]).as_py() for name in ("received", "closed")]
    known = [stamp for stamp in stamps if stamp is not None]
    return max(known).date() if known else None


def _resolutions(counted: pa.Table) -> tuple[Resolution, ...]:
    """One row a channel from the counted durations, the channel with most cases first."""
    days = _numbers(counted["duration_us"]) / DAY_US
    resolved, still_open = _numbers(counted["resolved"]), _numbers(counted["open"])
    codes = counted["channel"].combine_chunks().dictionary_encode(null_encoding="encode")
    place = codes.indices.to_numpy(zero_copy_only=False)
    rows = []
    for code, channel in enumerate(codes.dictionary.to_pylist()):
        here = place == code
        rows.append(
            _resolution(channel, kaplan_meier(np.maximum(days[here], 0.0), resolved[here], still_open[here]))
        )
    return tuple(sorted(rows, key=lambda row: (-row.n, row.channel is None, row.channel or "")))


def _resolution(channel: str | None, curve: Curve) -> Resolution:
    low, high = curve.quantile_interval(0.5)
    return Resolution(
        channel=channel,
        n=curve.n,
        resolved=curve.resolved,
        open=curve.n - curve.resolved,
        median_days=curve.quantile(0.5),
        median_low=low,
        median_high=high,
        p90_days=curve.quantile(0.9),
        curve=curve,
    )


def _backlogs(counted: pa.Table) -> tuple[Backlog, ...]:
    ages = np.maximum(_numbers(counted["age_days"]), 0)
    places = np.searchsorted(AGE_BANDS, ages)
    totals: dict[str | None, list[int]] = {}
    for channel, place, count in zip(
        counted["channel"].to_pylist(), places.tolist(), counted["open"].to_pylist(), strict=True
    ):
        totals.setdefault(channel, [0] * (len(AGE_BANDS) + 1))[place] += count
    ordered = sorted(totals.items(), key=lambda item: (-sum(item[1]), item[0] is None, item[0] or ""))
    return tuple(Backlog(channel, tuple(bands)) for channel, bands in ordered)
