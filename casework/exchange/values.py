"""Numbers, dates and durations of a workbook as text, the same from every reader."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Literal

#: What a number format makes of a number.
Format = Literal["number", "date", "duration"]

_EPOCH = dt.datetime(1899, 12, 30)
DAYS_1904 = 1462  # between the 1900 and the 1904 date system
_MS_A_DAY = 86_400_000
_LEAP_BUG = 60  # the 1900 system has a 29 February 1900 that never was

# Formats that a workbook names by number only (ECMA-376, 18.8.30); 27 to 36 and 50 to 58 are the Chinese dates.
_DATES = {*range(14, 23), 45, 47, *range(27, 37), *range(50, 59)}
CHINESE_DATES = frozenset({*range(27, 37), *range(50, 59)})
_DURATION = 46

ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}


def number_text(value: float) -> str:
    """A number as plain digits, at most nine places after the point, never with an exponent."""
    if not math.isfinite(value):
        return ""
    text = f"{value:.9f}"
    return text.rstrip("0").rstrip(".")


def date_text(serial: float, date_1904: bool = False) -> str:
    """An Excel date as ``YYYY-MM-DD HH:MM:SS``; less than a day is a time of day, ``H:MM:SS``."""
    if 0 <= serial < 1:
        return duration_text(serial)
    days = serial + DAYS_1904 if date_1904 else serial
    days = days if days >= _LEAP_BUG else days + 1
    try:
        return stamp_text(_EPOCH + dt.timedelta(milliseconds=_rounded(days * _MS_A_DAY)))
    except (OverflowError, ValueError):
        return number_text(serial)


def stamp_text(stamp: dt.datetime) -> str:
    """``YYYY-MM-DD HH:MM:SS``, with milliseconds only where there are some."""
    text = f"{stamp.year:04d}-{stamp:%m-%d %H:%M:%S}"
    return text + (f".{stamp.microsecond // 1000:03d}" if stamp.microsecond >= 1000 else "")


def duration_text(serial: float) -> str:
    """A share of days as ``H:MM:SS``, hours beyond 23 included."""
    seconds = _rounded(abs(serial) * 86_400)
    sign = "-" if serial < 0 and seconds else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?)?Z?")
_FIRST_DAYS = ("1899-12-30", "1899-12-31")


def iso_text(value: str) -> str:
    """A typed date of a format that writes ISO 8601, as the text of a true date; as it is where it is no such date."""
    found = _ISO.fullmatch(value.strip())
    if not found:
        return value
    day, time, fraction = (
        found.group(1),
        found.group(2) or "00:00:00",
        (found.group(3) or "")[:3].ljust(3, "0"),
    )
    if day in _FIRST_DAYS and found.group(2):
        return time.removeprefix("0")
    return f"{day} {time}" + ("" if fraction == "000" else f".{fraction}")


def _rounded(value: float) -> int:
    return math.floor(value + 0.5)


def formatted(value: float, form: Format, date_1904: bool = False) -> str:
    """The text of a number under a format."""
    if form == "date":
        return date_text(value, date_1904)
    return duration_text(value) if form == "duration" else number_text(value)


def builtin_format(number: int) -> Format:
    """What a format that is known by its number only shows."""
    if number == _DURATION:
        return "duration"
    return "date" if number in _DATES else "number"


def format_of_code(code: str) -> Format:
    """What a format code such as ``yyyy"年"m"月"`` or ``[h]:mm`` shows: its first section decides.

    Letters in quotes, after a backslash and in brackets (colours, places, conditions) are no date.
    """
    section = _bare(code)
    if "\x00" in section:
        return "duration"
    letters = section.lower().replace("general", "")
    return "date" if any(letter in letters for letter in "ymdhs") or "am/pm" in letters else "number"


def _bare(code: str) -> str:
    """The first section without what is quoted, escaped or bracketed; an elapsed time becomes NUL."""
    kept: list[str] = []
    place = 0
    while place < len(code) and code[place] != ";":
        letter = code[place]
        if letter in "\\_*":
            place += 2
            continue
        closing = {'"': '"', "[": "]"}.get(letter)
        if closing:
            end = code.find(closing, place + 1)
            end = len(code) if end < 0 else end
            inside = code[place + 1 : end].lower()
            if closing == "]" and inside and set(inside) <= {inside[0]} and inside[0] in "hms":
                kept.append("\x00")
            place = end + 1
            continue
        kept.append(letter)
        place += 1
    return "".join(kept)
