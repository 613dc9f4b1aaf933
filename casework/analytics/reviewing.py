"""From what an engine counted to the figures of a review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from casework.analytics import measures
from casework.analytics.comparing import comparison
from casework.analytics.control import control_chart
from casework.analytics.dataset import Dataset
from casework.analytics.durations import Durations
from casework.analytics.festivals import festivals
from casework.analytics.incidence import ends
from casework.analytics.periods import Span, month_name
from casework.analytics.quality import quality
from casework.analytics.review import (
    DIMENSIONS,
    MEASURES_VERSION,
    MOST_PARTS,
    Breakdown,
    Clock,
    Comparison,
    ControlChart,
    Filters,
    Handling,
    Headline,
    Heat,
    Money,
    Month,
    Part,
    Repeat,
    Review,
    Timing,
)
from casework.analytics.survival import kaplan_meier, timings

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

#: What the engine's names of the stages are in a review, in the order in which they are shown.
_STAGES = {"first": "first_response", "accepted": "acceptance", "handled": "handling"}
_STAGE_COLUMNS = {"first": "has_first_response", "accepted": "has_accepted", "handled": "has_accepted"}
#: Why channels are not compared where no source has closing dates: an English message id, as the other reasons are.
NO_CLOSING = "The source has no closing date, so no time to resolution can be computed."
_SPARK = 13  # months of a spark line: one year and the month to compare with
_CHARTED = 60  # months of a control chart: five years
_MOST_ROWS, _MOST_COLUMNS = 20, 12  # of the heat map

Tally = dict[int, dict[str, int]]


@dataclass(frozen=True)
class Looked:
    """What a review is made from: the cases that pass the filters, and what was counted of them already.

    ``flow`` are the rows of :func:`measures.flow` by channel, ``times`` the time to closing.
    """

    data: Dataset
    seen: ir.Table = field(repr=False)
    period: Span | None
    filters: Filters
    flow: Sequence[dict[str, Any]]
    times: Durations
    has_closing: bool

    def ask(self, measure: Callable[..., ir.Table], *asked: Hashable) -> pa.Table:
        """What a measure counts of the cases looked at."""
        return self.data.engine.ask(measure, self.seen, *asked)

    def rows(self, measure: Callable[..., ir.Table], *asked: Hashable) -> list[dict[str, Any]]:
        """The same as dictionaries."""
        found: list[dict[str, Any]] = self.ask(measure, *asked).to_pylist()
        return found

    def has(self, role: str) -> bool:
        """Whether any case of the data has this."""
        return bool(self.data.facts[f"has_{role}"])

    @cached_property
    def first(self) -> int | None:
        """The first month that the data have, whatever the filters let through."""
        month: int | None = self.data.facts["first"]
        return month

    @property
    def as_of_month(self) -> int:
        """The month that as-of lies in."""
        return self.data.moment.as_of.year * 12 + self.data.moment.as_of.month - 1

    @property
    def is_partial(self) -> bool:
        """Whether the month of as-of is not over."""
        return Span(self.as_of_month).last_day > self.data.moment.as_of

    @cached_property
    def incomplete(self) -> tuple[str, ...]:
        """The month of as-of where it is not over at as-of and the data have it."""
        name = month_name(self.as_of_month)
        return (name,) if self.is_partial and any(row.month == name for row in self.monthly) else ()

    def reaches(self, span: Span) -> bool:
        """Whether the data reach back to the start of a span."""
        return self.first is not None and self.first <= span.first

    @cached_property
    def spans(self) -> tuple[Span | None, Span | None, Span | None]:
        """The period, the one before, the same one last year; None where the data do not reach back so far.

        A period that lacks whole months is compared with none: one month is not held against three.
        """
        if self.period is None:
            return None, None, None
        if self.period.end - 1 > self.as_of_month:
            return self.period, None, None
        before, last_year = self.period.before, self.period.last_year
        return (
            self.period,
            before if self.reaches(before) else None,
            last_year if self.reaches(last_year) else None,
        )

    @cached_property
    def monthly(self) -> tuple[Month, ...]:
        """Every month from the first to the last in which a case was received (the last ten years), with its backlog."""
        return _monthly(self)

    @cached_property
    def tally(self) -> Tally:
        """What the tallies of :mod:`measures` count, by month."""
        found: Tally = defaultdict(lambda: defaultdict(int))
        for part in (measures.received_tally, measures.closed_tally, measures.accepted_tally):
            for row in self.rows(part):
                month = row.pop("month")
                found[month].update({name: value or 0 for name, value in row.items()})
        return found

    def total(self, name: str, span: Span | None) -> int | None:
        """The sum of a tally over a span; None where the span is not known. All months without a period."""
        if span is None and self.period is not None:
            return None
        return sum(
            counts.get(name, 0) for month, counts in self.tally.items() if span is None or month in span
        )


def review(looked: Looked) -> Review:
    """Everything that a monthly meeting asks."""
    resolution = timings(looked.times, "resolution") if looked.has_closing else ()
    controls = _controls(looked)
    return Review(
        version=MEASURES_VERSION,
        period=looked.period,
        filters=looked.filters,
        has=_has(looked),
        headlines=_headlines(looked, resolution, controls),
        breakdowns=tuple(_breakdown(looked, name) for name in DIMENSIONS if looked.has(name)),
        monthly=looked.monthly,
        timings=(*resolution, *_other_stages(looked)),
        clocks=_clocks(looked),
        ends=ends(looked.times) if looked.has_closing else (),
        comparison=_comparison(looked),
        controls=controls,
        rebases=looked.data.known.rebases,
        heat=_heat(looked),
        repeats=_repeats(looked),
        money=_money(looked),
        handling=_handlings(looked),
        quality=quality(looked),
        festivals=festivals([row.month for row in looked.monthly]),
    )


def _has(looked: Looked) -> tuple[str, ...]:
    names = [
        name.removeprefix("has_") for name, count in looked.data.facts.items() if name[:4] == "has_" and count
    ]
    return tuple(sorted(names))


# ---------------------------------------------------------------- months


def _monthly(looked: Looked) -> tuple[Month, ...]:
    received, closed, closable = (
        _by_month(looked.flow, name) for name in ("received", "closed", "can_close")
    )
    if not received:
        return ()
    first, last = min(received), max(received)  # after it nothing is known of what comes in: an export ends
    rows, backlog = [], 0
    for month in _months(first, last, received, closed):
        backlog += closable.get(month, 0) - closed.get(month, 0)
        still = backlog if looked.has_closing else None
        rows.append(Month(month_name(month), received[month], closed[month], still))
    return tuple(rows[-120:])


def _months(first: int, last: int, *known: dict[int, int]) -> Iterable[int]:
    """Every month; where a mistyped year opens a gap of more than ten years, only those that have cases."""
    if last - first <= 1200:
        return range(first, last + 1)
    return sorted({month for counts in known for month in counts})


def _by_month(flow: Sequence[dict[str, Any]], name: str) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for row in flow:
        if row[name]:
            found[row["month"]] += row[name]
    return found


def _controls(looked: Looked) -> tuple[ControlChart, ...]:
    series: list[tuple[str, Callable[[Month], int | None]]] = [("received", lambda row: row.received)]
    if looked.has_closing:
        series.append(("open", lambda row: row.open))
    rows = looked.monthly[-_CHARTED:]
    return tuple(
        control_chart(
            name,
            [(row.month, float(value(row) or 0), row.month in looked.incomplete) for row in rows],
            [one for one in looked.data.known.rebases if one.name == name],
        )
        for name, value in series
    )


# ---------------------------------------------------------------- headlines


def _headlines(
    looked: Looked, resolution: Sequence[Timing], controls: Sequence[ControlChart]
) -> tuple[Headline, ...]:
    made = [_counted(looked, "received", controls), _counted(looked, "closed", controls)]
    if looked.has_closing:
        made += [_open(looked, controls), _median(looked, resolution)]
    else:
        del made[1]
    for name, role in (
        ("reopened", "reopened"),
        ("claimed", "amount_minor"),
        ("recovered", "recovered_minor"),
    ):
        if looked.has(role):
            made.append(_tallied(looked, name))
    if looked.has("due") or looked.has("on_time"):
        made.append(_on_time(looked))
    return tuple(made)


def _series(looked: Looked, value: Callable[[Month], float | None]) -> tuple[tuple[str, float | None], ...]:
    last = month_name(looked.period.end - 1) if looked.period else "9999"
    rows = [row for row in looked.monthly if row.month <= last]
    return tuple((row.month, value(row)) for row in rows[-_SPARK:])


def _verdict(looked: Looked, name: str, controls: Sequence[ControlChart]) -> str:
    """What the chart says of the last month of the period; of one month only, since that is what it charts."""
    if looked.period is None or (looked.period.months > 1 and name != "open"):
        return ""
    last = month_name(looked.period.end - 1)
    points = [point for chart in controls if chart.name == name for point in chart.points]
    return next((point.verdict for point in points if point.month == last), "")


def _counted(looked: Looked, name: str, controls: Sequence[ControlChart]) -> Headline:
    counts = _by_month(looked.flow, name)

    def total(span: Span | None) -> float | None:
        if span is None and looked.period is not None:
            return None
        return sum(count for month, count in counts.items() if span is None or month in span)

    now, before, last_year = looked.spans
    return Headline(
        name,
        total(now),
        None if looked.period is None else total(before),
        None if looked.period is None else total(last_year),
        _series(looked, lambda row: getattr(row, name)),
        _verdict(looked, name, controls),
    )


def _open(looked: Looked, controls: Sequence[ControlChart]) -> Headline:
    """The backlog at the end of the period, of the one before and of last year's."""
    at_end = {row.month: row.open for row in looked.monthly}
    if looked.period is None:
        values = [looked.monthly[-1].open if looked.monthly else 0, None, None]
    else:
        now, before, last_year = looked.spans
        values = [
            None if span is None else at_end.get(month_name(span.end - 1))
            for span in (now, before, last_year)
        ]
        values[0] = _backlog_now(looked, values[0])
    series = _series(looked, lambda row: row.open)
    return Headline("open", values[0], values[1], values[2], series, _verdict(looked, "open", controls))


