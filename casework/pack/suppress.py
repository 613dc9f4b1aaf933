"""A report as outsiders may see it: no handlers, no agents, no list of cases, no small count that could tell of a person.

:func:`suppress` is a pure function. Counts under a limit become :data:`casework.tables.WITHHELD`, and so do those from
which they could be worked out (:mod:`casework.pack.ledger`). What is computed from a withheld count is withheld too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from casework.analytics.periods import Span, month_name
from casework.analytics.review import (
    WITHIN_DAYS,
    Breakdown,
    Clock,
    Comparison,
    ControlChart,
    Ends,
    Estimate,
    Filters,
    Handling,
    Headline,
    Heat,
    Money,
    Month,
    Part,
    Quality,
    Repeat,
    Review,
    Timing,
)
from casework.pack.ledger import Key, Ledger
from casework.tables.cells import WITHHELD, is_withheld

if TYPE_CHECKING:
    from casework.analytics.figures import Backlog, Report, Resolution, Volume

SMALLEST = 5
#: What a pack for outside never shows: people of the office.
INSIDE = ("handler",)
_COUNTED = ("received", "closed", "open", "reopened")
_REST = "\x00rest"
_ALL = "\x00all"
Cell = Callable[[Key, Any], Any]
Row = TypeVar("Row")


def suppress(report: Report, smallest: int = SMALLEST) -> Report:
    """The report with every count from 1 to ``smallest`` - 1 withheld, and what they could be worked out from."""
    bare = _inside_left_out(report)
    ledger = Ledger(smallest)
    keys = _Walk(bare, lambda key, value: _noted(ledger, key, value))
    keys.report()
    keys.relate(ledger)
    hidden = ledger.withheld()

    def shown(key: Key, value: Any) -> Any:
        return WITHHELD if value is not None and _key(ledger, key, value) in hidden else value

    return _Walk(bare, shown, smallest).report()


def _noted(ledger: Ledger, key: Key, value: Any) -> Any:
    if value is not None:
        ledger.note(key, int(value))
    return value


def _key(ledger: Ledger, key: Key, value: Any) -> Key:
    return key if ledger.values.get(key) == int(value) else (*key, "again", str(int(value)))


def _inside_left_out(report: Report) -> Report:
    """Without the people of the office, agents, cases, curves and cells of the sources."""
    review = report.review
    filters = Filters(
        **{name: values for name, values in review.filters.given().items() if name not in INSIDE}
    )
    review = replace(
        review,
        filters=filters,
        breakdowns=tuple(one for one in review.breakdowns if one.dimension not in INSIDE),
        repeats=tuple(one for one in review.repeats if one.agent is None),
        timings=tuple(replace(one, curve=None) for one in review.timings),
        rebases=tuple(replace(one, who="") for one in review.rebases),
        has=tuple(name for name in review.has if name not in (*INSIDE, "agent")),
    )
    sources = tuple(replace(one, problems=(), profile=(), questions=()) for one in report.sources)
    resolution = tuple(replace(one, curve=None) for one in report.resolution)
    return replace(report, review=review, sources=sources, resolution=resolution, cases=None)


class _Walk:
    """One way through all counts of a report; ``cell`` sees each with its key, and says what is to be shown."""

    def __init__(self, report: Report, cell: Cell, smallest: int = SMALLEST) -> None:
        self._report, self._review, self._cell, self._smallest = report, report.review, cell, smallest
        span = self._review.period
        self._spans: tuple[str, str, str] = (
            _label(span),
            _label(span.before) if span else "",
            _label(span.last_year) if span else "",
        )
        self._now = self._spans[0]

    # ------------------------------------------------------------------ what is shown

    def report(self) -> Report:
        report, review = self._report, self._review
        timings = self._timings(review.timings)
        one, two, three = map(self._handling, review.handling, self._spans)
        money = self._money(review.money)
        monthly = tuple(map(self._month, review.monthly))
        shown = replace(
            review,
            monthly=monthly,
            breakdowns=tuple(map(self._breakdown, review.breakdowns)),
            timings=timings,
            clocks=_hidden_last(map(self._clock, review.clocks), lambda one: (one.channel, one.met)),
            ends=self._ends(review.ends),
            comparison=self._comparison(review.comparison),
            controls=self._controls(review.controls),
            heat=self._heat(review.heat),
            repeats=self._repeats(review.repeats),
            money=money,
            handling=(one, two, three),
            quality=self._quality(review.quality),
        )
        shown = replace(shown, headlines=tuple(self._headline(one, shown) for one in review.headlines))
        return replace(
            report,
            review=shown,
            volume=tuple(map(self._volume, report.volume)),
            history=tuple(map(self._volume, report.history)),
            resolution=_hidden_last(
                map(self._resolution, report.resolution), lambda one: (one.channel, one.n)
            ),
            backlog=_hidden_last(
                map(self._backlog, report.backlog), lambda one: (one.channel, sum(one.open))
            ),
        )

    def _headline(self, one: Headline, shown: Review) -> Headline:
        if one.name in _COUNTED:
            when = self._spans
            if one.name == "open" and self._review.period:
                span = self._review.period
                when = (_last(span), _last(span.before), _last(span.last_year))
            values = [
                self._cell((one.name, at, "", ""), value)
                for at, value in zip(when, (one.now, one.before, one.last_year), strict=True)
            ]
            series = tuple(
                (month, self._cell((one.name, month, "", ""), value)) for month, value in one.series
            )
            return replace(one, now=values[0], before=values[1], last_year=values[2], series=series)
        sums = (one.now, one.before, one.last_year)
        told = [
            WITHHELD if value is not None and gone else value
            for value, gone in zip(sums, self._gone(one.name, shown), strict=True)
        ]
        # Months have no number of cases beside them, so their sums, medians and rates may be those of one person.
        return replace(one, now=told[0], before=told[1], last_year=told[2], series=())

    def _gone(self, name: str, shown: Review) -> list[bool]:
        """Whether the counts behind a headline that is no count are withheld, for the three periods."""
        if name in ("claimed", "recovered"):
            return [is_withheld(value) for value in getattr(shown.money, name)]
        if name == "on_time":
            return [is_withheld(one.on_time) or is_withheld(one.late) for one in shown.handling]
        overall = any(is_withheld(one.n) for one in shown.timing("resolution") if one.overall)
        totals = [self._cell(("received", at, "", ""), self._total(at)) for at in self._spans]
        few = [value is not None and 0 < value < self._smallest for value in map(self._total, self._spans)]
        return [
            gone or small or (overall and place == 0)
            for place, (gone, small) in enumerate(zip(map(is_withheld, totals), few, strict=True))
        ]

    def _total(self, label: str) -> int | None:
        received = self._review.headline("received")
        if received is None:
            return None
        values = dict(zip(self._spans, (received.now, received.before, received.last_year), strict=True))
        found = values.get(label)
        return None if found is None else int(found)

    def _month(self, one: Month) -> Month:
        return replace(
            one,
            **{
                name: self._cell((name, one.month, "", ""), getattr(one, name))
                for name in ("received", "closed", "open")
            },
        )

    def _breakdown(self, one: Breakdown) -> Breakdown:
        parts = _hidden_last(
            (self._part(one.dimension, part, part.value) for part in one.parts),
            lambda part: (part.value, part.received),
        )
        rest = None if one.rest is None else self._part(one.dimension, one.rest, _REST)
        total = self._cell(("received", self._now, "", ""), one.total)
        return replace(one, parts=parts, rest=rest, total=total)

    def _part(self, dimension: str, part: Part, value: str | None) -> Part:
        now, before, last_year = self._spans
        return replace(
            part,
            received=self._cell(("received", now, dimension, value), part.received),
            before=self._cell(("received", before, dimension, value), part.before),
            last_year=self._cell(("received", last_year, dimension, value), part.last_year),
            closed=self._cell(("closed", now, dimension, value), part.closed),
        )

    def _volume(self, one: Volume) -> Volume:
        return replace(
            one,
            received=self._cell(("received", one.month, "channel", one.channel), one.received),
            closed=self._cell(("closed", one.month, "channel", one.channel), one.closed),
        )

    def _resolution(self, one: Resolution) -> Resolution:
        n = self._cell(("n", "resolution", "channel", one.channel), one.n)
        resolved = self._cell(("done", "resolution", "channel", one.channel), one.resolved)
        still = self._cell(("waiting", "resolution", "channel", one.channel), one.open)
        shown = replace(one, n=n, resolved=resolved, open=still)
        if not is_withheld(n):
            return shown
        gone = WITHHELD
        return replace(shown, median_days=gone, median_low=gone, median_high=gone, p90_days=gone)

    def _timing_key(self, one: Timing) -> tuple[Key, Key]:
        dimension, value = ("", "") if one.overall else ("channel", one.channel)
        return ("n", one.stage, dimension, value), ("done", one.stage, dimension, value)

    def _timings(self, timings: Sequence[Timing]) -> tuple[Timing, ...]:
        shown = [self._timing(one) for one in timings]
        loose = {one.stage for one in shown if not one.overall and not _bands_show(one, self._smallest)}
        kept = [
            replace(one, within=_NO_SHARES)
            if (not one.overall and one.stage in loose)
            or (one.overall and not _bands_show(one, self._smallest))
            else one
            for one in shown
        ]
        return _hidden_last(kept, lambda one: (one.channel, one.n))

    def _timing(self, one: Timing) -> Timing:
        first, second = self._timing_key(one)
        n, ended = self._cell(first, one.n), self._cell(second, one.ended)
        if not is_withheld(n):
            return replace(one, ended=ended)
        return replace(one, n=n, ended=ended, median=_BLANK, p75=_BLANK, p90=_BLANK, within=_NO_SHARES)

    def _clock(self, one: Clock) -> Clock:
        names = ("met", "missed", "running", "overdue", "unknown")
        return replace(
            one,
            **{
                name: self._cell(("clock", name, "channel", one.channel), getattr(one, name))
                for name in names
            },
        )

    def _ends(self, ends: Sequence[Ends]) -> tuple[Ends, ...]:
        shown = [self._end(one) for one in ends]
        small = {
            one.overall
            for one, plain in zip(shown, ends, strict=True)
            if is_withheld(one.n)
            or any(not _steps_show(plain.n, shares, self._smallest) for shares in plain.incidence)
        }
        kept = [
            replace(one, incidence=tuple((WITHHELD,) * len(shares) for shares in one.incidence))
            if one.overall in small
            else one
            for one in shown
        ]
        return _hidden_last(kept, lambda one: (one.channel, one.n))

    def _end(self, one: Ends) -> Ends:
        dimension, value = ("", "") if one.overall else ("channel", one.channel)
        return replace(
            one,
            n=self._cell(("n", "ends", dimension, value), one.n),
            open=self._cell(("waiting", "ends", dimension, value), one.open),
            counts=tuple(
                self._cell(("end", str(place), dimension, value), count)
                for place, count in enumerate(one.counts)
            ),
        )

    def _comparison(self, one: Comparison) -> Comparison:
        adjusted = [
            replace(row, n=self._cell(("n", "resolution", "channel", row.channel), row.n))
            for row in one.adjusted
        ]
        gone = {row.channel for row in adjusted if is_withheld(row.n)}
        gone |= {row.channel for row in map(self._resolution, self._report.resolution) if is_withheld(row.n)}
        return replace(
            one,
            channels=tuple(channel for channel in one.channels if channel not in gone),
            too_few=(),  # it would say which of the withheld counts are the small ones
            pairs=tuple(pair for pair in one.pairs if pair.one not in gone and pair.other not in gone),
            adjusted=tuple(row for row in adjusted if row.channel not in gone),
        )

    def _controls(self, charts: Sequence[ControlChart]) -> tuple[ControlChart, ...]:
        """A chart with a withheld month is left out: its limits would tell."""
        return tuple(
            chart
            for chart in charts
            if not any(
                is_withheld(self._cell((chart.name, point.month, "", ""), point.value))
                for point in chart.points
            )
        )

    def _heat(self, one: Heat) -> Heat:
        counts = tuple(
            tuple(
                self._cell(("received", self._now, "channel", channel, "conduct", conduct), count)
                for conduct, count in zip(one.conducts, line, strict=True)
            )
            for channel, line in zip(one.channels, one.counts, strict=True)
        )
        return replace(one, counts=counts)

    def _repeats(self, repeats: Sequence[Repeat]) -> tuple[Repeat, ...]:
        shown = [
            replace(
                one,
                now=self._cell(("received", self._now, "respondent", one.respondent), one.now),
                year=self._cell(("year", "", "respondent", one.respondent), one.year),
            )
            for one in repeats
        ]
        return tuple(one for one in shown if not is_withheld(one.year))

    def _money(self, one: Money) -> Money:
        told: dict[str, Any] = {}
        for name in ("claimed", "recovered"):
            cases = [
                self._cell((f"{name}_cases", at, "", ""), count)
                for at, count in zip(self._spans, getattr(one, f"{name}_cases"), strict=True)
            ]
            told[f"{name}_cases"] = tuple(cases)
            told[name] = tuple(
                WITHHELD if is_withheld(count) else total
                for count, total in zip(cases, getattr(one, name), strict=True)
            )
        return replace(one, **told)

    def _handling(self, one: Handling, when: str) -> Handling:
        names = ("accepted", "how_known", "resolved", "on_time", "late", "asked", "satisfied")
        told = {name: self._cell(("handling", when, "", name), getattr(one, name)) for name in names}
        return replace(one, closed=self._cell(("closed", when, "", ""), one.closed), **told)

    def _quality(self, one: Quality) -> Quality:
        self._cell(("cases", "", "", ""), one.cases)
        unmapped = tuple(row for row in one.unmapped if row[2] >= self._smallest)
        return replace(one, unmapped=unmapped)

    def _backlog(self, one: Backlog) -> Backlog:
        return replace(
            one,
            open=tuple(
                self._cell(("aged", str(band), "channel", one.channel), count)
                for band, count in enumerate(one.open)
            ),
        )

    # ------------------------------------------------------------------ how it adds up

    def relate(self, ledger: Ledger) -> None:
        """Take down every way in which the counts add up that a reader could use."""
        self._relate_breakdowns(ledger)
        self._relate_months(ledger)
        self._relate_channels(ledger)
        self._relate_heat(ledger)
        self._relate_handling(ledger)

    def _relate_breakdowns(self, ledger: Ledger) -> None:
        for one in self._review.breakdowns:
            values = [part.value for part in one.parts] + ([_REST] if one.rest else [])
            for name, when in (*(("received", at) for at in self._spans), ("closed", self._now)):
                parts = [
                    key for value in values if (key := (name, when, one.dimension, value)) in ledger.values
                ]
                ledger.adds_up(parts, [(name, when, "", "")])

    def _relate_months(self, ledger: Ledger) -> None:
        """Months to periods, months to all cases, and each month's backlog to the one before."""
        months = [one.month for one in self._review.monthly]
        ledger.adds_up([("received", month, "", "") for month in months], [("cases", "", "", "")])
        for span, label in zip(self._periods(), self._spans, strict=True):
            inside = [month for month in months if span is None or month in span.names()]
            for name in ("received", "closed", "reopened"):
                ledger.adds_up([(name, month, "", "") for month in inside], [(name, label, "", "")])
        former: list[Key] = []
        for month in months:
            came, gone, left = ((name, month, "", "") for name in ("received", "closed", "open"))
            ledger.adds_up([*former, came], [gone, left])
            former = [left]

    def _periods(self) -> tuple[Span | None, Span | None, Span | None]:
        span = self._review.period
        return (span, span.before, span.last_year) if span else (None, None, None)

    def _relate_channels(self, ledger: Ledger) -> None:
        history = self._report.history
        channels = list(dict.fromkeys(one.channel for one in history))
        by_month: dict[str, list[str | None]] = {}
        for one in history:
            by_month.setdefault(one.month, []).append(one.channel)
        for name in ("received", "closed"):
            for month, present in by_month.items():
                ledger.adds_up(
                    [(name, month, "channel", channel) for channel in present], [(name, month, "", "")]
                )
            for channel in channels:
                months = [month for month, present in by_month.items() if channel in present]
                for span, label in zip(self._periods(), self._spans, strict=True):
                    inside = [month for month in months if span is None or month in span.names()]
                    ledger.adds_up(
                        [(name, month, "channel", channel) for month in inside],
                        [(name, label, "channel", channel)],
                    )
        for channel in channels:
            self._relate_channel(ledger, channel, by_month)
        self._relate_stages(ledger)
        self._relate_backlog(ledger)

    def _relate_channel(
        self, ledger: Ledger, channel: str | None, by_month: dict[str, list[str | None]]
    ) -> None:
        """One channel: its cases by how they ended, by their limits, by the age of those that are open."""
        months = [month for month, present in by_month.items() if channel in present]
        self._relate_ways(ledger, "channel", channel)
        bands = _known(ledger, (("aged", str(band), "channel", channel) for band in range(_BANDS)))
        came = [("received", month, "channel", channel) for month in months]
        gone = [("closed", month, "channel", channel) for month in months]
        ledger.adds_up(came, [*gone, *bands])
        clock = _known(ledger, (("clock", name, "channel", channel) for name in _CLOCK))
        ledger.adds_up(clock, [("closed", self._now, "channel", channel), *bands])

    def _relate_ways(self, ledger: Ledger, dimension: str, value: str | None) -> None:
        """Those received are those that ended and those that wait, in whatever table they stand."""
        received: Key = ("received", self._now, dimension, value)
        for table in ("resolution", "ends"):
            n, waiting = (name_of(table, dimension, value) for name_of in (_n, _waiting))
            ledger.adds_up([n], [received])
            ledger.adds_up([waiting], [_waiting("resolution", dimension, value)])
            ledger.adds_up([n], [_n("resolution", dimension, value)])
            if table == "resolution":
                ledger.adds_up([("done", table, dimension, value), waiting], [n])
            else:
                ends = _known(ledger, (("end", str(place), dimension, value) for place in _END_PLACES))
                ledger.adds_up([*ends, waiting], [n])

    def _relate_stages(self, ledger: Ledger) -> None:
        """Channels to all of them together, in each stage; and who still waits, where only the others are printed."""
        rows: dict[tuple[str, bool], list[tuple[Key, Key]]] = {}
        for one in self._review.timings:
            rows.setdefault((one.stage, one.overall), []).append(self._timing_key(one))
        for (stage, overall), keys in rows.items():
            whole = rows.get((stage, True), [])
            for n, ended in keys:
                ledger.difference(n, [ended])
            if not overall and len(whole) == 1:
                for place in (0, 1):
                    ledger.adds_up([key[place] for key in keys], [whole[0][place]])
        names = [("waiting", "ends"), ("n", "ends"), *(("end", str(place)) for place in _END_PLACES)]
        channels = [one.channel for one in self._review.ends if not one.overall]
        for name in names:
            parts = _known(ledger, ((*name, "channel", channel) for channel in channels))
            ledger.adds_up(parts, [(*name, "", "")])
        self._relate_ways(ledger, "", "")

    def _relate_backlog(self, ledger: Ledger) -> None:
        cells = [
            ("aged", str(band), "channel", one.channel)
            for one in self._report.backlog
            for band in range(len(one.open))
        ]
        monthly = self._review.monthly
        if monthly:
            ledger.adds_up(cells, [("open", monthly[-1].month, "", "")])
            ledger.adds_up([("open", self._now, "", "")], [("open", monthly[-1].month, "", "")])
        ledger.adds_up(cells, [("open", self._now, "", "")])
        for clock, name in (("met", "on_time"), ("missed", "late")):
            parts = [("clock", clock, "channel", one.channel) for one in self._review.clocks]
            ledger.adds_up(parts, [("handling", self._now, "", name)])

    def _relate_heat(self, ledger: Ledger) -> None:
        heat, now = self._review.heat, self._now
        for channel in heat.channels:
            ledger.adds_up(
                [("received", now, "channel", channel, "conduct", conduct) for conduct in heat.conducts],
                [("received", now, "channel", channel)],
            )
        for conduct in heat.conducts:
            ledger.adds_up(
                [("received", now, "channel", channel, "conduct", conduct) for channel in heat.channels],
                [("received", now, "conduct", conduct)],
            )

    def _relate_handling(self, ledger: Ledger) -> None:
        """What is left of a whole when the part beside it is taken away."""
        for when in dict.fromkeys(self._spans):
            closed: Key = ("closed", when, "", "")
            known: Key = ("handling", when, "", "how_known")
            ledger.difference(known, [("handling", when, "", "resolved")])
            ledger.difference(closed, [known])
            ledger.difference(closed, [("handling", when, "", name) for name in ("on_time", "late")])
            ledger.difference(("handling", when, "", "asked"), [("handling", when, "", "satisfied")])


