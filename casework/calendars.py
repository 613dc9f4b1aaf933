"""Working days of mainland China: weekends, statutory holidays and make-up days (调休) as the State Council announced them.

Only the years that the calendar knows are computed; for any other :class:`UnknownYear` is raised, never a guess.
Articles 6 and 7 of the 全国年节及纪念日放假办法, and each year's announcement; the days are those of ``chinesecalendar``.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from functools import cache

from casework.errors import CaseworkError
from casework.i18n import _


class UnknownYear(CaseworkError):
    """A day lies in a year whose holidays are not known (yet). ``year`` is that year."""

    def __init__(self, year: int) -> None:
        first, last = known_years()
        super().__init__(
            _("The working days of this year are not known."),
            where=str(year),
            remedy=_(
                "Known: {first} to {last}. The State Council announces the holidays of a year in the November before; "
                "update chinesecalendar."
            ).format(first=first, last=last),
        )
        self.year = year


@cache
def known_years() -> tuple[int, int]:
    """The first and the last year whose working days are known."""
    from chinese_calendar.constants import holidays

    return min(holidays).year, max(holidays).year


def is_working_day(day: dt.date) -> bool:
    """Whether offices work on a day. Raises :class:`UnknownYear`."""
    ordinals, place = _working_days(), _place(day)
    return place < len(ordinals) and ordinals[place] == day.toordinal()


def add_working_days(day: dt.date, n: int) -> dt.date:
    """The ``n``-th working day after ``day``, which itself does not count. Raises :class:`UnknownYear`."""
    if n < 1:
        raise ValueError("n counts from 1")
    _known(day)
    ordinals = _working_days()
    place = bisect_right(ordinals, day.toordinal()) + n - 1
    if place >= len(ordinals):
        raise UnknownYear(known_years()[1] + 1)
    return dt.date.fromordinal(ordinals[place])


def working_day_from(day: dt.date) -> dt.date:
    """``day``, or the first working day after it where it is a day of rest. Raises :class:`UnknownYear`."""
    ordinals, place = _working_days(), _place(day)
    if place == len(ordinals):
        raise UnknownYear(known_years()[1] + 1)
    return dt.date.fromordinal(ordinals[place])


def _place(day: dt.date) -> int:
    _known(day)
    return bisect_left(_working_days(), day.toordinal())


def _known(day: dt.date) -> None:
    first, last = known_years()
    if not first <= day.year <= last:
        raise UnknownYear(day.year)


@cache
def _working_days() -> tuple[int, ...]:
    """The ordinals of every working day of the known years."""
    from chinese_calendar import is_workday

    first, last = known_years()
    days = range(dt.date(first, 1, 1).toordinal(), dt.date(last, 12, 31).toordinal() + 1)
    return tuple(day for day in days if is_workday(dt.date.fromordinal(day)))
