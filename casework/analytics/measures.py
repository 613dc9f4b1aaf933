"""The measures, each defined once as an Ibis expression over the table of cases.

The table of cases has: received, closed (timestamps, wall clock), received_us (int64, received as microseconds),
elapsed_us (int64, null while open), channel (string), can_close (boolean: the source has closing dates). The same
expressions run on any engine that Ibis knows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAY_US = 86_400_000_000
AGE_BANDS = (7, 15, 30, 60, 90)  # days; the last band is open-ended


@dataclass(frozen=True)
class Period:
    """What is looked at: cases received before the end of ``as_of``, and only those of ``month`` where one is given.

    ``has_time`` is whether the dates have times of day. Open cases are then censored at the end of ``as_of``;
    where dates are whole days, at ``as_of`` itself, so that a case received and looked at on one day is 0 days old.
    """

    as_of: dt.date
    month: str | None = None
    has_time: bool = True

    @property
    def end(self) -> dt.datetime:
        """The first instant after ``as_of``."""
        return dt.datetime.combine(self.as_of + dt.timedelta(days=1), dt.time())

    @property
    def censored_at_us(self) -> int:
        """Where open cases are cut off, as microseconds since 1970 of the wall clock."""
        cut = self.end if self.has_time else dt.datetime.combine(self.as_of, dt.time())
        return (cut - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)


def received_cases(cases: ir.Table, period: Period) -> ir.Table:
    """Cases with a received date not after ``as_of``."""
    return cases.filter(cases.received.notnull() & (cases.received < period.end))


def volume(cases: ir.Table, period: Period) -> ir.Table:
    """Count cases received and closed, by calendar month and channel: columns month, channel, received, closed."""
    known = received_cases(cases, period)
    came = known.group_by(month=known.received.strftime("%Y-%m"), channel=known.channel).aggregate(
        received=known.count()
    )
    done = known.filter(known.closed.notnull() & (known.closed < period.end))
    went = done.group_by(month=done.closed.strftime("%Y-%m"), channel=done.channel).aggregate(
        closed=done.count()
    )
    both = came.mutate(closed=_zero(came)).union(
        went.mutate(received=_zero(went)).select("month", "channel", "received", "closed")
    )
    result = both.group_by("month", "channel").aggregate(
        received=both.received.sum(), closed=both.closed.sum()
    )
    return result.filter(result.month == period.month) if period.month else result


def _zero(table: ir.Table) -> ir.IntegerValue:
    import ibis

    return ibis.literal(0, "int64")


def durations(cases: ir.Table, period: Period) -> ir.Table:
    """Count cases by channel and time to resolution: columns channel, duration_us, resolved, open.

    ``duration_us`` is received to closed, or received to the cut-off for cases still open at ``as_of``.
    """
    known = received_cases(cases, period)
    known = known.filter(known.can_close)
    if period.month:
        known = known.filter(known.received.strftime("%Y-%m") == period.month)
    is_closed = known.elapsed_us.notnull() & (known.closed < period.end)
    waiting = period.censored_at_us - known.received_us
    marked = known.select(
        channel=known.channel,
        duration_us=is_closed.ifelse(known.elapsed_us, waiting),
        done=is_closed.ifelse(1, 0),
    )
    counted = marked.group_by("channel", "duration_us")
    return counted.aggregate(resolved=marked.done.sum(), open=(1 - marked.done).sum())


def backlog(cases: ir.Table, period: Period) -> ir.Table:
    """Count cases open at ``as_of`` by channel and whole days since receipt: columns channel, age_days, open."""
    known = received_cases(cases, period)
    known = known.filter(known.can_close & (known.closed.isnull() | (known.closed >= period.end)))
    age = (period.censored_at_us - known.received_us) // DAY_US
    aged = known.select(channel=known.channel, age_days=age.cast("int64"))
    return aged.group_by("channel", "age_days").aggregate(open=aged.count())
