"""Counted durations for tests, and the plain-Python arithmetic that they are checked against.

Nothing here shares a formula's shape with the product: cases are listed one by one, and every time is looked at by
going through all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from casework.analytics.durations import Durations

#: channel, conduct, days, end (index into ENDS; -1 while open)
Case = tuple[str | None, str | None, float, int]


def counted(cases: Sequence[Case], weights: Sequence[int] | None = None) -> Durations:
    """One row a case, or ``weights[i]`` cases a row."""
    channels, conducts = (tuple(dict.fromkeys(case[place] for case in cases)) for place in (0, 1))
    count = np.array([1] * len(cases) if weights is None else weights, dtype=np.int64)
    end = np.array([case[3] for case in cases], dtype=np.int64)
    return Durations(
        channels,
        np.array([channels.index(case[0]) for case in cases], dtype=np.int64),
        conducts,
        np.array([conducts.index(case[1]) for case in cases], dtype=np.int64),
        end,
        np.array([case[2] for case in cases], dtype=np.float64),
        np.where(end >= 0, count, 0),
        np.where(end < 0, count, 0),
    )


def two_columns(days: Sequence[float], events: Sequence[int], groups: Sequence[object]) -> Durations:
    """Cases as the usual three columns: durations, events (1) and groups."""
    return counted(
        [
            (str(group), None, float(day), 0 if event else -1)
            for day, event, group in zip(days, events, groups, strict=True)
        ]
    )


def log_rank(cases: Sequence[Case], groups: Sequence[str]) -> tuple[list[Fraction], list[list[Fraction]]]:
    """Ended less expected, and the covariance, of one stratum, in fractions."""
    difference = [Fraction(0)] * len(groups)
    covariance = [[Fraction(0)] * len(groups) for _ in groups]
    for time in sorted({case[2] for case in cases if case[3] >= 0}):
        open_now = [sum(1 for case in cases if case[0] == group and case[2] >= time) for group in groups]
        ended = [
            sum(1 for case in cases if case[0] == group and case[2] == time and case[3] >= 0)
            for group in groups
        ]
        n, d = sum(open_now), sum(ended)
        for i, risk in enumerate(open_now):
            difference[i] += ended[i] - Fraction(d * risk, n)
            for j, other in enumerate(open_now):
                if n > 1:
                    same = 1 if i == j else 0
                    spread = Fraction(risk, n) * (same - Fraction(other, n))
                    covariance[i][j] += spread * d * Fraction(n - d, n - 1)
    return difference, covariance


def incidence(cases: Sequence[Case], ways: int, time: float) -> tuple[list[Fraction], Fraction]:
    """The shares ended in each way by a time, and the share still open, in fractions."""
    shares, still = [Fraction(0)] * ways, Fraction(1)
    for moment in sorted({case[2] for case in cases if case[3] >= 0 and case[2] <= time}):
        risk = sum(1 for case in cases if case[2] >= moment)
        gone = 0
        for way in range(ways):
            count = sum(1 for case in cases if case[2] == moment and case[3] == way)
            shares[way] += still * Fraction(count, risk)
            gone += count
        still *= 1 - Fraction(gone, risk)
    return shares, still
