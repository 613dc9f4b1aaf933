"""Kaplan-Meier from counted durations.

E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958); variance by
Greenwood; the interval on the log(-log) scale of Kalbfleisch and Prentice (1980).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from casework.analytics.durations import Durations, Floats, Ints, in_order
from casework.analytics.review import WITHIN_DAYS, Estimate, Timing

_EXACT = 1e-12  # a curve that is 0.5 but for rounding is at 0.5


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve: at each time (ascending, starting at 0) the share still open, with its interval.

    All arrays have the same length. ``time`` is in the unit of the durations given; ``low`` and ``high`` bound
    ``open_share`` pointwise at the confidence asked for.
    """

    time: Floats
    open_share: Floats
    low: Floats
    high: Floats
    n: int
    resolved: int

    def quantile(self, resolved_share: float) -> float | None:
        """The first time at which at least ``resolved_share`` are resolved; None where the curve never gets there."""
        return _first_at_or_below(self.time, self.open_share, 1.0 - resolved_share)

    def quantile_interval(self, resolved_share: float) -> tuple[float | None, float | None]:
        """The interval of :meth:`quantile`: where the lower and the upper bound of the curve reach it."""
        level = 1.0 - resolved_share
        return _first_at_or_below(self.time, self.low, level), _first_at_or_below(self.time, self.high, level)

    def quantile_estimate(self, resolved_share: float) -> Estimate:
        """:meth:`quantile` with its interval."""
        low, high = self.quantile_interval(resolved_share)
        return Estimate(self.quantile(resolved_share), low, high)

    def ended_within(self, days: float) -> Estimate:
        """The share resolved by a time, with its interval.

        None where no case was followed for so long and some were still open: what happens later is not known. A
        share of exactly 0 or 1 has no interval on this scale.
        """
        if self.n == 0 or (days > self.time[-1] and self.open_share[-1] > 0):
            return Estimate(None, None, None)
        at = int(np.searchsorted(self.time, days, side="right")) - 1
        share = float(self.open_share[at])
        if not 0 < share < 1:
            return Estimate(1.0 - share, None, None)
        return Estimate(1.0 - share, 1.0 - float(self.high[at]), 1.0 - float(self.low[at]))


def kaplan_meier(durations: Floats, events: Ints, censored: Ints, confidence: float = 0.95) -> Curve:
    """Estimate the curve from counts.

    ``durations`` are non-negative, in any order, possibly repeated; ``events[i]`` cases were resolved and
    ``censored[i]`` were still open after ``durations[i]``. Cases censored at a time count as open at that time.
    """
    times, resolved, waiting = by_time(*in_order(np.asarray(durations, np.float64), events, censored))
    if not len(times) or times[0] > 0:
        times, resolved, waiting = (np.concatenate(([0], row)) for row in (times, resolved, waiting))
    at_risk = still_open(resolved + waiting)
    share = open_share(resolved, at_risk)
    low, high = _log_log_interval(share, resolved, at_risk, confidence)
    return Curve(times, share, low, high, int(at_risk[0]), int(resolved.sum()))


def timings(durations: Durations, stage: str) -> tuple[Timing, ...]:
    """How long a stage takes: all channels together, then each channel, most cases first, those without one last.

    Empty where there is no case at all.
    """
    if not durations.sizes().sum():
        return ()
    ordered = durations.in_order()
    found = [_timing(stage, None, ordered, overall=True)]
    for code, part in ordered.by_channel():
        found.append(_timing(stage, durations.channels[code], part, overall=False))
    return tuple(found)


def _timing(stage: str, channel: str | None, part: Durations, *, overall: bool) -> Timing:
    curve = kaplan_meier(part.days, part.ended, part.waiting)
    return Timing(
        stage=stage,
        channel=channel,
        overall=overall,
        n=curve.n,
        ended=curve.resolved,
        median=curve.quantile_estimate(0.5),
        p75=curve.quantile_estimate(0.75),
        p90=curve.quantile_estimate(0.9),
        within=tuple(map(curve.ended_within, WITHIN_DAYS)),
        curve=curve,
    )


def by_time(times: Floats, *counts: Ints) -> tuple[npt.NDArray[np.float64], ...]:
    """Each distinct time once with its counts added up; ``times`` must be in order. The counts come as float64."""
    starts = first_of_each(times)
    if len(starts) == len(times):
        return times, *(np.asarray(row, np.float64) for row in counts)
    return times[starts], *(np.add.reduceat(row, starts).astype(np.float64) for row in counts)


def first_of_each(times: Floats) -> npt.NDArray[np.intp]:
    """Where each distinct time begins; ``times`` must be in order."""
    return np.flatnonzero(np.concatenate((np.ones(min(len(times), 1), bool), times[1:] != times[:-1])))


def still_open(gone: Floats) -> Floats:
    """How many are under observation just before each time, from how many leave at it."""
    left: Floats = np.cumsum(gone[::-1])[::-1]
    return left


def open_share(resolved: Floats, at_risk: Floats) -> Floats:
    """The share still open after each time."""
    left = np.ones_like(at_risk)
    np.divide(at_risk - resolved, at_risk, out=left, where=at_risk > 0)
    share: Floats = np.cumprod(left, dtype=np.float64)
    return share


def _log_log_interval(
    share: Floats, resolved: Floats, at_risk: Floats, confidence: float
) -> tuple[Floats, Floats]:
    """S to the power of exp(± z sd / |log S|), written so that one exponential serves both sides."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    product = at_risk * (at_risk - resolved)
    variance: Floats = np.cumsum(np.divide(resolved, product, out=np.zeros_like(product), where=product > 0))
    inside = (share > 0) & (share < 1)
    log_share = np.log(share, out=np.full_like(share, -1.0), where=inside)
    factor = np.exp(z * np.sqrt(variance) / -log_share)
    low = np.where(inside, np.exp(log_share * factor), share)
    high = np.where(inside, np.exp(log_share / factor), share)
    return low, high


def _first_at_or_below(time: Floats, curve: Floats, level: float) -> float | None:
    reached = curve <= level + _EXACT
    first = int(np.argmax(reached)) if len(reached) else 0
    return float(time[first]) if len(reached) and reached[first] else None
