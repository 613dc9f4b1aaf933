"""What may be compared with what: no comparison is made across a break in the data, and the break is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from casework.analytics.periods import Span, month_index
from casework.analytics.review import Gap, Review
from casework.i18n import _
from casework.published.document import Cell
from casework.published.numbers import change, count, difference, money

#: A hole in a channel with less than one in so many cases does not keep the total from being compared; it is said.
SMALL_PARTS = 100
#: Every channel together, where ``None`` would be the cases without one.
ALL = object()


@dataclass(frozen=True, slots=True)
class Bases:
    """Why the period cannot be compared with the one before and last year's; empty where it can be."""

    before: str = ""
    last_year: str = ""

    def notes(self) -> tuple[str, ...]:
        """Each reason once."""
        return tuple(dict.fromkeys(filter(None, (self.before, self.last_year))))


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside its bases, as cells. The changes are not known where the comparison may not be made."""

    now: Cell
    before: Cell
    more: Cell
    change: Cell
    last_year: Cell
    more_on_year: Cell
    change_on_year: Cell


def bases(review: Review, name: str = "received", channel: object = ALL) -> Bases:
    """What the series ``name`` of one channel (default: all together) may be compared with."""
    if review.period is None:
        return Bases(*[_("All of the data are counted together, so nothing is compared.")] * 2)
    period = review.period
    reasons = (_break(review, period, base, name, channel) for base in (period.before, period.last_year))
    return Bases(*reasons)


def _break(review: Review, period: Span, base: Span, name: str, channel: object) -> str:
    """The first reason against comparing ``period`` with ``base``."""
    months = {*period.names(), *base.names()}
    if months & set(review.quality.incomplete):
        return _("A month that is not over is not compared.")
    if any(months & set(gap.months) for gap in _gaps(review, channel)):
        return _("No comparison is made across a hole in the data (see the notes on the data).")
    changed = (month_index(one.month) for one in review.rebases if one.name == name)
    if any(base.first < month < period.end for month in changed):
        return _("No comparison is made across a change of system or of what is counted.")
    first = review.quality.first_month
    if first is not None and base.first < month_index(first):
        return _("The data do not reach back to the period compared with.")
    return ""


def _gaps(review: Review, channel: object) -> list[Gap]:
    """The holes that matter to one channel; to all together those of channels with more than one case in :data:`SMALL_PARTS`."""
    gaps = review.quality.gaps
    if channel is not ALL:
        return [gap for gap in gaps if gap.channel == channel]
    return [gap for gap in gaps if not _is_small(review, gap)]


def _is_small(review: Review, gap: Gap) -> bool:
    """Whether the channel of a hole is known to be small, by its cases where it has no hole."""
    found, period = review.breakdown("channel"), review.period
    part = next((one for one in found.parts if one.value == gap.channel), None) if found else None
    if found is None or part is None or period is None:
        return False  # not known, so it counts
    spans = ((period, part.received), (period.before, part.before), (period.last_year, part.last_year))
    told = [cases for span, cases in spans if cases is not None and not set(span.names()) & set(gap.months)]
    return bool(told) and max(told) * SMALL_PARTS < found.total


def counts(now: int | None, before: int | None, last_year: int | None, allowed: Bases) -> Compared:
    """Numbers of cases beside each other."""
    on_before, on_year = _changes(now, before, last_year, allowed)
    return Compared(
        count(now),
        count(before),
        difference(now, None if allowed.before else before),
        on_before,
        count(last_year),
        difference(now, None if allowed.last_year else last_year),
        on_year,
    )


@dataclass(frozen=True, slots=True)
class Sums:
    """A sum of money beside its bases, as cells."""

    now: Cell
    before: Cell
    change: Cell
    last_year: Cell
    change_on_year: Cell


def sums(now: int | None, before: int | None, last_year: int | None, allowed: Bases) -> Sums:
    """Sums of money beside each other."""
    on_before, on_year = _changes(now, before, last_year, allowed)
    return Sums(money(now), money(before), on_before, money(last_year), on_year)


def _changes(now: int | None, before: int | None, last_year: int | None, allowed: Bases) -> tuple[Cell, Cell]:
    return (
        change(now, None if allowed.before else before),
        change(now, None if allowed.last_year else last_year),
    )


def breaks(review: Review) -> Iterator[str]:
    """What is broken in the data, as short sentences for the head of the report."""
    quality = review.quality
    if quality.gaps:
        yield _(
            "Some sources have no cases in months where cases would be expected; see the notes on the data."
        )
    if review.period and set(quality.incomplete) & set(review.period.names()):
        yield _("The period is not over as of this report: its figures are provisional.")
    if quality.drift:
        yield _("The sources differ from what they were before; see the notes on the data.")
    if review.period and any(
        review.period.last_year.first < month_index(one.month) < review.period.end for one in review.rebases
    ):
        yield _("A change of system or of what is counted lies within the periods compared.")
