"""What an engine counted of durations, for curves, tests and incidences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Durations:
    """Counted durations of one stage: k rows, in any order; rows that are alike may be split or joined.

    ``channel`` and ``conduct`` (int64[k]) are codes into ``channels`` and ``conducts`` (None: not stated). After ``days``
    (float64[k], days with fractions, not negative) ``ended[i]`` cases (int64[k]) have passed the stage, in the way
    ``end[i]`` (index into :data:`casework.analytics.review.ENDS`, -1 while open), and ``waiting[i]`` still wait.
    """

    channels: tuple[str | None, ...]
    channel: Ints
    conducts: tuple[str | None, ...]
    conduct: Ints
    end: Ints
    days: Floats
    ended: Ints
    waiting: Ints

    def where(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp] | slice) -> Durations:
        """Only these rows (a mask, an index or a slice); the codes keep their meaning."""
        return Durations(
            self.channels,
            self.channel[rows],
            self.conducts,
            self.conduct[rows],
            self.end[rows],
            self.days[rows],
            self.ended[rows],
            self.waiting[rows],
        )

    def in_order(self) -> Durations:
        """The same rows, shortest first; itself where they are so already."""
        return self if is_ordered(self.days) else self.where(np.argsort(self.days))

    def by_channel(self) -> Iterator[tuple[int, Durations]]:
        """Code and rows of each channel that has cases, in the order of :meth:`ranked`; rows keep their order."""
        order, bounds = grouped(self.channel, len(self.channels))
        for code, _cases in self.ranked():
            yield code, self.where(order[bounds[code] : bounds[code + 1]])

    def sizes(self) -> Ints:
        """Cases by channel code."""
        return totals(self.channel, self.ended + self.waiting, len(self.channels))

    def ranked(self) -> Iterator[tuple[int, int]]:
        """Code and cases of each channel that has cases, most first, the channel None last."""
        sizes = self.sizes()
        order = sorted(range(len(self.channels)), key=lambda code: self._rank(code, int(sizes[code])))
        return ((code, int(sizes[code])) for code in order if sizes[code])

    def _rank(self, code: int, cases: int) -> tuple[bool, int, str]:
        name = self.channels[code]
        return name is None, -cases, name or ""


def totals(codes: Ints, counts: Ints, length: int) -> Ints:
    """The sum of ``counts`` for each of the codes 0 to ``length`` - 1 (exact below 2**53)."""
    return np.bincount(codes, weights=counts, minlength=length).astype(np.int64)


def is_ordered(values: Floats) -> bool:
    """Whether values never fall."""
    return bool(np.all(values[1:] >= values[:-1]))


def in_order(days: Floats, *counts: Ints) -> tuple[npt.NDArray[Any], ...]:
    """Rows sorted by days; as they are where they are sorted already."""
    if is_ordered(days):
        return days, *counts
    order = np.argsort(days)
    return days[order], *(row[order] for row in counts)


def grouped(codes: Ints, length: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """An index that puts rows of one code together, in their order, and where each code starts (length + 1)."""
    small = codes.astype(np.uint16) if length <= 0xFFFF else codes  # 16 bits are sorted by counting
    bounds = np.concatenate(([0], np.cumsum(np.bincount(codes, minlength=length))))
    return np.argsort(small, kind="stable"), bounds