def _backlog_now(looked: Looked, known: int | None) -> int | None:
    """The backlog at the end of a period that is not over at as-of is that of as-of."""
    if known is None and looked.monthly and looked.period and looked.period.end - 1 > looked.as_of_month:
        return looked.monthly[-1].open
    return known


def _median(looked: Looked, resolution: Sequence[Timing]) -> Headline:
    now = next((one.median.value for one in resolution if one.overall), None)
    _now, before, last_year = looked.spans
    return Headline("median_days", now, _median_of(looked, before), _median_of(looked, last_year), ())


def _median_of(looked: Looked, span: Span | None) -> float | None:
    from casework.analytics.report import read_durations

    if span is None:
        return None
    times = read_durations(looked.ask(measures.overall, span))
    return kaplan_meier(times.days, times.ended, times.waiting).quantile(0.5) if len(times.days) else None


def _tallied(looked: Looked, name: str) -> Headline:
    known = looked.tally

    def at(row: Month) -> float | None:
        year, month = row.month.split("-")
        return known.get(int(year) * 12 + int(month) - 1, {}).get(name, 0)

    now, before, last_year = looked.spans
    return Headline(
        name,
        looked.total(name, now),
        None if before is None else looked.total(name, before),
        None if last_year is None else looked.total(name, last_year),
        _series(looked, at),
    )


