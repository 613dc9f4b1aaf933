"""A dataset to a report: run the measures, turn their counts into figures."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from casework.analytics import measures
from casework.analytics.dataset import Dataset, Known, open_tables
from casework.analytics.durations import Durations
from casework.analytics.figures import Backlog, Report, Resolution, Volume
from casework.analytics.measures import AGE_BANDS, DAY_US
from casework.analytics.periods import Span, month_name
from casework.analytics.review import ENDS, Filters, Review, Timing
from casework.model import ExportSource

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from casework.analytics.engines import Engine


def warm() -> Engine:
    """Load the engine and compile the measures now, so that they are ready when a file has been read.

    Returns the engine, for :func:`open_tables`.
    """
    from casework.analytics.cases import schema
    from casework.analytics.engines import open_engine

    engine = open_engine()
    empty = schema().empty_table()
    bare = empty.select(["received", "closed", "elapsed_us", "channel"])
    open_tables([bare], [True], Known(), engine=engine).report()
    return engine


def measure(
    tables: Sequence[pa.Table],
    sources: Iterable[ExportSource],
    *,
    can_close: Sequence[bool],
    has_time: bool,
    as_of: dt.date | None = None,
    period: Span | None = None,
    engine: Engine | None = None,
) -> Report:
    """Compute a report over the cases of all ``tables``: see :func:`open_tables`."""
    known = Known(tuple(sources), has_time)
    return open_tables(tables, can_close, known, as_of=as_of, engine=engine).report(period)


def report_on(data: Dataset, period: Span | None, filters: Filters) -> Report:
    """Measure the cases of ``data`` in ``period`` that pass ``filters``."""
    if not filters.given():
        return _report_on(data, data.seen, period, filters)
    kept = data.engine.keep(measures.passing(data.seen, filters))
    try:
        return _report_on(data, kept, period, filters)
    finally:
        data.engine.drop(kept)


def _report_on(data: Dataset, seen: ir.Table, period: Span | None, filters: Filters) -> Report:
    from casework.analytics.reviewing import Looked, review

    ask = data.engine.ask
    flow = ask(measures.flow, seen, "channel").to_pylist()
    history = _volumes(flow)
    has_closing = bool(data.facts["has_closed"]) or _says_closing(data.known.sources)
    times = read_durations(ask(measures.durations, seen, period))
    looked = Looked(data, seen, period, filters, flow, times, has_closing)
    told = review(looked)
    return Report(
        sources=data.known.sources,
        as_of=data.moment.as_of,
        period=period,
        months=tuple(sorted({row.month for row in history})),
        volume=tuple(row for row in history if period is None or row.month in period.names()),
        history=history,
        resolution=_resolutions(told),
        backlog=_backlogs(ask(measures.backlog, seen)),
        has_closing=has_closing,
        has_time=data.known.has_time,
        review=told,
        cases=data.cases,
    )


def _says_closing(sources: Sequence[ExportSource]) -> bool:
    return any("closed" in dict(source.columns) for source in sources)


def _volumes(flow: Sequence[dict[str, Any]]) -> tuple[Volume, ...]:
    rows = (Volume(month_name(row["month"]), row["value"], row["received"], row["closed"]) for row in flow)
    return tuple(sorted(rows, key=lambda row: (row.month, row.channel is None, row.channel or "")))


def read_durations(counted: pa.Table) -> Durations:
    """Counted durations as arrays: days from microseconds, words as codes; times before receipt count as 0 days."""
    channels, channel = _coded_or_one(counted, "channel")
    conducts, conduct = _coded_or_one(counted, "conduct")
    times = Durations(
        channels,
        channel,
        conducts,
        conduct,
        _end_codes(counted),
        np.maximum(numbers(counted["duration_us"]) / DAY_US, 0.0),
        numbers(counted["ended"]),
        numbers(counted["waiting"]),
    )
    return times.in_order()  # once, for all that is made of them


def _coded_or_one(counted: pa.Table, name: str) -> tuple[tuple[str | None, ...], npt.NDArray[np.int64]]:
    """A column as :func:`coded`; where it was not counted by, one value for all rows."""
    if name in counted.column_names:
        return coded(counted[name])
    return (None,), np.zeros(counted.num_rows, dtype=np.int64)


def _end_codes(counted: pa.Table) -> npt.NDArray[np.int64]:
    """Codes of :data:`ENDS`; -1 while open. An unknown way to end counts as the last of them."""
    ended = numbers(counted["ended"]) > 0
    if "end" not in counted.column_names:
        return np.where(ended, len(ENDS) - 1, -1).astype(np.int64)
    words, codes = coded(counted["end"])
    places = np.array(
        [ENDS.index(word) if word in ENDS else len(ENDS) - 1 for word in words] or [0], dtype=np.int64
    )
    return np.where(ended, places[codes], -1).astype(np.int64)


def coded(column: pa.ChunkedArray) -> tuple[tuple[str | None, ...], npt.NDArray[np.int64]]:
    """A column of words as its distinct words and a code for each row."""
    words = column.combine_chunks().dictionary_encode(null_encoding="encode")
    codes = words.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return tuple(words.dictionary.to_pylist()), codes


def numbers(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """A column without nulls as numpy; by way of one chunk, which spares the import of pandas."""
    values: npt.NDArray[np.int64] = column.combine_chunks().to_numpy(zero_copy_only=False)
    return values


def _resolutions(told: Review) -> tuple[Resolution, ...]:
    rows = (_resolution(one) for one in told.timing("resolution") if not one.overall)
    return tuple(sorted(rows, key=lambda row: (-row.n, row.channel is None, row.channel or "")))


def _resolution(timing: Timing) -> Resolution:
    return Resolution(
        channel=timing.channel,
        n=timing.n,
        resolved=timing.ended,
        open=timing.n - timing.ended,
        median_days=timing.median.value,
        median_low=timing.median.low,
        median_high=timing.median.high,
        p90_days=timing.p90.value,
        curve=timing.curve,
    )


def _backlogs(counted: pa.Table) -> tuple[Backlog, ...]:
    ages = np.maximum(numbers(counted["age_days"]), 0)
    places = np.searchsorted(AGE_BANDS, ages)
    totals: dict[str | None, list[int]] = defaultdict(lambda: [0] * (len(AGE_BANDS) + 1))
    for channel, place, count in zip(
        counted["channel"].to_pylist(), places.tolist(), counted["open"].to_pylist(), strict=True
    ):
        totals[channel][place] += count
    ordered = sorted(totals.items(), key=lambda item: (-sum(item[1]), item[0] is None, item[0] or ""))
    return tuple(Backlog(channel, tuple(bands)) for channel, bands in ordered)
