"""The log-rank test from counted durations.

N. Mantel, Evaluation of survival data and two new rank order statistics, Cancer Chemotherapy Reports 50 (1966); R.
Peto and J. Peto, JRSS A 135 (1972): at each time at which cases end, those of each group among them are set against
what their share of the open cases would let expect; ties have the variance of the hypergeometric distribution.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from casework.analytics.chisquare import upper_tail
from casework.analytics.durations import Floats, Ints
from casework.analytics.review import Test

_AT_ONCE = 1 << 15  # cells of a groups x times table: they stay in the processor's cache
_ALONE = 400_000  # multiplications of one matrix product; more, and the library would start threads for each
Grid = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ordered:
    """Counted durations of k groups, shortest first: rows of group (0 to k - 1), days, ended and waiting."""

    group: Ints
    days: Floats
    ended: Ints
    waiting: Ints


@dataclass(frozen=True, eq=False)
class Score:
    """Ended less expected of each group (k), and for each two of them (k x k) the weight of their meetings.

    The covariance of the differences is the Laplacian of these weights: minus them off the diagonal, their row sums
    on it. Scores of strata add up.
    """

    difference: Grid
    weights: Grid

    def test(self) -> Test | None:
        """The test of all groups; None where no two of them ever had open cases side by side.

        Groups that never meet, not even through others, add nothing; each separate set of groups loses one degree
        of freedom.
        """
        sets = _meeting(self.weights > 0)
        kept = [group for one in sets for group in one[1:]]
        if not kept:
            return None
        covariance = np.diag(self.weights.sum(axis=1)) - self.weights
        part, difference = covariance[np.ix_(kept, kept)], self.difference[kept]
        scale = np.sqrt(np.diag(part))
        solved = np.linalg.solve(part / np.outer(scale, scale), difference / scale)
        statistic = max(0.0, float(difference / scale @ solved))
        return Test(statistic, len(kept), upper_tail(statistic, len(kept)))


def score(rows: Ordered, groups: int) -> Score:
    """Go through the times, as many at once as are quickest."""
    gone = rows.ended + rows.waiting
    open_now = _by_group(rows.group, gone, groups)
    expected, weights = np.zeros(groups), np.zeros((groups, groups))
    at_once = max(groups, min(_AT_ONCE // groups, _ALONE // groups**2))
    for part in _chunks(rows.days, at_once):
        group, place = rows.group[part], _places(rows.days[part])
        times = int(place[-1]) + 1
        at_risk = _at_risk(open_now, group * times + place, gone[part], times)
        ended = np.bincount(place, weights=rows.ended[part], minlength=times)
        everyone = at_risk.sum(axis=0)
        expected += at_risk @ (ended / everyone)
        # One open case alone has no variance: 0 / 0 counts as 0.
        spread = ended * (everyone - ended) / (everyone**2 * np.maximum(everyone - 1, 1))
        weights += (at_risk * spread) @ at_risk.T
        open_now = open_now - _by_group(group, gone[part], groups)
    np.fill_diagonal(weights, 0.0)
    return Score(_by_group(rows.group, rows.ended, groups) - expected, (weights + weights.T) / 2)


def _by_group(group: Ints, counts: Ints, groups: int) -> Grid:
    return np.bincount(group, weights=counts, minlength=groups).astype(np.float64)


def _places(days: Floats) -> Ints:
    """The number of each row's time, counting distinct times."""
    return np.concatenate(([0], np.cumsum(days[1:] != days[:-1])))


def _at_risk(open_now: Grid, cell: Ints, gone: Ints, times: int) -> Grid:
    """Groups x times: the cases of each group that are open just before each time."""
    groups = len(open_now)
    left = np.bincount(cell, weights=gone, minlength=groups * times).reshape(groups, times)
    at_risk = np.empty((groups, times))
    at_risk[:, 0] = open_now
    np.cumsum(left[:, :-1], axis=1, out=at_risk[:, 1:])
    np.subtract(open_now[:, None], at_risk[:, 1:], out=at_risk[:, 1:])
    return at_risk


def together(scores: Iterable[Score], groups: int) -> Score:
    """The scores of strata added up: groups are compared only within a stratum."""
    total = Score(np.zeros(groups), np.zeros((groups, groups)))
    for one in scores:
        total = _plus(total, one)
    return total


def _plus(one: Score, other: Score) -> Score:
    return Score(one.difference + other.difference, one.weights + other.weights)


def _chunks(days: Floats, size: int) -> Iterable[slice]:
    """Slices of about ``size`` rows that never part rows of one time."""
    start = 0
    while start < len(days):
        last = days[min(start + size, len(days)) - 1]
        stop = int(np.searchsorted(days, last, side="right"))
        yield slice(start, stop)
        start = stop


def _meeting(linked: npt.NDArray[np.bool_]) -> list[list[int]]:
    """Sets of groups that meet, directly or through others."""
    unseen, sets = set(range(len(linked))), []
    while unseen:
        found, new = set(), {min(unseen)}
        while new:
            found |= new
            new = set(np.flatnonzero(linked[sorted(new)].any(axis=0)).tolist()) - found
        sets.append(sorted(found))
        unseen -= found
    return sets
