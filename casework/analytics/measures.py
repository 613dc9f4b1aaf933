"""The measures, each defined once as an Ibis expression over the table of cases (:mod:`casework.analytics.cases`).

:func:`seen` makes of that table what is known at a day; the measures count over its rows. Months are whole numbers,
year x 12 + month - 1 (:mod:`casework.analytics.periods`). Every measure returns whole numbers and words only. The same
expressions run on any engine that Ibis knows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from casework.analytics.periods import Span
from casework.analytics.review import DIMENSIONS, WITHIN_DAYS, Filters

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAY_US = 86_400_000_000
AGE_BANDS = WITHIN_DAYS  # days; the last band is open-ended


@dataclass(frozen=True, slots=True)
class Moment:
    """The day up to which cases are known.

    ``has_time`` is whether the dates have times of day. Open cases are then cut off at the end of ``as_of``;
    where dates are whole days, at ``as_of`` itself, so that a case received and looked at on one day is 0 days old.
    """

    as_of: dt.date
    has_time: bool = True

    @property
    def end(self) -> dt.datetime:
        """The first instant after ``as_of``."""
        return dt.datetime.combine(self.as_of + dt.timedelta(days=1), dt.time())

    @property
    def cut_us(self) -> int:
        """Where open cases are cut off, as microseconds since 1970 of the wall clock."""
        cut = self.end if self.has_time else dt.datetime.combine(self.as_of, dt.time())
        return (cut - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)


def seen(cases: ir.Table, moment: Moment) -> ir.Table:
    """What is known at a moment of the cases received by then.

    Columns: the dimensions, agent, can_close; came, went, took_on (months of receipt, closing and acceptance; null:
    not yet); end (null while open), done (closed, and it is known after how long); duration_us to closing or to the
    cut-off; first_us and first_done, accepted_us and accepted_done, handled_us and handled_done likewise for the
    other stages (null where the stage cannot be known); age_days of open cases; clock: met, missed, running, overdue or
    null; amount_minor, recovered_minor, reopened, satisfied.
    """
    end, cut = moment.end, moment.cut_us
    known = cases.filter(cases.received.notnull() & (cases.received < end))
    is_closed = known.closed.notnull() & (known.closed < end)
    done = is_closed & known.elapsed_us.notnull()
    waiting = cut - known.received_us
    accepted = known.accepted.notnull() & (known.accepted < end)
    answered = known.first_response.notnull() & (known.first_response < end)
    return known.select(
        *DIMENSIONS,
        "agent",
        "can_close",
        came=_month(known.received),
        went=is_closed.ifelse(_month(known.closed), _none("int32")),
        took_on=accepted.ifelse(_month(known.accepted), _none("int32")),
        end=is_closed.ifelse(known.end, _none("string")),
        done=done,
        duration_us=done.ifelse(known.elapsed_us, waiting),
        first_done=answered,
        first_us=answered.ifelse(known.first_us, is_closed.ifelse(known.elapsed_us, waiting)),
        accepted_done=accepted,
        accepted_us=accepted.ifelse(known.accepted_us, is_closed.ifelse(known.elapsed_us, waiting)),
        handled_done=done & accepted,
        handled_us=accepted.ifelse(
            done.ifelse(known.handled_us, waiting - known.accepted_us), _none("int64")
        ),
        age_days=(known.can_close & ~is_closed).ifelse(waiting // DAY_US, _none("int64")).cast("int64"),
        clock=_clock(known, is_closed, end),
        amount_minor=known.amount_minor,
        recovered_minor=known.recovered_minor,
        reopened=known.reopened,
        satisfied=known.satisfied,
    )


def _none(kind: str) -> ir.Value:
    import ibis

    return ibis.null().cast(kind)


def _month(stamp: ir.TimestampColumn) -> ir.IntegerColumn:
    return (stamp.year() * 12 + stamp.month() - 1).cast("int32")


def _clock(known: ir.Table, is_closed: ir.BooleanColumn, end: dt.datetime) -> ir.StringColumn:
    """A due date decides; where there is none, what the source itself says of the limit of a closed case."""
    import ibis

    dated = known.due.notnull()
    return ibis.cases(
        (is_closed & dated & (known.closed <= known.due), "met"),
        (is_closed & dated, "missed"),
        (is_closed & known.on_time, "met"),
        (is_closed & known.on_time.notnull(), "missed"),
        (~is_closed & dated & (known.due < end), "overdue"),
        (~is_closed & dated, "running"),
        else_=_none("string"),
    )


def passing(table: ir.Table, filters: Filters) -> ir.Table:
    """The cases that filters let through. None among their values: the value is not stated."""
    for name, values in filters.given().items():
        stated = [value for value in values if value is not None]
        tests = [table[name].isin(stated)] if stated else []
        if None in values:
            tests.append(table[name].isnull())
        table = table.filter(reduce(or_, tests))
    return table


def flow(known: ir.Table, dimension: str, months: Sequence[int] = ()) -> ir.Table:
    """Cases received and closed, by month and dimension: columns month, value, received, closed, can_close.

    ``can_close`` counts those received whose source has closing dates. Only the ``months`` given, where any are.
    """
    came = _in(known, "came", months).group_by(month="came", value=dimension)
    went = _in(known.filter(known.went.notnull()), "went", months).group_by(month="went", value=dimension)
    received = came.aggregate(received=_count(known), can_close=_count_if(known.can_close))
    both = received.mutate(closed=_zero()).union(
        went.aggregate(closed=_count(known))
        .mutate(received=_zero(), can_close=_zero())
        .select("month", "value", "received", "can_close", "closed")
    )
    return both.group_by("month", "value").aggregate(
        **{name: both[name].sum().cast("int64") for name in ("received", "closed", "can_close")}
    )


def totals(known: ir.Table, dimension: str) -> ir.Table:
    """Cases received and closed by a dimension, whenever: columns value, received, closed."""
    return known.group_by(value=dimension).aggregate(
        received=_count(known), closed=_count_if(known.went.notnull())
    )


def _in(known: ir.Table, column: str, months: Sequence[int]) -> ir.Table:
    return known.filter(known[column].isin(sorted(months))) if months else known


def _zero() -> ir.IntegerScalar:
    import ibis

    return ibis.literal(0, "int64")


def _count(_known: ir.Table) -> ir.IntegerScalar:
    import ibis

    return ibis._.count().cast("int64")


def _count_if(test: ir.BooleanColumn) -> ir.IntegerScalar:
    """How many rows of a group pass a test; null does not."""
    return test.ifelse(1, 0).sum().fill_null(0).cast("int64")


def _spanned(known: ir.Table, span: Span | None) -> ir.Table:
    return known if span is None else known.filter(known.came.between(span.first, span.end - 1))


def durations(known: ir.Table, span: Span | None) -> ir.Table:
    """Time to closing of the cases received in a span: columns channel, conduct, end, duration_us, ended, waiting."""
    cohort = _spanned(known.filter(known.can_close), span)
    ends = cohort.done.ifelse(cohort.end, _none("string"))
    return cohort.group_by(
        channel=cohort.channel, conduct=cohort.conduct, end=ends, duration_us=cohort.duration_us
    ).aggregate(ended=_count_if(cohort.done), waiting=_count_if(~cohort.done))


def waits(known: ir.Table, stage: str, span: Span | None) -> ir.Table:
    """Time to the end of a stage (first, accepted, handled) of the cases received in a span.

    Columns channel, duration_us, ended, waiting.
    """
    cohort = _spanned(known, span)
    cohort = cohort.filter(cohort[f"{stage}_us"].notnull())
    ended = cohort[f"{stage}_done"]
    return cohort.group_by(channel=cohort.channel, duration_us=cohort[f"{stage}_us"]).aggregate(
        ended=_count_if(ended), waiting=_count_if(~ended)
    )


def overall(known: ir.Table, span: Span) -> ir.Table:
    """Time to closing of all cases received in a span: columns duration_us, ended, waiting."""
    cohort = _spanned(known.filter(known.can_close), span)
    return cohort.group_by(duration_us=cohort.duration_us).aggregate(
        ended=_count_if(cohort.done), waiting=_count_if(~cohort.done)
    )


def backlog(known: ir.Table) -> ir.Table:
    """Open cases by channel and whole days since receipt: columns channel, age_days, open."""
    still = known.filter(known.age_days.notnull())
    return still.group_by("channel", "age_days").aggregate(open=_count(still))


def clocks(known: ir.Table, span: Span | None) -> ir.Table:
    """Limits met, missed, running, overdue and unknown, by channel.

    The first two of cases closed in the span, the next two of open cases, unknown of either.
    """
    looked = known.filter(known.can_close)
    if span is not None:
        looked = looked.filter(looked.went.isnull() | looked.went.between(span.first, span.end - 1))
    counts = {name: _count_if(looked.clock == name) for name in ("met", "missed", "running", "overdue")}
    return looked.group_by("channel").aggregate(**counts, unknown=_count_if(looked.clock.isnull()))


def heat(known: ir.Table, span: Span | None) -> ir.Table:
    """Cases received in a span by channel and conduct: columns channel, conduct, received."""
    cohort = _spanned(known, span)
    return cohort.group_by("channel", "conduct").aggregate(received=_count(cohort))


def repeats(known: ir.Table, span: Span, year: Span) -> ir.Table:
    """Respondents and agents with several cases within a year: columns respondent, agent, now, year.

    ``agent`` is null in the row of a respondent as a whole.
    """
    named = _spanned(known.filter(known.respondent.notnull()), year)
    now = _count_if(named.came.between(span.first, span.end - 1))
    whole = named.group_by("respondent").aggregate(now=now, year=_count(named))
    agents = named.filter(named.agent.notnull()).group_by("respondent", "agent")
    both = whole.mutate(agent=_none("string")).select("respondent", "agent", "now", "year")
    both = both.union(agents.aggregate(now=now, year=_count(named)))
    return both.filter(both.year >= 2)


def received_tally(known: ir.Table) -> ir.Table:
    """Sums by month of receipt: columns month, claimed (cents), claimed_cases, reopened."""
    return known.group_by(month="came").aggregate(
        claimed=known.amount_minor.sum().cast("int64"),
        claimed_cases=known.amount_minor.count().cast("int64"),
        reopened=_count_if(known.reopened > 0),
    )


def closed_tally(known: ir.Table) -> ir.Table:
    """Counts by month of closing: columns month, closed, how_known, resolved, on_time, late, asked, satisfied; and recovered
    (cents) and recovered_cases, those of open cases by their month of receipt.
    """
    gone = known.went.notnull()
    return known.group_by(month=known.went.fill_null(known.came)).aggregate(
        closed=_count_if(gone),
        how_known=_count_if(gone & known.end.notnull() & (known.end != "other")),
        resolved=_count_if(gone & (known.end == "resolved")),
        on_time=_count_if(gone & (known.clock == "met")),
        late=_count_if(gone & (known.clock == "missed")),
        asked=_count_if(gone & known.satisfied.notnull()),
        satisfied=_count_if(gone & known.satisfied),
        recovered=known.recovered_minor.sum().cast("int64"),
        recovered_cases=known.recovered_minor.count().cast("int64"),
    )


def accepted_tally(known: ir.Table) -> ir.Table:
    """Cases by month of acceptance: columns month, accepted."""
    taken = known.filter(known.took_on.notnull())
    return taken.group_by(month="took_on").aggregate(accepted=_count(taken))


def contents(cases: ir.Table, moment: Moment) -> ir.Table:
    """One row about a table of cases: how many have what.

    Columns rows, undated, future, negative, first, last (months of receipt) and has_… for every role.
    """
    known = cases.received.notnull() & (cases.received < moment.end)
    month = known.ifelse(_month(cases.received), _none("int32"))
    beside = ("agent", "first_response", "accepted", "due", "on_time", "satisfied", "amount_minor")
    roles = (*DIMENSIONS, *beside, "recovered_minor", "reopened", "closed", "case_no")
    return cases.aggregate(
        rows=cases.count().cast("int64"),
        undated=_count_if(cases.received.isnull()),
        future=_count_if(cases.received >= moment.end),
        negative=_count_if(cases.closed < cases.received),
        first=month.min(),
        last=month.max(),
        **{f"has_{role}": cases[role].count().cast("int64") for role in roles},
    )