def _on_time(looked: Looked) -> Headline:
    now, before, last_year = (_share(one.on_time, one.late) for one in _handlings(looked))

    def at(row: Month) -> float | None:
        year, month = row.month.split("-")
        counts = looked.tally.get(int(year) * 12 + int(month) - 1, {})
        return _share(counts.get("on_time", 0), counts.get("late", 0))

    return Headline("on_time", now, before, last_year, _series(looked, at))


def _share(part: int | None, rest: int | None) -> float | None:
    return part / (part + rest) if part is not None and rest is not None and part + rest else None


# ---------------------------------------------------------------- tables


def _breakdown(looked: Looked, dimension: str) -> Breakdown:
    found = _by_value(looked, dimension) if looked.period else _by_value_ever(looked, dimension)
    parts = [_part(looked, value, counts) for value, counts in found.items() if any(counts)]
    parts.sort(key=lambda part: (-part.received, -(part.before or 0), part.value is None, part.value or ""))
    return Breakdown(
        dimension,
        sum(part.received for part in parts),
        sum(1 for part in parts if part.value is not None and part.received),
        tuple(parts[:MOST_PARTS]),
        _rest(parts[MOST_PARTS:]),
    )


def _by_value_ever(looked: Looked, dimension: str) -> dict[str | None, list[int]]:
    rows = looked.rows(measures.totals, dimension)
    return {row["value"]: [row["received"], 0, 0, row["closed"]] for row in rows}


