"""Invented reviews for tests of charts, packs, published reports and the dashboard: ``make_review`` and ``make_report``.

    report = make_report(channels=12, names="zh")      # a Report whose ``review`` is make_review(channels=12, names="zh")
    review = make_review(channels=60, months=25, names="long", shape="all_open")

A few thousand cases are drawn from a seeded generator and counted here in plain Python, so that every number agrees with
every other (the parts of a breakdown add up to its total, the backlog is received less closed, shares are those
of the curve). Only the tests of significance and the adjusted medians are made up outright.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np

from casework.analytics.figures import MIN_CASES, Backlog, Report, Resolution, Volume, age_bands
from casework.analytics.periods import Span, first_day, month_index, month_name
from casework.analytics.review import (
    DIMENSIONS,
    ENDS,
    MEASURES_VERSION,
    MOST_PARTS,
    WITHIN_DAYS,
    Adjusted,
    Breakdown,
    Clock,
    Comparison,
    ControlChart,
    ControlPoint,
    Ends,
    Estimate,
    Filters,
    Gap,
    Handling,
    Headline,
    Heat,
    Money,
    Month,
    Pair,
    Part,
    Phase,
    Quality,
    Rebase,
    Repeat,
    Review,
    Test,
    Timing,
)
from casework.analytics.survival import kaplan_meier
from casework.model import ExportSource

EVERYTHING = (
    *("received", "closed", "first_response", "accepted", "due", "case_no", "channel", "kind", "conduct"),
    *("respondent", "agent", "region", "handler", "status", "outcome", "amount", "recovered", "reopened"),
    *("on_time", "satisfied"),
)
_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "zh": {
        "channel": (
            *("12315平台", "12345热线", "网信举报中心", "工信部电信投诉", "消费者协会", "文化市场执法"),
            *("平台客服", "公安机关", "行政复议", "人民法院", "来信来访", "上级交办"),
        ),
        "kind": ("投诉", "举报", "咨询"),
        "conduct": (
            "推诿拒绝处理",
            "泄露个人信息",
            "虚假宣传",
            "辱骂消费者",
            "诱导未成年人消费",
            "强制捆绑销售",
        ),
        "respondent": ("虚构云网科技有限公司", "虚构星河游戏公司", "虚构速达电商", "虚构优学教育"),
        "region": ("城东区", "城西区", "高新区", "港口新区"),
        "handler": ("经办甲", "经办乙", "经办丙"),
        "status": ("处理中", "已办结", "待补正"),
        "outcome": ("调解成功", "消费者撤回", "终止调解", "其他"),
        "agent": ("工号0417", "工号1130"),
    },
    "en": {
        "channel": (
            *(
                "12315 platform",
                "12345 hotline",
                "Cyberspace office",
                "Telecom complaints",
                "Consumer council",
            ),
            *("Culture enforcement", "Company's own desk", "Police", "Reconsideration", "Court", "Letter"),
            "Passed down",
        ),
        "kind": ("Complaint", "Report", "Enquiry"),
        "conduct": ("Stalling", "Privacy leak", "False claims", "Insult", "Inducing minors", "Forced bundle"),
        "respondent": ("Invented Cloud Ltd", "Invented Games", "Invented Express", "Invented Lessons"),
        "region": ("East", "West", "Hi-tech zone", "Harbour"),
        "handler": ("Handler A", "Handler B", "Handler C"),
        "status": ("In progress", "Closed", "To be completed"),
        "outcome": ("Resolved", "Withdrawn", "Terminated", "Other"),
        "agent": ("No. 0417", "No. 1130"),
    },
}
_FESTIVALS = {
    "zh": (("01", ("元旦",)), ("02", ("春节",)), ("05", ("劳动节",)), ("10", ("国庆节", "中秋节"))),
    "en": (
        *(("01", ("New Year",)), ("02", ("Spring Festival",)), ("05", ("Labour Day",))),
        ("10", ("National Day", "Mid-Autumn")),
    ),
}


@dataclass(frozen=True)
class Case:
    """One invented case. Times are days since the first day of the data; None: has not happened by as-of."""

    received: float
    closed: float | None
    answered: float | None
    accepted: float | None
    due: float | None
    words: tuple[tuple[str, str | None], ...]
    end: str | None
    amount: int | None
    recovered: int | None
    month: str
    closing: str | None

    def word(self, dimension: str) -> str | None:
        return dict(self.words)[dimension]


@dataclass(frozen=True)
class Plan:
    """What is asked for; see :func:`make_review`."""

    channels: int = 12
    months: int = 25
    names: str = "zh"
    shape: str = "usual"
    per_month: int = 90
    incomplete: bool = True
    whole: bool = False
    without: tuple[str, ...] = ()
    rebase: str | None = None
    seed: int = 4

    @property
    def first(self) -> int:
        return self.last - self.months + 1

    @property
    def last(self) -> int:
        return month_index("2026-11") if self.incomplete else month_index("2026-10")

    @property
    def as_of(self) -> dt.date:
        return dt.date(2026, 11, 15) if self.incomplete else dt.date(2026, 10, 31)

    @property
    def end(self) -> float:
        """Days from the first day of the data to the end of as-of."""
        return float((self.as_of - first_day(self.first)).days + 1)

    @property
    def period(self) -> Span | None:
        return None if self.whole else Span(month_index("2026-10"))

    def month_of(self, days: float) -> str:
        day = first_day(self.first) + dt.timedelta(days=int(days))
        return f"{day:%Y-%m}"

    def words_of(self, dimension: str) -> list[str | None]:
        known = _WORDS["en" if self.names == "en" else "zh"][dimension]
        wanted = self.channels if dimension == "channel" else len(known) * (3 if self.channels > 12 else 1)
        words = [
            known[i % len(known)] + (f" {i // len(known) + 1}" if i >= len(known) else "")
            for i in range(wanted)
        ]
        if self.names == "long":
            words = [(f"{i:03d} " + word * 200)[:200] for i, word in enumerate(words)]
        return [*words[:-1], None] if dimension in ("channel", "conduct") and len(words) > 2 else list(words)


def make_review(
    channels: int = 12,
    months: int = 25,
    names: str = "zh",
    shape: str = "usual",
    *,
    per_month: int = 90,
    incomplete: bool = True,
    whole: bool = False,
    without: tuple[str, ...] = (),
    rebase: str | None = None,
    seed: int = 4,
) -> Review:
    """Return an invented review.

    ``channels`` how many (from 3 on the last is "not stated"); ``months`` of data to 2026-11; ``names`` is ``zh``, ``en`` or
    ``long`` (200 characters each). ``shape`` is ``usual``, ``empty`` (no case), ``one`` (one open case), ``all_open``,
    ``same_day`` (everything closed on the day it came), ``huge`` (counts in the hundred millions, nothing else). As-of
    is 2026-11-15 and November ``incomplete``, or 2026-10-31 and nothing is. The period is 2026-10, or all of the data
    where ``whole``. ``without`` are roles that the data lack (see ``EVERYTHING``). ``rebase`` is a month from which the control chart of
    ``received`` has new limits.
    """
    return make_report(
        channels, months, names, shape, per_month=per_month, incomplete=incomplete, whole=whole,
        without=without, rebase=rebase, seed=seed,
    ).review  # fmt: skip


def make_report(
    channels: int = 12,
    months: int = 25,
    names: str = "zh",
    shape: str = "usual",
    *,
    per_month: int = 90,
    incomplete: bool = True,
    whole: bool = False,
    without: tuple[str, ...] = (),
    rebase: str | None = None,
    seed: int = 4,
) -> Report:
    """Return an invented report (no Arrow table behind it) with its review; see :func:`make_review`."""
    plan = Plan(channels, months, names, shape, per_month, incomplete, whole, without, rebase, seed)
    cases = list(_cases(plan))
    review = _review(plan, cases)
    volume = _volume(plan, cases)
    period = plan.period
    file = {"zh": "虚构导出表.xlsx", "en": "invented export.xlsx"}.get(names, "很长的文件名" * 33 + ".xlsx")
    return Report(
        sources=(ExportSource(file, "0" * 64, None, 1, None, len(cases), 0, (("received", "登记日期"),)),),
        as_of=plan.as_of,
        period=period,
        months=tuple(row.month for row in review.monthly),
        volume=tuple(row for row in volume if period is None or row.month == period.label),
        history=volume,
        resolution=tuple(_resolution(row) for row in review.timing("resolution") if not row.overall),
        backlog=_backlog(plan, cases),
        has_closing="closed" not in without,
        has_time=True,
        review=review,
        cases=None,
    )


def _cases(plan: Plan) -> Iterable[Case]:
    """Draw the cases, in no order."""
    if plan.shape == "empty":
        return
    random = Random(plan.seed)  # noqa: S311 - invented cases, not a secret
    words = {name: plan.words_of(name) for name in (*DIMENSIONS, "agent")}
    if plan.shape == "one":
        yield _case(plan, random, words, plan.end - 40.5, None)
        return
    for index in range(plan.first, plan.last + 1):
        rate = plan.per_month * (1 + 0.01 * (index - plan.first))
        if index == plan.last - 4:
            rate *= 2.2  # a month that a control chart calls unusual
        days = calendar.monthrange(index // 12, index % 12 + 1)[1]
        start = float((first_day(index) - first_day(plan.first)).days)
        for _ in range(max(1, round(rate + random.gauss(0, rate**0.5)))):
            received = start + random.random() * days
            if received < plan.end:
                yield _case(plan, random, words, received, _took(plan, random))


def _took(plan: Plan, random: Random) -> float | None:
    if plan.shape == "all_open":
        return None
    if plan.shape == "same_day":
        return 0.0
    return random.weibullvariate(24.0, 0.9)


def _case(
    plan: Plan, random: Random, words: dict[str, list[str | None]], received: float, took: float | None
) -> Case:
    def choose(name: str) -> str | None:
        every = words[name]
        weights = [1 / (place + 1) for place in range(len(every))]
        return None if name in plan.without else random.choices(every, weights)[0]

    channel = choose("channel")
    slow = 0.6 + 0.15 * (words["channel"].index(channel) % 7 if channel in words["channel"] else 0)
    closed = None if took is None or received + took * slow >= plan.end else received + took * slow
    end = None if closed is None else random.choices(ENDS, (62, 15, 15, 8))[0]
    answered = received + random.expovariate(0.4)
    accepted = received + random.expovariate(0.2)
    amount = None if random.random() < 0.2 else random.randrange(1_000, 900_000)
    outcome = words["outcome"][ENDS.index(end)] if end and len(words["outcome"]) >= 4 else None
    picked = {name: choose(name) for name in (*DIMENSIONS, "agent")} | {"channel": channel}
    picked["outcome"] = None if "outcome" in plan.without else outcome
    return Case(
        received,
        None if "closed" in plan.without else closed,
        answered if answered < plan.end and "first_response" not in plan.without else None,
        accepted if accepted < plan.end and "accepted" not in plan.without else None,
        None if random.random() < 0.1 or "due" in plan.without else received + 60,
        tuple(picked.items()),
        None if "closed" in plan.without else end,
        amount,
        round((amount or 0) * random.random()) if end == "resolved" and amount else None,
        plan.month_of(received),
        None if closed is None or "closed" in plan.without else plan.month_of(closed),
    )


def _months(plan: Plan, cases: Sequence[Case]) -> list[str]:
    return [month_name(index) for index in range(plan.first, plan.last + 1)] if len(cases) > 1 else sorted(
        {case.month for case in cases}
    )  # fmt: skip


def _times(plan: Plan) -> int:
    return 1_000_003 if plan.shape == "huge" else 1


def _volume(plan: Plan, cases: Sequence[Case]) -> tuple[Volume, ...]:
    came = Counter((case.month, case.word("channel")) for case in cases)
    went = Counter((case.closing, case.word("channel")) for case in cases if case.closing)
    keys = sorted({*came, *went}, key=lambda key: (key[0] or "", key[1] is None, key[1] or ""))
    times = _times(plan)
    return tuple(
        Volume(month or "", channel, times * came[month, channel], times * went[month, channel])
        for month, channel in keys
    )


def _by_channel(cases: Sequence[Case]) -> list[tuple[str | None, list[Case]]]:
    groups: dict[str | None, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.word("channel"), []).append(case)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0] is None, item[0] or ""))


def _backlog(plan: Plan, cases: Sequence[Case]) -> tuple[Backlog, ...]:
    if "closed" in plan.without:
        return ()
    lines = []
    for channel, some in _by_channel(cases):
        ages = [int(plan.end - case.received) for case in some if case.closed is None]
        bands = [
            sum(first <= age and (last is None or age <= last) for age in ages) for first, last in age_bands()
        ]
        if any(bands):
            lines.append(Backlog(channel, tuple(_times(plan) * count for count in bands)))
    return tuple(lines)


def _resolution(row: Timing) -> Resolution:
    return Resolution(
        row.channel, row.n, row.ended, row.n - row.ended,
        row.median.value, row.median.low, row.median.high, row.p90.value, row.curve,
    )  # fmt: skip


def _timing(plan: Plan, stage: str, channel: str | None, overall: bool, cases: Sequence[Case]) -> Timing:
    spans = [_span(plan, stage, case) for case in cases]
    time = np.array([span for span, _over in spans], dtype=np.float64)
    over = np.array([int(ended) for _span, ended in spans], dtype=np.int64)
    curve = kaplan_meier(time, over, 1 - over)
    times = _times(plan)

    def at(share: float) -> Estimate:
        return Estimate(curve.quantile(share), *curve.quantile_interval(share))

    def within(days: float) -> Estimate:
        place = int(np.searchsorted(curve.time, days, side="right")) - 1
        shares = (1.0 - float(line[place]) for line in (curve.open_share, curve.high, curve.low))
        return (
            Estimate(*shares)
            if curve.time[-1] >= days or curve.open_share[-1] == 0
            else Estimate(None, None, None)
        )

    shares = tuple(within(days) for days in WITHIN_DAYS)
    return Timing(
        stage,
        channel,
        overall,
        times * len(cases),
        times * int(over.sum()),
        at(0.5),
        at(0.75),
        at(0.9),
        shares,
        curve,
    )


def _span(plan: Plan, stage: str, case: Case) -> tuple[float, bool]:
    start = (case.accepted or 0.0) if stage == "handling" else case.received
    stop = {"resolution": case.closed, "handling": case.closed, "first_response": case.answered}.get(
        stage, case.accepted
    )
    return (max(0.0, plan.end - start), False) if stop is None else (max(0.0, stop - start), True)


def _timings(plan: Plan, cases: Sequence[Case]) -> tuple[Timing, ...]:
    asked = {
        "resolution": "closed",
        "first_response": "first_response",
        "acceptance": "accepted",
        "handling": "accepted",
    }
    found = []
    for stage, role in asked.items():
        if role in plan.without or not cases or (stage == "handling" and "closed" in plan.without):
            continue
        some = [case for case in cases if case.accepted is not None] if stage == "handling" else list(cases)
        if some:
            found.append(_timing(plan, stage, None, True, some))
            found += [_timing(plan, stage, channel, False, few) for channel, few in _by_channel(some)]
    return tuple(found)


def _ends(plan: Plan, channel: str | None, overall: bool, cases: Sequence[Case]) -> Ends:
    """Aalen-Johansen, by hand."""
    times, share, reached = _times(plan), 1.0, [0.0] * len(ENDS)
    at_risk, marks, kept = len(cases), list(WITHIN_DAYS), []
    spans = sorted((_span(plan, "resolution", case)[0], case.end) for case in sorted(cases, key=lambda one: one.end or "~"))if cases else []  # fmt: skip
    for span, end in sorted(spans, key=lambda pair: (pair[0], pair[1] is None)):
        while marks and span > marks[0]:
            kept.append(tuple(reached))
            marks.pop(0)
        if end is not None:
            reached[ENDS.index(end)] += share / at_risk
            share *= 1 - 1 / at_risk
        at_risk -= 1
    kept += [tuple(reached)] * (len(marks) + 1)
    counts = Counter(case.end for case in cases)
    return Ends(
        channel, overall, times * len(cases), times * counts[None], tuple(times * counts[end] for end in ENDS),
        tuple(zip(*kept, strict=True)),
    )  # fmt: skip


def _breakdown(plan: Plan, dimension: str, cases: Sequence[Case]) -> Breakdown | None:
    if dimension in plan.without:
        return None
    period, times = plan.period, _times(plan)

    def count(span: Span | None, closing: bool = False) -> Counter[str | None]:
        months = set(span.names()) if span else None
        return Counter(
            case.word(dimension)
            for case in cases
            if (month := case.closing if closing else case.month) and (months is None or month in months)
        )

    now, done = count(period), count(period, True)
    past = [
        count(span) if span and span.first >= plan.first else None
        for span in (period and period.before, period and period.last_year)
    ]
    ordered = sorted(now, key=lambda value: (-now[value], value is None, value or ""))

    def part(value: str | None, some: Sequence[str | None]) -> Part:
        sums = [None if counter is None else times * sum(counter[one] for one in some) for counter in past]
        return Part(
            value,
            times * sum(now[one] for one in some),
            sums[0],
            sums[1],
            times * sum(done[one] for one in some),
        )

    beyond = ordered[MOST_PARTS:]
    return Breakdown(
        dimension, times * now.total(), len([value for value in now if value is not None]),
        tuple(part(value, [value]) for value in ordered[:MOST_PARTS]), part(None, beyond) if beyond else None,
    )  # fmt: skip


def _monthly(plan: Plan, cases: Sequence[Case]) -> tuple[Month, ...]:
    came = Counter(case.month for case in cases)
    went = Counter(case.closing for case in cases if case.closing)
    left, rows, times = 0, [], _times(plan)
    for month in _months(plan, cases):
        left += came[month] - went[month]
        rows.append(
            Month(
                month,
                times * came[month],
                times * went[month],
                None if "closed" in plan.without else times * left,
            )
        )
    return tuple(rows)


def _control(plan: Plan, name: str, values: Sequence[tuple[str, int]], festivals: object) -> ControlChart:
    late = plan.as_of.strftime("%Y-%m") if plan.incomplete else ""
    whole = [(month, value) for month, value in values if month != late]
    starts = [
        0,
        *(place for place, (month, _v) in enumerate(whole) if month == plan.rebase and name == "received"),
    ]
    runs = [whole[start:stop] for start, stop in zip(starts, [*starts[1:], len(whole)], strict=True)]
    phases = [_phase(run) for run in runs if len(run) >= 12]
    points = []
    for month, value in values:
        phase = next((one for one in phases if one.first <= month <= one.last and month != late), None)
        over = phase is not None and not phase.lower <= value <= phase.upper
        verdict = "" if phase is None else ("high" if value > phase.centre else "low") if over else "usual"
        points.append(ControlPoint(month, float(value), ("beyond",) if over else (), verdict, month == late))
    reason = "" if phases else "There are no limits before 12 complete months."
    return ControlChart(name, tuple(points), tuple(phases), reason)


def _phase(run: Sequence[tuple[str, int]]) -> Phase:
    values = np.array([value for _month, value in run], dtype=np.float64)
    centre, spread = float(values.mean()), float(np.abs(np.diff(values)).mean())
    return Phase(
        run[0][0], run[-1][0], centre, spread, max(0.0, centre - 2.66 * spread), centre + 2.66 * spread
    )


def _heat(plan: Plan, cases: Sequence[Case]) -> Heat:
    months = set(plan.period.names()) if plan.period else None
    some = [case for case in cases if months is None or case.month in months]
    counts = Counter((case.word("channel"), case.word("conduct")) for case in some)

    def most(name: str) -> list[str | None]:
        totals = Counter(case.word(name) for case in some)
        return sorted(totals, key=lambda value: (-totals[value], value is None, value or ""))

    rows, columns = most("channel"), most("conduct")
    cells = tuple(tuple(_times(plan) * counts[row, column] for column in columns[:12]) for row in rows[:20])
    return Heat(
        tuple(rows[:20]), tuple(columns[:12]), cells, max(0, len(rows) - 20), max(0, len(columns) - 12)
    )


def _clocks(plan: Plan, cases: Sequence[Case]) -> tuple[Clock, ...]:
    if "due" in plan.without or "closed" in plan.without:
        return ()
    months = set(plan.period.names()) if plan.period else None
    rows = []
    for channel, some in _by_channel(cases):
        tally: Counter[str] = Counter()
        for case in some:
            if case.closed is not None and (months is None or case.closing in months):
                tally["unknown" if case.due is None else "met" if case.closed <= case.due else "missed"] += 1
            elif case.closed is None:
                tally[
                    "unknown" if case.due is None else "running" if plan.end <= case.due else "overdue"
                ] += 1
        counts = (_times(plan) * tally[name] for name in ("met", "missed", "running", "overdue", "unknown"))
        rows.append(Clock(channel, *counts))
    return tuple(rows)


def _comparison(timings: Sequence[Timing]) -> Comparison:
    rows = [row for row in timings if row.stage == "resolution" and not row.overall]
    enough = [row for row in rows if row.n >= MIN_CASES]
    few = tuple(row.channel for row in rows if row.n < MIN_CASES)
    if len(enough) < 2:
        return Comparison(
            tuple(row.channel for row in enough),
            few,
            None,
            None,
            (),
            (),
            False,
            "Fewer than two channels have enough cases to be compared.",
        )
    degrees = len(enough) - 1
    pairs = tuple(
        Pair(one.channel, other.channel, 4.2, 0.04, min(1.0, 0.04 * degrees))
        for one, other in pairwise(enough)
    )
    adjusted = tuple(
        Adjusted(
            row.channel,
            row.n,
            row.median.value,
            row.median.value and row.median.value * (0.8 + 0.1 * (place % 5)),
            1.0 if place % 3 else 0.9,
        )
        for place, row in enumerate(enough)
    )
    return Comparison(
        tuple(row.channel for row in enough), few, Test(3.1 * degrees, degrees, 0.004), Test(2.6 * degrees, degrees, 0.01),
        pairs, adjusted, True,
    )  # fmt: skip


def _thrice(plan: Plan, measure: Callable[[Span | None], int]) -> tuple[int | None, int | None, int | None]:
    period = plan.period
    spans = (period, period.before, period.last_year) if period else (None, None, None)
    values = [measure(span) if span is None or span.first >= plan.first else None for span in spans]
    return (values[0], None, None) if period is None else (values[0], values[1], values[2])


def _money(plan: Plan, cases: Sequence[Case]) -> Money:
    def tell(
        amount: Callable[[Case], int | None], when: Callable[[Case], str | None], counting: bool
    ) -> tuple[int | None, int | None, int | None]:
        def measure(span: Span | None) -> int:
            some = [
                value
                for case in cases
                if (month := when(case))
                and (span is None or month in span.names())
                and (value := amount(case)) is not None
            ]
            return _times(plan) * (len(some) if counting else sum(some))

        return _thrice(plan, measure)

    nothing = (None, None, None)
    claimed = (
        [nothing] * 2
        if "amount" in plan.without
        else [tell(lambda one: one.amount, lambda one: one.month, flag) for flag in (False, True)]
    )
    back = (
        [nothing] * 2
        if "recovered" in plan.without or "closed" in plan.without
        else [tell(lambda one: one.recovered, lambda one: one.closing, flag) for flag in (False, True)]
    )
    return Money(claimed[0], claimed[1], back[0], back[1])


def _handling(plan: Plan, cases: Sequence[Case], span: Span | None) -> Handling:
    nothing = (None,) * 8
    if (span is not None and span.first < plan.first) or "closed" in plan.without:
        return Handling(*nothing)
    times = _times(plan)
    closed = [case for case in cases if case.closing and (span is None or case.closing in span.names())]
    accepted = sum(
        case.accepted is not None and (span is None or plan.month_of(case.accepted) in span.names())
        for case in cases
    )
    due = [case for case in closed if case.due is not None]
    on_time = sum(
        case.closed is not None and case.due is not None and case.closed <= case.due for case in due
    )
    known = [case for case in closed if case.end not in (None, "other")]
    counts = (
        accepted,
        len(closed),
        len(known),
        sum(case.end == "resolved" for case in known),
        on_time,
        len(due) - on_time,
        len(closed) // 3,
        len(closed) // 4,
    )
    return Handling(*(times * count for count in counts))


def _headlines(
    plan: Plan,
    monthly: Sequence[Month],
    controls: Sequence[ControlChart],
    handling: Sequence[Handling],
    money: Money,
    overall: Timing | None,
) -> tuple[Headline, ...]:
    period = plan.period
    shown = [row for row in monthly if period is None or row.month <= period.label][-13:]
    verdicts = {
        chart.name: next((p.verdict for p in reversed(chart.points) if not p.incomplete), "")
        for chart in controls
    }
    by_month = {row.month: row for row in monthly}

    def counts(name: str) -> Headline:
        def value(span: Span | None) -> float | None:
            if span is None:
                some = list(monthly)
            else:
                some = [by_month[month] for month in span.names() if month in by_month]
            values = [getattr(row, name) for row in some]
            if not values or None in values:
                return None
            return float(values[-1] if name == "open" else sum(values))

        past = (value(period.before), value(period.last_year)) if period else (None, None)
        series = tuple((row.month, None if (v := getattr(row, name)) is None else float(v)) for row in shown)
        return Headline(name, value(period), *past, series, verdicts.get(name, ""))

    rows = [
        counts(name)
        for name in ("received", "closed", "open")
        if name == "received" or "closed" not in plan.without
    ]
    shares = [
        None
        if one.on_time is None or not one.on_time + (one.late or 0)
        else one.on_time / (one.on_time + (one.late or 0))
        for one in handling
    ]
    rows += [
        Headline(name, *(None if v is None else float(v) for v in sums), ())
        for name, sums in (("claimed", money.claimed), ("recovered", money.recovered))
        if sums[0] is not None
    ]
    if overall is not None:
        rows.append(Headline("median_days", overall.median.value, None, None, ()))
    if shares[0] is not None:
        rows.append(Headline("on_time", shares[0], shares[1], shares[2], ()))
    return tuple(rows)


def _quality(plan: Plan, cases: Sequence[Case]) -> Quality:
    months = _months(plan, cases)
    late = (
        (plan.as_of.strftime("%Y-%m"),) if plan.incomplete and plan.as_of.strftime("%Y-%m") in months else ()
    )
    count = _times(plan) * len(cases)
    gap = (Gap(_by_channel(cases)[-1][0], (months[2], months[3])),) if len(months) > 4 else ()
    return Quality(
        count + 7, count, 4, 0, 3, 1, 2, 0, (("channel", "微信小程序？", 2),) if cases else (),
        months[0] if months else None, months[-1] if months else None, gap, late, (),
    )  # fmt: skip


def _repeats(plan: Plan, cases: Sequence[Case]) -> tuple[Repeat, ...]:
    last = plan.period.end - 1 if plan.period else plan.last
    year = {month_name(index) for index in range(last - 11, last + 1)}
    now, all_year = Counter[tuple[str | None, str | None]](), Counter[tuple[str | None, str | None]]()
    for case in cases:
        key = (case.word("respondent"), case.word("agent"))
        all_year[key] += case.month in year
        now[key] += case.month == month_name(last)
    return tuple(
        Repeat(*key, _times(plan) * now[key], _times(plan) * count)
        for key, count in all_year.most_common(10)
        if count >= 2
    )


def _review(plan: Plan, cases: Sequence[Case]) -> Review:
    period = plan.period
    monthly, timings = _monthly(plan, cases), _timings(plan, cases)
    spans = (period, period.before, period.last_year) if period else (None, None, None)
    told = [_handling(plan, cases, span) for span in spans]
    handling = (
        (told[0], told[1], told[2]) if period else (told[0], Handling(*(None,) * 8), Handling(*(None,) * 8))
    )
    names = ["received"] + ([] if "closed" in plan.without else ["open"])
    controls = tuple(_control(plan, name, [(row.month, getattr(row, name)) for row in monthly], None) for name in names) if monthly else ()  # fmt: skip
    money = _money(plan, cases)
    ends = () if "closed" in plan.without or not cases else (
        _ends(plan, None, True, cases), *(_ends(plan, channel, False, some) for channel, some in _by_channel(cases)),
    )  # fmt: skip
    festive = dict(_FESTIVALS["en" if plan.names == "en" else "zh"])
    return Review(
        version=MEASURES_VERSION,
        period=period,
        filters=Filters(),
        has=tuple(role for role in EVERYTHING if role not in plan.without),
        headlines=_headlines(plan, monthly, controls, handling, money, next((row for row in timings if row.overall), None)),
        breakdowns=tuple(one for name in DIMENSIONS if (one := _breakdown(plan, name, cases)) is not None),
        monthly=monthly,
        timings=timings,
        clocks=_clocks(plan, cases),
        ends=ends,
        comparison=_comparison(timings),
        controls=controls,
        rebases=(Rebase("received", plan.rebase, "张虚构", "登记办法改变", "2026-11-02T09:00:00"),) if plan.rebase else (),
        heat=_heat(plan, cases),
        repeats=_repeats(plan, cases),
        money=money,
        handling=handling,
        quality=_quality(plan, cases),
        festivals=tuple((row.month, festive[row.month[5:]]) for row in monthly if row.month[5:] in festive),
    )  # fmt: skip
