"""Names of periods, dimensions and numbers of headings, in the language in force."""

from __future__ import annotations

from casework.analytics.periods import Span
from casework.i18n import _, language, mark

_MONTHS = (
    mark("January {year}"),
    mark("February {year}"),
    mark("March {year}"),
    mark("April {year}"),
    mark("May {year}"),
    mark("June {year}"),
    mark("July {year}"),
    mark("August {year}"),
    mark("September {year}"),
    mark("October {year}"),
    mark("November {year}"),
    mark("December {year}"),
)
_QUARTERS = (
    mark("first quarter of {year}"),
    mark("second quarter of {year}"),
    mark("third quarter of {year}"),
    mark("fourth quarter of {year}"),
)
_HALVES = (mark("first half of {year}"), mark("second half of {year}"))
_DIGITS = "〇一二三四五六七八九"

#: What a column of names is headed, by dimension.
DIMENSIONS = {
    "channel": mark("Source of cases"),
    "kind": mark("Type of case"),
    "conduct": mark("Nature"),
    "respondent": mark("Respondent"),
    "region": mark("Region"),
    "handler": mark("Responsible body"),
}


def period_name(span: Span | None) -> str:
    """A period as a heading names it: 2026年10月, 2026年第三季度, 2026年上半年, 2026年."""
    if span is None:
        return _("all periods")
    year, month = divmod(span.first, 12)
    if span.months == 1:
        return _(_MONTHS[month]).format(year=year)
    if span.months == 3 and month % 3 == 0:
        return _(_QUARTERS[month // 3]).format(year=year)
    if span.months == 6 and month % 6 == 0:
        return _(_HALVES[month // 6]).format(year=year)
    if span.months == 12 and month == 0:
        return _("the year {year}").format(year=year)
    first, last = (period_name(Span(edge)) for edge in (span.first, span.end - 1))
    return _("{first} to {last}").format(first=first, last=last)


def heading_number(first: int, second: int = 0) -> str:
    """``一、`` and ``（一）`` in Chinese, ``1.`` and ``1.1`` in English."""
    if language() == "zh":
        return f"（{chinese(second)}）" if second else f"{chinese(first)}、"
    return f"{first}.{second}" if second else f"{first}."


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese characters."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")
