"""Whether channels differ in their time to resolution, and whether that is because they handle different conducts.

Compared are the channels that are stated and have at least :data:`casework.analytics.figures.MIN_CASES` cases, at most
the :data:`MOST_COMPARED` largest (a column with more values than that is hardly one of channels). The log-rank test is over all of them, and again within each conduct (not stated is one of its own); then pair by pair
among the :data:`MOST_PAIRED` largest, corrected by Holm (S. Holm, Scandinavian Journal of Statistics 6, 1979). Medians
are adjusted by direct standardisation: each channel's curves by conduct, weighted by the conducts' shares among all
compared cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from casework.analytics.chisquare import independence
from casework.analytics.durations import Durations, Floats, grouped
from casework.analytics.figures import MIN_CASES
from casework.analytics.logrank import Ordered, Score, score, together
from casework.analytics.review import Adjusted, Comparison, Pair, Test
from casework.analytics.survival import by_time, first_of_each, open_share, still_open
from casework.i18n import mark

MOST_COMPARED = 100
#: The most channels that are compared pair by pair (66 pairs).
MOST_PAIRED = 12
#: The mixes differ where the test of independence says so and the strength is at least what Cohen calls small.
MIX_P, MIX_STRENGTH = 0.05, 0.1
_EXACT = 1e-12  # a curve that is 0.5 but for rounding is at 0.5

NO_CASES = mark("There are no cases.")
NOTHING_CLOSED = mark("No case is closed yet, so there is nothing to compare.")
NO_CHANNEL = mark("No case states its channel, so there is nothing to compare.")
ONE_CHANNEL = mark("There is only one channel, so there is nothing to compare.")
TOO_FEW = mark("Fewer than two channels have enough cases to be compared.")
NEVER_TOGETHER = mark(
    "The channels' times cannot be told apart: no case closed while cases of another channel stayed open."
)


@dataclass(frozen=True, eq=False)
class _Compared:
    """The rows of the channels compared, shortest first; ``group`` counts ``codes``, the channels by size."""

    durations: Durations
    codes: tuple[int, ...]
    group: npt.NDArray[np.int64]

    def names(self) -> tuple[str | None, ...]:
        return tuple(self.durations.channels[code] for code in self.codes)

    def rows(self, which: npt.NDArray[np.intp] | slice = slice(None)) -> Ordered:
        known = self.durations
        return Ordered(self.group[which], known.days[which], known.ended[which], known.waiting[which])


def comparison(durations: Durations) -> Comparison:
    """Compare the channels; where they cannot be, ``reason`` says why."""
    stated = [(code, cases) for code, cases in durations.ranked() if durations.channels[code] is not None]
    codes = tuple(code for code, cases in stated if cases >= MIN_CASES)[:MOST_COMPARED]
    too_few = tuple(durations.channels[code] for code, cases in stated if cases < MIN_CASES)
    names = tuple(durations.channels[code] for code in codes)
    reason = _reason(durations, len(stated), len(codes))
    if reason:
        return Comparison(names, too_few, None, None, (), (), False, reason)
    return _compare(_compared(durations, codes), too_few)


def _reason(durations: Durations, stated: int, enough: int) -> str:
    if not durations.sizes().sum():
        return NO_CASES
    if not stated:
        return NO_CHANNEL
    if stated == 1:
        return ONE_CHANNEL
    if not durations.ended.sum():
        return NOTHING_CLOSED
    return TOO_FEW if enough < 2 else ""


def _compared(durations: Durations, codes: Sequence[int]) -> _Compared:
    place = np.full(len(durations.channels), -1, dtype=np.int64)
    place[list(codes)] = np.arange(len(codes))
    group = place[durations.channel]
    if (group < 0).any():
        durations = durations.where(group >= 0)
    ordered = durations.in_order()
    return _Compared(ordered, tuple(codes), place[ordered.channel])


def _compare(compared: _Compared, too_few: tuple[str | None, ...]) -> Comparison:
    groups = len(compared.codes)
    test = score(compared.rows(), groups).test()
    mix = _mix(compared)
    several = int((mix.sum(axis=0) > 0).sum()) > 1
    return Comparison(
        channels=compared.names(),
        too_few=too_few,
        test=test,
        stratified=_stratified(compared, groups) if several else None,
        pairs=_pairs(compared),
        adjusted=_adjusted(compared, mix) if several else (),
        mix_differs=_mix_differs(compared, mix),
        reason="" if test else NEVER_TOGETHER,
    )


# ---------------------------------------------------------------- conducts


def _mix(compared: _Compared) -> npt.NDArray[np.float64]:
    """Cases by channel (rows) and conduct (columns)."""
    known, width = compared.durations, len(compared.durations.conducts)
    cell = compared.group * width + known.conduct
    counts = np.bincount(cell, weights=known.ended + known.waiting, minlength=len(compared.codes) * width)
    return counts.astype(np.float64).reshape(-1, width)


def _mix_differs(compared: _Compared, mix: npt.NDArray[np.float64]) -> bool:
    """By the conducts that are stated: a channel that states none says nothing of its mix."""
    p, strength = independence(mix[:, [name is not None for name in compared.durations.conducts]])
    return p < MIX_P and strength >= MIX_STRENGTH


def _by_conduct(compared: _Compared) -> Iterator[npt.NDArray[np.intp]]:
    """The rows of each conduct, in an order that does not depend on how conducts are coded."""
    names = compared.durations.conducts
    order, bounds = grouped(compared.durations.conduct, len(names))
    for code in _in_order_of_names(names):
        yield order[bounds[code] : bounds[code + 1]]


def _in_order_of_names(names: Sequence[str | None]) -> list[int]:
    return sorted(range(len(names)), key=lambda code: (names[code] is None, names[code] or ""))


def _stratified(compared: _Compared, groups: int) -> Test | None:
    parts = (score(compared.rows(rows), groups) for rows in _by_conduct(compared) if len(rows))
    return together(parts, groups).test()


def _adjusted(compared: _Compared, mix: npt.NDArray[np.float64]) -> tuple[Adjusted, ...]:
    shares = mix.sum(axis=0) / mix.sum()
    order, bounds = grouped(compared.group, len(compared.codes))
    return tuple(
        _adjusted_one(compared.durations.where(order[bounds[place] : bounds[place + 1]]), name, shares)
        for place, name in enumerate(compared.names())
    )


def _adjusted_one(part: Durations, channel: str | None, shares: Floats) -> Adjusted:
    order, bounds = grouped(part.conduct, len(part.conducts))
    cells, weights = [], []
    for code in _in_order_of_names(part.conducts):
        rows = order[bounds[code] : bounds[code + 1]]
        if part.ended[rows].sum() + part.waiting[rows].sum() >= MIN_CASES:
            cells.append(rows)
            weights.append(float(shares[code]))
    n = int(part.ended.sum() + part.waiting.sum())
    median = _median(part, [np.arange(len(part.days))], [1.0])
    return Adjusted(channel, n, median, _median(part, cells, weights), min(sum(weights, 0.0), 1.0))


def _median(part: Durations, cells: Sequence[npt.NDArray[np.intp]], weights: Sequence[float]) -> float | None:
    """The median of the cells' curves, weighted; None where they do not reach it while all of them are known."""
    if not cells:
        return None
    fallen, known_until = np.zeros(len(part.days)), float("inf")
    for rows, weight in zip(cells, weights, strict=True):
        days = part.days[rows]
        times, resolved, waiting = by_time(days, part.ended[rows], part.waiting[rows])
        share = open_share(resolved, still_open(resolved + waiting))
        fallen[rows[first_of_each(days)]] = -np.diff(share, prepend=1.0) * (weight / sum(weights))
        if share[-1] > _EXACT:
            known_until = min(known_until, float(times[-1]))
    reached = np.cumsum(fallen) >= 0.5 - _EXACT
    time = float(part.days[np.argmax(reached)])
    return time if reached.any() and time <= known_until else None


