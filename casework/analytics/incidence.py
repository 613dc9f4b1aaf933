"""How cases end: cumulative incidence with the other ends as competing risks.

O. O. Aalen and S. Johansen, An empirical transition matrix for non-homogeneous Markov chains based on censored
observations, Scandinavian Journal of Statistics 5 (1978). To take 1 - Kaplan-Meier of one end, with the others
as censored, would overstate every end: a withdrawn case will never be resolved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from casework.analytics.durations import Durations, Floats, Ints, totals
from casework.analytics.review import ENDS, WITHIN_DAYS, Ends
from casework.analytics.survival import by_time, open_share, still_open


@dataclass(frozen=True)
class Incidence:
    """The shares that have ended in each way (rows) by each time (columns), and the share still open.

    ``time`` ascends; shares of all ends and ``open_share`` add up to 1 at every time.
    """

    time: Floats
    ended: npt.NDArray[np.float64]
    open_share: Floats

    def within(self, end: int, days: float) -> float | None:
        """The share that has ended so by a time; None where no case was followed so long and some were open."""
        if not len(self.time) or (days > self.time[-1] and self.open_share[-1] > 0):
            return None
        at = int(np.searchsorted(self.time, days, side="right")) - 1
        return float(self.ended[end, at]) if at >= 0 else 0.0


def cumulative_incidence(days: Floats, end: Ints, ended: Ints, waiting: Ints) -> Incidence:
    """Estimate from counts, in the order of time: after ``days[i]`` ``ended[i]`` cases ended in the way ``end[i]``."""
    by_end = [np.where(_ways(end) == way, ended, 0) for way in range(len(ENDS))]
    times, gone, *events = by_time(days, ended + waiting, *by_end)
    at_risk = still_open(gone)
    open_after = open_share(np.sum(events, axis=0), at_risk)
    before = np.concatenate(([1.0], open_after[:-1])) if len(times) else open_after
    shares = np.stack([np.cumsum(before * count / at_risk) for count in events])
    return Incidence(times, shares, open_after)


def ends(durations: Durations) -> tuple[Ends, ...]:
    """How cases end: all channels together, then each channel, most cases first, those without one last.

    Empty where there is no case at all.
    """
    if not durations.sizes().sum():
        return ()
    ordered = durations.in_order()
    found = [_ends(None, ordered, overall=True)]
    for code, part in ordered.by_channel():
        found.append(_ends(durations.channels[code], part, overall=False))
    return tuple(found)


def _ends(channel: str | None, part: Durations, *, overall: bool) -> Ends:
    counts = totals(_ways(part.end), part.ended, len(ENDS))
    waiting = int(part.waiting.sum())
    found = cumulative_incidence(part.days, part.end, part.ended, part.waiting)
    shares = tuple(
        (*(found.within(way, days) for days in WITHIN_DAYS), float(found.ended[way, -1]))
        for way in range(len(ENDS))
    )
    return Ends(
        channel=channel,
        overall=overall,
        n=int(counts.sum()) + waiting,
        open=waiting,
        counts=tuple(counts.tolist()),
        incidence=shares,
    )


def _ways(end: Ints) -> Ints:
    """A closed case of which no way is known ended in the last of them, ``other``."""
    return np.where(end < 0, len(ENDS) - 1, end)
