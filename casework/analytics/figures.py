"""The figures of a report as frozen values that charts, workbook and JSON all read. Nothing heavy is imported here."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from casework.analytics.measures import AGE_BANDS
from casework.analytics.periods import Span
from casework.analytics.review import Review
from casework.model import ExportSource

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
    ``median_high`` are the 95% log-log interval. ``curve`` is the whole Kaplan-Meier curve (:class:`casework.analytics.survival.Curve`), None in a report that was
    recalled for its numbers.
    """

    channel: str | None
    n: int
    resolved: int
    open: int
    median_days: float | None
    median_low: float | None
    median_high: float | None
    p90_days: float | None
    curve: Any = field(repr=False, compare=False)

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

    ``cases`` is the Arrow table behind them, None where it was not asked for. ``period`` None: all that the data have.
    ``volume`` is that of the period, ``history`` that of every month, so that one month can be seen beside those before
    it. ``months`` are all months that the data have, for choosing one. ``has_closing`` is False where no source has
    closing dates: then ``resolution`` and ``backlog`` are empty. ``has_time`` is whether any date has a time of day.
    ``review`` holds everything beyond volume and resolution.
    """

    sources: tuple[ExportSource, ...]
    as_of: dt.date
    period: Span | None
    months: tuple[str, ...]
    volume: tuple[Volume, ...]
    history: tuple[Volume, ...]
    resolution: tuple[Resolution, ...]
    backlog: tuple[Backlog, ...]
    has_closing: bool
    has_time: bool
    review: Review
    cases: Any = field(repr=False, compare=False)

    @property
    def month(self) -> str | None:
        """The name of the period, None where all data are looked at."""
        return self.period.label if self.period else None

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


def age_bands() -> tuple[tuple[int, int | None], ...]:
    """The age bands of the backlog as (first day, last day); the last is open-ended."""
    starts = (0, *(limit + 1 for limit in AGE_BANDS))
    return tuple(zip(starts, (*AGE_BANDS, None), strict=True))


def as_document(report: Report) -> dict[str, Any]:
    """The numbers of a report as JSON can say them: all but its curves and cases."""
    import cattrs

    bare = replace(
        report, cases=None, resolution=tuple(replace(one, curve=None) for one in report.resolution)
    )
    timings = tuple(replace(one, curve=None) for one in report.review.timings)
    document: dict[str, Any] = cattrs.unstructure(replace(bare, review=replace(bare.review, timings=timings)))
    return document | {"as_of": report.as_of.isoformat(), "sources": [asdict(one) for one in report.sources]}


def from_document(told: dict[str, Any]) -> Report:
    """The report of a document of :func:`as_document`, with neither curves nor cases."""
    import cattrs

    converter = cattrs.Converter()
    converter.register_structure_hook(dt.date, lambda text, _type: dt.date.fromisoformat(text))
    converter.register_structure_hook(ExportSource, lambda one, _type: ExportSource.from_document(one))
    return converter.structure(told, Report)
