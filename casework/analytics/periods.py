"""Periods as offices name them: a month, a quarter, a half year, a year; each with the one before and last year's.

Everything counts in whole months of the wall clock. A month's index is year x 12 + month - 1.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from casework.errors import CaseworkError
from casework.i18n import _

_FORM = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])|-?Q([1-4])|-?H([12]))?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole months in a row: ``first`` is the index of the first, ``months`` how many."""

    first: int
    months: int = 1

    @property
    def end(self) -> int:
        """The index of the month after the last."""
        return self.first + self.months

    @property
    def label(self) -> str:
        """The name of the span: ``2026-10``, ``2026-Q3``, ``2026-H1``, ``2026``, or first and last month."""
        year, month = divmod(self.first, 12)
        if self.months == 1:
            return month_name(self.first)
        if self.months == 3 and month % 3 == 0:
            return f"{year:04d}-Q{month // 3 + 1}"
        if self.months == 6 and month % 6 == 0:
            return f"{year:04d}-H{month // 6 + 1}"
        if self.months == 12 and month == 0:
            return f"{year:04d}"
        return f"{month_name(self.first)}/{month_name(self.end - 1)}"

    @property
    def before(self) -> Span:
        """The span of the same length just before this one."""
        return Span(self.first - self.months, self.months)

    @property
    def last_year(self) -> Span:
        """The same months of the year before."""
        return Span(self.first - 12, self.months)

    @property
    def last_day(self) -> dt.date:
        """The last day of the span."""
        return first_day(self.end) - dt.timedelta(days=1)

    def names(self) -> tuple[str, ...]:
        """The names of its months, in order."""
        return tuple(map(month_name, range(self.first, self.end)))

    def __contains__(self, month: int) -> bool:
        return self.first <= month < self.end


def parse_span(text: str) -> Span:
    """Read ``2026-10``, ``2026-Q3``, ``2026-H1`` or ``2026``. Raises :class:`CaseworkError` for anything else."""
    found = _FORM.fullmatch(text.strip())
    if found is None or not 1 <= int(found[1]) <= 9998:
        raise CaseworkError(
            _("This is no period."),
            where=text,
            remedy=_("Write a month as 2026-10, a quarter as 2026-Q3, a half year as 2026-H1, or a year."),
        )
    start = int(found[1]) * 12
    if found[2]:
        return Span(start + int(found[2]) - 1)
    if found[3]:
        return Span(start + 3 * (int(found[3]) - 1), 3)
    if found[4]:
        return Span(start + 6 * (int(found[4]) - 1), 6)
    return Span(start, 12)


def month_index(name: str) -> int:
    """The index of ``YYYY-MM``."""
    year, month = name.split("-")
    return int(year) * 12 + int(month) - 1


def month_name(index: int) -> str:
    """The name of a month, ``YYYY-MM``."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def first_day(index: int) -> dt.date:
    """The first day of a month."""
    return dt.date(index // 12, index % 12 + 1, 1)


def last_whole_month(today: dt.date) -> Span:
    """The month before the one that ``today`` lies in."""
    return Span(today.year * 12 + today.month - 2)