def _by_value(looked: Looked, dimension: str) -> dict[str | None, list[int]]:
    """Received in the period, in the one before and last year, and closed in the period."""
    spans = looked.spans
    months = tuple(sorted({month for span in spans if span for month in range(span.first, span.end)}))
    rows = looked.flow if dimension == "channel" else looked.rows(measures.flow, dimension, months)
    found: dict[str | None, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        counts = found[row["value"]]
        for place, span in enumerate(spans):
            if span and row["month"] in span:
                counts[place] += row["received"]
                counts[3] += row["closed"] if place == 0 else 0
    return found


def _part(looked: Looked, value: str | None, counts: Sequence[int]) -> Part:
    _now, before, last_year = looked.spans
    return Part(value, counts[0], counts[1] if before else None, counts[2] if last_year else None, counts[3])


def _rest(parts: Sequence[Part]) -> Part | None:
    if not parts:
        return None

    def total(values: Iterable[int | None]) -> int | None:
        known = list(values)
        return None if None in known else sum(value or 0 for value in known)

    return Part(
        None,
        sum(part.received for part in parts),
        total(part.before for part in parts),
        total(part.last_year for part in parts),
        sum(part.closed for part in parts),
    )


def _comparison(looked: Looked) -> Comparison:
    found = comparison(looked.times)
    return found if looked.has_closing else replace(found, reason=NO_CLOSING)


def _other_stages(looked: Looked) -> tuple[Timing, ...]:
    from casework.analytics.report import read_durations

    found: list[Timing] = []
    for name, stage in _STAGES.items():
        if looked.data.facts[_STAGE_COLUMNS[name]]:
            counted = looked.ask(measures.waits, name, looked.period)
            found += timings(read_durations(counted), stage)
    return tuple(found)


def _clocks(looked: Looked) -> tuple[Clock, ...]:
    if not (looked.has("due") or looked.has("on_time")):
        return ()
    rows = [
        Clock(row["channel"], *(row[name] for name in ("met", "missed", "running", "overdue", "unknown")))
        for row in looked.rows(measures.clocks, looked.period)
    ]
    return tuple(
        sorted(rows, key=lambda row: (-(row.met + row.missed), row.channel is None, row.channel or ""))
    )


def _heat(looked: Looked) -> Heat:
    rows = looked.rows(measures.heat, looked.period)
    counts = {(row["channel"], row["conduct"]): row["received"] for row in rows}
    channels = _largest((row["channel"], row["received"]) for row in rows)
    conducts = _largest((row["conduct"], row["received"]) for row in rows)
    shown, across = channels[:_MOST_ROWS], conducts[:_MOST_COLUMNS]
    return Heat(
        tuple(shown),
        tuple(across),
        tuple(tuple(counts.get((channel, conduct), 0) for conduct in across) for channel in shown),
        len(channels) - len(shown),
        len(conducts) - len(across),
    )


def _largest(counted: Iterable[tuple[str | None, int]]) -> list[str | None]:
    totals: dict[str | None, int] = defaultdict(int)
    for value, count in counted:
        totals[value] += count
    return sorted(totals, key=lambda value: (-totals[value], value is None, value or ""))


def _repeats(looked: Looked) -> tuple[Repeat, ...]:
    if not looked.has("respondent"):
        return ()
    span = looked.period or Span(looked.as_of_month)
    rows = looked.rows(measures.repeats, span, Span(span.end - 12, 12))
    found = [Repeat(row["respondent"], row["agent"], row["now"], row["year"]) for row in rows]
    found.sort(key=lambda one: (-one.year, -one.now, one.respondent or "", one.agent or ""))
    return tuple(found[:MOST_PARTS])


def _money(looked: Looked) -> Money:
    def three(name: str, role: str) -> tuple[int | None, int | None, int | None]:
        if not looked.has(role):
            return None, None, None
        now, before, last_year = looked.spans
        return (
            looked.total(name, now),
            None if before is None else looked.total(name, before),
            None if last_year is None else looked.total(name, last_year),
        )

    return Money(
        three("claimed", "amount_minor"),
        three("claimed_cases", "amount_minor"),
        three("recovered", "recovered_minor"),
        three("recovered_cases", "recovered_minor"),
    )


def _handlings(looked: Looked) -> tuple[Handling, Handling, Handling]:
    now, before, last_year = (
        _handling(looked, span, known=place == 0 or span is not None)
        for place, span in enumerate(looked.spans)
    )
    return now, before, last_year


def _handling(looked: Looked, span: Span | None, *, known: bool) -> Handling:
    """None for what no source says."""
    clocked = looked.has("due") or looked.has("on_time")
    roles = {
        "accepted": looked.has("accepted"),
        "closed": looked.has_closing,
        "how_known": looked.has_closing,
        "resolved": looked.has_closing,
        "on_time": clocked,
        "late": clocked,
        "asked": looked.has("satisfied"),
        "satisfied": looked.has("satisfied"),
    }
    return Handling(
        **{name: looked.total(name, span) if known and told else None for name, told in roles.items()}
    )
