"""XmR charts: whether a month is unusual, or noise.

D. J. Wheeler, Understanding Variation (1993): centre the mean, natural process limits 2.66 mean moving ranges to
either side. The rules are those of NHS England's "Making Data Count", as its tools compute them (NHS-R,
NHSRplotthedots): a point beyond a limit; seven in a row on one side of the centre; seven in a row that rise, or
fall; two of three in the outer third before one limit, all three on that side of the centre. Every point of a
run is marked.

Choices, so that a chart can be recomputed:

* Limits are over every complete month of a phase, the month that is judged among them, and no moving range is
  screened out, as in the NHS spreadsheet. A month must thus stand out from limits that it has itself widened.
* There are no limits before 12 complete months. A new phase starts only where a person says so (:class:`Rebase`);
  it waits for its own 12.
* The lower limit is drawn not below 0, since counts are not; the outer third below is measured from the limit as
  computed.
* A point on the centre breaks a run. Months that are not complete are passed over.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from casework.analytics.review import ControlChart, ControlPoint, Phase, Rebase
from casework.i18n import mark

SCALE = 2.66  # 3 / 1.128, from the mean moving range of two to three standard deviations
LEAST = 12  # complete points before there are limits
RUN = 7  # points of a shift or a trend
_ROUNDING = 1e-9  # of the largest value: nearer to the centre or to a limit than this is on it

FEW = mark("There are no limits before 12 complete months.")
FEW_SINCE = mark(
    "Since the limits were last set anew there are fewer than 12 complete months: no limits yet."
)


@dataclass(frozen=True, slots=True)
class _Zones:
    """Where each point of a phase lies: ``side`` of the centre, and beyond or near a limit (1 above, -1 below, 0)."""

    side: list[int]
    beyond: list[int]
    near: list[int]


def control_chart(
    name: str, points: Sequence[tuple[str, float, bool]], rebases: Sequence[Rebase] = ()
) -> ControlChart:
    """The chart of a series of (month ``YYYY-MM``, value, whether the month is incomplete), in order, without holes.

    Months without cases are points of 0. Only rebases of this ``name`` count; each starts a phase with the first
    point of its month or later.
    """
    starts = _starts([month for month, _value, _incomplete in points], name, rebases)
    found = [_phase(points[start:stop]) for start, stop in pairwise([*starts, len(points)])]
    phases = tuple(phase for phase, _judged in found if phase is not None)
    reason = "" if found and found[-1][0] is not None else FEW_SINCE if len(found) > 1 else FEW
    return ControlChart(name, tuple(point for _phase, judged in found for point in judged), phases, reason)


def _starts(months: Sequence[str], name: str, rebases: Iterable[Rebase]) -> list[int]:
    """The first points of the phases."""
    asked = [one.month for one in rebases if one.name == name]
    first = {next((place for place, month in enumerate(months) if month >= one), None) for one in asked}
    return sorted({place for place in first if place is not None} | ({0} if months else set()))


def _phase(points: Sequence[tuple[str, float, bool]]) -> tuple[Phase | None, tuple[ControlPoint, ...]]:
    complete = [(month, value) for month, value, incomplete in points if not incomplete]
    if len(complete) < LEAST:
        return None, tuple(ControlPoint(month, value, (), "", skip) for month, value, skip in points)
    values = [value for _month, value in complete]
    limits = _limits(points[0][0], points[-1][0], values)
    judged = iter(_judge(values, limits))
    marked = []
    for month, value, skip in points:
        rules, verdict = ((), "") if skip else next(judged)
        marked.append(ControlPoint(month, value, rules, verdict, skip))
    return limits, tuple(marked)


def _limits(first: str, last: str, values: Sequence[float]) -> Phase:
    centre = math.fsum(values) / len(values)
    moving_range = math.fsum(abs(after - before) for before, after in pairwise(values)) / (len(values) - 1)
    reach = SCALE * moving_range
    return Phase(first, last, centre, moving_range, max(0.0, centre - reach), centre + reach)


def _judge(values: Sequence[float], limits: Phase) -> list[tuple[tuple[str, ...], str]]:
    """The rules that each point breaks, and the verdict."""
    zones = _zones(values, limits)
    steps = [_sign(after - before) for before, after in pairwise(values)]
    shift, trend = _shifts(zones.side), _trends(steps)
    outer = _two_of_three(zones)
    found = []
    for broken in zip(zones.beyond, outer, shift, trend, strict=True):
        rules = dict(zip(("beyond", "two_of_three", "shift", "trend"), broken, strict=True))
        named = tuple(rule for rule in ("beyond", "shift", "trend", "two_of_three") if rules[rule])
        found.append((named, _verdict(broken)))
    return found


def _verdict(broken: Iterable[int]) -> str:
    """What the first rule broken says: the level of a single month before that of a run, that before a trend."""
    direction = next((one for one in broken if one), 0)
    return {1: "high", -1: "low", 0: "usual"}[direction]


def _zones(values: Sequence[float], limits: Phase) -> _Zones:
    slack = _ROUNDING * max(map(abs, values))
    reach = SCALE * limits.moving_range
    side, beyond, near = [], [], []
    for value in values:
        off = value - limits.centre
        where = _sign(off, slack)
        outside = abs(off) > reach + slack
        side.append(where)
        beyond.append(where if outside else 0)
        near.append(where if not outside and abs(off) > reach * 2 / 3 + slack else 0)
    return _Zones(side, beyond, near)


def _sign(value: float, slack: float = 0.0) -> int:
    return (value > slack) - (value < -slack)


def _shifts(side: Sequence[int]) -> list[int]:
    """Points in a run of seven or more on one side of the centre."""
    marked = [0] * len(side)
    for start, stop in _runs(side):
        if stop - start >= RUN:
            marked[start:stop] = side[start:stop]
    return marked


def _trends(steps: Sequence[int]) -> list[int]:
    """Points in a run of seven or more of which each is above (or below) the one before: six steps alike."""
    marked = [0] * (len(steps) + 1)
    for start, stop in _runs(steps):
        if stop - start >= RUN - 1:
            marked[start : stop + 1] = [steps[start]] * (stop + 1 - start)
    return marked


def _runs(signs: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Start and end of each stretch of one sign, but 0."""
    start = 0
    for place in range(1, len(signs) + 1):
        if place == len(signs) or signs[place] != signs[start]:
            if signs[start]:
                yield start, place
            start = place


def _two_of_three(zones: _Zones) -> list[int]:
    """Points in an outer third that are among three in a row on that side of which two lie there."""
    marked = [0] * len(zones.side)
    for start in range(len(zones.side) - 2):
        sides, near = zones.side[start : start + 3], zones.near[start : start + 3]
        if abs(sum(sides)) == 3 and sum(map(abs, near)) >= 2:
            for place, where in enumerate(near, start):
                marked[place] = marked[place] or where
    return marked
