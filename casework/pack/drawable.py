"""What can be drawn of a report with withheld counts.

A chart cannot show "withheld": a gap or a short bar would read as a small number. So withheld channels are drawn together
as what is left of a total that is shown, and a chart of which a part would be missing is not drawn at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from casework.analytics.review import Breakdown, Estimate, Headline, Heat, Part, Timing
from casework.i18n import _
from casework.tables.cells import is_withheld

if TYPE_CHECKING:
    from casework.analytics.figures import Report, Volume


def drawable(report: Report) -> Report:
    """The report with whole numbers only; the same report where nothing is withheld."""
    review = report.review
    if not _any_withheld(report):
        return report
    monthly = {row.month: row for row in review.monthly}
    history = tuple(_volumes(report.history, monthly))
    period = report.period
    shown = replace(
        review,
        headlines=tuple(map(_headline, review.headlines)),
        breakdowns=tuple(map(_breakdown, review.breakdowns)),
        monthly=()
        if any(_gone(row.received, row.closed, row.open) for row in review.monthly)
        else review.monthly,
        timings=tuple(_timing(one) for one in review.timings if not _gone(one.n, one.ended)),
        clocks=_all_or_none(review.clocks, ("met", "missed", "running", "overdue", "unknown")),
        ends=()
        if any(_gone(one.n, one.open, *one.counts, *chain(*one.incidence)) for one in review.ends)
        else review.ends,
        heat=_heat(review.heat),
        repeats=_all_or_none(review.repeats, ("now", "year")),
    )
    return replace(
        report,
        review=shown,
        history=history,
        volume=tuple(row for row in history if period is None or row.month in period.names()),
        resolution=tuple(row for row in report.resolution if not _gone(row.n, row.resolved, row.open)),
        backlog=() if any(_gone(*row.open) for row in report.backlog) else report.backlog,
    )


def _any_withheld(report: Report) -> bool:
    from dataclasses import asdict

    return _inside([asdict(replace(report, cases=None, sources=()))])


def _inside(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_inside, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_inside, value))
    return is_withheld(value)


def _gone(*values: object) -> bool:
    return any(map(is_withheld, values))


def _all_or_none(rows: tuple[Any, ...], names: Iterable[str]) -> tuple[Any, ...]:
    return () if any(_gone(*(getattr(row, name) for name in names)) for row in rows) else rows


def _timing(one: Timing) -> Timing:
    unknown = Estimate(None, None, None)
    return replace(one, within=tuple(unknown if is_withheld(share.value) else share for share in one.within))


def _headline(one: Headline) -> Headline:
    now, before, last_year = (
        None if is_withheld(value) else value for value in (one.now, one.before, one.last_year)
    )
    series = tuple((month, None if is_withheld(value) else value) for month, value in one.series)
    return replace(one, now=now, before=before, last_year=last_year, series=series)


def _breakdown(one: Breakdown) -> Breakdown:
    """Withheld parts become one with what is left of the total. None of them is left where the total is withheld."""
    kept = [_part(part) for part in one.parts if not is_withheld(part.received)]
    if is_withheld(one.total):
        return replace(one, parts=(), rest=None, total=0)
    left = one.total - sum(part.received for part in kept)
    rest = Part(None, left, None, None, 0) if left else None
    return replace(one, parts=tuple(kept), rest=rest)


def _part(part: Part) -> Part:
    before, last_year = (None if is_withheld(value) else value for value in (part.before, part.last_year))
    return replace(
        part, before=before, last_year=last_year, closed=0 if is_withheld(part.closed) else part.closed
    )


def _volumes(rows: Iterable[Volume], monthly: dict[str, Any]) -> Iterable[Volume]:
    """Months whose total is withheld are left out; in the others what is withheld is drawn as one."""
    by_month: dict[str, list[Volume]] = defaultdict(list)
    for row in rows:
        by_month[row.month].append(row)
    for month, lines in by_month.items():
        total = monthly.get(month)
        if total is None or _gone(total.received, total.closed):
            continue
        whole = [row for row in lines if not _gone(row.received, row.closed)]
        yield from whole
        if len(whole) < len(lines):
            received = total.received - sum(row.received for row in whole)
            closed = total.closed - sum(row.closed for row in whole)
            yield replace(lines[0], channel=_("(small numbers together)"), received=received, closed=closed)


def _heat(one: Heat) -> Heat:
    return Heat((), (), (), 0, 0) if any(_gone(*line) for line in one.counts) else one
