"""A report: every measure of one set of cases, as frozen values that charts, workbook and JSON all read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from casework.analytics.measures import AGE_BANDS, DAY_US, Period, backlog, durations, volume
from casework.analytics.survival import Curve, kaplan_meier
from casework.model import ExportSource

if TYPE_CHECKING:
    import pyarrow as pa

MIN_CASES = 5  # below this a channel is shown as "too few" and not compared


@dataclass(frozen=True)
class Volume:
    """Cases received and closed in one month through one channel (None: no channel stated)."""

    month: str
    channel: str | None
    received: int
    closed: int


@dataclass(frozen=True)
class Resolution:
    """Time to resolution in one channel, in days; None where the curve does not reach the share.

    ``n`` counts cases received, ``resolved`` those closed by ``as_of`` and ``open`` the rest. ``median_low`` and
    ``median_high`` are the 95% log-log interval. ``curve`` is the whole Kaplan-Meier curve.
    """

    channel: str | None
    n: int
    resolved: int
    open: int
    median_days: float | None
    median_low: float | None
    median_high: float | None
    p90_days: float | None
    curve: Curve = field(repr=False, compare=False)

    @property
    def too_few(self) -> bool:
        """Whether there are too few cases to compare this channel with others."""
        return self.n < MIN_CASES


@dataclass(frozen=True)
class Backlog:
    """Cases open at ``as_of`` in one channel, by age band (the bands of :func:`age_bands`)."""

    channel: str | None
    open: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """All measures of one set of cases, and what they were made from.

    ``cases`` is the Arrow table behind them. ``volume`` is that of the period, ``history`` that of every month, so that
    one month can be seen beside those before it. ``months`` are all months that the data have, for choosing one.
    ``has_closing`` is False where no source has closing dates: then ``resolution`` and ``backlog`` are empty.
    ``has_time`` is whether any date has a time of day.
    """

    sources: tuple[ExportSource, ...]
    as_of: dt.date
    month: str | None
    months: tuple[str, ...]
    volume: tuple[Volume, ...]
    history: tuple[Volume, ...]
    resolution: tuple[Resolution, ...]
    backlog: tuple[Backlog, ...]
    has_closing: bool
    has_time: bool
    cases: Any = field(repr=False, compare=False)

    @property
    def received(self) -> int:
        """Cases received in the period."""
        return sum(row.received for row in self.volume)

    @property
    def closed(self) -> int:
        """Cases closed in the period."""
        return sum(row.closed for row in self.volume)

    @property
    def open(self) -> int:
        """Cases open at ``as_of``, whenever received."""
        return sum(sum(row.open) for row in self.backlog)


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


def age_bands() -> tuple[tuple[int, int | None], ...]:
    """The age bands of the backlog as (first day, last day); the last is open-ended."""
    starts = (0, *(limit + 1 for limit in AGE_BANDS))
    return tuple(zip(starts, (*AGE_BANDS, None), strict=True))


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

    ready = []
    for table, closes in zip(tables, can_close, strict=True):
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
