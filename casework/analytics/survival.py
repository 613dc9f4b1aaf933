"""Kaplan-Meier from counted durations.

E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958); variance by
Greenwood; the interval on the log(-log) scale of Kalbfleisch and Prentice (1980).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

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


def kaplan_meier(durations: Floats, events: Ints, censored: Ints, confidence: float = 0.95) -> Curve:
    """Estimate the curve from counts.

    ``durations`` are non-negative, in any order, possibly repeated; ``events[i]`` cases were resolved and
    ``censored[i]`` were still open after ``durations[i]``. Cases censored at a time count as open at that time.
    """
    times, place = np.unique(np.append(np.asarray(durations, dtype=np.float64), 0.0), return_inverse=True)
    resolved: Floats = np.bincount(place[:-1], weights=events, minlength=len(times)).astype(np.float64)
    gone = resolved + np.bincount(place[:-1], weights=censored, minlength=len(times))
    n = int(gone.sum())
    at_risk = n - np.concatenate(([0.0], np.cumsum(gone)[:-1]))
    left = at_risk - resolved
    share = np.cumprod(np.divide(left, at_risk, out=np.ones_like(left), where=at_risk > 0))
    low, high = _log_log_interval(share, resolved, at_risk, confidence)
    return Curve(times, share, low, high, n, int(resolved.sum()))


def _log_log_interval(
    share: Floats, resolved: Floats, at_risk: Floats, confidence: float
) -> tuple[Floats, Floats]:
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    product = at_risk * (at_risk - resolved)
    variance = np.cumsum(np.divide(resolved, product, out=np.zeros_like(product), where=product > 0))
    inside = (share > 0) & (share < 1)
    log_share = np.log(np.where(inside, share, 0.5))
    centre = np.log(-log_share)
    width = z * np.sqrt(variance) / np.abs(log_share)
    low = np.where(inside, np.exp(-np.exp(centre + width)), share)
    high = np.where(inside, np.exp(-np.exp(centre - width)), share)
    return low, high


def _first_at_or_below(time: Floats, curve: Floats, level: float) -> float | None:
    reached = np.flatnonzero(curve <= level + _EXACT)
    return float(time[reached[0]]) if len(reached) else None