_BLANK = Estimate(WITHHELD, WITHHELD, WITHHELD)
_NO_SHARES = (_BLANK,) * len(WITHIN_DAYS)
_END_PLACES = tuple(range(4))
_BANDS = 6
_CLOCK = ("met", "missed", "running", "overdue", "unknown")


def _n(table: str, dimension: str, value: str | None) -> Key:
    return "n", table, dimension, value


def _waiting(table: str, dimension: str, value: str | None) -> Key:
    return "waiting", table, dimension, value


def _known(ledger: Ledger, keys: Iterable[Key]) -> list[Key]:
    return [key for key in keys if key in ledger.values]


def _label(span: Span | None) -> str:
    return span.label if span else "all"


def _last(span: Span) -> str:
    return month_name(span.end - 1)


def _hidden_last(rows: Iterable[Row], told: Callable[[Row], tuple[str | None, Any]]) -> tuple[Row, ...]:
    """The rows whose count is withheld behind the others, by name: their place in the order would tell of the count."""
    kept = list(rows)
    hidden = [row for row in kept if is_withheld(told(row)[1])]
    hidden.sort(key=lambda row: (told(row)[0] is None, told(row)[0] or ""))
    return (*(row for row in kept if not is_withheld(told(row)[1])), *hidden)


def _bands_show(one: Timing, smallest: int) -> bool:
    """Whether shares within so many days may be printed: no step between two of them is that of a few cases."""
    if is_withheld(one.n) or is_withheld(one.ended):
        return False
    return _steps_show(one.n, [share.value for share in one.within], smallest)


def _steps_show(n: int, shares: Sequence[float | None], smallest: int) -> bool:
    known = [0.0, *(share for share in shares if share is not None), 1.0]
    steps = [(later - sooner) * n for sooner, later in pairwise(known)]
    return all(abs(step) < 1e-6 or step > smallest - 0.5 for step in steps)