# ---------------------------------------------------------------- pairs


def _pairs(compared: _Compared) -> tuple[Pair, ...]:
    """Pairs in the order of the channels; those that never met are left out, and not counted by Holm."""
    names = compared.names()
    small = compared.group.astype(np.uint16)  # quicker to look through
    found: list[tuple[int, int, Test]] = []
    for one, other in combinations(range(min(len(names), MOST_PAIRED)), 2):
        test = _pair_score(compared, np.flatnonzero((small == one) | (small == other)), other).test()
        if test is not None:
            found.append((one, other, test))
    adjusted = holm([test.p for _one, _other, test in found])
    return tuple(
        Pair(names[one], names[other], test.statistic, test.p, p)
        for (one, other, test), p in zip(found, adjusted, strict=True)
    )


def _pair_score(compared: _Compared, which: npt.NDArray[np.intp], other: int) -> Score:
    rows = compared.rows(which)
    return score(Ordered((rows.group == other).astype(np.int64), rows.days, rows.ended, rows.waiting), 2)


def holm(chances: Sequence[float]) -> list[float]:
    """Probabilities corrected for their number: the smallest times k, the next times k - 1, never falling."""
    corrected, worst = [0.0] * len(chances), 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda place: chances[place])):
        worst = max(worst, min(1.0, chances[place] * (len(chances) - rank)))
        corrected[place] = worst
    return corrected
